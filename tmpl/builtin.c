/* builtin: Go's own functions that look into values; see impl.h. */
#include "impl.h"

#include <inttypes.h>

/* Used by: index, slice. Go's indexArg: *out is in 0 … cap. */
static int index_arg(struct exec *x, const struct value *v, size_t cap, size_t *out)
{
	if (v->kind == V_NONE || v->kind == V_NIL)
		return exec_fail(x, "cannot index slice/array with nil");
	if (v->kind != V_INT && v->kind != V_BYTE)
		return exec_fail(x, "cannot index slice/array with type %s", value_type_held(v));
	if (v->i < 0 || (uint64_t)v->i > cap)
		return exec_fail(x, "index out of range: %" PRId64, v->i);
	*out = (size_t)v->i;
	return 0;
}

static int index_sequence(struct exec *x, struct value *item, const struct value *at)
{
	size_t i = 0;
	bool text = item->kind == V_STRING;
	if (index_arg(x, at, item->len, &i) < 0)
		return -1;
	if (i == item->len)
		return exec_fail(x, "reflect: %s index out of range", text ? "string" : "slice");
	if (text) {
		*item = (struct value){.kind = V_BYTE, .i = (unsigned char)item->s[i]};
	} else {
		struct value list = *item;
		*item = value_at(&list, i);
	}
	return 0;
}

static int index_map(struct exec *x, struct value *item, const struct value *key)
{
	struct value map = *item;
	if (key->kind == V_NONE || key->kind == V_NIL)
		return exec_fail(x, "value is nil; should be of type string");
	if (key->kind != V_STRING)
		return exec_fail(x, "value has type %s; should be string", value_type_held(key));
	if (!value_get(&map, key->s, key->len, item))
		*item = value_iface(value_none());
	return 0;
}

static int fn_index(struct exec *x, const struct value *args, size_t n, struct value *out)
{
	*out = value_concrete(args[0]);
	if (out->kind == V_NONE)
		return exec_fail(x, "index of untyped nil");
	for (size_t i = 1; i < n; i++) {
		int r = -1;
		if (out->kind == V_NIL)
			return exec_fail(x, "index of nil pointer");
		if (out->kind == V_LIST || out->kind == V_STRING)
			r = index_sequence(x, out, &args[i]);
		else if (out->kind == V_MAP)
			r = index_map(x, out, &args[i]);
		else
			exec_fail(x, "can't index item of type %s", value_type_held(out));
		if (r < 0)
			return -1;
	}
	return 0;
}

static int fn_slice(struct exec *x, const struct value *args, size_t n, struct value *out)
{
	struct value v = value_concrete(args[0]);
	if (v.kind == V_NONE)
		return exec_fail(x, "slice of untyped nil");
	if (n > 4)
		return exec_fail(x, "too many slice indexes: %zu", n - 1);
	if (v.kind != V_STRING && v.kind != V_LIST)
		return exec_fail(x, "can't slice item of type %s", value_type_held(&v));
	if (v.kind == V_STRING && n == 4)
		return exec_fail(x, "cannot 3-index slice a string");
	size_t cap = v.kind == V_STRING ? v.len : v.cap, at[3] = {0, v.len, cap};
	for (size_t i = 1; i < n; i++) {
		/* unlike index, Go's slice does not look into the interface */
		if (args[i].iface)
			return exec_fail(x, "cannot index slice/array with type interface {}");
		if (index_arg(x, &args[i], cap, &at[i - 1]) < 0)
			return -1;
	}
	if (at[0] > at[1])
		return exec_fail(x, "invalid slice index: %zu > %zu", at[0], at[1]);
	if (at[1] > at[2])
		return exec_fail(x, "invalid slice index: %zu > %zu", at[1], at[2]);
	v.len = at[1] - at[0];
	if (v.kind == V_STRING) {
		v.s += at[0];
	} else {
		v.cap = at[2] - at[0];
		if (v.json)
			v.off += (uint32_t)at[0];
		else
			v.items += at[0];
	}
	*out = v;
	return 0;
}

static int fn_len(struct exec *x, const struct value *args, size_t n, struct value *out)
{
	const struct value *v = &args[0];
	(void)n;
	if (v->kind == V_NONE)
		return exec_fail(x, "reflect: call of reflect.Value.Type on zero Value");
	if (v->kind == V_NIL)
		return exec_fail(x, "len of nil pointer");
	if (v->kind != V_STRING && v->kind != V_LIST && v->kind != V_MAP)
		return exec_fail(x, "len of type %s", value_type_held(v));
	*out = value_int((int64_t)v->len);
	return 0;
}

static int fn_not(struct exec *x, const struct value *args, size_t n, struct value *out)
{
	(void)x;
	(void)n;
	*out = value_bool(!value_truth(&args[0]));
	return 0;
}

/* No value here is ever a function. */
static int fn_call(struct exec *x, const struct value *args, size_t n, struct value *out)
{
	(void)n;
	(void)out;
	if (args[0].kind == V_NONE || args[0].kind == V_NIL)
		return exec_fail(x, "call of nil");
	return exec_fail(x, "non-function of type %s", value_type_held(&args[0]));
}

/* --- comparison ------------------------------------------------------------------------ */

enum basic { B_NONE, B_BOOL, B_COMPLEX, B_INT, B_FLOAT, B_STRING, B_UINT };

