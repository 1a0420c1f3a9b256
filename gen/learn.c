/* learn: see learn.h. */
#include "learn.h"

#include "cfgtext.h"
#include "haproxy.h"

/* The others hear of a new balancer after its first good health check. */
enum { TRIES_MS = 30000, LAST_MOMENT_MS = 3000, TRIES = 3 };

static bool has_tables(const struct pass *p)
{
	json_auto_t *text = cfgtext_read(p->text, p->len);
	return json_is_true(json_object_get(text, "tables"));
}

/* Those who were asked in peace have nothing to teach: they are new as well. */
static bool may_help(const struct haproxy_peers *peers, const struct haproxy_procs *procs)
{
	return !peers->connected || (peers->hasty && procs->reloads < TRIES);
}

bool learn_again(const struct pass *p)
{
	struct haproxy_peers peers;
	struct haproxy_procs procs;
	if (!p->c.peers.enable || !p->c.peers.target || haproxy_peers(&p->c, p->d, &peers, NULL) ||
	    !peers.others || !peers.asking || peers.left_ms > LAST_MOMENT_MS ||
	    haproxy_procs(&p->c, p->d, &procs, NULL))
		return false;
	return may_help(&peers, &procs) && procs.uptime_ms < TRIES_MS &&
	       procs.uptime_ms >= p->c.apply.cold_hold && has_tables(p);
}
