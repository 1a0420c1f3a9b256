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
	const char *check;
	const char *check_path;
	const char *check_host;
	int64_t check_port;
	const char *check_status;
	const char *check_inter;
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

/* --- the table of fields ------------------------------------------------------ */

/* The template's data as JSON; a new reference. Strings that are NULL become "". */
json_t *fields_json(const struct view *v);

#endif
