/* tmpl: Go's text/template for JSON values.
 *
 * Owns:   struct tmpl (an arena with the parsed templates), tmpl_free; and what a
 *         call gives: texts, errors, maps. It takes over nothing: template text
 *         and name are copied, data is borrowed for the call.
 * Gives:  parse once, execute often; the bytes and the error words of Go 1.19,
 *         and what Go added since in a template that begins with a comment
 *         whose first word is go1.24.
 * Never:  reads the clock, the environment, files or the network; changes the
 *         data; ends the process; knows what it is used for. Needs libc and
 *         jansson only.
 * Errors: every call returns 0, or -1 and struct tmpl_error in Go's wording; the
 *         other outputs are untouched then. Lack of memory is an error as well.
 * Limits: struct tmpl_limits, and these: a template of 256 MiB; 1,000 actions or
 *         parentheses inside one another; 4 million blocks and calls open at
 *         once; a million variables; temporary values of four times the output
 *         (at least 1 MiB); values nested 4,000 deep, 500 for functions of the
 *         caller; lists of a million numbers; regular expressions of 1,000 bytes.
 * Threads: one tmpl may execute in many at once, each with data of its own.
 * Floor:  0.
 * Source: https://pkg.go.dev/text/template (Go 1.19).
 *
 * tests/tmpl/stranger.c is a whole program that uses it.
 */
#ifndef TMPL_H
#define TMPL_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

struct tmpl;

/* Where a call may leave its error; NULL if nobody wants to know. */
struct tmpl_error {
	int line;   /* 1-based; 0 if none */
	int col;    /* bytes from 0; -1 if none */
	char *text; /* "template: NAME:LINE:COL: …", up to the first NUL that a value brings;
		     * owned by the caller, tmpl_error_free */
	const char *remedy; /* where Go's words do not tell it: a static sentence; else NULL */
};

/* Limits of one execution. 0 takes the default. */
struct tmpl_limits {
	size_t depth;  /* nested template calls; default 100000, as in Go */
	size_t steps;  /* nodes walked; default 30 million */
	size_t output; /* bytes; default 64 MiB */
};

/* A function of the caller. argv: the values, borrowed for the call; nil and no
 * value are JSON null. Returns 0 with *out = a new reference, or -1 with *error =
 * a malloc'ed sentence, which the engine frees and Go's "error calling NAME: "
 * precedes. */
typedef int tmpl_func(void *arg, json_t *const *argv, size_t argc, json_t **out, char **error);

/* One that has the name of a function of the engine takes its place. */
struct tmpl_extra {
	const char *name;
	int min, max; /* arguments; max -1 = any number */
	tmpl_func *fn;
	void *arg;
};

/* What wrote an output line: the template text or action that put the first byte
 * into it that is no blank; where all is blank, the first byte. */
struct tmpl_origin {
	int line;         /* template line */
	const char *name; /* template name ("" = the main one), owned by the map */
	/* The elements that the innermost and the outermost range around it were at,
	 * by references of the map; NULL outside a range. An element of the data is
	 * the data's own json_t, also in what where, sortBy or groupBy made of it;
	 * a number or string that a function made (until, split) is NULL. */
	json_t *element;
	json_t *outer;
};

/* A line ends with its line end; what follows the last one is a line of its own. */
struct tmpl_map {
	struct tmpl_origin *lines; /* [n_lines], output line i+1 */
	size_t n_lines;
	char **names; /* the map's own */
	size_t n_names;
};

/* Parses text (len bytes, any bytes). name is what errors call it, and the name of
 * the main template. extra: functions of the caller, ended by a NULL name, or NULL;
 * they must outlive the template. */
int tmpl_parse(struct tmpl **out, const char *name, const char *text, size_t len,
	       const struct tmpl_extra *extra, struct tmpl_error *err);

/* Executes with data (any JSON value) as dot. *text is malloc'ed, NUL-terminated
 * after len bytes. map may be NULL; else it is filled, and needs neither t nor data
 * any more. */
int tmpl_exec(const struct tmpl *t, json_t *data, const struct tmpl_limits *limits, char **text,
	      size_t *len, struct tmpl_map *map, struct tmpl_error *err);

/* Reads JSON by the rules of Go's encoding/json: a number without ".eE" within
 * int64 is an integer, any other a real; the last of equal keys wins; bytes
 * that are no UTF-8 and lone surrogates become U+FFFD. Nesting ends at jansson's
 * 2,048. A new reference, or NULL and *error. */
json_t *tmpl_json(const char *text, size_t len, json_error_t *error);

void tmpl_map_free(struct tmpl_map *m);
void tmpl_error_free(struct tmpl_error *e);
void tmpl_free(struct tmpl *t); /* NULL is fine */

/* A function of the engine, for a manual. */
struct tmpl_doc {
	const char *name;
	const char *usage;  /* its arguments */
	const char *source; /* TMPL_GO, or whose semantics it has */
	const char *text;   /* sentences */
	/* lines "TEMPLATE\tTEXT", or the end of its error, with tmpl_docs_data as dot */
	const char *examples;
};

#define TMPL_GO "Go"

/* All functions, up to a NULL name: Go's own, then the others, each by name. */
const struct tmpl_doc *tmpl_docs(void);
extern const char tmpl_docs_data[]; /* JSON */

#endif
