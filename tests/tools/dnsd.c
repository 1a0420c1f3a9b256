/* dnsd [-u] [ADDRESS:]PORT ZONE : a nameserver, UDP and TCP, for tests; on
 * 127.0.0.1 unless an address is given.
 *
 * -u: UDP only. ZONE is read anew for each question; one record a line:
 *   NAME A 10.0.0.1 | NAME AAAA fd00::1 | NAME CNAME OTHER | NAME SRV PRIO WEIGHT PORT HOST
 *   NAME MANY 1000          so many A records, 10.9.x.y
 *   NAME FAULT servfail     or refused; silent; garbage (a right question, then noise);
 *                           noise (no DNS at all); oldserver (FORMERR to EDNS);
 *                           aaaa (SERVFAIL to AAAA only); silent6 (silence to AAAA only);
 *                           cut (truncated, by TCP too: a part of the records);
 *                           stranger (records of another name)
 * A name without a line gets NXDOMAIN. Each question is one line on stdout:
 * "udp A tasks.web edns". */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { T_A = 1, T_CNAME = 5, T_AAAA = 28, T_SRV = 33 };

struct question {
	const unsigned char *msg;
	size_t len, end; /* end of the question section */
	char name[256];
	unsigned type;
	size_t udp_size; /* 0: no EDNS */
};

struct answer {
	unsigned char b[65536];
	size_t len;
	unsigned count;
};

static void put16(struct answer *a, unsigned v)
{
	if (a->len + 2 > sizeof(a->b))
		return;
	a->b[a->len++] = (unsigned char)(v >> 8);
	a->b[a->len++] = (unsigned char)v;
}

static void put(struct answer *a, const void *data, size_t n)
{
	if (a->len + n > sizeof(a->b))
		return;
	memcpy(a->b + a->len, data, n);
	a->len += n;
}

static void put_name(struct answer *a, const char *name)
{
	while (*name) {
		size_t n = strcspn(name, ".");
		unsigned char len = (unsigned char)n;
		put(a, &len, 1);
		put(a, name, n);
		name += n + (name[n] == '.');
	}
	put(a, "", 1);
}

static void put_head(struct answer *a, const char *owner, unsigned type)
{
	put_name(a, owner);
	put16(a, type);
	put16(a, 1);
	put16(a, 0);
	put16(a, 600);
	a->count++;
}

static void put_sized(struct answer *a, const struct answer *data)
{
	put16(a, (unsigned)data->len);
	put(a, data->b, data->len);
}

static bool read_question(struct question *q)
{
	size_t at = 12, n = 0;
	if (q->len < 17)
		return false;
	while (at < q->len && q->msg[at]) {
		size_t l = q->msg[at++];
		if (l > 63 || at + l >= q->len || n + l + 2 > sizeof(q->name))
			return false;
		if (n)
			q->name[n++] = '.';
		memcpy(q->name + n, q->msg + at, l);
		n += l;
		at += l;
	}
	q->name[n] = '\0';
	if (at + 5 > q->len)
		return false;
	q->type = (unsigned)q->msg[at + 1] << 8 | q->msg[at + 2];
	q->end = at + 5;
	if (q->msg[11] && q->end + 11 <= q->len) /* the OPT record of EDNS */
		q->udp_size = (size_t)q->msg[q->end + 3] << 8 | q->msg[q->end + 4];
	return true;
}

