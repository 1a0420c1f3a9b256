/* value: one strict reader per type. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "gen/value.h"

static void booleans(void **state)
{
	(void)state;
	static const char *const yes[] = {"Y", "y", "yes", "true", "on", "1"};
	static const char *const no[] = {"N", "n", "no", "false", "off", "0"};
	static const char *const neither[] = {"", "YES", "Yes", " yes", "yes ", "2", "ja", "tru"};
	const char *why;
	bool v = false;
	for (size_t i = 0; i < ARRAY_LEN(yes); i++, v = false)
		assert_true(value_bool(yes[i], &v, &why) && v);
	v = true;
	for (size_t i = 0; i < ARRAY_LEN(no); i++, v = true)
		assert_true(value_bool(no[i], &v, &why) && !v);
	for (size_t i = 0; i < ARRAY_LEN(neither); i++) {
		assert_false(value_bool(neither[i], &v, &why));
		assert_true(v); /* left alone */
	}
}

static void numbers(void **state)
{
	(void)state;
	static const char *const bad[] = {"",    "+80",   "-1",  " 80",
					  "80 ", "0x50",  "8o",  "99999",
					  "0",   "65536", "1e3", "99999999999999999999999999"};
	const char *why;
	int64_t v = -7;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		assert_false(value_int(bad[i], 1, 65535, &v, &why));
		assert_string_equal(why, "is not a whole number from 1 to 65535");
		assert_int_equal(v, -7);
	}
	assert_true(value_int("65535", 1, 65535, &v, &why) && v == 65535);
	assert_true(value_int("0080", 1, 65535, &v, &why) && v == 80);
	assert_true(value_int("0", 0, 9, &v, &why) && v == 0);
}

static void durations(void **state)
{
	(void)state;
	const char *why;
	int64_t v = -7;
	static const struct {
		const char *text;
		int64_t us;
		const char *again;
	} good[] = {
	    {"1us", 1, "1us"},
	    {"300ms", 300000, "300ms"},
	    {"60s", 60000000, "1m"},
	    {"90s", 90000000, "90s"},
	    {"520m", 31200000000, "520m"},
	    {"24h", 86400000000, "1d"},
	    {"24d", 2073600000000, "24d"},
	    {"0", 0, "0s"},
	    {"0s", 0, "0s"},
	};
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		char text[24];
		assert_true(value_duration(good[i].text, 0, 2073600000000, &v, &why));
		assert_int_equal(v, good[i].us);
		value_duration_text(v, text);
		assert_string_equal(text, good[i].again);
	}
	v = -7;
	assert_false(value_duration("300", 0, 2073600000000, &v, &why));
	assert_string_equal(why, "has no unit (write 300ms or 300s)");
	assert_false(value_duration("25d", 1000, 2073600000000, &v, &why));
	assert_string_equal(why, "is out of range (write 1ms to 24d)");
	assert_false(value_duration("0", 1000, 2073600000000, &v, &why));
	static const char *const bad[] = {"",   "s",    "-1s", "1.5s", "1 s",
					  "1S", "1sec", "1s ", "1w",   "99999999999999999999d"};
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_false(value_duration(bad[i], 0, 2073600000000, &v, &why));
	assert_int_equal(v, -7);
}

static void sizes(void **state)
{
	(void)state;
	const char *why;
	char text[24];
	int64_t v = -7;
	assert_true(value_size("64m", 1, INT64_MAX, &v, &why) && v == 67108864);
	value_size_text(v, text);
	assert_string_equal(text, "64m");
	assert_true(value_size("1k", 1, INT64_MAX, &v, &why) && v == 1024);
	assert_true(value_size("7", 1, INT64_MAX, &v, &why) && v == 7);
	assert_true(value_size("2g", 1, INT64_MAX, &v, &why) && v == (int64_t)2 << 30);
	static const char *const bad[] = {"", "k", "64M", "64mb", "1t", "-1", "9999999999999999g"};
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_false(value_size(bad[i], 1, INT64_MAX, &v, &why));
	assert_false(value_size("2k", 1, 1024, &v, &why));
	assert_string_equal(why, "is out of range (write 1 to 1k)");
}

static void words(void **state)
{
	(void)state;
	const char *why;
	assert_true(value_enum("tcp", "http tcp", &why));
	assert_true(value_enum("http", "http tcp", &why));
	assert_false(value_enum("", "http tcp", &why));
	assert_false(value_enum("htt", "http tcp", &why));
	assert_false(value_enum("http tcp", "http tcp", &why));
	assert_string_equal(why, "is none of: http tcp");
}

