/* model: see model.h. */
#include "model.h"
