/* model: snapshot + labels → frontends, routes, pools, servers, as JSON.
 *
 * Owns:   struct model (model_free).
 * Gives:  the data of the template, in a total order; one finding for each
 *         thing left out or worth a word.
 * Never:  reads the clock, the environment, a file or the network: the same
 *         config and snapshot give the same bytes.
 * Errors: none that a label could cause: a bad label costs its service, never
 *         the run. EX_SOFTWARE only for a broken snapshot.
 * Floor:  3.
 *
 * Template data: Services Stats StatsPort PidFile SockFile (the seed's), and
 * Frontends Pools Containers Global; haproxy.tmpl(5) lists each field, from the
 * table that fills it.
 */
#ifndef LBGEN_MODEL_H
#define LBGEN_MODEL_H

#include "snapshot.h"

enum finding_kind { FINDING_LEFT_OUT, FINDING_WARNING };

/* One thing to tell: why a service of a member gets no traffic, or a warning. */
struct finding {
	enum finding_kind kind;
	char *member;  /* name of the container, task or address */
	char *service; /* "" = the default one */
	char *reason;  /* LABELS.md's code: "no-ip", "bad-label:publish"; "" for warnings */
	char *text;    /* one sentence: what, and the remedy; printable */
};

struct model {
	json_t *data;     /* what the template sees */
	json_t *services; /* every service of every member, served or not, for show: Container Kind
			     Id Service Key Labels IP Port Why Frontend Places[]{Pool,Server} Reason
			     Text */
	struct finding *findings;
	size_t n_findings;
};

/* quarantined: JSON object "member/service" → HAProxy's words, or NULL: those
 * are left out with reason `quarantined`. */
int model_build(struct model *m, const struct config *c, const struct snapshot *s,
		const json_t *quarantined, struct err *e);
char *model_text(const struct model *m); /* JSON, sorted keys; owned by the caller */
void model_free(struct model *m);

/* The rows of haproxy.tmpl(5)'s list of fields, in mdoc: .It Va .Frontends[].Name … */
void model_print_fields(FILE *f);

#endif
