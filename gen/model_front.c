/* model_front: frontends, the steps by which they find a route, map files. */
#include "model_impl.h"

#include <string.h>

/* More routes than FEW are looked up in maps: one search in a tree each,
 * however many there are. A step of that many is not worth a map. More
 * certificates than FEW stand in a file, as a line of HAProxy has 64 words. */
enum { FEW = 16, STEP_FEW = 3 };

/* --- routes ------------------------------------------------------------------------ */

static void fill_route(struct build *b, const struct held_route *r, struct route *out)
{
	const char *name = *r->sni ? r->sni : r->host;
	const char *bare = host_parent(name);
	bool wild = host_is_wild(name);
	*out = (struct route){
	    .host = *r->sni ? "" : bare,
	    .wildcard = wild,
	    .path = r->path,
	    .sni = *r->sni ? bare : "",
	    .priority = r->priority,
	    .pool = r->pool->name,
	    .redirect_ssl = r->redirect_ssl,
	    .strip_path = r->strip_path,
	    .key =
		pile_printf(&b->a, "%s%s%s%s", wild ? "." : "", bare, r->path, *r->sni ? "" : "/"),
	};
}

/* --- steps --------------------------------------------------------------------------- */

/* What a map can hold: names of one kind, and of parents with equal depth. */
struct step {
	const char *match;
	int64_t labels;
};

static struct step step_of(const struct held_route *r)
{
	const char *name = *r->sni ? r->sni : r->host;
	if (!*name)
		return (struct step){"any", 0};
	if (host_is_wild(name))
		return (struct step){"wildcard", host_labels(host_parent(name))};
	return (struct step){"exact", 0};
}

static bool same_step(struct step x, struct step y)
{
	return strcmp(x.match, y.match) == 0 && x.labels == y.labels;
}

/* Whether a map that has the keys before would prefer this one to a shorter
 * one of higher priority: a map takes the longest that fits. */
static bool outdoes(const json_t *keys, const struct route *r)
{
	autofree char *part = xstrdup(r->key);
	for (char *slash = strchr(part, '/'); slash && slash[1]; slash = strchr(slash + 1, '/')) {
		char next = slash[1];
		slash[1] = '\0';
		bool found = json_object_get(keys, part) != NULL;
		slash[1] = next;
		if (found)
			return true;
	}
	return false;
}

/* How many routes from the first on can go into one map. */
static size_t run_of(const struct held_route *const *held, const struct route *v, size_t n)
{
	json_auto_t *keys = json_object();
	struct step step = step_of(held[0]);
	size_t i = 0;
	for (; i < n && same_step(step, step_of(held[i])) && !outdoes(keys, &v[i]); i++)
		json_object_set_new_nocheck(keys, v[i].key, json_true());
	return i;
}

static int by_line(const void *x, const void *y)
{
	return strcmp(*(const char *const *)x, *(const char *const *)y);
}

static char *map_text(struct build *b, const struct route *v, size_t n)
{
	const char **lines = pile_take(&b->a, (n + 1) * sizeof(*lines));
	for (size_t i = 0; i < n; i++)
		lines[i] =
		    pile_printf(&b->a, "%s %s|%s|%s\n", v[i].key, v[i].pool,
				v[i].redirect_ssl ? "r" : "", v[i].strip_path ? v[i].path : "");
	qsort(lines, n, sizeof(*lines), by_line);
	autobuf struct buf text = {0};
	for (size_t i = 0; i < n; i++)
		buf_adds(&text, lines[i]);
	return pile_str(&b->a, text.s ? text.s : "");
}

static const char *folder_of(struct pile *a, const char *file)
{
	const char *slash = file ? strrchr(file, '/') : NULL;
	char *dir = pile_str(a, slash ? file : "");
	if (slash)
		dir[slash - file] = '\0';
	return slash ? dir : ".";
}

/* Adds a file named by its content and returns its name as HAProxy sees it. */
static const char *add_map(struct build *b, struct vec *maps, const char *text, const char *suffix)
{
	char hex[65];
	sha256_hex(text, strlen(text), hex);
	const char *file = b->c->haproxy.file, *seen = b->c->haproxy.check_file;
	struct map_file *m = pile_take(&b->a, sizeof(*m));
	m->file = pile_printf(&b->a, "%s/lbgen-%.16s.%s", folder_of(&b->a, file), hex, suffix);
	m->text = text;
	bool known = false;
	for (size_t i = 0; i < maps->n; i++)
		known |= strcmp(((const struct map_file *)maps->v[i])->file, m->file) == 0;
	if (!known)
		vec_push(&b->a, maps, m);
	if (!seen || !*seen)
		return m->file;
	return pile_printf(&b->a, "%s/lbgen-%.16s.%s", folder_of(&b->a, seen), hex, suffix);
}

