/* func_list: functions of lists and maps; see func.h. */
#include "func.h"

#include <inttypes.h>
#include <stdlib.h>

/* What sorting costs for each element. */
#define SORT_STEPS 16

/* A nil is an empty list; *len is the number of elements. */
static int want_list(struct exec *x, const struct value *v, const char *what, size_t *len)
{
	*len = v->kind == V_LIST ? v->len : 0;
	if (v->kind == V_LIST || value_nil(v))
		return exec_step(x, *len);
	return exec_fail(x, "Cannot find %s on type %s", what, func_kind(v));
}

static struct value *new_list(struct exec *x, size_t n)
{
	return n < SIZE_MAX / sizeof(struct value) - 1
		   ? exec_alloc(x, (n + 1) * sizeof(struct value))
		   : NULL;
}

/* --- making and reading ---------------------------------------------------------- */

int fn_list(struct exec *x, const struct value *args, size_t n, struct value *out)
{
	struct value *items = new_list(x, n);
	if (!items)
		return -1;
	for (size_t i = 0; i < n; i++)
		items[i] = value_iface(args[i]);
	*out = value_list(items, n);
	return 0;
}

int fn_dict(struct exec *x, const struct value *args, size_t n, struct value *out)
{
	size_t pairs = (n + 1) / 2;
	struct entry *e = exec_alloc(x, (pairs + 1) * sizeof *e);
	if (!e)
		return -1;
	for (size_t i = 0; i < pairs; i++) {
		struct value key;
		if (func_string(x, &args[2 * i], &key))
			return -1;
		struct value v = 2 * i + 1 < n ? args[2 * i + 1] : value_string("", 0);
		e[i] = (struct entry){.key = key.s, .len = key.len, .value = value_iface(v)};
	}
	return exec_map(x, e, pairs, out);
}

int fn_get(struct exec *x, const struct value *args, size_t n, struct value *out)
{
	(void)x;
	(void)n;
	if (!value_get(&args[0], args[1].s, args[1].len, out))
		*out = value_string("", 0);
	return 0;
}

int fn_has_key(struct exec *x, const struct value *args, size_t n, struct value *out)
{
	struct value found;
	(void)x;
	(void)n;
	*out = value_bool(value_get(&args[0], args[1].s, args[1].len, &found));
	return 0;
}

static int end_of_list(struct exec *x, const struct value *list, bool last, struct value *out)
{
	size_t len;
	if (want_list(x, list, last ? "last" : "first", &len))
		return -1;
	*out = len ? value_at(list, last ? len - 1 : 0) : value_none();
	if (value_nil(out))
		*out = value_none();
	return 0;
}

int fn_first(struct exec *x, const struct value *args, size_t n, struct value *out)
{
	(void)n;
	return end_of_list(x, &args[0], false, out);
}

int fn_last(struct exec *x, const struct value *args, size_t n, struct value *out)
{
	(void)n;
	return end_of_list(x, &args[0], true, out);
}

static int cmp_text(const char *a, size_t an, const char *b, size_t bn)
{
	size_t n = an < bn ? an : bn;
	int c = n ? memcmp(a, b, n) : 0;
	return c ? c : (an > bn) - (an < bn);
}

static int cmp_string(const void *a, const void *b)
{
	const struct value *p = a, *q = b;
	return cmp_text(p->s, p->len, q->s, q->len);
}

int fn_keys(struct exec *x, const struct value *args, size_t n, struct value *out)
{
	size_t total = 0, at = 0;
	*out = value_none();
	if (n == 1 && value_nil(&args[0]))
		return 0;
	for (size_t i = 0; i < n; i++) {
		if (args[i].kind != V_MAP && !value_nil(&args[i]))
			return exec_fail(x, "cannot call keys on a non-map value, a %s",
					 func_kind(&args[i]));
		total += args[i].kind == V_MAP ? args[i].len : 0;
	}
	struct value *items = new_list(x, total);
	if (!items || exec_step(x, n > 1 ? total * SORT_STEPS : total))
		return -1;
	for (size_t i = 0; i < n; i++) {
		const struct entry *e;
		size_t count;
		if (value_nil(&args[i]))
			continue;
		if (exec_entries(x, &args[i], &e, &count))
			return -1;
		for (size_t k = 0; k < count && at < total; k++)
			items[at++] = value_iface(value_string(e[k].key, e[k].len));
	}
	if (n > 1)
		qsort(items, at, sizeof *items, cmp_string);
	*out = value_list(items, at);
	return 0;
}

/* --- numbers --------------------------------------------------------------------------- */

