/* render: see render.h. */
#include "render.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "hafunc.h"
#include "default_tmpl.h"

#define TEMPLATE_CAP ((size_t)16 << 20)
#define DATA_CAP ((size_t)256 << 20)

/* --- the template ---------------------------------------------------------------- */

static int template_error(struct tmpl_error *te, struct err *e)
{
	err_set(e, EX_DATAERR, "%s%s%s", te->text ? te->text : "template: unknown error",
		te->remedy ? "\n" : "", te->remedy ? te->remedy : "");
	tmpl_error_free(te);
	return -1;
}

static int template_parse(struct tmpl **t, const struct config *c, const char *path, struct err *e)
{
	autobuf struct buf text = {0};
	struct tmpl_error te = {0};
	const char *name = "haproxy.tmpl";
	int exit = EX_NOINPUT;
	if (!path && c && c->haproxy.template) {
		path = c->haproxy.template;
		exit = EX_CONFIG;
	}
	if (path) {
		if (file_read(path, TEMPLATE_CAP, exit, &text, e))
			return -1;
		name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
	} else {
		buf_add(&text, default_tmpl, sizeof default_tmpl);
	}
	if (tmpl_parse(t, name, text.s ? text.s : "", text.len, hafunc_table, &te))
		return template_error(&te, e);
	return 0;
}

int render_check(const struct config *c, const char *path, struct err *e)
{
	struct tmpl *t = NULL;
	int rc = template_parse(&t, c, path, e);
	tmpl_free(t);
	return rc;
}

int render_text(const struct config *c, const char *path, json_t *data, char **text, size_t *len,
		struct tmpl_map *map, struct err *e)
{
	struct tmpl *t = NULL;
	struct tmpl_error te = {0};
	if (template_parse(&t, c, path, e))
		return -1;
	int rc = tmpl_exec(t, data, NULL, text, len, map, &te);
	if (rc)
		rc = template_error(&te, e);
	tmpl_free(t);
	return rc;
}

/* --- the data -------------------------------------------------------------------- */

int render_decode(json_t **data, const char *name, const char *text, size_t len, struct err *e)
{
	json_error_t je;
	json_t *v = tmpl_json(text, len, &je);
	if (!v)
		return err_at(e, EX_DATAERR, name, je.line, je.column, "no JSON: %s", je.text);
	*data = v;
	return 0;
}

static int read_stdin(struct buf *b, struct err *e)
{
	char chunk[65536];
	for (;;) {
		ssize_t n = read(STDIN_FILENO, chunk, sizeof chunk);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(e, EX_NOINPUT, "standard input");
		if (n == 0)
			return 0;
		buf_add(b, chunk, (size_t)n);
		if (b->len > DATA_CAP)
			return err_set(e, EX_DATAERR, "standard input: larger than %zu bytes",
				       DATA_CAP);
	}
}

int render_load(json_t **data, const char *path, struct err *e)
{
	autobuf struct buf text = {0};
	bool in = strcmp(path, "-") == 0;
	if (in ? read_stdin(&text, e) : file_read(path, DATA_CAP, EX_NOINPUT, &text, e))
		return -1;
	return render_decode(data, in ? "standard input" : path, text.s ? text.s : "", text.len, e);
}
