/* tmpl: what the cases made with Go cannot show: caps, the position map, the
 * caller's functions, newer syntax, and templates built to break it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "gen/util.h"
#include "tmpl.h"
#include "tmpl/impl.h"

static json_t *json(const char *text)
{
	json_error_t e;
	json_t *j = tmpl_json(text, strlen(text), &e);
	assert_non_null(j);
	return j;
}

/* The text, or the error's; owned by the caller. */
static char *render(const char *text, const char *data, const struct tmpl_limits *limits,
		    const struct tmpl_extra *extra, struct tmpl_map *map)
{
	struct tmpl *t = NULL;
	struct tmpl_error e = {0};
	char *out = NULL;
	size_t n = 0;
	if (tmpl_parse(&t, "t", text, strlen(text), extra, &e) < 0)
		return e.text;
	json_t *j = json(data);
	if (tmpl_exec(t, j, limits, &out, &n, map, &e) < 0)
		out = e.text;
	if (!map)
		json_decref(j);
	tmpl_free(t);
	return out;
}

static void expect(const char *text, const char *data, const char *want)
{
	char *got = render(text, data, NULL, NULL, NULL);
	assert_string_equal(got, want);
	free(got);
}

static void expect_end(const char *text, const char *data, const struct tmpl_limits *l,
		       const char *end)
{
	char *got = render(text, data, l, NULL, NULL);
	if (strlen(got) < strlen(end) || strcmp(got + strlen(got) - strlen(end), end) != 0)
		assert_string_equal(got, end);
	free(got);
}

static void caps(void **state)
{
	(void)state;
	const struct tmpl_limits l = {.depth = 7, .steps = 1000, .output = 100};
	expect_end("{{define \"x\"}}{{template \"x\"}}{{end}}{{template \"x\"}}", "{}", &l,
		   "executing \"x\" at <{{template \"x\"}}>: exceeded maximum template depth (7)");
	expect_end("{{range .l}}{{range $.l}}{{range $.l}}{{end}}{{end}}{{end}}",
		   "{\"l\":[1,2,3,4,5,6,7,8,9,0,1,2,3,4]}", &l, ": more than 1000 steps");
	expect_end("{{range .l}}0123456789{{end}}", "{\"l\":[1,2,3,4,5,6,7,8,9,0,1]}", &l,
		   ": output larger than 100 bytes");
	expect_end("{{range .l}}0123456789{{end}}", "{\"l\":[1,2,3,4,5,6,7,8,9,0]}", &l,
		   "0123456789012345678901234567890123456789");
	expect_end("{{printf \"%1000d\" 1}}", "{}", &l, ": text larger than 100 bytes");
}

/* Texts that double, values that nest, numbers that loop: an error, soon. */
static void bombs(void **state)
{
	(void)state;
	const struct tmpl_limits patient = {.steps = 100000000};
	autobuf struct buf many = {0};
	buf_adds(&many, "{\"l\":[0");
	for (int i = 0; i < 5000; i++)
		buf_adds(&many, ",0");
	buf_adds(&many, "]}");
	expect_end("{{$x := \"x\"}}{{range .l}}{{$x = print $x $x}}{{end}}", many.s, &patient,
		   ": text larger than 67108864 bytes");
	expect_end("{{$x := printf \"%1000000d\" 1}}{{range .l}}{{$x = print $x}}{{end}}", many.s,
		   &patient, ": temporary values larger than 268435456 bytes");
	char *got = render("{{$d := 1}}{{range .l}}{{$d = dict \"a\" $d}}{{end}}{{$d}}", many.s,
			   NULL, NULL, NULL);
	assert_non_null(strstr(got, "deep"));
	free(got);
	got = render("{{$d := 1}}{{range .l}}{{$d = list $d}}{{end}}{{toJson $d}}", many.s, NULL,
		     NULL, NULL);
	assert_non_null(strstr(got, "deep"));
	free(got);
	got = render("{{range .l}}{{$x := printf \"%100000d\" 1}}{{end}}", many.s, &patient, NULL,
		     NULL);
	assert_string_equal(got, ""); /* what a round made is gone with it */
	free(got);
}

