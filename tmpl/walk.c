/* walk: the statements of a template; see exec.h.
 *
 * Blocks and template calls are frames in an array, so that Go's 100,000
 * nested calls fit whatever the C stack is. */
#include "exec.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define MAX_FRAMES ((size_t)4 << 20)

enum frame_kind { F_BLOCK, F_RANGE, F_CALL };

struct frame {
	const struct node *next; /* statement */
	struct value dot;
	size_t vars; /* how many there were before the block */
	enum frame_kind kind;
	union {
		struct range *range;
		struct call *call;
	};
};

/* In the pool. */
struct range {
	const struct node *node;
	struct value over;
	const struct entry *entries; /* of a map, sorted */
	size_t i, n, vars;
	json_t *element, *outer; /* of the range around */
	struct pool_mark before, body;
};

struct call {
	const struct tree *tree;
	size_t base;
	struct pool_mark before;
};

/* --- output ------------------------------------------------------------------------- */

/* The references are the map's later: what parseJson made would be gone by then. */
static void set_origin(const struct exec *x, struct origin *o, size_t pos)
{
	*o = (struct origin){pos, x->tree, json_incref(x->element), json_incref(x->outer)};
}

static int add_origin(struct exec *x, size_t pos)
{
	if (x->n_origins == x->cap_origins) {
		size_t cap = x->cap_origins ? x->cap_origins * 2 : 256;
		struct origin *o = realloc(x->origins, cap * sizeof(*o));
		if (!o)
			return exec_error(x, "out of memory");
		x->origins = o;
		x->cap_origins = cap;
	}
	set_origin(x, &x->origins[x->n_origins++], pos);
	return 0;
}

/* Notes which template text wrote the output lines that s adds to: the first
 * that is not blank, or else the first. step: s is the template's own text. */
static int track(struct exec *x, const char *s, size_t n, size_t pos, size_t step)
{
	bool fresh = x->out.len == 0 || x->out.s[x->out.len - 1] == '\n';
	for (size_t i = 0; i < n; i++) {
		if (fresh && add_origin(x, pos + i * step) < 0)
			return -1;
		if (fresh)
			x->placed = false;
		fresh = s[i] == '\n';
		if (fresh || x->placed || s[i] == ' ' || s[i] == '\t')
			continue;
		x->placed = true;
		struct origin *o = &x->origins[x->n_origins - 1], old = *o;
		set_origin(x, o, pos + i * step);
		json_decref(old.element);
		json_decref(old.outer);
	}
	return 0;
}

static int check_full(struct exec *x)
{
	if (x->out.full)
		return exec_error(x, "output larger than %zu bytes", x->out.max);
	return 0;
}

static int write_text(struct exec *x, const char *s, size_t n, size_t pos, size_t step)
{
	if (x->mapped && track(x, s, n, pos, step) < 0)
		return -1;
	sbuf_add(&x->out, s, n);
	return check_full(x);
}

static int print_value(struct exec *x, const struct node *n, const struct value *v)
{
	x->at = n;
	if (v->kind == V_STRING)
		return write_text(x, v->s, v->len, n->pos, 0);
	if (v->kind == V_NONE)
		return write_text(x, "<no value>", 10, n->pos, 0);
	if (v->kind == V_INT) {
		char s[24];
		int len = snprintf(s, sizeof(s), "%" PRId64, v->i);
		return write_text(x, s, (size_t)len, n->pos, 0);
	}
	size_t before = x->out.len;
	x->reason.len = 0;
	if (!x->mapped) {
		if (fmt_value(x, &x->out, v) < 0 && !x->failed)
			return exec_error_text(x, &x->reason);
		if (exec_step(x, (x->out.len - before) / 16) < 0)
			return -1;
		return x->failed ? -1 : check_full(x);
	}
	struct sbuf *b = exec_scratch(x);
	if (fmt_value(x, b, v) < 0 && !x->failed)
		return exec_error_text(x, &x->reason);
	x->out.full |= b->full;
	return x->failed ? -1 : write_text(x, b->s, b->len, n->pos, 0);
}

/* --- frames ---------------------------------------------------------------------------- */

static struct frame *push_frame(struct exec *x, enum frame_kind kind, const struct node *list,
				const struct value *dot, size_t vars)
{
	if (x->n_frames == x->cap_frames) {
		size_t cap = x->cap_frames ? x->cap_frames * 2 : 64;
		struct frame *f = cap > MAX_FRAMES ? NULL : realloc(x->frames, cap * sizeof(*f));
		if (!f) {
			exec_error(x, "more than %zu blocks and templates inside one another",
				   x->n_frames);
			return NULL;
		}
		x->frames = f;
		x->cap_frames = cap;
	}
	struct frame *f = &x->frames[x->n_frames++];
	*f = (struct frame){.next = list, .dot = *dot, .vars = vars, .kind = kind};
	return f;
}

