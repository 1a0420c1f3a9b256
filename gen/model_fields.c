/* model_fields: one table per object of the template: it fills the JSON and it
 * is what haproxy.tmpl(5) prints. */
#include "model_impl.h"

enum field_type { F_STRING, F_INT, F_BOOL, F_OBJECT, F_LIST, F_STRINGS, F_JSON };

struct field {
	const char *name;
	enum field_type type;
	size_t offset;
	const struct field *of; /* fields of the object or of each element */
	size_t size;            /* of one element */
	const char *doc;
};

#define STR(s, m, n, d) \
	{ \
		n, F_STRING, offsetof(struct s, m), NULL, 0, d \
	}
#define INT(s, m, n, d) \
	{ \
		n, F_INT, offsetof(struct s, m), NULL, 0, d \
	}
#define BOOL(s, m, n, d) \
	{ \
		n, F_BOOL, offsetof(struct s, m), NULL, 0, d \
	}
#define STRS(s, m, n, d) \
	{ \
		n, F_STRINGS, offsetof(struct s, m), NULL, 0, d \
	}
#define JSON(s, m, n, d) \
	{ \
		n, F_JSON, offsetof(struct s, m), NULL, 0, d \
	}
#define OBJ(s, m, n, t, d) \
	{ \
		n, F_OBJECT, offsetof(struct s, m), fields_##t, 0, d \
	}
#define LIST(s, m, n, t, d) \
	{ \
		n, F_LIST, offsetof(struct s, m), fields_##t, sizeof(struct t), d \
	}
#define END \
	{ \
		NULL, F_STRING, 0, NULL, 0, NULL \
	}

/* clang-format off */
static const struct field fields_bind[] = {
	STR(bind, ip, "IP", "address as labelled: IPv4, IPv6 without brackets, or empty for any"),
	INT(bind, port, "Port", "port"),
	STR(bind, address, "Address", "what the bind line needs: *:80, 10.0.0.5:80, [::1]:80"),
	STR(bind, family, "Family", "for the any-address of IPv6: v4v6, or v6only when * has the same port; else empty"),
	BOOL(bind, ssl, "Ssl", "TLS is ended here, with Certs"),
	STRS(bind, certs, "Certs", "PEM files, sorted; the first is shown to clients that ask for no name that any of them has"),
	STR(bind, cert_list, "CertList", "file that lists them for crt-list, when they are more than a line holds; else empty"),
	END};

static const struct field fields_route[] = {
	STR(route, host, "Host", "host name in lower case, without a leading *.; empty: any"),
	BOOL(route, wildcard, "Wildcard", "Host (or Sni) stands for every name below it, not for itself"),
	STR(route, path, "Path", "prefix in whole segments, without a final slash: /api; empty: any"),
	STR(route, sni, "Sni", "TLS server name (mode tcp), as Host; empty: any"),
	INT(route, priority, "Priority", "routes are tried from the highest down"),
	STR(route, pool, "Pool", "name of the pool"),
	BOOL(route, redirect_ssl, "RedirectSsl", "answer with a redirect to https (never set on a bind with TLS)"),
	BOOL(route, strip_path, "StripPath", "take Path off before the server sees it"),
	STR(route, key, "Key", "the same as a map key: host/path/, .parent/path/ for a wildcard, /path/ for any host; sni, .parent for mode tcp"),
	END};

static const struct field fields_lookup[] = {
	STR(lookup, kind, "Kind", "rules: try Routes one by one; map: look up in File"),
	STR(lookup, match, "Match", "of a map: exact, wildcard or any (is the key's host); empty for rules"),
	INT(lookup, labels, "Labels", "of a wildcard map: how many labels the parents in it have, without the dot before them; a map for each number, most labels first; else 0"),
	STR(lookup, file, "File", "of a map: its file, with lines \"KEY POOL|FLAG|STRIP\": FLAG r = redirect to https, STRIP = the path to take off; the longest key that begins the request's host/path/ wins (map_beg; mode tcp: map_str)"),
	LIST(lookup, routes, "Routes", route, "the routes of it, highest priority first"),
	END};

