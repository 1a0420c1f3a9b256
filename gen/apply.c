/* apply: see apply.h. */
#include "apply.h"

#include <string.h>
#include <sys/stat.h>

#include "cfgtext.h"
#include "learn.h"
#include "maps.h"
#include "quarantine.h"
#include "report.h"
#include "status.h"

static const char *str(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));
	return s ? s : "";
}

/* --- what the log tells ------------------------------------------------------------------ */

static json_t *finding_json(const struct finding *f)
{
	json_t *o = json_object();
	json_object_set_new(o, "member", json_string(f->member ? f->member : ""));
	json_object_set_new(o, "service", json_string(f->service ? f->service : ""));
	json_object_set_new(o, "reason", json_string(f->reason ? f->reason : ""));
	json_object_set_new(o, "text", json_string(f->text ? f->text : ""));
	return o;
}

static char *finding_line(const json_t *f)
{
	const char *service = str(f, "service"), *reason = str(f, "reason");
	return xasprintf("%s%s%s: %s%s%s%s", str(f, "member"), *service ? "/" : "", service,
			 *reason ? "left out (" : "", reason, *reason ? "): " : "", str(f, "text"));
}

static json_t *findings(const struct pass *p)
{
	json_t *list = json_array();
	for (size_t i = 0; i < p->m.n_findings; i++)
		json_array_append_new(list, finding_json(&p->m.findings[i]));
	return list;
}

/* Why something is left out is told when it is new; `show` tells it always. */
static void tell_findings(const struct pass *p)
{
	json_auto_t *known = json_object();
	json_auto_t *list = findings(p);
	json_t *f;
	size_t i;
	json_array_foreach(json_object_get(p->status, "left_out"), i, f)
	{
		autofree char *line = finding_line(f);
		json_object_set_new_nocheck(known, line, json_true());
	}
	json_array_foreach(list, i, f)
	{
		autofree char *line = finding_line(f);
		if (!json_object_get(known, line))
			report_line(REPORT_WARNING, "%s", line);
	}
}

static void tell_changes(const json_t *old, const json_t *new)
{
	json_auto_t *lines = cfgtext_changes(old, new);
	json_t *line;
	size_t i;
	json_array_foreach(lines, i, line)
	    report_line(REPORT_NOTICE, "%s", json_string_value(line));
}

static size_t count(const struct pass *p, const char *list)
{
	return json_array_size(json_object_get(p->m.data, list));
}

static size_t count_servers(const struct pass *p)
{
	size_t n = 0, i;
	json_t *pool;
	json_array_foreach(json_object_get(p->m.data, "Pools"), i, pool) n +=
	    json_array_size(json_object_get(pool, "Servers"));
	return n;
}

/* "1 frontend, 2 servers" */
static char *size_words(const struct pass *p)
{
	size_t f = count(p, "Frontends"), s = count_servers(p);
	return xasprintf("%zu frontend%s, %zu server%s", f, f == 1 ? "" : "s", s,
			 s == 1 ? "" : "s");
}

/* The certificates that labels name → the end of their time. */
static json_t *cert_ends(const struct pass *p)
{
	json_t *ends = json_object(), *cert;
	const char *file;
	json_object_foreach(json_object_get(p->s.root, "certs"), file, cert)
	{
		json_int_t end = json_integer_value(json_object_get(cert, "expires"));
		if (end > 0)
			json_object_set_new_nocheck(ends, file, json_integer(end));
	}
	return ends;
}

void apply_record(struct pass *p)
{
	json_t *s = p->status;
	json_object_set_new(s, "hash", json_string(p->hash));
	json_object_set_new(s, "frontends", json_integer((json_int_t)count(p, "Frontends")));
	json_object_set_new(s, "pools", json_integer((json_int_t)count(p, "Pools")));
	json_object_set_new(s, "servers", json_integer((json_int_t)count_servers(p)));
	json_object_set_new(s, "left_out", findings(p));
	json_object_set_new(s, "certs", cert_ends(p));
	json_t *q = json_object();
	json_object_set_new(q, "asked", json_string(p->asked));
	json_object_set_new(q, "services", p->out ? json_incref(p->out) : json_object());
	json_object_set_new(s, "quarantine", q);
}

