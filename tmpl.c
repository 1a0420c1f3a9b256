/* tmpl: the public face; see tmpl.h. */
#include "tmpl/exec.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#define DEFAULT_DEPTH 100000
#define DEFAULT_STEPS 30000000
#define DEFAULT_OUTPUT ((size_t)64 << 20)
/* temporaries may need a multiple of what is written */
#define POOL_FACTOR 4
#define MAX_TEMPLATE ((size_t)256 << 20)
#define MAX_VARIABLES ((size_t)1 << 20)
#define MAX_JSON_DEPTH 500

/* --- errors ---------------------------------------------------------------------- */

/* Hands the text over as an error. Returns -1. */
static int set_error(struct tmpl_error *err, int line, int col, struct sbuf *text)
{
	if (err) {
		err->line = line;
		err->col = col;
		err->remedy = NULL;
		err->text = text->s ? text->s : strdup("template: out of memory");
		text->s = NULL;
	}
	sbuf_free(text);
	return -1;
}

int exec_error_text(struct exec *x, const struct sbuf *msg)
{
	if (x->failed)
		return -1;
	x->failed = true;
	struct sbuf b = {0};
	int line, col;
	tmpl_place(x->t, x->at ? x->at->pos : 0, &line, &col);
	sbuf_adds(&b, "template: ");
	sbuf_add(&b, x->t->name.s, x->t->name.n);
	sbuf_addf(&b, ":%d:%d: executing ", line, col);
	sbuf_quote(&b, x->tree->name.s, x->tree->name.n);
	sbuf_adds(&b, " at <");
	if (x->at)
		node_print(&b, x->at);
	sbuf_adds(&b, ">: ");
	sbuf_add(&b, msg->s, msg->len);
	return set_error(x->err, line, col, &b);
}

int exec_error(struct exec *x, const char *fmt, ...)
{
	struct sbuf b = {0};
	va_list ap;
	va_start(ap, fmt);
	sbuf_vaddf(&b, fmt, ap);
	va_end(ap);
	exec_error_text(x, &b);
	sbuf_free(&b);
	return -1;
}

int exec_fail(struct exec *x, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	x->reason.len = 0;
	sbuf_vaddf(&x->reason, fmt, ap);
	va_end(ap);
	return -1;
}

/* --- memory and steps ---------------------------------------------------------------- */

void *exec_alloc(struct exec *x, size_t n)
{
	void *p = arena_alloc(&x->pool, n);
	if (!p)
		exec_error(x, "temporary values larger than %zu bytes", x->pool.max);
	return p;
}

struct sbuf *exec_scratch(struct exec *x)
{
	x->scratch.len = 0;
	x->scratch.full = false;
	return &x->scratch;
}

int exec_result(struct exec *x, struct sbuf *b, struct value *out)
{
	if (b->full)
		return exec_error(x, "text larger than %zu bytes", b->max);
	char *s = exec_alloc(x, b->len + 1);
	if (!s || exec_step(x, b->len / 16) < 0)
		return -1;
	if (b->len)
		memcpy(s, b->s, b->len);
	s[b->len] = '\0';
	*out = value_string(s, b->len);
	return 0;
}

int exec_step(struct exec *x, size_t n)
{
	if (x->steps <= x->max_steps && n <= x->max_steps - x->steps) {
		x->steps += n;
		return 0;
	}
	return exec_error(x, "more than %zu steps", x->max_steps);
}

int exec_own(struct exec *x, json_t *j)
{
	struct owned *o = exec_alloc(x, sizeof(*o));
	if (!o) {
		json_decref(j);
		return -1;
	}
	*o = (struct owned){j, x->owned};
	x->owned = o;
	return 0;
}

struct pool_mark pool_mark(const struct exec *x)
{
	return (struct pool_mark){arena_mark(&x->pool), x->owned};
}

void pool_release(struct exec *x, struct pool_mark m)
{
	for (; x->owned != m.owned; x->owned = x->owned->next)
		json_decref(x->owned->json);
	arena_release(&x->pool, m.arena);
}

