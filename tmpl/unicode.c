/* unicode: see unicode.h. */
#include "unicode.h"

struct uni_range {
	uint32_t lo, hi;
};

/* The runes lo, lo+step … hi map to themselves plus delta. */
struct uni_case {
	uint32_t lo, hi;
	int32_t delta;
	uint32_t step;
};

#include "unicode_tables.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))

static bool is_tail(unsigned char c, unsigned lo, unsigned hi)
{
	return c >= lo && c <= hi;
}

uint32_t uni_decode(const char *s, size_t len, size_t *size)
{
	const unsigned char *p = (const unsigned char *)s;
	unsigned lo = 0x80, hi = 0xbf;
	*size = 1;
	if (p[0] < 0x80)
		return p[0];
	if (p[0] < 0xc2 || p[0] > 0xf4)
		return UNI_BAD;
	/* overlong forms, surrogates and what is above the last rune are wrong
	 * already in their second byte */
	switch (p[0]) {
	case 0xe0:
		lo = 0xa0;
		break;
	case 0xed:
		hi = 0x9f;
		break;
	case 0xf0:
		lo = 0x90;
		break;
	case 0xf4:
		hi = 0x8f;
		break;
	default:
		break;
	}
	if (len < 2 || !is_tail(p[1], lo, hi))
		return UNI_BAD;
	if (p[0] < 0xe0) {
		*size = 2;
		return (p[0] & 0x1fU) << 6 | (p[1] & 0x3fU);
	}
	if (len < 3 || !is_tail(p[2], 0x80, 0xbf))
		return UNI_BAD;
	if (p[0] < 0xf0) {
		*size = 3;
		return (p[0] & 0xfU) << 12 | (p[1] & 0x3fU) << 6 | (p[2] & 0x3fU);
	}
	if (len < 4 || !is_tail(p[3], 0x80, 0xbf))
		return UNI_BAD;
	*size = 4;
	return (p[0] & 7U) << 18 | (p[1] & 0x3fU) << 12 | (p[2] & 0x3fU) << 6 | (p[3] & 0x3fU);
}

size_t uni_encode(uint32_t r, char out[4])
{
	if (r > UNI_MAX || (r >= 0xd800 && r <= 0xdfff))
		r = UNI_BAD;
	if (r < 0x80) {
		out[0] = (char)r;
		return 1;
	}
	if (r < 0x800) {
		out[0] = (char)(0xc0 | r >> 6);
		out[1] = (char)(0x80 | (r & 0x3f));
		return 2;
	}
	if (r < 0x10000) {
		out[0] = (char)(0xe0 | r >> 12);
		out[1] = (char)(0x80 | (r >> 6 & 0x3f));
		out[2] = (char)(0x80 | (r & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | r >> 18);
	out[1] = (char)(0x80 | (r >> 12 & 0x3f));
	out[2] = (char)(0x80 | (r >> 6 & 0x3f));
	out[3] = (char)(0x80 | (r & 0x3f));
	return 4;
}

size_t uni_prefix(const char *s, size_t len, size_t n)
{
	size_t at = 0, size;
	while (at < len && n-- > 0) {
		uni_decode(s + at, len - at, &size);
		at += size;
	}
	return at;
}

size_t uni_count(const char *s, size_t len)
{
	size_t n = 0, size;
	for (size_t at = 0; at < len; at += size, n++)
		uni_decode(s + at, len - at, &size);
	return n;
}

static bool in_ranges(const struct uni_range *t, size_t n, uint32_t r)
{
	size_t lo = 0, hi = n;
	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		if (r < t[mid].lo)
			hi = mid;
		else if (r > t[mid].hi)
			lo = mid + 1;
		else
			return true;
	}
	return false;
}

bool uni_is_print(uint32_t r)
{
	if (r < 0x80)
		return r >= 0x20 && r < 0x7f;
	return in_ranges(print_ranges, LEN(print_ranges), r);
}

bool uni_is_letter(uint32_t r)
{
	if (r < 0x80)
		return (r >= '0' && r <= '9') || ((r | 0x20) >= 'a' && (r | 0x20) <= 'z');
	return in_ranges(letter_ranges, LEN(letter_ranges), r);
}

bool uni_is_space(uint32_t r)
{
	static const struct uni_range spaces[] = {
	    {0x85, 0x85},     {0xa0, 0xa0},     {0x1680, 0x1680}, {0x2000, 0x200a},
	    {0x2028, 0x2029}, {0x202f, 0x202f}, {0x205f, 0x205f}, {0x3000, 0x3000}};
	if (r < 0x80)
		return r == ' ' || (r >= '\t' && r <= '\r');
	return in_ranges(spaces, LEN(spaces), r);
}

static uint32_t map_case(const struct uni_case *t, size_t n, uint32_t r)
{
	size_t lo = 0, hi = n;
	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		if (r < t[mid].lo)
			hi = mid;
		else if (r > t[mid].hi)
			lo = mid + 1;
		else
			return (r - t[mid].lo) % t[mid].step
				   ? r
				   : (uint32_t)((int32_t)r + t[mid].delta);
	}
	return r;
}

uint32_t uni_upper(uint32_t r)
{
	if (r < 0x80)
		return r >= 'a' && r <= 'z' ? r - 0x20 : r;
	return map_case(upper_cases, LEN(upper_cases), r);
}

uint32_t uni_lower(uint32_t r)
{
	if (r < 0x80)
		return r >= 'A' && r <= 'Z' ? r + 0x20 : r;
	return map_case(lower_cases, LEN(lower_cases), r);
}
