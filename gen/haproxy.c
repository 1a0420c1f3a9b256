/* haproxy: see haproxy.h. */
#include "haproxy.h"
