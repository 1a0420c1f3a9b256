/* option: see option.h. */
#include "option.h"

#include <getopt.h>
#include <string.h>

#include "config.h"
#include "value.h"

enum {
	ON_RUN = 1,
	ON_DIFF = 2,
	ON_RENDER = 4,
	ON_SNAPSHOT = 8,
	ON_MODEL = 16,
	ON_CHECK = 32,
	ON_SHOW = 64,
	ON_CONFIG = 128,
	ON_ALL = 255
};

struct command {
	const char *name;
	const char *args; /* "" or what may follow the name */
	enum option_command id;
	unsigned on; /* its bit in the options' table; 0: takes no options */
	const char *help;
};

static const struct command commands[] = {
    {"run", "", COMMAND_RUN, ON_RUN,
     "One pass: write what HAProxy should be and make it so (the default)."},
    {"diff", "", COMMAND_DIFF, ON_DIFF,
     "Show what a pass would change, without passwords; touch nothing. Exit status 1 if anything."},
    {"render", "", COMMAND_RENDER, ON_RENDER,
     "Print the text that a pass would write now, or a template with given data."},
    {"snapshot", "", COMMAND_SNAPSHOT, ON_SNAPSHOT,
     "Print what is running, as JSON: for bug reports and for replay."},
    {"model", "", COMMAND_MODEL, ON_MODEL,
     "Print what the template sees, as JSON, without passwords; render -d puts lb.ini's back."},
    {"check", "", COMMAND_CHECK, ON_CHECK,
     "Check lb.ini, the template and their result for the services of lb.ini; ask nobody."},
    {"config", "[name]", COMMAND_CONFIG, ON_CONFIG,
     "Print the settings in force, as lb.ini; or one alone, as haproxy.file."},
    {"show", "[name]", COMMAND_SHOW, ON_SHOW,
     "Show what is served by what, and what is left out and why."},
    {"tables", "name", COMMAND_TABLES, 0,
     "Print a table of the manual: keys, ini, labels, reasons, fields, functions, options."},
    {"help", "", COMMAND_HELP, 0, "Print this."},
    {"version", "", COMMAND_VERSION, 0, "Print the version."},
};

enum { LONG_ONLY = 256, OPT_SNAPSHOT, OPT_TIMEOUT, OPT_FORMAT, OPT_LAST, OPT_JSON };

struct opt {
	int id; /* the short letter, or a number above LONG_ONLY */
	const char *name;
	const char *arg; /* NULL: takes none */
	unsigned on;
	const char *help;
};

static const struct opt opts[] = {
    {'c', "config", "file", ON_ALL, "Read this lb.ini instead of /etc/lbgen/lb.ini."},
    {'d', "data", "file", ON_RENDER,
     "Template data as JSON, as model prints it; - is standard input."},
    {'t', "template", "file", ON_RENDER | ON_CHECK | ON_DIFF, "Use this template."},
    {'v', "debug", NULL, ON_ALL,
     "Log more: how long each stage took, what was asked and answered."},
    {OPT_SNAPSHOT, "snapshot", "file", ON_ALL & ~(ON_CHECK | ON_CONFIG),
     "Read this snapshot instead of asking Docker, Swarm and DNS; - is standard input."},
    {OPT_TIMEOUT, "timeout", "time", ON_ALL,
     "One deadline for the whole pass, as 30s or 500ms; instead of [apply] timeout."},
    {OPT_LAST, "last", NULL, ON_SHOW, "Show how the last run went instead."},
    {OPT_JSON, "json", NULL, ON_SHOW, "Print JSON."},
    {OPT_FORMAT, "log-format", "form", ON_ALL,
     "auto, plain, journal or json. Auto: journal when the journal reads it, else plain."},
    {'h', "help", NULL, ON_ALL, "Print this."},
    {'V', "version", NULL, ON_ALL, "Print the version."},
};

static const struct opt *opt_by_id(int id)
{
	for (size_t i = 0; i < ARRAY_LEN(opts); i++)
		if (opts[i].id == id)
			return &opts[i];
	return NULL;
}

