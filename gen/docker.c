/* docker: see docker.h. */
#include "docker.h"

#include <string.h>
#include <time.h>

#include "here.h"
#include "http.h"
#include "input.h"
#include "member.h"
#include "report.h"

#define LOOK_BACK 300 /* seconds: longer than any engine's list lags behind a death */
#define JOIN_MAX 8    /* container:X of container:Y of … */

/* One pass over one engine. */
struct pass {
	const struct config *c;
	struct http *h;
	struct here here;
	char prefix[40];
	struct deadline d;
	json_t *list;   /* the labelled containers, as the engine gives them */
	json_t *others; /* all of them, if a labelled one uses the network of one that is not */
	json_t *index;  /* id and "/name" → container, once one uses another's network */
	json_t *dead;   /* ids of those that have died, whatever the lists say */
	struct err *e;
};

static void pass_end(struct pass *p)
{
	http_free(p->h);
	here_free(&p->here);
	json_decref(p->list);
	json_decref(p->others);
	json_decref(p->index);
	json_decref(p->dead);
}

static json_t *list_get(struct pass *p, const char *filters)
{
	autobuf struct buf body = {0};
	autofree char *escaped = http_escape(filters);
	autofree char *path = xasprintf("/containers/json?filters=%s", escaped);
	if (http_fetch(p->h, p->prefix, path, p->d, &body, NULL, p->e))
		return NULL;
	autofree char *what = xasprintf("%s: /containers/json", p->c->docker.host);
	json_auto_t *list = input_json(&body, false, EX_UNAVAILABLE, what, p->e);
	if (list && !json_is_array(list))
		err_set(p->e, EX_UNAVAILABLE, "%s: the answer is no list of containers", what);
	size_t i;
	json_t *v;
	json_array_foreach(list, i, v) if (!json_is_object(v))
	    err_set(p->e, EX_UNAVAILABLE, "%s: entry %zu is no container", what, i);
	return p->e->exit ? NULL : json_incref(list);
}

/* {"label":["lb.enable"]}: whoever says anything of lb.enable is listed, so
 * that "lb.enable=yes" counts too and "=no" can be told from a missing label. */
static char *label_filter(const struct config *c)
{
	const char *value = c->labels.enable_value;
	autofree char *label =
	    xasprintf("%s.enable%s%s", c->labels.prefix, value ? "=" : "", value ? value : "");
	json_auto_t *filter = json_pack("{s:[s]}", "label", label);
	autofree char *text = filter ? json_dumps(filter, JSON_COMPACT) : NULL;
	return xstrdup(text ? text : "{}");
}

/* --- the dead ------------------------------------------------------------------ */

/* The list goes on naming a container as running for up to two seconds after its
 * death, as long as the engine cleans up behind it, and after a kill or a crash
 * nothing tells when that is over. But the engine keeps its last events: who
 * died after its last start is dead. */

/* The engine's time. Its Date header tells the second; within that it is ours, or
 * if the clocks differ the latest that it can be: then the engine waits for that
 * moment. `asked` is when the request with that Date was begun. */
static double engine_now(const struct http *h, double asked)
{
	double here = clock_wall(), date = (double)http_date(h);
	bool same = date == 0 || (asked < date + 1 && date <= here);
	return same ? here : date + 1 + (here - asked);
}

/* One JSON object a line, as a list. */
static json_t *event_list(const struct input *in, const struct buf *lines)
{
	autobuf struct buf list = {0};
	size_t len = lines->len;
	while (len && (lines->s[len - 1] == '\n' || lines->s[len - 1] == '\r'))
		len--;
	buf_addc(&list, '[');
	for (size_t i = 0; i < len; i++)
		buf_addc(&list, lines->s[i] == '\n' ? ',' : lines->s[i]);
	buf_addc(&list, ']');
	return input_json(&list, false, in->exit, in->what, in->e);
}

static void note_event(struct pass *p, const struct input *in, json_t *event)
{
	json_t *actor = json_is_object(event) ? input_path(in, event, "Actor") : NULL;
	const char *id = actor ? input_str(in, actor, "ID") : "";
	const char *action = actor ? input_str(in, event, "Action") : "";
	if (*id && strcmp(action, "die") == 0)
		json_object_set_new(p->dead, id, json_true());
	else if (*id && strcmp(action, "start") == 0)
		json_object_del(p->dead, id);
}

