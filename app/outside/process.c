/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Finds the configuration of the group that a process is in. */

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include "base/memory.h"
#include "host/maps.h"
#include "host/process.h"
#include "host/threads.h"
#include "outside/group.h"
#include "outside/layout.h"
#include "outside/pages.h"
#include "outside/source.h"

/* EAL's own data is much smaller. */
#define DATA_MAX (64 << 20)

/* How much of a process is read at once. */
#define BLOCK (1 << 16)

/* The name of the memzones' array stands in these first bytes, whatever the release. */
#define CONFIG_HEAD 256

/* CAP_SYS_PTRACE, in linux/capability.h. */
#define CAPABILITY 19

struct search {
	struct group *group;
	uint64_t config; /* of a file that is mapped, 0: none */
	char *block;     /* BLOCK bytes */
	int ret;         /* of group_prove(), for what was found without a file */
	char *error;
	size_t size;
};

bool
process_group_file(const struct host_mapping *mapping, char dir[PATH_MAX])
{
	static const char name[] = "/config";
	size_t length = strlen(mapping->path);
	char *last;

	if (length <= strlen(name) ||
		strcmp(mapping->path + length - strlen(name), name) != 0)
		return false;
	length -= strlen(name);
	memcpy(dir, mapping->path, length);
	dir[length] = '\0';
	/* .../dpdk/PREFIX */
	last = strrchr(dir, '/');
	return last != NULL && last - dir >= (ptrdiff_t)strlen("/dpdk") &&
		strncmp(last - strlen("/dpdk"), "/dpdk", strlen("/dpdk")) == 0;
}

static bool
find_file(const struct host_mapping *mapping, void *ctx)
{
	struct search *search = ctx;
	char dir[PATH_MAX];

	if (!process_group_file(mapping, dir))
		return true;
	search->config = mapping->from;
	snprintf(search->group->path, sizeof(search->group->path), "%s", dir);
	snprintf(search->group->prefix, sizeof(search->group->prefix), "%.255s",
		strrchr(dir, '/') + 1);
	return false;
}

/* Does a configuration begin at this word of memory, of which left bytes were copied? */
static bool
may_begin(const char *word, size_t left)
{
	static const char name[] = "memzone";

	if (left > CONFIG_HEAD)
		left = CONFIG_HEAD;
	return left >= 8 && group_u32(word, LAYOUT_MAGIC) == LAYOUT_MAGIC_VALUE &&
		(left < CONFIG_HEAD || memmem(word, left, name, sizeof(name)) != NULL);
}

static bool
scan_block(uint64_t address, size_t bytes, void *ctx)
{
	struct search *search = ctx;
	size_t at;
	ssize_t n =
		source_read_some(&search->group->source, address, search->block, bytes);

	for (at = 0; n > 0 && at < (size_t)n && search->ret != 0; at += 8)
		if (may_begin(search->block + at, n - at))
			search->ret = group_prove(
				search->group, address + at, search->error, search->size);
	return search->ret != 0;
}

/*
 * Without files (--in-memory, --no-shconf, --no-huge) the configuration is a variable of
 * EAL's (early_mem_config in lib/eal/common/eal_common_config.c).
 */
static bool
find_data(const struct host_mapping *mapping, void *ctx)
{
	struct search *search = ctx;

	if (mapping->readable && mapping->writable && !mapping->shared &&
		mapping->to - mapping->from <= DATA_MAX && mapping->path[0] != '[')
		pages_walk(search->group->source.pid, mapping->from, mapping->to, BLOCK,
			scan_block, search);
	return search->ret != 0;
}

/* May this process read others, whoever they belong to? */
static bool
has_capability(void)
{
	return (host_status_bits(getpid(), "CapEff:") >> CAPABILITY & 1) != 0;
}

/* Write why a process of another user's, or of this one, may not be read. */
static void
say_user(pid_t pid, char *error, size_t size)
{
	char path[HOST_PROC_SIZE], text[16] = "", owner[64];
	struct stat st;

	if (stat(host_proc_path(pid, "", path), &st) == 0 && st.st_uid != geteuid()) {
		snprintf(error, size, "pid %d belongs to %s: run as root", (int)pid,
			host_user_name(st.st_uid, owner, sizeof(owner)));
		return;
	}
	host_read_text("/proc/sys/kernel/yama/ptrace_scope", text, sizeof(text));
	text[strcspn(text, "\n")] = '\0';
	if (isdigit((unsigned char)text[0]) && text[0] != '0')
		snprintf(error, size,
			"pid %d may not be read: kernel.yama.ptrace_scope is %s: run as "
			"root",
			(int)pid, text);
	else
		snprintf(error, size, "pid %d may not be read: run as root", (int)pid);
}

