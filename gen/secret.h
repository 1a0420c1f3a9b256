/* secret: what is printed for people shows no password.
 *
 * Owns:   nothing.
 * Gives:  the template's data and a configuration's text with (hidden) in the
 *         place of each secret; the data with the secrets back in their places.
 * Never:  touches what HAProxy gets.
 * Errors: none.
 * Floor:  1.
 */
#ifndef LBGEN_SECRET_H
#define LBGEN_SECRET_H

#include <jansson.h>

#include "util.h"

#define SECRET_HIDDEN "(hidden)"

/* In .Global of the template's data: StatsPassword, StatsAuth, CookieKey (but
 * for the default key, which everybody knows). */
void secret_hide(json_t *data);

/* Puts those of `own`, another model's data, where (hidden) stands. */
void secret_fill(json_t *data, const json_t *own);

/* Appends the text of a configuration with the secrets of "stats auth", of
 * userlists and dynamic-cookie-key replaced by `mark`; the secrets
 * themselves, one a line, go to `secrets`. */
void secret_mask(struct buf *out, const char *text, size_t len, const char *mark,
		 struct buf *secrets);

#endif
