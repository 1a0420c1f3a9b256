/* docker: see docker.h. */
#include "docker.h"
