/* exec: one execution of a template, as its own files see it.
 *
 * Owns:   struct exec: output, pool, variables, frames.
 * Gives:  evaluating a pipeline (eval.c), walking the statements (walk.c).
 * Never:  uses the C stack for the template's own nesting of blocks and calls.
 * Errors: sticky; the first one is kept, everything returns -1 after it.
 * Floor:  0.
 */
#ifndef TMPL_EXEC_H
#define TMPL_EXEC_H

#include "node.h"

struct variable {
	struct str name;
	struct value value;
};

/* A reference to JSON that lives as long as the pool around it. */
struct owned {
	json_t *json;
	struct owned *next;
};

struct pool_mark {
	struct arena_mark arena;
	struct owned *owned;
};

/* Where an output line came from, until the line is known. */
struct origin {
	size_t pos;
	const struct tree *tree;
	json_t *element, *outer;
};

struct frame;

struct exec {
	const struct tmpl *t;
	const struct tree *tree; /* being executed */
	const struct node *at;   /* what an error names */

	struct sbuf out, scratch;
	struct sbuf reason; /* of a function that failed */
	struct arena pool;
	struct owned *owned;

	struct variable *vars;
	size_t n_vars, cap_vars, base; /* base: the first of this template call */
	struct frame *frames;
	size_t n_frames, cap_frames;
	size_t depth, max_depth;
	size_t steps, max_steps;

	bool failed;
	struct tmpl_error *err;

	bool mapped; /* keep the origins */
	bool placed; /* the current output line has shown something but blanks */
	struct origin *origins;
	size_t n_origins, cap_origins;
	json_t *element, *outer; /* of the ranges around */
};

/* Makes the execution fail: Go's "template: NAME:1:2: executing "x" at <...>: "
 * and this. Returns -1. */
int exec_error(struct exec *x, const char *fmt, ...) TMPL_PRINTF(2, 3);
int exec_error_text(struct exec *x, const struct sbuf *msg);

struct pool_mark pool_mark(const struct exec *x);
void pool_release(struct exec *x, struct pool_mark m);

int exec_push(struct exec *x, struct str name, struct value v);

/* The value of a pipeline, its declarations made. pipe NULL: no value. */
int eval_pipeline(struct exec *x, const struct value *dot, const struct node *pipe,
		  struct value *out);

/* Walks the tree with dot as data. */
int walk_tree(struct exec *x, const struct tree *tree, struct value dot);

#endif
