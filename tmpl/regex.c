/* regex: see regex.h. An expression becomes a tree, the tree a program of a
 * few instructions, the program runs all its threads in step with the text
 * (https://swtch.com/~rsc/regexp/regexp2.html). */
#include "regex.h"

#include <stdlib.h>

#define NESTED_MAX 200
#define INF (-1)

/* --- the tree --------------------------------------------------------------- */

enum node_kind { N_EMPTY, N_RUNE, N_CLASS, N_ASSERT, N_CAT, N_ALT, N_REPEAT };

enum assertion { A_BEGIN, A_END, A_LINE_BEGIN, A_LINE_END, A_WORD, A_NO_WORD };

struct range {
	uint32_t lo, hi;
};

struct node {
	enum node_kind kind;
	uint32_t rune; /* N_RUNE, N_ASSERT */
	bool fold;
	bool negated;
	const struct range *ranges;
	size_t n_ranges;
	int min, max; /* N_REPEAT; max INF = no end */
	struct node *a, *b;
};

struct parser {
	struct arena *arena;
	const char *s;
	size_t len, at;
	int depth;
	bool fold, multi, dotall;
	const char *why;
};

static struct node *parse_alt(struct parser *p);

static struct node *fail(struct parser *p, const char *why)
{
	if (!p->why)
		p->why = why;
	return NULL;
}

static struct node *node_new(struct parser *p, enum node_kind kind)
{
	struct node *n = arena_alloc(p->arena, sizeof *n);
	if (!n)
		return fail(p, "no memory");
	*n = (struct node){.kind = kind};
	return n;
}

static struct node *node_rune(struct parser *p, uint32_t r)
{
	struct node *n = node_new(p, N_RUNE);
	if (n) {
		n->rune = r;
		n->fold = p->fold;
	}
	return n;
}

static struct node *node_assert(struct parser *p, enum assertion a)
{
	struct node *n = node_new(p, N_ASSERT);
	if (n)
		n->rune = a;
	return n;
}

static bool more(const struct parser *p)
{
	return p->at < p->len;
}

static bool looking_at(const struct parser *p, const char *text)
{
	size_t n = strlen(text);
	return p->len - p->at >= n && memcmp(p->s + p->at, text, n) == 0;
}

static bool skip(struct parser *p, const char *text)
{
	if (!looking_at(p, text))
		return false;
	p->at += strlen(text);
	return true;
}

static uint32_t next_rune(struct parser *p)
{
	size_t size;
	uint32_t r = uni_decode(p->s + p->at, p->len - p->at, &size);
	if (r == UNI_BAD && size == 1)
		fail(p, "invalid UTF-8");
	p->at += size;
	return r;
}

/* --- classes ------------------------------------------------------------------- */

struct class
{
	struct range r[REGEX_TEXT * 4];
	size_t n;
};

static void class_add(struct class *c, uint32_t lo, uint32_t hi)
{
	if (c->n < sizeof c->r / sizeof c->r[0])
		c->r[c->n++] = (struct range){lo, hi};
}

/* Ranges in ascending order, or all runes outside them. */
static void class_add_set(struct class *c, const struct range *r, size_t n, bool negated)
{
	uint32_t from = 0;
	for (size_t i = 0; i < n; i++) {
		if (!negated)
			class_add(c, r[i].lo, r[i].hi);
		else if (r[i].lo > from)
			class_add(c, from, r[i].lo - 1);
		from = r[i].hi + 1;
	}
	if (negated)
		class_add(c, from, UNI_MAX);
}

/* \d \D \s \S \w \W: returns whether letter is one of them. */
static bool class_add_perl(struct class *c, char letter)
{
	static const struct range digit[] = {{'0', '9'}};
	static const struct range space[] = {{'\t', '\n'}, {'\f', '\r'}, {' ', ' '}};
	static const struct range word[] = {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}};
	switch (letter) {
	case 'd':
	case 'D':
		class_add_set(c, digit, 1, letter == 'D');
		return true;
	case 's':
	case 'S':
		class_add_set(c, space, 3, letter == 'S');
		return true;
	case 'w':
	case 'W':
		class_add_set(c, word, 4, letter == 'W');
		return true;
	default:
		return false;
	}
}

