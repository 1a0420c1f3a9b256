/* snapshot: see snapshot.h. */
#include "snapshot.h"

#include <string.h>
#include <time.h>

#include "cert.h"
#include "dns.h"
#include "docker.h"
#include "input.h"
#include "member.h"
#include "swarm.h"

#define SAVED_MAX ((size_t)256 << 20)

/* --- taking -------------------------------------------------------------------- */

static bool docker_on(const struct config *c)
{
	return c->docker.enable;
}

static bool swarm_on(const struct config *c)
{
	return c->swarm.enable;
}

static bool dns_on(const struct config *c)
{
	return c->n_services > 0;
}

static const struct provider {
	bool (*on)(const struct config *c);
	int (*members)(json_t *members, const struct config *c, struct deadline d, struct err *e);
} providers[] = {
    {docker_on, docker_members},
    {swarm_on, swarm_members},
    {dns_on, dns_members},
};

static json_t *snapshot_new(json_int_t taken)
{
	return json_pack("{s:i, s:I, s:[], s:[], s:s, s:s, s:{}}", "lbgen", 1, "taken", taken,
			 "members", "peers", "self", "", "peers_fault", "", "certs");
}

void snapshot_none(struct snapshot *s)
{
	s->root = snapshot_new(0);
}

void snapshot_services(struct snapshot *s, const struct config *c)
{
	s->root = snapshot_new((json_int_t)time(NULL));
	json_t *members = json_object_get(s->root, "members");
	for (size_t i = 0; i < c->n_services; i++) {
		const struct ini_service *from = &c->services[i];
		json_array_append_new(members,
				      dns_member(c, from, "static", from->name, "192.0.2.1", 80));
	}
	member_sort(members);
	cert_judge(json_object_get(s->root, "certs"), members, c);
}

/* Servers count more than peers: an outage there is told and keeps those that
 * were known, but it stops nothing. */
static int take_peers(json_t *root, const struct config *c, struct deadline d, struct err *e)
{
	struct err mine = {0};
	if (!c->peers.enable || !c->peers.target || dns_peers(root, c, d, &mine) == 0)
		return 0;
	if (mine.exit == EX_UNAVAILABLE) {
		json_object_set_new(root, "peers_fault", json_string(mine.msg));
		return 0;
	}
	*e = mine;
	return -1;
}

int snapshot_take(struct snapshot *s, const struct config *c, struct deadline d, struct err *e)
{
	json_auto_t *root = snapshot_new((json_int_t)time(NULL));
	json_t *members = json_object_get(root, "members");
	for (size_t i = 0; i < ARRAY_LEN(providers); i++)
		if (providers[i].on(c) && providers[i].members(members, c, d, e))
			return -1;
	if (take_peers(root, c, d, e))
		return -1;
	member_sort(members);
	cert_judge(json_object_get(root, "certs"), members, c);
	s->root = json_incref(root);
	return 0;
}

/* --- reading one back ------------------------------------------------------------ */

/* root[key] as the type, an empty one if it is missing. */
static json_t *part(const struct input *in, json_t *root, const char *key, json_type type)
{
	json_t *v = input_get(in, root, key, type);
	if (!v) {
		json_object_set_new(root, key, type == JSON_OBJECT ? json_object() : json_array());
		v = json_object_get(root, key);
	}
	return v;
}

static int check_certs(const struct input *in, const json_t *certs)
{
	const char *path;
	json_t *v;
	json_object_foreach((json_t *)(uintptr_t)certs, path, v)
	{
		static const char *const keys[] = {"digest", "fault"};
		if (!json_is_object(v))
			return err_set(in->e, in->exit, "%s: certs: an entry is no object",
				       in->what);
		for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
			const char *s = input_str(in, v, keys[i]);
			if (!json_object_get(v, keys[i]))
				json_object_set_new(v, keys[i], json_string(s));
		}
		input_int(in, v, "expires");
	}
	return in->e->exit ? -1 : 0;
}

static int check(const struct input *in, json_t *root)
{
	if (!json_is_object(root) || input_int(in, root, "lbgen") != 1)
		return err_set(
		    in->e, in->exit,
		    "%s: no snapshot of this version (\"lbgen\": 1 is missing; `lbgen snapshot` "
		    "writes one)",
		    in->what);
	json_t *members = part(in, root, "members", JSON_ARRAY), *v;
	json_t *peers = part(in, root, "peers", JSON_ARRAY);
	json_t *certs = part(in, root, "certs", JSON_OBJECT);
	input_int(in, root, "taken");
	input_str(in, root, "self");
	input_str(in, root, "peers_fault");
	if (in->e->exit)
		return -1;
	size_t i;
	json_array_foreach(members, i, v) if (member_check(v, i, in->what, in->e)) return -1;
	json_array_foreach(peers, i, v) if (!json_is_string(v)) return err_set(
	    in->e, in->exit, "%s: peers[%zu] is no string", in->what, i);
	member_sort(members);
	return check_certs(in, certs);
}

int snapshot_load(struct snapshot *s, const char *path, struct err *e)
{
	autobuf struct buf text = {0};
	struct err mine = {0};
	bool std = strcmp(path, "-") == 0;
	struct input in = {EX_DATAERR, std ? "standard input" : path, &mine};
	json_auto_t *root = NULL;
	if (file_read(std ? "/dev/stdin" : path, SAVED_MAX, EX_NOINPUT, &text, &mine) == 0)
		root = input_json(&text, true, EX_DATAERR, in.what, &mine);
	if (!root || check(&in, root)) {
		if (e && !e->exit)
			*e = mine;
		return -1;
	}
	s->root = json_incref(root);
	return 0;
}

char *snapshot_text(const struct snapshot *s)
{
	struct buf b = {0};
	autofree char *text = json_dumps(s->root, JSON_SORT_KEYS | JSON_INDENT(2));
	buf_adds(&b, text ? text : "{}");
	buf_addc(&b, '\n');
	return buf_steal(&b);
}

void snapshot_free(struct snapshot *s)
{
	json_decref(s->root);
	s->root = NULL;
}
