/* fmt: see impl.h. */
#include "impl.h"
