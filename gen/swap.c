/* swap: see swap.h. */
#include "swap.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LIVE_CAP = 256 << 20 };

/* The one mutable global: the temporary file that a signal has to remove. */
static char tmp_path[4096];
static volatile sig_atomic_t tmp_there;

static void on_signal(int sig)
{
	if (tmp_there)
		unlink(tmp_path);
	signal(sig, SIG_DFL);
	raise(sig);
}

void swap_signals(void)
{
	static const int sigs[] = {SIGINT, SIGTERM, SIGHUP};
	for (size_t i = 0; i < ARRAY_LEN(sigs); i++) {
		struct sigaction old, sa = {.sa_handler = on_signal};
		sigaction(sigs[i], NULL, &old);
		if (old.sa_handler != SIG_IGN) /* nohup stays nohup */
			sigaction(sigs[i], &sa, NULL);
	}
	signal(SIGPIPE, SIG_IGN);
}

static void remember_tmp(const char *path)
{
	tmp_there = 0;
	if (path && strlen(path) < sizeof(tmp_path)) {
		memcpy(tmp_path, path, strlen(path) + 1);
		tmp_there = 1;
	}
}

/* --- the lock -------------------------------------------------------------------- */

static int open_lock(struct swap *s, const struct config *c, struct err *e)
{
	struct err first = {0};
	s->lock_path = xasprintf("%s/lock", c->apply.state_dir);
	if (mkdir_for(s->lock_path, &first) == 0)
		s->lock = open(s->lock_path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (s->lock >= 0)
		return 0;
	if (!first.exit)
		err_sys(&first, EX_CANTCREAT, "%s", s->lock_path);
	/* a run without a folder of its own still must not meet another */
	free(s->lock_path);
	s->lock_path = xasprintf("%s.lock", c->haproxy.file);
	s->lock = open(s->lock_path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (s->lock >= 0)
		return 0;
	return err_set(e, EX_CANTCREAT,
		       "cannot make the lock file: %s; nor %s: %s (set [apply] state_dir to a "
		       "folder that lbgen may write)",
		       first.msg, s->lock_path, strerror(errno));
}

static int lock_held(struct swap *s, struct err *e)
{
	char who[32] = "";
	ssize_t n = pread(s->lock, who, sizeof(who) - 1, 0);
	long pid = n > 0 ? strtol(who, NULL, 10) : 0;
	char by[40] = "another run";
	if (pid > 0)
		snprintf(by, sizeof(by), "another run (pid %ld)", pid);
	return err_set(e, EX_TEMPFAIL,
		       "%s: %s holds the lock, and the time is over; nothing was changed",
		       s->lock_path, by);
}

int swap_lock(struct swap *s, const struct config *c, struct deadline d, struct err *e)
{
	s->lock = -1;
	if (open_lock(s, c, e))
		return -1;
	for (int64_t nap = 2; flock(s->lock, LOCK_EX | LOCK_NB); nap = nap < 50 ? nap * 2 : 50) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return err_sys(e, EX_CANTCREAT, "%s: flock", s->lock_path);
		if (deadline_left(d) == 0)
			return lock_held(s, e);
		sleep_ms(nap < deadline_left(d) ? nap : deadline_left(d));
	}
	char who[32];
	int n = snprintf(who, sizeof(who), "%ld\n", (long)getpid());
	/* told to people only: a full disk is no reason to stop here */
	if (ftruncate(s->lock, 0) || pwrite(s->lock, who, (size_t)n, 0) < 0)
		errno = 0;
	return 0;
}

/* --- the live file ------------------------------------------------------------------ */

enum { LINKS_MAX = 20 };

/* What a link names, as seen from the link's own folder. */
static char *link_target(const char *link)
{
	char target[4096];
	ssize_t n = readlink(link, target, sizeof(target));
	if (n <= 0 || (size_t)n == sizeof(target))
		return NULL;
	const char *slash = strrchr(link, '/');
	if (target[0] == '/' || !slash)
		return xstrndup(target, (size_t)n);
	return xasprintf("%.*s/%.*s", (int)(slash - link), link, (int)n, target);
}

/* Follows symbolic links, so that a link stays one; also one whose file is not
 * there yet. */
static char *resolve(const char *file)
{
	char *at = realpath(file, NULL);
	if (at)
		return at;
	at = xstrdup(file);
	for (int i = 0; i < LINKS_MAX; i++) {
		char *next = link_target(at);
		if (!next)
			break;
		free(at);
		at = next;
	}
	return at;
}

int swap_read(struct swap *s, const struct config *c, struct err *e)
{
	if (!s->lock_path)
		s->lock = -1;
	s->file = resolve(c->haproxy.file);
	s->tmp = xasprintf("%s.new", s->file);
	s->prev = xasprintf("%s.prev", s->file);
	s->rejected = xasprintf("%s.rejected", s->file);
	s->before = xasprintf("%s.before-lbgen", s->file);
	if (s->lock >= 0)
		unlink(s->tmp); /* of a killed run */
	struct err got = {0};
	s->had = file_read(s->file, LIVE_CAP, EX_CANTCREAT, &s->live, &got) == 0;
	if (!s->had && got.sys != ENOENT) {
		*e = e->exit ? *e : got;
		return -1;
	}
	return 0;
}

bool swap_same(const struct swap *s, const void *text, size_t len)
{
	return s->had && s->live.len == len && (len == 0 || memcmp(s->live.s, text, len) == 0);
}

/* --- writing ------------------------------------------------------------------------- */

static int write_all(int fd, const char *data, size_t len)
{
	while (len) {
		ssize_t n = write(fd, data, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		data += n;
		len -= (size_t)n;
	}
	return 0;
}

static int sync_folder(const struct swap *s, struct err *e)
{
	autofree char *dir = xstrdup(s->file);
	char *slash = strrchr(dir, '/');
	if (slash)
		slash[slash == dir] = '\0';
	autoclose int fd = open(slash ? dir : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || (fsync(fd) && errno != EINVAL))
		return err_sys(e, EX_CANTCREAT, "%s: fsync of the folder", dir);
	return 0;
}

static int write_failed(struct swap *s, struct err *e)
{
	const char *remedy = "";
	if (errno == ENOSPC || errno == EDQUOT)
		remedy = "; make room there: the live file is untouched";
	else if (errno == EROFS || errno == EACCES || errno == EPERM)
		remedy = "; lbgen needs to write in this folder: the live file is untouched";
	else if (errno == ENOENT)
		remedy = "; create its folder";
	err_sys(e, EX_CANTCREAT, "%s", s->tmp);
	if (e && strlen(e->msg) + strlen(remedy) < sizeof(e->msg))
		strcat(e->msg, remedy);
	swap_drop(s);
	return -1;
}

int swap_write(struct swap *s, const void *text, size_t len, unsigned mode, struct err *e)
{
	struct stat st = {.st_mode = mode};
	bool had = stat(s->file, &st) == 0;
	remember_tmp(s->tmp);
	unlink(s->tmp); /* of a killed run */
	autoclose int fd = open(s->tmp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return write_failed(s, e);
	/* an owner that cannot be kept is not worth failing for */
	if (had && fchown(fd, st.st_uid, st.st_gid))
		errno = 0;
	if (fchmod(fd, st.st_mode & 07777U) || write_all(fd, text, len) || fsync(fd))
		return write_failed(s, e);
	return 0;
}

void swap_drop(struct swap *s)
{
	int kept = errno;
	if (s->tmp && tmp_there)
		unlink(s->tmp);
	remember_tmp(NULL);
	errno = kept;
}

void swap_reject(struct swap *s)
{
	if (rename(s->tmp, s->rejected))
		unlink(s->tmp);
	remember_tmp(NULL);
}

/* A second name for the live file costs no copy; where links are not possible
 * (some file systems, mounts) the bytes are copied. */
static int keep_prev(struct swap *s, struct err *e)
{
	if (!s->had)
		return 0;
	autofree char *half = xasprintf("%s.new", s->prev);
	unlink(half);
	if (link(s->file, half) == 0 && rename(half, s->prev) == 0) {
		unlink(half); /* rename of two names of one file leaves both */
		return 0;
	}
	unlink(half);
	return file_write(s->prev, s->live.s, s->live.len, 0600, e);
}

const char *swap_keep(struct swap *s)
{
	autobuf struct buf kept = {0};
	struct err e = {0};
	if (file_read(s->before, LIVE_CAP, EX_CANTCREAT, &kept, &e) == 0)
		return swap_same(s, kept.s, kept.len) ? s->before : s->prev;
	if (e.sys != ENOENT)
		return s->prev;
	if (link(s->file, s->before) == 0 ||
	    file_write(s->before, s->live.s, s->live.len, 0600, NULL) == 0)
		return s->before;
	return s->prev;
}

static int rename_failed(struct swap *s, struct err *e)
{
	if (errno == EBUSY)
		err_set(
		    e, EX_CANTCREAT,
		    "%s is a mount of its own (a single file mounted into a container), and such "
		    "a file cannot be replaced as a whole: mount its folder instead; the file is "
		    "untouched",
		    s->file);
	else
		err_sys(e, EX_CANTCREAT, "%s: rename", s->file);
	swap_drop(s);
	return -1;
}

int swap_commit(struct swap *s, struct err *e)
{
	if (keep_prev(s, e)) {
		swap_drop(s);
		return -1;
	}
	if (rename(s->tmp, s->file))
		return rename_failed(s, e);
	remember_tmp(NULL);
	return sync_folder(s, e);
}

int swap_back(struct swap *s, const void *text, size_t len, struct err *e)
{
	unlink(s->rejected);
	if (link(s->file, s->rejected))
		errno = 0; /* kept for people only */
	if (!text) {
		if (unlink(s->file) && errno != ENOENT)
			return err_sys(e, EX_CANTCREAT, "%s", s->file);
		return sync_folder(s, e);
	}
	if (swap_write(s, text, len, 0644, e))
		return -1;
	if (rename(s->tmp, s->file))
		return rename_failed(s, e);
	remember_tmp(NULL);
	return sync_folder(s, e);
}

void swap_free(struct swap *s)
{
	swap_drop(s);
	if (s->lock_path && s->lock >= 0)
		close(s->lock);
	free(s->file);
	free(s->tmp);
	free(s->prev);
	free(s->rejected);
	free(s->before);
	free(s->lock_path);
	buf_free(&s->live);
	*s = (struct swap){.lock = -1};
}
