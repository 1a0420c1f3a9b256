/* literal: strings, characters and numbers as Go reads them; see node.h. */
#include "node.h"

#include <locale.h>
#include <math.h>
#include <stdlib.h>

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* --- strings ----------------------------------------------------------------- */

/* Reads the n digits of \x, \u, \U or an octal escape. */
static bool escape_digits(struct str *s, int n, unsigned base, uint32_t *r)
{
	if (s->n < (size_t)n)
		return false;
	uint32_t v = 0;
	for (int i = 0; i < n; i++) {
		int d = hex_digit(s->s[i]);
		if (d < 0 || (unsigned)d >= base)
			return false;
		v = v * base + (unsigned)d;
	}
	s->s += n;
	s->n -= (size_t)n;
	*r = v;
	return true;
}

/* What follows a backslash. *byte: the result is one byte and not a rune. */
static bool unquote_escape(struct str *s, char quote, uint32_t *r, bool *byte)
{
	static const char from[] = "abfnrtv\\", to[] = "\a\b\f\n\r\t\v\\";
	if (s->n == 0)
		return false;
	char c = *s->s++;
	s->n--;
	const char *plain = c ? strchr(from, c) : NULL;
	*byte = false;
	if (plain) {
		*r = (unsigned char)to[plain - from];
		return true;
	}
	switch (c) {
	case 'x':
		*byte = true;
		return escape_digits(s, 2, 16, r);
	case 'u':
	case 'U':
		return escape_digits(s, c == 'u' ? 4 : 8, 16, r) && *r <= UNI_MAX &&
		       (*r < 0xd800 || *r > 0xdfff);
	case '\'':
	case '"':
		*r = (unsigned char)c;
		return c == quote;
	default:
		*byte = true;
		s->s--;
		s->n++;
		return escape_digits(s, 3, 8, r) && *r <= 255;
	}
}

/* strconv.UnquoteChar: takes one character off s. */
static bool unquote_char(struct str *s, char quote, uint32_t *r, bool *byte)
{
	*byte = false;
	if (s->n == 0 || *s->s == quote)
		return false;
	if (*s->s != '\\') {
		size_t w;
		*r = uni_decode(s->s, s->n, &w);
		s->s += w;
		s->n -= w;
		return true;
	}
	s->s++;
	s->n--;
	return unquote_escape(s, quote, r, byte);
}

static bool unquote_raw(struct arena *a, struct str in, struct str *out)
{
	char *p = arena_alloc(a, in.n + 1);
	if (!p)
		return false;
	size_t n = 0;
	for (size_t i = 0; i < in.n; i++)
		if (in.s[i] != '\r')
			p[n++] = in.s[i];
	*out = (struct str){p, n};
	return true;
}

bool literal_unquote(struct arena *a, struct str quoted, struct str *out)
{
	struct str in = {quoted.s + 1, quoted.n - 2};
	if (quoted.s[0] == '`')
		return unquote_raw(a, in, out);
	/* an escape is never shorter than what it stands for, but a wrong byte
	 * grows to the three of U+FFFD */
	char *p = arena_alloc(a, in.n * 3 + 1);
	if (!p)
		return false;
	size_t n = 0;
	while (in.n) {
		uint32_t r;
		bool byte;
		if (!unquote_char(&in, '"', &r, &byte))
			return false;
		if (byte)
			p[n++] = (char)r;
		else
			n += uni_encode(r, p + n);
	}
	*out = (struct str){p, n};
	return true;
}

/* --- numbers -------------------------------------------------------------------- */

static bool starts_hex(struct str t)
{
	return t.n >= 2 && t.s[0] == '0' && (t.s[1] | 0x20) == 'x';
}

/* Are the underscores between digits, or between a base's prefix and a digit? */
static bool underscores_ok(struct str t)
{
	char saw = '^';
	size_t i = 0;
	if (t.n && (t.s[0] == '-' || t.s[0] == '+'))
		t.s++, t.n--;
	bool hex = starts_hex(t);
	if (t.n >= 2 && t.s[0] == '0' && strchr("box", t.s[1] | 0x20)) {
		i = 2;
		saw = '0';
	}
	for (; i < t.n; i++) {
		char c = t.s[i];
		if ((c >= '0' && c <= '9') || (hex && hex_digit(c) >= 0)) {
			saw = '0';
		} else if (c == '_') {
			if (saw != '0')
				return false;
			saw = '_';
		} else {
			if (saw == '_')
				return false;
			saw = '!';
		}
	}
	return saw != '_';
}

