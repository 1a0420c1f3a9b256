/* hafunc: see hafunc.h. */
#include "hafunc.h"

#include <string.h>

#include "util.h"

/* The text of a scalar. HAProxy reads numbers and words; a list, a map, null
 * or a fraction in such a place is a mistake of the template. */
static int scalar_text(struct buf *b, const char *func, const json_t *v, char **error)
{
	switch (json_typeof(v)) {
	case JSON_STRING:
		buf_add(b, json_string_value(v), json_string_length(v));
		return 0;
	case JSON_INTEGER:
		buf_addf(b, "%" JSON_INTEGER_FORMAT, json_integer_value(v));
		return 0;
	case JSON_TRUE:
	case JSON_FALSE:
		buf_adds(b, json_is_true(v) ? "true" : "false");
		return 0;
	case JSON_NULL:
		*error = xasprintf("%s: no value (give it one with default)", func);
		return -1;
	case JSON_REAL:
	case JSON_ARRAY:
	case JSON_OBJECT:
	default:
		*error = xasprintf("%s: takes a string, an integer or a boolean, not a %s", func,
				   json_is_real(v)    ? "float64"
				   : json_is_array(v) ? "list"
						      : "map");
		return -1;
	}
}

static int give_string(json_t **out, const struct buf *b, const char *func, char **error)
{
	*out = json_stringn(b->s ? b->s : "", b->len);
	if (*out)
		return 0;
	*error = xasprintf("%s: the value is not UTF-8", func);
	return -1;
}

/* Between single quotes HAProxy takes every byte as it stands, but for the
 * quote itself, and NUL, LF and CR, which no notation can carry there. */
static int quote(void *arg, json_t *const *argv, size_t argc, json_t **out, char **error)
{
	autobuf struct buf text = {0};
	autobuf struct buf word = {0};
	(void)arg;
	(void)argc;
	if (scalar_text(&text, "haproxyQuote", argv[0], error))
		return -1;
	buf_addc(&word, '\'');
	for (size_t i = 0; i < text.len; i++) {
		char c = text.s[i];
		if (c == '\0' || c == '\n' || c == '\r') {
			*error =
			    xasprintf("haproxyQuote: byte %zu is %s, which a word of HAProxy's "
				      "configuration cannot hold",
				      i,
				      c == '\0'   ? "NUL"
				      : c == '\n' ? "a line feed"
						  : "a carriage return");
			return -1;
		}
		if (c == '\'')
			buf_adds(&word, "'\\''");
		else
			buf_addc(&word, c);
	}
	buf_addc(&word, '\'');
	return give_string(out, &word, "haproxyQuote", error);
}

static bool name_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c && strchr("_.:-", c));
}

/* What HAProxy refuses in a name becomes "_". Two values may look alike then:
 * the start of the value's digest keeps their names apart. */
static int name(void *arg, json_t *const *argv, size_t argc, json_t **out, char **error)
{
	autobuf struct buf text = {0};
	autobuf struct buf word = {0};
	char digest[65];
	(void)arg;
	(void)argc;
	if (scalar_text(&text, "haproxyName", argv[0], error))
		return -1;
	if (text.len == 0) {
		*error = xstrdup("haproxyName: an empty value is no name");
		return -1;
	}
	bool changed = false;
	for (size_t i = 0; i < text.len; i++) {
		bool fine = name_byte(text.s[i]);
		buf_addc(&word, fine ? text.s[i] : '_');
		changed |= !fine;
	}
	if (changed) {
		sha256_hex(text.s, text.len, digest);
		buf_addf(&word, "-%.8s", digest);
	}
	return give_string(out, &word, "haproxyName", error);
}

const struct tmpl_extra hafunc_table[] = {
    {"haproxyName", 1, 1, name, NULL},
    {"haproxyQuote", 1, 1, quote, NULL},
    {NULL, 0, 0, NULL, NULL},
};
