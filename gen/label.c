/* label: see label.h. One container's labels, cut into services. */
#include "label.h"

#include <string.h>

/* One label, cut: "lb.api.weight" is service "api", key "weight". */
struct entry {
	const char *label;
	const char *service;
	const char *key;
	const char *value;
	size_t len;
	bool nameless; /* "lb..weight" */
};

struct entries {
	struct entry *v;
	size_t n;
};

static bool cut(struct pile *a, const char *prefix, const char *label, struct entry *out)
{
	size_t n = strlen(prefix);
	if (strncmp(label, prefix, n) != 0 || label[n] != '.')
		return false;
	const char *rest = label + n + 1;
	const char *dot = strrchr(rest, '.');
	out->label = label;
	out->nameless = dot == rest;
	out->key = dot ? dot + 1 : rest;
	char *service = pile_take(a, dot ? (size_t)(dot - rest) + 1 : 1);
	if (dot)
		memcpy(service, rest, (size_t)(dot - rest));
	out->service = service;
	return true;
}

static int by_service(const void *x, const void *y)
{
	const struct entry *p = x, *q = y;
	int d = strcmp(p->service, q->service);
	return d ? d : strcmp(p->label, q->label);
}

static void collect(struct pile *a, const char *prefix, const json_t *labels, struct entries *out)
{
	json_t *all;
	memcpy(&all, &labels, sizeof(all)); /* jansson's iterators take no const */
	out->v = pile_take(a, (json_object_size(all) + 1) * sizeof(*out->v));
	const char *label;
	json_t *value;
	json_object_foreach(all, label, value)
	{
		struct entry e = {0};
		if (!cut(a, prefix, label, &e))
			continue;
		e.value = json_is_string(value) ? json_string_value(value) : "";
		e.len = json_string_length(value);
		out->v[out->n++] = e;
	}
	qsort(out->v, out->n, sizeof(*out->v), by_service);
}

static const char *nearest_key(const char *word)
{
	const char *names[64] = {0};
	size_t n = 0;
	for (const struct label_key *k = label_keys; k->name && n < ARRAY_LEN(names) - 1; k++)
		names[n++] = k->name;
	return str_nearest(word, names);
}

/* What no service can have: "lb..KEY", and a key of the whole container. */
static bool warn_misplaced(struct pile *a, const char *prefix, const struct entry *e,
			   struct label_set *out)
{
	const struct label_key *k = label_find(e->key);
	bool whole = *e->service && k && k->level == LEVEL_CONTAINER;
	if (!e->nameless && !whole)
		return false;
	autofree char *shown = str_visible(e->label, 80);
	out->warnings[out->n_warnings++] =
	    whole ? pile_printf(a, "label %s is ignored: %s.%s is for the whole container", shown,
				prefix, e->key)
		  : pile_printf(a, "label %s is ignored: no service is named between the dots",
				shown);
	return true;
}

static void warn_unknown(struct pile *a, const struct entry *e, struct label_set *out)
{
	const char *here = label_elsewhere(e->key);
	const char *near = nearest_key(e->key);
	autofree char *shown = str_visible(e->label, 80);
	if (here) {
		out->warnings[out->n_warnings++] = pile_printf(
		    a, "label %s is unknown and ignored; its name here is %s", shown, here);
	} else if (near) {
		size_t stem = strlen(e->label) - strlen(e->key);
		autofree char *better = xasprintf("%.*s%s", (int)stem, e->label, near);
		autofree char *seen = str_visible(better, 80);
		out->warnings[out->n_warnings++] = pile_printf(
		    a, "label %s is unknown and ignored; did you mean %s?", shown, seen);
	} else {
		out->warnings[out->n_warnings++] = pile_printf(
		    a, "label %s is unknown and ignored; lbgen-labels(7) lists them", shown);
	}
}

/* Warns of unknown keys and takes them out. */
static void drop_unknown(struct pile *a, const char *prefix, struct entries *l,
			 struct label_set *out)
{
	out->warnings = pile_take(a, (l->n + 1) * sizeof(*out->warnings));
	size_t kept = 0;
	for (size_t i = 0; i < l->n; i++) {
		if (warn_misplaced(a, prefix, &l->v[i], out))
			continue;
		if (label_find(l->v[i].key))
			l->v[kept++] = l->v[i];
		else
			warn_unknown(a, &l->v[i], out);
	}
	l->n = kept;
}

static bool good_service_name(const char *s)
{
	static const char first[] = "abcdefghijklmnopqrstuvwxyz0123456789";
	static const char rest[] = "abcdefghijklmnopqrstuvwxyz0123456789_-";
	size_t n = strlen(s);
	return n >= 1 && n <= 32 && strchr(first, *s) && strspn(s, rest) == n;
}

/* What one service collects while its labels are read. */
struct reading {
	struct pile *a;
	const struct config *c;
	struct label_service *s;
	uint64_t own;        /* set by a label of the service itself */
	const char *bad[64]; /* by key: what is wrong */
};

