/* stranger: a program that has nothing of lbgen but tmpl.h: renders a template
 * with a function of its own, and says who wrote each line.
 *
 *     cc -D_GNU_SOURCE -I. tests/tmpl/stranger.c tmpl.c tmpl/[a-z]*.c -ljansson
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tmpl.h"

/* {{greet NAME}}: the word in arg before a name. */
static int greet(void *arg, json_t *const *argv, size_t argc, json_t **out, char **error)
{
	const char *name = json_string_value(argv[0]);
	(void)argc; /* the engine has counted: 1 */
	if (!name) {
		*error = strdup("a name is a string");
		return -1;
	}
	*out = json_sprintf("%s %s", (const char *)arg, name);
	return 0;
}

static int failed(struct tmpl_error *e)
{
	fprintf(stderr, "%s\n", e->text);
	if (e->remedy)
		fprintf(stderr, "%s\n", e->remedy);
	tmpl_error_free(e);
	return 1;
}

static int render(const struct tmpl *t, json_t *data)
{
	const struct tmpl_limits limits = {.steps = 1000, .output = 4096};
	struct tmpl_error e = {0};
	struct tmpl_map map = {0};
	char *text;
	size_t len;
	if (tmpl_exec(t, data, &limits, &text, &len, &map, &e) < 0)
		return failed(&e);
	fwrite(text, 1, len, stdout);
	for (size_t i = 0; i < map.n_lines; i++)
		printf("line %zu: template line %d, element %s\n", i + 1, map.lines[i].line,
		       map.lines[i].element ? json_string_value(map.lines[i].element) : "none");
	free(text);
	tmpl_map_free(&map);
	return 0;
}

int main(int argc, char **argv)
{
	static char word[] = "Hello";
	const struct tmpl_extra functions[] = {{"greet", 1, 1, greet, word}, {0}};
	const char *text = argc > 1 ? argv[1] : "";
	struct tmpl_error e = {0};
	struct tmpl *t;
	if (tmpl_parse(&t, "example", text, strlen(text), functions, &e) < 0)
		return failed(&e);
	json_t *data = json_pack("{s:[s, s]}", "names", "Ann", "Bob");
	int rc = render(t, data);
	json_decref(data);
	tmpl_free(t);
	return rc;
}
