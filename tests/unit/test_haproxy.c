/* haproxy: its words, its states, where it may listen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gen/cfgtext.h"
#include "gen/haproxy.h"

/* A program that says `words` and ends with `status`, in haproxy's place. */
static char *program(const char *words, int status)
{
	char *path = xstrdup("/tmp/haproxyXXXXXX");
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	autofree char *text =
	    xasprintf("#!/bin/sh\ncat <<'END'\n%s\nEND\nexit %d\n", words, status);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	fchmod(fd, 0755);
	close(fd);
	return path;
}

static int says(const char *words, int status, struct err *e)
{
	struct config c = {0};
	c.haproxy.binary = program(words, status);
	int rc =
	    haproxy_check(&c, "/x/h.cfg.new", "/x/h.cfg.rejected", deadline_in(20000), NULL, e);
	unlink(c.haproxy.binary);
	free(c.haproxy.binary);
	return rc;
}

static void words(void **state)
{
	(void)state;
	struct err e = {0};
	assert_int_equal(says("[WARNING] (1) : config : anything", 0, &e), 0);
	assert_int_equal(e.exit, 0);
	assert_int_equal(says("[NOTICE]   (3) : haproxy version is 2.6\n"
			      "[ALERT]    (3) : config : parsing [/x/h.cfg.new:9] : unknown "
			      "keyword 'reqrep' in 'f'\n"
			      "[WARNING]  (3) : config : not this\n"
			      "[ALERT]    (3) : config : proxy 'b': broken\n"
			      "  | more of it\n"
			      "[ALERT]    (3) : config : Fatal errors found in configuration.",
			      1, &e),
			 -1);
	assert_int_equal(e.exit, EX_DATAERR);
	assert_string_equal(e.msg,
			    "HAProxy rejects the text:\n"
			    "  parsing [/x/h.cfg.rejected:9] : unknown keyword 'reqrep' in 'f'\n"
			    "  proxy 'b': broken\n"
			    "      | more of it\n"
			    "  hint: 'reqrep': write \"http-request replace-path\" or "
			    "\"http-request replace-header\"");
	e = (struct err){0};
	assert_int_equal(says("Configuration file has no error but will not start", 2, &e), -1);
	assert_non_null(strstr(e.msg, "nothing that listens"));
	e = (struct err){0};
	assert_int_equal(says("", 1, &e), -1);
	assert_non_null(strstr(e.msg, "no words"));
}

static void blamed(void **state)
{
	(void)state;
	json_auto_t *l = haproxy_blamed("[ALERT] (1) : config : parsing [/a:9] : x\n"
					"[WARNING] (1) : config : parsing [/a:10] : x\n"
					"[ALERT] (1) : config : proxy 'x' [/a:11] : x\n"
					"[ALERT] (1) : config : again [/a:9] : x\n"
					"[ALERT] (1) : config : other [/b:3]",
					"/a");
	autofree char *got = json_dumps(l, JSON_COMPACT);
	assert_string_equal(got, "[9,11]");
}

#define HEAD "1\n# be_id be_name srv_id srv_name srv_addr …\n"

static void filtered(const char *cfg, const char *said, bool hand, const char *want)
{
	json_auto_t *new = cfgtext_read(cfg, strlen(cfg));
	autobuf struct buf out = {0};
	haproxy_filter_states(said, new, hand, &out);
	assert_string_equal(out.s, want);
}

static void states(void **state)
{
	(void)state;
	filtered("backend b\n server same 10.0.0.1:80 check\n server moved 10.0.0.9:80 check\n"
		 " server port 10.0.0.3:81 check\n server six [fd00:0::0001]:80 check\n"
		 " server name App.test:80 check\n",
		 HEAD "3 b 1 same 10.0.0.1 0 0 1 1 9 8 2 0 6 0 0 0 - 80 - 1 9 10.0.0.8 10.0.0.9 7\n"
		      "3 b 2 moved 10.0.0.2 2 0 1 1 9 15 3 4 6 0 0 0 - 80 - 0 0 - - 0\n"
		      "3 b 3 port 10.0.0.3 2 0 1 1 9 15 3 4 6 0 0 0 - 80 - 0 0 - - 0\n"
		      "3 b 4 six fd00::1 2 0 1 1 9 15 3 4 6 0 0 0 - 80 - 0 0 - - 0\n"
		      "3 b 5 gone 10.0.0.5 2 0 1 1 9 15 3 4 6 0 0 0 - 80 - 0 0 - - 0\n"
		      "3 b 6 name 10.0.0.6 2 8 1 1 9 15 3 4 6 0 0 0 app.test 80 - 0 0 - - 0\n"
		      "3 c 1 same 10.0.0.1 2 0 1 1 9 15 3 4 6 0 0 0 - 80 - 0 0 - - 0\n"
		      "3 b 1 same 10.0.0.1\nx\n\n",
		 false,
		 HEAD "3 b 1 same 10.0.0.1 0 0 1 1 9 8 2 0 6 0 0 0 - 80 -\n"
		      "3 b 4 six fd00::1 2 0 1 1 9 15 3 4 6 0 0 0 - 80 -\n"
		      "3 b 6 name - 2 8 1 1 9 15 3 4 6 0 0 0 app.test 80 -\n");
	filtered("backend b\n server a 10.0.0.1:80\n", "", false, HAPROXY_NO_STATES);
}

