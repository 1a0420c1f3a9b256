/* haproxy_state: servers' health and administrative state over a reload. See haproxy.h.
 *
 * Source: HAProxy Management Guide, "show servers state" (version 1 of the file);
 * HAProxy's own reading of it takes a row that ends after the column srvrecord. */
#include "haproxy.h"

#include <string.h>
#include <strings.h>

#include "value.h"

enum {
	FIELDS = 32,
	BE_NAME = 1,
	SRV_NAME = 3,
	SRV_ADDR = 4,
	OP_STATE = 5,
	ADMIN_STATE = 6,
	UWEIGHT = 7,
	IWEIGHT = 8,
	SINCE = 9,
	CHECK_STATUS = 10,
	CHECK_RESULT = 11,
	CHECK_HEALTH = 12,
	CHECK_STATE = 13,
	AGENT_STATE = 14,
	SRV_FQDN = 17,
	SRV_PORT = 18,
	/* what follows srvrecord says whether to speak TLS and where checks and agents
	 * are asked: there the file would beat the configuration, for ever */
	KEPT = 20
};

/* "1.2.3.4:80", "[::1]:80" → without brackets, the port apart. */
static void split_address(const char *s, char host[256], char port[16])
{
	const char *colon = strrchr(s, ':');
	size_t n = colon ? (size_t)(colon - s) : strlen(s);
	bool bracketed = n > 1 && s[0] == '[' && s[n - 1] == ']';
	snprintf(host, 256, "%.*s", (int)(bracketed ? n - 2 : n), s + bracketed);
	snprintf(port, 16, "%s", colon ? colon + 1 : "0");
}

static bool same_ip(const char *a, const char *b)
{
	char x[46], y[46];
	const char *why;
	bool both = value_ip(a, x, &why) && value_ip(b, y, &why);
	return strcmp(both ? x : a, both ? y : b) == 0;
}

/* The new text's server for this row, if it is still there. The file's address and
 * port beat the configuration, so only rows that agree may stay; where the text has
 * a name, the row says nothing of the address, and HAProxy resolves it. */
static const json_t *find_server(char **f, const json_t *backends)
{
	static char none[] = "-";
	const json_t *b = json_object_get(backends, f[BE_NAME]);
	const json_t *s = json_object_get(json_object_get(b, "servers"), f[SRV_NAME]);
	const char *address = json_string_value(json_object_get(s, "address"));
	if (!address)
		return NULL;
	char host[256], port[16];
	split_address(address, host, port);
	if (strcmp(port, f[SRV_PORT]) != 0)
		return NULL;
	if (strcasecmp(host, f[SRV_FQDN]) == 0)
		f[SRV_ADDR] = none;
	else if (!same_ip(host, f[SRV_ADDR]))
		return NULL;
	return s;
}

/* --- by hand ------------------------------------------------------------------------ */

enum { FMAINT = 0x01, CMAINT = 0x04, FDRAIN = 0x08 };           /* of the admin state */
enum { CONFIGURED = 0x02, ENABLED = 0x04, BOTH = 0x02 | 0x04 }; /* of a check's */

static bool switched_off(const char *check)
{
	return (strtol(check, NULL, 10) & BOTH) == CONFIGURED;
}

/* Maintenance, or ready where the text says `disabled`; drain, where it does not say
 * weight 0; another weight; checks switched off. */
static bool by_hand(char **f)
{
	long admin = strtol(f[ADMIN_STATE], NULL, 10);
	return !(admin & FMAINT) != !(admin & CMAINT) ||
	       ((admin & FDRAIN) && strcmp(f[IWEIGHT], "0") != 0) ||
	       strcmp(f[UWEIGHT], f[IWEIGHT]) != 0 || switched_off(f[CHECK_STATE]) ||
	       switched_off(f[AGENT_STATE]);
}

static void healthy(char **f)
{
	static char zero[] = "0", running[] = "2";
	f[OP_STATE] = running;
	f[CHECK_STATUS] = f[CHECK_RESULT] = zero;
}

