/* text: growing text and arenas; see impl.h. */
#include "impl.h"

#include <stdio.h>
#include <stdlib.h>

#define SBUF_MAX ((size_t)64 << 20)
#define BLOCK_SIZE ((size_t)16 << 10)

/* Makes room for n more bytes and a NUL; false sets full. */
static bool sbuf_room(struct sbuf *b, size_t n)
{
	size_t max = b->max ? b->max : SBUF_MAX;
	if (b->full || n > max || b->len > max - n) {
		b->full = true;
		return false;
	}
	size_t need = b->len + n + 1;
	if (need <= b->cap)
		return true;
	size_t cap = b->cap ? b->cap * 2 : 256;
	while (cap < need)
		cap *= 2;
	char *s = realloc(b->s, cap);
	if (!s) {
		b->full = true;
		return false;
	}
	b->s = s;
	b->cap = cap;
	return true;
}

void sbuf_add(struct sbuf *b, const char *s, size_t n)
{
	if (n == 0 || !sbuf_room(b, n))
		return;
	memcpy(b->s + b->len, s, n);
	b->len += n;
	b->s[b->len] = '\0';
}

void sbuf_adds(struct sbuf *b, const char *s)
{
	sbuf_add(b, s, strlen(s));
}

void sbuf_addc(struct sbuf *b, char c)
{
	sbuf_add(b, &c, 1);
}

void sbuf_fill(struct sbuf *b, char c, size_t n)
{
	if (n == 0 || !sbuf_room(b, n))
		return;
	memset(b->s + b->len, c, n);
	b->len += n;
	b->s[b->len] = '\0';
}

void sbuf_vaddf(struct sbuf *b, const char *fmt, va_list ap)
{
	va_list again;
	va_copy(again, ap);
	int n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (n <= 0 || !sbuf_room(b, (size_t)n))
		return;
	vsnprintf(b->s + b->len, (size_t)n + 1, fmt, ap);
	b->len += (size_t)n;
}

void sbuf_addf(struct sbuf *b, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	sbuf_vaddf(b, fmt, ap);
	va_end(ap);
}

void sbuf_add_rune(struct sbuf *b, uint32_t rune)
{
	char s[4] = {0};
	sbuf_add(b, s, uni_encode(rune, s));
}

void sbuf_free(struct sbuf *b)
{
	free(b->s);
	b->s = NULL;
	b->len = b->cap = 0;
}

/* --- quoting as strconv does ------------------------------------------------ */

static char short_escape(uint32_t r)
{
	static const char from[] = "\a\b\f\n\r\t\v", to[] = "abfnrtv";
	for (size_t i = 0; from[i]; i++)
		if ((uint32_t)from[i] == r)
			return to[i];
	return 0;
}

/* \x, \u or \U and so many digits. */
static void add_escape(struct sbuf *b, char kind, int digits, uint32_t v)
{
	char s[10] = {'\\', kind};
	for (int i = digits; i > 0; i--, v >>= 4)
		s[1 + i] = "0123456789abcdef"[v & 15];
	sbuf_add(b, s, (size_t)digits + 2);
}

static void quote_rune(struct sbuf *b, uint32_t r, char quote, bool ascii)
{
	char c = short_escape(r);
	if (r == (uint32_t)quote || r == '\\') {
		sbuf_addc(b, '\\');
		sbuf_addc(b, (char)r);
	} else if (uni_is_print(r) && (r < 0x80 || !ascii)) {
		sbuf_add_rune(b, r);
	} else if (c) {
		sbuf_addc(b, '\\');
		sbuf_addc(b, c);
	} else if (r < ' ' || r == 0x7f) {
		add_escape(b, 'x', 2, r);
	} else if (r < 0x10000) {
		add_escape(b, 'u', 4, r);
	} else {
		add_escape(b, 'U', 8, r);
	}
}

static void quote(struct sbuf *b, const char *s, size_t n, bool ascii)
{
	sbuf_addc(b, '"');
	for (size_t i = 0, w; i < n && !b->full; i += w) {
		uint32_t r = uni_decode(s + i, n - i, &w);
		if (r == UNI_BAD && w == 1)
			add_escape(b, 'x', 2, (unsigned char)s[i]);
		else
			quote_rune(b, r, '"', ascii);
	}
	sbuf_addc(b, '"');
}

void sbuf_quote(struct sbuf *b, const char *s, size_t n)
{
	quote(b, s, n, false);
}

void sbuf_quote_ascii(struct sbuf *b, const char *s, size_t n)
{
	quote(b, s, n, true);
}

void sbuf_quote_rune(struct sbuf *b, uint32_t rune, bool ascii)
{
	if (rune > UNI_MAX || (rune >= 0xd800 && rune <= 0xdfff))
		rune = UNI_BAD;
	sbuf_addc(b, '\'');
	quote_rune(b, rune, '\'', ascii);
	sbuf_addc(b, '\'');
}

/* --- arenas -------------------------------------------------------------------- */

struct arena_block {
	struct arena_block *next;
	size_t size, at; /* of data */
	_Alignas(16) char data[];
};

void *arena_alloc(struct arena *a, size_t n)
{
	if (n > SIZE_MAX / 4) {
		a->full = true;
		return NULL;
	}
	n = (n + 15) & ~(size_t)15;
	struct arena_block *b = a->head;
	if (!b || b->size - b->at < n) {
		size_t size = n > BLOCK_SIZE ? n : BLOCK_SIZE;
		if (a->full || (a->max && (size > a->max || a->used > a->max - size))) {
			a->full = true;
			return NULL;
		}
		b = malloc(sizeof(*b) + size);
		if (!b) {
			a->full = true;
			return NULL;
		}
		*b = (struct arena_block){.next = a->head, .size = size};
		a->head = b;
		a->used += size;
	}
	void *p = b->data + b->at;
	b->at += n;
	return p;
}

char *arena_copy(struct arena *a, const char *s, size_t n)
{
	char *p = arena_alloc(a, n + 1);
	if (!p)
		return NULL;
	if (n)
		memcpy(p, s, n);
	p[n] = '\0';
	return p;
}

struct arena_mark arena_mark(const struct arena *a)
{
	return (struct arena_mark){a->head, a->head ? a->head->at : 0};
}

void arena_release(struct arena *a, struct arena_mark m)
{
	while (a->head != m.head) {
		struct arena_block *next = a->head->next;
		/* an only block stays for the next round */
		if (!next && !m.head) {
			a->head->at = 0;
			return;
		}
		a->used -= a->head->size;
		free(a->head);
		a->head = next;
	}
	if (a->head)
		a->head->at = m.at;
}

void arena_free(struct arena *a)
{
	while (a->head) {
		struct arena_block *next = a->head->next;
		free(a->head);
		a->head = next;
	}
	*a = (struct arena){.max = a->max};
}