/* An engine's proxy may refuse this: then there is no such knowledge. */
static int look_back(struct pass *p, double asked)
{
	static const char filters[] = "{\"type\":[\"container\"],\"event\":[\"start\",\"die\"]}";
	autobuf struct buf body = {0};
	struct err mine = {0};
	long status = 0;
	double until = engine_now(p->h, asked);
	autofree char *escaped = http_escape(filters);
	autofree char *path = xasprintf("/events?since=%.0f&until=%.6f&filters=%s",
					until - LOOK_BACK, until, escaped);
	autofree char *what = xasprintf("%s: /events", p->c->docker.host);
	if (http_fetch(p->h, p->prefix, path, p->d, &body, &status, &mine)) {
		if (status == 0 || status == 200)
			return *p->e = mine, -1;
		report_line(REPORT_WARNING,
			    "%s; a container that dies may be served for two seconds more (let "
			    "GET /events through)",
			    mine.msg);
		return 0;
	}
	struct input in = {EX_UNAVAILABLE, what, p->e};
	json_auto_t *events = event_list(&in, &body);
	size_t i;
	json_t *event;
	json_array_foreach(events, i, event) note_event(p, &in, event);
	return p->e->exit ? -1 : 0;
}

/* Listed as running, but dead. One that restarts is what the list says. */
static bool is_dead(const struct pass *p, const struct input *in, const json_t *v)
{
	const char *state = input_str(in, v, "State");
	return json_object_get(p->dead, input_str(in, v, "Id")) &&
	       (strcmp(state, "running") == 0 || strcmp(state, "paused") == 0);
}

/* --- one container ------------------------------------------------------------- */

/* With legacy links there are names like "/other/alias": its own has one slash. */
static const char *own_name(const struct input *in, const json_t *v)
{
	const json_t *names = input_get(in, v, "Names", JSON_ARRAY), *n;
	size_t i;
	json_array_foreach(names, i, n)
	{
		const char *s = json_string_value(n);
		if (s && s[0] == '/' && s[1] && !strchr(s + 1, '/'))
			return s + 1;
	}
	return "";
}

/* Until API 1.52 the state of health is only in "Up 5 minutes (healthy)". */
static const char *health_of(const struct input *in, json_t *v)
{
	static const struct {
		const char *status, *health;
	} ends[] = {{"(healthy)", "healthy"},
		    {"(unhealthy)", "unhealthy"},
		    {"(health: starting)", "starting"}};
	const json_t *health = input_path(in, v, "Health");
	const char *s = health ? input_str(in, health, "Status") : "";
	for (size_t i = 0; i < ARRAY_LEN(ends); i++)
		if (strcmp(s, ends[i].health) == 0)
			return ends[i].health;
	s = input_str(in, v, "Status");
	for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
		size_t len = strlen(s), n = strlen(ends[i].status);
		if (len >= n && strcmp(s + len - n, ends[i].status) == 0)
			return ends[i].health;
	}
	return "none";
}

static void add_ports(const struct input *in, json_t *m, const json_t *v)
{
	const json_t *ports = input_get(in, v, "Ports", JSON_ARRAY), *p;
	size_t i;
	json_array_foreach(ports, i, p) if (strcmp(input_str(in, p, "Type"), "tcp") == 0)
	    member_port(m, input_int(in, p, "PrivatePort"));
}

/* In a container of its own the balancer reaches only the networks it is on.
 * If it seems to be on none of a container's, the networks are routed to in
 * some way that cannot be seen from here: then none is ruled out. */
static void mark_shared(json_t *m)
{
	json_t *networks = json_object_get(m, "networks"), *n;
	size_t i;
	bool any = false;
	json_array_foreach(networks, i, n) any |= json_is_true(json_object_get(n, "shared"));
	if (any)
		return;
	json_array_foreach(networks, i, n) json_object_set_new(n, "shared", json_true());
}

static void add_networks(const struct pass *p, const struct input *in, json_t *m, json_t *v)
{
	/* the routing mesh's own network, of a Swarm task: nobody is reached by it */
	const json_t *labels = input_path(in, v, "Labels");
	bool task = json_object_get(labels, "com.docker.swarm.task.id") != NULL;
	const char *name;
	json_t *networks = input_path(in, v, "NetworkSettings.Networks"), *n;
	json_object_foreach(networks, name, n)
	{
		const char *ip4 = input_str(in, n, "IPAddress");
		const char *ip6 = input_str(in, n, "GlobalIPv6Address");
		bool mesh = task && strcmp(name, "ingress") == 0;
		if ((*ip4 || *ip6) && !mesh)
			member_network(m, name, ip4, ip6,
				       here_shares(&p->here, *ip4 ? ip4 : ip6, false));
	}
	mark_shared(m);
}

static const char *mode_of(const struct input *in, json_t *v)
{
	const json_t *host = input_path(in, v, "HostConfig");
	const char *mode = host ? input_str(in, host, "NetworkMode") : "";
	return !*mode || strcmp(mode, "default") == 0 ? "bridge" : mode;
}

/* --- --network container:X --------------------------------------------------------- */

