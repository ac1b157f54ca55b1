/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Reads /proc/PID/maps. */

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/sysmacros.h>
#include <sys/types.h>
#include <unistd.h>

#include "host/maps.h"
#include "host/process.h"

/*
 * A question about a process's mappings, to its /proc/PID/maps: the first one at addr or
 * above it, of those that the flags ask for. As in linux/fs.h from Linux 6.11 on; other
 * kernels know no such ioctl.
 */
struct maps_query {
	uint64_t size; /* of this struct */
	uint64_t flags, addr;
	uint64_t from, to, rights, page_size, offset, inode;
	uint32_t major_number, minor_number;
	uint32_t path_size, build_id_size; /* of the buffers: in, of what is there: out */
	uint64_t path_addr, build_id_addr;
};

#define MAPS_QUERY _IOWR('f', 17, struct maps_query)

/* Flags and rights of a query. */
#define MAPS_READABLE 0x01
#define MAPS_WRITABLE 0x02
#define MAPS_EXECUTABLE 0x04
#define MAPS_SHARED 0x08
#define MAPS_OR_NEXT 0x10
#define MAPS_OF_FILES 0x20

/* Fill deleted and path from what the kernel calls the mapped file. */
static void
set_path(struct host_mapping *mapping, const char *path, size_t length)
{
	static const char deleted[] = " (deleted)";
	const size_t extra = sizeof(deleted) - 1;

	mapping->deleted = path[0] == '/' && length > extra &&
		memcmp(path + length - extra, deleted, extra) == 0;
	if (mapping->deleted)
		length -= extra;
	snprintf(mapping->path, sizeof(mapping->path), "%.*s", (int)length, path);
}

/* Read a line; false if it is none. */
static bool
parse_mapping(const char *line, struct host_mapping *mapping)
{
	unsigned int major_number, minor_number;
	unsigned long long inode;
	char rights[5];
	const char *path;
	int at = 0;

	if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %4s %" SCNx64 " %x:%x %llu%n",
		    &mapping->from, &mapping->to, rights, &mapping->offset, &major_number,
		    &minor_number, &inode, &at) != 7)
		return false;
	path = line + at + strspn(line + at, " ");
	mapping->readable = rights[0] == 'r';
	mapping->writable = rights[1] == 'w';
	mapping->executable = rights[2] == 'x';
	mapping->shared = rights[3] == 's';
	mapping->device = makedev(major_number, minor_number);
	mapping->inode = inode;
	set_path(mapping, path, strcspn(path, "\n"));
	return true;
}

/* What a walk looks for, and whom it calls for each, until that returns false. */
struct walk {
	const char *part; /* of a line or path; NULL: all, also of what is no file's */
	bool shared;      /* only what is mapped so */
	uint64_t end;     /* only what begins below this address; 0: wherever */
	bool (*take)(const struct host_mapping *mapping, void *ctx);
	void *ctx;
};

/* Returns false if they cannot be read. Closes maps. */
static bool
walk_lines(FILE *maps, const struct walk *walk)
{
	char line[PATH_MAX + 128];
	struct host_mapping mapping;
	bool readable;

	while (fgets(line, sizeof(line), maps) != NULL) {
		if (walk->end != 0 && strtoull(line, NULL, 16) >= walk->end)
			break;
		if (walk->part != NULL && strstr(line, walk->part) == NULL)
			continue;
		if (parse_mapping(line, &mapping) &&
			(walk->part == NULL || mapping.path[0] == '/') &&
			(!walk->shared || mapping.shared) &&
			!walk->take(&mapping, walk->ctx))
			break;
	}
	readable = !ferror(maps);
	fclose(maps);
	return readable;
}

static bool
walk_all_lines(pid_t pid, const struct walk *walk)
{
	char path[HOST_PROC_SIZE];
	FILE *maps = pid > 0 ? fopen(host_proc_path(pid, "maps", path), "re") : NULL;

	return maps != NULL && walk_lines(maps, walk);
}

bool
host_walk_maps(
	pid_t pid, bool (*take)(const struct host_mapping *mapping, void *ctx), void *ctx)
{
	return walk_all_lines(
		pid, &(struct walk){ .part = "/", .take = take, .ctx = ctx });
}

bool
host_walk_all_maps(
	pid_t pid, bool (*take)(const struct host_mapping *mapping, void *ctx), void *ctx)
{
	return walk_all_lines(pid, &(struct walk){ .take = take, .ctx = ctx });
}

/*
 * Walk the shared mappings of files. Returns 0, or a negative errno: -ENOTTY if the
 * kernel takes no questions.
 */
static int
walk_queries(int maps, const struct walk *walk)
{
	char path[PATH_MAX + 16];
	struct host_mapping mapping;
	struct maps_query query = {
		.size = sizeof(query),
		.flags = MAPS_OR_NEXT | MAPS_OF_FILES | MAPS_SHARED,
		.path_addr = (uintptr_t)path,
	};

	do {
		query.path_size = sizeof(path);
		if (ioctl(maps, MAPS_QUERY, &query) < 0)
			/* No more of them, or no more of the process. */
			return errno == ENOENT || errno == ESRCH ? 0 : -errno;
		query.addr = query.to;
		path[sizeof(path) - 1] = '\0';
		mapping = (struct host_mapping){
			.from = query.from,
			.to = query.to,
			.offset = query.offset,
			.device = makedev(query.major_number, query.minor_number),
			.inode = query.inode,
			.readable = (query.rights & MAPS_READABLE) != 0,
			.writable = (query.rights & MAPS_WRITABLE) != 0,
			.executable = (query.rights & MAPS_EXECUTABLE) != 0,
			.shared = true,
		};
		set_path(&mapping, path, strlen(path));
	} while (strstr(path, walk->part) == NULL || mapping.path[0] != '/' ||
		walk->take(&mapping, walk->ctx));
	return 0;
}

bool
host_walk_shared_maps(pid_t pid, const char *part, uint64_t end,
	bool (*take)(const struct host_mapping *mapping, void *ctx), void *ctx)
{
	const struct walk walk = {
		.part = part, .shared = true, .end = end, .take = take, .ctx = ctx
	};
	char path[HOST_PROC_SIZE];
	int maps, ret;

	if (pid <= 0)
		return false;
	if (end != 0)
		return walk_all_lines(pid, &walk);
	maps = open(host_proc_path(pid, "maps", path), O_RDONLY | O_CLOEXEC);
	if (maps < 0)
		return false;
	ret = walk_queries(maps, &walk);
	close(maps);
	if (ret == -ENOTTY)
		return walk_all_lines(pid, &walk);
	errno = -ret;
	return ret == 0;
}

int
host_maps_mention(pid_t pid, const char *text)
{
	char path[HOST_PROC_SIZE], block[16384];
	size_t kept = 0, length = strlen(text);
	int fd, ret = 0;
	ssize_t n = 0;

	fd = open(host_proc_path(pid, "maps", path), O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	while (ret == 0 && (n = read(fd, block + kept, sizeof(block) - kept)) > 0) {
		size_t bytes = kept + n;

		ret = memmem(block, bytes, text, length) != NULL;
		/* A text may lie over the end of what was read. */
		kept = bytes < length ? bytes : length - 1;
		memmove(block, block + bytes - kept, kept);
	}
	if (n < 0)
		ret = -errno;
	close(fd);
	return ret;
}
