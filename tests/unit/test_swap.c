/* swap: whole files at every step, and nothing left behind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gen/swap.h"

static char dir[] = "/tmp/swapXXXXXX";
static struct config conf;

static char *in(const char *name)
{
	return xasprintf("%s/%s", dir, name);
}

static int begin(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/swapXXXXXX");
	if (!mkdtemp(dir))
		return -1;
	conf = (struct config){0};
	conf.haproxy.file = in("haproxy.cfg");
	conf.apply.state_dir = in("state");
	return 0;
}

static int end(void **state)
{
	(void)state;
	static const char *const names[] = {"haproxy.cfg",
					    "haproxy.cfg.prev",
					    "haproxy.cfg.rejected",
					    "haproxy.cfg.lock",
					    "haproxy.cfg.before-lbgen",
					    "real.cfg",
					    "real.cfg.prev",
					    "state/lock",
					    "state"};
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		autofree char *path = in(names[i]);
		remove(path);
	}
	free(conf.haproxy.file);
	free(conf.apply.state_dir);
	return rmdir(dir); /* anything else that was left fails the test */
}

static void holds(const char *name, const char *text)
{
	autofree char *path = in(name);
	autobuf struct buf b = {0};
	if (!text) {
		assert_false(file_exists(path));
		return;
	}
	assert_int_equal(file_read(path, 1000, EX_NOINPUT, &b, NULL), 0);
	assert_string_equal(b.s, text);
}

static void put(struct swap *s, const char *text)
{
	struct err e = {0};
	assert_int_equal(swap_write(s, text, strlen(text), 0640, &e), 0);
	assert_int_equal(swap_commit(s, &e), 0);
}

static void open_swap(struct swap *s)
{
	struct err e = {0};
	assert_int_equal(swap_lock(s, &conf, deadline_in(1000), &e), 0);
	assert_int_equal(swap_read(s, &conf, &e), 0);
}

