/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The hugepages of this host: sizes, mounts, free pages, and files that killed
 * primaries left behind.
 */

#include <dirent.h>
#include <fnmatch.h>
#include <inttypes.h>
#include <mntent.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>

#include <rte_common.h>

#include "host/holders.h"
#include "host/hugepages.h"
#include "host/process.h"

uint64_t
host_page_size(void)
{
	unsigned long long kib = 0;
	char line[256];
	FILE *file;

	file = fopen("/proc/meminfo", "re");
	if (file == NULL)
		return 0;
	while (fgets(line, sizeof(line), file) != NULL)
		if (sscanf(line, "Hugepagesize: %llu", &kib) == 1)
			break;
	fclose(file);
	return kib * 1024;
}

/* Convert a size in a mount's options, such as "2M", to bytes. */
static uint64_t
parse_size(const char *text)
{
	char *end;
	uint64_t size = strtoull(text, &end, 10);

	switch (*end) {
	case 'G':
	case 'g':
		return size << 30;
	case 'M':
	case 'm':
		return size << 20;
	case 'K':
	case 'k':
		return size << 10;
	default:
		return size;
	}
}

/* A kernel counter of the hugepages of this size; 0 if the kernel lacks the size. */
static uint64_t
page_counter(uint64_t page_size, const char *name)
{
	char path[128], text[32];

	snprintf(path, sizeof(path),
		"/sys/kernel/mm/hugepages/hugepages-%" PRIu64 "kB/%s", page_size / 1024,
		name);
	if (host_read_text(path, text, sizeof(text)) <= 0)
		return 0;
	return strtoull(text, NULL, 10);
}

uint64_t
host_pages(uint64_t page_size)
{
	return page_counter(page_size, "nr_hugepages");
}

uint64_t
host_free_pages(uint64_t page_size)
{
	uint64_t pages = page_counter(page_size, "free_hugepages");
	uint64_t promised = page_counter(page_size, "resv_hugepages");
	uint64_t over = page_counter(page_size, "nr_overcommit_hugepages");
	uint64_t surplus = page_counter(page_size, "surplus_hugepages");

	pages -= RTE_MIN(pages, promised);
	over -= RTE_MIN(over, surplus);
	return pages + over;
}

/* Is mount a prefix of dir, up to a slash? EAL's rule, in get_hugepage_dir(). */
static bool
lies_on(const char *dir, const char *mount)
{
	size_t length = strlen(mount);

	return strncmp(dir, mount, length) == 0 &&
		(dir[length] == '\0' || dir[length] == '/');
}

#define MOUNT_SIZE 4096 /* of the strings of a mount */

/* The next hugetlbfs of the mounts, or NULL. */
static const struct mntent *
next_hugetlbfs(FILE *mounts, struct mntent *buffer, char strings[MOUNT_SIZE])
{
	const struct mntent *entry;

	do
		entry = getmntent_r(mounts, buffer, strings, MOUNT_SIZE);
	while (entry != NULL && strcmp(entry->mnt_type, "hugetlbfs") != 0);
	return entry;
}

bool
host_hugetlbfs_is_mounted(void)
{
	FILE *file = setmntent("/proc/mounts", "re");
	char strings[MOUNT_SIZE];
	struct mntent buffer;
	bool found;

	if (file == NULL)
		return false;
	found = next_hugetlbfs(file, &buffer, strings) != NULL;
	endmntent(file);
	return found;
}

