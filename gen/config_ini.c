/* config_ini: lb.ini through inih, with a reader that sees each line first.
 *
 * inih alone cuts long lines and section names, joins indented lines to the
 * value before, cuts a value at " ;" and tells no line numbers, all silently.
 * The reader refuses such lines with their number and hands inih an empty one.
 */
#include "config_impl.h"

#include <ini.h>
#include <string.h>

#include "value.h"

/* Debian's inih has its limits as variables (an array of 200 bytes otherwise);
 * elsewhere these names do not exist, and the reader keeps to what inih asks. */
extern int ini_initial_alloc __attribute__((weak));
extern int ini_max_line __attribute__((weak));
extern bool ini_use_stack __attribute__((weak));

enum { LINE_MAX_BYTES = 4096, SECTION_MAX = 49, SERVICE_MAX = 32 };

static const char *section_hint(const char *name)
{
	const char *names[32] = {0};
	for (size_t i = 0; i < config_n_sections && i < ARRAY_LEN(names) - 1; i++)
		names[i] = config_sections[i].name;
	return str_nearest(name, names);
}

/* "[service web]": a section of its own for each name, once. */
static void enter_service(struct loader *ld, const char *name)
{
	bool good = *name && strlen(name) <= SERVICE_MAX && *name != '_' && *name != '-' &&
		    !name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_-")];
	ld->in = IN_UNKNOWN;
	if (!good) {
		autofree char *shown = str_visible(name, 60);
		config_error_line(
		    ld,
		    "[service %s]: '%s' is not a service name (1 to %d of a-z, 0-9, _ and -, "
		    "beginning with a letter or digit)",
		    shown, shown, SERVICE_MAX);
		return;
	}
	for (size_t i = 0; i < ld->c->n_services; i++)
		if (!strcmp(ld->c->services[i].name, name)) {
			config_error_line(
			    ld, "[service %s]: is there already at line %d (join the two)", name,
			    ld->c->services[i].line);
			return;
		}
	ld->service = config_service_new(ld->c, name, ld->line);
	ld->in = IN_SERVICE;
	snprintf(ld->section, sizeof(ld->section), "service %s", name);
}

static void enter_section(struct loader *ld, const char *name)
{
	if (str_prefix(name, "service ") || str_prefix(name, "service\t")) {
		enter_service(ld,
			      name + strlen("service ") + strspn(name + strlen("service "), " \t"));
		return;
	}
	snprintf(ld->section, sizeof(ld->section), "%s", name);
	ld->in = strcmp(name, "defaults") ? IN_KEYS : IN_DEFAULTS;
	for (size_t i = 0; i < config_n_sections; i++)
		if (!strcmp(config_sections[i].name, name))
			return;
	ld->in = IN_UNKNOWN;
	autofree char *shown = str_visible(name, 60);
	const char *near = section_hint(name);
	if (!strcmp(name, "service"))
		config_error_line(ld, "[service]: has no name (write [service web])");
	else if (near)
		config_error_line(ld, "[%s]: no such section; did you mean [%s]?", shown, near);
	else
		config_error_line(ld, "[%s]: no such section (lb.ini(5) lists them)", shown);
}

static void read_section_line(struct loader *ld, const char *line, size_t len)
{
	const char *close = memchr(line, ']', len);
	ld->in = IN_UNKNOWN;
	if (!close) {
		config_error_line(ld, "a section without its closing bracket");
		return;
	}
	if (close + 1 != line + len) {
		config_error_line(ld,
				  "there is more after ']' (a comment needs a line of its own)");
		return;
	}
	autofree char *name = xstrndup(line + 1, (size_t)(close - line - 1));
	if (strlen(name) > SECTION_MAX) {
		config_error_line(ld, "the section's name is longer than %d bytes", SECTION_MAX);
		return;
	}
	enter_section(ld, name);
}

/* A comment behind a value would be cut off, or would be part of it. */
static bool has_inline_comment(const char *line, size_t len)
{
	for (size_t i = 1; i < len; i++)
		if ((line[i] == ';' || line[i] == '#') &&
		    (line[i - 1] == ' ' || line[i - 1] == '\t'))
			return true;
	return false;
}

/* Says what is wrong with a line, or lets inih have it. */
static bool line_ok(struct loader *ld, const char *line, size_t len, size_t room)
{
	if (memchr(line, '\0', len))
		config_error_line(ld, "a zero byte (is this a text file?)");
	else if (len >= room)
		config_error_line(ld, "the line is longer than %zu bytes", room - 1);
	else if (len == 0 || line[0] == '#' || line[0] == ';')
		return false;
	else if (line[0] == ' ' || line[0] == '\t')
		config_error_line(ld, "an indented line (begin each key at the left; a list may be "
				      "given on several lines that all name the key)");
	else if (line[0] == '[')
		read_section_line(ld, line, len);
	else if (!memchr(line, '=', len) || line[strcspn(line, "=:")] == ':')
		config_error_line(ld, "is neither [section] nor key = value");
	else if (has_inline_comment(line, len))
		config_error_line(
		    ld, "' ;' or ' #' inside a value (a comment needs a line of its own)");
	else
		return true;
	return false;
}

