/* haproxy_reload: asking for a reload, and knowing that it took. See haproxy.h.
 *
 * HAProxy 2.6 drops what it is asked for during a reload, and a signal kills
 * one that is still starting. So: one trigger at a time, its effect awaited by
 * the marker, and sent again only when HAProxy plainly is not busy loading. */
#include "haproxy.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "http.h"
#include "proc.h"
#include "report.h"

extern char **environ;

enum { RETRY_MS = 1000, CHILD_MS = 300, BLIND_MS = 2000 };

enum verdict { WAITING, TOOK, REFUSED };

struct watch {
	const struct config *c;
	const char *hash;
	struct deadline d;
	bool running;
	bool procs_known;
	struct haproxy_procs before;
	pid_t pid;
	struct buf children; /* of the master, before */
	int64_t child_since; /* when a new one was first seen; 0 = none */
	int64_t dark_since;  /* since when no socket tells the marker; 0 = it does */
	bool same_before;    /* it ran this very text before the trigger */
	bool idle;           /* HAProxy answers: it is not busy loading */
	bool blind;
	struct buf said;
};

/* systemd runs here and knows the unit. */
static bool has_unit(const struct config *c)
{
	static const char *const dirs[] = {"/etc/systemd/system", "/run/systemd/system",
					   "/usr/local/lib/systemd/system", "/lib/systemd/system"};
	if (!file_exists("/run/systemd/system"))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(dirs); i++) {
		autofree char *file = xasprintf("%s/%s", dirs[i], c->haproxy.unit);
		if (file_exists(file))
			return true;
	}
	return false;
}

/* Where HAProxy says why it does not start. */
static char *its_log(const struct config *c)
{
	return has_unit(c) ? xasprintf("journalctl -u %s", c->haproxy.unit)
			   : xstrdup("see its log");
}

char *haproxy_how_to_start(const struct config *c)
{
	switch (c->haproxy.reload) {
	case RELOAD_SYSTEMD:
		return xasprintf("start it with: systemctl start %s", c->haproxy.unit);
	case RELOAD_DOCKER:
		return xasprintf("start it with: docker start %s", c->haproxy.reload_arg);
	case RELOAD_MASTER:
	case RELOAD_SIGNAL:
	case RELOAD_COMMAND:
		break;
	}
	if (has_unit(c))
		return xasprintf(
		    "start it with: systemctl start %s (why it ended: journalctl -u %s)",
		    c->haproxy.unit, c->haproxy.unit);
	return xasprintf("start it with: haproxy -W -D -S %s -p %s -f %s (or let lbgen do that: "
			 "[haproxy] start)",
			 c->haproxy.master_socket, c->haproxy.pid_file, c->haproxy.file);
}

static int not_running(const struct config *c, const char *why, struct err *e)
{
	autofree char *how = haproxy_how_to_start(c);
	return err_set(e, EX_UNAVAILABLE, "HAProxy does not run (%s); %s", why, how);
}

/* --- triggers ---------------------------------------------------------------------- */

/* A process without a handler for USR2 is still starting: the signal would
 * end it (proc(5): SigCgt). */
static bool catches_usr2(pid_t pid)
{
	autofree char *path = xasprintf("/proc/%ld/status", (long)pid);
	autobuf struct buf b = {0};
	if (file_read(path, 65536, EX_OSERR, &b, NULL) || !b.s)
		return false;
	const char *p = strstr(b.s, "SigCgt:");
	return p && (strtoull(p + 7, NULL, 16) >> (SIGUSR2 - 1) & 1);
}

static int by_master(struct watch *w, struct err *e)
{
	struct err why = {0};
	w->said.len = 0;
	for (int64_t until = clock_ms() + RETRY_MS;;) {
		if (haproxy_ask(w->c->haproxy.master_socket, "reload", w->d, &w->said, &why) == 0)
			return 0;
		if (why.sys == EACCES || why.sys == EPERM)
			return err_set(e, EX_UNAVAILABLE, "%s: lbgen may not use it", why.msg);
		/* it refuses while it re-executes itself */
		bool busy = why.sys == ECONNREFUSED || why.sys == ECONNRESET || why.sys == EPIPE;
		if (!busy || (!w->pid && clock_ms() > until) || deadline_left(w->d) == 0)
			return not_running(w->c, why.msg, e);
		why = (struct err){0};
		sleep_ms(10);
	}
}

