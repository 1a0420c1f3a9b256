/* config: lb.ini, the environment, my_config; defaults and every error. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gen/config.h"

static char dir[] = "/tmp/lbgen.config.XXXXXX";

static void put(const char *name, const char *text, size_t len, mode_t mode)
{
	autofree char *path = xasprintf("%s/%s", dir, name);
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(path, mode), 0);
}

static int load_bytes(struct config *c, const char *text, size_t len, struct err *e)
{
	autofree char *path = xasprintf("%s/lb.ini", dir);
	put("lb.ini", text, len, 0600);
	memset(c, 0, sizeof(*c));
	memset(e, 0, sizeof(*e));
	return config_load(c, path, e);
}

static int load(struct config *c, const char *text, struct err *e)
{
	int rc = load_bytes(c, text, strlen(text), e);
	if (rc)
		print_message("# %s\n", e->msg);
	return rc;
}

/* The message of a file that is wrong, without the folder's name. */
static char *wrong_bytes(const char *text, size_t len)
{
	struct config c;
	struct err e;
	assert_int_equal(load_bytes(&c, text, len, &e), -1);
	assert_int_equal(e.exit, EX_CONFIG);
	config_free(&c);
	struct buf b = {0};
	for (const char *p = e.msg; *p;) {
		if (str_prefix(p, dir)) {
			p += strlen(dir) + 1;
			continue;
		}
		buf_addc(&b, *p++);
	}
	return buf_steal(&b);
}

static void is_wrong(const char *text, const char *message)
{
	autofree char *got = wrong_bytes(text, strlen(text));
	assert_string_equal(got, message);
}

static void contains(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("'%s' is not in: %s", part, text);
}

static int start(void **state)
{
	(void)state;
	static const char *const names[] = {
	    "DOCKER_HOST",   "DOCKER_TLS",       "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH",
	    "LB_STATS_PORT", "HAPROXY_PID_FILE", "HAPROXY_SOCK_FILE", "LBGEN_CONFIG"};
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		unsetenv(names[i]);
	return mkdtemp(dir) ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	static const char *const names[] = {"lb.ini", "my-config", "password"};
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		autofree char *path = xasprintf("%s/%s", dir, names[i]);
		unlink(path);
	}
	return rmdir(dir);
}

static void defaults_alone(void **state)
{
	(void)state;
	struct config c;
	struct err e;
	assert_int_equal(load(&c, "", &e), 0);
	assert_true(c.docker.enable);
	assert_false(c.docker.tls);
	assert_true(c.docker.tls_verify);
	assert_string_equal(c.docker.host, "unix:///var/run/docker.sock");
	assert_int_equal(c.docker.max_bytes, 64 << 20);
	assert_int_equal(c.docker.timeout, 10000);
	assert_false(c.swarm.enable);
	assert_string_equal(c.swarm.host[0], "unix:///var/run/docker.sock");
	assert_null(c.swarm.host[1]);
	assert_null(c.dns.resolver);
	assert_string_equal(c.labels.prefix, "lb");
	assert_null(c.labels.allowed_ports);
	assert_string_equal(c.labels.cert_dirs[0], "/etc/haproxy/certs");
	assert_string_equal(c.labels.cert_dirs[1], "/etc/ssl/lbgen");
	assert_string_equal(c.haproxy.file, "/etc/haproxy/haproxy.cfg");
	assert_null(c.haproxy.template);
	assert_int_equal(c.haproxy.reload, RELOAD_MASTER);
	assert_int_equal(c.haproxy.confirm, 10000);
	assert_int_equal(c.haproxy.hard_stop_after, 60000);
	assert_string_not_equal(c.haproxy.log, "auto");
	assert_int_equal(c.stats.port, 0);
	assert_null(c.stats.password);
	assert_string_equal(c.stats.bind, "127.0.0.1");
	assert_string_equal(c.peers.bind, "127.0.0.1");
	assert_int_equal(c.apply.timeout, 30000);
	assert_false(c.compat.active);
	assert_null(c.compat.frontend);
	assert_int_equal(c.n_services, 0);
	assert_null(c.warnings);
	config_free(&c);
	config_free(&c); /* an empty one is fine */
}

