/* fmt: see impl.h. What Go's package fmt writes for the values of a template:
 * https://pkg.go.dev/fmt (Go 1.19). */
#include "impl.h"

#include <stdlib.h>

#include "ftoa.h"
#include "unicode.h"

/* Go's own cap on widths and precisions. */
#define NUMBER_MAX 1000000
/* JSON nests to 2,048; lists that functions made may nest deeper. */
#define DEPTH_MAX 4000
#define SMALL_NUM 512
/* Every list and map prints as living here: Go's addresses change with each run. */
#define ADDRESS 0xc000000000U

/* One call of a print function. The flags live for one verb. */
struct printer {
	struct exec *x;
	struct sbuf *out;
	const struct value *args;
	size_t n_args;
	bool failed; /* exec_fail was called */
	bool reordered, good_index;

	bool has_width, has_prec, minus, plus, sharp, space, zero;
	bool plus_v, sharp_v;
	int width, prec;
};

static void print_value(struct printer *p, const struct value *v, uint32_t verb, int depth);

/* --- padding ---------------------------------------------------------------- */

static void pad_out(struct printer *p, int n)
{
	if (n > 0)
		sbuf_fill(p->out, p->zero ? '0' : ' ', (size_t)n);
}

/* Widths count runes, not bytes. */
static void pad(struct printer *p, const char *s, size_t len)
{
	if (!p->has_width || p->width == 0) {
		sbuf_add(p->out, s, len);
		return;
	}
	size_t runes = uni_count(s, len);
	int room = runes < NUMBER_MAX + 1 ? p->width - (int)runes : 0;
	if (!p->minus)
		pad_out(p, room);
	sbuf_add(p->out, s, len);
	if (p->minus)
		pad_out(p, room);
}

static void pad_plain(struct printer *p, const char *s, size_t len)
{
	bool zero = p->zero;
	p->zero = false;
	pad(p, s, len);
	p->zero = zero;
}

static void pad_str(struct printer *p, const char *s)
{
	pad(p, s, strlen(s));
}

/* --- one value of each kind -------------------------------------------------- */

static void bad_verb(struct printer *p, const struct value *v, uint32_t verb)
{
	sbuf_adds(p->out, "%!");
	sbuf_add_rune(p->out, verb);
	sbuf_addc(p->out, '(');
	if (v->kind == V_NIL || v->kind == V_NONE) {
		sbuf_adds(p->out, "<nil>");
	} else {
		sbuf_adds(p->out, value_type_held(v));
		sbuf_addc(p->out, '=');
		print_value(p, v, 'v', 0);
	}
	sbuf_addc(p->out, ')');
}

/* Digits of u to the left of end; returns where they begin. */
static char *digits_left(char *end, uint64_t u, unsigned base, const char *digits)
{
	do {
		*--end = digits[u % base];
		u /= base;
	} while (u);
	return end;
}

static void print_number(struct printer *p, uint64_t u, unsigned base, bool is_signed,
			 uint32_t verb)
{
	char buf[80];
	char *end = buf + sizeof buf, *at;
	const char *digits = verb == 'X' ? "0123456789ABCDEFX" : "0123456789abcdefx";
	bool negative = is_signed && (int64_t)u < 0;
	int prec = 0;
	if (negative)
		u = -u;
	if (p->has_prec) {
		prec = p->prec;
		if (prec == 0 && u == 0) {
			bool zero = p->zero;
			p->zero = false;
			pad_out(p, p->width);
			p->zero = zero;
			return;
		}
	} else if (p->zero && p->has_width) {
		prec = p->width - (negative || p->plus || p->space);
	}
	at = digits_left(end, u, base, digits);
	int have = (int)(end - at), zeros = prec > have ? prec - have : 0;
	char prefix[8];
	int n = 0;
	if (negative || p->plus || p->space)
		prefix[n++] = negative ? '-' : p->plus ? '+' : ' ';
	if (verb == 'O') {
		prefix[n++] = '0';
		prefix[n++] = 'o';
	}
	if (p->sharp && base == 8 && zeros == 0 && *at != '0')
		prefix[n++] = '0';
	if (p->sharp && base != 8 && base != 10) {
		prefix[n++] = '0';
		prefix[n++] = base == 2 ? 'b' : digits[16];
	}
	int room = p->has_width ? p->width - n - zeros - have : 0;
	if (room > 0 && !p->minus)
		sbuf_fill(p->out, ' ', (size_t)room);
	sbuf_add(p->out, prefix, (size_t)n);
	sbuf_fill(p->out, '0', (size_t)zeros);
	sbuf_add(p->out, at, (size_t)have);
	if (room > 0 && p->minus)
		sbuf_fill(p->out, ' ', (size_t)room);
}

