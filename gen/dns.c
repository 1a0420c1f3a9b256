/* dns: see dns.h. */
#include "dns.h"

#include <arpa/inet.h>
#include <string.h>

#include "dns_query.h"
#include "here.h"
#include "member.h"
#include "value.h"

/* Other balancers are good to have: a pass does not wait long for their names. */
#define PEERS_MS 2000

/* One `target` or `server` line. */
struct target {
	const struct ini_service *service; /* NULL: [peers] */
	const char *text;                  /* as written, for messages */
	char *label;                       /* of a server: its name; NULL for a target */
	char host[256];
	int64_t port;       /* 0: by SRV */
	bool literal;       /* host is an address */
	size_t srv;         /* the question, */
	struct dns_pair at; /* or both */
};

struct targets {
	struct target *t;
	size_t n;
};

static void targets_free(struct targets *ts)
{
	for (size_t i = 0; i < ts->n; i++)
		free(ts->t[i].label);
	free(ts->t);
}

static bool is_literal(const char *host)
{
	unsigned char ip[16];
	return inet_pton(AF_INET, host, ip) == 1 || inet_pton(AF_INET6, host, ip) == 1;
}

/* --- reading the lines ------------------------------------------------------------ */

static int wrong(const struct target *t, const char *key, const char *why, struct err *e)
{
	autofree char *shown = str_visible(t->text, 200);
	if (!t->service)
		return err_set(e, EX_CONFIG, "[peers] %s = %s: %s", key, shown, why);
	return err_set(e, EX_CONFIG, "[service %s] %s = %s: %s", t->service->name, key, shown, why);
}

/* "tasks.web:80", "10.0.0.1:80", "_http._tcp.web" */
static int read_target(struct target *t, struct err *e)
{
	const char *why = NULL;
	char host[256];
	if (t->text[0] == '_' && !strchr(t->text, ':')) {
		if (!value_fqdn(t->text, t->host, &why))
			return wrong(t, "target", why, e);
		return 0;
	}
	if (!value_hostport(t->text, host, &t->port, &why))
		return wrong(t, "target", "write NAME:PORT, ADDRESS:PORT or _service._tcp.NAME", e);
	strcpy(t->host, host);
	t->literal = is_literal(host);
	return 0;
}

/* "name 10.0.0.1:80" */
static int read_server(struct target *t, struct err *e)
{
	const char *why = NULL;
	size_t n = strcspn(t->text, " \t");
	const char *rest = t->text + n + strspn(t->text + n, " \t");
	t->label = xstrndup(t->text, n);
	if (!value_name(t->label, 64, &why) || !value_hostport(rest, t->host, &t->port, &why))
		return wrong(t, "server", "write a name and then ADDRESS:PORT or NAME:PORT", e);
	t->literal = is_literal(t->host);
	return 0;
}

static int add_lines(struct targets *ts, const struct ini_service *s, char **lines, bool servers,
		     struct err *e)
{
	for (; lines && *lines; lines++) {
		struct target t = {.service = s, .text = *lines};
		ts->t = xrealloc(ts->t, ts->n + 1, sizeof(t));
		int rc = servers ? read_server(&t, e) : read_target(&t, e);
		ts->t[ts->n++] = t;
		if (rc)
			return -1;
	}
	return 0;
}

/* --- from names to addresses ------------------------------------------------------- */

/* One server that a target leads to. */
struct place {
	const char *ip;
	int64_t port, weight;
	bool backup;
};

typedef int place_fn(void *arg, const struct target *t, const struct place *p, struct err *e);

struct lookup {
	const struct config *c;
	struct deadline d;
	struct dns_batch batch;
};

/* The addresses of one host: of the family that is preferred, else the other.
 * Both stand for the same server, so one is enough, and a nameserver that
 * fails on the family that nobody needs, or is silent, does no harm. */
static int addresses(const struct lookup *l, struct dns_pair at, const struct dns_rrset **out,
		     struct err *e)
{
	const struct dns_question *q = l->batch.q[at.first];
	if (dns_judge(q, l->c, e))
		return -1;
	*out = &q->set;
	if (q->set.n)
		return 0;
	q = l->batch.q[at.other];
	if (dns_judge(q, l->c, e))
		return -1;
	*out = &q->set;
	return 0;
}

