/* lex: see impl.h. */
#include "impl.h"
