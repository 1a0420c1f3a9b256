/* load: counted HTTP requests from clients that behave as browsers do.
 *
 * load [-k|-n] [-c CLIENTS] [-t SECONDS] [-p MILLISECONDS] [ADDRESS:]PORT [PATH]
 *
 * -k keeps each client's connection (the default), -n opens a new one for
 * each request. Ends after -t seconds (10; at most 600) or at SIGTERM, and
 * prints one line of JSON:
 *   {"ok":9,"failed":0,"connections":2,"seconds":1.0,
 *    "errors":{"connect":0,"closed":0,"timeout":0,"status":0,"garbage":0},
 *    "answers":{"web1":5,"web2":4},
 *    "seen":{"web1":[1700000000.001,1700000000.987],"web2":[...]}}
 * "seen" is when the first and the last of these answers came. Only to loopback
 * and, in a sandbox of the runner, to 10.213.0.0/24, where the nodes of a test
 * are; at most 64 clients. A kept connection that the other side
 * has closed while it was idle is opened again, as every client does; one that
 * is closed after the request was sent is a failure.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum fault { CONNECT, CLOSED, TIMEOUT, STATUS, GARBAGE, N_FAULTS };
enum { MAX_CLIENTS = 64, MAX_NAMES = 64, WAIT_S = 45 };

static const char *const fault_names[N_FAULTS] = {"connect", "closed", "timeout", "status",
						  "garbage"};

static struct {
	struct sockaddr_in to;
	const char *path;
	bool keep;
	int pause_ms;
} job = {.keep = true, .path = "/"};

static atomic_bool stop;
static atomic_long ok, connections, faults[N_FAULTS];
static pthread_mutex_t names_lock = PTHREAD_MUTEX_INITIALIZER;
static struct {
	char name[64];
	long n;
	double first, last;
} names[MAX_NAMES];

static void on_signal(int sig)
{
	(void)sig;
	stop = true;
}

static double wall_clock(void)
{
	struct timespec t;
	clock_gettime(CLOCK_REALTIME, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void count_answer(const char *body)
{
	double now = wall_clock();
	size_t len = strcspn(body, "\r\n\"\\");
	pthread_mutex_lock(&names_lock);
	for (int i = 0; i < MAX_NAMES; i++) {
		if (!names[i].n)
			snprintf(names[i].name, sizeof names[i].name, "%.*s",
				 (int)(len < 60 ? len : 60), body);
		if (strlen(names[i].name) == len && !strncmp(names[i].name, body, len)) {
			if (!names[i].n++)
				names[i].first = now;
			names[i].last = now;
			break;
		}
	}
	pthread_mutex_unlock(&names_lock);
}

static int dial(void)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct timeval wait = {.tv_sec = WAIT_S};
	int on = 1;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	if (connect(fd, (const void *)&job.to, sizeof job.to)) {
		close(fd);
		return -1;
	}
	connections++;
	return fd;
}

/* The other side has hung up while nothing was going on. */
static bool hung_up(int fd)
{
	char c;
	ssize_t n = recv(fd, &c, 1, MSG_PEEK | MSG_DONTWAIT);
	return n == 0 || (n < 0 && errno != EAGAIN);
}

/* Reads one answer; -1 fine, else the fault. *last: the connection ends with it. */
static int read_answer(int fd, bool *last)
{
	char buf[8192];
	size_t len = 0, want = 0;
	for (;;) {
		ssize_t n = recv(fd, buf + len, sizeof buf - 1 - len, 0);
		if (n <= 0)
			return n < 0 && errno == EAGAIN ? TIMEOUT : CLOSED;
		len += (size_t)n;
		buf[len] = 0;
		char *body = strstr(buf, "\r\n\r\n");
		if (!body) {
			if (len == sizeof buf - 1)
				return GARBAGE;
			continue;
		}
		body += 4;
		if (!want) {
			const char *cl = strcasestr(buf, "\r\ncontent-length:");
			if (strncmp(buf, "HTTP/1.", 7) != 0 || (!cl && !strncmp(buf + 9, "200", 3)))
				return GARBAGE;
			want = (size_t)(body - buf) + (cl ? strtoul(cl + 17, NULL, 10) : 0);
			if (want >= sizeof buf)
				return GARBAGE;
			*last = strcasestr(buf, "\r\nconnection: close") != NULL;
		}
		if (len < want)
			continue;
		if (strncmp(buf + 9, "200", 3) != 0)
			return STATUS;
		count_answer(body);
		return -1;
	}
}

