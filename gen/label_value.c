/* label_value: the reader of each type of label. */
#include "label.h"

#include <string.h>

static const char alnum[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/* Whether s has 1 to max characters, each a letter, a digit or one of more. */
static bool only(const char *s, const char *more, size_t max)
{
	size_t n = 0;
	for (; s[n]; n++)
		if (n >= max || (!strchr(alnum, s[n]) && !strchr(more, s[n])))
			return false;
	return n > 0;
}

static void *slot(const struct label_key *k, struct label_values *v)
{
	return (char *)v + k->offset;
}

static const void *slot_const(const struct label_key *k, const struct label_values *v)
{
	return (const char *)v + k->offset;
}

static void put_string(const struct label_key *k, struct label_values *v, const char *s)
{
	*(const char **)slot(k, v) = s;
}

static int by_bytes(const void *x, const void *y)
{
	return strcmp(*(const char *const *)x, *(const char *const *)y);
}

static bool read_hosts(struct pile *a, const char *text, struct label_hosts *out, const char **why)
{
	struct label_hosts h = {pile_take(a, LABEL_HOSTS_MAX * sizeof(*h.names)), 0};
	for (const char *p = text;; p++) {
		size_t n = strcspn(p, ",");
		char *one = pile_take(a, n + 1);
		memcpy(one, p, n);
		char name[256];
		if (!value_host(one, true, name, why))
			return false;
		if (h.n == LABEL_HOSTS_MAX) {
			*why = "at most 32 names";
			return false;
		}
		h.names[h.n++] = pile_str(a, name);
		p += n;
		if (!*p)
			break;
	}
	qsort(h.names, h.n, sizeof(*h.names), by_bytes);
	size_t kept = 1;
	for (size_t i = 1; i < h.n; i++)
		if (strcmp(h.names[i], h.names[kept - 1]) != 0)
			h.names[kept++] = h.names[i];
	h.n = kept;
	*out = h;
	return true;
}

/* A path without empty, "." or ".." segments. */
static bool read_path(const char *s, const char *more, size_t max, const char **why)
{
	*why = "must begin with / and have only characters that are safe in a URL";
	if (*s != '/' || !only(s, more, max))
		return false;
	for (const char *p = s; p; p = strchr(p + 1, '/')) {
		size_t n = strcspn(p + 1, "/?");
		if ((n == 1 && p[1] == '.') || (n == 2 && p[1] == '.' && p[2] == '.') ||
		    (n == 0 && p[1] == '/')) {
			*why = "must have no empty segment, . or ..";
			return false;
		}
		if (p[1 + n] == '?')
			break;
	}
	return true;
}

static bool code_at(const char **p, int *code)
{
	*code = 0;
	for (int i = 0; i < 3; i++, (*p)++) {
		if (**p < '0' || **p > '9')
			return false;
		*code = *code * 10 + (**p - '0');
	}
	return *code >= 100 && *code <= 599;
}

static bool read_status(const char *s, const char **why)
{
	*why = "must be codes 100 to 599 and ranges of them, as 200-399,404";
	if (strlen(s) > 64)
		return false;
	for (const char *p = s;; p++) {
		int low, high;
		if (!code_at(&p, &low))
			return false;
		high = low;
		if (*p == '-') {
			p++;
			if (!code_at(&p, &high))
				return false;
		}
		if (high < low)
			return false;
		if (!*p)
			return true;
		if (*p != ',')
			return false;
	}
}

/* NAME(ARGUMENT) as HAProxy's balance takes it. */
static bool read_balance(const char *s, const char **why)
{
	static const char plain[] = "roundrobin static-rr leastconn first source uri random";
	const char *ignored;
	if (value_enum(s, plain, &ignored))
		return true;
	*why = "must be one of roundrobin, static-rr, leastconn, first, source, uri, random, "
	       "random(n), "
	       "hdr(name), url_param(name)";
	const char *open = strchr(s, '(');
	size_t n = strlen(s);
	if (!open || s[n - 1] != ')')
		return false;
	autofree char *name = xstrndup(s, (size_t)(open - s));
	autofree char *arg = xstrndup(open + 1, n - 2 - (size_t)(open - s));
	if (strcmp(name, "random") == 0) {
		int64_t draws;
		return value_int(arg, 1, 1000, &draws, &ignored);
	}
	return (strcmp(name, "hdr") == 0 || strcmp(name, "url_param") == 0) && only(arg, "_-", 64);
}

static bool below_cert_dirs(const struct config *c, const char *s)
{
	for (char *const *d = c->labels.cert_dirs; d && *d; d++) {
		size_t n = strlen(*d);
		while (n && (*d)[n - 1] == '/')
			n--;
		if (strncmp(s, *d, n) == 0 && s[n] == '/' && s[n + 1])
			return true;
	}
	return false;
}

static bool read_cert(struct pile *a, const struct config *c, const char *s, const char **why)
{
	if (!value_file(s, why))
		return false;
	if (below_cert_dirs(c, s))
		return true;
	autobuf struct buf b = {0};
	for (char *const *d = c->labels.cert_dirs; d && *d; d++)
		buf_addf(&b, "%s%s", b.len ? " or " : "", *d);
	*why = b.len ? pile_printf(a, "must be below %s (cert_dirs of lb.ini)", b.s)
		     : "lb.ini has no cert_dirs, so no certificate can be named";
	return false;
}

static bool read_text(struct pile *a, const struct config *c, const struct label_key *k,
		      const char *text, const char **out, const char **why)
{
	char name[256];
	*out = text;
	switch (k->type) {
	case LABEL_ENUM:
		return value_enum(text, k->words, why);
	case LABEL_ADDRESS:
		if (strcmp(text, "*") == 0 || strcmp(text, "0.0.0.0") == 0) {
			*out = "";
			return true;
		}
		*out = pile_take(a, 46);
		if (!value_ip(text, name, why))
			return false;
		*out = pile_str(a, name);
		return true;
	case LABEL_CERT:
		return read_cert(a, c, text, why);
	case LABEL_HOST:
		if (!value_host(text, false, name, why))
			return false;
		*out = pile_str(a, name);
		return true;
	case LABEL_URI:
		return read_path(text, "._~@:+=/?&%,-", (size_t)k->max, why);
	case LABEL_NAME:
		return value_name(text, (size_t)k->max, why);
	case LABEL_TOKEN: /* RFC 6265 4.1.1, RFC 7230 3.2.6 */
		*why = "must be a cookie name: letters, digits and !#$%&'*+-.^_`|~, at most 64";
		return only(text, "!#$%&'*+-.^_`|~", (size_t)k->max);
	case LABEL_STATUS:
		return read_status(text, why);
	case LABEL_BALANCE:
		return read_balance(text, why);
	case LABEL_PATH:
	case LABEL_BOOL:
	case LABEL_INT:
	case LABEL_DURATION:
	case LABEL_HOSTS:
		break;
	}
	return false;
}

static bool read_prefix(struct pile *a, const struct label_key *k, const char *text,
			struct label_values *v, const char **why)
{
	if (!read_path(text, "._~@:+=/-", (size_t)k->max, why))
		return false;
	char *path = pile_str(a, text);
	size_t n = strlen(path);
	if (path[n - 1] == '/')
		path[n - 1] = '\0';
	put_string(k, v, path);
	return true;
}

static bool read_typed(struct pile *a, const struct config *c, const struct label_key *k,
		       const char *text, struct label_values *v, const char **why)
{
	int64_t us;
	char spelled[24];
	switch (k->type) {
	case LABEL_BOOL:
		return value_bool(text, slot(k, v), why);
	case LABEL_INT:
		return value_int(text, k->min, k->max, slot(k, v), why);
	case LABEL_DURATION:
		if (!value_duration(text, k->min, k->max, &us, why))
			return false;
		value_duration_text(us, spelled);
		put_string(k, v, us ? pile_str(a, spelled) : "");
		return true;
	case LABEL_HOSTS:
		return read_hosts(a, text, slot(k, v), why);
	case LABEL_PATH:
		return read_prefix(a, k, text, v, why);
	case LABEL_ENUM:
	case LABEL_ADDRESS:
	case LABEL_CERT:
	case LABEL_HOST:
	case LABEL_URI:
	case LABEL_NAME:
	case LABEL_TOKEN:
	case LABEL_STATUS:
	case LABEL_BALANCE:
		break;
	}
	const char *s;
	if (!read_text(a, c, k, text, &s, why))
		return false;
	put_string(k, v, pile_str(a, s));
	return true;
}

/* What holds for every value, whatever its type. */
static bool is_text(const char *s, size_t len, const char **why)
{
	*why = "is empty";
	if (len == 0)
		return false;
	*why = "is longer than 1024 bytes";
	if (len > LABEL_VALUE_MAX)
		return false;
	*why = "has control characters";
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)s[i] < 0x20 || s[i] == 0x7f)
			return false;
	*why = "is not UTF-8";
	return utf8_valid(s, len);
}