/* Down, and nothing left that would find it up: it runs, but stays in maintenance. */
static void unwatched_states(void **state)
{
	(void)state;
	static const char said[] =
	    HEAD "3 b 1 a 10.0.0.1 0 1 1 1 9 8 2 0 6 0 0 0 - 80 - 0 0 - - 0\n";
	static const char same[] = HEAD "3 b 1 a 10.0.0.1 0 1 1 1 9 8 2 0 6 0 0 0 - 80 -\n";
	filtered("backend b\n server a 10.0.0.1:80\n", said, false,
		 HEAD "3 b 1 a 10.0.0.1 2 1 1 1 9 0 0 0 6 0 0 0 - 80 -\n");
	filtered("backend b\n server a 10.0.0.1:80 agent-check\n", said, false, same);
	filtered("backend b\n default-server check\n server a 10.0.0.1:80\n", said, false, same);
}

#define ROW(name, admin, uweight, iweight, check) \
	"3 b 1 " name " 10.0.0.1 0 " admin " " uweight " " iweight " 9 8 2 0 " check \
	" 0 0 0 - 80 - 0 0 - - 0\n"
#define HAND(name, admin, uweight, iweight, check) \
	"3 b 1 " name " 10.0.0.1 2 " admin " " uweight " " iweight " 0 0 0 0 " check \
	" 0 0 0 - 80 -\n"

/* Of a cold start's file: health is forgotten, what an operator did is not. */
static void states_by_hand(void **state)
{
	(void)state;
	static const char cfg[] =
	    "backend b\n default-server check\n server up 10.0.0.1:80\n server maint 10.0.0.1:80\n"
	    " server drain 10.0.0.1:80\n server less 10.0.0.1:80\n server off 10.0.0.1:80\n"
	    " server set 10.0.0.1:80 disabled\n server ready 10.0.0.1:80 disabled\n"
	    " server zero 10.0.0.1:80 weight 0\n";
	filtered(cfg,
		 HEAD ROW("up", "0", "1", "1", "7") ROW("maint", "1", "1", "1", "15")
		     ROW("drain", "8", "1", "1", "6") ROW("less", "0", "5", "10", "6")
			 ROW("off", "0", "1", "1", "2") ROW("set", "5", "1", "1", "14")
			     ROW("ready", "4", "1", "1", "6") ROW("zero", "8", "0", "0", "6"),
		 true,
		 HEAD HAND("maint", "1", "1", "1", "6") HAND("drain", "8", "1", "1", "6")
		     HAND("less", "0", "5", "10", "6") HAND("off", "0", "1", "1", "2")
			 HAND("ready", "4", "1", "1", "6"));
	filtered(cfg, HEAD ROW("up", "0", "1", "1", "7"), true, HAPROXY_NO_STATES);
}

static int stranger(uint16_t *port)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(listen(fd, 1), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &len), 0);
	*port = ntohs(a.sin_port);
	return fd;
}

static void listens(void **state)
{
	(void)state;
	uint16_t port;
	autoclose int fd = stranger(&port);
	autofree char *text =
	    xasprintf("frontend f\n bind 127.0.0.1:%u\n bind 203.0.113.7:%u\n"
		      " bind unix@/x\n bind abns@x\n bind ${A}:80\n bind fd@3\n"
		      " bind quic4@127.0.0.1:%u\n bind 127.0.0.1:0\n bind :99999\n",
		      port, port, port);
	json_auto_t *new = cfgtext_read(text, strlen(text));
	json_auto_t *none = cfgtext_read("", 0);
	json_auto_t *bad = haproxy_trial_bind(none, new, 0);
	autofree char *got = json_dumps(bad, JSON_COMPACT | JSON_SORT_KEYS);
	autofree char *want = xasprintf(
	    "[{\"address\":\"127.0.0.1:%u\",\"line\":2,\"section\":\"f\",\"why\":\"another program "
	    "listens "
	    "there\"},{\"address\":\"203.0.113.7:%u\",\"line\":3,\"section\":\"f\",\"why\":\"this "
	    "host does not have that address\"}]",
	    port, port);
	assert_string_equal(got, want);
	/* what the old text has is HAProxy's own */
	json_auto_t *again = haproxy_trial_bind(new, new, 0);
	assert_int_equal(json_array_size(again), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(words),          cmocka_unit_test(blamed),
	    cmocka_unit_test(states),         cmocka_unit_test(unwatched_states),
	    cmocka_unit_test(states_by_hand), cmocka_unit_test(listens),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
