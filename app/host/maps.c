/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Reads /proc/PID/maps. */

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <sys/types.h>

#include "host/maps.h"
#include "host/process.h"

/* Read a line; false if it is not of a file. */
static bool
parse_mapping(char *line, struct host_mapping *mapping)
{
	static const char deleted[] = " (deleted)";
	unsigned int major_number, minor_number;
	char *path = strchr(line, '/');
	unsigned long long inode;
	size_t length;

	if (path == NULL ||
		sscanf(line, "%" SCNx64 "-%" SCNx64 " %*s %*s %x:%x %llu", &mapping->from,
			&mapping->to, &major_number, &minor_number, &inode) != 5)
		return false;
	length = strcspn(path, "\n");
	path[length] = '\0';
	mapping->deleted = length >= sizeof(deleted) &&
		strcmp(path + length - (sizeof(deleted) - 1), deleted) == 0;
	if (mapping->deleted)
		path[length - (sizeof(deleted) - 1)] = '\0';
	mapping->device = makedev(major_number, minor_number);
	mapping->inode = inode;
	snprintf(mapping->path, sizeof(mapping->path), "%s", path);
	return true;
}

bool
host_walk_maps(
	pid_t pid, bool (*take)(const struct host_mapping *mapping, void *ctx), void *ctx)
{
	char path[HOST_PROC_SIZE], line[PATH_MAX + 128];
	struct host_mapping mapping;
	bool readable;
	FILE *maps;

	maps = pid > 0 ? fopen(host_proc_path(pid, "maps", path), "re") : NULL;
	if (maps == NULL)
		return false;
	while (fgets(line, sizeof(line), maps) != NULL)
		if (parse_mapping(line, &mapping) && !take(&mapping, ctx))
			break;
	readable = !ferror(maps);
	fclose(maps);
	return readable;
}