static const char *bad_text(struct reading *r, const struct entry *e, const char *why)
{
	autofree char *label = str_visible(e->label, 80);
	autofree char *shown = xstrndup(e->value, e->len < 200 ? e->len : 200);
	autofree char *value = str_visible(shown, 60);
	return pile_printf(r->a, "label %s=\"%s\" %s", label, value, why);
}

static void read_one(struct reading *r, const struct entry *e)
{
	const struct label_key *k = label_find(e->key);
	const char *why = "";
	if (!label_value(r->a, r->c, k, e->value, e->len, &r->s->v, &why))
		r->bad[k - label_keys] = bad_text(r, e, why);
}

static size_t key_index(const char *name)
{
	return (size_t)(label_find(name) - label_keys);
}

/* A value that does not go with another: an error of the service's own label;
 * an inherited or default one simply does not apply. */
static void clash(struct reading *r, const char *name, const char *why)
{
	size_t i = key_index(name);
	const struct label_key *k = &label_keys[i];
	if (r->own >> i & 1) {
		if (!r->bad[i])
			r->bad[i] = pile_printf(r->a, "label %s.%s%s%s %s", r->c->labels.prefix,
						r->s->name, *r->s->name ? "." : "", name, why);
		return;
	}
	struct label_values fresh;
	const char *ignored;
	fresh = r->s->v;
	if (k->def && label_value(r->a, r->c, k, k->def, strlen(k->def), &fresh, &ignored)) {
		fresh.given &= ~(UINT64_C(1) << i);
		r->s->v = fresh;
	}
}

static void check_together(struct reading *r)
{
	struct label_values *v = &r->s->v;
	if (strcmp(v->mode, "tcp") == 0) {
		if (v->host.n)
			clash(r, "host", "needs mode http; to pass TLS through by name use sni");
		if (label_given(v, "path"))
			clash(r, "path", "needs mode http");
		if (v->redirect_ssl)
			clash(r, "redirect_ssl", "needs mode http");
		if (strcmp(v->sticky, "cookie") == 0)
			clash(r, "sticky", "cookie needs mode http; use source");
		if (strcmp(v->scheme, "h2c") == 0)
			clash(r, "scheme", "h2c needs mode http");
		if (str_prefix(v->balance, "uri") || str_prefix(v->balance, "hdr(") ||
		    str_prefix(v->balance, "url_param("))
			clash(r, "balance", "of this kind needs mode http");
	} else if (v->sni.n) {
		clash(r, "sni", "needs mode tcp; with mode http use host");
	}
	if (v->sni.n && *v->ssl)
		clash(r, "sni", "passes TLS through and cannot go with ssl, which ends it");
	if (v->strip_path && !*v->path)
		clash(r, "strip_path", "needs a path to take off");
}

/* The first bad key in the table's order gives the reason; the text has all. */
static void conclude(struct reading *r)
{
	autobuf struct buf b = {0};
	for (size_t i = 0; label_keys[i].name; i++) {
		if (!r->bad[i])
			continue;
		if (!r->s->reason)
			r->s->reason = pile_printf(r->a, "bad-label:%s", label_keys[i].name);
		buf_addf(&b, "%s%s", b.len ? "; " : "", r->bad[i]);
	}
	if (b.len) {
		r->s->text = pile_str(r->a, b.s);
	} else if (!r->s->v.publish) {
		r->s->reason = "no-publish";
		r->s->text =
		    *r->s->name
			? pile_printf(
			      r->a, "service %s has no label %s.%s.publish (the port for clients)",
			      r->s->name, r->c->labels.prefix, r->s->name)
			: pile_printf(r->a, "no label %s.publish (the port for clients)",
				      r->c->labels.prefix);
	}
}

/* own: the labels of this service; shared: those of the default one. */
static void read_service(struct pile *a, const struct config *c, const struct label_values *base,
			 const struct entries *own, const struct entries *shared,
			 struct label_service *s)
{
	s->v = *base;
	if (*s->name && !good_service_name(s->name)) {
		autofree char *shown = str_visible(s->name, 60);
		s->reason = "bad-name";
		s->text =
		    pile_printf(a,
				"service name \"%s\" in label: must be 1 to 32 of a-z 0-9 _ - and "
				"begin with a letter or digit",
				shown);
		s->name = pile_str(a, shown);
		return;
	}
	struct reading r = {.a = a, .c = c, .s = s};
	for (size_t i = 0; i < own->n; i++)
		r.own |= UINT64_C(1) << key_index(own->v[i].key);
	for (size_t i = 0; i < shared->n; i++) {
		size_t k = key_index(shared->v[i].key);
		if (label_keys[k].inherited && !(r.own >> k & 1))
			read_one(&r, &shared->v[i]);
	}
	for (size_t i = 0; i < own->n; i++)
		if (label_keys[key_index(own->v[i].key)].level != LEVEL_CONTAINER)
			read_one(&r, &own->v[i]);
	check_together(&r);
	conclude(&r);
}

static bool has_key(const struct entries *l, const char *key)
{
	for (size_t i = 0; i < l->n; i++)
		if (strcmp(l->v[i].key, key) == 0)
			return true;
	return false;
}

