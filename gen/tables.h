/* tables: what `make docs` writes from more than one stage's table.
 *
 * Owns:   nothing.
 * Gives:  lb.ini and the keys of lb.ini(5), with the labels that may stand in
 *         [defaults] and [service NAME]; the functions of haproxy.tmpl(5).
 * Never:  declares anything: config, label and tmpl do.
 * Errors: none.
 * Floor:  4.
 */
#ifndef LBGEN_TABLES_H
#define LBGEN_TABLES_H

#include <stdio.h>

void tables_ini(FILE *f);
void tables_keys(FILE *f);
void tables_functions(FILE *f);

#endif
