/* config_compat: the files of the earlier projects at their places: /haproxy.tmpl
 * of docker-loadbalancer, the template; /my-config of haproxy-swarm, read as one
 * [service].
 *
 * The lines of my-config are name:port; the first seed of that file had one, here are
 * several, blank lines and # comments. What that image had built in becomes
 * settings, wherever the operator has not said otherwise.
 */
#include "config_impl.h"

#include <string.h>
#include <sys/stat.h>

enum { MY_CONFIG_CAP = 65536, STATS_PORT = 8888 };

static const struct {
	const char *key, *value;
} pairs[] = {
    {"balance", "roundrobin"}, {"sticky", "cookie"},       {"sticky_cookie", "SRVID"},
    {"check", "tcp"},          {"backend", "be_template"},
};

/* One line, without blanks at its ends; true if it is a target. */
static void read_line(struct loader *ld, struct ini_service *s, const char *line, int n)
{
	const char *why = "";
	autofree char *place = xasprintf("%s:%d", ld->c->compat.my_config, n);
	if (!*line || *line == '#')
		return;
	if (!config_word_ok(ld, place, line, false))
		return;
	if (!config_service_add(s, false, line, &why))
		config_error(ld, place, "%s", why);
}

static void read_lines(struct loader *ld, struct ini_service *s, char *text)
{
	int n = 1;
	for (char *p = config_text_start(text), *next; p; p = next, n++) {
		next = strchr(p, '\n');
		if (next)
			*next++ = '\0';
		p += strspn(p, " \t\r");
		size_t len = strlen(p);
		while (len && strchr(" \t\r", p[len - 1]))
			p[--len] = '\0';
		read_line(ld, s, p, n);
	}
}

static void settle(struct loader *ld, struct ini_service *s)
{
	struct config *c = ld->c;
	autofree char *port = xasprintf("%d", (int)c->compat.fe_port);
	config_pair_add(&s->pairs, &s->n_pairs, "publish", port, 0);
	for (size_t i = 0; i < ARRAY_LEN(pairs); i++)
		config_pair_add(&s->pairs, &s->n_pairs, pairs[i].key, pairs[i].value, 0);
	if (!config_was_set(ld, "stats", "port"))
		c->stats.port = STATS_PORT;
	if (!config_was_set(ld, "stats", "uri")) {
		free(c->stats.uri);
		c->stats.uri = xstrdup("/stats");
	}
	c->compat.active = true;
	c->compat.frontend = xstrdup("fe_main");
}

/* Is the file there? The usual place may be empty, one that the operator names
 * may not. */
static bool is_there(struct loader *ld, const char *key, const char *path, struct stat *st)
{
	if (path && !stat(path, st))
		return true;
	if (path && strcmp(path, config_keys[config_find("compat", key)].def) != 0) {
		autofree char *place = config_key_place(ld, "compat", key);
		config_error(ld, place, "%s: there is no such file", path);
	}
	return false;
}

void config_find_haproxy_tmpl(struct loader *ld)
{
	struct config *c = ld->c;
	struct stat st;
	if (!c->haproxy.template && is_there(ld, "haproxy_tmpl", c->compat.haproxy_tmpl, &st))
		c->haproxy.template = xstrdup(c->compat.haproxy_tmpl);
}

void config_read_my_config(struct loader *ld)
{
	struct config *c = ld->c;
	const char *path = c->compat.my_config;
	autobuf struct buf b = {0};
	struct err e = {0};
	struct stat st;
	if (!is_there(ld, "my_config", path, &st))
		return;
	if (!S_ISREG(st.st_mode)) {
		config_error(ld, path, "is not a regular file");
		return;
	}
	if (file_read(path, MY_CONFIG_CAP, EX_CONFIG, &b, &e)) {
		/* the message begins with the path as well */
		config_error(ld, path, "%s", strchr(e.msg, ' ') ? strchr(e.msg, ' ') + 1 : e.msg);
		return;
	}
	if (b.len != (b.s ? strlen(b.s) : 0)) {
		config_error(ld, path, "a zero byte (is this a text file?)");
		return;
	}
	struct ini_service *s = config_service_new(c, "my-config", 0);
	if (b.len)
		read_lines(ld, s, b.s);
	if (!s->targets && !ld->n_errors)
		config_error(ld, path,
			     "names nothing to balance (write name:port, for instance "
			     "tasks.backend:80)");
	settle(ld, s);
}
