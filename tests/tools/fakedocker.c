/* fakedocker SOCKET FOLDER : an engine that answers from files, for tests.
 *
 * GET /v1.41/containers/json?… is answered with FOLDER/containers_json, /services
 * with FOLDER/services, and so on. FOLDER/version is the Api-Version of /_ping
 * ("none": no such header); FOLDER/date is the Date header of every answer.
 * FOLDER/fault is read anew for each request; a line
 * "containers_json WORD [NUMBER]" makes that answer
 *   status N   N with the text of FOLDER/containers_json.N as body
 *   delay MS   late
 *   hang       begun, never ended
 *   silent     not even begun
 *   half       cut off in the middle, Content-Length of the whole
 *   cut        the same in chunks
 *   close      closed without a byte
 *   garbage    no HTTP
 *   huge MB    so many MiB of JSON
 *   deep N     so many levels of JSON
 *   header MB  so many MiB of headers
 *   shuffle    every list and object in another order each time
 * Each request is one line on stdout. SOCKET may be a port number: TCP then. */
#include <arpa/inet.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static const char *folder;
static unsigned requests;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

struct text {
	char *s;
	size_t len;
};

static void *must(void *p)
{
	if (!p)
		abort();
	return p;
}

static struct text read_text(const char *name)
{
	char path[600];
	struct text t = {must(calloc(1, 1)), 0};
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	FILE *f = fopen(path, "r");
	char chunk[65536];
	size_t n;
	while (f && (n = fread(chunk, 1, sizeof(chunk), f)) > 0) {
		t.s = must(realloc(t.s, t.len + n + 1));
		memcpy(t.s + t.len, chunk, n);
		t.len += n;
		t.s[t.len] = '\0';
	}
	if (f)
		fclose(f);
	return t;
}

/* --- shuffling JSON as text --------------------------------------------------------- */

static uint64_t rnd(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	return *state ^= *state << 17;
}

static size_t skip_string(const char *s, size_t at, size_t end)
{
	for (at++; at < end && s[at] != '"'; at++)
		if (s[at] == '\\')
			at++;
	return at + 1;
}

/* The end of the element that begins at `at`: the comma or closing bracket. */
static size_t element_end(const char *s, size_t at, size_t end)
{
	int depth = 0;
	while (at < end) {
		if (s[at] == '"') {
			at = skip_string(s, at, end);
			continue;
		}
		if (s[at] == '[' || s[at] == '{')
			depth++;
		else if ((s[at] == ']' || s[at] == '}') && depth-- == 0)
			return at;
		else if (s[at] == ',' && depth == 0)
			return at;
		at++;
	}
	return end;
}

static void shuffle(char *s, size_t len, uint64_t *state);

/* s[0] is the opening bracket, s[len-1] the closing one. */
static void shuffle_list(char *s, size_t len, uint64_t *state)
{
	struct text *parts = NULL;
	size_t n = 0;
	for (size_t at = 1; at + 1 < len;) {
		size_t to = element_end(s, at, len - 1);
		parts = must(realloc(parts, (n + 1) * sizeof(*parts)));
		parts[n].len = to - at;
		parts[n].s = must(malloc(to - at + 1));
		memcpy(parts[n].s, s + at, to - at);
		shuffle(parts[n].s, parts[n].len, state);
		n++;
		at = to + 1;
	}
	for (size_t i = n; i > 1; i--) {
		size_t k = rnd(state) % i;
		struct text t = parts[k];
		parts[k] = parts[i - 1];
		parts[i - 1] = t;
	}
	char *to = s + 1;
	for (size_t i = 0; i < n; i++) {
		if (i)
			*to++ = ',';
		memcpy(to, parts[i].s, parts[i].len);
		to += parts[i].len;
		free(parts[i].s);
	}
	free(parts);
}

