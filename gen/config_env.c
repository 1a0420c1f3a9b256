/* config_env: the environment over lb.ini: what Docker's own command reads, what
 * the earlier projects read, and LBGEN_<SECTION>_<KEY>. Empty means unset. */
#include "config_impl.h"

#include <string.h>
#include <unistd.h>

static const char *env(const char *name)
{
	const char *v = getenv(name);
	return v && *v ? v : NULL;
}

static void set(struct loader *ld, const char *section, const char *name, const char *v,
		const char *variable)
{
	config_set(ld, (size_t)config_find(section, name), v, FROM_ALIAS, variable);
}

/* Any word turns the TLS variables on, as it does for the docker command. */
static void read_docker(struct loader *ld)
{
	if (env("DOCKER_TLS_VERIFY")) {
		set(ld, "docker", "tls", "yes", "DOCKER_TLS_VERIFY");
		set(ld, "docker", "tls_verify", "yes", "DOCKER_TLS_VERIFY");
	} else if (env("DOCKER_TLS")) {
		set(ld, "docker", "tls", "yes", "DOCKER_TLS");
		set(ld, "docker", "tls_verify", "no", "DOCKER_TLS");
	}
}

static bool is_docker_tls(const struct key *k)
{
	return k->type == &type_bool && k->env;
}

/* The seed's way to switch the page off is a port of 0 or below. */
static const char *stats_port(const char *v)
{
	return v[0] == '-' && v[1] && !v[1 + strspn(v + 1, "0123456789")] ? "0" : v;
}

static void read_aliases(struct loader *ld)
{
	for (size_t i = 0; i < config_n_keys; i++) {
		const struct key *k = &config_keys[i];
		const char *v = k->env ? env(k->env) : NULL;
		if (!v || is_docker_tls(k))
			continue;
		if (!strcmp(k->env, "LB_STATS_PORT"))
			v = stats_port(v);
		config_set(ld, i, v, FROM_ALIAS, k->env);
	}
}

/* LBGEN_DEFAULTS_<KEY>: a pair, over that of the file. */
static void read_default(struct loader *ld, const char *name, const char *v, const char *variable)
{
	struct config *c = ld->c;
	if (!config_word_ok(ld, variable, v, false))
		return;
	for (size_t i = 0; i < c->n_defaults; i++)
		if (!strcmp(c->defaults[i].key, name)) {
			free(c->defaults[i].value);
			c->defaults[i].value = xstrdup(v);
			c->defaults[i].line = 0;
			return;
		}
	config_pair_add(&c->defaults, &c->n_defaults, name, v, 0);
}

static void unknown(struct loader *ld, const char *section, const char *name, const char *variable)
{
	const char *names[KEYS_MAX + 1] = {0};
	size_t n = 0;
	for (size_t i = 0; i < config_n_keys; i++)
		if (!strcmp(config_keys[i].section, section))
			names[n++] = config_keys[i].name;
	const char *near = str_nearest(name, names);
	autofree char *shown = str_visible(variable, 100);
	if (near)
		config_error(ld, shown, "[%s] has no such key; did you mean %s?", section, near);
	else
		config_error(ld, shown, "[%s] has no such key (lb.ini(5) lists them)", section);
}

/* One LBGEN_SECTION_KEY=value. Names whose middle is no section are not ours:
 * the hooks have theirs, and container links make LBGEN_PORT and the like. */
static void read_own(struct loader *ld, const char *entry)
{
	const char *eq = strchr(entry, '=');
	if (!str_prefix(entry, "LBGEN_") || !eq || !eq[1])
		return;
	autofree char *variable = xstrndup(entry, (size_t)(eq - entry));
	autofree char *lower = xstrdup(variable + strlen("LBGEN_"));
	for (char *p = lower; *p; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p + 32);
	char *split = strchr(lower, '_');
	if (!split)
		return;
	*split = '\0';
	const char *name = split + 1;
	for (size_t i = 0; i < config_n_sections; i++) {
		if (strcmp(config_sections[i].name, lower) != 0)
			continue;
		int key = config_find(lower, name);
		if (!strcmp(lower, "defaults"))
			read_default(ld, name, eq + 1, variable);
		else if (key < 0)
			unknown(ld, lower, name, variable);
		else
			config_set(ld, (size_t)key, eq + 1, FROM_ENV, variable);
	}
}

void config_read_env(struct loader *ld)
{
	read_docker(ld);
	read_aliases(ld);
	for (char **p = environ; *p; p++)
		read_own(ld, *p);
}
