/* model_impl: what the organs of the model share (model.c, model_*.c only).
 *
 * Owns:   the structs behind the template's data, until model_build returns.
 * Gives:  one struct per object of the template, and the table of its fields
 *         that fills the JSON and documents it.
 * Never:  is included by another stage.
 * Errors: none.
 * Floor:  3 (the family of model.h).
 */
#ifndef LBGEN_MODEL_IMPL_H
#define LBGEN_MODEL_IMPL_H

#include "label.h"
#include "model.h"

/* --- the objects of the template, as C -------------------------------------- */

/* A list of strings or of structs, with the number of its elements. */
struct list {
	void *items;
	size_t n;
};

struct bind {
	const char *ip;
	int64_t port;
	const char *address;
	const char *family;
	bool ssl;
	struct list certs; /* const char * */
	const char *cert_list;
};

struct route {
	const char *host;
	bool wildcard;
	const char *path;
	const char *sni;
	int64_t priority;
	const char *pool;
	bool redirect_ssl;
	bool strip_path;
	const char *key;
};

struct lookup {
	const char *kind;
	const char *match;
	int64_t labels;
	const char *file;
	struct list routes; /* struct route */
};

struct frontend {
	const char *name;
	const char *ip;
	int64_t port;
	const char *mode;
	bool ssl;
	struct list binds;   /* struct bind */
	struct list routes;  /* struct route */
	struct list lookups; /* struct lookup */
	const char *default_pool;
	bool default_redirect_ssl;
	int64_t redirect_port;
	const char *timeout_client;
};

struct server {
	const char *name;
	const char *key;
	const char *container;
	const char *service;
	const char *ip;
	int64_t port;
	const char *address;
	int64_t id;
	int64_t weight;
	bool backup;
	int64_t maxconn;
	const char *state;
	const char *slowstart;
	const char *proxy_protocol;
	const char *scheme;
};

struct pool {
	const char *name;
	const char *mode;
	const char *balance;
	bool hash;
	const char *sticky;
	const char *sticky_cookie;
	const char *sticky_ttl;
	const char *cookie_idle;
	const char *check;
	const char *check_path;
	const char *check_host;
	int64_t check_port;
	const char *check_status;
	const char *check_inter;
	const char *check_fastinter;
	int64_t check_rise;
	int64_t check_fall;
	const char *timeout_connect;
	const char *timeout_server;
	const char *timeout_tunnel;
	struct list strip_paths; /* const char * */
	struct list servers;     /* struct server */
};

struct seed_publish {
	const char *ip;
	int64_t port;
	const char *ssl;
};

struct seed_backend {
	const char *name;
	const char *ip;
	int64_t port;
};

struct seed_service {
	struct seed_publish publish;
	struct list backends; /* struct seed_backend */
};

struct peer {
	const char *name;
	const char *ip;
	int64_t port;
	const char *address;
};

struct map_file {
	const char *file;
	const char *text;
};

struct cert_file {
	const char *file;
	const char *digest;
};

struct container_net {
	const char *name;
	const char *ipv4;
	const char *ipv6;
};

struct container {
	const char *name;
	const char *kind;
	const char *service;
	const char *state;
	const char *health;
	struct list networks; /* struct container_net */
	json_t *labels;
};

struct global {
	int64_t maxconn;
	const char *log;
	const char *localpeer;
	int64_t peers_port;
	const char *peers_bind;
	struct list peers; /* struct peer */
	const char *stats_socket;
	const char *stats_bind;
	const char *stats_address;
	const char *stats_uri;
	const char *stats_auth;
	const char *stats_user;
	const char *stats_password;
	const char *hard_stop_after;
	const char *cookie_key;
	const char *server_state;
	const char *timeout_connect;
	const char *timeout_client;
	const char *timeout_server;
	const char *timeout_tunnel;
	const char *spare_socket;
};

struct view {
	struct list services; /* struct seed_service */
	const char *stats;
	int64_t stats_port;
	const char *pid_file;
	const char *sock_file;
	struct list frontends;  /* struct frontend */
	struct list pools;      /* struct pool */
	struct list containers; /* struct container */
	struct list maps;       /* struct map_file */
	struct list certs;      /* struct cert_file */
	struct global global;
};

/* --- how it comes about --------------------------------------------------------- */

/* A growing list of pointers, in the pile. */
struct vec {
	void **v;
	size_t n, cap;
};

void vec_push(struct pile *a, struct vec *l, void *item);