static int by_signal(struct watch *w, struct err *e)
{
	if (!w->pid) {
		autofree char *why = xasprintf("no process as %s says", w->c->haproxy.pid_file);
		return not_running(w->c, why, e);
	}
	while (!catches_usr2(w->pid)) {
		if (kill(w->pid, 0) && errno == ESRCH)
			return not_running(w->c, "it ended while it was starting", e);
		if (deadline_left(w->d) == 0)
			return err_set(e, EX_UNAVAILABLE,
				       "HAProxy (pid %ld) takes no reload signal: it is still "
				       "starting, or runs without -W (master-worker)",
				       (long)w->pid);
		sleep_ms(10);
	}
	if (kill(w->pid, SIGUSR2))
		return err_sys(e, EX_UNAVAILABLE, "HAProxy (pid %ld): signal USR2", (long)w->pid);
	return 0;
}

static int by_program(struct watch *w, const char *const *argv, const char *name, struct err *e)
{
	int status;
	w->said.len = 0;
	if (proc_run(argv, w->d, &status, &w->said, e))
		return err_wrap(e, "reloading HAProxy");
	if (status == 0)
		return 0;
	while (w->said.len && w->said.s[w->said.len - 1] == '\n')
		w->said.s[--w->said.len] = '\0';
	autofree char *why = xasprintf("%s ended with status %d: %.1000s", name, status,
				       w->said.len ? w->said.s : "no words");
	return w->running ? err_set(e, EX_SOFTWARE, "%s", why) : not_running(w->c, why, e);
}

static int by_docker(struct watch *w, struct err *e)
{
	struct http *h = NULL;
	autobuf struct buf body = {0};
	long status = 0;
	autofree char *name = http_escape(w->c->haproxy.reload_arg);
	autofree char *path = xasprintf("/containers/%s/kill?signal=SIGUSR2", name);
	int rc = http_open(&h, w->c, w->c->docker.host, e);
	if (!rc)
		rc = http_post(h, path, w->d, &status, &body, e);
	http_free(h);
	if (rc)
		return err_wrap(e, "reloading HAProxy in container %s", w->c->haproxy.reload_arg);
	if (status >= 200 && status < 300)
		return 0;
	autofree char *words = str_visible(body.s ? body.s : "", 300);
	if (status == 404 || status == 409) {
		autofree char *why = xasprintf("container %s: %s", w->c->haproxy.reload_arg, words);
		return not_running(w->c, why, e);
	}
	return err_set(e, EX_UNAVAILABLE, "signal to container %s: the engine answers %ld %s",
		       w->c->haproxy.reload_arg, status, words);
}

static int trigger(struct watch *w, struct err *e)
{
	const char *const systemctl[] = {"systemctl", "reload-or-restart", w->c->haproxy.unit,
					 NULL};
	const char *const shell[] = {"/bin/sh", "-c", w->c->haproxy.reload_command, NULL};
	switch (w->c->haproxy.reload) {
	case RELOAD_MASTER:
		return by_master(w, e);
	case RELOAD_SIGNAL:
		return by_signal(w, e);
	case RELOAD_SYSTEMD:
		return by_program(w, systemctl, "systemctl reload-or-restart", e);
	case RELOAD_COMMAND:
		if (!w->c->haproxy.reload_command)
			return err_set(e, EX_CONFIG,
				       "[haproxy] reload = command needs reload_command");
		return by_program(w, shell, "[haproxy] reload_command", e);
	case RELOAD_DOCKER:
		return by_docker(w, e);
	}
	return 0;
}

/* --- the verdict -------------------------------------------------------------------- */

