/* func_json: toJson and parseJson; see func.h. */
#include "func.h"

#include <math.h>
#include <stdio.h>

#include "ftoa.h"

/* As Go's json.Marshal: <, >, &, U+2028 and U+2029 are escaped, so that the
 * text can stand in HTML and JavaScript. */
static void put_string(struct sbuf *b, const char *s, size_t len)
{
	static const char from[] = "\"\\\n\r\t", to[] = "\"\\nrt";
	size_t size;
	sbuf_addc(b, '"');
	for (size_t at = 0; at < len && !b->full; at += size) {
		uint32_t r = uni_decode(s + at, len - at, &size);
		const char *hit = r && r < 0x80 ? strchr(from, (int)r) : NULL;
		if (hit) {
			sbuf_addc(b, '\\');
			sbuf_addc(b, to[hit - from]);
		} else if (r < ' ' || r == '<' || r == '>' || r == '&' || r == 0x2028 ||
			   r == 0x2029 || (r == UNI_BAD && size == 1)) {
			sbuf_addf(b, "\\u%04x", (unsigned)r);
		} else {
			sbuf_add(b, s + at, size);
		}
	}
	sbuf_addc(b, '"');
}

/* The shortest text; exponents only for very large and very small numbers,
 * and without a leading zero. */
static int put_float(struct exec *x, struct sbuf *b, double f)
{
	char text[512];
	if (!isfinite(f))
		return exec_fail(x, "json: unsupported value: %s",
				 isnan(f) ? "NaN"
				 : f > 0  ? "+Inf"
					  : "-Inf");
	double size = fabs(f);
	char verb = size != 0 && (size < 1e-6 || size >= 1e21) ? 'e' : 'f';
	size_t n = ftoa_write(text, f, verb, FTOA_SHORTEST);
	if (verb == 'e' && n >= 4 && text[n - 4] == 'e' && text[n - 3] == '-' &&
	    text[n - 2] == '0') {
		text[n - 2] = text[n - 1];
		n--;
	}
	sbuf_add(b, text, n);
	return 0;
}

static int put(struct exec *x, struct sbuf *b, const struct value *v, int depth);

static int put_list(struct exec *x, struct sbuf *b, const struct value *v, int depth)
{
	sbuf_addc(b, '[');
	for (size_t i = 0; i < v->len; i++) {
		struct value item = value_at(v, i);
		if (i)
			sbuf_addc(b, ',');
		if (put(x, b, &item, depth + 1))
			return -1;
	}
	sbuf_addc(b, ']');
	return 0;
}

static int put_map(struct exec *x, struct sbuf *b, const struct value *v, int depth)
{
	const struct entry *e;
	size_t n;
	if (exec_entries(x, v, &e, &n))
		return -1;
	sbuf_addc(b, '{');
	for (size_t i = 0; i < n; i++) {
		if (i)
			sbuf_addc(b, ',');
		put_string(b, e[i].key, e[i].len);
		sbuf_addc(b, ':');
		if (put(x, b, &e[i].value, depth + 1))
			return -1;
	}
	sbuf_addc(b, '}');
	return 0;
}

static int put(struct exec *x, struct sbuf *b, const struct value *v, int depth)
{
	if (depth > FUNC_DEPTH)
		return exec_fail(x, "value nested deeper than %d", FUNC_DEPTH);
	if (exec_step(x, 2))
		return -1;
	switch ((enum value_kind)v->kind) {
	case V_BOOL:
		sbuf_adds(b, v->b ? "true" : "false");
		return 0;
	case V_INT:
	case V_BYTE:
		sbuf_addf(b, "%lld", (long long)v->i);
		return 0;
	case V_FLOAT:
		return put_float(x, b, v->f);
	case V_STRING:
		put_string(b, v->s, v->len);
		return 0;
	case V_LIST:
		return put_list(x, b, v, depth);
	case V_MAP:
		return put_map(x, b, v, depth);
	case V_COMPLEX:
		return exec_fail(x, "json: unsupported type: complex128");
	case V_NONE:
	case V_NIL:
	default:
		sbuf_adds(b, "null");
		return 0;
	}
}

int fn_to_json(struct exec *x, const struct value *args, size_t n, struct value *out)
{
	struct sbuf *b = exec_scratch(x);
	(void)n;
	return put(x, b, &args[0], 0) ? -1 : exec_result(x, b, out);
}

int fn_parse_json(struct exec *x, const struct value *args, size_t n, struct value *out)
{
	json_error_t error;
	(void)n;
	/* empty objects take a hundred times the memory of their text: what is
	 * taken here is not used, it makes jansson's part count */
	if (exec_step(x, args[0].len) || !exec_alloc(x, args[0].len * 32))
		return -1;
	json_t *j = tmpl_json(args[0].s, args[0].len, &error);
	if (!j)
		return exec_fail(x, "line %d column %d: %s", error.line, error.column, error.text);
	if (exec_own(x, j))
		return -1;
	*out = value_concrete(value_json(j));
	return 0;
}
