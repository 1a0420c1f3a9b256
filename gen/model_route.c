/* model_route: who may have which port, host and path. */
#include "model_impl.h"

#include <string.h>

/* --- claims, in order of age ---------------------------------------------------- */

/* What the claims are looked up in: text → place in a list. */
struct claims {
	json_t *binds;  /* "IP PORT" → index in b->binds */
	json_t *routes; /* "BIND HOST PATH SNI" → index in all */
	json_t *named;  /* lb.backend → index of its first candidate in order */
	struct vec all; /* struct held_route */
	struct candidate **order;
};

static void *indexed(const json_t *index, const char *key, const struct vec *l)
{
	const json_t *i = json_object_get(index, key);
	return i ? l->v[json_integer_value(i)] : NULL;
}

static const char *bind_text(struct build *b, const struct held_bind *h)
{
	return address_text(&b->a, h->ip, h->port);
}

static struct held_bind *bind_of(struct build *b, struct claims *k, const struct candidate *s)
{
	const struct label_values *v = s->v;
	autofree char *key = xasprintf("%s %lld", v->dst_addr, (long long)v->publish);
	struct held_bind *h = indexed(k->binds, key, &b->binds);
	if (h)
		return h;
	h = pile_take(&b->a, sizeof(*h));
	h->ip = v->dst_addr;
	h->port = v->publish;
	/* the second seed's frontend keeps its name */
	h->name = b->c->compat.frontend && !*h->ip && h->port == b->c->compat.fe_port
		      ? b->c->compat.frontend
		      : pile_printf(&b->a, "port_%s_%lld", h->ip, (long long)h->port);
	json_object_set_new_nocheck(k->binds, key, json_integer((json_int_t)b->binds.n));
	vec_push(&b->a, &b->binds, h);
	return h;
}

/* Why the bind's older services and this one cannot be together; NULL: they can. */
static const char *bind_conflict(const struct held_bind *h, const struct candidate *s)
{
	if (strcmp(h->mode, s->v->mode) != 0)
		return strcmp(h->mode, "http") == 0 ? "in mode http" : "in mode tcp";
	if (h->ssl != (*s->v->ssl != '\0'))
		return h->ssl ? "with TLS (label ssl)" : "without TLS";
	return NULL;
}

static bool bind_fits(struct build *b, const struct held_bind *h, struct candidate *s)
{
	const char *how = h->members.n ? bind_conflict(h, s) : NULL;
	if (!how)
		return true;
	const struct candidate *first = h->members.v[0];
	build_drop(b, s, "port-conflict",
		   "%s is served %s for %s, which is older; use another port", bind_text(b, h), how,
		   first->who);
	return false;
}

/* A named pool has one mode: that of its oldest service. */
static bool pool_fits(struct build *b, const struct claims *k, struct candidate *s)
{
	const json_t *i = json_object_get(k->named, s->v->backend);
	if (!*s->v->backend || !i)
		return true;
	const struct candidate *first = k->order[json_integer_value(i)];
	if (strcmp(first->v->mode, s->v->mode) == 0)
		return true;
	build_drop(b, s, "port-conflict",
		   "backend %s is in mode %s for %s, which is older; use another lb.backend",
		   s->v->backend, first->v->mode, first->who);
	return false;
}

/* The hosts (or server names) that a service asks for; one "" when any. */
static struct label_hosts hosts_of(const struct label_values *v)
{
	static const char *any[] = {""};
	if (v->sni.n)
		return v->sni;
	return v->host.n ? v->host : (struct label_hosts){any, 1};
}

static struct held_route *route_of(struct build *b, struct claims *k, struct held_bind *h,
				   const struct candidate *s, const char *host)
{
	bool sni = s->v->sni.n > 0;
	autofree char *key = xasprintf("%s\n%s\n%s\n%d", h->name, host, s->v->path, sni);
	struct held_route *r = indexed(k->routes, key, &k->all);
	if (r)
		return r;
	r = pile_take(&b->a, sizeof(*r));
	r->bind = h;
	r->host = sni ? "" : host;
	r->sni = sni ? host : "";
	r->path = s->v->path;
	json_object_set_new_nocheck(k->routes, key, json_integer((json_int_t)k->all.n));
	vec_push(&b->a, &k->all, r);
	return r;
}

static bool route_fits(const struct held_route *r, const struct candidate *s)
{
	if (!r->owners.n)
		return true;
	const struct candidate *first = r->owners.v[0];
	return strcmp(first->v->backend, s->v->backend) == 0;
}

static const char *route_text(struct build *b, const struct held_route *r)
{
	return pile_printf(&b->a, "%s%s on %s",
			   *r->host  ? r->host
			   : *r->sni ? r->sni
				     : "any host",
			   r->path, bind_text(b, r->bind));
}

static const char *backend_text(const struct candidate *s)
{
	return *s->v->backend ? s->v->backend : "(derived)";
}

/* Takes every route that is free or shared; false: none was. */
static bool claim_routes(struct build *b, struct claims *k, struct held_bind *h,
			 struct candidate *s)
{
	struct label_hosts hosts = hosts_of(s->v);
	struct held_route *lost = NULL;
	size_t taken = 0;
	for (size_t i = 0; i < hosts.n; i++) {
		struct held_route *r = route_of(b, k, h, s, hosts.names[i]);
		if (route_fits(r, s)) {
			vec_push(&b->a, &r->owners, s);
			taken++;
		} else if (!lost) {
			lost = r;
		}
	}
	if (!lost)
		return true;
	const struct candidate *first = lost->owners.v[0];
	if (taken)
		build_tell(b, FINDING_WARNING, s->member, s->service, "",
			   "%s stays with backend %s of %s, which is older than backend %s",
			   route_text(b, lost), backend_text(first), first->who, backend_text(s));
	else
		build_drop(
		    b, s, "port-conflict",
		    "%s belongs to backend %s of %s, which is older; use the same lb.backend, or "
		    "another host or path",
		    route_text(b, lost), backend_text(first), first->who);
	return taken > 0;
}