static void print_hex(struct printer *p, uint64_t u, bool leading)
{
	bool sharp = p->sharp;
	p->sharp = leading;
	print_number(p, u, 16, false, 'v');
	p->sharp = sharp;
}

/* U+0078, and with # also the character. */
static void print_unicode(struct printer *p, uint64_t u)
{
	char buf[32], tail[8];
	size_t n_tail = 0;
	char *end = buf + sizeof buf, *at = digits_left(end, u, 16, "0123456789ABCDEF");
	int have = (int)(end - at), prec = p->has_prec && p->prec > 4 ? p->prec : 4;
	int zeros = prec > have ? prec - have : 0, runes = 2 + zeros + have;
	if (p->sharp && u <= UNI_MAX && uni_is_print((uint32_t)u)) {
		tail[n_tail++] = ' ';
		tail[n_tail++] = '\'';
		n_tail += uni_encode((uint32_t)u, tail + n_tail);
		tail[n_tail++] = '\'';
		runes += 4;
	}
	int room = p->has_width ? p->width - runes : 0;
	if (room > 0 && !p->minus)
		sbuf_fill(p->out, ' ', (size_t)room);
	sbuf_adds(p->out, "U+");
	sbuf_fill(p->out, '0', (size_t)zeros);
	sbuf_add(p->out, at, (size_t)have);
	sbuf_add(p->out, tail, n_tail);
	if (room > 0 && p->minus)
		sbuf_fill(p->out, ' ', (size_t)room);
}

static void print_rune(struct printer *p, uint64_t u, bool quoted)
{
	uint32_t r = u > UNI_MAX ? UNI_BAD : (uint32_t)u;
	struct sbuf b = {0};
	if (quoted)
		sbuf_quote_rune(&b, r, p->plus);
	else
		sbuf_add_rune(&b, r);
	pad(p, b.s, b.len);
	sbuf_free(&b);
}

static void print_int(struct printer *p, const struct value *v, uint32_t verb)
{
	uint64_t u = (uint64_t)v->i;
	bool is_signed = v->kind == V_INT;
	switch (verb) {
	case 'v':
		if (p->sharp_v && !is_signed)
			print_hex(p, u, true);
		else
			print_number(p, u, 10, is_signed, verb);
		break;
	case 'd':
		print_number(p, u, 10, is_signed, verb);
		break;
	case 'b':
		print_number(p, u, 2, is_signed, verb);
		break;
	case 'o':
	case 'O':
		print_number(p, u, 8, is_signed, verb);
		break;
	case 'x':
	case 'X':
		print_number(p, u, 16, is_signed, verb);
		break;
	case 'c':
	case 'q':
		print_rune(p, u, verb == 'q');
		break;
	case 'U':
		print_unicode(p, u);
		break;
	default:
		bad_verb(p, v, verb);
	}
}

/* With # there is always a point, and %g keeps its trailing zeros. num begins
 * with the sign and has room for what is added. */
static size_t sharpen(char *num, size_t n, char verb, int prec)
{
	char tail[8];
	size_t n_tail = 0;
	bool point = false, nonzero = false;
	int digits = 0;
	if (verb == 'g' || verb == 'G' || verb == 'x')
		digits = prec < 0 ? 6 : prec;
	bool hex = verb == 'x' || verb == 'X';
	for (size_t i = 1; i < n; i++) {
		char c = num[i];
		if (c == 'p' || c == 'P' || (!hex && (c == 'e' || c == 'E'))) {
			n_tail = n - i;
			memcpy(tail, num + i, n_tail);
			n = i;
		} else if (c == '.') {
			point = true;
		} else {
			nonzero |= c != '0';
			digits -= nonzero;
		}
	}
	if (!point) {
		digits -= n == 2 && num[1] == '0';
		num[n++] = '.';
	}
	for (; digits > 0; digits--)
		num[n++] = '0';
	memcpy(num + n, tail, n_tail);
	return n + n_tail;
}

