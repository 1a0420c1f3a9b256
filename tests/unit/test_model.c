/* model: the same world gives the same bytes, whatever the order it is told in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "gen/render.h"
#include "gen/show.h"
#include "tests/unit/triplets.h"

/* A small generator of its own: the same shuffles in every run. */
static uint64_t seed = 1;

static size_t below(size_t n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (size_t)(seed % n);
}

static void shuffle(json_t *list)
{
	for (size_t i = json_array_size(list); i > 1; i--) {
		size_t j = below(i);
		json_t *x = json_incref(json_array_get(list, i - 1));
		json_t *y = json_incref(json_array_get(list, j));
		json_array_set_new(list, i - 1, y);
		json_array_set_new(list, j, x);
	}
}

/* The same object with its keys put in in another order. */
static void shuffle_keys(json_t *o)
{
	json_auto_t *keys = json_array();
	const char *key;
	json_t *v;
	json_object_foreach(o, key, v) json_array_append_new(keys, json_string(key));
	shuffle(keys);
	for (size_t i = 0; i < json_array_size(keys); i++) {
		key = json_string_value(json_array_get(keys, i));
		v = json_incref(json_object_get(o, key));
		json_object_del(o, key);
		json_object_set_new(o, key, v);
	}
}

static void shuffle_world(json_t *root)
{
	json_t *m;
	size_t i;
	shuffle(json_object_get(root, "members"));
	shuffle(json_object_get(root, "peers"));
	shuffle_keys(json_object_get(root, "certs"));
	json_array_foreach(json_object_get(root, "members"), i, m)
	{
		shuffle_keys(m);
		shuffle_keys(json_object_get(m, "labels"));
		shuffle(json_object_get(m, "networks"));
		shuffle(json_object_get(m, "ports"));
		shuffle(json_object_get(m, "published"));
	}
	shuffle_keys(root);
}

static json_t *world(void)
{
	json_error_t why;
	json_t *one = json_load_file("tests/label/world/everything.json", 0, &why);
	if (!one)
		fail_msg("%s:%d: %s", why.source, why.line, why.text);
	return one;
}

/* Everything that comes out of one build, as one text. */
static char *all_of(const struct config *c, const json_t *root)
{
	struct err e = {0};
	struct model m;
	json_auto_t *copy = json_deep_copy(root);
	struct snapshot s = {copy};
	assert_int_equal(model_build(&m, c, &s, NULL, &e), 0);
	struct buf b = {0};
	autofree char *data = model_text(&m);
	buf_adds(&b, data);
	for (size_t i = 0; i < m.n_findings; i++)
		buf_addf(&b, "%d %s %s %s %s\n", (int)m.findings[i].kind, m.findings[i].member,
			 m.findings[i].service, m.findings[i].reason, m.findings[i].text);
	autofree char *text = NULL;
	size_t len;
	if (render_text(c, NULL, m.data, &text, &len, NULL, &e))
		fail_msg("%s", e.msg);
	buf_add(&b, text, len);
	char *shown = NULL;
	size_t n = 0;
	FILE *f = open_memstream(&shown, &n);
	assert_int_equal(show_print(f, c, &s, &m, NULL, true, &e), 0);
	assert_int_equal(show_print(f, c, &s, &m, NULL, false, &e), 0);
	fclose(f);
	buf_add(&b, shown, n);
	free(shown);
	model_free(&m);
	return buf_steal(&b);
}

static void a_thousand_shuffles(void **state)
{
	(void)state;
	json_auto_t *one = world();
	struct config c = {0};
	triplet_config(one, &c);
	json_auto_t *root = triplet_snapshot(one);
	autofree char *wanted = all_of(&c, root);
	assert_non_null(strstr(wanted, "port__80_backends"));
	for (int i = 0; i < 1000; i++) {
		shuffle_world(root);
		autofree char *is = all_of(&c, root);
		if (strcmp(is, wanted) != 0)
			fail_msg("shuffle %d differs", i);
	}
	config_free(&c);
}

/* Members that are told twice are one server each. */
static void twins(void **state)
{
	(void)state;
	json_auto_t *one = world();
	struct config c = {0};
	triplet_config(one, &c);
	json_auto_t *root = triplet_snapshot(one);
	json_auto_t *twice = json_deep_copy(root);
	json_t *members = json_object_get(twice, "members");
	json_auto_t *more = json_deep_copy(members);
	json_array_extend(members, more);
	struct snapshot s = {root}, t = {twice};
	struct model m, n;
	struct err e = {0};
	assert_int_equal(model_build(&m, &c, &s, NULL, &e), 0);
	assert_int_equal(model_build(&n, &c, &t, NULL, &e), 0);
	assert_true(json_equal(json_object_get(m.data, "Pools"), json_object_get(n.data, "Pools")));
	assert_true(
	    json_equal(json_object_get(m.data, "Frontends"), json_object_get(n.data, "Frontends")));
	model_free(&m);
	model_free(&n);
	config_free(&c);
}

