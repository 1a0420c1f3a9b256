/* show_impl: what the files of show share (show*.c only).
 *
 * Owns:   struct table (table_free).
 * Gives:  text in columns; the parts of a finished model by name.
 * Never:  is included by another stage.
 * Errors: none.
 * Floor:  4 (the family of show.h).
 */
#ifndef LBGEN_SHOW_IMPL_H
#define LBGEN_SHOW_IMPL_H

#include "show.h"

/* Rows of cells, printed in columns as wide as their widest cell. */
enum { TABLE_COLUMNS = 8 };

struct table {
	char *(*rows)[TABLE_COLUMNS];
	size_t n, cap;
};

/* Adds a row of cells (copied); those left out are empty. */
#define table_add(t, ...) table_row(t, (const char *const[]){__VA_ARGS__, NULL})
void table_row(struct table *t, const char *const *cells);
void table_print(const struct table *t, FILE *f);
void table_free(struct table *t);

#define autotable __attribute__((cleanup(table_free)))

/* A string or number of an object; "" and 0 if it is not there. */
const char *show_text(const json_t *o, const char *key);
int64_t show_int(const json_t *o, const char *key);

/* "host/path" of a route for people; owned by the caller. */
char *show_route(const json_t *route);

/* Routes and servers of one frontend, one pool. */
void show_frontend(struct table *t, const json_t *frontend);
void show_pool(struct table *t, const json_t *pool);
void show_frontend_head(struct table *t);
void show_pool_head(struct table *t);

/* What to do about a reason code. */
const char *show_remedy(const char *reason);

/* Findings of one kind as JSON, of one member if it is not NULL; a new reference. */
json_t *show_findings(const struct model *m, enum finding_kind kind, const char *member);

/* JSON to f, indented, with a final newline. */
void show_json(FILE *f, json_t *o);

/* show NAME. */
int show_one(FILE *f, const struct config *c, const struct model *m, const char *name, bool json,
	     struct err *e);

#endif
