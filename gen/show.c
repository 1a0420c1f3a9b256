/* show: see show.h. Everything at once; show_one.c has one thing by name. */
#include "show_impl.h"

#include "label.h"

#include <string.h>

/* --- columns --------------------------------------------------------------------- */

void table_row(struct table *t, const char *const *cells)
{
	if (t->n == t->cap) {
		t->cap = t->cap ? t->cap * 2 : 16;
		t->rows = xrealloc(t->rows, t->cap, sizeof(*t->rows));
	}
	memset(t->rows[t->n], 0, sizeof(*t->rows));
	for (size_t i = 0; i < TABLE_COLUMNS && cells[i]; i++)
		t->rows[t->n][i] = xstrdup(cells[i]);
	t->n++;
}

/* Characters, not bytes. */
static size_t width(const char *s)
{
	size_t n = 0;
	for (; s && *s; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

void table_print(const struct table *t, FILE *f)
{
	size_t wide[TABLE_COLUMNS] = {0};
	for (size_t i = 0; i < t->n; i++)
		for (size_t j = 0; j < TABLE_COLUMNS; j++)
			if (width(t->rows[i][j]) > wide[j])
				wide[j] = width(t->rows[i][j]);
	for (size_t i = 0; i < t->n; i++) {
		size_t last = 0;
		for (size_t j = 0; j < TABLE_COLUMNS; j++)
			if (width(t->rows[i][j]))
				last = j;
		for (size_t j = 0; j <= last; j++) {
			const char *cell = t->rows[i][j] ? t->rows[i][j] : "";
			fputs(cell, f);
			if (j < last)
				fprintf(f, "%*s", (int)(wide[j] - width(cell) + 2), "");
		}
		fputc('\n', f);
	}
}

void table_free(struct table *t)
{
	for (size_t i = 0; i < t->n; i++)
		for (size_t j = 0; j < TABLE_COLUMNS; j++)
			free(t->rows[i][j]);
	free(t->rows);
	*t = (struct table){0};
}

/* --- JSON ------------------------------------------------------------------------- */

const char *show_text(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));
	return s ? s : "";
}

int64_t show_int(const json_t *o, const char *key)
{
	return json_integer_value(json_object_get(o, key));
}

void show_json(FILE *f, json_t *o)
{
	json_dumpf(o, f, JSON_SORT_KEYS | JSON_INDENT(2));
	fputc('\n', f);
}

const char *show_remedy(const char *reason)
{
	/* the label may be right, and the file not: expired, or without its key */
	if (strcmp(reason, "bad-label:ssl") == 0)
		return "put a good certificate with its key there, or correct the label";
	const struct label_reason *r = *reason ? label_reason_of(reason) : NULL;
	return r ? r->remedy : "";
}

static void put(json_t *o, const char *key, const char *value)
{
	json_object_set_new(o, key, json_string(value));
}

json_t *show_findings(const struct model *m, enum finding_kind kind, const char *member)
{
	json_t *a = json_array();
	for (size_t i = 0; i < m->n_findings; i++) {
		const struct finding *x = &m->findings[i];
		if (x->kind != kind || (member && strcmp(x->member, member) != 0))
			continue;
		json_t *o = json_object();
		put(o, "Container", x->member);
		put(o, "Service", x->service);
		put(o, "Text", x->text);
		if (kind == FINDING_LEFT_OUT) {
			put(o, "Reason", x->reason);
			put(o, "Remedy", show_remedy(x->reason));
		}
		json_array_append_new(a, o);
	}
	return a;
}

/* --- frontends and pools -------------------------------------------------------------- */

char *show_route(const json_t *route)
{
	const char *host = show_text(route, "Host"), *sni = show_text(route, "Sni");
	const char *path = show_text(route, "Path");
	bool wild = json_is_true(json_object_get(route, "Wildcard"));
	bool redirect = json_is_true(json_object_get(route, "RedirectSsl"));
	bool strip = json_is_true(json_object_get(route, "StripPath"));
	return xasprintf("%s%s%s%s%s%s", wild ? "*." : "",
			 *host  ? host
			 : *sni ? sni
				: "any host",
			 path, *sni ? " (TLS passed through)" : "", redirect ? " (to https)" : "",
			 strip ? " (path taken off)" : "");
}

void show_frontend_head(struct table *t)
{
	table_add(t, "FRONTEND", "BIND", "MODE", "ROUTE", "POOL");
}

