/* func: see func.h. The table of all functions beyond Go's own, and those that
 * choose or count. */
#include "func.h"

#include <math.h>

#include "node.h"

const char *func_kind(const struct value *v)
{
	switch ((enum value_kind)v->kind) {
	case V_LIST:
		return "slice";
	case V_MAP:
		return "map";
	case V_NONE:
	case V_NIL:
		return "invalid";
	case V_BOOL:
	case V_INT:
	case V_BYTE:
	case V_FLOAT:
	case V_COMPLEX:
	case V_STRING:
	default:
		return value_type_held(v);
	}
}

int func_text(struct exec *x, struct sbuf *out, const struct value *v)
{
	if (v->kind != V_STRING)
		return fmt_value(x, out, v);
	sbuf_add(out, v->s, v->len);
	return 0;
}

int func_string(struct exec *x, const struct value *v, struct value *out)
{
	if (v->kind == V_STRING) {
		*out = value_string(v->s, v->len);
		return 0;
	}
	struct sbuf *b = exec_scratch(x);
	return fmt_value(x, b, v) ? -1 : exec_result(x, b, out);
}

int func_give(struct exec *x, const char *s, size_t len, struct value *out)
{
	struct sbuf *b = exec_scratch(x);
	sbuf_add(b, s, len);
	return exec_result(x, b, out);
}

/* --- choosing ------------------------------------------------------------------ */

static int give(struct value *out, const struct value *v)
{
	*out = value_nil(v) ? value_none() : *v;
	return 0;
}

static int fn_default(struct exec *x, const struct value *args, size_t n, struct value *out)
{
	(void)x;
	return give(out, n > 1 && value_truth(&args[1]) ? &args[1] : &args[0]);
}

static int fn_coalesce(struct exec *x, const struct value *args, size_t n, struct value *out)
{
	struct value none = value_none();
	(void)x;
	for (size_t i = 0; i < n; i++)
		if (value_truth(&args[i]))
			return give(out, &args[i]);
	return give(out, &none);
}

static int fn_ternary(struct exec *x, const struct value *args, size_t n, struct value *out)
{
	(void)x;
	(void)n;
	return give(out, args[2].b ? &args[0] : &args[1]);
}

/* --- counting: int64, wrapping as Go's does --------------------------------------- */

static int64_t float_int(double f)
{
	if (isnan(f))
		return INT64_MIN;
	if (f >= 9223372036854775808.0 || f < -9223372036854775808.0)
		return INT64_MIN;
	return (int64_t)f;
}

/* A whole number in any notation of Go's, also written "5.0"; 0 for anything else. */
static int64_t text_int(const char *s, size_t len)
{
	size_t n = len;
	int64_t v;
	while (n > 0 && s[n - 1] == '0')
		n--;
	if (n == 0 || n == len || s[n - 1] != '.')
		n = len + 1;
	return literal_int((struct str){s, n - 1}, &v) ? v : 0;
}

static int64_t to_int(const struct value *v)
{
	switch ((enum value_kind)v->kind) {
	case V_BOOL:
		return v->b;
	case V_INT:
	case V_BYTE:
		return v->i;
	case V_FLOAT:
		return float_int(v->f);
	case V_STRING:
		return text_int(v->s, v->len);
	case V_NONE:
	case V_NIL:
	case V_COMPLEX:
	case V_LIST:
	case V_MAP:
	default:
		return 0;
	}
}

static int64_t wrap(uint64_t u)
{
	int64_t v;
	memcpy(&v, &u, sizeof v);
	return v;
}

static int fn_add(struct exec *x, const struct value *args, size_t n, struct value *out)
{
	uint64_t sum = 0;
	(void)x;
	for (size_t i = 0; i < n; i++)
		sum += (uint64_t)to_int(&args[i]);
	*out = value_int(wrap(sum));
	return 0;
}

static int fn_sub(struct exec *x, const struct value *args, size_t n, struct value *out)
{
	(void)x;
	(void)n;
	*out = value_int(wrap((uint64_t)to_int(&args[0]) - (uint64_t)to_int(&args[1])));
	return 0;
}

static int fn_mul(struct exec *x, const struct value *args, size_t n, struct value *out)
{
	uint64_t product = 1;
	(void)x;
	for (size_t i = 0; i < n; i++)
		product *= (uint64_t)to_int(&args[i]);
	*out = value_int(wrap(product));
	return 0;
}

static int divide(struct exec *x, const struct value *args, int64_t *quotient, int64_t *rest)
{
	int64_t a = to_int(&args[0]), b = to_int(&args[1]);
	if (b == 0)
		return exec_fail(x, "runtime error: integer divide by zero");
	*quotient = b == -1 ? wrap(-(uint64_t)a) : a / b;
	*rest = b == -1 ? 0 : a % b;
	return 0;
}

