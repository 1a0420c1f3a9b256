/* limit: 300
 * Every key against more than 500 values that a stranger might try: the service
 * is left out with the right reason, or the value is legal by a second, separate
 * opinion; nothing of it is anywhere but in its place; the others are served. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <regex.h>
#include <string.h>
#include <unistd.h>

#include "gen/label.h"
#include "gen/proc.h"
#include "gen/render.h"
#include "tests/unit/attacks.h"
#include "tests/unit/triplets.h"

/* --- the second opinion: what each key may be ------------------------------------ */

#define PORT_RE \
	"^0*([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]" \
	")$"
#define BOOL_RE "^(Y|y|yes|true|on|1|N|n|no|false|off|0)$"
#define DNS_RE "[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
#define HOST_RE DNS_RE "(\\." DNS_RE ")*"
#define HOSTS_RE "^(\\*\\.)?" HOST_RE "(,(\\*\\.)?" HOST_RE "){0,31}$"
#define CODE_RE "[1-5][0-9][0-9]"

struct opinion {
	const char *key;
	const char *pattern;    /* extended regular expression; NULL: an address */
	const char *context[4]; /* labels that the key needs: name, value, … */
	const char *tame;       /* a legal value, for the shape of the text */
	int64_t min, max;       /* of durations, in ms; of numbers; of bytes of text */
	bool free;              /* text of the stranger's own gets into the configuration */
};

static const struct opinion opinions[] = {
    {"enable", BOOL_RE, {0}, "Y", 0, 0, false},
    {"publish", PORT_RE, {0}, "8002", 0, 0, false},
    {"dst_addr", NULL, {0}, "10.1.2.3", 0, 0, true},
    {"ssl",
     "^(/etc/haproxy/certs|/etc/ssl/lbgen)/[A-Za-z0-9._/@+-]+$",
     {0},
     "/etc/haproxy/certs/a.pem",
     1,
     255,
     true},
    {"mode", "^(http|tcp)$", {0}, "http", 0, 0, false},
    {"redirect_ssl", BOOL_RE, {0}, "no", 0, 0, false},
    {"host", HOSTS_RE, {0}, "a.org", 1, 1024, true},
    {"path", "^/([A-Za-z0-9._~@:+=-]+(/[A-Za-z0-9._~@:+=-]+)*/?)?$", {0}, "/a", 1, 255, true},
    {"strip_path", BOOL_RE, {"path", "/p"}, "no", 0, 0, false},
    {"priority", "^[0-9]+$", {"path", "/p"}, "7", 0, 65535, false},
    {"sni", HOSTS_RE, {"mode", "tcp"}, "a.org", 1, 1024, true},
    {"target", PORT_RE, {0}, "80", 0, 0, false},
    {"network", "^[A-Za-z0-9_.-]{1,128}$", {0}, "bridge", 1, 128, true},
    {"scheme", "^(http|https|h2c)$", {0}, "http", 0, 0, false},
    {"weight", "^[0-9]+$", {0}, "2", 0, 256, false},
    {"backup", BOOL_RE, {0}, "no", 0, 0, false},
    {"maxconn", "^[0-9]+$", {0}, "5", 0, 1000000, false},
    {"state", "^(ready|drain|maint)$", {0}, "ready", 0, 0, false},
    {"slowstart", "^([0-9]+(us|ms|s|m|h|d)|0+)$", {0}, "5s", 0, 3600000, false},
    {"proxy_protocol", "^(no|v1|v2)$", {0}, "no", 0, 0, false},
    {"balance",
     "^(roundrobin|static-rr|leastconn|first|source|uri|random|random\\(0*([1-9][0-9]{0,2}|1000)\\)"
     "|"
     "hdr\\([A-Za-z0-9_-]{1,64}\\)|url_param\\([A-Za-z0-9_-]{1,64}\\))$",
     {0},
     "leastconn",
     0,
     0,
     false},
    {"backend", "^[A-Za-z0-9_.-]{1,64}$", {0}, "pool", 1, 64, true},
    {"sticky", "^(none|cookie|source)$", {0}, "none", 0, 0, false},
    {"sticky_cookie",
     "^[-A-Za-z0-9!#$%&'*+.^_`|~]{1,64}$",
     {"sticky", "cookie"},
     "SID",
     1,
     64,
     true},
    {"sticky_ttl", "^[0-9]+(us|ms|s|m|h|d)$", {0}, "5m", 1000, 24 * 86400000LL, false},
    {"check", "^(no|tcp|http)$", {0}, "tcp", 0, 0, false},
    {"check_path", "^/([A-Za-z0-9._~@:+=?&%,/-])*$", {"check", "http"}, "/up", 1, 255, true},
    {"check_host", "^" HOST_RE "$", {"check", "http"}, "a.org", 1, 253, true},
    {"check_port", PORT_RE, {0}, "81", 0, 0, false},
    {"check_status",
     "^" CODE_RE "(-" CODE_RE ")?(," CODE_RE "(-" CODE_RE ")?)*$",
     {"check", "http"},
     "200",
     1,
     64,
     true},
    {"check_inter", "^[0-9]+(us|ms|s|m|h|d)$", {0}, "5s", 100, 3600000, false},
    {"check_rise", "^[0-9]+$", {0}, "4", 1, 100, false},
    {"check_fall", "^[0-9]+$", {0}, "4", 1, 100, false},
    {"health", "^(ignore|not-unhealthy|healthy)$", {0}, "ignore", 0, 0, false},
    {"timeout_connect", "^[0-9]+(us|ms|s|m|h|d)$", {0}, "5s", 1, 24 * 86400000LL, false},
    {"timeout_server", "^[0-9]+(us|ms|s|m|h|d)$", {0}, "5s", 1, 24 * 86400000LL, false},
    {"timeout_client", "^[0-9]+(us|ms|s|m|h|d)$", {0}, "5s", 1, 24 * 86400000LL, false},
    {"timeout_tunnel", "^[0-9]+(us|ms|s|m|h|d)$", {0}, "5s", 1, 24 * 86400000LL, false},
};

