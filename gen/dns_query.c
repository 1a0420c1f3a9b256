/* dns_query: see dns_query.h. */
#define CARES_NO_DEPRECATED
#include "dns_query.h"

#include <ares.h>
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <string.h>
#include <strings.h>

#define CLASS_IN 1
#define TRIES 2
/* questions in flight: what a nameserver's receive buffer surely holds */
#define WINDOW 64
/* what passes most networks in one piece; longer answers come by TCP */
#define UDP_SIZE 1232

size_t dns_add(struct dns_batch *b, const char *name, enum dns_type type)
{
	for (size_t i = 0; i < b->n; i++)
		if (b->q[i]->type == type && strcasecmp(b->q[i]->name, name) == 0)
			return i;
	struct dns_question *q = xcalloc(1, sizeof(*q));
	q->name = xstrdup(name);
	q->type = type;
	q->batch = b;
	b->q = xrealloc(b->q, b->n + 1, sizeof(b->q[0]));
	b->q[b->n] = q;
	return b->n++;
}

struct dns_pair dns_add_host(struct dns_batch *b, const char *name, const struct config *c)
{
	bool six = c->labels.prefer_ipv6;
	struct dns_pair p = {dns_add(b, name, six ? DNS_AAAA : DNS_A),
			     dns_add(b, name, six ? DNS_A : DNS_AAAA)};
	b->q[p.other]->first = b->q[p.first];
	return p;
}

void dns_batch_free(struct dns_batch *b)
{
	for (size_t i = 0; i < b->n; i++) {
		dns_rrset_free(&b->q[i]->set);
		free(b->q[i]->name);
		free(b->q[i]);
	}
	free(b->q);
	*b = (struct dns_batch){0};
}

static void end(struct dns_question *q, int status)
{
	q->done = true;
	q->status = status;
	if (q->sent)
		q->batch->open--;
}

static void on_answer(void *arg, int status, int timeouts, unsigned char *msg, int len)
{
	struct dns_question *q = arg;
	(void)timeouts;
	if (q->done) /* given up before */
		return;
	q->batch->heard |= status != ARES_ETIMEOUT && status != ARES_ECANCELLED;
	end(q, status);
	size_t n = msg && len > 0 ? (size_t)len : 0;
	if (status == ARES_ENOTFOUND || status == ARES_ENODATA) {
		q->status = ARES_SUCCESS; /* there is none: an answer too */
		q->verdict = dns_is_cut(msg, n) ? DNS_CUT : DNS_OK;
	} else if (status == ARES_SUCCESS && n)
		q->verdict = dns_parse(&q->set, msg, n, q->name, q->type, q->batch->max);
}

/* --- /etc/hosts: where Docker writes --add-host ------------------------------------- */

static bool from_hosts(ares_channel channel, struct dns_question *q)
{
	int family = q->type == DNS_A ? AF_INET : AF_INET6;
	struct hostent *host = NULL;
	if (q->type == DNS_SRV ||
	    ares_gethostbyname_file(channel, q->name, family, &host) != ARES_SUCCESS || !host)
		return false;
	for (char **a = host->h_addr_list; a && *a && q->set.n < q->batch->max; a++) {
		struct dns_rr rr = {0};
		if (!inet_ntop(family, *a, rr.text, sizeof(rr.text)))
			continue;
		q->set.rr = xrealloc(q->set.rr, q->set.n + 1, sizeof(rr));
		q->set.rr[q->set.n++] = rr;
	}
	ares_free_hostent(host);
	q->done = q->set.n > 0;
	return q->done;
}

/* A name that is in the hosts file with one family has none of the other. */
static void ask_hosts(ares_channel channel, struct dns_batch *b)
{
	for (size_t i = b->asked; i < b->n; i++)
		from_hosts(channel, b->q[i]);
	for (size_t i = b->asked; i < b->n; i++)
		for (size_t k = b->asked; k < b->n && !b->q[i]->done; k++)
			if (b->q[k]->set.n && b->q[i]->type != DNS_SRV &&
			    strcasecmp(b->q[i]->name, b->q[k]->name) == 0)
				b->q[i]->done = true;
}

/* --- asking ---------------------------------------------------------------------- */

