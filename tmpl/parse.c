/* parse: tokens to trees, with the errors Go's parser finds; see node.h.
 *
 * The look-ahead is Go's to the letter, three tokens in one array per tree,
 * because the line in an error is that of the array's first token. */
#include "node.h"

/* Statements or parentheses inside one another: what the C stack can take. */
#define MAX_NESTING 1000

struct var {
	struct str name;
	const struct var *prev;
};

struct parser {
	struct tmpl *t;
	struct lexer lex;
	struct parse_error *e;
	int depth;
	unsigned sets, assigns; /* pipelines so far that set a variable; with = */
	struct node *calls;     /* {{template}} and {{block}}, to be looked up in the end */
};

/* The parser of one tree: a define or block has its own look-ahead. */
struct scope {
	struct parser *p;
	struct str name;
	struct token token[3];
	int peeked;
	const struct var *vars;
	int action_line, range_depth;
	struct node_list root;
};

static struct node *pipeline(struct scope *s, const char *context, enum token_type end);
static bool item_list(struct scope *s, struct node_list *list, struct node **end);

/* --- errors ------------------------------------------------------------------- */

/* Starts the message; the caller appends the rest. NULL if there is one already. */
static struct sbuf *begin_error(struct scope *s)
{
	struct parse_error *e = s->p->e;
	if (e->set)
		return NULL;
	e->set = true;
	e->line = s->token[0].line;
	sbuf_adds(&e->text, "template: ");
	sbuf_add(&e->text, s->p->t->name.s, s->p->t->name.n);
	sbuf_addf(&e->text, ":%d: ", e->line);
	return &e->text;
}

static void *fail(struct scope *s, const char *fmt, ...) TMPL_PRINTF(2, 3);

static void *fail(struct scope *s, const char *fmt, ...)
{
	struct sbuf *b = begin_error(s);
	if (b) {
		va_list ap;
		va_start(ap, fmt);
		sbuf_vaddf(b, fmt, ap);
		va_end(ap);
	}
	return NULL;
}

static void *fail_quoted(struct scope *s, const char *before, struct str word, const char *after)
{
	struct sbuf *b = begin_error(s);
	if (b) {
		sbuf_adds(b, before);
		sbuf_quote(b, word.s, word.n);
		sbuf_adds(b, after);
	}
	return NULL;
}

static void token_print(struct sbuf *b, const struct token *t)
{
	if (t->type == T_EOF) {
		sbuf_adds(b, "EOF");
	} else if (t->type == T_ERROR) {
		sbuf_add(b, t->val.s, t->val.n);
	} else if (t->type > T_KEYWORD) {
		sbuf_addc(b, '<');
		sbuf_add(b, t->val.s, t->val.n);
		sbuf_addc(b, '>');
	} else if (t->val.n > 10) {
		sbuf_quote(b, t->val.s, uni_prefix(t->val.s, t->val.n, 10));
		sbuf_adds(b, "...");
	} else {
		sbuf_quote(b, t->val.s, t->val.n);
	}
}

static bool ends_with(struct str s, struct str end)
{
	return s.n >= end.n && memcmp(s.s + s.n - end.n, end.s, end.n) == 0;
}

static void *unexpected(struct scope *s, struct token t, const char *context)
{
	struct sbuf *b = begin_error(s);
	if (!b)
		return NULL;
	if (t.type != T_ERROR)
		sbuf_adds(b, "unexpected ");
	token_print(b, &t);
	if (t.type != T_ERROR) {
		sbuf_addf(b, " in %s", context);
	} else if (s->action_line && s->action_line != t.line) {
		sbuf_adds(b, ends_with(t.val, STR(" action")) ? " started at "
							      : " in action started at ");
		sbuf_add(b, s->p->t->name.s, s->p->t->name.n);
		sbuf_addf(b, ":%d", s->action_line);
	}
	return NULL;
}

