/* member: see member.h. */
#include "member.h"

#include <string.h>

#include "value.h"

/* --- the fields, once -------------------------------------------------------- */

struct field {
	const char *name;
	json_type type;
	const char *text; /* default of a string */
	int64_t number;   /* default of a number */
	bool required;
};

/* clang-format off */
static const struct field fields[] = {
	{"address",      JSON_STRING,  "",        0,  false},
	{"created",      JSON_INTEGER, NULL,      0,  false},
	{"health",       JSON_STRING,  "none",    0,  false},
	{"id",           JSON_STRING,  "",        0,  false},
	{"kind",         JSON_STRING,  NULL,      0,  true},
	{"labels",       JSON_OBJECT,  NULL,      0,  false},
	{"name",         JSON_STRING,  NULL,      0,  true},
	{"network_mode", JSON_STRING,  "bridge",  0,  false},
	{"networks",     JSON_ARRAY,   NULL,      0,  false},
	{"port",         JSON_INTEGER, NULL,      0,  false},
	{"ports",        JSON_ARRAY,   NULL,      0,  false},
	{"published",    JSON_ARRAY,   NULL,      0,  false},
	{"service",      JSON_STRING,  "",        0,  false},
	{"state",        JSON_STRING,  "running", 0,  false},
	{"weight",       JSON_INTEGER, NULL,      -1, false},
};

static const struct field network_fields[] = {
	{"ipv4",   JSON_STRING, "",   0, false},
	{"ipv6",   JSON_STRING, "",   0, false},
	{"name",   JSON_STRING, NULL, 0, true},
	{"shared", JSON_TRUE,   NULL, 1, false},
};

static const struct field published_fields[] = {
	{"ip",     JSON_STRING,  "",   0, false},
	{"port",   JSON_INTEGER, NULL, 0, true},
	{"target", JSON_INTEGER, NULL, 0, true},
};
/* clang-format on */

static json_t *field_default(const struct field *f)
{
	if (f->type == JSON_STRING)
		return json_string(f->text ? f->text : "");
	if (f->type == JSON_INTEGER)
		return json_integer(f->number);
	if (f->type == JSON_TRUE)
		return json_boolean(f->number);
	return f->type == JSON_OBJECT ? json_object() : json_array();
}

json_t *member_new(const char *kind, const char *id, const char *name, const char *service)
{
	json_t *m = json_object();
	for (size_t i = 0; i < ARRAY_LEN(fields); i++)
		json_object_set_new_nocheck(m, fields[i].name, field_default(&fields[i]));
	json_object_set_new(m, "kind", json_string(kind));
	json_object_set_new(m, "id", json_string(id));
	json_object_set_new(m, "name", json_string(name));
	json_object_set_new(m, "service", json_string(service));
	return m;
}

/* --- filling ------------------------------------------------------------------- */

static bool is_ours(const char *key, const char *prefix)
{
	size_t n = strlen(prefix);
	return strncmp(key, prefix, n) == 0 && (key[n] == '.' || key[n] == '\0');
}

void member_labels(json_t *member, const json_t *labels, const char *prefix)
{
	json_t *to = json_object_get(member, "labels");
	for (void *it = json_object_iter((json_t *)(uintptr_t)labels); it;
	     it = json_object_iter_next((json_t *)(uintptr_t)labels, it)) {
		const char *key = json_object_iter_key(it);
		json_t *v = json_object_iter_value(it);
		if (!is_ours(key, prefix))
			continue;
		if (json_is_string(v))
			json_object_set_nocheck(to, key, v);
		else
			json_object_set_new_nocheck(to, key, json_string("\x01"));
	}
}

void member_label(json_t *member, const char *prefix, const char *key, const char *value)
{
	json_t *to = json_object_get(member, "labels");
	autofree char *full = xasprintf("%s.%s", prefix, key);
	json_t *text = json_string(value);
	if (!text) /* no UTF-8: a label that is bad, not one that is missing */
		text = json_string("\x01");
	if (!json_object_get(to, full))
		json_object_set(to, full, text);
	json_decref(text);
}

