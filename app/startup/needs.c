/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* What a start needs of the host: memory, hugepages, descriptors. */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <rte_common.h>

#include "base/exit.h"
#include "host/hugepages.h"
#include "host/process.h"
#include "startup/eal_options.h"
#include "startup/needs.h"
#include "startup/options.h"
#include "startup/refuse.h"

/*
 * Bytes of hugepages that a primary takes: for EAL itself, and for each secondary two
 * rings of 256 slots (CHANNEL_DEPTH of ring/channel.h) of 1088 bytes, with 512 bytes
 * for the header of each ring.
 */
#define EAL_MEMORY (8 * HOST_MIB)
#define PAIR_MEMORY (UINT64_C(2) * (256 * 1088 + 512))

/*
 * Open descriptors: 22 of EAL alone (counted, with 0 to 2), 20 of mpsh, and for each peer
 * an eventfd and a pidfd. EAL also keeps one open for each hugepage, here taken as 2 MiB.
 */
#define EAL_DESCRIPTORS 22
#define OWN_DESCRIPTORS 20
#define PEER_DESCRIPTORS 2
#define PAGE_OF_A_DESCRIPTOR (2 * HOST_MIB)

/*
 * Bytes of EAL's files in the runtime directory: for each NUMA node four lists of 8192
 * pages of 2 MiB (RTE_MAX_MEM_MB_PER_TYPE over RTE_MAX_MEM_MB_PER_LIST, rte_config.h),
 * 388 KiB each, which a secondary copies; and the configuration and the list of memzones.
 */
#define NODE_FILES (UINT64_C(4) * 388 * 1024)
#define OTHER_FILES (UINT64_C(256) * 1024)

uint64_t
preflight_memory(const struct options *options)
{
	uint64_t needed = EAL_MEMORY + options->max_peers * PAIR_MEMORY;

	if (options->memory_mib >= UINT64_MAX / HOST_MIB)
		return UINT64_MAX;
	return RTE_MAX(needed, options->memory_mib * HOST_MIB);
}

void
needs_setup_command(
	uint64_t used, uint64_t needed, bool is_mounted, char *text, size_t size)
{
	uint64_t unit = RTE_MAX(64 * HOST_MIB, host_page_size());
	uint64_t bytes;

	if (needed > UINT64_MAX / 2 - used) {
		snprintf(text, size, "ask for less with -m");
		return;
	}
	bytes = (used + needed + unit - 1) / unit * unit;
	snprintf(text, size, "%sdpdk-hugepages.py --%s %" PRIu64 "M", host_as_root(),
		is_mounted && used != 0 ? "reserve" : "setup", bytes / HOST_MIB);
}

/* Where a hugetlbfs is mounted that takes no page more (size=, nr_inodes=), or NULL. */
static const char *
find_full_mount(const struct host_hugepages *hugepages)
{
	struct statvfs room;
	unsigned int i;

	for (i = 0; i < hugepages->n_mounts; i++)
		if (statvfs(hugepages->mounts[i].dir, &room) == 0 &&
			((room.f_blocks != 0 && room.f_bavail == 0) ||
				(room.f_files != 0 && room.f_ffree == 0)))
			return hugepages->mounts[i].dir;
	return NULL;
}

const char *
needs_more_memory(const struct options *options, char *text, size_t size)
{
	const uint64_t needed = preflight_memory(options);
	struct host_hugepages hugepages;
	const char *full;

	host_look_at_hugepages(options->huge_dir, needed, &hugepages);
	full = find_full_mount(&hugepages);
	if (hugepages.free_bytes < needed)
		needs_setup_command(0, needed, true, text, size);
	else if (full != NULL)
		snprintf(text, size,
			"%s takes no more hugepages: mount it larger, or another: "
			"%sdpdk-hugepages.py --mount",
			full, host_as_root());
	else
		snprintf(text, size,
			"%" PRIu64 " MiB are free: ask for them with -m %" PRIu64
			" or --socket-mem, or leave --legacy-mem and --socket-limit out",
			hugepages.free_bytes / HOST_MIB, (needed - 1) / HOST_MIB + 1);
	return text;
}