static void read_children(pid_t pid, struct buf *b)
{
	autofree char *path = xasprintf("/proc/%ld/task/%ld/children", (long)pid, (long)pid);
	b->len = 0;
	buf_addc(b, ' ');
	file_read(path, 65536, EX_OSERR, b, NULL);
}

/* Has the master a child that it did not have, for a while? */
static bool new_child(struct watch *w)
{
	autobuf struct buf now = {0};
	read_children(w->pid, &now);
	bool found = false;
	char *save = NULL;
	for (char *p = strtok_r(now.s, " ", &save); p; p = strtok_r(NULL, " ", &save)) {
		autofree char *word = xasprintf(" %s ", p);
		found |= !strstr(w->children.s, word);
	}
	if (!found)
		w->child_since = 0;
	else if (!w->child_since)
		w->child_since = clock_ms();
	return found && clock_ms() - w->child_since >= CHILD_MS;
}

/* No socket tells: what /proc tells must do. */
static enum verdict judge_dark(struct watch *w, const struct haproxy_seen *seen)
{
	int64_t now = clock_ms();
	if (!w->dark_since)
		w->dark_since = now;
	bool sure = seen->denied || now - w->dark_since > BLIND_MS;
	w->blind = true;
	if (w->pid && w->children.len > 1)
		return sure && new_child(w) ? TOOK : WAITING;
	return now - w->dark_since > BLIND_MS && seen->running ? TOOK : WAITING;
}

static enum verdict judge(struct watch *w)
{
	struct haproxy_seen seen;
	struct haproxy_procs p;
	haproxy_look(w->c, w->d, &seen, NULL);
	bool procs = seen.master && haproxy_procs(w->c, w->d, &p, NULL) == 0;
	bool again = procs && w->procs_known && p.reloads > w->before.reloads;
	/* without a master's socket the worker's answer must do; a master that had
	 * one and is silent is not idle */
	w->idle = procs || (seen.readable && !seen.master && !w->procs_known);
	if (!seen.readable)
		return again && p.failed ? REFUSED : judge_dark(w, &seen);
	w->dark_since = 0;
	w->blind = false;
	if (again && p.failed)
		return REFUSED;
	/* a master that answered before has to answer again: until then it is
	 * still busy with the reload */
	if (w->procs_known && (!procs || p.workers == 0))
		return WAITING;
	/* the old worker's marker proves nothing when it is the same */
	if (w->same_before && w->procs_known && !again)
		return WAITING;
	if (!*w->hash)
		return TOOK;
	return strcmp(seen.marker, w->hash) == 0 ? TOOK : WAITING;
}

static int refused(struct watch *w, struct err *e)
{
	const char *words = w->said.len ? w->said.s : "";
	const char *log = strstr(words, "\n--\n");
	autofree char *seen = str_visible(log ? log + 4 : "", 1000);
	autofree char *where = its_log(w->c);
	if (*seen)
		return err_set(e, EX_SOFTWARE, "HAProxy refused the reload: %s", seen);
	return err_set(e, EX_SOFTWARE, "HAProxy refused the reload (its own words: %s)", where);
}

static int unconfirmed(struct watch *w, struct err *e)
{
	struct haproxy_seen seen;
	haproxy_look(w->c, deadline_in(2000), &seen, NULL);
	if (!seen.running)
		return not_running(w->c, "it ended during the reload: see its log", e);
	/* its master is too busy to answer, but what serves is the new one */
	if (seen.readable && *w->hash && !w->same_before && strcmp(seen.marker, w->hash) == 0)
		return 0;
	return err_set(e, EX_SOFTWARE,
		       "HAProxy did not take the new configuration within [haproxy] confirm: it "
		       "runs generation %s, wanted %s (does it read %s?)",
		       !seen.readable ? "(unknown)"
		       : *seen.marker ? seen.marker
				      : "(none)",
		       w->hash, w->c->haproxy.file);
}

