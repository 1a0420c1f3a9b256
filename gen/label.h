/* label: the table of keys, and labels read as typed values.
 *
 * Owns:   nothing global but the constant table.
 * Gives:  each key's name, type, range, default, inheritance and one line of
 *         documentation; one service's labels as a struct; reason codes.
 * Never:  looks at a container beside its labels.
 * Errors: a reason code ("bad-label:publish") and a sentence with the remedy.
 * Floor:  1.
 * Source: lbgen-labels(7).
 */
#ifndef LBGEN_LABEL_H
#define LBGEN_LABEL_H

#include "config.h"
#include "value.h"

#endif
