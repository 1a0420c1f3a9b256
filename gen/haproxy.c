/* haproxy: `haproxy -c` and its words. The rest of haproxy.h is in haproxy_*.c. */
#include "haproxy.h"

#include <string.h>

#include "proc.h"

/* What a template of the days of HAProxy 1.x or early 2.x may still say. */
static const struct {
	const char *word;
	const char *hint;
} hints[] = {
    {"'rspdel'", "write \"http-response del-header NAME\"; a line that removes ETag can simply "
		 "go: compression weakens it by itself"},
    {"'rspidel'", "write \"http-response del-header NAME\""},
    {"'rspadd'", "write \"http-response add-header NAME VALUE\""},
    {"'rsprep'", "write \"http-response replace-header NAME REGEX VALUE\""},
    {"'rspirep'", "write \"http-response replace-header NAME REGEX VALUE\""},
    {"'rspdeny'", "write \"http-response deny if …\""},
    {"'reqadd'", "write \"http-request add-header NAME VALUE\""},
    {"'reqdel'", "write \"http-request del-header NAME\""},
    {"'reqidel'", "write \"http-request del-header NAME\""},
    {"'reqrep'", "write \"http-request replace-path\" or \"http-request replace-header\""},
    {"'reqirep'", "write \"http-request replace-path\" or \"http-request replace-header\""},
    {"'reqdeny'", "write \"http-request deny if …\""},
    {"'reqallow'", "write \"http-request allow if …\""},
    {"'reqtarpit'", "write \"http-request tarpit if …\""},
    {"'block'", "write \"http-request deny if …\""},
    {"'redispatch'", "write \"option redispatch\""},
    {"'contimeout'", "write \"timeout connect 1s\""},
    {"'clitimeout'", "write \"timeout client 1m\""},
    {"'srvtimeout'", "write \"timeout server 1m\""},
    {"'nbproc'", "take the line out: one process uses all threads"},
    {"'bind-process'", "take the line out: one process uses all threads"},
    {"'forceclose'", "write \"option http-server-close\", or take the line out"},
    {"'http-tunnel'", "take the line out"},
    {"'httpclose'", "take the line out"},
    {"'appsession'", "write \"cookie SRVID insert\" or \"stick on\""},
    {"missing LF on last line", "end the template with a newline"},
    {"unable to load SSL private key", "the PEM file needs its key in the same file, or beside it "
				       "as FILE.key"},
};

/* Appends text with every `from` replaced by `to`. */
static void add_replaced(struct buf *b, const char *text, size_t len, const char *from,
			 const char *to)
{
	size_t n = strlen(from);
	const char *end = text + len;
	for (const char *hit; n && (hit = memmem(text, (size_t)(end - text), from, n));) {
		buf_add(b, text, (size_t)(hit - text));
		buf_adds(b, to);
		text = hit + n;
	}
	buf_add(b, text, (size_t)(end - text));
}

/* "[ALERT]    (123) : config : parsing …" → "parsing …" */
static const char *strip_prefix(const char *line, const char *end)
{
	const char *p = memmem(line, (size_t)(end - line), ") : ", 4);
	if (!p)
		return line;
	p += 4;
	return (size_t)(end - p) > 9 && memcmp(p, "config : ", 9) == 0 ? p + 9 : p;
}

static bool is_tail(const char *p, const char *end)
{
	static const char *const tails[] = {"Error(s) found in configuration file",
					    "Fatal errors found", "Fatal errors in configuration",
					    "Configuration file is valid"};
	for (size_t i = 0; i < ARRAY_LEN(tails); i++)
		if ((size_t)(end - p) >= strlen(tails[i]) &&
		    memcmp(p, tails[i], strlen(tails[i])) == 0)
			return true;
	return false;
}

/* The ALERT lines and what continues them, at most `most`. */
static void alerts(struct buf *to, const char *words, const char *file, const char *shown)
{
	int most = 12;
	bool in = false;
	for (const char *line = words, *end; *line && most; line = *end ? end + 1 : end) {
		end = strchrnul(line, '\n');
		if (line[0] == '[') {
			in = str_prefix(line, "[ALERT]");
			const char *p = strip_prefix(line, end);
			if (!in || is_tail(p, end)) {
				in = false;
				continue;
			}
			buf_adds(to, "\n  ");
			add_replaced(to, p, (size_t)(end - p), file, shown);
			most--;
		} else if (in && end > line) {
			buf_adds(to, "\n    ");
			add_replaced(to, line, (size_t)(end - line), file, shown);
			most--;
		}
	}
}

static void add_hints(struct buf *b)
{
	autofree char *words = xstrdup(b->s ? b->s : "");
	for (size_t i = 0; i < ARRAY_LEN(hints); i++)
		if (strstr(words, hints[i].word))
			buf_addf(b, "\n  hint: %s: %s", hints[i].word, hints[i].hint);
}

int haproxy_check(const struct config *c, const char *file, const char *shown, struct deadline d,
		  struct buf *out, struct err *e)
{
	const char *const argv[] = {c->haproxy.binary, "-c", "-f", file, NULL};
	autobuf struct buf words = {0};
	int status;
	if (proc_run(argv, d, &status, &words, e))
		return err_wrap(e, "checking the text ([haproxy] binary)");
	if (out)
		buf_adds(out, words.s ? words.s : "");
	if (status == 0)
		return 0;
	if (status == 127 || status == 126)
		return err_set(e, EX_UNAVAILABLE, "cannot start %s", c->haproxy.binary);
	if (status == 2)
		return err_set(
		    e, EX_DATAERR,
		    "HAProxy finds nothing that listens in the text: it needs a frontend "
		    "with a bind line");
	autobuf struct buf said = {0};
	alerts(&said, words.s ? words.s : "", file, shown);
	add_hints(&said);
	if (!said.len)
		buf_addf(&said, " (status %d, no words)", status);
	return err_set(e, EX_DATAERR, "HAProxy rejects the text:%s", said.s);
}

json_t *haproxy_blamed(const char *words, const char *file)
{
	json_t *lines = json_array();
	autofree char *mark = xasprintf("[%s:", file);
	for (const char *line = words, *end; *line; line = *end ? end + 1 : end) {
		end = strchrnul(line, '\n');
		if (!str_prefix(line, "[ALERT]"))
			continue;
		const char *hit = memmem(line, (size_t)(end - line), mark, strlen(mark));
		long n = hit ? strtol(hit + strlen(mark), NULL, 10) : 0;
		bool known = n <= 0;
		for (size_t i = 0; i < json_array_size(lines); i++)
			known |= json_integer_value(json_array_get(lines, i)) == n;
		if (!known)
			json_array_append_new(lines, json_integer(n));
	}
	return lines;
}
