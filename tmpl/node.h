/* node: tokens, nodes and trees of a parsed template.
 *
 * Owns:   nothing; all of it lives in the template's arena.
 * Gives:  the lexer, the parser, a node's text as Go writes it in errors.
 * Never:  evaluates. Every node keeps its byte offset; line and column are
 *         computed only for an error.
 * Errors: struct parse_error, the first one wins; the parser unwinds with NULL.
 * Floor:  0.
 */
#ifndef TMPL_NODE_H
#define TMPL_NODE_H

#include "impl.h"

struct str {
	const char *s;
	size_t n;
};

#define STR(lit) ((struct str){(lit), sizeof(lit) - 1})

static inline bool str_eq(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.s, b.s, a.n) == 0);
}

/* --- tokens ---------------------------------------------------------------- */

/* The order is Go's: what comes after T_KEYWORD is shown as <word>. */
enum token_type {
	T_ERROR,
	T_BOOL,
	T_CHAR,
	T_CHAR_CONSTANT,
	T_COMPLEX,
	T_ASSIGN,
	T_DECLARE,
	T_EOF,
	T_FIELD,
	T_IDENT,
	T_LEFT_DELIM,
	T_LEFT_PAREN,
	T_NUMBER,
	T_PIPE,
	T_RAW_STRING,
	T_RIGHT_DELIM,
	T_RIGHT_PAREN,
	T_SPACE,
	T_STRING,
	T_TEXT,
	T_VARIABLE,
	T_KEYWORD,
	T_BLOCK,
	T_BREAK,
	T_CONTINUE,
	T_DOT,
	T_DEFINE,
	T_ELSE,
	T_END,
	T_IF,
	T_NIL,
	T_RANGE,
	T_TEMPLATE,
	T_WITH
};

struct token {
	enum token_type type;
	uint32_t pos;
	int line;       /* where it starts */
	struct str val; /* its bytes; the message of T_ERROR */
};

struct lexer {
	struct str in;
	struct arena *arena; /* for error messages */
	size_t pos, start;
	size_t width; /* of the rune that lex_next gave last */
	int line, start_line;
	int parens;
	bool in_action, done;
	struct token queue[2]; /* found, and not handed out */
	int queued, handed;
};

void lex_init(struct lexer *l, const char *text, size_t len, struct arena *a);

/* The next token; after T_EOF or T_ERROR: T_ERROR without a message. */
struct token lex_token(struct lexer *l);

/* --- nodes ------------------------------------------------------------------- */

enum node_type {
	N_TEXT,
	N_ACTION,
	N_BOOL,
	N_CHAIN,
	N_COMMAND,
	N_DOT,
	N_ELSE, /* N_ELSE and N_END never get into a tree */
	N_END,
	N_FIELD,
	N_IDENT,
	N_IF,
	N_NIL,
	N_NUMBER,
	N_PIPE,
	N_RANGE,
	N_STRING,
	N_TEMPLATE,
	N_VARIABLE,
	N_WITH,
	N_BREAK,
	N_CONTINUE
};

struct tree;

struct node_list {
	struct node *first, *last;
};

struct node {
	uint8_t type; /* enum node_type */
	bool keeps;   /* N_ACTION, N_RANGE: something in it sets a variable that outlives it */
	uint32_t pos;
	struct node *next; /* in a list of statements, arguments or commands */
	union {
		struct str text; /* N_TEXT */
		struct {
			struct node *pipe;
		} action;
		struct {
			struct value value;
			struct str text; /* as written */
			bool overflow;   /* an integer that is no int */
		} literal;               /* N_BOOL, N_NUMBER, N_STRING */
		struct {
			struct str *ident; /* N_VARIABLE: the name with $ comes first */
			size_t n;
			struct node *term; /* N_CHAIN: what the fields are of */
		} field;                   /* N_FIELD, N_VARIABLE, N_CHAIN */
		struct {
			struct str name;
			const struct builtin *fn;
			const struct tmpl_extra *extra;
		} ident; /* N_IDENT: a function */
		struct {
			struct node *args; /* the first is what is called */
			size_t n;
		} command;
		struct {
			struct node *decl; /* N_VARIABLE, at most two */
			size_t n_decl;
			bool assign; /* = and not := */
			struct node *cmds;
		} pipe;
		struct {
			struct node *pipe, *list, *other; /* first statement of each */
		} branch;                                 /* N_IF, N_WITH, N_RANGE */
		struct {
			struct str name;
			struct node *pipe;       /* or NULL */
			const struct tree *tree; /* or NULL: not defined */
			struct node *later;      /* the next one to look up */
		} call;                          /* N_TEMPLATE */
	};
};

/* One named template. */
struct tree {
	struct str name;
	struct node *root; /* first statement */
	struct tree *next; /* in the same hash chain */
};

struct tmpl {
	struct arena arena;
	struct str name, text;
	const struct tmpl_extra *extra;
	struct tree **trees; /* [n_buckets], a power of two; in the arena */
	size_t n_buckets, n_trees;
	bool newer; /* takes what came after Go 1.19 */
};

struct tree *tree_find(const struct tmpl *t, struct str name);

/* Line and column (bytes from 0) of an offset. */
void tmpl_place(const struct tmpl *t, size_t pos, int *line, int *col);

/* Appends the node as Go prints it in "at <...>". */
void node_print(struct sbuf *b, const struct node *n);

/* --- parser -------------------------------------------------------------------- */

struct parse_error {
	bool set;
	int line;
	struct sbuf text; /* the whole message; the caller frees it */
};

/* Parses t->text into t->trees. 0, or -1 with *e set. */
int parse_text(struct tmpl *t, struct parse_error *e);

/* Is go1.24 the first word of the comment that the text begins with? */
bool parse_wants_newer(struct str text);

/* What to do about an error that newer Go does not have. */
#define NEWER_REMEDY "newer Go takes this, and so does a template that begins with {{/* go1.24 */}}"

/* literal.c: a string or a raw string with its quotes; false if malformed. */
bool literal_unquote(struct arena *a, struct str quoted, struct str *out);

/* strconv.ParseInt(t, 0, 64): a sign, a base (0x 0o 0b 0) and underscores. */
bool literal_int(struct str t, int64_t *out);

/* A number or character constant into n->literal. The message of an error is
 * appended to why. */
bool literal_number(const struct token *t, struct node *n, struct sbuf *why);

/* The function's entry, or NULL. */
const struct builtin *builtin_find(struct str name);

#endif
