/* impl: what the files of the engine share: text, memory, values, functions.
 *
 * Owns:   nothing itself; an arena owns what was taken from it.
 * Gives:  growing text with a cap, arenas, Go's values, the table of functions.
 * Never:  knows nodes or syntax (node.h does).
 * Errors: sticky. A text or arena that hit its cap says so in `full` and takes
 *         no more; a function that fails calls exec_fail once and returns -1.
 * Floor:  0.
 */
#ifndef TMPL_IMPL_H
#define TMPL_IMPL_H

#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#include "../tmpl.h"
#include "unicode.h"

#define TMPL_PRINTF(f, a) __attribute__((format(printf, f, a)))

/* --- growing text ----------------------------------------------------------
 * Bytes with a cap. After the cap, or without memory, `full` is set and
 * additions do nothing: callers need to look only once, at the end. */
struct sbuf {
	char *s;
	size_t len;
	size_t cap; /* allocated */
	size_t max; /* most bytes it may hold; 0 = 64 MiB */
	bool full;
};

void sbuf_add(struct sbuf *b, const char *s, size_t n);
void sbuf_adds(struct sbuf *b, const char *s);
void sbuf_addc(struct sbuf *b, char c);
void sbuf_fill(struct sbuf *b, char c, size_t n);
void sbuf_addf(struct sbuf *b, const char *fmt, ...) TMPL_PRINTF(2, 3);
void sbuf_vaddf(struct sbuf *b, const char *fmt, va_list ap) TMPL_PRINTF(2, 0);
void sbuf_add_rune(struct sbuf *b, uint32_t rune); /* UTF-8; U+FFFD if it is no scalar value */
void sbuf_quote(struct sbuf *b, const char *s, size_t n);        /* strconv.Quote, Go's %q */
void sbuf_quote_ascii(struct sbuf *b, const char *s, size_t n);  /* Go's %+q */
void sbuf_quote_rune(struct sbuf *b, uint32_t rune, bool ascii); /* 'x' */
void sbuf_free(struct sbuf *b);

/* --- arena: freed as a whole, or back to a mark ----------------------------- */

struct arena_block;
struct arena {
	struct arena_block *head;
	size_t used; /* bytes in all blocks */
	size_t max;  /* 0 = no cap */
	bool full;
};
struct arena_mark {
	struct arena_block *head;
	size_t at;
};

/* 16-byte aligned, not zeroed; NULL at the cap or without memory (full set). */
void *arena_alloc(struct arena *a, size_t n);
char *arena_copy(struct arena *a, const char *s, size_t n); /* NUL-terminated */
struct arena_mark arena_mark(const struct arena *a);
void arena_release(struct arena *a, struct arena_mark m);
void arena_free(struct arena *a);

/* --- values -------------------------------------------------------------------
 * What reflect.Value is to Go's engine. Go's error texts depend on whether a
 * value is held in an interface (it came out of a map or a list: its type is
 * "interface {}") or is concrete (a literal, a function's result, the data
 * itself, whatever went through a pipeline). */
enum value_kind {
	V_NONE,    /* no value: a missing map key, an untyped nil ("<no value>") */
	V_NIL,     /* a nil interface, from JSON null; iface is true */
	V_BOOL,    /* bool */
	V_INT,     /* int */
	V_BYTE,    /* uint8: a string indexed; in i */
	V_FLOAT,   /* float64 */
	V_COMPLEX, /* complex128: f and im */
	V_STRING,  /* any bytes, not terminated */
	V_LIST,    /* []interface {} */
	V_MAP      /* map[string]interface {} */
};

struct map;

struct value {
	uint8_t kind; /* enum value_kind */
	bool iface;   /* held in an interface */
	bool json;    /* V_LIST, V_MAP: borrowed from json, else made by a function */
	uint32_t off; /* V_LIST of json: index of the first element */
	size_t len;   /* bytes, elements or entries */
	union {
		bool b;
		int64_t i;
		double f;
		const char *s;
		json_t *j;
		const struct value *items;
		const struct map *map;
	};
	union {
		size_t cap; /* V_LIST: elements up to the end of the array behind it */
		double im;
	};
};

struct entry {
	const char *key; /* not terminated */
	size_t len;
	struct value value; /* iface is true */
};

/* A map that a function made: sorted by key bytes, no twins. */
struct map {
	size_t n;
	struct entry *e;
};