/* The numbers from start towards stop, without it. */
static int count_steps(struct exec *x, int64_t start, int64_t stop, int64_t step, size_t *n)
{
	*n = 0;
	if (step == 0 || (stop < start) != (step < 0) || stop == start)
		return 0;
	uint64_t way =
	    stop < start ? (uint64_t)start - (uint64_t)stop : (uint64_t)stop - (uint64_t)start;
	uint64_t stride = step < 0 ? -(uint64_t)step : (uint64_t)step;
	uint64_t count = way / stride + (way % stride != 0);
	if (count > FUNC_COUNT)
		return exec_fail(x, "more than %d numbers", FUNC_COUNT);
	*n = (size_t)count;
	return exec_step(x, *n);
}

int fn_until(struct exec *x, const struct value *args, size_t n, struct value *out)
{
	int64_t step = args[0].i < 0 ? -1 : 1;
	size_t count;
	(void)n;
	if (count_steps(x, 0, args[0].i, step, &count))
		return -1;
	struct value *items = new_list(x, count);
	if (!items)
		return -1;
	for (size_t i = 0; i < count; i++)
		items[i] = value_iface(value_int((int64_t)i * step));
	*out = value_list(items, count);
	return 0;
}

/* The end is one of the numbers: one further in the direction of the step. */
static int64_t beyond(int64_t end, int64_t by)
{
	int64_t v;
	return __builtin_add_overflow(end, by, &v) ? end : v;
}

int fn_seq(struct exec *x, const struct value *args, size_t n, struct value *out)
{
	struct sbuf *b = exec_scratch(x);
	int64_t start = 1, end = 1, step = 1;
	size_t count = 0;
	if (n >= 1 && n <= 3) {
		start = n == 1 ? 1 : args[0].i;
		end = args[n - 1].i;
		int64_t by = end < start ? -1 : 1;
		step = n == 3 ? args[1].i : by;
		if (count_steps(x, start, beyond(end, by), step, &count))
			return -1;
	}
	for (size_t i = 0; i < count && !b->full; i++)
		sbuf_addf(b, "%s%" PRId64, i ? " " : "", start + (int64_t)i * step);
	return exec_result(x, b, out);
}

/* --- equality ---------------------------------------------------------------------------- */

static int equal_lists(struct exec *x, const struct value *a, const struct value *b, int depth)
{
	for (size_t i = 0; i < a->len; i++) {
		struct value p = value_at(a, i), q = value_at(b, i);
		int same = func_equal(x, &p, &q, depth + 1);
		if (same != 1)
			return same;
	}
	return 1;
}

static int equal_maps(struct exec *x, const struct value *a, const struct value *b, int depth)
{
	const struct entry *e;
	size_t n;
	if (exec_entries(x, a, &e, &n))
		return -1;
	for (size_t i = 0; i < n; i++) {
		struct value other;
		int same = value_get(b, e[i].key, e[i].len, &other)
			       ? func_equal(x, &e[i].value, &other, depth + 1)
			       : 0;
		if (same != 1)
			return same;
	}
	return 1;
}

int func_equal(struct exec *x, const struct value *a, const struct value *b, int depth)
{
	if (exec_step(x, 1))
		return -1;
	if (depth > FUNC_DEPTH)
		return exec_fail(x, "value nested deeper than %d", FUNC_DEPTH);
	if (value_nil(a) || value_nil(b))
		return value_nil(a) && value_nil(b);
	if (a->kind != b->kind)
		return 0;
	switch ((enum value_kind)a->kind) {
	case V_BOOL:
		return a->b == b->b;
	case V_INT:
	case V_BYTE:
		return a->i == b->i;
	case V_FLOAT:
		return a->f == b->f;
	case V_COMPLEX:
		return a->f == b->f && a->im == b->im;
	case V_STRING:
		return cmp_string(a, b) == 0;
	case V_LIST:
		return a->len == b->len ? equal_lists(x, a, b, depth) : 0;
	case V_MAP:
		return a->len == b->len ? equal_maps(x, a, b, depth) : 0;
	case V_NONE:
	case V_NIL:
	default:
		return 0;
	}
}

