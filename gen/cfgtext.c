/* cfgtext: see cfgtext.h. */
#include "cfgtext.h"

#include <string.h>

enum { WORDS = 64 };

struct reader {
	json_t *root, *frontends, *backends, *binds;
	json_t *front, *back; /* of the section that is open, borrowed */
	char *section;        /* its kind */
	char *name;
	int line;
	unsigned watch;       /* what default-server says in the open section */
	unsigned watch_below; /* and in the latest defaults */
	json_t *watch_named;  /* and in those with a name */
};

static json_t *string(const char *s)
{
	return json_stringn_nocheck(s, strlen(s));
}

static void set(json_t *o, const char *key, json_t *v)
{
	json_object_set_new_nocheck(o, key, v);
}

/* Splits in place: quotes and backslashes as HAProxy reads them, a # begins a
 * comment. Returns the number of words. */
static size_t split(char *s, char *words[WORDS])
{
	size_t n = 0;
	for (;;) {
		while (*s == ' ' || *s == '\t' || *s == '\r')
			s++;
		if (!*s || *s == '#' || n == WORDS)
			return n;
		char *to = s, quote = '\0';
		words[n++] = s;
		for (; *s && (quote || !strchr(" \t\r#", *s)); s++) {
			if (quote ? *s == quote : (*s == '"' || *s == '\''))
				quote = quote ? '\0' : *s;
			else if (*s == '\\' && s[1] && quote != '\'')
				*to++ = *++s;
			else
				*to++ = *s;
		}
		char stop = *s;
		*to = '\0';
		if (!stop || stop == '#')
			return n;
		s++;
	}
}

static json_t *joined(char **words, size_t n)
{
	autobuf struct buf b = {0};
	for (size_t i = 0; i < n; i++)
		buf_addf(&b, "%s%s", i ? " " : "", words[i]);
	return json_stringn_nocheck(b.s ? b.s : "", b.len);
}

/* What is no server, bind or use, kept as lines for comparing. */
static void add_rest(json_t *proxy, char **words, size_t n)
{
	json_array_append_new(json_object_get(proxy, "rest"), joined(words, n));
}

static json_t *proxy_in(json_t *where, const char *name, int line)
{
	json_t *p = json_object_get(where, name);
	if (p)
		return p;
	p = json_object();
	set(p, "line", json_integer(line));
	set(p, "rest", json_array());
	set(where, name, p);
	return p;
}

/* What can find a server down: a server without any is never down for good. */
enum { BY_CHECK = 1, BY_AGENT = 2, BY_TRACK = 4 };

static unsigned watchers(char **w, size_t n, unsigned by)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(w[i], "check") == 0)
			by |= BY_CHECK;
		else if (strcmp(w[i], "no-check") == 0)
			by &= ~(unsigned)BY_CHECK;
		else if (strcmp(w[i], "agent-check") == 0)
			by |= BY_AGENT;
		else if (strcmp(w[i], "no-agent-check") == 0)
			by &= ~(unsigned)BY_AGENT;
		else if (strcmp(w[i], "track") == 0)
			by |= BY_TRACK;
	}
	return by;
}

static void keep_defaults(struct reader *r)
{
	r->watch_below = r->watch;
	set(r->watch_named, r->name, json_integer(r->watch));
}

/* "backend b from NAME", else from the latest defaults, which begin anew. */
static void inherit(struct reader *r, char **w, size_t n)
{
	bool defaults = strcmp(r->section, "defaults") == 0;
	r->watch = defaults ? 0 : r->watch_below;
	for (size_t i = defaults ? 1 : 2; i + 1 < n; i++)
		if (strcmp(w[i], "from") == 0)
			r->watch =
			    (unsigned)json_integer_value(json_object_get(r->watch_named, w[i + 1]));
	if (defaults)
		keep_defaults(r);
}

static void default_server(struct reader *r, char **w, size_t n)
{
	if (strcmp(w[0], "default-server") != 0)
		return;
	r->watch = watchers(w + 1, n - 1, r->watch);
	if (strcmp(r->section, "defaults") == 0)
		keep_defaults(r);
}