static inline struct value value_none(void)
{
	return (struct value){.kind = V_NONE};
}
static inline struct value value_bool(bool b)
{
	return (struct value){.kind = V_BOOL, .b = b};
}
static inline struct value value_int(int64_t i)
{
	return (struct value){.kind = V_INT, .i = i};
}
static inline struct value value_float(double f)
{
	return (struct value){.kind = V_FLOAT, .f = f};
}
static inline struct value value_string(const char *s, size_t len)
{
	return (struct value){.kind = V_STRING, .s = s, .len = len};
}
/* items must live in the pool, each with value_iface applied */
static inline struct value value_list(const struct value *items, size_t n)
{
	return (struct value){.kind = V_LIST, .items = items, .len = n, .cap = n};
}
/* The same value as an element of a list or map holds it. */
static inline struct value value_iface(struct value v)
{
	if (v.kind == V_NONE)
		v.kind = V_NIL;
	v.iface = true;
	return v;
}
/* The value without its interface; a nil interface becomes no value. */
static inline struct value value_concrete(struct value v)
{
	if (v.kind == V_NIL)
		v.kind = V_NONE;
	v.iface = false;
	return v;
}

struct value value_json(json_t *j);                 /* borrowed; iface is true */
const char *value_type(const struct value *v);      /* "interface {}" if held in one */
const char *value_type_held(const struct value *v); /* "int", "map[string]interface {}", … */
bool value_truth(const struct value *v);            /* Go's `if` */
struct value value_at(const struct value *list, size_t i); /* i < len; iface is true */
bool value_get(const struct value *map, const char *key, size_t len, struct value *out);

/* --- execution, as functions see it ------------------------------------------ */

struct exec;

/* Makes the call fail with Go's "error calling NAME: " + this. Returns -1. */
int exec_fail(struct exec *x, const char *fmt, ...) TMPL_PRINTF(2, 3);

/* Memory that lives until the execution ends, at the latest; NULL when the
 * execution's cap is reached: return -1 then, the reason is set already. */
void *exec_alloc(struct exec *x, size_t n);

/* An empty text for building a result; one per execution, so that a function
 * must be done with it before it asks again. exec_result turns it into a string
 * value in the pool; -1 if it is full (reason set). */
struct sbuf *exec_scratch(struct exec *x);
int exec_result(struct exec *x, struct sbuf *b, struct value *out);

/* Charges n steps: a function that walks a lot calls it. -1 at the cap. */
int exec_step(struct exec *x, size_t n);

/* Takes over one reference of j until the execution ends (for value_json). */
int exec_own(struct exec *x, json_t *j);

/* A new reference; NULL if nested too deep, or at a cap (reason set). */
json_t *value_to_json(struct exec *x, const struct value *v);

/* The entries of a map in the order of their keys' bytes; in the pool. */
int exec_entries(struct exec *x, const struct value *map, const struct entry **out, size_t *n);

/* A map of n entries in any order (in the pool, iface values); sorts them, the
 * last of twins wins. */
int exec_map(struct exec *x, struct entry *e, size_t n, struct value *out);

/* --- functions ---------------------------------------------------------------- */

/* args are checked already: number and types as the table says. Result in *out
 * (concrete, or an element as it came). Returns 0, or -1 after exec_fail. */
typedef int builtin_fn(struct exec *x, const struct value *args, size_t n, struct value *out);

/* types: one letter per parameter, the last one repeats when max is -1:
 *   v  reflect.Value: anything, as it is (an argument nil is V_NONE)
 *   i  interface {}: anything (nil and no value are V_NIL)
 *   s  string
 *   d  int
 *   b  bool
 *   m  map[string]interface {}
 *   l  []interface {}
 * s d b m l arrive concrete; Go's "wrong type for value; expected string; got
 * int" and the like are raised before the call. */
struct builtin {
	const char *name;
	int min, max; /* max -1: variadic */
	const char *types;
	builtin_fn *fn;
};

/* Go's own that eval.c has: and or not call index slice len eq ne lt le gt ge. */
extern const struct builtin builtins_core[]; /* up to a NULL name */
/* fmt.c: print printf println html js urlquery. */
extern const struct builtin builtins_fmt[];
/* func.c: all beyond Go. */
extern const struct builtin builtins_more[];

/* --- fmt.c: Go's fmt ------------------------------------------------------------
 * All append to out. -1 only after exec_fail (nested too deep, out of steps). */

int fmt_value(struct exec *x, struct sbuf *out,
	      const struct value *v); /* %v; V_NIL, V_NONE: <nil> */
int fmt_verb(struct exec *x, struct sbuf *out, char verb, const struct value *v); /* %s, %d … */
int fmt_sprint(struct exec *x, struct sbuf *out, const struct value *args, size_t n);
int fmt_sprintln(struct exec *x, struct sbuf *out, const struct value *args, size_t n);
int fmt_sprintf(struct exec *x, struct sbuf *out, const char *format, size_t len,
		const struct value *args, size_t n);

#endif
