/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Writes the memory of a group as a sparse ELF core file. */

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libgen.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/json.h"
#include "base/loop.h"
#include "base/memory.h"
#include "base/text.h"
#include "host/runtime.h"
#include "outside/core.h"
#include "outside/dump.h"
#include "outside/extents.h"
#include "outside/group.h"
#include "outside/regions.h"

/* How much is copied at once, and how much between two rounds of the loop. */
#define BLOCK ((size_t)1 << 20)
#define BLOCKS_A_ROUND 4

#define MIB (UINT64_C(1) << 20)

struct dump {
	const struct group *group;
	const char *file;
	char shown[TEXT_ESCAPED_SIZE(256) + 4]; /* the file as a line names it */
	bool is_dead;
	struct regions regions;
	int fd;
	char *block; /* BLOCK bytes */

	/* Where the next block is: a piece, an address, and the region that it is in. */
	size_t piece, load;
	uint64_t at, offset; /* offset: of that region in the file */
};

static void
show(struct dump *dump)
{
	size_t length = strlen(dump->file);

	text_escape(
		dump->shown, (const uint8_t *)dump->file, length < 256 ? length : 256);
	if (length > 256)
		strcat(dump->shown, "...");
}

/*
 * Has the group's primary ended? Of its own group a primary must not ask (fact 5 of
 * app/README.md).
 */
static bool
is_dead(const struct group *group)
{
	pid_t pid = group->source.pid;

	if (group->kind == GROUP_PROCESS)
		return group->path[0] != '\0' && pid != getpid() &&
			host_primary_seen_by(pid, group->path) == 0;
	return group->is_dead ||
		(group->kind == GROUP_FILES && host_primary(group->path) == 0);
}

/* Say when the file system has less room than the dump may take. */
static void
check_room(const struct dump *dump, void (*warn)(const char *line))
{
	char path[PATH_MAX], *dir, *real;
	char shown[TEXT_ESCAPED_SIZE(PATH_MAX)], line[sizeof(shown) + 96];
	struct statvfs room;
	uint64_t bytes;

	if (fstatvfs(dump->fd, &room) < 0)
		return;
	bytes = (uint64_t)room.f_bavail * room.f_frsize;
	if (bytes >= dump->regions.needed)
		return;
	snprintf(path, sizeof(path), "%s", dump->file);
	dir = dirname(path);
	real = realpath(dir, NULL);
	if (real != NULL)
		dir = real;
	text_escape(shown, (const uint8_t *)dir, strnlen(dir, PATH_MAX - 1));
	free(real);
	snprintf(line, sizeof(line), "%s has %" PRIu64 " MiB, the dump may need %" PRIu64,
		shown, bytes / MIB, (dump->regions.needed + MIB - 1) / MIB);
	warn(line);
}

static bool
is_zero(const char *bytes, size_t size)
{
	return bytes[0] == 0 && memcmp(bytes, bytes + 1, size - 1) == 0;
}

/* Write what was read, but for pages of zeroes. */
static int
write_pages(const struct dump *dump, size_t size, uint64_t offset)
{
	const char *block = dump->block;
	size_t from = 0, to, page;
	int ret = 0;

	for (to = 0; to < size && ret == 0; to += page) {
		page = size - to < REGIONS_PAGE ? size - to : REGIONS_PAGE;
		if (!is_zero(block + to, page))
			continue;
		ret = core_write(dump->fd, block + from, to - from, offset + from);
		from = to + page;
	}
	return ret == 0 && from < size
		? core_write(dump->fd, block + from, size - from, offset + from)
		: ret;
}

/* Find the region that the next block is in. */
static void
follow(struct dump *dump)
{
	const struct extents *loads = &dump->regions.loads;

	while (loads->all[dump->load].to <= dump->at) {
		dump->offset += loads->all[dump->load].to - loads->all[dump->load].from;
		dump->load++;
	}
}

/*
 * Copy one block. What cannot be read, since a process has given it back meanwhile or a
 * file is cut, stays a hole. Returns 0 or a negative errno.
 */