/* --- is there anything to do? -------------------------------------------------------------- */

/* Where no socket tells the marker, the stamp must do: this process has been
 * seen to take this text. */
static bool stamped(const struct pass *p, const struct haproxy_seen *seen)
{
	const json_t *stamp = json_object_get(p->status, "stamp");
	return seen->pid && strcmp(str(stamp, "confirmed"), p->hash) == 0 &&
	       json_integer_value(json_object_get(stamp, "pid")) == seen->pid &&
	       json_integer_value(json_object_get(stamp, "pid_started")) == seen->started;
}

bool apply_in_step(const struct pass *p, const struct haproxy_seen *seen)
{
	if (!swap_same(&p->w, p->text, p->len))
		return false;
	return seen->readable ? strcmp(seen->marker, p->hash) == 0 : stamped(p, seen);
}

static void stamp(struct pass *p)
{
	struct haproxy_seen seen;
	haproxy_look(&p->c, deadline_in(1000), &seen, NULL);
	json_t *s = json_object();
	json_object_set_new(s, "confirmed", json_string(p->hash));
	json_object_set_new(s, "pid", json_integer(seen.pid));
	json_object_set_new(s, "pid_started", json_integer(seen.started));
	json_object_set_new(p->status, "stamp", s);
}

/* --- is the text fine? ------------------------------------------------------------------------ */

/* Where the binary sees the temporary file, if [haproxy] check_file says that
 * it sees the live one elsewhere. */
static char *seen_by_binary(const struct pass *p)
{
	const char *at = p->c.haproxy.check_file;
	const char *slash = at ? strrchr(at, '/') : NULL;
	const char *base = strrchr(p->w.tmp, '/');
	if (!slash)
		return xstrdup(p->w.tmp);
	return xasprintf("%.*s/%s", (int)(slash - at), at, base ? base + 1 : p->w.tmp);
}

static unsigned new_mode(const struct pass *p)
{
	return p->c.stats.password ? 0640 : 0644;
}

int apply_check(struct pass *p, struct buf *words, struct err *e)
{
	if (maps_write(p->m.data, e) || swap_write(&p->w, p->text, p->len, new_mode(p), e))
		return -1;
	autofree char *path = seen_by_binary(p);
	int rc = haproxy_check(&p->c, path, p->w.rejected, p->d, words, e);
	pass_stage(p, "check");
	return rc;
}

/* HAProxy counts lines of the text; people look for those of the template. */
static void name_template_lines(const struct pass *p, const char *words, struct err *e)
{
	const char *file = p->ask->template        ? p->ask->template
			   : p->c.haproxy.template ? p->c.haproxy.template
						   : "the built-in template";
	json_auto_t *lines = haproxy_blamed(words, p->w.tmp);
	json_t *line;
	size_t i;
	json_array_foreach(lines, i, line)
	{
		size_t n = (size_t)json_integer_value(line), used = strlen(e->msg);
		if (i < 5 && n <= p->map.n_lines && p->map.lines[n - 1].line)
			snprintf(e->msg + used, sizeof(e->msg) - used,
				 "\n  line %zu is written by line %d of %s", n,
				 p->map.lines[n - 1].line, file);
	}
}

/* The mode of a file that is there is the operator's, and stays. */
static void tell_readable(const struct pass *p)
{
	struct stat st;
	if (p->c.stats.port > 0 && p->c.stats.password && stat(p->w.file, &st) == 0 &&
	    (st.st_mode & 04))
		report_line(REPORT_WARNING,
			    "%s will hold the password of the statistics page, and everybody on "
			    "this machine can read it (chmod o-r %s; the mode is kept)",
			    p->w.file, p->w.file);
}

