/* check: see check.h. */
#include "check.h"

#include <string.h>
#include <unistd.h>

#include "haproxy.h"

static int judge(struct pass *p, struct err *e)
{
	const char *dir = getenv("TMPDIR");
	autofree char *path = xasprintf("%s/lbgen-check.XXXXXX", dir && *dir ? dir : "/tmp");
	autoclose int fd = mkstemp(path);
	if (fd < 0)
		return err_sys(e, EX_CANTCREAT, "%s", path);
	size_t done = 0;
	while (done < p->len) {
		ssize_t n = write(fd, p->text + done, p->len - done);
		if (n < 0)
			break;
		done += (size_t)n;
	}
	int rc = done < p->len ? err_sys(e, EX_CANTCREAT, "%s", path)
			       : haproxy_check(&p->c, path, "haproxy.cfg", p->d, NULL, e);
	unlink(path);
	return rc;
}

/* "lb.ini:12: ", where the section begins */
static void add_place(struct buf *text, const struct config *c, const char *service)
{
	for (size_t i = 0; i < c->n_services; i++)
		if (strcmp(c->services[i].name, service) == 0 && c->services[i].line)
			buf_addf(text, "%s:%d: ", c->file, c->services[i].line);
}

/* A section that would never be served is an error of the file. */
static int judge_services(struct pass *p, struct err *e)
{
	autobuf struct buf text = {0};
	if (model_build(&p->m, &p->c, &p->s, NULL, e))
		return -1;
	for (size_t i = 0; i < p->m.n_findings; i++) {
		const struct finding *f = &p->m.findings[i];
		if (f->kind != FINDING_LEFT_OUT)
			continue;
		buf_adds(&text, text.len ? "\n" : "");
		add_place(&text, &p->c, f->member);
		buf_addf(&text, "would be left out (%s): %s", f->reason, f->text);
	}
	return text.len ? err_set(e, EX_CONFIG, "%s", text.s) : 0;
}

int check_all(FILE *f, struct pass *p, struct err *e)
{
	if (pass_config(p, e))
		return -1;
	snapshot_services(&p->s, &p->c);
	if (judge_services(p, e))
		return -1;
	fprintf(f, "%s: fine\n", p->c.file ? p->c.file : "no lb.ini, defaults alone");
	if (pass_rebuild(p, NULL, e))
		return -1;
	const char *name = p->ask->template ? p->ask->template : p->c.haproxy.template;
	fprintf(f, "%s: fine\n", name ? name : "the built-in template");
	if (judge(p, e))
		return -1;
	fprintf(f, "%s -c on the text for %s: fine\n", p->c.haproxy.binary,
		p->c.n_services ? "the services of lb.ini" : "no services");
	return 0;
}