static int walk_branch(struct exec *x, const struct node *n, struct value dot)
{
	size_t vars = x->n_vars;
	struct value v;
	if (eval_pipeline(x, &dot, n->branch.pipe, &v) < 0)
		return -1;
	bool yes = value_truth(&v);
	const struct node *list = yes ? n->branch.list : n->branch.other;
	if (!list) {
		x->n_vars = vars;
		return 0;
	}
	const struct value *d = yes && n->type == N_WITH ? &v : &dot;
	return push_frame(x, F_BLOCK, list, d, vars) ? 0 : -1;
}

/* --- range ------------------------------------------------------------------------------ */

static int cannot_range(struct exec *x, const struct value *v)
{
	struct sbuf b = {0};
	sbuf_adds(&b, "range can't iterate over ");
	int r = fmt_value(x, &b, v);
	if (r >= 0)
		exec_error_text(x, &b);
	else if (!x->failed)
		exec_error_text(x, &x->reason);
	sbuf_free(&b);
	return -1;
}

/* How often, and over what. */
static int range_size(struct exec *x, struct range *r)
{
	switch ((enum value_kind)r->over.kind) {
	case V_LIST:
		r->n = r->over.len;
		return 0;
	case V_MAP:
		return exec_entries(x, &r->over, &r->entries, &r->n);
	case V_NONE:
		return 0;
	case V_INT:
	case V_BYTE:
		if (!x->t->newer) {
			cannot_range(x, &r->over);
			if (x->err && r->node->branch.pipe->pipe.n_decl < 2)
				x->err->remedy = NEWER_REMEDY;
			return -1;
		}
		if (r->node->branch.pipe->pipe.n_decl > 1)
			return exec_error(
			    x, "can't use %" PRId64 " to iterate over more than one variable",
			    r->over.i);
		r->n = r->over.i > 0 ? (size_t)r->over.i : 0;
		return 0;
	case V_NIL:
	case V_BOOL:
	case V_FLOAT:
	case V_COMPLEX:
	case V_STRING:
		break;
	}
	return cannot_range(x, &r->over);
}

static void range_element(const struct range *r, struct value *index, struct value *elem)
{
	*index = value_int((int64_t)r->i);
	if (r->over.kind == V_LIST) {
		*elem = value_at(&r->over, r->i);
	} else if (r->over.kind == V_MAP) {
		*index = value_string(r->entries[r->i].key, r->entries[r->i].len);
		*elem = r->entries[r->i].value;
	} else {
		*elem = *index;
	}
}

/* The element as the data has it; NULL for a scalar that a function made. */
static json_t *element_json(const struct range *r, const struct value *elem)
{
	if (r->over.kind == V_LIST && r->over.json)
		return json_array_get(r->over.j, r->over.off + r->i);
	if (r->over.kind == V_MAP && r->over.json)
		return json_object_getn(r->over.j, r->entries[r->i].key, r->entries[r->i].len);
	return elem->json ? elem->j : NULL;
}

static int range_variables(struct exec *x, const struct range *r, const struct value *index,
			   const struct value *elem)
{
	size_t n = r->node->branch.pipe->pipe.n_decl;
	if (n > x->n_vars - x->base)
		return exec_error(x, "range assigns to variables that are not declared");
	if (n > 0)
		x->vars[x->n_vars - 1].value = *elem;
	if (n > 1)
		x->vars[x->n_vars - 2].value = *index;
	return 0;
}

/* Begins the next round of the range on top, or ends it. */
static int range_next(struct exec *x)
{
	struct frame *f = &x->frames[x->n_frames - 1];
	struct range *r = f->range;
	struct value index, elem;
	if (r->i == r->n) {
		struct pool_mark m = r->before;
		x->n_vars = f->vars;
		x->element = r->element;
		x->outer = r->outer;
		x->n_frames--;
		if (!r->node->keeps)
			pool_release(x, m);
		return 0;
	}
	if (!r->node->keeps)
		pool_release(x, r->body);
	x->n_vars = r->vars;
	range_element(r, &index, &elem);
	if (range_variables(x, r, &index, &elem) < 0)
		return -1;
	if (x->mapped) {
		x->element = element_json(r, &elem);
		x->outer = r->outer ? r->outer : x->element;
	}
	r->i++;
	f->dot = elem;
	f->next = r->node->branch.list;
	return exec_step(x, 1);
}

static int walk_range(struct exec *x, const struct node *n, struct value dot)
{
	size_t vars = x->n_vars;
	struct pool_mark before = pool_mark(x);
	struct range *r = exec_alloc(x, sizeof(*r));
	if (!r)
		return -1;
	*r = (struct range){.node = n, .before = before, .element = x->element, .outer = x->outer};
	if (eval_pipeline(x, &dot, n->branch.pipe, &r->over) < 0 || range_size(x, r) < 0)
		return -1;
	r->vars = x->n_vars;
	r->body = pool_mark(x);
	if (r->n == 0) {
		if (n->branch.other)
			return push_frame(x, F_BLOCK, n->branch.other, &dot, vars) ? 0 : -1;
		x->n_vars = vars;
		return 0;
	}
	struct frame *f = push_frame(x, F_RANGE, NULL, &dot, vars);
	if (!f)
		return -1;
	f->range = r;
	return range_next(x);
}

