/* haproxy_bind: may HAProxy listen there? See haproxy.h.
 *
 * `haproxy -c` does not try. A port that a stranger owns makes ALL ports refuse
 * for two seconds before HAProxy gives up, so each new address is tried first:
 * bind() with SO_REUSEADDR and SO_REUSEPORT, no listen. */
#include "haproxy.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { RANGE_CAP = 1024, WHY_CAP = 1 << 16 };

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

/* "*:80", ":80", "10.0.0.1:80-90", "[::1]:80", ":::80", "ipv4@…". Returns the
 * family, 0 for what is no TCP address (unix, abns, fd, quic, ${X}, names). */
static int read_address(const char *s, union address *a, long *from, long *to)
{
	bool only6 = str_prefix(s, "ipv6@"), only4 = str_prefix(s, "ipv4@");
	if (only6 || only4)
		s += 5;
	const char *colon = strrchr(s, ':');
	if (!colon || strpbrk(s, "@$/\""))
		return 0;
	char host[64], *end;
	snprintf(host, sizeof(host), "%.*s", (int)(colon - s), s);
	*from = *to = strtol(colon + 1, &end, 10);
	if (*end == '-')
		*to = strtol(end + 1, &end, 10);
	if (*end || *from < 1 || *to > 65535 || *to < *from || *to - *from >= RANGE_CAP)
		return 0;
	size_t n = strlen(host);
	if (host[0] == '[' && host[n - 1] == ']') {
		memmove(host, host + 1, n - 2);
		host[n - 2] = '\0';
	}
	*a = (union address){0};
	if (!*host || strcmp(host, "*") == 0)
		snprintf(host, sizeof(host), "%s", only6 ? "::" : "0.0.0.0");
	if (inet_pton(AF_INET, host, &a->v4.sin_addr) == 1)
		return a->v4.sin_family = AF_INET;
	if (inet_pton(AF_INET6, host, &a->v6.sin6_addr) == 1)
		return a->v6.sin6_family = AF_INET6;
	return 0;
}

/* NULL, or why HAProxy could not listen there. What lbgen alone may not do
 * (a port below 1024 without the capability) says nothing about HAProxy. */
static const char *try_bind(union address *a, int family, long port)
{
	int one = 1;
	autoclose int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return NULL;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &one, sizeof(one));
	if (family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof(one));
	uint16_t net = htons((uint16_t)port);
	if (family == AF_INET)
		a->v4.sin_port = net;
	else
		a->v6.sin6_port = net;
	socklen_t len = family == AF_INET ? sizeof(a->v4) : sizeof(a->v6);
	if (bind(fd, &a->any, len) == 0)
		return NULL;
	if (errno == EADDRINUSE)
		return "another program listens there";
	if (errno == EADDRNOTAVAIL)
		return "this host does not have that address";
	return NULL;
}

static const char *try_word(const char *word)
{
	union address a;
	long from = 0, to = 0;
	int family = read_address(word, &a, &from, &to);
	for (long port = from; family && port <= to; port++) {
		const char *why = try_bind(&a, family, port);
		if (why)
			return why;
	}
	return NULL;
}

static const char *address_of(const json_t *b)
{
	return json_string_value(json_object_get(b, "address"));
}

/* Sockets of two users never share a port: when lbgen is another user than
 * HAProxy, a port that HAProxy has already says nothing. */
static const char *known_as(const json_t *b)
{
	const char *port = strrchr(address_of(b), ':');
	return geteuid() != 0 && port ? port : address_of(b);
}

/* Addresses of new that old has not, each {"line","address","section"}. */
static json_t *fresh(const json_t *old, const json_t *new)
{
	json_auto_t *known = json_object();
	json_t *out = json_array(), *b;
	size_t i;
	json_array_foreach(json_object_get(old, "binds"), i, b)
	    json_object_set_new_nocheck(known, known_as(b), json_true());
	json_array_foreach(json_object_get(new, "binds"), i,
			   b) if (!json_object_get(known, known_as(b))) json_array_append(out, b);
	return out;
}

/* Sets "why" on those that fail, removes the others. */
static void try_all(json_t *binds)
{
	for (size_t i = json_array_size(binds); i-- > 0;) {
		json_t *b = json_array_get(binds, i);
		autofree char *words = xstrdup(address_of(b));
		const char *why = NULL;
		char *save = NULL;
		for (char *w = strtok_r(words, ",", &save); w && !why;
		     w = strtok_r(NULL, ",", &save))
			why = try_word(w);
		if (why)
			json_object_set_new(b, "why", json_string(why));
		else
			json_array_remove(binds, i);
	}
}

/* -1 if HAProxy lives in our own network namespace (or nobody knows where). */
static int other_namespace(pid_t pid)
{
	char mine[64] = "", its[64] = "";
	autofree char *path = xasprintf("/proc/%ld/ns/net", (long)pid);
	if (pid <= 0 || readlink("/proc/self/ns/net", mine, sizeof(mine) - 1) < 0 ||
	    readlink(path, its, sizeof(its) - 1) < 0 || strcmp(mine, its) == 0)
		return -1;
	return open(path, O_RDONLY | O_CLOEXEC);
}

/* A child tries there, and tells through a pipe. */
static json_t *try_there(json_t *binds, int ns)
{
	int p[2];
	if (pipe2(p, O_CLOEXEC))
		return binds;
	pid_t pid = fork();
	if (pid == 0) {
		if (setns(ns, CLONE_NEWNET))
			json_array_clear(binds); /* not allowed: nothing can be said */
		try_all(binds);
		_exit(json_dumpfd(binds, p[1], 0) ? 1 : 0);
	}
	autoclose int in = p[0];
	close(p[1]);
	json_t *got = pid > 0 ? json_loadfd(in, 0, NULL) : NULL;
	if (pid > 0)
		waitpid(pid, NULL, 0);
	if (!got) { /* nothing can be said */
		json_array_clear(binds);
		return binds;
	}
	json_decref(binds);
	return got;
}

json_t *haproxy_trial_bind(const json_t *old, const json_t *new, pid_t pid)
{
	json_t *some = fresh(old, new);
	json_t *binds = json_deep_copy(some);
	json_decref(some);
	if (!json_array_size(binds))
		return binds;
	autoclose int ns = other_namespace(pid);
	if (ns >= 0)
		return try_there(binds, ns);
	try_all(binds);
	return binds;
}