int exec_push(struct exec *x, struct str name, struct value v)
{
	if (x->n_vars == x->cap_vars) {
		size_t cap = x->cap_vars ? x->cap_vars * 2 : 64;
		struct variable *more =
		    cap > MAX_VARIABLES ? NULL : realloc(x->vars, cap * sizeof(*more));
		if (!more)
			return exec_error(x, "more than %zu variables", x->n_vars);
		x->vars = more;
		x->cap_vars = cap;
	}
	x->vars[x->n_vars++] = (struct variable){name, v};
	return 0;
}

/* --- maps -------------------------------------------------------------------------------- */

static int entry_cmp(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	size_t n = x->len < y->len ? x->len : y->len;
	int c = n ? memcmp(x->key, y->key, n) : 0;
	return c ? c : (x->len > y->len) - (x->len < y->len);
}

int exec_entries(struct exec *x, const struct value *map, const struct entry **out, size_t *n)
{
	*out = NULL;
	*n = 0;
	if (!map->json) {
		*out = map->map->e;
		*n = map->map->n;
		return 0;
	}
	struct entry *e = exec_alloc(x, (map->len + 1) * sizeof(*e));
	if (!e || exec_step(x, map->len * 4) < 0) /* they are sorted */
		return -1;
	*out = e;
	const char *key;
	json_t *j;
	json_object_foreach(map->j, key, j)
	{
		e[(*n)++] = (struct entry){key, strlen(key), value_json(j)};
	}
	qsort(e, *n, sizeof(*e), entry_cmp);
	return 0;
}

/* By key, then by place. */
static int twin_cmp(const void *a, const void *b)
{
	const struct entry *const *x = a, *const *y = b;
	int c = entry_cmp(*x, *y);
	return c ? c : (*x > *y) - (*x < *y);
}

