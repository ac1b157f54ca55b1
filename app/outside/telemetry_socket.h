/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The socket of a group's own telemetry, also in a container. Any thread. */

#ifndef MPSH_OUTSIDE_TELEMETRY_SOCKET_H
#define MPSH_OUTSIDE_TELEMETRY_SOCKET_H

#include <sys/types.h>

struct group;

/*
 * Connect to the telemetry of a group that is read through the process pid; 0: through
 * its files. Returns a descriptor that does not block, for the caller to close; -ENOENT,
 * -ECONNREFUSED: there is none, or nobody reads it; or another negative errno.
 */
int telemetry_socket_open(const struct group *group, pid_t pid);

#endif
