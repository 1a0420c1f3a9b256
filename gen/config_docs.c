/* config_docs: lb.ini and lb.ini(5), and the settings in force, from the table. */
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

/* --- what is in force ------------------------------------------------------------ */

static char *reload_word(const struct config *c)
{
	static const char *const words[] = {"master", "signal", "systemd", "command"};
	return c->haproxy.reload == RELOAD_DOCKER ? xasprintf("docker:%s", c->haproxy.reload_arg)
						  : xstrdup(words[c->haproxy.reload]);
}

static char *list_word(char *const *list)
{
	struct buf b = {0};
	for (char *const *p = list; p && *p; p++)
		buf_addf(&b, "%s%s", p == list ? "" : " ", *p);
	return b.s ? buf_steal(&b) : NULL;
}

/* A key's value as it would be written; NULL: unset. Owned by the caller. */
static char *value_word(const struct config *c, const struct key *k)
{
	const void *field = (const char *)c + k->offset;
	char number[24];
	if (k->type == &type_reload)
		return reload_word(c);
	if (k->type == &type_bool || k->type == &type_auto)
		return xstrdup(*(const bool *)field ? "yes" : "no");
	if (k->type == &type_int || k->type == &type_duration || k->type == &type_size) {
		limit_text(k, *(const int64_t *)field, number);
		return xstrdup(number);
	}
	if (k->type->list)
		return list_word(*(char *const *const *)field);
	const char *text = *(char *const *)field;
	return text ? xstrdup(text) : NULL;
}

static void print_pairs(FILE *f, const struct ini_pair *pairs, size_t n)
{
	for (size_t i = 0; i < n; i++)
		fprintf(f, "%s = %s\n", pairs[i].key, pairs[i].value);
}

static void print_services(FILE *f, const struct config *c)
{
	for (size_t i = 0; i < c->n_services; i++) {
		const struct ini_service *s = &c->services[i];
		if (!s->line) /* of [compat] my_config */
			continue;
		fprintf(f, "\n[service %s]\n", s->name);
		for (char **p = s->targets; p && *p; p++)
			fprintf(f, "target = %s\n", *p);
		for (char **p = s->servers; p && *p; p++)
			fprintf(f, "server = %s\n", *p);
		print_pairs(f, s->pairs, s->n_pairs);
	}
}

static void print_key(FILE *f, const struct config *c, const struct key *k)
{
	autofree char *word = value_word(c, k);
	if (!word)
		fprintf(f, "#%s =\n", k->name);
	else if (k->type == &type_secret)
		fprintf(f, "#%s is set\n", k->name);
	else
		fprintf(f, "%s = %s\n", k->name, word);
}

static int print_one(FILE *f, const struct config *c, const char *name, struct err *e)
{
	for (size_t i = 0; i < config_n_keys; i++) {
		const struct key *k = &config_keys[i];
		autofree char *full = xasprintf("%s.%s", k->section, k->name);
		if (strcmp(full, name) != 0)
			continue;
		autofree char *word = k->type == &type_secret ? NULL : value_word(c, k);
		fprintf(f, "%s\n", word ? word : "");
		return 0;
	}
	autofree char *seen = str_visible(name, 100);
	return err_set(e, EX_USAGE, "%s: no such setting (write one as haproxy.file; lb.ini(5))",
		       seen);
}

int config_print(FILE *f, const struct config *c, const char *name, struct err *e)
{
	if (name)
		return print_one(f, c, name, e);
	for (size_t s = 0; s < config_n_sections; s++) {
		const char *section = config_sections[s].name;
		fprintf(f, "%s[%s]\n", s ? "\n" : "", section);
		if (strcmp(section, "defaults") == 0)
			print_pairs(f, c->defaults, c->n_defaults);
		for (size_t i = 0; i < config_n_keys; i++)
			if (strcmp(config_keys[i].section, section) == 0)
				print_key(f, c, &config_keys[i]);
	}
	print_services(f, c);
	return 0;
}
