/* lex: text to tokens, as Go's lexer finds them; see node.h.
 *
 * Go's lexer counts lines in two ways (rune by rune inside actions, by whole
 * stretches outside) and gives a token the line where it starts; errors of the
 * parser name that line, so it is followed here to the letter. */
#include "node.h"

#define END UINT32_MAX

static const struct {
	const char *word;
	enum token_type type;
} keywords[] = {{"block", T_BLOCK},   {"break", T_BREAK}, {"continue", T_CONTINUE},
		{"define", T_DEFINE}, {"else", T_ELSE},   {"end", T_END},
		{"if", T_IF},         {"nil", T_NIL},     {"range", T_RANGE},
		{"true", T_BOOL},     {"false", T_BOOL},  {"template", T_TEMPLATE},
		{"with", T_WITH}};

void lex_init(struct lexer *l, const char *text, size_t len, struct arena *a)
{
	*l = (struct lexer){.in = {text, len}, .arena = a, .line = 1, .start_line = 1};
}

static int newlines(const char *s, size_t n)
{
	int count = 0;
	for (const char *end = s + n, *p; (p = memchr(s, '\n', (size_t)(end - s))); s = p + 1)
		count++;
	return count;
}

static uint32_t lex_next(struct lexer *l)
{
	l->width = 0;
	if (l->pos >= l->in.n)
		return END;
	uint32_t r = uni_decode(l->in.s + l->pos, l->in.n - l->pos, &l->width);
	l->pos += l->width;
	if (r == '\n')
		l->line++;
	return r;
}

/* Undoes the last lex_next. */
static void lex_back(struct lexer *l)
{
	if (l->width && l->in.s[l->pos - l->width] == '\n')
		l->line--;
	l->pos -= l->width;
	l->width = 0;
}

static uint32_t lex_peek(struct lexer *l)
{
	uint32_t r = lex_next(l);
	lex_back(l);
	return r;
}

static void put(struct lexer *l, struct token t)
{
	l->queue[l->queued++] = t;
}

static void emit(struct lexer *l, enum token_type type)
{
	put(l,
	    (struct token){
		type, (uint32_t)l->start, l->start_line, {l->in.s + l->start, l->pos - l->start}});
	l->start = l->pos;
	l->start_line = l->line;
}

static void skip(struct lexer *l)
{
	l->line += newlines(l->in.s + l->start, l->pos - l->start);
	l->start = l->pos;
	l->start_line = l->line;
}

/* Emits an error; nothing comes after it. */
static void fail(struct lexer *l, const char *msg)
{
	put(l, (struct token){T_ERROR, (uint32_t)l->start, l->start_line, {msg, strlen(msg)}});
	l->done = true;
}

static void fail_with(struct lexer *l, struct sbuf *b)
{
	char *copy = arena_copy(l->arena, b->s, b->len);
	sbuf_free(b);
	fail(l, copy ? copy : "out of memory");
}

/* Go's %#U after a message. */
static void fail_rune(struct lexer *l, const char *msg, uint32_t r)
{
	struct sbuf b = {0};
	sbuf_addf(&b, "%s U+%04X", msg, (unsigned)r);
	if (uni_is_print(r)) {
		sbuf_adds(&b, " '");
		sbuf_add_rune(&b, r);
		sbuf_addc(&b, '\'');
	}
	fail_with(l, &b);
}

static bool is_space(uint32_t r)
{
	return r == ' ' || r == '\t' || r == '\r' || r == '\n';
}

static bool is_word(uint32_t r)
{
	return r == '_' || (r != END && uni_is_letter(r));
}

static bool has_at(const struct lexer *l, size_t pos, const char *word)
{
	size_t n = strlen(word);
	return pos <= l->in.n && l->in.n - pos >= n && memcmp(l->in.s + pos, word, n) == 0;
}

static bool left_trim_at(const struct lexer *l, size_t pos)
{
	return pos + 2 <= l->in.n && l->in.s[pos] == '-' &&
	       is_space((unsigned char)l->in.s[pos + 1]);
}

static bool right_trim_at(const struct lexer *l, size_t pos)
{
	return pos + 2 <= l->in.n && is_space((unsigned char)l->in.s[pos]) &&
	       l->in.s[pos + 1] == '-';
}

static bool at_right_delim(const struct lexer *l, bool *trim)
{
	*trim = right_trim_at(l, l->pos) && has_at(l, l->pos + 2, "}}");
	return *trim || has_at(l, l->pos, "}}");
}

static void skip_spaces(struct lexer *l)
{
	while (l->pos < l->in.n && is_space((unsigned char)l->in.s[l->pos]))
		l->pos++;
}

