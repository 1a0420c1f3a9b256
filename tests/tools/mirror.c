/* mirror: a web server that tells what it was asked, one thread per connection.
 *
 * usage: mirror [-p] [-e] [-s FILE] NAME=ADDRESS:PORT ...
 *        mirror [-q MS] -w ADDRESS:PORT HOST PATH TEXT
 *   -p  each connection begins with a PROXY protocol header, v1 or v2, which is told
 *   -e  no HTTP: says its name, then echoes what it gets
 *   -s  /health answers with the status in FILE (200 when there is none)
 *   -w  the client of a WebSocket: sends TEXT in one message, prints the echo
 *   -q  … after MS milliseconds of silence
 *
 * Every answer tells the server's name, the request line, the headers and what
 * came before them. Paths that do more:
 *   /slow?ms=N  answers after N ms      /status?code=N  answers with that status
 *   /events?n=N&ms=M  N server-sent events, M ms apart
 *   /bytes?n=N  N bytes                 /die  closes without an answer
 *   and an upgrade to WebSocket on any path is accepted; messages come back.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

enum { HEAD_MAX = 65536 };

struct listener {
	const char *name;
	int fd;
};

struct conn {
	const char *name;
	int fd;
	char proxy[160]; /* what the PROXY header said, "" if none */
	char peer[64];
	char head[HEAD_MAX]; /* bytes read and not used */
	size_t have;
};

struct request {
	char method[16];
	char target[8192];
	char headers[HEAD_MAX]; /* "header NAME: VALUE\n"…, names in lower case */
	char ws_key[64];
	size_t body;
	bool chunked, close, upgrade;
};

static bool opt_proxy, opt_echo;
static const char *opt_status;
static useconds_t opt_quiet;
static atomic_int now_serving, most_serving;

static int die(const char *what)
{
	perror(what);
	exit(1);
}

static int send_all(int fd, const void *data, size_t n)
{
	const char *p = data;
	while (n > 0) {
		ssize_t w = send(fd, p, n, MSG_NOSIGNAL);
		if (w <= 0)
			return -1;
		p += w;
		n -= (size_t)w;
	}
	return 0;
}

__attribute__((format(printf, 2, 3))) static int say(int fd, const char *fmt, ...)
{
	char *s = NULL;
	va_list ap;
	va_start(ap, fmt);
	int n = vasprintf(&s, fmt, ap);
	va_end(ap);
	int rc = n < 0 ? -1 : send_all(fd, s, (size_t)n);
	free(s);
	return rc;
}

/* Reads until at least want bytes are there. */
static int fill(struct conn *c, size_t want)
{
	while (c->have < want) {
		if (want > sizeof c->head)
			return -1;
		ssize_t r = recv(c->fd, c->head + c->have, sizeof c->head - c->have, 0);
		if (r <= 0)
			return -1;
		c->have += (size_t)r;
	}
	return 0;
}

static void drop(struct conn *c, size_t n)
{
	memmove(c->head, c->head + n, c->have - n);
	c->have -= n;
}

/* --- PROXY protocol ------------------------------------------------------- */

static int proxy_v2(struct conn *c)
{
	if (fill(c, 16))
		return -1;
	const unsigned char *h = (const unsigned char *)c->head;
	size_t len = (size_t)h[14] << 8 | h[15];
	int family = h[13] >> 4;
	bool local = (h[12] & 0xf) == 0;
	if (fill(c, 16 + len))
		return -1;
	h = (const unsigned char *)c->head + 16;
	char src[INET6_ADDRSTRLEN] = "?";
	if (local)
		snprintf(src, sizeof src, "local");
	else if (family == 1)
		inet_ntop(AF_INET, h, src, sizeof src);
	else if (family == 2)
		inet_ntop(AF_INET6, h, src, sizeof src);
	snprintf(c->proxy, sizeof c->proxy, "v2 %s", src);
	drop(c, 16 + len);
	return 0;
}

