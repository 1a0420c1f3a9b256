/* stubs: weak stand-ins, one for each stage that has not landed; the real one
 * wins at the link. This file goes when the last stage is there. */
#include "docker.h"
#include "haproxy.h"
#include "label.h"
#include "model.h"
#include "render.h"
#include "show.h"
#include "snapshot.h"

#include <string.h>

#define WEAK __attribute__((weak))

static int none(struct err *e, const char *what)
{
	return err_set(e, EX_SOFTWARE, "%s: this part is missing from the build", what);
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
