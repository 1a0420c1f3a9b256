/* tables: see tables.h. */
#include "tables.h"

#include "config.h"
#include "label.h"

static void defaults_ini(FILE *f)
{
	for (const struct label_key *k = label_keys; k->name; k++)
		if (k->in_ini) {
			fputc('\n', f);
			config_print_comment(f, k->doc);
			fprintf(f, k->def ? "#%s = %s\n" : "#%s =%s\n", k->name,
				k->def ? k->def : "");
		}
}

static void defaults_roff(FILE *f)
{
	for (const struct label_key *k = label_keys; k->name; k++)
		if (k->in_ini) {
			fprintf(f, ".It Cm %s\n", k->name);
			config_print_roff_text(f, k->doc);
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