static int
copy_block(struct dump *dump)
{
	struct source *source = (struct source *)&dump->group->source;
	const struct extent *piece = &dump->regions.pieces.all[dump->piece];
	size_t want = piece->to - dump->at < BLOCK ? piece->to - dump->at : BLOCK;
	ssize_t n = source_read_some(source, dump->at, dump->block, want);
	int ret = 0;

	follow(dump);
	if (n < 0 && n != -EFAULT)
		return n;
	if (n > 0)
		ret = write_pages(dump, n,
			dump->offset + dump->at -
				dump->regions.loads.all[dump->load].from);
	if (n < (ssize_t)want)
		n = n <= 0 ? REGIONS_PAGE
			   : (n + REGIONS_PAGE - 1) & ~(ssize_t)(REGIONS_PAGE - 1);
	dump->at += n;
	return ret;
}

static int
copy_all(struct dump *dump)
{
	const struct extents *pieces = &dump->regions.pieces;
	unsigned int blocks = 0;
	int ret = 0;

	dump->offset = core_begin(dump->regions.loads.n);
	for (dump->piece = 0; dump->piece < pieces->n; dump->piece++) {
		dump->at = pieces->all[dump->piece].from;
		while (dump->at < pieces->all[dump->piece].to) {
			ret = copy_block(dump);
			if (ret < 0)
				return ret;
			if (++blocks % BLOCKS_A_ROUND != 0)
				continue;
			ret = loop_pause(0);
			if (ret != -ETIMEDOUT)
				return ret;
		}
	}
	return 0;
}

static int
write_file(struct dump *dump)
{
	const struct group *group = dump->group;
	const struct extents *loads = &dump->regions.loads;
	struct core_note note = {
		.form = CORE_NOTE_FORM,
		.version = group->version,
		.config_low = group->config,
		.config_high = group->config >> 32,
		.pid = group->source.pid,
		.dead = dump->is_dead,
	};
	int ret;

	snprintf(note.prefix, sizeof(note.prefix), "%s", group->prefix);
	dump->block = memory_get(BLOCK);
	if (dump->block == NULL)
		return -ENOMEM;
	if (ftruncate(dump->fd, core_begin(loads->n) + extents_bytes(loads)) < 0)
		return -errno;
	ret = copy_all(dump);
	return ret < 0 ? ret : core_write_head(dump->fd, loads, &note);
}

/* Make the file, that is not there yet, and write it; else remove it. */
static int
make_file(struct dump *dump, void (*warn)(const char *line), struct stat *st)
{
	int ret;

	/* A limit of the file's size is an error as a full disk is. */
	signal(SIGXFSZ, SIG_IGN);
	dump->fd = open(dump->file, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOCTTY,
		S_IRUSR | S_IWUSR);
	if (dump->fd < 0)
		return -errno;
	check_room(dump, warn);
	ret = write_file(dump);
	if (ret == 0 && fstat(dump->fd, st) < 0)
		ret = -errno;
	/* A file system of the network may say only now that it is full. */
	if (close(dump->fd) < 0 && ret == 0)
		ret = -errno;
	if (ret < 0)
		unlink(dump->file);
	return ret;
}

static void
say_error(const struct dump *dump, int ret, char *error, size_t size)
{
	if (ret == -EEXIST)
		snprintf(error, size, "%s is there already", dump->shown);
	else if (ret == -ESRCH)
		snprintf(error, size, "pid %d has ended meanwhile: %s is removed",
			(int)dump->group->source.pid, dump->shown);
	else if (ret == -EINTR || ret == -ECANCELED)
		error[0] = '\0';
	else
		snprintf(error, size, "%s cannot be written: %s", dump->shown,
			strerror(-ret));
}

int
dump_group(const struct group *group, const char *file, void (*warn)(const char *line),
	json_t **result, char *error, size_t size)
{
	struct dump dump = { .group = group, .file = file, .is_dead = is_dead(group) };
	struct stat st;
	int ret;

	show(&dump);
	ret = regions_find(group, &dump.regions, error, size);
	if (ret < 0)
		return ret;
	ret = make_file(&dump, warn, &st);
	if (ret == 0)
		*result = json_pack("{s:o, s:I, s:I, s:I, s:b}", "file",
			json_of_bytes((const uint8_t *)file, strlen(file)), "regions",
			(json_int_t)dump.regions.loads.n, "bytes",
			(json_int_t)extents_bytes(&dump.regions.loads), "disk_bytes",
			(json_int_t)st.st_blocks * 512, "dead", (int)dump.is_dead);
	else
		say_error(&dump, ret, error, size);
	free(dump.block);
	regions_free(&dump.regions);
	return ret;
}
