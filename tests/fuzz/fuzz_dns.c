/* fuzz_dns: messages of nameservers. The first byte is the type asked for, the
 * second the length of the name that follows it, the rest is the message. */
#include <arpa/inet.h>
#include <assert.h>
#include <string.h>

#include "gen/dns_parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	if (len < 2 || len - 2 < data[1])
		return 0;
	autofree char *name = xstrndup((const char *)data + 2, data[1]);
	struct dns_rrset set = {0};
	enum dns_type type = data[0] == 'A' ? DNS_A : data[0] == '6' ? DNS_AAAA : DNS_SRV;
	size_t skip = 2U + data[1];
	unsigned char ip[16];
	if (dns_parse(&set, data + skip, len - skip, name, type, 100) != DNS_OK) {
		assert(!set.rr);
		return 0;
	}
	assert(set.n <= 100);
	for (size_t i = 0; i < set.n; i++)
		if (type != DNS_SRV)
			assert(inet_pton(type == DNS_A ? AF_INET : AF_INET6, set.rr[i].text, ip) ==
			       1);
	dns_rrset_free(&set);
	return 0;
}
