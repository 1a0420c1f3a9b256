/* status: see status.h. */
#include "status.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "report.h"

enum { STATUS_CAP = 16 << 20, LOCK_MS = 1000 };

static char *status_path(const struct config *c)
{
	return xasprintf("%s/status.json", c->apply.state_dir);
}

/* NULL: there is none, or it is corrupt. */
static json_t *read_status(const struct config *c, bool *corrupt)
{
	autofree char *path = status_path(c);
	autobuf struct buf b = {0};
	*corrupt = false;
	if (file_read(path, STATUS_CAP, EX_NOINPUT, &b, NULL) || !b.s)
		return NULL;
	json_t *got = json_loadb(b.s, b.len, 0, NULL);
	if (json_is_object(got))
		return got;
	json_decref(got);
	*corrupt = true;
	return NULL;
}

int status_may_read(const struct config *c, struct err *e)
{
	autofree char *path = status_path(c);
	if (access(path, R_OK) == 0 || errno != EACCES)
		return 0;
	return err_set(e, EX_NOINPUT,
		       "%s: permission denied; ask as root, or as one of its folder's group", path);
}

json_t *status_load(const struct config *c)
{
	bool corrupt;
	json_t *got = read_status(c, &corrupt);
	if (corrupt) {
		autofree char *path = status_path(c);
		report_line(REPORT_WARNING,
			    "%s is corrupt: taken as none, and made anew by this run or the next; "
			    "only its counts are lost",
			    path);
	}
	return got ? got : json_object();
}

/* Whole or not at all, but without fsync: it is written by every run, and what
 * a power cut takes of it the next run makes again. The folder may belong to
 * somebody else, as node_exporter's may: a link planted there is not followed. */
static int replace(const char *path, const char *text, size_t len, struct err *e)
{
	autofree char *tmp = xasprintf("%s.new", path);
	unlink(tmp); /* of a killed run */
	int fd = open(tmp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "w");
	if (!f) {
		err_sys(e, EX_CANTCREAT, "%s", tmp);
		util_close_fd(&fd);
		return -1;
	}
	bool bad = fwrite(text, 1, len, f) != len;
	bad |= fchmod(fileno(f), 0644) != 0; /* node_exporter is another user */
	bad |= fclose(f) != 0;
	if (bad || rename(tmp, path)) {
		err_sys(e, EX_CANTCREAT, "%s", path);
		unlink(tmp);
		return -1;
	}
	return 0;
}

/* The folder's own lock, held for the moment of reading and writing: a run that
 * was turned away by the lock of the passes writes its account as well. */