/* Compiled once: the pattern of host names is large. */
static regex_t *compiled(const char *pattern)
{
	static struct {
		const char *pattern;
		regex_t re;
	} known[ARRAY_LEN(opinions) + 1];
	size_t i = 0;
	while (known[i].pattern && known[i].pattern != pattern)
		i++;
	if (!known[i].pattern) {
		assert_int_equal(regcomp(&known[i].re, pattern, REG_EXTENDED | REG_NOSUB), 0);
		known[i].pattern = pattern;
	}
	return &known[i].re;
}

static bool matches(const char *pattern, const char *s)
{
	return regexec(compiled(pattern), s, 0, NULL, 0) == 0;
}

/* A number with a unit in microseconds, as a double: no range can overflow it. */
static double in_us(const char *s)
{
	static const char *const units[] = {"us", "ms", "s", "m", "h", "d"};
	static const double factor[] = {1, 1e3, 1e6, 6e7, 3.6e9, 8.64e10};
	char *unit;
	double n = strtod(s, &unit);
	for (size_t i = 0; i < ARRAY_LEN(units); i++)
		if (strcmp(unit, units[i]) == 0)
			return n * factor[i];
	return n;
}

static bool dots_in(const char *s)
{
	static const char dots[] = "/\\.\\.?(/|\\?|$)|//";
	return matches(dots, s);
}

/* Slashes and dots of a query say nothing. */
static bool path_fine(const char *s)
{
	autofree char *path = xstrndup(s, strcspn(s, "?"));
	return !dots_in(path);
}

static bool ranges_up(const char *s)
{
	for (const char *p = s; *p; p += strcspn(p, ","), p += *p == ',')
		if (p[3] == '-' && strncmp(p, p + 4, 3) > 0)
			return false;
	return true;
}

static bool is_key(const struct opinion *o, const char *key)
{
	return strcmp(o->key, key) == 0;
}

static bool hosts_short(const char *s)
{
	for (const char *p = s; *p; p += strcspn(p, ","), p += *p == ',')
		if (strcspn(p, ",") > 253)
			return false;
	return true;
}

static bool legal(const struct opinion *o, const char *s, size_t len)
{
	if (len != strlen(s) || len == 0 || len > 1024 || !utf8_valid(s, len))
		return false;
	unsigned char a[16];
	if (!o->pattern)
		return strcmp(s, "*") == 0 || inet_pton(AF_INET, s, a) == 1 ||
		       inet_pton(AF_INET6, s, a) == 1;
	if (!matches(o->pattern, s))
		return false;
	if (is_key(o, "ssl"))
		return len <= 255 && !strstr(s, "..");
	if (is_key(o, "path") || is_key(o, "check_path"))
		return len <= 255 && path_fine(s);
	if (is_key(o, "host") || is_key(o, "sni") || is_key(o, "check_host"))
		return hosts_short(s);
	if (is_key(o, "check_status"))
		return len <= 64 && ranges_up(s);
	if (strstr(o->pattern, "ms|s"))
		return in_us(s) >= (double)o->min * 1000 && in_us(s) <= (double)o->max * 1000;
	if (o->max && !o->free)
		return strtod(s, NULL) >= (double)o->min && strtod(s, NULL) <= (double)o->max;
	return true;
}

