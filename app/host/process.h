/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * Processes of this host: whose they are, what they are called, how they fare. Looks
 * only: nothing in host/ makes, sends or decides anything. Any thread, unless said
 * otherwise.
 */

#ifndef MPSH_HOST_PROCESS_H
#define MPSH_HOST_PROCESS_H

#include <stdbool.h>
#include <sys/types.h>

/* The user's name, or "user 65534", cut to size bytes; returns name. Main thread
 * (getpwuid). */
const char *host_user_name(uid_t uid, char *name, size_t size);

/* "sudo " in front of a command that only root may run, "" for root. */
const char *host_as_root(void);

/* The letter that /proc/PID/stat gives for the process ('T' stopped), 0 if it is gone. */
char host_process_state(pid_t pid);

/* The command's name in /proc/PID/comm, printable, into name (16 bytes), "?" if it is
 * gone. */
void host_process_name(pid_t pid, char name[16]);

/* Is it stopped, by a signal or a debugger? */
bool host_is_stopped(pid_t pid);

/*
 * "pid 4242 (mpsh, stopped)" or "pid 4242 (gone)", cut to size bytes; pid 0 is one that
 * has ended since, -1 one of another PID namespace. Returns text.
 */
const char *host_describe_process(pid_t pid, char *text, size_t size);

enum host_namespace {
	HOST_SAME,
	HOST_OTHER,
	HOST_UNKNOWN, /* the process is gone, or another user's */
};

/* Is this process in the same namespace of a kind ("pid", "mnt", "ipc", "net") as pid? */
enum host_namespace host_compare_namespace(pid_t pid, const char *kind);

/* The beginning of a small file, NUL-terminated. Returns its length or -errno. */
ssize_t host_read_text(const char *path, char *text, size_t size);

#endif