static void values_as_written(void **state)
{
	(void)state;
	struct config c;
	struct err e;
	/* byte order mark, carriage returns, comments, blanks, no final newline */
	assert_int_equal(load(&c,
			      "\xef\xbb\xbf; lb.ini\r\n"
			      "# comment\r\n"
			      "\r\n"
			      "[docker]\r\n"
			      "host=tcp://engine\r\n"
			      "  \r\n"
			      "[labels]\n"
			      "networks = front, back\tthird\n"
			      "networks = fourth\n"
			      "allowed_ports = 80 443,8000-8999\n"
			      "cert_dirs = /srv/certs\n"
			      "[haproxy]\n"
			      "confirm   =   300ms   \n"
			      "reload = docker:balancer\n"
			      "log = none\n"
			      "pid_file =/a/b\n"
			      "template =\n"
			      "start = haproxy -W -S a=b;c -f \"x y\"",
			      &e),
			 0);
	assert_string_equal(c.docker.host, "tcp://engine:2375");
	assert_string_equal(c.labels.networks[2], "third");
	assert_string_equal(c.labels.networks[3], "fourth");
	assert_null(c.labels.networks[4]);
	assert_string_equal(c.labels.allowed_ports[2], "8000-8999");
	assert_string_equal(c.labels.cert_dirs[0], "/srv/certs");
	assert_null(c.labels.cert_dirs[1]);
	assert_int_equal(c.haproxy.confirm, 300);
	assert_int_equal(c.haproxy.reload, RELOAD_DOCKER);
	assert_string_equal(c.haproxy.reload_arg, "balancer");
	assert_null(c.haproxy.log);
	assert_null(c.haproxy.template);
	assert_string_equal(c.haproxy.start, "haproxy -W -S a=b;c -f \"x y\"");
	config_free(&c);
}

static void all_errors_at_once(void **state)
{
	(void)state;
	is_wrong("[haproxy]\nconfirm = 300\n\n[apply]\ntimeout = 0s\nquarantine = maybe\n",
		 "lb.ini:2: [haproxy] confirm: '300' has no unit (write 300ms or 300s)\n"
		 "lb.ini:5: [apply] timeout: '0s' is out of range (write 1s to 1h)\n"
		 "lb.ini:6: [apply] quarantine: 'maybe' is neither yes nor no (write yes or no)");
}

static void names_that_are_not_there(void **state)
{
	(void)state;
	is_wrong("[haproxy]\nconfrim = 3s\n",
		 "lb.ini:2: [haproxy] confrim: no such key; did you mean confirm?");
	is_wrong("[hapoxy]\nconfirm = 3s\nfoo = 1\n",
		 "lb.ini:1: [hapoxy]: no such section; did you mean [haproxy]?");
	is_wrong("[elsewhere]\n", "lb.ini:1: [elsewhere]: no such section (lb.ini(5) lists them)");
	is_wrong("[apply]\nhard_stop_after = 3s\n",
		 "lb.ini:2: [apply] hard_stop_after: no such key; it belongs to [haproxy]");
	is_wrong("[apply]\nqqqqqqqq = 3s\n",
		 "lb.ini:2: [apply] qqqqqqqq: no such key (lb.ini(5) lists them)");
	is_wrong("confirm = 3s\n",
		 "lb.ini:1: confirm: stands before the first section (put a [section] above it)");
	is_wrong("[service]\n", "lb.ini:1: [service]: has no name (write [service web])");
	is_wrong(
	    "[service We]\n",
	    "lb.ini:1: [service We]: 'We' is not a service name (1 to 32 of a-z, 0-9, _ and -, "
	    "beginning with a letter or digit)");
}

