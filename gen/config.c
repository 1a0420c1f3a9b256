/* config: see config.h. Loads the defaults, lb.ini, the environment and
 * my_config, in that order, and settles what depends on several keys. */
#include "config_impl.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "value.h"

enum { FILE_CAP = 1 << 20, ERRORS_SHOWN = 20, PASSWORD_CAP = 256 };

/* --- errors and warnings, collected ------------------------------------------ */

PRINTF_LIKE(3, 0)
static void add_error(struct loader *ld, const char *place, const char *fmt, va_list ap)
{
	if (ld->n_errors++ >= ERRORS_SHOWN)
		return;
	if (ld->errors.len)
		buf_addc(&ld->errors, '\n');
	buf_addf(&ld->errors, "%s: ", place);
	buf_vaddf(&ld->errors, fmt, ap);
}

void config_error(struct loader *ld, const char *place, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	add_error(ld, place, fmt, ap);
	va_end(ap);
}

void config_error_line(struct loader *ld, const char *fmt, ...)
{
	autofree char *place = xasprintf("%s:%d", ld->c->file, ld->line);
	va_list ap;
	va_start(ap, fmt);
	add_error(ld, place, fmt, ap);
	va_end(ap);
}

void config_warning(struct loader *ld, const char *place, const char *fmt, ...)
{
	autobuf struct buf b = {0};
	va_list ap;
	buf_addf(&b, "%s: ", place);
	va_start(ap, fmt);
	buf_vaddf(&b, fmt, ap);
	va_end(ap);
	config_list_add(&ld->c->warnings, buf_steal(&b));
}

static int report_errors(struct loader *ld, struct err *e)
{
	if (!ld->n_errors)
		return 0;
	if (ld->n_errors > ERRORS_SHOWN)
		buf_addf(&ld->errors, "\nand %zu errors more", ld->n_errors - ERRORS_SHOWN);
	return err_set(e, EX_CONFIG, "%s", ld->errors.s);
}

/* --- places --------------------------------------------------------------------- */

char *config_env_name(const char *section, const char *name)
{
	char *s = xasprintf("LBGEN_%s_%s", section, name);
	for (char *p = s; *p; p++)
		if (*p >= 'a' && *p <= 'z')
			*p = (char)(*p - 32);
	return s;
}

char *config_key_place(const struct loader *ld, const char *section, const char *name)
{
	int i = config_find(section, name);
	enum origin from = i < 0 ? FROM_DEFAULT : ld->set[i].origin;
	if (from == FROM_FILE)
		return xasprintf("%s:%d: [%s] %s", ld->c->file, ld->set[i].line, section, name);
	if (from == FROM_ALIAS)
		return xstrdup(config_keys[i].env);
	if (from == FROM_ENV)
		return config_env_name(section, name);
	return xasprintf("[%s] %s", section, name);
}

char *config_place(const struct config *c, const char *section, const struct ini_pair *p)
{
	autofree char *key = str_visible(p->key, 60);
	if (p->line)
		return xasprintf("%s:%d: [%s] %s", c->file, p->line, section, key);
	if (!strcmp(section, "defaults"))
		return config_env_name(section, key);
	return xstrdup(c->compat.my_config ? c->compat.my_config : section);
}

bool config_was_set(const struct loader *ld, const char *section, const char *name)
{
	int i = config_find(section, name);
	return i >= 0 && ld->set[i].origin != FROM_DEFAULT;
}

/* --- setting one key -------------------------------------------------------------- */

bool config_word_ok(struct loader *ld, const char *place, const char *v, bool secret)
{
	size_t len = strlen(v);
	autofree char *shown = secret ? xstrdup("the value") : str_visible(v, 100);
	if (!utf8_valid(v, len)) {
		config_error(ld, place, "%s is not UTF-8", shown);
		return false;
	}
	for (size_t i = 0; i < len; i++)
		if (((unsigned char)v[i] < 0x20 && (v[i] != '\t' || secret)) || v[i] == 0x7f) {
			config_error(ld, place, "%s has a control byte in it", shown);
			return false;
		}
	if (len >= 2 && (v[0] == '"' || v[0] == '\'') && v[len - 1] == v[0]) {
		config_error(ld, place, "%s is in quotes (write it without them)", shown);
		return false;
	}
	return true;
}