/* Canonical spelling, "" for what is no address of the family: an engine's
 * word goes into haproxy.cfg in the end. */
static json_t *ip_text(const char *ip, bool six)
{
	char out[46];
	const char *why;
	bool right = *ip && value_ip(ip, out, &why) && (strchr(out, ':') != NULL) == six;
	return json_string(right ? out : "");
}

void member_network(json_t *member, const char *name, const char *ipv4, const char *ipv6,
		    bool shared)
{
	json_t *n = json_object();
	json_object_set_new(n, "name", json_string(name));
	json_object_set_new(n, "ipv4", ip_text(ipv4, false));
	json_object_set_new(n, "ipv6", ip_text(ipv6, true));
	json_object_set_new(n, "shared", json_boolean(shared));
	json_array_append_new(json_object_get(member, "networks"), n);
}

void member_port(json_t *member, int64_t port)
{
	if (port >= 1 && port <= 65535)
		json_array_append_new(json_object_get(member, "ports"), json_integer(port));
}

/* --- order ------------------------------------------------------------------- */

static const json_t *at(const void *p)
{
	return *(json_t *const *)p;
}

static const char *text_of(const json_t *v, const char *key)
{
	return json_string_value(json_object_get(v, key));
}

static int64_t number_of(const json_t *v, const char *key)
{
	return json_integer_value(json_object_get(v, key));
}

static int by_number(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int cmp_integer(const void *a, const void *b)
{
	return by_number(json_integer_value(at(a)), json_integer_value(at(b)));
}

static int cmp_network(const void *a, const void *b)
{
	static const char *const keys[] = {"name", "ipv4", "ipv6"};
	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		int r = str_cmp(text_of(at(a), keys[i]), text_of(at(b), keys[i]));
		if (r)
			return r;
	}
	return 0;
}

static int cmp_published(const void *a, const void *b)
{
	int r = by_number(number_of(at(a), "target"), number_of(at(b), "target"));
	if (!r)
		r = by_number(number_of(at(a), "port"), number_of(at(b), "port"));
	return r ? r : str_cmp(text_of(at(a), "ip"), text_of(at(b), "ip"));
}

static int cmp_member(const void *a, const void *b)
{
	static const char *const keys[] = {"kind", "service", "name", "id", "address"};
	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		int r = str_cmp(text_of(at(a), keys[i]), text_of(at(b), keys[i]));
		if (r)
			return r;
	}
	return by_number(number_of(at(a), "port"), number_of(at(b), "port"));
}

/* drop: of equal neighbours only the first stays. */
static void sort_list(json_t *list, int (*cmp)(const void *, const void *), bool drop)
{
	size_t n = json_array_size(list), kept = 0;
	if (n < 2)
		return;
	autofree json_t **v = xcalloc(n, sizeof(json_t *));
	for (size_t i = 0; i < n; i++)
		v[i] = json_incref(json_array_get(list, i));
	qsort(v, n, sizeof(json_t *), cmp);
	json_array_clear(list);
	for (size_t i = 0; i < n; i++) {
		if (drop && kept && cmp(&v[kept - 1], &v[i]) == 0) {
			json_decref(v[i]);
			continue;
		}
		json_array_append(list, v[i]);
		v[kept++] = v[i];
	}
	for (size_t i = 0; i < kept; i++)
		json_decref(v[i]);
}

void member_sort_list(json_t *list, int (*cmp)(const void *a, const void *b))
{
	sort_list(list, cmp, true);
}

void member_tidy(json_t *member)
{
	sort_list(json_object_get(member, "networks"), cmp_network, true);
	sort_list(json_object_get(member, "ports"), cmp_integer, true);
	sort_list(json_object_get(member, "published"), cmp_published, true);
}

void member_sort(json_t *members)
{
	sort_list(members, cmp_member, false);
}

/* --- reading one back --------------------------------------------------------- */

static bool same_type(json_type a, json_type want)
{
	return a == want || (want == JSON_TRUE && a == JSON_FALSE);
}

