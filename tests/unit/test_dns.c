/* dns_parse: answers as nameservers and strangers send them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "gen/dns_parse.h"

/* A message is written down as text: \N for a length byte would be unreadable,
 * so names are given with dots and packed here. */
struct msg {
	unsigned char b[4096];
	size_t n;
};

static void put16(struct msg *m, unsigned v)
{
	m->b[m->n++] = (unsigned char)(v >> 8);
	m->b[m->n++] = (unsigned char)v;
}

static void put_name(struct msg *m, const char *name)
{
	while (*name) {
		size_t n = strcspn(name, ".");
		m->b[m->n++] = (unsigned char)n;
		memcpy(m->b + m->n, name, n);
		m->n += n;
		name += n + (name[n] == '.');
	}
	m->b[m->n++] = 0;
}

static void begin(struct msg *m, const char *name, unsigned type, unsigned answers)
{
	*m = (struct msg){0};
	put16(m, 1);
	put16(m, 0x8180);
	put16(m, 1);
	put16(m, answers);
	put16(m, 0);
	put16(m, 0);
	put_name(m, name);
	put16(m, type);
	put16(m, 1);
}

static void head(struct msg *m, const char *owner, unsigned type, unsigned len)
{
	put_name(m, owner);
	put16(m, type);
	put16(m, 1);
	put16(m, 0);
	put16(m, 600);
	put16(m, len);
}

static void put_a(struct msg *m, const char *owner, unsigned char last)
{
	head(m, owner, 1, 4);
	memcpy(m->b + m->n, "\x0a\x00\x00", 3);
	m->b[m->n + 3] = last;
	m->n += 4;
}

static void put_cname(struct msg *m, const char *owner, const char *to)
{
	head(m, owner, 5, (unsigned)strlen(to) + 2);
	put_name(m, to);
}

static void put_srv(struct msg *m, const char *owner, unsigned priority, unsigned weight,
		    const char *to)
{
	head(m, owner, 33, (unsigned)strlen(to) + 8);
	put16(m, priority);
	put16(m, weight);
	put16(m, 8080);
	put_name(m, to);
}

static enum dns_verdict parse(struct dns_rrset *set, const struct msg *m, const char *name,
			      enum dns_type type)
{
	/* a copy of exactly this size: the sanitizer sees one byte too far */
	unsigned char *exact = xcalloc(m->n, 1);
	memcpy(exact, m->b, m->n);
	enum dns_verdict v = dns_parse(set, exact, m->n, name, type, 10);
	free(exact);
	return v;
}

static void sorted_without_twins(void **state)
{
	(void)state;
	struct msg m;
	struct dns_rrset set = {0};
	begin(&m, "web", 1, 4);
	put_a(&m, "web", 9);
	put_a(&m, "WEB", 2);
	put_a(&m, "web", 9);
	put_a(&m, "stranger", 7);
	assert_int_equal(parse(&set, &m, "Web", DNS_A), DNS_OK);
	assert_int_equal(set.n, 2);
	assert_string_equal(set.rr[0].text, "10.0.0.2");
	assert_string_equal(set.rr[1].text, "10.0.0.9");
	dns_rrset_free(&set);
}

static void cname_in_any_order(void **state)
{
	(void)state;
	struct msg m;
	struct dns_rrset set = {0};
	begin(&m, "www", 1, 3);
	put_a(&m, "end", 3);
	put_cname(&m, "mid", "End");
	put_cname(&m, "www", "mid");
	assert_int_equal(parse(&set, &m, "www", DNS_A), DNS_OK);
	assert_int_equal(set.n, 1);
	dns_rrset_free(&set);
}

static void circles(void **state)
{
	(void)state;
	struct msg m;
	struct dns_rrset set = {0};
	begin(&m, "a", 1, 2);
	put_cname(&m, "a", "b");
	put_cname(&m, "b", "a");
	assert_int_equal(parse(&set, &m, "a", DNS_A), DNS_LOOP);
	begin(&m, "a", 1, 1);
	put_cname(&m, "a", "a");
	assert_int_equal(parse(&set, &m, "a", DNS_A), DNS_LOOP);
	/* a chain that ends in nothing is an empty answer */
	begin(&m, "a", 28, 1);
	put_cname(&m, "a", "b");
	assert_int_equal(parse(&set, &m, "a", DNS_AAAA), DNS_OK);
	assert_int_equal(set.n, 0);
	dns_rrset_free(&set);
}

static void srv(void **state)
{
	(void)state;
	struct msg m;
	struct dns_rrset set = {0};
	begin(&m, "_http._tcp.web", 33, 3);
	put_srv(&m, "_http._tcp.web", 20, 5, "H1.example");
	put_srv(&m, "_http._tcp.web", 10, 5, "h2.example");
	put_a(&m, "h2.example", 1);
	assert_int_equal(parse(&set, &m, "_http._tcp.web", DNS_SRV), DNS_OK);
	assert_int_equal(set.n, 2);
	assert_string_equal(set.rr[0].text, "h2.example");
	assert_int_equal(set.rr[0].port, 8080);
	assert_string_equal(set.rr[1].text, "h1.example");
	dns_rrset_free(&set);
}

