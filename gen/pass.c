/* pass: see pass.h. */
#include "pass.h"

#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "apply.h"
#include "label.h"
#include "quarantine.h"
#include "report.h"
#include "status.h"

/* --- time --------------------------------------------------------------------------- */

static double tick(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

void pass_stage(struct pass *p, const char *name)
{
	double t = tick();
	if (!p->stages)
		p->stages = json_object();
	double took = t - p->mark;
	report_line(REPORT_DEBUG, "%s: %.1f ms", name, took * 1000);
	json_object_set_new(p->stages, name,
			    json_real(took + json_number_value(json_object_get(p->stages, name))));
	p->mark = t;
}

/* --- looking -------------------------------------------------------------------------- */

/* The log as [log] says, where the command line does not. */
static void set_log(const struct pass *p)
{
	enum report_format format = p->ask->format;
	enum report_level level = REPORT_DEBUG;
	if (format == REPORT_AUTO)
		report_format_read(p->c.log.format, &format);
	if (!p->ask->debug)
		report_level_read(p->c.log.level, &level);
	report_setup(format, level);
	for (char **w = p->c.warnings; w && *w; w++)
		report_line(REPORT_WARNING, "%s", *w);
}

/* The values of [defaults] and [service]; what is wrong with them is told
 * together with the other errors of lb.ini. */
static int check_labels(const struct config *c, struct err *e)
{
	struct err more = {0};
	if (!label_check_config(c, &more))
		return e->exit ? -1 : 0;
	if (!e->exit) {
		*e = more;
		return -1;
	}
	size_t n = strlen(e->msg);
	snprintf(e->msg + n, sizeof(e->msg) - n, "\n%s", more.msg);
	return -1;
}

int pass_config(struct pass *p, struct err *e)
{
	p->started = clock_wall();
	p->mark = tick();
	int rc = config_load(&p->c, p->ask->config, e);
	p->configured = rc == 0;
	if (!rc)
		set_log(p);
	rc = check_labels(&p->c, e);
	if (p->ask->timeout)
		p->c.apply.timeout = p->ask->timeout;
	p->d = deadline_in(p->c.apply.timeout);
	pass_stage(p, "config");
	return rc;
}

/* The other balancers of the last pass, while the nameserver does not tell. */
static void keep_peers(struct pass *p)
{
	static const char *const keys[] = {"peers", "self"};
	const char *fault = json_string_value(json_object_get(p->s.root, "peers_fault"));
	if (!fault || !*fault)
		return;
	if (!p->status)
		p->status = status_load(&p->c);
	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		json_t *had = json_object_get(p->status, keys[i]);
		if (had)
			json_object_set(p->s.root, keys[i], had);
	}
}

static int look(struct pass *p, struct err *e)
{
	int rc = p->ask->snapshot ? snapshot_load(&p->s, p->ask->snapshot, e)
				  : snapshot_take(&p->s, &p->c, p->d, e);
	if (!rc)
		keep_peers(p);
	pass_stage(p, "snapshot");
	return rc;
}

static int build(struct pass *p, struct err *e)
{
	int rc = model_build(&p->m, &p->c, &p->s, NULL, e);
	pass_stage(p, "model");
	return rc;
}

/* --- the text -------------------------------------------------------------------------- */

/* Has the text a line that listens? Without one HAProxy would not start. */
static bool listens(const char *text, size_t len)
{
	for (const char *at = text, *end = text + len; at < end;) {
		const char *s = at + strspn(at, " \t");
		if (strncmp(s, "bind", 4) == 0 && (s[4] == ' ' || s[4] == '\t'))
			return true;
		const char *nl = memchr(at, '\n', (size_t)(end - at));
		at = nl ? nl + 1 : end;
	}
	return false;
}

static void add_spare(struct pass *p, struct buf *b)
{
	const json_t *global = json_object_get(p->m.data, "Global");
	const char *spare = json_string_value(json_object_get(global, "SpareSocket"));
	buf_adds(b, "\n# nothing is published: this keeps HAProxy startable\n"
		    "frontend lbgen\n    mode http\n    timeout client 10s\n");
	if (spare && *spare)
		buf_addf(b, "    bind %s\n", spare);
	else
		buf_addf(b, "    bind unix@%s.lb\n", p->c.haproxy.stats_socket);
}

/* SHA-256 of the text and of the certificates it uses, cut to 32 digits. */
static void digest(struct pass *p, const struct buf *b)
{
	char hex[65];
	autobuf struct buf all = {0};
	json_t *cert;
	size_t i;
	buf_add(&all, b->s, b->len);
	json_array_foreach(json_object_get(p->m.data, "Certs"), i, cert)
	    buf_addf(&all, "%c%s %s", '\0', json_string_value(json_object_get(cert, "File")),
		     json_string_value(json_object_get(cert, "Digest")));
	sha256_hex(all.s, all.len, hex);
	snprintf(p->hash, sizeof(p->hash), "%.32s", hex);
}

