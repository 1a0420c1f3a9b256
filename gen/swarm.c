/* swarm: see swarm.h. */
#include "swarm.h"

int swarm_members(json_t *members, const struct config *c, struct deadline d, struct err *e)
{
	(void)members, (void)c, (void)d;
	return err_set(e, EX_UNAVAILABLE, "[swarm]: cannot be asked");
}
