/* conform: runs files of template cases (JSON lines; see cases/README) in this
 * process and prints TAP, one line per category and file. Every case is also
 * executed with a position map, which must not change the text. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gen/hafunc.h"
#include "gen/render.h"
#include "gen/util.h"

#define MAX_CATEGORIES 200

struct category {
	char *name;
	int good, bad;
	struct buf fails;
};

static struct category categories[MAX_CATEGORIES];
static int n_categories, number, failures;

static struct category *category(const char *name)
{
	for (int i = 0; i < n_categories; i++)
		if (strcmp(categories[i].name, name) == 0)
			return &categories[i];
	if (n_categories == MAX_CATEGORIES)
		exit(99);
	categories[n_categories].name = xstrdup(name);
	return &categories[n_categories++];
}

static void base64(struct buf *b, const char *s)
{
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	unsigned v = 0;
	int bits = 0;
	for (const char *p; *s && (p = strchr(digits, *s)); s++) {
		v = v << 6 | (unsigned)(p - digits);
		bits += 6;
		if (bits >= 8)
			buf_addc(b, (char)(v >> (bits -= 8) & 255));
	}
}

/* A field that is text, or base64 under the name with _b64. */
static bool field(json_t *c, const char *name, struct buf *b)
{
	char other[32];
	json_t *j = json_object_get(c, name);
	snprintf(other, sizeof(other), "%s_b64", name);
	if (json_is_string(j))
		buf_add(b, json_string_value(j), json_string_length(j));
	else if ((j = json_object_get(c, other)))
		base64(b, json_string_value(j));
	buf_add(b, "", 0);
	return j != NULL;
}

static void differs(struct category *cat, json_t *c, const char *what, const char *got, size_t n)
{
	char *text = json_dumps(c, JSON_COMPACT);
	autofree char *shown = xstrndup(got, n < 500 ? n : 500);
	cat->bad++;
	buf_addf(&cat->fails, "# %s: got %s [%s]\n#   %.1500s\n",
		 json_string_value(json_object_get(c, "id")), what, shown, text);
	free(text);
}

static void check_error(struct category *cat, json_t *c, const struct tmpl_error *e)
{
	const char *want = json_string_value(json_object_get(c, "err"));
	json_t *line = json_object_get(c, "line"), *col = json_object_get(c, "col");
	bool ok = want && strcmp(want, e->text) == 0 &&
		  (!line || json_integer_value(line) == e->line) &&
		  (!col || json_integer_value(col) == e->col);
	if (ok)
		cat->good++;
	else
		differs(cat, c, "error", e->text, strlen(e->text));
}

static size_t count_lines(const char *s, size_t n)
{
	size_t lines = n > 0 && s[n - 1] != '\n';
	for (size_t i = 0; i < n; i++)
		lines += s[i] == '\n';
	return lines;
}

static void run_case(json_t *c)
{
	struct category *cat = category(json_string_value(json_object_get(c, "cat")));
	autobuf struct buf text = {0}, want = {0};
	struct tmpl *t = NULL;
	struct tmpl_error e = {0};
	struct tmpl_map map = {0};
	char *out = NULL, *mapped = NULL;
	size_t n = 0, n_mapped = 0;
	json_t *data = json_object_get(c, "data");
	field(c, "template", &text);
	if (tmpl_parse(&t, json_string_value(json_object_get(c, "name")), text.s ? text.s : "",
		       text.len, NULL, &e) < 0 ||
	    tmpl_exec(t, data, NULL, &out, &n, NULL, &e) < 0) {
		check_error(cat, c, &e);
	} else if (!json_is_true(json_object_get(c, "ok"))) {
		differs(cat, c, "text", out, n);
	} else if (!field(c, "out", &want) || n != want.len || memcmp(out, want.s, n) != 0) {
		differs(cat, c, "text", out, n);
	} else if (tmpl_exec(t, data, NULL, &mapped, &n_mapped, &map, &e) < 0 || n != n_mapped ||
		   memcmp(out, mapped, n) != 0 || map.n_lines != count_lines(out, n)) {
		differs(cat, c, "another text with a map", out, n);
	} else {
		cat->good++;
	}
	tmpl_map_free(&map);
	tmpl_error_free(&e);
	tmpl_free(t);
	free(out);
	free(mapped);
}

static void run_file(const char *path)
{
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;
	FILE *f = fopen(path, "r");
	if (!f) {
		printf("not ok %d - %s cannot be read\n", ++number, path);
		failures++;
		return;
	}
	for (int i = 1; (n = getline(&line, &cap, f)) > 0; i++) {
		struct err e = {0};
		json_t *c = NULL;
		if (render_decode(&c, path, line, (size_t)n, &e) < 0) {
			printf("not ok %d - %s:%d: %s\n", ++number, path, i, e.msg);
			failures++;
		} else {
			run_case(c);
		}
		json_decref(c);
	}
	free(line);
	fclose(f);
}

int main(int argc, char **argv)
{
	int good = 0, bad = 0;
	for (int i = 1; i < argc; i++) {
		run_file(argv[i]);
		const char *base = strrchr(argv[i], '/') ? strrchr(argv[i], '/') + 1 : argv[i];
		for (int k = 0; k < n_categories; k++) {
			struct category *c = &categories[k];
			printf("%sok %d - %s %s: %d of %d\n", c->bad ? "not " : "", ++number, base,
			       c->name, c->good, c->good + c->bad);
			if (c->bad)
				fputs(c->fails.s, stdout);
			failures += c->bad;
			good += c->good;
			bad += c->bad;
			free(c->name);
			buf_free(&c->fails);
			*c = (struct category){0};
		}
		n_categories = 0;
	}
	printf("# %d of %d cases\n1..%d\n", good, good + bad, number);
	return failures > 0;
}
