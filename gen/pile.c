/* pile: see pile.h. */
#include "pile.h"

#include <stdalign.h>
#include <string.h>

enum { CHUNK = 64 * 1024 };

struct pile_chunk {
	struct pile_chunk *before;
	size_t size;
	alignas(max_align_t) char data[];
};

void *pile_take(struct pile *a, size_t size)
{
	const size_t unit = alignof(max_align_t);
	size = (size + unit - 1) / unit * unit;
	if (!a->last || a->last->size - a->used < size) {
		size_t room = size > CHUNK ? size : CHUNK;
		struct pile_chunk *c = xcalloc(1, sizeof(*c) + room);
		c->before = a->last;
		c->size = room;
		a->last = c;
		a->used = 0;
	}
	void *p = a->last->data + a->used;
	a->used += size;
	return p;
}

char *pile_str(struct pile *a, const char *s)
{
	size_t n = strlen(s) + 1;
	return memcpy(pile_take(a, n), s, n);
}

char *pile_printf(struct pile *a, const char *fmt, ...)
{
	autobuf struct buf b = {0};
	va_list ap;
	va_start(ap, fmt);
	buf_vaddf(&b, fmt, ap);
	va_end(ap);
	return pile_str(a, b.s ? b.s : "");
}

char *pile_own(struct pile *a, char *s)
{
	char *copy = pile_str(a, s);
	free(s);
	return copy;
}

void pile_free(struct pile *a)
{
	for (struct pile_chunk *c = a->last, *before; c; c = before) {
		before = c->before;
		free(c);
	}
	*a = (struct pile){0};
}
