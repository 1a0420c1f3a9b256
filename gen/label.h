/* label: the table of keys, and labels read as typed values.
 *
 * Owns:   nothing global but the constant table.
 * Gives:  each key's name, type, range, default, inheritance and one line of
 *         documentation; one service's labels as a struct; reason codes.
 * Never:  looks at a container beside its labels.
 * Errors: a reason code ("bad-label:publish") and a sentence with the remedy.
 * Floor:  1.
 * Source: lbgen-labels(7).
 */
#ifndef LBGEN_LABEL_H
#define LBGEN_LABEL_H

#include <jansson.h>

#include "pile.h"
#include "config.h"
#include "value.h"

enum { LABEL_VALUE_MAX = 1024, LABEL_HOSTS_MAX = 32 };

enum label_type {
	LABEL_BOOL,
	LABEL_INT,
	LABEL_DURATION,
	LABEL_ENUM,
	LABEL_ADDRESS, /* an IP literal or * */
	LABEL_CERT,    /* a file below cert_dirs */
	LABEL_HOSTS,
	LABEL_HOST,
	LABEL_PATH,
	LABEL_URI, /* a path with a query */
	LABEL_NAME,
	LABEL_TOKEN,
	LABEL_STATUS,
	LABEL_BALANCE
};

enum label_level { LEVEL_CONTAINER, LEVEL_BIND, LEVEL_ROUTE, LEVEL_SERVER, LEVEL_POOL };

/* Host names of one label: lower case, sorted, each once; "*." is kept. */
struct label_hosts {
	const char **names;
	size_t n;
};

/* One service's labels with inheritance and defaults applied. Strings are
 * never NULL and hold nothing but what their type allows. */
struct label_values {
	uint64_t given; /* a bit per key of the table that a label has set */
	bool enable;
	int64_t publish;      /* 0: none */
	const char *dst_addr; /* canonical; "": any */
	const char *ssl;      /* "": none */
	const char *mode;
	bool redirect_ssl;
	struct label_hosts host;
	const char *path; /* no final slash; "": any */
	bool strip_path;
	int64_t priority; /* -1: computed */
	struct label_hosts sni;
	int64_t target; /* 0: none */
	const char *network;
	const char *scheme;
	int64_t weight;
	bool backup;
	int64_t maxconn;
	const char *state;
	const char *slowstart; /* durations: canonical text; "": none */
	const char *proxy_protocol;
	const char *balance;
	const char *backend;
	const char *sticky;
	const char *sticky_cookie;
	const char *sticky_ttl;
	const char *check;
	const char *check_path;
	const char *check_host;
	int64_t check_port;
	const char *check_status;
	const char *check_inter;
	int64_t check_rise;
	int64_t check_fall;
	const char *health;
	const char *timeout_connect;
	const char *timeout_server;
	const char *timeout_client;
	const char *timeout_tunnel;
};

struct label_key {
	const char *name;
	enum label_type type;
	enum label_level level;
	bool inherited; /* a named service takes it from the default one */
	bool in_ini;    /* [defaults] of lb.ini may set it */
	int64_t min, max;
	const char *words; /* of an enum; blank-separated */
	const char *def;   /* as a label would say it; NULL: none */
	size_t offset;     /* in struct label_values */
	const char *value; /* what a value looks like, for people */
	const char *doc;
};

/* The table, in the order of the manual; ends with name NULL. */
extern const struct label_key label_keys[];

/* The key of that name, or NULL. */
const struct label_key *label_find(const char *name);

/* What a word of other balancers is called here ("port", "stripprefix"), or NULL. */
const char *label_elsewhere(const char *word);

bool label_given(const struct label_values *v, const char *name);

/* Reads text as the value of a key into v and marks it given. False: *why says
 * what would be right (in a, or static) and v is left alone. */
bool label_value(struct pile *a, const struct config *c, const struct label_key *k,
		 const char *text, size_t len, struct label_values *v, const char **why);

/* Whether two services say the same for one key, and what one says as text
 * (in a). */
bool label_equal(const struct label_key *k, const struct label_values *x,
		 const struct label_values *y);
const char *label_text(struct pile *a, const struct label_key *k, const struct label_values *v);

struct label_reason {
	const char *code;
	const char *doc;
	const char *remedy;
};

/* Every reason for which something is left out; ends with code NULL. */
extern const struct label_reason label_reasons[];

/* The row of a code ("bad-label:publish" finds bad-label); NULL: unknown. */
const struct label_reason *label_reason_of(const char *code);

/* One service of a container. */
struct label_service {
	const char *name;   /* "": the default one */
	const char *reason; /* NULL: good; then text is NULL too */
	const char *text;
	struct label_values v; /* valid only when good */
};

/* All labels of one container, read. Everything lives in the pile. */
struct label_set {
	bool enabled;
	const char *reason; /* of the whole container: bad-label:enable, disabled; or NULL */
	const char *text;
	struct label_service *services; /* sorted by name; the default one first */
	size_t n_services;
	const char **warnings; /* sorted */
	size_t n_warnings;
};

/* The defaults: the table's, then lb.ini's [defaults]. Bad ones are ignored
 * here: label_check_config has told. */
void label_base(struct pile *a, const struct config *c, struct label_values *base);

/* Reads one member's labels (JSON object of strings). always: enabled without
 * a label, as a [service] section is. */
void label_read(struct pile *a, const struct config *c, const struct label_values *base,
		const json_t *labels, bool always, struct label_set *out);

/* Checks [defaults] and the pairs of each [service] as labels are checked: -1
 * and EX_CONFIG with all errors, one a line, "lb.ini:12: [defaults] check: …". */
int label_check_config(const struct config *c, struct err *e);

/* The rows of lbgen-labels(7), in mdoc. */
void label_print_keys(FILE *f);
void label_print_reasons(FILE *f);

#endif