static int fn_div(struct exec *x, const struct value *args, size_t n, struct value *out)
{
	int64_t quotient = 0, rest = 0;
	(void)n;
	if (divide(x, args, &quotient, &rest))
		return -1;
	*out = value_int(quotient);
	return 0;
}

static int fn_mod(struct exec *x, const struct value *args, size_t n, struct value *out)
{
	int64_t quotient = 0, rest = 0;
	(void)n;
	if (divide(x, args, &quotient, &rest))
		return -1;
	*out = value_int(rest);
	return 0;
}

static int fn_max(struct exec *x, const struct value *args, size_t n, struct value *out)
{
	int64_t most = to_int(&args[0]);
	(void)x;
	for (size_t i = 1; i < n; i++)
		if (to_int(&args[i]) > most)
			most = to_int(&args[i]);
	*out = value_int(most);
	return 0;
}

static int fn_min(struct exec *x, const struct value *args, size_t n, struct value *out)
{
	int64_t least = to_int(&args[0]);
	(void)x;
	for (size_t i = 1; i < n; i++)
		if (to_int(&args[i]) < least)
			least = to_int(&args[i]);
	*out = value_int(least);
	return 0;
}

/* strconv.Atoi: decimal only; 0 for what it refuses, the nearest int for what
 * is too large. */
static int fn_atoi(struct exec *x, const struct value *args, size_t n, struct value *out)
{
	const char *s = args[0].s;
	size_t len = args[0].len;
	bool minus = len && s[0] == '-', fits = true;
	int64_t v = 0;
	(void)x;
	(void)n;
	for (size_t i = len && (minus || s[0] == '+'); i < len; i++) {
		int digit = s[i] - '0';
		if (digit < 0 || digit > 9) {
			*out = value_int(0);
			return 0;
		}
		fits = fits && !__builtin_mul_overflow(v, 10, &v) &&
		       !__builtin_add_overflow(v, minus ? -digit : digit, &v);
	}
	if (!fits)
		v = minus ? INT64_MIN : INT64_MAX;
	*out = value_int(v);
	return 0;
}

/* --- the table ------------------------------------------------------------------------ */

const struct builtin builtins_more[] = {
    {"add", 0, -1, "i", fn_add},
    {"atoi", 1, 1, "s", fn_atoi},
    {"coalesce", 0, -1, "i", fn_coalesce},
    {"contains", 2, 2, "i", fn_contains},
    {"default", 1, -1, "i", fn_default},
    {"dict", 0, -1, "i", fn_dict},
    {"div", 2, 2, "i", fn_div},
    {"first", 1, 1, "i", fn_first},
    {"get", 2, 2, "ms", fn_get},
    {"groupBy", 2, 2, "i", fn_group_by},
    {"hasKey", 2, 2, "ms", fn_has_key},
    {"hasPrefix", 2, 2, "s", fn_has_prefix},
    {"hasSuffix", 2, 2, "s", fn_has_suffix},
    {"join", 2, 2, "i", fn_join},
    {"keys", 0, -1, "i", fn_keys},
    {"last", 1, 1, "i", fn_last},
    {"list", 0, -1, "i", fn_list},
    {"lower", 1, 1, "s", fn_lower},
    {"max", 1, -1, "i", fn_max},
    {"min", 1, -1, "i", fn_min},
    {"mod", 2, 2, "i", fn_mod},
    {"mul", 1, -1, "i", fn_mul},
    {"parseJson", 1, 1, "s", fn_parse_json},
    {"quote", 0, -1, "i", fn_quote},
    {"regexMatch", 2, 2, "s", fn_regex_match},
    {"replace", 3, 4, "sssd", fn_replace},
    {"seq", 0, -1, "d", fn_seq},
    {"sha1", 1, 1, "s", fn_sha1},
    {"sha256", 1, 1, "s", fn_sha256},
    {"sortBy", 1, 2, "i", fn_sort_by},
    {"split", 2, 2, "s", fn_split},
    {"sub", 2, 2, "i", fn_sub},
    {"ternary", 3, 3, "iib", fn_ternary},
    {"toJson", 1, 1, "i", fn_to_json},
    {"toString", 1, 1, "i", fn_to_string},
    {"trim", 1, 1, "s", fn_trim},
    {"trimPrefix", 2, 2, "s", fn_trim_prefix},
    {"trimSuffix", 2, 2, "s", fn_trim_suffix},
    {"uniq", 1, 1, "i", fn_uniq},
    {"until", 1, 1, "d", fn_until},
    {"upper", 1, 1, "s", fn_upper},
    {"where", 3, 3, "i", fn_where},
    {"whereExist", 2, 2, "i", fn_where_exist},
    {NULL, 0, 0, NULL, NULL},
};
