/* check: is what the operator wrote right?
 *
 * Owns:   a temporary file during the call.
 * Gives:  lb.ini with its [service NAME]s, the template, and their result for
 *         these services alone, judged by HAProxy.
 * Never:  asks Docker, Swarm, DNS or the running HAProxy.
 * Errors: EX_CONFIG, EX_DATAERR, EX_UNAVAILABLE (no haproxy program).
 * Floor:  4.
 */
#ifndef LBGEN_CHECK_H
#define LBGEN_CHECK_H

#include "pass.h"

int check_all(FILE *f, struct pass *p, struct err *e);

#endif
