/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The processes of the group that is looked at. Any thread. */

#ifndef MPSH_OUTSIDE_PROCESSES_H
#define MPSH_OUTSIDE_PROCESSES_H

#include <sys/types.h>

struct group;

#define PROCESSES_MAX 256

struct processes {
	unsigned int n;
	struct process {
		pid_t pid;
		int main_lcore; /* of the thread that is called as the process; -1: none
				 */
	} all[PROCESSES_MAX];
};

/*
 * List the living processes of a group, in the order of their pids; those before are
 * known already. It looks at every process of the host, which takes some ms.
 */
void processes_list(struct processes *processes, const struct group *group);

#endif