static int check(struct pass *p, struct err *e)
{
	autobuf struct buf words = {0};
	if (apply_check(p, &words, e) == 0)
		return 0;
	if (e->exit != EX_DATAERR) {
		swap_drop(&p->w);
		return -1;
	}
	swap_reject(&p->w);
	name_template_lines(p, words.s ? words.s : "", e);
	if (p->c.apply.quarantine && quarantine_find(p, words.s ? words.s : "", e) == 0)
		return 0;
	swap_drop(&p->w);
	return -1;
}

/* A port that a stranger holds would make every port refuse for seconds. */
static int try_ports(struct pass *p, const json_t *old, pid_t pid, struct err *e)
{
	if (!p->c.haproxy.trial_bind || p->c.haproxy.reload == RELOAD_DOCKER)
		return 0;
	for (int round = 0; round < 3; round++) {
		json_auto_t *new = cfgtext_read(p->text, p->len);
		json_auto_t *bad = haproxy_trial_bind(old, new, pid);
		const json_t *b = json_array_get(bad, 0);
		if (!b)
			break;
		if (!p->c.apply.quarantine || round == 2)
			return err_set(
			    e, EX_SOFTWARE,
			    "%s: HAProxy could not listen on %s: %s; nothing was changed",
			    str(b, "section"), str(b, "address"), str(b, "why"));
		if (quarantine_ports(p, bad, e))
			return -1;
	}
	pass_stage(p, "trial bind");
	return 0;
}

/* --- not too early ---------------------------------------------------------------------------- */

static bool tables_used(const struct pass *p)
{
	autobuf struct buf b = {0};
	struct deadline soon = deadline_sooner(p->d, 2000);
	if (haproxy_ask(p->c.haproxy.stats_socket, "show table", soon, &b, NULL) || !b.s)
		return true;
	for (const char *at = b.s; (at = strstr(at, "used:")); at += 5)
		if (at[5] != '0')
			return true;
	return !strstr(b.s, "used:");
}

/* HAProxy below 3.0 teaches its successor the stick table only some seconds
 * after a cold start: an earlier reload would lose who sticks where. */
static void hold(const struct pass *p, const json_t *old)
{
	struct haproxy_procs procs;
	if (!p->c.apply.cold_hold || !json_is_true(json_object_get(old, "tables")) ||
	    haproxy_procs(&p->c, p->d, &procs, NULL) || !procs.version || procs.version >= 300 ||
	    procs.uptime_ms >= p->c.apply.cold_hold || !tables_used(p))
		return;
	int64_t wait = p->c.apply.cold_hold - procs.uptime_ms;
	int64_t most = deadline_left(p->d) - p->c.haproxy.confirm;
	if (wait > most) {
		report_line(REPORT_WARNING,
			    "HAProxy started %lld s ago: its stick table may be lost by "
			    "this reload, and the time does not allow to wait",
			    (long long)(procs.uptime_ms / 1000));
		return;
	}
	report_line(
	    REPORT_NOTICE,
	    "HAProxy started %lld s ago: waiting %lld s so that its stick table outlives the "
	    "reload ([apply] cold_hold)",
	    (long long)(procs.uptime_ms / 1000), (long long)(wait + 999) / 1000);
	sleep_ms(wait);
}

/* The file of servers' states, if the text names it; else NULL. */
static const char *states_file(const struct pass *p)
{
	const char *file = str(json_object_get(p->m.data, "Global"), "ServerState");
	return *file == '/' && memmem(p->text, p->len, file, strlen(file)) ? file : NULL;
}

/* A file that is named and missing is a warning of each start. */
static void begin_states(const struct pass *p)
{
	const char *file = states_file(p);
	struct err ignored = {0};
	if (file && !file_exists(file) && !mkdir_for(file, &ignored))
		file_write(file, HAPROXY_NO_STATES, strlen(HAPROXY_NO_STATES), 0644, &ignored);
}

static void save_states(const struct pass *p, const json_t *text, struct deadline d)
{
	struct err e = {0};
	if (p->c.apply.server_state && haproxy_save_states(&p->c, text, d, &e))
		report_line(REPORT_DEBUG, "servers' states are not carried over: %s", e.msg);
}