int
refuse_no_mount(uint64_t needed, struct refusal *refusal)
{
	uint64_t size = host_page_size();
	char command[96], make[64] = "";
	struct stat st;

	/* Without enough pages a mount is of no use; --setup does both. */
	if (size == 0 || host_free_pages(size) * size < needed) {
		needs_setup_command(0, needed, false, command, sizeof(command));
		return refuse(refusal,
			"hugetlbfs is not mounted and there are too few hugepages\n%s",
			command);
	}
	if (stat("/dev/hugepages", &st) < 0)
		snprintf(
			make, sizeof(make), "%smkdir /dev/hugepages && ", host_as_root());
	return refuse(refusal,
		"hugetlbfs is not mounted\n%s%smount -t hugetlbfs nodev /dev/hugepages",
		make, host_as_root());
}

static int
refuse_huge_dir(const struct options *options, const struct host_hugepages *hugepages,
	struct refusal *refusal)
{
	const char *dir = options->huge_dir;
	struct stat st;

	refuse(refusal, "--huge-dir %s: %s\nuse --huge-dir %s", dir,
		stat(dir, &st) < 0 || !S_ISDIR(st.st_mode)
			? "no such directory"
			: "it lies on no hugetlbfs mount",
		hugepages->any_dir);
	refusal->code = EXIT_WRONG_USAGE;
	return refusal->code;
}

int
preflight_check_pages(const struct options *options,
	const struct host_hugepages *hugepages, struct refusal *refusal)
{
	uint64_t needed = preflight_memory(options);
	uint64_t used = hugepages->all_bytes -
		RTE_MIN(hugepages->all_bytes, hugepages->free_bytes);
	uint64_t spare = hugepages->free_bytes;
	char command[96], fewer[64] = "";

	if (spare >= needed)
		return 0;
	needs_setup_command(
		used, needed, hugepages->is_mounted, command, sizeof(command));
	if (spare == 0)
		return refuse(refusal, "no free hugepages%s\n%s",
			hugepages->all_bytes == 0 ? ": none are reserved"
						  : ": all are in use",
			command);
	if (needed == EAL_MEMORY + options->max_peers * PAIR_MEMORY &&
		spare >= EAL_MEMORY + PAIR_MEMORY)
		snprintf(fewer, sizeof(fewer), ", or use --max-peers %" PRIu64,
			(spare - EAL_MEMORY) / PAIR_MEMORY);
	return refuse(refusal,
		"too few free hugepages: %" PRIu64 " MiB are free, mpsh needs %" PRIu64
		" MiB\n%s%s",
		spare / HOST_MIB, needed / HOST_MIB + (needed % HOST_MIB != 0), command,
		fewer);
}

int
preflight_check_access(const struct host_hugepages *hugepages, struct refusal *refusal)
{
	char owner[64];
	struct stat st;
	unsigned int i;

	for (i = 0; i < hugepages->n_mounts; i++) {
		const char *dir = hugepages->mounts[i].dir;

		if (faccessat(AT_FDCWD, dir, R_OK | W_OK | X_OK, AT_EACCESS) == 0)
			continue;
		if (errno == EROFS)
			return refuse(refusal,
				"%s is mounted read-only\n%smount -o remount,rw %s", dir,
				host_as_root(), dir);
		if (stat(dir, &st) < 0)
			return refuse(refusal,
				"not permitted: no access to %s\nrun mpsh as root: sudo "
				"mpsh",
				dir);
		return refuse(refusal,
			"not permitted: %s belongs to %s\n"
			"run mpsh as root (sudo mpsh), or: sudo chown %u %s",
			dir, host_user_name(st.st_uid, owner, sizeof(owner)),
			(unsigned int)geteuid(), dir);
	}
	return 0;
}

int
preflight_check_mount(const struct options *options,
	const struct host_hugepages *hugepages, uint64_t needed, struct refusal *refusal)
{
	struct stat st;

	if (!hugepages->is_mounted)
		return refuse_no_mount(needed, refusal);
	if (hugepages->n_mounts == 0 ||
		(options->huge_dir != NULL && stat(options->huge_dir, &st) < 0))
		return refuse_huge_dir(options, hugepages, refusal);
	return 0;
}

int
needs_check_hugepages(const struct options *options, struct refusal *refusal)
{
	uint64_t needed = preflight_memory(options);
	struct host_hugepages hugepages;
	int ret;

	host_look_at_hugepages(options->huge_dir, needed, &hugepages);
	ret = preflight_check_mount(options, &hugepages, needed, refusal);
	if (ret == 0)
		ret = preflight_check_access(&hugepages, refusal);
	if (ret == 0)
		ret = preflight_check_pages(options, &hugepages, refusal);
	return ret;
}

/* ---- the runtime directory ---- */

