/* parse: see impl.h. */
#include "impl.h"
