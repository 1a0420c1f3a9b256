/* pass: the stages of one run, in their order.
 *
 * Owns:   everything a run makes: config, snapshot, model, text, the swap's
 *         lock and files (pass_free).
 * Gives:  each stage as a function of what came before.
 * Never:  changes anything outside the process before the swap.
 * Errors: those of its stages.
 * Floor:  4.
 */
#ifndef LBGEN_PASS_H
#define LBGEN_PASS_H

#include "model.h"
#include "option.h"
#include "render.h"
#include "swap.h"

struct pass {
	const struct option_set *ask;
	struct deadline d;
	struct config c;
	struct snapshot s;
	struct model m;
	char *text; /* the template's output and the marker section */
	size_t len;
	char hash[33];  /* the marker's value */
	char asked[80]; /* names the text before any quarantine, and the HAProxy that judges it */
	struct tmpl_map map;
	json_t *out; /* quarantined: "member/service" → words; NULL = none */
	struct swap w;
	json_t *status; /* of the runs before; becomes this one's */
	json_t *stages; /* name → seconds */
	double started; /* seconds since the epoch */
	double mark;    /* where the stage that goes on began */
	const char *outcome;
	bool configured; /* lb.ini was read whole */
	bool held;       /* this run holds the lock */
};

/* Each does the ones before it as well. p must be zeroed but for ask, and
 * pass_free'd in any case. */
int pass_config(struct pass *p, struct err *e);
int pass_snapshot(struct pass *p, struct err *e);
int pass_model(struct pass *p, struct err *e);

/* The text that a pass would write now: without the services that an earlier
 * run had to leave out of this very text. */
int pass_text(struct pass *p, struct err *e);

/* Model and text again, without `out`'s services. */
int pass_rebuild(struct pass *p, const json_t *out, struct err *e);

/* Notes how long the stage that ends here took. */
void pass_stage(struct pass *p, const char *name);

/* The whole story: lock, look, write, reload, confirm. */
int pass_run(struct pass *p, struct err *e);

void pass_free(struct pass *p);

#endif
