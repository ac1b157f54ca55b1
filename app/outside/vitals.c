/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Reads what /proc says of a process, and its group's heaps. */

#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include "host/process.h"
#include "host/sockets.h"
#include "host/threads.h"
#include "outside/group.h"
#include "outside/heap.h"
#include "outside/vitals.h"

bool
vitals_lives(pid_t pid)
{
	char state = host_process_state(pid);

	return state != 0 && state != 'Z' && state != 'X';
}

int64_t
vitals_descriptors(pid_t pid)
{
	char path[HOST_PROC_SIZE];
	const struct dirent *entry;
	DIR *list = opendir(host_proc_path(pid, "fd", path));
	int64_t n = 0;

	if (list == NULL)
		return -1;
	while ((entry = readdir(list)) != NULL)
		n += entry->d_name[0] != '.';
	closedir(list);
	return n;
}

static int64_t
read_resident(pid_t pid)
{
	char path[HOST_PROC_SIZE], text[128];
	unsigned long long pages;

	if (host_read_text(host_proc_path(pid, "statm", path), text, sizeof(text)) <= 0 ||
		sscanf(text, "%*u %llu", &pages) != 1)
		return -1;
	return (int64_t)pages * sysconf(_SC_PAGESIZE);
}

static void
add_used(uint64_t address, uint64_t bytes, bool is_used, void *ctx)
{
	int64_t *sum = ctx;

	(void)address;
	if (is_used)
		*sum += (int64_t)bytes;
}

static int64_t
read_heap(pid_t pid)
{
	struct group group;
	char error[256];
	int64_t sum = 0;

	if (group_open_process(&group, pid, error, sizeof(error)) < 0)
		return -1;
	if (heap_walk(&group, add_used, &sum) < 0)
		sum = -1;
	group_close(&group);
	return sum;
}

void
vitals_read(pid_t pid, struct vitals *vitals)
{
	unsigned int threads = host_count_threads(pid);

	memset(vitals, 0xff, sizeof(*vitals));
	vitals->lives = vitals_lives(pid);
	vitals->has_mp_thread = vitals->lives && !host_lacks_mp_thread(pid);
	if (!vitals->lives)
		return;
	vitals->threads = threads > 0 ? (int64_t)threads : -1;
	vitals->descriptors = vitals_descriptors(pid);
	vitals->resident = read_resident(pid);
	vitals->heap = read_heap(pid);
}