static void what_inih_would_swallow(void **state)
{
	(void)state;
	is_wrong("[haproxy]\nfile = /a\n  /b\n", "lb.ini:3: an indented line (begin each key at "
						 "the left; a list may be given on several "
						 "lines that all name the key)");
	is_wrong("[haproxy]\nstart = a ; b\n",
		 "lb.ini:2: ' ;' or ' #' inside a value (a comment needs a line of its own)");
	is_wrong("[haproxy]\nunit = a.service # b\n",
		 "lb.ini:2: ' ;' or ' #' inside a value (a comment needs a line of its own)");
	is_wrong("[stats]\nport = 1\nuri = /\nport = 2\n",
		 "lb.ini:4: [stats] port: is there already at line 2 (keep one of the two)");
	is_wrong("[stats\nport = 1\n", "lb.ini:1: a section without its closing bracket");
	is_wrong("[stats] port = 1\n",
		 "lb.ini:1: there is more after ']' (a comment needs a line of its own)");
	is_wrong("[stats]\nport\nuri: /\n= 5\n", "lb.ini:2: is neither [section] nor key = value\n"
						 "lb.ini:3: is neither [section] nor key = value\n"
						 "lb.ini:4: there is no key before the =");
	is_wrong("[stats]\nuser = \"admin\"\nuri = '/'\nport =\n",
		 "lb.ini:2: [stats] user: \"admin\" is in quotes (write it without them)\n"
		 "lb.ini:3: [stats] uri: '/' is in quotes (write it without them)\n"
		 "lb.ini:4: [stats] port: has no value (write one, or take the line away)");
	is_wrong("[stats]\nuser = a\xff\nuri = /\x01\n",
		 "lb.ini:2: [stats] user: a\\xff is not UTF-8\n"
		 "lb.ini:3: [stats] uri: /\\x01 has a control byte in it");
	autofree char *zero = wrong_bytes("[stats]\nport = 1\0\n", 18);
	assert_string_equal(zero, "lb.ini:2: a zero byte (is this a text file?)");
}

static void long_lines(void **state)
{
	(void)state;
	struct config c;
	struct err e;
	struct buf b = {0};
	buf_adds(&b, "[haproxy]\nstart = ");
	size_t at = b.len;
	while (b.len < 10 + 4000)
		buf_addc(&b, 'x');
	assert_int_equal(load(&c, b.s, &e), 0);
	assert_int_equal(strlen(c.haproxy.start), b.len - at);
	config_free(&c);
	while (b.len < 10 + 4095)
		buf_addc(&b, 'x');
	buf_adds(&b, "\n[stats]\nport = x\n");
	autofree char *got = wrong_bytes(b.s, b.len);
	contains(got, "lb.ini:2: the line is longer than 4094 bytes\n");
	contains(got, "lb.ini:4: [stats] port: 'x' is not");
	b.len = 0;
	buf_addc(&b, '[');
	while (b.len < 60)
		buf_addc(&b, 'x');
	buf_adds(&b, "]\na = 1\n");
	autofree char *section = wrong_bytes(b.s, b.len);
	assert_string_equal(section, "lb.ini:1: the section's name is longer than 49 bytes");
	buf_free(&b);
}

static void many_errors(void **state)
{
	(void)state;
	struct buf b = {0};
	buf_adds(&b, "[apply]\n");
	for (int i = 0; i < 3000; i++)
		buf_addf(&b, "k%d = 1\n", i);
	autofree char *got = wrong_bytes(b.s, b.len);
	contains(got, "lb.ini:21: ");
	contains(got, "and 2980 errors more");
	buf_free(&b);
	for (int i = 0; i < 1 << 20; i++)
		buf_addc(&b, '\n');
	buf_addc(&b, '\n');
	autofree char *large = wrong_bytes(b.s, b.len);
	contains(large, "larger than 1048576 bytes");
	buf_free(&b);
}

