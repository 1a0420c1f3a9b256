/* fuzz_json: answers of engines. First line "docker" or anything else (Swarm);
 * the rest is split at lines "---" into the lists asked for, in order. What
 * comes of it must be a member that snapshot_load would take. */
#include <assert.h>
#include <string.h>
#include <time.h>

#include "gen/docker.h"
#include "gen/http.h"
#include "gen/member.h"
#include "gen/swarm.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* In place of gen/http.c: the answers are the input. */
struct http {
	int unused;
};

static const char *answers;
static size_t answers_len;

int http_open(struct http **out, const struct config *c, const char *host, struct err *e)
{
	(void)c, (void)host, (void)e;
	*out = xcalloc(1, sizeof(**out));
	return 0;
}

void http_free(struct http *h)
{
	free(h);
}

int http_api(struct http *h, struct deadline d, char prefix[40], struct err *e)
{
	(void)h, (void)d, (void)e;
	prefix[0] = '\0';
	return 0;
}

int http_fetch(struct http *h, const char *prefix, const char *path, struct deadline d,
	       struct buf *body, long *status, struct err *e)
{
	static const char mark[] = "\n---\n";
	(void)h, (void)prefix, (void)path, (void)d, (void)e;
	const char *end = answers_len ? memmem(answers, answers_len, mark, 5) : NULL;
	size_t n = end ? (size_t)(end - answers) : answers_len;
	buf_add(body, answers, n);
	size_t used = end ? n + 5 : n;
	answers += used;
	answers_len -= used;
	if (status)
		*status = 200;
	return 0;
}

time_t http_date(const struct http *h)
{
	(void)h;
	return 1700000000;
}

char *http_escape(const char *s)
{
	return xstrdup(s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char host[] = "unix:///x", prefix[] = "lb";
	struct config c = {.docker = {.host = host}, .labels = {.prefix = prefix}};
	const char *line = len ? memchr(data, '\n', len) : NULL;
	if (!line)
		return 0;
	bool docker = line - (const char *)data == 6 && memcmp(data, "docker", 6) == 0;
	answers = line + 1;
	answers_len = len - (size_t)(answers - (const char *)data);
	struct err e = {0};
	json_auto_t *members = json_array();
	int rc = docker ? docker_members(members, &c, deadline_in(60000), &e)
			: swarm_members(members, &c, deadline_in(60000), &e);
	assert((rc != 0) == (e.exit != 0));
	assert(rc == 0 || json_array_size(members) == 0);
	size_t i;
	json_t *m;
	json_array_foreach(members, i, m) assert(member_check(m, i, "what was collected", &e) == 0);
	return 0;
}
