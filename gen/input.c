/* input: see input.h. */
#include "input.h"

#include <string.h>

/* One walk over the bytes: refuses what is nested too deep before the parser
 * recurses over it, and defuses NUL, which would end C strings early (and which
 * jansson refuses with the whole text, in keys even if allowed in values). */
static bool scan(char *s, size_t len)
{
	int depth = 0;
	bool quoted = false;
	for (size_t i = 0; i < len; i++) {
		char c = s[i];
		if (quoted && c == '\\') {
			if (len - i > 5 && memcmp(s + i, "\\u0000", 6) == 0)
				s[i + 5] = '1';
			i++;
		} else if (c == '"') {
			quoted = !quoted;
		} else if (!quoted && (c == '[' || c == '{')) {
			if (++depth > INPUT_MAX_DEPTH)
				return false;
		} else if (!quoted && (c == ']' || c == '}')) {
			depth--;
		}
	}
	return true;
}

json_t *input_json(struct buf *b, bool unique, int exit, const char *what, struct err *e)
{
	if (!b->len) {
		err_set(e, exit, "%s: empty, no JSON", what);
		return NULL;
	}
	if (!scan(b->s, b->len)) {
		err_set(e, exit, "%s: JSON nested deeper than %d levels", what, INPUT_MAX_DEPTH);
		return NULL;
	}
	json_error_t je;
	size_t flags = JSON_DECODE_ANY | (unique ? JSON_REJECT_DUPLICATES : 0);
	json_t *v = json_loadb(b->s, b->len, flags, &je);
	if (!v) {
		autofree char *why = str_visible(je.text, 200);
		err_set(e, exit, "%s: no JSON: line %d, column %d: %s", what, je.line, je.column,
			why);
	}
	return v;
}

static const char *type_name(json_type t)
{
	static const char *const names[] = {"an object", "a list", "a string", "a whole number",
					    "a number",  "true",   "false",    "null"};
	return (size_t)t < ARRAY_LEN(names) ? names[t] : "nothing";
}

json_t *input_get(const struct input *in, const json_t *obj, const char *key, json_type type)
{
	json_t *v = json_object_get(obj, key);
	if (!v || json_is_null(v))
		return NULL;
	if (json_typeof(v) == type)
		return v;
	err_set(in->e, in->exit, "%s: '%s' is %s where %s is due", in->what, key,
		type_name(json_typeof(v)), type_name(type));
	return NULL;
}

const char *input_str(const struct input *in, const json_t *obj, const char *key)
{
	const json_t *v = input_get(in, obj, key, JSON_STRING);
	return v ? json_string_value(v) : "";
}

int64_t input_int(const struct input *in, const json_t *obj, const char *key)
{
	const json_t *v = input_get(in, obj, key, JSON_INTEGER);
	return v ? json_integer_value(v) : 0;
}

bool input_bool(const struct input *in, const json_t *obj, const char *key)
{
	const json_t *v = json_object_get(obj, key);
	return input_get(in, obj, key, json_is_false(v) ? JSON_FALSE : JSON_TRUE) &&
	       json_is_true(v);
}

json_t *input_path(const struct input *in, json_t *obj, const char *path)
{
	char key[64];
	while (obj && *path) {
		size_t n = strcspn(path, ".");
		snprintf(key, sizeof(key), "%.*s", (int)n, path);
		obj = input_get(in, obj, key, JSON_OBJECT);
		path += n + (path[n] == '.');
	}
	return obj;
}
