/* dns: see dns.h. */
#include "dns.h"
