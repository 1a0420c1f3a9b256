/* secret: see secret.h. */
#include "secret.h"

#include <string.h>

#define DEFAULT_KEY "lbgen"

/* --- the template's data --------------------------------------------------------- */

static const struct field {
	const char *name;
	bool user; /* USER:SECRET: the user stays */
} fields[] = {{"StatsPassword", false}, {"StatsAuth", true}, {"CookieKey", false}};

static const char *value(const json_t *global, const char *name)
{
	const char *s = json_string_value(json_object_get(global, name));
	return s ? s : "";
}

/* What stands there instead: a text that HAProxy takes in this place. */
static char *placeholder(const struct field *f, const json_t *global)
{
	const char *user = value(global, "StatsUser");
	return f->user ? xasprintf("%s:%s", *user ? user : "admin", SECRET_HIDDEN)
		       : xstrdup(SECRET_HIDDEN);
}

void secret_hide(json_t *data)
{
	json_t *global = json_object_get(data, "Global");
	for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
		const char *now = value(global, fields[i].name);
		autofree char *instead = placeholder(&fields[i], global);
		if (*now && strcmp(now, DEFAULT_KEY) != 0)
			json_object_set_new(global, fields[i].name, json_string(instead));
	}
}

void secret_fill(json_t *data, const json_t *own)
{
	json_t *global = json_object_get(data, "Global");
	const json_t *from = json_object_get(own, "Global");
	for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
		autofree char *instead = placeholder(&fields[i], global);
		const char *mine = value(from, fields[i].name);
		if (*mine && strcmp(value(global, fields[i].name), instead) == 0)
			json_object_set_new(global, fields[i].name, json_string(mine));
	}
}

/* --- a configuration's text -------------------------------------------------------- */

/* "W W … SECRET": the words that lead to it, "*" = any. */
static const char *const leads[][5] = {
    {"stats", "auth", NULL},
    {"user", "*", "insecure-password", NULL},
    {"user", "*", "password", NULL},
    {"dynamic-cookie-key", NULL},
};

/* Past one word, quotes and backslashes as HAProxy reads them. */
static const char *past_word(const char *p, const char *end)
{
	for (char quote = '\0'; p < end; p++) {
		if (*p == '\\' && quote != '\'' && p + 1 < end)
			p++;
		else if (quote && *p == quote)
			quote = '\0';
		else if (!quote && (*p == '\'' || *p == '"'))
			quote = *p;
		else if (!quote && (*p == ' ' || *p == '\t'))
			break;
	}
	return p;
}

static const char *past_blanks(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	return p;
}

/* The word of this line that holds a secret. True if there is one. */
static bool secret_word(const char *line, const char *end, const char **from, const char **to,
			bool *user)
{
	for (size_t i = 0; i < ARRAY_LEN(leads); i++) {
		const char *p = past_blanks(line, end);
		const char *const *w = leads[i];
		for (; *w && p < end; w++) {
			const char *stop = past_word(p, end);
			size_t n = (size_t)(stop - p);
			if (strcmp(*w, "*") != 0 && (strlen(*w) != n || memcmp(*w, p, n) != 0))
				break;
			p = past_blanks(stop, end);
		}
		if (*w || p == end)
			continue;
		*from = p;
		*to = past_word(p, end);
		*user = i == 0;
		return true;
	}
	return false;
}

void secret_mask(struct buf *out, const char *text, size_t len, const char *mark,
		 struct buf *secrets)
{
	for (const char *line = text, *stop = text + len; line < stop;) {
		const char *nl = memchr(line, '\n', (size_t)(stop - line));
		const char *end = nl ? nl : stop, *next = nl ? nl + 1 : stop;
		const char *from, *to;
		bool user;
		if (secret_word(line, end, &from, &to, &user)) {
			const char *colon = user ? memchr(from, ':', (size_t)(to - from)) : NULL;
			const char *name = from + (user && (*from == '\'' || *from == '"'));
			buf_add(secrets, from, (size_t)(to - from));
			buf_addc(secrets, '\n');
			buf_add(out, line, (size_t)(from - line));
			if (colon)
				buf_add(out, name, (size_t)(colon + 1 - name));
			buf_adds(out, mark);
			line = to;
		}
		buf_add(out, line, (size_t)(next - line));
		line = next;
	}
}
