/* gen: the program. The command line, one command, its exit status. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "gen/check.h"
#include "gen/diff.h"
#include "gen/label.h"
#include "gen/pass.h"
#include "gen/secret.h"
#include "gen/show.h"
#include "gen/status.h"
#include "gen/tables.h"

#define autopass __attribute__((cleanup(pass_free)))

static int finish(int status, struct err *e)
{
	if (e->exit)
		report_error(e);
	return e->exit ? e->exit : status;
}

/* Results go out whole or the status says so. */
static int print(const char *text, size_t len, struct err *e)
{
	if (fwrite(text, 1, len, stdout) != len || fflush(stdout))
		return err_sys(e, EX_IOERR, "standard output");
	return 0;
}

/* `model` hides the passwords; here, where lb.ini has them, they are known. */
static void fill_secrets(struct pass *p)
{
	struct model own = {0};
	struct snapshot none = {0};
	struct err e = {0};
	snapshot_none(&none);
	if (model_build(&own, &p->c, &none, NULL, &e) == 0)
		secret_fill(p->m.data, own.data);
	model_free(&own);
	snapshot_free(&none);
}

static int render(struct pass *p, struct err *e)
{
	if (!p->ask->data)
		return pass_text(p, e) ? -1 : print(p->text, p->len, e);
	if (pass_config(p, e) || render_load(&p->m.data, p->ask->data, e))
		return -1;
	fill_secrets(p);
	if (render_text(&p->c, p->ask->template, p->m.data, &p->text, &p->len, NULL, e))
		return -1;
	return print(p->text, p->len, e);
}

static int snapshot(struct pass *p, struct err *e)
{
	if (pass_snapshot(p, e))
		return -1;
	autofree char *text = snapshot_text(&p->s);
	return print(text, strlen(text), e);
}

static int model(struct pass *p, struct err *e)
{
	if (pass_model(p, e))
		return -1;
	secret_hide(p->m.data);
	autofree char *text = model_text(&p->m);
	return print(text, strlen(text), e);
}

/* A wrong lb.ini may be why the last run failed: it is told, and no obstacle. */
static int show_last(struct pass *p, struct err *e)
{
	struct err wrong = {0};
	if (pass_config(p, &wrong))
		report_line(REPORT_WARNING, "%s", wrong.msg);
	if (status_may_read(&p->c, e))
		return -1;
	json_auto_t *status = status_load(&p->c);
	status_print(stdout, status, p->ask->json);
	return 0;
}

static int show(struct pass *p, struct err *e)
{
	if (p->ask->last)
		return show_last(p, e);
	if (pass_text(p, e))
		return -1;
	return show_print(stdout, &p->c, &p->s, &p->m, p->ask->name, p->ask->json, e);
}

static int tables(const char *name, struct err *e)
{
	static const struct {
		const char *name;
		void (*print)(FILE *);
	} all[] = {
	    {"fields", model_print_fields},
	    {"functions", tables_functions},
	    {"ini", tables_ini},
	    {"keys", tables_keys},
	    {"labels", label_print_keys},
	    {"options", option_print_roff},
	    {"reasons", label_print_reasons},
	};
	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		if (strcmp(name, all[i].name) == 0) {
			all[i].print(stdout);
			return 0;
		}
	}
	return err_set(e, EX_USAGE, "%s: no such table (lbgen --help)", name);
}

static int command(const struct option_set *o, struct err *e)
{
	autopass struct pass p = {.ask = o};
	switch (o->command) {
	case COMMAND_RUN:
		return pass_run(&p, e);
	case COMMAND_DIFF:
		return diff_print(stdout, &p, e);
	case COMMAND_RENDER:
		return render(&p, e);
	case COMMAND_SNAPSHOT:
		return snapshot(&p, e);
	case COMMAND_MODEL:
		return model(&p, e);
	case COMMAND_CHECK:
		return check_all(stdout, &p, e);
	case COMMAND_CONFIG:
		return pass_config(&p, e) ? -1 : config_print(stdout, &p.c, o->name, e);
	case COMMAND_SHOW:
		return show(&p, e);
	case COMMAND_TABLES:
		return tables(o->name, e);
	case COMMAND_HELP:
		option_print_help(stdout);
		return 0;
	case COMMAND_VERSION:
		puts("lbgen " LBGEN_VERSION);
		return 0;
	}
	return 0;
}

/* A descriptor that the caller closed would become a file of ours, and what is
 * printed would go there. Each is opened the wrong way round, so that using it
 * is the error that it would be. */
static void open_standard(void)
{
	for (;;) {
		int fd = open("/dev/null", O_RDONLY);
		if (fd == STDIN_FILENO) {
			close(fd);
			fd = open("/dev/null", O_WRONLY);
		}
		if (fd < 0 || fd > STDERR_FILENO) {
			if (fd >= 0)
				close(fd);
			return;
		}
	}
}

int main(int argc, char **argv)
{
	open_standard();
	struct err e = {0};
	struct option_set o = {0};
	int status = option_parse(&o, argc, argv, &e);
	report_setup(o.format, o.debug ? REPORT_DEBUG : REPORT_INFO);
	if (!status)
		status = command(&o, &e);
	/* whoever reads it must not take half of it, or nothing, for all */
	if ((fflush(stdout) || ferror(stdout)) && !e.exit)
		err_sys(&e, EX_IOERR, "standard output");
	status = finish(status, &e);
	return status;
}