static void fill_lookups(struct build *b, const struct held_bind *h, size_t n, struct vec *maps,
			 struct frontend *f)
{
	const struct held_route *const *held = (const struct held_route *const *)h->routes.v;
	struct route *routes = f->routes.items;
	struct lookup *v = pile_take(&b->a, (n + 1) * sizeof(*v));
	size_t steps = 0;
	for (size_t i = 0; i < n;) {
		size_t run = n <= FEW ? n : run_of(held + i, routes + i, n - i);
		bool map = n > FEW && run > STEP_FEW;
		struct lookup *last = steps ? &v[steps - 1] : NULL;
		if (!map && last && strcmp(last->kind, "rules") == 0) {
			last->routes.n += run;
		} else {
			struct step step = step_of(held[i]);
			v[steps++] = (struct lookup){
			    .kind = map ? "map" : "rules",
			    .match = map ? step.match : "",
			    .labels = map ? step.labels : 0,
			    .file =
				map ? add_map(b, maps, map_text(b, routes + i, run), "map") : "",
			    .routes = {routes + i, run},
			};
		}
		i += run;
	}
	f->lookups = (struct list){v, steps};
}

/* --- frontends ------------------------------------------------------------------------- */

static void fill_bind(struct build *b, const struct held_bind *h, struct bind *out)
{
	const char **certs = pile_take(&b->a, (h->members.n + 1) * sizeof(*certs));
	size_t n = 0, kept = 0;
	for (size_t i = 0; h->ssl && i < h->members.n; i++)
		certs[n++] = ((const struct candidate *)h->members.v[i])->v->ssl;
	qsort(certs, n, sizeof(*certs), by_line);
	for (size_t i = 0; i < n; i++)
		if (!kept || strcmp(certs[i], certs[kept - 1]) != 0)
			certs[kept++] = certs[i];
	const char *family = "";
	if (strcmp(h->ip, "::") == 0) {
		family = "v4v6";
		for (size_t i = 0; i < b->binds.n; i++) {
			const struct held_bind *other = b->binds.v[i];
			if (other->port == h->port && !*other->ip)
				family = "v6only";
		}
	}
	*out = (struct bind){
	    .ip = h->ip,
	    .port = h->port,
	    .address = address_text(&b->a, h->ip, h->port),
	    .family = family,
	    .ssl = h->ssl,
	    .certs = {certs, kept},
	};
}

/* Many certificates as a crt-list: HAProxy's words for a list of files. */
static const char *cert_list(struct build *b, const struct bind *bind, struct vec *maps)
{
	if (bind->certs.n <= FEW)
		return "";
	autobuf struct buf text = {0};
	for (size_t i = 0; i < bind->certs.n; i++)
		buf_addf(&text, "%s\n", ((const char **)bind->certs.items)[i]);
	return add_map(b, maps, pile_str(&b->a, text.s), "list");
}

static bool catches_all(const struct held_route *r)
{
	return !*r->host && !*r->path && !*r->sni;
}

/* Where redirects to https go: 443 if TLS is there or nowhere, else the lowest. */
static int64_t redirect_port(const struct build *b)
{
	int64_t lowest = 0;
	for (size_t i = 0; i < b->binds.n; i++) {
		const struct held_bind *h = b->binds.v[i];
		if (!h->ssl || strcmp(h->mode, "http") != 0)
			continue;
		if (h->port == 443)
			return 443;
		if (!lowest)
			lowest = h->port;
	}
	return lowest ? lowest : 443;
}

static const char *timeout_client(struct build *b, const struct held_bind *h)
{
	const struct candidate *last = NULL;
	for (size_t i = 0; i < h->members.n; i++) {
		const struct candidate *s = h->members.v[i];
		if (!last || s->age > last->age)
			last = s;
	}
	for (size_t i = h->members.n; last && i-- > 0;) {
		const struct candidate *s = h->members.v[i];
		if (strcmp(s->v->timeout_client, last->v->timeout_client) == 0)
			continue;
		build_tell(b, FINDING_WARNING, last->member, last->service, "",
			   "%s and %s differ in timeout_client on %s; %s is the newest and decides",
			   s->who, last->who, address_text(&b->a, h->ip, h->port), last->who);
		break;
	}
	bool usual = !last || strcmp(last->v->timeout_client, b->base.timeout_client) == 0;
	return usual ? "" : last->v->timeout_client;
}