/* Find the mounts that EAL would use. huge_dir is the value of --huge-dir, or NULL. */
static void
find_mounts(const char *huge_dir, struct host_hugepages *hugepages)
{
	uint64_t default_size = host_page_size(), page_size;
	const struct mntent *entry;
	struct mntent buffer;
	char strings[MOUNT_SIZE];
	const char *option;
	unsigned int i;
	FILE *file;

	file = setmntent("/proc/mounts", "re");
	if (file == NULL)
		return;
	while ((entry = next_hugetlbfs(file, &buffer, strings)) != NULL) {
		if (!hugepages->is_mounted)
			snprintf(hugepages->any_dir, sizeof(hugepages->any_dir), "%s",
				entry->mnt_dir);
		hugepages->is_mounted = true;
		if (huge_dir != NULL && !lies_on(huge_dir, entry->mnt_dir))
			continue;

		option = strstr(entry->mnt_opts, "pagesize=");
		page_size = option == NULL ? default_size
					   : parse_size(option + strlen("pagesize="));
		for (i = 0; i < hugepages->n_mounts; i++)
			if (hugepages->mounts[i].page_size == page_size)
				break;
		if (i < hugepages->n_mounts || i == HOST_PAGE_SIZES_MAX || page_size == 0)
			continue;
		snprintf(hugepages->mounts[i].dir, sizeof(hugepages->mounts[i].dir), "%s",
			huge_dir != NULL ? huge_dir : entry->mnt_dir);
		hugepages->mounts[i].page_size = page_size;
		hugepages->n_mounts++;
	}
	endmntent(file);
}

static bool
is_map_file(const char *name)
{
	return fnmatch("*map_*", name, 0) == 0;
}

/* The files of a mount that no process has locked. */
struct unlocked_files {
	struct file_id *files;
	unsigned int n;
};

static void
forget_file(pid_t pid, dev_t device, ino_t inode, void *arg)
{
	struct unlocked_files *unlocked = arg;
	unsigned int i;

	(void)pid;
	for (i = 0; i < unlocked->n; i++)
		if (unlocked->files[i].device == device &&
			unlocked->files[i].inode == inode)
			unlocked->files[i] = unlocked->files[--unlocked->n];
}

/*
 * Bytes in map files that no process has locked. Killed primaries left them, and a
 * starting primary deletes them (fact 7 of app/README.md), so the bytes count as free.
 */
static uint64_t
left_bytes(const struct host_huge_mount *mount)
{
	struct unlocked_files unlocked = { .n = 0 };
	const struct dirent *entry;
	uint64_t bytes = 0;
	unsigned int max;
	struct stat st;
	DIR *stream;

	/* A map file holds at least one page, so there are no more files than pages. */
	max = RTE_MIN(host_pages(mount->page_size), UINT64_C(1) << 20);
	unlocked.files = calloc(max + 1, sizeof(*unlocked.files));
	if (unlocked.files == NULL)
		return 0;
	unlocked.n = holders_list_files(mount->dir, is_map_file, unlocked.files, max);
	if (unlocked.n != 0)
		holders_walk_locks(forget_file, &unlocked);
	stream = unlocked.n == 0 ? NULL : opendir(mount->dir);
	if (stream != NULL) {
		while ((entry = readdir(stream)) != NULL)
			if (is_map_file(entry->d_name) &&
				fstatat(dirfd(stream), entry->d_name, &st, 0) == 0 &&
				holders_is_among(
					unlocked.files, unlocked.n, st.st_dev, st.st_ino))
				bytes += (uint64_t)st.st_blocks * 512;
		closedir(stream);
	}
	free(unlocked.files);
	return bytes;
}

void
host_look_at_hugepages(
	const char *huge_dir, uint64_t needed, struct host_hugepages *hugepages)
{
	const struct host_huge_mount *mount;
	unsigned int i;

	memset(hugepages, 0, sizeof(*hugepages));
	find_mounts(huge_dir, hugepages);
	for (i = 0; i < hugepages->n_mounts; i++) {
		mount = &hugepages->mounts[i];
		hugepages->all_bytes += host_pages(mount->page_size) * mount->page_size;
		hugepages->free_bytes +=
			host_free_pages(mount->page_size) * mount->page_size;
	}
	for (i = 0; i < hugepages->n_mounts && hugepages->free_bytes < needed; i++) {
		uint64_t left = left_bytes(&hugepages->mounts[i]);

		hugepages->left_bytes += left;
		hugepages->free_bytes += left;
	}
}