static int await_verdict(struct watch *w, struct err *e)
{
	int64_t sent = clock_ms(), patience = RETRY_MS;
	for (int64_t nap = 4;; nap = nap < 50 ? nap * 2 : 50) {
		enum verdict v = judge(w);
		if (v == TOOK)
			return 0;
		if (v == REFUSED || strstr(w->said.len ? w->said.s : "", "Success=0"))
			return refused(w, e);
		if (deadline_left(w->d) == 0)
			return unconfirmed(w, e);
		/* with too little time left its effect would not be seen */
		if (w->idle && clock_ms() - sent > patience && deadline_left(w->d) > RETRY_MS / 2) {
			report_line(REPORT_DEBUG, "the reload was lost: asking again");
			if (w->procs_known)
				haproxy_procs(w->c, w->d, &w->before, NULL);
			if (trigger(w, e))
				return -1;
			sent = clock_ms();
			patience *= 2;
		}
		sleep_ms(nap);
	}
}

static void watch_open(struct watch *w)
{
	struct haproxy_seen seen;
	haproxy_look(w->c, w->d, &seen, NULL);
	w->pid = seen.pid;
	w->running = seen.running;
	w->same_before = seen.readable && strcmp(seen.marker, w->hash) == 0;
	w->procs_known = seen.master && haproxy_procs(w->c, w->d, &w->before, NULL) == 0;
	if (w->pid)
		read_children(w->pid, &w->children);
}

static void watch_close(struct watch *w)
{
	buf_free(&w->children);
	buf_free(&w->said);
}

int haproxy_reload(const struct config *c, const char *hash, struct deadline d, bool *blind,
		   struct err *e)
{
	__attribute__((cleanup(watch_close))) struct watch w = {
	    .c = c, .hash = hash, .d = deadline_sooner(d, c->haproxy.confirm)};
	watch_open(&w);
	if (trigger(&w, e) || await_verdict(&w, e))
		return -1;
	if (blind)
		*blind = w.blind;
	return 0;
}

/* --- start ----------------------------------------------------------------------------- */

/* The command goes on after lbgen: its output is lbgen's log, not a pipe. */
static int spawn_start(const char *command, pid_t *pid)
{
	posix_spawn_file_actions_t fa;
	posix_spawnattr_t at;
	sigset_t none, deflt;
	sigemptyset(&none);
	sigemptyset(&deflt);
	sigaddset(&deflt, SIGPIPE);
	char sh[] = "/bin/sh", flag[] = "-c";
	autofree char *text = xstrdup(command);
	char *argv[] = {sh, flag, text, NULL};
	posix_spawn_file_actions_init(&fa);
	posix_spawnattr_init(&at);
	posix_spawn_file_actions_addopen(&fa, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&fa, 2, 1);
	posix_spawnattr_setflags(&at, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK |
					  POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setsigmask(&at, &none);
	posix_spawnattr_setsigdefault(&at, &deflt);
	int rc = posix_spawn(pid, sh, &fa, &at, argv, environ);
	posix_spawn_file_actions_destroy(&fa);
	posix_spawnattr_destroy(&at);
	return rc;
}

int haproxy_start(const struct config *c, const char *hash, struct deadline d, struct err *e)
{
	pid_t pid;
	int raw = 0;
	bool ended = false;
	errno = spawn_start(c->haproxy.start, &pid);
	if (errno)
		return err_sys(e, EX_UNAVAILABLE, "[haproxy] start: /bin/sh");
	d = deadline_sooner(d, c->haproxy.confirm);
	for (struct haproxy_seen seen; deadline_left(d); sleep_ms(20)) {
		haproxy_look(c, d, &seen, NULL);
		if (seen.readable && strcmp(seen.marker, hash) == 0)
			return 0;
		if (seen.running && !seen.readable && (seen.denied || (ended && seen.pid)))
			return 0;
		ended = ended || waitpid(pid, &raw, WNOHANG) == pid;
		if (ended && raw)
			break;
	}
	return err_set(e, EX_UNAVAILABLE, "[haproxy] start: \"%s\" %s", c->haproxy.start,
		       ended && raw ? "failed (its words are above)"
				    : "did not bring HAProxy up on the new file in time");
}
