/* model_global: what the template needs of lb.ini, and the other balancers. */
#include "model_impl.h"

#include <string.h>

static const char *or_else(const char *s, const char *otherwise)
{
	return s && *s ? s : otherwise;
}

static const char *duration(struct pile *a, int64_t ms)
{
	char text[24];
	value_duration_text(ms * 1000, text);
	return pile_str(a, text);
}

/* One line of text for the configuration: an operator's words, but never a
 * second line or a comment. */
static const char *one_line(struct pile *a, const char *s)
{
	char *out = pile_str(a, s);
	for (char *p = out; *p; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7f || *p == '#')
			*p = ' ';
	return out;
}

/* --- peers ------------------------------------------------------------------------- */

/* HAProxy's peers know each other by name, so where there may be others the
 * names come from the addresses. */
static const char *peer_name(struct pile *a, const char *ip)
{
	return pile_printf(a, "lb_%s", ip);
}

/* The address by which the others know this balancer: the one it is told to
 * listen at, or what the snapshot found; "" if neither is known. */
static const char *own_address(struct build *b)
{
	char ip[46];
	const char *why, *bind = b->c->peers.bind,
			 *self = json_string_value(json_object_get(b->root, "self"));
	if (bind && value_ip(bind, ip, &why) && strcmp(ip, "0.0.0.0") != 0 && strcmp(ip, "::") != 0)
		return pile_str(&b->a, ip);
	return self && value_ip(self, ip, &why) ? pile_str(&b->a, ip) : "";
}

static int by_peer(const void *px, const void *py)
{
	const struct peer *x = px, *y = py;
	int d = strcmp(x->ip, y->ip);
	return d ? d : (x->port > y->port) - (x->port < y->port);
}

static bool read_peer(struct build *b, const json_t *j, struct peer *out)
{
	char host[256], ip[46];
	int64_t port;
	const char *why, *s = json_string_value(j);
	if (!s || !value_hostport(s, host, &port, &why) || !value_ip(host, ip, &why)) {
		autofree char *shown = str_visible(s ? s : "", 80);
		build_tell(b, FINDING_WARNING, "peers", "", "",
			   "\"%s\" is no address of a balancer", shown);
		return false;
	}
	out->ip = pile_str(&b->a, ip);
	out->port = port;
	out->address = address_text(&b->a, out->ip, port);
	out->name = peer_name(&b->a, out->ip);
	return true;
}

static void tell_fault(struct build *b)
{
	const char *fault = json_string_value(json_object_get(b->root, "peers_fault"));
	if (!fault || !*fault)
		return;
	autofree char *shown = str_visible(fault, 400);
	build_tell(b, FINDING_WARNING, "peers", "", "", "the other balancers stay as they were: %s",
		   shown);
}

static void peers_view(struct build *b, struct global *g)
{
	const struct config *c = b->c;
	json_t *all = json_object_get(b->root, "peers"), *one;
	if (!c->peers.enable)
		return;
	const char *own = own_address(b);
	const char *bind =
	    or_else(c->peers.bind, or_else(own, c->peers.target ? "*" : "127.0.0.1"));
	tell_fault(b);
	g->localpeer = name_clean(&b->a, or_else(c->peers.name, "lbgen"), 64);
	g->peers_port = c->peers.port;
	g->peers_bind = address_text(&b->a, bind, c->peers.port);
	struct peer *v = pile_take(&b->a, (json_array_size(all) + 1) * sizeof(*v));
	size_t n = 0, kept = 0, i;
	json_array_foreach(all, i, one)
	{
		n += read_peer(b, one, &v[n]);
	}
	qsort(v, n, sizeof(*v), by_peer);
	if (*own && (n || c->peers.target))
		g->localpeer = peer_name(&b->a, own);
	for (i = 0; i < n; i++)
		if (strcmp(v[i].name, g->localpeer) != 0 &&
		    (!kept || strcmp(v[i].name, v[kept - 1].name) != 0))
			v[kept++] = v[i];
	g->peers = (struct list){v, kept};
}

/* --- statistics ----------------------------------------------------------------------- */

static void stats_view(struct build *b, struct global *g)
{
	const struct config *c = b->c;
	const char *user = or_else(c->stats.user, ""), *password = or_else(c->stats.password, "");
	const char *bind = c->stats.bind;
	if (!bind || !*bind)
		bind = *password ? "*" : "127.0.0.1";
	g->stats_bind = strcmp(bind, "*") == 0 ? "" : bind;
	g->stats_uri = or_else(c->stats.uri, "/");
	g->stats_user = *user ? name_quote(&b->a, user) : "";
	g->stats_password = *password ? name_quote(&b->a, password) : "";
	if (*password)
		g->stats_auth = name_quote(
		    &b->a, pile_printf(&b->a, "%s:%s", *user ? user : "admin", password));
	b->view.stats = c->stats.port > 0 ? "Y" : "";
	b->view.stats_port = c->stats.port > 0 ? c->stats.port : -1;
	if (c->stats.port > 0)
		g->stats_address = address_text(&b->a, g->stats_bind, c->stats.port);
}

void global_view(struct build *b)
{
	const struct config *c = b->c;
	struct global *g = &b->view.global;
	b->view.pid_file = or_else(c->haproxy.pid_file, "/run/haproxy.pid");
	b->view.sock_file = or_else(c->haproxy.stats_socket, "/run/haproxy/admin.sock");
	g->maxconn = c->haproxy.maxconn > 0 ? c->haproxy.maxconn : 4096;
	g->log = one_line(&b->a, or_else(c->haproxy.log, "stdout format raw local0 info"));
	if (strcmp(g->log, "auto") == 0)
		g->log = "stdout format raw local0 info";
	g->stats_socket = b->view.sock_file;
	g->hard_stop_after =
	    duration(&b->a, c->haproxy.hard_stop_after > 0 ? c->haproxy.hard_stop_after : 60000);
	g->cookie_key = name_quote(&b->a, or_else(c->haproxy.cookie_key, "lbgen"));
	if (c->apply.server_state)
		g->server_state = pile_printf(&b->a, "%s/servers.state",
					      or_else(c->apply.state_dir, "/var/lib/lbgen"));
	g->timeout_connect = b->base.timeout_connect;
	g->timeout_client = b->base.timeout_client;
	g->timeout_server = b->base.timeout_server;
	g->timeout_tunnel = b->base.timeout_tunnel;
	stats_view(b, g);
	peers_view(b, g);
	if (!b->view.frontends.n && !*b->view.stats)
		g->spare_socket = pile_printf(&b->a, "unix@%s.spare", b->view.sock_file);
}
