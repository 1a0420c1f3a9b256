/* report: what reaches standard error, in each form. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <jansson.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gen/report.h"

/* Standard error goes to a file meanwhile; what was written, owned by the caller. */
static int saved, file;

static void catch_start(void)
{
	char path[] = "/tmp/lbgen.report.XXXXXX";
	file = mkstemp(path);
	assert_true(file >= 0);
	unlink(path);
	saved = dup(STDERR_FILENO);
	assert_true(dup2(file, STDERR_FILENO) >= 0);
}

static char *catch_end(void)
{
	char text[4096] = "";
	assert_true(dup2(saved, STDERR_FILENO) >= 0);
	close(saved);
	ssize_t n = pread(file, text, sizeof(text) - 1, 0);
	close(file);
	assert_true(n >= 0);
	return xstrdup(text);
}

static void plain_is_the_text_alone(void **state)
{
	(void)state;
	report_setup(REPORT_PLAIN, REPORT_INFO);
	catch_start();
	report_line(REPORT_INFO, "port %d: + web2", 80);
	report_line(REPORT_DEBUG, "not wanted");
	report_line(REPORT_WARNING, "two\nlines\n");
	autofree char *text = catch_end();
	assert_string_equal(text, "port 80: + web2\ntwo\nlines\n");
	assert_true(report_wants(REPORT_INFO));
	assert_false(report_wants(REPORT_DEBUG));
}

static void nothing_moves_the_cursor(void **state)
{
	(void)state;
	report_setup(REPORT_PLAIN, REPORT_INFO);
	catch_start();
	report_line(REPORT_INFO, "a%sb", "\x1b[2J\r\x7f\xff");
	autofree char *text = catch_end();
	assert_string_equal(text, "a\\x1b[2J\\x0d\\x7f\\xffb\n");
}

static void journal_has_priorities(void **state)
{
	(void)state;
	report_setup(REPORT_JOURNAL, REPORT_DEBUG);
	catch_start();
	report_line(REPORT_ERROR, "e\nf");
	report_line(REPORT_DEBUG, "d");
	autofree char *text = catch_end();
	assert_string_equal(text, "<3>e\n<3>f\n<7>d\n");
}

static void json_is_one_object_a_line(void **state)
{
	(void)state;
	report_setup(REPORT_JSON, REPORT_INFO);
	catch_start();
	report_line(REPORT_WARNING, "a \"quoted\" \\ gr\xc3\xbc\xc3\x9f\n%s", "second");
	autofree char *text = catch_end();
	char *nl = strchr(text, '\n');
	assert_non_null(nl);
	json_auto_t *first = json_loadb(text, (size_t)(nl - text), 0, NULL);
	json_auto_t *second = json_loads(nl + 1, 0, NULL);
	assert_string_equal(json_string_value(json_object_get(first, "message")),
			    "a \"quoted\" \\ gr\xc3\xbc\xc3\x9f");
	assert_string_equal(json_string_value(json_object_get(first, "level")), "warning");
	assert_int_equal(strlen(json_string_value(json_object_get(first, "time"))),
			 strlen("2024-01-01T00:00:00.000Z"));
	assert_string_equal(json_string_value(json_object_get(second, "message")), "second");
}

static void auto_knows_the_journal(void **state)
{
	(void)state;
	catch_start();
	struct stat st;
	assert_int_equal(fstat(STDERR_FILENO, &st), 0);
	autofree char *ours =
	    xasprintf("%llu:%llu", (unsigned long long)st.st_dev, (unsigned long long)st.st_ino);
	autofree char *other = xasprintf("%llu:%llu", (unsigned long long)st.st_dev,
					 (unsigned long long)st.st_ino + 1);
	static const char *const none[] = {"", "1", "x:y", "1:2:3"};
	setenv("JOURNAL_STREAM", ours, 1);
	report_setup(REPORT_AUTO, REPORT_INFO);
	report_line(REPORT_INFO, "yes");
	setenv("JOURNAL_STREAM", other, 1);
	report_setup(REPORT_AUTO, REPORT_INFO);
	report_line(REPORT_INFO, "no");
	for (size_t i = 0; i < ARRAY_LEN(none); i++) {
		setenv("JOURNAL_STREAM", none[i], 1);
		report_setup(REPORT_AUTO, REPORT_INFO);
		report_line(REPORT_INFO, "no");
	}
	unsetenv("JOURNAL_STREAM");
	autofree char *text = catch_end();
	assert_string_equal(text, "<6>yes\nno\nno\nno\nno\nno\n");
}

static void words_of_formats_and_levels(void **state)
{
	(void)state;
	enum report_format f = REPORT_PLAIN;
	enum report_level l = REPORT_ERROR;
	assert_true(report_format_read("json", &f) && f == REPORT_JSON);
	assert_true(report_format_read("auto", &f) && f == REPORT_AUTO);
	assert_false(report_format_read("JSON", &f));
	assert_true(report_level_read("debug", &l) && l == REPORT_DEBUG);
	assert_true(report_level_read("error", &l) && l == REPORT_ERROR);
	assert_false(report_level_read("7", &l));
}

static void an_error_with_its_place(void **state)
{
	(void)state;
	struct err e = {0};
	err_at(&e, EX_DATAERR, "haproxy.tmpl", 12, 5, "unexpected");
	report_setup(REPORT_JOURNAL, REPORT_ERROR);
	catch_start();
	report_error(&e);
	autofree char *text = catch_end();
	assert_string_equal(text, "<3>haproxy.tmpl:12:5: unexpected\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(plain_is_the_text_alone),
	    cmocka_unit_test(nothing_moves_the_cursor),
	    cmocka_unit_test(journal_has_priorities),
	    cmocka_unit_test(json_is_one_object_a_line),
	    cmocka_unit_test(auto_knows_the_journal),
	    cmocka_unit_test(words_of_formats_and_levels),
	    cmocka_unit_test(an_error_with_its_place),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
