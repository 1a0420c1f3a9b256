/* func_go: Go's functions that make text: print, printf, println, html, js,
 * urlquery. See impl.h. */
#include "impl.h"

/* --- functions ------------------------------------------------------------------------- */

static int fn_print(struct exec *x, const struct value *args, size_t n, struct value *out)
{
	struct sbuf *b = exec_scratch(x);
	return fmt_sprint(x, b, args, n) ? -1 : exec_result(x, b, out);
}

static int fn_println(struct exec *x, const struct value *args, size_t n, struct value *out)
{
	struct sbuf *b = exec_scratch(x);
	return fmt_sprintln(x, b, args, n) ? -1 : exec_result(x, b, out);
}

static int fn_printf(struct exec *x, const struct value *args, size_t n, struct value *out)
{
	struct sbuf *b = exec_scratch(x);
	if (fmt_sprintf(x, b, args[0].s, args[0].len, args + 1, n - 1))
		return -1;
	return exec_result(x, b, out);
}

/* The text of the arguments as html, js and urlquery see them: like print, but
 * nil is "<no value>", a string. */
static int escape_args(struct exec *x, const struct value *args, size_t n, struct sbuf *text)
{
	struct value *shown;
	if (n == 1 && args[0].kind == V_STRING) {
		sbuf_add(text, args[0].s, args[0].len);
		return 0;
	}
	if (n > SIZE_MAX / sizeof *shown || !(shown = exec_alloc(x, n * sizeof *shown)))
		return -1;
	for (size_t i = 0; i < n; i++) {
		bool nil = args[i].kind == V_NIL || args[i].kind == V_NONE;
		shown[i] = nil ? value_string("<no value>", 10) : args[i];
	}
	return fmt_sprint(x, text, shown, n);
}

static void html_escape(struct sbuf *b, const char *s, size_t len)
{
	for (size_t i = 0; i < len && !b->full; i++) {
		switch (s[i]) {
		case '\0':
			sbuf_add_rune(b, UNI_BAD);
			break;
		case '"':
			sbuf_adds(b, "&#34;");
			break;
		case '\'':
			sbuf_adds(b, "&#39;");
			break;
		case '&':
			sbuf_adds(b, "&amp;");
			break;
		case '<':
			sbuf_adds(b, "&lt;");
			break;
		case '>':
			sbuf_adds(b, "&gt;");
			break;
		default:
			sbuf_addc(b, s[i]);
		}
	}
}

static void js_escape(struct sbuf *b, const char *s, size_t len)
{
	size_t size;
	for (size_t i = 0; i < len && !b->full; i += size) {
		uint32_t r = uni_decode(s + i, len - i, &size);
		if (r == '\\' || r == '\'' || r == '"') {
			sbuf_addc(b, '\\');
			sbuf_addc(b, (char)r);
		} else if (r < ' ' || (r < 0x80 && strchr("<>&=", (int)r)) ||
			   (r >= 0x80 && !uni_is_print(r))) {
			sbuf_addf(b, "\\u%04X", (unsigned)r);
		} else {
			sbuf_add(b, s + i, size); /* also bytes that are no UTF-8 */
		}
	}
}

static void url_escape(struct sbuf *b, const char *s, size_t len)
{
	for (size_t i = 0; i < len && !b->full; i++) {
		unsigned char c = (unsigned char)s[i];
		if (c < 0x80 && (uni_is_letter(c) || (c && strchr("-_.~", c))))
			sbuf_addc(b, (char)c);
		else if (c == ' ')
			sbuf_addc(b, '+');
		else
			sbuf_addf(b, "%%%02X", c);
	}
}

static int fn_escape(struct exec *x, const struct value *args, size_t n, struct value *out,
		     void (*escape)(struct sbuf *, const char *, size_t))
{
	struct sbuf text = {0};
	int rc = escape_args(x, args, n, &text);
	if (rc == 0) {
		struct sbuf *b = exec_scratch(x);
		escape(b, text.s, text.len);
		b->full |= text.full;
		rc = exec_result(x, b, out);
	}
	sbuf_free(&text);
	return rc;
}

static int fn_html(struct exec *x, const struct value *args, size_t n, struct value *out)
{
	return fn_escape(x, args, n, out, html_escape);
}

static int fn_js(struct exec *x, const struct value *args, size_t n, struct value *out)
{
	return fn_escape(x, args, n, out, js_escape);
}

static int fn_urlquery(struct exec *x, const struct value *args, size_t n, struct value *out)
{
	return fn_escape(x, args, n, out, url_escape);
}

const struct builtin builtins_fmt[] = {
    {"html", 0, -1, "i", fn_html},
    {"js", 0, -1, "i", fn_js},
    {"print", 0, -1, "i", fn_print},
    {"printf", 1, -1, "si", fn_printf},
    {"println", 0, -1, "i", fn_println},
    {"urlquery", 0, -1, "i", fn_urlquery},
    {NULL, 0, 0, NULL, NULL},
};
