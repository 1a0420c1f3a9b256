/* dns_parse: see dns_parse.h. */
#define CARES_NO_DEPRECATED
#include "dns_parse.h"

#include <ares.h>
#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

#define HEADER 12
#define TC 0x02 /* in the third byte */
#define TYPE_CNAME 5
#define CLASS_IN 1
#define CNAME_MAX 16 /* longer chains than resolvers follow */

/* A place in the message. */
struct cursor {
	const unsigned char *msg;
	size_t len, at;
};

/* One resource record; name owned by its user. */
struct record {
	char name[256];
	unsigned type, class;
	size_t data, data_len; /* data: offset in the message */
};

static unsigned u16(const struct cursor *c, size_t at)
{
	return (unsigned)c->msg[at] << 8 | c->msg[at + 1];
}

/* The name at offset `at`, lower case; *used gets its length there. */
static bool name_at(const struct cursor *c, size_t at, char out[256], size_t *used)
{
	char *name = NULL;
	long n = 0;
	if (at >= c->len ||
	    ares_expand_name(c->msg + at, c->msg, (int)c->len, &name, &n) != ARES_SUCCESS)
		return false;
	bool fits = strlen(name) < 256;
	if (fits) {
		strcpy(out, name);
		for (char *s = out; *s; s++)
			if (*s >= 'A' && *s <= 'Z')
				*s = (char)(*s + 'a' - 'A');
	}
	ares_free_string(name);
	*used = (size_t)n;
	return fits;
}

static bool next_record(struct cursor *c, struct record *r)
{
	size_t used;
	if (!name_at(c, c->at, r->name, &used) || c->len - c->at < used + 10)
		return false;
	c->at += used;
	r->type = u16(c, c->at);
	r->class = u16(c, c->at + 2);
	r->data_len = u16(c, c->at + 8);
	r->data = c->at + 10;
	if (c->len - r->data < r->data_len)
		return false;
	c->at = r->data + r->data_len;
	return true;
}

/* Skips header and question, which must be the one that was asked. */
static bool open_answer(struct cursor *c, const char *name, unsigned type)
{
	char asked[256];
	size_t used;
	if (c->len < HEADER || u16(c, 4) != 1)
		return false;
	c->at = HEADER;
	if (!name_at(c, c->at, asked, &used) || c->len - c->at < used + 4)
		return false;
	c->at += used;
	if (strcasecmp(asked, name) != 0 || u16(c, c->at) != type || u16(c, c->at + 2) != CLASS_IN)
		return false;
	c->at += 4;
	return true;
}

/* --- CNAMEs --------------------------------------------------------------------- */

/* Follows `name` through the answer's CNAMEs, in whatever order they come;
 * whether there were any. */
static enum dns_verdict follow(struct cursor c, size_t n, char name[256], bool *any)
{
	size_t first = c.at;
	*any = false;
	for (int hops = 0; hops <= CNAME_MAX; hops++) {
		bool moved = false;
		c.at = first;
		for (size_t i = 0; i < n && !moved; i++) {
			struct record r;
			char to[256];
			size_t used;
			if (!next_record(&c, &r))
				return DNS_GARBAGE;
			if (r.type != TYPE_CNAME || r.class != CLASS_IN ||
			    strcmp(r.name, name) != 0)
				continue;
			if (!name_at(&c, r.data, to, &used) || used != r.data_len)
				return DNS_GARBAGE;
			strcpy(name, to);
			*any = moved = true;
		}
		if (!moved)
			return DNS_OK;
	}
	return DNS_LOOP;
}

/* --- the records ------------------------------------------------------------------ */

static bool read_record(const struct cursor *c, const struct record *r, struct dns_rr *out)
{
	size_t used;
	*out = (struct dns_rr){0};
	if (r->type == DNS_A || r->type == DNS_AAAA) {
		int family = r->type == DNS_A ? AF_INET : AF_INET6;
		return r->data_len == (r->type == DNS_A ? 4 : 16) &&
		       inet_ntop(family, c->msg + r->data, out->text, sizeof(out->text));
	}
	if (r->data_len < 7)
		return false;
	out->priority = u16(c, r->data);
	out->weight = u16(c, r->data + 2);
	out->port = u16(c, r->data + 4);
	return name_at(c, r->data + 6, out->text, &used) && used == r->data_len - 6;
}

/* By place alone: two of the same are twins, whatever their weights. */
static int cmp_place(const struct dns_rr *a, const struct dns_rr *b)
{
	if (a->priority != b->priority)
		return a->priority < b->priority ? -1 : 1;
	int r = strcmp(a->text, b->text);
	if (r)
		return r;
	return (a->port > b->port) - (a->port < b->port);
}

static int cmp_rr(const void *pa, const void *pb)
{
	const struct dns_rr *a = pa, *b = pb;
	int r = cmp_place(a, b);
	return r ? r : (a->weight < b->weight) - (a->weight > b->weight);
}

static void tidy(struct dns_rrset *set)
{
	size_t kept = 0;
	if (set->n)
		qsort(set->rr, set->n, sizeof(set->rr[0]), cmp_rr);
	for (size_t i = 0; i < set->n; i++)
		if (!kept || cmp_place(&set->rr[kept - 1], &set->rr[i]) != 0)
			set->rr[kept++] = set->rr[i];
	set->n = kept;
}

bool dns_is_cut(const unsigned char *msg, size_t len)
{
	return len >= HEADER && msg[2] & TC;
}

enum dns_verdict dns_parse(struct dns_rrset *set, const unsigned char *msg, size_t len,
			   const char *name, enum dns_type type, size_t max)
{
	struct cursor c = {msg, len, 0};
	struct dns_rrset found = {0};
	char owner[256];
	bool aliased;
	if (len > 65535 || !open_answer(&c, name, type) || strlen(name) > 255)
		return DNS_GARBAGE;
	if (dns_is_cut(msg, len))
		return DNS_CUT;
	size_t n = u16(&c, 6);
	for (size_t i = 0; i <= strlen(name); i++)
		owner[i] = (char)(name[i] >= 'A' && name[i] <= 'Z' ? name[i] + 'a' - 'A' : name[i]);
	enum dns_verdict v = follow(c, n, owner, &aliased);
	for (size_t i = 0; i < n && v == DNS_OK; i++) {
		struct record r;
		struct dns_rr rr;
		if (!next_record(&c, &r)) {
			v = DNS_GARBAGE;
		} else if (r.type == (unsigned)type && r.class == CLASS_IN &&
			   strcmp(r.name, owner) == 0) {
			found.rr = xrealloc(found.rr, found.n + 1, sizeof(rr));
			if (read_record(&c, &r, &rr))
				found.rr[found.n++] = rr;
			else
				v = DNS_GARBAGE;
		}
	}
	if (v == DNS_OK && n && !found.n && !aliased)
		v = DNS_GARBAGE;
	tidy(&found);
	if (v == DNS_OK && found.n > max)
		v = DNS_TOO_MANY;
	if (v != DNS_OK) {
		dns_rrset_free(&found);
		return v;
	}
	*set = found;
	return DNS_OK;
}

void dns_rrset_free(struct dns_rrset *set)
{
	free(set->rr);
	*set = (struct dns_rrset){0};
}