void config_set(struct loader *ld, size_t i, const char *v, enum origin origin, const char *place)
{
	const struct key *k = &config_keys[i];
	const char *why = "";
	bool secret = k->type == &type_secret;
	if (!config_word_ok(ld, place, v, secret))
		return;
	if (ld->set[i].origin != origin || !k->type->list)
		k->type->clear(ld->c, k);
	ld->set[i].origin = origin;
	ld->set[i].line = ld->line;
	if (!*v) {
		if (k->def)
			config_error(ld, place, "has no value (write one, or take the line away)");
		return;
	}
	if (!k->type->read(ld->c, k, v, &why)) {
		autofree char *shown = str_visible(v, 100);
		if (secret)
			config_error(ld, place, "the value %s", why);
		else
			config_error(ld, place, "'%s' %s", shown, why);
		return;
	}
	if (k->type == &type_auto && !strcmp(v, "auto"))
		ld->set[i].origin = FROM_DEFAULT; /* as if nobody had said anything */
}

static void set_defaults(struct loader *ld)
{
	for (size_t i = 0; i < config_n_keys; i++) {
		const struct key *k = &config_keys[i];
		const char *why = "";
		if (k->def && !k->type->read(ld->c, k, k->def, &why))
			config_error(ld, k->name, "the default '%s' %s", k->def, why);
	}
}

/* --- services and pairs -------------------------------------------------------------- */

bool config_pair_add(struct ini_pair **pairs, size_t *n, const char *key, const char *v, int line)
{
	for (size_t i = 0; i < *n; i++)
		if (!strcmp((*pairs)[i].key, key))
			return false;
	*pairs = xrealloc(*pairs, *n + 1, sizeof(**pairs));
	(*pairs)[(*n)++] = (struct ini_pair){xstrdup(key), xstrdup(v), line};
	return true;
}

struct ini_service *config_service_new(struct config *c, const char *name, int line)
{
	c->services = xrealloc(c->services, c->n_services + 1, sizeof(*c->services));
	struct ini_service *s = &c->services[c->n_services++];
	*s = (struct ini_service){.name = xstrdup(name), .line = line};
	return s;
}

static bool serves(const char *host, const char **why)
{
	char ip[46];
	const char *no_ip;
	if (!value_ip(host, ip, &no_ip) || value_ip_unicast(ip))
		return true;
	*why = "is no address of a server (write the one that it listens on)";
	return false;
}

/* "name 10.0.0.1:80" */
static bool server_ok(const char *v, const char **why)
{
	char host[256];
	int64_t port;
	size_t n = strcspn(v, " \t");
	autofree char *name = xstrndup(v, n);
	const char *at = v + n + strspn(v + n, " \t");
	if (!*at) {
		*why = "has no address (write NAME ADDRESS:PORT, for instance web1 10.0.0.1:80)";
		return false;
	}
	return value_name(name, 64, why) && value_hostport(at, host, &port, why) &&
	       serves(host, why);
}

/* HAProxy and the stickiness know servers by their names. */
static bool is_named(const struct ini_service *s, const char *item)
{
	size_t n = strcspn(item, " \t");
	for (char **p = s->servers; p && *p; p++)
		if (strcspn(*p, " \t") == n && strncmp(*p, item, n) == 0)
			return true;
	return false;
}

/* "tasks.web:80", or "_http._tcp.web", whose SRV records have the port */
static bool target_ok(const char *v, const char **why)
{
	char host[256];
	int64_t port;
	if (v[0] == '_' && !strchr(v, ':'))
		return value_fqdn(v, host, why);
	if (value_hostport(v, host, &port, why))
		return serves(host, why);
	if (!strchr(v, ':'))
		*why = "has no port (write NAME:PORT, or _SERVICE._tcp.NAME for SRV records)";
	return false;
}

