#pragma once

#include <sys/prctl.h>

/// Keeps the process out of core dumps, and its memory from other processes of the same user. Source: prctl(2),
/// PR_SET_DUMPABLE.
static inline void oriel_close_memory(void) { prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }
