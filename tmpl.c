/* tmpl: see tmpl.h. */
#include "tmpl.h"
