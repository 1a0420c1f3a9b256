/* quarantine: see quarantine.h. */
#include "quarantine.h"

#include <string.h>

#include "apply.h"
#include "haproxy.h"
#include "report.h"

enum { TESTS = 400 };

/* --- which services stand behind an element of the template's data ---------------- */

static const char *str(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));
	return s ? s : "";
}

static void add_key(json_t *set, const char *key)
{
	if (*key)
		json_object_set_new_nocheck(set, key, json_true());
}

static void pool_keys(json_t *set, const json_t *data, const char *pool)
{
	json_t *p, *s;
	size_t i, j;
	json_array_foreach(json_object_get(data, "Pools"), i,
			   p) if (*pool && strcmp(str(p, "Name"), pool) == 0)
	    json_array_foreach(json_object_get(p, "Servers"), j, s) add_key(set, str(s, "Key"));
}

/* A server of .Services has no key of its own: its name and address tell. */
static void seed_keys(json_t *set, const json_t *data, const json_t *element)
{
	json_t *p, *s;
	size_t i, j;
	if (!json_object_get(element, "Name") || !json_object_get(element, "IP"))
		return;
	json_array_foreach(json_object_get(data, "Pools"), i, p) json_array_foreach(
	    json_object_get(p, "Servers"), j,
	    s) if (json_equal(json_object_get(s, "Name"), json_object_get(element, "Name")) &&
		   json_equal(json_object_get(s, "IP"), json_object_get(element, "IP")) &&
		   json_equal(json_object_get(s, "Port"), json_object_get(element, "Port")))
	    add_key(set, str(s, "Key"));
}

static void element_keys(json_t *set, const json_t *data, json_t *element)
{
	static const char *const lists[] = {"Servers", "Routes", "Lookups", "Backends", "Binds"};
	if (!json_is_object(element))
		return;
	if (*str(element, "Key") && json_object_get(element, "Container")) {
		add_key(set, str(element, "Key"));
		return;
	}
	pool_keys(set, data, str(element, "DefaultPool"));
	pool_keys(set, data, str(element, "Pool"));
	seed_keys(set, data, element);
	for (size_t l = 0; l < ARRAY_LEN(lists); l++) {
		json_t *child;
		size_t i;
		json_array_foreach(json_object_get(element, lists[l]), i, child)
		    element_keys(set, data, child);
	}
}

/* The services behind one line of the text; {} if there are none. */
static json_t *line_keys(const struct pass *p, json_int_t line)
{
	json_t *set = json_object();
	if (line < 1 || (size_t)line > p->map.n_lines)
		return set;
	const struct tmpl_origin *o = &p->map.lines[line - 1];
	element_keys(set, p->m.data, o->element);
	if (!json_object_size(set))
		element_keys(set, p->m.data, o->outer);
	return set;
}

static json_t *all_keys(const struct pass *p)
{
	json_t *set = json_object(), *pool, *s;
	size_t i, j;
	json_array_foreach(json_object_get(p->m.data, "Pools"), i, pool)
	    json_array_foreach(json_object_get(pool, "Servers"), j, s) add_key(set, str(s, "Key"));
	return set;
}

/* --- trying ---------------------------------------------------------------------------- */

struct hunt {
	struct pass *p;
	const char **keys; /* the suspects, borrowed from `set` */
	bool *bad;
	size_t n;
	json_t *set;
	json_t *out; /* found so far: key → words */
	int tests;
	struct err *e; /* what stops the hunt: deadline, disk */
};

/* HAProxy's first sentence, without the line: the text of that line is gone. */
static char *first_words(const struct err *e)
{
	const char *s = strstr(e->msg, "\n  ");
	s = s ? s + 3 : e->msg;
	const char *place = str_prefix(s, "parsing [") ? strstr(s, "] : ") : NULL;
	s = place ? place + 4 : s;
	return xstrndup(s, strcspn(s, "\n"));
}

/* Is the text fine without what is out and without the suspects that are not
 * in [0, good) nor [lo, hi)? 1 = fine, 0 = not (why in *why), -1 = stop. */
static int test(struct hunt *h, const bool *present, struct err *why)
{
	if (++h->tests > TESTS || deadline_left(h->p->d) == 0)
		return err_set(h->e, EX_DATAERR,
			       "the services at fault could not be found in time");
	json_auto_t *out = json_copy(h->out);
	for (size_t i = 0; i < h->n; i++)
		if (!present[i])
			json_object_set_new_nocheck(out, h->keys[i], json_string(""));
	if (pass_rebuild(h->p, out, h->e))
		return -1;
	if (apply_check(h->p, NULL, why) == 0)
		return 1;
	if (why->exit == EX_DATAERR)
		return 0;
	if (!h->e->exit)
		*h->e = *why;
	return -1;
}