/* strconv.ParseUint(t, 0, 64) */
static bool parse_uint(struct str t, uint64_t *out)
{
	struct str digits = t;
	unsigned base = 10;
	if (t.n == 0)
		return false;
	if (t.s[0] == '0') {
		char c = t.n >= 3 ? (char)(t.s[1] | 0x20) : 0;
		base = c == 'b' ? 2 : c == 'x' ? 16 : 8;
		size_t skip = c == 'b' || c == 'o' || c == 'x' ? 2 : 1;
		digits = (struct str){t.s + skip, t.n - skip};
	}
	uint64_t v = 0;
	bool underscores = false;
	for (size_t i = 0; i < digits.n; i++) {
		if (digits.s[i] == '_') {
			underscores = true;
			continue;
		}
		int d = hex_digit(digits.s[i]);
		if (d < 0 || (unsigned)d >= base || __builtin_mul_overflow(v, base, &v) ||
		    __builtin_add_overflow(v, (unsigned)d, &v))
			return false;
	}
	if (underscores && !underscores_ok(t))
		return false;
	*out = v;
	return true;
}

bool literal_int(struct str t, int64_t *out)
{
	bool neg = t.n && t.s[0] == '-';
	struct str digits = t;
	if (t.n && (t.s[0] == '-' || t.s[0] == '+'))
		digits.s++, digits.n--;
	uint64_t u;
	if (!parse_uint(digits, &u) || u > (uint64_t)INT64_MAX + neg)
		return false;
	*out = neg ? (int64_t)(0 - u) : (int64_t)u;
	return true;
}

/* Does the text (no sign) have the form of a float, hex or decimal? */
static bool float_form(struct str t)
{
	bool hex = t.n > 2 && starts_hex(t), dot = false, digits = false, exponent = false;
	size_t i = hex ? 2 : 0;
	for (; i < t.n; i++) {
		char c = t.s[i];
		if (c == '.') {
			if (dot)
				break;
			dot = true;
		} else if ((c >= '0' && c <= '9') || (hex && hex_digit(c) >= 0)) {
			digits = true;
		} else if (c != '_') {
			break;
		}
	}
	if (i < t.n && (t.s[i] | 0x20) == (hex ? 'p' : 'e')) {
		i++;
		if (i < t.n && (t.s[i] == '+' || t.s[i] == '-'))
			i++;
		if (i >= t.n || t.s[i] < '0' || t.s[i] > '9')
			return false;
		while (i < t.n && ((t.s[i] >= '0' && t.s[i] <= '9') || t.s[i] == '_'))
			i++;
		exponent = true;
	}
	return i == t.n && digits && (!hex || exponent);
}

enum float_result { FLOAT_OK, FLOAT_SYNTAX, FLOAT_RANGE };

/* strconv.ParseFloat(t, 64) */
static enum float_result parse_float(struct str t, double *out)
{
	struct str body = t;
	if (t.n && (t.s[0] == '-' || t.s[0] == '+'))
		body.s++, body.n--;
	bool underscores = memchr(t.s, '_', t.n) != NULL;
	if (!float_form(body) || (underscores && !underscores_ok(t)))
		return FLOAT_SYNTAX;
	char *copy = malloc(t.n + 1);
	locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	size_t n = 0;
	if (!copy || !c) {
		free(copy);
		if (c)
			freelocale(c);
		return FLOAT_SYNTAX;
	}
	for (size_t i = 0; i < t.n; i++)
		if (t.s[i] != '_')
			copy[n++] = t.s[i];
	copy[n] = '\0';
	*out = strtod_l(copy, NULL, c);
	freelocale(c);
	free(copy);
	return isinf(*out) ? FLOAT_RANGE : FLOAT_OK;
}

/* --- complex numbers: 1+2i as fmt.Sscan reads them ---------------------------------- */

