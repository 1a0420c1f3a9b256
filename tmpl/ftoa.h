/* ftoa: the text of a float64, as Go's strconv.FormatFloat writes it.
 *
 * Owns:   nothing.
 * Gives:  the verbs b e E f g G x X, with a precision or as short as possible.
 * Never:  depends on a locale.
 * Errors: none.
 * Floor:  0.
 */
#ifndef TMPL_FTOA_H
#define TMPL_FTOA_H

#include <stddef.h>

/* The least precision: as few digits as tell v from its neighbours. */
#define FTOA_SHORTEST (-1)

/* Bytes that ftoa_write may need at most for this precision. */
size_t ftoa_room(int prec);

/* Writes v into dst, which has ftoa_room(prec) bytes, and returns the length;
 * no NUL is added. verb is one of "beEfgGxX"; prec is FTOA_SHORTEST or the
 * number of digits (0 … 1,000,000). Infinities are "+Inf" and "-Inf". */
size_t ftoa_write(char *dst, double v, char verb, int prec);

#endif