/* --- the values ------------------------------------------------------------------------ */

struct value {
	char *s;
	size_t len;
};

struct values {
	struct value *v;
	size_t n;
};

static void add_value(struct values *l, const char *s, size_t len)
{
	l->v = xrealloc(l->v, l->n + 1, sizeof(*l->v));
	char *copy = xcalloc(len + 1, 1);
	memcpy(copy, s, len);
	l->v[l->n++] = (struct value){copy, len};
}

/* The attacks, each byte before, within and after the tame value, and long ones. */
static void fill(struct values *l, const char *tame)
{
	for (size_t i = 0; i < ARRAY_LEN(attacks); i++)
		add_value(l, attacks[i], strlen(attacks[i]));
	size_t n = strlen(tame);
	for (int byte = 0; byte < 256; byte++) {
		for (size_t at = 0; at < 3; at++) {
			size_t place = at == 0 ? 0 : at == 1 ? n / 2 : n;
			if (byte >= 0x80 && at != 1)
				continue;
			autofree char *s = xcalloc(n + 2, 1);
			memcpy(s, tame, place);
			s[place] = (char)byte;
			memcpy(s + place + 1, tame + place, n - place);
			add_value(l, s, n + 1);
		}
	}
	static const size_t sizes[] = {63,  64,  65,   128,  129,  253,   254,    255,
				       256, 257, 1023, 1024, 1025, 65536, 1 << 20};
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		autofree char *s = xcalloc(sizes[i] + 1, 1);
		memset(s, 'a', sizes[i]);
		add_value(l, s, sizes[i]);
		s[0] = '/';
		add_value(l, s, sizes[i]);
		memset(s, '1', sizes[i]);
		add_value(l, s, sizes[i]);
		for (size_t j = 0; j < sizes[i]; j++)
			s[j] = j % 2 ? ',' : 'a';
		add_value(l, s, sizes[i]);
	}
}

static void values_free(struct values *l)
{
	for (size_t i = 0; i < l->n; i++)
		free(l->v[i].s);
	free(l->v);
	*l = (struct values){0};
}

/* --- one world: a good container, and one with the value ----------------------------------- */

struct world {
	struct config c;
	json_t *snapshot;
	json_t *labels; /* of the second one; borrowed */
	json_t *calm;   /* the model's data with the good one alone */
};

static const char one[] =
    "{\"members\": [{\"name\": \"good\", \"labels\": {\"publish\": \"8001\", \"target\": \"80\"}},"
    "{\"name\": \"evil\", \"labels\": {}}],"
    "\"certs\": {\"/etc/haproxy/certs/a.pem\": {\"digest\": \"aa\", \"fault\": \"\"}}}";

static void build(struct model *m, const struct world *w)
{
	struct err e = {0};
	struct snapshot s = {w->snapshot};
	assert_int_equal(model_build(m, &w->c, &s, NULL, &e), 0);
}

/* The data without the list of what was seen, which is the stranger's own. */
static void forget_seen(json_t *data)
{
	json_object_del(data, "Containers");
}

static void world_open(struct world *w)
{
	*w = (struct world){0};
	json_auto_t *spec = json_loads(one, 0, NULL);
	triplet_config(spec, &w->c);
	w->snapshot = triplet_snapshot(spec);
	w->labels =
	    json_object_get(json_array_get(json_object_get(w->snapshot, "members"), 1), "labels");
	json_object_clear(w->labels);
	struct model m;
	build(&m, w);
	w->calm = json_incref(m.data);
	forget_seen(w->calm);
	model_free(&m);
}

static void world_close(struct world *w)
{
	json_decref(w->snapshot);
	json_decref(w->calm);
	config_free(&w->c);
}

static void label(const struct world *w, const char *key, const char *s, size_t len)
{
	autofree char *full = xasprintf("lb.%s", key);
	json_object_set_new(w->labels, full, json_stringn_nocheck(s, len));
}

