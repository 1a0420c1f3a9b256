/* cert: the certificate files that labels name, judged.
 *
 * Owns:   nothing between calls.
 * Gives:  for each file its digest, why it cannot be used, when it expires.
 * Never:  opens a file outside the folders of [labels] cert_dirs, follows a
 *         link out of them, waits on a pipe or device.
 * Errors: none: what is wrong with a file is said of that file.
 * Floor:  2.
 */
#ifndef LBGEN_CERT_H
#define LBGEN_CERT_H

#include <jansson.h>

#include "config.h"

/* Adds path → {"digest", "fault", "expires"} to certs for every file that a label
 * `<prefix>.ssl` or `<prefix>.<service>.ssl` of a member names. A path of a
 * form that the label may not have is left to the label's own check. */
void cert_judge(json_t *certs, const json_t *members, const struct config *c);

#endif
