/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The host that the tests of a start need: a runtime directory, processes that hold it.
 */

#ifndef MPSH_START_FIXTURE_H
#define MPSH_START_FIXTURE_H

#include <stdint.h>
#include <sys/types.h>

#include "startup/options.h"
#include "startup/preflight.h"
#include "startup/refuse.h"

extern char base[64];        /* $RUNTIME_DIRECTORY of the test */
extern char runtime_dir[96]; /* base/dpdk/rte */
extern struct options options;

/* A new, empty base and the options of a start without any; cmocka's fixtures. */
int setup(void **state);
int teardown(void **state);

/* ---- the host ---- */

void make_runtime_dir(void);
int open_in_runtime_dir(const char *name);
void write_config(uint32_t magic, uint32_t version);

/* A number of /proc/meminfo, as "HugePages_Free:". */
unsigned long meminfo(const char *name);

/* Skip the test on a host where no primary could start: without hugetlbfs or free pages.
 */
void need_hugepages(void);
void need_root(void);

/* Change this process; 0, or -1 if it may not. */
int become_nobody(void);
int own_mounts(void);

/* ---- other processes ---- */

/* Start body in a child, and return when the child has called ready(). */
pid_t start(void (*body)(const void *), const void *arg);
void ready(void);
void end(pid_t pid);
void stop(pid_t pid);

/* A process that locks the config as a primary does. */
pid_t start_primary(uint32_t magic, uint32_t version);

/* A body: holds the file of that name as a secondary of an earlier primary does. */
void be_holder(const void *arg);

/* A body: calls act(pid) when path has been read twice, as a check that polls does. */
struct later {
	const char *path;
	void (*act)(pid_t pid);
	pid_t pid;
};

void act_later(const void *arg);

/* ---- checks ---- */

struct outcome {
	int ret;
	struct preflight preflight;
	struct refusal refusal;
};

/* preflight_check() of options. */
void check(struct outcome *outcome);

/* The same in a child that change() has made different; skips if change() returns -1. */
void check_in_child(int (*change)(void), struct outcome *outcome);

/* One or two lines, neither empty, no newline at the end. */
void assert_shape(const char *error);
void assert_has(const char *error, const char *words);
void assert_refused(const struct outcome *outcome);
void assert_accepted(const struct outcome *outcome);

/* "pid N" and the rest. The text is good until the next call. */
const char *pid_words(pid_t pid, const char *rest);

#endif
