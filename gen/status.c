/* status: see status.h. */
#include "status.h"

#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "report.h"

enum { STATUS_CAP = 16 << 20 };

static char *status_path(const struct config *c)
{
	return xasprintf("%s/status.json", c->apply.state_dir);
}

json_t *status_load(const struct config *c)
{
	autofree char *path = status_path(c);
	autobuf struct buf b = {0};
	if (file_read(path, STATUS_CAP, EX_NOINPUT, &b, NULL) || !b.s)
		return json_object();
	json_t *got = json_loadb(b.s, b.len, 0, NULL);
	if (json_is_object(got))
		return got;
	json_decref(got);
	report_line(REPORT_WARNING, "%s is corrupt: taken as none, and written anew", path);
	return json_object();
}

/* Whole or not at all, but without fsync: it is written by every run, and what
 * a power cut takes of it the next run makes again. */
static int replace(const char *path, const char *text, size_t len, struct err *e)
{
	autofree char *tmp = xasprintf("%s.new", path);
	FILE *f = fopen(tmp, "we");
	if (!f)
		return err_sys(e, EX_CANTCREAT, "%s", tmp);
	bool bad = fwrite(text, 1, len, f) != len;
	bad |= fchmod(fileno(f), 0644) != 0;
	bad |= fclose(f) != 0;
	if (bad || rename(tmp, path)) {
		err_sys(e, EX_CANTCREAT, "%s", path);
		unlink(tmp);
		return -1;
	}
	return 0;
}

void status_save(const struct config *c, json_t *status)
{
	struct err e = {0};
	autofree char *path = status_path(c);
	autofree char *text = json_dumps(status, JSON_SORT_KEYS | JSON_INDENT(1));
	if (!text || mkdir_for(path, &e) || replace(path, text, strlen(text), &e))
		report_line(REPORT_WARNING, "the state of this run is not kept: %s", e.msg);
	if (!c->metrics.textfile)
		return;
	autobuf struct buf b = {0};
	struct err m = {0};
	status_metrics(&b, status);
	if (replace(c->metrics.textfile, b.s, b.len, &m))
		report_line(REPORT_WARNING, "[metrics] textfile: %s", m.msg);
}

void status_count(json_t *status, const char *name, const char *key)
{
	json_t *in = status;
	if (key) {
		in = json_object_get(status, name);
		if (!json_is_object(in)) {
			in = json_object();
			json_object_set_new(status, name, in);
		}
	}
	const char *k = key ? key : name;
	json_object_set_new(in, k, json_integer(json_integer_value(json_object_get(in, k)) + 1));
}

/* --- metrics ------------------------------------------------------------------------ */

static const struct {
	const char *key;
	const char *name;
	const char *type;
	const char *help;
} numbers[] = {
    {"ended", "last_run_timestamp_seconds", "gauge", "When the last run ended."},
    {"last_success", "last_success_timestamp_seconds", "gauge",
     "When a run last ended with HAProxy in step."},
    {"exit", "last_run_exit_status", "gauge",
     "Exit status of the last run (sysexits.h), 0 = in step."},
    {"snapshot", "snapshot_timestamp_seconds", "gauge",
     "When the last complete snapshot was taken."},
    {"frontends", "frontends", "gauge", "Frontends in the last text."},
    {"pools", "services", "gauge", "Balanced services (pools) in the last text."},
    {"servers", "servers", "gauge", "Servers in the last text."},
    {"reloads", "reloads_total", "counter", "Confirmed reloads of HAProxy."},
    {"put_backs", "put_backs_total", "counter",
     "Texts that were taken back after a failed reload."},
};

static void head(struct buf *b, const char *name, const char *type, const char *help)
{
	buf_addf(b, "# HELP lbgen_%s %s\n# TYPE lbgen_%s %s\n", name, help, name, type);
}

static double number(const json_t *o, const char *key)
{
	return json_number_value(json_object_get(o, key));
}

static void by_label(struct buf *b, const json_t *o, const char *name, const char *label)
{
	const char *key;
	json_t *v;
	autofree char **keys = xcalloc(json_object_size(o) + 1, sizeof(*keys));
	size_t n = 0;
	json_object_foreach((json_t *)(uintptr_t)o, key, v) keys[n++] = (char *)(uintptr_t)key;
	for (size_t i = 0; i < n; i++) /* sorted: same state, same bytes */
		for (size_t j = i + 1; j < n; j++)
			if (strcmp(keys[j], keys[i]) < 0) {
				char *t = keys[i];
				keys[i] = keys[j];
				keys[j] = t;
			}
	for (size_t i = 0; i < n; i++)
		buf_addf(b, "lbgen_%s{%s=\"%s\"} %.15g\n", name, label, keys[i],
			 number(o, keys[i]));
}