static void every_type_says_what_is_right(void **state)
{
	(void)state;
	is_wrong("[docker]\nhost = /run/docker.sock\n",
		 "lb.ini:2: [docker] host: '/run/docker.sock' is a path alone (write unix:// "
		 "before it)");
	is_wrong("[docker]\nhost = ssh://me@there\nenable = x\n",
		 "lb.ini:2: [docker] host: 'ssh://me@there' is not taken: forward the socket by "
		 "ssh -L and "
		 "use unix://\nlb.ini:3: [docker] enable: 'x' is none of: yes no auto");
	is_wrong(
	    "[docker]\nhost = unix://relative\nmax_bytes = 64M\n",
	    "lb.ini:2: [docker] host: 'unix://relative' has no absolute path after unix:// (write "
	    "unix:///var/run/docker.sock)\nlb.ini:3: [docker] max_bytes: '64M' is not a size "
	    "(write a "
	    "whole number of bytes, or one with k, m or g)");
	is_wrong(
	    "[dns]\nresolver = dns.example.org:53\ntimeout = 1500us\n",
	    "lb.ini:2: [dns] resolver: 'dns.example.org:53' is no name server (write 127.0.0.11:53 "
	    "or [2001:db8::1]:53)\nlb.ini:3: [dns] timeout: '1500us' is out of range (write 100ms "
	    "to 1m)");
	is_wrong("[labels]\nallowed_ports = 80 90-85\nnetworks = a b/c\nhost_address = [::1]\n",
		 "lb.ini:2: [labels] allowed_ports: '80 90-85' has an item '90-85' that is neither "
		 "a port "
		 "nor a range such as 8000-8999\n"
		 "lb.ini:3: [labels] networks: 'a b/c' has an item 'b/c' that is not a name (1 to "
		 "128 of "
		 "letters, digits, _ . -)\n"
		 "lb.ini:4: [labels] host_address: '[::1]' is not an IPv4 or IPv6 address (write "
		 "192.0.2.1 "
		 "or 2001:db8::1, without brackets)");
	is_wrong(
	    "[haproxy]\nreload = restart\nfile = haproxy.cfg\nunit = a b\n"
	    "master_socket = "
	    "/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	    "aaaaaaaaa"
	    "aaa\n",
	    "lb.ini:2: [haproxy] reload: 'restart' is none of: master signal systemd command "
	    "docker:CONTAINER\n"
	    "lb.ini:3: [haproxy] file: 'haproxy.cfg' is not an absolute path (begin it with /)\n"
	    "lb.ini:4: [haproxy] unit: 'a b' is not one plain word (no blanks, quotes, \\ or #)\n"
	    "lb.ini:5: [haproxy] master_socket: "
	    "'/"
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	    "aaaaaaaa"
	    "aaa' is too long for a socket's path (write a shorter one)");
	is_wrong(
	    "[log]\nlevel = loud\n[stats]\nuri = stats\nbind = here\n",
	    "lb.ini:2: [log] level: 'loud' is none of: error warning notice info debug\n"
	    "lb.ini:4: [stats] uri: 'stats' is not the path of a URL (write / or /stats; letters, "
	    "digits and . _ ~ - /)\n"
	    "lb.ini:5: [stats] bind: 'here' is not an IPv4 or IPv6 address (write 192.0.2.1 or "
	    "2001:db8::1, without brackets)");
}

static void keys_that_belong_together(void **state)
{
	(void)state;
	is_wrong("[haproxy]\nreload = command\n",
		 "lb.ini:2: [haproxy] reload: command needs reload_command as well");
	is_wrong("[stats]\nport = 1024\n",
		 "lb.ini:2: [stats] port: 1024 is the port of [peers] too");
	is_wrong(
	    "[stats]\npassword = x\npassword_file = /x\n",
	    "lb.ini:3: [stats] password_file: there is a password as well (keep one of the two)");
}

static void services(void **state)
{
	(void)state;
	struct config c;
	struct err e;
	assert_int_equal(load(&c,
			      "[service web]\n"
			      "target = tasks.web:80, _http._tcp.web\n"
			      "target = other:81\n"
			      "publish = 80\n"
			      "sticky = cookie\n"
			      "[service db-1]\n"
			      "server = a 10.0.0.1:5432, b [2001:db8::1]:5432\n"
			      "[defaults]\n"
			      "balance = first\n",
			      &e),
			 0);
	assert_int_equal(c.n_services, 2);
	assert_false(c.docker.enable); /* [service] alone is used */
	assert_string_equal(c.services[0].name, "web");
	assert_int_equal(c.services[0].line, 1);
	assert_string_equal(c.services[0].targets[0], "tasks.web:80");
	assert_string_equal(c.services[0].targets[1], "_http._tcp.web");
	assert_string_equal(c.services[0].targets[2], "other:81");
	assert_null(c.services[0].targets[3]);
	assert_int_equal(c.services[0].n_pairs, 2);
	assert_string_equal(c.services[0].pairs[1].key, "sticky");
	assert_int_equal(c.services[0].pairs[1].line, 5);
	assert_string_equal(c.services[1].servers[1], "b [2001:db8::1]:5432");
	assert_string_equal(c.defaults[0].key, "balance");
	autofree char *place = config_place(&c, "defaults", &c.defaults[0]);
	contains(place, "lb.ini:9: [defaults] balance");
	config_free(&c);
	is_wrong(
	    "[service web]\npublish = 80\n[service web]\n[service x]\ntarget = web\nserver = a\n"
	    "[service y]\nserver = a b c:80\npublish = 1\npublish = 2\n",
	    "lb.ini:3: [service web]: is there already at line 1 (join the two)\n"
	    "lb.ini:5: [service x] target: 'web' has no port (write NAME:PORT, or "
	    "_SERVICE._tcp.NAME for "
	    "SRV records)\n"
	    "lb.ini:6: [service x] server: 'a' has no address (write NAME ADDRESS:PORT, for "
	    "instance web1 "
	    "10.0.0.1:80)\n"
	    "lb.ini:8: [service y] server: 'a b c:80' is not a host name (letters, digits, - and "
	    "_, at "
	    "most 63 between dots and 253 in all)\n"
	    "lb.ini:10: [service y] publish: is there already above (keep one of the two)\n"
	    "lb.ini:1: [service web]: has neither target nor server (write target = tasks.web:80)");
}

