/* stubs: weak stand-ins, one for each stage that has not landed; the real one
 * wins at the link. This file goes when the last stage is there. */
#include "docker.h"
#include "haproxy.h"
#include "label.h"
#include "model.h"
#include "render.h"
#include "report.h"
#include "show.h"
#include "snapshot.h"

#include <string.h>

#define WEAK __attribute__((weak))

static int none(struct err *e, const char *what)
{
	return err_set(e, EX_SOFTWARE, "%s: this part is missing from the build", what);
}

WEAK int config_load(struct config *c, const char *path, struct err *e)
{
	(void)path;
	(void)e;
	c->haproxy.file = xstrdup("/etc/haproxy/haproxy.cfg");
	c->haproxy.binary = xstrdup("haproxy");
	c->haproxy.master_socket = xstrdup("/run/haproxy-master.sock");
	c->haproxy.stats_socket = xstrdup("/run/haproxy/admin.sock");
	c->haproxy.pid_file = xstrdup("/run/haproxy.pid");
	c->apply.timeout = 30000;
	c->apply.state_dir = xstrdup("/var/lib/lbgen");
	c->haproxy.confirm = 10000;
	return 0;
}

WEAK void config_free(struct config *c)
{
	(void)c;
}

WEAK void config_print_ini(FILE *f)
{
	(void)f;
}

WEAK void config_print_roff(FILE *f)
{
	(void)f;
}

WEAK int snapshot_take(struct snapshot *s, const struct config *c, struct deadline d, struct err *e)
{
	(void)s, (void)c, (void)d;
	return none(e, "snapshot");
}

WEAK int snapshot_load(struct snapshot *s, const char *path, struct err *e)
{
	(void)s, (void)path;
	return none(e, "snapshot");
}

WEAK char *snapshot_text(const struct snapshot *s)
{
	return json_dumps(s->root, JSON_SORT_KEYS | JSON_INDENT(1));
}

WEAK void snapshot_free(struct snapshot *s)
{
	json_decref(s->root);
	s->root = NULL;
}

WEAK int model_build(struct model *m, const struct config *c, const struct snapshot *s,
		     const json_t *quarantined, struct err *e)
{
	(void)m, (void)c, (void)s, (void)quarantined;
	return none(e, "model");
}

WEAK char *model_text(const struct model *m)
{
	return json_dumps(m->data, JSON_SORT_KEYS | JSON_INDENT(1));
}

WEAK void model_free(struct model *m)
{
	json_decref(m->data);
	*m = (struct model){0};
}

WEAK int render_text(const struct config *c, const char *path, json_t *data, char **text,
		     size_t *len, struct tmpl_map *map, struct err *e)
{
	(void)c, (void)path, (void)data, (void)text, (void)len, (void)map;
	return none(e, "render");
}

WEAK int render_load(json_t **data, const char *path, struct err *e)
{
	(void)data, (void)path;
	return none(e, "render");
}

WEAK int render_check(const struct config *c, const char *path, struct err *e)
{
	(void)c, (void)path;
	return none(e, "render");
}

WEAK void tmpl_map_free(struct tmpl_map *m)
{
	(void)m;
}

WEAK int show_print(FILE *f, const struct config *c, const struct snapshot *s,
		    const struct model *m, const char *name, bool json, struct err *e)
{
	(void)f, (void)c, (void)s, (void)m, (void)name, (void)json;
	return none(e, "show");
}

WEAK void report_setup(enum report_format format, enum report_level most)
{
	(void)format, (void)most;
}

WEAK void report_line(enum report_level level, const char *fmt, ...)
{
	(void)level;
	va_list ap;
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
}

WEAK void report_error(const struct err *e)
{
	autofree char *text = err_text(e);
	fprintf(stderr, "%s\n", text);
}

WEAK bool value_duration(const char *s, int64_t min_us, int64_t max_us, int64_t *out,
			 const char **why)
{
	(void)min_us, (void)max_us, (void)why;
	char *end;
	*out = strtoll(s, &end, 10) * 1000000;
	return *end == 's';
}
