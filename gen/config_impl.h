/* config_impl: what the files of config share.
 *
 * Owns:   struct loader, during config_load.
 * Gives:  the table of keys and their types; one way to set a key and to
 *         collect an error.
 * Never:  leaves the config family of files.
 * Errors: collected in the loader, all of them.
 * Floor:  1.
 */
#ifndef LBGEN_CONFIG_IMPL_H
#define LBGEN_CONFIG_IMPL_H

#include "config.h"

struct key;

/* How a key's word becomes a field of struct config. */
struct key_type {
	const char *name; /* as the manual calls it: "duration" */
	bool list;        /* may stand on several lines, which add up */
	/* Reads v into the field (a list: adds to it). False: *why as in value.h. */
	bool (*read)(struct config *c, const struct key *k, const char *v, const char **why);
	void (*clear)(struct config *c, const struct key *k);
};

extern const struct key_type type_bool, type_auto, type_int, type_duration, type_size, type_text,
    type_secret, type_name, type_word, type_file, type_program, type_ip, type_bind, type_uri,
    type_engine, type_engines, type_hostport, type_resolver, type_names, type_files, type_ports,
    type_reload, type_enum;

struct key {
	const char *section;
	const char *name;
	const struct key_type *type;
	size_t offset;
	const char *def;   /* as it would be written; NULL: unset */
	const char *range; /* what the type alone does not say, for the manual; or NULL */
	int64_t min,
	    max; /* of numbers, durations (ms), sizes; max: longest name or path (0: 255) */
	const char *words; /* of an enum */
	const char *env;   /* the variable of an earlier project or of Docker, or NULL */
	const char *help;
};

/* Sections in the order of lb.ini, keys of one section together. */
extern const struct key config_keys[];
extern const size_t config_n_keys;

struct section {
	const char *name;
	const char *help;
};
extern const struct section config_sections[];
extern const size_t config_n_sections;

enum origin { FROM_DEFAULT, FROM_FILE, FROM_ALIAS, FROM_ENV };
enum { KEYS_MAX = 96 };

struct loader {
	struct config *c;
	struct {
		enum origin origin;
		int line;
	} set[KEYS_MAX]; /* by the key's place in the table */
	struct buf errors;
	size_t n_errors;
	size_t n_warnings;
	/* while lb.ini is read */
	const char *text, *end; /* what is left of it */
	int line;
	char section[64]; /* "" before the first; the name without "service " */
	enum { IN_NONE, IN_KEYS, IN_DEFAULTS, IN_SERVICE, IN_UNKNOWN } in;
	struct ini_service *service; /* IN_SERVICE */
};

/* The field of a key. */
void *config_field(struct config *c, const struct key *k);

/* The key's place in the table, or -1. */
int config_find(const char *section, const char *name);

/* Was that key set by anyone (file or environment)? */
bool config_was_set(const struct loader *ld, const char *section, const char *name);

/* "lb.ini:12: [haproxy] confirm" or the variable's name: where a key was set. */
char *config_key_place(const struct loader *ld, const char *section, const char *name);

/* LBGEN_SECTION_KEY; owned by the caller. */
char *config_env_name(const char *section, const char *name);

/* Collects one error; place is what stands before the colon. */
void config_error(struct loader *ld, const char *place, const char *fmt, ...) PRINTF_LIKE(3, 4);
void config_error_line(struct loader *ld, const char *fmt, ...) PRINTF_LIKE(2, 3);
void config_warning(struct loader *ld, const char *place, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* Sets a key from a word; place is for the error. */
void config_set(struct loader *ld, size_t key, const char *v, enum origin origin,
		const char *place);

/* A word is UTF-8 without control bytes (but tabs) and not in quotes: errors otherwise. */
bool config_word_ok(struct loader *ld, const char *place, const char *v, bool secret);

/* Appends to a NULL-terminated list. */
void config_list_add(char ***list, char *owned);

/* Adds a pair, unless the key is there already (then false). Takes no pointer. */
bool config_pair_add(struct ini_pair **pairs, size_t *n, const char *key, const char *v, int line);

/* [service] target and server, items apart by commas; the error's end in *why. */
bool config_service_add(struct ini_service *s, bool server, const char *v, const char **why);
struct ini_service *config_service_new(struct config *c, const char *name, int line);

/* Past the byte order mark that some editors write before UTF-8. */
char *config_text_start(char *text);

void config_read_ini(struct loader *ld, struct buf *text);
void config_read_env(struct loader *ld);
void config_read_my_config(struct loader *ld);
void config_find_haproxy_tmpl(struct loader *ld);

#endif
