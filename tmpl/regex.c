/* regex: see regex.h. The tree of an expression becomes a program of a few
 * instructions, which runs all its threads in step with the text
 * (https://swtch.com/~rsc/regexp/regexp2.html). */
#include "regex_tree.h"

#include <stdlib.h>

/* --- the program --------------------------------------------------------------------- */

enum op { OP_RUNE, OP_CLASS, OP_ASSERT, OP_SPLIT, OP_JUMP, OP_MATCH };

struct inst {
	enum op op;
	uint32_t x, y; /* where to go */
	const struct regex_node *node;
};

struct regex {
	struct inst *prog;
	size_t n;
	const char *why;
};

static size_t emit_inst(struct regex *re, enum op op, const struct regex_node *n)
{
	if (re->n >= REGEX_SIZE) {
		re->why = "expression too large";
		return REGEX_SIZE - 1;
	}
	re->prog[re->n] = (struct inst){.op = op, .node = n, .x = (uint32_t)re->n + 1};
	return re->n++;
}

static void emit(struct regex *re, const struct regex_node *n);

static void emit_repeat(struct regex *re, const struct regex_node *n)
{
	for (int i = 0; i < n->min && !re->why; i++)
		emit(re, n->a);
	if (n->max == REGEX_INF) {
		size_t split = emit_inst(re, OP_SPLIT, NULL);
		emit(re, n->a);
		re->prog[emit_inst(re, OP_JUMP, NULL)].x = (uint32_t)split;
		re->prog[split].y = (uint32_t)re->n;
		return;
	}
	for (int i = n->min; i < n->max && !re->why; i++) {
		size_t split = emit_inst(re, OP_SPLIT, NULL);
		emit(re, n->a);
		re->prog[split].y = (uint32_t)re->n;
	}
}

/* A chain of R_CAT or R_ALT hangs to the left; its depth is bounded by the
 * length of an expression. */
static void emit(struct regex *re, const struct regex_node *n)
{
	size_t split, jump;
	if (re->why)
		return;
	switch (n->kind) {
	case R_EMPTY:
	case R_FLAGS:
		break;
	case R_RUNE:
		emit_inst(re, OP_RUNE, n);
		break;
	case R_CLASS:
		emit_inst(re, OP_CLASS, n);
		break;
	case R_ASSERT:
		emit_inst(re, OP_ASSERT, n);
		break;
	case R_CAT:
		emit(re, n->a);
		emit(re, n->b);
		break;
	case R_ALT:
		split = emit_inst(re, OP_SPLIT, NULL);
		emit(re, n->a);
		jump = emit_inst(re, OP_JUMP, NULL);
		re->prog[split].y = (uint32_t)re->n;
		emit(re, n->b);
		re->prog[jump].x = (uint32_t)re->n;
		break;
	case R_REPEAT:
		emit_repeat(re, n);
		break;
	}
}

struct regex *regex_compile(struct arena *a, const char *text, size_t len, struct regex_error *e)
{
	const struct regex_node *root = regex_parse(a, text, len, e);
	if (!root)
		return NULL;
	struct regex *re = arena_alloc(a, sizeof *re);
	struct inst *prog = arena_alloc(a, REGEX_SIZE * sizeof *prog);
	if (re && prog) {
		*re = (struct regex){.prog = prog};
		emit(re, root);
		emit_inst(re, OP_MATCH, NULL);
	}
	const char *why = re && prog ? re->why : "no memory";
	if (why)
		*e = (struct regex_error){why, text, len};
	return why ? NULL : re;
}

size_t regex_size(const struct regex *re)
{
	return re->n;
}

/* --- the match ------------------------------------------------------------------------ */

struct threads {
	uint32_t *pc;
	size_t n;
};

struct match {
	const struct regex *re;
	const char *s;
	size_t len, at;
	uint32_t before, after; /* the runes around at; 0 with none at the ends */
	bool at_begin, at_end;
	uint32_t *mark; /* the step at which a thread was last added, plus one */
	uint32_t step;
	uint32_t *stack;
	bool found;
};

