/* here: see here.h. */
#include "here.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum { HOSTS_MAX = 1 << 20 };

static bool is_veth(int fd, const char *name)
{
	struct ethtool_drvinfo info = {.cmd = ETHTOOL_GDRVINFO};
	struct ifreq req = {0};
	snprintf(req.ifr_name, sizeof(req.ifr_name), "%s", name);
	req.ifr_data = (char *)&info;
	return ioctl(fd, SIOCETHTOOL, &req) == 0 && strcmp(info.driver, "veth") == 0;
}

static unsigned mask_bits(const unsigned char *mask, size_t len)
{
	unsigned bits = 0;
	for (size_t i = 0; i < len; i++)
		bits += (unsigned)__builtin_popcount(mask[i]);
	return bits;
}

/* The address bytes of a socket address; 0 for families of no interest. */
static size_t ip_bytes(const struct sockaddr *sa, unsigned char out[16])
{
	if (sa->sa_family == AF_INET) {
		struct sockaddr_in in;
		memcpy(&in, sa, sizeof(in));
		memcpy(out, &in.sin_addr, 4);
		return 4;
	}
	if (sa->sa_family == AF_INET6) {
		struct sockaddr_in6 in6;
		memcpy(&in6, sa, sizeof(in6));
		memcpy(out, &in6.sin6_addr, 16);
		return 16;
	}
	return 0;
}

void here_look(struct here *h)
{
	struct ifaddrs *list = NULL;
	*h = (struct here){0};
	autoclose int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (getifaddrs(&list))
		return;
	for (const struct ifaddrs *i = list; i; i = i->ifa_next) {
		struct here_addr a = {0};
		unsigned char mask[16];
		if (!i->ifa_addr || !i->ifa_netmask || !(i->ifa_flags & IFF_UP))
			continue;
		size_t len = ip_bytes(i->ifa_addr, a.ip);
		if (!len || ip_bytes(i->ifa_netmask, mask) != len)
			continue;
		a.family = i->ifa_addr->sa_family;
		a.bits = mask_bits(mask, len);
		a.veth = is_veth(fd, i->ifa_name);
		h->addrs = xrealloc(h->addrs, h->n + 1, sizeof(a));
		h->addrs[h->n++] = a;
	}
	freeifaddrs(list);
}

void here_free(struct here *h)
{
	free(h->addrs);
	*h = (struct here){0};
}

static int parse_ip(const char *ip, unsigned char out[16])
{
	if (inet_pton(AF_INET, ip, out) == 1)
		return AF_INET;
	return inet_pton(AF_INET6, ip, out) == 1 ? AF_INET6 : 0;
}

static bool same_bits(const unsigned char *a, const unsigned char *b, unsigned bits)
{
	unsigned whole = bits / 8, rest = bits % 8;
	if (memcmp(a, b, whole) != 0)
		return false;
	unsigned mask = 0xffU << (8 - rest) & 0xffU;
	return !rest || (a[whole] & mask) == (b[whole] & mask);
}

bool here_owns(const struct here *h, const char *ip)
{
	unsigned char want[16];
	int family = parse_ip(ip, want);
	for (size_t i = 0; family && i < h->n; i++)
		if (h->addrs[i].family == family &&
		    memcmp(h->addrs[i].ip, want, family == AF_INET ? 4 : 16) == 0)
			return true;
	return false;
}

void here_beside(const struct here *h, const char *ip, char out[46])
{
	unsigned char want[16];
	int family = parse_ip(ip, want);
	out[0] = '\0';
	for (size_t i = 0; family && i < h->n; i++) {
		const struct here_addr *a = &h->addrs[i];
		if (a->family == family && a->bits && same_bits(a->ip, want, a->bits)) {
			inet_ntop(family, a->ip, out, 46);
			return;
		}
	}
}

/* The names of one line of /etc/hosts, behind the address. */
static bool names_host(char **save, const char *host)
{
	for (char *w = strtok_r(NULL, " \t", save); w && *w != '#'; w = strtok_r(NULL, " \t", save))
		if (strcmp(w, host) == 0)
			return true;
	return false;
}

void here_named(const struct here *h, char out[46])
{
	char host[256] = "", *save = NULL, *words;
	autobuf struct buf b = {0};
	out[0] = '\0';
	if (gethostname(host, sizeof(host) - 1) ||
	    file_read("/etc/hosts", HOSTS_MAX, EX_NOINPUT, &b, NULL) || !b.s)
		return;
	for (char *line = strtok_r(b.s, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		const char *ip = strtok_r(line, " \t", &words);
		bool loopback = ip && (strncmp(ip, "127.", 4) == 0 || strcmp(ip, "::1") == 0);
		if (ip && !loopback && strlen(ip) < 46 && here_owns(h, ip) &&
		    names_host(&words, host)) {
			strcpy(out, ip);
			return;
		}
	}
}

bool here_shares(const struct here *h, const char *ip, bool overlay)
{
	unsigned char want[16];
	int family = parse_ip(ip, want);
	for (size_t i = 0; family && i < h->n; i++) {
		const struct here_addr *a = &h->addrs[i];
		if (a->family == family && a->bits && (a->veth || !overlay) &&
		    same_bits(a->ip, want, a->bits))
			return true;
	}
	return false;
}