/* num: a sign and the digits. */
static void pad_float(struct printer *p, char *num, size_t n)
{
	if (p->space && num[0] == '+' && !p->plus)
		num[0] = ' ';
	if (num[1] == 'I' || num[1] == 'N') {
		size_t skip = num[1] == 'N' && !p->space && !p->plus;
		if (num[1] == 'I' && num[0] == '+' && !p->plus)
			skip = 0;
		pad_plain(p, num + skip, n - skip);
		return;
	}
	if (!p->plus && num[0] == '+') {
		pad(p, num + 1, n - 1);
		return;
	}
	if (p->zero && p->has_width && p->width > (int)n) {
		sbuf_addc(p->out, num[0]);
		pad_out(p, p->width - (int)n);
		sbuf_add(p->out, num + 1, n - 1);
		return;
	}
	pad(p, num, n);
}

static void print_float_as(struct printer *p, double f, char verb, int prec)
{
	char small[SMALL_NUM];
	if (p->has_prec)
		prec = p->prec;
	size_t room = ftoa_room(prec) + 32 + (p->sharp && prec > 0 ? (size_t)prec : 0);
	char *num = room > sizeof small ? malloc(room) : small;
	if (!num) {
		p->out->full = true;
		return;
	}
	size_t n = 1 + ftoa_write(num + 1, f, verb, prec);
	if (num[1] == '-' || num[1] == '+')
		memmove(num, num + 1, --n);
	else
		num[0] = '+';
	if (p->sharp && verb != 'b' && num[1] != 'I' && num[1] != 'N')
		n = sharpen(num, n, verb, prec);
	pad_float(p, num, n);
	if (num != small)
		free(num);
}

static bool float_verb(uint32_t verb)
{
	return verb < 0x80 && verb && strchr("vbgGxXfFeE", (int)verb);
}

static void print_float(struct printer *p, double f, uint32_t verb)
{
	int prec = verb == 'f' || verb == 'F' || verb == 'e' || verb == 'E' ? 6 : FTOA_SHORTEST;
	print_float_as(p, f, verb == 'v' ? 'g' : verb == 'F' ? 'f' : (char)verb, prec);
}

static void print_complex(struct printer *p, const struct value *v, uint32_t verb)
{
	bool plus = p->plus;
	sbuf_addc(p->out, '(');
	print_float(p, v->f, verb);
	p->plus = true;
	print_float(p, v->im, verb);
	p->plus = plus;
	sbuf_adds(p->out, "i)");
}

/* --- strings ------------------------------------------------------------------- */

static void print_hex_string(struct printer *p, const struct value *v, bool upper)
{
	const char *digits = upper ? "0123456789ABCDEFX" : "0123456789abcdefx";
	size_t n = v->len;
	if (p->has_prec && (size_t)p->prec < n)
		n = (size_t)p->prec;
	if (n == 0) {
		if (p->has_width)
			pad_out(p, p->width);
		return;
	}
	size_t width = 2 * n;
	if (p->space)
		width = width * (p->sharp ? 2 : 1) + n - 1;
	else if (p->sharp)
		width += 2;
	int room = p->has_width && (size_t)p->width > width ? p->width - (int)width : 0;
	if (!p->minus)
		pad_out(p, room);
	for (size_t i = 0; i < n && !p->out->full; i++) {
		unsigned char c = (unsigned char)v->s[i];
		if (p->space && i)
			sbuf_addc(p->out, ' ');
		if (p->sharp && (p->space || i == 0)) {
			sbuf_addc(p->out, '0');
			sbuf_addc(p->out, digits[16]);
		}
		sbuf_addc(p->out, digits[c >> 4]);
		sbuf_addc(p->out, digits[c & 15]);
	}
	if (p->minus)
		pad_out(p, room);
}

/* Fits between backquotes: one line, no backquote, no BOM, valid UTF-8. */
static bool can_backquote(const char *s, size_t len)
{
	size_t size;
	for (size_t at = 0; at < len; at += size) {
		uint32_t r = uni_decode(s + at, len - at, &size);
		if ((r == UNI_BAD && size == 1) || r == 0xfeff)
			return false;
		if ((r < ' ' && r != '\t') || r == '`' || r == 0x7f)
			return false;
	}
	return true;
}

static void print_quoted(struct printer *p, const char *s, size_t len)
{
	struct sbuf b = {.max = p->out->max};
	if (p->sharp && can_backquote(s, len)) {
		sbuf_addc(&b, '`');
		sbuf_add(&b, s, len);
		sbuf_addc(&b, '`');
	} else if (p->plus) {
		sbuf_quote_ascii(&b, s, len);
	} else {
		sbuf_quote(&b, s, len);
	}
	if (b.full)
		p->out->full = true;
	pad(p, b.s, b.len);
	sbuf_free(&b);
}