static void set(const struct world *w, const struct opinion *o, const char *s, size_t len)
{
	json_object_clear(w->labels);
	label(w, "enable", "Y", 1);
	label(w, "publish", "8002", 4);
	label(w, "target", "80", 2);
	for (size_t i = 0; i < ARRAY_LEN(o->context) && o->context[i]; i += 2)
		label(w, o->context[i], o->context[i + 1], strlen(o->context[i + 1]));
	label(w, o->key, s, len);
}

/* --- what must hold --------------------------------------------------------------------------- */

static const struct finding *left_out(const struct model *m)
{
	const struct finding *f = NULL;
	for (size_t i = 0; i < m->n_findings; i++) {
		assert_true(utf8_valid(m->findings[i].text, strlen(m->findings[i].text)));
		for (const char *p = m->findings[i].text; *p; p++)
			assert_true((unsigned char)*p >= 0x20 && *p != 0x7f);
		if (m->findings[i].kind == FINDING_LEFT_OUT &&
		    strcmp(m->findings[i].member, "evil") == 0)
			f = &m->findings[i];
	}
	return f;
}

/* A legal value may still not be served, for these reasons. */
static bool may_be(const struct opinion *o, const char *reason)
{
	static const char *const pairs[][2] = {{"enable", "disabled"},
					       {"network", "not-on-network"},
					       {"ssl", "cert-missing"},
					       {"publish", "port-forbidden"}};
	for (size_t i = 0; i < ARRAY_LEN(pairs); i++)
		if (is_key(o, pairs[i][0]) && strcmp(pairs[i][1], reason) == 0)
			return true;
	return false;
}

static size_t lines_with(const char *text, const char *first)
{
	size_t n = 0, len = strlen(first);
	for (const char *p = text; *p; p += strcspn(p, "\n"), p += *p == '\n') {
		const char *word = p + strspn(p, " ");
		n += strncmp(word, first, len) == 0 && (word[len] == ' ' || word[len] == '\n');
	}
	return n;
}

/* The first words of all lines. */
static char *shape(const char *text)
{
	struct buf b = {0};
	for (const char *p = text; *p; p += strcspn(p, "\n"), p += *p == '\n') {
		const char *word = p + strspn(p, " ");
		buf_add(&b, word, strcspn(word, " \n"));
		buf_addc(&b, '\n');
	}
	return buf_steal(&b);
}

static size_t servers_in(const json_t *data)
{
	size_t n = 0, i;
	json_t *p;
	json_array_foreach(json_object_get(data, "Pools"), i, p) n +=
	    json_array_size(json_object_get(p, "Servers"));
	return n;
}

static char *rendered(const struct world *w, json_t *data)
{
	struct err e = {0};
	char *text;
	size_t len;
	if (render_text(&w->c, NULL, data, &text, &len, NULL, &e))
		fail_msg("%s", e.msg);
	assert_int_equal(strlen(text), len);
	return text;
}

/* A frontend that has routes and no default needs a backend that says 404. */
static size_t backends_in(const json_t *data)
{
	bool missing = false;
	size_t i;
	json_t *f;
	json_array_foreach(json_object_get(data, "Frontends"), i, f)
	{
		json_auto_t *mode = triplet_at(f, "Mode"), *rest = triplet_at(f, "DefaultPool");
		missing |=
		    strcmp(json_string_value(mode), "http") == 0 && !json_string_length(rest);
	}
	return json_array_size(json_object_get(data, "Pools")) + missing;
}

static void check_text(const struct world *w, const struct opinion *o, json_t *data,
		       const char *like)
{
	autofree char *text = rendered(w, data);
	size_t fronts = json_array_size(json_object_get(data, "Frontends"));
	assert_int_equal(lines_with(text, "server"), servers_in(data));
	assert_int_equal(lines_with(text, "backend"), backends_in(data));
	assert_int_equal(lines_with(text, "frontend"), fronts);
	assert_int_equal(lines_with(text, "bind"), fronts);
	for (const char *p = text; *p; p++)
		assert_true((unsigned char)*p >= 0x20 || *p == '\n');
	if (!o->free)
		return;
	autofree char *is = shape(text);
	assert_string_equal(is, like);
}

/* Lists of hosts and the path / have shapes of their own. */
static bool has_shape(const struct opinion *o, const char *s)
{
	return o->free && !strpbrk(s, ",") && strcmp(s, "/") != 0;
}

