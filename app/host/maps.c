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
#include <sys/sysmacros.h>
#include <sys/types.h>
#include <unistd.h>

#include "host/maps.h"
#include "host/process.h"

/* Read a line; false if it is none. */
static bool
parse_mapping(char *line, struct host_mapping *mapping)
{
	static const char deleted[] = " (deleted)";
	unsigned int major_number, minor_number;
	unsigned long long inode;
	char rights[5];
	size_t length;
	char *path;
	int at = 0;

	if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %4s %" SCNx64 " %x:%x %llu%n",
		    &mapping->from, &mapping->to, rights, &mapping->offset, &major_number,
		    &minor_number, &inode, &at) != 7)
		return false;
	path = line + at + strspn(line + at, " ");
	length = strcspn(path, "\n");
	path[length] = '\0';
	mapping->deleted = path[0] == '/' && length >= sizeof(deleted) &&
		strcmp(path + length - (sizeof(deleted) - 1), deleted) == 0;
	if (mapping->deleted)
		path[length - (sizeof(deleted) - 1)] = '\0';
	mapping->readable = rights[0] == 'r';
	mapping->writable = rights[1] == 'w';
	mapping->executable = rights[2] == 'x';
	mapping->shared = rights[3] == 's';
	mapping->device = makedev(major_number, minor_number);
	mapping->inode = inode;
	snprintf(mapping->path, sizeof(mapping->path), "%s", path);
	return true;
}

bool
host_walk_maps_named(pid_t pid, const char *part, uint64_t end,
	bool (*take)(const struct host_mapping *mapping, void *ctx), void *ctx)
{
	char path[HOST_PROC_SIZE], line[PATH_MAX + 128];
	struct host_mapping mapping;
	bool readable;
	FILE *maps;

	maps = pid > 0 ? fopen(host_proc_path(pid, "maps", path), "re") : NULL;
	if (maps == NULL)
		return false;
	while (fgets(line, sizeof(line), maps) != NULL) {
		if (end != 0 && strtoull(line, NULL, 16) >= end)
			break;
		if ((part == NULL || strstr(line, part) != NULL) &&
			parse_mapping(line, &mapping) &&
			(part == NULL || mapping.path[0] == '/') && !take(&mapping, ctx))
			break;
	}
	readable = !ferror(maps);
	fclose(maps);
	return readable;
}

bool
host_walk_maps(
	pid_t pid, bool (*take)(const struct host_mapping *mapping, void *ctx), void *ctx)
{
	return host_walk_maps_named(pid, "/", 0, take, ctx);
}

bool
host_walk_all_maps(
	pid_t pid, bool (*take)(const struct host_mapping *mapping, void *ctx), void *ctx)
{
	return host_walk_maps_named(pid, NULL, 0, take, ctx);
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
