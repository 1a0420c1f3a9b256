/* value: see value.h. */
#include "value.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#define INT64_DIGITS 18 /* so many always fit in an int64_t */

/* A sentence with figures in it; kept until the next one of the same thread. */
PRINTF_LIKE(2, 0)
static void fill(const char **why, const char *fmt, va_list ap)
{
	static _Thread_local char text[256];
	vsnprintf(text, sizeof(text), fmt, ap);
	*why = text;
}

PRINTF_LIKE(2, 3)
static bool because(const char **why, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	fill(why, fmt, ap);
	va_end(ap);
	return false;
}

static bool is_word(const char *s, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(s, words[i]))
			return true;
	return false;
}

bool value_bool(const char *s, bool *out, const char **why)
{
	static const char *const yes[] = {"Y", "y", "yes", "true", "on", "1"};
	static const char *const no[] = {"N", "n", "no", "false", "off", "0"};
	bool on = is_word(s, yes, ARRAY_LEN(yes));
	if (!on && !is_word(s, no, ARRAY_LEN(no))) {
		*why = "is neither yes nor no (write yes or no)";
		return false;
	}
	*out = on;
	return true;
}

/* Leading digits of s, saturated; NULL if there is none. */
static const char *digits(const char *s, int64_t *out)
{
	int64_t v = 0;
	const char *p = s;
	size_t significant = 0;
	for (; *p >= '0' && *p <= '9'; p++) {
		if (v == 0 && *p == '0')
			continue;
		v = ++significant > INT64_DIGITS ? INT64_MAX : v * 10 + (*p - '0');
	}
	if (p == s)
		return NULL;
	*out = v;
	return p;
}

bool value_int(const char *s, int64_t min, int64_t max, int64_t *out, const char **why)
{
	int64_t v;
	const char *end = digits(s, &v);
	if (!end || *end || v < min || v > max)
		return because(why, "is not a whole number from %" PRId64 " to %" PRId64, min, max);
	*out = v;
	return true;
}

static const struct unit {
	const char *name;
	int64_t us;
} units[] = {
    {"d", 86400000000}, {"h", 3600000000}, {"m", 60000000}, {"s", 1000000}, {"ms", 1000}, {"us", 1},
};

void value_duration_text(int64_t us, char out[24])
{
	size_t u = 0;
	if (us == 0)
		u = 3;
	while (us % units[u].us)
		u++;
	snprintf(out, 24, "%" PRId64 "%s", us / units[u].us, units[u].name);
}

bool value_duration(const char *s, int64_t min_us, int64_t max_us, int64_t *out, const char **why)
{
	int64_t v, us;
	const char *end = digits(s, &v);
	const struct unit *u = NULL;
	if (!end) {
		*why = "is not a duration (write a whole number and us, ms, s, m, h or d)";
		return false;
	}
	if (!*end && v == 0 && min_us == 0) {
		*out = 0; /* nothing is nothing in every unit */
		return true;
	}
	if (!*end)
		return because(why, "has no unit (write %.12sms or %.12ss)", s, s);
	for (size_t i = 0; i < ARRAY_LEN(units); i++)
		if (!strcmp(end, units[i].name))
			u = &units[i];
	if (!u) {
		*why = "is not a duration (write a whole number and us, ms, s, m, h or d)";
		return false;
	}
	if (__builtin_mul_overflow(v, u->us, &us) || us < min_us || us > max_us) {
		char lo[24], hi[24];
		value_duration_text(min_us, lo);
		value_duration_text(max_us, hi);
		return because(why, "is out of range (write %s to %s)", lo, hi);
	}
	*out = us;
	return true;
}

void value_size_text(int64_t n, char out[24])
{
	static const char letters[] = {'g', 'm', 'k'};
	int shift = 30;
	for (size_t i = 0; i < sizeof(letters); i++, shift -= 10)
		if (n && n % ((int64_t)1 << shift) == 0) {
			snprintf(out, 24, "%" PRId64 "%c", n >> shift, letters[i]);
			return;
		}
	snprintf(out, 24, "%" PRId64, n);
}

bool value_size(const char *s, int64_t min, int64_t max, int64_t *out, const char **why)
{
	int64_t v, factor = 1;
	const char *end = digits(s, &v);
	if (end && *end && !end[1]) {
		const char *letters = "kmg", *l = strchr(letters, *end);
		for (const char *p = letters; l && p <= l; p++)
			factor *= 1024;
		end += l ? 1 : 0;
	}
	if (!end || *end) {
		*why = "is not a size (write a whole number of bytes, or one with k, m or g)";
		return false;
	}
	if (__builtin_mul_overflow(v, factor, &v) || v < min || v > max) {
		char lo[24], hi[24];
		value_size_text(min, lo);
		value_size_text(max, hi);
		return because(why, "is out of range (write %s to %s)", lo, hi);
	}
	*out = v;
	return true;
}

bool value_enum(const char *s, const char *words, const char **why)
{
	size_t len = strlen(s);
	for (const char *p = words; len && *p;) {
		size_t n = strcspn(p, " ");
		if (n == len && !memcmp(p, s, n))
			return true;
		p += n + (p[n] == ' ');
	}
	return because(why, "is none of: %s", words);
}

