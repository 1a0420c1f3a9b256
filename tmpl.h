/* tmpl: Go's text/template for JSON values.
 *
 * Owns:   struct tmpl (an arena with the parsed templates), tmpl_free.
 * Gives:  parse once, execute often; the bytes and the error words of Go 1.19.
 * Never:  reads the clock, the environment, files or the network; knows what
 *         it is used for. Needs libc and jansson only.
 * Errors: in struct tmpl_error, in Go's wording; nothing is written then.
 * Floor:  0.
 * Source: https://pkg.go.dev/text/template (Go 1.19).
 */
#ifndef TMPL_H
#define TMPL_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

struct tmpl;

struct tmpl_error {
	int line;   /* 1-based; 0 if none */
	int col;    /* bytes from 0; -1 if none */
	char *text; /* "template: NAME:LINE:COL: …"; owned by the caller, tmpl_error_free */
	const char *remedy; /* where Go's words do not tell it: a static sentence; else NULL */
};

/* Limits of one execution. 0 takes the default. */
struct tmpl_limits {
	size_t depth;  /* nested template calls; default 100000, as in Go */
	size_t steps;  /* nodes walked; default 100 million */
	size_t output; /* bytes; default 64 MiB */
};

/* One value that a function of the caller gets or gives. A function returns 0
 * with *out (a new reference), or -1 with *error = a malloc'ed sentence. */
typedef int tmpl_func(void *arg, json_t *const *argv, size_t argc, json_t **out, char **error);

struct tmpl_extra {
	const char *name;
	int min, max; /* arguments; max -1 = any number */
	tmpl_func *fn;
	void *arg;
};

/* Which template line and which range elements wrote an output line. */
struct tmpl_origin {
	int line;         /* template line */
	const char *name; /* template name ("" = the main one), owned by the map */
	json_t
	    *element;  /* innermost range element (borrowed from the data), NULL outside a range */
	json_t *outer; /* outermost range element */
};

struct tmpl_map {
	struct tmpl_origin *lines; /* [n_lines], output line i+1 */
	size_t n_lines;
	char **names; /* the map's own */
	size_t n_names;
};

/* Parses text (len bytes; name is for errors). extra: NULL-name terminated
 * functions of the caller, or NULL; they must outlive the template. */
int tmpl_parse(struct tmpl **out, const char *name, const char *text, size_t len,
	       const struct tmpl_extra *extra, struct tmpl_error *err);

/* Executes with data as dot. *text is malloc'ed, NUL-terminated after len
 * bytes. map may be NULL; else it is filled (tmpl_map_free). data is not
 * changed. Thread-safe for one tmpl when each thread has its own data. */
int tmpl_exec(const struct tmpl *t, json_t *data, const struct tmpl_limits *limits, char **text,
	      size_t *len, struct tmpl_map *map, struct tmpl_error *err);

/* Reads JSON by the rules of Go's encoding/json: a number without ".eE" within
 * int64 is an integer, any other a real; the last of equal keys wins; bytes
 * that are no UTF-8 and lone surrogates become U+FFFD. Nesting ends at jansson's
 * 2,048. A new reference, or NULL and *error. */
json_t *tmpl_json(const char *text, size_t len, json_error_t *error);

void tmpl_map_free(struct tmpl_map *m);
void tmpl_error_free(struct tmpl_error *e);
void tmpl_free(struct tmpl *t);

#endif