/* present holds the good ones so far; adds those of [lo, hi) that are good. */
static int split(struct hunt *h, bool *present, size_t lo, size_t hi)
{
	struct err why = {0};
	for (size_t i = lo; i < hi; i++)
		present[i] = true;
	int fine = test(h, present, &why);
	if (fine)
		return fine < 0 ? -1 : 0;
	for (size_t i = lo; i < hi; i++)
		present[i] = false;
	if (hi - lo == 1) {
		autofree char *words = first_words(&why);
		json_object_set_new_nocheck(h->out, h->keys[lo], json_string(words));
		return 0;
	}
	size_t mid = lo + (hi - lo) / 2;
	return split(h, present, lo, mid) || split(h, present, mid, hi) ? -1 : 0;
}

/* 1 = the suspects' bad ones are in h->out now and the text is fine; 0 = the
 * text is wrong without them all too; -1 = stop. */
static int hunt(struct hunt *h, json_t *suspects)
{
	const char *key;
	json_t *v;
	h->n = 0;
	autofree const char **keys = xcalloc(json_object_size(suspects), sizeof(*keys));
	autofree bool *present = xcalloc(json_object_size(suspects), sizeof(*present));
	h->keys = keys;
	json_object_foreach(suspects, key, v) if (!json_object_get(h->out, key)) keys[h->n++] = key;
	struct err why = {0};
	int fine = test(h, present, &why);
	if (fine == 1 && h->n)
		fine = split(h, present, 0, h->n) ? -1 : 1;
	h->keys = NULL;
	h->n = 0;
	return fine;
}

/* The services that HAProxy's words blame, by the lines they name. */
static json_t *blamed_keys(const struct pass *p, const char *words)
{
	json_t *set = json_object(), *line;
	json_auto_t *lines = haproxy_blamed(words, p->w.tmp);
	size_t i;
	json_array_foreach(lines, i, line)
	{
		json_auto_t *keys = line_keys(p, json_integer_value(line));
		json_object_update(set, keys);
	}
	return set;
}

static bool covers(json_t *out, json_t *all)
{
	const char *key;
	json_t *v;
	json_object_foreach(all, key, v) if (!json_object_get(out, key)) return false;
	return true;
}

static int settle(struct hunt *h, struct err *e)
{
	struct err why = {0};
	struct pass *p = h->p;
	if (pass_rebuild(p, h->out, e) || apply_check(p, NULL, &why)) {
		if (!e->exit)
			*e = why;
		return -1;
	}
	json_decref(p->out);
	p->out = steal(h->out);
	*e = (struct err){0};
	return 0;
}

int quarantine_find(struct pass *p, const char *words, struct err *e)
{
	struct err first = *e, stop = {0};
	json_auto_t *suspects = blamed_keys(p, words);
	json_auto_t *all = all_keys(p);
	struct hunt h = {.p = p, .e = &stop};
	h.out = p->out ? json_copy(p->out) : json_object();
	int fine = json_object_size(suspects) ? hunt(&h, suspects) : 0;
	if (fine == 0 && json_object_size(all))
		fine = hunt(&h, all);
	/* wrong for every service is the template's fault, not the services' */
	bool some = json_object_size(h.out) && !covers(h.out, all);
	*e = (struct err){0};
	if (fine == 1 && some && settle(&h, e) == 0)
		return 0;
	json_decref(h.out);
	struct err again = {0};
	pass_rebuild(p, p->out, &again);
	*e = first;
	if (stop.exit && stop.exit != EX_DATAERR)
		report_line(REPORT_WARNING, "%s", stop.msg);
	return -1;
}

/* --- ports ------------------------------------------------------------------------------ */

static const char port_words[] = "HAProxy could not listen";

static bool is_port(const char *words)
{
	return words && str_prefix(words, port_words);
}

int quarantine_ports(struct pass *p, const json_t *binds, struct err *e)
{
	json_auto_t *out = p->out ? json_copy(p->out) : json_object();
	json_t *b, *v;
	size_t i;
	const char *key;
	json_array_foreach(binds, i, b)
	{
		autofree char *words = xasprintf("HAProxy could not listen on %s: %s",
						 str(b, "address"), str(b, "why"));
		json_auto_t *keys = line_keys(p, json_integer_value(json_object_get(b, "line")));
		if (!json_object_size(keys))
			return err_set(
			    e, EX_SOFTWARE,
			    "%s: %s: HAProxy could not start with it; nothing was changed",
			    str(b, "section"), words);
		json_object_foreach(keys, key, v)
		    json_object_set_new_nocheck(out, key, json_string(words));
	}
	if (pass_rebuild(p, out, e))
		return -1;
	json_decref(p->out);
	p->out = steal(out);
	return 0;
}

int quarantine_again(struct pass *p, const json_t *status, bool ports, struct err *e)
{
	const json_t *q = json_object_get(status, "quarantine");
	json_t *services = json_object_get(q, "services"), *v;
	const char *key;
	if (!p->c.apply.quarantine || !json_object_size(services) ||
	    strcmp(str(q, "asked"), p->asked) != 0)
		return 0;
	json_object_foreach(services, key, v) if (!ports && is_port(json_string_value(v))) return 0;
	if (pass_rebuild(p, services, e))
		return -1;
	json_decref(p->out);
	p->out = json_incref(services);
	return 0;
}
