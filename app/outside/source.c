/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Reads bytes from files by the addresses that they have in a process. */

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include "host/process.h"
#include "base/array.h"
#include "outside/source.h"

/* A group may have more files than this process may have descriptors. */
#define OPEN_MAX_FILES 64

void
source_init(struct source *source)
{
	memset(source, 0, sizeof(*source));
}

static void
close_all(struct source *source)
{
	size_t i;

	for (i = 0; i < source->n_files && source->n_open > 0; i++) {
		if (source->files[i].fd < 0)
			continue;
		close(source->files[i].fd);
		source->files[i].fd = -1;
		source->n_open--;
	}
}

void
source_free(struct source *source)
{
	size_t i;

	close_all(source);
	for (i = 0; i < source->n_files; i++)
		free(source->files[i].path);
	free(source->files);
	free(source->ranges);
	source_init(source);
}

ssize_t
source_add_file(struct source *source, const char *path)
{
	char *copy = strdup(path);
	struct source_file *files = copy != NULL
		? array_grow(source->files, source->n_files, sizeof(*files))
		: NULL;

	if (files == NULL) {
		free(copy);
		return -ENOMEM;
	}
	source->files = files;
	files[source->n_files].path = copy;
	files[source->n_files].fd = -1;
	return source->n_files++;
}

int
source_add_range(struct source *source, uint64_t address, uint64_t bytes, size_t file,
	uint64_t offset)
{
	struct source_range *ranges =
		array_grow(source->ranges, source->n_ranges, sizeof(*ranges));

	if (ranges == NULL)
		return -ENOMEM;
	source->ranges = ranges;
	source->is_sorted = false;
	ranges += source->n_ranges++;
	ranges->address = address;
	/* No range goes beyond the last address. */
	ranges->bytes = bytes < UINT64_MAX - address ? bytes : UINT64_MAX - address;
	ranges->file = file;
	ranges->offset = offset;
	return 0;
}

int
source_add_process(struct source *source, pid_t pid)
{
	char path[HOST_PROC_SIZE];
	ssize_t file = source_add_file(source, host_proc_path(pid, "mem", path));
	int fd;

	if (file < 0)
		return file;
	source->pid = pid;
	fd = source_open(source, file);
	if (fd < 0)
		return fd == -ENOENT ? -ESRCH : fd;
	return source_add_range(source, 0, UINT64_MAX, file, 0);
}

bool
source_has_ended(struct source *source)
{
	int fd = source_open(source, source->ranges[0].file);
	char byte;

	/* Where a memory is, there is nothing at this address, which is an error. */
	return fd >= 0 && pread(fd, &byte, sizeof(byte), 0) == 0;
}

int
source_open(struct source *source, size_t file)
{
	struct source_file *files = source->files;
	struct stat st;
	int fd;

	if (files[file].fd >= 0)
		return files[file].fd;
	if (source->n_open == OPEN_MAX_FILES)
		close_all(source);
	/* What lies in a directory of others may be no file: nothing waits for a writer.
	 */
	fd = open(files[file].path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		close(fd);
		return -EBADF;
	}
	files[file].fd = fd;
	source->n_open++;
	return fd;
}

static int
compare_ranges(const void *a, const void *b)
{
	const struct source_range *one = a, *other = b;

	return one->address < other->address ? -1 : one->address > other->address;
}

static const struct source_range *
find_range(struct source *source, uint64_t address)
{
	const struct source_range *ranges = source->ranges;
	size_t low = 0, high = source->n_ranges, middle;

	if (!source->is_sorted && source->n_ranges > 0)
		qsort(source->ranges, source->n_ranges, sizeof(*ranges), compare_ranges);
	source->is_sorted = true;
	/* The first range that begins behind the address. */
	while (low < high) {
		middle = low + (high - low) / 2;
		if (ranges[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0 || address - ranges[low - 1].address >= ranges[low - 1].bytes)
		return NULL;
	return &ranges[low - 1];
}

/* Read what follows from address on in one range. Returns the number of bytes, or below
 * 0. */
static ssize_t
read_range(struct source *source, uint64_t address, void *buf, size_t size)
{
	const struct source_range *range = find_range(source, address);
	uint64_t into;
	ssize_t n;
	int fd;

	if (range == NULL)
		return -EFAULT;
	into = address - range->address;
	if (size > range->bytes - into)
		size = range->bytes - into;
	fd = source_open(source, range->file);
	if (fd < 0)
		return fd;
	do
		n = pread(fd, buf, size, range->offset + into);
	while (n < 0 && errno == EINTR);
	if (n > 0)
		return n;
	/* The memory of a process that has ended is empty, and so is the end of a file.
	 */
	if (n == 0)
		return source->pid != 0 && host_process_state(source->pid) == 0 ? -ESRCH
										: -EFAULT;
	return errno == EIO || errno == EINVAL ? -EFAULT : -errno;
}

ssize_t
source_read_some(struct source *source, uint64_t address, void *buf, size_t size)
{
	size_t have = 0;
	ssize_t n = 0;

	while (have < size) {
		n = read_range(source, address + have, (char *)buf + have, size - have);
		if (n < 0)
			break;
		have += n;
	}
	return have > 0 || n == 0 ? (ssize_t)have : n;
}

int
source_read(struct source *source, uint64_t address, void *buf, size_t size)
{
	ssize_t n = source_read_some(source, address, buf, size);

	if (n < 0)
		return n;
	return (size_t)n == size ? 0 : -EFAULT;
}