/* Whether the container as a whole takes part. */
static void read_enable(struct pile *a, const struct config *c, const struct entries *shared,
			bool always, struct label_set *out)
{
	const struct entry *e = NULL;
	for (size_t i = 0; i < shared->n; i++)
		if (strcmp(shared->v[i].key, "enable") == 0)
			e = &shared->v[i];
	const char *exact = c->labels.enable_value;
	const char *why = "";
	struct reading r = {.a = a, .c = c};
	struct label_values v = {0};
	if (!e) {
		out->enabled = always;
	} else if (exact) {
		out->enabled = strcmp(e->value, exact) == 0 && strlen(exact) == e->len;
	} else if (label_value(a, c, label_find("enable"), e->value, e->len, &v, &why)) {
		out->enabled = v.enable;
	} else {
		out->reason = "bad-label:enable";
		out->text = bad_text(&r, e, why);
		return;
	}
	if (out->enabled)
		return;
	out->reason = "disabled";
	out->text =
	    pile_printf(a, "label %s.enable %s; set %s.enable=%s to serve it", c->labels.prefix,
			e ? "says no" : "is not there", c->labels.prefix, exact ? exact : "Y");
}

static void add_service(struct pile *a, const struct config *c, const struct label_values *base,
			const struct entries *own, const struct entries *shared,
			struct label_set *out)
{
	struct label_service *s = &out->services[out->n_services++];
	s->name = own->n ? own->v[0].service : "";
	read_service(a, c, base, own, *s->name ? shared : &(struct entries){0}, s);
}

void label_read(struct pile *a, const struct config *c, const struct label_values *base,
		const json_t *labels, bool always, struct label_set *out)
{
	*out = (struct label_set){0};
	struct entries all = {0};
	collect(a, c->labels.prefix, labels, &all);
	drop_unknown(a, c->labels.prefix, &all, out);
	struct entries shared = {all.v, 0};
	while (shared.n < all.n && !*all.v[shared.n].service)
		shared.n++;
	read_enable(a, c, &shared, always, out);
	if (out->reason)
		return;
	out->services = pile_take(a, (all.n - shared.n + 1) * sizeof(*out->services));
	struct entries named = {all.v + shared.n, all.n - shared.n};
	if (has_key(&shared, "publish") || !has_key(&named, "publish"))
		add_service(a, c, base, &shared, &shared, out);
	for (size_t i = 0; i < named.n;) {
		struct entries own = {named.v + i, 0};
		while (i < named.n && strcmp(named.v[i].service, own.v[0].service) == 0) {
			own.n++;
			i++;
		}
		add_service(a, c, base, &own, &shared, out);
	}
}

/* --- lb.ini ------------------------------------------------------------------ */

void label_base(struct pile *a, const struct config *c, struct label_values *base)
{
	*base = (struct label_values){.priority = -1};
	const char *ignored;
	for (const struct label_key *k = label_keys; k->name; k++) {
		if (k->def)
			label_value(a, c, k, k->def, strlen(k->def), base, &ignored);
		else if (k->type != LABEL_BOOL && k->type != LABEL_INT && k->type != LABEL_HOSTS)
			*(const char **)((char *)base + k->offset) = "";
	}
	for (size_t i = 0; i < c->n_defaults; i++) {
		const struct label_key *k = label_find(c->defaults[i].key);
		const char *value = c->defaults[i].value;
		if (k && k->in_ini)
			label_value(a, c, k, value, strlen(value), base, &ignored);
	}
	base->given = 0;
}

static void check_pair(struct pile *a, const struct config *c, const char *section,
		       const struct ini_pair *p, bool defaults, struct buf *words)
{
	const struct label_key *k = label_find(p->key);
	const char *why = NULL;
	struct label_values v = {0};
	if (k && (defaults ? !k->in_ini : k->level == LEVEL_CONTAINER)) {
		why = defaults ? "has no default in lb.ini; set it by label"
			       : "goes without saying here";
	} else if (!k) {
		const char *near = nearest_key(p->key);
		why = near ? pile_printf(a, "unknown key; did you mean %s?", near)
			   : "unknown key; lbgen-labels(7) lists them";
	} else if (!label_value(a, c, k, p->value, strlen(p->value), &v, &why)) {
		autofree char *shown = str_visible(p->value, 60);
		why = pile_printf(a, "'%s' %s", shown, why);
	} else {
		return;
	}
	autofree char *place = config_place(c, section, p);
	buf_addf(words, "%s%s: %s", words->len ? "\n" : "", place, why);
}

int label_check_config(const struct config *c, struct err *e)
{
	struct pile a = {0};
	autobuf struct buf words = {0};
	for (size_t i = 0; i < c->n_defaults; i++)
		check_pair(&a, c, "defaults", &c->defaults[i], true, &words);
	for (size_t i = 0; i < c->n_services; i++) {
		autofree char *section = xasprintf("service %s", c->services[i].name);
		for (size_t j = 0; j < c->services[i].n_pairs; j++)
			check_pair(&a, c, section, &c->services[i].pairs[j], false, &words);
	}
	pile_free(&a);
	return words.len ? err_set(e, EX_CONFIG, "%s", words.s) : 0;
}
