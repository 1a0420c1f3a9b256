/* report: see report.h. */
#include "report.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* The one mutable state of the stage: how this process logs. */
static struct {
	enum report_format format;
	enum report_level most;
} setup = {REPORT_PLAIN, REPORT_INFO};

bool report_format_read(const char *s, enum report_format *out)
{
	static const char *const words[] = {"auto", "plain", "journal", "json"};
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (!strcmp(s, words[i])) {
			*out = (enum report_format)i;
			return true;
		}
	return false;
}

static const char *const level_words[] = {"error", "warning", "notice", "info", "debug"};

bool report_level_read(const char *s, enum report_level *out)
{
	for (size_t i = 0; i < ARRAY_LEN(level_words); i++)
		if (!strcmp(s, level_words[i])) {
			*out = (enum report_level)(REPORT_ERROR + i);
			return true;
		}
	return false;
}

/* systemd.exec(5): JOURNAL_STREAM is "device:inode" of the stream that goes to
 * the journal; another one of ours (a redirection) must not get prefixes. */
static bool stderr_is_journal(void)
{
	const char *want = getenv("JOURNAL_STREAM");
	struct stat st;
	unsigned long long dev, ino;
	char rest;
	if (!want || sscanf(want, "%llu:%llu%c", &dev, &ino, &rest) != 2)
		return false;
	return fstat(STDERR_FILENO, &st) == 0 && st.st_dev == dev && st.st_ino == ino;
}

void report_setup(enum report_format format, enum report_level most)
{
	if (format == REPORT_AUTO)
		format = stderr_is_journal() ? REPORT_JOURNAL : REPORT_PLAIN;
	setup.format = format;
	setup.most = most;
}

bool report_wants(enum report_level level)
{
	return level <= setup.most;
}

static void add_json(struct buf *b, enum report_level level, const char *text, size_t len)
{
	struct timespec now;
	struct tm tm;
	char when[32];
	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &tm);
	strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%S", &tm);
	json_auto_t *msg = json_stringn(text, len);
	autofree char *quoted = msg ? json_dumps(msg, JSON_ENCODE_ANY) : NULL;
	buf_addf(b, "{\"time\":\"%s.%03ldZ\",\"level\":\"%s\",\"message\":%s}\n", when,
		 now.tv_nsec / 1000000, level_words[level - REPORT_ERROR],
		 quoted ? quoted : "\"\"");
}

/* A line as a terminal or the journal may see it: no control byte of a
 * stranger moves the cursor or forges a line. */
static void add_line(struct buf *b, enum report_level level, const char *line, size_t len)
{
	autofree char *raw = xstrndup(line, len);
	autofree char *text = str_visible(raw, 8192);
	if (setup.format == REPORT_JSON) {
		add_json(b, level, text, strlen(text));
		return;
	}
	if (setup.format == REPORT_JOURNAL)
		buf_addf(b, "<%d>", (int)level);
	buf_addf(b, "%s\n", text);
}

static void write_out(const struct buf *b)
{
	for (size_t done = 0; done < b->len;) {
		ssize_t n = write(STDERR_FILENO, b->s + done, b->len - done);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return; /* a log that cannot be written is not a reason to stop */
		done += (size_t)n;
	}
}

void report_line(enum report_level level, const char *fmt, ...)
{
	if (!report_wants(level))
		return;
	autobuf struct buf text = {0}, out = {0};
	va_list ap;
	va_start(ap, fmt);
	buf_vaddf(&text, fmt, ap);
	va_end(ap);
	const char *p = text.s ? text.s : "";
	for (;;) {
		size_t n = strcspn(p, "\n");
		if (n || !p[n])
			add_line(&out, level, p, n);
		if (!p[n] || !p[n + 1])
			break;
		p += n + 1;
	}
	write_out(&out);
}

void report_error(const struct err *e)
{
	autofree char *text = err_text(e);
	report_line(REPORT_ERROR, "%s", text);
}
