/* arena: memory that lives as long as one stage.
 *
 * Owns:   every block taken from it, until arena_free.
 * Gives:  zeroed blocks and strings that nobody frees one by one.
 * Never:  gives a block back before the end.
 * Errors: none; out of memory ends the process (util.h).
 * Floor:  0.
 */
#ifndef LBGEN_ARENA_H
#define LBGEN_ARENA_H

#include "util.h"

struct arena_chunk;

struct arena {
	struct arena_chunk *last;
	size_t used; /* bytes of the last chunk */
};

void *arena_take(struct arena *a, size_t size); /* zeroed, aligned for any type */
char *arena_str(struct arena *a, const char *s);
char *arena_printf(struct arena *a, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Takes over a malloc'ed string: the copy lives in the arena, s is freed. */
char *arena_own(struct arena *a, char *s);
void arena_free(struct arena *a);

#endif
