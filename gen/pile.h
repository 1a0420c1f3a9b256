/* pile: memory that lives as long as one stage.
 *
 * Owns:   every block taken from it, until pile_free.
 * Gives:  zeroed blocks and strings that nobody frees one by one.
 * Never:  gives a block back before the end.
 * Errors: none; out of memory ends the process (util.h).
 * Floor:  0.
 */
#ifndef LBGEN_PILE_H
#define LBGEN_PILE_H

#include "util.h"

struct pile_chunk;

struct pile {
	struct pile_chunk *last;
	size_t used; /* bytes of the last chunk */
};

void *pile_take(struct pile *a, size_t size); /* zeroed, aligned for any type */
char *pile_str(struct pile *a, const char *s);
char *pile_printf(struct pile *a, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Takes over a malloc'ed string: the copy lives in the pile, s is freed. */
char *pile_own(struct pile *a, char *s);
void pile_free(struct pile *a);

#endif
