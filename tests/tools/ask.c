/* ask: one question to a unix socket or a port on loopback, the answer to stdout.
 *
 * ask SOCKET COMMAND       a line, as to HAProxy's master socket
 * ask [ADDRESS:]PORT       GET /, its body's first line
 *
 * Exit 0, or 1 with the reason on stderr. Waits at most 10 seconds.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int die(const char *what)
{
	fprintf(stderr, "ask: %s: %s\n", what, errno ? strerror(errno) : "no answer");
	exit(1);
}

static int dial(const char *where)
{
	struct sockaddr_un un = {.sun_family = AF_UNIX};
	struct sockaddr_in in = {.sin_family = AF_INET};
	const char *colon = strrchr(where, ':');
	char host[64] = "127.0.0.1";
	if (colon)
		snprintf(host, sizeof host, "%.*s", (int)(colon - where), where);
	in.sin_port = htons((uint16_t)atoi(colon ? colon + 1 : where));
	int unix_socket = strchr(where, '/') != NULL;
	if (unix_socket && strlen(where) >= sizeof un.sun_path) {
		errno = ENAMETOOLONG;
		die(where);
	}
	snprintf(un.sun_path, sizeof un.sun_path, "%s", where);
	if (!unix_socket && (inet_pton(AF_INET, host, &in.sin_addr) != 1 ||
			     ntohl(in.sin_addr.s_addr) >> 24 != 127)) {
		errno = EADDRNOTAVAIL;
		die(where);
	}
	int fd = socket(unix_socket ? AF_UNIX : AF_INET, SOCK_STREAM, 0);
	struct timeval wait = {.tv_sec = 10};
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
	if (connect(fd, unix_socket ? (const void *)&un : (const void *)&in,
		    unix_socket ? sizeof un : sizeof in))
		die(where);
	return fd;
}

int main(int argc, char **argv)
{
	if (argc < 2 || argc > 3 || (argc == 2) == (strchr(argv[1], '/') != NULL)) {
		fputs("usage: ask SOCKET COMMAND | ask [ADDRESS:]PORT\n", stderr);
		return 64;
	}
	int fd = dial(argv[1]);
	char buf[65536];
	int n = argc == 3
		    ? snprintf(buf, sizeof buf, "%s\n", argv[2])
		    : snprintf(buf, sizeof buf,
			       "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
	if (n >= (int)sizeof buf || write(fd, buf, (size_t)n) != n)
		die(argv[1]);
	if (argc == 3)
		shutdown(fd, SHUT_WR);
	size_t len = 0;
	ssize_t got;
	while (len < sizeof buf - 1 && (got = read(fd, buf + len, sizeof buf - 1 - len)) > 0)
		len += (size_t)got;
	buf[len] = 0;
	if (argc == 3) {
		fputs(buf, stdout);
		return 0;
	}
	const char *body = strstr(buf, "\r\n\r\n");
	errno = 0;
	if (!body)
		die(argv[1]);
	printf("%.*s\n", (int)strcspn(body + 4, "\r\n"), body + 4);
	return 0;
}
