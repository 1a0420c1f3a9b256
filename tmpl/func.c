/* func: see impl.h. */
#include "impl.h"
