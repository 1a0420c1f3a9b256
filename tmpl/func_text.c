/* func_text: functions of strings; see func.h. */
#include "func.h"

#include "hash.h"
#include "regex.h"

/* Memory for one regular expression. */
#define REGEX_MEMORY ((size_t)4 << 20)

static const char *find(const struct value *s, size_t from, const struct value *what)
{
	if (what->len == 0)
		return from <= s->len ? s->s + from : NULL;
	return memmem(s->s + from, s->len - from, what->s, what->len);
}

static bool has_prefix(const struct value *s, const struct value *prefix)
{
	return s->len >= prefix->len &&
	       (prefix->len == 0 || memcmp(s->s, prefix->s, prefix->len) == 0);
}

static bool has_suffix(const struct value *s, const struct value *suffix)
{
	return s->len >= suffix->len && (suffix->len == 0 || memcmp(s->s + s->len - suffix->len,
								    suffix->s, suffix->len) == 0);
}

/* sprig's contains SUBSTRING STRING, docker-gen's contains MAP KEY: the kind of
 * the first tells them apart. */
int fn_contains(struct exec *x, const struct value *args, size_t n, struct value *out)
{
	struct value found;
	(void)n;
	if (args[0].kind == V_MAP)
		*out = value_bool(args[1].kind == V_STRING &&
				  value_get(&args[0], args[1].s, args[1].len, &found));
	else if (value_nil(&args[0]))
		*out = value_bool(false);
	else if (args[0].kind == V_STRING && args[1].kind == V_STRING)
		*out = value_bool(args[1].len >= args[0].len && find(&args[1], 0, &args[0]));
	else
		return exec_fail(x,
				 "wants a string and a string, or a map and a key; got %s and %s",
				 func_kind(&args[0]), func_kind(&args[1]));
	return 0;
}

int fn_has_prefix(struct exec *x, const struct value *args, size_t n, struct value *out)
{
	(void)x;
	(void)n;
	*out = value_bool(has_prefix(&args[1], &args[0]));
	return 0;
}

int fn_has_suffix(struct exec *x, const struct value *args, size_t n, struct value *out)
{
	(void)x;
	(void)n;
	*out = value_bool(has_suffix(&args[1], &args[0]));
	return 0;
}

int fn_trim_prefix(struct exec *x, const struct value *args, size_t n, struct value *out)
{
	(void)x;
	(void)n;
	size_t cut = has_prefix(&args[1], &args[0]) ? args[0].len : 0;
	*out = value_string(args[1].s + cut, args[1].len - cut);
	return 0;
}

int fn_trim_suffix(struct exec *x, const struct value *args, size_t n, struct value *out)
{
	(void)x;
	(void)n;
	size_t cut = has_suffix(&args[1], &args[0]) ? args[0].len : 0;
	*out = value_string(args[1].s, args[1].len - cut);
	return 0;
}

/* The length in bytes of the rune that ends s. */
static size_t last_rune(const char *s, size_t len, uint32_t *rune)
{
	size_t size;
	for (size_t back = 1; back <= 4 && back <= len; back++) {
		*rune = uni_decode(s + len - back, back, &size);
		if (size == back && !(*rune == UNI_BAD && size == 1))
			return back;
	}
	*rune = UNI_BAD;
	return 1;
}

int fn_trim(struct exec *x, const struct value *args, size_t n, struct value *out)
{
	const char *s = args[0].s;
	size_t len = args[0].len, size;
	uint32_t r;
	(void)x;
	(void)n;
	while (len > 0 && uni_is_space(uni_decode(s, len, &size))) {
		s += size;
		len -= size;
	}
	while (len > 0 && (size = last_rune(s, len, &r), uni_is_space(r)))
		len -= size;
	*out = value_string(s, len);
	return 0;
}

static int map_runes(struct exec *x, const struct value *s, uint32_t (*map)(uint32_t),
		     struct value *out)
{
	struct sbuf *b = exec_scratch(x);
	size_t size;
	for (size_t at = 0; at < s->len; at += size)
		sbuf_add_rune(b, map(uni_decode(s->s + at, s->len - at, &size)));
	return exec_result(x, b, out);
}

int fn_lower(struct exec *x, const struct value *args, size_t n, struct value *out)
{
	(void)n;
	return map_runes(x, &args[0], uni_lower, out);
}

int fn_upper(struct exec *x, const struct value *args, size_t n, struct value *out)
{
	(void)n;
	return map_runes(x, &args[0], uni_upper, out);
}

/* strings.Replace; with an empty old text each rune gets the new one before it. */
static int replace(struct exec *x, const struct value *s, const struct value *old,
		   const struct value *new, int64_t count, struct value *out)
{
	struct sbuf *b = exec_scratch(x);
	size_t at = 0;
	while (count != 0 && !b->full) {
		const char *hit = find(s, at, old);
		if (!hit)
			break;
		size_t to = (size_t)(hit - s->s);
		sbuf_add(b, s->s + at, to - at);
		sbuf_add(b, new->s, new->len);
		at = to + old->len;
		count -= count > 0;
		if (old->len == 0) {
			size_t size;
			if (at >= s->len)
				break;
			uni_decode(s->s + at, s->len - at, &size);
			sbuf_add(b, s->s + at, size);
			at += size;
		}
	}
	sbuf_add(b, s->s + at, s->len - at);
	return exec_result(x, b, out);
}

