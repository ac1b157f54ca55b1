/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Checks before rte_eal_init() whether this process can start, and in which role. */

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <rte_common.h>
#include <rte_memory.h>

#include "host/holders.h"
#include "host/hugepages.h"
#include "host/lists.h"
#include "host/map_files.h"
#include "host/process.h"
#include "host/runtime.h"
#include "host/sockets.h"
#include "startup/needs.h"
#include "startup/options.h"
#include "startup/preflight.h"
#include "startup/refuse.h"
#include "startup/waiting.h"

/* Without -w: how long to wait for a primary that is starting or stopped. */
#define ANSWER_MS 10000

/* How long a primary may leave its rte_mp socket full. */
#define DEAF_MS 7900

/* How long the secondaries of a primary that has ended may hold its memory lists. */
#define HOLDERS_MS 1000
#define POLL_MS 20

/* How long two processes of a group may have different pages mapped. */
#define MAPPED_MS 200

static uint64_t
now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void
pause_ms(unsigned int ms)
{
	struct timespec ts = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L };

	nanosleep(&ts, NULL);
}

uint64_t
preflight_attach_ms(const struct options *options)
{
	if (!options->has_wait)
		return ANSWER_MS;
	return RTE_MIN(RTE_MAX(options->wait_s, 1u), UINT32_MAX / 1000) * 1000;
}

/* ---- the runtime directory ---- */

/*
 * Check that the path of an rte_mp socket fits in a struct sockaddr_un. EAL cuts a longer
 * path without an error, and then the processes do not find each other.
 */
static int
check_length(const struct options *options, struct refusal *refusal)
{
	static const char socket_name[] = "/mp_socket_4194304_ffffffffffffffff";
	struct sockaddr_un address;
	const char *variable;
	size_t length;

	length = strlen(host_runtime_base(&variable)) + strlen("/dpdk/") +
		strlen(options->file_prefix);
	if (length + sizeof(socket_name) <= sizeof(address.sun_path))
		return 0;
	return refuse(refusal,
		"the runtime directory's path is %zu bytes, the limit is %zu (its "
		"sockets' names)\n"
		"use a shorter --file-prefix%s%s",
		length, sizeof(address.sun_path) - sizeof(socket_name),
		variable != NULL ? ", or a shorter $" : "",
		variable != NULL ? variable : "");
}

/* Returns 0 if path is a directory that can be used and written, else an errno. */
static int
directory_problem(const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return errno;
	if (!S_ISDIR(st.st_mode))
		return ENOTDIR;
	if (faccessat(AT_FDCWD, path, R_OK | W_OK | X_OK, AT_EACCESS) < 0)
		return errno;
	return 0;
}

/*
 * Can EAL create the runtime directory and its files? EAL creates at most the last two
 * parts of the path (dpdk/PREFIX), so the deepest directory of the path that exists must
 * be writable. Creates nothing.
 */
static int
check_runtime_dir(const char *runtime_dir, struct refusal *refusal)
{
	char path[PATH_MAX];
	unsigned int part;
	struct stat st;
	int problem;

	snprintf(path, sizeof(path), "%s/config", runtime_dir);
	if (stat(path, &st) == 0 &&
		faccessat(AT_FDCWD, path, R_OK | W_OK, AT_EACCESS) < 0)
		return refuse_directory(path, errno, refusal);

	for (part = 0; part < 3; part++) {
		*strrchr(path, '/') = '\0';
		if (path[0] == '\0')
			strcpy(path, "/");
		problem = directory_problem(path);
		/* ENOTDIR without a file at path: a parent is not a directory, which the
		 * next turn finds. */
		if ((problem == ENOENT || problem == ENOTDIR) && part < 2 &&
			stat(path, &st) < 0)
			continue;
		break;
	}
	return problem == 0 ? 0 : refuse_directory(path, problem, refusal);
}

int
preflight_check_directory(const struct options *options, struct refusal *refusal)
{
	char runtime_dir[sizeof(((struct preflight *)NULL)->runtime_dir)];
	int ret;

	ret = check_length(options, refusal);
	if (ret != 0)
		return ret;
	host_runtime_dir(options->file_prefix, runtime_dir, sizeof(runtime_dir));
	return check_runtime_dir(runtime_dir, refusal);
}

/* For choose_role(): for whom it waits, and how long. */
static void
say_waiting(
	const struct options *options, uint64_t seconds, const struct host_config *look)
{
	char who[80];

	if (!look->locked)
		waiting_for("waiting up to %" PRIu64
			    " s for a primary under the prefix %s",
			seconds, options->file_prefix);
	else
		waiting_for("waiting up to %" PRIu64 " s for the primary, %s", seconds,
			host_describe_process(look->pid, who, sizeof(who)));
}

/*
 * Decide whether this process becomes primary or secondary, and wait while the primary is
 * starting or stopped. A secondary must not call rte_eal_init() before the primary's
 * config is complete: it would spin for ever if the primary died in its start (fact 6 of
 * app/README.md).
 */