static const struct field fields_frontend[] = {
	STR(frontend, name, "Name", "port_<ip>_<port>"),
	STR(frontend, ip, "IP", "as in its bind; empty for any"),
	INT(frontend, port, "Port", "port"),
	STR(frontend, mode, "Mode", "http or tcp"),
	BOOL(frontend, ssl, "Ssl", "its bind ends TLS"),
	LIST(frontend, binds, "Binds", bind, "where it listens"),
	LIST(frontend, routes, "Routes", route, "all its routes by host, path or sni, highest priority first; not the default one"),
	LIST(frontend, lookups, "Lookups", lookup, "the same routes, cut into the steps that HAProxy takes: few are rules, many are maps"),
	STR(frontend, default_pool, "DefaultPool", "pool of everything that no route takes; empty: none (404 or close)"),
	BOOL(frontend, default_redirect_ssl, "DefaultRedirectSsl", "what no route takes is answered with a redirect to https"),
	INT(frontend, redirect_port, "RedirectPort", "port of redirects to https: 443, or the port on which TLS is published"),
	STR(frontend, timeout_client, "TimeoutClient", "empty: as Global.TimeoutClient"),
	END};

static const struct field fields_server[] = {
	STR(server, name, "Name", "from the container, task or address; unique in its pool"),
	STR(server, key, "Key", "CONTAINER/SERVICE, as a report names it"),
	STR(server, container, "Container", "container, task, or address it came from"),
	STR(server, service, "Service", "the named service of its labels; empty: the default one"),
	STR(server, ip, "IP", "address without brackets"),
	INT(server, port, "Port", "port"),
	STR(server, address, "Address", "IP and port as a server line needs them: 172.17.0.2:80, [fd00::1]:80"),
	INT(server, id, "Id", "number from the name, for consistent hashing: 1 to 2147483647, unique in its pool"),
	INT(server, weight, "Weight", "0 to 256; 0: only sticky traffic"),
	BOOL(server, backup, "Backup", "serves only when all others are down"),
	INT(server, maxconn, "Maxconn", "0: no limit"),
	STR(server, state, "State", "ready, drain or maint"),
	STR(server, slowstart, "Slowstart", "such as 10s; empty: none"),
	STR(server, proxy_protocol, "ProxyProtocol", "v1, v2 or empty"),
	STR(server, scheme, "Scheme", "what it speaks: http, https, h2c"),
	END};

static const struct field fields_pool[] = {
	STR(pool, name, "Name", "port_<ip>_<port>_backends, with host and path when routed, or lb.backend"),
	STR(pool, mode, "Mode", "http or tcp"),
	STR(pool, balance, "Balance", "algorithm as HAProxy spells it"),
	BOOL(pool, hash, "Hash", "the algorithm hashes: write hash-type consistent, and ids of servers"),
	STR(pool, sticky, "Sticky", "none, cookie or source (never cookie in mode tcp)"),
	STR(pool, sticky_cookie, "StickyCookie", "name of the cookie"),
	STR(pool, sticky_ttl, "StickyTtl", "such as 520m"),
	STR(pool, cookie_idle, "CookieIdle", "the same if a label or lb.ini says it and Sticky is cookie; else empty: a cookie ends with the browser"),
	STR(pool, check, "Check", "no, tcp or http"),
	STR(pool, check_path, "CheckPath", "path with query"),
	STR(pool, check_host, "CheckHost", "Host of the check; empty: none"),
	INT(pool, check_port, "CheckPort", "0: the server's"),
	STR(pool, check_status, "CheckStatus", "such as 200-399,404"),
	STR(pool, check_inter, "CheckInter", "such as 2s"),
	STR(pool, check_fastinter, "CheckFastinter", "a quarter of it, for servers that are down or about to change"),
	INT(pool, check_rise, "CheckRise", "checks until up"),
	INT(pool, check_fall, "CheckFall", "checks until down"),
	STR(pool, timeout_connect, "TimeoutConnect", "empty: as Global.TimeoutConnect"),
	STR(pool, timeout_server, "TimeoutServer", "empty: as Global.TimeoutServer"),
	STR(pool, timeout_tunnel, "TimeoutTunnel", "empty: as Global.TimeoutTunnel; 0: none, in mode tcp where a label sets another timeout"),
	STRS(pool, strip_paths, "StripPaths", "the paths that its routes take off, longest first"),
	LIST(pool, servers, "Servers", server, "sorted by name"),
	END};

