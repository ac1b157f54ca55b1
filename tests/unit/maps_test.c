/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/maps.h"

#define MOST 64

static char dir[] = "/tmp/mpsh-maps.XXXXXX";

/* A kernel before 6.11, which takes no questions about mappings. */
static bool is_old;
static unsigned int asked;

int __real_ioctl(int fd, unsigned long request, void *arg);
int __wrap_ioctl(int fd, unsigned long request, void *arg);

int
__wrap_ioctl(int fd, unsigned long request, void *arg)
{
	asked++;
	if (!is_old)
		return __real_ioctl(fd, request, arg);
	errno = ENOTTY;
	return -1;
}

/* Map a page of a new file, the second of its three. */
static void *
map(const char *name, int rights, int flags)
{
	char path[64];
	void *page;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = open(path, O_RDWR | O_CREAT, 0600);
	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, 3 * 4096), 0);
	page = mmap(NULL, 4096, rights, flags, fd, 4096);
	assert_ptr_not_equal(page, MAP_FAILED);
	close(fd);
	return page;
}

struct found {
	struct host_mapping *mappings;
	unsigned int n, most;
};

static bool
take(const struct host_mapping *mapping, void *ctx)
{
	struct found *found = ctx;

	assert_true(found->n < MOST);
	found->mappings[found->n++] = *mapping;
	return found->n < found->most;
}

/* Those of dir. */
static struct found
walk(bool old, uint64_t end, unsigned int most)
{
	struct found found = { .most = most };

	found.mappings = calloc(MOST, sizeof(*found.mappings));
	assert_non_null(found.mappings);
	is_old = old;
	assert_true(host_walk_shared_maps(getpid(), dir, end, take, &found));
	return found;
}

static const struct host_mapping *
find(const struct found *found, const void *page)
{
	unsigned int i;

	for (i = 0; i < found->n; i++)
		if (found->mappings[i].from == (uintptr_t)page)
			return &found->mappings[i];
	return NULL;
}

static void
expect_page(const struct host_mapping *mapping, const char *name, const struct stat *st)
{
	char path[64];

	assert_non_null(mapping);
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	assert_string_equal(mapping->path, path);
	assert_int_equal(mapping->to - mapping->from, 4096);
	assert_int_equal(mapping->offset, 4096);
	assert_int_equal(mapping->device, st->st_dev);
	assert_int_equal(mapping->inode, st->st_ino);
	assert_true(mapping->readable);
	assert_true(mapping->shared);
}

static void
shared_mappings_are_found_on_any_kernel(void **state)
{
	void *page = map("map_0", PROT_READ | PROT_WRITE, MAP_SHARED);
	void *removed = map("map_1", PROT_READ, MAP_SHARED);
	void *other = map("map_2", PROT_READ | PROT_WRITE, MAP_PRIVATE);
	struct stat first, second;
	char path[64];
	int old;

	(void)state;
	snprintf(path, sizeof(path), "%s/map_0", dir);
	assert_int_equal(stat(path, &first), 0);
	snprintf(path, sizeof(path), "%s/map_1", dir);
	assert_int_equal(stat(path, &second), 0);
	unlink(path);
	for (old = 0; old <= 1; old++) {
		struct found found = walk(old, 0, MOST);
		const struct host_mapping *mapping = find(&found, page);

		expect_page(mapping, "map_0", &first);
		assert_true(mapping->writable);
		assert_false(mapping->executable);
		assert_false(mapping->deleted);
		mapping = find(&found, removed);
		expect_page(mapping, "map_1", &second);
		assert_false(mapping->writable);
		assert_true(mapping->deleted);
		assert_null(find(&found, other));
		assert_int_equal(found.n, 2);
		free(found.mappings);
		found = walk(old, 0, 1); /* until take returns false */
		assert_int_equal(found.n, 1);
		free(found.mappings);
		found = walk(old, (uintptr_t)page + 1, MOST);
		assert_non_null(find(&found, page));
		free(found.mappings);
		found = walk(old, (uintptr_t)page, MOST);
		assert_null(find(&found, page));
		free(found.mappings);
	}
	munmap(page, 4096);
	munmap(removed, 4096);
	munmap(other, 4096);
}

static void
only_a_process_that_is_there_can_be_read(void **state)
{
	struct found found = { .most = MOST };

	(void)state;
	is_old = false;
	assert_false(host_walk_shared_maps(-1, dir, 0, take, &found));
	assert_false(host_walk_shared_maps(INT32_MAX, dir, 0, take, &found));
	assert_int_equal(errno, ENOENT);
}

static int
tear_down(void **state)
{
	static const char *const names[] = { "map_0", "map_1", "map_2" };
	char path[64];
	unsigned int i;

	(void)state;
	assert_true(asked != 0);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		unlink(path);
	}
	return rmdir(dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shared_mappings_are_found_on_any_kernel),
		cmocka_unit_test(only_a_process_that_is_there_can_be_read),
	};

	if (mkdtemp(dir) == NULL)
		return 1;
	return cmocka_run_group_tests(tests, NULL, tear_down);
}