static bool take(struct str t, size_t *i, const char *set)
{
	if (*i < t.n && t.s[*i] && strchr(set, t.s[*i])) {
		(*i)++;
		return true;
	}
	return false;
}

static struct str float_token(struct str t, size_t *i)
{
	size_t start = *i;
	const char *digits = "0123456789_", *exponent = "eEpP";
	take(t, i, "+-");
	take(t, i, "iI"); /* it tries Inf, and does not give the letter back */
	if (take(t, i, "0") && take(t, i, "xX")) {
		digits = "0123456789aAbBcCdDeEfF_";
		exponent = "pP";
	}
	while (take(t, i, digits))
		;
	if (take(t, i, "."))
		while (take(t, i, digits))
			;
	if (take(t, i, exponent)) {
		take(t, i, "+-");
		while (take(t, i, "0123456789_"))
			;
	}
	return (struct str){t.s + start, *i - start};
}

static bool complex_part(struct str t, double *out, struct sbuf *why)
{
	enum float_result r = parse_float(t, out);
	if (r == FLOAT_OK)
		return true;
	sbuf_adds(why, "strconv.ParseFloat: parsing ");
	sbuf_quote(why, t.s, t.n);
	sbuf_adds(why, r == FLOAT_RANGE ? ": value out of range" : ": invalid syntax");
	return false;
}

static bool parse_complex(struct str t, struct value *v, struct sbuf *why)
{
	size_t i = 0;
	struct str re = float_token(t, &i);
	size_t sign = i;
	bool ok = take(t, &i, "+-");
	float_token(t, &i);
	struct str im = {t.s + sign, i - sign};
	if (!ok || !take(t, &i, "i")) {
		sbuf_adds(why, "syntax error scanning complex number");
		return false;
	}
	*v = (struct value){.kind = V_COMPLEX};
	return complex_part(re, &v->f, why) && complex_part(im, &v->im, why);
}

/* --- a number as the parser sees it ----------------------------------------------------- */

static bool char_constant(struct str text, struct node *n, struct sbuf *why)
{
	struct str s = {text.s + 1, text.n - 1};
	uint32_t r;
	bool byte;
	if (!unquote_char(&s, '\'', &r, &byte)) {
		sbuf_adds(why, "invalid syntax");
		return false;
	}
	if (s.n != 1 || s.s[0] != '\'') {
		sbuf_adds(why, "malformed character constant: ");
		sbuf_add(why, text.s, text.n);
		return false;
	}
	n->literal.value = value_int(r);
	return true;
}

static bool has_any(struct str t, const char *set)
{
	for (size_t i = 0; i < t.n; i++)
		if (t.s[i] && strchr(set, t.s[i]))
			return true;
	return false;
}

static bool complain(struct sbuf *why, const char *what, struct str text)
{
	sbuf_adds(why, what);
	sbuf_quote(why, text.s, text.n);
	return false;
}

bool literal_number(const struct token *tok, struct node *n, struct sbuf *why)
{
	struct str t = tok->val;
	n->literal.text = t;
	n->literal.overflow = false;
	if (tok->type == T_CHAR_CONSTANT)
		return char_constant(t, n, why);
	if (tok->type == T_COMPLEX)
		return parse_complex(t, &n->literal.value, why);
	double f;
	if (t.n && t.s[t.n - 1] == 'i' && parse_float((struct str){t.s, t.n - 1}, &f) == FLOAT_OK) {
		n->literal.value = (struct value){.kind = V_COMPLEX, .f = 0, .im = f};
		return true;
	}
	uint64_t u;
	int64_t i;
	if (literal_int(t, &i)) {
		/* Go takes the digit e for an exponent where a sign hides the 0x */
		bool exponent = !starts_hex(t) && has_any(t, "eE");
		n->literal.value = exponent ? value_float((double)i) : value_int(i);
		return true;
	}
	if (parse_uint(t, &u)) {
		n->literal.overflow = true;
		return true;
	}
	if (parse_float(t, &f) != FLOAT_OK)
		return complain(why, "illegal number syntax: ", t);
	if (!has_any(t, ".eEpP"))
		return complain(why, "integer overflow: ", t);
	n->literal.value = value_float(f);
	return true;
}
