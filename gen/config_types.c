/* config_types: how the word of each kind of key becomes a field. */
#include "config_impl.h"

#include <string.h>

#include "value.h"

void *config_field(struct config *c, const struct key *k)
{
	return (char *)c + k->offset;
}

static void set_text(struct config *c, const struct key *k, const char *v)
{
	char **field = config_field(c, k);
	free(*field);
	*field = xstrdup(v);
}

static void clear_text(struct config *c, const struct key *k)
{
	set_text(c, k, NULL);
}

static void clear_bool(struct config *c, const struct key *k)
{
	*(bool *)config_field(c, k) = false;
}

static void clear_int(struct config *c, const struct key *k)
{
	*(int64_t *)config_field(c, k) = 0;
}

static void clear_list(struct config *c, const struct key *k)
{
	char ***list = config_field(c, k);
	for (char **p = *list; p && *p; p++)
		free(*p);
	free(*list);
	*list = NULL;
}

void config_list_add(char ***list, char *owned)
{
	size_t n = 0;
	while (*list && (*list)[n])
		n++;
	*list = xrealloc(*list, n + 2, sizeof(**list));
	(*list)[n] = owned;
	(*list)[n + 1] = NULL;
}

/* --- one word --------------------------------------------------------------- */

static bool read_bool(struct config *c, const struct key *k, const char *v, const char **why)
{
	return value_bool(v, config_field(c, k), why);
}

static bool read_auto(struct config *c, const struct key *k, const char *v, const char **why)
{
	if (!strcmp(v, "auto"))
		return true; /* config_load decides when everything is read */
	if (value_bool(v, config_field(c, k), why))
		return true;
	*why = "is none of: yes no auto";
	return false;
}

static bool read_int(struct config *c, const struct key *k, const char *v, const char **why)
{
	return value_int(v, k->min, k->max, config_field(c, k), why);
}

static bool read_duration(struct config *c, const struct key *k, const char *v, const char **why)
{
	int64_t us;
	if (!value_duration(v, k->min * 1000, k->max * 1000, &us, why))
		return false;
	if (us % 1000) {
		*why = "is finer than a millisecond (write whole milliseconds)";
		return false;
	}
	*(int64_t *)config_field(c, k) = us / 1000;
	return true;
}

static bool read_size(struct config *c, const struct key *k, const char *v, const char **why)
{
	return value_size(v, k->min, k->max, config_field(c, k), why);
}

static bool read_text(struct config *c, const struct key *k, const char *v, const char **why)
{
	(void)why;
	set_text(c, k, v);
	return true;
}

static bool read_name(struct config *c, const struct key *k, const char *v, const char **why)
{
	if (!value_name(v, k->max ? (size_t)k->max : 255, why))
		return false;
	set_text(c, k, v);
	return true;
}

static bool read_word(struct config *c, const struct key *k, const char *v, const char **why)
{
	if (strpbrk(v, " \t\"'\\#")) {
		*why = "is not one plain word (no blanks, quotes, \\ or #)";
		return false;
	}
	set_text(c, k, v);
	return true;
}

static bool file_ok(const struct key *k, const char *v, const char **why)
{
	if (k->max && strlen(v) > (size_t)k->max) {
		*why = "is too long for a socket's path (write a shorter one)";
		return false;
	}
	return value_file(v, why);
}

static bool read_file(struct config *c, const struct key *k, const char *v, const char **why)
{
	if (!file_ok(k, v, why))
		return false;
	set_text(c, k, v);
	return true;
}

static bool read_program(struct config *c, const struct key *k, const char *v, const char **why)
{
	if (strchr(v, '/') ? !value_file(v, why) : !value_name(v, 64, why))
		return false;
	set_text(c, k, v);
	return true;
}

static bool read_ip(struct config *c, const struct key *k, const char *v, const char **why)
{
	char ip[46];
	if (!value_ip(v, ip, why))
		return false;
	set_text(c, k, ip);
	return true;
}

