/* swarm: see swarm.h. */
#include "swarm.h"

#include <string.h>
#include <time.h>

#include "here.h"
#include "http.h"
#include "input.h"
#include "member.h"
#include "value.h"

/* With more services than this their ids would make the request line longer
 * than the answer saved by it. */
#define FILTER_MAX 200

/* A machine that is gone refuses nothing: the next manager waits no longer than this. */
#define CONNECT_MS 2000

/* One pass over one manager. */
struct pass {
	const struct config *c;
	const char *host;
	struct deadline d;
	bool last; /* no other manager is left to ask */
	struct here here;
	struct http *h;
	char prefix[40];
	long status;       /* of the last request */
	json_t *services;  /* id → service, those that carry the enable label */
	json_t *nodes;     /* id → node */
	json_t *hostnames; /* host name → how many nodes that live have it */
	json_t *slots;     /* "service slot" → the task that counts */
	struct input in;
	struct err err;
};

static void pass_end(struct pass *p)
{
	http_free(p->h);
	here_free(&p->here);
	json_decref(p->services);
	json_decref(p->nodes);
	json_decref(p->hostnames);
	json_decref(p->slots);
}

/* One list of objects from the manager. */
static json_t *list_get(struct pass *p, const char *path)
{
	autobuf struct buf body = {0};
	if (http_fetch(p->h, p->prefix, path, p->d, &body, &p->status, &p->err))
		return NULL;
	autofree char *what = xasprintf("%s: %.*s", p->host, (int)strcspn(path, "?"), path);
	json_auto_t *list = input_json(&body, false, EX_UNAVAILABLE, what, &p->err);
	if (list && !json_is_array(list))
		err_set(&p->err, EX_UNAVAILABLE, "%s: the answer is no list", what);
	size_t i;
	json_t *v;
	json_array_foreach(list, i, v) if (!json_is_string(json_object_get(v, "ID")))
	    err_set(&p->err, EX_UNAVAILABLE, "%s: entry %zu has no ID", what, i);
	return p->err.exit ? NULL : json_incref(list);
}

/* --- services ------------------------------------------------------------------- */

static json_t *container_labels(const struct input *in, json_t *service)
{
	return input_path(in, service, "Spec.TaskTemplate.ContainerSpec.Labels");
}

static json_t *service_labels(const struct input *in, json_t *service)
{
	return input_path(in, service, "Spec.Labels");
}

/* The label of the service wins over the one of its containers. */
static bool is_labelled(const struct pass *p, json_t *service)
{
	const char *wanted = p->c->labels.enable_value;
	autofree char *key = xasprintf("%s.enable", p->c->labels.prefix);
	const json_t *v = json_object_get(service_labels(&p->in, service), key);
	if (!v)
		v = json_object_get(container_labels(&p->in, service), key);
	return v && (!wanted || str_cmp(json_string_value(v), wanted) == 0);
}

static int get_services(struct pass *p)
{
	json_auto_t *list = list_get(p, "/services");
	size_t i;
	json_t *v;
	p->services = json_object();
	json_array_foreach(list, i, v) if (is_labelled(p, v))
	    json_object_set(p->services, input_str(&p->in, v, "ID"), v);
	return p->err.exit ? -1 : 0;
}

/* --- nodes ---------------------------------------------------------------------- */

static const char *hostname_of(const struct input *in, json_t *node)
{
	const json_t *d = input_path(in, node, "Description");
	return d ? input_str(in, d, "Hostname") : "";
}

/* "unknown" is what a new leader says of every node until it has heard of it:
 * nothing has happened to the tasks there. */
static bool node_lives(const struct input *in, json_t *node)
{
	const json_t *s = input_path(in, node, "Status");
	const char *state = s ? input_str(in, s, "State") : "";
	return strcmp(state, "ready") == 0 || strcmp(state, "unknown") == 0;
}