/* The same hand leaves the same bytes. */
static void forget_health(char **f, char check[16], char agent[16])
{
	static char zero[] = "0";
	healthy(f);
	f[SINCE] = f[CHECK_HEALTH] = zero;
	snprintf(check, 16, "%ld", strtol(f[CHECK_STATE], NULL, 10) & BOTH);
	snprintf(agent, 16, "%ld", strtol(f[AGENT_STATE], NULL, 10) & BOTH);
	f[CHECK_STATE] = check;
	f[AGENT_STATE] = agent;
}

/* --- the file ----------------------------------------------------------------------- */

static void add_words(struct buf *out, char **f, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_addf(out, "%s%s", i ? " " : "", f[i]);
	buf_addc(out, '\n');
}

static void filter_row(char **f, const json_t *backends, bool hand, struct buf *out)
{
	char check[16], agent[16];
	const json_t *s = find_server(f, backends);
	if (!s || (hand && !by_hand(f)))
		return;
	if (hand)
		forget_health(f, check, agent);
	else if (!json_object_get(s, "watched"))
		healthy(f); /* nothing would ever find it up again */
	add_words(out, f, KEPT);
}

void haproxy_filter_states(const char *states, const json_t *new, bool hand, struct buf *out)
{
	const json_t *backends = json_object_get(new, "backends");
	autobuf struct buf head = {0}, rows = {0};
	for (const char *line = states, *end; *line; line = *end ? end + 1 : end) {
		end = strchrnul(line, '\n');
		char *f[FIELDS], *save = NULL;
		size_t n = 0;
		autofree char *copy = xstrndup(line, (size_t)(end - line));
		for (char *p = strtok_r(copy, " ", &save); p && n < FIELDS;
		     p = strtok_r(NULL, " ", &save))
			f[n++] = p;
		if (n && f[0][0] == '#')
			add_words(&head, f, n < KEPT + 1 ? n : KEPT + 1);
		else if (n >= KEPT)
			filter_row(f, backends, hand, &rows);
	}
	buf_adds(out, HAPROXY_NO_STATES);
	if (rows.len) {
		buf_add(out, head.s ? head.s : "", head.len);
		buf_add(out, rows.s, rows.len);
	}
}

/* The version of the file's form comes first. */
static bool is_states(const char *answer)
{
	return answer[0] == '1';
}

static int ask_states(const struct config *c, struct deadline d, struct buf *b, struct err *e)
{
	struct deadline soon = deadline_sooner(d, 3000);
	if (haproxy_ask_worker(c, "show servers state", is_states, soon, b))
		return err_set(e, EX_UNAVAILABLE, "HAProxy does not tell its servers' states");
	return 0;
}

/* NULL: this text names no file that could be lbgen's. */
static const char *path_of(const struct config *c, const json_t *text)
{
	const char *path = json_string_value(json_object_get(text, "server_state"));
	return path && path[0] == '/' && c->haproxy.stats_socket ? path : NULL;
}

int haproxy_save_states(const struct config *c, const json_t *new, struct deadline d, struct err *e)
{
	const char *path = path_of(c, new);
	autobuf struct buf b = {0}, kept = {0};
	if (!path)
		return 0;
	if (ask_states(c, d, &b, e))
		return -1;
	haproxy_filter_states(b.s, new, false, &kept);
	if (mkdir_for(path, e))
		return -1;
	return file_write(path, kept.s, kept.len, 0644, e);
}

int haproxy_settle_states(const struct config *c, const json_t *text, bool ask, struct deadline d,
			  struct err *e)
{
	const char *path = path_of(c, text);
	autobuf struct buf had = {0}, now = {0}, kept = {0};
	if (!path || !file_exists(path))
		return 0;
	if (file_read(path, 256 << 20, EX_NOINPUT, &had, e) || (ask && ask_states(c, d, &now, e)))
		return -1;
	haproxy_filter_states(ask ? now.s : had.s ? had.s : "", text, true, &kept);
	if (had.s && kept.len == had.len && memcmp(kept.s, had.s, had.len) == 0)
		return 0;
	return file_write(path, kept.s, kept.len, 0644, e);
}
