/* pass: the stages of one run, in their order.
 *
 * Owns:   everything a run makes: config, snapshot, model, text (pass_free).
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

struct pass {
	const struct option_set *ask;
	struct deadline d;
	struct config c;
	struct snapshot s;
	struct model m;
	char *text; /* the template's output and the marker section */
	size_t len;
	char hash[33]; /* the marker's value */
	struct tmpl_map map;
};

/* Each does the ones before it as well. p must be zeroed but for ask, and
 * pass_free'd in any case. */
int pass_config(struct pass *p, struct err *e);
int pass_snapshot(struct pass *p, struct err *e);
int pass_model(struct pass *p, struct err *e);
int pass_text(struct pass *p, struct err *e);
void pass_free(struct pass *p);

/* The whole story: lock, look, write, reload, confirm. */
int pass_run(struct pass *p, struct err *e);

#endif