static void fill_frontend(struct build *b, const struct held_bind *h, struct vec *maps,
			  struct frontend *f)
{
	struct bind *bind = pile_take(&b->a, sizeof(*bind));
	fill_bind(b, h, bind);
	bind->cert_list = cert_list(b, bind, maps);
	*f = (struct frontend){
	    .name = h->name,
	    .ip = h->ip,
	    .port = h->port,
	    .mode = h->mode,
	    .ssl = h->ssl,
	    .binds = {bind, 1},
	    .redirect_port = redirect_port(b),
	    .timeout_client = timeout_client(b, h),
	};
	size_t n = h->routes.n;
	const struct held_route *last = h->routes.v[n - 1];
	if (catches_all(last)) {
		f->default_pool = last->pool->name;
		f->default_redirect_ssl = last->redirect_ssl;
		n--;
	}
	struct route *routes = pile_take(&b->a, (n + 1) * sizeof(*routes));
	for (size_t i = 0; i < n; i++)
		fill_route(b, h->routes.v[i], &routes[i]);
	f->routes = (struct list){routes, n};
	fill_lookups(b, h, n, maps, f);
}

/* --- the seed's view --------------------------------------------------------------------- */

static void fill_service(struct build *b, const struct held_bind *h, struct seed_service *out)
{
	const struct held_route *last = h->routes.v[h->routes.n - 1];
	const struct list *servers = &last->pool->view.servers;
	struct seed_backend *v = pile_take(&b->a, (servers->n + 1) * sizeof(*v));
	const struct server *from = servers->items;
	for (size_t i = 0; i < servers->n; i++)
		v[i] = (struct seed_backend){from[i].name, from[i].ip, from[i].port};
	struct bind bind;
	fill_bind(b, h, &bind);
	*out = (struct seed_service){
	    .publish = {h->ip, h->port, bind.certs.n ? ((const char **)bind.certs.items)[0] : ""},
	    .backends = {v, servers->n},
	};
}

static void fill_certs(struct build *b)
{
	struct vec all = {0};
	for (size_t i = 0; i < b->view.frontends.n; i++) {
		const struct frontend *f = (const struct frontend *)b->view.frontends.items + i;
		const struct bind *bind = f->binds.items;
		for (size_t j = 0; j < bind->certs.n; j++) {
			char *file = pile_str(&b->a, ((const char **)bind->certs.items)[j]);
			vec_push(&b->a, &all, file);
		}
	}
	if (all.n)
		qsort(all.v, all.n, sizeof(void *), by_line);
	struct cert_file *v = pile_take(&b->a, (all.n + 1) * sizeof(*v));
	size_t n = 0;
	const json_t *certs = json_object_get(b->root, "certs");
	for (size_t i = 0; i < all.n; i++) {
		if (n && strcmp(all.v[i], v[n - 1].file) == 0)
			continue;
		const json_t *digest = json_object_get(json_object_get(certs, all.v[i]), "digest");
		v[n++] =
		    (struct cert_file){all.v[i], name_clean(&b->a, json_string_value(digest), 128)};
	}
	b->view.certs = (struct list){v, n};
}

static int by_file(const void *px, const void *py)
{
	const struct map_file *x = px, *y = py;
	return strcmp(x->file, y->file);
}

void front_view(struct build *b)
{
	struct vec maps = {0};
	struct frontend *v = pile_take(&b->a, (b->binds.n + 1) * sizeof(*v));
	struct seed_service *services = pile_take(&b->a, (b->binds.n + 1) * sizeof(*services));
	size_t n_services = 0;
	for (size_t i = 0; i < b->binds.n; i++) {
		const struct held_bind *h = b->binds.v[i];
		fill_frontend(b, h, &maps, &v[i]);
		if (catches_all(h->routes.v[h->routes.n - 1]))
			fill_service(b, h, &services[n_services++]);
	}
	b->view.frontends = (struct list){v, b->binds.n};
	b->view.services = (struct list){services, n_services};
	struct map_file *files = pile_take(&b->a, (maps.n + 1) * sizeof(*files));
	for (size_t i = 0; i < maps.n; i++)
		files[i] = *(struct map_file *)maps.v[i];
	qsort(files, maps.n, sizeof(*files), by_file);
	b->view.maps = (struct list){files, maps.n};
	fill_certs(b);
}