static void shuffle(char *s, size_t len, uint64_t *state)
{
	for (size_t at = 0; at < len;) {
		if (s[at] == '"') {
			at = skip_string(s, at, len);
		} else if (s[at] == '[' || s[at] == '{') {
			size_t end = element_end(s, at + 1, len);
			while (end < len && s[end] == ',')
				end = element_end(s, end + 1, len);
			shuffle_list(s + at, end + 1 - at, state);
			at = end + 1;
		} else {
			at++;
		}
	}
}

/* --- answering ------------------------------------------------------------------------ */

struct fault {
	char word[32];
	long number;
};

static struct fault fault_of(const char *name)
{
	struct fault f = {"", 0}, line;
	struct text t = read_text("fault");
	char who[128], *save = NULL;
	for (char *l = strtok_r(t.s, "\n", &save); l; l = strtok_r(NULL, "\n", &save)) {
		line.number = 0;
		if (sscanf(l, "%127s %31s %ld", who, line.word, &line.number) >= 2 &&
		    strcmp(who, name) == 0)
			f = line;
	}
	free(t.s);
	return f;
}

static bool is(const struct fault *f, const char *word)
{
	return strcmp(f->word, word) == 0;
}

static bool put(int fd, const void *data, size_t len)
{
	const char *s = data;
	while (len) {
		ssize_t n = send(fd, s, len, MSG_NOSIGNAL);
		if (n <= 0)
			return false;
		s += n;
		len -= (size_t)n;
	}
	return true;
}

static bool puts_fd(int fd, const char *s)
{
	return put(fd, s, strlen(s));
}

static void wait_for_ever(int fd)
{
	char c;
	while (recv(fd, &c, 1, 0) > 0)
		;
}

static bool send_body(int fd, long status, const char *more, const struct text *body, size_t keep)
{
	char head[400];
	snprintf(
	    head, sizeof(head),
	    "HTTP/1.1 %ld Word\r\n%sContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n",
	    status, more, body->len);
	return puts_fd(fd, head) && put(fd, body->s, keep);
}

/* Repeats piece; false when the other side has closed. */
static bool flood(int fd, const char *piece, size_t times)
{
	char block[65536];
	size_t n = strlen(piece), len = sizeof(block) / n * n;
	for (size_t i = 0; i < len; i++)
		block[i] = piece[i % n];
	for (size_t left = times * n; left;) {
		size_t now = left < len ? left : len;
		if (!put(fd, block, now))
			return false;
		left -= now;
	}
	return true;
}

static const char no_length[] = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n";