/* inih's reader, as fgets: the next line, or an empty one in place of a line
 * that was refused or that is done with. */
static char *read_line(char *out, int num, void *user)
{
	struct loader *ld = user;
	if (ld->text >= ld->end || num < 3)
		return NULL;
	ld->line++;
	const char *line = ld->text;
	const char *nl = memchr(line, '\n', (size_t)(ld->end - line));
	size_t len = (size_t)((nl ? nl : ld->end) - line);
	ld->text = nl ? nl + 1 : ld->end;
	while (len && strchr(" \t\r", line[len - 1]) && line[len - 1])
		len--;
	if (!line_ok(ld, line, len, (size_t)num - 1))
		len = 0;
	memcpy(out, line, len);
	memcpy(out + len, "\n", 2);
	return out;
}

static void read_service_key(struct loader *ld, const char *name, const char *v, const char *place)
{
	struct ini_service *s = ld->service;
	const char *why = "";
	bool server = !strcmp(name, "server");
	if (!config_word_ok(ld, place, v, false))
		return;
	if (server || !strcmp(name, "target")) {
		s->tried = true;
		if (!config_service_add(s, server, v, &why))
			config_error(ld, place, "%s", why);
	} else if (!config_pair_add(&s->pairs, &s->n_pairs, name, v, ld->line)) {
		config_error(ld, place, "is there already above (keep one of the two)");
	}
}

static void unknown_key(struct loader *ld, const char *name, const char *place)
{
	const char *names[KEYS_MAX + 1] = {0};
	size_t n = 0;
	for (size_t i = 0; i < config_n_keys; i++)
		if (!strcmp(config_keys[i].section, ld->section))
			names[n++] = config_keys[i].name;
	const char *near = str_nearest(name, names);
	if (near) {
		config_error(ld, place, "no such key; did you mean %s?", near);
		return;
	}
	if (!strcmp(name, "target") || !strcmp(name, "server")) {
		config_error(ld, place, "no such key; it belongs to [service NAME]");
		return;
	}
	for (size_t i = 0; i < config_n_keys; i++)
		if (!strcmp(config_keys[i].name, name)) {
			config_error(ld, place, "no such key; it belongs to [%s]",
				     config_keys[i].section);
			return;
		}
	config_error(ld, place, "no such key (lb.ini(5) lists them)");
}

static int on_key(void *user, const char *section, const char *name, const char *v)
{
	struct loader *ld = user;
	struct config *c = ld->c;
	(void)section; /* the reader has seen it, whole */
	autofree char *shown = str_visible(name, 60);
	autofree char *place =
	    ld->in == IN_NONE ? xasprintf("%s:%d: %s", c->file, ld->line, shown)
			      : xasprintf("%s:%d: [%s] %s", c->file, ld->line, ld->section, shown);
	if (ld->in == IN_UNKNOWN)
		return 1;
	if (!*name)
		config_error_line(ld, "there is no key before the =");
	else if (ld->in == IN_NONE)
		config_error(ld, place,
			     "stands before the first section (put a [section] above it)");
	else if (ld->in == IN_SERVICE)
		read_service_key(ld, name, v, place);
	else if (ld->in == IN_DEFAULTS) {
		/* without a value it is unset, as any key */
		if (*v && config_word_ok(ld, place, v, false) &&
		    !config_pair_add(&c->defaults, &c->n_defaults, name, v, ld->line))
			config_error(ld, place, "is there already above (keep one of the two)");
	} else {
		int i = config_find(ld->section, name);
		if (i < 0)
			unknown_key(ld, name, place);
		else if (ld->set[i].origin == FROM_FILE && !config_keys[i].type->list)
			config_error(ld, place, "is there already at line %d (keep one of the two)",
				     ld->set[i].line);
		else
			config_set(ld, (size_t)i, v, FROM_FILE, place);
	}
	return 1;
}

char *config_text_start(char *text)
{
	return str_prefix(text, "\xef\xbb\xbf") ? text + 3 : text;
}

void config_read_ini(struct loader *ld, struct buf *text)
{
	if (!text->len)
		return;
	ld->text = config_text_start(text->s);
	ld->end = text->s + text->len;
	if (&ini_initial_alloc && &ini_max_line && &ini_use_stack) {
		ini_use_stack = false;
		ini_initial_alloc = LINE_MAX_BYTES;
		ini_max_line = LINE_MAX_BYTES;
	}
	if (ini_parse_stream(read_line, ld, on_key, ld) == -2)
		config_error(ld, ld->c->file, "out of memory");
}
