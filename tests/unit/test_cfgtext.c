/* cfgtext: what a text of haproxy.cfg says, and what changed in it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "gen/cfgtext.h"

static json_t *read_text(const char *s)
{
	return cfgtext_read(s, strlen(s));
}

static const char text[] = "global\n"
			   "    localpeer me\n"
			   "    server-state-file '/run/a b'\n"
			   "defaults\n"
			   "    mode http # bind 1.1.1.1:1\n"
			   "peers lbpeers\n"
			   "    peer me 127.0.0.1:1024\n"
			   "    peer you 10.0.0.2:1024\n"
			   "frontend f\n"
			   "    bind *:80\n"
			   "    bind 10.0.0.1:443,[::1]:443 ssl crt /a.pem\n"
			   "    default_backend b\n"
			   "backend b\n"
			   "    stick-table type ip size 1k peers lbpeers\n"
			   "    server web1 172.17.0.2:80 check weight 3\n"
			   "listen l\n"
			   "    bind :8404\n"
			   "    server \"x y\" [fd00::1]:80\n"
			   "global\n"
			   "    set-var proc.lbgen str(abc)\n";

static void reads(void **state)
{
	(void)state;
	json_auto_t *c = read_text(text);
	autofree char *got = json_dumps(json_object_get(c, "binds"), JSON_COMPACT);
	assert_string_equal(
	    got, "[{\"address\":\"127.0.0.1:1024\",\"line\":7,\"section\":\"lbpeers\"},"
		 "{\"address\":\"*:80\",\"line\":10,\"section\":\"f\"},"
		 "{\"address\":\"10.0.0.1:443,[::1]:443\",\"line\":11,\"section\":\"f\"},"
		 "{\"address\":\":8404\",\"line\":17,\"section\":\"l\"}]");
	assert_string_equal(json_string_value(json_object_get(c, "marker")), "abc");
	assert_string_equal(json_string_value(json_object_get(c, "server_state")), "/run/a b");
	assert_true(json_is_true(json_object_get(c, "tables")));
	autofree char *b = json_dumps(json_object_get(json_object_get(c, "backends"), "b"),
				      JSON_COMPACT | JSON_SORT_KEYS);
	assert_string_equal(b,
			    "{\"line\":13,\"rest\":[\"stick-table type ip size 1k peers lbpeers\"],"
			    "\"servers\":{\"web1\":{\"address\":\"172.17.0.2:80\",\"line\":15,"
			    "\"rest\":\"check weight 3\",\"watched\":true}}}");
	json_t *l =
	    json_object_get(json_object_get(json_object_get(c, "backends"), "l"), "servers");
	assert_non_null(json_object_get(l, "x y"));
	char marker[65];
	cfgtext_marker(text, strlen(text), marker);
	assert_string_equal(marker, "abc");
	cfgtext_marker("x", 1, marker);
	assert_string_equal(marker, "");
}

/* "b/s " for each server that something watches. */
static void watched_are(const char *s, const char *want)
{
	json_auto_t *c = read_text(s);
	autobuf struct buf got = {0};
	const char *name, *server;
	json_t *b, *o;
	json_object_foreach(json_object_get(c, "backends"), name, b)
	    json_object_foreach(json_object_get(b, "servers"), server,
				o) if (json_is_true(json_object_get(o, "watched")))
		buf_addf(&got, "%s/%s ", name, server);
	assert_string_equal(got.s ? got.s : "", want);
}

static void watched(void **state)
{
	(void)state;
	watched_are("backend a\n server check 1.1.1.1:80 weight 1\n server b 1.1.1.1:80 check\n"
		    " server c 1.1.1.1:80 agent-check\n server d 1.1.1.1:80 track a/b\n",
		    "a/b a/c a/d ");
	watched_are("backend a\n server a 1.1.1.1:80\n default-server check\n server b 1.1.1.1:80\n"
		    " server c 1.1.1.1:80 no-check\nbackend b\n server a 1.1.1.1:80\n",
		    "a/b ");
	watched_are("defaults x\n default-server check agent-check\ndefaults y from x\n"
		    " default-server no-check\ndefaults\nbackend a from x\n server a 1.1.1.1:80\n"
		    "backend b from y\n server a 1.1.1.1:80\n"
		    " server b 1.1.1.1:80 no-agent-check\nlisten c\n server a 1.1.1.1:80\n"
		    "defaults from x\nbackend d\n server a 1.1.1.1:80\n",
		    "a/a b/a d/a ");
}

static void survives(void **state)
{
	(void)state;
	static const char *const odd[] = {
	    "",
	    "\n\n",
	    "server a b\nbind x",
	    "backend\n server\n server a\n server a b",
	    "frontend f\n bind\n bind '\n use_backend",
	    "backend b\n server \xff\xfe 1:2 \x80\n",
	    "global\n set-var proc.lbgen str(\n set-var proc.lbgen str()\n",
	    "backend b \\"};
	for (size_t i = 0; i < ARRAY_LEN(odd); i++) {
		json_auto_t *c = read_text(odd[i]);
		assert_non_null(c);
	}
	char marker[65];
	cfgtext_marker("set-var proc.lbgen str(", 23, marker);
	assert_string_equal(marker, "");
}

static void same_lines(const char *old, const char *new, const char *want)
{
	json_auto_t *a = read_text(old), *b = read_text(new);
	json_auto_t *lines = cfgtext_changes(a, b);
	autobuf struct buf got = {0};
	json_t *line;
	size_t i;
	json_array_foreach(lines, i, line) buf_addf(&got, "%s|", json_string_value(line));
	assert_string_equal(got.s ? got.s : "", want);
}

#define FRONT "frontend f\n bind *:80\n default_backend b\n"

static void tells(void **state)
{
	(void)state;
	same_lines(text, text, "");
	same_lines("", FRONT "backend b\n server web1 1.1.1.1:80\n",
		   "f (*:80): opened|port 80: + web1 1.1.1.1:80|");
	same_lines(FRONT "backend b\n server web1 1.1.1.1:80\n",
		   FRONT "backend b\n server web2 1.1.1.2:80\n",
		   "port 80: + web2 1.1.1.2:80, - web1|");
	same_lines(FRONT "backend b\n server web1 1.1.1.1:80\n",
		   FRONT "backend b\n server web1 1.1.1.3:80\n",
		   "port 80: ~ web1 1.1.1.3:80 (was 1.1.1.1:80)|");
	same_lines(FRONT "backend b\n server web1 1.1.1.1:80 weight 1\n",
		   FRONT "backend b\n balance first\n server web1 1.1.1.1:80 weight 2\n",
		   "port 80: ~ web1 options, ~ options|");
	same_lines(FRONT "backend b\n server web1 1.1.1.1:80\n", "",
		   "f (*:80): closed|port 80: - web1|");
	same_lines(
	    "frontend f\n bind 10.0.0.1:80\n default_backend b\nbackend b\n",
	    "frontend f\n bind 10.0.0.1:81\n default_backend b\nbackend b\n server a 1.1.1.1:1\n",
	    "f (10.0.0.1:81): listens differently|10.0.0.1:81: + a 1.1.1.1:1|");
	same_lines("backend b\n", "backend b\n server a 1.1.1.1:1\n", "b: + a 1.1.1.1:1|");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads),
	    cmocka_unit_test(watched),
	    cmocka_unit_test(survives),
	    cmocka_unit_test(tells),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