static bool is_word(uint32_t r)
{
	return r < 0x80 && (uni_is_letter(r) || r == '_');
}

static bool holds(const struct match *m, enum assertion a)
{
	bool word = (!m->at_begin && is_word(m->before)) != (!m->at_end && is_word(m->after));
	switch (a) {
	case A_BEGIN:
		return m->at_begin;
	case A_END:
		return m->at_end;
	case A_LINE_BEGIN:
		return m->at_begin || m->before == '\n';
	case A_LINE_END:
		return m->at_end || m->after == '\n';
	case A_WORD:
		return word;
	case A_NO_WORD:
	default:
		return !word;
	}
}

/* Adds a thread and all that it leads to without a rune. */
static void add_thread(struct match *m, struct threads *t, uint32_t pc)
{
	size_t top = 0;
	m->stack[top++] = pc;
	while (top > 0) {
		pc = m->stack[--top];
		if (m->mark[pc] == m->step)
			continue;
		m->mark[pc] = m->step;
		const struct inst *in = &m->re->prog[pc];
		switch (in->op) {
		case OP_JUMP:
			m->stack[top++] = in->x;
			break;
		case OP_SPLIT:
			m->stack[top++] = in->y;
			m->stack[top++] = in->x;
			break;
		case OP_ASSERT:
			if (holds(m, (enum assertion)in->node->rune))
				m->stack[top++] = in->x;
			break;
		case OP_MATCH:
			m->found = true;
			return;
		case OP_RUNE:
		case OP_CLASS:
		default:
			t->pc[t->n++] = pc;
		}
	}
}

static bool in_class(const struct regex_node *n, uint32_t r)
{
	for (size_t i = 0; i < n->n_ranges; i++)
		if (r >= n->ranges[i].lo && r <= n->ranges[i].hi)
			return true;
	return false;
}

static bool takes(const struct inst *in, uint32_t r)
{
	const struct regex_node *n = in->node;
	if (in->op == OP_RUNE) {
		if (r == n->rune)
			return true;
		return n->fold &&
		       (uni_lower(r) == uni_lower(n->rune) || uni_upper(r) == uni_upper(n->rune));
	}
	bool in_it = in_class(n, r);
	if (!in_it && n->fold)
		in_it = in_class(n, uni_lower(r)) || in_class(n, uni_upper(r)) ||
			in_class(n, uni_upper(uni_lower(r)));
	return in_it != n->negated;
}

static size_t look_around(struct match *m)
{
	size_t size = 0;
	m->at_begin = m->at == 0;
	m->at_end = m->at >= m->len;
	m->after = m->at_end ? 0 : uni_decode(m->s + m->at, m->len - m->at, &size);
	return size;
}

static void run(struct match *m, struct threads *now, struct threads *next)
{
	for (;;) {
		size_t size = look_around(m);
		m->step++;
		/* what the last rune led to, and a new thread: a match may begin
		 * anywhere */
		struct threads *t = now;
		t->n = 0;
		for (size_t i = 0; i < next->n && !m->found; i++)
			add_thread(m, t, next->pc[i]);
		if (!m->found)
			add_thread(m, t, 0);
		if (m->found || m->at_end)
			return;
		next->n = 0;
		for (size_t i = 0; i < t->n; i++) {
			const struct inst *in = &m->re->prog[t->pc[i]];
			if (takes(in, m->after))
				next->pc[next->n++] = in->x;
		}
		m->before = m->after;
		m->at += size;
	}
}

int regex_match(const struct regex *re, const char *s, size_t len)
{
	struct match m = {.re = re, .s = s, .len = len};
	uint32_t *memory = calloc(re->n * 5 + 8, sizeof *memory);
	if (!memory)
		return -1;
	struct threads now = {memory, 0}, next = {memory + re->n, 0};
	m.mark = memory + 2 * re->n;
	m.stack = memory + 3 * re->n; /* each instruction is pushed at most twice */
	run(&m, &now, &next);
	free(memory);
	return m.found;
}