static const struct field fields_seed_publish[] = {
	STR(seed_publish, ip, "IP", "as labelled; empty for any"),
	INT(seed_publish, port, "Port", "port"),
	STR(seed_publish, ssl, "Ssl", "first PEM file; empty: none"),
	END};

static const struct field fields_seed_backend[] = {
	STR(seed_backend, name, "Name", "name of the server"),
	STR(seed_backend, ip, "IP", "address"),
	INT(seed_backend, port, "Port", "port"),
	END};

static const struct field fields_seed_service[] = {
	OBJ(seed_service, publish, "Publish", seed_publish, "where it is published"),
	LIST(seed_service, backends, "Backends", seed_backend, "servers, sorted by name"),
	END};

static const struct field fields_peer[] = {
	STR(peer, name, "Name", "name of the peer"),
	STR(peer, ip, "IP", "address without brackets"),
	INT(peer, port, "Port", "port"),
	STR(peer, address, "Address", "IP and port as a peer line needs them"),
	END};

static const struct field fields_map_file[] = {
	STR(map_file, file, "File", "absolute path, beside haproxy.cfg, named by its content"),
	STR(map_file, text, "Text", "its content, written before haproxy.cfg is checked"),
	END};

static const struct field fields_cert_file[] = {
	STR(cert_file, file, "File", "PEM file that a bind uses"),
	STR(cert_file, digest, "Digest", "SHA-256 of its content"),
	END};

static const struct field fields_container_net[] = {
	STR(container_net, name, "Name", "network"),
	STR(container_net, ipv4, "IPv4", "address or empty"),
	STR(container_net, ipv6, "IPv6", "address or empty"),
	END};

static const struct field fields_container[] = {
	STR(container, name, "Name", "container, task, address or static server"),
	STR(container, kind, "Kind", "container, task, dns or static"),
	STR(container, service, "Service", "Swarm service or [service] section; else empty"),
	STR(container, state, "State", "running, paused, …"),
	STR(container, health, "Health", "none, starting, healthy or unhealthy"),
	LIST(container, networks, "Networks", container_net, "sorted by name"),
	JSON(container, labels, "Labels", "map of its lb.* labels; only those whose value has no character that HAProxy could read as anything else"),
	END};

static const struct field fields_global[] = {
	INT(global, maxconn, "Maxconn", "[haproxy] maxconn"),
	STR(global, log, "Log", "[haproxy] log"),
	STR(global, localpeer, "Localpeer", "this balancer among the peers; empty: no peers section"),
	INT(global, peers_port, "PeersPort", "[peers] port"),
	STR(global, peers_bind, "PeersBind", "where the local peer listens: 127.0.0.1:1024"),
	LIST(global, peers, "Peers", peer, "the other balancers"),
	STR(global, stats_socket, "StatsSocket", "[haproxy] stats_socket"),
	STR(global, stats_bind, "StatsBind", "address of the statistics page; empty: any"),
	STR(global, stats_address, "StatsAddress", "what its bind line needs: 127.0.0.1:8404; empty: off"),
	STR(global, stats_uri, "StatsUri", "[stats] uri"),
	STR(global, stats_auth, "StatsAuth", "user:password, quoted for HAProxy; empty: open"),
	STR(global, stats_user, "StatsUser", "[stats] user, quoted"),
	STR(global, stats_password, "StatsPassword", "[stats] password, quoted"),
	STR(global, hard_stop_after, "HardStopAfter", "[haproxy] hard_stop_after"),
	STR(global, cookie_key, "CookieKey", "dynamic-cookie-key, quoted"),
	STR(global, server_state, "ServerState", "file with the servers' states over a reload; empty: off"),
	STR(global, timeout_connect, "TimeoutConnect", "[defaults] timeout_connect"),
	STR(global, timeout_client, "TimeoutClient", "[defaults] timeout_client"),
	STR(global, timeout_server, "TimeoutServer", "[defaults] timeout_server"),
	STR(global, timeout_tunnel, "TimeoutTunnel", "[defaults] timeout_tunnel"),
	STR(global, spare_socket, "SpareSocket", "bind address of frontend lbgen, which keeps HAProxy startable when there is no frontend and no statistics page; else empty"),
	END};