static bool failed(const struct scope *s)
{
	return s->p->e->set;
}

/* --- tokens --------------------------------------------------------------------- */

static struct token next(struct scope *s)
{
	if (s->peeked > 0)
		s->peeked--;
	else
		s->token[0] = lex_token(&s->p->lex);
	return s->token[s->peeked];
}

static void backup(struct scope *s)
{
	s->peeked++;
}

static void backup2(struct scope *s, struct token t1)
{
	s->token[1] = t1;
	s->peeked = 2;
}

static void backup3(struct scope *s, struct token t2, struct token t1)
{
	s->token[1] = t1;
	s->token[2] = t2;
	s->peeked = 3;
}

static struct token peek(struct scope *s)
{
	if (s->peeked > 0)
		return s->token[s->peeked - 1];
	s->peeked = 1;
	s->token[0] = lex_token(&s->p->lex);
	return s->token[0];
}

static struct token next_word(struct scope *s)
{
	struct token t = next(s);
	while (t.type == T_SPACE)
		t = next(s);
	return t;
}

static struct token peek_word(struct scope *s)
{
	struct token t = next_word(s);
	backup(s);
	return t;
}

static bool expect_end(struct scope *s, const char *context)
{
	struct token t = next_word(s);
	if (t.type != T_RIGHT_DELIM)
		unexpected(s, t, context);
	return t.type == T_RIGHT_DELIM;
}

/* --- nodes ----------------------------------------------------------------------- */

static void *alloc(struct scope *s, size_t n)
{
	void *p = arena_alloc(&s->p->t->arena, n);
	if (!p)
		return fail(s, "out of memory");
	memset(p, 0, n);
	return p;
}

static struct node *new_node(struct scope *s, enum node_type type, uint32_t pos)
{
	struct node *n = alloc(s, sizeof(*n));
	if (n) {
		n->type = (uint8_t)type;
		n->pos = pos;
	}
	return n;
}

static void append(struct node_list *l, struct node *n)
{
	if (l->last)
		l->last->next = n;
	else
		l->first = n;
	l->last = n;
}

static bool push_var(struct scope *s, struct str name)
{
	struct var *v = alloc(s, sizeof(*v));
	if (v) {
		*v = (struct var){name, s->vars};
		s->vars = v;
	}
	return v != NULL;
}

/* The tree's scope, with Go's one variable from the start. */
static bool scope_begin(struct scope *s, struct parser *p, struct str name)
{
	*s = (struct scope){.p = p, .name = name};
	return push_var(s, STR("$"));
}

static const char *end_name(const struct node *n)
{
	return n->type == N_END ? "{{end}}" : "{{else}}";
}

/* --- trees ------------------------------------------------------------------------ */

static struct tree **bucket(const struct tmpl *t, struct str name)
{
	uint32_t h = 2166136261U;
	for (size_t i = 0; i < name.n; i++)
		h = (h ^ (unsigned char)name.s[i]) * 16777619U;
	return &t->trees[h & (t->n_buckets - 1)];
}

struct tree *tree_find(const struct tmpl *t, struct str name)
{
	struct tree *tree = t->n_buckets ? *bucket(t, name) : NULL;
	while (tree && !str_eq(tree->name, name))
		tree = tree->next;
	return tree;
}

/* Twice the buckets as soon as there are as many trees. */
static bool grow_trees(struct scope *s)
{
	struct tmpl *t = s->p->t;
	size_t n = t->n_buckets;
	struct tree **old = t->trees;
	if (t->n_trees < n)
		return true;
	t->trees = alloc(s, (n ? n * 2 : 64) * sizeof(struct tree *));
	if (!t->trees) {
		t->trees = old;
		return false;
	}
	t->n_buckets = n ? n * 2 : 64;
	for (size_t i = 0; i < n; i++) {
		for (struct tree *tree = old[i], *next; tree; tree = next) {
			struct tree **b = bucket(t, tree->name);
			next = tree->next;
			tree->next = *b;
			*b = tree;
		}
	}
	return true;
}

