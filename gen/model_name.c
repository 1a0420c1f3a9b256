/* model_name: names from identities, fit for HAProxy and distinct. */
#include "model_impl.h"

#include <string.h>

static const char name_chars[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.:-";

const char *name_suffix(struct pile *a, const char *base, const char *identity)
{
	char hex[65];
	sha256_hex(identity, strlen(identity), hex);
	return pile_printf(a, "%s-%.8s", base, hex);
}

const char *name_clean(struct pile *a, const char *s, size_t max)
{
	size_t len = strlen(s), n = 0;
	char *out = pile_take(a, len + 1);
	bool lost = len == 0;
	for (size_t i = 0; i < len; i++) {
		if (s[i] == '[' || s[i] == ']') /* of an IPv6 address */
			continue;
		bool good = strchr(name_chars, s[i]) != NULL;
		lost |= !good;
		out[n++] = good ? s[i] : '_';
	}
	if (n > max) {
		out[max] = '\0';
		lost = true;
	}
	return lost || n == 0 ? name_suffix(a, n ? out : "server", s) : out;
}

const char *name_quote(struct pile *a, const char *s)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
				    "_.:/@+,=-";
	if (*s && strspn(s, plain) == strlen(s))
		return s;
	autobuf struct buf b = {0};
	buf_addc(&b, '\'');
	for (; *s; s++)
		if (*s == '\'')
			buf_adds(&b, "'\\''");
		else if ((unsigned char)*s >= 0x20 && *s != 0x7f)
			buf_addc(&b, *s);
	buf_addc(&b, '\'');
	return pile_str(a, b.s);
}

int64_t name_number(const char *s)
{
	char hex[65];
	sha256_hex(s, strlen(s), hex);
	hex[8] = '\0';
	int64_t n = (int64_t)(strtoul(hex, NULL, 16) & 0x7fffffffU);
	return n ? n : 1;
}

const char *address_text(struct pile *a, const char *ip, int64_t port)
{
	if (strchr(ip, ':'))
		return pile_printf(a, "[%s]:%lld", ip, (long long)port);
	return pile_printf(a, "%s:%lld", *ip ? ip : "*", (long long)port);
}