bool config_service_add(struct ini_service *s, bool server, const char *v, const char **why)
{
	static _Thread_local char text[512];
	const char *apart = server ? "," : ", \t";
	bool any = false;
	for (const char *p = v; *(p += strspn(p, ", \t"));) {
		size_t n = strcspn(p, apart), len = n;
		while (len && (p[len - 1] == ' ' || p[len - 1] == '\t'))
			len--;
		autofree char *item = xstrndup(p, len);
		p += n;
		if (!(server ? server_ok(item, why) : target_ok(item, why))) {
			autofree char *shown = str_visible(item, 100);
			snprintf(text, sizeof(text), "'%s' %s", shown, *why);
			*why = text;
			return false;
		}
		if (server && is_named(s, item)) {
			snprintf(text, sizeof(text), "'%s' has a name that another server has",
				 item);
			*why = text;
			return false;
		}
		config_list_add(server ? &s->servers : &s->targets, steal(item));
		any = true;
	}
	if (!any)
		*why = "has no value (write one, or take the line away)";
	return any;
}

/* --- what depends on several keys ------------------------------------------------------- */

static void settle(char **field, const char *v)
{
	if (!*field)
		*field = xstrdup(v);
}

/* tcp://name gets the port that the docker command would take. */
static void complete_port(char **host, bool tls)
{
	if (!str_prefix(*host, "tcp://"))
		return;
	const char *bracket = strchr(*host, ']');
	if (strchr(bracket ? bracket : *host + strlen("tcp://"), ':'))
		return;
	char *with = xasprintf("%s:%d", *host, tls ? 2376 : 2375);
	free(*host);
	*host = with;
}

/* A unix socket has no TLS, whatever the environment says. */
static bool any_tcp(const struct config *c)
{
	bool any = str_prefix(c->docker.host, "tcp://");
	for (char **h = c->swarm.host; *h; h++)
		any = any || str_prefix(*h, "tcp://");
	return any;
}

static void settle_docker(struct loader *ld)
{
	struct config *c = ld->c;
	if (!c->docker.host)
		return; /* a wrong one, told already */
	if (!config_was_set(ld, "docker", "enable"))
		c->docker.enable = !c->swarm.enable && !c->n_services;
	if (!c->swarm.host)
		config_list_add(&c->swarm.host, xstrdup(c->docker.host));
	if (!any_tcp(c))
		c->docker.tls = false;
	complete_port(&c->docker.host, c->docker.tls);
	for (char **h = c->swarm.host; *h; h++)
		complete_port(h, c->docker.tls);
	const char *home = getenv("HOME"), *folder = getenv("DOCKER_CONFIG");
	if (c->docker.tls && !c->docker.cert_path && (home || folder)) {
		autofree char *own =
		    folder && *folder ? xstrdup(folder) : xasprintf("%s/.docker", home ? home : "");
		if (file_exists(own))
			c->docker.cert_path = steal(own);
	}
}

static void settle_haproxy(struct loader *ld)
{
	struct config *c = ld->c;
	struct stat st;
	if (c->haproxy.reload == RELOAD_COMMAND && !c->haproxy.reload_command) {
		autofree char *place = config_key_place(ld, "haproxy", "reload");
		config_error(ld, place, "command needs reload_command as well");
	}
	if (!c->haproxy.log || strcmp(c->haproxy.log, "auto") == 0) {
		bool syslog = stat("/dev/log", &st) == 0;
		free(c->haproxy.log);
		c->haproxy.log =
		    xstrdup(syslog ? "/dev/log local0 info" : "stdout format raw local0 info");
	} else if (!strcmp(c->haproxy.log, "none")) {
		free(steal(c->haproxy.log));
	}
}

/* The password of a file: one line, its newline cut off. */
static void read_password(struct loader *ld, const char *path)
{
	autobuf struct buf b = {0};
	struct err e = {0};
	struct stat st;
	autofree char *place = config_key_place(ld, "stats", "password_file");
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode)) {
		config_error(ld, place, "%s is not a regular file", path);
		return;
	}
	if (file_read(path, PASSWORD_CAP, EX_CONFIG, &b, &e)) {
		config_error(ld, place, "%s", e.msg);
		return;
	}
	while (b.len && (b.s[b.len - 1] == '\n' || b.s[b.len - 1] == '\r'))
		b.s[--b.len] = '\0';
	if (!b.len || strlen(b.s) != b.len)
		config_error(ld, place, "%s holds no password", path);
	else if (config_word_ok(ld, place, b.s, true))
		ld->c->stats.password = buf_steal(&b);
}

