/* eval: pipelines, commands and their operands; see exec.h.
 *
 * Follows Go's evaluation order and keeps `at` where Go keeps its node, because
 * an error names the node that was looked at last. */
#include "exec.h"

#include <stdlib.h>

/* Arguments up to this number need no memory from the pool. */
#define FEW_ARGS 6

static int eval_function(struct exec *x, const struct value *dot, const struct node *ident,
			 const struct node *cmd, const struct node *args, const struct value *final,
			 struct value *out);

static int error_node(struct exec *x, const char *before, const struct node *n, const char *after)
{
	struct sbuf b = {0};
	sbuf_adds(&b, before);
	node_print(&b, n);
	sbuf_adds(&b, after);
	int r = exec_error_text(x, &b);
	sbuf_free(&b);
	return r;
}

#define STR_ARG(str) (int)(str).n, (str).s

/* --- variables and fields ----------------------------------------------------------- */

static struct variable *find_variable(struct exec *x, struct str name)
{
	for (size_t i = x->n_vars; i > x->base; i--)
		if (str_eq(x->vars[i - 1].name, name))
			return &x->vars[i - 1];
	exec_error(x, "undefined variable: %.*s", STR_ARG(name));
	return NULL;
}

/* Replaces *v by its field. */
static int eval_field(struct exec *x, struct str name, bool has_args, struct value *v)
{
	switch ((enum value_kind)v->kind) {
	case V_NONE:
		return 0;
	case V_NIL:
		return exec_error(x, "nil pointer evaluating interface {}.%.*s", STR_ARG(name));
	case V_MAP: {
		struct value map = *v;
		if (has_args)
			return exec_error(x, "%.*s is not a method but has arguments",
					  STR_ARG(name));
		if (!value_get(&map, name.s, name.n, v))
			*v = value_none();
		return 0;
	}
	case V_BOOL:
	case V_INT:
	case V_BYTE:
	case V_FLOAT:
	case V_COMPLEX:
	case V_STRING:
	case V_LIST:
		break;
	}
	return exec_error(x, "can't evaluate field %.*s in type %s", STR_ARG(name), value_type(v));
}

/* Follows the names from the first on; only the last one may have arguments. */
static int eval_fields(struct exec *x, const struct node *n, size_t first, bool has_args,
		       struct value *v)
{
	for (size_t i = first; i < n->field.n; i++)
		if (eval_field(x, n->field.ident[i], has_args && i + 1 == n->field.n, v) < 0)
			return -1;
	return 0;
}

static int not_a_function(struct exec *x, const struct node *args, const struct value *final)
{
	if ((args && args->next) || final)
		return error_node(x, "can't give argument to non-function ", args, "");
	return 0;
}

static int eval_variable(struct exec *x, const struct node *n, const struct node *args,
			 const struct value *final, struct value *out)
{
	x->at = n;
	const struct variable *v = find_variable(x, n->field.ident[0]);
	if (!v)
		return -1;
	*out = v->value;
	if (n->field.n == 1)
		return not_a_function(x, args, final);
	return eval_fields(x, n, 1, (args && args->next) || final, out);
}

static int eval_chain(struct exec *x, const struct value *dot, const struct node *n,
		      const struct node *args, const struct value *final, struct value *out)
{
	const struct node *term = n->field.term;
	x->at = n;
	x->at = term;
	int r = term->type == N_PIPE ? eval_pipeline(x, dot, term, out)
				     : eval_function(x, dot, term, term, NULL, NULL, out);
	return r < 0 ? r : eval_fields(x, n, 0, (args && args->next) || final, out);
}

static int eval_literal(struct exec *x, const struct node *n, struct value *out)
{
	x->at = n;
	if (n->type == N_NUMBER && n->literal.overflow)
		return error_node(x, "", n, " overflows int");
	*out = n->literal.value;
	return 0;
}

/* --- arguments ------------------------------------------------------------------------ */

