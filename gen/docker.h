/* docker: the containers of one engine.
 *
 * Owns:   nothing between calls.
 * Gives:  the members (snapshot.h) of one filtered list, without those whose
 *         death the list does not know of yet.
 * Never:  asks once per container.
 * Errors: EX_UNAVAILABLE, see http.h; an answer that is not what the API
 *         documents is an outage too.
 * Floor:  2.
 * Source: Docker Engine API /_ping, /containers/json, /events.
 */
#ifndef LBGEN_DOCKER_H
#define LBGEN_DOCKER_H

#include <jansson.h>

#include "config.h"

/* Appends the containers that carry the enable label to members. */
int docker_members(json_t *members, const struct config *c, struct deadline d, struct err *e);

#endif
