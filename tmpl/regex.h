/* regex: whether a text matches a regular expression, in linear time.
 *
 * Owns:   the compiled expression, in the caller's arena.
 * Gives:  the syntax of Go's regexp (RE2): classes, groups, counted and lazy
 *         repetition, anchors, the flags i m s U. A match is a yes or no.
 * Never:  goes back: states walk side by side, so that no expression and no
 *         text takes more than (length of one) times (size of the other).
 * Errors: Go's sentences; the classes \p{…} and \Q…\E are not there.
 * Floor:  0.
 */
#ifndef TMPL_REGEX_H
#define TMPL_REGEX_H

#include "impl.h"

/* Bytes of an expression, and instructions it may grow to. */
#define REGEX_TEXT 1000
#define REGEX_SIZE 10000
/* The greatest count in {n,m}, also of nested ones together; as in Go. */
#define REGEX_COUNT 1000

struct regex;

struct regex_error {
	const char *why; /* a sentence of Go's; NULL: none */
	const char *at;  /* what it is about, within the expression */
	size_t len;
};

/* Compiles into the memory of a (which frees it); NULL and *error on an error. */
struct regex *regex_compile(struct arena *a, const char *re, size_t len, struct regex_error *error);

/* Whether re matches somewhere in s. -1: no memory for the states. */
int regex_match(const struct regex *re, const char *s, size_t len);

/* The number of instructions: what one byte of a text may cost. */
size_t regex_size(const struct regex *re);

#endif
