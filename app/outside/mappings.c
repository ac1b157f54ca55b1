/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Sorts what a process has mapped by what it is. */

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include "base/array.h"
#include "host/maps.h"
#include "host/process.h"
#include "outside/mappings.h"

/* A process with more is not looked at any further. */
#define MAPPINGS_MAX (1 << 20)

struct walk {
	pid_t pid;
	dev_t memory; /* a file system below /dev that has had a file; 0: none yet */
	struct mappings *mappings;
	int ret;
};

static bool
begins(const char *path, const char *with)
{
	return strncmp(path, with, strlen(with)) == 0;
}

/*
 * A mapping of a device leads to its registers, some of which change when they are read.
 * What lies in /dev is a device unless it is a file there, as on hugetlbfs or in shm.
 */
static bool
is_device(struct walk *walk, const struct host_mapping *mapping)
{
	char link[96], path[HOST_PROC_SIZE];
	struct stat st;

	if (begins(mapping->path, "/sys/") || begins(mapping->path, "/proc/") ||
		begins(mapping->path, "anon_inode") || begins(mapping->path, "socket:") ||
		begins(mapping->path, "[v"))
		return true;
	if (!begins(mapping->path, "/dev/") || begins(mapping->path, "/dev/zero"))
		return false;
	/* Hugepages are thousands of files of one file system. */
	if (mapping->device == walk->memory &&
		strchr(mapping->path + strlen("/dev/"), '/') != NULL)
		return false;
	snprintf(link, sizeof(link), "map_files/%llx-%llx",
		(unsigned long long)mapping->from, (unsigned long long)mapping->to);
	if (stat(host_proc_path(walk->pid, link, path), &st) == 0) {
		if (S_ISREG(st.st_mode))
			walk->memory = mapping->device;
		return !S_ISREG(st.st_mode);
	}
	return !begins(mapping->path, "/dev/hugepages") &&
		!begins(mapping->path, "/dev/shm/");
}

static enum mapping_kind
kind_of(struct walk *walk, const struct host_mapping *mapping)
{
	if (!mapping->readable || is_device(walk, mapping))
		return MAPPING_CLOSED;
	if (mapping->shared)
		return MAPPING_SHARED;
	if (!mapping->writable)
		return MAPPING_CONSTANT;
	if (strcmp(mapping->path, "[heap]") == 0)
		return MAPPING_HEAP;
	if (strcmp(mapping->path, "[stack]") == 0)
		return MAPPING_STACK;
	/* Pages without a file that are private, but of a name that the process gave. */
	return mapping->path[0] == '/' && !begins(mapping->path, "/dev/zero") &&
			!begins(mapping->path, "/anon_hugepage")
		? MAPPING_DATA
		: MAPPING_ANONYMOUS;
}

static bool
add(const struct host_mapping *mapping, void *ctx)
{
	struct walk *walk = ctx;
	struct mappings *all = walk->mappings;
	struct mapping *last = all->n > 0 ? &all->mappings[all->n - 1] : NULL, *grown;
	enum mapping_kind kind = kind_of(walk, mapping);
	const char *name = NULL;

	if (kind == MAPPING_DATA)
		name = strrchr(mapping->path, '/') + 1;
	/* What is not initialised has no file, and lies behind what is. */
	if (kind == MAPPING_ANONYMOUS && mapping->path[0] == '\0' && last != NULL &&
		last->to == mapping->from && last->kind == MAPPING_DATA) {
		kind = MAPPING_DATA;
		name = last->name;
	}
	/* A page each has a mapping where memory is of hugepages in files of their own.
	 */
	if (kind == MAPPING_SHARED && last != NULL && last->kind == kind &&
		last->to == mapping->from) {
		last->to = mapping->to;
		return true;
	}
	grown = array_grow(all->mappings, all->n, sizeof(*grown));
	if (grown == NULL || all->n == MAPPINGS_MAX) {
		walk->ret = -ENOMEM;
		return false;
	}
	all->mappings = grown;
	grown[all->n++] = (struct mapping){
		.from = mapping->from,
		.to = mapping->to,
		.kind = kind,
		.name = name != NULL ? strdup(name) : NULL,
	};
	return true;
}

int
mappings_read(pid_t pid, struct mappings *mappings)
{
	struct walk walk = { .pid = pid, .mappings = mappings };

	memset(mappings, 0, sizeof(*mappings));
	errno = 0;
	if (!host_walk_all_maps(pid, add, &walk))
		walk.ret = errno != 0 ? -errno : -EIO;
	if (walk.ret < 0)
		mappings_free(mappings);
	return walk.ret;
}

void
mappings_free(struct mappings *mappings)
{
	size_t i;

	for (i = 0; i < mappings->n; i++)
		free(mappings->mappings[i].name);
	free(mappings->mappings);
	memset(mappings, 0, sizeof(*mappings));
}

const struct mapping *
mappings_find(const struct mappings *mappings, uint64_t address)
{
	size_t low = 0, high = mappings->n, middle;

	/* The first mapping that begins behind the address. */
	while (low < high) {
		middle = low + (high - low) / 2;
		if (mappings->mappings[middle].from <= address)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0 || address >= mappings->mappings[low - 1].to)
		return NULL;
	return &mappings->mappings[low - 1];
}
