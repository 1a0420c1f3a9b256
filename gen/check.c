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

int check_all(FILE *f, struct pass *p, struct err *e)
{
	if (pass_config(p, e))
		return -1;
	fprintf(f, "%s: fine\n", p->c.file ? p->c.file : "no lb.ini, defaults alone");
	snapshot_none(&p->s);
	if (pass_rebuild(p, NULL, e))
		return -1;
	const char *name = p->ask->template ? p->ask->template : p->c.haproxy.template;
	fprintf(f, "%s: fine\n", name ? name : "the built-in template");
	if (judge(p, e))
		return -1;
	fprintf(f, "%s -c on the text for no services: fine\n", p->c.haproxy.binary);
	return 0;
}