static bool opens(struct reader *r, char **w, size_t n)
{
	static const char *const kinds[] = {"global",    "defaults", "frontend",    "backend",
					    "listen",    "peers",    "resolvers",   "cache",
					    "mailers",   "program",  "http-errors", "ring",
					    "userlist",  "fcgi-app", "log-forward", "log-profile",
					    "crt-store", "traces",   "acme",        NULL};
	const char *kind = NULL;
	for (size_t i = 0; kinds[i] && !kind; i++)
		if (strcmp(w[0], kinds[i]) == 0)
			kind = kinds[i];
	if (!kind)
		return false;
	free(r->section);
	free(r->name);
	r->section = xstrdup(kind);
	r->name = xstrdup(n > 1 ? w[1] : "");
	r->front = r->back = NULL;
	inherit(r, w, n);
	bool listen = strcmp(kind, "listen") == 0;
	if (listen || strcmp(kind, "frontend") == 0) {
		r->front = proxy_in(r->frontends, r->name, r->line);
		set(r->front, "uses", json_array());
		set(r->front, "binds", json_array());
	}
	if (listen || strcmp(kind, "backend") == 0) {
		r->back = proxy_in(r->backends, r->name, r->line);
		set(r->back, "servers", json_object());
	}
	if (listen)
		json_array_append_new(json_object_get(r->front, "uses"), string(r->name));
	return true;
}

static void add_bind(struct reader *r, const char *address)
{
	json_t *b = json_object();
	set(b, "address", string(address));
	set(b, "line", json_integer(r->line));
	set(b, "section", string(r->name));
	json_array_append_new(r->binds, b);
}

/* "set-var proc.lbgen str(HASH)", and what else a pass wants of global. */
static void global_line(struct reader *r, char **w, size_t n)
{
	if (n < 2)
		return;
	if (strcmp(w[0], "localpeer") == 0)
		set(r->root, "localpeer", string(w[1]));
	else if (strcmp(w[0], "server-state-file") == 0)
		set(r->root, "server_state", string(w[1]));
	else if (strcmp(w[0], "set-var") == 0 && n > 2 && strcmp(w[1], "proc.lbgen") == 0 &&
		 str_prefix(w[2], "str(") && strlen(w[2]) > 5)
		set(r->root, "marker", json_stringn_nocheck(w[2] + 4, strlen(w[2]) - 5));
}

static void peers_line(struct reader *r, char **w, size_t n)
{
	const char *local = json_string_value(json_object_get(r->root, "localpeer"));
	if (n > 1 && strcmp(w[0], "bind") == 0)
		add_bind(r, w[1]);
	else if (n > 2 && strcmp(w[0], "peer") == 0 && local && strcmp(w[1], local) == 0)
		add_bind(r, w[2]);
}

static void proxy_line(struct reader *r, char **w, size_t n)
{
	if (r->front && n > 1 && strcmp(w[0], "bind") == 0) {
		add_bind(r, w[1]);
		json_array_append_new(json_object_get(r->front, "binds"), joined(w + 1, n - 1));
		return;
	}
	if (r->front && n > 1 &&
	    (strcmp(w[0], "default_backend") == 0 || strcmp(w[0], "use_backend") == 0)) {
		json_array_append_new(json_object_get(r->front, "uses"), string(w[1]));
		if (w[0][0] == 'd')
			return;
	}
	if (r->back && n > 2 && strcmp(w[0], "server") == 0) {
		json_t *s = json_object();
		set(s, "address", string(w[2]));
		set(s, "rest", joined(w + 3, n - 3));
		set(s, "line", json_integer(r->line));
		if (watchers(w + 3, n - 3, r->watch))
			set(s, "watched", json_true());
		set(json_object_get(r->back, "servers"), w[1], s);
		return;
	}
	default_server(r, w, n);
	if (r->back && n > 1 && strcmp(w[0], "stick-table") == 0)
		for (size_t i = 1; i < n; i++)
			if (strcmp(w[i], "peers") == 0)
				set(r->root, "tables", json_true());
	add_rest(r->back ? r->back : r->front, w, n);
}

static void read_line(struct reader *r, char *line)
{
	char *w[WORDS];
	size_t n = split(line, w);
	if (n == 0 || opens(r, w, n) || !r->section)
		return;
	if (strcmp(r->section, "global") == 0)
		global_line(r, w, n);
	else if (strcmp(r->section, "peers") == 0)
		peers_line(r, w, n);
	else if (r->front || r->back)
		proxy_line(r, w, n);
	else
		default_server(r, w, n);
}

json_t *cfgtext_read(const char *text, size_t len)
{
	struct reader r = {.root = json_object(),
			   .frontends = json_object(),
			   .backends = json_object(),
			   .binds = json_array(),
			   .watch_named = json_object()};
	set(r.root, "marker", string(""));
	set(r.root, "frontends", r.frontends);
	set(r.root, "backends", r.backends);
	set(r.root, "binds", r.binds);
	for (size_t at = 0; at < len;) {
		const char *end = memchr(text + at, '\n', len - at);
		size_t n = end ? (size_t)(end - (text + at)) : len - at;
		autofree char *line = xstrndup(text + at, n);
		r.line++;
		read_line(&r, line);
		at += n + 1;
	}
	free(r.section);
	free(r.name);
	json_decref(r.watch_named);
	return r.root;
}