static int64_t target_port(const char *target)
{
	char host[256];
	int64_t port;
	const char *why;
	return value_hostport(target, host, &port, &why) ? port : 0;
}

static void settle_stats(struct loader *ld)
{
	struct config *c = ld->c;
	struct stat st;
	if (c->stats.password && c->stats.password_file) {
		autofree char *place = config_key_place(ld, "stats", "password_file");
		config_error(ld, place, "there is a password as well (keep one of the two)");
	} else if (c->stats.password_file) {
		read_password(ld, c->stats.password_file);
	} else if (c->stats.password && c->file && stat(c->file, &st) == 0 && (st.st_mode & 04) &&
		   ld->set[config_find("stats", "password")].origin == FROM_FILE) {
		autofree char *place = config_key_place(ld, "stats", "password");
		config_warning(ld, place,
			       "everybody on this machine can read it (chmod o-r %s, or use "
			       "password_file)",
			       c->file);
	}
	settle(&c->stats.bind, c->stats.password ? "*" : "127.0.0.1");
	if (!c->peers.target)
		settle(&c->peers.bind, "127.0.0.1");
	else if (!config_was_set(ld, "peers", "port"))
		c->peers.port = target_port(c->peers.target);
	if (c->peers.enable && c->stats.port == c->peers.port) {
		autofree char *place = config_key_place(ld, "stats", "port");
		config_error(ld, place, "%d is the port of [peers] too", (int)c->stats.port);
	}
}

static void settle_services(struct loader *ld)
{
	for (size_t i = 0; i < ld->c->n_services; i++) {
		const struct ini_service *s = &ld->c->services[i];
		if (s->targets || s->servers || s->tried || !s->line)
			continue;
		autofree char *place =
		    xasprintf("%s:%d: [service %s]", ld->c->file, s->line, s->name);
		config_error(ld, place,
			     "has neither target nor server (write target = tasks.%s:80)", s->name);
	}
}

/* --- the whole ------------------------------------------------------------------------------ */

static int find_file(struct config *c, const char *path)
{
	const char *env = getenv("LBGEN_CONFIG");
	const char *usual = LBGEN_SYSCONFDIR "/lbgen/lb.ini";
	if (!path && env && *env)
		path = env;
	if (!path && access(usual, F_OK) && errno == ENOENT)
		return 0;
	c->file = xstrdup(path ? path : usual);
	return 1;
}

int config_load(struct config *c, const char *path, struct err *e)
{
	struct loader ld = {.c = c};
	autobuf struct buf text = {0};
	set_defaults(&ld);
	if (find_file(c, path)) {
		if (file_read(c->file, FILE_CAP, EX_CONFIG, &text, e)) {
			config_read_env(&ld); /* where the state and the metrics go */
			buf_free(&ld.errors);
			return -1;
		}
		config_read_ini(&ld, &text);
	}
	ld.line = 0;
	config_read_env(&ld);
	config_read_my_config(&ld);
	config_find_haproxy_tmpl(&ld);
	settle_docker(&ld);
	settle_haproxy(&ld);
	settle_stats(&ld);
	settle_services(&ld);
	int rc = report_errors(&ld, e);
	buf_free(&ld.errors);
	return rc;
}

static void pairs_free(struct ini_pair *pairs, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(pairs[i].key);
		free(pairs[i].value);
	}
	free(pairs);
}

static void list_free(char **list)
{
	for (char **p = list; p && *p; p++)
		free(*p);
	free(list);
}

void config_free(struct config *c)
{
	for (size_t i = 0; i < config_n_keys; i++)
		config_keys[i].type->clear(c, &config_keys[i]);
	for (size_t i = 0; i < c->n_services; i++) {
		free(c->services[i].name);
		list_free(c->services[i].targets);
		list_free(c->services[i].servers);
		pairs_free(c->services[i].pairs, c->services[i].n_pairs);
	}
	free(c->services);
	pairs_free(c->defaults, c->n_defaults);
	list_free(c->warnings);
	free(c->file);
	free(c->compat.frontend);
	memset(c, 0, sizeof(*c));
}