static int get_nodes(struct pass *p)
{
	json_auto_t *list = list_get(p, "/nodes");
	size_t i;
	json_t *v;
	p->nodes = json_object();
	p->hostnames = json_object();
	json_array_foreach(list, i, v)
	{
		const char *name = hostname_of(&p->in, v);
		json_int_t n = json_integer_value(json_object_get(p->hostnames, name));
		json_object_set(p->nodes, input_str(&p->in, v, "ID"), v);
		/* one that was made anew leaves its old entry behind, as down */
		if (node_lives(&p->in, v))
			json_object_set_new(p->hostnames, name, json_integer(n + 1));
	}
	return p->err.exit ? -1 : 0;
}

/* Where the node is reached: 0.0.0.0 is what some managers say of themselves;
 * their address as a manager is right then. "" if unknown. */
static void node_address(const struct input *in, json_t *node, char out[46])
{
	const json_t *s = input_path(in, node, "Status");
	const json_t *m = input_path(in, node, "ManagerStatus");
	const char *addr = s ? input_str(in, s, "Addr") : "", *why;
	if (value_ip(addr, out, &why) && value_ip_unicast(out))
		return;
	addr = m ? input_str(in, m, "Addr") : "";
	const char *colon = strrchr(addr, ':');
	size_t len = colon ? (size_t)(colon - addr) : strlen(addr);
	if (len && addr[0] == '[' && addr[len - 1] == ']') {
		addr++;
		len -= 2;
	}
	autofree char *ip = xstrndup(addr, len);
	if (!value_ip(ip, out, &why))
		out[0] = '\0';
}

/* --- tasks ---------------------------------------------------------------------- */

/* Tasks that are meant to run, of the labelled services. */
static char *task_path(const struct pass *p)
{
	json_auto_t *filters = json_pack("{s:[s]}", "desired-state", "running");
	if (json_object_size(p->services) <= FILTER_MAX) {
		json_t *ids = json_array(), *v;
		const char *id;
		json_object_foreach(p->services, id, v) json_array_append_new(ids, json_string(id));
		json_object_set_new(filters, "service", ids);
	}
	autofree char *text = json_dumps(filters, JSON_COMPACT | JSON_SORT_KEYS);
	autofree char *escaped = http_escape(text ? text : "{}");
	return xasprintf("/tasks?filters=%s", escaped);
}

static const char *state_of(const struct input *in, json_t *task)
{
	const json_t *s = input_path(in, task, "Status");
	return s ? input_str(in, s, "State") : "";
}

static bool serves(const struct pass *p, json_t *task)
{
	json_t *node = json_object_get(p->nodes, input_str(&p->in, task, "NodeID"));
	return node && node_lives(&p->in, node) &&
	       strcmp(input_str(&p->in, task, "DesiredState"), "running") == 0 &&
	       strcmp(state_of(&p->in, task), "running") == 0;
}

/* While a start-first update goes on, a slot has two tasks for a moment, and
 * both may be meant to run: the newest that serves is the one. */
static bool is_better(const struct pass *p, json_t *task, json_t *than)
{
	bool a = serves(p, task), b = serves(p, than);
	int newer =
	    str_cmp(input_str(&p->in, task, "CreatedAt"), input_str(&p->in, than, "CreatedAt"));
	if (a != b)
		return a;
	if (newer)
		return newer > 0;
	return str_cmp(input_str(&p->in, task, "ID"), input_str(&p->in, than, "ID")) > 0;
}

/* "shop_web.3", for a global service "shop_web.NODE". */
static char *task_name(const struct pass *p, json_t *service, json_t *task)
{
	const json_t *spec = input_path(&p->in, service, "Spec");
	const char *name = spec ? input_str(&p->in, spec, "Name") : "";
	int64_t slot = input_int(&p->in, task, "Slot");
	if (slot)
		return xasprintf("%s.%lld", name, (long long)slot);
	const char *id = input_str(&p->in, task, "NodeID");
	const char *host = hostname_of(&p->in, json_object_get(p->nodes, id));
	json_int_t twins = json_integer_value(json_object_get(p->hostnames, host));
	return xasprintf("%s.%s", name, *host && twins == 1 ? host : id);
}