static const struct {
	const char *name;
	size_t n;
	struct range r[4];
} posix[] = {
    {"alnum", 3, {{'0', '9'}, {'A', 'Z'}, {'a', 'z'}}},
    {"alpha", 2, {{'A', 'Z'}, {'a', 'z'}}},
    {"ascii", 1, {{0, 0x7f}}},
    {"blank", 2, {{'\t', '\t'}, {' ', ' '}}},
    {"cntrl", 2, {{0, 0x1f}, {0x7f, 0x7f}}},
    {"digit", 1, {{'0', '9'}}},
    {"graph", 1, {{'!', '~'}}},
    {"lower", 1, {{'a', 'z'}}},
    {"print", 1, {{' ', '~'}}},
    {"punct", 4, {{'!', '/'}, {':', '@'}, {'[', '`'}, {'{', '~'}}},
    {"space", 2, {{'\t', '\r'}, {' ', ' '}}},
    {"upper", 1, {{'A', 'Z'}}},
    {"word", 4, {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}}},
    {"xdigit", 3, {{'0', '9'}, {'A', 'F'}, {'a', 'f'}}},
};

/* "[:alpha:]" or "[:^alpha:]"; false if there is none here. */
static bool class_posix(struct parser *p, struct class *c)
{
	size_t end = p->at + 2;
	while (end + 1 < p->len && !(p->s[end] == ':' && p->s[end + 1] == ']'))
		end++;
	if (end + 1 >= p->len)
		return false;
	const char *name = p->s + p->at + 2;
	size_t n = end - p->at - 2;
	bool negated = n > 0 && name[0] == '^';
	name += negated;
	n -= negated;
	for (size_t i = 0; i < sizeof posix / sizeof posix[0]; i++) {
		if (strlen(posix[i].name) == n && memcmp(posix[i].name, name, n) == 0) {
			class_add_set(c, posix[i].r, posix[i].n, negated);
			p->at = end + 2;
			return true;
		}
	}
	fail(p, "invalid character class range");
	return true;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The rest of "\x41" or "\x{10ffff}" after the x. */
static uint32_t escape_hex(struct parser *p)
{
	uint32_t r = 0;
	size_t digits = 0;
	bool braces = skip(p, "{");
	while (more(p) && hex_digit(p->s[p->at]) >= 0 && r <= UNI_MAX && (braces || digits < 2)) {
		r = r * 16 + (uint32_t)hex_digit(p->s[p->at++]);
		digits++;
	}
	if (digits == 0 || (!braces && digits < 2) || (braces && !skip(p, "}")) || r > UNI_MAX)
		fail(p, "invalid escape sequence");
	return r;
}

static uint32_t escape_octal(struct parser *p, char first)
{
	uint32_t r = (uint32_t)(first - '0');
	for (int i = 0; i < 2 && more(p) && p->s[p->at] >= '0' && p->s[p->at] <= '7'; i++)
		r = r * 8 + (uint32_t)(p->s[p->at++] - '0');
	return r;
}

/* An escape that stands for one rune; the backslash is behind. */
static uint32_t escape_rune(struct parser *p)
{
	static const char letters[] = "afnrtv", runes[] = "\a\f\n\r\t\v";
	if (!more(p)) {
		fail(p, "trailing backslash at end of expression");
		return 0;
	}
	char c = p->s[p->at];
	if ((unsigned char)c >= 0x80) {
		fail(p, "invalid escape sequence");
		return 0;
	}
	p->at++;
	const char *letter = strchr(letters, c);
	if (letter && c)
		return (uint32_t)runes[letter - letters];
	if (c == 'x')
		return escape_hex(p);
	if (c == '0' ||
	    (c >= '1' && c <= '7' && more(p) && p->s[p->at] >= '0' && p->s[p->at] <= '7'))
		return escape_octal(p, c);
	if (uni_is_letter((uint32_t)c) || (unsigned char)c < ' ' || c == 0x7f)
		fail(p, "invalid escape sequence");
	return (uint32_t)c;
}

/* One end of a range. */
static uint32_t class_rune(struct parser *p)
{
	if (!more(p)) {
		fail(p, "missing closing ]");
		return 0;
	}
	return skip(p, "\\") ? escape_rune(p) : next_rune(p);
}

static void class_item(struct parser *p, struct class *c)
{
	if (looking_at(p, "[:") && class_posix(p, c))
		return;
	if (looking_at(p, "\\") && p->at + 1 < p->len && class_add_perl(c, p->s[p->at + 1])) {
		p->at += 2;
		return;
	}
	uint32_t lo = class_rune(p), hi = lo;
	if (p->at + 1 < p->len && p->s[p->at] == '-' && p->s[p->at + 1] != ']') {
		p->at++;
		hi = class_rune(p);
		if (hi < lo)
			fail(p, "invalid character class range");
	}
	class_add(c, lo, hi);
}

static struct node *class_node(struct parser *p, const struct class *c, bool negated)
{
	struct node *n = node_new(p, N_CLASS);
	struct range *r = arena_alloc(p->arena, (c->n + 1) * sizeof *r);
	if (!n || !r)
		return fail(p, "no memory");
	memcpy(r, c->r, c->n * sizeof *r);
	n->ranges = r;
	n->n_ranges = c->n;
	n->negated = negated;
	n->fold = p->fold;
	return n;
}

static struct node *parse_class(struct parser *p)
{
	struct class *c = calloc(1, sizeof *c);
	if (!c)
		return fail(p, "no memory");
	bool negated = skip(p, "^");
	bool first = true;
	while (!p->why && (first || !looking_at(p, "]"))) {
		first = false;
		class_item(p, c);
	}
	p->at++;
	struct node *n = p->why ? NULL : class_node(p, c, negated);
	free(c);
	return n;
}

/* --- what an expression is made of ------------------------------------------------- */

/* The flags of "(?ims-ims)" or "(?ims:"; returns whether a group opens. */
static bool parse_flags(struct parser *p)
{
	bool on = true, any = false;
	while (more(p)) {
		char c = p->s[p->at++];
		if (c == 'i')
			p->fold = on;
		else if (c == 'm')
			p->multi = on;
		else if (c == 's')
			p->dotall = on;
		else if (c == '-' && on)
			on = false;
		else if ((c == ')' || c == ':') && (on || any))
			return c == ':';
		else if (c != 'U')
			break;
		any = c != '-';
	}
	fail(p, "invalid or unsupported Perl syntax");
	return false;
}

static bool parse_group_name(struct parser *p)
{
	size_t from = p->at;
	while (more(p) && p->s[p->at] != '>' &&
	       (p->s[p->at] == '_' || uni_is_letter((unsigned char)p->s[p->at])))
		p->at++;
	if (p->at > from && skip(p, ">"))
		return true;
	fail(p, "invalid named capture");
	return false;
}

/* After "(". Flags end with their group. */
static struct node *parse_group(struct parser *p)
{
	bool fold = p->fold, multi = p->multi, dotall = p->dotall;
	if (skip(p, "?P<")) {
		if (!parse_group_name(p))
			return NULL;
	} else if (skip(p, "?")) {
		bool opens = parse_flags(p);
		if (p->why)
			return NULL;
		if (!opens)
			return node_new(p, N_EMPTY); /* for the rest of this group */
	}
	if (++p->depth > NESTED_MAX)
		return fail(p, "expression nests too deeply");
	struct node *n = parse_alt(p);
	p->depth--;
	if (n && !skip(p, ")"))
		return fail(p, "missing closing )");
	p->fold = fold;
	p->multi = multi;
	p->dotall = dotall;
	return n;
}

static struct node *parse_escape(struct parser *p)
{
	struct class *c;
	struct node *n;
	char letter = more(p) ? p->s[p->at] : '\0';
	switch (letter) {
	case 'A':
	case 'z':
	case 'b':
	case 'B':
		p->at++;
		return node_assert(p, letter == 'A'   ? A_BEGIN
				      : letter == 'z' ? A_END
				      : letter == 'b' ? A_WORD
						      : A_NO_WORD);
	case 'd':
	case 'D':
	case 's':
	case 'S':
	case 'w':
	case 'W':
		c = calloc(1, sizeof *c);
		if (!c)
			return fail(p, "no memory");
		class_add_perl(c, letter);
		p->at++;
		n = class_node(p, c, false);
		free(c);
		return n;
	default:
		return node_rune(p, escape_rune(p));
	}
}

static struct node *parse_any(struct parser *p)
{
	static const struct range newline[] = {{'\n', '\n'}};
	struct node *n = node_new(p, N_CLASS);
	if (n) {
		n->negated = true;
		n->ranges = newline;
		n->n_ranges = p->dotall ? 0 : 1;
	}
	return n;
}

static bool parse_count(struct parser *p, int *n)
{
	size_t from = p->at;
	long v = 0;
	while (more(p) && p->s[p->at] >= '0' && p->s[p->at] <= '9' && p->at - from < 8)
		v = v * 10 + (p->s[p->at++] - '0');
	*n = (int)v;
	return p->at > from && !(p->at - from > 1 && p->s[from] == '0');
}

/* "{n}", "{n,}", "{n,m}"; anything else after "{" is text. */
static bool parse_braces(struct parser *p, int *min, int *max)
{
	size_t from = p->at;
	p->at++;
	bool ok = parse_count(p, min);
	*max = *min;
	if (ok && skip(p, ",") && !looking_at(p, "}"))
		ok = parse_count(p, max);
	else if (ok && p->s[p->at - 1] == ',')
		*max = INF;
	if (ok && skip(p, "}"))
		return true;
	p->at = from;
	return false;
}

static struct node *parse_atom(struct parser *p)
{
	int min, max;
	switch (p->s[p->at]) {
	case '(':
		p->at++;
		return parse_group(p);
	case '[':
		p->at++;
		return parse_class(p);
	case '.':
		p->at++;
		return parse_any(p);
	case '^':
		p->at++;
		return node_assert(p, p->multi ? A_LINE_BEGIN : A_BEGIN);
	case '$':
		p->at++;
		return node_assert(p, p->multi ? A_LINE_END : A_END);
	case '\\':
		p->at++;
		return parse_escape(p);
	case '*':
	case '+':
	case '?':
		return fail(p, "missing argument to repetition operator");
	case '{':
		if (parse_braces(p, &min, &max))
			return fail(p, "missing argument to repetition operator");
		return node_rune(p, next_rune(p));
	default:
		return node_rune(p, next_rune(p));
	}
}

static bool parse_operator(struct parser *p, int *min, int *max)
{
	*min = 0;
	*max = INF;
	if (skip(p, "*"))
		return true;
	*min = 1;
	if (skip(p, "+"))
		return true;
	*min = 0;
	*max = 1;
	if (skip(p, "?"))
		return true;
	return looking_at(p, "{") && parse_braces(p, min, max);
}

static struct node *parse_repeat(struct parser *p)
{
	struct node *n = parse_atom(p);
	int min, max;
	bool twice = false;
	while (n && !p->why && more(p) && parse_operator(p, &min, &max)) {
		skip(p, "?"); /* lazy or not: a match is a match */
		if (twice)
			return fail(p, "invalid nested repetition operator");
		if (min > REGEX_COUNT || max > REGEX_COUNT || (max != INF && max < min))
			return fail(p, "invalid repeat count");
		struct node *r = node_new(p, N_REPEAT);
		if (!r)
			return NULL;
		r->a = n;
		r->min = min;
		r->max = max;
		n = r;
		twice = true;
	}
	return p->why ? NULL : n;
}

static struct node *join_nodes(struct parser *p, enum node_kind kind, struct node *a,
			       struct node *b)
{
	struct node *n = node_new(p, kind);
	if (n) {
		n->a = a;
		n->b = b;
	}
	return n;
}

static struct node *parse_cat(struct parser *p)
{
	struct node *all = node_new(p, N_EMPTY);
	while (all && more(p) && p->s[p->at] != '|' && p->s[p->at] != ')') {
		struct node *n = parse_repeat(p);
		all = n ? join_nodes(p, N_CAT, all, n) : NULL;
	}
	return all;
}

static struct node *parse_alt(struct parser *p)
{
	struct node *n = parse_cat(p);
	while (n && skip(p, "|")) {
		struct node *b = parse_cat(p);
		n = b ? join_nodes(p, N_ALT, n, b) : NULL;
	}
	return n;
}

/* --- the program --------------------------------------------------------------------- */

enum op { OP_RUNE, OP_CLASS, OP_ASSERT, OP_SPLIT, OP_JUMP, OP_MATCH };

struct inst {
	enum op op;
	uint32_t x, y; /* where to go */
	const struct node *node;
};

struct regex {
	struct inst *prog;
	size_t n;
	const char *why;
};

static size_t emit_inst(struct regex *re, enum op op, const struct node *n)
{
	if (re->n >= REGEX_SIZE) {
		re->why = "expression too large";
		return REGEX_SIZE - 1;
	}
	re->prog[re->n] = (struct inst){.op = op, .node = n, .x = (uint32_t)re->n + 1};
	return re->n++;
}

static void emit(struct regex *re, const struct node *n);

static void emit_repeat(struct regex *re, const struct node *n)
{
	for (int i = 0; i < n->min && !re->why; i++)
		emit(re, n->a);
	if (n->max == INF) {
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

/* A chain of N_CAT or N_ALT hangs to the left; its depth is bounded by the
 * length of an expression. */
static void emit(struct regex *re, const struct node *n)
{
	size_t split, jump;
	if (re->why)
		return;
	switch (n->kind) {
	case N_EMPTY:
		break;
	case N_RUNE:
		emit_inst(re, OP_RUNE, n);
		break;
	case N_CLASS:
		emit_inst(re, OP_CLASS, n);
		break;
	case N_ASSERT:
		emit_inst(re, OP_ASSERT, n);
		break;
	case N_CAT:
		emit(re, n->a);
		emit(re, n->b);
		break;
	case N_ALT:
		split = emit_inst(re, OP_SPLIT, NULL);
		emit(re, n->a);
		jump = emit_inst(re, OP_JUMP, NULL);
		re->prog[split].y = (uint32_t)re->n;
		emit(re, n->b);
		re->prog[jump].x = (uint32_t)re->n;
		break;
	case N_REPEAT:
		emit_repeat(re, n);
		break;
	}
}

/* How often counted repetitions together repeat their innermost part. */
static bool counts_fit(const struct node *n, int left)
{
	for (; n; n = n->b) {
		int times = n->kind == N_REPEAT ? (n->max > n->min ? n->max : n->min) : 1;
		if (times > 1 && left / times == 0)
			return false;
		if (n->a && !counts_fit(n->a, times > 1 ? left / times : left))
			return false;
	}
	return true;
}

struct regex *regex_compile(struct arena *a, const char *text, size_t len, const char **why)
{
	struct parser p = {.arena = a, .s = text, .len = len};
	struct regex *re = arena_alloc(a, sizeof *re);
	struct node *root = NULL;
	if (len > REGEX_TEXT)
		fail(&p, "expression too long");
	else if (!re)
		fail(&p, "no memory");
	else
		root = parse_alt(&p);
	if (!p.why && p.at < len)
		fail(&p, "unexpected )");
	if (!p.why && !counts_fit(root, REGEX_COUNT))
		fail(&p, "invalid repeat count");
	if (!p.why) {
		*re = (struct regex){.prog = arena_alloc(a, REGEX_SIZE * sizeof(struct inst))};
		if (!re->prog)
			fail(&p, "no memory");
	}
	if (!p.why) {
		emit(re, root);
		emit_inst(re, OP_MATCH, NULL);
		p.why = re->why;
	}
	*why = p.why;
	return p.why ? NULL : re;
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

static bool in_class(const struct node *n, uint32_t r)
{
	for (size_t i = 0; i < n->n_ranges; i++)
		if (r >= n->ranges[i].lo && r <= n->ranges[i].hi)
			return true;
	return false;
}

static bool takes(const struct inst *in, uint32_t r)
{
	const struct node *n = in->node;
	if (in->op == OP_RUNE) {
		if (r == n->rune)
			return true;
		return n->fold &&
		       (uni_lower(r) == uni_lower(n->rune) || uni_upper(r) == uni_upper(n->rune));
	}
	bool in_it = in_class(n, r);
	if (!in_it && n->fold)
		in_it = in_class(n, uni_lower(r)) || in_class(n, uni_upper(r));
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