static int render(struct pass *p, struct err *e)
{
	autofree char *text = NULL;
	size_t len = 0;
	if (render_text(&p->c, p->ask->template, p->m.data, &text, &len, &p->map, e))
		return -1;
	if (memchr(text, '\0', len))
		return err_set(e, EX_DATAERR,
			       "the template's text has a NUL byte, which HAProxy refuses");
	autobuf struct buf b = {0};
	buf_add(&b, text, len);
	if (len && text[len - 1] != '\n')
		buf_addc(&b, '\n');
	if (!listens(b.s, b.len))
		add_spare(p, &b);
	digest(p, &b);
	buf_addf(&b,
		 "\n# the generation of this file: lbgen asks the running HAProxy for it\n"
		 "global\n    set-var proc.lbgen str(%s)\n",
		 p->hash);
	free(p->text);
	p->len = b.len;
	p->text = buf_steal(&b);
	pass_stage(p, "render");
	return 0;
}

int pass_rebuild(struct pass *p, const json_t *out, struct err *e)
{
	tmpl_map_free(&p->map);
	p->map = (struct tmpl_map){0};
	model_free(&p->m);
	p->m = (struct model){0};
	return model_build(&p->m, &p->c, &p->s, out, e) || render(p, e) ? -1 : 0;
}

/* The same text judged by another HAProxy is another question. */
static void name_asked(struct pass *p)
{
	struct stat st = {0};
	autofree char *path = xstrdup(getenv("PATH") ? getenv("PATH") : "/usr/sbin:/usr/bin");
	char *save = NULL;
	if (strchr(p->c.haproxy.binary, '/')) {
		stat(p->c.haproxy.binary, &st);
	} else {
		for (char *dir = strtok_r(path, ":", &save); dir;
		     dir = strtok_r(NULL, ":", &save)) {
			autofree char *file = xasprintf("%s/%s", dir, p->c.haproxy.binary);
			if (stat(file, &st) == 0)
				break;
		}
	}
	snprintf(p->asked, sizeof(p->asked), "%s-%llx-%llx", p->hash,
		 (unsigned long long)st.st_mtime, (unsigned long long)st.st_size);
}

static int write_text(struct pass *p, bool ports, struct err *e)
{
	if (render(p, e))
		return -1;
	name_asked(p);
	if (!p->status)
		p->status = status_load(&p->c);
	return quarantine_again(p, p->status, ports, e);
}

int pass_snapshot(struct pass *p, struct err *e)
{
	return pass_config(p, e) || look(p, e) ? -1 : 0;
}

int pass_model(struct pass *p, struct err *e)
{
	return pass_snapshot(p, e) || build(p, e) ? -1 : 0;
}

int pass_text(struct pass *p, struct err *e)
{
	return pass_model(p, e) || write_text(p, true, e) ? -1 : 0;
}

/* --- the run ----------------------------------------------------------------------------- */

static int locked(struct pass *p, struct err *e)
{
	int rc = swap_lock(&p->w, &p->c, p->d, e);
	p->held = rc == 0;
	p->status = status_load(&p->c);
	pass_stage(p, "lock");
	return rc;
}

static int story(struct pass *p, struct err *e)
{
	if (pass_config(p, e) || locked(p, e) || look(p, e) || build(p, e) ||
	    write_text(p, false, e) || swap_read(&p->w, &p->c, e))
		return -1;
	return apply_text(p, e);
}

static char *visible_lines(const char *text)
{
	autobuf struct buf b = {0};
	autofree char *copy = xstrdup(text);
	char *save = NULL;
	for (char *line = strtok_r(copy, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		autofree char *seen = str_visible(line, 1000);
		buf_addf(&b, "%s%s", b.len ? "\n" : "", seen);
	}
	return buf_steal(&b);
}

/* What this run leaves for the next, for people and for metrics. */
static void record(struct pass *p, const struct err *e)
{
	json_auto_t *a = json_object();
	json_object_set_new(a, "lbgen", json_string(LBGEN_VERSION));
	if (p->configured)
		json_object_set_new(a, "file", json_string(p->c.haproxy.file));
	json_object_set_new(a, "started", json_real(p->started));
	json_object_set_new(a, "ended", json_real(clock_wall()));
	json_object_set_new(a, "exit", json_integer(e->exit));
	json_object_set_new(a, "outcome", json_string(e->exit ? "failed" : p->outcome));
	autofree char *text = err_text(e);
	autofree char *visible = visible_lines(e->exit ? text : "");
	json_object_set_new(a, "message", json_string(visible));
	if (!e->exit)
		json_object_set_new(a, "last_success", json_real(clock_wall()));
	json_object_set(a, "stages", p->stages);
	if (p->s.root) {
		json_object_set(a, "snapshot", json_object_get(p->s.root, "taken"));
		json_object_set(a, "peers", json_object_get(p->s.root, "peers"));
		json_object_set(a, "self", json_object_get(p->s.root, "self"));
	}
	if (p->text)
		apply_record(p);
	struct status_run run = {p->held, p->configured, e->exit, a};
	status_save(&p->c, p->status, &run);
}

int pass_run(struct pass *p, struct err *e)
{
	swap_signals();
	int rc = story(p, e);
	if (p->c.apply.state_dir) {
		if (!p->status)
			p->status = status_load(&p->c);
		record(p, e);
	}
	return rc;
}

void pass_free(struct pass *p)
{
	swap_free(&p->w);
	tmpl_map_free(&p->map);
	free(p->text);
	model_free(&p->m);
	snapshot_free(&p->s);
	json_decref(p->out);
	json_decref(p->status);
	json_decref(p->stages);
	config_free(&p->c);
	*p = (struct pass){0};
}
