/* swap: the one place where a file of HAProxy changes.
 *
 * Owns:   the lock, the temporary file (removed on every way out, signals
 *         included), .prev, .rejected and .before-lbgen.
 * Gives:  lock, compare, commit, put back.
 * Never:  talks to HAProxy.
 * Errors: EX_CANTCREAT (cannot write), EX_TEMPFAIL (another run holds the lock
 *         past the deadline).
 * Floor:  1.
 *
 * Beside haproxy.cfg stand haproxy.cfg.new (only during a pass; a leftover of
 * a killed run is written over by the next), .prev (the text before the
 * last change), .rejected (the last text that HAProxy refused) and .before-lbgen
 * (what lbgen found there and had not written itself). All under the lock, so
 * fixed names are safe and never pile up.
 */
#ifndef LBGEN_SWAP_H
#define LBGEN_SWAP_H

#include "config.h"

struct swap {
	char *file;     /* haproxy.cfg with symbolic links resolved */
	char *tmp;      /* file.new */
	char *prev;     /* file.prev */
	char *rejected; /* file.rejected */
	char *before;   /* file.before-lbgen */
	char *lock_path;
	int lock; /* -1 = none */
	bool had; /* there was a live file */
	struct buf live;
};

/* Makes state_dir if needed and takes its lock; when state_dir cannot be used,
 * a lock beside haproxy.cfg. Waits until the deadline. s must be zeroed. */
int swap_lock(struct swap *s, const struct config *c, struct deadline d, struct err *e);

/* Resolves the file's name and reads the live text (none is no error). With the
 * lock, what a killed run left is removed. For readers without the lock too: s
 * must be zeroed or locked. */
int swap_read(struct swap *s, const struct config *c, struct err *e);

/* True if the live file has these bytes. */
bool swap_same(const struct swap *s, const void *text, size_t len);

/* Writes and syncs the temporary file, with owner and mode of the live one
 * (none: `mode`). It is removed by swap_drop, swap_free or a signal. */
int swap_write(struct swap *s, const void *text, size_t len, unsigned mode, struct err *e);
void swap_drop(struct swap *s);

/* Keeps the temporary file as .rejected instead. */
void swap_reject(struct swap *s);

/* For a live file that lbgen did not write: keeps it as .before-lbgen, which no
 * later pass touches. Returns where it is kept: a name within s; .prev when
 * .before-lbgen is another file of before, or cannot be made. */
const char *swap_keep(struct swap *s);

/* Live file → .prev, temporary → live, each whole at every instant. */
int swap_commit(struct swap *s, struct err *e);

/* Makes `text` live again and keeps what was live as .rejected. text NULL:
 * there was no file, so there is none again. */
int swap_back(struct swap *s, const void *text, size_t len, struct err *e);

void swap_free(struct swap *s);

/* SIGINT, SIGTERM and SIGHUP remove the temporary file and end the process. */
void swap_signals(void);

#endif