/* The number of NUMA nodes, at least 1. */
static unsigned int
count_nodes(void)
{
	unsigned int n = 0;
	char path[64];

	do
		snprintf(path, sizeof(path), "/sys/devices/system/node/node%u", n++);
	while (access(path, F_OK) == 0);
	return n > 1 ? n - 1 : 1;
}

/* Bytes that the files there take: a primary's are written anew, in their place. */
static uint64_t
bytes_of_files(const char *dir)
{
	const struct dirent *entry;
	uint64_t bytes = 0;
	struct stat st;
	DIR *stream = opendir(dir);

	while (stream != NULL && (entry = readdir(stream)) != NULL)
		if (fstatat(dirfd(stream), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0)
			bytes += S_ISREG(st.st_mode) ? (uint64_t)st.st_blocks * 512 : 0;
	if (stream != NULL)
		closedir(stream);
	return bytes;
}

int
needs_check_room(const char *runtime_dir, bool is_primary, struct refusal *refusal)
{
	uint64_t needed = (is_primary ? OTHER_FILES : 0) + count_nodes() * NODE_FILES;
	uint64_t room;
	char path[PATH_MAX];
	struct statvfs fs;

	snprintf(path, sizeof(path), "%s", runtime_dir);
	while (statvfs(path, &fs) < 0) {
		char *slash = strrchr(path, '/');

		if (slash == NULL || slash == path)
			return 0;
		*slash = '\0';
	}
	room = (uint64_t)fs.f_bavail * fs.f_frsize;
	if (room >= needed ||
		(is_primary && room + bytes_of_files(runtime_dir) >= needed))
		return 0;
	return refuse(refusal,
		"no room in %s: %" PRIu64 " KiB are free, EAL's files take %" PRIu64
		" KiB\n"
		"free some, or set RUNTIME_DIRECTORY to a directory with room",
		path, room >> 10, needed >> 10);
}

/* ---- descriptors ---- */

/*
 * Count the descriptors from 3 up that this process inherited at exec. Only those below
 * 1024 are looked at; higher ones are unusual.
 */
static unsigned int
inherited_descriptors(uint64_t limit)
{
	struct pollfd fds[1024];
	unsigned int i, n = RTE_MIN(limit, (uint64_t)RTE_DIM(fds)), found = 0;

	for (i = 0; i < n; i++)
		fds[i] = (struct pollfd){ .fd = i };
	if (poll(fds, n, 0) < 0)
		return 0;
	for (i = STDERR_FILENO + 1; i < n; i++)
		found += (fds[i].revents & POLLNVAL) == 0;
	return found;
}

uint64_t
preflight_descriptors(unsigned int peers)
{
	uint64_t needed = EAL_DESCRIPTORS + OWN_DESCRIPTORS + PEER_DESCRIPTORS * peers +
		peers * PAIR_MEMORY / PAGE_OF_A_DESCRIPTOR;
	struct rlimit rlimit;

	if (getrlimit(RLIMIT_NOFILE, &rlimit) < 0)
		return needed;
	return needed + inherited_descriptors(rlimit.rlim_cur);
}

void
needs_open_standard(void)
{
	/* What cannot be read or written is an error only for who reads or writes it. */
	static const int flags[] = { O_WRONLY, O_RDONLY, O_RDWR };
	int fd;

	for (fd = 0; fd <= 2; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			open("/dev/null", flags[fd]);
}

int
needs_check_descriptors(unsigned int peers, struct refusal *refusal)
{
	uint64_t needed = preflight_descriptors(peers), limit;
	struct rlimit rlimit;

	if (getrlimit(RLIMIT_NOFILE, &rlimit) < 0)
		return 0;
	limit = rlimit.rlim_cur;
	if (limit < needed && rlimit.rlim_max > rlimit.rlim_cur) {
		rlimit.rlim_cur = rlimit.rlim_max;
		if (setrlimit(RLIMIT_NOFILE, &rlimit) == 0)
			limit = rlimit.rlim_cur;
	}
	if (limit >= needed)
		return 0;
	return refuse(refusal,
		"too few descriptors: %" PRIu64 " may be open, mpsh needs %" PRIu64
		": %s%" PRIu64,
		limit, needed,
		geteuid() == 0 ? "ulimit -n " : "sudo prlimit --pid $$ --nofile=",
		RTE_MAX(needed * 2, UINT64_C(1024)));
}

int
needs_check_proc(struct refusal *refusal)
{
	if (host_has_proc())
		return 0;
	return refuse(refusal, "/proc is not mounted here: %smount -t proc proc /proc",
		host_as_root());
}
