/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Lists a process's threads, and knows the names that EAL gives. */

#include <ctype.h>
#include <dirent.h>
#include <inttypes.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include "base/text.h"
#include "host/process.h"
#include "host/threads.h"

#define SECOND UINT64_C(1000000000)

/* The most CPUs of a host; the kernel's own limit is 8192. */
#define CPUS_MAX 8192

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

bool
host_thread_used(pid_t pid, pid_t tid, uint64_t *ns)
{
	char file[64], path[HOST_PROC_SIZE], line[1024];
	uint64_t user, system;
	const char *rest;

	snprintf(file, sizeof(file), "task/%d/stat", (int)tid);
	if (host_read_text(host_proc_path(pid, file, path), line, sizeof(line)) <= 0)
		return false;
	/* Its name may have any bytes, parentheses too. */
	rest = strrchr(line, ')');
	if (rest == NULL ||
		sscanf(rest,
			") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %" SCNu64
			" %" SCNu64,
			&user, &system) != 2)
		return false;
	*ns = (user + system) * (SECOND / sysconf(_SC_CLK_TCK));
	return true;
}

void
host_thread_cpus(pid_t tid, char text[HOST_CPUS_SIZE])
{
	static const char more[] = "...";
	cpu_set_t *set = CPU_ALLOC(CPUS_MAX);
	size_t bytes = CPU_ALLOC_SIZE(CPUS_MAX), length = 0;
	unsigned int cpu, last;

	text[0] = '\0';
	if (set == NULL || sched_getaffinity(tid, bytes, set) < 0) {
		CPU_FREE(set);
		return;
	}
	for (cpu = 0; cpu < CPUS_MAX; cpu = last + 1) {
		last = cpu;
		if (!CPU_ISSET_S(cpu, bytes, set))
			continue;
		while (last + 1 < CPUS_MAX && CPU_ISSET_S(last + 1, bytes, set))
			last++;
		/* Room for two numbers, their signs and what says that there are more. */
		if (length + 16 + sizeof(more) > HOST_CPUS_SIZE) {
			snprintf(text + length, HOST_CPUS_SIZE - length, "%s", more);
			break;
		}
		length += snprintf(text + length, HOST_CPUS_SIZE - length,
			last > cpu ? "%s%u-%u" : "%s%u", length > 0 ? "," : "", cpu,
			last);
	}
	CPU_FREE(set);
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

/* ---- one thread ---- */

static ssize_t
read_of_thread(pid_t pid, pid_t tid, const char *file, char *text, size_t size)
{
	char name[48], path[HOST_PROC_SIZE];

	snprintf(name, sizeof(name), "task/%d/%s", (int)tid, file);
	return host_read_text(host_proc_path(pid, name, path), text, size);
}

/* How many words stand behind the name, up to the CPU. */
#define WORDS_TO_CPU 37

/* Behind the name, which may have any bytes; -1: it is not there. */
static int
read_cpu(const char *behind_name)
{
	unsigned int i;

	for (i = 0; i < WORDS_TO_CPU && behind_name != NULL; i++)
		behind_name = strchr(behind_name + 1, ' ');
	return behind_name != NULL ? atoi(behind_name + 1) : -1;
}

/* Name and state, which stand around the last ')' of the line, and the CPU. */
static bool
read_stat(pid_t pid, struct host_thread *thread)
{
	char text[1024], *first, *last;

	if (read_of_thread(pid, thread->tid, "stat", text, sizeof(text)) <= 0)
		return false;
	first = strchr(text, '(');
	last = strrchr(text, ')');
	if (first == NULL || last == NULL || last < first || last[1] != ' ')
		return false;
	snprintf(thread->name, sizeof(thread->name), "%.*s", (int)(last - first - 1),
		first + 1);
	thread->state = last[2];
	thread->cpu = read_cpu(last);
	return true;
}

bool
host_look_at_call(pid_t pid, struct host_thread *thread)
{
	char text[256];
	uint64_t *args = thread->args;

	thread->is_in_call = false;
	thread->is_running = false;
	if (read_of_thread(pid, thread->tid, "syscall", text, sizeof(text)) <= 0)
		return false;
	thread->is_running = strcmp(text, "running\n") == 0;
	if (sscanf(text,
		    "%ld %" SCNx64 " %" SCNx64 " %" SCNx64 " %" SCNx64 " %" SCNx64
		    " %" SCNx64 " %" SCNx64 " %" SCNx64,
		    &thread->call, args, args + 1, args + 2, args + 3, args + 4, args + 5,
		    &thread->sp, &thread->pc) == 9)
		thread->is_in_call = true;
	else if (sscanf(text, "-1 %" SCNx64 " %" SCNx64, &thread->sp, &thread->pc) == 2) {
		thread->call = -1;
		thread->is_in_call = true;
	}
	return true;
}

bool
host_thread_waits(pid_t tid, uint64_t *waits)
{
	char number[24];

	if (!host_status_text(tid, "voluntary_ctxt_switches:", number, sizeof(number)))
		return false;
	*waits = strtoull(number, NULL, 10);
	return true;
}

bool
host_look_at_thread(pid_t pid, pid_t tid, struct host_thread *thread)
{
	char text[4096];

	memset(thread, 0, sizeof(*thread));
	thread->tid = tid;
	if (!read_stat(pid, thread))
		return false;
	host_look_at_call(pid, thread);
	if (read_of_thread(pid, tid, "schedstat", text, sizeof(text)) > 0)
		thread->run_ns = strtoull(text, NULL, 10);
	if (read_of_thread(pid, tid, "wchan", text, sizeof(text)) > 0 &&
		strcmp(text, "0") != 0)
		snprintf(thread->wchan, sizeof(thread->wchan), "%.39s", text);
	host_thread_cpus(tid, thread->cpus);
	return host_thread_waits(tid, &thread->waits);
}

/* The beginnings of the names that EAL and its libraries give, with what they are for. */
static const struct {
	const char *name;
	enum host_role role;
} roles[] = {
	{ "rte_mp_handle", HOST_ROLE_MP },
	{ "dpdk-mp-msg", HOST_ROLE_MP },
	{ "mp-msg", HOST_ROLE_MP },
	{ "eal-intr-thread", HOST_ROLE_INTERRUPTS },
	{ "dpdk-intr", HOST_ROLE_INTERRUPTS },
	{ "telemetry-v", HOST_ROLE_TELEMETRY },
	{ "dpdk-telemet", HOST_ROLE_TELEMETRY },
	{ "vhost", HOST_ROLE_VHOST },
	{ "dpdk-vhost", HOST_ROLE_VHOST },
	{ "pdump", HOST_ROLE_PDUMP },
	{ "dpdk-pdump", HOST_ROLE_PDUMP },
};

enum host_role
host_role_of_thread(pid_t pid, pid_t tid, const char *name)
{
	unsigned int i;

	if (host_lcore_of_thread(name) >= 0)
		return HOST_ROLE_LCORE;
	for (i = 0; tid != pid && i < sizeof(roles) / sizeof(roles[0]); i++)
		if (strncmp(name, roles[i].name, strlen(roles[i].name)) == 0)
			return roles[i].role;
	return tid == pid ? HOST_ROLE_MAIN : HOST_ROLE_OTHER;
}