static json_t *left_out_counts(const json_t *status)
{
	json_t *counts = json_object(), *f;
	size_t i;
	json_array_foreach(json_object_get(status, "left_out"), i, f)
	{
		const char *reason = json_string_value(json_object_get(f, "reason"));
		if (reason && *reason)
			json_object_set_new(
			    counts, reason,
			    json_integer(json_integer_value(json_object_get(counts, reason)) + 1));
	}
	return counts;
}

static const char *text_of(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));
	return s ? s : "";
}

void status_metrics(struct buf *b, const json_t *status)
{
	for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
		if (!json_object_get(status, numbers[i].key) &&
		    strcmp(numbers[i].type, "counter") != 0)
			continue;
		head(b, numbers[i].name, numbers[i].type, numbers[i].help);
		buf_addf(b, "lbgen_%s %.15g\n", numbers[i].name, number(status, numbers[i].key));
	}
	head(b, "last_run_duration_seconds", "gauge", "How long the last run took.");
	buf_addf(b, "lbgen_last_run_duration_seconds %.6f\n",
		 number(status, "ended") - number(status, "started"));
	head(b, "stage_duration_seconds", "gauge", "How long each stage of the last run took.");
	by_label(b, json_object_get(status, "stages"), "stage_duration_seconds", "stage");
	head(b, "runs_total", "counter", "Runs by exit status.");
	by_label(b, json_object_get(status, "runs"), "runs_total", "exit");
	json_auto_t *out = left_out_counts(status);
	head(b, "left_out", "gauge", "Services of containers that get no traffic, by reason.");
	by_label(b, out, "left_out", "reason");
	head(b, "info", "gauge", "Version, and the generation that the last run wanted.");
	buf_addf(b, "lbgen_info{version=\"%s\",hash=\"%s\"} 1\n", LBGEN_VERSION,
		 text_of(status, "hash"));
}

/* --- show --last ---------------------------------------------------------------------- */

static void print_time(FILE *f, const char *label, double t)
{
	char text[64] = "never";
	time_t s = (time_t)t;
	struct tm tm;
	if (s > 0 && gmtime_r(&s, &tm))
		strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S UTC", &tm);
	fprintf(f, "%-14s%s\n", label, text);
}

static void print_stages(FILE *f, const json_t *status)
{
	const char *name;
	json_t *v;
	fprintf(f, "%-14s", "stages");
	const char *sep = "";
	json_object_foreach(json_object_get(status, "stages"), name, v)
	{
		fprintf(f, "%s%s %.1f ms", sep, name, json_number_value(v) * 1000);
		sep = ", ";
	}
	fputc('\n', f);
}

void status_print(FILE *f, const json_t *status, bool json)
{
	if (json) {
		json_dumpf(status, f, JSON_SORT_KEYS | JSON_INDENT(2));
		fputc('\n', f);
		return;
	}
	if (!json_object_get(status, "ended")) {
		fputs("no run has been recorded\n", f);
		return;
	}
	print_time(f, "last run", number(status, "ended"));
	print_time(f, "last success", number(status, "last_success"));
	fprintf(f, "%-14s%s (exit status %.0f)\n", "outcome", text_of(status, "outcome"),
		number(status, "exit"));
	if (*text_of(status, "message"))
		fprintf(f, "%-14s%s\n", "message", text_of(status, "message"));
	fprintf(f, "%-14s%.1f ms\n", "took",
		(number(status, "ended") - number(status, "started")) * 1000);
	print_stages(f, status);
	fprintf(f, "%-14s%.0f frontends, %.0f services, %.0f servers, %zu left out\n", "text",
		number(status, "frontends"), number(status, "pools"), number(status, "servers"),
		json_array_size(json_object_get(status, "left_out")));
	fprintf(f, "%-14s%s\n", "generation", text_of(status, "hash"));
	fprintf(f, "%-14s%.0f reloads, %.0f put back\n", "since ever", number(status, "reloads"),
		number(status, "put_backs"));
	const char *key;
	json_t *v;
	json_object_foreach(json_object_get(json_object_get(status, "quarantine"), "services"), key,
			    v)
	    fprintf(f, "%-14s%s: %s\n", "quarantined", key, json_string_value(v));
}
