/* swap: see swap.h. */
#include "swap.h"