static int proxy_read(struct conn *c)
{
	if (fill(c, 8))
		return -1;
	if (memcmp(c->head, "\r\n\r\n\0\r\nQ", 8) == 0)
		return proxy_v2(c);
	char *end;
	while (!(end = memmem(c->head, c->have, "\r\n", 2)))
		if (fill(c, c->have + 1))
			return -1;
	size_t n = (size_t)(end - c->head);
	if (n < 6 || n > 107 || memcmp(c->head, "PROXY ", 6) != 0)
		return -1;
	char family[8] = "", src[64] = "";
	if (sscanf(c->head + 6, "%7s %63s", family, src) < 1)
		return -1;
	snprintf(c->proxy, sizeof c->proxy, "v1 %s", src[0] ? src : family);
	drop(c, n + 2);
	return 0;
}

/* --- one request ------------------------------------------------------------ */

static void header_note(struct request *r, char *line)
{
	char *colon = strchr(line, ':');
	if (!colon)
		return;
	*colon = 0;
	char *value = colon + 1 + strspn(colon + 1, " \t");
	for (char *p = line; *p; p++)
		*p = (char)(*p >= 'A' && *p <= 'Z' ? *p + 32 : *p);
	size_t at = strlen(r->headers);
	snprintf(r->headers + at, sizeof r->headers - at, "header %s: %s\n", line, value);
	if (strcmp(line, "content-length") == 0)
		r->body = strtoul(value, NULL, 10);
	else if (strcmp(line, "transfer-encoding") == 0)
		r->chunked = true;
	else if (strcmp(line, "connection") == 0)
		r->close = strcasestr(value, "close") != NULL;
	else if (strcmp(line, "upgrade") == 0)
		r->upgrade = strcasecmp(value, "websocket") == 0;
	else if (strcmp(line, "sec-websocket-key") == 0)
		snprintf(r->ws_key, sizeof r->ws_key, "%s", value);
}

static int request_read(struct conn *c, struct request *r)
{
	char *end;
	memset(r, 0, sizeof *r);
	while (!(end = memmem(c->head, c->have, "\r\n\r\n", 4)))
		if (fill(c, c->have + 1))
			return -1;
	size_t n = (size_t)(end - c->head) + 4;
	end[2] = 0;
	char *save = NULL, *line = strtok_r(c->head, "\r\n", &save);
	if (!line || sscanf(line, "%15s %8191s", r->method, r->target) != 2)
		return -1;
	while ((line = strtok_r(NULL, "\r\n", &save)))
		header_note(r, line);
	drop(c, n);
	if (r->chunked) { /* the tests send short bodies: look for the last chunk */
		while (!(end = memmem(c->head, c->have, "0\r\n\r\n", 5)))
			if (fill(c, c->have + 1))
				return -1;
		drop(c, (size_t)(end - c->head) + 5);
	}
	for (size_t left = r->body; left > 0;) {
		if (c->have == 0 && fill(c, 1))
			return -1;
		size_t k = left < c->have ? left : c->have;
		drop(c, k);
		left -= k;
	}
	return 0;
}

static long param(const struct request *r, const char *name, long otherwise)
{
	const char *p = strchr(r->target, '?');
	size_t n = strlen(name);
	for (; p; p = strchr(p + 1, '&'))
		if (strncmp(p + 1, name, n) == 0 && p[1 + n] == '=')
			return strtol(p + 2 + n, NULL, 10);
	return otherwise;
}

static bool path_is(const struct request *r, const char *path)
{
	size_t n = strlen(path);
	return strncmp(r->target, path, n) == 0 && (r->target[n] == 0 || r->target[n] == '?');
}

static int health_status(void)
{
	int status = 200;
	FILE *f = opt_status ? fopen(opt_status, "r") : NULL;
	if (!f)
		return 200;
	if (fscanf(f, "%d", &status) != 1)
		status = 200;
	fclose(f);
	return status;
}