static void print_string(struct printer *p, const struct value *v, uint32_t verb)
{
	size_t len = v->len;
	if (p->has_prec && (size_t)p->prec < len)
		len = uni_prefix(v->s, v->len, (size_t)p->prec);
	switch (verb) {
	case 'v':
		if (p->sharp_v)
			print_quoted(p, v->s, len);
		else
			pad(p, v->s, len);
		break;
	case 's':
		pad(p, v->s, len);
		break;
	case 'x':
	case 'X':
		print_hex_string(p, v, verb == 'X');
		break;
	case 'q':
		print_quoted(p, v->s, len);
		break;
	default:
		bad_verb(p, v, verb);
	}
}

/* --- lists and maps -------------------------------------------------------------- */

static bool may_go_on(struct printer *p, int depth)
{
	if (p->failed || p->out->full)
		return false;
	if (depth > DEPTH_MAX) {
		p->failed = true;
		exec_fail(p->x, "value nested deeper than %d", DEPTH_MAX);
	} else if (exec_step(p->x, 1)) {
		p->failed = true;
	}
	return !p->failed;
}

static void print_element(struct printer *p, const struct value *v, uint32_t verb, int depth)
{
	if (v->kind != V_NIL && v->kind != V_NONE)
		print_value(p, v, verb, depth);
	else
		sbuf_adds(p->out, p->sharp_v ? "interface {}(nil)" : "<nil>");
}

static void print_list(struct printer *p, const struct value *v, uint32_t verb, int depth)
{
	sbuf_adds(p->out, p->sharp_v ? "[]interface {}{" : "[");
	for (size_t i = 0; i < v->len && may_go_on(p, depth); i++) {
		struct value item = value_at(v, i);
		if (i)
			sbuf_adds(p->out, p->sharp_v ? ", " : " ");
		print_element(p, &item, verb, depth + 1);
	}
	sbuf_addc(p->out, p->sharp_v ? '}' : ']');
}

static void print_map(struct printer *p, const struct value *v, uint32_t verb, int depth)
{
	const struct entry *e;
	size_t n;
	if (exec_entries(p->x, v, &e, &n)) {
		p->failed = true;
		return;
	}
	sbuf_adds(p->out, p->sharp_v ? "map[string]interface {}{" : "map[");
	for (size_t i = 0; i < n && may_go_on(p, depth); i++) {
		struct value key = value_string(e[i].key, e[i].len);
		if (i)
			sbuf_adds(p->out, p->sharp_v ? ", " : " ");
		print_string(p, &key, verb);
		sbuf_addc(p->out, ':');
		print_element(p, &e[i].value, verb, depth + 1);
	}
	sbuf_addc(p->out, p->sharp_v ? '}' : ']');
}

static void print_value(struct printer *p, const struct value *v, uint32_t verb, int depth)
{
	switch ((enum value_kind)v->kind) {
	case V_BOOL:
		if (verb == 't' || verb == 'v')
			pad_str(p, v->b ? "true" : "false");
		else
			bad_verb(p, v, verb);
		break;
	case V_INT:
	case V_BYTE:
		print_int(p, v, verb);
		break;
	case V_FLOAT:
	case V_COMPLEX:
		if (!float_verb(verb))
			bad_verb(p, v, verb);
		else if (v->kind == V_FLOAT)
			print_float(p, v->f, verb);
		else
			print_complex(p, v, verb);
		break;
	case V_STRING:
		print_string(p, v, verb);
		break;
	case V_LIST:
		print_list(p, v, verb, depth);
		break;
	case V_MAP:
		print_map(p, v, verb, depth);
		break;
	case V_NONE:
	case V_NIL:
	default:
		sbuf_adds(p->out, "<nil>");
	}
}

static void print_arg(struct printer *p, const struct value *v, uint32_t verb)
{
	bool nil = v->kind == V_NIL || v->kind == V_NONE;
	if (verb == 'T') {
		const char *type = nil ? "<nil>" : value_type_held(v);
		size_t len = strlen(type);
		if (!nil && p->has_prec)
			len = uni_prefix(type, len, (size_t)p->prec);
		pad(p, type, len);
	} else if (nil && verb == 'v') {
		pad_str(p, "<nil>");
	} else if (nil) {
		bad_verb(p, v, verb);
	} else if (verb == 'p' && (v->kind == V_LIST || v->kind == V_MAP)) {
		print_hex(p, ADDRESS, !p->sharp);
	} else if (verb == 'w' && (v->kind == V_LIST || v->kind == V_MAP)) {
		bad_verb(p, v, verb); /* Errorf's, refused before the elements are looked at */
	} else {
		print_value(p, v, verb, 0);
	}
}