static int nothing(void *arg, json_t *const *argv, size_t argc, json_t **out, char **error)
{
	(void)arg;
	(void)argv;
	(void)argc;
	(void)error;
	*out = json_null();
	return 0;
}

/* A value that holds the same list again and again: as JSON it would be endless. */
static void shared_values(void **state)
{
	(void)state;
	static const char twice_as_much[] =
	    "{{$d := list 1}}{{range .l}}{{$d = list $d $d}}{{end}}";
	static const char *const uses[][2] = {
	    {"{{nothing $d}}", ": temporary values larger than 67108864 bytes"},
	    {"{{toJson $d}}", ": more than 1000000 steps"},
	    {"{{len (uniq (list $d $d))}}", ": more than 1000000 steps"},
	    {"{{$d}}", ": more than 1000000 steps"},
	    {"{{sortBy $d | len}}", "2"},
	};
	const struct tmpl_extra extra[] = {{"nothing", 1, 1, nothing, NULL}, {0}};
	const struct tmpl_limits l = {.steps = 1000000, .output = 16 << 20};
	autobuf struct buf data = {0};
	buf_adds(&data, "{\"l\":[0");
	for (int i = 0; i < 60; i++)
		buf_adds(&data, ",0");
	buf_adds(&data, "]}");
	for (size_t i = 0; i < ARRAY_LEN(uses); i++) {
		autofree char *text = xasprintf("%s%s", twice_as_much, uses[i][0]);
		autofree char *got = render(text, data.s, &l, extra, NULL);
		size_t n = strlen(got), end = strlen(uses[i][1]);
		if (n < end || strcmp(got + n - end, uses[i][1]) != 0)
			assert_string_equal(got, uses[i][1]);
	}
}

static void repeated(struct buf *b, const char *s, int n)
{
	for (int i = 0; i < n; i++)
		buf_adds(b, s);
}

static void nesting(void **state)
{
	(void)state;
	autobuf struct buf b = {0};
	repeated(&b, "{{if true}}", 900);
	buf_adds(&b, "x");
	repeated(&b, "{{end}}", 900);
	expect(b.s, "{}", "x");
	buf_free(&b);
	repeated(&b, "{{if true}}", 100000);
	expect(b.s, "{}", "template: t:1: actions nested deeper than 1000");
	buf_free(&b);
	buf_adds(&b, "{{");
	repeated(&b, "(", 900);
	buf_adds(&b, "1");
	repeated(&b, ")", 900);
	buf_adds(&b, "}}");
	expect(b.s, "{}", "1");
	buf_free(&b);
	buf_adds(&b, "{{");
	repeated(&b, "(", 100000);
	expect(b.s, "{}", "template: t:1: parentheses nested deeper than 1000");
	buf_free(&b);
	buf_adds(&b, "{{if false}}");
	repeated(&b, "{{else if false}}", 50000);
	buf_adds(&b, "{{else}}x{{end}}");
	expect(b.s, "{}", "x");
}