static int read_timeout(struct option_set *o, const char *s, struct err *e)
{
	const char *why = NULL;
	int64_t us;
	if (!value_duration(s, 1000, 86400000000, &us, &why))
		return err_set(e, EX_USAGE, "--timeout %s: %s", s,
			       why ? why : "write 30s or 500ms");
	o->timeout = us / 1000;
	return 0;
}

static int read_format(struct option_set *o, const char *s, struct err *e)
{
	if (report_format_read(s, &o->format))
		return 0;
	return err_set(e, EX_USAGE, "--log-format %s: is none of auto, plain, journal, json", s);
}

static int take(struct option_set *o, int id, const char *arg, struct err *e)
{
	switch (id) {
	case 'c':
		o->config = arg;
		return 0;
	case 'd':
		o->data = arg;
		return 0;
	case 't':
		o->template = arg;
		return 0;
	case 'v':
		o->debug = true;
		return 0;
	case OPT_SNAPSHOT:
		o->snapshot = arg;
		return 0;
	case OPT_TIMEOUT:
		return read_timeout(o, arg, e);
	case OPT_LAST:
		o->last = true;
		return 0;
	case OPT_JSON:
		o->json = true;
		return 0;
	case OPT_FORMAT:
		return read_format(o, arg, e);
	default:
		return 0;
	}
}

/* getopt's own words name the program; ours name the remedy. */
static int wrong_option(char **argv, int which, int got, struct err *e)
{
	const char *word = argv[which];
	if (got == ':')
		return err_set(e, EX_USAGE, "%s needs a value (lbgen --help)", word);
	const char *names[ARRAY_LEN(opts) + 1] = {0};
	for (size_t i = 0; i < ARRAY_LEN(opts); i++)
		names[i] = opts[i].name;
	const char *near = str_prefix(word, "--") ? str_nearest(word + 2, names) : NULL;
	autofree char *seen = str_visible(word, 100);
	return err_set(e, EX_USAGE, "%s: no such option%s%s (lbgen --help)", seen,
		       near ? ", nearest is --" : "", near ? near : "");
}

static int find_command(struct option_set *o, int n, char **words, const struct command **found,
			struct err *e)
{
	*found = &commands[0];
	if (n == 0)
		return 0;
	const char *names[ARRAY_LEN(commands) + 1] = {0};
	for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
		names[i] = commands[i].name;
		if (strcmp(words[0], names[i]) == 0)
			*found = &commands[i];
	}
	if (strcmp(words[0], (*found)->name) != 0) {
		const char *near = str_nearest(words[0], names);
		autofree char *seen = str_visible(words[0], 100);
		return err_set(e, EX_USAGE, "%s: no such command%s%s (lbgen --help)", seen,
			       near ? ", nearest is " : "", near ? near : "");
	}
	bool may = (*found)->args[0], must = may && (*found)->args[0] != '[';
	if (n > 2 || (n > 1 && !may)) {
		autofree char *seen = str_visible(words[may ? 2 : 1], 100);
		return err_set(e, EX_USAGE, "%s: %s takes no such argument (lbgen --help)", seen,
			       words[0]);
	}
	if (must && n < 2)
		return err_set(e, EX_USAGE, "%s needs a %s (lbgen --help)", words[0],
			       (*found)->args);
	o->name = n > 1 ? words[1] : NULL;
	return 0;
}

static int check_pairs(const struct option_set *o, struct err *e)
{
	if (o->data && o->snapshot)
		return err_set(e, EX_USAGE,
			       "-d and --snapshot exclude each other: -d is the "
			       "template's data, --snapshot what it is made from");
	if (o->last && (o->name || o->snapshot))
		return err_set(e, EX_USAGE,
			       "--last shows the last run, and takes neither a name "
			       "nor --snapshot");
	return 0;
}