static bool is_blank(struct str text)
{
	for (size_t i = 0, w; i < text.n; i += w)
		if (!uni_is_space(uni_decode(text.s + i, text.n - i, &w)))
			return false;
	return true;
}

static bool is_empty(const struct node *list)
{
	for (; list; list = list->next)
		if (list->type != N_TEXT || !is_blank(list->text))
			return false;
	return true;
}

/* A second definition may only replace an empty one, or be empty itself. */
static bool add_tree(struct scope *s)
{
	struct tree *old = tree_find(s->p->t, s->name);
	if (old && !is_empty(old->root)) {
		if (!is_empty(s->root.first))
			fail_quoted(s, "template: multiple definition of template ", s->name, "");
		return !failed(s);
	}
	if (!old) {
		old = alloc(s, sizeof(*old));
		if (!old || !grow_trees(s))
			return false;
		struct tree **b = bucket(s->p->t, s->name);
		*old = (struct tree){.name = s->name, .next = *b};
		*b = old;
		s->p->t->n_trees++;
	}
	old->root = s->root.first;
	return true;
}

/* --- terms ------------------------------------------------------------------------ */

static struct node *identifier(struct scope *s, struct token t)
{
	struct node *n = new_node(s, N_IDENT, t.pos);
	if (!n)
		return NULL;
	n->ident.name = t.val;
	for (const struct tmpl_extra *x = s->p->t->extra; x && x->name; x++)
		if (str_eq(t.val, (struct str){x->name, strlen(x->name)}))
			n->ident.extra = x;
	n->ident.fn = n->ident.extra ? NULL : builtin_find(t.val);
	if (!n->ident.extra && !n->ident.fn)
		return fail_quoted(s, "function ", t.val, " not defined");
	return n;
}

/* A field or variable of one name; a field's dot is dropped. */
static struct node *names(struct scope *s, enum node_type type, struct token t)
{
	struct node *n = new_node(s, type, t.pos);
	struct str *ident = n ? alloc(s, sizeof(*ident)) : NULL;
	if (!ident)
		return NULL;
	*ident = t.val;
	if (type == N_FIELD)
		ident->s++, ident->n--;
	n->field.ident = ident;
	n->field.n = 1;
	return n;
}

static struct node *variable(struct scope *s, struct token t)
{
	for (const struct var *v = s->vars; v; v = v->prev)
		if (str_eq(v->name, t.val))
			return names(s, N_VARIABLE, t);
	return fail_quoted(s, "undefined variable ", t.val, "");
}

static struct node *number(struct scope *s, struct token t)
{
	struct node *n = new_node(s, N_NUMBER, t.pos);
	struct sbuf why = {0};
	if (n && !literal_number(&t, n, &why))
		n = fail(s, "%s", why.s ? why.s : "out of memory");
	sbuf_free(&why);
	return n;
}

static struct node *string(struct scope *s, struct token t)
{
	struct node *n = new_node(s, N_STRING, t.pos);
	struct str text;
	if (!n)
		return NULL;
	if (!literal_unquote(&s->p->t->arena, t.val, &text))
		return fail(s, "invalid syntax");
	n->literal.value = value_string(text.s, text.n);
	n->literal.text = t.val;
	return n;
}

static struct node *parenthesized(struct scope *s)
{
	if (++s->p->depth > MAX_NESTING)
		return fail(s, "parentheses nested deeper than %d", MAX_NESTING);
	struct node *n = pipeline(s, "parenthesized pipeline", T_RIGHT_PAREN);
	s->p->depth--;
	return n;
}

static struct node *boolean(struct scope *s, struct token t)
{
	struct node *n = new_node(s, N_BOOL, t.pos);
	if (n) {
		n->literal.value = value_bool(t.val.n == 4);
		n->literal.text = t.val;
	}
	return n;
}

