/* config: lb.ini and the environment, read into one struct.
 *
 * Owns:   struct config and every string in it (config_free).
 * Gives:  typed, checked settings with defaults; the table of keys that drives
 *         the parser, lb.ini, lb.ini.5 and the error texts.
 * Never:  touches the network; goes on after an error.
 * Errors: EX_CONFIG, all errors of the file at once, each as
 *         "lb.ini:12: [haproxy] confirm: '300' has no unit (write 300ms or 300s)".
 * Floor:  1.
 *
 * Durations are in milliseconds, sizes in bytes. Lists are NULL-terminated.
 */
#ifndef LBGEN_CONFIG_H
#define LBGEN_CONFIG_H

#include "util.h"

enum reload_method {
	RELOAD_MASTER,  /* the master socket (the default) */
	RELOAD_SIGNAL,  /* SIGUSR2 by pid file */
	RELOAD_SYSTEMD, /* systemctl reload-or-restart UNIT */
	RELOAD_COMMAND, /* a command of the operator */
	RELOAD_DOCKER   /* signal through the engine's API */
};

/* A key and value as written, for label.c to read exactly as it reads labels.
 * line is that of lb.ini, 0 if it came from the environment or another file;
 * config_place names it in messages. */
struct ini_pair {
	char *key;
	char *value;
	int line;
};

/* A [service NAME] section. `target` and `server` are lists. */

struct ini_service {
	char *name;     /* [a-z0-9][a-z0-9_-]{0,31} */
	int line;       /* of the section; 0: made from [compat] my_config */
	char **targets; /* DNS targets: "tasks.web:80", "_http._tcp.web" */
	char **servers; /* static: "name 10.0.0.1:80" */
	bool tried;     /* a line of them is there, be it good or bad */
	struct ini_pair *pairs;
	size_t n_pairs;
};

struct config {
	char *file; /* the path of lb.ini, for messages; NULL if none was read */