static void settle_states(const struct pass *p, const json_t *text, bool ask)
{
	struct err e = {0};
	if (p->c.apply.server_state && haproxy_settle_states(&p->c, text, ask, p->d, &e))
		report_line(REPORT_DEBUG, "servers' states are not settled: %s", e.msg);
}

/* What was done by hand may be undone by now, and a killed run leaves the health
 * behind. With neither the file is short, and HAProxy is not asked. */
static void recall_states(const struct pass *p)
{
	const char *file = states_file(p);
	struct stat st;
	if (!file || stat(file, &st) || st.st_size <= (off_t)strlen(HAPROXY_NO_STATES))
		return;
	json_auto_t *text = cfgtext_read(p->text, p->len);
	settle_states(p, text, true);
}

static int unchanged(struct pass *p)
{
	tell_findings(p);
	swap_drop(&p->w);
	recall_states(p);
	p->outcome = "unchanged";
	if (strcmp(str(json_object_get(p->status, "stamp"), "confirmed"), p->hash) != 0)
		stamp(p);
	autofree char *size = size_words(p);
	report_line(REPORT_INFO, "unchanged: %s (generation %s)", size, p->hash);
	return 0;
}

/* --- into HAProxy ------------------------------------------------------------------------------
 */

static int confirmed(struct pass *p, const json_t *new, bool started, bool blind)
{
	pass_stage(p, "reload");
	stamp(p);
	p->outcome = "changed";
	double took = json_number_value(json_object_get(p->stages, "reload"));
	if (!started)
		status_count(p->status, "reloads", NULL);
	autofree char *size = size_words(p);
	report_line(REPORT_NOTICE, "HAProxy %s in %.0f ms: %s (generation %s)",
		    started ? "started" : "reloaded", took * 1000, size, p->hash);
	if (blind)
		report_line(REPORT_DEBUG,
			    "no socket tells the generation: confirmed by the new worker "
			    "process; a master socket ([haproxy] master_socket) is surer");
	maps_sweep(p->w.file, p->w.prev);
	settle_states(p, new, false);
	return 0;
}

/* The text that worked before this one: the live file as it was, or, when a
 * killed run had written it already, .prev. */
static bool text_before(const struct pass *p, const struct haproxy_seen *seen, bool same,
			struct buf *b, bool *had)
{
	*had = true;
	if (!same) {
		*had = p->w.had;
		buf_add(b, p->w.live.s ? p->w.live.s : "", p->w.live.len);
		return true;
	}
	char marker[65];
	const char *last = str(json_object_get(p->status, "stamp"), "confirmed");
	if (file_read(p->w.prev, 256 << 20, EX_NOINPUT, b, NULL) || !b->s)
		return false;
	cfgtext_marker(b->s, b->len, marker);
	return *marker && strcmp(marker, p->hash) != 0 &&
	       (strcmp(marker, last) == 0 || strcmp(marker, seen->marker) == 0);
}

static int put_back(struct pass *p, const struct haproxy_seen *before, bool same, struct err *e)
{
	autobuf struct buf old = {0};
	struct err back = {0};
	char marker[65];
	bool had;
	pass_stage(p, "reload");
	if (!text_before(p, before, same, &old, &had))
		return err_wrap(e, "nothing to put back");
	if (swap_back(&p->w, had ? (old.s ? old.s : "") : NULL, old.len, &back)) {
		report_line(REPORT_ERROR, "the old file could not be put back: %s", back.msg);
		return -1;
	}
	status_count(p->status, "put_backs", NULL);
	cfgtext_marker(old.s ? old.s : "", old.len, marker);
	struct deadline d = deadline_in(p->c.haproxy.confirm);
	struct haproxy_seen seen;
	struct haproxy_procs procs = {0};
	haproxy_look(&p->c, d, &seen, NULL);
	bool fails = haproxy_procs(&p->c, d, &procs, NULL) == 0 && procs.failed;
	bool runs = seen.readable && strcmp(seen.marker, marker) == 0 && !fails;
	json_auto_t *text = cfgtext_read(old.s ? old.s : "", old.len);
	if (had && !runs)
		save_states(p, text, d);
	d = deadline_in(p->c.haproxy.confirm); /* whatever the looks have cost */
	if (had && !runs && haproxy_reload(&p->c, marker, d, NULL, &back))
		report_line(REPORT_ERROR, "the old file is back, but HAProxy does not take it: %s",
			    back.msg);
	settle_states(p, text, false);
	pass_stage(p, "put back");
	size_t n = strlen(e->msg);
	snprintf(e->msg + n, sizeof(e->msg) - n, "; the old file is back, the refused text is %s",
		 p->w.rejected);
	return -1;
}

