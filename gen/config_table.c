/* config_table: every key of lb.ini, declared once. The parser, lb.ini itself,
 * lb.ini(5), the environment and the texts of errors all come from here. */
#include "config_impl.h"

#include <string.h>

#define AT(field) offsetof(struct config, field)
#define SECOND ((int64_t)1000)
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)
#define MIB ((int64_t)1 << 20)

/* A socket's path fits in 107 bytes (unix(7)); HAProxy binds at 97, it adds to it. */
enum { SOCKET_MAX = 97 };

const struct section config_sections[] = {
    {"docker", "One Docker or Podman engine, whose labelled containers are balanced."},
    {"swarm", "The services of a Docker Swarm, asked from its managers."},
    {"dns", "How the targets of [service NAME] and [peers] are looked up."},
    {"labels", "How the labels of containers and services are read."},
    {"defaults", "What holds where a label does not say otherwise: any label of a server, pool or "
		 "route, without its prefix. See lbgen-labels(7)."},
    {"haproxy", "The HAProxy that is served: its file, its sockets, how it is reloaded."},
    {"stats", "The statistics page, with Prometheus metrics at /metrics beside it."},
    {"peers", "Stick tables that survive reloads, and that several balancers share."},
    {"apply", "How a pass is made."},
    {"metrics", "What a pass tells to monitoring."},
    {"log", "What a pass tells to people, on standard error."},
    {"compat", "The files of earlier projects, taken as they are."},
};
const size_t config_n_sections = ARRAY_LEN(config_sections);

#define K(section, name, type) section, name, &type

