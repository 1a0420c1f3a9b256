/* swarm: see swarm.h. */
#include "swarm.h"
