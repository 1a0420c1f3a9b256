/* impl: what the files of the engine share.
 *
 * Floor:  0.
 */
#ifndef TMPL_IMPL_H
#define TMPL_IMPL_H

#include "../tmpl.h"

#endif
