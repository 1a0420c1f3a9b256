/* cert: see cert.h. */
#include "cert.h"

void cert_judge(json_t *certs, const json_t *members, const struct config *c)
{
	(void)certs;
	(void)members;
	(void)c;
}