bool value_ip(const char *s, char out[46], const char **why)
{
	unsigned char a[16];
	if (inet_pton(AF_INET, s, a) == 1) {
		inet_ntop(AF_INET, a, out, INET_ADDRSTRLEN);
		return true;
	}
	if (inet_pton(AF_INET6, s, a) == 1) {
		inet_ntop(AF_INET6, a, out, INET6_ADDRSTRLEN);
		return true;
	}
	*why = "is not an IPv4 or IPv6 address (write 192.0.2.1 or 2001:db8::1, without brackets)";
	return false;
}

bool value_ip_unicast(const char *ip)
{
	unsigned char a[16];
	static const unsigned char none[12] = {0};
	if (inet_pton(AF_INET, ip, a) == 1)
		return a[0] != 0 && (a[0] < 224 || a[0] > 239) &&
		       strcmp(ip, "255.255.255.255") != 0;
	if (inet_pton(AF_INET6, ip, a) != 1)
		return false;
	/* ::, and 0.0.0.0 written as IPv6 */
	bool mapped = memcmp(a, none, 10) == 0 && a[10] == 0xff && a[11] == 0xff;
	return a[0] != 0xff && (memcmp(a, none, 12) != 0 || memcmp(a + 12, none, 4) != 0) &&
	       !(mapped && a[12] == 0);
}

/* One label of a DNS name: 1 to 63 of [A-Za-z0-9_-], no hyphen at its ends. */
static bool dns_label(const char *s, size_t n)
{
	if (n == 0 || n > 63 || s[0] == '-' || s[n - 1] == '-')
		return false;
	for (size_t i = 0; i < n; i++)
		if (!isalnum((unsigned char)s[i]) && s[i] != '-' && s[i] != '_')
			return false;
	return true;
}

bool value_host(const char *s, bool wildcard, char out[256], const char **why)
{
	const char *p = s;
	size_t len = strnlen(s, 254);
	*why = wildcard
		   ? "is not a host name (letters, digits, - and _, at most 63 between dots and "
		     "253 in all; *. may lead)"
		   : "is not a host name (letters, digits, - and _, at most 63 between dots and "
		     "253 in all)";
	if (len > 253)
		return false;
	if (wildcard && str_prefix(p, "*."))
		p += 2;
	for (;;) {
		size_t n = strcspn(p, ".");
		if (!dns_label(p, n))
			return false;
		p += n;
		if (!*p)
			break;
		p++;
	}
	for (size_t i = 0; i <= len; i++)
		out[i] = (char)(s[i] >= 'A' && s[i] <= 'Z' ? s[i] + 32 : s[i]);
	return true;
}

bool value_fqdn(const char *s, char out[256], const char **why)
{
	size_t n = strlen(s);
	autofree char *name = xstrndup(s, n > 1 && s[n - 1] == '.' ? n - 1 : n);
	return value_host(name, false, out, why);
}

bool value_hostport(const char *s, char host[256], int64_t *port, const char **why)
{
	const char *colon = strrchr(s, ':');
	char name[256], found[256];
	int64_t p = 0;
	if (!colon || colon == s || (size_t)(colon - s) >= sizeof(name)) {
		*why = "is not name:port, address:port or [address]:port";
		return false;
	}
	memcpy(name, s, (size_t)(colon - s));
	name[colon - s] = '\0';
	if (!value_int(colon + 1, 1, 65535, &p, why)) {
		*why = "has no port from 1 to 65535 after the last colon";
		return false;
	}
	size_t n = strlen(name);
	if (name[0] == '[' && name[n - 1] == ']') {
		name[n - 1] = '\0';
		if (!strchr(name, ':') || !value_ip(name + 1, found, why)) {
			*why = "has no IPv6 address between its brackets";
			return false;
		}
	} else if (strchr(name, ':')) {
		*why = "needs brackets around its IPv6 address (write [2001:db8::1]:80)";
		return false;
	} else if (!value_fqdn(name, found, why)) {
		return false;
	}
	memcpy(host, found, strlen(found) + 1);
	*port = p;
	return true;
}

static const char letters_digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

bool value_name(const char *s, size_t max, const char **why)
{
	size_t len = strnlen(s, max + 1);
	bool good = len >= 1 && len <= max;
	for (size_t i = 0; good && i < len; i++)
		good = strchr(letters_digits, s[i]) || strchr("_.-", s[i]);
	if (!good)
		return because(why, "is not a name (1 to %zu of letters, digits, _ . -)", max);
	return true;
}

bool value_file(const char *s, const char **why)
{
	size_t len = strlen(s);
	if (s[0] != '/') {
		*why = "is not an absolute path (begin it with /)";
		return false;
	}
	if (len > 255 || strstr(s, "..")) {
		*why = "is not a path that is taken (at most 255 bytes, no ..)";
		return false;
	}
	for (const char *p = s; *p; p++)
		if (!strchr(letters_digits, *p) && !strchr("._/@+-", *p)) {
			*why = "has a byte that is not taken in paths (letters, digits and . _ / @ "
			       "+ -)";
			return false;
		}
	return true;
}