/* The environment of one load: name, value, name, value, NULL. */
static int load_env(struct config *c, const char *const *env, const char *ini, struct err *e)
{
	for (const char *const *p = env; *p; p += 2)
		setenv(p[0], p[1], 1);
	int rc = load(c, ini, e);
	for (const char *const *p = env; *p; p += 2)
		unsetenv(p[0]);
	return rc;
}

static void environment(void **state)
{
	(void)state;
	struct config c;
	struct err e;
	const char *const good[] = {"LBGEN_HAPROXY_CONFIRM",
				    "20s",
				    "LB_STATS_PORT",
				    "-1",
				    "HAPROXY_PID_FILE",
				    "/tmp/haproxy.pid",
				    "HAPROXY_SOCK_FILE",
				    "/tmp/haproxy.sock",
				    "LBGEN_LABELS_NETWORKS",
				    "a b",
				    "LBGEN_STATS_USER",
				    "",
				    "LBGEN_EVENTS_INTERVAL",
				    "9",
				    "LBGEN_PORT_80_TCP",
				    "tcp://x",
				    "LBGEN_DEFAULTS_BALANCE",
				    "first",
				    "LBGEN_APPLY_STATE_DIR",
				    "/tmp/state",
				    NULL};
	assert_int_equal(
	    load_env(&c, good,
		     "[haproxy]\nconfirm = 5s\n[labels]\nnetworks = x\n[stats]\nport = 8404\n"
		     "[defaults]\nbalance = source\n",
		     &e),
	    0);
	assert_int_equal(c.haproxy.confirm, 20000);
	assert_int_equal(c.stats.port, 0);
	assert_string_equal(c.haproxy.pid_file, "/tmp/haproxy.pid");
	assert_string_equal(c.haproxy.stats_socket, "/tmp/haproxy.sock");
	assert_string_equal(c.labels.networks[0], "a");
	assert_string_equal(c.labels.networks[1], "b");
	assert_null(c.labels.networks[2]);
	assert_string_equal(c.stats.user, "admin");
	assert_string_equal(c.apply.state_dir, "/tmp/state");
	assert_int_equal(c.n_defaults, 1);
	assert_string_equal(c.defaults[0].value, "first");
	autofree char *place = config_place(&c, "defaults", &c.defaults[0]);
	assert_string_equal(place, "LBGEN_DEFAULTS_BALANCE");
	config_free(&c);

	const char *const both[] = {"LB_STATS_PORT", "1111", "LBGEN_STATS_PORT", "2222", NULL};
	assert_int_equal(load_env(&c, both, "[stats]\nport = 3333\n", &e), 0);
	assert_int_equal(c.stats.port, 2222);
	config_free(&c);

	const char *const confirm[] = {"LBGEN_HAPROXY_CONFIRM", "300", NULL};
	assert_int_equal(load_env(&c, confirm, "", &e), -1);
	assert_string_equal(e.msg,
			    "LBGEN_HAPROXY_CONFIRM: '300' has no unit (write 300ms or 300s)");
	config_free(&c);
	const char *const typo[] = {"LBGEN_HAPROXY_CONFRIM", "3s", NULL};
	assert_int_equal(load_env(&c, typo, "", &e), -1);
	assert_string_equal(
	    e.msg, "LBGEN_HAPROXY_CONFRIM: [haproxy] has no such key; did you mean confirm?");
	config_free(&c);
	const char *const directive[] = {"LBGEN_HAPROXY_LOG", "stdout\nbind *:1", NULL};
	assert_int_equal(load_env(&c, directive, "", &e), -1);
	assert_string_equal(e.msg,
			    "LBGEN_HAPROXY_LOG: stdout\\x0abind *:1 has a control byte in it");
	config_free(&c);
	const char *const port[] = {"LB_STATS_PORT", "eight", NULL};
	assert_int_equal(load_env(&c, port, "", &e), -1);
	assert_string_equal(e.msg, "LB_STATS_PORT: 'eight' is not a whole number from 0 to 65535");
	config_free(&c);
}