/* The faults that end the connection; false for the others. */
static bool break_off(int fd, const struct fault *f, const struct text *body)
{
	char size[32];
	if (is(f, "hang")) {
		puts_fd(fd, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n[");
		wait_for_ever(fd);
	} else if (is(f, "silent")) {
		wait_for_ever(fd);
	} else if (is(f, "half")) {
		send_body(fd, 200, "", body, body->len / 2);
	} else if (is(f, "cut")) {
		snprintf(size, sizeof(size), "%zx\r\n", body->len);
		puts_fd(fd, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
		puts_fd(fd, size);
		put(fd, body->s, body->len / 2);
	} else if (is(f, "garbage")) {
		puts_fd(fd, "\x15\x03\x01 what?\n");
	} else if (is(f, "huge")) {
		puts_fd(fd, no_length);
		puts_fd(fd, "[0");
		flood(fd, ",{\"a\":1}", (size_t)f->number << 17);
	} else if (is(f, "deep")) {
		puts_fd(fd, no_length);
		flood(fd, "[", (size_t)f->number);
		flood(fd, "]", (size_t)f->number);
	} else if (is(f, "header")) {
		puts_fd(fd, "HTTP/1.1 200 OK\r\n");
		flood(fd, "X-More: and more\r\n", ((size_t)f->number << 20) / 18);
	} else {
		return is(f, "close");
	}
	return true;
}

static bool answer(int fd, const char *name)
{
	struct fault f = fault_of(name);
	char more[128] = "", file[300];
	long status = is(&f, "status") ? f.number : 200;
	snprintf(file, sizeof(file), status == 200 ? "%s" : "%s.%ld", name, status);
	struct text body = read_text(file);
	struct text date = read_text("date");
	date.s[strcspn(date.s, "\r\n")] = '\0';
	if (*date.s)
		snprintf(more, sizeof(more), "Date: %.60s\r\n", date.s);
	free(date.s);
	if (strcmp(name, "_ping") == 0 && status == 200) {
		struct text v = read_text("version");
		v.s[strcspn(v.s, "\r\n")] = '\0';
		if (strcmp(v.s, "none") != 0)
			snprintf(more, sizeof(more), "Api-Version: %.60s\r\n", *v.s ? v.s : "1.41");
		free(v.s);
	} else if (status == 200 && !body.len) {
		free(body.s);
		body.s = must(strdup("{\"message\":\"page not found\"}"));
		body.len = strlen(body.s);
		status = 404;
	}
	if (is(&f, "shuffle")) {
		uint64_t state = 88172645463325252ULL + requests * 7919ULL;
		shuffle(body.s, body.len, &state);
	}
	if (is(&f, "delay"))
		usleep((useconds_t)f.number * 1000);
	bool more_to_come =
	    !break_off(fd, &f, &body) && send_body(fd, status, more, &body, body.len);
	free(body.s);
	return more_to_come;
}

/* "GET /v1.41/containers/json?x HTTP/1.1" → "containers_json" */
static void name_of(const char *request, char out[256])
{
	char path[256] = "";
	unsigned minor;
	int skip = 0;
	size_t n = 0;
	sscanf(request, "%*s /%255[^? ]", path);
	if (sscanf(path, "v1.%u/%n", &minor, &skip) < 1)
		skip = 0;
	for (const char *s = path + skip; *s; s++)
		out[n++] = *s == '/' ? '_' : *s;
	out[n] = '\0';
}

static void *serve(void *arg)
{
	int fd = (int)(intptr_t)arg;
	static __thread char in[65536];
	size_t len = 0;
	for (;;) {
		char *end, name[256];
		while (!(end = memmem(in, len, "\r\n\r\n", 4))) {
			ssize_t n = len < sizeof(in) ? recv(fd, in + len, sizeof(in) - len, 0) : -1;
			if (n <= 0)
				goto done;
			len += (size_t)n;
		}
		*end = '\0';
		pthread_mutex_lock(&lock);
		requests++;
		printf("%.*s\n", (int)strcspn(in, "\r"), in);
		pthread_mutex_unlock(&lock);
		name_of(in, name);
		size_t used = (size_t)(end + 4 - in);
		memmove(in, in + used, len - used);
		len -= used;
		if (!answer(fd, name))
			break;
	}
done:
	shutdown(fd, SHUT_RDWR);
	close(fd);
	return NULL;
}

static int listener(const char *where)
{
	int one = 1, fd;
	if (where[strspn(where, "0123456789")] == '\0') {
		struct sockaddr_in at = {.sin_family = AF_INET,
					 .sin_port = htons((uint16_t)atoi(where)),
					 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
		fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
		if (bind(fd, (struct sockaddr *)&at, sizeof(at)))
			return -1;
	} else {
		struct sockaddr_un at = {.sun_family = AF_UNIX};
		snprintf(at.sun_path, sizeof(at.sun_path), "%.107s", where);
		unlink(where);
		fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
		if (bind(fd, (struct sockaddr *)&at, sizeof(at)))
			return -1;
	}
	return listen(fd, 64) ? -1 : fd;
}

int main(int argc, char **argv)
{
	if (argc != 3) {
		fputs("usage: fakedocker SOCKET FOLDER\n", stderr);
		return 64;
	}
	folder = argv[2];
	setvbuf(stdout, NULL, _IOLBF, 0);
	int fd = listener(argv[1]);
	if (fd < 0) {
		perror(argv[1]);
		return 1;
	}
	for (;;) {
		pthread_t t;
		int c = accept(fd, NULL, NULL);
		if (c >= 0 && pthread_create(&t, NULL, serve, (void *)(intptr_t)c) == 0)
			pthread_detach(t);
	}
}
