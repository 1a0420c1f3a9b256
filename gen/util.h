/* util: the small things that every stage needs.
 *
 * Owns:   nothing between calls.
 * Gives:  the error value, cleanup attributes, allocation that cannot fail,
 *         a growing buffer, one deadline for a whole pass, reading and atomic
 *         writing of files, SHA-256.
 * Never:  prints, knows a stage, keeps state.
 * Errors: by value in struct err. Out of memory ends the process with 71:
 *         nothing has changed yet, or the stamp heals it.
 * Floor:  0.
 */
#ifndef LBGEN_UTIL_H
#define LBGEN_UTIL_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#define PRINTF_LIKE(f, a) __attribute__((format(printf, f, a)))

/* --- errors --------------------------------------------------------------- */

/* One failure. exit is the class (sysexits.h; 0 = no error), line and col are
 * 0 where they make no sense. The first error wins: err_set on a value that is
 * already set changes nothing. */
struct err {
	int exit;
	int sys; /* errno, or 0 */
	int line;
	int col;
	char file[256];
	char msg[4096];
};

/* Sets *e unless it is set already. Returns -1, so that a caller may write
 * `return err_set(e, EX_CONFIG, "...")`. e may be NULL. */
int err_set(struct err *e, int exit, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* The same with errno: ": No such file or directory" is appended. */
int err_sys(struct err *e, int exit, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* The same with a place; err_text writes it as "file:line:col: msg". */
int err_at(struct err *e, int exit, const char *file, int line, int col, const char *fmt, ...)
    PRINTF_LIKE(6, 7);

/* Puts "what: " before the message of an error that is set. Returns -1. */
int err_wrap(struct err *e, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* "file:line:col: msg" as far as the parts are known; owned by the caller. */
char *err_text(const struct err *e);

/* --- cleanup attributes --------------------------------------------------- */

void util_free_ptr(void *p); /* for autofree */
void util_close_fd(int *fd); /* for autoclose */
void util_fclose(FILE **f);  /* for autofclose */

#define autofree __attribute__((cleanup(util_free_ptr)))
#define autoclose __attribute__((cleanup(util_close_fd)))
#define autofclose __attribute__((cleanup(util_fclose)))
#define autobuf __attribute__((cleanup(buf_free)))

/* Takes a pointer out of a variable that a cleanup attribute would free. */
#define steal(p) \
	__extension__({ \
		__typeof__(p) stolen_ = (p); \
		(p) = NULL; \
		stolen_; \
	})

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

/* --- memory: never NULL; the process ends with EX_OSERR instead ------------ */

void *xcalloc(size_t n, size_t size);
void *xrealloc(void *p, size_t n, size_t size);
char *xstrdup(const char *s); /* NULL gives NULL */
char *xstrndup(const char *s, size_t n);
char *xasprintf(const char *fmt, ...) PRINTF_LIKE(1, 2);

/* --- a growing buffer; s is NUL-terminated once anything was added --------- */

struct buf {
	char *s;
	size_t len;
	size_t cap;
};

void buf_add(struct buf *b, const void *data, size_t len);
void buf_adds(struct buf *b, const char *s);
void buf_addc(struct buf *b, char c);
void buf_addf(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
void buf_vaddf(struct buf *b, const char *fmt, va_list ap) PRINTF_LIKE(2, 0);
char *buf_steal(struct buf *b); /* never NULL: "" if empty; b is empty then */
void buf_free(struct buf *b);   /* b is empty then and can be used again */

/* --- time: monotonic milliseconds ------------------------------------------ */

int64_t clock_ms(void);

/* The time of day in seconds since the epoch, for what leaves this process. */
double clock_wall(void);

/* A moment that a whole pass must not outlive; handed down, never renewed. */
struct deadline {
	int64_t at;
};

struct deadline deadline_in(int64_t ms);
int64_t deadline_left(struct deadline d);                       /* ms, never below 0 */
struct deadline deadline_sooner(struct deadline d, int64_t ms); /* min(d, now+ms) */
void sleep_ms(int64_t ms);

/* --- files ------------------------------------------------------------------ */

/* Reads a whole regular file or pipe of at most cap bytes into b (appending).
 * exit is the class of the error. Longer: an error that names the cap. */
int file_read(const char *path, size_t cap, int exit, struct buf *b, struct err *e);

/* Writes a file so that a reader sees the old text or the new, never a part:
 * temporary file in the same folder, fsync, rename, fsync of the folder.
 * The mode is that of an existing file, else `mode`. EX_CANTCREAT on failure,
 * and then the old file is untouched and no temporary file is left. */
int file_write(const char *path, const void *data, size_t len, unsigned mode, struct err *e);

bool file_exists(const char *path);

/* Creates the folder of path and its parents, mode 0755. */
int mkdir_for(const char *path, struct err *e);

/* --- text -------------------------------------------------------------------- */

bool utf8_valid(const char *s, size_t len);
bool str_prefix(const char *s, const char *prefix);
int str_cmp(const char *a, const char *b); /* by bytes; NULL sorts as "" */

/* The word of list (NULL-terminated) that is nearest to `word` by edits, or
 * NULL if none is near (more than a third of the letters differ). */
const char *str_nearest(const char *word, const char *const *list);

/* A copy in which control bytes, DEL and bytes that are no UTF-8 are written
 * as \xHH, cut to max bytes with "..." if longer: for messages that quote
 * what a stranger wrote. Owned by the caller. */
char *str_visible(const char *s, size_t max);

/* SHA-256 in lower-case hex, 64 characters and NUL. */
void sha256_hex(const void *data, size_t len, char out[65]);

#endif
