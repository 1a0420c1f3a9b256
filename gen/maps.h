/* maps: the files of many routes and of many certificates, beside haproxy.cfg.
 *
 * Owns:   files lbgen-*.map and lbgen-*.list in the configuration's folder.
 * Gives:  those that a text names, written before it is checked; those that
 *         nothing names any more removed.
 * Never:  changes a file: its name is the hash of its content.
 * Errors: EX_CANTCREAT.
 * Floor:  1.
 */
#ifndef LBGEN_MAPS_H
#define LBGEN_MAPS_H

#include <jansson.h>

#include "util.h"

/* Writes each {"File", "Text"} of data.Maps that is not there in full. */
int maps_write(const json_t *data, struct err *e);

/* Removes the files of this kind in live's folder that neither file names. */
void maps_sweep(const char *live, const char *prev);

#endif
