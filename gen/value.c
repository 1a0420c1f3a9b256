/* value: see value.h. */
#include "value.h"
