/* model_member: one member → its services, each with an address and a port or
 * with the reason why not. */
#include "model_impl.h"

#include <string.h>
#include <time.h>

enum { CERT_WARN_S = 14 * 86400 };

static const char *string_of(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));
	return s ? s : "";
}

static int64_t int_of(const json_t *o, const char *key)
{
	return json_integer_value(json_object_get(o, key));
}

static const char *shown(struct pile *a, const char *s)
{
	return pile_own(a, str_visible(s, 200));
}

/* --- order ------------------------------------------------------------------- */

static int by_text(const json_t *x, const json_t *y)
{
	enum { FLAGS = JSON_SORT_KEYS | JSON_COMPACT };
	autofree char *p = json_dumps(x, FLAGS);
	autofree char *q = json_dumps(y, FLAGS);
	return str_cmp(p, q);
}

static int by_identity(const void *px, const void *py)
{
	static const char *const keys[] = {"name", "kind", "service", "id"};
	const json_t *x = *(const json_t *const *)px, *y = *(const json_t *const *)py;
	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		int d = strcmp(string_of(x, keys[i]), string_of(y, keys[i]));
		if (d)
			return d;
	}
	return x == y ? 0 : by_text(x, y);
}

static int by_age(const void *px, const void *py)
{
	const struct candidate *x = *(const struct candidate *const *)px;
	const struct candidate *y = *(const struct candidate *const *)py;
	if (x->created != y->created)
		return x->created < y->created ? -1 : 1;
	return (x->age > y->age) - (x->age < y->age);
}

/* --- what a service needs ----------------------------------------------------- */

/* "80" or "8000-8999" */
static bool in_range(const char *range, int64_t port)
{
	char *end;
	long long low = strtoll(range, &end, 10);
	long long high = *end == '-' ? strtoll(end + 1, NULL, 10) : low;
	return port >= low && port <= high;
}

static bool port_allowed(struct build *b, struct candidate *s)
{
	const struct config *c = b->c;
	int64_t port = s->v->publish;
	const char *own = c->stats.port > 0 && port == c->stats.port ? "the statistics page"
			  : c->peers.enable && port == c->peers.port ? "the peers protocol"
								     : NULL;
	if (own) {
		build_drop(b, s, "port-forbidden",
			   "port %lld is the balancer's own, for %s; use another", (long long)port,
			   own);
		return false;
	}
	if (!c->labels.allowed_ports)
		return true;
	for (char *const *p = c->labels.allowed_ports; *p; p++)
		if (in_range(*p, port))
			return true;
	build_drop(b, s, "port-forbidden", "port %lld is outside [labels] allowed_ports of lb.ini",
		   (long long)port);
	return false;
}

static int64_t choose_target(struct build *b, const json_t *member, struct candidate *s)
{
	int64_t own = int_of(member, "port");
	if (own >= 1 && own <= 65535)
		return own;
	if (s->v->target)
		return s->v->target;
	const json_t *ports = json_object_get(member, "ports");
	size_t n = json_array_size(ports);
	int64_t only = n ? json_integer_value(json_array_get(ports, 0)) : 0;
	for (size_t i = 1; i < n; i++)
		if (json_integer_value(json_array_get(ports, i)) != only)
			only = -1;
	if (only >= 1 && only <= 65535)
		return only;
	build_drop(b, s, "no-target", "no label %s.%s%starget, and it exposes %s; set the label",
		   b->c->labels.prefix, s->service, *s->service ? "." : "",
		   n ? "several TCP ports" : "no TCP port");
	return 0;
}

static bool healthy_enough(struct build *b, struct candidate *s, const char *health)
{
	if (strcmp(s->v->health, "ignore") == 0)
		return true;
	if (strcmp(health, "unhealthy") == 0) {
		build_drop(b, s, "unhealthy", "its HEALTHCHECK fails (docker inspect tells why)");
		return false;
	}
	if (strcmp(health, "starting") == 0 && strcmp(s->v->health, "healthy") == 0) {
		build_drop(b, s, "starting", "its HEALTHCHECK has not passed yet");
		return false;
	}
	return true;
}

/* Two weeks before a certificate ends its service would, somebody should know.
 * The time is that of the snapshot: the same one gives the same words. */