/* NULL without an error: the next token is no term. */
static struct node *term(struct scope *s)
{
	struct token t = next_word(s);
	if (t.type == T_IDENT)
		return identifier(s, t);
	if (t.type == T_DOT || t.type == T_NIL)
		return new_node(s, t.type == T_DOT ? N_DOT : N_NIL, t.pos);
	if (t.type == T_VARIABLE)
		return variable(s, t);
	if (t.type == T_FIELD)
		return names(s, N_FIELD, t);
	if (t.type == T_BOOL)
		return boolean(s, t);
	if (t.type == T_CHAR_CONSTANT || t.type == T_COMPLEX || t.type == T_NUMBER)
		return number(s, t);
	if (t.type == T_LEFT_PAREN)
		return parenthesized(s);
	if (t.type == T_STRING || t.type == T_RAW_STRING)
		return string(s, t);
	backup(s);
	return NULL;
}

static bool add_name(struct scope *s, struct node *n, struct str name)
{
	size_t have = n->field.n;
	if ((have & (have - 1)) == 0) { /* full at powers of two */
		struct str *more = alloc(s, (have ? have * 2 : 1) * sizeof(*more));
		if (!more)
			return false;
		if (have)
			memcpy(more, n->field.ident, have * sizeof(*more));
		n->field.ident = more;
	}
	n->field.ident[n->field.n++] = (struct str){name.s + 1, name.n - 1};
	return true;
}

/* A literal has no fields. Go reads them first: the error's line is that of
 * the token behind them. */
static void *literal_with_fields(struct scope *s, const struct node *n)
{
	struct sbuf b = {0};
	while (peek(s).type == T_FIELD)
		next(s);
	node_print(&b, n);
	fail_quoted(s, "unexpected . after term ", (struct str){b.s, b.len}, "");
	sbuf_free(&b);
	return NULL;
}

/* A term and the fields behind it. */
static struct node *operand(struct scope *s)
{
	struct node *n = term(s);
	if (!n || peek(s).type != T_FIELD)
		return n;
	uint32_t pos = peek(s).pos;
	enum node_type t = (enum node_type)n->type;
	if (t == N_BOOL || t == N_STRING || t == N_NUMBER || t == N_NIL || t == N_DOT)
		return literal_with_fields(s, n);
	if (t == N_FIELD || t == N_VARIABLE) {
		n->pos = pos;
	} else {
		struct node *chain = new_node(s, N_CHAIN, pos);
		if (!chain)
			return NULL;
		chain->field.term = n;
		n = chain;
	}
	while (peek(s).type == T_FIELD)
		if (!add_name(s, n, next(s).val))
			return NULL;
	return n;
}

static struct node *command(struct scope *s)
{
	struct node *cmd = new_node(s, N_COMMAND, peek_word(s).pos);
	struct node_list args = {0};
	while (cmd) {
		peek_word(s);
		struct node *n = operand(s);
		if (failed(s))
			return NULL;
		if (n) {
			append(&args, n);
			cmd->command.n++;
		}
		struct token t = next(s);
		if (t.type == T_SPACE)
			continue;
		if (t.type == T_RIGHT_DELIM || t.type == T_RIGHT_PAREN)
			backup(s);
		else if (t.type != T_PIPE)
			return unexpected(s, t, "operand");
		break;
	}
	if (!cmd)
		return NULL;
	if (!args.first)
		return fail(s, "empty command");
	cmd->command.args = args.first;
	return cmd;
}

/* --- pipelines ---------------------------------------------------------------------- */

static bool declare(struct scope *s, struct node *pipe, struct node_list *decls, struct token v)
{
	struct node *n = names(s, N_VARIABLE, v);
	if (!n || !push_var(s, v.val))
		return false;
	append(decls, n);
	pipe->pipe.decl = decls->first;
	pipe->pipe.n_decl++;
	return true;
}

