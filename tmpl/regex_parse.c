/* regex_parse: the syntax of Go's regexp; see regex_tree.h. */
#include "regex_tree.h"

#include <stdlib.h>

#define NESTED_MAX 200

struct parser {
	struct arena *arena;
	const char *s;
	size_t len, at;
	int depth;
	bool fold, multi, dotall;
	struct regex_error *e;
};

static struct regex_node *parse_alt(struct parser *p);

static bool failed(const struct parser *p)
{
	return p->e->why != NULL;
}

/* The error is about the text from `from` to here. */
static void *fail(struct parser *p, const char *why, size_t from)
{
	if (!failed(p))
		*p->e = (struct regex_error){why, p->s + from, p->at - from};
	return NULL;
}

/* It is about the whole text. */
static void *fail_all(struct parser *p, const char *why)
{
	if (!failed(p))
		*p->e = (struct regex_error){why, p->s, p->len};
	return NULL;
}

static struct regex_node *node_new(struct parser *p, enum regex_kind kind)
{
	struct regex_node *n = arena_alloc(p->arena, sizeof *n);
	if (!n)
		return fail_all(p, "no memory");
	*n = (struct regex_node){.kind = kind};
	return n;
}

static struct regex_node *node_rune(struct parser *p, uint32_t r)
{
	struct regex_node *n = node_new(p, R_RUNE);
	if (n) {
		n->rune = r;
		n->fold = p->fold;
	}
	return n;
}

