/* show_one: one frontend, pool, server, container or task by its name. */
#include "show_impl.h"

#include <string.h>

enum { CONFIG_MAX = 64 << 20, ID_MIN = 6 };

/* --- lines of haproxy.cfg -------------------------------------------------------------- */

/* The n-th word of a line (from 0), or "" ; owned by the caller. */
static char *word(const char *line, size_t len, int n)
{
	const char *end = line + len;
	for (;; n--) {
		while (line < end && (*line == ' ' || *line == '\t'))
			line++;
		const char *from = line;
		while (line < end && *line != ' ' && *line != '\t')
			line++;
		if (n == 0 || line == end)
			return n == 0 ? xstrndup(from, (size_t)(line - from)) : xstrdup("");
	}
}

static bool opens_pool(const char *first)
{
	return strcmp(first, "backend") == 0 || strcmp(first, "listen") == 0;
}

static bool opens_other(const char *first)
{
	static const char *const words[] = {"global",    "defaults", "frontend", "peers",
					    "resolvers", "cache",    "userlist", "mailers",
					    "program",   "ring"};
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (strcmp(first, words[i]) == 0)
			return true;
	return false;
}

static void add_line(json_t *lines, const char *pool, const char *server, int64_t number)
{
	autofree char *key = xasprintf("%s\n%s", pool, server);
	json_t *at = json_object_get(lines, key);
	if (!at)
		json_object_set_new(lines, key, at = json_array());
	json_array_append_new(at, json_integer((json_int_t)number));
}

/* Numbers of the lines that say "server NAME": {"POOL\nNAME": [12], …}. */
static json_t *server_lines(const char *text)
{
	json_t *lines = json_object();
	autofree char *pool = NULL;
	int64_t number = 1;
	for (const char *p = text; *p; number++) {
		size_t len = strcspn(p, "\n");
		autofree char *first = word(p, len, 0);
		autofree char *second = word(p, len, 1);
		if (opens_pool(first) || opens_other(first)) {
			free(pool);
			pool = opens_pool(first) ? xstrdup(second) : NULL;
		} else if (pool && strcmp(first, "server") == 0) {
			add_line(lines, pool, second, number);
		}
		p += len;
		p += *p == '\n';
	}
	return lines;
}

static json_t *lines_of(const json_t *lines, const char *pool, const char *server)
{
	autofree char *key = xasprintf("%s\n%s", pool, server);
	json_t *at = json_object_get(lines, key);
	return at ? json_incref(at) : json_array();
}

/* --- what the name names ---------------------------------------------------------------- */

struct found {
	json_t *services; /* of the containers with that name */
	json_t *frontends;
	json_t *pools;
};

static bool has_server(const json_t *service, const char *name)
{
	json_t *p;
	size_t i;
	json_array_foreach(json_object_get(service, "Places"), i, p)
	{
		if (strcmp(show_text(p, "Server"), name) == 0)
			return true;
	}
	return false;
}

static bool is_service(const json_t *s, const char *name)
{
	const char *id = show_text(s, "Id");
	return strcmp(show_text(s, "Container"), name) == 0 ||
	       strcmp(show_text(s, "Key"), name) == 0 || strcmp(show_text(s, "Owner"), name) == 0 ||
	       has_server(s, name) || (strlen(name) >= ID_MIN && str_prefix(id, name));
}

static void look(const struct model *m, const char *name, struct found *out)
{
	json_t *o;
	size_t i;
	json_array_foreach(m->services, i, o)
	{
		if (is_service(o, name))
			json_array_append(out->services, o);
	}
	json_array_foreach(json_object_get(m->data, "Frontends"), i, o)
	{
		if (strcmp(show_text(o, "Name"), name) == 0)
			json_array_append(out->frontends, o);
	}
	json_array_foreach(json_object_get(m->data, "Pools"), i, o)
	{
		if (strcmp(show_text(o, "Name"), name) == 0)
			json_array_append(out->pools, o);
	}
}

static int unknown(const struct model *m, const char *name, struct err *e)
{
	static const char *const keys[] = {"Container", "Owner", "Frontend"};
	size_t n = json_array_size(m->services), k = 0;
	const char **names = xcalloc(n * ARRAY_LEN(keys) + 1, sizeof(*names));
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < ARRAY_LEN(keys); j++) {
			const char *s = show_text(json_array_get(m->services, i), keys[j]);
			if (*s)
				names[k++] = s;
		}
	const char *near = str_nearest(name, names);
	autofree char *shown = str_visible(name, 80);
	if (near)
		err_set(e, EX_USAGE, "nothing is named %s; did you mean %s?", shown, near);
	else
		err_set(
		    e, EX_USAGE,
		    "nothing is named %s: no frontend, pool, server, container or task that the "
		    "providers of lb.ini see (a container needs the label enable to be seen)",
		    shown);
	free(names);
	return -1;
}

/* --- one container ------------------------------------------------------------------------- */

static void print_labels(FILE *f, const json_t *service)
{
	json_t *labels = json_object_get(service, "Labels"), *v;
	const char *key;
	size_t n = 0;
	json_object_foreach(labels, key, v)
	{
		fprintf(f, "%s%s=%s", n++ ? " " : "  labels    ", key, json_string_value(v));
	}
	if (n)
		fputc('\n', f);
}

