/* snapshot, member, input, here: what is read, and in which order it ends up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "gen/here.h"
#include "gen/input.h"
#include "gen/member.h"
#include "gen/snapshot.h"

/* Loads text as a saved snapshot. */
static int load(struct snapshot *s, const char *text, struct err *e)
{
	char path[] = "/tmp/snapshot.XXXXXX";
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
	int rc = snapshot_load(s, path, e);
	unlink(path);
	return rc;
}

static void refused(const char *text, const char *part)
{
	struct snapshot s = {0};
	struct err e = {0};
	assert_int_equal(load(&s, text, &e), -1);
	if (!strstr(e.msg, part))
		fail_msg("'%s' does not say '%s'", e.msg, part);
	assert_int_equal(e.exit, EX_DATAERR);
	assert_null(s.root);
}

static void wrong_files(void **state)
{
	(void)state;
	refused("", "empty");
	refused("[]", "no snapshot of this version");
	refused("{\"lbgen\":2}", "no snapshot of this version");
	refused("{\"lbgen\":\"1\"}", "'lbgen' is a string");
	refused("{\"lbgen\":1,\"members\":{}}", "'members' is an object where a list is due");
	refused("{\"lbgen\":1,\"members\":[3]}", "members[0] is no object");
	refused("{\"lbgen\":1,\"members\":[{\"kind\":\"dns\"}]}", "members[0] has no 'name'");
	refused("{\"lbgen\":1,\"members\":[{\"kind\":\"x\",\"name\":\"a\"}]}", "kind is container");
	refused("{\"lbgen\":1,\"members\":[{\"kind\":\"dns\",\"name\":\"a\",\"port\":\"80\"}]}",
		"'port' is of the wrong type");
	refused("{\"lbgen\":1,\"members\":[{\"kind\":\"dns\",\"name\":\"a\",\"adress\":\"x\"}]}",
		"unknown field 'adress' (is it 'address'?)");
	refused("{\"lbgen\":1,\"members\":[{\"kind\":\"dns\",\"name\":\"a\",\"address\":\"x\"}]}",
		"no IP address");
	refused("{\"lbgen\":1,\"members\":[{\"kind\":\"dns\",\"name\":\"a\",\"networks\":"
		"[{\"name\":\"n\",\"ipv4\":\"1 check\"}]}]}",
		"members[0].networks[0]: 'ipv4' is '1 check', no IP address");
	refused(
	    "{\"lbgen\":1,\"members\":[{\"kind\":\"dns\",\"name\":\"a\",\"labels\":{\"a\":1}}]}",
	    "a label's value is a string");
	refused("{\"lbgen\":1,\"members\":[{\"kind\":\"dns\",\"name\":\"a\",\"ports\":[\"80\"]}]}",
		"ports are whole numbers");
	refused("{\"lbgen\":1,\"peers\":[1]}", "peers[0] is no string");
	refused("{\"lbgen\":1,\"certs\":{\"/a\":1}}", "certs: an entry is no object");
	refused("{\"lbgen\":1,\"lbgen\":1}", "duplicate object key");
	refused("{\"lbgen\":1", "line 1");
}

static void missing_file(void **state)
{
	(void)state;
	struct snapshot s = {0};
	struct err e = {0};
	assert_int_equal(snapshot_load(&s, "/nonexistent/snap.json", &e), -1);
	assert_int_equal(e.exit, EX_NOINPUT);
}

static void short_ones_are_completed(void **state)
{
	(void)state;
	struct snapshot s = {0};
	struct err e = {0};
	assert_int_equal(load(&s,
			      "{\"lbgen\":1,\"members\":[{\"kind\":\"static\",\"name\":\"b\"},"
			      "{\"kind\":\"container\",\"name\":\"a\",\"ports\":[443,80,80]}]}",
			      &e),
			 0);
	const json_t *m = json_array_get(json_object_get(s.root, "members"), 0);
	assert_string_equal(json_string_value(json_object_get(m, "name")), "a");
	assert_string_equal(json_string_value(json_object_get(m, "health")), "none");
	assert_int_equal(json_integer_value(json_object_get(m, "weight")), -1);
	const json_t *ports = json_object_get(m, "ports");
	assert_int_equal(json_array_size(ports), 2);
	assert_int_equal(json_integer_value(json_array_get(ports, 0)), 80);
	/* written and read again it is the same */
	autofree char *text = snapshot_text(&s);
	struct snapshot again = {0};
	assert_int_equal(load(&again, text, &e), 0);
	autofree char *text2 = snapshot_text(&again);
	assert_string_equal(text, text2);
	snapshot_free(&s);
	snapshot_free(&again);
}

/* A list in another order each time, by a fixed sequence. */
static void shuffle(json_t *list, unsigned *seed)
{
	for (size_t i = json_array_size(list); i > 1; i--) {
		*seed = *seed * 1103515245U + 12345U;
		size_t k = (*seed >> 16) % i;
		json_t *v = json_incref(json_array_get(list, k));
		json_array_set(list, k, json_array_get(list, i - 1));
		json_array_set_new(list, i - 1, v);
	}
}

