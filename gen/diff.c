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
#include "secret.h"

extern char **environ;

/* The bytes as a file of this process alone. */
static int memory_file(const struct buf *b)
{
	int fd = memfd_create("lbgen", MFD_CLOEXEC);
	for (size_t done = 0; fd >= 0 && done < b->len;) {
		ssize_t n = write(fd, b->s + done, b->len - done);
		if (n <= 0)
			util_close_fd(&fd);
		else
			done += (size_t)n;
	}
	return fd;
}

/* Runs diff(1) with f as its output: a difference may be as large as the file.
 * It reads both texts from this process. */
static int unified(FILE *f, const char *live, int old, int new)
{
	posix_spawn_file_actions_t fa;
	autofree char *from_file = xasprintf("/proc/%ld/fd/%d", (long)getpid(), old);
	autofree char *to_file = xasprintf("/proc/%ld/fd/%d", (long)getpid(), new);
	autofree char *from = xasprintf("--label=%s", live);
	autofree char *to = xasprintf("--label=%s.new", live);
	char name[] = "diff", flag[] = "-u", end[] = "--";
	char *argv[] = {name, flag, from, to, end, from_file, to_file, NULL};
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

/* Passwords are for HAProxy, not for a terminal or a bug report; that one has
 * changed is said. */
static void text_diff(FILE *f, const struct pass *p)
{
	autobuf struct buf old = {0}, new = {0}, was = {0}, is = {0}, none = {0};
	secret_mask(&old, p->w.live.s ? p->w.live.s : "", p->w.live.len, SECRET_HIDDEN, &was);
	secret_mask(&new, p->text, p->len, SECRET_HIDDEN, &is);
	if (was.len && is.len && (was.len != is.len || memcmp(was.s, is.s, is.len) != 0)) {
		new.len = 0;
		secret_mask(&new, p->text, p->len, SECRET_HIDDEN " (changed)", &none);
	}
	autoclose int old_fd = memory_file(&old);
	autoclose int new_fd = memory_file(&new);
	if (old_fd < 0 || new_fd < 0 || unified(f, p->w.file, old_fd, new_fd))
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
