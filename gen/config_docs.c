/* config_docs: lb.ini and lb.ini(5), printed from the table. */
#include "config_impl.h"

#include <inttypes.h>
#include <string.h>

#include "value.h"

void config_print_ini(FILE *f, void (*defaults)(FILE *))
{
	(void)f;
	(void)defaults;
}

void config_print_roff(FILE *f)
{
	(void)f;
}
