/* input: JSON from strangers.
 *
 * Owns:   nothing.
 * Gives:  one value from bytes, within a depth cap; getters that say what is
 *         wrong where instead of guessing.
 * Never:  recurses without a bound; takes a value that it did not expect.
 * Errors: of the class that the caller names, with line and column for text
 *         that is no JSON and with the path of a value of the wrong type.
 * Floor:  1.
 */
#ifndef LBGEN_INPUT_H
#define LBGEN_INPUT_H

#include <jansson.h>

#include "util.h"

#define INPUT_MAX_DEPTH 64

/* Reads the whole of b as one JSON value; b is changed. A \u0000 is read as
 * U+0001: no label may carry that either, so a container with such a label
 * spoils its own label and not the list. unique: a key that comes twice in an
 * object is an error (for files), else the last wins (for engines, whose lists
 * a stranger's labels must not spoil). NULL with *e set ("what: …"). */
json_t *input_json(struct buf *b, bool unique, int exit, const char *what, struct err *e);

/* One place in a value, for messages: "web: containers[3].Ports". */
struct input {
	int exit;
	const char *what; /* whose answer */
	struct err *e;
};

/* obj[key] of the wanted type; missing and null are NULL without an error (Go
 * writes its empty lists and maps so), another type sets *e. */
json_t *input_get(const struct input *in, const json_t *obj, const char *key, json_type type);
const char *input_str(const struct input *in, const json_t *obj, const char *key); /* "" if none */
int64_t input_int(const struct input *in, const json_t *obj, const char *key);     /* 0 if none */
bool input_bool(const struct input *in, const json_t *obj, const char *key);

/* The object at "A.B" below obj; NULL where the way ends. obj may be NULL. */
json_t *input_path(const struct input *in, json_t *obj, const char *path);

#endif
