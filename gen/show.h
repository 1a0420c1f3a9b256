/* show: what is served by what, and what is left out and why, for people.
 *
 * Owns:   nothing.
 * Gives:  the `show` command's text or JSON.
 * Never:  asks anything: it sees a finished model.
 * Errors: EX_USAGE when a name was given that is nowhere in the snapshot.
 * Floor:  4.
 */
#ifndef LBGEN_SHOW_H
#define LBGEN_SHOW_H

#include "model.h"

/* Prints everything (name NULL) or what concerns one frontend, pool, server,
 * container or task. */
int show_print(FILE *f, const struct config *c, const struct snapshot *s, const struct model *m,
	       const char *name, bool json, struct err *e);

#endif