static void newer_syntax(void **state)
{
	(void)state;
	expect("{{/* go1.24 */}}{{range 3}}{{.}}{{end}}", "{}", "012");
	expect("{{/* go1.24 */}}{{range $i := .n}}{{$i}}{{else}}none{{end}}", "{\"n\":0}", "none");
	expect("{{- /* go1.24: we\nneed it */ -}} {{range 2}}{{.}}{{end}}", "{}", "01");
	expect("{{/*go1.24*/}}{{range $i := 2}}{{$i}}{{end}}", "{}", "01");
	expect("{{/* go1.24 */}}{{range -1}}{{.}}{{else}}none{{end}}", "{}", "none");
	expect("{{/* go1.24 */}}{{range index \"\\x03\" 0}}{{.}}{{end}}", "{}", "012");
	expect("{{/* go1.24 */}}{{range 9}}{{if eq . 2}}{{continue}}{{end}}{{if eq . 4}}{{break}}"
	       "{{end}}{{.}}{{end}}",
	       "{}", "013");
	expect("{{/* go1.24 */}}{{with $x := .a}}{{else with $y := .b}}{{$x}}{{$y}}{{end}}",
	       "{\"b\":1}", "<no value>1");
	expect("{{/* go1.24 */}}{{range 3.0}}{{end}}", "{}",
	       "template: t:1:24: executing \"t\" at <3.0>: range can't iterate over 3");
	expect("{{/* go1.24 */}}{{if .a}}{{else with .b}}{{end}}", "{}",
	       "template: t:1: unexpected <with> in input");
	expect_end("{{/* go1.24 */}}{{range 9223372036854775807}}{{end}}", "{}", NULL,
		   ": more than 30000000 steps");
	expect("{{- /* go1.24 */ -}} {{range $i, $e := 3}}{{end}}", "{}",
	       "template: t:1:39: executing \"t\" at <3>: can't use 3 to iterate over more than "
	       "one variable");
	expect("{{/* go1.24 */}}{{with .a}}a{{else with .b}}{{.}}{{else}}c{{end}}", "{\"b\":1}",
	       "1");
	expect("{{/* go1.24 */}}{{with .a}}a{{else with .b}}{{.}}{{else}}c{{end}}", "{}", "c");
	expect("{{range 3}}{{end}}", "{}",
	       "template: t:1:8: executing \"t\" at <3>: range can't iterate over 3");
	expect("{{with .a}}{{else with .b}}{{end}}", "{}",
	       "template: t:1: unexpected <with> in else");
}

/* What newer Go would take is told beside Go 1.19's error, and only then. */
static void remedy(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		bool told;
	} cases[] = {
	    {"{{with .a}}{{else with .b}}{{end}}", true},
	    {"{{with .a}}{{else with .b}}{{end}}\n{{nofunc}}", true},
	    {"{{range .n}}{{end}}", true},
	    {"{{range $i := 3}}{{end}}", true},
	    {"{{/* go1.2 */}}{{range 3}}{{end}}", true},
	    {"x{{/* go1.24 */}}{{range 3}}{{end}}", true},
	    {"{{if .a}}{{else with .b}}{{end}}", false},
	    {"{{range .a}}{{else with .b}}{{end}}", false},
	    {"{{range $i, $e := 3}}{{end}}", false},
	    {"{{range 3.5}}{{end}}", false},
	    {"{{range \"unexpected <with> in else\"}}{{end}}", false},
	    {"{{/* go1.24 */}}{{range 3.5}}{{end}}", false},
	    {"{{.n.x}}", false},
	};
	json_t *data = json("{\"n\":3}");
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct tmpl *t = NULL;
		struct tmpl_error e = {.remedy = "of before"};
		char *out = NULL;
		size_t n = 0;
		const char *text = cases[i].text;
		if (tmpl_parse(&t, "t", text, strlen(text), NULL, &e) == 0)
			assert_int_equal(tmpl_exec(t, data, NULL, &out, &n, NULL, &e), -1);
		assert_int_equal(e.remedy != NULL, cases[i].told);
		tmpl_error_free(&e);
		tmpl_free(t);
	}
	json_decref(data);
}