static int
choose_role(const struct options *options, struct preflight *preflight,
	struct refusal *refusal)
{
	enum role_wish wish = options->has_wait ? WISH_SECONDARY : options->wish;
	uint64_t limit_ms = ANSWER_MS;
	struct host_config look;
	uint64_t start_ms = now_ms();

	if (options->has_wait)
		limit_ms = options->wait_s < UINT64_MAX / 1000 ? options->wait_s * 1000
							       : UINT64_MAX;
	for (;;) {
		host_look_at_config(preflight->runtime_dir, &look);
		preflight->is_primary = false;
		preflight->primary_pid = look.locked ? look.pid : 0;

		if (look.error != 0 && look.error != ENOENT) {
			int ret = check_runtime_dir(preflight->runtime_dir, refusal);

			return ret != 0 ? ret
					: refuse_directory(preflight->runtime_dir,
						  look.error, refusal);
		}
		if (!look.locked && wish == WISH_AUTO && options->is_batch)
			return refuse_to_found(options, refusal);
		if (!look.locked && wish != WISH_SECONDARY) {
			preflight->is_primary = true;
			return 0;
		}
		if (!look.locked && !options->has_wait)
			return refuse_no_primary(
				options, preflight->runtime_dir, refusal);
		if (look.locked && wish == WISH_PRIMARY)
			return refuse_other_primary(options, look.pid, refusal);
		if (look.locked && look.complete) {
			if (host_is_own_version(look.version)) {
				if (!host_is_stopped(look.pid))
					return 0;
			} else if (!options->has_wait) {
				return refuse_version(&look, refusal);
			}
		}

		if (now_ms() - start_ms >= limit_ms)
			break;
		say_waiting(options, limit_ms / 1000, &look);
		pause_ms(POLL_MS);
	}
	if (!look.locked)
		return refuse_no_primary(options, preflight->runtime_dir, refusal);
	if (look.complete && !host_is_own_version(look.version))
		return refuse_version(&look, refusal);
	return refuse_no_answer(limit_ms / 1000, look.pid, refusal);
}

/*
 * Wait until no process holds an earlier primary's memory lists. Returns 0; -EAGAIN if
 * another process has become primary meanwhile; or the exit code with *refusal.
 */
static int
check_holders(const char *runtime_dir, struct refusal *refusal)
{
	uint64_t start_ms = now_ms();
	struct host_holders holders;

	while (host_lists_are_held(runtime_dir)) {
		holders.n = 0;
		host_find_lock_holders(runtime_dir, &holders);
		if (holders.n == 0)
			return 0;
		if (host_primary(runtime_dir) != 0)
			return -EAGAIN;
		if (now_ms() - start_ms >= HOLDERS_MS)
			return refuse_holders(&holders, refusal);
		pause_ms(POLL_MS);
	}
	return 0;
}

/*
 * A primary takes the prefix's hugepage files, or removes them. Those that another
 * process holds are of a group with another runtime directory: nothing of it must be
 * touched. A process that is ending just now holds them a little longer than the prefix.
 */
static int
check_map_files_are_free(
	const struct options *options, const char *runtime_dir, struct refusal *refusal)
{
	uint64_t start_ms = now_ms();
	struct host_hugepages hugepages;
	pid_t pid;

	host_look_at_hugepages(options->huge_dir, 0, &hugepages);
	while (host_map_files_are_held(&hugepages, options->file_prefix, &pid)) {
		/* Perhaps they are of a primary that has started just now. */
		if (host_primary(runtime_dir) != 0)
			return -EAGAIN;
		if (now_ms() - start_ms >= HOLDERS_MS)
			return refuse_held_map_files(options, pid, refusal);
		pause_ms(POLL_MS);
	}
	return 0;
}

/* Does any process hold hugepage files of the prefix on the mounts of this one? */
static bool
are_held_here(const struct options *options)
{
	struct host_hugepages hugepages;
	pid_t pid;

	host_look_at_hugepages(options->huge_dir, 0, &hugepages);
	return host_map_files_are_held(&hugepages, options->file_prefix, &pid);
}

int
preflight_check_map_files(
	const struct options *options, pid_t primary_pid, struct refusal *refusal)
{
	switch (host_look_at_map_files(primary_pid, options->file_prefix)) {
	case HOST_MAPS_GONE:
		return refuse_lost_map_files(primary_pid, refusal);
	case HOST_MAPS_ELSEWHERE:
		return refuse_other_mount(options, primary_pid, refusal);
	case HOST_MAPS_UNKNOWN:
		/* What it has mapped shows at the files here, or it has mapped others. */
		if (primary_pid != HOST_PID_UNSEEN || are_held_here(options))
			return 0;
		return refuse_other_mount(options, primary_pid, refusal);
	default:
		return 0;
	}
}

/*
 * As preflight_check_map_files(), but a primary that is ending removes its files before
 * it lets go of the prefix: returns -EAGAIN once it has.
 */
static int
wait_map_files(const struct options *options, const struct preflight *preflight,
	struct refusal *refusal)
{
	uint64_t start_ms = now_ms();
	int ret;

