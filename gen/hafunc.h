/* hafunc: the template functions that know HAProxy.
 *
 * Owns:   nothing.
 * Gives:  haproxyQuote (a value as one word of the configuration) and
 *         haproxyName (a value as a name), for tmpl_parse.
 * Never:  lets a value become more than one word, or write a line of its own.
 * Errors: as a sentence in *error; the execution of the template ends.
 * Floor:  1.
 */
#ifndef LBGEN_HAFUNC_H
#define LBGEN_HAFUNC_H

#include "tmpl.h"

/* Ends with a NULL name. */
extern const struct tmpl_extra hafunc_table[];

#endif
