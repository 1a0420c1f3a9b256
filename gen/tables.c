/* tables: see tables.h. */
#include "tables.h"

#include <ctype.h>

#include "config.h"
#include "label.h"

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
