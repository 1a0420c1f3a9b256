/* haproxy: everything that talks to the HAProxy program.
 *
 * Owns:   nothing between calls.
 * Gives:  check (haproxy -c), trial bind, running marker, server states,
 *         reload by each method, confirmation.
 * Never:  writes the configuration (swap does), decides what it says.
 * Errors: EX_DATAERR: HAProxy rejects the text (its own words);
 *         EX_UNAVAILABLE: not running, cannot be reached; EX_SOFTWARE: it
 *         refused the reload.
 * Floor:  2.
 * Source: HAProxy Management Guide 9.3 (sockets), 9.4 (master CLI).
 */
#ifndef LBGEN_HAPROXY_H
#define LBGEN_HAPROXY_H

#include <jansson.h>
#include <sys/types.h>

#include "config.h"

/* --- check -------------------------------------------------------------------- */

/* Runs `haproxy -c` on file. 0 = valid (exit 0). Otherwise *e has HAProxy's
 * ALERT lines, with `file` replaced by `shown` and hints for what newer
 * versions have dropped. out, if not NULL, gets all words. */
int haproxy_check(const struct config *c, const char *file, const char *shown, struct deadline d,
		  struct buf *out, struct err *e);

/* The line numbers that HAProxy's words blame ("[file:12]"), as a list of
 * integers, each once, in their order. A new reference. */
json_t *haproxy_blamed(const char *words, const char *file);

/* --- sockets -------------------------------------------------------------------- */

/* One command on a unix socket; its answer is appended to out. */
int haproxy_ask(const char *socket, const char *command, struct deadline d, struct buf *out,
		struct err *e);

/* The same to the worker, by the stats socket, or by the master's if that gives no
 * good answer. `out` must be empty; -1: neither did. */
int haproxy_ask_worker(const struct config *c, const char *command, bool (*good)(const char *),
		       struct deadline d, struct buf *out);

/* What is running now. */
struct haproxy_seen {
	bool running;    /* a socket answers, or the pid file's process lives */
	bool readable;   /* the marker could be asked for */
	bool master;     /* through the master socket */
	bool denied;     /* only a stats socket answers, and its level denies the marker */
	char marker[65]; /* "" = none */
	pid_t pid;       /* of the pid file, 0 = unknown */
	int64_t started; /* that process's start (clock ticks after boot), to know it again */
};

/* One round trip. *e, if not NULL, says why nothing is running. */
void haproxy_look(const struct config *c, struct deadline d, struct haproxy_seen *seen,
		  struct err *e);

/* The master's own account. */
struct haproxy_procs {
	int reloads;
	int failed;
	int workers;       /* current ones */
	int64_t uptime_ms; /* since the cold start */
	int version;       /* 206 = 2.6 */
};
int haproxy_procs(const struct config *c, struct deadline d, struct haproxy_procs *p,
		  struct err *e);

/* How its stick tables are filled from those of other balancers. */
struct haproxy_peers {
	int others;
	int connected;   /* of them */
	bool asking;     /* they are being asked for the tables, and have not answered in full */
	bool hasty;      /* one was asked in the very moment in which it connected */
	int64_t left_ms; /* until it gives up asking, rounded up to seconds */
};
/* By `show peers`. EX_UNAVAILABLE: no socket tells it. */
int haproxy_peers(const struct config *c, struct deadline d, struct haproxy_peers *p,
		  struct err *e);

/* --- trial bind ------------------------------------------------------------------ */

/* Tries bind() on every address of `new` (cfgtext.h) that `old` does not have,
 * in HAProxy's network namespace when its pid is known. Returns a list of
 * {"line", "address", "section", "why"} for those that fail: a new reference. */
json_t *haproxy_trial_bind(const json_t *old, const json_t *new, pid_t pid);

/* --- reload ------------------------------------------------------------------------ */

/* Asks for a reload by [haproxy] reload and awaits the marker `hash` ("": any
 * reload that took). Triggers that get lost are sent again. EX_SOFTWARE:
 * refused, with what HAProxy said; EX_UNAVAILABLE: not running, with how to
 * start it. *blind, if not NULL: it took as far as can be seen, but no socket
 * lets lbgen read the marker. */
int haproxy_reload(const struct config *c, const char *hash, struct deadline d, bool *blind,
		   struct err *e);

/* Starts HAProxy by [haproxy] start and awaits the marker. */
int haproxy_start(const struct config *c, const char *hash, struct deadline d, struct err *e);

/* How to start it, as one sentence. Owned by the caller. */
char *haproxy_how_to_start(const struct config *c);

/* --- states over a reload ------------------------------------------------------------ */

/* A file of states without any. */
#define HAPROXY_NO_STATES "1\n"

/* Before a reload: saves `show servers state` into the file that the new text's
 * server-state-file names, so that health and what was done by hand go on. What
 * that file says beats the configuration, so it says no more than it must:
 * - no row of a server that is gone or has another address or port;
 * - nothing of TLS, of where checks and agents are asked, and of the address that
 *   a name has;
 * - no health of a server that nothing checks any more.
 * Nothing to do: 0. A failure costs states, not the pass: the caller warns. */
int haproxy_save_states(const struct config *c, const json_t *new, struct deadline d,
			struct err *e);

/* After a reload, and while HAProxy does not run: a cold start must not begin with
 * health that was true once. Leaves in that file only the servers in maintenance,
 * drained, with a weight or checks set by hand: HAPROXY_NO_STATES if there are none.
 * ask: as HAProxy has them now; else as the file has them. Writes only what differs. */
int haproxy_settle_states(const struct config *c, const json_t *text, bool ask, struct deadline d,
			  struct err *e);

/* The filter alone, for tests: before a reload, or (hand) after it. */
void haproxy_filter_states(const char *states, const json_t *new, bool hand, struct buf *out);

#endif
