/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Why a start is refused, and what to type about it. */

#ifndef MPSH_STARTUP_REFUSE_H
#define MPSH_STARTUP_REFUSE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct host_config;
struct host_holders;
struct options;

/* Why this process does not start: a line that says what is wrong, and mostly a second
 * line that says what to do. */
/* Bytes of a command of refuse_enter() with the NUL. */
#define REFUSE_ENTER_SIZE 512

struct refusal {
	int code; /* the program's exit code */
	char text[1024];
	bool passes; /* by itself: a start anew will not meet it */
};

/* Write the text and EXIT_NOT_STARTED into *refusal. Returns the exit code, as all
 * functions below do. */
int refuse(struct refusal *refusal, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * Print an error of one or two lines on standard error, escaped, as text or JSON: for
 * what is wrong before output_init().
 */
void refuse_print(bool json, const char *error);

/* The runtime directory cannot be used because of path; reason is an errno. */
int refuse_directory(const char *path, int reason, struct refusal *refusal);
int refuse_version(const struct host_config *look, struct refusal *refusal);
int refuse_other_primary(
	const struct options *options, pid_t pid, struct refusal *refusal);
int refuse_no_primary(
	const struct options *options, const char *runtime_dir, struct refusal *refusal);

/* There is no primary, and a batch founds no group of its own accord. */
int refuse_to_found(const struct options *options, struct refusal *refusal);

/* The primary lives, but was starting or stopped for this many seconds. */
int refuse_no_answer(uint64_t seconds, pid_t pid, struct refusal *refusal);

/* It has ended while this process was about to join it. */
int refuse_left_primary(pid_t pid, struct refusal *refusal);

/*
 * The primary's rte_mp socket is full; or EAL's start has not come to its end, since it
 * waits for the primary's rte_mp thread (sleeps), or for a lock.
 */
int refuse_deaf_primary(pid_t pid, struct refusal *refusal);
int refuse_hung_start(bool sleeps, pid_t pid, struct refusal *refusal);

/*
 * The hugepage files of the primary pid are not those of their names here: they were
 * removed or replaced, or are on another mount.
 */
int refuse_lost_map_files(pid_t pid, struct refusal *refusal);
int refuse_other_mount(const struct options *options, pid_t pid, struct refusal *refusal);

/* A process (0: one that cannot be seen) holds the prefix's hugepage files. */
int refuse_held_map_files(
	const struct options *options, pid_t pid, struct refusal *refusal);

/*
 * Write the command that starts mpsh in the namespaces of the primary pid, which may be
 * HOST_PID_UNSEEN. Returns text, cut to size bytes.
 */
const char *refuse_enter(
	const struct options *options, pid_t pid, char *text, size_t size);

/* A process of another PID namespace has this process's pid: host_lists_are_taken(). */
int refuse_same_pid(
	const struct options *options, pid_t primary, struct refusal *refusal);

/* Processes hold the memory lists of an earlier primary (fact 7 of app/README.md). */
int refuse_holders(const struct host_holders *holders, struct refusal *refusal);
int refuse_no_huge_primary(pid_t pid, struct refusal *refusal);

#endif
