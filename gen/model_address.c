/* model_address: which of a member's addresses the balancer uses. */
#include "model_impl.h"

#include <string.h>

struct net {
	const char *name;
	const char *ipv4;
	const char *ipv6;
	bool shared;
};

struct nets {
	struct net *v;
	size_t n;
};

static const char *string_of(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));
	return s ? s : "";
}

static int by_name(const void *x, const void *y)
{
	const struct net *p = x, *q = y;
	int d = strcmp(p->name, q->name);
	d = d ? d : strcmp(p->ipv4, q->ipv4);
	return d ? d : strcmp(p->ipv6, q->ipv6);
}

/* An address from a stranger: canonical, or "". */
static const char *clean_ip(struct pile *a, const char *s)
{
	char ip[46];
	const char *why;
	return value_ip(s, ip, &why) ? pile_str(a, ip) : "";
}

static void read_nets(struct build *b, const json_t *member, struct nets *out)
{
	json_t *all = json_object_get(member, "networks"), *one;
	size_t i;
	out->v = pile_take(&b->a, (json_array_size(all) + 1) * sizeof(*out->v));
	json_array_foreach(all, i, one)
	{
		struct net *n = &out->v[out->n++];
		n->name = string_of(one, "name");
		n->ipv4 = clean_ip(&b->a, string_of(one, "ipv4"));
		n->ipv6 = clean_ip(&b->a, string_of(one, "ipv6"));
		n->shared = !json_is_false(json_object_get(one, "shared"));
	}
	qsort(out->v, out->n, sizeof(*out->v), by_name);
}

static const char *net_list(struct build *b, const struct nets *l)
{
	autobuf struct buf text = {0};
	for (size_t i = 0; i < l->n; i++) {
		autofree char *shown = str_visible(l->v[i].name, 64);
		buf_addf(&text, "%s%s", i ? ", " : "", shown);
		if (text.len > 400)
			break;
	}
	return pile_str(&b->a, text.len ? text.s : "none");
}

static bool left(struct candidate *s, const char *reason, const char *text)
{
	s->reason = reason;
	s->text = text;
	return false;
}

static bool take(struct build *b, struct candidate *s, const char *ip, int64_t port,
		 const char *why)
{
	s->ip = clean_ip(&b->a, ip);
	s->port = port;
	s->why = why;
	if (*s->ip && value_ip_unicast(s->ip))
		return true;
	autofree char *shown = str_visible(ip, 60);
	return left(s, "no-ip", pile_printf(&b->a, "\"%s\" is no address of a server", shown));
}

static bool take_net(struct build *b, struct candidate *s, const struct net *n, int64_t port,
		     const char *why)
{
	bool six = *n->ipv6 && (!*n->ipv4 || b->c->labels.prefer_ipv6);
	const char *ip = six ? n->ipv6 : n->ipv4;
	autofree char *shown = str_visible(n->name, 64);
	if (!*ip)
		return left(s, "no-ip",
			    pile_printf(&b->a, "no address on network %s; it may still be starting",
					shown));
	return take(b, s, ip, port,
		    pile_printf(&b->a, "network %s: %s%s", shown, why,
				six && *n->ipv4 ? "; lb.ini prefers IPv6" : ""));
}

static const struct net *find(const struct nets *l, const char *name)
{
	for (size_t i = 0; i < l->n; i++)
		if (strcmp(l->v[i].name, name) == 0)
			return &l->v[i];
	return NULL;
}

static int by_address(const void *x, const void *y)
{
	const json_t *p = *(const json_t *const *)x, *q = *(const json_t *const *)y;
	int d = strcmp(string_of(p, "ip"), string_of(q, "ip"));
	int64_t m = json_integer_value(json_object_get(p, "port"));
	int64_t n = json_integer_value(json_object_get(q, "port"));
	return d ? d : (m > n) - (m < n);
}

