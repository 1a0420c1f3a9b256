/* proc: see proc.h. */
#include "proc.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { KEPT = 1 << 20 };

extern char **environ;

static int spawn(const char *const *argv, int out, pid_t *pid)
{
	posix_spawn_file_actions_t fa;
	posix_spawnattr_t at;
	sigset_t none;
	sigemptyset(&none);
	posix_spawn_file_actions_init(&fa);
	posix_spawnattr_init(&at);
	posix_spawn_file_actions_addopen(&fa, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&fa, out, 1);
	posix_spawn_file_actions_adddup2(&fa, out, 2);
	/* a group of its own, so that the deadline ends grandchildren too */
	posix_spawnattr_setflags(&at, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
					  POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setpgroup(&at, 0);
	posix_spawnattr_setsigmask(&at, &none);
	sigset_t deflt;
	sigemptyset(&deflt);
	sigaddset(&deflt, SIGPIPE); /* ignored here, not there */
	posix_spawnattr_setsigdefault(&at, &deflt);
	char *const *args;
	memcpy(&args, &argv, sizeof(args)); /* posix_spawnp does not write to them */
	int rc = posix_spawnp(pid, argv[0], &fa, &at, args, environ);
	posix_spawn_file_actions_destroy(&fa);
	posix_spawnattr_destroy(&at);
	return rc;
}

/* Reads until end of file. Returns 1 at end of file, 0 at the deadline. */
static int drain(int fd, struct deadline d, struct buf *out)
{
	char chunk[8192];
	for (;;) {
		struct pollfd p = {.fd = fd, .events = POLLIN};
		int64_t left = deadline_left(d);
		int rc = poll(&p, 1, left > 60000 ? 60000 : (int)left);
		if (rc < 0 && errno == EINTR)
			continue;
		if (rc == 0 && deadline_left(d) == 0)
			return 0;
		if (rc == 0)
			continue;
		ssize_t n = read(fd, chunk, sizeof(chunk));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return 1;
		if (out && out->len < KEPT)
			buf_add(out, chunk, (size_t)n);
	}
}

/* Awaits the child without blocking past the deadline: output may have been
 * closed by a child that goes on. */
static int await(pid_t pid, struct deadline d, int *raw)
{
	for (int64_t nap = 1;; nap = nap < 16 ? nap * 2 : 16) {
		pid_t got = waitpid(pid, raw, WNOHANG);
		if (got == pid)
			return 1;
		if (deadline_left(d) == 0)
			return 0;
		sleep_ms(nap);
	}
}

int proc_run(const char *const *argv, struct deadline d, int *status, struct buf *out,
	     struct err *e)
{
	int p[2];
	if (pipe2(p, O_CLOEXEC))
		return err_sys(e, EX_OSERR, "pipe");
	autoclose int in = p[0];
	autoclose int to = p[1];
	pid_t pid;
	int rc = spawn(argv, to, &pid);
	if (rc) {
		errno = rc;
		return err_sys(e, EX_UNAVAILABLE, "cannot start %s", argv[0]);
	}
	util_close_fd(&to);
	int raw = 0;
	if (!drain(in, d, out) || !await(pid, d, &raw)) {
		kill(-pid, SIGKILL);
		waitpid(pid, &raw, 0);
		return err_set(e, EX_UNAVAILABLE, "%s did not end in time and was killed", argv[0]);
	}
	*status = WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw);
	return 0;
}