static void cert_ends(struct build *b, const struct candidate *s, const json_t *cert)
{
	int64_t taken = json_integer_value(json_object_get(b->root, "taken"));
	int64_t expires = json_integer_value(json_object_get(cert, "expires"));
	char day[32] = "";
	struct tm tm;
	time_t t = (time_t)expires;
	if (taken <= 0 || expires <= taken || expires - taken > CERT_WARN_S || !gmtime_r(&t, &tm))
		return;
	strftime(day, sizeof(day), "%Y-%m-%d %H:%M UTC", &tm);
	build_tell(b, FINDING_WARNING, s->member, s->service, "",
		   "certificate %s expires at %s; this service is left out then", s->v->ssl, day);
}

static bool cert_good(struct build *b, struct candidate *s)
{
	const char *file = s->v->ssl;
	if (!*file)
		return true;
	const json_t *cert = json_object_get(json_object_get(b->root, "certs"), file);
	const char *digest = string_of(cert, "digest"), *fault = string_of(cert, "fault");
	autofree char *words = str_visible(fault, 400);
	if (!*digest) {
		build_drop(b, s, "cert-missing", "certificate %s: %s", file,
			   *words ? words : "not found");
		return false;
	}
	if (*fault) {
		build_drop(b, s, "bad-label:ssl", "certificate %s: %s", file, words);
		return false;
	}
	cert_ends(b, s, cert);
	return true;
}

static void judge(struct build *b, const json_t *member, struct candidate *s)
{
	const json_t *words = json_object_get(b->quarantined, s->key);
	if (words) {
		autofree char *text =
		    str_visible(json_is_string(words) ? json_string_value(words) : "", 1000);
		build_drop(b, s, "quarantined", "HAProxy refused it: %s", text);
		return;
	}
	int64_t target = 0;
	if (!port_allowed(b, s))
		return;
	/* a name that DNS does not know has no port either where SRV records would say it */
	bool known = !from_ini(s) || *string_of(member, "address");
	if (known && (!(target = choose_target(b, member, s)) ||
		      !healthy_enough(b, s, string_of(member, "health"))))
		return;
	if (!address_choose(b, member, s, target)) {
		build_drop(b, s, s->reason, "%s", s->text);
		return;
	}
	cert_good(b, s);
}

/* --- one member --------------------------------------------------------------- */

static struct candidate *add(struct build *b, const json_t *member, const char *service)
{
	struct candidate *s = pile_take(&b->a, sizeof(*s));
	*s = (struct candidate){
	    .member = shown(&b->a, string_of(member, "name")),
	    .kind = shown(&b->a, string_of(member, "kind")),
	    .id = shown(&b->a, string_of(member, "id")),
	    .owner = shown(&b->a, string_of(member, "service")),
	    .service = service,
	    .created = int_of(member, "created"),
	    .ip = "",
	    .why = "",
	};
	s->key = pile_printf(&b->a, "%s/%s", s->member, service);
	s->who = *service ? s->key : s->member;
	if (from_ini(s))
		s->who = pile_printf(&b->a, "%s of [service %s]", s->who, s->owner);
	s->age = b->candidates.n;
	vec_push(&b->a, &b->candidates, s);
	return s;
}

/* The weight of a DNS answer, unless a label says another. */
static void add_weight(const json_t *member, struct label_values *v)
{
	const json_t *w = json_object_get(member, "weight");
	if (!json_is_integer(w) || label_given(v, "weight") || json_integer_value(w) < 0)
		return;
	v->weight = json_integer_value(w) < 256 ? json_integer_value(w) : 256;
}

