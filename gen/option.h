/* option: the command line, from one table.
 *
 * Owns:   nothing.
 * Gives:  the command and its options; --help and lbgen(8)'s region from the
 *         same table.
 * Never:  reads a file, prints anything but what it is asked to.
 * Errors: EX_USAGE, with the nearest name.
 * Floor:  1.
 */
#ifndef LBGEN_OPTION_H
#define LBGEN_OPTION_H

#include "report.h"

enum option_command {
	COMMAND_RUN,
	COMMAND_DIFF,
	COMMAND_RENDER,
	COMMAND_SNAPSHOT,
	COMMAND_MODEL,
	COMMAND_CHECK,
	COMMAND_CONFIG,
	COMMAND_SHOW,
	COMMAND_TABLES,
	COMMAND_HELP,
	COMMAND_VERSION
};

/* Strings are the process's own arguments. */
struct option_set {
	enum option_command command;
	const char *name;     /* show NAME, config NAME, tables NAME; NULL if none */
	const char *config;   /* -c; NULL: the default places */
	const char *template; /* -t */
	const char *data;     /* -d */
	const char *snapshot; /* --snapshot */
	int64_t timeout;      /* ms; 0 = lb.ini's */
	enum report_format format;
	bool debug;
	bool last;
	bool json;
};

/* o must be zeroed before. 0, or -1 with *e set. */
int option_parse(struct option_set *o, int argc, char **argv, struct err *e);

void option_print_help(FILE *f);
void option_print_roff(FILE *f); /* between begin and end options of lbgen(8) */

#endif
