/* render: see render.h. */
#include "render.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "hafunc.h"
#include "default_tmpl.h"

#define TEMPLATE_CAP ((size_t)16 << 20)
#define DATA_CAP ((size_t)256 << 20)

/* --- the template ---------------------------------------------------------------- */

static int template_error(struct tmpl_error *te, struct err *e)
{
	err_set(e, EX_DATAERR, "%s", te->text ? te->text : "template: unknown error");
	tmpl_error_free(te);
	return -1;
}

static int template_parse(struct tmpl **t, const struct config *c, const char *path, struct err *e)
{
	autobuf struct buf text = {0};
	struct tmpl_error te = {0};
	const char *name = "haproxy.tmpl";
	int exit = EX_NOINPUT;
	if (!path && c && c->haproxy.template) {
		path = c->haproxy.template;
		exit = EX_CONFIG;
	}
	if (path) {
		if (file_read(path, TEMPLATE_CAP, exit, &text, e))
			return -1;
		name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
	} else {
		buf_add(&text, default_tmpl, sizeof default_tmpl);
	}
	if (tmpl_parse(t, name, text.s ? text.s : "", text.len, hafunc_table, &te))
		return template_error(&te, e);
	return 0;
}

int render_check(const struct config *c, const char *path, struct err *e)
{
	struct tmpl *t = NULL;
	int rc = template_parse(&t, c, path, e);
	tmpl_free(t);
	return rc;
}

int render_text(const struct config *c, const char *path, json_t *data, char **text, size_t *len,
		struct tmpl_map *map, struct err *e)
{
	struct tmpl *t = NULL;
	struct tmpl_error te = {0};
	if (template_parse(&t, c, path, e))
		return -1;
	int rc = tmpl_exec(t, data, NULL, text, len, map, &te);
	if (rc)
		rc = template_error(&te, e);
	tmpl_free(t);
	return rc;
}

/* --- the data -------------------------------------------------------------------- */

static int hex4(const char *s, size_t len)
{
	int v = 0;
	if (len < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		char c = s[i];
		int d = c >= '0' && c <= '9'                     ? c - '0'
			: (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10
								 : -1;
		if (d < 0)
			return -1;
		v = v * 16 + d;
	}
	return v;
}

static bool is_low(const char *s, size_t len)
{
	int v = len >= 6 && s[0] == '\\' && s[1] == 'u' ? hex4(s + 2, len - 2) : -1;
	return v >= 0xdc00 && v <= 0xdfff;
}

/* One escape of a string; returns its length. A surrogate without its other
 * half is U+FFFD for Go and an error for jansson. */
static size_t copy_escape(struct buf *b, const char *s, size_t len)
{
	if (len < 2 || s[1] != 'u') {
		buf_add(b, s, len < 2 ? len : 2);
		return len < 2 ? len : 2;
	}
	int v = hex4(s + 2, len - 2);
	if (v < 0) {
		buf_add(b, s, 2);
		return 2;
	}
	if (v >= 0xd800 && v <= 0xdbff && is_low(s + 6, len - 6)) {
		buf_add(b, s, 12);
		return 12;
	}
	if (v >= 0xd800 && v <= 0xdfff)
		buf_adds(b, "\\ufffd");
	else
		buf_add(b, s, 6);
	return 6;
}

/* The length of the well-formed rune at s, or 0. */
static size_t rune_len(const char *s, size_t len)
{
	for (size_t n = 1; n <= 4 && n <= len; n++)
		if (utf8_valid(s, n))
			return n;
	return 0;
}

/* A string from its opening quote on; returns its length. */
static size_t copy_string(struct buf *b, const char *s, size_t len)
{
	size_t at = 1, from = 0;
	while (at < len && s[at] != '"') {
		size_t n = (unsigned char)s[at] < 0x80 ? 1 : rune_len(s + at, len - at);
		if (n && s[at] != '\\') {
			at += n;
			continue;
		}
		buf_add(b, s + from, at - from);
		if (n == 0) {
			buf_adds(b, "\xef\xbf\xbd");
			at++;
		} else {
			at += copy_escape(b, s + at, len - at);
		}
		from = at;
	}
	at += at < len;
	buf_add(b, s + from, at - from);
	return at;
}

/* A number: an integer that int64 cannot hold is a float64. */
static size_t copy_number(struct buf *b, const char *s, size_t len)
{
	char digits[32];
	size_t n = strnlen(s, len) < len ? strnlen(s, len) : len;
	for (size_t i = 0; i < n; i++)
		if (!strchr("+-.0123456789eE", s[i]))
			n = i;
	buf_add(b, s, n);
	size_t sign = s[0] == '-';
	if (n - sign < 19 || strspn(s + sign, "0123456789") < n - sign)
		return n;
	memcpy(digits, s, n < sizeof digits ? n : sizeof digits - 1);
	digits[n < sizeof digits ? n : sizeof digits - 1] = '\0';
	errno = 0;
	if (strtoll(digits, NULL, 10), errno == ERANGE)
		buf_adds(b, "e0");
	return n;
}

int render_decode(json_t **data, const char *name, const char *text, size_t len, struct err *e)
{
	autobuf struct buf b = {0};
	json_error_t je;
	for (size_t at = 0; at < len;) {
		char c = text[at];
		if (c == '"')
			at += copy_string(&b, text + at, len - at);
		else if (c == '-' || (c >= '0' && c <= '9'))
			at += copy_number(&b, text + at, len - at);
		else
			buf_addc(&b, text[at++]);
	}
	json_t *v = json_loadb(b.s ? b.s : "", b.len, JSON_DECODE_ANY | JSON_ALLOW_NUL, &je);
	if (!v)
		return err_at(e, EX_DATAERR, name, je.line, je.column, "no JSON: %s", je.text);
	*data = v;
	return 0;
}

static int read_stdin(struct buf *b, struct err *e)
{
	char chunk[65536];
	for (;;) {
		ssize_t n = read(STDIN_FILENO, chunk, sizeof chunk);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(e, EX_NOINPUT, "standard input");
		if (n == 0)
			return 0;
		buf_add(b, chunk, (size_t)n);
		if (b->len > DATA_CAP)
			return err_set(e, EX_DATAERR, "standard input: larger than %zu bytes",
				       DATA_CAP);
	}
}

int render_load(json_t **data, const char *path, struct err *e)
{
	autobuf struct buf text = {0};
	bool in = strcmp(path, "-") == 0;
	if (in ? read_stdin(&text, e) : file_read(path, DATA_CAP, EX_NOINPUT, &text, e))
		return -1;
	return render_decode(data, in ? "standard input" : path, text.s ? text.s : "", text.len, e);
}
