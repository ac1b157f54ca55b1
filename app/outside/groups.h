/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Every DPDK group of this host, in JSON. Main thread. */

#ifndef MPSH_OUTSIDE_GROUPS_H
#define MPSH_OUTSIDE_GROUPS_H

#include <jansson.h>

/*
 * List them: {groups: [{prefix, directory, primary: {pid, command}, secondaries,
 * version, memory_bytes, lcores, namespaces, multi_process, error}], left, empty,
 * conflicts}; left.h and conflicts.h have the members of the last ones. primary is null
 * where it is dead or cannot be seen; a process without multi-process is the primary of
 * a group of its own. multi_process is null where it is not known, and error says why
 * nothing is known, or is null. Returns a new object, or NULL without memory.
 */
json_t *groups_list(void);

#endif