/* --- the format -------------------------------------------------------------------- */

static bool too_large(int64_t n)
{
	return n > NUMBER_MAX || n < -NUMBER_MAX;
}

/* Digits at s[*at..end). Too many of them are no number and eat the rest. */
static bool parse_num(const char *s, size_t *at, size_t end, int *num)
{
	bool is_num = false;
	*num = 0;
	for (; *at < end && s[*at] >= '0' && s[*at] <= '9'; ++*at) {
		if (too_large(*num)) {
			*num = 0;
			*at = end;
			return false;
		}
		*num = *num * 10 + (s[*at] - '0');
		is_num = true;
	}
	return is_num;
}

/* "[3]" at s[*at]: sets *arg. Returns whether an index was there and whole. */
static bool arg_index(struct printer *p, const char *s, size_t *at, size_t end, size_t *arg)
{
	if (*at >= end || s[*at] != '[')
		return false;
	p->reordered = true;
	size_t open = *at, close = open + 1;
	while (close < end && s[close] != ']')
		close++;
	if (end - open < 3 || close >= end) {
		p->good_index = false;
		*at = open + 1;
		return false;
	}
	size_t digit = open + 1;
	int num;
	bool ok = parse_num(s, &digit, close, &num) && digit == close;
	*at = close + 1;
	if (ok && num >= 1 && (size_t)num <= p->n_args) {
		*arg = (size_t)num - 1;
		return true;
	}
	p->good_index = false;
	return ok;
}

/* The argument of a "*". */
static bool int_arg(struct printer *p, size_t *arg, int *num)
{
	*num = 0;
	if (*arg >= p->n_args)
		return false;
	const struct value *v = &p->args[(*arg)++];
	if ((v->kind != V_INT && v->kind != V_BYTE) || too_large(v->i))
		return false;
	*num = (int)v->i;
	return true;
}

static size_t parse_flags(struct printer *p, const char *s, size_t at, size_t end)
{
	p->has_width = p->has_prec = p->minus = p->plus = p->sharp = p->space = p->zero = false;
	p->plus_v = p->sharp_v = false;
	for (; at < end; at++) {
		switch (s[at]) {
		case '#':
			p->sharp = true;
			break;
		case '0':
			p->zero = !p->minus;
			break;
		case '+':
			p->plus = true;
			break;
		case '-':
			p->minus = true;
			p->zero = false;
			break;
		case ' ':
			p->space = true;
			break;
		default:
			return at;
		}
	}
	return at;
}

static size_t parse_width(struct printer *p, const char *s, size_t at, size_t end, size_t *arg,
			  bool *after_index)
{
	if (at < end && s[at] == '*') {
		p->has_width = int_arg(p, arg, &p->width);
		if (!p->has_width)
			sbuf_adds(p->out, "%!(BADWIDTH)");
		if (p->width < 0) {
			p->width = -p->width;
			p->minus = true;
			p->zero = false;
		}
		*after_index = false;
		return at + 1;
	}
	p->has_width = parse_num(s, &at, end, &p->width);
	if (*after_index && p->has_width)
		p->good_index = false;
	return at;
}

static size_t parse_prec(struct printer *p, const char *s, size_t at, size_t end, size_t *arg,
			 bool *after_index)
{
	if (at + 1 >= end || s[at] != '.')
		return at;
	at++;
	if (*after_index)
		p->good_index = false;
	*after_index = arg_index(p, s, &at, end, arg);
	if (at < end && s[at] == '*') {
		p->has_prec = int_arg(p, arg, &p->prec);
		if (p->prec < 0) {
			p->prec = 0;
			p->has_prec = false;
		}
		if (!p->has_prec)
			sbuf_adds(p->out, "%!(BADPREC)");
		*after_index = false;
		return at + 1;
	}
	if (!parse_num(s, &at, end, &p->prec))
		p->prec = 0;
	p->has_prec = true;
	return at;
}

static void complain(struct printer *p, uint32_t verb, const char *what)
{
	sbuf_adds(p->out, "%!");
	sbuf_add_rune(p->out, verb);
	sbuf_adds(p->out, what);
}

