/* label_table: the keys and the reasons, declared once. */
#include "label.h"

#include <string.h>
#include <strings.h>

#define US (INT64_C(1))
#define MS (1000 * US)
#define SEC (1000 * MS)
#define HOUR (3600 * SEC)
#define DAY (24 * HOUR)

#define AT(m) offsetof(struct label_values, m)
#define PORT 1, 65535
#define NO_RANGE 0, 0
#define WAIT MS, 24 * DAY

static const char bool_words[] = "yes or no";
static const char algorithms[] = "roundrobin static-rr leastconn first source uri random random(n) "
				 "hdr(name) url_param(name)";

/* clang-format off */
const struct label_key label_keys[] = {
	{"enable", LABEL_BOOL, LEVEL_CONTAINER, false, false, NO_RANGE, NULL, NULL, AT(enable), "Y y yes true on 1, or N n no false off 0",
	 "whether this container takes part at all"},
	{"publish", LABEL_INT, LEVEL_BIND, false, false, PORT, NULL, NULL, AT(publish), "port 1-65535, digits only",
	 "port on which the load balancer listens; without it there is no service"},
	{"dst_addr", LABEL_ADDRESS, LEVEL_BIND, false, false, NO_RANGE, NULL, "*", AT(dst_addr), "IPv4 or IPv6 address, or *",
	 "address on which it listens; * is every IPv4 address, :: every address"},
	{"ssl", LABEL_CERT, LEVEL_BIND, false, false, NO_RANGE, NULL, NULL, AT(ssl), "absolute path of a PEM file below cert_dirs",
	 "end TLS here with this certificate and key; several services on one port may each name one, chosen by SNI"},
	{"mode", LABEL_ENUM, LEVEL_BIND, true, false, NO_RANGE, "http tcp", "http", AT(mode), "http or tcp",
	 "what is balanced: requests, or connections"},
	{"redirect_ssl", LABEL_BOOL, LEVEL_ROUTE, true, false, NO_RANGE, NULL, "no", AT(redirect_ssl), bool_words,
	 "answer plain HTTP with a redirect (308) to HTTPS: the same host, path and query, at port 443, or at the one where TLS is published"},
	{"host", LABEL_HOSTS, LEVEL_ROUTE, false, false, NO_RANGE, NULL, NULL, AT(host), "up to 32 DNS names, comma-separated, each optionally with a leading *.",
	 "serve requests for these hosts only"},
	{"path", LABEL_PATH, LEVEL_ROUTE, false, false, 1, 255, NULL, NULL, AT(path), "/ and segments of A-Z a-z 0-9 . _ ~ @ : + = -, at most 255 characters",
	 "serve requests below this path only; whole segments: /api takes /api and /api/x, not /apix"},
	{"strip_path", LABEL_BOOL, LEVEL_ROUTE, true, false, NO_RANGE, NULL, "no", AT(strip_path), bool_words,
	 "take the path off before the server sees the request"},
	{"priority", LABEL_INT, LEVEL_ROUTE, true, false, 0, 65535, NULL, NULL, AT(priority), "0-65535",
	 "which route is tried first, the highest; by default 30000 for an exact host, 20000 for a wildcard and 256 more for each of its labels, 10000 for any host, and the length of the path"},
	{"sni", LABEL_HOSTS, LEVEL_ROUTE, false, false, NO_RANGE, NULL, NULL, AT(sni), "as host",
	 "pass TLS through to the server by server name; needs mode tcp, and no ssl"},
	{"target", LABEL_INT, LEVEL_SERVER, false, false, PORT, NULL, NULL, AT(target), "port 1-65535, digits only",
	 "port of the container; may be left out if it exposes exactly one TCP port"},
	{"network", LABEL_NAME, LEVEL_SERVER, true, false, 1, 128, NULL, NULL, AT(network), "name of an attached network",
	 "network on which the container is reached"},
	{"scheme", LABEL_ENUM, LEVEL_SERVER, true, false, NO_RANGE, "http https h2c", "http", AT(scheme), "http, https or h2c",
	 "what the server speaks; https is not verified"},
	{"weight", LABEL_INT, LEVEL_SERVER, true, false, 0, 256, NULL, "1", AT(weight), "0-256",
	 "share of the load; 0: only sticky traffic"},
	{"backup", LABEL_BOOL, LEVEL_SERVER, true, false, NO_RANGE, NULL, "no", AT(backup), bool_words,
	 "serve only when all others are down"},
	{"maxconn", LABEL_INT, LEVEL_SERVER, true, true, 0, 1000000, NULL, "0", AT(maxconn), "0-1000000",
	 "connections at one time, the others wait; 0: no limit"},
	{"state", LABEL_ENUM, LEVEL_SERVER, true, false, NO_RANGE, "ready drain maint", "ready", AT(state), "ready, drain or maint",
	 "drain: no new clients; maint: nothing"},
	{"slowstart", LABEL_DURATION, LEVEL_SERVER, true, true, 0, HOUR, NULL, "0s", AT(slowstart), "duration 0s-1h",
	 "time in which a server that came up gets its full share"},
	{"proxy_protocol", LABEL_ENUM, LEVEL_SERVER, true, false, NO_RANGE, "no v1 v2", "no", AT(proxy_protocol), "no, v1 or v2",
	 "tell the server the client's address by the PROXY protocol"},
	{"balance", LABEL_BALANCE, LEVEL_POOL, true, true, NO_RANGE, NULL, "leastconn", AT(balance), algorithms,
	 "how a server is chosen; uri, hdr and url_param need mode http"},
	{"backend", LABEL_NAME, LEVEL_POOL, true, false, 1, 64, NULL, NULL, AT(backend), "1-64 of A-Z a-z 0-9 _ . -",
	 "name of the pool; one pool for several routes"},
	{"sticky", LABEL_ENUM, LEVEL_POOL, true, true, NO_RANGE, "none cookie source", "source", AT(sticky), "none, cookie or source",
	 "keep a client on its server: by a cookie, or by its address"},
	{"sticky_cookie", LABEL_TOKEN, LEVEL_POOL, true, true, 1, 64, NULL, "SRVID", AT(sticky_cookie), "cookie name of at most 64 characters",
	 "name of that cookie"},
	{"sticky_ttl", LABEL_DURATION, LEVEL_POOL, true, true, SEC, 24 * DAY, NULL, "520m", AT(sticky_ttl), "duration 1s-24d",
	 "how long a client that is silent is remembered; a cookie lasts as long as the browser is open, unless this is set"},
	{"check", LABEL_ENUM, LEVEL_POOL, true, true, NO_RANGE, "no tcp http", "tcp", AT(check), "no, tcp or http",
	 "how the servers are checked; with no, one that refuses is tried again and again"},
	{"check_path", LABEL_URI, LEVEL_POOL, true, true, 1, 255, NULL, "/", AT(check_path), "path, with a query if need be, at most 255 characters",
	 "what an http check asks for"},
	{"check_host", LABEL_HOST, LEVEL_POOL, true, true, NO_RANGE, NULL, NULL, AT(check_host), "DNS name or IPv4 address",
	 "Host header of an http check"},
	{"check_port", LABEL_INT, LEVEL_POOL, true, false, PORT, NULL, NULL, AT(check_port), "port 1-65535",
	 "port of the check, if it is not the target; the check is plain there, HTTP/1.1 or TCP, without TLS and PROXY header, whatever the target speaks"},
	{"check_status", LABEL_STATUS, LEVEL_POOL, true, true, NO_RANGE, NULL, "200-399", AT(check_status), "codes and ranges, as 200-399,404",
	 "answers to an http check that are good"},
	{"check_inter", LABEL_DURATION, LEVEL_POOL, true, true, 100 * MS, HOUR, NULL, "2s", AT(check_inter), "duration 100ms-1h",
	 "time between two checks; a quarter of it for a server that is down, or about to go up or, unless it is alone, down"},
	{"check_rise", LABEL_INT, LEVEL_POOL, true, true, 1, 100, NULL, "2", AT(check_rise), "1-100",
	 "good checks until a server is up"},
	{"check_fall", LABEL_INT, LEVEL_POOL, true, true, 1, 100, NULL, "3", AT(check_fall), "1-100",
	 "bad checks until a server is down; each two connections in a row that fail count as one, unless the server is alone"},
	{"health", LABEL_ENUM, LEVEL_SERVER, true, true, NO_RANGE, "ignore not-unhealthy healthy", "not-unhealthy", AT(health), "ignore, not-unhealthy or healthy",
	 "which states of the image's HEALTHCHECK receive traffic; a container without one counts as healthy"},
	{"timeout_connect", LABEL_DURATION, LEVEL_POOL, true, true, WAIT, NULL, "1s", AT(timeout_connect), "duration 1ms-24d",
	 "wait for a connection to a server"},
	{"timeout_server", LABEL_DURATION, LEVEL_POOL, true, true, WAIT, NULL, "1m", AT(timeout_server), "duration 1ms-24d",
	 "wait for a server that is silent"},
	{"timeout_client", LABEL_DURATION, LEVEL_BIND, true, true, WAIT, NULL, "1m", AT(timeout_client), "duration 1ms-24d",
	 "wait for a client that is silent"},
	{"timeout_tunnel", LABEL_DURATION, LEVEL_POOL, true, true, WAIT, NULL, "1h", AT(timeout_tunnel), "duration 1ms-24d",
	 "the same for both in WebSockets and other tunnels; mode tcp is one, unless it has timeout_server or timeout_client and not this"},
	{0}};

