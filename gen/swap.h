/* swap: the one place where a file of HAProxy changes.
 *
 * Owns:   the lock, the temporary file (removed on every way out, signals
 *         included), .prev and .rejected, the stamp.
 * Gives:  compare, commit, put back.
 * Never:  talks to HAProxy.
 * Errors: EX_CANTCREAT (cannot write), EX_TEMPFAIL (another run holds the lock
 *         past the deadline).
 * Floor:  1.
 */
#ifndef LBGEN_SWAP_H
#define LBGEN_SWAP_H

#include "config.h"

#endif
