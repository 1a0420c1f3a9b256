/* learn: a balancer that was just started gets the stick tables of the others.
 *
 * Owns:   nothing.
 * Gives:  whether HAProxy is to be reloaded for that, though its text is right.
 * Never:  reloads; looks at a balancer without others.
 * Floor:  4.
 * Source: HAProxy Management Guide 9.3 (show peers); what 2.6 to 3.2 do.
 */
#ifndef LBGEN_LEARN_H
#define LBGEN_LEARN_H

#include "pass.h"

/* A worker asks its peers for the tables only in its first seconds, and each of
 * them once. When these have not heard of it by then ([peers] target), or are
 * freshly reloaded because they just have, and so know nothing yet themselves, it
 * takes its empty tables for the truth from then on. A reload makes it ask again.
 *
 * True while HAProxy has not been taught and is about to give up, if none of the
 * others is connected, or one was asked too early (at most three times), and the
 * cold start was less than 30 s ago. An HAProxy that cannot be asked: false. */
bool learn_again(const struct pass *p);

#endif
