/* dns: the addresses behind [service] targets and [peers], and static servers.
 *
 * Owns:   a c-ares channel during a call.
 * Gives:  members (snapshot.h), every query in parallel.
 * Never:  keeps an answer; takes part of one.
 * Errors: EX_UNAVAILABLE for SERVFAIL, timeout, garbage, truncation without
 *         TCP, a CNAME loop, too many addresses. NXDOMAIN is an empty answer.
 * Floor:  2.
 */
#ifndef LBGEN_DNS_H
#define LBGEN_DNS_H

#include <jansson.h>

#include "config.h"

/* A server of a [service NAME] as a member, with the section's keys as labels;
 * owned by the caller. kind: dns or static. */
json_t *dns_member(const struct config *c, const struct ini_service *s, const char *kind,
		   const char *name, const char *ip, int64_t port);

/* Appends one member per address of each target and per static server. */
int dns_members(json_t *members, const struct config *c, struct deadline d, struct err *e);

/* Sets "peers", the "ip:port" of the other balancers ([peers] target), sorted,
 * and "self", the address at which those find this one, in the snapshot. */
int dns_peers(json_t *root, const struct config *c, struct deadline d, struct err *e);

#endif