	for (;;) {
		ret = preflight_check_map_files(options, preflight->primary_pid, refusal);
		if (ret == 0)
			return 0;
		if (host_primary(preflight->runtime_dir) != preflight->primary_pid)
			return -EAGAIN;
		if (now_ms() - start_ms >= HOLDERS_MS)
			return ret;
		pause_ms(POLL_MS);
	}
}

static int
find_end(const struct rte_memseg_list *list, void *arg)
{
	const uint64_t end = list->addr_64 + list->len;

	if (*(uint64_t *)arg < end)
		*(uint64_t *)arg = end;
	return 0;
}

int
preflight_check_mapped(const struct options *options, const struct preflight *preflight,
	struct refusal *refusal)
{
	pid_t primary_pid = preflight->primary_pid;
	uint64_t end = 0;

	rte_memseg_list_walk(find_end, &end);
	if (host_shares_map_files(primary_pid, options->file_prefix, end, false))
		return 0;
	/* A page that the primary gives back is unmapped in one process after another. */
	pause_ms(MAPPED_MS);
	if (host_shares_map_files(primary_pid, options->file_prefix, end, true))
		return 0;
	if (host_primary(preflight->runtime_dir) != primary_pid)
		return refuse(refusal, "the primary left meanwhile\nstart again");
	return refuse_lost_map_files(primary_pid, refusal);
}

/* ---- all checks ---- */

static int
check_primary(const struct options *options, const struct preflight *preflight,
	struct refusal *refusal)
{
	int ret;

	ret = check_runtime_dir(preflight->runtime_dir, refusal);
	if (ret == 0)
		ret = needs_check_room(
			preflight->runtime_dir, preflight->is_primary, refusal);
	if (ret == 0)
		ret = needs_check_descriptors(options->max_peers, refusal);
	if (ret == 0)
		ret = needs_check_hugepages(options, refusal);
	if (ret == 0)
		ret = check_holders(preflight->runtime_dir, refusal);
	if (ret == 0)
		ret = check_map_files_are_free(options, preflight->runtime_dir, refusal);
	return ret;
}

/*
 * EAL's start in a secondary sends a request to the primary, and waits for ever while its
 * socket is full (fact 2 of app/README.md). So wait here until there is room.
 */
static int
check_primary_reads(const struct options *options, const struct preflight *preflight,
	struct refusal *refusal)
{
	uint64_t start_ms = now_ms(), limit_ms = DEAF_MS;
	char path[PATH_MAX], who[80];

	if (options->has_wait)
		limit_ms = preflight_attach_ms(options);
	snprintf(path, sizeof(path), "%s/mp_socket", preflight->runtime_dir);
	while (host_look_at_socket(path) == HOST_SOCKET_FULL) {
		waiting_for("waiting for the primary, %s, to read its rte_mp socket",
			host_describe_process(preflight->primary_pid, who, sizeof(who)));
		if (now_ms() - start_ms >= limit_ms)
			return refuse_deaf_primary(preflight->primary_pid, refusal);
		pause_ms(POLL_MS);
	}
	return 0;
}

static int
check_secondary(const struct options *options, const struct preflight *preflight,
	struct refusal *refusal)
{
	char path[PATH_MAX];
	struct stat st;
	int ret;

	ret = check_runtime_dir(preflight->runtime_dir, refusal);
	if (ret == 0)
		ret = needs_check_room(
			preflight->runtime_dir, preflight->is_primary, refusal);
	if (ret != 0)
		return ret;
	/* A primary with hugepages writes their sizes into this file for its secondaries
	 * (eal_hugepage_info_init). */
	snprintf(path, sizeof(path), "%s/hugepage_info", preflight->runtime_dir);
	if (stat(path, &st) < 0 && errno == ENOENT)
		return refuse_no_huge_primary(preflight->primary_pid, refusal);
	/* A secondary maps the primary's memory: it needs the mount, but no free page. */
	if (!host_hugetlbfs_is_mounted())
		return refuse_no_mount(0, refusal);
	if (host_lists_are_taken(preflight->runtime_dir))
		return refuse_same_pid(options, preflight->primary_pid, refusal);
	ret = wait_map_files(options, preflight, refusal);
	return ret != 0 ? ret : check_primary_reads(options, preflight, refusal);
}

int
preflight_check(const struct options *options, struct preflight *preflight,
	struct refusal *refusal)
{
	int ret;

	memset(preflight, 0, sizeof(*preflight));
	refusal->code = 0;
	refusal->text[0] = '\0';
	ret = check_length(options, refusal);
	if (ret == 0)
		ret = needs_check_proc(refusal);
	if (ret != 0)
		return ret;
	host_runtime_dir(options->file_prefix, preflight->runtime_dir,
		sizeof(preflight->runtime_dir));
	/* Before the first open(), since the checks below need descriptors themselves. */
	ret = needs_check_descriptors(1, refusal);
	if (ret != 0)
		return ret;
	do {
		ret = choose_role(options, preflight, refusal);
		if (ret != 0)
			return ret;
		ret = preflight->is_primary
			? check_primary(options, preflight, refusal)
			: check_secondary(options, preflight, refusal);
	} while (ret == -EAGAIN);
	return ret;
}