/* One line of the zone for owner; *next gets the CNAME's target. */
static void answer_line(struct answer *a, const char *owner, unsigned type, const char *kind,
			const char *rest, char next[256])
{
	static struct answer data;
	char host[256];
	unsigned prio, weight, port, many;
	data.len = 0;
	if (strcmp(kind, "A") == 0 && type == T_A) {
		unsigned char ip[4];
		if (inet_pton(AF_INET, rest, ip) == 1)
			put(&data, ip, 4);
	} else if (strcmp(kind, "AAAA") == 0 && type == T_AAAA) {
		unsigned char ip[16];
		if (inet_pton(AF_INET6, rest, ip) == 1)
			put(&data, ip, 16);
	} else if (strcmp(kind, "SRV") == 0 && type == T_SRV &&
		   sscanf(rest, "%u %u %u %255s", &prio, &weight, &port, host) == 4) {
		put16(&data, prio);
		put16(&data, weight);
		put16(&data, port);
		put_name(&data, strcmp(host, ".") == 0 ? "" : host);
	} else if (strcmp(kind, "CNAME") == 0) {
		snprintf(next, 256, "%s", rest);
		put_name(&data, rest);
		type = T_CNAME;
	} else if (strcmp(kind, "MANY") == 0 && type == T_A && sscanf(rest, "%u", &many) == 1) {
		for (unsigned i = 0; i < many; i++) {
			unsigned char ip[4] = {10, 9, (unsigned char)(i >> 8), (unsigned char)i};
			put_head(a, owner, T_A);
			put16(a, 4);
			put(a, ip, 4);
		}
	}
	if (!data.len)
		return;
	put_head(a, owner, type);
	put_sized(a, &data);
}

/* Reads the zone for one owner; false if it is not there. fault gets its word. */
static bool answer_owner(struct answer *a, const char *zone, const char *owner, unsigned type,
			 char next[256], char fault[32])
{
	char line[1024], name[256], kind[32];
	bool found = false;
	FILE *f = fopen(zone, "r");
	while (f && fgets(line, sizeof(line), f)) {
		int at = 0;
		line[strcspn(line, "\r\n")] = '\0';
		if (sscanf(line, "%255s %31s %n", name, kind, &at) < 2 ||
		    strcasecmp(name, owner) != 0)
			continue;
		found = true;
		if (strcmp(kind, "FAULT") == 0)
			snprintf(fault, 32, "%.31s", line + at);
		else
			answer_line(a, strcmp(fault, "stranger") == 0 ? "stranger" : owner, type,
				    kind, line + at, next);
	}
	if (f)
		fclose(f);
	return found;
}

static void header(struct answer *out, const struct question *q, unsigned flags, unsigned count)
{
	out->len = 0;
	put(out, q->msg, 2);
	put16(out, 0x8180U | flags);
	put16(out, 1);
	put16(out, count);
	put16(out, 0);
	put16(out, 0);
	put(out, q->msg + 12, q->end - 12);
}

/* The faults that need no records; true if the answer is made (or none is due: len 0). */
static bool faulty(struct answer *out, const struct question *q, const char *fault)
{
	static const unsigned char noise[] = "\xff\xc0\xc0\x0c\x3f\x00\xff\xff"
					     "that is no DNS";
	if (strcmp(fault, "servfail") == 0 || (strcmp(fault, "aaaa") == 0 && q->type == T_AAAA)) {
		header(out, q, 2, 0);
	} else if (strcmp(fault, "refused") == 0) {
		header(out, q, 5, 0);
	} else if (strcmp(fault, "oldserver") == 0 && q->udp_size) {
		usleep(5000); /* each alone, not all in one turn of who asks */
		header(out, q, 1, 0);
	} else if (strcmp(fault, "silent") == 0 ||
		   (strcmp(fault, "silent6") == 0 && q->type == T_AAAA)) {
		out->len = 0;
	} else if (strcmp(fault, "garbage") == 0) {
		header(out, q, 0, 7);
		put(out, noise, sizeof(noise));
	} else if (strcmp(fault, "noise") == 0) {
		out->len = 0;
		put(out, noise, sizeof(noise));
	} else {
		return false;
	}
	return true;
}

static void respond(struct answer *out, const struct question *q, const char *zone, bool tcp)
{
	static struct answer records;
	char owner[256], next[256], fault[32] = "";
	records.len = records.count = 0;
	memcpy(owner, q->name, sizeof(owner));
	bool found = false;
	for (int hops = 0; hops < 6; hops++) { /* a loop is answered with some turns of it */
		next[0] = '\0';
		found |= answer_owner(&records, zone, owner, q->type, next, fault);
		if (!next[0])
			break;
		memcpy(owner, next, sizeof(owner));
	}
	if (faulty(out, q, fault))
		return;
	if (strcmp(fault, "cut") == 0) { /* one short of the last */
		header(out, q, 0x0200U, records.count ? records.count - 1 : 0);
		put(out, records.b, records.len);
		return;
	}
	size_t max = tcp ? 65535 : q->udp_size > 512 ? q->udp_size : 512;
	bool cut = q->end + records.len > max;
	header(out, q, (found ? 0 : 3) | (cut ? 0x0200U : 0), cut ? 0 : records.count);
	if (!cut)
		put(out, records.b, records.len);
}