static void docker_environment(void **state)
{
	(void)state;
	struct config c;
	struct err e;
	const char *const verify[] = {"DOCKER_HOST", "tcp://engine",     "DOCKER_TLS_VERIFY",
				      "0",           "DOCKER_CERT_PATH", "/certs",
				      NULL};
	assert_int_equal(load_env(&c, verify, "[docker]\ntls_verify = no\n", &e), 0);
	assert_true(c.docker.tls && c.docker.tls_verify);
	assert_string_equal(c.docker.host, "tcp://engine:2376");
	assert_string_equal(c.docker.cert_path, "/certs");
	assert_string_equal(c.swarm.host[0], "tcp://engine:2376");
	config_free(&c);
	const char *const tls[] = {"DOCKER_HOST", "tcp://[::1]:7", "DOCKER_TLS", "1", NULL};
	assert_int_equal(load_env(&c, tls, "", &e), 0);
	assert_true(c.docker.tls && !c.docker.tls_verify);
	assert_string_equal(c.docker.host, "tcp://[::1]:7");
	config_free(&c);
	const char *const path[] = {"DOCKER_HOST", "tcp://engine:1", "DOCKER_CERT_PATH", "/certs",
				    NULL};
	assert_int_equal(load_env(&c, path, "", &e), 0);
	assert_false(c.docker.tls); /* as the docker command: a folder alone turns nothing on */
	config_free(&c);
	const char *const local[] = {"DOCKER_TLS_VERIFY", "1", NULL};
	assert_int_equal(load_env(&c, local, "", &e), 0);
	assert_false(c.docker.tls); /* a unix socket has none */
	config_free(&c);
	const char *const bad[] = {"DOCKER_HOST", "engine:2375", NULL};
	assert_int_equal(load_env(&c, bad, "", &e), -1);
	assert_string_equal(
	    e.msg, "DOCKER_HOST: 'engine:2375' is neither unix:///path nor tcp://name:port");
	config_free(&c);
}

static void passwords(void **state)
{
	(void)state;
	struct config c;
	struct err e;
	autofree char *file = xasprintf("%s/password", dir);
	autofree char *ini = xasprintf("[stats]\npassword_file = %s\n", file);
	autofree char *folder = xasprintf("[stats]\npassword_file = %s\n", dir);
	put("password", "s3cret\n", 7, 0600);
	assert_int_equal(load(&c, ini, &e), 0);
	assert_string_equal(c.stats.password, "s3cret");
	assert_string_equal(c.stats.bind, "*");
	assert_null(c.warnings);
	config_free(&c);
	put("password", "\n", 1, 0600);
	autofree char *empty = wrong_bytes(ini, strlen(ini));
	contains(empty, "password holds no password");
	put("password", "s3\tcret\n", 8, 0600);
	autofree char *control = wrong_bytes(ini, strlen(ini));
	contains(control, "the value has a control byte in it");
	assert_null(strstr(control, "s3"));
	autofree char *not_file = wrong_bytes(folder, strlen(folder));
	contains(not_file, "is not a regular file");
	unlink(file);
	autofree char *missing = wrong_bytes(ini, strlen(ini));
	contains(missing, "No such file or directory");
	autofree char *quoted = wrong_bytes("[stats]\npassword = \"s3cret\"\n", 28);
	contains(quoted, "[stats] password: the value is in quotes");
	assert_null(strstr(quoted, "s3cret"));
	/* everybody may read it: a warning without the password */
	put("lb.ini", "[stats]\npassword = s3cret\n", 26, 0644);
	autofree char *path = xasprintf("%s/lb.ini", dir);
	memset(&c, 0, sizeof(c));
	assert_int_equal(config_load(&c, path, &e), 0);
	assert_non_null(c.warnings);
	contains(c.warnings[0],
		 "lb.ini:2: [stats] password: everybody on this machine can read it");
	assert_null(c.warnings[1]);
	config_free(&c);
}

