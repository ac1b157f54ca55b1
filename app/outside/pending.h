/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The requests over rte_mp that a process waits for an answer to, found in its memory.
 * For one thread.
 */

#ifndef MPSH_OUTSIDE_PENDING_H
#define MPSH_OUTSIDE_PENDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "outside/actions.h"

struct group;

/* Bytes of a socket's path with the NUL: no address of a socket is longer. */
#define PENDING_PATH_SIZE 109

struct pending {
	char action[ACTION_NAME_SIZE]; /* any bytes but NUL; empty: could not be read */
	int32_t length;                /* of the request's payload; -1: as above */
	bool is_sync;                 /* rte_mp_request_sync(), which a thread waits in */
	bool is_answered;             /* the answer has come and is not taken yet */
	char path[PENDING_PATH_SIZE]; /* the socket of who is asked, as the asker sees it
				       */
	pid_t pid; /* of who is asked, by that name, in the asker's PID namespace; 0: the
		      primary of its group */
};

struct pendings {
	struct pending *all; /* the oldest first */
	size_t n;
};

/*
 * Read those of the process that is read as group; none is no error. Returns 0; -ENOTSUP:
 * what is looked at is no process; -ENOMEM or another error of /proc. pendings_free()
 * them.
 */
int pendings_read(const struct group *group, struct pendings *pendings);
void pendings_free(struct pendings *pendings);

#endif