static void try_one(const struct world *w, const struct opinion *o, const struct value *v,
		    const char *like, size_t *accepted)
{
	set(w, o, v->s, v->len);
	struct model m;
	build(&m, w);
	const struct finding *f = left_out(&m);
	autofree char *shown = str_visible(v->s, 100);
	bool good = legal(o, v->s, v->len);
	if (good && f && !may_be(o, f->reason))
		fail_msg("%s=\"%s\" is legal, but: %s: %s", o->key, shown, f->reason, f->text);
	if (!good && !f)
		fail_msg("%s=\"%s\" is not legal, but is served", o->key, shown);
	if (!good) {
		autofree char *reason = xasprintf("bad-label:%s", o->key);
		assert_string_equal(f->reason, reason);
	}
	json_auto_t *seen = json_incref(json_object_get(m.data, "Containers"));
	forget_seen(m.data);
	if (f) {
		assert_true(json_equal(m.data, w->calm));
	} else {
		*accepted += 1;
		struct opinion shaped = *o;
		shaped.free = has_shape(o, v->s);
		json_object_set(m.data, "Containers", seen);
		check_text(w, &shaped, m.data, like);
	}
	model_free(&m);
}

static void one_key(void **state)
{
	const struct opinion *o = *state;
	struct world w;
	world_open(&w);
	struct values l = {0};
	fill(&l, o->tame);
	assert_true(l.n >= 500);
	set(&w, o, o->tame, strlen(o->tame));
	struct model m;
	build(&m, &w);
	autofree char *text = rendered(&w, m.data);
	autofree char *like = shape(text);
	model_free(&m);
	size_t accepted = 0;
	for (size_t i = 0; i < l.n; i++)
		try_one(&w, o, &l.v[i], like, &accepted);
	print_message("# %s: %zu values, %zu legal\n", o->key, l.n, accepted);
	values_free(&l);
	world_close(&w);
}

static void all_keys_are_tried(void **state)
{
	(void)state;
	for (const struct label_key *k = label_keys; k->name; k++) {
		bool tried = false;
		for (size_t i = 0; i < ARRAY_LEN(opinions); i++)
			tried |= is_key(&opinions[i], k->name);
		if (!tried)
			fail_msg("no opinion about %s", k->name);
	}
}

/* --- names of a stranger, which are no values of labels ----------------------------------------
 */

/* Where the value goes: into a field of the member, of its network, or a key. */
struct site {
	const char *what;
	const char *field;
	const char *net;
	const char *key; /* with %s for the value */
};

static const struct site sites[] = {
    {"name", "name", NULL, NULL},
    {"id", "id", NULL, NULL},
    {"owner", "service", NULL, NULL},
    {"state", "state", NULL, NULL},
    {"health", "health", NULL, NULL},
    {"network mode", "network_mode", NULL, NULL},
    {"address", "address", NULL, NULL},
    {"network", NULL, "name", NULL},
    {"network's IPv4 address", NULL, "ipv4", NULL},
    {"network's IPv6 address", NULL, "ipv6", NULL},
    {"key", NULL, NULL, "lb.%s"},
    {"key of a named service", NULL, NULL, "lb.api.%s"},
    {"service", NULL, NULL, "lb.%s.publish"},
};

static json_t *evil_of(const struct world *w)
{
	return json_array_get(json_object_get(w->snapshot, "members"), 1);
}

/* False: no engine could say that, as it is no UTF-8. */
static bool put_at(const struct world *w, const struct site *at, const struct value *v)
{
	json_auto_t *text = json_stringn(v->s, v->len);
	json_t *net = json_array_get(json_object_get(evil_of(w), "networks"), 0);
	if (!text)
		return false;
	if (at->field)
		return json_object_set(evil_of(w), at->field, text) == 0;
	if (at->net)
		return json_object_set(net, at->net, text) == 0;
	const char *hole = strstr(at->key, "%s");
	autofree char *key =
	    xasprintf("%.*s%s%s", (int)(hole - at->key), at->key, v->s, hole + strlen("%s"));
	json_object_set_new(w->labels, key, json_string("8003"));
	return true;
}

