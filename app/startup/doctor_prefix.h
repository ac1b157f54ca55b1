/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * What doctor looks at of a file prefix: its directory, primary, holders, namespaces,
 * sockets.
 */

#ifndef MPSH_STARTUP_DOCTOR_PREFIX_H
#define MPSH_STARTUP_DOCTOR_PREFIX_H

struct host_hugepages;
struct look;

void look_at_runtime_dir(struct look *look);
void look_at_primary(struct look *look);

/* Looks for processes that keep the next primary from making its lists of memory
 * (app/README.md, fact 7). */
void look_at_holders(struct look *look);
void look_at_namespaces(struct look *look, const struct host_hugepages *hugepages);
void look_at_sockets(struct look *look);

#endif
