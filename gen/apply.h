/* apply: a finished text becomes what HAProxy runs, or nothing has happened.
 *
 * Owns:   nothing beside the pass.
 * Gives:  compare, trial bind, check, swap, reload, confirm, put back; what the
 *         log tells of it.
 * Never:  leaves HAProxy on something that was not confirmed.
 * Errors: EX_DATAERR, EX_UNAVAILABLE, EX_SOFTWARE, EX_CANTCREAT.
 * Floor:  4.
 */
#ifndef LBGEN_APPLY_H
#define LBGEN_APPLY_H

#include "haproxy.h"
#include "pass.h"

/* p->text, with p->w read and locked. */
int apply_text(struct pass *p, struct err *e);

/* Writes the temporary file and the map files it needs, and lets HAProxy judge
 * it. words, if not NULL, gets all that HAProxy says. */
int apply_check(struct pass *p, struct buf *words, struct err *e);

/* Is the live file this text, and does HAProxy run it? */
bool apply_in_step(const struct pass *p, const struct haproxy_seen *seen);

/* Puts what was found and left out into p->status. */
void apply_record(struct pass *p);

#endif