static int lock_folder(const struct config *c)
{
	int fd = open(c->apply.state_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	for (struct deadline d = deadline_in(LOCK_MS); fd >= 0 && flock(fd, LOCK_EX | LOCK_NB);) {
		if (deadline_left(d) == 0)
			break; /* a stopped run is no reason to keep silent */
		sleep_ms(2);
	}
	return fd;
}

/* Where the last run that could read lb.ini put it, if this one cannot. */
static const char *textfile_of(const struct config *c, json_t *status, bool configured)
{
	const char *wanted = c->metrics.textfile;
	if (configured || wanted)
		json_object_set_new(status, "textfile", json_string(wanted ? wanted : ""));
	const char *kept = json_string_value(json_object_get(status, "textfile"));
	return kept && kept[0] == '/' ? kept : NULL;
}

static void save(const struct config *c, json_t *status, const char *textfile)
{
	struct err e = {0}, m = {0};
	autofree char *path = status_path(c);
	autofree char *text = json_dumps(status, JSON_INDENT(1));
	if (!text || replace(path, text, strlen(text), &e))
		report_line(REPORT_WARNING, "the state of this run is not kept: %s", e.msg);
	if (!textfile)
		return;
	autobuf struct buf b = {0};
	status_metrics(&b, status);
	if (replace(textfile, b.s, b.len, &m))
		report_line(REPORT_WARNING, "[metrics] textfile: %s", m.msg);
}

void status_save(const struct config *c, json_t *status, const struct status_run *run)
{
	struct err e = {0};
	bool corrupt;
	autofree char *path = status_path(c);
	mkdir_for(path, &e); /* what is wrong with it is told when the file is written */
	autoclose int lock = lock_folder(c);
	(void)lock; /* held until the end */
	json_auto_t *there = read_status(c, &corrupt);
	json_t *all = run->held || !there ? status : there;
	if (run->held && json_object_get(there, "runs"))
		json_object_set(all, "runs", json_object_get(there, "runs"));
	json_object_update(all, run->account);
	char class[12];
	snprintf(class, sizeof(class), "%d", run->exit);
	status_count(all, "runs", class);
	save(c, all, textfile_of(c, all, run->configured));
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
	bool zero; /* 0 before the first time: an alert must see what never was */
	const char *help;
} numbers[] = {
    {"ended", "last_run_timestamp_seconds", "gauge", true, "When the last run ended."},
    {"last_success", "last_success_timestamp_seconds", "gauge", true,
     "When a run last ended with HAProxy in step, 0 = never."},
    {"exit", "last_run_exit_status", "gauge", true,
     "Exit status of the last run (sysexits.h), 0 = in step."},
    {"snapshot", "snapshot_timestamp_seconds", "gauge", false,
     "When the last complete snapshot was taken."},
    {"frontends", "frontends", "gauge", false, "Frontends in the last text."},
    {"pools", "services", "gauge", false, "Balanced services (pools) in the last text."},
    {"servers", "servers", "gauge", false, "Servers in the last text."},
    {"reloads", "reloads_total", "counter", true, "Confirmed reloads of HAProxy."},
    {"put_backs", "put_backs_total", "counter", true,
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

/* Every status that a run may end with: a series that begins with the first
 * failure would hide that one from increase(). */
static const char *const classes[] = {"0", "65", "66", "69", "70", "73", "75", "78"};

static json_t *all_classes(const json_t *status)
{
	json_t *runs = json_object();
	for (size_t i = 0; i < ARRAY_LEN(classes); i++)
		json_object_set_new(runs, classes[i], json_integer(0));
	json_object_update(runs, json_object_get(status, "runs"));
	return runs;
}

/* A label's value as the format wants it. */
static void add_value(struct buf *b, const char *s)
{
	for (; *s; s++)
		if (*s == '\n')
			buf_adds(b, "\\n");
		else
			buf_addf(b, "%s%c", *s == '"' || *s == '\\' ? "\\" : "", *s);
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
	for (size_t i = 0; i < n; i++) {
		buf_addf(b, "lbgen_%s{%s=\"", name, label);
		add_value(b, keys[i]);
		buf_addf(b, "\"} %.15g\n", number(o, keys[i]));
	}
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
		if (!json_object_get(status, numbers[i].key) && !numbers[i].zero)
			continue;
		head(b, numbers[i].name, numbers[i].type, numbers[i].help);
		buf_addf(b, "lbgen_%s %.15g\n", numbers[i].name, number(status, numbers[i].key));
	}
	head(b, "last_run_duration_seconds", "gauge", "How long the last run took.");
	buf_addf(b, "lbgen_last_run_duration_seconds %.6f\n",
		 number(status, "ended") - number(status, "started"));
	head(b, "stage_duration_seconds", "gauge", "How long each stage of the last run took.");
	by_label(b, json_object_get(status, "stages"), "stage_duration_seconds", "stage");
	json_auto_t *runs = all_classes(status);
	head(b, "runs_total", "counter", "Runs by exit status (sysexits.h).");
	by_label(b, runs, "runs_total", "exit");
	json_auto_t *out = left_out_counts(status);
	head(b, "left_out", "gauge", "Services of containers that get no traffic, by reason.");
	by_label(b, out, "left_out", "reason");
	head(b, "certificate_expiry_timestamp_seconds", "gauge",
	     "When the certificates that labels name expire; their services are left out then.");
	by_label(b, json_object_get(status, "certs"), "certificate_expiry_timestamp_seconds",
		 "file");
	head(b, "info", "gauge", "Version, and the generation that the last run wanted.");
	buf_addf(b, "lbgen_info{version=\"%s\",hash=\"", LBGEN_VERSION);
	add_value(b, text_of(status, "hash"));
	buf_adds(b, "\"} 1\n");
}

/* --- show --last ---------------------------------------------------------------------- */

/* "12 s", "3 min", "5 h", "2 d" */
static void add_age(struct buf *b, double s)
{
	static const struct {
		double up_to, unit;
		const char *name;
	} units[] = {{120, 1, "s"}, {7200, 60, "min"}, {172800, 3600, "h"}, {1e18, 86400, "d"}};
	size_t i = 0;
	while (s >= units[i].up_to && i + 1 < ARRAY_LEN(units))
		i++;
	buf_addf(b, " (%.0f %s ago)", s / units[i].unit, units[i].name);
}

static void print_time(FILE *f, const char *label, double t)
{
	char text[64] = "never";
	autobuf struct buf age = {0};
	time_t s = t > 0 && t < 1e11 ? (time_t)t : 0;
	struct tm tm;
	if (s > 0 && gmtime_r(&s, &tm)) {
		strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S UTC", &tm);
		if (time(NULL) >= s)
			add_age(&age, (double)(time(NULL) - s));
	}
	fprintf(f, "%-14s%s%s\n", label, text, age.s ? age.s : "");
}

static void print_stages(FILE *f, const json_t *status)
{
	const char *name, *sep = "";
	json_t *v;
	fprintf(f, "%-14s", "stages");
	json_object_foreach(json_object_get(status, "stages"), name, v)
	{
		fprintf(f, "%s%s %.1f ms", sep, name, json_number_value(v) * 1000);
		sep = ", ";
	}
	fputc('\n', f);
}

/* Lines after the first stand below it. */
static void print_lines(FILE *f, const char *label, const char *text)
{
	for (const char *at = text; *at; label = "") {
		int n = (int)strcspn(at, "\n");
		fprintf(f, "%-14s%.*s\n", label, n, at);
		at += n;
		at += *at == '\n';
	}
}

static void print_left_out(FILE *f, const json_t *status)
{
	json_t *x;
	size_t i;
	const char *label = "left out";
	json_array_foreach(json_object_get(status, "left_out"), i, x)
	{
		const char *service = text_of(x, "service"), *reason = text_of(x, "reason");
		if (!*reason)
			continue; /* a warning */
		autofree char *line =
		    xasprintf("%s%s%s (%s): %s", text_of(x, "member"), *service ? "/" : "", service,
			      reason, text_of(x, "text"));
		print_lines(f, label, line);
		label = "";
	}
}

static void print_counted(FILE *f, const json_t *status, const char *key, const char *one,
			  const char *end)
{
	double n = number(status, key);
	fprintf(f, "%.0f %s%s%s", n, one, n == 1 ? "" : "s", end);
}

static size_t left_out(const json_t *status)
{
	json_auto_t *counts = left_out_counts(status);
	const char *key;
	json_t *v;
	size_t n = 0;
	json_object_foreach(counts, key, v) n += (size_t)json_integer_value(v);
	return n;
}

void status_print(FILE *f, const json_t *status, bool json)
{
	if (json) {
		json_dumpf(status, f, JSON_INDENT(2));
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
	print_lines(f, "message", text_of(status, "message"));
	fprintf(f, "%-14s%.1f ms\n", "took",
		(number(status, "ended") - number(status, "started")) * 1000);
	print_stages(f, status);
	if (json_object_get(status, "hash")) {
		fprintf(f, "%-14s", "text");
		print_counted(f, status, "frontends", "frontend", ", ");
		print_counted(f, status, "pools", "service", ", ");
		print_counted(f, status, "servers", "server", "");
		fprintf(f, ", %zu left out\n", left_out(status));
		fprintf(f, "%-14s%s\n", "generation", text_of(status, "hash"));
	}
	fprintf(f, "%-14s", "since ever");
	print_counted(f, status, "reloads", "reload", "");
	fprintf(f, ", %.0f put back\n", number(status, "put_backs"));
	print_left_out(f, status);
}
