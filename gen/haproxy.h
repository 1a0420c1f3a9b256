/* haproxy: everything that talks to the HAProxy program.
 *
 * Owns:   nothing between calls.
 * Gives:  check (haproxy -c), trial bind, running marker, server states,
 *         reload by each method, confirmation.
 * Never:  writes the configuration (swap does), decides what it says.
 * Errors: EX_DATAERR: HAProxy rejects the text (its own words);
 *         EX_UNAVAILABLE: not running, cannot be reached; EX_SOFTWARE: it
 *         refused the reload.
 * Floor:  1.
 * Source: HAProxy Management Guide 9.3 (sockets), 9.4 (master CLI).
 */
#ifndef LBGEN_HAPROXY_H
#define LBGEN_HAPROXY_H

#include "config.h"

/* Runs `haproxy -c` on file. 0 = valid (exit 0). Otherwise *e has HAProxy's
 * ALERT lines, with `file` replaced by `shown`. out, if not NULL, gets all words. */
int haproxy_check(const struct config *c, const char *file, const char *shown, struct deadline d,
                  struct buf *out, struct err *e);

#endif