static bool read_bind(struct config *c, const struct key *k, const char *v, const char **why)
{
	if (strcmp(v, "*") != 0)
		return read_ip(c, k, v, why);
	set_text(c, k, v);
	return true;
}

static bool read_uri(struct config *c, const struct key *k, const char *v, const char **why)
{
	for (const char *p = v; *v == '/' && *p; p++)
		if (!(*p >= 'a' && *p <= 'z') && !(*p >= 'A' && *p <= 'Z') &&
		    !(*p >= '0' && *p <= '9') && !strchr("/._~-", *p))
			v = "";
	if (*v != '/' || strlen(v) > 255) {
		*why =
		    "is not the path of a URL (write / or /stats; letters, digits and . _ ~ - /)";
		return false;
	}
	set_text(c, k, v);
	return true;
}

static bool read_hostport(struct config *c, const struct key *k, const char *v, const char **why)
{
	char host[256];
	int64_t port;
	if (!value_hostport(v, host, &port, why))
		return false;
	set_text(c, k, v);
	return true;
}

/* An address with or without a port; 53 is completed. */
static bool read_resolver(struct config *c, const struct key *k, const char *v, const char **why)
{
	char host[256], ip[46];
	int64_t port = 53;
	if (!value_ip(v, ip, why)) {
		if (!value_hostport(v, host, &port, why) || !value_ip(host, ip, why)) {
			*why = "is no name server (write 127.0.0.11:53 or [2001:db8::1]:53)";
			return false;
		}
	}
	char **field = config_field(c, k);
	free(*field);
	*field = xasprintf(strchr(ip, ':') ? "[%s]:%d" : "%s:%d", ip, (int)port);
	return true;
}

static bool read_enum(struct config *c, const struct key *k, const char *v, const char **why)
{
	if (!value_enum(v, k->words, why))
		return false;
	set_text(c, k, v);
	return true;
}

/* unix:///path or tcp://name[:port]; the port is completed when TLS is known. */
static bool engine_ok(const char *v, const char **why)
{
	char host[256];
	int64_t port;
	if (str_prefix(v, "unix://")) {
		if (strlen(v) > strlen("unix://") + 107) {
			*why = "is too long for a socket's path (write a shorter one)";
			return false;
		}
		if (value_file(v + strlen("unix://"), why))
			return true;
		*why = "has no absolute path after unix:// (write unix:///var/run/docker.sock)";
		return false;
	}
	if (str_prefix(v, "tcp://")) {
		const char *at = v + strlen("tcp://");
		const char *bracket = strchr(at, ']');
		if (strchr(bracket ? bracket : at, ':'))
			return value_hostport(at, host, &port, why);
		autofree char *with = xasprintf("%s:1", at);
		return value_hostport(with, host, &port, why);
	}
	*why = v[0] == '/' ? "is a path alone (write unix:// before it)"
	       : str_prefix(v, "ssh://")
		   ? "is not taken: forward the socket by ssh -L and use unix://"
	       : str_prefix(v, "npipe://")
		   ? "is a pipe of Windows (write unix:///path or tcp://name:port)"
		   : "is neither unix:///path nor tcp://name:port";
	return false;
}

static bool read_engine(struct config *c, const struct key *k, const char *v, const char **why)
{
	if (!engine_ok(v, why))
		return false;
	set_text(c, k, v);
	return true;
}

static bool read_reload(struct config *c, const struct key *k, const char *v, const char **why)
{
	static const char *const words[] = {"master", "signal", "systemd", "command"};
	(void)k;
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (!strcmp(v, words[i])) {
			c->haproxy.reload = (enum reload_method)i;
			return true;
		}
	if (!str_prefix(v, "docker:") || !value_name(v + strlen("docker:"), 255, why)) {
		*why = "is none of: master signal systemd command docker:CONTAINER";
		return false;
	}
	c->haproxy.reload = RELOAD_DOCKER;
	c->haproxy.reload_arg = xstrdup(v + strlen("docker:"));
	return true;
}

