/* render: template + data → the text of haproxy.cfg.
 *
 * Owns:   nothing between calls.
 * Gives:  the built-in or the operator's template, executed; lbgen's own
 *         template functions; which elements of the data wrote which line.
 * Never:  writes a file, talks to HAProxy, reads the clock or the environment.
 * Errors: EX_DATAERR: parse or execution error in Go's words, or the data is no
 *         JSON; EX_CONFIG: the template named in lb.ini cannot be read;
 *         EX_NOINPUT: -t or -d names a file that cannot be read.
 * Floor:  3.
 */
#ifndef LBGEN_RENDER_H
#define LBGEN_RENDER_H

#include <jansson.h>

#include "config.h"
#include "tmpl.h"

/* Executes the template (path; NULL: [haproxy] template, or the built-in one)
 * on data. *text is malloc'ed, NUL-terminated after *len bytes. map may be
 * NULL; else tmpl_map_free it, before data goes. */
int render_text(const struct config *c, const char *path, json_t *data, char **text, size_t *len,
		struct tmpl_map *map, struct err *e);

/* Reads a JSON file of template data ("-": standard input); a new reference.
 * Numbers, wrong UTF-8 and lone surrogates are taken as Go's encoding/json
 * takes them, see render_decode. */
int render_load(json_t **data, const char *path, struct err *e);

/* The same for a text in memory; name is for the error. A number without
 * ".eE" within int64 is an integer, any other a real; the last of equal keys
 * wins; what is no UTF-8 becomes U+FFFD. Nesting ends at jansson's 2,048. */
int render_decode(json_t **data, const char *name, const char *text, size_t len, struct err *e);

/* Parses the template only: what `check` needs. */
int render_check(const struct config *c, const char *path, struct err *e);

#endif