static int ask_hosts(struct lookup *l, struct targets *ts, struct err *e)
{
	for (size_t i = 0; i < ts->n; i++) {
		struct target *t = &ts->t[i];
		if (t->literal)
			continue;
		if (!t->port) {
			t->srv = dns_add(&l->batch, t->host, DNS_SRV);
			continue;
		}
		t->at = dns_add_host(&l->batch, t->host, l->c);
	}
	return dns_ask(&l->batch, l->c, l->d, e);
}

/* The hosts that SRV records name, in a second round. */
static int ask_srv_hosts(struct lookup *l, const struct targets *ts, struct err *e)
{
	for (size_t i = 0; i < ts->n; i++) {
		const struct target *t = &ts->t[i];
		if (t->literal || t->port)
			continue;
		const struct dns_question *q = l->batch.q[t->srv];
		if (dns_judge(q, l->c, e))
			return -1;
		for (size_t k = 0; k < q->set.n; k++) {
			if (q->set.rr[k].text[0]) /* ".": there is no such service */
				dns_add_host(&l->batch, q->set.rr[k].text, l->c);
		}
	}
	return dns_ask(&l->batch, l->c, l->d, e);
}

/* SRV weights go to 65535, HAProxy's to 256; 0 means "seldom", not "never". */
static int64_t srv_weight(const struct dns_rrset *set, const struct dns_rr *rr)
{
	unsigned max = 1;
	for (size_t i = 0; i < set->n; i++)
		if (set->rr[i].weight > max)
			max = set->rr[i].weight;
	int64_t w = max > 256 ? ((int64_t)rr->weight * 256 + max / 2) / max : (int64_t)rr->weight;
	return w < 1 ? 1 : w;
}

/* n so far; the addresses of one host added to it. */
static int each_address(const struct lookup *l, const struct target *t, struct dns_pair at,
			struct place p, size_t *n, place_fn *fn, void *arg, struct err *e)
{
	const struct dns_rrset *set;
	if (addresses(l, at, &set, e))
		return -1;
	*n += set->n;
	if (*n > (size_t)l->c->dns.max_addresses)
		return err_set(e, EX_UNAVAILABLE,
			       "DNS: %s has more than %lld addresses ([dns] max_addresses)",
			       t->host, (long long)l->c->dns.max_addresses);
	for (size_t i = 0; i < set->n; i++) {
		p.ip = set->rr[i].text;
		if (fn(arg, t, &p, e))
			return -1;
		if (t->label) /* a server is one; the lowest address, always the same */
			break;
	}
	return 0;
}

/* A name without an address is told as a server that is left out, or nobody
 * would see that it is misspelled. */
static int nowhere(const struct target *t, place_fn *fn, void *arg, struct err *e)
{
	struct place p = {.ip = "", .port = t->port, .weight = -1};
	return fn(arg, t, &p, e);
}

static int each_place(struct lookup *l, const struct target *t, place_fn *fn, void *arg,
		      struct err *e)
{
	struct place p = {.ip = t->host, .port = t->port, .weight = -1};
	size_t n = 0;
	if (t->literal)
		return fn(arg, t, &p, e);
	if (t->port) {
		if (each_address(l, t, t->at, p, &n, fn, arg, e))
			return -1;
		return n ? 0 : nowhere(t, fn, arg, e);
	}
	const struct dns_rrset *set = &l->batch.q[t->srv]->set;
	const struct dns_rr *first = NULL; /* sorted: of the lowest priority number */
	for (size_t i = 0; i < set->n; i++) {
		const struct dns_rr *rr = &set->rr[i];
		if (!rr->text[0] || !rr->port)
			continue;
		first = first ? first : rr;
		p.port = rr->port;
		p.weight = srv_weight(set, rr);
		p.backup = rr->priority > first->priority;
		struct dns_pair at = dns_add_host(&l->batch, rr->text, l->c);
		if (each_address(l, t, at, p, &n, fn, arg, e))
			return -1;
	}
	return n ? 0 : nowhere(t, fn, arg, e);
}

static int each(struct targets *ts, const struct config *c, struct deadline d, place_fn *fn,
		void *arg, struct err *e)
{
	struct lookup l = {.c = c, .d = d};
	int rc = ask_hosts(&l, ts, e) || ask_srv_hosts(&l, ts, e) ? -1 : 0;
	for (size_t i = 0; i < ts->n && !rc; i++)
		rc = each_place(&l, &ts->t[i], fn, arg, e);
	dns_batch_free(&l.batch);
	return rc;
}