static void first_and_second(void **state)
{
	(void)state;
	struct swap s = {0}, t = {0};
	struct stat st;
	open_swap(&s);
	assert_false(s.had);
	assert_false(swap_same(&s, "", 0));
	put(&s, "one\n");
	swap_free(&s);
	holds("haproxy.cfg", "one\n");
	holds("haproxy.cfg.prev", NULL);
	assert_int_equal(stat(conf.haproxy.file, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0640);
	chmod(conf.haproxy.file, 0604);
	open_swap(&t);
	assert_true(swap_same(&t, "one\n", 4));
	assert_false(swap_same(&t, "one", 3));
	assert_false(swap_same(&t, "two\n", 4));
	put(&t, "two\n");
	swap_free(&t);
	holds("haproxy.cfg", "two\n");
	holds("haproxy.cfg.prev", "one\n");
	assert_int_equal(stat(conf.haproxy.file, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0604); /* that of the file before */
}

static void what_was_there(void **state)
{
	(void)state;
	struct swap s = {0}, t = {0};
	autofree char *other = in("haproxy.cfg.before-lbgen");
	assert_int_equal(file_write(conf.haproxy.file, "mine\n", 5, 0600, NULL), 0);
	open_swap(&s);
	assert_string_equal(swap_keep(&s), other);
	put(&s, "one\n");
	swap_free(&s);
	holds("haproxy.cfg.before-lbgen", "mine\n");
	/* the first stays; the same one again is kept already */
	open_swap(&t);
	assert_string_equal(swap_keep(&t), t.prev);
	swap_free(&t);
	holds("haproxy.cfg.before-lbgen", "mine\n");
	assert_int_equal(file_write(conf.haproxy.file, "mine\n", 5, 0600, NULL), 0);
	open_swap(&s);
	assert_string_equal(swap_keep(&s), other);
	swap_free(&s);
}

static void dropped_and_rejected(void **state)
{
	(void)state;
	struct swap s = {0};
	struct err e = {0};
	open_swap(&s);
	put(&s, "one\n");
	assert_int_equal(swap_write(&s, "bad\n", 4, 0644, &e), 0);
	holds("haproxy.cfg.new", "bad\n");
	swap_drop(&s);
	holds("haproxy.cfg.new", NULL);
	assert_int_equal(swap_write(&s, "bad\n", 4, 0644, &e), 0);
	swap_reject(&s);
	holds("haproxy.cfg.new", NULL);
	holds("haproxy.cfg.rejected", "bad\n");
	holds("haproxy.cfg", "one\n");
	assert_int_equal(swap_write(&s, "left\n", 5, 0644, &e), 0);
	swap_free(&s); /* every way out removes it */
	holds("haproxy.cfg.new", NULL);
}

static void put_back(void **state)
{
	(void)state;
	struct swap s = {0}, t = {0};
	struct err e = {0};
	open_swap(&s);
	put(&s, "one\n");
	swap_free(&s);
	open_swap(&t);
	put(&t, "two\n");
	assert_int_equal(swap_back(&t, t.live.s, t.live.len, &e), 0);
	holds("haproxy.cfg", "one\n");
	holds("haproxy.cfg.rejected", "two\n");
	/* and when there was none, there is none again */
	assert_int_equal(swap_back(&t, NULL, 0, &e), 0);
	holds("haproxy.cfg", NULL);
	holds("haproxy.cfg.rejected", "one\n");
	swap_free(&t);
}

static void a_link_stays_one(void **state)
{
	(void)state;
	struct swap s = {0};
	struct stat st;
	struct err e = {0};
	autofree char *real = in("real.cfg");
	assert_int_equal(file_write(real, "old\n", 4, 0644, &e), 0);
	assert_int_equal(symlink("real.cfg", conf.haproxy.file), 0);
	open_swap(&s);
	put(&s, "new\n");
	swap_free(&s);
	holds("real.cfg", "new\n");
	holds("real.cfg.prev", "old\n");
	assert_int_equal(lstat(conf.haproxy.file, &st), 0);
	assert_true(S_ISLNK(st.st_mode));
}

static void one_at_a_time(void **state)
{
	(void)state;
	struct swap s = {0}, t = {0};
	struct err e = {0};
	open_swap(&s);
	assert_int_equal(swap_lock(&t, &conf, deadline_in(30), &e), -1);
	assert_int_equal(e.exit, EX_TEMPFAIL);
	autofree char *pid = xasprintf("pid %ld", (long)getpid());
	assert_non_null(strstr(e.msg, pid));
	swap_free(&t);
	swap_free(&s);
	e = (struct err){0};
	assert_int_equal(swap_lock(&t, &conf, deadline_in(30), &e), 0);
	swap_free(&t);
}

static void a_signal_removes_the_temporary_file(void **state)
{
	(void)state;
	pid_t pid = fork();
	if (pid == 0) {
		struct swap s = {0};
		swap_signals();
		open_swap(&s);
		swap_write(&s, "x\n", 2, 0644, NULL);
		raise(SIGTERM);
		_exit(0);
	}
	int raw = 0;
	waitpid(pid, &raw, 0);
	assert_true(WIFSIGNALED(raw) && WTERMSIG(raw) == SIGTERM);
	holds("haproxy.cfg.new", NULL);
}

static void no_folder(void **state)
{
	(void)state;
	struct swap s = {0};
	struct err e = {0};
	free(conf.haproxy.file);
	conf.haproxy.file = in("none/haproxy.cfg");
	assert_int_equal(swap_read(&s, &conf, &e), 0);
	assert_int_equal(swap_write(&s, "x\n", 2, 0644, &e), -1);
	assert_int_equal(e.exit, EX_CANTCREAT);
	assert_non_null(strstr(e.msg, "create its folder"));
	swap_free(&s);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
	    CASE(first_and_second),
	    CASE(what_was_there),
	    CASE(dropped_and_rejected),
	    CASE(put_back),
	    CASE(a_link_stays_one),
	    CASE(one_at_a_time),
	    CASE(a_signal_removes_the_temporary_file),
	    CASE(no_folder),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
