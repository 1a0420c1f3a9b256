/* report: everything a pass says, and to whom.
 *
 * Owns:   the log's format (once per process).
 * Gives:  log lines by level; the journal's <N> prefix; JSON lines.
 * Never:  writes to stdout: that is for results.
 * Errors: none; a log that cannot be written is not a reason to stop.
 * Floor:  1.
 */
#ifndef LBGEN_REPORT_H
#define LBGEN_REPORT_H

#include "util.h"

enum report_level {
	REPORT_ERROR = 3,
	REPORT_WARNING = 4,
	REPORT_NOTICE = 5,
	REPORT_INFO = 6,
	REPORT_DEBUG = 7
};

enum report_format { REPORT_AUTO, REPORT_PLAIN, REPORT_JOURNAL, REPORT_JSON };

/* AUTO: journal when JOURNAL_STREAM names stderr's device and inode
 * (systemd.exec(5)), else plain. Lines above `most` are dropped. */
void report_setup(enum report_format format, enum report_level most);

/* "auto plain journal json" and "error warning notice info debug" as written in
 * lb.ini and on the command line. */
bool report_format_read(const char *s, enum report_format *out);
bool report_level_read(const char *s, enum report_level *out);

/* Whether lines of that level are written at all. */
bool report_wants(enum report_level level);

/* One line (newlines in it become one line each). Plain lines are the text alone;
 * control bytes and bytes that are no UTF-8 are shown as \xHH. One write per call. */
void report_line(enum report_level level, const char *fmt, ...) PRINTF_LIKE(2, 3);
void report_error(const struct err *e);

#endif
