/* triplets: members written short, lb.ini as text, what the model must say.
 *
 * A case is {"name", "ini", "members", "certs", "peers", "quarantined", "want",
 * "findings"}. A member is written short: {"name": "web1", "labels": {"publish":
 * "80"}} is a running container with lb.enable=Y and lb.publish=80, created
 * after the members before it, at 10.0.0.<place> on network bridge; every key
 * of snapshot.h replaces what it would be. "raw": true takes labels as they are.
 */
#ifndef LBGEN_TRIPLETS_H
#define LBGEN_TRIPLETS_H

#include <jansson.h>

#include "gen/model.h"

/* A snapshot of a case; the caller owns it. */
json_t *triplet_snapshot(const json_t *one);

/* The configuration of a case; config_free it. Ends the process if it is bad. */
void triplet_config(const json_t *one, struct config *c);

/* The value at "Pools/0/Servers/#" ('#': how many), or NULL; a new reference. */
json_t *triplet_at(const json_t *data, const char *path);

/* "web1/api bad-label:host" or "web1/ warning", one a finding; a new array. */
json_t *triplet_findings(const struct model *m);

#endif