static void addresses(void **state)
{
	(void)state;
	const char *why;
	char ip[46] = "left alone";
	static const char *const bad[] = {"",          "*",         "10.0.0",     "10.0.0.256",
					  "010.0.0.1", "[::1]",     "::1%lo",     "1",
					  "::g",       "10.0.0.1 ", "10.0.0.1:80"};
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_false(value_ip(bad[i], ip, &why));
	assert_string_equal(ip, "left alone");
	assert_true(value_ip("2001:DB8:0:0::1", ip, &why));
	assert_string_equal(ip, "2001:db8::1");
	assert_true(value_ip("192.0.2.1", ip, &why));
	assert_string_equal(ip, "192.0.2.1");
}

static void unicast(void **state)
{
	(void)state;
	static const char *const no[] = {
	    "0.0.0.0", "0.1.2.3",        "224.0.0.1", "239.1.1.1", "255.255.255.255",
	    "::",      "::ffff:0.0.0.0", "ff02::1",   "x",         ""};
	static const char *const yes[] = {"1.0.0.0",         "127.0.0.1", "10.0.0.1",
					  "223.1.1.1",       "240.0.0.1", "::1",
					  "::ffff:10.0.0.1", "fe80::1",   "2001:db8::1"};
	for (size_t i = 0; i < ARRAY_LEN(no); i++)
		assert_false(value_ip_unicast(no[i]));
	for (size_t i = 0; i < ARRAY_LEN(yes); i++)
		assert_true(value_ip_unicast(yes[i]));
}

static void hosts(void **state)
{
	(void)state;
	const char *why;
	char host[256] = "left alone";
	char label64[65] = {0}, long254[255] = {0};
	memset(label64, 'a', 64);
	for (int i = 0; i < 254; i++)
		long254[i] = i % 2 ? '.' : 'a';
	const char *const bad[] = {"",    ".",    "a.",       ".a",    "a..b",
				   "-a",  "a-",   "a b",      "*.a",   "a.*.b",
				   "a/b", "a:80", "\xc3\xbc", label64, long254};
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_false(value_host(bad[i], false, host, &why));
	assert_false(value_host("*.", true, host, &why));
	assert_false(value_host("*", true, host, &why));
	assert_false(value_host("*.*.a", true, host, &why));
	assert_string_equal(host, "left alone");
	assert_true(value_host("WWW.Example.ORG", false, host, &why));
	assert_string_equal(host, "www.example.org");
	assert_true(value_host("*.Example.org", true, host, &why));
	assert_string_equal(host, "*.example.org");
	assert_true(value_host("_http._tcp.web", false, host, &why));
	assert_true(value_fqdn("Web.Example.", host, &why));
	assert_string_equal(host, "web.example");
	assert_true(value_fqdn("web", host, &why));
	assert_false(value_fqdn(".", host, &why));
	assert_false(value_fqdn("web..", host, &why));
	assert_false(value_fqdn("", host, &why));
}

static void host_and_port(void **state)
{
	(void)state;
	const char *why;
	char host[256] = "left alone";
	int64_t port = -7;
	static const char *const bad[] = {
	    "",      ":80",          "web",   "web:",    "web:0",   "web:x",     "::1:80",
	    "[::1]", "[1.2.3.4]:80", "[]:80", "web:80:", "[::1:80", "web:65536", "we b:80"};
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_false(value_hostport(bad[i], host, &port, &why));
	assert_string_equal(host, "left alone");
	assert_int_equal(port, -7);
	assert_true(value_hostport("tasks.web:80", host, &port, &why) && port == 80);
	assert_string_equal(host, "tasks.web");
	assert_true(value_hostport("[2001:DB8::1]:443", host, &port, &why) && port == 443);
	assert_string_equal(host, "2001:db8::1");
}

static void names_and_files(void **state)
{
	(void)state;
	const char *why;
	char long256[257] = {0};
	memset(long256, 'a', 256);
	long256[0] = '/';
	assert_true(value_name("a_B.9-", 6, &why));
	assert_false(value_name("", 6, &why));
	assert_false(value_name("toolong", 6, &why));
	assert_string_equal(why, "is not a name (1 to 6 of letters, digits, _ . -)");
	assert_false(value_name("a b", 6, &why));
	assert_false(value_name("a\n", 6, &why));
	assert_true(value_file("/etc/haproxy/certs/a@b+c.pem", &why));
	const char *const bad[] = {"",     "a.pem", "/a/../b", "/a b",      "/a\n",
				   "/a;b", "/a'b",  "/$HOME",  "/\xc3\xbc", long256};
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_false(value_file(bad[i], &why));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(booleans),      cmocka_unit_test(numbers),
	    cmocka_unit_test(durations),     cmocka_unit_test(sizes),
	    cmocka_unit_test(words),         cmocka_unit_test(addresses),
	    cmocka_unit_test(unicast),       cmocka_unit_test(hosts),
	    cmocka_unit_test(host_and_port), cmocka_unit_test(names_and_files),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