static void clear_reload(struct config *c, const struct key *k)
{
	(void)k;
	free(steal(c->haproxy.reload_arg));
	c->haproxy.reload = RELOAD_MASTER;
}

/* --- lists: items apart by blanks or commas ----------------------------------- */

static bool read_list(struct config *c, const struct key *k, const char *v, const char **why,
		      bool (*ok)(const char *, const char **))
{
	static _Thread_local char text[512];
	for (const char *p = v; *(p += strspn(p, " \t,"));) {
		size_t n = strcspn(p, " \t,");
		autofree char *item = xstrndup(p, n);
		p += n;
		if (!ok(item, why)) {
			autofree char *shown = str_visible(item, 100);
			snprintf(text, sizeof(text), "has an item '%s' that %s", shown, *why);
			*why = text;
			return false;
		}
		config_list_add(config_field(c, k), steal(item));
	}
	return true;
}

static bool item_name(const char *v, const char **why)
{
	return value_name(v, 128, why);
}

static bool item_ports(const char *v, const char **why)
{
	int64_t lo, hi;
	const char *dash = strchr(v, '-');
	autofree char *first = xstrndup(v, dash ? (size_t)(dash - v) : strlen(v));
	if (value_int(first, 1, 65535, &lo, why) &&
	    (!dash || (value_int(dash + 1, 1, 65535, &hi, why) && lo <= hi)))
		return true;
	*why = "is neither a port nor a range such as 8000-8999";
	return false;
}

static bool read_names(struct config *c, const struct key *k, const char *v, const char **why)
{
	return read_list(c, k, v, why, item_name);
}

static bool read_files(struct config *c, const struct key *k, const char *v, const char **why)
{
	return read_list(c, k, v, why, value_file);
}

static bool read_ports(struct config *c, const struct key *k, const char *v, const char **why)
{
	return read_list(c, k, v, why, item_ports);
}

static bool read_engines(struct config *c, const struct key *k, const char *v, const char **why)
{
	return read_list(c, k, v, why, engine_ok);
}

const struct key_type type_bool = {"yes or no", false, read_bool, clear_bool};
const struct key_type type_auto = {"yes, no or auto", false, read_auto, clear_bool};
const struct key_type type_int = {"number", false, read_int, clear_int};
const struct key_type type_duration = {"duration", false, read_duration, clear_int};
const struct key_type type_size = {"size", false, read_size, clear_int};
const struct key_type type_text = {"text", false, read_text, clear_text};
const struct key_type type_secret = {"secret", false, read_text, clear_text};
const struct key_type type_name = {"name", false, read_name, clear_text};
const struct key_type type_word = {"word", false, read_word, clear_text};
const struct key_type type_file = {"path", false, read_file, clear_text};
const struct key_type type_program = {"program", false, read_program, clear_text};
const struct key_type type_ip = {"address", false, read_ip, clear_text};
const struct key_type type_bind = {"address or *", false, read_bind, clear_text};
const struct key_type type_uri = {"URL path", false, read_uri, clear_text};
const struct key_type type_engine = {"engine", false, read_engine, clear_text};
const struct key_type type_engines = {"list of engines", true, read_engines, clear_list};
const struct key_type type_hostport = {"name:port", false, read_hostport, clear_text};
const struct key_type type_resolver = {"address:port", false, read_resolver, clear_text};
const struct key_type type_names = {"list of names", true, read_names, clear_list};
const struct key_type type_files = {"list of paths", true, read_files, clear_list};
const struct key_type type_ports = {"list of ports", true, read_ports, clear_list};
const struct key_type type_reload = {"method", false, read_reload, clear_reload};
const struct key_type type_enum = {"word", false, read_enum, clear_text};
