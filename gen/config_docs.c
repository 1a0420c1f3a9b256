/* config_docs: lb.ini and lb.ini(5), printed from the table. */
#include "config_impl.h"

#include <inttypes.h>
#include <string.h>

#include "value.h"

enum { WIDTH = 78 };

/* Words of text as comment lines of at most WIDTH bytes. */
void config_print_comment(FILE *f, const char *text)
{
	size_t at = 0;
	for (const char *p = text; *(p += strspn(p, " "));) {
		size_t n = strcspn(p, " ");
		if (at && at + 1 + n > WIDTH)
			at = 0, fputc('\n', f);
		fprintf(f, at ? " %.*s" : "# %.*s", (int)n, p);
		at += n + (at ? 1 : 2);
		p += n;
	}
	if (at)
		fputc('\n', f);
}

static void limit_text(const struct key *k, int64_t v, char out[24])
{
	if (k->type == &type_duration)
		value_duration_text(v * 1000, out);
	else if (k->type == &type_size)
		value_size_text(v, out);
	else
		snprintf(out, 24, "%" PRId64, v);
}

/* "100ms to 10m", "error, warning, …", or "" where the type says it all. */
static void range_text(const struct key *k, char *out, size_t size)
{
	char lo[24], hi[24];
	out[0] = '\0';
	if (k->range) {
		snprintf(out, size, "%s", k->range);
	} else if (k->words) {
		size_t at = 0;
		for (const char *p = k->words; *p && at + 3 < size; p++) {
			if (*p == ' ')
				out[at++] = ',';
			out[at++] = *p;
		}
		out[at] = '\0';
	} else if (k->type == &type_int || k->type == &type_duration || k->type == &type_size) {
		limit_text(k, k->min, lo);
		limit_text(k, k->max, hi);
		snprintf(out, size, "%s to %s", lo, hi);
	}
}

static void print_ini_key(FILE *f, const struct key *k)
{
	char range[128];
	range_text(k, range, sizeof(range));
	autofree char *text = *range ? xasprintf("%s (%s)", k->help, range) : xstrdup(k->help);
	fputc('\n', f);
	config_print_comment(f, text);
	fprintf(f, k->def ? "#%s = %s\n" : "#%s =%s\n", k->name, k->def ? k->def : "");
}

void config_print_ini(FILE *f, void (*defaults)(FILE *))
{
	fputs("# lb.ini: the settings of lbgen, lb.ini(5). Every key is here, with its default;\n"
	      "# take the # away to change it. A key without a value is unset by default.\n"
	      "# Comments stand on lines of their own. Durations have a unit: us ms s m h d.\n"
	      "# Items of a list are apart by blanks or commas. The environment goes before\n"
	      "# this file: LBGEN_HAPROXY_CONFIRM=20s is confirm = 20s of [haproxy].\n",
	      f);
	for (size_t s = 0; s < config_n_sections; s++) {
		const struct section *sec = &config_sections[s];
		fputc('\n', f);
		config_print_comment(f, sec->help);
		fprintf(f, "[%s]\n", sec->name);
		if (!strcmp(sec->name, "defaults") && defaults)
			defaults(f);
		for (size_t i = 0; i < config_n_keys; i++)
			if (!strcmp(config_keys[i].section, sec->name))
				print_ini_key(f, &config_keys[i]);
	}
	fputs("\n"
	      "# A service without labels: addresses by DNS (target) or as they stand here\n"
	      "# (server), with any label as a key. Its section is named [service NAME].\n"
	      "#[service web]\n"
	      "#target = tasks.web:80\n"
	      "#server = web1 10.0.0.1:80, web2 10.0.0.2:80\n"
	      "#publish = 80\n",
	      f);
}

/* --- mdoc ---------------------------------------------------------------------- */

static void roff_word(FILE *f, const char *p, size_t n, bool first)
{
	if (first && (*p == '.' || *p == '\''))
		fputs("\\&", f);
	for (size_t i = 0; i < n; i++)
		if (p[i] == '\\')
			fputs("\\e", f);
		else if (p[i] == '~')
			fputs("\\(ti", f);
		else
			fputc(p[i], f);
}

/* Text as roff takes it: no backslash, no control line; short lines, and a new
 * one for each sentence, as mdoc wants it. */
void config_print_roff_text(FILE *f, const char *text)
{
	size_t at = 0;
	for (const char *p = text; *(p += strspn(p, " "));) {
		size_t n = strcspn(p, " ");
		if (at && at + 1 + n > WIDTH)
			at = 0, fputc('\n', f);
		else if (at)
			at++, fputc(' ', f);
		roff_word(f, p, n, at == 0);
		at += n;
		p += n;
		if (strchr(".?!", p[-1]) && *p)
			at = 0, fputc('\n', f);
	}
	if (at)
		fputc('\n', f);
}

static void print_roff_key(FILE *f, const struct key *k)
{
	char range[128];
	range_text(k, range, sizeof(range));
	fprintf(f, ".It Cm %s No = Ar %s\n", k->name, k->type->name);
	config_print_roff_text(f, k->help);
	if (*range)
		fprintf(f, "Range: %s.\n", range);
	if (k->type->list)
		fputs("May be given on several lines, which add up.\n", f);
	if (k->def)
		fprintf(f, "Default:\n.Ql %s .\n", k->def);
	autofree char *variable = config_env_name(k->section, k->name);
	fprintf(f, "Environment:\n.Ev %s", variable);
	if (k->env)
		fprintf(f, " ,\n.Ev %s", k->env);
	fputs(" .\n", f);
}

void config_print_roff(FILE *f, void (*defaults)(FILE *))
{
	for (size_t s = 0; s < config_n_sections; s++) {
		const struct section *sec = &config_sections[s];
		fprintf(f, ".Ss [%s]\\&\n", sec->name);
		config_print_roff_text(f, sec->help);
		fputs(".Bl -tag -width 12n\n", f);
		if (!strcmp(sec->name, "defaults") && defaults)
			defaults(f);
		for (size_t i = 0; i < config_n_keys; i++)
			if (!strcmp(config_keys[i].section, sec->name))
				print_roff_key(f, &config_keys[i]);
		fputs(".El\n", f);
	}
}
