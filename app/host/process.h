/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * Processes of this host: user, name, state, namespaces. The files of host/ only look:
 * they change nothing on the host and send nothing. Any thread, unless said otherwise.
 */

#ifndef MPSH_HOST_PROCESS_H
#define MPSH_HOST_PROCESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * Write the user's name, or "user 65534" without one, into name, cut to size bytes.
 * Returns name. Main thread, since getpwuid() has a static buffer.
 */
const char *host_user_name(uid_t uid, char *name, size_t size);

/* What stands before a command that only root may run: "sudo ", or "" for root. */
const char *host_as_root(void);

/* The pid of a process that is in no PID namespace that can be seen from here. */
#define HOST_PID_UNSEEN (-1)

/*
 * A pid as text, "-" for one that cannot be seen. Returned by value:
 * host_pid_text(pid).text is valid until the end of the statement.
 */
struct host_pid_text {
	char text[16];
};

struct host_pid_text host_pid_text(pid_t pid);

/* Is /proc mounted, so that it has this process? Needs no descriptor. */
bool host_has_proc(void);

/* Bytes of a path in /proc, and of a name in it, with the NUL. */
#define HOST_PROC_SIZE 96

/*
 * Write the path of a file of a process in /proc into path. This process is always
 * found, also where /proc is that of another PID namespace. Returns path.
 */
const char *host_proc_path(pid_t pid, const char *file, char path[HOST_PROC_SIZE]);

/*
 * A path of a process as /proc shows it here, as in its mappings, as the process itself
 * has it: in another mount namespace the former begins with the root that chroot() gave
 * it. Returns the part of path that lies below that root; behind /proc/PID/root it can be
 * opened from anywhere. pid 0: this process's own, which is path.
 */
const char *host_path_below_root(pid_t pid, const char *path);

/* The state letter in /proc/PID/stat ('T': stopped); 0 if the process is gone. */
char host_process_state(pid_t pid);

/*
 * Write the command's name from /proc/PID/comm into name, with '?' for what is not
 * printable ASCII; "?" if the process is gone.
 */
void host_process_name(pid_t pid, char name[16]);

/*
 * Write what stands behind a label ("NSpid:") of /proc/PID/status, of a process or a
 * thread, into value, without the blanks before it. False if it is gone, or there is no
 * such label.
 */
bool host_status_text(pid_t pid, const char *label, char *value, size_t size);

/* The number ("Tgid:") or the set of bits ("SigPnd:") behind a label there; 0: none. */
int host_status_number(pid_t pid, const char *label);
uint64_t host_status_bits(pid_t pid, const char *label);

/*
 * The number that a thread or a process has in its own PID namespace: tid itself where
 * that is the one of /proc here, or when it is gone.
 */
pid_t host_inner_id(pid_t tid);

/* Is the process stopped, by a signal or a debugger? */
bool host_is_stopped(pid_t pid);

/*
 * Write "pid 4242 (mpsh, stopped)" or "pid 4242 (gone)" into text, cut to size bytes.
 * pid 0 stands for a process that has ended since. Returns text.
 */
const char *host_describe_process(pid_t pid, char *text, size_t size);

enum host_namespace {
	HOST_SAME,
	HOST_OTHER,
	HOST_UNKNOWN, /* the process is gone or belongs to another user */
};

/* Is this process in the same namespace of a kind ("pid", "mnt", "ipc", "net") as pid? */
enum host_namespace host_compare_namespace(pid_t pid, const char *kind);

/* The inode of this process's namespace of a kind, which is its name; 0: not known. */
uint64_t host_own_namespace(const char *kind);

/*
 * Read the first size - 1 bytes of a small file into text, NUL-terminated. Returns
 * their number or a negative errno.
 */
ssize_t host_read_text(const char *path, char *text, size_t size);

#endif
