// What Linux offers and Swift's Glibc module does not show: system calls without a wrapper,
// variadic functions, and macros that are not plain constants.
//
// Every function returns what the call returned, or the negated errno: a caller never has to read
// errno, which any release of an object may have changed by then.
//
// The headers must not define _GNU_SOURCE: the types they share with Swift's Glibc module would
// then differ from that module's. The sources define it.

#ifndef CSYSTEM_H
#define CSYSTEM_H

#include "CSystemEvents.h"
#include "CSystemFiles.h"
#include "CSystemProcess.h"
#include "CSystemSockets.h"

#endif
