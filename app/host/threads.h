/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The threads of a process, and by their names whether it is DPDK's. Any thread. */

#ifndef MPSH_HOST_THREADS_H
#define MPSH_HOST_THREADS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Bytes of a thread's name with the NUL. */
#define HOST_THREAD_NAME_SIZE 16

/* How many threads a process has; 0 if it is gone. */
unsigned int host_count_threads(pid_t pid);

/*
 * Call take(tid, name, ctx) for each thread of a process, until it returns false. The
 * name has the bytes that the process gave it.
 */
void host_walk_threads(
	pid_t pid, bool (*take)(pid_t tid, const char *name, void *ctx), void *ctx);

/*
 * Has the process a thread with a name that EAL of any release gives? Every user may
 * see that, and a process that runs EAL has one, also without multi-process.
 */
bool host_has_eal_threads(pid_t pid);

/*
 * The CPU time that a thread has used, in ns, at the precision of the kernel's ticks.
 * Returns false when there is no such thread.
 */
bool host_thread_used(pid_t pid, pid_t tid, uint64_t *ns);

/* How often a thread has gone to sleep. Returns false when there is no such thread. */
bool host_thread_waits(pid_t tid, uint64_t *waits);

/* Bytes for a list of CPUs. */
#define HOST_CPUS_SIZE 128

/*
 * Write the CPUs that a thread may run on into text, as "0-3,8"; one that is too long
 * ends with "...". Empty when the thread has ended.
 */
void host_thread_cpus(pid_t tid, char text[HOST_CPUS_SIZE]);

/* The lcore of the worker thread with this name, in any release of DPDK; -1: none. */
int host_lcore_of_thread(const char *name);

/* Bytes of a wait channel with the NUL. */
#define HOST_WCHAN_SIZE 40

struct host_thread {
	pid_t tid;
	char name[HOST_THREAD_NAME_SIZE]; /* any bytes */
	char state;                       /* as in /proc/PID/stat: 'R', 'S', 'T' */
	int cpu;                          /* where it runs or ran last; -1: not known */
	uint64_t run_ns;                  /* how long it has run, in all */
	uint64_t waits;                   /* host_thread_waits() */
	char cpus[HOST_CPUS_SIZE];        /* host_thread_cpus() */
	char wchan[HOST_WCHAN_SIZE];      /* where in the kernel it waits, or "" */
	/*
	 * The system call that it is in; sp and pc are its registers then. A thread that
	 * runs is in none, and neither is one whose file may not be read.
	 */
	bool is_in_call;
	bool is_running;
	long call; /* its number; below 0: it waits outside of a system call */
	uint64_t args[6], sp, pc;
};

/* Look at a thread. False if it is gone. */
bool host_look_at_thread(pid_t pid, pid_t tid, struct host_thread *thread);

/* Look anew at its system call alone, which changes fastest. False if it is gone. */
bool host_look_at_call(pid_t pid, struct host_thread *thread);

enum host_role {
	HOST_ROLE_OTHER,
	HOST_ROLE_MAIN,
	HOST_ROLE_LCORE,
	HOST_ROLE_MP, /* rte_mp */
	HOST_ROLE_INTERRUPTS,
	HOST_ROLE_TELEMETRY,
	HOST_ROLE_VHOST,
	HOST_ROLE_PDUMP,
};

/* What EAL of any release has a thread for, by its name. */
enum host_role host_role_of_thread(pid_t pid, pid_t tid, const char *name);

#endif