static void position_map(void **state)
{
	(void)state;
	struct tmpl_map map = {0};
	const char *text = "first\n"
			   "{{define \"server\"}}\n  server {{.n}}\n{{- end}}"
			   "{{range .s}}\n"
			   "  {{range .b}}b{{.n}};{{end}}"
			   "{{range .b}}{{template \"server\" .}}{{end}}{{end}}\n"
			   "last";
	struct tmpl *t = NULL;
	struct tmpl_error e = {0};
	char *out = NULL;
	size_t n = 0;
	json_t *data = json("{\"s\":[{\"b\":[{\"n\":1},{\"n\":2}]},{\"b\":[{\"n\":3}]}]}");
	assert_int_equal(tmpl_parse(&t, "t", text, strlen(text), NULL, &e), 0);
	assert_int_equal(tmpl_exec(t, data, NULL, &out, &n, &map, &e), 0);
	tmpl_free(t); /* the map does not need it */
	assert_string_equal(out,
			    "first\n\n  b1;b2;\n  server 1\n  server 2\n  b3;\n  server 3\nlast");
	json_t *s0 = json_array_get(json_object_get(data, "s"), 0);
	json_t *s1 = json_array_get(json_object_get(data, "s"), 1);
	json_t *b1 = json_array_get(json_object_get(s0, "b"), 0);
	json_t *b2 = json_array_get(json_object_get(s0, "b"), 1);
	json_t *b3 = json_array_get(json_object_get(s1, "b"), 0);
	const struct tmpl_origin want[] = {
	    {1, "", NULL, NULL},   {4, "", s0, s0}, {5, "", b1, s0},       {3, "server", b1, s0},
	    {3, "server", b2, s0}, {5, "", b3, s1}, {3, "server", b3, s1}, {6, "", NULL, NULL}};
	assert_int_equal(map.n_lines, ARRAY_LEN(want));
	for (size_t i = 0; i < map.n_lines; i++) {
		assert_int_equal(map.lines[i].line, want[i].line);
		assert_string_equal(map.lines[i].name, want[i].name);
		assert_ptr_equal(map.lines[i].element, want[i].element);
		assert_ptr_equal(map.lines[i].outer, want[i].outer);
	}
	tmpl_map_free(&map);
	free(out);
	json_decref(data);
}

/* One line of a map as "LINE NAME ELEMENT OUTER", the elements by their JSON. */
static void describe(struct buf *b, const struct tmpl_origin *o)
{
	json_t *const elements[] = {o->element, o->outer};
	buf_addf(b, "%d%s%s", o->line, *o->name ? " " : "", o->name);
	for (size_t i = 0; i < ARRAY_LEN(elements); i++) {
		autofree char *text = elements[i]
					  ? json_dumps(elements[i], JSON_COMPACT | JSON_ENCODE_ANY)
					  : xstrdup("-");
		buf_addf(b, " %s", text);
	}
	buf_adds(b, "\n");
}

/* Template, data, the text, and where each of its lines comes from. */
static void placed(const char *text, const char *data, const char *out, const char *want)
{
	struct tmpl *t = NULL;
	struct tmpl_error e = {0};
	struct tmpl_map map = {0};
	autobuf struct buf got = {0};
	char *result = NULL;
	size_t n = 0;
	json_t *j = json(data);
	assert_int_equal(tmpl_parse(&t, "t", text, strlen(text), NULL, &e), 0);
	assert_int_equal(tmpl_exec(t, j, NULL, &result, &n, &map, &e), 0);
	tmpl_free(t);
	json_decref(j); /* the map holds what it names */
	assert_string_equal(result, out);
	for (size_t i = 0; i < map.n_lines; i++)
		describe(&got, &map.lines[i]);
	assert_string_equal(got.s ? got.s : "", want);
	tmpl_map_free(&map);
	free(result);
}

