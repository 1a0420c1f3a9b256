/* snapshot: what is running, in one plain JSON value.
 *
 * Owns:   struct snapshot (snapshot_free).
 * Gives:  one look at every enabled provider, complete or not at all; the same
 *         as JSON, for bug reports and for replay without Docker.
 * Never:  decides what is served: that is the model's.
 * Errors: EX_UNAVAILABLE if any provider fails ("an outage is not an empty
 *         answer"); EX_NOINPUT for a --snapshot file that is missing,
 *         EX_DATAERR for one that is wrong.
 * Floor:  3 (the types: 1).
 *
 * The JSON (keys sorted, members sorted by kind, service, name, id; every
 * list sorted; so that the same world gives the same bytes):
 *
 * { "lbgen": 1,
 *   "taken": 1700000000,              seconds; told to people only, never used by the model
 *   "members": [ {
 *     "kind": "container" | "task" | "dns" | "static",
 *     "id": "4f5c…",                  engine's id; for dns and static the name
 *     "name": "web1",                 container name; task "shop_web.3" or "shop_web.NODE";
 *                                     dns "10.0.1.7:80"; static the given name
 *     "service": "",                  Swarm service name, or [service NAME]; else ""
 *     "created": 1700000000,          seconds; 0 if unknown
 *     "state": "running",             Docker's State; a task that does not serve: "not-running"
 *     "health": "none"|"starting"|"healthy"|"unhealthy",
 *     "labels": {"lb.publish": "80"}, only keys "<prefix>.*" and exactly "<prefix>"; for dns and
 *                                     static the section's pairs as "<prefix>.<key>"; a NUL in a
 *                                     value is U+0001, which no label may carry either
 *     "network_mode": "bridge",       "host", "none", a network's name; "default" → "bridge"; for
 *                                     --network container:X the mode, networks and (if it has none
 *                                     of its own) ports of X; "container:X" itself stays only if X
 *                                     is not running
 *     "networks": [ {"name": "bridge", "ipv4": "172.17.0.2", "ipv6": "", "shared": true} ],
 *                                     shared: false = the balancer is not on it (containers: only
 *                                     when it is on another of the same container's networks);
 *                                     a network without any address is not listed
 *     "ports": [80, 443],             exposed TCP ports, sorted, without twins
 *     "published": [{"target": 80, "port": 8080, "ip": "10.0.0.5"}],
 *                                     Swarm host-mode ports: the node's address and port
 *     "address": "10.0.1.7",          dns, static, tasks on host networking (the node's): used as
 *                                     it is; else "" ("" for a static name that has no address)
 *     "port": 80, "weight": 5         dns, static only (0 = none; weight -1 = none)
 *   } ],
 *   "peers": ["10.0.1.9:10000"],      other balancers, if [peers] target is set
 *   "self": "10.0.1.8",               the address at which they find this one; "" if unknown
 *   "peers_fault": "",                why they could not be asked for: peers are those of before
 *   "certs": { "/etc/haproxy/certs/a.pem": {"digest": "…", "fault": "",
 *                                                          "expires": 1800000000} }
 *                                     every file that a label `ssl` names: SHA-256 of its content,
 *                                     why it cannot be used, "" if it can, and the end of its
 *                                     time, 0 if unknown
 * }
 */
#ifndef LBGEN_SNAPSHOT_H
#define LBGEN_SNAPSHOT_H

#include <jansson.h>

#include "config.h"

struct snapshot {
	json_t *root;
};

/* Asks every enabled provider. s is left alone on failure. */
int snapshot_take(struct snapshot *s, const struct config *c, struct deadline d, struct err *e);

/* Reads a saved one ("-": standard input); checks its shape. */
int snapshot_load(struct snapshot *s, const char *path, struct err *e);

/* Nothing runs. s must be zeroed. */
void snapshot_none(struct snapshot *s);

/* What lb.ini alone says: each [service NAME] with one server of its name that
 * stands for all, and the certificates. Asks nobody. s must be zeroed. */
void snapshot_services(struct snapshot *s, const struct config *c);

/* Its JSON text: sorted keys, indented, final newline; owned by the caller. */
char *snapshot_text(const struct snapshot *s);
void snapshot_free(struct snapshot *s);

#endif
