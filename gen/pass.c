/* pass: see pass.h. */
#include "pass.h"

#include "label.h"

#include <string.h>

int pass_config(struct pass *p, struct err *e)
{
	int rc = config_load(&p->c, p->ask->config, e);
	if (!rc)
		rc = label_check_config(&p->c, e);
	if (p->ask->timeout)
		p->c.apply.timeout = p->ask->timeout;
	p->d = deadline_in(p->c.apply.timeout);
	return rc;
}

/* Drops the members that the caller knows to be dead: the engine's list lags
 * behind a death by up to two seconds. An id may be cut to 12 digits. */
static void drop_gone(struct pass *p)
{
	json_t *members = json_object_get(p->s.root, "members");
	for (size_t i = json_array_size(members); i-- > 0;) {
		const char *id =
		    json_string_value(json_object_get(json_array_get(members, i), "id"));
		for (size_t g = 0; id && g < p->ask->n_gone; g++) {
			const char *gone = p->ask->gone[g];
			size_t n = strlen(gone);
			if (strcmp(id, gone) == 0 || (n >= 12 && strncmp(id, gone, n) == 0)) {
				json_array_remove(members, i);
				break;
			}
		}
	}
}

int pass_snapshot(struct pass *p, struct err *e)
{
	if (pass_config(p, e))
		return -1;
	int rc = p->ask->snapshot ? snapshot_load(&p->s, p->ask->snapshot, e)
				  : snapshot_take(&p->s, &p->c, p->d, e);
	if (rc)
		return -1;
	drop_gone(p);
	return 0;
}

int pass_model(struct pass *p, struct err *e)
{
	if (pass_snapshot(p, e))
		return -1;
	return model_build(&p->m, &p->c, &p->s, NULL, e);
}

int pass_text(struct pass *p, struct err *e)
{
	if (pass_model(p, e))
		return -1;
	return render_text(&p->c, p->ask->template, p->m.data, &p->text, &p->len, &p->map, e);
}

int pass_run(struct pass *p, struct err *e)
{
	if (pass_text(p, e))
		return -1;
	return file_write(p->c.haproxy.file, p->text, p->len, 0644, e);
}

void pass_free(struct pass *p)
{
	tmpl_map_free(&p->map);
	free(p->text);
	model_free(&p->m);
	snapshot_free(&p->s);
	config_free(&p->c);
	*p = (struct pass){0};
}
