/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * EAL's runtime directory: where it lies, what its config says, who is its primary and
 * of which DPDK.
 */

#ifndef MPSH_HOST_RUNTIME_H
#define MPSH_HOST_RUNTIME_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * What the runtime directory lies in: $RUNTIME_DIRECTORY, else /var/run for root, else
 * $XDG_RUNTIME_DIR or /tmp (DPDK, lib/eal/unix/eal_filesystem.c). *variable gets the name
 * of the variable that says so, NULL for DPDK's own choice. The path is the
 * environment's.
 */
const char *host_runtime_base(const char **variable);

/* The runtime directory of a file prefix, cut to size bytes. */
void host_runtime_dir(const char *file_prefix, char *dir, size_t size);

/* What the runtime directory's config file tells. */
struct host_config {
	int error;        /* errno of opening it, 0 if that went well */
	bool locked;      /* a primary lives */
	pid_t pid;        /* its pid, -1 if that is in another PID namespace */
	bool complete;    /* its rte_eal_init() has ended (or had, of a dead one) */
	uint32_t version; /* RTE_VERSION of its EAL */
};

/*
 * Look at it. Opens and closes the file, so never in a primary after EAL has started:
 * closing would drop its lock (app/README.md, fact 5).
 */
void host_look_at_config(const char *runtime_dir, struct host_config *look);

/*
 * The process that holds that lock, i.e. the living primary; 0 if there is none, -1 if it
 * lives in another PID namespace. Never in a primary, as above.
 */
pid_t host_primary(const char *runtime_dir);

/* RTE_VERSION in words: 22.11.11, 23.03.0-rc1; cut to size bytes. Returns text. */
const char *host_version_words(uint32_t version, char *text, size_t size);

/* Is that the version of the EAL which is loaded here, release candidates left aside? */
bool host_is_own_version(uint32_t version);

/* The version of the EAL which is loaded here, in words that stay. */
const char *host_own_version_words(void);

#endif