/* $x := … , $x = … and range's $x, $y := … */
static bool declarations(struct scope *s, struct node *pipe, const char *context)
{
	struct node_list decls = {0};
	for (;;) {
		struct token v = peek_word(s);
		if (v.type != T_VARIABLE)
			return true;
		next(s);
		struct token after = peek(s), word = peek_word(s);
		if (word.type == T_ASSIGN || word.type == T_DECLARE) {
			pipe->pipe.assign = word.type == T_ASSIGN;
			next_word(s);
			return declare(s, pipe, &decls, v);
		}
		if (word.type != T_CHAR || word.val.s[0] != ',') {
			if (after.type == T_SPACE)
				backup3(s, v, after);
			else
				backup2(s, v);
			return true;
		}
		next_word(s);
		if (!declare(s, pipe, &decls, v))
			return false;
		if (strcmp(context, "range") != 0 || pipe->pipe.n_decl >= 2)
			return fail(s, "too many declarations in %s", context);
		enum token_type t = peek_word(s).type;
		if (t != T_VARIABLE && t != T_RIGHT_DELIM && t != T_RIGHT_PAREN)
			return fail(s, "range can only initialize variables");
	}
}

static struct node *check_pipeline(struct scope *s, struct node *pipe, const char *context)
{
	if (!pipe->pipe.cmds)
		return fail(s, "missing value for %s", context);
	int stage = 2;
	for (const struct node *c = pipe->pipe.cmds->next; c; c = c->next, stage++) {
		enum node_type t = (enum node_type)c->command.args->type;
		if (t == N_BOOL || t == N_DOT || t == N_NIL || t == N_NUMBER || t == N_STRING)
			return fail(s, "non executable command in pipeline stage %d", stage);
	}
	s->p->sets += pipe->pipe.n_decl > 0;
	s->p->assigns += pipe->pipe.assign;
	return pipe;
}

static struct node *pipeline(struct scope *s, const char *context, enum token_type end)
{
	struct node *pipe = new_node(s, N_PIPE, peek_word(s).pos);
	if (!pipe || !declarations(s, pipe, context))
		return NULL;
	struct node_list cmds = {0};
	for (;;) {
		struct token t = next_word(s);
		if (t.type == end) {
			pipe->pipe.cmds = cmds.first;
			return check_pipeline(s, pipe, context);
		}
		bool starts = t.type == T_BOOL || t.type == T_CHAR_CONSTANT ||
			      t.type == T_COMPLEX || t.type == T_DOT || t.type == T_FIELD ||
			      t.type == T_IDENT || t.type == T_NUMBER || t.type == T_NIL ||
			      t.type == T_RAW_STRING || t.type == T_STRING ||
			      t.type == T_VARIABLE || t.type == T_LEFT_PAREN;
		if (!starts)
			return unexpected(s, t, context);
		backup(s);
		struct node *cmd = command(s);
		if (!cmd)
			return NULL;
		append(&cmds, cmd);
	}
}

/* --- control structures ----------------------------------------------------------------- */

/* The part of if, range or with after its keyword, up to else or end. */
static struct node *branch(struct scope *s, enum node_type type, const char *context,
			   struct node **end)
{
	struct node *pipe = pipeline(s, context, T_RIGHT_DELIM);
	if (!pipe)
		return NULL;
	struct node *n = new_node(s, type, pipe->pos);
	struct node_list list = {0};
	s->range_depth += type == N_RANGE;
	if (!n || !item_list(s, &list, end))
		return NULL;
	s->range_depth -= type == N_RANGE;
	n->branch.pipe = pipe;
	n->branch.list = list.first;
	return n;
}

