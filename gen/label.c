/* label: see label.h. */
#include "label.h"