bool label_value(struct pile *a, const struct config *c, const struct label_key *k,
		 const char *text, size_t len, struct label_values *v, const char **why)
{
	if (!is_text(text, len, why))
		return false;
	if (!read_typed(a, c, k, text, v, why)) {
		*why = pile_str(a, *why); /* some readers keep theirs for one call only */
		return false;
	}
	v->given |= UINT64_C(1) << (k - label_keys);
	return true;
}

bool label_given(const struct label_values *v, const char *name)
{
	const struct label_key *k = label_find(name);
	return k && v->given >> (k - label_keys) & 1;
}

static bool same_hosts(const struct label_hosts *x, const struct label_hosts *y)
{
	if (x->n != y->n)
		return false;
	for (size_t i = 0; i < x->n; i++)
		if (strcmp(x->names[i], y->names[i]) != 0)
			return false;
	return true;
}

bool label_equal(const struct label_key *k, const struct label_values *x,
		 const struct label_values *y)
{
	const void *p = slot_const(k, x), *q = slot_const(k, y);
	if (k->type == LABEL_BOOL)
		return *(const bool *)p == *(const bool *)q;
	if (k->type == LABEL_INT)
		return *(const int64_t *)p == *(const int64_t *)q;
	if (k->type == LABEL_HOSTS)
		return same_hosts(p, q);
	return strcmp(*(const char *const *)p, *(const char *const *)q) == 0;
}

const char *label_text(struct pile *a, const struct label_key *k, const struct label_values *v)
{
	const void *p = slot_const(k, v);
	if (k->type == LABEL_BOOL)
		return *(const bool *)p ? "yes" : "no";
	if (k->type == LABEL_INT)
		return pile_printf(a, "%lld", (long long)*(const int64_t *)p);
	if (k->type != LABEL_HOSTS)
		return *(const char *const *)p;
	const struct label_hosts *h = p;
	autobuf struct buf b = {0};
	for (size_t i = 0; i < h->n; i++)
		buf_addf(&b, "%s%s", i ? "," : "", h->names[i]);
	return pile_str(a, b.s ? b.s : "");
}