static void claim(struct build *b, struct claims *k, struct candidate *s)
{
	struct held_bind *h = bind_of(b, k, s);
	if (!h->members.n) {
		h->mode = s->v->mode;
		h->ssl = *s->v->ssl != '\0';
	}
	if (!bind_fits(b, h, s) || !pool_fits(b, k, s) || !claim_routes(b, k, h, s))
		return;
	vec_push(&b->a, &h->members, s);
	s->frontend = h->name;
	if (*s->v->backend && !json_object_get(k->named, s->v->backend))
		json_object_set_new_nocheck(k->named, s->v->backend,
					    json_integer((json_int_t)s->age));
}

/* --- what a route is, once its owners are known ------------------------------------ */

bool host_is_wild(const char *host)
{
	return host[0] == '*';
}

const char *host_parent(const char *host)
{
	return host_is_wild(host) ? host + 2 : host;
}

int64_t host_labels(const char *host)
{
	int64_t n = 1;
	for (; *host; host++)
		n += *host == '.';
	return n;
}

static const char *name_of(const struct held_route *r)
{
	return *r->sni ? r->sni : r->host;
}

static int64_t computed_priority(const struct held_route *r)
{
	const char *host = name_of(r);
	int64_t path = (int64_t)strlen(r->path);
	if (!*host)
		return 10000 + path;
	if (!host_is_wild(host))
		return 30000 + path;
	int64_t deep = host_labels(host_parent(host));
	return 20000 + 256 * (deep < 38 ? deep : 38) + path;
}

/* The newest owner decides, as in a pool. */
static void settle(struct build *b, struct held_route *r)
{
	static const char *const keys[] = {"redirect_ssl", "strip_path", "priority"};
	const struct candidate *last = r->owners.v[r->owners.n - 1];
	r->explicit_priority = last->v->priority >= 0;
	r->priority = r->explicit_priority ? last->v->priority : computed_priority(r);
	r->strip_path = last->v->strip_path;
	r->redirect_ssl = last->v->redirect_ssl && !r->bind->ssl;
	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		for (size_t j = r->owners.n - 1; j-- > 0;) {
			const struct candidate *other = r->owners.v[j];
			if (label_equal(label_find(keys[i]), other->v, last->v))
				continue;
			build_tell(
			    b, FINDING_WARNING, last->member, last->service, "",
			    "%s and %s differ in %s for one route; %s is the newest and decides",
			    other->who, last->who, keys[i], last->who);
			break;
		}
	}
}

static int by_priority(const void *px, const void *py)
{
	const struct held_route *x = *(const struct held_route *const *)px;
	const struct held_route *y = *(const struct held_route *const *)py;
	if (x->priority != y->priority)
		return x->priority > y->priority ? -1 : 1;
	const char *hx = name_of(x), *hy = name_of(y);
	int kx = *hx ? host_is_wild(hx) : 2, ky = *hy ? host_is_wild(hy) : 2;
	if (kx != ky)
		return kx - ky;
	int64_t dx = kx == 1 ? host_labels(hx) : 0, dy = ky == 1 ? host_labels(hy) : 0;
	if (dx != dy)
		return dx > dy ? -1 : 1;
	size_t lx = strlen(x->path), ly = strlen(y->path);
	if (lx != ly)
		return lx > ly ? -1 : 1;
	int d = strcmp(hx, hy);
	return d ? d : strcmp(x->path, y->path);
}

static int by_place(const void *px, const void *py)
{
	const struct held_bind *x = *(const struct held_bind *const *)px;
	const struct held_bind *y = *(const struct held_bind *const *)py;
	if (x->port != y->port)
		return x->port < y->port ? -1 : 1;
	return strcmp(x->ip, y->ip);
}

void routes_claim(struct build *b)
{
	size_t n = b->candidates.n;
	json_auto_t *binds = json_object(), *routes = json_object(), *named = json_object();
	struct claims k = {.binds = binds, .routes = routes, .named = named};
	k.order = pile_take(&b->a, (n + 1) * sizeof(struct candidate *));
	for (size_t i = 0; i < n; i++) {
		struct candidate *s = b->candidates.v[i];
		k.order[s->age] = s;
	}
	for (size_t i = 0; i < n; i++)
		if (!k.order[i]->reason)
			claim(b, &k, k.order[i]);
	for (size_t i = 0; i < k.all.n; i++) {
		struct held_route *r = k.all.v[i];
		if (!r->owners.n)
			continue;
		settle(b, r);
		vec_push(&b->a, &r->bind->routes, r);
	}
	size_t kept = 0;
	for (size_t i = 0; i < b->binds.n; i++) {
		struct held_bind *h = b->binds.v[i];
		if (h->members.n)
			b->binds.v[kept++] = h;
	}
	b->binds.n = kept;
	if (kept)
		qsort(b->binds.v, kept, sizeof(void *), by_place);
	for (size_t i = 0; i < kept; i++) {
		struct held_bind *h = b->binds.v[i];
		qsort(h->routes.v, h->routes.n, sizeof(void *), by_priority);
	}
}
