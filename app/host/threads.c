/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Lists a process's threads, and knows the names that EAL gives. */

#include <ctype.h>
#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "base/text.h"
#include "host/process.h"
#include "host/threads.h"

/* The threads that EAL starts beside the workers, before and since 23.11. */
static const char *const eal_threads[] = {
	"eal-intr-thread",
	"rte_mp_handle",
	"dpdk-intr",
	"dpdk-mp-msg",
};

/* What the lcore's number stands behind: since 23.11, 22.11, 20.11, before. */
static const char *const worker_threads[] = {
	"dpdk-worker",
	"rte-worker-",
	"lcore-worker-",
	"lcore-slave-",
};

unsigned int
host_count_threads(pid_t pid)
{
	char path[HOST_PROC_SIZE];
	struct stat st;

	/* Each thread is a directory, which links to its parent. */
	if (stat(host_proc_path(pid, "task", path), &st) < 0 || st.st_nlink < 3)
		return 0;
	return st.st_nlink - 2;
}

void
host_walk_threads(
	pid_t pid, bool (*take)(pid_t tid, const char *name, void *ctx), void *ctx)
{
	char path[HOST_PROC_SIZE], file[HOST_PROC_SIZE + 32],
		name[HOST_THREAD_NAME_SIZE + 1];
	const struct dirent *entry;
	bool goes_on = true;
	DIR *stream;

	stream = opendir(host_proc_path(pid, "task", path));
	if (stream == NULL)
		return;
	while (goes_on && (entry = readdir(stream)) != NULL) {
		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		snprintf(file, sizeof(file), "%s/%.16s/comm", path, entry->d_name);
		if (host_read_text(file, name, sizeof(name)) <= 0)
			continue;
		name[strlen(name) - 1] = '\0'; /* the newline, after any bytes */
		goes_on = take(atoi(entry->d_name), name, ctx);
	}
	closedir(stream);
}

int
host_lcore_of_thread(const char *name)
{
	uint64_t lcore;
	unsigned int i;

	for (i = 0; i < sizeof(worker_threads) / sizeof(worker_threads[0]); i++) {
		size_t length = strlen(worker_threads[i]);

		if (strncmp(name, worker_threads[i], length) == 0 &&
			text_number(name + length, 0, 65535, &lcore) == 0)
			return (int)lcore;
	}
	return -1;
}

static bool
look_at_name(pid_t tid, const char *name, void *ctx)
{
	bool *found = ctx;
	unsigned int i;

	(void)tid;
	for (i = 0; i < sizeof(eal_threads) / sizeof(eal_threads[0]) && !*found; i++)
		*found = strcmp(name, eal_threads[i]) == 0;
	return !*found;
}

bool
host_has_eal_threads(pid_t pid)
{
	bool found = false;

	host_walk_threads(pid, look_at_name, &found);
	return found;
}