static int events(struct conn *c, const struct request *r)
{
	long n = param(r, "n", 3), ms = param(r, "ms", 100);
	if (say(c->fd, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
		       "Cache-Control: no-cache\r\nTransfer-Encoding: chunked\r\n\r\n"))
		return -1;
	for (long i = 1; i <= n; i++) {
		char line[128];
		int k = snprintf(line, sizeof line, "data: %.64s event %ld\n\n", c->name, i);
		if (say(c->fd, "%x\r\n%s\r\n", (unsigned)k, line))
			return -1;
		if (i < n)
			usleep((useconds_t)ms * 1000);
	}
	return say(c->fd, "0\r\n\r\n");
}

static int bytes(struct conn *c, const struct request *r)
{
	long n = param(r, "n", 1000);
	char block[1024];
	memset(block, 'x', sizeof block);
	int rc = say(
	    c->fd, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %ld\r\n\r\n", n);
	for (; rc == 0 && n > 0; n -= (long)sizeof block)
		rc = send_all(c->fd, block, n < (long)sizeof block ? (size_t)n : sizeof block);
	return rc;
}

static int answer(struct conn *c, const struct request *r)
{
	int status = 200;
	if (path_is(r, "/events"))
		return events(c, r);
	if (path_is(r, "/bytes"))
		return bytes(c, r);
	if (path_is(r, "/die"))
		return -1;
	if (path_is(r, "/status"))
		status = (int)param(r, "code", 200);
	if (path_is(r, "/health"))
		status = health_status();
	int n = atomic_fetch_add(&now_serving, 1) + 1;
	for (int most = most_serving;
	     n > most && !atomic_compare_exchange_weak(&most_serving, &most, n);)
		;
	if (path_is(r, "/slow"))
		usleep((useconds_t)param(r, "ms", 1000) * 1000);
	char *body = NULL;
	int len = asprintf(&body,
			   "name: %s\nrequest: %s %s\npeer: %s\nproxy: %s\nbody: %zu\nmost: %d\n%s",
			   c->name, r->method, r->target, c->peer, c->proxy[0] ? c->proxy : "none",
			   r->body, most_serving, r->headers);
	atomic_fetch_sub(&now_serving, 1);
	if (len < 0)
		return -1;
	int rc = say(c->fd,
		     "HTTP/1.1 %d Said\r\nContent-Type: text/plain\r\nX-Server: %s\r\n"
		     "Content-Length: %d\r\n%s\r\n",
		     status, c->name, len, r->close ? "Connection: close\r\n" : "");
	if (rc == 0 && strcmp(r->method, "HEAD") != 0)
		rc = send_all(c->fd, body, (size_t)len);
	free(body);
	return rc;
}

/* --- WebSocket -------------------------------------------------------------- */

static uint32_t rol(uint32_t v, int n)
{
	return v << n | v >> (32 - n);
}

/* SHA-1 of at most 119 bytes, as the handshake needs it. */
static void sha1(const char *s, unsigned char out[20])
{
	unsigned char m[128] = {0};
	uint32_t h[5] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
	size_t n = strlen(s), total = n + 9 <= 64 ? 64 : 128;
	memcpy(m, s, n);
	m[n] = 0x80;
	for (int i = 0; i < 4; i++)
		m[total - 1 - (size_t)i] = (unsigned char)(n * 8 >> (8 * i));
	for (size_t at = 0; at < total; at += 64) {
		uint32_t w[80], a = h[0], b = h[1], c = h[2], d = h[3], e = h[4];
		for (size_t i = 0; i < 16; i++)
			w[i] = (uint32_t)m[at + 4 * i] << 24 | (uint32_t)m[at + 4 * i + 1] << 16 |
			       (uint32_t)m[at + 4 * i + 2] << 8 | m[at + 4 * i + 3];
		for (size_t i = 16; i < 80; i++)
			w[i] = rol(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
		for (size_t i = 0; i < 80; i++) {
			uint32_t f = i < 20   ? (b & c) | (~b & d)
				     : i < 40 ? b ^ c ^ d
				     : i < 60 ? (b & c) | (b & d) | (c & d)
					      : b ^ c ^ d;
			static const uint32_t k[] = {0x5a827999, 0x6ed9eba1, 0x8f1bbcdc,
						     0xca62c1d6};
			uint32_t t = rol(a, 5) + f + e + k[i / 20] + w[i];
			e = d, d = c, c = rol(b, 30), b = a, a = t;
		}
		h[0] += a, h[1] += b, h[2] += c, h[3] += d, h[4] += e;
	}
	for (int i = 0; i < 20; i++)
		out[i] = (unsigned char)(h[i / 4] >> (24 - 8 * (i % 4)));
}

static void accept_key(const char *key, char out[32])
{
	static const char set[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	char text[112];
	unsigned char d[21] = {0};
	snprintf(text, sizeof text, "%s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", key);
	sha1(text, d);
	for (int i = 0, o = 0; i < 21; i += 3) {
		uint32_t v = (uint32_t)d[i] << 16 | (uint32_t)d[i + 1] << 8 | d[i + 2];
		for (int j = 0; j < 4; j++)
			out[o++] = set[v >> (18 - 6 * j) & 63];
	}
	out[27] = '=';
	out[28] = 0;
}

/* Reads one short frame: its opcode, its bytes unmasked into text (126 bytes). */
static int frame_read(struct conn *c, char *text)
{
	if (fill(c, 2))
		return -1;
	unsigned char *h = (unsigned char *)c->head;
	size_t n = h[1] & 0x7f, mask = h[1] & 0x80 ? 4 : 0;
	int op = h[0] & 0xf;
	if (n > 125 || fill(c, 2 + mask + n))
		return -1;
	for (size_t i = 0; i < n; i++)
		text[i] = (char)(h[2 + mask + i] ^ (mask ? h[2 + i % 4] : 0));
	text[n] = 0;
	drop(c, 2 + mask + n);
	return op;
}

static void websocket(struct conn *c, const struct request *r)
{
	char key[32], text[128];
	accept_key(r->ws_key, key);
	if (say(c->fd,
		"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
		"Sec-WebSocket-Accept: %s\r\nX-Server: %s\r\n\r\n",
		key, c->name))
		return;
	for (int op; (op = frame_read(c, text)) == 1 || op == 2;) {
		size_t n = strlen(text);
		unsigned char h[2] = {(unsigned char)(0x80 | op), (unsigned char)n};
		if (send_all(c->fd, h, 2) || send_all(c->fd, text, n))
			return;
	}
}

/* --- connections -------------------------------------------------------------- */

static void echo(struct conn *c)
{
	if (say(c->fd, "%s %s\n", c->name, c->proxy))
		return;
	do {
		if (send_all(c->fd, c->head, c->have))
			return;
		c->have = 0;
	} while (fill(c, 1) == 0);
}

static void *serve(void *arg)
{
	struct conn *c = arg;
	struct request *r = malloc(sizeof *r);
	if (r && (!opt_proxy || proxy_read(c) == 0)) {
		if (opt_echo)
			echo(c);
		else
			while (request_read(c, r) == 0) {
				if (r->upgrade && r->ws_key[0]) {
					websocket(c, r);
					break;
				}
				if (answer(c, r) || r->close)
					break;
			}
	}
	close(c->fd);
	free(r);
	free(c);
	return NULL;
}

static void *listen_on(void *arg)
{
	const struct listener *l = arg;
	for (;;) {
		struct sockaddr_storage a;
		socklen_t n = sizeof a;
		int fd = accept(l->fd, (struct sockaddr *)&a, &n);
		if (fd < 0)
			continue;
		struct conn *c = malloc(sizeof *c);
		pthread_t t;
		if (!c)
			die("malloc");
		c->name = l->name;
		c->fd = fd;
		c->have = 0;
		c->proxy[0] = c->peer[0] = 0;
		if (a.ss_family == AF_INET)
			inet_ntop(AF_INET, &((struct sockaddr_in *)&a)->sin_addr, c->peer,
				  sizeof c->peer);
		else
			inet_ntop(AF_INET6, &((struct sockaddr_in6 *)&a)->sin6_addr, c->peer,
				  sizeof c->peer);
		if (pthread_create(&t, NULL, serve, c))
			die("pthread_create");
		pthread_detach(t);
	}
	return NULL;
}

/* "1.2.3.4:80" or "[::1]:80" */
static socklen_t address(const char *text, struct sockaddr_storage *a)
{
	char host[64];
	const char *colon = strrchr(text, ':');
	memset(a, 0, sizeof *a);
	if (!colon || (size_t)(colon - text) >= sizeof host)
		return 0;
	uint16_t port = htons((uint16_t)strtoul(colon + 1, NULL, 10));
	bool six = text[0] == '[';
	snprintf(host, sizeof host, "%.*s", (int)(colon - text) - (six ? 2 : 0), text + six);
	if (six) {
		struct sockaddr_in6 *s = (struct sockaddr_in6 *)a;
		s->sin6_family = AF_INET6;
		s->sin6_port = port;
		return inet_pton(AF_INET6, host, &s->sin6_addr) == 1 ? sizeof *s : 0;
	}
	struct sockaddr_in *s = (struct sockaddr_in *)a;
	s->sin_family = AF_INET;
	s->sin_port = port;
	return inet_pton(AF_INET, host, &s->sin_addr) == 1 ? sizeof *s : 0;
}

static void listener_start(char *spec)
{
	struct sockaddr_storage a;
	struct listener *l = calloc(1, sizeof *l);
	char *eq = strchr(spec, '=');
	socklen_t n = eq ? address(eq + 1, &a) : 0;
	int on = 1;
	if (!l || n == 0) {
		fprintf(stderr, "mirror: '%s' is not NAME=ADDRESS:PORT\n", spec);
		exit(64);
	}
	*eq = 0;
	l->name = spec;
	l->fd = socket(a.ss_family, SOCK_STREAM, 0);
	setsockopt(l->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (l->fd < 0 || bind(l->fd, (struct sockaddr *)&a, n) || listen(l->fd, 1024))
		die(eq + 1);
	pthread_t t;
	if (pthread_create(&t, NULL, listen_on, l))
		die("pthread_create");
}

static int ws_client(char **arg)
{
	struct sockaddr_storage a;
	socklen_t n = address(arg[0], &a);
	static struct conn c;
	char text[128], *end;
	unsigned char h[6] = {0x81, (unsigned char)(0x80 | (strlen(arg[3]) & 0x7f)), 0, 0, 0, 0};
	c.fd = socket(a.ss_family, SOCK_STREAM, 0);
	if (n == 0 || connect(c.fd, (struct sockaddr *)&a, n))
		die(arg[0]);
	say(c.fd,
	    "GET %s HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
	    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
	    arg[2], arg[1]);
	while (!(end = memmem(c.head, c.have, "\r\n\r\n", 4)))
		if (fill(&c, c.have + 1))
			return 1;
	*end = 0;
	puts(c.head);
	drop(&c, (size_t)(end - c.head) + 4);
	usleep(opt_quiet);
	if (send_all(c.fd, h, 6) || send_all(c.fd, arg[3], strlen(arg[3])) ||
	    frame_read(&c, text) != 1)
		return 1;
	printf("echo: %s\n", text);
	return 0;
}

int main(int argc, char **argv)
{
	int opt;
	signal(SIGPIPE, SIG_IGN);
	while ((opt = getopt(argc, argv, "pes:q:w")) != -1) {
		if (opt == 'p')
			opt_proxy = true;
		else if (opt == 'e')
			opt_echo = true;
		else if (opt == 's')
			opt_status = optarg;
		else if (opt == 'q')
			opt_quiet = (useconds_t)strtoul(optarg, NULL, 10) * 1000;
		else if (opt == 'w' && argc - optind == 4)
			return ws_client(argv + optind);
		else
			return 64;
	}
	for (int i = optind; i < argc; i++)
		listener_start(argv[i]);
	puts("ready");
	fflush(stdout);
	for (;;)
		pause();
}
