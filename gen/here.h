/* here: the addresses of the machine or container that lbgen runs in.
 *
 * Owns:   struct here (here_free).
 * Gives:  whether an address is its own, whether a network is one that it is
 *         attached to, and its own address on such a network.
 * Never:  asks an engine: the interfaces themselves are the truth, also in a
 *         container and beside a remote engine.
 * Errors: none: what cannot be read is taken as "not attached".
 * Floor:  1.
 */
#ifndef LBGEN_HERE_H
#define LBGEN_HERE_H

#include "util.h"

struct here_addr {
	int family; /* AF_INET, AF_INET6 */
	unsigned char ip[16];
	unsigned bits; /* of the network */
	bool veth;     /* a container's end of a virtual cable */
};

struct here {
	struct here_addr *addrs;
	size_t n;
};

void here_look(struct here *h);
void here_free(struct here *h);

/* ip is an address of one of the own interfaces. */
bool here_owns(const struct here *h, const char *ip);

/* ip is in the network of an own interface. overlay: only interfaces of a
 * container count, because a host is never itself on an overlay network, but
 * its own network may well have the same numbers. */
bool here_shares(const struct here *h, const char *ip, bool overlay);

/* The own address in the network of ip; "" if there is none. */
void here_beside(const struct here *h, const char *ip, char out[46]);

/* The own address that /etc/hosts has for the host's name, as an engine writes
 * it for each container; "" if there is none. */
void here_named(const struct here *h, char out[46]);

#endif
