/* tables: see tables.h. */
#include "tables.h"

#include <ctype.h>
#include <string.h>

#include "config.h"
#include "label.h"
#include "tmpl.h"

/* "name of that cookie" and "token" make "Name of that cookie (token)." */
static char *sentence(const struct label_key *k)
{
	char *s = k->value && *k->value ? xasprintf("%s (%s).", k->doc, k->value)
					: xasprintf("%s.", k->doc);
	s[0] = (char)toupper((unsigned char)s[0]);
	return s;
}

static void defaults_ini(FILE *f)
{
	for (const struct label_key *k = label_keys; k->name; k++) {
		if (!k->in_ini)
			continue;
		autofree char *text = sentence(k);
		fputc('\n', f);
		config_print_comment(f, text);
		fprintf(f, k->def ? "#%s = %s\n" : "#%s =%s\n", k->name, k->def ? k->def : "");
	}
}

static void defaults_roff(FILE *f)
{
	for (const struct label_key *k = label_keys; k->name; k++) {
		if (!k->in_ini)
			continue;
		autofree char *text = sentence(k);
		fprintf(f, ".It Cm %s\n", k->name);
		config_print_roff_text(f, text);
		if (k->def)
			fprintf(f, "Default:\n.Ql %s .\n", k->def);
	}
}

void tables_ini(FILE *f)
{
	config_print_ini(f, defaults_ini);
}

void tables_keys(FILE *f)
{
	config_print_roff(f, defaults_roff);
}

/* Text that stands as it is. */
static void literal(FILE *f, const char *s, size_t n)
{
	if (n && (*s == '.' || *s == '\''))
		fputs("\\&", f);
	for (size_t i = 0; i < n; i++)
		s[i] == '\\' ? fputs("\\e", f) : fputc(s[i], f);
}

static void examples(FILE *f, const char *lines)
{
	fputs(".Bd -literal -compact\n", f);
	for (const char *s = lines; *s;) {
		size_t n = strcspn(s, "\n"), tab = strcspn(s, "\t");
		literal(f, s, tab);
		fputs("  \\(->  ", f);
		literal(f, s + tab + 1, n - tab - 1);
		fputc('\n', f);
		s += n + 1;
	}
	fputs(".Ed\n", f);
}

/* "[value ...]" as mdoc has it. */
static void usage(FILE *f, const char *text)
{
	for (const char *s = text; *s;) {
		size_t n = strcspn(s, "[] ");
		if (n)
			fprintf(f, " Ar %.*s", (int)n, s);
		else if (*s != ' ')
			fputs(*s == '[' ? " Oo" : " Oc", f);
		s += n ? n : 1;
	}
}

void tables_functions(FILE *f)
{
	bool go = true;
	fputs(".Bd -literal -offset indent\n", f);
	literal(f, tmpl_docs_data, strlen(tmpl_docs_data));
	fputs(".Ed\n.Ss Functions of Go\n.Bl -tag -width Ds\n", f);
	for (const struct tmpl_doc *d = tmpl_docs(); d->name; d++) {
		if (go && strcmp(d->source, TMPL_GO) != 0) {
			go = false;
			fputs(".El\n.Ss Functions beyond Go\n.Bl -tag -width Ds\n", f);
		}
		fprintf(f, ".It Cm %s", d->name);
		usage(f, d->usage);
		fprintf(f, go ? "\n" : " Pq %s\n", d->source);
		config_print_roff_text(f, d->text);
		examples(f, d->examples);
	}
	fputs(".El\n", f);
}
