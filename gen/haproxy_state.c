/* haproxy_state: servers' health and administrative state over a reload. See haproxy.h.
 *
 * Source: HAProxy Management Guide, "show servers state" (version 1 of the file). */
#include "haproxy.h"

#include <string.h>

enum { FIELDS = 32, BE_NAME = 1, SRV_NAME = 3, SRV_ADDR = 4, SRV_PORT = 18 };

/* "1.2.3.4:80", "[::1]:80" → without brackets, the port apart. */
static void split_address(const char *s, char host[128], char port[16])
{
	const char *colon = strrchr(s, ':');
	size_t n = colon ? (size_t)(colon - s) : strlen(s);
	bool bracketed = n > 1 && s[0] == '[' && s[n - 1] == ']';
	snprintf(host, 128, "%.*s", (int)(bracketed ? n - 2 : n), s + bracketed);
	snprintf(port, 16, "%s", colon ? colon + 1 : "0");
}

/* The file's port beats the configuration, so only rows that agree may stay. */
static bool agrees(char **f, size_t n, const json_t *backends)
{
	if (n <= SRV_PORT)
		return false;
	const json_t *b = json_object_get(backends, f[BE_NAME]);
	const json_t *s = json_object_get(json_object_get(b, "servers"), f[SRV_NAME]);
	const char *address = json_string_value(json_object_get(s, "address"));
	if (!address)
		return false;
	char host[128], port[16];
	split_address(address, host, port);
	return strcmp(host, f[SRV_ADDR]) == 0 && strcmp(port, f[SRV_PORT]) == 0;
}

void haproxy_filter_states(const char *states, const json_t *new, struct buf *out)
{
	const json_t *backends = json_object_get(new, "backends");
	for (const char *line = states, *end; *line; line = *end ? end + 1 : end) {
		end = strchrnul(line, '\n');
		size_t len = (size_t)(end - line);
		char *f[FIELDS], *save = NULL;
		size_t n = 0;
		autofree char *copy = xstrndup(line, len);
		for (char *p = strtok_r(copy, " ", &save); p && n < FIELDS;
		     p = strtok_r(NULL, " ", &save))
			f[n++] = p;
		bool head = n == 1 || (n && f[0][0] == '#');
		if (head || agrees(f, n, backends)) {
			buf_add(out, line, len);
			buf_addc(out, '\n');
		}
	}
}

/* The version of the file's form comes first. */
static bool is_states(const char *answer)
{
	return answer[0] == '1';
}

int haproxy_save_states(const struct config *c, const json_t *new, struct deadline d, struct err *e)
{
	const char *path = json_string_value(json_object_get(new, "server_state"));
	autobuf struct buf b = {0}, kept = {0};
	if (!path || path[0] != '/' || !c->haproxy.stats_socket)
		return 0;
	struct deadline soon = deadline_sooner(d, 3000);
	if (haproxy_ask_worker(c, "show servers state", is_states, soon, &b))
		return err_set(e, EX_UNAVAILABLE, "HAProxy does not tell its servers' states");
	haproxy_filter_states(b.s, new, &kept);
	if (mkdir_for(path, e))
		return -1;
	return file_write(path, kept.s, kept.len, 0644, e);
}