/* A configuration made by hand is not lost by the first pass over it. */
static void keep_foreign(struct pass *p, const json_t *old)
{
	if (p->w.live.len && !*str(old, "marker"))
		report_line(REPORT_WARNING,
			    "%s was not written by lbgen: it is replaced, and kept as %s",
			    p->w.file, swap_keep(&p->w));
}

static int bring_in(struct pass *p, const struct haproxy_seen *seen, const json_t *new,
		    struct err *e)
{
	bool same = swap_same(&p->w, p->text, p->len), blind = false;
	bool start = !seen->running && p->c.haproxy.start;
	if (same)
		swap_drop(&p->w);
	else if (swap_commit(&p->w, e))
		return -1;
	pass_stage(p, "swap");
	int rc = start ? haproxy_start(&p->c, p->hash, p->d, e)
		       : haproxy_reload(&p->c, p->hash, p->d, &blind, e);
	if (!rc)
		return confirmed(p, new, !seen->running, blind);
	if (seen->running)
		return put_back(p, seen, same, e);
	pass_stage(p, "reload");
	return err_wrap(e, "%s is %s", p->w.file,
			same ? "valid and in place" : "written and valid");
}

/* The text is right and stays, so nothing is put back if that fails. */
static int reload_to_learn(struct pass *p, struct err *e)
{
	bool blind = false;
	json_auto_t *text = cfgtext_read(p->text, p->len);
	tell_findings(p);
	swap_drop(&p->w);
	report_line(
	    REPORT_NOTICE,
	    "the other balancers have not yet told HAProxy who sticks where: it is reloaded "
	    "to ask them again");
	save_states(p, text, p->d);
	if (haproxy_reload(&p->c, p->hash, p->d, &blind, e))
		return -1;
	return confirmed(p, text, false, blind);
}

int apply_text(struct pass *p, struct err *e)
{
	struct haproxy_seen seen;
	haproxy_look(&p->c, p->d, &seen, NULL);
	pass_stage(p, "compare");
	/* also when nothing changed: the next start needs them */
	begin_states(p);
	if (maps_write(p->m.data, e))
		return -1;
	if (apply_in_step(p, &seen))
		return learn_again(p) ? reload_to_learn(p, e) : unchanged(p);
	json_auto_t *old = cfgtext_read(p->w.live.s ? p->w.live.s : "", p->w.live.len);
	if (try_ports(p, old, seen.pid, e))
		return -1;
	if (p->out && apply_in_step(p, &seen))
		return unchanged(p);
	if (check(p, e))
		return -1;
	if (p->out && apply_in_step(p, &seen))
		return unchanged(p);
	json_auto_t *new = cfgtext_read(p->text, p->len);
	tell_findings(p);
	if (!swap_same(&p->w, p->text, p->len))
		tell_changes(old, new);
	else if (seen.running || p->c.haproxy.start) /* else the error says it */
		report_line(REPORT_NOTICE, "%s is right, but HAProxy %s", p->w.file,
			    !seen.running    ? "does not run"
			    : !seen.readable ? "cannot be asked what it runs"
			    : *seen.marker   ? "runs another generation"
					     : "runs something else");
	tell_readable(p);
	keep_foreign(p, old);
	if (seen.running) {
		hold(p, old);
		save_states(p, new, p->d);
	} else {
		settle_states(p, new, false); /* the next start reads it with this text */
	}
	return bring_in(p, &seen, new, e);
}
