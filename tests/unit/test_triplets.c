/* What tests/label has as JSON: snapshot and lb.ini → the model, for every key and rule. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <glob.h>
#include <string.h>

#include "tests/unit/triplets.h"

static int failures;

static void differs(const char *what, const json_t *is, const json_t *wanted)
{
	autofree char *x =
	    is ? json_dumps(is, JSON_ENCODE_ANY | JSON_SORT_KEYS) : xstrdup("nothing");
	autofree char *y = json_dumps(wanted, JSON_ENCODE_ANY | JSON_SORT_KEYS);
	print_error("%s\n  is:     %s\n  wanted: %s\n", what, x, y);
	failures++;
}

/* A finding "KEY REASON ~ WORDS": WORDS must be in its text. */
static bool finding_fits(const struct finding *f, const char *is, const char *wanted)
{
	const char *words = strstr(wanted, " ~ ");
	size_t n = words ? (size_t)(words - wanted) : strlen(wanted);
	if (strlen(is) != n || strncmp(is, wanted, n) != 0)
		return false;
	return !words || strstr(f->text, words + 3);
}

static void check_findings(const struct model *m, const json_t *one)
{
	json_auto_t *is = triplet_findings(m);
	json_auto_t *none = json_array();
	json_t *wanted = json_object_get(one, "findings");
	wanted = wanted ? wanted : none;
	bool fits = json_array_size(is) == json_array_size(wanted);
	for (size_t i = 0; fits && i < json_array_size(is); i++)
		fits = finding_fits(&m->findings[i], json_string_value(json_array_get(is, i)),
				    json_string_value(json_array_get(wanted, i)));
	if (fits)
		return;
	differs("findings", is, wanted);
	for (size_t i = 0; i < m->n_findings; i++)
		print_error("  %s\n", m->findings[i].text);
}

static void one_case(void **state)
{
	json_t *one = *state, *value;
	struct config c = {0};
	struct model m = {0};
	struct err e = {0};
	triplet_config(one, &c);
	struct snapshot s = {triplet_snapshot(one)};
	assert_int_equal(model_build(&m, &c, &s, json_object_get(one, "quarantined"), &e), 0);
	failures = 0;
	const char *path;
	json_object_foreach(json_object_get(one, "want"), path, value)
	{
		json_auto_t *is = triplet_at(m.data, path);
		if (!is || !json_equal(is, value))
			differs(path, is, value);
	}
	check_findings(&m, one);
	model_free(&m);
	snapshot_free(&s);
	config_free(&c);
	assert_int_equal(failures, 0);
}

int main(void)
{
	glob_t files;
	json_auto_t *all = json_array();
	if (glob("tests/label/*.json", 0, NULL, &files))
		return 1;
	for (size_t i = 0; i < files.gl_pathc; i++) {
		json_error_t why;
		json_t *cases = json_load_file(files.gl_pathv[i], 0, &why), *one;
		if (!cases) {
			fprintf(stderr, "%s:%d: %s\n", files.gl_pathv[i], why.line, why.text);
			return 1;
		}
		const char *base = strrchr(files.gl_pathv[i], '/') + 1;
		size_t j;
		json_array_foreach(cases, j, one)
		{
			json_t *name =
			    json_sprintf("%.*s: %s", (int)strcspn(base, "."), base,
					 json_string_value(json_object_get(one, "name")));
			json_object_set_new(one, "title", name);
			json_array_append(all, one);
		}
		json_decref(cases);
	}
	globfree(&files);
	size_t n = json_array_size(all);
	struct CMUnitTest *tests = xcalloc(n, sizeof(*tests));
	for (size_t i = 0; i < n; i++) {
		json_t *one = json_array_get(all, i);
		tests[i] = (struct CMUnitTest){json_string_value(json_object_get(one, "title")),
					       one_case, NULL, NULL, one};
	}
	int rc = _cmocka_run_group_tests("triplets", tests, n, NULL, NULL);
	free(tests);
	return rc;
}