static void origins(void **state)
{
	(void)state;
	/* trim markers join lines: the first that is no blank counts */
	placed("a\n{{- .x}}\n  {{- \"b\"}}\n\nc\n", "{\"x\":1}", "a1b\n\nc\n",
	       "1 - -\n4 - -\n5 - -\n");
	placed("\n  {{- \"\" -}}\n  {{.x}}", "{\"x\":\"p\\n q\\n\\nr\"}", "p\n q\n\nr",
	       "3 - -\n3 - -\n3 - -\n3 - -\n");
	placed("  {{\"\"}}\t{{.x}}\n \n", "{\"x\":1}", "  \t1\n \n", "1 - -\n2 - -\n");
	placed("", "{}", "", "");
	/* the first writer of a line, also where a range begins within it */
	placed("x{{range .l}}{{.}}\n{{end}}y", "{\"l\":[7,8]}", "x7\n8\ny",
	       "1 - -\n1 8 8\n2 - -\n");
	/* ranges inside one another, with and without trim markers */
	placed("{{range .l}}\n{{- range .}}\n{{.}}{{end}}{{end}}", "{\"l\":[[1,2],[3]]}",
	       "\n1\n2\n3", "2 1 [1,2]\n3 1 [1,2]\n3 2 [1,2]\n3 3 [3]\n");
	placed("{{range .l}}{{range .}}{{range .}}{{.}}\n{{end}}{{end}}{{end}}",
	       "{\"l\":[[[1],[2]]]}", "1\n2\n", "1 1 [[1],[2]]\n1 2 [[1],[2]]\n");
	/* after an inner range the outer element counts again */
	placed("{{range .l}}{{range .m}}{{end}}{{.n}}\n{{range .m}}{{.}}\n{{end}}{{.n}}\n{{end}}",
	       "{\"l\":[{\"n\":1,\"m\":[9]}]}", "1\n9\n1\n",
	       "1 {\"n\":1,\"m\":[9]} {\"n\":1,\"m\":[9]}\n2 9 {\"n\":1,\"m\":[9]}\n"
	       "3 {\"n\":1,\"m\":[9]} {\"n\":1,\"m\":[9]}\n");
	placed("{{range .l}}{{if .}}{{break}}{{end}}{{.}}{{end}}\nx", "{\"l\":[0,1]}", "0\nx",
	       "1 0 0\n2 - -\n");
	/* maps, parts of lists, and what functions made of the data */
	placed("{{range $k, $v := .m}}{{$k}}\n{{end}}", "{\"m\":{\"b\":[2],\"a\":1}}", "a\nb\n",
	       "1 1 1\n1 [2] [2]\n");
	placed("{{range slice .l 1}}{{.}}\n{{end}}", "{\"l\":[1,2,3]}", "2\n3\n", "1 2 2\n1 3 3\n");
	placed("{{range sortBy \"n\" .l}}{{.n}}\n{{end}}", "{\"l\":[{\"n\":2},{\"n\":1}]}",
	       "1\n2\n", "1 {\"n\":1} {\"n\":1}\n1 {\"n\":2} {\"n\":2}\n");
	placed("{{range $z, $h := groupBy .l \"z\"}}{{$z}}\n{{range $h}}{{.z}}\n{{end}}{{end}}",
	       "{\"l\":[{\"z\":\"a\"}]}", "a\na\n", "1 - -\n2 {\"z\":\"a\"} {\"z\":\"a\"}\n");
	placed("{{range until 2}}{{.}}\n{{end}}", "{}", "0\n1\n", "1 - -\n1 - -\n");
	/* what was parsed on the way is gone from the execution, not from the map */
	placed("{{range parseJson .s}}{{.}}\n{{end}}", "{\"s\":\"[[1],[2]]\"}", "[1]\n[2]\n",
	       "1 [1] [1]\n1 [2] [2]\n");
	/* templates: their own lines and names */
	placed("{{define \"a\"}}\n{{.}}{{end}}{{range .l}}{{template \"a\" .}}{{end}}\n"
	       "{{block \"b\" .}}z{{end}}",
	       "{\"l\":[5]}", "\n5\nz", "1 a 5 5\n2 a 5 5\n3 b - -\n");
}

static int twice(void *arg, json_t *const *argv, size_t argc, json_t **out, char **error)
{
	(void)argc;
	if (!json_is_integer(argv[0])) {
		*error = strdup("needs a number");
		return -1;
	}
	*out = json_pack("[I,I,s]", json_integer_value(argv[0]), json_integer_value(argv[0]), arg);
	return 0;
}

static void callers_functions(void **state)
{
	(void)state;
	char word[] = "end";
	const struct tmpl_extra extra[] = {
	    {"twice", 1, 1, twice, word}, {"upper", 1, 2, twice, word}, {0}};
	static const char *const cases[][2] = {
	    {"{{twice 4}}", "[4 4 end]"},
	    {"{{range 4 | twice}}{{.}};{{end}}", "4;4;end;"},
	    {"{{index (twice 4) 2 | len}}", "3"},
	    {"{{upper 3}}", "[3 3 end]"}, /* in place of the engine's own */
	    {"{{twice}}", "template: t:1:2: executing \"t\" at <twice>: wrong number of args for "
			  "twice: want 1 got 0"},
	    {"{{upper 1 2 3}}", "template: t:1:2: executing \"t\" at <upper>: wrong number of args "
				"for upper: want at most 2 got 3"},
	    {"{{twice \"x\"}}", "template: t:1:2: executing \"t\" at <twice \"x\">: error calling "
				"twice: needs a number"},
	    {"{{twice .missing}}", "template: t:1:2: executing \"t\" at <twice .missing>: error "
				   "calling twice: needs a number"}};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char *got = render(cases[i][0], "{}", NULL, extra, NULL);
		assert_string_equal(got, cases[i][1]);
		free(got);
	}
}

