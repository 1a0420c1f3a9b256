/* ftoa: see ftoa.h. */
#include "ftoa.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A float64 has no more than 767 significant decimal digits. */
#define DIGITS_MAX 800
#define LONGEST (DBL_MAX_10_EXP + 40)

/* The value 0.d[0]d[1]… times ten to the power of dp; no trailing zeros. */
struct digits {
	char d[DIGITS_MAX + 8];
	int n;
	int dp;
};

size_t ftoa_room(int prec)
{
	return LONGEST + (prec > 0 ? (size_t)prec : 0);
}

/* Takes "d.ddde±xx" apart. The point may be any bytes: it depends on the locale. */
static void digits_parse(struct digits *g, const char *text)
{
	g->n = 0;
	for (; *text && *text != 'e'; text++)
		if (*text >= '0' && *text <= '9')
			g->d[g->n++] = *text;
	g->dp = *text ? atoi(text + 1) + 1 : 0;
	while (g->n > 0 && g->d[g->n - 1] == '0')
		g->n--;
	if (g->n == 0)
		g->dp = 0;
}

/* v (not negative), rounded to n significant digits. */
static void digits_fixed(struct digits *g, double v, int n)
{
	char text[DIGITS_MAX + 40];
	if (n > DIGITS_MAX)
		n = DIGITS_MAX;
	snprintf(text, sizeof text, "%.*e", n - 1, v);
	digits_parse(g, text);
}

/* Adds one to the last digit of "d.ddde±xx", or returns false if it is a 9. */
static bool next_up(char *text)
{
	char *last = strchr(text, 'e') - 1;
	if (*last < '0' || *last > '8')
		return false;
	++*last;
	return true;
}

static void digits_shortest(struct digits *g, double v)
{
	char text[64];
	int frac_exp;
	/* the gap below a power of two is half the gap above: the nearest text of
	 * n digits may fail where its upper neighbour reads back */
	bool power = frexp(v, &frac_exp) == 0.5;
	/* what has up to 15 digits and is no subnormal comes back in 15 */
	for (int n = v < DBL_MIN ? 1 : DBL_DIG; n <= 17; n++) {
		snprintf(text, sizeof text, "%.*e", n - 1, v);
		if (strtod(text, NULL) == v)
			break;
		if (power && next_up(text) && strtod(text, NULL) == v)
			break;
	}
	digits_parse(g, text);
}

static size_t write_exp(char *dst, char letter, int e, int width)
{
	return (size_t)sprintf(dst, "%c%c%0*d", letter, e < 0 ? '-' : '+', width, abs(e));
}

static size_t write_e(char *dst, const struct digits *g, int prec, char letter)
{
	size_t n = 0;
	dst[n++] = g->n ? g->d[0] : '0';
	if (prec > 0) {
		int have = g->n - 1 < prec ? g->n - 1 : prec;
		if (have < 0)
			have = 0;
		dst[n++] = '.';
		memcpy(dst + n, g->d + 1, (size_t)have);
		memset(dst + n + have, '0', (size_t)(prec - have));
		n += (size_t)prec;
	}
	return n + write_exp(dst + n, letter, g->n ? g->dp - 1 : 0, 2);
}

static size_t write_f(char *dst, const struct digits *g, int prec)
{
	size_t n = 0;
	for (int i = 0; i < g->dp; i++)
		dst[n++] = i < g->n ? g->d[i] : '0';
	if (g->dp <= 0)
		dst[n++] = '0';
	if (prec > 0)
		dst[n++] = '.';
	for (int i = 0; i < prec; i++) {
		int at = g->dp + i;
		dst[n++] = at >= 0 && at < g->n ? g->d[at] : '0';
	}
	return n;
}