static void names_fit(const json_t *data, const char *value)
{
	static const char fit[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.:-";
	json_auto_t *taken = json_object();
	json_t *p, *s;
	size_t i, j;
	bool good = false;
	json_array_foreach(json_object_get(data, "Pools"), i, p)
	{
		json_object_clear(taken);
		json_array_foreach(json_object_get(p, "Servers"), j, s)
		{
			const char *name = json_string_value(json_object_get(s, "Name"));
			if (!*name || strlen(name) > 80 || name[strspn(name, fit)])
				fail_msg("a server's name is '%s' for '%s'", name, value);
			assert_null(json_object_get(taken, name));
			json_object_set_new(taken, name, json_true());
			good |= strcmp(name, "good") == 0;
		}
	}
	if (!good)
		fail_msg("the good one is not served beside '%s'", value);
}

static void one_site(void **state)
{
	const struct site *at = *state;
	struct values l = {0};
	fill(&l, "web");
	size_t tried = 0;
	struct world w;
	world_open(&w);
	set(&w, &opinions[1], "8002", 4);
	label(&w, "api.target", "81", 2);
	json_auto_t *plain = json_deep_copy(evil_of(&w));
	for (size_t i = 0; i < l.n; i++) {
		json_t *evil = json_deep_copy(plain);
		json_array_set_new(json_object_get(w.snapshot, "members"), 1, evil);
		w.labels = json_object_get(evil, "labels");
		if (l.v[i].len > 65536 || !put_at(&w, at, &l.v[i]))
			continue;
		struct model m;
		build(&m, &w);
		left_out(&m);
		autofree char *shown = str_visible(l.v[i].s, 100);
		names_fit(m.data, shown);
		struct opinion any = {.key = at->what};
		check_text(&w, &any, m.data, "");
		model_free(&m);
		tried++;
	}
	world_close(&w);
	print_message("# %s: %zu values\n", at->what, tried);
	assert_true(tried >= 500);
	values_free(&l);
}

/* All values at once, on a port each: HAProxy itself takes what is left. */
static void haproxy_takes_the_rest(void **state)
{
	(void)state;
	struct world w;
	world_open(&w);
	json_t *members = json_object_get(w.snapshot, "members");
	int64_t port = 2000;
	for (size_t i = 0; i < ARRAY_LEN(opinions); i++) {
		const struct opinion *o = &opinions[i];
		struct values l = {0};
		fill(&l, o->tame);
		for (size_t j = 0; j < l.n; j++) {
			if (is_key(o, "publish") || is_key(o, "ssl") || is_key(o, "dst_addr") ||
			    !legal(o, l.v[j].s, l.v[j].len))
				continue;
			set(&w, o, l.v[j].s, l.v[j].len);
			autofree char *where = xasprintf("%lld", (long long)port++);
			label(&w, "publish", where, strlen(where));
			json_t *copy = json_deep_copy(json_array_get(members, 1));
			json_object_set_new(copy, "name", json_sprintf("m%lld", (long long)port));
			json_array_append_new(members, copy);
		}
		values_free(&l);
	}
	json_object_clear(w.labels);
	struct model m;
	build(&m, &w);
	autofree char *text = rendered(&w, m.data);
	char path[] = "/tmp/hostile.XXXXXX";
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	struct err e = {0};
	assert_int_equal(file_write(path, text, strlen(text), 0600, &e), 0);
	close(fd);
	const char *argv[] = {"haproxy", "-c", "-q", "-f", path, NULL};
	int status = -1;
	autobuf struct buf out = {0};
	assert_int_equal(proc_run(argv, deadline_in(120000), &status, &out, &e), 0);
	if (status)
		fail_msg("%s", out.s);
	print_message("# %zu services\n", json_array_size(json_object_get(m.data, "Frontends")));
	assert_true(json_array_size(json_object_get(m.data, "Frontends")) > 500);
	unlink(path);
	model_free(&m);
	world_close(&w);
}

int main(void)
{
	enum { KEYS = ARRAY_LEN(opinions), SITES = ARRAY_LEN(sites) };
	struct CMUnitTest tests[KEYS + SITES + 2];
	memset(tests, 0, sizeof(tests));
	for (size_t i = 0; i < ARRAY_LEN(opinions); i++) {
		const struct opinion *from = &opinions[i];
		tests[i].name = from->key;
		tests[i].test_func = one_key;
		memcpy(&tests[i].initial_state, &from, sizeof(from)); /* read only */
	}
	for (size_t i = 0; i < SITES; i++) {
		const struct site *from = &sites[i];
		tests[KEYS + i].name = from->what;
		tests[KEYS + i].test_func = one_site;
		memcpy(&tests[KEYS + i].initial_state, &from, sizeof(from)); /* read only */
	}
	tests[KEYS + SITES] = (struct CMUnitTest)cmocka_unit_test(all_keys_are_tried);
	tests[KEYS + SITES + 1] = (struct CMUnitTest)cmocka_unit_test(haproxy_takes_the_rest);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
