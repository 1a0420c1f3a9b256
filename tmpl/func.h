/* func: the functions beyond Go's own; func.c has their table.
 *
 * Owns:   nothing.
 * Gives:  the functions, and what several of them need.
 * Never:  reads the clock, the environment, files or the network.
 * Errors: exec_fail, and -1.
 * Floor:  0.
 */
#ifndef TMPL_FUNC_H
#define TMPL_FUNC_H

#include "impl.h"

/* Lists and maps that functions made may nest deeper than JSON; what walks
 * them stops here, with an error. */
#define FUNC_DEPTH 4000
/* Elements that until and seq make at most. */
#define FUNC_COUNT 1000000

static inline bool value_nil(const struct value *v)
{
	return v->kind == V_NONE || v->kind == V_NIL;
}

static inline bool value_is(const struct value *v, const char *s)
{
	return v->kind == V_STRING && v->len == strlen(s) && memcmp(v->s, s, v->len) == 0;
}

/* The kind as Go's reflect names it: "string", "slice", "map", "int"; "invalid"
 * for nil. */
const char *func_kind(const struct value *v);

/* Appends a string as it is, anything else as %v. */
int func_text(struct exec *x, struct sbuf *out, const struct value *v);

/* The same as a string value; a string is not copied. */
int func_string(struct exec *x, const struct value *v, struct value *out);

/* A copy of s in the pool. */
int func_give(struct exec *x, const char *s, size_t len, struct value *out);

/* reflect.DeepEqual: kinds must agree, int 5 is not float64 5. -1 on failure. */
int func_equal(struct exec *x, const struct value *a, const struct value *b, int depth);

builtin_fn fn_contains, fn_has_prefix, fn_has_suffix, fn_join, fn_lower, fn_quote, fn_regex_match,
    fn_replace, fn_sha1, fn_sha256, fn_split, fn_to_string, fn_trim, fn_trim_prefix, fn_trim_suffix,
    fn_upper;
builtin_fn fn_dict, fn_first, fn_get, fn_group_by, fn_has_key, fn_keys, fn_last, fn_list, fn_seq,
    fn_sort_by, fn_uniq, fn_until, fn_where, fn_where_exist;
builtin_fn fn_parse_json, fn_to_json;

#endif