/* if, range, with; a chain of else if is a loop here, not a recursion. */
static struct node *control(struct scope *s, enum node_type type, const char *context)
{
	const struct var *vars = s->vars;
	unsigned assigns = s->p->assigns;
	struct node *end, *first = branch(s, type, context, &end), *last = first;
	while (last && end->type == N_ELSE) {
		enum token_type t = peek(s).type;
		bool chained = (type == N_IF && t == T_IF) || (type == N_WITH && t == T_WITH);
		if (!chained) {
			struct node_list list = {0};
			if (!item_list(s, &list, &end))
				return NULL;
			if (end->type != N_END)
				return fail(s, "expected end; found %s", end_name(end));
			last->branch.other = list.first;
			break;
		}
		next(s);
		struct node *n = branch(s, type, context, &end);
		last->branch.other = n;
		last = n;
	}
	s->vars = vars;
	if (first)
		first->keeps = assigns != s->p->assigns;
	return last ? first : NULL;
}

static struct node *leave_range(struct scope *s, enum node_type type, uint32_t pos,
				const char *word)
{
	if (!expect_end(s, word))
		return NULL;
	if (s->range_depth == 0)
		return fail(s, "%s outside {{range}}", word);
	return new_node(s, type, pos);
}

static struct node *else_control(struct scope *s)
{
	struct token t = peek_word(s);
	/* "else if" leaves its if for control() */
	if (t.type == T_IF || (t.type == T_WITH && s->p->t->newer))
		return new_node(s, N_ELSE, t.pos);
	return expect_end(s, "else") ? new_node(s, N_ELSE, t.pos) : NULL;
}

static bool template_name(struct scope *s, struct token t, const char *context, struct str *name)
{
	if (t.type != T_STRING && t.type != T_RAW_STRING) {
		unexpected(s, t, context);
		return false;
	}
	if (!literal_unquote(&s->p->t->arena, t.val, name)) {
		fail(s, "invalid syntax");
		return false;
	}
	return true;
}

static struct node *new_call(struct scope *s, uint32_t pos, struct str name, struct node *pipe)
{
	struct node *n = new_node(s, N_TEMPLATE, pos);
	if (n) {
		n->call.name = name;
		n->call.pipe = pipe;
		n->call.later = s->p->calls;
		s->p->calls = n;
	}
	return n;
}

static struct node *template_control(struct scope *s)
{
	struct token t = next_word(s);
	struct str name;
	struct node *pipe = NULL;
	if (!template_name(s, t, "template clause", &name))
		return NULL;
	if (next_word(s).type != T_RIGHT_DELIM) {
		backup(s);
		pipe = pipeline(s, "template clause", T_RIGHT_DELIM);
		if (!pipe)
			return NULL;
	}
	return new_call(s, t.pos, name, pipe);
}

/* The body of a block or define in a scope of its own, up to its end. errors
 * about a wrong end name the scope `outer`. */
static bool body(struct scope *s, struct scope *outer, const char *context)
{
	struct node *end;
	if (!item_list(s, &s->root, &end))
		return false;
	if (end->type != N_END) {
		fail(outer, "unexpected %s in %s", end_name(end), context);
		return false;
	}
	return add_tree(s);
}

static struct node *block_control(struct scope *s)
{
	struct token t = next_word(s);
	struct str name;
	if (!template_name(s, t, "block clause", &name))
		return NULL;
	struct node *pipe = pipeline(s, "block clause", T_RIGHT_DELIM);
	struct scope block;
	if (!pipe || !scope_begin(&block, s->p, name) || !body(&block, s, "block clause"))
		return NULL;
	return new_call(s, t.pos, name, pipe);
}

static bool definition(struct parser *p)
{
	struct scope s;
	if (!scope_begin(&s, p, STR("definition")))
		return false;
	struct token t = next_word(&s);
	return template_name(&s, t, "define clause", &s.name) && expect_end(&s, "define clause") &&
	       body(&s, &s, "define clause");
}

static struct node *plain_action(struct scope *s)
{
	backup(s);
	uint32_t pos = peek(s).pos;
	unsigned sets = s->p->sets;
	struct node *pipe = pipeline(s, "command", T_RIGHT_DELIM);
	struct node *n = pipe ? new_node(s, N_ACTION, pos) : NULL;
	if (n) {
		n->action.pipe = pipe;
		n->keeps = sets != s->p->sets;
	}
	return n;
}