/* A comment; "slash star" is known to be here. */
static void lex_comment(struct lexer *l)
{
	l->pos += 2;
	const char *end =
	    l->pos <= l->in.n ? memmem(l->in.s + l->pos, l->in.n - l->pos, "*/", 2) : NULL;
	if (!end) {
		fail(l, "unclosed comment");
		return;
	}
	l->pos = (size_t)(end - l->in.s) + 2;
	bool trim;
	if (!at_right_delim(l, &trim)) {
		fail(l, "comment ends before closing delimiter");
		return;
	}
	l->pos += trim ? 4 : 2;
	if (trim)
		skip_spaces(l);
	skip(l);
}

static void lex_left_delim(struct lexer *l)
{
	l->pos += 2;
	size_t marker = left_trim_at(l, l->pos) ? 2 : 0;
	if (has_at(l, l->pos + marker, "/*")) {
		l->pos += marker;
		skip(l);
		lex_comment(l);
		return;
	}
	emit(l, T_LEFT_DELIM);
	l->pos += marker;
	skip(l);
	l->parens = 0;
	l->in_action = true;
}

static void lex_text(struct lexer *l)
{
	const char *open = memmem(l->in.s + l->pos, l->in.n - l->pos, "{{", 2);
	size_t at = open ? (size_t)(open - l->in.s) : l->in.n;
	size_t end = at;
	if (open && left_trim_at(l, at + 2))
		while (end > l->start && is_space((unsigned char)l->in.s[end - 1]))
			end--;
	l->pos = end;
	if (end > l->start) {
		l->line += newlines(l->in.s + l->start, end - l->start);
		emit(l, T_TEXT);
	}
	l->pos = at;
	skip(l);
	if (open) {
		lex_left_delim(l);
	} else {
		emit(l, T_EOF);
		l->done = true;
	}
}

static void lex_right_delim(struct lexer *l)
{
	bool trim = right_trim_at(l, l->pos);
	if (trim) {
		l->pos += 2;
		skip(l);
	}
	l->pos += 2;
	emit(l, T_RIGHT_DELIM);
	if (trim) {
		skip_spaces(l);
		skip(l);
	}
	l->in_action = false;
}

static void lex_space(struct lexer *l)
{
	int n = 0;
	while (is_space(lex_peek(l))) {
		lex_next(l);
		n++;
	}
	/* the last space may belong to a closing trim marker */
	if (right_trim_at(l, l->pos - 1) && has_at(l, l->pos + 1, "}}")) {
		l->width = 1;
		lex_back(l);
		if (n == 1) {
			lex_right_delim(l);
			return;
		}
	}
	emit(l, T_SPACE);
}

/* What may follow a name. */
static bool at_terminator(struct lexer *l)
{
	uint32_t r = lex_peek(l);
	return is_space(r) || r == END || (r < 0x80 && strchr(".,|:)(", (int)r) && r) ||
	       has_at(l, l->pos, "}}");
}

/* Runs over a name; false (and an error) if something odd follows. */
static bool lex_name(struct lexer *l)
{
	uint32_t r;
	while (is_word(r = lex_next(l)))
		;
	lex_back(l);
	if (at_terminator(l))
		return true;
	fail_rune(l, "bad character", r);
	return false;
}

static void lex_identifier(struct lexer *l)
{
	if (!lex_name(l))
		return;
	struct str word = {l->in.s + l->start, l->pos - l->start};
	for (size_t i = 0; i < sizeof(keywords) / sizeof(keywords[0]); i++)
		if (strlen(keywords[i].word) == word.n &&
		    memcmp(keywords[i].word, word.s, word.n) == 0) {
			emit(l, keywords[i].type);
			return;
		}
	emit(l, T_IDENT);
}

static void lex_field_or_variable(struct lexer *l, enum token_type type)
{
	if (at_terminator(l))
		emit(l, type == T_VARIABLE ? T_VARIABLE : T_DOT);
	else if (lex_name(l))
		emit(l, type);
}

static bool accept(struct lexer *l, const char *set)
{
	uint32_t r = lex_next(l);
	if (r && r < 0x80 && strchr(set, (int)r))
		return true;
	lex_back(l);
	return false;
}

static void accept_run(struct lexer *l, const char *set)
{
	while (accept(l, set))
		;
}