static enum basic basic_kind(const struct value *v)
{
	switch ((enum value_kind)v->kind) {
	case V_BOOL:
		return B_BOOL;
	case V_INT:
		return B_INT;
	case V_BYTE:
		return B_UINT;
	case V_FLOAT:
		return B_FLOAT;
	case V_COMPLEX:
		return B_COMPLEX;
	case V_STRING:
		return B_STRING;
	case V_NONE:
	case V_NIL:
	case V_LIST:
	case V_MAP:
		break;
	}
	return B_NONE;
}

static int string_cmp(const struct value *a, const struct value *b)
{
	size_t n = a->len < b->len ? a->len : b->len;
	int c = n ? memcmp(a->s, b->s, n) : 0;
	return c ? c : (a->len > b->len) - (a->len < b->len);
}

/* "non-comparable ...": Go prints the values with %s and their types. */
static int not_comparable(struct exec *x, const struct value *a, const struct value *b)
{
	struct sbuf text = {0};
	const char *ta = value_type_held(a), *tb = value_type_held(b);
	int r = -1;
	if (a->kind == b->kind) {
		if (fmt_verb(x, &text, 's', b) >= 0)
			r = exec_fail(x, "non-comparable type %s: %s", text.s, tb);
	} else if (fmt_verb(x, &text, 's', a) >= 0) {
		sbuf_addf(&text, ": %s, %s: ", ta, tb);
		if (fmt_value(x, &text, b) >= 0)
			r = exec_fail(x, "non-comparable types %s", text.s);
	}
	sbuf_free(&text);
	return r;
}

/* One comparison of eq: 1, 0, or -1 after exec_fail. a and b are concrete. */
static int equal(struct exec *x, const struct value *a, const struct value *b)
{
	enum basic ka = basic_kind(a), kb = basic_kind(b);
	bool ints = (ka == B_INT || ka == B_UINT) && (kb == B_INT || kb == B_UINT);
	if (ints)
		return a->i == b->i;
	if (ka != kb) {
		if (a->kind != V_NONE && b->kind != V_NONE)
			return exec_fail(x, "incompatible types for comparison");
		return 0;
	}
	if (ka == B_BOOL)
		return a->b == b->b;
	if (ka == B_FLOAT)
		return a->f == b->f;
	if (ka == B_COMPLEX)
		return a->f == b->f && a->im == b->im;
	if (ka == B_STRING)
		return a->len == b->len && string_cmp(a, b) == 0;
	if (a->kind == V_NONE || b->kind == V_NONE)
		return a->kind == b->kind;
	return not_comparable(x, a, b);
}

static int fn_eq(struct exec *x, const struct value *args, size_t n, struct value *out)
{
	struct value a = value_concrete(args[0]);
	if (n == 1)
		return exec_fail(x, "missing argument for comparison");
	*out = value_bool(false);
	for (size_t i = 1; i < n; i++) {
		struct value b = value_concrete(args[i]);
		int r = equal(x, &a, &b);
		if (r < 0)
			return -1;
		if (r) {
			out->b = true;
			return 0;
		}
	}
	return 0;
}

static int fn_ne(struct exec *x, const struct value *args, size_t n, struct value *out)
{
	if (fn_eq(x, args, n, out) < 0)
		return -1;
	out->b = !out->b;
	return 0;
}

static int fn_lt(struct exec *x, const struct value *args, size_t n, struct value *out)
{
	struct value a = value_concrete(args[0]), b = value_concrete(args[1]);
	enum basic ka = basic_kind(&a), kb = basic_kind(&b);
	bool ints = (ka == B_INT || ka == B_UINT) && (kb == B_INT || kb == B_UINT);
	(void)n;
	if (ka == B_NONE || kb == B_NONE)
		return exec_fail(x, "invalid type for comparison");
	if (ka != kb && !ints)
		return exec_fail(x, "incompatible types for comparison");
	if (ka == B_BOOL || ka == B_COMPLEX)
		return exec_fail(x, "invalid type for comparison");
	*out = value_bool(ints ? a.i < b.i : ka == B_FLOAT ? a.f < b.f : string_cmp(&a, &b) < 0);
	return 0;
}

static int fn_le(struct exec *x, const struct value *args, size_t n, struct value *out)
{
	if (fn_lt(x, args, n, out) < 0)
		return -1;
	return out->b ? 0 : fn_eq(x, args, n, out);
}

static int fn_gt(struct exec *x, const struct value *args, size_t n, struct value *out)
{
	if (fn_le(x, args, n, out) < 0)
		return -1;
	out->b = !out->b;
	return 0;
}

static int fn_ge(struct exec *x, const struct value *args, size_t n, struct value *out)
{
	if (fn_lt(x, args, n, out) < 0)
		return -1;
	out->b = !out->b;
	return 0;
}

/* and, or have no function: the evaluator stops where they are decided. */
const struct builtin builtins_core[] = {
    {"and", 1, -1, "v", NULL},       {"or", 1, -1, "v", NULL},
    {"not", 1, 1, "v", fn_not},      {"call", 1, -1, "v", fn_call},
    {"index", 1, -1, "v", fn_index}, {"slice", 1, -1, "v", fn_slice},
    {"len", 1, 1, "v", fn_len},      {"eq", 1, -1, "v", fn_eq},
    {"ne", 2, 2, "v", fn_ne},        {"lt", 2, 2, "v", fn_lt},
    {"le", 2, 2, "v", fn_le},        {"gt", 2, 2, "v", fn_gt},
    {"ge", 2, 2, "v", fn_ge},        {0},
};