/* %f with a precision: every digit before the point counts. */
static size_t write_f_exact(char *dst, double v, int prec)
{
	size_t room = ftoa_room(prec), n = 0, digits = 0;
	char *text = malloc(room);
	if (!text)
		return 0;
	snprintf(text, room, "%.*f", prec, v);
	for (const char *p = text; *p; p++)
		digits += *p >= '0' && *p <= '9';
	for (const char *p = text; *p; p++) {
		if (*p < '0' || *p > '9')
			continue;
		if (digits-- == (size_t)prec && prec > 0)
			dst[n++] = '.';
		dst[n++] = *p;
	}
	free(text);
	return n;
}

static size_t write_g(char *dst, struct digits *g, double v, char verb, int prec)
{
	bool shortest = prec < 0;
	if (shortest) {
		digits_shortest(g, v);
		prec = g->n;
	} else {
		prec = prec ? prec : 1;
		digits_fixed(g, v, prec);
	}
	int limit = prec;
	if (limit > g->n && g->n >= g->dp)
		limit = g->n;
	if (shortest)
		limit = 6;
	int e = g->dp - 1;
	if (e < -4 || e >= limit)
		return write_e(dst, g, (prec > g->n ? g->n : prec) - 1, verb == 'G' ? 'E' : 'e');
	if (prec > g->dp)
		prec = g->n;
	return write_f(dst, g, prec > g->dp ? prec - g->dp : 0);
}

static size_t write_x(char *dst, uint64_t mant, int e, char verb, int prec)
{
	const char *hex = verb == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
	const uint64_t top = (uint64_t)1 << 60;
	size_t n = 0;
	if (mant == 0)
		e = 0;
	mant <<= 60 - 52;
	while (mant && !(mant & top)) {
		mant <<= 1;
		e--;
	}
	if (prec >= 0 && prec < 15) {
		int shift = prec * 4;
		uint64_t extra = (mant << shift) & (top - 1);
		mant >>= 60 - shift;
		if ((extra | (mant & 1)) > top / 2)
			mant++;
		mant <<= 60 - shift;
		if (mant & top << 1) {
			mant >>= 1;
			e++;
		}
	}
	dst[n++] = '0';
	dst[n++] = verb;
	dst[n++] = (char)('0' + (mant >> 60 & 1));
	mant <<= 4;
	if (prec > 0 || (prec < 0 && mant))
		dst[n++] = '.';
	for (int i = 0; prec < 0 ? mant != 0 : i < prec; i++, mant <<= 4)
		dst[n++] = hex[mant >> 60 & 15];
	return n + write_exp(dst + n, verb == 'X' ? 'P' : 'p', e, 2);
}

static size_t write_finite(char *dst, double v, uint64_t mant, int e, char verb, int prec)
{
	struct digits g;
	switch (verb) {
	case 'b':
		return (size_t)sprintf(dst, "%llup%+d", (unsigned long long)mant, e - 52);
	case 'x':
	case 'X':
		return write_x(dst, mant, e, verb, prec);
	case 'e':
	case 'E':
		if (prec < 0) {
			digits_shortest(&g, v);
			prec = g.n - 1;
		} else {
			digits_fixed(&g, v, prec + 1);
		}
		return write_e(dst, &g, prec, verb);
	case 'f':
		if (prec >= 0)
			return write_f_exact(dst, v, prec);
		digits_shortest(&g, v);
		return write_f(dst, &g, g.n > g.dp ? g.n - g.dp : 0);
	default:
		return write_g(dst, &g, v, verb, prec);
	}
}

size_t ftoa_write(char *dst, double v, char verb, int prec)
{
	uint64_t bits, mant;
	size_t n = 0;
	memcpy(&bits, &v, sizeof bits);
	int e = (int)(bits >> 52 & 0x7ff);
	mant = bits & (((uint64_t)1 << 52) - 1);
	if (e == 0x7ff) {
		const char *s = mant ? "NaN" : bits >> 63 ? "-Inf" : "+Inf";
		n = strlen(s);
		memcpy(dst, s, n);
		return n;
	}
	if (e == 0)
		e = 1;
	else
		mant |= (uint64_t)1 << 52;
	if (bits >> 63)
		dst[n++] = '-';
	return n + write_finite(dst + n, fabs(v), mant, e - 1023, verb, prec);
}