/* Three arguments are sprig's OLD NEW STRING, four docker-gen's STRING OLD NEW
 * COUNT. */
int fn_replace(struct exec *x, const struct value *args, size_t n, struct value *out)
{
	if (n == 4)
		return replace(x, &args[0], &args[1], &args[2], args[3].i, out);
	return replace(x, &args[2], &args[0], &args[1], -1, out);
}

int fn_quote(struct exec *x, const struct value *args, size_t n, struct value *out)
{
	struct sbuf text = {0};
	int rc = 0;
	for (size_t i = 0; i < n && rc == 0; i++) {
		struct value s;
		if (value_nil(&args[i]))
			continue;
		rc = func_string(x, &args[i], &s);
		if (rc)
			break;
		if (text.len)
			sbuf_addc(&text, ' ');
		sbuf_quote(&text, s.s, s.len);
	}
	if (rc == 0) {
		struct sbuf *b = exec_scratch(x);
		sbuf_add(b, text.s, text.len);
		b->full |= text.full;
		rc = exec_result(x, b, out);
	}
	sbuf_free(&text);
	return rc;
}

int fn_to_string(struct exec *x, const struct value *args, size_t n, struct value *out)
{
	(void)n;
	return func_string(x, &args[0], out);
}

/* --- lists of strings -------------------------------------------------------------- */

/* sprig's SEPARATOR LIST, docker-gen's LIST SEPARATOR. What is no list counts
 * as a list of one; nil has no text. */
int fn_join(struct exec *x, const struct value *args, size_t n, struct value *out)
{
	bool list_first = args[0].kind == V_LIST || value_nil(&args[0]);
	const struct value *sep = &args[list_first], *list = &args[!list_first];
	struct sbuf *b = exec_scratch(x);
	bool any = false;
	(void)n;
	if (sep->kind != V_STRING)
		return exec_fail(x, "the separator is a %s, not a string", func_kind(sep));
	size_t len = list->kind == V_LIST ? list->len : 1;
	if (exec_step(x, len))
		return -1;
	for (size_t i = 0; i < len && !b->full; i++) {
		struct value v = list->kind == V_LIST ? value_at(list, i) : *list;
		if (value_nil(&v))
			continue;
		if (any)
			sbuf_add(b, sep->s, sep->len);
		any = true;
		if (func_text(x, b, &v))
			return -1;
	}
	return exec_result(x, b, out);
}

/* How many parts a split gives; an empty separator cuts between all runes. */
static size_t count_parts(const struct value *s, const struct value *sep)
{
	if (sep->len == 0)
		return uni_count(s->s, s->len);
	size_t parts = 1;
	for (const char *hit = find(s, 0, sep); hit; parts++)
		hit = find(s, (size_t)(hit - s->s) + sep->len, sep);
	return parts;
}

int fn_split(struct exec *x, const struct value *args, size_t n, struct value *out)
{
	const struct value *sep = &args[0], *s = &args[1];
	size_t parts = count_parts(s, sep), at = 0;
	struct value *items;
	(void)n;
	if (exec_step(x, parts) || !(items = exec_alloc(x, (parts + 1) * sizeof *items)))
		return -1;
	for (size_t i = 0; i < parts; i++) {
		const char *hit = sep->len ? find(s, at, sep) : NULL;
		size_t end = hit ? (size_t)(hit - s->s) : s->len;
		if (sep->len == 0)
			end = at + uni_prefix(s->s + at, s->len - at, 1);
		items[i] = value_iface(value_string(s->s + at, end - at));
		at = end + sep->len;
	}
	*out = value_list(items, parts);
	return 0;
}

/* --- digests and expressions --------------------------------------------------------- */

int fn_sha1(struct exec *x, const struct value *args, size_t n, struct value *out)
{
	char hex[41];
	(void)n;
	hash_sha1(args[0].s, args[0].len, hex);
	return func_give(x, hex, 40, out);
}

int fn_sha256(struct exec *x, const struct value *args, size_t n, struct value *out)
{
	char hex[65];
	(void)n;
	hash_sha256(args[0].s, args[0].len, hex);
	return func_give(x, hex, 64, out);
}

int fn_regex_match(struct exec *x, const struct value *args, size_t n, struct value *out)
{
	struct arena memory = {.max = REGEX_MEMORY};
	struct regex_error e;
	int found = -1;
	(void)n;
	struct regex *re = regex_compile(&memory, args[0].s, args[0].len, &e);
	if (!re)
		exec_fail(x, "error parsing regexp: %s: `%.*s`", e.why,
			  (int)(e.len > REGEX_TEXT ? REGEX_TEXT : e.len), e.at);
	else if (exec_step(x, (args[1].len / 16 + 1) * regex_size(re)) == 0 &&
		 (found = regex_match(re, args[1].s, args[1].len)) < 0)
		exec_fail(x, "no memory");
	arena_free(&memory);
	*out = value_bool(found > 0);
	return found < 0 ? -1 : 0;
}