static int get_tasks(struct pass *p)
{
	autofree char *path = task_path(p);
	json_auto_t *list = list_get(p, path);
	size_t i;
	json_t *v;
	p->slots = json_object();
	json_array_foreach(list, i, v)
	{
		json_t *service = json_object_get(p->services, input_str(&p->in, v, "ServiceID"));
		if (!service)
			continue;
		autofree char *name = task_name(p, service, v);
		json_t *had = json_object_get(p->slots, name);
		if (!had || is_better(p, v, had))
			json_object_set(p->slots, name, v);
	}
	return p->err.exit ? -1 : 0;
}

/* --- members -------------------------------------------------------------------- */

/* "2026-05-20T01:02:03.4Z" in seconds; 0 if it is not that. */
static int64_t seconds_of(const char *s)
{
	struct tm t = {0};
	return strptime(s, "%Y-%m-%dT%H:%M:%S", &t) ? (int64_t)timegm(&t) : 0;
}

/* The first address of each family of one attachment, without its mask. */
static void attach(const struct pass *p, json_t *m, json_t *attachment)
{
	const struct input *in = &p->in;
	json_t *network = input_path(in, attachment, "Network"), *v;
	const json_t *spec = input_path(in, network, "Spec");
	const json_t *driver = input_path(in, network, "DriverState");
	char ip[2][64] = {"", ""};
	size_t i;
	if (!spec || input_bool(in, spec, "Ingress"))
		return; /* the routing mesh's own network: nobody is reached by it */
	const char *kind = driver ? input_str(in, driver, "Name") : "";
	if (strcmp(kind, "host") == 0 || strcmp(input_str(in, spec, "Name"), "host") == 0)
		json_object_set_new(m, "network_mode", json_string("host"));
	const json_t *addresses = input_get(in, attachment, "Addresses", JSON_ARRAY);
	json_array_foreach(addresses, i, v)
	{
		const char *s = json_string_value(v) ? json_string_value(v) : "";
		size_t len = strcspn(s, "/");
		char *to = ip[memchr(s, ':', len) ? 1 : 0];
		if (!*to && len < 64)
			snprintf(to, 64, "%.*s", (int)len, s);
	}
	if (ip[0][0] || ip[1][0])
		member_network(
		    m, input_str(in, spec, "Name"), ip[0], ip[1],
		    here_shares(&p->here, ip[0][0] ? ip[0] : ip[1], strcmp(kind, "overlay") == 0));
}

/* Ports that the node itself has open for this very task. */
static void publish(const struct pass *p, json_t *m, json_t *task, const char *address)
{
	const struct input *in = &p->in;
	const json_t *status = input_path(in, task, "Status.PortStatus"), *v;
	json_t *to = json_object_get(m, "published");
	size_t i;
	const json_t *ports = status ? input_get(in, status, "Ports", JSON_ARRAY) : NULL;
	json_array_foreach(ports, i, v)
	{
		int64_t target = input_int(in, v, "TargetPort"),
			port = input_int(in, v, "PublishedPort");
		const char *protocol = input_str(in, v, "Protocol"),
			   *mode = input_str(in, v, "PublishMode");
		if (!*address || target < 1 || port < 1 ||
		    (*protocol && strcmp(protocol, "tcp") != 0) || strcmp(mode, "host") != 0)
			continue;
		json_array_append_new(to, json_pack("{s:I, s:I, s:s}", "target", (json_int_t)target,
						    "port", (json_int_t)port, "ip", address));
	}
}

static void add_ports(const struct pass *p, json_t *m, json_t *service)
{
	const json_t *spec = input_path(&p->in, service, "Spec.EndpointSpec"), *v;
	size_t i;
	const json_t *ports = spec ? input_get(&p->in, spec, "Ports", JSON_ARRAY) : NULL;
	json_array_foreach(ports, i, v)
	{
		const char *protocol = input_str(&p->in, v, "Protocol");
		if (!*protocol || strcmp(protocol, "tcp") == 0)
			member_port(m, input_int(&p->in, v, "TargetPort"));
	}
}