static const struct field fields_view[] = {
	LIST(view, services, "Services", seed_service, "each frontend's default pool, as docker-loadbalancer's templates expect it"),
	STR(view, stats, "Stats", "Y when there is a statistics page, else empty"),
	INT(view, stats_port, "StatsPort", "its port; -1 when off"),
	STR(view, pid_file, "PidFile", "[haproxy] pid_file"),
	STR(view, sock_file, "SockFile", "[haproxy] stats_socket"),
	LIST(view, frontends, "Frontends", frontend, "sorted by port, then address"),
	LIST(view, pools, "Pools", pool, "sorted by name"),
	LIST(view, containers, "Containers", container, "everything that was seen, served or not, sorted by name"),
	LIST(view, maps, "Maps", map_file, "map files that lookups name, and lists of certificates"),
	LIST(view, certs, "Certs", cert_file, "certificates in use, sorted"),
	OBJ(view, global, "Global", global, "settings of lb.ini"),
	END};
/* clang-format on */

static const void *at(const void *base, size_t offset)
{
	return (const char *)base + offset;
}

static json_t *object_json(const struct field *f, const void *base);

static json_t *string_json(const char *s)
{
	json_t *j = json_string(s ? s : "");
	return j ? j : json_string("");
}

static json_t *list_json(const struct field *f, const struct list *l)
{
	json_t *a = json_array();
	for (size_t i = 0; i < l->n; i++)
		json_array_append_new(a, object_json(f->of, at(l->items, i * f->size)));
	return a;
}

static json_t *strings_json(const struct list *l)
{
	json_t *a = json_array();
	for (size_t i = 0; i < l->n; i++)
		json_array_append_new(a, string_json(((const char *const *)l->items)[i]));
	return a;
}

static json_t *value_json(const struct field *f, const void *p)
{
	switch (f->type) {
	case F_STRING:
		return string_json(*(const char *const *)p);
	case F_INT:
		return json_integer(*(const int64_t *)p);
	case F_BOOL:
		return json_boolean(*(const bool *)p);
	case F_OBJECT:
		return object_json(f->of, p);
	case F_LIST:
		return list_json(f, p);
	case F_STRINGS:
		return strings_json(p);
	case F_JSON:
		return *(json_t *const *)p ? json_incref(*(json_t *const *)p) : json_object();
	}
	return json_null();
}

static json_t *object_json(const struct field *f, const void *base)
{
	json_t *o = json_object();
	for (; f->name; f++)
		json_object_set_new(o, f->name, value_json(f, at(base, f->offset)));
	return o;
}

json_t *fields_json(const struct view *v)
{
	return object_json(fields_view, v);
}

static const char *type_name(const struct field *f)
{
	static const char *const names[] = {"string", "number",          "boolean", "object",
					    "list",   "list of strings", "map"};
	return names[f->type];
}

static void print_rows(FILE *out, const struct field *f, const char *prefix)
{
	for (; f->name; f++) {
		autofree char *path =
		    xasprintf("%s.%s%s", prefix, f->name, f->type == F_LIST ? "[]" : "");
		autofree char *text = xasprintf("%s: %s.", type_name(f), f->doc);
		*text = (char)(*text - 'a' + 'A');
		fprintf(out, ".It Va %s\n", path);
		config_print_roff_text(out, text);
		if (f->of)
			print_rows(out, f->of, path);
	}
}

void model_print_fields(FILE *f)
{
	print_rows(f, fields_view, "");
}
