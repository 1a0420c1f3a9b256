/* arena: see arena.h. */
#include "arena.h"

#include <stdalign.h>
#include <string.h>

enum { CHUNK = 64 * 1024 };

struct arena_chunk {
	struct arena_chunk *before;
	size_t size;
	alignas(max_align_t) char data[];
};

void *arena_take(struct arena *a, size_t size)
{
	const size_t unit = alignof(max_align_t);
	size = (size + unit - 1) / unit * unit;
	if (!a->last || a->last->size - a->used < size) {
		size_t room = size > CHUNK ? size : CHUNK;
		struct arena_chunk *c = xcalloc(1, sizeof(*c) + room);
		c->before = a->last;
		c->size = room;
		a->last = c;
		a->used = 0;
	}
	void *p = a->last->data + a->used;
	a->used += size;
	return p;
}

char *arena_str(struct arena *a, const char *s)
{
	size_t n = strlen(s) + 1;
	return memcpy(arena_take(a, n), s, n);
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	autobuf struct buf b = {0};
	va_list ap;
	va_start(ap, fmt);
	buf_vaddf(&b, fmt, ap);
	va_end(ap);
	return arena_str(a, b.s ? b.s : "");
}

char *arena_own(struct arena *a, char *s)
{
	char *copy = arena_str(a, s);
	free(s);
	return copy;
}

void arena_free(struct arena *a)
{
	for (struct arena_chunk *c = a->last, *before; c; c = before) {
		before = c->before;
		free(c);
	}
	*a = (struct arena){0};
}
