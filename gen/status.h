/* status: what the last run did, kept for `show --last`, for metrics, and for
 * the next run.
 *
 * Owns:   state_dir/status.json and the [metrics] textfile.
 * Gives:  the last run as JSON; the same as node_exporter's textfile; the stamp:
 *         what was last confirmed, and which services a text was refused for.
 * Never:  is a reason to fail: a status that cannot be read is as none, one
 *         that cannot be written is a warning.
 * Errors: warnings in the log.
 * Floor:  2.
 * Source: Prometheus exposition formats, text version 0.0.4; node_exporter's
 *         textfile collector.
 *
 * { "lbgen": "1.0.0", "file": "/etc/haproxy/haproxy.cfg",
 *   "started": 1700000000.123, "ended": …, "last_success": …,   seconds
 *   "exit": 0, "outcome": "changed" | "unchanged" | "failed", "message": "…",
 *   "stages": {"lock": 0.001, "snapshot": 0.004, …},             seconds
 *   "peers": ["10.0.1.9:10000"], "self": "10.0.1.8",             as in snapshot.h
 *   "snapshot": 1700000000, "hash": "…", "frontends": 1, "pools": 1, "servers": 2,
 *   "left_out": [ {"member", "service", "reason", "text"} ],
 *   "certs": {"/etc/haproxy/certs/a.pem": 1800000000},   file → expires
 *   "runs": {"0": 12, "69": 1}, "reloads": 3, "put_backs": 0,
 *   "stamp": {"confirmed": "…", "pid": 12, "pid_started": 345},
 *   "quarantine": {"asked": "…", "services": {"web1/": "HAProxy's words"}},
 *   "textfile": "/var/lib/prometheus/node-exporter/lbgen.prom" }
 */
#ifndef LBGEN_STATUS_H
#define LBGEN_STATUS_H

#include <jansson.h>

#include "config.h"

/* -1 with EX_NOINPUT if the status is there and this user may not read it: it
 * would look like none. */
int status_may_read(const struct config *c, struct err *e);

/* The saved status, or an empty object (with a warning if it is corrupt): a new
 * reference, never NULL. */
json_t *status_load(const struct config *c);

/* What one run adds: `account` is started, ended, exit, outcome, message and the
 * like. A run that does not hold the lock enters only that into what the others
 * wrote; one that holds it, all of `status`. configured: lb.ini could be read
 * whole; if not, and it does not say where the textfile is, the last run's is
 * taken, so that monitoring learns of a broken lb.ini too. */
struct status_run {
	bool held;
	bool configured;
	int exit;
	json_t *account;
};

/* Writes status.json and, if wanted, the textfile; each whole or not at all. */
void status_save(const struct config *c, json_t *status, const struct status_run *run);

/* For people, or as JSON. */
void status_print(FILE *f, const json_t *status, bool json);

/* The textfile's content alone. */
void status_metrics(struct buf *b, const json_t *status);

/* Counts one: "reloads", "put_backs"; key NULL: of[name] itself. */
void status_count(json_t *status, const char *name, const char *key);

#endif