static const char *type_name(char type)
{
	switch (type) {
	case 's':
		return "string";
	case 'd':
		return "int";
	case 'b':
		return "bool";
	case 'm':
		return "map[string]interface {}";
	case 'l':
		return "[]interface {}";
	case 'i':
		return "interface {}";
	default:
		return "reflect.Value";
	}
}

static enum value_kind type_kind(char type)
{
	return type == 's'   ? V_STRING
	       : type == 'd' ? V_INT
	       : type == 'b' ? V_BOOL
	       : type == 'm' ? V_MAP
			     : V_LIST;
}

/* What nil is as this type; false if it cannot be nil. */
static bool nil_of(char type, struct value *out)
{
	static const struct map empty;
	static const struct value no_items;
	*out = (struct value){.kind = type == 'i' ? V_NIL : V_NONE, .iface = type == 'i'};
	if (type == 'm')
		*out = (struct value){.kind = V_MAP, .map = &empty};
	if (type == 'l')
		*out = value_list(&no_items, 0);
	return strchr("viml", type) != NULL;
}

/* Makes sure that *v may be given to a parameter of the type. */
static int check_type(struct exec *x, char type, struct value *v)
{
	if (v->kind == V_NONE) {
		if (nil_of(type, v))
			return 0;
		return exec_error(x, "invalid value; expected %s", type_name(type));
	}
	if (type == 'v' || type == 'i')
		return 0;
	if (v->kind != type_kind(type))
		return exec_error(x, "wrong type for value; expected %s; got %s", type_name(type),
				  value_type_held(v));
	v->iface = false;
	return 0;
}

/* A number that is whole may be given as an int however it is written. */
static bool whole_number(const struct node *n, struct value *out)
{
	const struct value *v = &n->literal.value;
	if (n->type != N_NUMBER || n->literal.overflow)
		return false;
	*out = *v;
	if (v->kind == V_INT)
		return true;
	/* cppcheck-suppress incorrectLogicOperator ; hexadecimal floats are beyond it */
	if ((v->kind == V_COMPLEX && v->im != 0) || !(v->f >= -0x1p63 && v->f < 0x1p63) ||
	    (double)(int64_t)v->f != v->f)
		return false;
	*out = value_int((int64_t)v->f);
	return true;
}

static int literal_as(struct exec *x, char type, const struct node *n, struct value *out)
{
	x->at = n;
	*out = n->literal.value;
	switch (type) {
	case 's':
		return n->type == N_STRING ? 0 : error_node(x, "expected string; found ", n, "");
	case 'd':
		return whole_number(n, out) ? 0 : error_node(x, "expected integer; found ", n, "");
	case 'b':
		return n->type == N_BOOL ? 0 : error_node(x, "expected bool; found ", n, "");
	case 'm':
	case 'l': {
		char after[64] = " for arg of type ";
		strcat(after, type_name(type));
		return error_node(x, "can't handle ", n, after);
	}
	default:
		return eval_literal(x, n, out);
	}
}

static int eval_arg(struct exec *x, const struct value *dot, char type, const struct node *n,
		    struct value *out)
{
	int r = 0;
	x->at = n;
	switch ((enum node_type)n->type) {
	case N_DOT:
		*out = *dot;
		break;
	case N_NIL:
		if (nil_of(type, out))
			return 0;
		return exec_error(x, "cannot assign nil to %s", type_name(type));
	case N_FIELD:
		*out = *dot;
		r = eval_fields(x, n, 0, false, out);
		break;
	case N_VARIABLE:
		r = eval_variable(x, n, NULL, NULL, out);
		break;
	case N_PIPE:
		r = eval_pipeline(x, dot, n, out);
		break;
	case N_IDENT:
		r = eval_function(x, dot, n, n, NULL, NULL, out);
		break;
	case N_CHAIN:
		r = eval_chain(x, dot, n, NULL, NULL, out);
		break;
	case N_BOOL:
	case N_NUMBER:
	case N_STRING:
		return literal_as(x, type, n, out);
	case N_TEXT:
	case N_ACTION:
	case N_COMMAND:
	case N_ELSE:
	case N_END:
	case N_IF:
	case N_RANGE:
	case N_TEMPLATE:
	case N_WITH:
	case N_BREAK:
	case N_CONTINUE:
		return error_node(x, "can't evaluate command ", n, "");
	}
	return r < 0 ? r : check_type(x, type, out);
}

