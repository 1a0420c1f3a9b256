/* dns_parse: the answer section of one DNS message.
 *
 * Owns:   struct dns_rrset (dns_rrset_free).
 * Gives:  the A, AAAA or SRV records of the asked name, its CNAMEs followed.
 * Never:  reads outside the message; takes a record of another name, or part
 *         of a list.
 * Errors: by enum; the caller knows the name and the server.
 * Floor:  1.
 * Source: RFC 1035, 2782, 3596. c-ares 1.18's own parsers do not tell a CNAME
 *         loop from an empty answer, so only its name expansion is used.
 */
#ifndef LBGEN_DNS_PARSE_H
#define LBGEN_DNS_PARSE_H

#include "util.h"

enum dns_type { DNS_A = 1, DNS_AAAA = 28, DNS_SRV = 33 };

enum dns_verdict {
	DNS_OK,      /* also an empty set */
	DNS_GARBAGE, /* no well-formed answer to this question */
	DNS_CUT,     /* marked as truncated */
	DNS_LOOP,    /* CNAMEs that lead in a circle */
	DNS_TOO_MANY /* more records than max */
};

struct dns_rr {
	char text[256]; /* address, or the target of SRV in lower case without final dot */
	unsigned priority, weight, port;
};

struct dns_rrset {
	struct dns_rr *rr;
	size_t n;
};

/* name: as asked. set is left alone unless DNS_OK; then it is sorted and
 * without twins; of two SRV records that differ in weight alone the heavier
 * stays. It is empty if there are no records, or only CNAMEs that lead to none;
 * records that have nothing to do with the question are DNS_GARBAGE. */
enum dns_verdict dns_parse(struct dns_rrset *set, const unsigned char *msg, size_t len,
			   const char *name, enum dns_type type, size_t max);

/* Whether a message is marked as truncated. */
bool dns_is_cut(const unsigned char *msg, size_t len);
void dns_rrset_free(struct dns_rrset *set);

#endif
