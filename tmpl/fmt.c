/* fmt: see impl.h. */
#include "impl.h"

const struct builtin builtins_fmt[] = {{0}};
