/* gen: the program. Options, then run(), the story of a pass. */
#include <stdio.h>

int main(void)
{
	fputs("lbgen " LBGEN_VERSION "\n", stdout);
	return 0;
}
