/* triplets: see triplets.h. */
#include "tests/unit/triplets.h"

#include <string.h>
#include <unistd.h>

static json_t *labels_of(const json_t *from, bool raw)
{
	json_t *out = json_object(), *all = json_object_get(from, "labels"), *v;
	const char *key;
	if (!raw)
		json_object_set_new(out, "lb.enable", json_string("Y"));
	json_object_foreach(all, key, v)
	{
		autofree char *full = raw ? xstrdup(key) : xasprintf("lb.%s", key);
		json_object_set(out, full, v);
	}
	return out;
}

static json_t *member_of(const json_t *from, size_t place)
{
	bool raw = json_is_true(json_object_get(from, "raw"));
	autofree char *ip = xasprintf("10.0.%zu.%zu", place / 250, place % 250 + 1);
	json_t *m = json_pack(
	    "{s:s, s:s, s:i, s:s, s:s, s:s, s:s, s:[], s:[], s:[{s:s, s:s, s:s, s:b}]}", "kind",
	    "container", "service", "", "created", (int)place + 1, "state", "running", "health",
	    "none", "network_mode", "bridge", "address", "", "ports", "published", "networks",
	    "name", "bridge", "ipv4", ip, "ipv6", "", "shared", 1);
	json_t *v;
	const char *key;
	json_t *all = json_incref(json_object_get(from, "name"));
	json_object_set_new(m, "id", all);
	json_object_set(m, "name", all);
	json_t *copy = json_deep_copy(from);
	json_object_foreach(copy, key, v)
	{
		if (strcmp(key, "labels") != 0 && strcmp(key, "raw") != 0)
			json_object_set(m, key, v);
	}
	json_object_set_new(m, "labels", labels_of(from, raw));
	json_decref(copy);
	return m;
}

json_t *triplet_snapshot(const json_t *one)
{
	json_t *root = json_pack("{s:i, s:i, s:[], s:[], s:{}}", "lbgen", 1, "taken", 0, "members",
				 "peers", "certs");
	json_t *from;
	size_t i;
	json_array_foreach(json_object_get(one, "members"), i, from)
	    json_array_append_new(json_object_get(root, "members"), member_of(from, i));
	static const char *const keys[] = {"peers", "self", "peers_fault", "certs"};
	for (i = 0; i < ARRAY_LEN(keys); i++)
		if (json_object_get(one, keys[i]))
			json_object_set(root, keys[i], json_object_get(one, keys[i]));
	return root;
}

void triplet_config(const json_t *one, struct config *c)
{
	char path[] = "/tmp/lb.ini.XXXXXX";
	const char *ini = json_string_value(json_object_get(one, "ini"));
	struct err e = {0};
	int fd = mkstemp(path);
	if (fd < 0 || (ini && write(fd, ini, strlen(ini)) < 0))
		abort();
	close(fd);
	int rc = config_load(c, path, &e);
	unlink(path);
	if (rc) {
		fprintf(stderr, "%s\n", e.msg);
		abort();
	}
}

json_t *triplet_at(const json_t *data, const char *path)
{
	const json_t *at = data;
	autofree char *copy = xstrdup(path);
	char *rest = copy, *word;
	while (at && (word = strsep(&rest, "/"))) {
		if (strcmp(word, "#") == 0)
			return json_integer((json_int_t)(json_is_array(at) ? json_array_size(at)
									   : json_object_size(at)));
		at = json_is_array(at) ? json_array_get(at, strtoul(word, NULL, 10))
				       : json_object_get(at, word);
	}
	json_t *found;
	memcpy(&found, &at, sizeof(found)); /* references are counted in const data too */
	return json_incref(found);
}

json_t *triplet_findings(const struct model *m)
{
	json_t *a = json_array();
	for (size_t i = 0; i < m->n_findings; i++) {
		const struct finding *f = &m->findings[i];
		json_array_append_new(
		    a, json_sprintf("%s/%s %s", f->member, f->service,
				    f->kind == FINDING_WARNING ? "warning" : f->reason));
	}
	return a;
}