static void read_member(struct build *b, const json_t *member)
{
	const char *kind = string_of(member, "kind");
	bool always = strcmp(kind, "dns") == 0 || strcmp(kind, "static") == 0;
	struct label_set set;
	label_read(&b->a, b->c, &b->base, json_object_get(member, "labels"), always, &set);
	const char *state = string_of(member, "state");
	const char *reason = set.reason, *text = set.text;
	if (!reason && *state && strcmp(state, "running") != 0) {
		reason = "not-running";
		text = pile_printf(&b->a, "is %s", shown(&b->a, state));
		if (strcmp(state, "not-running") == 0)
			text = "its task is not running, or its node is not ready";
	}
	if (reason) {
		build_drop(b, add(b, member, ""), reason, "%s", text);
		return;
	}
	for (size_t i = 0; i < set.n_warnings; i++)
		build_tell(b, FINDING_WARNING, shown(&b->a, string_of(member, "name")), "", "",
			   "%s", set.warnings[i]);
	for (size_t i = 0; i < set.n_services; i++) {
		struct label_service *l = &set.services[i];
		struct candidate *s = add(b, member, l->name);
		if (l->reason) {
			build_drop(b, s, l->reason, "%s", l->text);
			continue;
		}
		add_weight(member, &l->v);
		s->v = &l->v;
		judge(b, member, s);
	}
}

/* --- the containers as the template sees them ----------------------------------- */

/* Labels that cannot be read as anything but text, wherever they are written. */
static json_t *plain_labels(const json_t *labels)
{
	static const char safe[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
				   "._/:@,+=-";
	json_t *out = json_object(), *value, *all;
	memcpy(&all, &labels, sizeof(all)); /* jansson's iterators take no const */
	const char *key;
	json_object_foreach(all, key, value)
	{
		const char *s = json_is_string(value) ? json_string_value(value) : "";
		size_t n = strspn(s, safe);
		if (n && n == json_string_length(value) && key[strspn(key, safe)] == '\0')
			json_object_set(out, key, value);
	}
	return out;
}

static int by_net(const void *x, const void *y)
{
	const struct container_net *p = x, *q = y;
	int d = strcmp(p->name, q->name);
	d = d ? d : strcmp(p->ipv4, q->ipv4);
	return d ? d : strcmp(p->ipv6, q->ipv6);
}

static const char *plain_ip(struct pile *a, const char *s)
{
	char ip[46];
	const char *why;
	return value_ip(s, ip, &why) ? pile_str(a, ip) : "";
}

static void container_view(struct build *b, const json_t *member, struct container *out)
{
	json_t *nets = json_object_get(member, "networks"), *one;
	size_t i;
	*out = (struct container){
	    .name = name_clean(&b->a, string_of(member, "name"), 100),
	    .kind = name_clean(&b->a, string_of(member, "kind"), 20),
	    .state = name_clean(&b->a, string_of(member, "state"), 20),
	    .health = name_clean(&b->a, string_of(member, "health"), 20),
	    .labels = plain_labels(json_object_get(member, "labels")),
	};
	out->service = *string_of(member, "service")
			   ? name_clean(&b->a, string_of(member, "service"), 100)
			   : "";
	struct container_net *v = pile_take(&b->a, (json_array_size(nets) + 1) * sizeof(*v));
	json_array_foreach(nets, i, one)
	{
		v[i].name = name_clean(&b->a, string_of(one, "name"), 100);
		v[i].ipv4 = plain_ip(&b->a, string_of(one, "ipv4"));
		v[i].ipv6 = plain_ip(&b->a, string_of(one, "ipv6"));
	}
	qsort(v, json_array_size(nets), sizeof(*v), by_net);
	out->networks = (struct list){v, json_array_size(nets)};
}

void members_read(struct build *b)
{
	json_t *all = json_object_get(b->root, "members"), *one;
	size_t n = json_array_size(all), i;
	json_t **sorted = pile_take(&b->a, (n + 1) * sizeof(json_t *));
	json_array_foreach(all, i, one)
	{
		sorted[i] = one;
	}
	qsort(sorted, n, sizeof(json_t *), by_identity);
	struct container *views = pile_take(&b->a, (n + 1) * sizeof(*views));
	for (i = 0; i < n; i++) {
		read_member(b, sorted[i]);
		container_view(b, sorted[i], &views[i]);
	}
	b->view.containers = (struct list){views, n};
	struct candidate **aged = pile_take(&b->a, (b->candidates.n + 1) * sizeof(*aged));
	for (i = 0; i < b->candidates.n; i++)
		aged[i] = b->candidates.v[i];
	qsort(aged, b->candidates.n, sizeof(*aged), by_age);
	for (i = 0; i < b->candidates.n; i++)
		aged[i]->age = i;
}