static struct regex_node *node_assert(struct parser *p, enum assertion a)
{
	struct regex_node *n = node_new(p, R_ASSERT);
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
		fail_all(p, "invalid UTF-8");
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
static bool class_add_perl(struct class *c, char letter, bool fold)
{
	static const struct range digit[] = {{'0', '9'}};
	static const struct range space[] = {{'\t', '\n'}, {'\f', '\r'}, {' ', ' '}};
	/* the last two are long s and the Kelvin sign, which fold to s and k */
	static const struct range word[] = {{'0', '9'}, {'A', 'Z'},     {'_', '_'},
					    {'a', 'z'}, {0x17f, 0x17f}, {0x212a, 0x212a}};
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
		class_add_set(c, word, fold ? 6 : 4, letter == 'W');
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
	size_t from = p->at;
	p->at = end + 2;
	fail(p, "invalid character class range", from);
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
	size_t digits = 0, from = p->at - 2;
	bool braces = skip(p, "{");
	while (more(p) && hex_digit(p->s[p->at]) >= 0 && r <= UNI_MAX && (braces || digits < 2)) {
		r = r * 16 + (uint32_t)hex_digit(p->s[p->at++]);
		digits++;
	}
	bool whole = braces ? digits > 0 && looking_at(p, "}") : digits == 2;
	if (more(p) && (braces || !whole) && r <= UNI_MAX)
		next_rune(p); /* what closes it, or what is wrong */
	if (!whole || r > UNI_MAX)
		fail(p, "invalid escape sequence", from);
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
	size_t from = p->at - 1;
	if (!more(p)) {
		fail(p, "trailing backslash at end of expression", p->at);
		return 0;
	}
	uint32_t c = next_rune(p);
	const char *letter = c && c < 0x80 ? strchr(letters, (int)c) : NULL;
	if (letter)
		return (uint32_t)runes[letter - letters];
	if (c == 'x')
		return escape_hex(p);
	if (c == '0' ||
	    (c >= '1' && c <= '7' && more(p) && p->s[p->at] >= '0' && p->s[p->at] <= '7'))
		return escape_octal(p, (char)c);
	if (c >= 0x80 || uni_is_letter(c))
		fail(p, "invalid escape sequence", from);
	return c;
}

/* One end of a range in the class that begins at open. */
static uint32_t class_rune(struct parser *p, size_t open)
{
	if (!more(p)) {
		fail(p, "missing closing ]", open);
		return 0;
	}
	return skip(p, "\\") ? escape_rune(p) : next_rune(p);
}

static void class_item(struct parser *p, struct class *c, size_t open)
{
	size_t from = p->at;
	if (looking_at(p, "[:") && class_posix(p, c))
		return;
	if (looking_at(p, "\\") && p->at + 1 < p->len &&
	    class_add_perl(c, p->s[p->at + 1], p->fold)) {
		p->at += 2;
		return;
	}
	uint32_t lo = class_rune(p, open), hi = lo;
	if (p->at + 1 < p->len && p->s[p->at] == '-' && p->s[p->at + 1] != ']') {
		p->at++;
		hi = class_rune(p, open);
		if (hi < lo)
			fail(p, "invalid character class range", from);
	}
	class_add(c, lo, hi);
}

static struct regex_node *class_node(struct parser *p, const struct class *c, bool negated)
{
	struct regex_node *n = node_new(p, R_CLASS);
	struct range *r = arena_alloc(p->arena, (c->n + 1) * sizeof *r);
	if (!n || !r)
		return fail_all(p, "no memory");
	memcpy(r, c->r, c->n * sizeof *r);
	n->ranges = r;
	n->n_ranges = c->n;
	n->negated = negated;
	n->fold = p->fold;
	return n;
}

static struct regex_node *parse_class(struct parser *p)
{
	struct class *c = calloc(1, sizeof *c);
	size_t open = p->at - 1;
	if (!c)
		return fail_all(p, "no memory");
	bool negated = skip(p, "^");
	bool first = true;
	while (!failed(p) && (first || !looking_at(p, "]"))) {
		first = false;
		class_item(p, c, open);
	}
	p->at++;
	struct regex_node *n = failed(p) ? NULL : class_node(p, c, negated);
	free(c);
	return n;
}

/* --- what an expression is made of ------------------------------------------------- */

/* The flags of "(?ims-ims)" or "(?ims:"; returns whether a group opens. */
static bool parse_flags(struct parser *p)
{
	size_t open = p->at - 2;
	bool on = true, any = false;
	while (more(p)) {
		uint32_t c = next_rune(p);
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
	fail(p, "invalid or unsupported Perl syntax", open);
	return false;
}

static bool parse_group_name(struct parser *p)
{
	size_t from = p->at;
	bool fine = true;
	for (; more(p) && p->s[p->at] != '>'; p->at++)
		fine &= p->s[p->at] == '_' || uni_is_letter((unsigned char)p->s[p->at]);
	fine &= p->at > from;
	if (skip(p, ">") && fine)
		return true;
	fail(p, "invalid named capture", from - strlen("(?P<"));
	return false;
}

/* After "(". Flags end with their group. */
static struct regex_node *parse_group(struct parser *p)
{
	bool fold = p->fold, multi = p->multi, dotall = p->dotall;
	if (skip(p, "?P<")) {
		if (!parse_group_name(p))
			return NULL;
	} else if (skip(p, "?")) {
		bool opens = parse_flags(p);
		if (failed(p))
			return NULL;
		if (!opens)
			return node_new(p, R_FLAGS); /* for the rest of this group */
	}
	if (++p->depth > NESTED_MAX)
		return fail_all(p, "expression nests too deeply");
	struct regex_node *n = parse_alt(p);
	p->depth--;
	if (n && !skip(p, ")"))
		return fail_all(p, "missing closing )");
	p->fold = fold;
	p->multi = multi;
	p->dotall = dotall;
	return n;
}

static struct regex_node *parse_escape(struct parser *p)
{
	struct class *c;
	struct regex_node *n;
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
			return fail_all(p, "no memory");
		class_add_perl(c, letter, p->fold);
		p->at++;
		n = class_node(p, c, false);
		free(c);
		return n;
	default:
		return node_rune(p, escape_rune(p));
	}
}

static struct regex_node *parse_any(struct parser *p)
{
	static const struct range newline[] = {{'\n', '\n'}};
	struct regex_node *n = node_new(p, R_CLASS);
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
	*n = 0;
	for (; more(p) && p->s[p->at] >= '0' && p->s[p->at] <= '9'; p->at++)
		*n = *n > REGEX_COUNT ? *n : *n * 10 + (p->s[p->at] - '0');
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
		*max = REGEX_INF;
	if (ok && skip(p, "}"))
		return true;
	p->at = from;
	return false;
}

static bool parse_operator(struct parser *p, int *min, int *max)
{
	*min = 0;
	*max = REGEX_INF;
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

static bool count_fine(int min, int max)
{
	return min <= REGEX_COUNT && max <= REGEX_COUNT && (max == REGEX_INF || max >= min);
}

static struct regex_node *parse_atom(struct parser *p)
{
	int min, max;
	size_t from = p->at;
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
	default:
		if (parse_operator(p, &min, &max)) {
			if (!count_fine(min, max))
				return fail(p, "invalid repeat count", from);
			skip(p, "?");
			return fail(p, "missing argument to repetition operator", from);
		}
		return node_rune(p, next_rune(p));
	}
}

/* Do counted repetitions together repeat their innermost part so often at most? */
static bool counts_fit(const struct regex_node *n, int left)
{
	for (; n; n = n->b) {
		int times = n->kind == R_REPEAT ? (n->max > n->min ? n->max : n->min) : 1;
		if (times > 1 && left / times == 0)
			return false;
		if (n->a && !counts_fit(n->a, times > 1 ? left / times : left))
			return false;
	}
	return true;
}

static struct regex_node *parse_repeat(struct parser *p)
{
	struct regex_node *n = parse_atom(p);
	int min, max;
	size_t first = p->at, from = p->at;
	while (n && n->kind != R_FLAGS && more(p) && parse_operator(p, &min, &max)) {
		if (!count_fine(min, max))
			return fail(p, "invalid repeat count", from);
		size_t end = p->at;
		skip(p, "?"); /* lazy or not: a match is a match */
		if (from > first)
			return fail(p, "invalid nested repetition operator", first);
		struct regex_node *r = node_new(p, R_REPEAT);
		if (!r)
			return NULL;
		*r = (struct regex_node){.kind = R_REPEAT, .a = n, .min = min, .max = max};
		n = r;
		if ((min > 1 || max > 1) && !counts_fit(n, REGEX_COUNT)) {
			p->at = end;
			return fail(p, "invalid repeat count", from);
		}
		from = p->at;
	}
	return failed(p) ? NULL : n;
}

static struct regex_node *join_nodes(struct parser *p, enum regex_kind kind, struct regex_node *a,
				     struct regex_node *b)
{
	struct regex_node *n = node_new(p, kind);
	if (n) {
		n->a = a;
		n->b = b;
	}
	return n;
}

static struct regex_node *parse_cat(struct parser *p)
{
	struct regex_node *all = node_new(p, R_EMPTY);
	while (all && more(p) && p->s[p->at] != '|' && p->s[p->at] != ')') {
		struct regex_node *n = parse_repeat(p);
		all = n ? join_nodes(p, R_CAT, all, n) : NULL;
	}
	return all;
}

static struct regex_node *parse_alt(struct parser *p)
{
	struct regex_node *n = parse_cat(p);
	while (n && skip(p, "|")) {
		struct regex_node *b = parse_cat(p);
		n = b ? join_nodes(p, R_ALT, n, b) : NULL;
	}
	return n;
}

struct regex_node *regex_parse(struct arena *a, const char *text, size_t len,
			       struct regex_error *error)
{
	struct parser p = {.arena = a, .s = text, .len = len, .e = error};
	*error = (struct regex_error){0};
	if (len > REGEX_TEXT)
		return fail_all(&p, "expression too long");
	struct regex_node *root = parse_alt(&p);
	if (!failed(&p) && p.at < len)
		fail_all(&p, "unexpected )");
	return failed(&p) ? NULL : root;
}
