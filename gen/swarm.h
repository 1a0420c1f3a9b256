/* swarm: the tasks of labelled services, from a manager's API.
 *
 * Owns:   nothing between calls.
 * Gives:  the members (snapshot.h) of services, tasks, nodes and networks.
 * Never:  counts on a VIP or the routing mesh: tasks are reached directly.
 * Errors: EX_UNAVAILABLE when no manager answers; a worker's or a non-Swarm
 *         engine's 503 says to use a manager or [service] targets.
 * Floor:  2.
 * Source: Docker Engine API /services /tasks /nodes /networks.
 */
#ifndef LBGEN_SWARM_H
#define LBGEN_SWARM_H

#include <jansson.h>

#include "config.h"

int swarm_members(json_t *members, const struct config *c, struct deadline d, struct err *e);

#endif