static void print_verb(struct printer *p, uint32_t verb, size_t *arg)
{
	if (verb == '%') {
		sbuf_addc(p->out, '%');
	} else if (!p->good_index) {
		complain(p, verb, "(BADINDEX)");
	} else if (*arg >= p->n_args) {
		complain(p, verb, "(MISSING)");
	} else {
		if (verb == 'v') {
			p->sharp_v = p->sharp;
			p->plus_v = p->plus;
			p->sharp = p->plus = false;
		}
		print_arg(p, &p->args[(*arg)++], verb);
	}
}

static void print_extra(struct printer *p, size_t arg)
{
	parse_flags(p, "", 0, 0);
	sbuf_adds(p->out, "%!(EXTRA ");
	for (size_t i = arg; i < p->n_args; i++) {
		const struct value *v = &p->args[i];
		if (i > arg)
			sbuf_adds(p->out, ", ");
		if (v->kind == V_NIL || v->kind == V_NONE) {
			sbuf_adds(p->out, "<nil>");
			continue;
		}
		sbuf_adds(p->out, value_type_held(v));
		sbuf_addc(p->out, '=');
		print_arg(p, v, 'v');
	}
	sbuf_addc(p->out, ')');
}

/* One verb after its "%". Returns where the text goes on. */
static size_t print_directive(struct printer *p, const char *s, size_t at, size_t end, size_t *arg,
			      bool *after_index)
{
	size_t size;
	at = parse_flags(p, s, at, end);
	/* a plain lower-case verb takes its argument at once, whatever index the
	 * verb before it left behind */
	if (at < end && s[at] >= 'a' && s[at] <= 'z' && *arg < p->n_args) {
		print_verb(p, (unsigned char)s[at], arg);
		return at + 1;
	}
	*after_index = arg_index(p, s, &at, end, arg);
	at = parse_width(p, s, at, end, arg, after_index);
	at = parse_prec(p, s, at, end, arg, after_index);
	if (!*after_index)
		*after_index = arg_index(p, s, &at, end, arg);
	if (at >= end) {
		sbuf_adds(p->out, "%!(NOVERB)");
		return end;
	}
	uint32_t verb = uni_decode(s + at, end - at, &size);
	print_verb(p, verb, arg);
	return at + size;
}

/* --- the faces ------------------------------------------------------------------------ */

static int finish(const struct printer *p)
{
	return p->failed ? -1 : 0;
}

int fmt_sprintf(struct exec *x, struct sbuf *out, const char *format, size_t len,
		const struct value *args, size_t n)
{
	struct printer p = {.x = x, .out = out, .args = args, .n_args = n};
	size_t arg = 0;
	bool after_index = false;
	for (size_t at = 0; at < len && !p.failed && !out->full;) {
		const char *percent = memchr(format + at, '%', len - at);
		size_t text = percent ? (size_t)(percent - format) - at : len - at;
		p.good_index = true;
		sbuf_add(out, format + at, text);
		at += text;
		if (percent)
			at = print_directive(&p, format, at + 1, len, &arg, &after_index);
	}
	if (!p.reordered && arg < n)
		print_extra(&p, arg);
	return finish(&p);
}

int fmt_sprint(struct exec *x, struct sbuf *out, const struct value *args, size_t n)
{
	struct printer p = {.x = x, .out = out};
	bool was_string = false;
	for (size_t i = 0; i < n && !p.failed; i++) {
		bool is_string = args[i].kind == V_STRING;
		if (i && !is_string && !was_string)
			sbuf_addc(out, ' ');
		print_arg(&p, &args[i], 'v');
		was_string = is_string;
	}
	return finish(&p);
}

int fmt_sprintln(struct exec *x, struct sbuf *out, const struct value *args, size_t n)
{
	struct printer p = {.x = x, .out = out};
	for (size_t i = 0; i < n && !p.failed; i++) {
		if (i)
			sbuf_addc(out, ' ');
		print_arg(&p, &args[i], 'v');
	}
	sbuf_addc(out, '\n');
	return finish(&p);
}

int fmt_value(struct exec *x, struct sbuf *out, const struct value *v)
{
	return fmt_sprint(x, out, v, 1);
}

int fmt_verb(struct exec *x, struct sbuf *out, char verb, const struct value *v)
{
	struct printer p = {.x = x, .out = out};
	print_arg(&p, v, (unsigned char)verb);
	return finish(&p);
}
