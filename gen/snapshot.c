/* snapshot: see snapshot.h. */
#include "snapshot.h"
