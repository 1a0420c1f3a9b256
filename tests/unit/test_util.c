/* util: errors, buffers, text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "gen/util.h"

static void first_error_wins(void **state)
{
	(void)state;
	struct err e = {0};
	assert_int_equal(err_at(&e, EX_CONFIG, "lb.ini", 12, 0, "first"), -1);
	err_set(&e, EX_USAGE, "second");
	err_wrap(&e, "while %s", "reading");
	autofree char *text = err_text(&e);
	assert_string_equal(text, "lb.ini:12: while reading: first");
	assert_int_equal(e.exit, EX_CONFIG);
}

static void nearest_word(void **state)
{
	(void)state;
	static const char *const words[] = {"publish", "target", "network", NULL};
	assert_string_equal(str_nearest("pubilsh", words), "publish");
	assert_string_equal(str_nearest("targets", words), "target");
	assert_null(str_nearest("zzz", words));
}

static void utf8(void **state)
{
	(void)state;
	assert_true(utf8_valid("gr\xc3\xbc\xc3\x9f", 6));
	assert_false(utf8_valid("\xc0\x80", 2));
	assert_false(utf8_valid("\xed\xa0\x80", 3));
	assert_false(utf8_valid("\xe2\x82", 2));
	autofree char *v = str_visible("a\n\xff\xc3\xbc", 100);
	assert_string_equal(v, "a\\x0a\\xff\xc3\xbc");
}

static void digest(void **state)
{
	(void)state;
	char hex[65];
	sha256_hex("abc", 3, hex);
	assert_string_equal(hex,
			    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

static void buffer_grows(void **state)
{
	(void)state;
	autobuf struct buf b = {0};
	for (int i = 0; i < 1000; i++)
		buf_addf(&b, "%d,", i);
	assert_int_equal(b.len, 3890);
	assert_int_equal(strlen(b.s), b.len);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(first_error_wins),
	    cmocka_unit_test(nearest_word),
	    cmocka_unit_test(utf8),
	    cmocka_unit_test(digest),
	    cmocka_unit_test(buffer_grows),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
