/* quarantine: one bad service must not block the rest.
 *
 * Owns:   nothing between calls.
 * Gives:  the services for which HAProxy rejects a text, found by the lines it
 *         blames, else by halves.
 * Never:  leaves out more than it must; goes on past the deadline.
 * Errors: EX_DATAERR with HAProxy's words when the text is wrong without any
 *         service too (the template is at fault).
 * Floor:  4.
 */
#ifndef LBGEN_QUARANTINE_H
#define LBGEN_QUARANTINE_H

#include "pass.h"

/* p->text was rejected with `words` and the error *e. On success p holds the
 * text without the services at fault, checked, *e is cleared, and p->out names
 * them with HAProxy's words. On failure *e is as HAProxy said first. */
int quarantine_find(struct pass *p, const char *words, struct err *e);

/* Leaves out the services behind the lines of text that listen where HAProxy
 * cannot (haproxy_trial_bind's list). 0; -1 if no service is behind one. */
int quarantine_ports(struct pass *p, const json_t *binds, struct err *e);

/* What was found for this very text by an earlier run is taken as found. A run
 * that can try takes no port as taken for ever (ports = false). */
int quarantine_again(struct pass *p, const json_t *status, bool ports, struct err *e);

#endif