/* One service of one member: left out with a reason, or on its way to a pool. */
struct candidate {
	const char *member; /* names as they may be shown */
	const char *kind;
	const char *id;
	const char *owner; /* Swarm service or [service] section; else "" */
	const char *service;
	const char *key; /* member/service */
	const char *who; /* the same for people: no slash for the default service */
	int64_t created;
	const struct label_values *v; /* NULL when its labels are bad */
	const char *ip;               /* "" until chosen */
	int64_t port;
	const char *why;    /* how the address was chosen */
	const char *reason; /* NULL: served */
	const char *text;
	size_t age; /* place among all, oldest first */
	const char *frontend;
	struct vec places; /* struct place */
};

/* Where a candidate ended up. */
struct place {
	const char *pool;
	const char *server;
};

/* Everything of one model_build. */
struct build {
	struct pile a;
	const struct config *c;
	json_t *root; /* borrowed */
	const json_t *quarantined;
	struct label_values base;
	struct vec candidates; /* struct candidate, sorted by member and service */
	struct vec findings;   /* struct finding */
	struct view view;
	struct vec binds; /* struct held_bind */
	struct vec pools; /* struct held_pool */
};

/* Tells something; member and service must be fit to be shown. */
void build_tell(struct build *b, enum finding_kind kind, const char *member, const char *service,
		const char *reason, const char *fmt, ...) PRINTF_LIKE(6, 7);

/* Marks a candidate as left out and tells it. */
void build_drop(struct build *b, struct candidate *s, const char *reason, const char *fmt, ...)
    PRINTF_LIKE(4, 5);
/* Whether lb.ini names it, by target or server of a [service NAME]. */
bool from_ini(const struct candidate *s);

/* "IP:port" or "[IP6]:port"; "*" for an empty IP. In the pile. */
const char *address_text(struct pile *a, const char *ip, int64_t port);

/* --- members: model_member.c, model_address.c ------------------------------------ */

/* Fills candidates from the snapshot; those with a reason are told already. */
void members_read(struct build *b);

/* Chooses ip, port and why for target; false: reason and text are set. */
bool address_choose(struct build *b, const json_t *member, struct candidate *s, int64_t target);

/* --- routes: model_route.c -------------------------------------------------------- */

/* One address and port, with what was let in on it. */
struct held_bind {
	const char *ip;
	int64_t port;
	const char *mode;
	bool ssl;
	const char *name;   /* port_<ip>_<port> */
	struct vec members; /* struct candidate, oldest first */
	struct vec routes;  /* struct held_route */
};

/* One host and path (or server name) of a bind, with who serves it. */
struct held_route {
	struct held_bind *bind;
	const char *host; /* with "*." */
	const char *path;
	const char *sni;   /* with "*." */
	struct vec owners; /* struct candidate, oldest first */
	struct held_pool *pool;
	int64_t priority; /* explicit or computed */
	bool explicit_priority;
	bool strip_path;
	bool redirect_ssl;
};

/* Lets candidates onto binds and routes, the older first; the rest is told. */
void routes_claim(struct build *b);

/* A name without its "*.", and whether it had one. */
bool host_is_wild(const char *host);
const char *host_parent(const char *host);
int64_t host_labels(const char *host);

/* --- the rest of the view: model_front.c, model_global.c ------------------------------ */

/* Frontends, lookups, maps, certificates and the seed's services; after pools_build. */
void front_view(struct build *b);

/* What comes from lb.ini and the snapshot's peers. */
void global_view(struct build *b);

/* --- pools: model_pool.c ------------------------------------------------------------ */

struct held_pool {
	const char *id;
	const char *name;
	bool named;         /* by lb.backend */
	struct vec members; /* struct candidate, oldest first */
	struct vec strips;  /* char: the paths */
	struct pool view;
};

/* Groups the owners of routes into pools and fills the view's pools. */
void pools_build(struct build *b);

/* --- names: model_name.c ------------------------------------------------------------- */

/* s with what HAProxy takes in a name; where anything was lost, or it was too
 * long, with a suffix from a hash of s. */
const char *name_clean(struct pile *a, const char *s, size_t max);

/* base with a suffix from a hash of identity. */
const char *name_suffix(struct pile *a, const char *base, const char *identity);

/* A word for HAProxy: as it is, or in single quotes. */
const char *name_quote(struct pile *a, const char *s);

/* 1 to 2147483647 from a hash. */
int64_t name_number(const char *s);

/* --- the table of fields ------------------------------------------------------ */

/* The template's data as JSON; a new reference. Strings that are NULL become "". */
json_t *fields_json(const struct view *v);

#endif