static void any_order_same_bytes(void **state)
{
	(void)state;
	static const char *const kinds[] = {"container", "task", "dns", "static"};
	struct snapshot s = {json_pack("{s:i, s:[]}", "lbgen", 1, "members")};
	json_t *members = json_object_get(s.root, "members");
	for (int i = 0; i < 40; i++) {
		autofree char *name = xasprintf("m%d", i / 2);
		autofree char *ip = xasprintf("10.0.0.%d", i);
		json_t *m = member_new(kinds[i % 4], i % 3 ? "x" : "y", name, i % 5 ? "" : "svc");
		for (int k = 0; k < 5; k++) {
			member_port(m, 80 + k * 7 % 5);
			member_network(m, k % 2 ? "alpha" : "beta", ip, "", true);
		}
		json_object_set_new(m, "port", json_integer(i));
		json_array_append_new(members, m);
	}
	autofree char *first = NULL;
	unsigned seed = 1;
	for (int round = 0; round < 1000; round++) {
		size_t i;
		json_t *m;
		shuffle(members, &seed);
		json_array_foreach(members, i, m)
		{
			shuffle(json_object_get(m, "networks"), &seed);
			shuffle(json_object_get(m, "ports"), &seed);
			member_tidy(m);
		}
		member_sort(members);
		autofree char *text = snapshot_text(&s);
		if (!first)
			first = xstrdup(text);
		assert_string_equal(text, first);
	}
	assert_int_equal(json_array_size(members), 40);
	snapshot_free(&s);
}

static json_t *parsed(const char *text, bool unique, struct err *e)
{
	autobuf struct buf b = {0};
	buf_adds(&b, text);
	return input_json(&b, unique, EX_UNAVAILABLE, "it", e);
}

static void nul_in_strings(void **state)
{
	(void)state;
	struct err e = {0};
	json_auto_t *v = parsed(
	    "{\"a\\u0000\":\"b\\u0000c\",\"d\":\"\\\\u0000\",\"e\":\"\\\\\\u0000\"}", false, &e);
	assert_non_null(v);
	assert_string_equal(json_string_value(json_object_get(v, "a\x01")), "b\x01"
									    "c");
	assert_string_equal(json_string_value(json_object_get(v, "d")), "\\u0000");
	assert_string_equal(json_string_value(json_object_get(v, "e")), "\\\x01");
}

static void depth_and_twins(void **state)
{
	(void)state;
	struct err e = {0};
	autobuf struct buf deep = {0};
	for (int i = 0; i < 100000; i++)
		buf_addc(&deep, '[');
	assert_null(input_json(&deep, false, EX_UNAVAILABLE, "it", &e));
	assert_non_null(strstr(e.msg, "deeper than 64"));
	e = (struct err){0};
	json_auto_t *v = parsed("{\"a\":1,\"a\":2,\"brackets\":\"[[[[\"}", false, &e);
	assert_int_equal(json_integer_value(json_object_get(v, "a")), 2);
	assert_null(parsed("{\"a\":1,\"a\":2}", true, &e));
	e = (struct err){0};
	assert_null(parsed("{\"a\":1} x", false, &e));
	e = (struct err){0};
	assert_null(parsed("\"\\", false, &e));
}

static void own_networks(void **state)
{
	(void)state;
	struct here_addr addrs[] = {
	    {.family = AF_INET, .ip = {192, 168, 1, 77}, .bits = 24},
	    {.family = AF_INET, .ip = {10, 0, 5, 9}, .bits = 20, .veth = true},
	    {.family = AF_INET6, .ip = {0xfd, 0, [15] = 1}, .bits = 64},
	};
	struct here h = {addrs, ARRAY_LEN(addrs)};
	assert_true(here_owns(&h, "192.168.1.77"));
	assert_false(here_owns(&h, "192.168.1.78"));
	assert_true(here_owns(&h, "fd00::1"));
	assert_true(here_shares(&h, "192.168.1.1", false));
	assert_false(here_shares(&h, "192.168.1.1", true)); /* a host's own network is no overlay */
	assert_true(here_shares(&h, "10.0.15.255", true));
	assert_false(here_shares(&h, "10.0.16.0", true));
	assert_true(here_shares(&h, "fd00::ffff", false));
	assert_false(here_shares(&h, "fd00:1::1", false));
	assert_false(here_shares(&h, "", false));
	assert_false(here_shares(&h, "x", true));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(wrong_files),
	    cmocka_unit_test(missing_file),
	    cmocka_unit_test(short_ones_are_completed),
	    cmocka_unit_test(any_order_same_bytes),
	    cmocka_unit_test(nul_in_strings),
	    cmocka_unit_test(depth_and_twins),
	    cmocka_unit_test(own_networks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
