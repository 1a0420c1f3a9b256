/* diff: see diff.h. */
#include "diff.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "apply.h"
#include "cfgtext.h"
#include "report.h"

extern char **environ;

/* Runs diff(1) with f as its output: a difference may be as large as the file.
 * The new text needs no file: diff reads it from this process. */
static int unified(FILE *f, const char *live, int fd)
{
	posix_spawn_file_actions_t fa;
	autofree char *new = xasprintf("/proc/%ld/fd/%d", (long)getpid(), fd);
	autofree char *from = xasprintf("--label=%s", live);
	autofree char *to = xasprintf("--label=%s.new", live);
	autofree char *old = xstrdup(file_exists(live) ? live : "/dev/null");
	char name[] = "diff", flag[] = "-u", end[] = "--";
	char *argv[] = {name, flag, from, to, end, old, new, NULL};
	pid_t pid;
	int raw = 0;
	fflush(f);
	posix_spawn_file_actions_init(&fa);
	posix_spawn_file_actions_adddup2(&fa, fileno(f), 1);
	int rc = posix_spawnp(&pid, "diff", &fa, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&fa);
	if (rc)
		return -1;
	while (waitpid(pid, &raw, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(raw) && WEXITSTATUS(raw) < 2 ? 0 : -1;
}

static void text_diff(FILE *f, const struct pass *p)
{
	autoclose int fd = memfd_create("lbgen", MFD_CLOEXEC);
	size_t done = 0;
	while (fd >= 0 && done < p->len) {
		ssize_t n = write(fd, p->text + done, p->len - done);
		if (n <= 0)
			break;
		done += (size_t)n;
	}
	if (fd < 0 || done < p->len || unified(f, p->w.file, fd))
		report_line(REPORT_WARNING,
			    "no diff of the text: diff(1) of diffutils does not run");
}

int diff_print(FILE *f, struct pass *p, struct err *e)
{
	struct haproxy_seen seen;
	if (pass_text(p, e) || swap_read(&p->w, &p->c, e))
		return -1;
	haproxy_look(&p->c, p->d, &seen, NULL);
	if (swap_same(&p->w, p->text, p->len)) {
		if (apply_in_step(p, &seen))
			return 0;
		fprintf(f, "%s is right, but HAProxy %s: a pass would %s it\n", p->w.file,
			seen.running ? "runs something else" : "does not run",
			seen.running ? "reload" : "start");
		return 1;
	}
	text_diff(f, p);
	json_auto_t *old = cfgtext_read(p->w.live.s ? p->w.live.s : "", p->w.live.len);
	json_auto_t *new = cfgtext_read(p->text, p->len);
	json_auto_t *lines = cfgtext_changes(old, new);
	json_t *line;
	size_t i;
	fputc('\n', f);
	json_array_foreach(lines, i, line)
	    fprintf(f, "%s (needs a reload)\n", json_string_value(line));
	if (!json_array_size(lines))
		fputs("no service or server changes; the text does (needs a reload)\n", f);
	if (!seen.running)
		fputs("HAProxy does not run\n", f);
	return 1;
}