/* A port that the node itself publishes for the target (Swarm, mode=host). */
static bool take_published(struct build *b, const json_t *member, struct candidate *s,
			   int64_t target)
{
	json_t *all = json_object_get(member, "published"), *one;
	size_t i, n = 0;
	json_t **fit = pile_take(&b->a, (json_array_size(all) + 1) * sizeof(json_t *));
	json_array_foreach(all, i, one)
	{
		int64_t port = json_integer_value(json_object_get(one, "port"));
		if (json_integer_value(json_object_get(one, "target")) == target && port >= 1 &&
		    port <= 65535 && *clean_ip(&b->a, string_of(one, "ip")))
			fit[n++] = one;
	}
	qsort(fit, n, sizeof(json_t *), by_address);
	return n && take(b, s, string_of(fit[0], "ip"),
			 json_integer_value(json_object_get(fit[0], "port")),
			 "the node's own address and published port");
}

static bool choose_among(struct build *b, struct candidate *s, const struct nets *all,
			 int64_t target)
{
	struct nets l = {pile_take(&b->a, (all->n + 1) * sizeof(*l.v)), 0};
	for (size_t i = 0; i < all->n; i++)
		if (all->v[i].shared && (*all->v[i].ipv4 || *all->v[i].ipv6))
			l.v[l.n++] = all->v[i];
	for (char *const *want = b->c->labels.networks; want && *want; want++) {
		const struct net *n = find(&l, *want);
		if (n)
			return take_net(b, s, n, target, "preferred by lb.ini");
	}
	if (l.n == 1)
		return take_net(b, s, &l.v[0], target, "the only one");
	const char *names = net_list(b, &l);
	autofree char *first = str_visible(l.v[0].name, 64);
	build_tell(b, FINDING_WARNING, s->member, s->service, "",
		   "is on networks %s; %s is used, the first by name: set label %s.network, or "
		   "[labels] networks in lb.ini",
		   names, first, b->c->labels.prefix);
	return take_net(b, s, &l.v[0], target, "the first by name");
}

static bool on_one(const struct nets *l)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].shared && (*l->v[i].ipv4 || *l->v[i].ipv6))
			return true;
	return false;
}

static bool nothing_shared(struct build *b, struct candidate *s, const struct nets *l)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].shared)
			return left(s, "no-ip",
				    "no address on any network; it may still be starting");
	if (l->n)
		return left(
		    s, "not-on-network",
		    pile_printf(&b->a,
				"is on networks %s only, and the balancer on none of them; "
				"attach the balancer to one, or publish the port in mode=host",
				net_list(b, l)));
	if (from_ini(s))
		return left(s, "no-ip",
			    "DNS knows no address of this name, which is asked as it is written");
	if (strcmp(s->kind, "task") == 0)
		return left(s, "not-on-network",
			    "its service has no network that a balancer could share; attach it "
			    "and the balancer to one, or publish the target in mode=host");
	return left(s, "no-ip", "no network, so no address");
}

bool address_choose(struct build *b, const json_t *member, struct candidate *s, int64_t target)
{
	const char *mode = string_of(member, "network_mode");
	const char *address = string_of(member, "address");
	struct nets l = {0};
	read_nets(b, member, &l);
	if (*address)
		return take(b, s, address, target,
			    str_prefix(mode, "container:")
				? "the address of the container whose network it shares"
				: "as given");
	if (strcmp(mode, "host") == 0) {
		const char *host = b->c->labels.host_address;
		return take(b, s, host ? host : "127.0.0.1", target,
			    "host networking: the engine's own address");
	}
	if (strcmp(mode, "none") == 0)
		return left(s, "no-ip", "network mode none has no address");
	if (str_prefix(mode, "container:"))
		return left(s, "no-ip", "the container whose network it shares has no address");
	const char *want = s->v->network;
	if (*want) {
		const struct net *n = find(&l, want);
		if (n)
			return take_net(b, s, n, target, "as its label says");
		return left(s, "not-on-network",
			    pile_printf(&b->a, "label %s.network=\"%s\": it is attached to %s",
					b->c->labels.prefix, want, net_list(b, &l)));
	}
	if (on_one(&l))
		return choose_among(b, s, &l, target);
	return take_published(b, member, s, target) || nothing_shared(b, s, &l);
}