/* A number that equal values share. Deep inside only kinds and lengths count. */
static uint64_t value_hash(const struct value *v, int depth)
{
	uint64_t h = 14695981039346656037U ^ (value_nil(v) ? V_NIL : v->kind);
	double f;
	switch ((enum value_kind)v->kind) {
	case V_BOOL:
		h += v->b;
		break;
	case V_INT:
	case V_BYTE:
		h ^= (uint64_t)v->i;
		break;
	case V_FLOAT:
	case V_COMPLEX:
		f = v->f + 0.0; /* -0 equals 0 */
		memcpy(&h, &f, sizeof h);
		break;
	case V_STRING:
		for (size_t i = 0; i < v->len; i++)
			h = (h ^ (unsigned char)v->s[i]) * 1099511628211U;
		break;
	case V_LIST:
		for (size_t i = 0; i < v->len && i < 16 && depth < 4; i++) {
			struct value item = value_at(v, i);
			h = (h ^ value_hash(&item, depth + 1)) * 1099511628211U;
		}
		h += v->len;
		break;
	case V_MAP:
		h += v->len;
		break;
	case V_NONE:
	case V_NIL:
	default:
		break;
	}
	return h * 1099511628211U ^ h >> 29;
}

/* Puts the index of v into the open table unless an equal value is there. */
static int remember(struct exec *x, const struct value *items, uint32_t *slots, size_t mask,
		    const struct value *v, size_t index)
{
	size_t at = value_hash(v, 0) & mask;
	for (; slots[at]; at = (at + 1) & mask) {
		int same = func_equal(x, &items[slots[at] - 1], v, 0);
		if (same)
			return same;
	}
	slots[at] = (uint32_t)index + 1;
	return 0;
}

int fn_uniq(struct exec *x, const struct value *args, size_t n, struct value *out)
{
	size_t len, size = 16, kept = 0;
	(void)n;
	if (want_list(x, &args[0], "uniq", &len))
		return -1;
	while (size < len * 2)
		size *= 2;
	struct value *items = new_list(x, len);
	uint32_t *slots = items && len < UINT32_MAX ? calloc(size, sizeof *slots) : NULL;
	int rc = slots ? 0 : exec_fail(x, "no memory");
	for (size_t i = 0; i < len && rc == 0; i++) {
		struct value v = value_at(&args[0], i);
		int seen = remember(x, items, slots, size - 1, &v, kept);
		if (seen < 0)
			rc = -1;
		else if (!seen)
			items[kept++] = value_iface(v);
	}
	free(slots);
	*out = value_list(items, kept);
	return rc;
}

/* --- lists of maps, by a path such as "Publish.Port" --------------------------------------- */

/* The value at the path, or none. */
static struct value deep_get(struct value v, const struct value *path)
{
	const char *s = path->s, *end = s + path->len;
	while (s < end && *s == '.')
		s++;
	while (s < end) {
		const char *dot = memchr(s, '.', (size_t)(end - s));
		size_t n = (size_t)((dot ? dot : end) - s);
		struct value next;
		if (v.kind != V_MAP || !value_get(&v, s, n, &next))
			return value_none();
		v = next;
		s += n + (dot != NULL);
	}
	return v;
}

/* docker-gen takes the list first; with the list last, a pipe can give it. */
static int list_and_path(struct exec *x, const struct value *args, size_t n, const char *what,
			 const struct value **list, const struct value **path)
{
	bool first =
	    args[0].kind == V_LIST || (args[0].kind != V_STRING && args[n - 1].kind != V_LIST);
	size_t len;
	*list = first ? &args[0] : &args[n - 1];
	*path = first ? &args[1] : &args[0];
	if ((*path)->kind != V_STRING)
		return exec_fail(x, "the path is a %s, not a string", func_kind(*path));
	if ((*list)->kind != V_LIST && !value_nil(*list))
		return exec_fail(x, "must pass an array or slice to '%s'; received a %s", what,
				 func_kind(*list));
	len = value_nil(*list) ? 0 : (*list)->len;
	return exec_step(x, len);
}

static size_t list_len(const struct value *list)
{
	return list->kind == V_LIST ? list->len : 0;
}

int fn_where(struct exec *x, const struct value *args, size_t n, struct value *out)
{
	const struct value *list, *path;
	size_t kept = 0;
	if (list_and_path(x, args, n, "where", &list, &path))
		return -1;
	const struct value *want = list == &args[0] ? &args[2] : &args[1];
	struct value *items = new_list(x, list_len(list));
	if (!items)
		return -1;
	for (size_t i = 0; i < list_len(list); i++) {
		struct value v = value_at(list, i), have = deep_get(v, path);
		int same = func_equal(x, &have, want, 0);
		if (same < 0)
			return -1;
		if (same)
			items[kept++] = value_iface(v);
	}
	*out = value_list(items, kept);
	return 0;
}

int fn_where_exist(struct exec *x, const struct value *args, size_t n, struct value *out)
{
	const struct value *list, *path;
	size_t kept = 0;
	if (list_and_path(x, args, n, "whereExist", &list, &path))
		return -1;
	struct value *items = new_list(x, list_len(list));
	if (!items)
		return -1;
	for (size_t i = 0; i < list_len(list); i++) {
		struct value v = value_at(list, i), have = deep_get(v, path);
		if (!value_nil(&have))
			items[kept++] = value_iface(v);
	}
	*out = value_list(items, kept);
	return 0;
}