static json_t *task_member(const struct pass *p, const char *name, json_t *task)
{
	const struct input *in = &p->in;
	json_t *service = json_object_get(p->services, input_str(in, task, "ServiceID"));
	json_t *node = json_object_get(p->nodes, input_str(in, task, "NodeID")), *v;
	const json_t *spec = input_path(in, service, "Spec");
	json_t *m = member_new("task", input_str(in, task, "ID"), name,
			       spec ? input_str(in, spec, "Name") : "");
	char address[46];
	size_t i;
	member_labels(m, container_labels(in, service), p->c->labels.prefix);
	member_labels(m, service_labels(in, service), p->c->labels.prefix);
	json_object_set_new(m, "created",
			    json_integer(seconds_of(input_str(in, task, "CreatedAt"))));
	json_object_set_new(m, "state", json_string(serves(p, task) ? "running" : "not-running"));
	const json_t *attachments = input_get(in, task, "NetworksAttachments", JSON_ARRAY);
	json_array_foreach(attachments, i, v) attach(p, m, v);
	node_address(in, node, address);
	publish(p, m, task, address);
	add_ports(p, m, service);
	if (strcmp(json_string_value(json_object_get(m, "network_mode")), "host") == 0)
		json_object_set_new(m, "address", json_string(address));
	member_tidy(m);
	return m;
}

/* --- one manager, and all of them -------------------------------------------------- */

static int collect(struct pass *p, json_t *found)
{
	const char *name;
	json_t *task;
	if (http_open(&p->h, p->c, p->host, &p->err))
		return -1;
	if (!p->last)
		http_connect_within(p->h, CONNECT_MS);
	if (http_api(p->h, p->d, p->prefix, &p->err) || get_services(p))
		return -1;
	if (!json_object_size(p->services))
		return 0;
	if (get_nodes(p) || get_tasks(p))
		return -1;
	json_object_foreach(p->slots, name, task)
	    json_array_append_new(found, task_member(p, name, task));
	return p->err.exit ? -1 : 0;
}

/* A manager that is locked or has no leader says so itself. */
static bool no_manager(const struct pass *p)
{
	if (p->status == 503)
		return strstr(p->err.msg, "not a swarm manager");
	return p->status == 406 && strstr(p->err.msg, "swarm");
}

static int ask_manager(json_t *members, const struct config *c, const char *host, struct deadline d,
		       bool last, struct err *e)
{
	struct pass p = {.c = c, .host = host, .d = d, .last = last};
	json_auto_t *found = json_array();
	p.in = (struct input){EX_UNAVAILABLE, host, &p.err};
	here_look(&p.here);
	int rc = collect(&p, found);
	pass_end(&p);
	if (rc == 0) {
		json_array_extend(members, found);
		return 0;
	}
	if (no_manager(&p))
		return err_set(
		    e, EX_UNAVAILABLE,
		    "%s: this engine is no Swarm manager (it answered %ld); name managers in "
		    "[swarm] host, or balance by DNS with [service NAME] target = tasks.NAME:PORT",
		    host, p.status);
	*e = p.err;
	return -1;
}

int swarm_members(json_t *members, const struct config *c, struct deadline d, struct err *e)
{
	char *only[] = {c->docker.host, NULL};
	char *const *hosts = c->swarm.host && c->swarm.host[0] ? c->swarm.host : only;
	autobuf struct buf why = {0};
	size_t n = 0;
	while (hosts[n])
		n++;
	for (size_t i = 0; i < n; i++) {
		struct err mine = {0};
		/* each gets its share of the time, so that a dead one leaves some to the next */
		struct deadline share = deadline_sooner(d, deadline_left(d) / (int64_t)(n - i));
		if (ask_manager(members, c, hosts[i], share, i + 1 == n, &mine) == 0)
			return 0;
		buf_addf(&why, "%s%s", i ? "; " : "", mine.msg);
	}
	return err_set(e, EX_UNAVAILABLE, "%s%s", n > 1 ? "no Swarm manager answered: " : "",
		       why.len ? why.s : "[swarm] host is empty");
}