static int channel_open(ares_channel *channel, const struct config *c, int flags, struct err *e)
{
	struct ares_options o = {0};
	o.flags = flags;
	/* the second try gets twice as long: both fit, or one of each of three
	 * nameservers */
	o.timeout = (int)(c->dns.timeout < 3 ? 1 : c->dns.timeout / 3);
	o.tries = TRIES;
	o.ednspsz = UDP_SIZE;
	int mask = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_EDNSPSZ;
	int rc = ares_library_init(ARES_LIB_INIT_ALL);
	if (rc == ARES_SUCCESS)
		rc = ares_init_options(channel, &o, mask);
	if (rc != ARES_SUCCESS)
		return err_set(e, EX_UNAVAILABLE, "DNS: no start: %s", ares_strerror(rc));
	if (c->dns.resolver &&
	    (rc = ares_set_servers_ports_csv(*channel, c->dns.resolver)) != ARES_SUCCESS) {
		ares_destroy(*channel);
		return err_set(e, EX_UNAVAILABLE,
			       "[dns] resolver = %s: %s (write ADDRESS or ADDRESS:PORT)",
			       c->dns.resolver, ares_strerror(rc));
	}
	return 0;
}

/* One turn of waiting and handling; what is due is done by c-ares itself. */
static void turn(ares_channel channel, int64_t left)
{
	ares_socket_t socks[ARES_GETSOCK_MAXNUM];
	struct pollfd fds[ARES_GETSOCK_MAXNUM];
	/* the bits as ARES_GETSOCK_READABLE and _WRITABLE have them, without their
	 * shift into the sign */
	unsigned mask = (unsigned)ares_getsock(channel, socks, ARES_GETSOCK_MAXNUM);
	int n = 0;
	for (int i = 0; i < ARES_GETSOCK_MAXNUM; i++) {
		bool r = mask >> i & 1, w = mask >> (i + ARES_GETSOCK_MAXNUM) & 1;
		if (r || w)
			fds[n++] = (struct pollfd){
			    socks[i], (short)((r ? POLLIN : 0) | (w ? POLLOUT : 0)), 0};
	}
	struct timeval max = {(time_t)(left / 1000), (suseconds_t)(left % 1000) * 1000}, tv;
	const struct timeval *due = ares_timeout(channel, &max, &tv);
	int wait = (int)(due->tv_sec * 1000 + due->tv_usec / 1000 + 1);
	if (poll(fds, (nfds_t)n, wait) < 0 && errno != EINTR)
		sleep_ms(1);
	ares_process_fd(channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
	for (int i = 0; i < n; i++) {
		bool r = fds[i].revents & (POLLIN | POLLERR | POLLHUP);
		bool w = fds[i].revents & POLLOUT;
		if (r || w)
			ares_process_fd(channel, r ? fds[i].fd : ARES_SOCKET_BAD,
					w ? fds[i].fd : ARES_SOCKET_BAD);
	}
}

static const char *why_not(const struct dns_question *q)
{
	if (q->verdict == DNS_GARBAGE || q->status == ARES_EBADRESP || q->status == ARES_EFORMERR)
		return "the answer is garbage";
	if (q->verdict == DNS_CUT)
		return "the answer is truncated, even by TCP";
	if (q->verdict == DNS_LOOP)
		return "its CNAMEs lead in a circle, or too far";
	switch (q->status) {
	case ARES_ESERVFAIL:
		return "the nameserver failed (SERVFAIL)";
	case ARES_EREFUSED:
		return "the nameserver refused the question (REFUSED)";
	case ARES_ENOTIMP:
		return "the nameserver does not know such questions (NOTIMP)";
	case ARES_ETIMEOUT:
	case ARES_ECANCELLED:
		return "no answer in time ([dns] timeout)";
	case ARES_ECONNREFUSED:
		return "no nameserver there (or none by TCP, for an answer too long for UDP)";
	case ARES_EBADNAME:
		return "not a DNS name";
	default:
		return ares_strerror(q->status);
	}
}

int dns_judge(const struct dns_question *q, const struct config *c, struct err *e)
{
	const char *type = q->type == DNS_A ? "A" : q->type == DNS_AAAA ? "AAAA" : "SRV";
	autofree char *name = str_visible(q->name, 253);
	if (q->status == ARES_SUCCESS && q->verdict == DNS_OK)
		return 0;
	if (q->verdict == DNS_TOO_MANY)
		return err_set(e, EX_UNAVAILABLE,
			       "DNS: %s has more than %lld %s records ([dns] max_addresses)", name,
			       (long long)c->dns.max_addresses, type);
	return err_set(e, EX_UNAVAILABLE, "DNS: %s (%s): %s; asked %s%s", name, type, why_not(q),
		       c->dns.resolver ? "[dns] resolver " : "the nameservers of /etc/resolv.conf",
		       c->dns.resolver ? c->dns.resolver : "");
}

/* Whether anybody will look at the answer; see struct dns_question. */
static bool needed(const struct dns_question *q)
{
	const struct dns_question *f = q->first;
	return !f || !f->done ||
	       (f->status == ARES_SUCCESS && f->verdict == DNS_OK && f->set.n == 0);
}

/* Sends what the window takes, ends what is late or of no use any more. c-ares
 * cannot end a single question; what it still hears of this one goes nowhere.
 * False once nothing is left to wait for; else *left gets the ms until one is late. */
static bool advance(ares_channel channel, struct dns_batch *b, int64_t timeout, int64_t *left)
{
	bool silent = false;
	for (size_t i = b->asked; i < b->n; i++) {
		struct dns_question *q = b->q[i];
		if (!q->done && !needed(q))
			end(q, ARES_ECANCELLED);
		else if (q->sent && !q->done && deadline_left(q->until) == 0)
			end(q, ARES_ETIMEOUT);
		silent |= q->status == ARES_ETIMEOUT && !b->heard;
	}
	/* A nameserver that answers nothing is not asked the rest. */
	for (size_t i = b->asked; i < b->n && b->open < WINDOW && !silent; i++) {
		struct dns_question *q = b->q[i];
		if (q->done || q->sent)
			continue;
		q->sent = true;
		b->open++;
		if (!q->until.at) /* asked again: within its first time */
			q->until = deadline_in(timeout);
		ares_query(channel, q->name, CLASS_IN, q->type, on_answer, q);
	}
	for (size_t i = b->asked; i < b->n; i++)
		if (b->q[i]->sent && !b->q[i]->done && deadline_left(b->q[i]->until) < *left)
			*left = deadline_left(b->q[i]->until);
	return b->open > 0;
}

static int ask_open(struct dns_batch *b, const struct config *c, int flags, struct deadline d,
		    struct err *e)
{
	ares_channel channel = NULL;
	if (channel_open(&channel, c, flags, e))
		return -1;
	if (flags & ARES_FLAG_EDNS && !c->dns.resolver) /* the first time */
		ask_hosts(channel, b);
	for (int64_t left; (left = deadline_left(d)) > 0;) {
		if (!advance(channel, b, c->dns.timeout, &left))
			break;
		turn(channel, left);
	}
	for (size_t i = b->asked; i < b->n; i++)
		if (!b->q[i]->done)
			end(b->q[i], ARES_ECANCELLED);
	ares_destroy(channel);
	ares_library_cleanup();
	return 0;
}

/* Those that ended so are to be asked again, with those that were given up for
 * their sake; whether there are any. */
static bool reopen(struct dns_batch *b, int status)
{
	bool any = false;
	for (size_t i = b->asked; i < b->n; i++) {
		struct dns_question *q = b->q[i];
		bool with_first = q->first && !q->first->done && q->status == ARES_ECANCELLED;
		if ((q->status != status && !with_first) || !needed(q))
			continue;
		q->sent = q->done = false;
		any = true;
	}
	return any;
}

/* c-ares 1.18 gives EDNS up once per channel, at the first nameserver that does
 * not know it; questions that were on their way by then end as FORMERR. And
 * when every nameserver has failed, it says only that none could be reached.
 * Asked again, plainly and without going from one to the next, it tells what
 * the first of them said. */
int dns_ask(struct dns_batch *b, const struct config *c, struct deadline d, struct err *e)
{
	if (b->asked == b->n)
		return 0;
	b->max = (size_t)(c->dns.max_addresses < 1 ? 1 : c->dns.max_addresses);
	if (ask_open(b, c, ARES_FLAG_EDNS, d, e) ||
	    (reopen(b, ARES_EFORMERR) && ask_open(b, c, 0, d, e)) ||
	    (reopen(b, ARES_ECONNREFUSED) && ask_open(b, c, ARES_FLAG_NOCHECKRESP, d, e)))
		return -1;
	b->asked = b->n;
	return 0;
}