/* --- calls ----------------------------------------------------------------------------- */

/* "error calling NAME: " and why the function failed. */
static int call_failed(struct exec *x, const struct node *ident, const struct node *cmd)
{
	struct sbuf b = {0};
	if (x->failed)
		return -1;
	x->at = cmd;
	sbuf_adds(&b, "error calling ");
	sbuf_add(&b, ident->ident.name.s, ident->ident.name.n);
	sbuf_adds(&b, ": ");
	sbuf_add(&b, x->reason.s, x->reason.len);
	exec_error_text(x, &b);
	sbuf_free(&b);
	return -1;
}

/* Long texts cost as they are long, whatever is done with them. */
static int charge_texts(struct exec *x, const struct value *args, size_t n)
{
	size_t steps = 0;
	for (size_t i = 0; i < n; i++)
		if (args[i].kind == V_STRING && args[i].len > 64)
			steps += args[i].len / 4;
	return steps ? exec_step(x, steps) : 0;
}

static int call_builtin(struct exec *x, const struct node *ident, const struct node *cmd,
			const struct value *args, size_t n, struct value *out)
{
	*out = value_none();
	x->reason.len = 0;
	if (charge_texts(x, args, n) < 0)
		return -1;
	return ident->ident.fn->fn(x, args, n, out) < 0 ? call_failed(x, ident, cmd) : 0;
}

static int call_extra(struct exec *x, const struct node *ident, const struct node *cmd,
		      const struct value *args, size_t n, struct value *out)
{
	const struct tmpl_extra *e = ident->ident.extra;
	json_t **argv = exec_alloc(x, (n + 1) * sizeof(json_t *));
	json_t *result = NULL;
	char *error = NULL;
	if (!argv)
		return -1;
	size_t made = 0;
	while (made < n && (argv[made] = value_to_json(x, &args[made])))
		made++;
	int r = made == n ? e->fn(e->arg, argv, n, &result, &error) : -1;
	for (size_t i = 0; i < made; i++)
		json_decref(argv[i]);
	x->reason.len = 0;
	if (r < 0 || !result) {
		json_decref(result);
		exec_fail(x, "%s", error ? error : "value nested too deeply");
		free(error);
		return call_failed(x, ident, cmd);
	}
	free(error);
	*out = value_concrete(value_json(result));
	return exec_own(x, result);
}

static int wrong_count(struct exec *x, const struct node *ident, int min, int max, size_t args,
		       size_t all)
{
	struct str name = ident->ident.name;
	if (min == max)
		return exec_error(x, "wrong number of args for %.*s: want %d got %zu",
				  STR_ARG(name), min, all);
	if (all < (size_t)min)
		return exec_error(x, "wrong number of args for %.*s: want at least %d got %zu",
				  STR_ARG(name), min, args);
	return exec_error(x, "wrong number of args for %.*s: want at most %d got %zu",
			  STR_ARG(name), max, all);
}

/* and, or: stop at the first argument that decides. */
static int eval_logic(struct exec *x, const struct value *dot, bool stop, const struct node *args,
		      const struct value *final, struct value *out)
{
	*out = value_none();
	for (; args; args = args->next) {
		if (eval_arg(x, dot, 'v', args, out) < 0)
			return -1;
		if (value_truth(out) == stop)
			return 0;
	}
	if (final)
		*out = *final;
	return 0;
}