const struct label_reason label_reasons[] = {
	{"disabled", "its label enable says no, or is not there", "set lb.enable=Y"},
	{"not-running", "it is paused, restarting, dead, being removed, or its task or node is not in service", "see docker ps -a, docker service ps"},
	{"no-ip", "it has no address, or none on that network", "wait until it has started, or correct the name in lb.ini; network mode none has no address at all"},
	{"not-on-network", "it is not attached to the network that its label names, or to none that the balancer is on", "attach it and the balancer to one network, or correct lb.network"},
	{"unhealthy", "its HEALTHCHECK fails", "see docker inspect; lb.health=ignore serves it all the same"},
	{"starting", "its HEALTHCHECK has not passed yet and lb.health=healthy", "wait"},
	{"no-publish", "no label publish", "set lb.publish to the port for clients"},
	{"no-target", "no label target, and the container does not expose exactly one TCP port", "set lb.target to the container's port"},
	{"bad-label", "the value of that key cannot be used (the code is bad-label:KEY)", "correct the label as the text says"},
	{"bad-name", "the name of the service in lb.SERVICE.KEY", "use a-z 0-9 _ -, at most 32 characters"},
	{"port-conflict", "an older service has the port in another mode, with or without TLS, or the same host and path for another backend", "use another port, host or path, or the same mode"},
	{"port-forbidden", "the port is the balancer's own (statistics, peers) or outside allowed_ports of lb.ini", "use another port, or change lb.ini"},
	{"cert-missing", "the file that ssl names cannot be read", "put the PEM file there, readable by lbgen and HAProxy"},
	{"quarantined", "HAProxy refused the configuration because of it", "HAProxy's words say what: correct the label, or free the port"},
	{0}};