/*
 * Write why this process may not be read: its owner, yama, or a container; or that it is
 * none of DPDK's, which its threads' names tell everyone. Returns what
 * group_open_process() is to return.
 */
static int
say_not_permitted(pid_t pid, char *error, size_t size)
{
	if (!host_has_eal_threads(pid)) {
		snprintf(error, size, "pid %d is no DPDK process", (int)pid);
		return -ENOENT;
	}
	if (geteuid() != 0)
		say_user(pid, error, size);
	else if (has_capability())
		snprintf(error, size,
			"pid %d may not be read: it is in another user namespace",
			(int)pid);
	else
		snprintf(error, size,
			"pid %d may not be read: this container lacks CAP_SYS_PTRACE: "
			"docker run --cap-add SYS_PTRACE",
			(int)pid);
	return -EACCES;
}

/*
 * Flags of a thread, as the kernel has them in /proc/PID/stat: it sets the first before
 * it lets the memory go; the second when a signal, or another thread's exit(), ends it.
 */
#define FLAG_EXITING 0x4u
#define FLAG_SIGNALED 0x400u

/* Those of a thread; all of them when it is gone. */
static unsigned int
flags_of(pid_t tid)
{
	char path[HOST_PROC_SIZE], line[1024];
	const char *rest;
	unsigned int flags;

	if (host_read_text(host_proc_path(tid, "stat", path), line, sizeof(line)) <= 0)
		return UINT_MAX;
	rest = strrchr(line, ')');
	return rest != NULL && sscanf(rest, ") %*c %*d %*d %*d %*d %*d %u", &flags) == 1
		? flags
		: 0;
}

/* Has the process no memory any more, since it has ended or is about to? */
static bool
has_no_memory(pid_t pid)
{
	return (flags_of(pid) & FLAG_EXITING) != 0;
}

/*
 * Is a thread to end as soon as it runs? A process that is killed, or leaves, kills each
 * of its threads, and the main one may be the first to end.
 */
static bool
is_killed(pid_t tid)
{
	uint64_t pending = host_status_bits(tid, "SigPnd:");

	return (pending & 1ULL << (SIGKILL - 1)) != 0;
}

/* Take a thread other than the main one that has not ended. */
static bool
take_living(pid_t tid, const char *name, void *ctx)
{
	pid_t *living = ctx;

	(void)name;
	/* It takes the signal before it is exiting. */
	if (tid == *living || is_killed(tid) ||
		(flags_of(tid) & (FLAG_EXITING | FLAG_SIGNALED)) != 0)
		return true;
	*living = tid;
	return false;
}

/*
 * Where the main thread has ended the memory is still seen by the others, whose numbers
 * /proc takes as pids. Returns -ESRCH.
 */
static int
say_no_process(pid_t pid, char *error, size_t size)
{
	pid_t living = pid;

	/* What ended the main thread from outside ends all of them. */
	if ((flags_of(pid) & (FLAG_EXITING | FLAG_SIGNALED)) == FLAG_EXITING)
		host_walk_threads(pid, take_living, &living);
	if (living == pid)
		snprintf(error, size, "no process %d", (int)pid);
	else
		snprintf(error, size,
			"the main thread of pid %d has ended, others live: look by -o %d",
			(int)pid, (int)living);
	return -ESRCH;
}

static int
find_config(struct group *group, pid_t pid, char *error, size_t size)
{
	struct search search = {
		.group = group,
		.ret = -ENOENT,
		.error = error,
		.size = size,
	};

	if (!host_walk_maps(pid, find_file, &search) && errno == EACCES) {
		return say_not_permitted(pid, error, size);
	}
	if (search.config != 0)
		return group_prove(group, search.config, error, size);
	search.block = memory_get(BLOCK);
	if (search.block != NULL)
		host_walk_all_maps(pid, find_data, &search);
	free(search.block);
	if (search.ret == -ENOENT && has_no_memory(pid))
		return say_no_process(pid, error, size);
	if (search.ret == -ENOENT)
		snprintf(error, size, "pid %d is no DPDK process", (int)pid);
	return search.ret;
}

int
group_open_process(struct group *group, pid_t pid, char *error, size_t size)
{
	int ret;

	memset(group, 0, sizeof(*group));
	group->kind = GROUP_PROCESS;
	source_init(&group->source);
	ret = source_add_process(&group->source, pid);
	if (ret == -ESRCH || ret == -ENOENT) {
		ret = say_no_process(pid, error, size);
	} else if (ret < 0) {
		ret = say_not_permitted(pid, error, size);
	} else {
		ret = find_config(group, pid, error, size);
	}
	if (ret < 0)
		group_close(group);
	return ret;
}