static void my_config(void **state)
{
	(void)state;
	struct config c;
	struct err e;
	autofree char *path = xasprintf("%s/my-config", dir);
	autofree char *ini = xasprintf("[compat]\nmy_config = %s\n", path);
	const char *lines = "\n# a comment\n tasks.backend:80 \r\n\ntasks.other:8080";
	put("my-config", lines, strlen(lines), 0644);
	assert_int_equal(load(&c, ini, &e), 0);
	assert_true(c.compat.active);
	assert_string_equal(c.compat.frontend, "fe_main");
	assert_int_equal(c.n_services, 1);
	assert_false(c.docker.enable);
	assert_string_equal(c.services[0].name, "my-config");
	assert_string_equal(c.services[0].targets[0], "tasks.backend:80");
	assert_string_equal(c.services[0].targets[1], "tasks.other:8080");
	assert_null(c.services[0].targets[2]);
	struct buf b = {0};
	for (size_t i = 0; i < c.services[0].n_pairs; i++)
		buf_addf(&b, "%s=%s ", c.services[0].pairs[i].key, c.services[0].pairs[i].value);
	assert_string_equal(b.s,
			    "publish=8099 balance=roundrobin sticky=cookie sticky_cookie=SRVID "
			    "check=tcp backend=be_template ");
	buf_free(&b);
	autofree char *place = config_place(&c, "service my-config", &c.services[0].pairs[0]);
	assert_string_equal(place, path);
	assert_int_equal(c.stats.port, 8888);
	assert_string_equal(c.stats.uri, "/stats");
	assert_string_equal(c.stats.bind, "127.0.0.1");
	config_free(&c);

	/* what the operator says goes before */
	const char *const env[] = {"LB_STATS_PORT",
				   "9000",
				   "LBGEN_STATS_PASSWORD",
				   "x",
				   "LBGEN_COMPAT_FE_PORT",
				   "80",
				   NULL};
	assert_int_equal(load_env(&c, env, ini, &e), 0);
	assert_int_equal(c.stats.port, 9000);
	assert_string_equal(c.stats.bind, "*");
	assert_string_equal(c.services[0].pairs[0].value, "80");
	config_free(&c);

	put("my-config", "tasks.backend\nx y:1\n", 20, 0644);
	autofree char *bad = wrong_bytes(ini, strlen(ini));
	contains(bad, "my-config:1: 'tasks.backend' has no port");
	put("my-config", "# nothing\n", 10, 0644);
	autofree char *nothing = wrong_bytes(ini, strlen(ini));
	contains(nothing, "names nothing to balance");
	unlink(path);
	autofree char *missing = wrong_bytes(ini, strlen(ini));
	contains(missing, "there is no such file");
}

static void a_file_that_was_named(void **state)
{
	(void)state;
	struct config c = {0};
	struct err e = {0};
	autofree char *none = xasprintf("%s/none", dir);
	assert_int_equal(config_load(&c, none, &e), -1);
	assert_int_equal(e.exit, EX_CONFIG);
	contains(e.msg, "none: No such file or directory");
	config_free(&c);
	e = (struct err){0};
	setenv("LBGEN_CONFIG", none, 1);
	assert_int_equal(config_load(&c, NULL, &e), -1);
	unsetenv("LBGEN_CONFIG");
	contains(e.msg, "none: No such file or directory");
	config_free(&c);
	e = (struct err){0};
	assert_int_equal(config_load(&c, dir, &e), -1);
	contains(e.msg, "is a folder, not a file");
	config_free(&c);
}

