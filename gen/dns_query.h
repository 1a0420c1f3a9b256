/* dns_query: many questions to the nameservers at once.
 *
 * Owns:   struct dns_batch (dns_batch_free), a c-ares channel during dns_ask.
 * Gives:  the records for each question; the questions in parallel, some 64 at
 *         a time, each within [dns] timeout from when it is sent.
 * Never:  keeps an answer; uses search domains: a name is meant as written;
 *         waits for the addresses of the other family when those of the
 *         preferred one are there.
 * Errors: EX_UNAVAILABLE for SERVFAIL, refusal, timeout, garbage, truncation
 *         without TCP, a CNAME loop, too many records. NXDOMAIN is an empty set.
 * Floor:  1.
 */
#ifndef LBGEN_DNS_QUERY_H
#define LBGEN_DNS_QUERY_H

#include "config.h"
#include "dns_parse.h"

struct dns_question {
	char *name;
	enum dns_type type;
	struct dns_rrset set; /* after dns_ask */
	/* of a host's A and AAAA, that which counts if it finds any: this question
	 * is of use only if that one has an empty answer */
	const struct dns_question *first;
	/* while it is being asked */
	bool sent, done;
	struct deadline until;
	int status; /* of c-ares */
	enum dns_verdict verdict;
	struct dns_batch *batch;
};

struct dns_batch {
	struct dns_question **q; /* each its own block: addresses stay while it grows */
	size_t n;
	size_t asked; /* the first so many have their answers */
	size_t open;
	bool heard; /* the nameserver has said something */
	size_t max; /* records per question */
};

/* The addresses of a host: those of q[first], and if there are none of q[other]. */
struct dns_pair {
	size_t first, other;
};

/* Adds a question unless it is there; its index. */
size_t dns_add(struct dns_batch *b, const char *name, enum dns_type type);
struct dns_pair dns_add_host(struct dns_batch *b, const char *name, const struct config *c);

/* Asks what has not been asked. -1 only if nothing can be asked at all. */
int dns_ask(struct dns_batch *b, const struct config *c, struct deadline d, struct err *e);

/* Whether this question has its answer; if not, -1 with *e set. */
int dns_judge(const struct dns_question *q, const struct config *c, struct err *e);
void dns_batch_free(struct dns_batch *b);

#endif
