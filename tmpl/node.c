/* node: a node as text, as Go prints it in errors; see node.h. */
#include "node.h"

static void names_print(struct sbuf *b, const struct node *n, bool dot)
{
	for (size_t i = 0; i < n->field.n; i++) {
		if (dot || i > 0)
			sbuf_addc(b, '.');
		sbuf_add(b, n->field.ident[i].s, n->field.ident[i].n);
	}
}

static void wrapped_print(struct sbuf *b, const struct node *n)
{
	bool pipe = n->type == N_PIPE;
	if (pipe)
		sbuf_addc(b, '(');
	node_print(b, n);
	if (pipe)
		sbuf_addc(b, ')');
}

static void command_print(struct sbuf *b, const struct node *n)
{
	for (const struct node *a = n->command.args; a; a = a->next) {
		if (a != n->command.args)
			sbuf_addc(b, ' ');
		wrapped_print(b, a);
	}
}

static void pipe_print(struct sbuf *b, const struct node *n)
{
	for (const struct node *d = n->pipe.decl; d; d = d->next) {
		node_print(b, d);
		sbuf_adds(b, d->next ? ", " : " := ");
	}
	for (const struct node *c = n->pipe.cmds; c; c = c->next) {
		command_print(b, c);
		if (c->next)
			sbuf_adds(b, " | ");
	}
}

static void call_print(struct sbuf *b, const struct node *n)
{
	sbuf_adds(b, "{{template ");
	sbuf_quote(b, n->call.name.s, n->call.name.n);
	if (n->call.pipe) {
		sbuf_addc(b, ' ');
		pipe_print(b, n->call.pipe);
	}
	sbuf_adds(b, "}}");
}

void node_print(struct sbuf *b, const struct node *n)
{
	switch ((enum node_type)n->type) {
	case N_ACTION:
		sbuf_adds(b, "{{");
		pipe_print(b, n->action.pipe);
		sbuf_adds(b, "}}");
		break;
	case N_CHAIN:
		wrapped_print(b, n->field.term);
		names_print(b, n, true);
		break;
	case N_FIELD:
	case N_VARIABLE:
		names_print(b, n, n->type == N_FIELD);
		break;
	case N_BOOL:
	case N_NUMBER:
	case N_STRING:
		sbuf_add(b, n->literal.text.s, n->literal.text.n);
		break;
	case N_TEXT:
		sbuf_add(b, n->text.s, n->text.n);
		break;
	case N_COMMAND:
		command_print(b, n);
		break;
	case N_PIPE:
		pipe_print(b, n);
		break;
	case N_TEMPLATE:
		call_print(b, n);
		break;
	case N_IDENT:
		sbuf_add(b, n->ident.name.s, n->ident.name.n);
		break;
	case N_DOT:
		sbuf_addc(b, '.');
		break;
	case N_NIL:
		sbuf_adds(b, "nil");
		break;
	case N_IF:
	case N_RANGE:
	case N_WITH:
		sbuf_adds(b, n->type == N_IF     ? "{{if "
			     : n->type == N_WITH ? "{{with "
						 : "{{range ");
		pipe_print(b, n->branch.pipe);
		sbuf_adds(b, "}}");
		break;
	case N_BREAK:
	case N_CONTINUE:
		sbuf_adds(b, n->type == N_BREAK ? "{{break}}" : "{{continue}}");
		break;
	case N_END:
	case N_ELSE:
		sbuf_adds(b, n->type == N_END ? "{{end}}" : "{{else}}");
		break;
	}
}

void tmpl_place(const struct tmpl *t, size_t pos, int *line, int *col)
{
	size_t start = 0;
	*line = 1;
	for (size_t i = 0; i < pos && i < t->text.n; i++)
		if (t->text.s[i] == '\n') {
			++*line;
			start = i + 1;
		}
	*col = (int)(pos - start);
}