/* Checks an object against its table; place is "members[3].networks[0]". */
static int check_fields(json_t *obj, const struct field *table, size_t n, const char *file,
			const char *place, struct err *e)
{
	const char *names[ARRAY_LEN(fields) + 1] = {0};
	const char *key;
	json_t *v;
	if (!json_is_object(obj))
		return err_set(e, EX_DATAERR, "%s: %s is no object", file, place);
	for (size_t i = 0; i < n; i++) {
		names[i] = table[i].name;
		v = json_object_get(obj, table[i].name);
		if (!v && table[i].required)
			return err_set(e, EX_DATAERR, "%s: %s has no '%s'", file, place,
				       table[i].name);
		if (!v)
			json_object_set_new(obj, table[i].name, field_default(&table[i]));
		else if (!same_type(json_typeof(v), table[i].type))
			return err_set(e, EX_DATAERR, "%s: %s: '%s' is of the wrong type", file,
				       place, table[i].name);
	}
	json_object_foreach(obj, key, v)
	{
		size_t i = 0;
		while (i < n && strcmp(names[i], key) != 0)
			i++;
		if (i < n)
			continue;
		const char *near = str_nearest(key, names);
		autofree char *shown = str_visible(key, 60);
		return err_set(e, EX_DATAERR, "%s: %s: unknown field '%s'%s%s%s", file, place,
			       shown, near ? " (is it '" : "", near ? near : "", near ? "'?)" : "");
	}
	return 0;
}

/* An address field is an address or "". */
static int check_ip(const json_t *obj, const char *key, const char *file, const char *place,
		    struct err *e)
{
	const char *ip = text_of(obj, key), *why;
	char out[46];
	if (!*ip || value_ip(ip, out, &why))
		return 0;
	autofree char *shown = str_visible(ip, 60);
	return err_set(e, EX_DATAERR, "%s: %s: '%s' is '%s', no IP address", file, place, key,
		       shown);
}

static int check_list(json_t *list, const struct field *table, size_t n, const char *file,
		      const char *place, const char *name, struct err *e)
{
	size_t i;
	json_t *v;
	json_array_foreach(list, i, v)
	{
		autofree char *here = xasprintf("%s.%s[%zu]", place, name, i);
		if (check_fields(v, table, n, file, here, e))
			return -1;
		for (size_t k = 0; k < n; k++)
			if (str_prefix(table[k].name, "ip") &&
			    check_ip(v, table[k].name, file, here, e))
				return -1;
	}
	return 0;
}

static bool is_kind(const char *kind)
{
	static const char *const kinds[] = {"container", "task", "dns", "static"};
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (strcmp(kind, kinds[i]) == 0)
			return true;
	return false;
}

int member_check(json_t *member, size_t index, const char *file, struct err *e)
{
	autofree char *place = xasprintf("members[%zu]", index);
	if (check_fields(member, fields, ARRAY_LEN(fields), file, place, e))
		return -1;
	if (check_ip(member, "address", file, place, e))
		return -1;
	if (!is_kind(text_of(member, "kind")))
		return err_set(e, EX_DATAERR, "%s: %s: kind is container, task, dns or static",
			       file, place);
	const char *key;
	json_t *v;
	json_object_foreach(
	    json_object_get(member, "labels"), key,
	    v) if (!json_is_string(v)) return err_set(e, EX_DATAERR,
						      "%s: %s: a label's value is a string", file,
						      place);
	size_t i;
	json_array_foreach(
	    json_object_get(member, "ports"), i,
	    v) if (!json_is_integer(v)) return err_set(e, EX_DATAERR,
						       "%s: %s: ports are whole numbers", file,
						       place);
	if (check_list(json_object_get(member, "networks"), network_fields,
		       ARRAY_LEN(network_fields), file, place, "networks", e) ||
	    check_list(json_object_get(member, "published"), published_fields,
		       ARRAY_LEN(published_fields), file, place, "published", e))
		return -1;
	member_tidy(member);
	return 0;
}