static struct node *action(struct scope *s)
{
	struct token t = next_word(s);
	if (t.type == T_BLOCK)
		return block_control(s);
	if (t.type == T_BREAK)
		return leave_range(s, N_BREAK, t.pos, "{{break}}");
	if (t.type == T_CONTINUE)
		return leave_range(s, N_CONTINUE, t.pos, "{{continue}}");
	if (t.type == T_ELSE)
		return else_control(s);
	if (t.type == T_END)
		return expect_end(s, "end") ? new_node(s, N_END, t.pos) : NULL;
	if (t.type == T_IF)
		return control(s, N_IF, "if");
	if (t.type == T_RANGE)
		return control(s, N_RANGE, "range");
	if (t.type == T_TEMPLATE)
		return template_control(s);
	if (t.type == T_WITH)
		return control(s, N_WITH, "with");
	return plain_action(s);
}

static struct node *text_or_action(struct scope *s)
{
	struct token t = next_word(s);
	struct node *n = NULL;
	if (t.type == T_TEXT) {
		n = new_node(s, N_TEXT, t.pos);
		if (n)
			n->text = t.val;
		return n;
	}
	if (t.type != T_LEFT_DELIM)
		return unexpected(s, t, "input");
	s->action_line = t.line;
	if (++s->p->depth > MAX_NESTING)
		return fail(s, "actions nested deeper than %d", MAX_NESTING);
	n = action(s);
	s->p->depth--;
	s->action_line = 0;
	return n;
}

/* Statements up to an end or else, which goes to *end. */
static bool item_list(struct scope *s, struct node_list *list, struct node **end)
{
	while (peek_word(s).type != T_EOF) {
		struct node *n = text_or_action(s);
		if (!n)
			return false;
		if (n->type == N_END || n->type == N_ELSE) {
			*end = n;
			return true;
		}
		append(list, n);
	}
	fail(s, "unexpected EOF");
	return false;
}

static bool parse_top(struct scope *s)
{
	while (peek(s).type != T_EOF) {
		if (peek(s).type == T_LEFT_DELIM) {
			struct token delim = next(s);
			if (next_word(s).type == T_DEFINE) {
				if (!definition(s->p))
					return false;
				continue;
			}
			backup2(s, delim);
		}
		struct node *n = text_or_action(s);
		if (!n)
			return false;
		if (n->type == N_END || n->type == N_ELSE)
			return fail(s, "unexpected %s", end_name(n));
		append(&s->root, n);
	}
	return add_tree(s);
}

bool parse_wants_newer(struct str t)
{
	static const char word[] = "go1.24";
	size_t i = 2, n = sizeof(word) - 1;
	if (t.n < 4 || memcmp(t.s, "{{", 2) != 0)
		return false;
	if (t.s[i] == '-')
		for (i++; i < t.n && uni_is_space((unsigned char)t.s[i]); i++)
			;
	if (t.n - i < 2 || memcmp(t.s + i, "/*", 2) != 0)
		return false;
	for (i += 2; i < t.n && uni_is_space((unsigned char)t.s[i]); i++)
		;
	return t.n - i > n && memcmp(t.s + i, word, n) == 0 && t.s[i + n] != '.' &&
	       !uni_is_letter((unsigned char)t.s[i + n]);
}

int parse_text(struct tmpl *t, struct parse_error *e)
{
	struct parser p = {.t = t, .e = e};
	struct scope s;
	lex_init(&p.lex, t->text.s, t->text.n, &t->arena);
	if (!scope_begin(&s, &p, t->name) || !parse_top(&s))
		return -1;
	for (struct node *n = p.calls; n; n = n->call.later)
		n->call.tree = tree_find(t, n->call.name);
	return 0;
}