/* docker-loadbalancer's template, where it is. */
static void haproxy_tmpl(void **state)
{
	(void)state;
	struct config c;
	struct err e;
	autofree char *path = xasprintf("%s/haproxy.tmpl", dir);
	autofree char *ini = xasprintf("[compat]\nhaproxy_tmpl = %s\n", path);
	put("haproxy.tmpl", "x\n", 2, 0644);
	assert_int_equal(load(&c, ini, &e), 0);
	assert_string_equal(c.haproxy.template, path);
	config_free(&c);
	const char *const env[] = {"LBGEN_HAPROXY_TEMPLATE", "/other.tmpl", NULL};
	assert_int_equal(load_env(&c, env, ini, &e), 0);
	assert_string_equal(c.haproxy.template, "/other.tmpl");
	config_free(&c);
	unlink(path);
	autofree char *missing = wrong_bytes(ini, strlen(ini));
	contains(missing, "there is no such file");
	assert_int_equal(load(&c, "", &e), 0);
	assert_null(c.haproxy.template);
	config_free(&c);
}

/* lb.ini as printed is the defaults, commented or not. */
static void the_printed_file(void **state)
{
	(void)state;
	struct config c;
	struct err e;
	char *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);
	config_print_ini(f, NULL);
	fclose(f);
	assert_int_equal(load_bytes(&c, text, len, &e), 0);
	config_free(&c);
	/* every "#key = value" without its # */
	struct buf b = {0};
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
		if (line[0] == '[')
			buf_addf(&b, "%s\n", line);
		else if (line[0] == '#' && line[1] != ' ' && !str_prefix(line, "#[service web]"))
			buf_addf(&b, "%s\n", line + 1);
		else if (line[0] == '#' && line[1] == '[')
			break;
	assert_int_equal(load(&c, b.s, &e), 0);
	assert_string_equal(c.compat.my_config, "/my-config");
	config_free(&c);
	buf_free(&b);
	free(text);
}

static uint32_t next_random(uint32_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed;
}

/* Damaged files: taken or refused with a place, never anything else. */
static void damaged_files(void **state)
{
	(void)state;
	static const char text[] =
	    "[docker]\nhost = tcp://e:1\ntls = yes\n[labels]\nnetworks = a, b\n"
	    "allowed_ports = 80-90 443\n[defaults]\nbalance = first\n"
	    "[haproxy]\nconfirm = 300ms\nreload = docker:x\n[service web]\n"
	    "target = a:80, _http._tcp.b\nserver = x 10.0.0.1:80\npublish = 80\n";
	static const char odd[] = "\n[]=;#:, \t\r\\\"'\xff\x80\x01{}$";
	uint32_t seed = 2463534242U;
	size_t taken = 0;
	for (int i = 0; i < 800; i++) {
		char b[sizeof(text)];
		struct config c;
		struct err e;
		memcpy(b, text, sizeof(text));
		size_t len = sizeof(text) - 1;
		for (uint32_t n = 1 + next_random(&seed) % 6; n; n--) {
			uint32_t r = next_random(&seed);
			b[r % len] =
			    r & 0x10000 ? odd[(r >> 20) % sizeof(odd)] : b[(r >> 17) % len];
		}
		if (next_random(&seed) % 4 == 0)
			len = next_random(&seed) % len;
		if (load_bytes(&c, b, len, &e)) {
			assert_int_equal(e.exit, EX_CONFIG);
			assert_true(str_prefix(e.msg, dir));
			assert_true(utf8_valid(e.msg, strlen(e.msg)));
		} else {
			taken++;
			assert_non_null(c.haproxy.file);
			assert_non_null(c.swarm.host[0]);
		}
		config_free(&c);
	}
	assert_true(taken > 0 && taken < 800);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(defaults_alone),
	    cmocka_unit_test(values_as_written),
	    cmocka_unit_test(all_errors_at_once),
	    cmocka_unit_test(names_that_are_not_there),
	    cmocka_unit_test(what_inih_would_swallow),
	    cmocka_unit_test(long_lines),
	    cmocka_unit_test(many_errors),
	    cmocka_unit_test(every_type_says_what_is_right),
	    cmocka_unit_test(keys_that_belong_together),
	    cmocka_unit_test(services),
	    cmocka_unit_test(environment),
	    cmocka_unit_test(docker_environment),
	    cmocka_unit_test(passwords),
	    cmocka_unit_test(my_config),
	    cmocka_unit_test(haproxy_tmpl),
	    cmocka_unit_test(a_file_that_was_named),
	    cmocka_unit_test(the_printed_file),
	    cmocka_unit_test(damaged_files),
	};
	return cmocka_run_group_tests(tests, start, end);
}
