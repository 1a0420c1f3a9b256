/* func: see impl.h. */
#include "impl.h"

const struct builtin builtins_more[] = {{0}};