void cfgtext_marker(const char *text, size_t len, char out[65])
{
	static const char key[] = "set-var proc.lbgen str(";
	out[0] = '\0';
	for (const char *at = text;
	     (at = memmem(at, len - (size_t)(at - text), key, sizeof(key) - 1));) {
		at += sizeof(key) - 1;
		const char *end = memchr(at, ')', len - (size_t)(at - text));
		if (end && end - at < 65)
			snprintf(out, 65, "%.*s", (int)(end - at), at);
	}
}

/* --- what changed -------------------------------------------------------------- */

static const char *str(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));
	return s ? s : "";
}

static bool same(const json_t *a, const json_t *b, const char *key)
{
	return json_equal(json_object_get(a, key), json_object_get(b, key));
}

/* Appends "x, y" pieces of one pool's servers to b. */
static void server_changes(struct buf *b, const json_t *old, const json_t *new)
{
	json_t *was = json_object_get(old, "servers"), *is = json_object_get(new, "servers");
	const char *name;
	json_t *s;
	json_object_foreach(is, name, s)
	{
		json_t *o = json_object_get(was, name);
		const char *sep = b->len ? ", " : "";
		if (!o)
			buf_addf(b, "%s+ %s %s", sep, name, str(s, "address"));
		else if (strcmp(str(o, "address"), str(s, "address")) != 0)
			buf_addf(b, "%s~ %s %s (was %s)", sep, name, str(s, "address"),
				 str(o, "address"));
		else if (strcmp(str(o, "rest"), str(s, "rest")) != 0)
			buf_addf(b, "%s~ %s options", sep, name);
	}
	json_object_foreach(was, name, s) if (!json_object_get(is, name))
	    buf_addf(b, "%s- %s", b->len ? ", " : "", name);
	if (old && new && !same(old, new, "rest"))
		buf_addf(b, "%s~ options", b->len ? ", " : "");
}

/* "port 80" for the pool that frontend's only plain bind leads to, else its name. */
static char *pool_label(const json_t *cfg, const char *pool)
{
	json_t *front;
	const char *name;
	json_object_foreach(json_object_get(cfg, "frontends"), name, front)
	{
		json_t *uses = json_object_get(front, "uses");
		json_t *bind = json_array_get(json_object_get(front, "binds"), 0);
		if (!bind || json_array_size(uses) != 1 ||
		    strcmp(json_string_value(json_array_get(uses, 0)), pool) != 0)
			continue;
		autofree char *address = xstrdup(json_string_value(bind));
		address[strcspn(address, " ")] = '\0';
		const char *port = strrchr(address, ':');
		if (!port || !port[1])
			continue;
		bool any = address[0] == '*' || address[0] == ':';
		return any ? xasprintf("port %s", port + 1) : xstrdup(address);
	}
	return xstrdup(pool);
}

static void add_line(json_t *lines, char *label, const char *text)
{
	autofree char *line = xasprintf("%s: %s", label, text);
	json_array_append_new(lines, string(line));
	free(label);
}

static char *front_label(const json_t *front, const char *name)
{
	json_t *bind = json_array_get(json_object_get(front, "binds"), 0);
	return bind ? xasprintf("%s (%s)", name, json_string_value(bind)) : xstrdup(name);
}

static void front_changes(json_t *lines, const json_t *old, const json_t *new)
{
	json_t *was = json_object_get(old, "frontends"), *is = json_object_get(new, "frontends");
	const char *name;
	json_t *f;
	json_object_foreach(is, name, f)
	{
		json_t *o = json_object_get(was, name);
		if (!o)
			add_line(lines, front_label(f, name), "opened");
		else if (!same(o, f, "binds"))
			add_line(lines, front_label(f, name), "listens differently");
		else if (!same(o, f, "rest") || !same(o, f, "uses"))
			add_line(lines, front_label(f, name), "routes or options changed");
	}
	json_object_foreach(was, name, f) if (!json_object_get(is, name))
	    add_line(lines, front_label(f, name), "closed");
}

json_t *cfgtext_changes(const json_t *old, const json_t *new)
{
	json_t *lines = json_array();
	json_t *was = json_object_get(old, "backends"), *is = json_object_get(new, "backends");
	const char *name;
	json_t *b;
	front_changes(lines, old, new);
	json_object_foreach(is, name, b)
	{
		autobuf struct buf text = {0};
		json_t *o = json_object_get(was, name);
		server_changes(&text, o, b);
		if (text.len)
			add_line(lines, pool_label(new, name), text.s);
	}
	json_object_foreach(was, name, b)
	{
		autobuf struct buf text = {0};
		if (json_object_get(is, name))
			continue;
		server_changes(&text, b, NULL);
		add_line(lines, pool_label(old, name), text.len ? text.s : "- (no servers)");
	}
	return lines;
}
