/* value: Go's values over JSON; see impl.h. */
#include "impl.h"

struct value value_json(json_t *j)
{
	struct value v = {.iface = true};
	switch (json_typeof(j)) {
	case JSON_NULL:
		v.kind = V_NIL;
		break;
	case JSON_TRUE:
	case JSON_FALSE:
		v.kind = V_BOOL;
		v.b = json_is_true(j);
		break;
	case JSON_INTEGER:
		v.kind = V_INT;
		v.i = json_integer_value(j);
		break;
	case JSON_REAL:
		v.kind = V_FLOAT;
		v.f = json_real_value(j);
		break;
	case JSON_STRING:
		v.kind = V_STRING;
		v.s = json_string_value(j);
		v.len = json_string_length(j);
		break;
	case JSON_ARRAY:
		v.kind = V_LIST;
		v.json = true;
		v.j = j;
		v.len = v.cap = json_array_size(j);
		break;
	case JSON_OBJECT:
		v.kind = V_MAP;
		v.json = true;
		v.j = j;
		v.len = json_object_size(j);
		break;
	}
	return v;
}

const char *value_type_held(const struct value *v)
{
	switch ((enum value_kind)v->kind) {
	case V_BOOL:
		return "bool";
	case V_INT:
		return "int";
	case V_BYTE:
		return "uint8";
	case V_FLOAT:
		return "float64";
	case V_COMPLEX:
		return "complex128";
	case V_STRING:
		return "string";
	case V_LIST:
		return "[]interface {}";
	case V_MAP:
		return "map[string]interface {}";
	case V_NONE:
	case V_NIL:
		break;
	}
	return "interface {}";
}

const char *value_type(const struct value *v)
{
	return v->iface ? "interface {}" : value_type_held(v);
}

bool value_truth(const struct value *v)
{
	switch ((enum value_kind)v->kind) {
	case V_BOOL:
		return v->b;
	case V_INT:
	case V_BYTE:
		return v->i != 0;
	case V_FLOAT:
		return v->f != 0;
	case V_COMPLEX:
		return v->f != 0 || v->im != 0;
	case V_STRING:
	case V_LIST:
	case V_MAP:
		return v->len > 0;
	case V_NONE:
	case V_NIL:
		break;
	}
	return false;
}

struct value value_at(const struct value *list, size_t i)
{
	if (list->json)
		return value_json(json_array_get(list->j, list->off + i));
	return list->items[i];
}

/* Order of keys: by bytes, the shorter first. */
static int key_cmp(const char *a, size_t an, const char *b, size_t bn)
{
	int c = memcmp(a, b, an < bn ? an : bn);
	return c ? c : (an > bn) - (an < bn);
}

bool value_get(const struct value *map, const char *key, size_t len, struct value *out)
{
	if (map->json) {
		json_t *j = json_object_getn(map->j, key, len);
		if (j)
			*out = value_json(j);
		return j != NULL;
	}
	size_t lo = 0, hi = map->map->n;
	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		const struct entry *e = &map->map->e[mid];
		int c = key_cmp(key, len, e->key, e->len);
		if (c == 0) {
			*out = e->value;
			return true;
		}
		if (c < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	return false;
}