static bool scan_number(struct lexer *l)
{
	const char *digits = "0123456789_";
	char base = 'd';
	accept(l, "+-");
	if (accept(l, "0")) {
		if (accept(l, "xX")) {
			digits = "0123456789abcdefABCDEF_";
			base = 'x';
		} else if (accept(l, "oO")) {
			digits = "01234567_";
			base = 'o';
		} else if (accept(l, "bB")) {
			digits = "01_";
			base = 'b';
		}
	}
	accept_run(l, digits);
	if (accept(l, "."))
		accept_run(l, digits);
	if ((base == 'd' && accept(l, "eE")) || (base == 'x' && accept(l, "pP"))) {
		accept(l, "+-");
		accept_run(l, "0123456789_");
	}
	accept(l, "i");
	if (is_word(lex_peek(l))) {
		lex_next(l);
		return false;
	}
	return true;
}

static void lex_number(struct lexer *l)
{
	bool ok = scan_number(l);
	enum token_type type = T_NUMBER;
	uint32_t sign = ok ? lex_peek(l) : 0;
	if (sign == '+' || sign == '-') {
		type = T_COMPLEX;
		ok = scan_number(l) && l->in.s[l->pos - 1] == 'i';
	}
	if (ok) {
		emit(l, type);
		return;
	}
	struct sbuf b = {0};
	sbuf_adds(&b, "bad number syntax: ");
	sbuf_quote(&b, l->in.s + l->start, l->pos - l->start);
	fail_with(l, &b);
}

/* A quoted string or character constant; the first quote is past. */
static void lex_quoted(struct lexer *l, uint32_t quote, enum token_type type, const char *error)
{
	for (;;) {
		uint32_t r = lex_next(l);
		if (r == quote)
			break;
		if (r == '\\')
			r = lex_next(l);
		else if (r != '\n' && r != END)
			continue;
		if (r == END || r == '\n') {
			fail(l, error);
			return;
		}
	}
	emit(l, type);
}

static void lex_raw_quoted(struct lexer *l)
{
	uint32_t r;
	while ((r = lex_next(l)) != '`')
		if (r == END) {
			fail(l, "unterminated raw quoted string");
			return;
		}
	emit(l, T_RAW_STRING);
}

static void lex_right_paren(struct lexer *l)
{
	emit(l, T_RIGHT_PAREN);
	if (--l->parens < 0)
		fail_rune(l, "unexpected right paren", ')');
}

/* '.' is past: a field, the dot alone, or a number. */
static void lex_dot(struct lexer *l)
{
	if (l->pos < l->in.n && (l->in.s[l->pos] < '0' || l->in.s[l->pos] > '9')) {
		lex_field_or_variable(l, T_FIELD);
		return;
	}
	lex_back(l);
	lex_number(l);
}

static void lex_other(struct lexer *l, uint32_t r)
{
	if (r == '+' || r == '-' || (r >= '0' && r <= '9')) {
		lex_back(l);
		lex_number(l);
	} else if (is_word(r)) {
		lex_back(l);
		lex_identifier(l);
	} else if (r >= 0x20 && r < 0x7f) {
		emit(l, T_CHAR);
	} else {
		fail_rune(l, "unrecognized character in action:", r);
	}
}

static void lex_action(struct lexer *l)
{
	bool trim;
	if (at_right_delim(l, &trim)) {
		if (l->parens == 0)
			lex_right_delim(l);
		else
			fail(l, "unclosed left paren");
		return;
	}
	uint32_t r = lex_next(l);
	if (r == END)
		fail(l, "unclosed action");
	else if (is_space(r))
		lex_back(l), lex_space(l);
	else if (r == '=')
		emit(l, T_ASSIGN);
	else if (r == ':')
		lex_next(l) == '=' ? emit(l, T_DECLARE) : fail(l, "expected :=");
	else if (r == '|')
		emit(l, T_PIPE);
	else if (r == '"')
		lex_quoted(l, '"', T_STRING, "unterminated quoted string");
	else if (r == '`')
		lex_raw_quoted(l);
	else if (r == '$')
		lex_field_or_variable(l, T_VARIABLE);
	else if (r == '\'')
		lex_quoted(l, '\'', T_CHAR_CONSTANT, "unterminated character constant");
	else if (r == '.')
		lex_dot(l);
	else if (r == '(')
		emit(l, T_LEFT_PAREN), l->parens++;
	else if (r == ')')
		lex_right_paren(l);
	else
		lex_other(l, r);
}

struct token lex_token(struct lexer *l)
{
	while (l->handed == l->queued) {
		l->handed = l->queued = 0;
		if (l->done)
			return (struct token){.type = T_ERROR, .val = {"", 0}};
		if (l->in_action)
			lex_action(l);
		else
			lex_text(l);
	}
	return l->queue[l->handed++];
}