/* By id and by name, so that ten thousand of them stay fast. */
static void add_index(struct pass *p, const struct input *in, const json_t *list)
{
	size_t i;
	json_t *v;
	json_array_foreach(list, i, v)
	{
		autofree char *slash = xasprintf("/%s", own_name(in, v));
		json_object_set(p->index, input_str(in, v, "Id"), v);
		json_object_set(p->index, slash, v);
	}
}

static json_t *find(const struct pass *p, const char *ref)
{
	autofree char *slash = xasprintf("/%s", ref);
	json_t *v = json_object_get(p->index, ref);
	return v ? v : json_object_get(p->index, slash);
}

/* The container whose network v uses: v itself, or the end of its chain of
 * container:X; NULL if that one is not running or the chain does not end.
 * *missing gets the one that is not in the lists. */
static json_t *net_owner(const struct pass *p, const struct input *in, json_t *v, bool *missing)
{
	for (int i = 0; i < JOIN_MAX; i++) {
		const char *mode = mode_of(in, v);
		if (!str_prefix(mode, "container:"))
			return v;
		v = find(p, mode + strlen("container:"));
		if (!v) {
			*missing = true;
			return NULL;
		}
		if (is_dead(p, in, v))
			return NULL;
	}
	return NULL;
}

static bool joins(const struct input *in, json_t *v)
{
	return str_prefix(mode_of(in, v), "container:");
}

/* One more request, and only if a labelled container uses the network of one
 * that is not labelled. */
static int fetch_others(struct pass *p, const struct input *in)
{
	size_t i;
	json_t *v;
	bool any = false;
	json_array_foreach(p->list, i, v) any |= joins(in, v);
	if (!any)
		return p->e->exit ? -1 : 0;
	p->index = json_object();
	add_index(p, in, p->list);
	any = false;
	json_array_foreach(p->list, i, v)
	{
		bool missing = false;
		net_owner(p, in, v, &missing);
		any |= missing;
	}
	if (!any || p->e->exit)
		return p->e->exit ? -1 : 0;
	p->others = list_get(p, "{}");
	if (!p->others)
		return -1;
	add_index(p, in, p->others);
	return p->e->exit ? -1 : 0;
}

/* --- all of them --------------------------------------------------------------- */

static json_t *container(const struct pass *p, const struct input *in, json_t *v)
{
	const char *name = own_name(in, v), *id = input_str(in, v, "Id");
	bool missing = false;
	json_t *owner = net_owner(p, in, v, &missing);
	if (!*id)
		err_set(p->e, EX_UNAVAILABLE, "%s: a container without Id", in->what);
	autofree char *short_id = xstrndup(id, 12);
	json_t *m = member_new("container", id, *name ? name : short_id, "");
	member_labels(m, input_path(in, v, "Labels"), p->c->labels.prefix);
	json_object_set_new(m, "created", json_integer(input_int(in, v, "Created")));
	json_object_set_new(m, "state", json_string(input_str(in, v, "State")));
	json_object_set_new(m, "health", json_string(health_of(in, v)));
	json_object_set_new(m, "network_mode", json_string(mode_of(in, owner ? owner : v)));
	add_ports(in, m, v);
	if (owner) {
		add_networks(p, in, m, owner);
		if (!json_array_size(json_object_get(m, "ports")))
			add_ports(in, m, owner);
	}
	member_tidy(m);
	return m;
}

static int collect(struct pass *p, json_t *members)
{
	autofree char *what = xasprintf("%s: /containers/json", p->c->docker.host);
	autofree char *filter = label_filter(p->c);
	struct input in = {EX_UNAVAILABLE, what, p->e};
	if (http_open(&p->h, p->c, p->c->docker.host, p->e) ||
	    http_api(p->h, p->d, p->prefix, p->e))
		return -1;
	p->dead = json_object();
	double asked = clock_wall();
	p->list = list_get(p, filter);
	if (!p->list || fetch_others(p, &in) || (json_array_size(p->list) && look_back(p, asked)))
		return -1;
	json_auto_t *found = json_array();
	size_t i;
	json_t *v;
	json_array_foreach(p->list, i, v)
	{
		if (is_dead(p, &in, v))
			continue;
		json_array_append_new(found, container(p, &in, v));
		if (p->e->exit)
			return -1;
	}
	json_array_extend(members, found);
	return 0;
}

int docker_members(json_t *members, const struct config *c, struct deadline d, struct err *e)
{
	struct err mine = {0};
	struct pass p = {.c = c, .d = d, .e = &mine};
	here_look(&p.here);
	int rc = collect(&p, members);
	pass_end(&p);
	if (rc && e && !e->exit)
		*e = mine;
	return rc;
}