/* args: the node of the function and its arguments, or NULL. */
static int eval_function(struct exec *x, const struct value *dot, const struct node *ident,
			 const struct node *cmd, const struct node *args, const struct value *final,
			 struct value *out)
{
	const struct builtin *fn = ident->ident.fn;
	const struct tmpl_extra *extra = ident->ident.extra;
	int min = fn ? fn->min : extra->min, max = fn ? fn->max : extra->max;
	const char *types = fn ? fn->types : "i";
	size_t n_types = strlen(types), n = 0, i = 0;
	struct value few[FEW_ARGS], *argv = few;

	x->at = ident;
	args = args ? args->next : NULL;
	for (const struct node *a = args; a; a = a->next)
		n++;
	size_t all = n + (final != NULL);
	if (all < (size_t)min || (max >= 0 && all > (size_t)max))
		return wrong_count(x, ident, min, max, n, all);
	if (fn && !fn->fn)
		return eval_logic(x, dot, fn->name[0] == 'o', args, final, out);
	if (all > FEW_ARGS && !(argv = exec_alloc(x, all * sizeof(*argv))))
		return -1;
	for (; args; args = args->next, i++)
		if (eval_arg(x, dot, types[i < n_types ? i : n_types - 1], args, &argv[i]) < 0)
			return -1;
	if (final) {
		argv[i] = *final;
		if (check_type(x, types[i < n_types ? i : n_types - 1], &argv[i]) < 0)
			return -1;
	}
	if (!fn)
		return call_extra(x, ident, cmd, argv, all, out);
	return call_builtin(x, ident, cmd, argv, all, out);
}

/* --- pipelines ---------------------------------------------------------------------------- */

static int eval_command(struct exec *x, const struct value *dot, const struct node *cmd,
			const struct value *final, struct value *out)
{
	const struct node *word = cmd->command.args;
	switch ((enum node_type)word->type) {
	case N_FIELD:
		x->at = word;
		*out = *dot;
		return eval_fields(x, word, 0, word->next || final, out);
	case N_CHAIN:
		return eval_chain(x, dot, word, word, final, out);
	case N_IDENT:
		return eval_function(x, dot, word, cmd, word, final, out);
	case N_PIPE:
		return not_a_function(x, word, final) < 0 ? -1 : eval_pipeline(x, dot, word, out);
	case N_VARIABLE:
		return eval_variable(x, word, word, final, out);
	case N_BOOL:
	case N_NUMBER:
	case N_STRING:
	case N_DOT:
	case N_NIL:
	case N_TEXT:
	case N_ACTION:
	case N_COMMAND:
	case N_ELSE:
	case N_END:
	case N_IF:
	case N_RANGE:
	case N_TEMPLATE:
	case N_WITH:
	case N_BREAK:
	case N_CONTINUE:
		break;
	}
	x->at = word;
	if (not_a_function(x, word, final) < 0)
		return -1;
	if (word->type == N_NIL)
		return exec_error(x, "nil is not a command");
	if (word->type == N_DOT) {
		*out = *dot;
		return 0;
	}
	return eval_literal(x, word, out);
}

static int set_variables(struct exec *x, const struct node *pipe, const struct value *v)
{
	for (const struct node *d = pipe->pipe.decl; d; d = d->next) {
		struct str name = d->field.ident[0];
		if (!pipe->pipe.assign) {
			if (exec_push(x, name, *v) < 0)
				return -1;
			continue;
		}
		struct variable *var = find_variable(x, name);
		if (!var)
			return -1;
		var->value = *v;
	}
	return 0;
}

int eval_pipeline(struct exec *x, const struct value *dot, const struct node *pipe,
		  struct value *out)
{
	struct value v = value_none(), final;
	if (pipe) {
		x->at = pipe;
		for (const struct node *c = pipe->pipe.cmds; c; c = c->next) {
			bool first = c == pipe->pipe.cmds;
			final = v;
			if (exec_step(x, 1) < 0 ||
			    eval_command(x, dot, c, first ? NULL : &final, &v) < 0)
				return -1;
			v = value_concrete(v);
		}
		if (set_variables(x, pipe, &v) < 0)
			return -1;
	}
	*out = v;
	return 0;
}
