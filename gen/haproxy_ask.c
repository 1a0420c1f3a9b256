/* haproxy_ask: questions on HAProxy's sockets. See haproxy.h. */
#include "haproxy.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { ANSWER_CAP = 64 << 20 };

static int await(int fd, short what, struct deadline d)
{
	for (;;) {
		struct pollfd p = {.fd = fd, .events = what};
		int64_t left = deadline_left(d);
		int rc = poll(&p, 1, left > 60000 ? 60000 : (int)left);
		if (rc > 0)
			return 0;
		if (rc < 0 && errno != EINTR)
			return -1;
		if (rc == 0 && left == 0) {
			errno = ETIMEDOUT;
			return -1;
		}
	}
}

static int dial(const char *path, struct deadline d)
{
	struct sockaddr_un sa = {.sun_family = AF_UNIX};
	if (strlen(path) >= sizeof(sa.sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(sa.sun_path, path, strlen(path) + 1);
	autoclose int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -1;
	/* a full backlog says EAGAIN: HAProxy is busy, not gone */
	while (connect(fd, (struct sockaddr *)&sa, sizeof(sa))) {
		if (errno != EAGAIN && errno != EINTR)
			return -1;
		if (deadline_left(d) == 0) {
			errno = ETIMEDOUT;
			return -1;
		}
		sleep_ms(5);
	}
	int got = fd;
	fd = -1;
	return got;
}

static int tell(int fd, const char *text, struct deadline d)
{
	for (size_t len = strlen(text); len;) {
		ssize_t n = send(fd, text, len, MSG_NOSIGNAL);
		if (n < 0 && errno == EAGAIN && await(fd, POLLOUT, d) == 0)
			continue;
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		text += n;
		len -= (size_t)n;
	}
	return shutdown(fd, SHUT_WR);
}

static int hear(int fd, struct buf *out, struct deadline d)
{
	char chunk[16384];
	for (size_t total = 0;;) {
		ssize_t n = recv(fd, chunk, sizeof(chunk), 0);
		if (n == 0)
			return 0;
		if (n < 0 && errno == EAGAIN && await(fd, POLLIN, d) == 0)
			continue;
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		total += (size_t)n;
		if (total > ANSWER_CAP) {
			errno = EMSGSIZE;
			return -1;
		}
		buf_add(out, chunk, (size_t)n);
	}
}

int haproxy_ask(const char *socket, const char *command, struct deadline d, struct buf *out,
		struct err *e)
{
	autofree char *text = xasprintf("%s\n", command);
	autoclose int fd = dial(socket, d);
	if (fd < 0)
		return err_sys(e, EX_UNAVAILABLE, "HAProxy's socket %s", socket);
	if (tell(fd, text, d) || hear(fd, out, d))
		return err_sys(e, EX_UNAVAILABLE, "HAProxy's socket %s: \"%s\"", socket, command);
	return 0;
}

int haproxy_ask_worker(const struct config *c, const char *command, bool (*good)(const char *),
		       struct deadline d, struct buf *out)
{
	const char *stats = c->haproxy.stats_socket, *master = c->haproxy.master_socket;
	if (stats && haproxy_ask(stats, command, d, out, NULL) == 0 && out->s && good(out->s))
		return 0;
	autofree char *through = xasprintf("@1 %s", command);
	buf_free(out);
	if (master && haproxy_ask(master, through, d, out, NULL) == 0 && out->s && good(out->s))
		return 0;
	return -1;
}

/* --- the process -------------------------------------------------------------------- */

/* Field 22 of /proc/PID/stat, counted after the name's closing bracket; 0 if
 * there is no such process, or only its zombie. */
static int64_t started_at(pid_t pid)
{
	autofree char *path = xasprintf("/proc/%ld/stat", (long)pid);
	autobuf struct buf b = {0};
	if (file_read(path, 8192, EX_OSERR, &b, NULL) || !b.s)
		return 0;
	const char *p = strrchr(b.s, ')');
	if (!p || !p[1] || p[2] == 'Z' || p[2] == 'X')
		return 0;
	p += 2;
	for (int field = 3; p && field < 22; field++)
		p = strchr(p + 1, ' ');
	return p ? strtoll(p, NULL, 10) : 0;
}

static void look_pid(const struct config *c, struct haproxy_seen *seen)
{
	autobuf struct buf b = {0};
	if (!c->haproxy.pid_file || file_read(c->haproxy.pid_file, 4096, EX_OSERR, &b, NULL) ||
	    !b.s)
		return;
	long pid = strtol(b.s, NULL, 10);
	int64_t started = pid > 0 ? started_at((pid_t)pid) : 0;
	if (!started)
		return;
	seen->pid = (pid_t)pid;
	seen->started = started;
}

/* --- the marker ----------------------------------------------------------------------- */

/* "proc.lbgen: type=str value=<abc>" */
static bool read_marker(const struct buf *b, char out[65])
{
	const char *p = b->s ? strstr(b->s, "value=<") : NULL;
	const char *end = p ? strchr(p, '>') : NULL;
	out[0] = '\0';
	if (end)
		snprintf(out, 65, "%.*s", (int)(end - p - 7), p + 7);
	/* "Variable 'proc.lbgen' not found": a text without one is running */
	return end || (b->s && strcasestr(b->s, "not found"));
}

void haproxy_look(const struct config *c, struct deadline d, struct haproxy_seen *seen,
		  struct err *e)
{
	*seen = (struct haproxy_seen){0};
	struct err why = {0};
	/* a master that is too busy to answer must not use up the worker's half */
	struct deadline soon = deadline_sooner(d, 4000), half = soon;
	if (c->haproxy.stats_socket)
		half = deadline_sooner(soon, deadline_left(soon) / 2);
	look_pid(c, seen);
	if (c->haproxy.master_socket) {
		autobuf struct buf b = {0};
		if (haproxy_ask(c->haproxy.master_socket, "@1 get var proc.lbgen", half, &b,
				&why) == 0) {
			seen->running = seen->master = true;
			seen->readable = read_marker(&b, seen->marker);
		}
	}
	if (!seen->readable && c->haproxy.stats_socket) {
		autobuf struct buf b = {0};
		struct err *to = why.exit ? NULL : &why;
		if (haproxy_ask(c->haproxy.stats_socket, "get var proc.lbgen", soon, &b, to) == 0) {
			seen->running = true;
			seen->readable = read_marker(&b, seen->marker);
			seen->denied =
			    !seen->readable && !seen->master && b.s && strcasestr(b.s, "denied");
		}
	}
	seen->running = seen->running || seen->pid;
	if (!seen->running && e && !e->exit)
		*e = why;
}

/* --- show proc ---------------------------------------------------------------------------- */

static int64_t read_uptime(const char *s)
{
	int d = 0, h = 0, m = 0, sec = 0;
	if (sscanf(s, "%dd%dh%dm%ds", &d, &h, &m, &sec) != 4)
		return 0;
	return (((int64_t)d * 24 + h) * 60 + m) * 60000 + (int64_t)sec * 1000;
}

static void read_master(const char *line, struct haproxy_procs *p)
{
	char uptime[64] = "", version[64] = "";
	int major = 0, minor = 0;
	/* 2.6: "PID master RELOADS [failed: N] UPTIME VERSION"; before 2.5 without [failed] */
	if (sscanf(line, "%*d master %d [failed: %d] %63s %63s", &p->reloads, &p->failed, uptime,
		   version) < 3)
		sscanf(line, "%*d master %d %63s %63s", &p->reloads, uptime, version);
	p->uptime_ms = read_uptime(uptime);
	if (sscanf(version, "%d.%d", &major, &minor) == 2)
		p->version = major * 100 + minor;
}

int haproxy_procs(const struct config *c, struct deadline d, struct haproxy_procs *p, struct err *e)
{
	autobuf struct buf b = {0};
	if (!c->haproxy.master_socket)
		return err_set(e, EX_UNAVAILABLE, "no [haproxy] master_socket");
	if (haproxy_ask(c->haproxy.master_socket, "show proc", deadline_sooner(d, 2000), &b, e))
		return -1;
	if (!b.s || !strstr(b.s, "# workers"))
		return err_set(e, EX_UNAVAILABLE,
			       "HAProxy's master socket %s: no answer to show proc",
			       c->haproxy.master_socket);
	*p = (struct haproxy_procs){0};
	bool current = false;
	for (const char *line = b.s, *end; *line; line = *end ? end + 1 : end) {
		end = strchrnul(line, '\n');
		if (*line == '#') {
			current = str_prefix(line, "# workers");
			continue;
		}
		char kind[32] = "";
		sscanf(line, "%*d %31s", kind);
		if (strcmp(kind, "master") == 0)
			read_master(line, p);
		else if (strcmp(kind, "worker") == 0 && current)
			p->workers++;
	}
	return 0;
}

/* --- show peers ------------------------------------------------------------------------- */

enum { ASKING_S = 5 };

/* "<NEVER>", "4s", "2m10s"; more than a minute is long ago. */
static int seconds(const char *s)
{
	char *end;
	long n = strtol(s, &end, 10);
	return end > s && *end == 's' && n < 60 ? (int)n : 60;
}

/* "… id=lbpeers disabled=0 flags=0x11 resync_timeout=4s …", then a line for each
 * peer: "… id=b(remote,active) addr=… last_status=ESTA last_hdshk=1s …". The lowest
 * two bits: the tables came from the worker before (or it had none), and from the
 * others (or they do not answer); the same from 1.5 to 3.2. */
static bool is_peers(const char *answer)
{
	return strstr(answer, " flags=0x") && strstr(answer, " resync_timeout=");
}

static void read_peers(const char *s, struct haproxy_peers *p)
{
	const char *flags = strstr(s, " flags=0x"), *left = strstr(s, " resync_timeout=");
	int left_s = seconds(left + 16);
	*p = (struct haproxy_peers){
	    .asking = (strtoul(flags + 9, NULL, 16) & 3) == 1,
	    .left_ms = (left_s < ASKING_S ? left_s + 1 : 0) * 1000,
	};
	for (const char *at = s; (at = strstr(at, "(remote,")); at++) {
		const char *status = strstr(at, " last_status="),
			   *since = strstr(at, " last_hdshk=");
		bool up = status && str_prefix(status + 13, "ESTA");
		p->others++;
		p->connected += up;
		/* a second for the rounding of both */
		p->hasty |= up && since && seconds(since + 12) <= ASKING_S - left_s;
	}
}

int haproxy_peers(const struct config *c, struct deadline d, struct haproxy_peers *p, struct err *e)
{
	autobuf struct buf b = {0};
	if (haproxy_ask_worker(c, "show peers", is_peers, deadline_sooner(d, 2000), &b))
		return err_set(e, EX_UNAVAILABLE, "HAProxy does not tell its peers");
	read_peers(b.s, p);
	return 0;
}