static void *client(void *unused)
{
	(void)unused;
	char request[512];
	int n = snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: localhost\r\n%s\r\n",
			 job.path, job.keep ? "" : "Connection: close\r\n");
	int fd = -1;
	while (!stop) {
		if (fd >= 0 && hung_up(fd)) {
			close(fd);
			fd = -1;
		}
		if (fd < 0 && (fd = dial()) < 0) {
			faults[CONNECT]++;
			usleep(1000);
			continue;
		}
		bool last = !job.keep;
		int fault = CLOSED;
		if (send(fd, request, (size_t)n, MSG_NOSIGNAL) == n)
			fault = read_answer(fd, &last);
		if (fault < 0)
			ok++;
		else
			faults[fault]++;
		if (last || fault >= 0) {
			close(fd);
			fd = -1;
		}
		if (job.pause_ms)
			usleep((useconds_t)job.pause_ms * 1000);
	}
	if (fd >= 0)
		close(fd);
	return NULL;
}

static void usage(const char *why)
{
	fprintf(stderr,
		"load: %s\nusage: load [-k|-n] [-c CLIENTS] [-t SECONDS] [-p MILLISECONDS] "
		"[ADDRESS:]PORT [PATH]\n",
		why);
	exit(64);
}

static int may_go_to(uint32_t ip)
{
	return ip >> 24 == 127 || (ip >> 8 == 0x0ad500 && getenv("LBT_SANDBOX"));
}

static void target(const char *where)
{
	char host[64] = "127.0.0.1";
	const char *colon = strrchr(where, ':');
	if (colon)
		snprintf(host, sizeof host, "%.*s", (int)(colon - where), where);
	job.to.sin_family = AF_INET;
	job.to.sin_port = htons((uint16_t)atoi(colon ? colon + 1 : where));
	if (inet_pton(AF_INET, host, &job.to.sin_addr) != 1 ||
	    !may_go_to(ntohl(job.to.sin_addr.s_addr)))
		usage("only to an address of 127.0.0.0/8, or to a test's own node");
}

static void report(double seconds)
{
	long failed = 0;
	for (int i = 0; i < N_FAULTS; i++)
		failed += faults[i];
	printf("{\"ok\":%ld,\"failed\":%ld,\"connections\":%ld,\"seconds\":%.1f,\"errors\":{", ok,
	       failed, connections, seconds);
	for (int i = 0; i < N_FAULTS; i++)
		printf("%s\"%s\":%ld", i ? "," : "", fault_names[i], faults[i]);
	printf("},\"answers\":{");
	for (int i = 0; i < MAX_NAMES && names[i].n; i++)
		printf("%s\"%s\":%ld", i ? "," : "", names[i].name, names[i].n);
	printf("},\"seen\":{");
	for (int i = 0; i < MAX_NAMES && names[i].n; i++)
		printf("%s\"%s\":[%.3f,%.3f]", i ? "," : "", names[i].name, names[i].first,
		       names[i].last);
	puts("}}");
}

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
	int clients = 4, seconds = 10, o;
	while ((o = getopt(argc, argv, "knc:t:p:")) != -1) {
		switch (o) {
		case 'k':
		case 'n':
			job.keep = o == 'k';
			break;
		case 'c':
			clients = atoi(optarg);
			break;
		case 't':
			seconds = atoi(optarg);
			break;
		case 'p':
			job.pause_ms = atoi(optarg);
			break;
		default:
			usage("unknown option");
		}
	}
	if (optind >= argc)
		usage("no port");
	if (clients < 1 || clients > MAX_CLIENTS || seconds < 1 || seconds > 600)
		usage("1 to 64 clients, 1 to 600 seconds");
	target(argv[optind]);
	if (optind + 1 < argc)
		job.path = argv[optind + 1];
	signal(SIGTERM, on_signal);
	signal(SIGINT, on_signal);
	double start = now();
	pthread_t thread[MAX_CLIENTS];
	for (int i = 0; i < clients; i++)
		pthread_create(&thread[i], NULL, client, NULL);
	while (!stop && now() - start < seconds)
		usleep(10000);
	stop = true;
	for (int i = 0; i < clients; i++)
		pthread_join(thread[i], NULL);
	report(now() - start);
	return 0;
}
