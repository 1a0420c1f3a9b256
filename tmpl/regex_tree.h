/* regex_tree: a regular expression as a tree: what regex_parse.c reads and
 * regex.c compiles.
 *
 * Owns:   nothing; the tree lives in the caller's arena.
 * Gives:  regex_parse.
 * Never:  matches.
 * Errors: struct regex_error, Go's sentence and the part of the text it is about.
 * Floor:  0.
 */
#ifndef TMPL_REGEX_TREE_H
#define TMPL_REGEX_TREE_H

#include "regex.h"

#define REGEX_INF (-1)

/* R_FLAGS: "(?i)", which matches nothing and is not repeated */
enum regex_kind { R_EMPTY, R_FLAGS, R_RUNE, R_CLASS, R_ASSERT, R_CAT, R_ALT, R_REPEAT };

enum assertion { A_BEGIN, A_END, A_LINE_BEGIN, A_LINE_END, A_WORD, A_NO_WORD };

struct range {
	uint32_t lo, hi;
};

struct regex_node {
	enum regex_kind kind;
	uint32_t rune; /* R_RUNE, R_ASSERT */
	bool fold;
	bool negated;
	const struct range *ranges;
	size_t n_ranges;
	int min, max; /* R_REPEAT; max REGEX_INF = no end */
	struct regex_node *a, *b;
};

/* The tree of the whole text, or NULL and *error. */
struct regex_node *regex_parse(struct arena *a, const char *text, size_t len,
			       struct regex_error *error);

#endif