	struct {
		bool enable; /* default: yes, but no when [swarm], [service] or my_config is used */
		char *host;  /* unix:///var/run/docker.sock, tcp://h:p (port always there) */
		bool tls;    /* tls = yes, DOCKER_TLS_VERIFY or DOCKER_TLS set; always false for
				unix:// */
		bool tls_verify;
		char *cert_path; /* folder of ca.pem cert.pem key.pem, or NULL; DOCKER_CERT_PATH */
		int64_t max_bytes; /* cap of one answer, default 64m */
		int64_t timeout;   /* of one request, default 10s */
	} docker;
	struct {
		bool enable; /* default no */
		char **host; /* managers, tried in order; never empty: docker.host by default */
	} swarm;
	struct {
		char *resolver;        /* "127.0.0.11:53", or NULL: resolv.conf */
		int64_t timeout;       /* of one query, default 2s */
		int64_t max_addresses; /* per target, default 1000 */
	} dns;
	struct {
		char *prefix;       /* lb */
		char *enable_value; /* NULL: any true word; else exactly this (the seed's Y) */
		char **networks;    /* preferred networks, in order */
		bool prefer_ipv6;
		char **allowed_ports; /* "80 443 8000-8999"; NULL: all */
		char **cert_dirs;     /* default /etc/haproxy/certs /etc/ssl/lbgen */
		char *host_address;   /* of containers on host networking; NULL: 127.0.0.1 */
	} labels;
	/* Defaults of label keys, as written (label.c reads them by its table):
	 * balance sticky sticky_cookie sticky_ttl check check_* health timeout_* … */
	struct ini_pair *defaults;
	size_t n_defaults;
	struct {
		char *file;     /* /etc/haproxy/haproxy.cfg */
		char *template; /* NULL: the built-in default template */
		char *binary;   /* haproxy */
		enum reload_method reload;
		char *reload_arg;    /* the container of docker:NAME */
		char *master_socket; /* /run/haproxy-master.sock */
		char *stats_socket;  /* /run/haproxy/admin.sock */
		char *pid_file;      /* /run/haproxy.pid; HAPROXY_PID_FILE */
		char *unit;          /* haproxy.service */
		char *reload_command;
		char *start;             /* command that starts HAProxy, or NULL */
		int64_t confirm;         /* how long to await the marker, default 10s */
		int64_t maxconn;         /* 4096 */
		int64_t hard_stop_after; /* 60s */
		char *log;        /* what follows `log` in global; NULL: none. Never "auto": that is
				   * "/dev/log local0 info" where /dev/log is, else stdout */
		char *cookie_key; /* dynamic-cookie-key; the same on each balancer */
		char *check_file; /* where the binary sees the file: for docker:NAME */
		bool trial_bind;  /* yes */
	} haproxy;
	struct {
		int64_t port; /* 0 = off; LB_STATS_PORT (<= 0 is off) */
		char *bind;   /* "*" or an address; default: * with a password, 127.0.0.1 without */
		char *uri;    /* / */
		char *user;   /* admin */
		char *password;      /* NULL: none; read from password_file already */
		char *password_file; /* never logged, never shown */
	} stats;
	struct {
		bool enable;  /* local peer so that stick tables survive reloads; default yes */
		int64_t port; /* 1024: of the local peer, on 127.0.0.1 */
		char *name;   /* localpeer; lbgen */
		char *bind;   /* address for other balancers */
		char *target; /* tasks.lb:10000 : other balancers found by DNS, or NULL */
	} peers;
	struct {
		int64_t timeout;   /* of a whole pass, default 30s */
		char *state_dir;   /* lock, stamp, status: /var/lib/lbgen */
		bool quarantine;   /* yes */
		bool server_state; /* carry health and admin state over a reload; yes */
		int64_t cold_hold; /* hold a reload so long after a cold start of HAProxy < 3.0; 0 =
				      accept the loss */
	} apply;
	struct {
		char *textfile; /* node_exporter's textfile, or NULL */
	} metrics;
	struct {
		char *my_config;    /* /my-config: the second seed's file, used when it exists */
		char *haproxy_tmpl; /* /haproxy.tmpl: the first seed's file, the template when it
				     * exists and haproxy.template is unset */
		int64_t fe_port;    /* 8099 */
		bool active;    /* my_config was there and was read: one service `my-config` with
				 * its lines as targets is among services; its pool is named
				 * be_template by its pair `backend` */
		char *frontend; /* "fe_main" when active: the fixed name of the frontend on any
				 * address and fe_port, which the model takes instead of
				 * port__8099; NULL otherwise */
	} compat;
	struct {
		char *format; /* auto plain journal json: report_format_read */
		char *level;  /* error warning notice info debug: report_level_read */
	} log;
	struct ini_service *services;
	size_t n_services;
	char **warnings; /* sentences for the log, each with its place; NULL: none */
};

/* Reads path (NULL: $LBGEN_CONFIG, else /etc/lbgen/lb.ini if it exists, else
 * defaults alone) and then the environment: DOCKER_HOST DOCKER_TLS
 * DOCKER_TLS_VERIFY DOCKER_CERT_PATH LB_STATS_PORT HAPROXY_PID_FILE
 * HAPROXY_SOCK_FILE LBGEN_<SECTION>_<KEY>; then [compat] my_config and the
 * password file. Returns 0, or -1 with *e set: every error at once, a line
 * each. c must be zeroed before and config_free'd after in both cases. A file
 * that was named and is missing or unreadable is an error (78). */
int config_load(struct config *c, const char *path, struct err *e);
void config_free(struct config *c);

/* Where a pair was written: "lb.ini:12: [defaults] check", "[service web] …",
 * or "LBGEN_DEFAULTS_CHECK", or "/my-config". section is "defaults" or
 * "service NAME". Owned by the caller. */
char *config_place(const struct config *c, const char *section, const struct ini_pair *p);

/* Prints the settings in force as an lb.ini that gives them again; passwords are
 * told to be set, but not shown. name: only that key's value ("haproxy.file"). */
int config_print(FILE *f, const struct config *c, const char *name, struct err *e);

/* Prints lb.ini as it should be (every key, commented, with its default), or
 * the mdoc rows of lb.ini(5): what `make docs` writes. defaults prints the keys
 * of [defaults], which the table of labels knows; NULL: none. */
void config_print_ini(FILE *f, void (*defaults)(FILE *));
void config_print_roff(FILE *f, void (*defaults)(FILE *));

/* One text as comment lines of lb.ini, and as a paragraph of mdoc. */
void config_print_comment(FILE *f, const char *text);
void config_print_roff_text(FILE *f, const char *text);

#endif