static char *place_text(const char *ip, int64_t port)
{
	bool six = strchr(ip, ':') != NULL;
	return xasprintf("%s%s%s:%lld", six ? "[" : "", ip, six ? "]" : "", (long long)port);
}

/* --- members ------------------------------------------------------------------------- */

struct finds {
	const struct config *c;
	json_t *members;
	json_t *seen; /* "service place" and "service name", so that none comes twice */
};

json_t *dns_member(const struct config *c, const struct ini_service *s, const char *kind,
		   const char *name, const char *ip, int64_t port)
{
	json_t *m = member_new(kind, name, name, s->name);
	for (size_t i = 0; i < s->n_pairs; i++)
		member_label(m, c->labels.prefix, s->pairs[i].key, s->pairs[i].value);
	json_object_set_new(m, "address", json_string(ip));
	json_object_set_new(m, "port", json_integer(port));
	return m;
}

static int add_member(void *arg, const struct target *t, const struct place *p, struct err *e)
{
	struct finds *f = arg;
	const struct ini_service *s = t->service;
	autofree char *place = place_text(p->ip, p->port);
	const char *name = t->label ? t->label : *p->ip ? place : t->text;
	autofree char *key = xasprintf("%s %s", s->name, name);
	(void)e;
	if (json_object_get(f->seen, key))
		return 0;
	json_object_set_new(f->seen, key, json_true());
	json_t *m = dns_member(f->c, s, t->label ? "static" : "dns", name, p->ip, p->port);
	if (p->backup)
		member_label(m, f->c->labels.prefix, "backup", "yes");
	json_object_set_new(m, "weight", json_integer(p->weight));
	json_array_append_new(f->members, m);
	return 0;
}

int dns_members(json_t *members, const struct config *c, struct deadline d, struct err *e)
{
	struct targets ts = {0};
	json_auto_t *found = json_array(), *seen = json_object();
	struct finds f = {c, found, seen};
	int rc = 0;
	for (size_t i = 0; i < c->n_services && !rc; i++) {
		const struct ini_service *s = &c->services[i];
		rc = add_lines(&ts, s, s->targets, false, e) ||
			     add_lines(&ts, s, s->servers, true, e)
			 ? -1
			 : 0;
	}
	if (!rc)
		rc = each(&ts, c, d, add_member, &f, e);
	if (!rc)
		json_array_extend(members, found);
	targets_free(&ts);
	return rc;
}

/* --- other balancers ------------------------------------------------------------------ */

struct peers {
	struct here here;
	json_t *list;
	char self[46];
};

static int add_peer(void *arg, const struct target *t, const struct place *p, struct err *e)
{
	struct peers *f = arg;
	(void)t, (void)e;
	if (!*p->ip)
		return 0;
	autofree char *place = place_text(p->ip, p->port);
	if (!here_owns(&f->here, p->ip))
		json_array_append_new(f->list, json_string(place));
	else if (!*f->self)
		snprintf(f->self, sizeof(f->self), "%s", p->ip);
	return 0;
}

static int cmp_text(const void *a, const void *b)
{
	return str_cmp(json_string_value(*(json_t *const *)a),
		       json_string_value(*(json_t *const *)b));
}

/* The own address as the others see it. The nameserver may not know this
 * balancer yet: Swarm names a task once it is healthy. */
static void find_self(struct peers *f)
{
	char host[256];
	int64_t port;
	const char *why;
	json_t *v;
	size_t i;
	json_array_foreach(
	    f->list, i, v) if (!*f->self && value_hostport(json_string_value(v), host, &port, &why))
	    here_beside(&f->here, host, f->self);
	if (!*f->self)
		here_named(&f->here, f->self);
}

int dns_peers(json_t *root, const struct config *c, struct deadline d, struct err *e)
{
	char *lines[] = {c->peers.target, NULL};
	struct targets ts = {0};
	struct peers f = {.list = json_array()};
	here_look(&f.here);
	int rc = add_lines(&ts, NULL, lines, false, e);
	if (!rc)
		rc = each(&ts, c, deadline_sooner(d, PEERS_MS), add_peer, &f, e);
	if (rc)
		json_array_clear(f.list);
	member_sort_list(f.list, cmp_text);
	find_self(&f);
	json_object_set_new(root, "peers", f.list);
	json_object_set_new(root, "self", json_string(f.self));
	targets_free(&ts);
	here_free(&f.here);
	return rc;
}