/* clang-format on */

/* clang-format off */
static const struct {
	const char *word;
	const char *here;
} elsewhere[] = {
	{"algorithm", "balance"},
	{"cert", "ssl"},
	{"certificate", "ssl"},
	{"cookie", "sticky=cookie, and sticky_cookie for its name"},
	{"domain", "host"},
	{"entrypoints", "publish"},
	{"failover", "backup"},
	{"force_ssl", "redirect_ssl"},
	{"health_check", "check"},
	{"healthcheck", "check"},
	{"hostname", "host"},
	{"http_check", "check=http, and check_path"},
	{"interval", "check_inter"},
	{"loadbalance", "balance"},
	{"localport", "target"},
	{"passthrough", "mode=tcp with sni"},
	{"pathprefix", "path"},
	{"port", "publish (the port for clients) or target (the container's own)"},
	{"prefix", "path"},
	{"proto", "scheme"},
	{"protocol", "mode or scheme"},
	{"redirect", "redirect_ssl"},
	{"rule", "host and path"},
	{"sslcert", "ssl"},
	{"strip_prefix", "strip_path"},
	{"stripprefix", "strip_path"},
	{"tls", "ssl"},
	{"virtual_host", "host"},
	{"virtual_path", "path"},
	{"virtual_port", "target"},
};
/* clang-format on */

const char *label_elsewhere(const char *word)
{
	for (size_t i = 0; i < ARRAY_LEN(elsewhere); i++)
		if (strcasecmp(elsewhere[i].word, word) == 0)
			return elsewhere[i].here;
	return NULL;
}

const struct label_key *label_find(const char *name)
{
	for (const struct label_key *k = label_keys; k->name; k++)
		if (strcmp(k->name, name) == 0)
			return k;
	return NULL;
}

const struct label_reason *label_reason_of(const char *code)
{
	for (const struct label_reason *r = label_reasons; r->code; r++) {
		size_t n = strlen(r->code);
		if (strncmp(code, r->code, n) == 0 && (code[n] == '\0' || code[n] == ':'))
			return r;
	}
	return NULL;
}

/* One sentence for mdoc: a capital first, one full stop last. */
static void sentence(FILE *f, const char *lead, const char *s)
{
	size_t n = strlen(s);
	autofree char *text = xasprintf("%s%s%s", lead, s, n && s[n - 1] == '.' ? "" : ".");
	if (*text >= 'a' && *text <= 'z')
		*text = (char)(*text - 'a' + 'A');
	config_print_roff_text(f, text);
}

void label_print_keys(FILE *f)
{
	static const char *const levels[] = {"container", "bind", "route", "server", "pool"};
	for (const struct label_key *k = label_keys; k->name; k++) {
		fprintf(f, ".It Cm %s\n", k->name);
		sentence(f, "", k->doc);
		sentence(f, "Value: ", k->value);
		if (k->def)
			sentence(f,
				 k->in_ini ? "Default, unless lb.ini says another: " : "Default: ",
				 k->def);
		fprintf(f, "Of the %s%s.\n", levels[k->level],
			k->inherited ? "; inherited by named services" : "");
	}
}

void label_print_reasons(FILE *f)
{
	for (const struct label_reason *r = label_reasons; r->code; r++) {
		fprintf(f, ".It Li %s\n", r->code);
		sentence(f, "", r->doc);
		sentence(f, "Remedy: ", r->remedy);
	}
}