/* Server names: none changes when another server comes or goes. */
static void names_stay(void **state)
{
	(void)state;
	json_auto_t *one = world();
	struct config c = {0};
	triplet_config(one, &c);
	json_auto_t *root = triplet_snapshot(one);
	struct snapshot s = {root};
	struct model m;
	struct err e = {0};
	assert_int_equal(model_build(&m, &c, &s, NULL, &e), 0);
	json_t *pools = json_object_get(m.data, "Pools"), *p, *v;
	size_t i, j;
	json_auto_t *names = json_object();
	json_array_foreach(pools, i, p)
	{
		json_auto_t *pool = triplet_at(p, "Name");
		json_object_set_new(names, json_string_value(pool), json_object());
		json_array_foreach(json_object_get(p, "Servers"), j, v)
		{
			json_auto_t *name = triplet_at(v, "Name");
			json_auto_t *address = triplet_at(v, "Address");
			json_t *seen = json_object_get(names, json_string_value(pool));
			assert_null(json_object_get(seen, json_string_value(name)));
			json_object_set(seen, json_string_value(name), address);
		}
	}
	json_array_remove(json_object_get(root, "members"), 0);
	model_free(&m);
	assert_int_equal(model_build(&m, &c, &s, NULL, &e), 0);
	json_array_foreach(json_object_get(m.data, "Pools"), i, p)
	{
		json_auto_t *pool = triplet_at(p, "Name");
		const json_t *seen = json_object_get(names, json_string_value(pool));
		json_array_foreach(json_object_get(p, "Servers"), j, v)
		{
			json_auto_t *name = triplet_at(v, "Name");
			json_auto_t *address = triplet_at(v, "Address");
			assert_true(
			    json_equal(address, json_object_get(seen, json_string_value(name))));
		}
	}
	model_free(&m);
	config_free(&c);
}

/* A snapshot that another program has damaged: an error, never a crash. */
static void broken_snapshots(void **state)
{
	(void)state;
	static const char *const texts[] = {"[]", "{}", "{\"members\": {}}", "{\"members\": 3}"};
	static const char *const odd[] = {
	    "{\"members\": [1, null, \"x\", [], {}]}",
	    "{\"members\": [{\"name\": 3, \"labels\": [], \"networks\": {}, \"ports\": \"x\"}]}",
	    "{\"members\": [{\"kind\": \"dns\", \"labels\": {\"lb.publish\": 80, \"lb.target\": "
	    "null}}]}",
	    "{\"members\": [{\"kind\": \"static\", \"labels\": {\"lb.publish\": \"80\"}, \"port\": "
	    "-1,"
	    " \"address\": 7}], \"peers\": [1, \"x\", \"1.2.3.4\"], \"certs\": []}",
	    "{\"members\": [{\"kind\": \"static\", \"labels\": {\"lb.publish\": \"80\"}, \"port\": "
	    "80,"
	    " \"address\": \"x y\", \"networks\": [1, {}], \"published\": [{}, 2]}]}",
	};
	struct config c = {0};
	json_auto_t *none = json_object();
	triplet_config(none, &c);
	struct model m;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct err e = {0};
		json_auto_t *root = json_loads(texts[i], 0, NULL);
		struct snapshot s = {root};
		assert_int_equal(model_build(&m, &c, &s, NULL, &e), -1);
		assert_int_equal(e.exit, EX_SOFTWARE);
	}
	for (size_t i = 0; i < ARRAY_LEN(odd); i++) {
		struct err e = {0};
		json_auto_t *root = json_loads(odd[i], 0, NULL);
		assert_non_null(root);
		struct snapshot s = {root};
		assert_int_equal(model_build(&m, &c, &s, NULL, &e), 0);
		assert_int_equal(json_array_size(json_object_get(m.data, "Pools")), 0);
		model_free(&m);
	}
	config_free(&c);
}

/* 5,000 hosts on one port and 2,000 containers on one pool: seconds, not minutes. */
static void many(void **state)
{
	(void)state;
	json_auto_t *one = json_pack("{s:[]}", "members");
	json_t *members = json_object_get(one, "members");
	for (int i = 0; i < 5000; i++)
		json_array_append_new(members, json_pack("{s:o, s:{s:s, s:s, s:o}}", "name",
							 json_sprintf("h%d", i), "labels",
							 "publish", "80", "target", "80", "host",
							 json_sprintf("h%d.example.org", i)));
	for (int i = 0; i < 2000; i++)
		json_array_append_new(members, json_pack("{s:o, s:{s:s, s:s}}", "name",
							 json_sprintf("w%d", i), "labels",
							 "publish", "81", "target", "80"));
	struct config c = {0};
	triplet_config(one, &c);
	json_auto_t *root = triplet_snapshot(one);
	struct snapshot s = {root};
	struct model m;
	struct err e = {0};
	assert_int_equal(model_build(&m, &c, &s, NULL, &e), 0);
	assert_int_equal(m.n_findings, 0);
	json_auto_t *servers = triplet_at(m.data, "Pools/5000/Servers/#");
	json_auto_t *maps = triplet_at(m.data, "Maps/#");
	assert_int_equal(json_integer_value(servers), 2000);
	assert_int_equal(json_integer_value(maps), 1);
	model_free(&m);
	config_free(&c);
}

/* The name of a thing, of nothing, a prefix of an id. */
static void show_by_name(void **state)
{
	(void)state;
	json_auto_t *one = world();
	struct config c = {0};
	triplet_config(one, &c);
	json_auto_t *root = triplet_snapshot(one);
	struct snapshot s = {root};
	struct model m;
	struct err e = {0};
	assert_int_equal(model_build(&m, &c, &s, NULL, &e), 0);
	static const char *const names[] = {"web1",         "port__80", "port__80_backends",
					    "0123456789ab", "web1/api", "bad"};
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		FILE *f = fopen("/dev/null", "w");
		if (show_print(f, &c, &s, &m, names[i], i % 2, &e))
			fail_msg("%s: %s", names[i], e.msg);
		fclose(f);
	}
	assert_int_equal(show_print(stdout, &c, &s, &m, "wbe1", false, &e), -1);
	assert_int_equal(e.exit, EX_USAGE);
	assert_non_null(strstr(e.msg, "did you mean web1?"));
	model_free(&m);
	config_free(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_thousand_shuffles),
	    cmocka_unit_test(twins),
	    cmocka_unit_test(names_stay),
	    cmocka_unit_test(broken_snapshots),
	    cmocka_unit_test(many),
	    cmocka_unit_test(show_by_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
