/* conform [-b LBGEN] FILE...: runs files of template cases (JSON lines, made by
 * gocases/) in this process and prints TAP, one line per category and file.
 * Every case is also executed with a position map, which must not change the
 * text. With -b, the first case of each category goes through `lbgen render`. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gen/hafunc.h"
#include "gen/proc.h"
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
static const char *program; /* -b */

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

/* What `lbgen render` prints and how it ends must be what this process got. */
static void run_program(struct category *cat, json_t *c, const char *remedy)
{
	autobuf struct buf text = {0}, want = {0}, got = {0};
	struct err e = {0};
	int status = 0;
	bool ok = json_is_true(json_object_get(c, "ok"));
	const char *name = json_string_value(json_object_get(c, "name"));
	autofree char *data = json_dumps(json_object_get(c, "data"), JSON_ENCODE_ANY);
	field(c, "template", &text);
	if (ok)
		field(c, "out", &want);
	else
		buf_addf(&want, "%s\n%s%s", json_string_value(json_object_get(c, "err")),
			 remedy ? remedy : "", remedy ? "\n" : "");
	const char *argv[] = {program, "render", "-t", name, "-d", "data.json", NULL};
	if (file_write(name, text.s, text.len, 0644, &e) < 0 ||
	    file_write("data.json", data, strlen(data), 0644, &e) < 0 ||
	    proc_run(argv, deadline_in(60000), &status, &got, &e) < 0)
		buf_adds(&got, e.msg);
	if (status != (ok ? 0 : EX_DATAERR) || got.len != want.len ||
	    memcmp(got.s ? got.s : "", want.s, want.len) != 0)
		differs(cat, c, "from the program", got.s ? got.s : "", got.len);
	remove(name);
	remove("data.json");
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
	if (program && cat->good == 1 && cat->bad == 0)
		run_program(cat, c, e.remedy);
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
	int first = 1;
	if (argc > 2 && strcmp(argv[1], "-b") == 0) {
		program = argv[2];
		first = 3;
	}
	for (int i = first; i < argc; i++) {
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
