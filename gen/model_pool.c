/* model_pool: who shares a pool, its options, its servers and their names. */
#include "model_impl.h"

#include <string.h>

/* --- grouping -------------------------------------------------------------------- */

static const char *list_text(struct pile *a, const struct label_values *v)
{
	const struct label_key *k = label_find(v->sni.n ? "sni" : "host");
	return label_text(a, k, v);
}

/* The host of a list that names the pool: the first exact one, else the first. */
static char *lead(const char *list)
{
	const char *best = list;
	for (const char *p = list; *best == '*' && p; p = strchr(p, ','))
		if (*(p += *p == ',') != '*')
			best = p;
	return xstrndup(best, strcspn(best, ","));
}

/* The part of a name that says host and path: "" for neither. */
static const char *name_part(struct pile *a, const char *host, const char *path)
{
	autobuf struct buf text = {0};
	autofree char *first = lead(host);
	bool wild = first[0] == '*';
	bool lost = strchr(host, ',') || wild || strchr(first, '_') || strchr(path, '_');
	if (*host || *path)
		buf_addf(&text, "_%s%s", wild ? "any." : "", wild ? first + 2 : first);
	for (const char *p = path; *p; p++) {
		bool plain = (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') ||
			     (*p >= '0' && *p <= '9') || *p == '.' || *p == '-' || *p == '_';
		lost |= !plain && *p != '/';
		buf_addc(&text, plain ? *p : '_');
	}
	if (text.len > 120) {
		text.s[120] = '\0';
		lost = true;
	}
	autofree char *identity = xasprintf("%s %s", host, path);
	return lost ? name_suffix(a, text.s, identity) : pile_str(a, text.s ? text.s : "");
}

static struct held_pool *pool_at(struct build *b, json_t *index, const char *id)
{
	const json_t *i = json_object_get(index, id);
	if (i)
		return b->pools.v[json_integer_value(i)];
	struct held_pool *p = pile_take(&b->a, sizeof(*p));
	p->id = pile_str(&b->a, id);
	json_object_set_new_nocheck(index, id, json_integer((json_int_t)b->pools.n));
	vec_push(&b->a, &b->pools, p);
	return p;
}

/* Whether all owners of a route ask for the same list of hosts. */
static bool one_list(struct pile *a, const struct held_route *r)
{
	const struct candidate *first = r->owners.v[0];
	const char *list = list_text(a, first->v);
	for (size_t i = 1; i < r->owners.n; i++) {
		const struct candidate *s = r->owners.v[i];
		if (strcmp(list_text(a, s->v), list) != 0)
			return false;
	}
	return true;
}

/* The pool of a route: the named one; the one of its owners' list of hosts; or,
 * where owners with different lists meet, one of this host alone. */
static void place_route(struct build *b, json_t *index, struct held_route *r)
{
	const struct candidate *first = r->owners.v[0];
	const char *named = first->v->backend;
	if (*named) {
		autofree char *id = xasprintf("named\n%s", named);
		r->pool = pool_at(b, index, id);
		r->pool->named = true;
		r->pool->name = named;
	} else {
		const char *host = *r->sni ? r->sni : r->host;
		if (one_list(&b->a, r))
			host = list_text(&b->a, first->v);
		autofree char *id = xasprintf("%s\n%s\n%s", r->bind->name, host, r->path);
		r->pool = pool_at(b, index, id);
		if (!r->pool->name)
			r->pool->name = pile_printf(&b->a, "%s%s_backends", r->bind->name,
						    name_part(&b->a, host, r->path));
	}
	for (size_t i = 0; i < r->owners.n; i++)
		vec_push(&b->a, &r->pool->members, r->owners.v[i]);
	if (r->strip_path) {
		char *path = pile_str(&b->a, r->path);
		vec_push(&b->a, &r->pool->strips, path);
	}
}

/* --- order and names ----------------------------------------------------------------- */

static int by_age(const void *px, const void *py)
{
	const struct candidate *x = *(const struct candidate *const *)px;
	const struct candidate *y = *(const struct candidate *const *)py;
	return (x->age > y->age) - (x->age < y->age);
}

static void sort_members(struct held_pool *p)
{
	qsort(p->members.v, p->members.n, sizeof(void *), by_age);
	size_t kept = 1;
	for (size_t i = 1; i < p->members.n; i++)
		if (p->members.v[i] != p->members.v[kept - 1])
			p->members.v[kept++] = p->members.v[i];
	p->members.n = kept;
}

static int longest_first(const void *px, const void *py)
{
	const char *x = *(const char *const *)px, *y = *(const char *const *)py;
	size_t m = strlen(x), n = strlen(y);
	return m != n ? (m > n ? -1 : 1) : strcmp(x, y);
}

static void sort_strips(struct held_pool *p)
{
	if (!p->strips.n)
		return;
	qsort(p->strips.v, p->strips.n, sizeof(void *), longest_first);
	size_t kept = 1;
	for (size_t i = 1; i < p->strips.n; i++)
		if (strcmp(p->strips.v[i], p->strips.v[kept - 1]) != 0)
			p->strips.v[kept++] = p->strips.v[i];
	p->strips.n = kept;
}

/* A derived name is its own; a named pool that would have the name of a
 * frontend, a section of the template or a derived pool gets a suffix. */
static void name_pools(struct build *b)
{
	json_auto_t *taken = json_object();
	static const char *const sections[] = {"stats", "lbgen", "lbpeers", "http", "tcp"};
	for (size_t i = 0; i < ARRAY_LEN(sections); i++)
		json_object_set_new(taken, sections[i], json_true());
	for (size_t i = 0; i < b->binds.n; i++)
		json_object_set_new(taken, ((const struct held_bind *)b->binds.v[i])->name,
				    json_true());
	for (int named = 0; named < 2; named++) {
		for (size_t i = 0; i < b->pools.n; i++) {
			struct held_pool *p = b->pools.v[i];
			if (p->named != (named == 1))
				continue;
			while (json_object_get(taken, p->name))
				p->name = name_suffix(&b->a, p->name, p->id);
			json_object_set_new(taken, p->name, json_true());
		}
	}
}

/* --- servers ------------------------------------------------------------------------- */

/* A server on its way: the candidate and the identity that names it. */
struct entry {
	struct candidate *s;
	const char *name;
	const char *identity;
};

static int by_identity(const void *px, const void *py)
{
	const struct entry *x = px, *y = py;
	int d = strcmp(x->name, y->name);
	d = d ? d : strcmp(x->s->service, y->s->service);
	return d ? d : strcmp(x->identity, y->identity);
}

static bool same_place(const struct candidate *x, const struct candidate *y)
{
	return x->port == y->port && strcmp(x->ip, y->ip) == 0 && strcmp(x->member, y->member) == 0;
}

/* Two services of one container at one address are one server; names that are
 * equal get suffixes, all but the first whose own name it is. */
static size_t name_servers(struct build *b, struct entry *e, size_t n)
{
	qsort(e, n, sizeof(*e), by_identity);
	size_t kept = 0;
	for (size_t i = 0; i < n; i++) {
		bool twin = false;
		for (size_t j = kept; j-- > 0 && strcmp(e[j].name, e[i].name) == 0 && !twin;)
			twin = same_place(e[j].s, e[i].s);
		if (!twin)
			e[kept++] = e[i];
	}
	json_auto_t *taken = json_object();
	for (size_t i = 0; i < kept; i++)
		json_object_set_new(taken, e[i].name, json_true());
	const char *before = "";
	for (size_t i = 0; i < kept; i++) {
		const char *own = e[i].name;
		if (i && strcmp(own, before) == 0) {
			while (json_object_get(taken, e[i].name))
				e[i].name = name_suffix(&b->a, e[i].name, e[i].identity);
			json_object_set_new(taken, e[i].name, json_true());
		}
		before = own;
	}
	return kept;
}

static int by_name(const void *px, const void *py)
{
	const struct server *x = px, *y = py;
	int d = strcmp(x->name, y->name);
	return d ? d : strcmp(x->key, y->key);
}

static void fill_server(struct build *b, const struct entry *e, struct server *out)
{
	const struct candidate *s = e->s;
	const struct label_values *v = s->v;
	*out = (struct server){
	    .name = e->name,
	    .key = s->key,
	    .container = s->member,
	    .service = s->service,
	    .ip = s->ip,
	    .port = s->port,
	    .address = address_text(&b->a, s->ip, s->port),
	    .weight = v->weight,
	    .backup = v->backup,
	    .maxconn = v->maxconn,
	    .state = v->state,
	    .slowstart = v->slowstart,
	    .proxy_protocol = strcmp(v->proxy_protocol, "no") == 0 ? "" : v->proxy_protocol,
	    .scheme = v->scheme,
	};
}

/* Numbers for consistent hashing: from the name, so that the others stay where
 * they are when one comes or goes. */
static void number_servers(struct server *v, size_t n)
{
	json_auto_t *taken = json_object();
	for (size_t i = 0; i < n; i++) {
		int64_t id = name_number(v[i].name);
		char text[24];
		for (;; id = id % INT32_MAX + 1) {
			snprintf(text, sizeof(text), "%lld", (long long)id);
			if (!json_object_get(taken, text))
				break;
		}
		json_object_set_new(taken, text, json_true());
		v[i].id = id;
	}
}

static void fill_servers(struct build *b, struct held_pool *p)
{
	size_t n = p->members.n;
	struct entry *e = pile_take(&b->a, n * sizeof(*e));
	for (size_t i = 0; i < n; i++) {
		struct candidate *s = p->members.v[i];
		e[i].s = s;
		e[i].name = name_clean(&b->a, s->member, 64);
		e[i].identity =
		    pile_printf(&b->a, "%s\n%s\n%s\n%s\n%s\n%s %lld", s->member, s->kind, s->owner,
				s->id, s->service, s->ip, (long long)s->port);
	}
	n = name_servers(b, e, n);
	struct server *v = pile_take(&b->a, n * sizeof(*v));
	for (size_t i = 0; i < n; i++) {
		fill_server(b, &e[i], &v[i]);
		struct place *where = pile_take(&b->a, sizeof(*where));
		*where = (struct place){p->name, e[i].name};
		vec_push(&b->a, &e[i].s->places, where);
	}
	qsort(v, n, sizeof(*v), by_name);
	number_servers(v, n);
	p->view.servers = (struct list){v, n};
}

/* --- options --------------------------------------------------------------------------- */

static const char *unless(const char *value, const char *usual)
{
	return strcmp(value, usual) == 0 ? "" : value;
}

/* The newest member decides; one warning names it and the newest of those that
 * say otherwise. */
static void warn_options(struct build *b, const struct held_pool *p)
{
	const struct candidate *last = p->members.v[p->members.n - 1], *other = NULL;
	autobuf struct buf keys = {0};
	for (const struct label_key *k = label_keys; k->name; k++) {
		if (k->level != LEVEL_POOL || strcmp(k->name, "backend") == 0)
			continue;
		for (size_t i = p->members.n - 1; i-- > 0;) {
			const struct candidate *s = p->members.v[i];
			if (label_equal(k, s->v, last->v))
				continue;
			buf_addf(&keys, "%s%s", keys.len ? ", " : "", k->name);
			if (!other || s->age > other->age)
				other = s;
			break;
		}
	}
	if (other)
		build_tell(b, FINDING_WARNING, last->member, last->service, "",
			   "%s and %s differ in %s for pool %s; %s is the newest and decides",
			   other->who, last->who, keys.s, p->name, last->who);
}

/* How long a cookie may be idle: HAProxy writes a date into it then, so only
 * where somebody asks for it. */
static const char *cookie_idle(const struct build *b, const struct label_values *v)
{
	bool asked = label_given(v, "sticky_ttl") ||
		     strcmp(b->base.sticky_ttl, label_find("sticky_ttl")->def) != 0;
	return asked && strcmp(v->sticky, "cookie") == 0 ? v->sticky_ttl : "";
}

/* Checks that may bring a server back, or decide what it is, come faster; those
 * that were asked for rarely stay rare. */
static const char *a_quarter(struct build *b, const char *duration)
{
	char text[24];
	const char *why;
	int64_t us;
	if (!value_duration(duration, 0, INT64_MAX, &us, &why))
		return duration;
	value_duration_text(us / 4000 * 1000, text);
	return pile_printf(&b->a, "%s", text);
}

/* In mode tcp a tunnel's timeout would hold in place of the others, from the
 * first byte on: a label that sets one of them means it. */
static const char *timeout_tunnel(const struct build *b, const struct label_values *v)
{
	bool others = label_given(v, "timeout_server") || label_given(v, "timeout_client");
	if (strcmp(v->mode, "tcp") == 0 && others && !label_given(v, "timeout_tunnel"))
		return "0";
	return unless(v->timeout_tunnel, b->base.timeout_tunnel);
}

/* The algorithm as HAProxy spells it: labels write url_param like hdr. */
static const char *balance_words(struct build *b, const char *balance)
{
	if (!str_prefix(balance, "url_param("))
		return balance;
	const char *name = balance + strlen("url_param(");
	return pile_printf(&b->a, "url_param %.*s", (int)strlen(name) - 1, name);
}

static void fill_pool(struct build *b, struct held_pool *p)
{
	const struct candidate *last = p->members.v[p->members.n - 1];
	const struct label_values *v = last->v;
	bool hash = strcmp(v->balance, "source") == 0 || str_prefix(v->balance, "uri") ||
		    str_prefix(v->balance, "hdr(") || str_prefix(v->balance, "url_param(");
	p->view = (struct pool){
	    .name = p->name,
	    .mode = v->mode,
	    .balance = balance_words(b, v->balance),
	    .hash = hash,
	    .sticky = v->sticky,
	    .sticky_cookie = name_quote(&b->a, v->sticky_cookie),
	    .sticky_ttl = v->sticky_ttl,
	    .cookie_idle = cookie_idle(b, v),
	    .check = v->check,
	    .check_path = v->check_path,
	    .check_host = v->check_host,
	    .check_port = v->check_port,
	    .check_status = v->check_status,
	    .check_inter = v->check_inter,
	    .check_fastinter = a_quarter(b, v->check_inter),
	    .check_rise = v->check_rise,
	    .check_fall = v->check_fall,
	    .timeout_connect = unless(v->timeout_connect, b->base.timeout_connect),
	    .timeout_server = unless(v->timeout_server, b->base.timeout_server),
	    .timeout_tunnel = timeout_tunnel(b, v),
	    .strip_paths = {p->strips.v, p->strips.n},
	};
	warn_options(b, p);
	fill_servers(b, p);
}

static int by_pool_name(const void *px, const void *py)
{
	const struct held_pool *x = *(const struct held_pool *const *)px;
	const struct held_pool *y = *(const struct held_pool *const *)py;
	return strcmp(x->name, y->name);
}

void pools_build(struct build *b)
{
	json_auto_t *index = json_object();
	for (size_t i = 0; i < b->binds.n; i++) {
		const struct held_bind *h = b->binds.v[i];
		for (size_t j = 0; j < h->routes.n; j++)
			place_route(b, index, h->routes.v[j]);
	}
	if (!b->pools.n)
		return;
	name_pools(b);
	qsort(b->pools.v, b->pools.n, sizeof(void *), by_pool_name);
	struct pool *views = pile_take(&b->a, b->pools.n * sizeof(*views));
	for (size_t i = 0; i < b->pools.n; i++) {
		struct held_pool *p = b->pools.v[i];
		sort_members(p);
		sort_strips(p);
		fill_pool(b, p);
		views[i] = p->view;
	}
	b->view.pools = (struct list){views, b->pools.n};
}