/* A parsed template is used again, on other data, and after an error. */
static void parsed_once(void **state)
{
	(void)state;
	struct tmpl *t = NULL;
	struct tmpl_error e = {0};
	const char *text = "{{range .l}}{{.x}}{{end}}";
	assert_int_equal(tmpl_parse(&t, "t", text, strlen(text), NULL, &e), 0);
	static const char *const data[] = {"{\"l\":[{\"x\":1},{\"x\":2}]}", "{\"l\":[1]}",
					   "{\"l\":[{\"x\":3}]}"};
	static const char *const want[] = {"12", NULL, "3"};
	for (size_t i = 0; i < ARRAY_LEN(data); i++) {
		json_t *j = json(data[i]);
		char *out = NULL;
		size_t n = 0;
		int r = tmpl_exec(t, j, NULL, &out, &n, NULL, &e);
		assert_int_equal(r, want[i] ? 0 : -1);
		if (want[i])
			assert_string_equal(out, want[i]);
		else
			assert_int_equal(e.line == 1 && e.col == 14, true);
		tmpl_error_free(&e);
		free(out);
		json_decref(j);
	}
	tmpl_free(t);
}

static void bytes_survive(void **state)
{
	(void)state;
	struct tmpl *t = NULL;
	struct tmpl_error e = {0};
	static const char text[] = "a\0b\xff{{.s}}{{\"\\x00\"}}\0";
	char *out = NULL;
	size_t n = 0;
	json_t *j = json("{\"s\":\"x\\u0000y\"}");
	assert_int_equal(tmpl_parse(&t, "t", text, sizeof(text) - 1, NULL, &e), 0);
	assert_int_equal(tmpl_exec(t, j, NULL, &out, &n, NULL, &e), 0);
	assert_int_equal(n, 9);
	assert_memory_equal(out, "a\0b\xffx\0y\0\0", 10);
	free(out);
	json_decref(j);
	tmpl_free(t);
}

/* Is there a function of that name, and is it Go's own? */
static bool in_tables(const char *name, bool *go)
{
	static const struct builtin *const tables[] = {builtins_core, builtins_fmt, builtins_more};
	for (size_t i = 0; i < ARRAY_LEN(tables); i++)
		for (const struct builtin *b = tables[i]; b->name; b++)
			if (strcmp(b->name, name) == 0) {
				*go = tables[i] != builtins_more;
				return true;
			}
	return false;
}

/* The manual has every function once, Go's own as such, and no other. */
static void documented(void **state)
{
	(void)state;
	size_t n = 0, tables = 0;
	for (const struct tmpl_doc *d = tmpl_docs(); d->name; d++, n++) {
		bool go = false, twin = n && strcmp(d[-1].name, d->name) == 0;
		if (!in_tables(d->name, &go) || twin)
			fail_msg("%s", d->name);
		assert_int_equal(go, strcmp(d->source, TMPL_GO) == 0);
	}
	for (const struct builtin *b = builtins_core; b->name; b++)
		tables++;
	for (const struct builtin *b = builtins_fmt; b->name; b++)
		tables++;
	for (const struct builtin *b = builtins_more; b->name; b++)
		tables++;
	assert_int_equal(n, tables);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(caps),          cmocka_unit_test(bombs),
	    cmocka_unit_test(shared_values), cmocka_unit_test(nesting),
	    cmocka_unit_test(newer_syntax),  cmocka_unit_test(remedy),
	    cmocka_unit_test(position_map),  cmocka_unit_test(callers_functions),
	    cmocka_unit_test(parsed_once),   cmocka_unit_test(bytes_survive),
	    cmocka_unit_test(origins),       cmocka_unit_test(documented),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
