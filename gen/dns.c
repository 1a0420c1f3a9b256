/* dns: see dns.h. */
#include "dns.h"

int dns_members(json_t *members, const struct config *c, struct deadline d, struct err *e)
{
	(void)members, (void)c, (void)d;
	return err_set(e, EX_UNAVAILABLE, "[service]: cannot be asked");
}

int dns_peers(json_t *peers, const struct config *c, struct deadline d, struct err *e)
{
	(void)peers, (void)c, (void)d;
	return err_set(e, EX_UNAVAILABLE, "[peers] target: cannot be asked");
}