void show_frontend(struct table *t, const json_t *frontend)
{
	const json_t *bind = json_array_get(json_object_get(frontend, "Binds"), 0);
	autofree char *where = xasprintf("%s%s", show_text(bind, "Address"),
					 json_is_true(json_object_get(bind, "Ssl")) ? " ssl" : "");
	const char *name = show_text(frontend, "Name"), *mode = show_text(frontend, "Mode");
	const char *at = where;
	json_t *routes = json_object_get(frontend, "Routes"), *r;
	size_t i;
	json_array_foreach(routes, i, r)
	{
		autofree char *route = show_route(r);
		table_add(t, name, at, mode, route, show_text(r, "Pool"));
		name = at = mode = "";
	}
	const char *rest = show_text(frontend, "DefaultPool");
	bool redirect = json_is_true(json_object_get(frontend, "DefaultRedirectSsl"));
	autofree char *all =
	    xasprintf("%s%s", json_array_size(routes) ? "anything else" : "everything",
		      redirect ? " (to https)" : "");
	if (*rest)
		table_add(t, name, at, mode, all, rest);
}

void show_pool_head(struct table *t)
{
	table_add(t, "POOL", "BALANCE", "STICKY", "CHECK", "SERVER", "ADDRESS", "STATE");
}

static char *server_state(const json_t *s)
{
	struct buf b = {0};
	buf_adds(&b, show_text(s, "State"));
	if (show_int(s, "Weight") != 1)
		buf_addf(&b, ", weight %lld", (long long)show_int(s, "Weight"));
	if (json_is_true(json_object_get(s, "Backup")))
		buf_adds(&b, ", backup");
	if (strcmp(show_text(s, "Scheme"), "http") != 0)
		buf_addf(&b, ", %s", show_text(s, "Scheme"));
	if (*show_text(s, "ProxyProtocol"))
		buf_addf(&b, ", PROXY %s", show_text(s, "ProxyProtocol"));
	if (*show_text(s, "Service"))
		buf_addf(&b, ", service %s", show_text(s, "Service"));
	return buf_steal(&b);
}

void show_pool(struct table *t, const json_t *pool)
{
	const char *name = show_text(pool, "Name"), *balance = show_text(pool, "Balance");
	const char *sticky = show_text(pool, "Sticky"), *check = show_text(pool, "Check");
	json_t *s;
	size_t i;
	json_array_foreach(json_object_get(pool, "Servers"), i, s)
	{
		autofree char *state = server_state(s);
		table_add(t, name, balance, sticky, check, show_text(s, "Name"),
			  show_text(s, "Address"), state);
		name = balance = sticky = check = "";
	}
}

/* --- everything ------------------------------------------------------------------------ */

static char *owner(const struct finding *x)
{
	return xasprintf("%s%s%s", x->member, *x->service ? "/" : "", x->service);
}

static void print_findings(FILE *f, const struct model *m)
{
	autotable struct table out = {0}, warn = {0};
	for (size_t i = 0; i < m->n_findings; i++) {
		const struct finding *x = &m->findings[i];
		autofree char *who = owner(x);
		if (x->kind == FINDING_WARNING) {
			table_add(&warn, who, x->text);
			continue;
		}
		autofree char *remedy = xasprintf("remedy: %s", show_remedy(x->reason));
		table_add(&out, who, x->reason, x->text);
		table_add(&out, "", "", remedy);
	}
	if (out.n)
		fputs("\nLEFT OUT\n", f);
	table_print(&out, f);
	if (warn.n)
		fputs("\nWARNINGS\n", f);
	table_print(&warn, f);
}

static void print_all(FILE *f, const struct model *m)
{
	autotable struct table fronts = {0}, pools = {0};
	json_t *o;
	size_t i;
	show_frontend_head(&fronts);
	json_array_foreach(json_object_get(m->data, "Frontends"), i, o)
	{
		show_frontend(&fronts, o);
	}
	show_pool_head(&pools);
	json_array_foreach(json_object_get(m->data, "Pools"), i, o)
	{
		show_pool(&pools, o);
	}
	if (fronts.n > 1) {
		table_print(&fronts, f);
		fputc('\n', f);
		table_print(&pools, f);
	} else {
		fputs("Nothing is served.\n", f);
	}
	const char *stats = show_text(json_object_get(m->data, "Global"), "StatsAddress");
	if (*stats)
		fprintf(f, "\nStatistics on %s\n", stats);
	print_findings(f, m);
}

int show_print(FILE *f, const struct config *c, const struct snapshot *s, const struct model *m,
	       const char *name, bool json, struct err *e)
{
	(void)s;
	if (name)
		return show_one(f, c, m, name, json, e);
	if (!json) {
		print_all(f, m);
		return 0;
	}
	json_auto_t *o = json_object();
	json_object_set(o, "Frontends", json_object_get(m->data, "Frontends"));
	json_object_set(o, "Pools", json_object_get(m->data, "Pools"));
	json_object_set(o, "Services", m->services);
	json_object_set_new(o, "LeftOut", show_findings(m, FINDING_LEFT_OUT, NULL));
	json_object_set_new(o, "Warnings", show_findings(m, FINDING_WARNING, NULL));
	show_json(f, o);
	return 0;
}