/* Twins with two weights: the heavier, in whatever order they come. */
static void srv_weights(void **state)
{
	(void)state;
	static const unsigned orders[][3] = {{5, 200, 7}, {200, 7, 5}, {7, 5, 200}};
	for (size_t i = 0; i < ARRAY_LEN(orders); i++) {
		struct msg m;
		struct dns_rrset set = {0};
		begin(&m, "_http._tcp.web", 33, 3);
		for (size_t k = 0; k < 3; k++)
			put_srv(&m, "_http._tcp.web", 10, orders[i][k], "h1");
		assert_int_equal(parse(&set, &m, "_http._tcp.web", DNS_SRV), DNS_OK);
		assert_int_equal(set.n, 1);
		assert_int_equal(set.rr[0].weight, 200);
		dns_rrset_free(&set);
	}
}

/* What says nothing about the name that was asked is not "there are none". */
static void strangers(void **state)
{
	(void)state;
	struct msg m;
	struct dns_rrset set = {0};
	begin(&m, "web", 1, 2);
	put_a(&m, "other", 1);
	put_cname(&m, "another", "web");
	assert_int_equal(parse(&set, &m, "web", DNS_A), DNS_GARBAGE);
	begin(&m, "web", 1, 1); /* the record's class is CHAOS */
	put_a(&m, "web", 1);
	m.b[m.n - 11] = 3;
	assert_int_equal(parse(&set, &m, "web", DNS_A), DNS_GARBAGE);
	begin(&m, "web", 28, 1); /* another type than was asked */
	put_a(&m, "web", 1);
	assert_int_equal(parse(&set, &m, "web", DNS_AAAA), DNS_GARBAGE);
	assert_null(set.rr);
	begin(&m, "web", 1, 0);
	assert_int_equal(parse(&set, &m, "web", DNS_A), DNS_OK);
	begin(&m, "web", 1, 2); /* an alias of what has no address */
	put_cname(&m, "web", "end");
	put_a(&m, "other", 1);
	assert_int_equal(parse(&set, &m, "web", DNS_A), DNS_OK);
	assert_int_equal(set.n, 0);
}

static void cut(void **state)
{
	(void)state;
	struct msg m;
	struct dns_rrset set = {0};
	begin(&m, "web", 1, 1);
	put_a(&m, "web", 1);
	m.b[2] |= 2;
	assert_int_equal(parse(&set, &m, "web", DNS_A), DNS_CUT);
	assert_null(set.rr);
	assert_true(dns_is_cut(m.b, m.n));
	assert_false(dns_is_cut(m.b, 11));
}

static void too_many(void **state)
{
	(void)state;
	struct msg m;
	struct dns_rrset set = {0};
	begin(&m, "web", 1, 11);
	for (unsigned char i = 0; i < 11; i++)
		put_a(&m, "web", i);
	assert_int_equal(parse(&set, &m, "web", DNS_A), DNS_TOO_MANY);
	assert_null(set.rr);
}

static void garbage(void **state)
{
	(void)state;
	struct msg m, good;
	struct dns_rrset set = {0};
	begin(&good, "web", 1, 2);
	put_cname(&good, "web", "end");
	put_a(&good, "end", 3);
	for (size_t n = 0; n < good.n; n++) { /* every cut is noticed */
		m = good;
		m.n = n;
		assert_int_equal(parse(&set, &m, "web", DNS_A), DNS_GARBAGE);
	}
	assert_int_equal(parse(&set, &good, "other", DNS_A), DNS_GARBAGE);
	assert_int_equal(parse(&set, &good, "web", DNS_AAAA), DNS_GARBAGE);
	begin(&m, "web", 1, 1); /* an address of five bytes */
	head(&m, "web", 1, 5);
	m.n += 5;
	assert_int_equal(parse(&set, &m, "web", DNS_A), DNS_GARBAGE);
	begin(&m, "web", 1, 1); /* a name that points at itself */
	m.b[m.n] = 0xc0;
	m.b[m.n + 1] = (unsigned char)m.n;
	m.n += 16;
	assert_int_equal(parse(&set, &m, "web", DNS_A), DNS_GARBAGE);
	begin(&m, "web", 33, 1); /* SRV without room for a target */
	head(&m, "web", 33, 6);
	m.n += 6;
	assert_int_equal(parse(&set, &m, "web", DNS_SRV), DNS_GARBAGE);
	assert_null(set.rr);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(sorted_without_twins),
	    cmocka_unit_test(cname_in_any_order),
	    cmocka_unit_test(circles),
	    cmocka_unit_test(srv),
	    cmocka_unit_test(srv_weights),
	    cmocka_unit_test(strangers),
	    cmocka_unit_test(cut),
	    cmocka_unit_test(too_many),
	    cmocka_unit_test(garbage),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