static void print_lines(FILE *f, const char *file, json_t *lines)
{
	if (!json_array_size(lines)) {
		fprintf(f, "            not in %s now; the next pass puts it there\n", file);
		return;
	}
	json_t *n;
	size_t i;
	json_array_foreach(lines, i, n)
	{
		fprintf(f, "            %s:%lld\n", file, (long long)json_integer_value(n));
	}
}

static void print_service(FILE *f, const struct config *c, const json_t *s)
{
	const char *reason = show_text(s, "Reason"), *name = show_text(s, "Service");
	const char *id = show_text(s, "Id");
	fprintf(f, "%s %s", show_text(s, "Kind"), show_text(s, "Container"));
	if (*id && strcmp(id, show_text(s, "Container")) != 0)
		fprintf(f, " (%.12s)", id);
	if (*show_text(s, "Owner"))
		fprintf(f, " of %s", show_text(s, "Owner"));
	if (*name)
		fprintf(f, ", service %s", name);
	fprintf(f, ": %s\n", *reason ? "left out" : "served");
	print_labels(f, s);
	if (*show_text(s, "IP"))
		fprintf(f, "  address   %s port %lld (%s)\n", show_text(s, "IP"),
			(long long)show_int(s, "Port"), show_text(s, "Why"));
	if (*reason) {
		fprintf(f, "  reason    %s: %s\n", reason, show_text(s, "Text"));
		fprintf(f, "  remedy    %s\n", show_remedy(reason));
		return;
	}
	fprintf(f, "  frontend  %s\n", show_text(s, "Frontend"));
	json_t *p;
	size_t i;
	json_array_foreach(json_object_get(s, "Places"), i, p)
	{
		fprintf(f, "  pool      %s, server %s\n", show_text(p, "Pool"),
			show_text(p, "Server"));
		print_lines(f, c->haproxy.file, json_object_get(p, "Lines"));
	}
	if (!json_array_size(json_object_get(s, "Places")))
		fputs("  pool      served by another service of the same container, at the same "
		      "address\n",
		      f);
}

static void print_warnings(FILE *f, const struct model *m, json_t *services)
{
	json_t *s;
	size_t i;
	const char *before = "";
	json_array_foreach(services, i, s)
	{
		const char *name = show_text(s, "Container");
		for (size_t j = 0; strcmp(name, before) != 0 && j < m->n_findings; j++) {
			const struct finding *x = &m->findings[j];
			if (x->kind == FINDING_WARNING && strcmp(x->member, name) == 0)
				fprintf(f, "warning: %s\n", x->text);
		}
		before = name;
	}
}

static void print_found(FILE *f, const struct config *c, const struct model *m,
			const struct found *x)
{
	autotable struct table fronts = {0}, pools = {0};
	json_t *o;
	size_t i;
	if (json_array_size(x->frontends))
		show_frontend_head(&fronts);
	json_array_foreach(x->frontends, i, o)
	{
		show_frontend(&fronts, o);
	}
	if (json_array_size(x->pools))
		show_pool_head(&pools);
	json_array_foreach(x->pools, i, o)
	{
		show_pool(&pools, o);
	}
	table_print(&fronts, f);
	table_print(&pools, f);
	json_array_foreach(x->services, i, o)
	{
		print_service(f, c, o);
	}
	print_warnings(f, m, x->services);
}

/* Adds the line numbers and remedies; a deep copy, the model stays as it is. */
static void complete(const struct config *c, struct found *x)
{
	autobuf struct buf text = {0};
	json_t *all = json_deep_copy(x->services), *s, *p;
	size_t i, j;
	if (c->haproxy.file)
		file_read(c->haproxy.file, CONFIG_MAX, EX_NOINPUT, &text, NULL);
	json_auto_t *lines = server_lines(text.s ? text.s : "");
	json_array_foreach(all, i, s)
	{
		json_object_set_new(s, "Remedy", json_string(show_remedy(show_text(s, "Reason"))));
		json_array_foreach(json_object_get(s, "Places"), j, p)
		{
			json_object_set_new(
			    p, "Lines",
			    lines_of(lines, show_text(p, "Pool"), show_text(p, "Server")));
		}
	}
	json_decref(x->services);
	x->services = all;
}

int show_one(FILE *f, const struct config *c, const struct model *m, const char *name, bool json,
	     struct err *e)
{
	struct found x = {json_array(), json_array(), json_array()};
	look(m, name, &x);
	int rc = 0;
	if (!json_array_size(x.services) && !json_array_size(x.frontends) &&
	    !json_array_size(x.pools))
		rc = unknown(m, name, e);
	complete(c, &x);
	if (!rc && !json)
		print_found(f, c, m, &x);
	json_auto_t *o = json_object();
	json_object_set_new(o, "Services", x.services);
	json_object_set_new(o, "Frontends", x.frontends);
	json_object_set_new(o, "Pools", x.pools);
	if (!rc && json)
		show_json(f, o);
	return rc;
}