/* break and continue: drops the blocks inside the range. */
static void leave_round(struct exec *x, bool last)
{
	while (x->frames[x->n_frames - 1].kind != F_RANGE)
		x->n_frames--;
	struct frame *f = &x->frames[x->n_frames - 1];
	f->next = NULL;
	if (last)
		f->range->i = f->range->n;
}

/* --- template calls ------------------------------------------------------------------------ */

static int walk_call(struct exec *x, const struct node *n, struct value dot)
{
	struct value v;
	if (!n->call.tree) {
		struct sbuf b = {0};
		sbuf_adds(&b, "template ");
		sbuf_quote(&b, n->call.name.s, n->call.name.n);
		sbuf_adds(&b, " not defined");
		exec_error_text(x, &b);
		sbuf_free(&b);
		return -1;
	}
	if (x->depth == x->max_depth)
		return exec_error(x, "exceeded maximum template depth (%zu)", x->max_depth);
	if (eval_pipeline(x, &dot, n->call.pipe, &v) < 0)
		return -1;
	struct pool_mark before = pool_mark(x);
	struct call *c = exec_alloc(x, sizeof(*c));
	struct frame *f = c ? push_frame(x, F_CALL, n->call.tree->root, &v, x->n_vars) : NULL;
	if (!f)
		return -1;
	*c = (struct call){.tree = x->tree, .base = x->base, .before = before};
	f->call = c;
	x->tree = n->call.tree;
	x->base = x->n_vars;
	x->depth++;
	return exec_push(x, STR("$"), v);
}

static void end_call(struct exec *x, const struct frame *f)
{
	struct call c = *f->call;
	x->tree = c.tree;
	x->base = c.base;
	x->n_vars = f->vars;
	x->depth--;
	x->n_frames--;
	pool_release(x, c.before);
}

/* --- the walk --------------------------------------------------------------------------------- */

static int walk_action(struct exec *x, const struct node *n, struct value dot)
{
	struct pool_mark before = pool_mark(x);
	struct value v;
	if (eval_pipeline(x, &dot, n->action.pipe, &v) < 0)
		return -1;
	int r = n->action.pipe->pipe.decl ? 0 : print_value(x, n, &v);
	/* what the action made is dead, unless a variable has it */
	if (!n->keeps)
		pool_release(x, before);
	return r;
}

static int walk_node(struct exec *x, const struct node *n, const struct value *dot)
{
	x->at = n;
	switch ((enum node_type)n->type) {
	case N_TEXT:
		return write_text(x, n->text.s, n->text.n, n->pos, 1);
	case N_ACTION:
		return walk_action(x, n, *dot);
	case N_IF:
	case N_WITH:
		return walk_branch(x, n, *dot);
	case N_RANGE:
		return walk_range(x, n, *dot);
	case N_TEMPLATE:
		return walk_call(x, n, *dot);
	case N_BREAK:
	case N_CONTINUE:
		leave_round(x, n->type == N_BREAK);
		return 0;
	case N_BOOL:
	case N_CHAIN:
	case N_COMMAND:
	case N_DOT:
	case N_ELSE:
	case N_END:
	case N_FIELD:
	case N_IDENT:
	case N_NIL:
	case N_NUMBER:
	case N_PIPE:
	case N_STRING:
	case N_VARIABLE:
		break;
	}
	return exec_error(x, "not a statement");
}

/* The frame on top has no statement left. */
static int end_frame(struct exec *x)
{
	struct frame *f = &x->frames[x->n_frames - 1];
	if (f->kind == F_RANGE)
		return range_next(x);
	if (f->kind == F_CALL) {
		end_call(x, f);
		return 0;
	}
	x->n_vars = f->vars;
	x->n_frames--;
	return 0;
}

int walk_tree(struct exec *x, const struct tree *tree, struct value dot)
{
	x->tree = tree;
	if (exec_push(x, STR("$"), dot) < 0 || !push_frame(x, F_BLOCK, tree->root, &dot, 0))
		return -1;
	while (x->n_frames > 0) {
		struct frame *f = &x->frames[x->n_frames - 1];
		const struct node *n = f->next;
		if (!n) {
			if (end_frame(x) < 0)
				return -1;
			continue;
		}
		f->next = n->next;
		if (exec_step(x, 1) < 0 || walk_node(x, n, &f->dot) < 0)
			return -1;
	}
	return x->failed ? -1 : 0;
}