const struct key config_keys[] = {
    /* clang-format off */
{K("docker", "enable", type_auto), AT(docker.enable), "auto", .help =
    "Ask the engine for labelled containers. auto: yes, unless [swarm] is enabled, a "
    "[service NAME] section is there or the file of [compat] my_config exists."},
{K("docker", "host", type_engine), AT(docker.host), "unix:///var/run/docker.sock",
    .env = "DOCKER_HOST", .help =
    "Where the engine listens: unix:///path or tcp://name:port. Without a port 2376 is meant with "
    "TLS, 2375 without."},
{K("docker", "tls", type_bool), AT(docker.tls), "no", .env = "DOCKER_TLS", .help =
    "Speak TLS on tcp://. The variables DOCKER_TLS_VERIFY and DOCKER_TLS, set to anything, turn it "
    "on, as with the docker command."},
{K("docker", "tls_verify", type_bool), AT(docker.tls_verify), "yes",
    .env = "DOCKER_TLS_VERIFY", .help =
    "Refuse an engine whose certificate is not signed by ca.pem or has another name."},
{K("docker", "cert_path", type_file), AT(docker.cert_path), NULL,
    .env = "DOCKER_CERT_PATH", .help =
    "Folder of ca.pem, cert.pem and key.pem. Unset: that of the docker command, ~/.docker, if TLS "
    "is on and it exists."},
{K("docker", "timeout", type_duration), AT(docker.timeout), "10s", NULL, 100, 10 * MINUTE, .help =
    "How long one request may take."},
{K("docker", "max_bytes", type_size), AT(docker.max_bytes), "64m", NULL, 1024, 1024 * MIB, .help =
    "The largest answer that is taken. A larger one is a failure, and the configuration stays as "
    "it is."},

{K("swarm", "enable", type_bool), AT(swarm.enable), "no", .help =
    "Balance the tasks of labelled Swarm services."},
{K("swarm", "host", type_engines), AT(swarm.host), NULL, .help =
    "Managers, tried in this order. Unset: [docker] host. TLS is as [docker] says."},

{K("dns", "resolver", type_resolver), AT(dns.resolver), NULL, .help =
    "The name server; without a port 53 is meant. 127.0.0.11:53 is Docker's own inside a container. Unset: "
    "those of /etc/resolv.conf."},
{K("dns", "timeout", type_duration), AT(dns.timeout), "5s", NULL, 100, MINUTE, .help =
    "How long one query may take, all tries and all name servers together. A name server that is "
    "silent for a third of it is asked again, or the next one. The names of [peers] get 2s at most, "
    "and when they cannot be found the other balancers stay as they were."},
{K("dns", "max_addresses", type_int), AT(dns.max_addresses), "1000", NULL, 1, 100000, .help =
    "The most addresses that one target may have. More are a failure, and the configuration stays "
    "as it is."},

{K("labels", "prefix", type_name), AT(labels.prefix), "lb", NULL, 1, 64, .help =
    "What the labels begin with, before the first dot: lb.publish."},
{K("labels", "enable_value", type_word), AT(labels.enable_value), NULL, .help =
    "The one word that lb.enable must have, for instance Y. Unset: any of Y y yes true on 1."},
{K("labels", "networks", type_names), AT(labels.networks), NULL, .help =
    "Networks whose addresses are preferred for servers, in this order. A label lb.network goes "
    "before it."},
{K("labels", "prefer_ipv6", type_bool), AT(labels.prefer_ipv6), "no", .help =
    "Take the IPv6 address of a server that has both."},
{K("labels", "allowed_ports", type_ports), AT(labels.allowed_ports), NULL, .help =
    "Ports and ranges that labels may publish, for instance 80 443 8000-8999. Others are left out "
    "as port-forbidden. Unset: all, except those of the statistics page and of the peers."},
{K("labels", "cert_dirs", type_files), AT(labels.cert_dirs),
    "/etc/haproxy/certs /etc/ssl/lbgen", .help =
    "Folders that hold the certificates which labels may name with lb.ssl, at any depth."},
{K("labels", "host_address", type_ip), AT(labels.host_address), NULL, .help =
    "The address of containers on host networking. Unset: 127.0.0.1."},

{K("haproxy", "file", type_file), AT(haproxy.file), "/etc/haproxy/haproxy.cfg", .help =
    "The configuration that lbgen writes. The whole file is its own; the one before is kept beside "
    "it as .prev."},
{K("haproxy", "template", type_file), AT(haproxy.template), NULL, .help =
    "The template, read at each pass: haproxy.tmpl(5). Unset: the built-in one."},
{K("haproxy", "binary", type_program), AT(haproxy.binary), "haproxy", .help =
    "The program that checks the configuration: a name looked up in PATH, or a path."},
{K("haproxy", "reload", type_reload), AT(haproxy.reload), "master",
    "master, signal, systemd, command, docker:CONTAINER", .help =
    "How HAProxy is told to take the new file. master: by its master socket, the safe way. signal: "
    "SIGUSR2 to the process in pid_file. systemd: systemctl reload-or-restart of unit. command: "
    "reload_command. docker:CONTAINER: SIGUSR2 to that container through the engine."},
{K("haproxy", "reload_command", type_text), AT(haproxy.reload_command), NULL, .help =
    "The command of reload = command, run by /bin/sh. It must end, with status 0."},
{K("haproxy", "unit", type_word), AT(haproxy.unit), "haproxy.service", .help =
    "The unit of reload = systemd."},
{K("haproxy", "pid_file", type_file), AT(haproxy.pid_file), "/run/haproxy.pid",
    .env = "HAPROXY_PID_FILE", .help =
    "The file with the master's process number, for reload = signal; templates see it as .PidFile."},
{K("haproxy", "master_socket", type_file), AT(haproxy.master_socket), "/run/haproxy-master.sock",
    NULL, 0, SOCKET_MAX, .help =
    "HAProxy's master socket (haproxy -W -S): reloads are asked for and proved there."},
{K("haproxy", "stats_socket", type_file), AT(haproxy.stats_socket), "/run/haproxy/admin.sock",
    NULL, 0, SOCKET_MAX, .env = "HAPROXY_SOCK_FILE", .help =
    "HAProxy's own socket, written into the configuration; templates see it as .SockFile."},
{K("haproxy", "start", type_text), AT(haproxy.start), NULL, .help =
    "A command that starts HAProxy when it is not running, run by /bin/sh; it may end or become "
    "HAProxy. Unset: that HAProxy is not running is an error with exit status 69."},
{K("haproxy", "confirm", type_duration), AT(haproxy.confirm), "10s", NULL, 100, 10 * MINUTE, .help =
    "How long to wait for the proof that the new configuration runs, before the old one is put "
    "back."},
{K("haproxy", "trial_bind", type_bool), AT(haproxy.trial_bind), "yes", .help =
    "Try each new address before the file is changed, because haproxy -c does not see that a port "
    "is taken. Say no where HAProxy has another network namespace."},
{K("haproxy", "check_file", type_file), AT(haproxy.check_file), NULL, .help =
    "Where HAProxy sees the file, if its container has the folder mounted elsewhere. Unset: file."},
{K("haproxy", "maxconn", type_int), AT(haproxy.maxconn), "4096", NULL, 1, 10000000, .help =
    "Connections that HAProxy takes at once. Each needs two open files of its limit."},
{K("haproxy", "hard_stop_after", type_duration), AT(haproxy.hard_stop_after), "60s", NULL,
    SECOND, 24 * DAY, .help =
    "How long connections of before a reload may go on in the old process."},
{K("haproxy", "log", type_text), AT(haproxy.log), "auto", .help =
    "What follows log in HAProxy's global section, or none. auto: /dev/log local0 info where "
    "/dev/log exists, else stdout format raw local0 info."},
{K("haproxy", "cookie_key", type_secret), AT(haproxy.cookie_key), "lbgen", .help =
    "The key from which cookies for lb.sticky = cookie are made. Balancers with the same key give "
    "the same cookies; give your own, so that nobody can compute a server's cookie."},

{K("stats", "port", type_int), AT(stats.port), "0", NULL, 0, 65535, .env = "LB_STATS_PORT", .help =
    "The port of the statistics page; 0 = none. LB_STATS_PORT may be negative for none."},
{K("stats", "bind", type_bind), AT(stats.bind), NULL, .help =
    "Its address; * = all. Unset: all if there is a password, else 127.0.0.1."},
{K("stats", "uri", type_uri), AT(stats.uri), "/", .help = "Its path."},
{K("stats", "user", type_word), AT(stats.user), "admin", .help =
    "The name that goes with the password."},
{K("stats", "password", type_secret), AT(stats.password), NULL, .help =
    "The password. There is none by default. Better in password_file."},
{K("stats", "password_file", type_file), AT(stats.password_file), NULL, .help =
    "A file that holds the password, for instance /run/secrets/stats; the newline at its end is "
    "cut off."},

{K("peers", "enable", type_bool), AT(peers.enable), "yes", .help =
    "Keep stick tables over reloads, by a peers section with this balancer itself."},
{K("peers", "port", type_int), AT(peers.port), "1024", NULL, 1, 65535, .help =
    "The port at which this balancer hands its tables on. Unset: that of target, if there is one."},
{K("peers", "name", type_name), AT(peers.name), "lbgen", NULL, 1, 64, .help =
    "This balancer's name, if there is no target. With one each is named by its address."},
{K("peers", "target", type_hostport), AT(peers.target), NULL, .help =
    "Where DNS knows the other balancers, for instance tasks.lb:1024. Unset: there are none. While "
    "the name server fails, those of before are kept. An HAProxy that has just started is reloaded "
    "once more, seldom more often, if they have not told it their tables by then."},
{K("peers", "bind", type_bind), AT(peers.bind), NULL, .help =
    "The address of port; * = all. Unset: with a target the address that the others see, else "
    "127.0.0.1. The peers protocol has no password: keep the port inside."},

{K("apply", "timeout", type_duration), AT(apply.timeout), "30s", NULL, SECOND, HOUR, .help =
    "How long a whole pass may take. The option --timeout goes before it."},
{K("apply", "state_dir", type_file), AT(apply.state_dir), "/var/lib/lbgen", .help =
    "The folder of the lock, the stamp and the last result."},
{K("apply", "quarantine", type_bool), AT(apply.quarantine), "yes", .help =
    "If HAProxy rejects the text because of one service, leave that service out and apply the rest."},
{K("apply", "server_state", type_bool), AT(apply.server_state), "yes", .help =
    "Carry the health of servers, and drain and maintenance set by hand, over a reload."},
{K("apply", "cold_hold", type_duration), AT(apply.cold_hold), "0s", NULL, 0, HOUR, .help =
    "Hold a reload for so long after a cold start of an HAProxy before 3.0, which would lose its "
    "stick tables in its first 5 to 10 seconds. 0s: reload at once and accept that."},

{K("metrics", "textfile", type_file), AT(metrics.textfile), NULL, .help =
    "A file for node_exporter's textfile collector, written at the end of each pass."},

{K("log", "level", type_enum), AT(log.level), "info", .words = "error warning notice info debug",
    .help = "The least weighty lines that are written."},
{K("log", "format", type_enum), AT(log.format), "auto", .words = "auto plain journal json", .help =
    "plain: the text alone. journal: with the priority that journald reads. json: one object a "
    "line. auto: journal when the journal reads them, else plain."},

{K("compat", "my_config", type_file), AT(compat.my_config), "/my-config", .help =
    "A file of lines name:port; if it exists, their addresses are balanced as haproxy-swarm did: "
    "fe_main on fe_port to be_template, round robin, cookie SRVID, and statistics at port 8888, "
    "path /stats."},
{K("compat", "haproxy_tmpl", type_file), AT(compat.haproxy_tmpl), "/haproxy.tmpl", .help =
    "The template of docker-loadbalancer; if it exists and [haproxy] template is unset, it is the "
    "template."},
{K("compat", "fe_port", type_int), AT(compat.fe_port), "8099", NULL, 1, 65535, .help =
    "The port of fe_main."},
    /* clang-format on */
};
const size_t config_n_keys = ARRAY_LEN(config_keys);
_Static_assert(ARRAY_LEN(config_keys) <= KEYS_MAX, "the loader's array is too small");

int config_find(const char *section, const char *name)
{
	for (size_t i = 0; i < config_n_keys; i++)
		if (!strcmp(config_keys[i].section, section) && !strcmp(config_keys[i].name, name))
			return (int)i;
	return -1;
}