static void handle(const unsigned char *msg, size_t len, const char *zone, bool tcp,
		   struct answer *out)
{
	struct question q = {.msg = msg, .len = len};
	out->len = 0;
	if (!read_question(&q))
		return;
	printf("%s %s %s%s\n", tcp ? "tcp" : "udp",
	       q.type == T_A      ? "A"
	       : q.type == T_AAAA ? "AAAA"
	       : q.type == T_SRV  ? "SRV"
				  : "?",
	       q.name, q.udp_size ? " edns" : "");
	respond(out, &q, zone, tcp);
}

static bool read_full(int fd, unsigned char *b, size_t n)
{
	while (n) {
		ssize_t got = recv(fd, b, n, 0);
		if (got <= 0)
			return false;
		b += got;
		n -= (size_t)got;
	}
	return true;
}

/* One connection to its end. */
static void serve_tcp(int fd, const char *zone)
{
	static struct answer out;
	static unsigned char msg[65536];
	struct timeval limit = {2, 0};
	unsigned char size[2];
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	while (read_full(fd, size, 2)) {
		size_t len = (size_t)size[0] << 8 | size[1];
		if (!read_full(fd, msg, len))
			break;
		handle(msg, len, zone, true, &out);
		if (!out.len)
			break;
		size[0] = (unsigned char)(out.len >> 8);
		size[1] = (unsigned char)out.len;
		if (send(fd, size, 2, MSG_NOSIGNAL | MSG_MORE) != 2 ||
		    send(fd, out.b, out.len, MSG_NOSIGNAL) < 0)
			break;
	}
	close(fd);
}

static int bound(int type, const char *where)
{
	const char *colon = strrchr(where, ':');
	char host[64] = "127.0.0.1";
	if (colon)
		snprintf(host, sizeof(host), "%.*s", (int)(colon - where), where);
	struct sockaddr_in at = {.sin_family = AF_INET,
				 .sin_port = htons((uint16_t)atoi(colon ? colon + 1 : where))};
	int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0), one = 1;
	inet_pton(AF_INET, host, &at.sin_addr);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof(at)) ||
	    (type == SOCK_STREAM && listen(fd, 64))) {
		perror("dnsd");
		exit(1);
	}
	return fd;
}

int main(int argc, char **argv)
{
	static struct answer out;
	static unsigned char msg[65536];
	bool udp_only = argc > 1 && strcmp(argv[1], "-u") == 0;
	if (argc - udp_only != 3) {
		fputs("usage: dnsd [-u] [ADDRESS:]PORT ZONE\n", stderr);
		return 64;
	}
	const char *where = argv[1 + udp_only];
	const char *zone = argv[2 + udp_only];
	setvbuf(stdout, NULL, _IOLBF, 0);
	struct pollfd fds[2] = {{bound(SOCK_DGRAM, where), POLLIN, 0}, {-1, POLLIN, 0}};
	if (!udp_only)
		fds[1].fd = bound(SOCK_STREAM, where);
	while (poll(fds, 2, -1) >= 0 || errno == EINTR) {
		struct sockaddr_in from;
		socklen_t flen = sizeof(from);
		if (fds[1].revents & POLLIN) {
			int fd = accept(fds[1].fd, NULL, NULL);
			if (fd >= 0)
				serve_tcp(fd, zone);
		}
		if (!(fds[0].revents & POLLIN))
			continue;
		ssize_t n =
		    recvfrom(fds[0].fd, msg, sizeof(msg), 0, (struct sockaddr *)&from, &flen);
		if (n <= 0)
			continue;
		handle(msg, (size_t)n, zone, false, &out);
		if (out.len)
			sendto(fds[0].fd, out.b, out.len, 0, (struct sockaddr *)&from, flen);
	}
	return 1;
}