struct sortable {
	struct value key;
	size_t index; /* keeps the sort stable */
	struct value value;
};

static int rank(const struct value *v)
{
	switch ((enum value_kind)v->kind) {
	case V_NONE:
	case V_NIL:
		return 0;
	case V_BOOL:
		return 1;
	case V_INT:
	case V_BYTE:
	case V_FLOAT:
		return 2;
	case V_STRING:
		return 3;
	case V_COMPLEX:
	case V_LIST:
	case V_MAP:
	default:
		return 4;
	}
}

static int cmp_number(const struct value *a, const struct value *b)
{
	if (a->kind != V_FLOAT && b->kind != V_FLOAT)
		return (a->i > b->i) - (a->i < b->i);
	double p = a->kind == V_FLOAT ? a->f : (double)a->i;
	double q = b->kind == V_FLOAT ? b->f : (double)b->i;
	return (p > q) - (p < q);
}

/* nil, false, true, numbers, strings by bytes; everything else as it was. */
static int cmp_sortable(const void *a, const void *b)
{
	const struct sortable *p = a, *q = b;
	int r = rank(&p->key), c = r - rank(&q->key);
	if (c == 0 && r == 1)
		c = p->key.b - q->key.b;
	else if (c == 0 && r == 2)
		c = cmp_number(&p->key, &q->key);
	else if (c == 0 && r == 3)
		c = cmp_string(&p->key, &q->key);
	return c ? c : (p->index > q->index) - (p->index < q->index);
}

/* The elements with their keys, in order; from the pool. */
static int sorted(struct exec *x, const struct value *list, const struct value *path,
		  struct sortable **out)
{
	size_t len = list_len(list);
	struct sortable *s = exec_alloc(x, (len + 1) * sizeof *s);
	if (!s)
		return -1;
	for (size_t i = 0; i < len; i++) {
		s[i].value = value_at(list, i);
		s[i].key = path ? deep_get(s[i].value, path) : s[i].value;
		s[i].index = i;
	}
	qsort(s, len, sizeof *s, cmp_sortable);
	*out = s;
	return 0;
}

int fn_sort_by(struct exec *x, const struct value *args, size_t n, struct value *out)
{
	const struct value *list = &args[0], *path = NULL;
	struct sortable *s;
	size_t len;
	if (n == 1 ? want_list(x, list, "sortBy", &len)
		   : list_and_path(x, args, n, "sortBy", &list, &path))
		return -1;
	len = list_len(list);
	struct value *items = new_list(x, len);
	if (!items || exec_step(x, len * SORT_STEPS) || sorted(x, list, path, &s))
		return -1;
	for (size_t i = 0; i < len; i++)
		items[i] = value_iface(s[i].value);
	*out = value_list(items, len);
	return 0;
}

/* Turns every key into text; those that have none are dropped. */
static int text_keys(struct exec *x, const struct value *list, const struct value *path,
		     struct sortable *s, size_t *n)
{
	*n = 0;
	for (size_t i = 0; i < list_len(list); i++) {
		struct value v = value_at(list, i), key = deep_get(v, path);
		if (value_nil(&key))
			continue;
		if (func_string(x, &key, &s[*n].key))
			return -1;
		s[*n].value = v;
		s[(*n)++].index = i;
	}
	return 0;
}

int fn_group_by(struct exec *x, const struct value *args, size_t n, struct value *out)
{
	const struct value *list, *path;
	size_t len, groups = 0;
	if (list_and_path(x, args, n, "groupBy", &list, &path))
		return -1;
	struct sortable *s = exec_alloc(x, (list_len(list) + 1) * sizeof *s);
	struct entry *e = exec_alloc(x, (list_len(list) + 1) * sizeof *e);
	struct value *items = new_list(x, list_len(list));
	if (!s || !e || !items || exec_step(x, list_len(list) * SORT_STEPS) ||
	    text_keys(x, list, path, s, &len))
		return -1;
	qsort(s, len, sizeof *s, cmp_sortable);
	for (size_t i = 0, from = 0; i < len; i++) {
		items[i] = value_iface(s[i].value);
		if (i + 1 < len && cmp_string(&s[i].key, &s[i + 1].key) == 0)
			continue;
		e[groups++] =
		    (struct entry){.key = s[i].key.s,
				   .len = s[i].key.len,
				   .value = value_iface(value_list(items + from, i + 1 - from))};
		from = i + 1;
	}
	return exec_map(x, e, groups, out);
}