int option_parse(struct option_set *o, int argc, char **argv, struct err *e)
{
	struct option longs[ARRAY_LEN(opts) + 1] = {{0}};
	char shorts[2 * ARRAY_LEN(opts) + 2] = ":";
	bool used[ARRAY_LEN(opts)] = {0};
	for (size_t i = 0; i < ARRAY_LEN(opts); i++) {
		longs[i] = (struct option){opts[i].name, opts[i].arg != NULL, NULL, opts[i].id};
		if (opts[i].id < LONG_ONLY) {
			char letter[3] = {(char)opts[i].id, opts[i].arg ? ':' : '\0', '\0'};
			strcat(shorts, letter);
		}
	}
	opterr = 0;
	for (int id; (id = getopt_long(argc, argv, shorts, longs, NULL)) != -1;) {
		if (id == '?' || id == ':')
			return wrong_option(argv, optind - 1, id, e);
		if (id == 'h' || id == 'V') {
			o->command = id == 'h' ? COMMAND_HELP : COMMAND_VERSION;
			return 0;
		}
		used[opt_by_id(id) - opts] = true;
		if (take(o, id, optarg, e))
			return -1;
	}
	const struct command *cmd;
	if (find_command(o, argc - optind, argv + optind, &cmd, e))
		return -1;
	o->command = cmd->id;
	for (size_t i = 0; i < ARRAY_LEN(opts); i++)
		if (used[i] && cmd->on && !(opts[i].on & cmd->on))
			return err_set(e, EX_USAGE, "--%s: %s does not take it (lbgen --help)",
				       opts[i].name, cmd->name);
	return check_pairs(o, e);
}

void option_print_help(FILE *f)
{
	fputs("Usage: lbgen [options] [command]\n\n"
	      "Makes haproxy.cfg from what runs, and brings HAProxy in step.\n\nCommands:\n",
	      f);
	for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
		autofree char *left = xasprintf("%s %s", commands[i].name, commands[i].args);
		fprintf(f, "  %-22s %s\n", left, commands[i].help);
	}
	fputs("\nOptions:\n", f);
	for (size_t i = 0; i < ARRAY_LEN(opts); i++) {
		char letter[8] = "    ";
		if (opts[i].id < LONG_ONLY)
			snprintf(letter, sizeof(letter), "-%c, ", opts[i].id);
		autofree char *left =
		    xasprintf("%s--%s %s", letter, opts[i].name, opts[i].arg ? opts[i].arg : "");
		fprintf(f, "  %-22s %s\n", left, opts[i].help);
	}
	fputs("\nExit status: 0 in sync, 64 usage, 65 template or its text is wrong, 66 a named\n"
	      "file is missing, 69 somebody does not answer, 70 HAProxy refused and the old file\n"
	      "was put back, 73 cannot write, 74 cannot print, 75 another run holds the lock,\n"
	      "78 lb.ini is wrong.\n"
	      "Manuals: lbgen(8), lb.ini(5), haproxy.tmpl(5), lbgen-labels(7).\n",
	      f);
}

void option_print_roff(FILE *f)
{
	fputs(".Ss Commands\n.Bl -tag -width snapshot\n", f);
	for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
		const char *args = commands[i].args;
		fprintf(f, ".It Cm %s", commands[i].name);
		if (args[0] == '[')
			fprintf(f, " Op Ar %.*s", (int)strlen(args) - 2, args + 1);
		else if (args[0])
			fprintf(f, " Ar %s", args);
		fputc('\n', f);
		config_print_roff_text(f, commands[i].help);
	}
	fputs(".El\n.Ss Options\n.Bl -tag -width Ds\n", f);
	for (size_t i = 0; i < ARRAY_LEN(opts); i++) {
		fputs(".It ", f);
		if (opts[i].id < LONG_ONLY)
			fprintf(f, "Fl %c , ", opts[i].id);
		fprintf(f, "Fl \\-%s", opts[i].name);
		if (opts[i].arg)
			fprintf(f, " Ar %s", opts[i].arg);
		fputc('\n', f);
		config_print_roff_text(f, opts[i].help);
	}
	fputs(".El\n", f);
}
