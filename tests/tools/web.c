/* web: a small web server that answers its own name.
 *
 * web [-n NAME] [-s STATUS] [ADDRESS:]PORT...
 *
 * Every GET gets "NAME\n" (default: the host name), connections are kept
 * alive, a request's body is read and dropped. SIGTERM ends it at once, open
 * connections and all, as a server that vanishes does. Built static: it is
 * the only file of the image that the tests use.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MAX_HEAD = 16384 };

struct conn {
	int fd;
	bool listens;
	size_t len;  /* bytes of a request head in buf */
	size_t skip; /* bytes of its body still to come */
	char buf[MAX_HEAD];
};

static char name[256];
static int status = 200;

static void end(int sig)
{
	(void)sig;
	_exit(0);
}

static void die(const char *what)
{
	fprintf(stderr, "web: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void watch(int ep, int fd, bool listens)
{
	struct conn *c = calloc(1, sizeof *c);
	if (!c)
		die("memory");
	c->fd = fd;
	c->listens = listens;
	struct epoll_event ev = {.events = EPOLLIN, .data.ptr = c};
	if (epoll_ctl(ep, EPOLL_CTL_ADD, fd, &ev))
		die("epoll");
}

/* "80", "127.0.0.1:80", "[::1]:80" */
static int listen_on(const char *where)
{
	char host[64] = "::";
	const char *colon = strrchr(where, ':');
	const char *port = colon ? colon + 1 : where;
	if (colon) {
		size_t n = (size_t)(colon - where);
		bool square = *where == '[';
		snprintf(host, sizeof host, "%.*s", (int)(n - (square ? 2 : 0)), where + square);
	}
	struct sockaddr_in6 a6 = {.sin6_family = AF_INET6,
				  .sin6_port = htons((uint16_t)atoi(port))};
	struct sockaddr_in a4 = {.sin_family = AF_INET, .sin_port = a6.sin6_port};
	bool v6 = inet_pton(AF_INET6, host, &a6.sin6_addr) == 1;
	if (!v6 && inet_pton(AF_INET, host, &a4.sin_addr) != 1) {
		fprintf(stderr, "web: '%s' is not an address\n", host);
		exit(64);
	}
	int fd = socket(v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0 && v6 && !colon) { /* a kernel without IPv6 */
		v6 = false;
		fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	}
	int on = 1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	const struct sockaddr *a = v6 ? (const void *)&a6 : (const void *)&a4;
	if (bind(fd, a, v6 ? sizeof a6 : sizeof a4) || listen(fd, 1024))
		die(where);
	return fd;
}

static void answer(const struct conn *c, bool head, bool keep)
{
	char out[1024];
	int n = snprintf(out, sizeof out,
			 "HTTP/1.1 %d Well\r\nContent-Type: text/plain\r\nContent-Length: %zu\r\n"
			 "Connection: %s\r\n\r\n%s%s",
			 status, strlen(name) + 1, keep ? "keep-alive" : "close", head ? "" : name,
			 head ? "" : "\n");
	if (write(c->fd, out, (size_t)n) < 0 && errno != EAGAIN && errno != EPIPE &&
	    errno != ECONNRESET)
		die("write");
}

static size_t body_length(const char *head)
{
	const char *p = strcasestr(head, "\r\ncontent-length:");
	return p ? strtoul(p + 17, NULL, 10) : 0;
}

/* Takes what has arrived; false: the connection is over. */
static bool serve(struct conn *c)
{
	ssize_t n = read(c->fd, c->buf + c->len, sizeof c->buf - 1 - c->len);
	if (n <= 0)
		return n < 0 && errno == EAGAIN;
	c->len += (size_t)n;
	for (;;) {
		size_t drop = c->skip < c->len ? c->skip : c->len;
		memmove(c->buf, c->buf + drop, c->len - drop);
		c->len -= drop;
		c->skip -= drop;
		c->buf[c->len] = 0;
		char *stop = strstr(c->buf, "\r\n\r\n");
		if (!stop)
			return c->len < sizeof c->buf - 1;
		*stop = 0;
		size_t head = (size_t)(stop - c->buf) + 4;
		bool keep =
		    !strcasestr(c->buf, "\r\nconnection: close") && strstr(c->buf, " HTTP/1.1");
		c->skip = head + body_length(c->buf);
		answer(c, !strncmp(c->buf, "HEAD ", 5), keep);
		*stop = '\r';
		if (!keep)
			return false;
	}
}

static void loop(int ep)
{
	for (;;) {
		struct epoll_event ev[64];
		int n = epoll_wait(ep, ev, 64, -1);
		for (int i = 0; i < n; i++) {
			struct conn *c = ev[i].data.ptr;
			if (c->listens) {
				int fd = accept4(c->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
				if (fd >= 0)
					watch(ep, fd, false);
			} else if (!serve(c)) {
				close(c->fd);
				free(c);
			}
		}
	}
}

int main(int argc, char **argv)
{
	gethostname(name, sizeof name - 1);
	int o;
	while ((o = getopt(argc, argv, "n:s:")) != -1) {
		if (o == 'n')
			snprintf(name, sizeof name, "%s", optarg);
		else if (o == 's')
			status = atoi(optarg);
		else
			return 64;
	}
	if (optind == argc) {
		fputs("usage: web [-n NAME] [-s STATUS] [ADDRESS:]PORT...\n", stderr);
		return 64;
	}
	signal(SIGPIPE, SIG_IGN);
	signal(SIGTERM, end);
	signal(SIGINT, end);
	int ep = epoll_create1(EPOLL_CLOEXEC);
	for (; optind < argc; optind++)
		watch(ep, listen_on(argv[optind]), true);
	loop(ep);
}
