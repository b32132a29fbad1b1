// Everything is in the header: the module is there to be linked with the two libraries.
#include "CVerbs.h"
