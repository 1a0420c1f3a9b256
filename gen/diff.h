/* diff: what a pass would change, without changing it.
 *
 * Owns:   nothing.
 * Gives:  the unified diff of the file (by diffutils), a line for each service
 *         and server that differs, and whether it needs a reload.
 * Never:  takes the lock, writes a file, asks HAProxy for more than its marker.
 * Errors: those of the stages before.
 * Floor:  4.
 */
#ifndef LBGEN_DIFF_H
#define LBGEN_DIFF_H

#include "pass.h"

/* Prints to f. 0 = a pass would do nothing, 1 = it would, -1 = *e. */
int diff_print(FILE *f, struct pass *p, struct err *e);

#endif
