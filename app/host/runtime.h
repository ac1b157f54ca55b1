/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * EAL's runtime directory: its path, its config file, its primary and the primary's
 * version of DPDK. Any thread.
 */

#ifndef MPSH_HOST_RUNTIME_H
#define MPSH_HOST_RUNTIME_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * The directory that runtime directories (dpdk/PREFIX) lie in: $RUNTIME_DIRECTORY, else
 * /var/run for root, else $XDG_RUNTIME_DIR or /tmp (DPDK,
 * lib/eal/unix/eal_filesystem.c). *variable gets the name of the variable that was
 * used, or NULL. The caller does not own the path: it belongs to the environment or is
 * constant.
 */
const char *host_runtime_base(const char **variable);

/* Write the path of a file prefix's runtime directory into dir, cut to size bytes. */
void host_runtime_dir(const char *file_prefix, char *dir, size_t size);

/* What the config file of a runtime directory tells. */
struct host_config {
	int error;        /* errno of open(), 0 on success */
	bool locked;      /* a primary lives */
	pid_t pid;        /* the living primary's; HOST_PID_UNSEEN */
	bool complete;    /* the primary, living or dead, completed rte_eal_init() */
	uint32_t version; /* RTE_VERSION of the primary's EAL */
};

/*
 * Read the config file of a runtime directory. Never call this in a primary after EAL
 * has started: closing the file would drop the primary's lock (fact 5 of
 * app/README.md).
 */
void host_look_at_config(const char *runtime_dir, struct host_config *look);

/*
 * The pid of the living primary, which holds the lock on the config file; 0 if there is
 * none, HOST_PID_UNSEEN if it is in another PID namespace. Never call this in a primary,
 * as above.
 */
pid_t host_primary(const char *runtime_dir);

/* The same of a directory in the mounts of the process pid, as /proc shows it
 * (host_path_below_root()). */
pid_t host_primary_seen_by(pid_t pid, const char *runtime_dir);

/*
 * Call found for each file prefix that has a living primary, in no order; names with
 * bytes that cannot be shown in one line are left out. Never call this in a primary, as
 * above.
 */
void host_live_prefixes(void (*found)(const char *prefix, void *ctx), void *ctx);

/*
 * Write a version (as RTE_VERSION) as 22.11.11 or 23.03.0-rc1 into text, cut to size
 * bytes. Returns text.
 */
const char *host_version_words(uint32_t version, char *text, size_t size);

/* Is this the version of this process's EAL, release candidates left aside? */
bool host_is_own_version(uint32_t version);

/* The version of the EAL in this process, as a static string. */
const char *host_own_version_words(void);

#endif
