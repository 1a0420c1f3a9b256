/* stubs: weak stand-ins until the evaluator is there; it wins at the link, and
 * this file goes with it. */
#include "impl.h"

#include <stdlib.h>

#define WEAK __attribute__((weak))

WEAK int exec_fail(struct exec *x, const char *fmt, ...)
{
	(void)x, (void)fmt;
	return -1;
}

WEAK void *exec_alloc(struct exec *x, size_t n)
{
	(void)x, (void)n;
	return NULL;
}

WEAK struct sbuf *exec_scratch(struct exec *x)
{
	(void)x;
	return NULL;
}

WEAK int exec_result(struct exec *x, struct sbuf *b, struct value *out)
{
	(void)x, (void)b, (void)out;
	return -1;
}

WEAK int exec_step(struct exec *x, size_t n)
{
	(void)x, (void)n;
	return -1;
}

WEAK int exec_own(struct exec *x, json_t *j)
{
	(void)x, (void)j;
	return -1;
}

WEAK int exec_entries(struct exec *x, const struct value *map, const struct entry **out, size_t *n)
{
	(void)x, (void)map, (void)out, (void)n;
	return -1;
}

WEAK int exec_map(struct exec *x, struct entry *e, size_t n, struct value *out)
{
	(void)x, (void)e, (void)n, (void)out;
	return -1;
}

WEAK int tmpl_parse(struct tmpl **out, const char *name, const char *text, size_t len,
		    const struct tmpl_extra *extra, struct tmpl_error *err)
{
	(void)out, (void)name, (void)text, (void)len, (void)extra, (void)err;
	return -1;
}

WEAK int tmpl_exec(const struct tmpl *t, json_t *data, const struct tmpl_limits *limits,
		   char **text, size_t *len, struct tmpl_map *map, struct tmpl_error *err)
{
	(void)t, (void)data, (void)limits, (void)text, (void)len, (void)map, (void)err;
	return -1;
}

WEAK void tmpl_free(struct tmpl *t)
{
	(void)t;
}

WEAK void tmpl_error_free(struct tmpl_error *e)
{
	(void)e;
}