int exec_map(struct exec *x, struct entry *e, size_t n, struct value *out)
{
	struct map *m = exec_alloc(x, sizeof(*m));
	const struct entry **order = exec_alloc(x, (n + 1) * sizeof(*order));
	struct entry *sorted = exec_alloc(x, (n + 1) * sizeof(*sorted));
	if (!m || !order || !sorted || exec_step(x, n) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		order[i] = &e[i];
	qsort(order, n, sizeof(*order), twin_cmp);
	*m = (struct map){0, sorted};
	for (size_t i = 0; i < n; i++)
		if (i + 1 == n || entry_cmp(order[i], order[i + 1]) != 0)
			sorted[m->n++] = *order[i];
	*out = (struct value){.kind = V_MAP, .map = m, .len = m->n};
	return 0;
}

/* --- values as JSON ------------------------------------------------------------------------- */

/* What a node of jansson takes, about; also an entry of an object. */
#define JSON_NODE 128

static json_t *to_json(struct exec *x, const struct value *v, int depth);

static json_t *list_to_json(struct exec *x, const struct value *v, int depth)
{
	json_t *list = json_array();
	for (size_t i = 0; list && i < v->len; i++) {
		struct value e = value_at(v, i);
		if (json_array_append_new(list, to_json(x, &e, depth)) < 0) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}

static json_t *map_to_json(struct exec *x, const struct value *v, int depth)
{
	json_t *map = json_object();
	for (size_t i = 0; map && i < v->map->n; i++) {
		const struct entry *e = &v->map->e[i];
		if (json_object_setn_new_nocheck(map, e->key, e->len,
						 to_json(x, &e->value, depth)) < 0) {
			json_decref(map);
			return NULL;
		}
	}
	return map;
}

static json_t *to_json(struct exec *x, const struct value *v, int depth)
{
	size_t text = v->kind == V_STRING ? v->len : 0;
	/* a value may hold the same list a million times: the copies count */
	if (depth > MAX_JSON_DEPTH || exec_step(x, 1 + text / 16) < 0 ||
	    !exec_alloc(x, JSON_NODE + text))
		return NULL;
	switch ((enum value_kind)v->kind) {
	case V_BOOL:
		return json_boolean(v->b);
	case V_INT:
	case V_BYTE:
		return json_integer(v->i);
	case V_FLOAT:
	case V_COMPLEX: {
		json_t *j = json_real(v->f);
		return j ? j : json_null(); /* not a number, infinite */
	}
	case V_STRING:
		return json_stringn_nocheck(v->s, v->len);
	case V_LIST:
		if (v->json && v->off == 0 && v->len == json_array_size(v->j))
			return json_incref(v->j);
		return list_to_json(x, v, depth + 1);
	case V_MAP:
		return v->json ? json_incref(v->j) : map_to_json(x, v, depth + 1);
	case V_NONE:
	case V_NIL:
		break;
	}
	return json_null();
}

json_t *value_to_json(struct exec *x, const struct value *v)
{
	return to_json(x, v, 0);
}

/* --- parse --------------------------------------------------------------------------------------
 */

static const struct builtin *find_in(const struct builtin *table, struct str name)
{
	for (; table->name; table++)
		if (strncmp(table->name, name.s, name.n) == 0 && !table->name[name.n])
			return table;
	return NULL;
}

const struct builtin *builtin_find(struct str name)
{
	const struct builtin *b = find_in(builtins_core, name);
	if (!b)
		b = find_in(builtins_fmt, name);
	return b ? b : find_in(builtins_more, name);
}

/* Parses once; the message of a failure is in *e. */
static struct tmpl *parse(const char *name, struct str text, const struct tmpl_extra *extra,
			  bool newer, struct parse_error *e)
{
	struct tmpl *t = calloc(1, sizeof(*t));
	if (t && text.n > MAX_TEMPLATE) {
		sbuf_addf(&e->text, "template: %s: larger than %zu bytes", name, MAX_TEMPLATE);
	} else if (t) {
		t->name = (struct str){arena_copy(&t->arena, name, strlen(name)), strlen(name)};
		t->text = (struct str){arena_copy(&t->arena, text.s, text.n), text.n};
		t->extra = extra;
		t->newer = newer;
		if (t->name.s && t->text.s && parse_text(t, e) == 0)
			return t;
	}
	tmpl_free(t);
	return NULL;
}

/* Does newer Go get further than the error that 1.19 has? */
static bool newer_helps(const char *name, struct str text, const struct tmpl_extra *extra,
			const struct parse_error *e)
{
	static const char words[] = "unexpected <with> in else";
	if (!e->text.s || !strstr(e->text.s, words))
		return false;
	struct parse_error again = {0};
	struct tmpl *t = parse(name, text, extra, true, &again);
	bool helps = t || again.line > e->line;
	sbuf_free(&again.text);
	tmpl_free(t);
	return helps;
}

int tmpl_parse(struct tmpl **out, const char *name, const char *text, size_t len,
	       const struct tmpl_extra *extra, struct tmpl_error *err)
{
	struct parse_error e = {0};
	struct str s = {text, len};
	bool newer = parse_wants_newer(s);
	struct tmpl *t = parse(name, s, extra, newer, &e);
	if (t) {
		*out = t;
		return 0;
	}
	bool helps = !newer && newer_helps(name, s, extra, &e);
	set_error(err, e.line, -1, &e.text);
	if (err && helps)
		err->remedy = NEWER_REMEDY;
	return -1;
}

void tmpl_free(struct tmpl *t)
{
	if (!t)
		return;
	arena_free(&t->arena);
	free(t);
}

/* --- position map
 * --------------------------------------------------------------------------------- */

/* The offsets where lines of the template begin. */
static size_t *line_starts(const struct tmpl *t, size_t *n)
{
	size_t count = 1;
	for (size_t i = 0; i < t->text.n; i++)
		count += t->text.s[i] == '\n';
	size_t *at = malloc(count * sizeof(*at));
	if (!at)
		return NULL;
	*n = 0;
	at[(*n)++] = 0;
	for (size_t i = 0; i < t->text.n; i++)
		if (t->text.s[i] == '\n')
			at[(*n)++] = i + 1;
	return at;
}

static int line_of(const size_t *starts, size_t n, size_t pos)
{
	size_t lo = 0, hi = n;
	while (hi - lo > 1) {
		size_t mid = (lo + hi) / 2;
		if (starts[mid] <= pos)
			lo = mid;
		else
			hi = mid;
	}
	return (int)lo + 1;
}

/* The name of the tree, copied once for the whole map. */
static const char *map_name(struct tmpl_map *m, const struct exec *x, const struct tree *tree)
{
	if (str_eq(tree->name, x->t->name))
		return "";
	for (size_t i = m->n_names; i > 0; i--)
		if (strncmp(m->names[i - 1], tree->name.s, tree->name.n) == 0 &&
		    !m->names[i - 1][tree->name.n])
			return m->names[i - 1];
	char **more = realloc(m->names, (m->n_names + 1) * sizeof(*more));
	if (!more)
		return "";
	m->names = more;
	char *copy = strndup(tree->name.s, tree->name.n);
	if (!copy)
		return "";
	return m->names[m->n_names++] = copy;
}

/* Hands the origins over, with their references. */
static void fill_map(struct tmpl_map *m, struct exec *x)
{
	size_t n_starts;
	size_t *starts = line_starts(x->t, &n_starts);
	*m = (struct tmpl_map){0};
	m->lines = starts ? calloc(x->n_origins + 1, sizeof(*m->lines)) : NULL;
	if (m->lines) {
		m->n_lines = x->n_origins;
		for (size_t i = 0; i < x->n_origins; i++) {
			const struct origin *o = &x->origins[i];
			m->lines[i] =
			    (struct tmpl_origin){line_of(starts, n_starts, o->pos),
						 map_name(m, x, o->tree), o->element, o->outer};
		}
		x->n_origins = 0;
	}
	free(starts);
}

void tmpl_map_free(struct tmpl_map *m)
{
	for (size_t i = 0; i < m->n_names; i++)
		free(m->names[i]);
	for (size_t i = 0; i < m->n_lines; i++) {
		json_decref(m->lines[i].element);
		json_decref(m->lines[i].outer);
	}
	free(m->names);
	free(m->lines);
	*m = (struct tmpl_map){0};
}

/* --- execution
 * --------------------------------------------------------------------------------------- */

static void exec_free(struct exec *x)
{
	pool_release(x, (struct pool_mark){0});
	arena_free(&x->pool);
	sbuf_free(&x->out);
	sbuf_free(&x->scratch);
	sbuf_free(&x->reason);
	for (size_t i = 0; i < x->n_origins; i++) {
		json_decref(x->origins[i].element);
		json_decref(x->origins[i].outer);
	}
	free(x->vars);
	free(x->frames);
	free(x->origins);
}

int tmpl_exec(const struct tmpl *t, json_t *data, const struct tmpl_limits *limits, char **text,
	      size_t *len, struct tmpl_map *map, struct tmpl_error *err)
{
	struct tmpl_limits l = limits ? *limits : (struct tmpl_limits){0};
	struct exec x = {.t = t, .err = err, .mapped = map != NULL};
	x.max_depth = l.depth ? l.depth : DEFAULT_DEPTH;
	x.max_steps = l.steps ? l.steps : DEFAULT_STEPS;
	x.out.max = x.scratch.max = l.output ? l.output : DEFAULT_OUTPUT;
	x.pool.max = x.out.max > SIZE_MAX / POOL_FACTOR ? 0 : x.out.max * POOL_FACTOR;
	if (x.pool.max && x.pool.max < ((size_t)1 << 20))
		x.pool.max = (size_t)1 << 20;
	struct value dot = value_concrete(value_json(data));
	int r = walk_tree(&x, tree_find(t, t->name), dot);
	if (r == 0) {
		sbuf_add(&x.out, "", 1); /* so that there is text, and it ends */
		if (map)
			fill_map(map, &x);
		*len = x.out.len - 1;
		*text = x.out.s;
		x.out.s = NULL;
	}
	exec_free(&x);
	return r;
}

void tmpl_error_free(struct tmpl_error *e)
{
	free(e->text);
	e->text = NULL;
}
