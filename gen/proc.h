/* proc: one child process, awaited.
 *
 * Owns:   the child until it has ended: at the deadline it is killed, never left.
 * Gives:  its exit status and what it wrote.
 * Never:  uses a shell; passes open files on (all are close-on-exec).
 * Errors: EX_UNAVAILABLE when it cannot be started or outlives the deadline.
 * Floor:  0.
 */
#ifndef LBGEN_PROC_H
#define LBGEN_PROC_H

#include "util.h"

/* Runs argv[0] (looked up in PATH) with argv, stdin from /dev/null, stdout and
 * stderr both appended to out (at most 1 MiB is kept, the rest is read and
 * dropped). Returns 0 with *status = the exit status (128 + signal if killed),
 * or -1. out may be NULL. */
int proc_run(const char *const *argv, struct deadline d, int *status, struct buf *out,
	     struct err *e);

#endif
