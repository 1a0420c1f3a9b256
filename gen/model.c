/* model: see model.h. The story: members → candidates → binds and routes →
 * pools → the template's data. */
#include "model_impl.h"

#include <string.h>

void vec_push(struct pile *a, struct vec *l, void *item)
{
	if (l->n == l->cap) {
		size_t cap = l->cap ? l->cap * 2 : 4;
		void **v = pile_take(a, cap * sizeof(*v));
		if (l->n)
			memcpy(v, l->v, l->n * sizeof(*v));
		l->v = v;
		l->cap = cap;
	}
	l->v[l->n++] = item;
}

/* --- findings -------------------------------------------------------------------- */

static void tell(struct build *b, enum finding_kind kind, const char *member, const char *service,
		 const char *reason, const char *text)
{
	struct finding *f = pile_take(&b->a, sizeof(*f));
	f->kind = kind;
	f->member = pile_str(&b->a, member);
	f->service = pile_str(&b->a, service);
	f->reason = pile_str(&b->a, reason);
	f->text = pile_own(&b->a, str_visible(text, 2000));
	vec_push(&b->a, &b->findings, f);
}

void build_tell(struct build *b, enum finding_kind kind, const char *member, const char *service,
		const char *reason, const char *fmt, ...)
{
	autobuf struct buf text = {0};
	va_list ap;
	va_start(ap, fmt);
	buf_vaddf(&text, fmt, ap);
	va_end(ap);
	tell(b, kind, member, service, reason, text.s ? text.s : "");
}

bool from_ini(const struct candidate *s)
{
	return strcmp(s->kind, "dns") == 0 || strcmp(s->kind, "static") == 0;
}

void build_drop(struct build *b, struct candidate *s, const char *reason, const char *fmt, ...)
{
	autobuf struct buf text = {0};
	va_list ap;
	va_start(ap, fmt);
	buf_vaddf(&text, fmt, ap);
	va_end(ap);
	if (from_ini(s)) /* its labels are keys there */
		buf_addf(&text, " ([service %s])", s->owner);
	s->reason = reason;
	s->text = pile_own(&b->a, str_visible(text.s ? text.s : "", 2000));
	tell(b, FINDING_LEFT_OUT, s->member, s->service, reason, s->text);
}

static int by_finding(const void *px, const void *py)
{
	const struct finding *x = *(const struct finding *const *)px;
	const struct finding *y = *(const struct finding *const *)py;
	int d = strcmp(x->member, y->member);
	d = d ? d : strcmp(x->service, y->service);
	d = d ? d : (int)x->kind - (int)y->kind;
	d = d ? d : strcmp(x->reason, y->reason);
	return d ? d : strcmp(x->text, y->text);
}

static void take_findings(struct build *b, struct model *m)
{
	size_t n = b->findings.n;
	m->findings = xcalloc(n, sizeof(*m->findings));
	if (n)
		qsort(b->findings.v, n, sizeof(void *), by_finding);
	for (size_t i = 0; i < n; i++) {
		const struct finding *f = b->findings.v[i];
		if (i && by_finding(&b->findings.v[i - 1], &b->findings.v[i]) == 0)
			continue;
		m->findings[m->n_findings++] =
		    (struct finding){f->kind, xstrdup(f->member), xstrdup(f->service),
				     xstrdup(f->reason), xstrdup(f->text)};
	}
}

/* --- for show --------------------------------------------------------------------- */

static void put(json_t *o, const char *key, const char *value)
{
	json_object_set_new(o, key, json_string(value ? value : ""));
}

static json_t *labels_json(struct build *b, const struct label_values *v)
{
	json_t *o = json_object();
	for (const struct label_key *k = label_keys; v && k->name; k++)
		if (label_given(v, k->name))
			put(o, k->name, label_text(&b->a, k, v));
	return o;
}

static json_t *places_json(const struct candidate *s)
{
	json_t *a = json_array();
	for (size_t i = 0; i < s->places.n; i++) {
		const struct place *p = s->places.v[i];
		json_t *o = json_object();
		put(o, "Pool", p->pool);
		put(o, "Server", p->server);
		json_array_append_new(a, o);
	}
	return a;
}

static json_t *services_json(struct build *b)
{
	json_t *a = json_array();
	for (size_t i = 0; i < b->candidates.n; i++) {
		const struct candidate *s = b->candidates.v[i];
		json_t *o = json_object();
		put(o, "Container", s->member);
		put(o, "Kind", s->kind);
		put(o, "Id", s->id);
		put(o, "Owner", s->owner);
		put(o, "Service", s->service);
		put(o, "Key", s->key);
		put(o, "IP", s->ip);
		json_object_set_new(o, "Port", json_integer(s->port));
		put(o, "Why", s->why);
		put(o, "Frontend", s->reason ? "" : s->frontend);
		put(o, "Reason", s->reason);
		put(o, "Text", s->text);
		json_object_set_new(o, "Labels", labels_json(b, s->v));
		json_object_set_new(o, "Places", places_json(s));
		json_array_append_new(a, o);
	}
	return a;
}

/* --- the whole ----------------------------------------------------------------------- */

static void drop_labels(struct view *v)
{
	struct container *c = v->containers.items;
	for (size_t i = 0; i < v->containers.n; i++)
		json_decref(c[i].labels);
}

int model_build(struct model *m, const struct config *c, const struct snapshot *s,
		const json_t *quarantined, struct err *e)
{
	if (!json_is_object(s->root) || !json_is_array(json_object_get(s->root, "members")))
		return err_set(e, EX_SOFTWARE, "a snapshot without members");
	struct build b = {.c = c, .root = s->root, .quarantined = quarantined};
	label_base(&b.a, c, &b.base);
	members_read(&b);
	routes_claim(&b);
	pools_build(&b);
	front_view(&b);
	global_view(&b);
	*m = (struct model){.data = fields_json(&b.view), .services = services_json(&b)};
	take_findings(&b, m);
	drop_labels(&b.view);
	pile_free(&b.a);
	return 0;
}

char *model_text(const struct model *m)
{
	struct buf b = {0};
	autofree char *text = json_dumps(m->data, JSON_SORT_KEYS | JSON_INDENT(2));
	buf_adds(&b, text ? text : "{}");
	buf_addc(&b, '\n');
	return buf_steal(&b);
}

void model_free(struct model *m)
{
	for (size_t i = 0; i < m->n_findings; i++) {
		free(m->findings[i].member);
		free(m->findings[i].service);
		free(m->findings[i].reason);
		free(m->findings[i].text);
	}
	free(m->findings);
	json_decref(m->data);
	json_decref(m->services);
	*m = (struct model){0};
}
