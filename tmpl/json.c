/* json: JSON as Go's encoding/json reads it; see tmpl.h. */
#include "impl.h"

#include <errno.h>
#include <stdlib.h>

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
static size_t copy_escape(struct sbuf *b, const char *s, size_t len)
{
	if (len < 2 || s[1] != 'u') {
		sbuf_add(b, s, len < 2 ? len : 2);
		return len < 2 ? len : 2;
	}
	int v = hex4(s + 2, len - 2);
	if (v < 0) {
		sbuf_add(b, s, 2);
		return 2;
	}
	if (v >= 0xd800 && v <= 0xdbff && is_low(s + 6, len - 6)) {
		sbuf_add(b, s, 12);
		return 12;
	}
	if (v >= 0xd800 && v <= 0xdfff)
		sbuf_adds(b, "\\ufffd");
	else
		sbuf_add(b, s, 6);
	return 6;
}

/* The length of the well-formed rune at s, or 0. */
static size_t rune_len(const char *s, size_t len)
{
	size_t size;
	return uni_decode(s, len, &size) == UNI_BAD && size == 1 ? 0 : size;
}

/* A string from its opening quote on; returns its length. */
static size_t copy_string(struct sbuf *b, const char *s, size_t len)
{
	size_t at = 1, from = 0;
	while (at < len && s[at] != '"') {
		size_t n = (unsigned char)s[at] < 0x80 ? 1 : rune_len(s + at, len - at);
		if (n && s[at] != '\\') {
			at += n;
			continue;
		}
		sbuf_add(b, s + from, at - from);
		if (n == 0) {
			sbuf_adds(b, "\xef\xbf\xbd");
			at++;
		} else {
			at += copy_escape(b, s + at, len - at);
		}
		from = at;
	}
	at += at < len;
	sbuf_add(b, s + from, at - from);
	return at;
}

/* A number: an integer that int64 cannot hold is a float64. */
static size_t copy_number(struct sbuf *b, const char *s, size_t len)
{
	char digits[32];
	size_t n = 0, sign = s[0] == '-';
	bool whole = true;
	for (; n < len && s[n] && strchr("+-.0123456789eE", s[n]); n++)
		whole &= (s[n] >= '0' && s[n] <= '9') || n < sign;
	sbuf_add(b, s, n);
	if (n - sign < 19 || !whole)
		return n;
	memcpy(digits, s, n < sizeof digits ? n : sizeof digits - 1);
	digits[n < sizeof digits ? n : sizeof digits - 1] = '\0';
	errno = 0;
	if (strtoll(digits, NULL, 10), errno == ERANGE)
		sbuf_adds(b, "e0");
	return n;
}

/* What is between the values. */
static size_t copy_rest(struct sbuf *b, const char *s, size_t len)
{
	size_t n = 1;
	while (n < len && s[n] != '"' && s[n] != '-' && (s[n] < '0' || s[n] > '9'))
		n++;
	sbuf_add(b, s, n);
	return n;
}

json_t *tmpl_json(const char *text, size_t len, json_error_t *error)
{
	struct sbuf b = {.max = SIZE_MAX / 4};
	for (size_t at = 0; at < len;) {
		char c = text[at];
		if (c == '"')
			at += copy_string(&b, text + at, len - at);
		else if (c == '-' || (c >= '0' && c <= '9'))
			at += copy_number(&b, text + at, len - at);
		else
			at += copy_rest(&b, text + at, len - at);
	}
	json_t *v = NULL;
	if (!b.full)
		v = json_loadb(b.s ? b.s : "", b.len, JSON_DECODE_ANY | JSON_ALLOW_NUL, error);
	else
		memset(error, 0, sizeof *error);
	sbuf_free(&b);
	return v;
}
