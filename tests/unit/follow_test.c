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
#include <linux/perf_event.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "outside/follow.h"
#include "outside/group.h"
#include "outside/mappings.h"
#include "outside/pages.h"

static int initialised = 1, not_initialised[4096];

/* A group of this process, which has no memory of DPDK's. */
static void
open_own(struct group *group, struct follow *follow)
{
	memset(group, 0, sizeof(*group));
	memset(follow, 0, sizeof(*follow));
	group->kind = GROUP_PROCESS;
	source_init(&group->source);
	assert_int_equal(source_add_process(&group->source, getpid()), 0);
	follow->group = group;
}

static bool
count_page(uint64_t address, size_t bytes, void *ctx)
{
	(void)address;
	*(size_t *)ctx += bytes;
	return true;
}

static size_t
bytes_present(const char *from, size_t bytes)
{
	size_t present = 0;

	assert_int_equal(pages_walk(getpid(), (uintptr_t)from, (uintptr_t)from + bytes,
				 bytes, count_page, &present),
		0);
	return present;
}

static void
what_was_never_written_is_not_made(void **state)
{
	const size_t page = sysconf(_SC_PAGESIZE), bytes = 16 * page;
	char *pages = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
	     *copy = malloc(bytes);
	struct follow follow;
	struct group group;
	size_t i, wrong = 0;

	(void)state;
	assert_ptr_not_equal(pages, MAP_FAILED);
	assert_non_null(copy);
	open_own(&group, &follow);
	memset(pages + 3 * page, 'x', page);
	memset(copy, 'y', bytes);
	assert_int_equal(follow_read(&follow, (uintptr_t)pages + 8, copy, bytes - 8), 0);
	for (i = 0; i < bytes - 8; i++)
		wrong += copy[i] != ((i + 8) / page == 3 ? 'x' : '\0');
	assert_int_equal(wrong, 0);
	assert_int_equal(bytes_present(pages, bytes), page);
	free(copy);
	munmap(pages, bytes);
	follow_close(&follow);
	group_close(&group);
}

static void
what_is_not_memory_is_not_read(void **state)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE,
		.size = sizeof(attr),
		.config = PERF_COUNT_SW_DUMMY,
	};
	const size_t page = sysconf(_SC_PAGESIZE);
	char *closed = mmap(NULL, page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int fd = syscall(SYS_perf_event_open, &attr, 0, -1, -1, 0);
	char *device = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	const struct mapping *mapping;
	struct follow follow;
	struct group group;
	char copy[8];

	(void)state;
	assert_true(fd >= 0);
	assert_ptr_not_equal(device, MAP_FAILED);
	open_own(&group, &follow);
	assert_int_equal(follow_read(&follow, (uintptr_t)device, copy, 8), -EFAULT);
	assert_int_equal(follow_read(&follow, (uintptr_t)closed, copy, 8), -EFAULT);
	assert_int_equal(follow_read(&follow, 0x1000, copy, 8), -EFAULT);
	assert_int_equal(follow_read(&follow, UINT64_MAX - 3, copy, 8), -EFAULT);
	mapping = mappings_find(&follow.mappings, (uintptr_t)device);
	assert_non_null(mapping);
	assert_int_equal(mapping->kind, MAPPING_CLOSED);
	munmap(device, 2 * page);
	munmap(closed, page);
	close(fd);
	follow_close(&follow);
	group_close(&group);
}

static enum mapping_kind
kind_of(const struct mappings *mappings, const void *address)
{
	const struct mapping *mapping = mappings_find(mappings, (uintptr_t)address);

	assert_non_null(mapping);
	return mapping->kind;
}

static void
each_mapping_has_its_kind(void **state)
{
	char *pages = mmap(
		NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *shared = mmap(
		NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct mappings mappings;

	(void)state;
	assert_int_equal(mappings_read(getpid(), &mappings), 0);
	assert_int_equal(kind_of(&mappings, &initialised), MAPPING_DATA);
	assert_int_equal(kind_of(&mappings, &not_initialised[4000]), MAPPING_DATA);
	assert_string_equal(
		mappings_find(&mappings, (uintptr_t)&not_initialised[4000])->name,
		program_invocation_short_name);
	assert_int_equal(kind_of(&mappings, &mappings), MAPPING_STACK);
	assert_int_equal(kind_of(&mappings, pages), MAPPING_ANONYMOUS);
	assert_int_equal(kind_of(&mappings, shared), MAPPING_SHARED);
	assert_int_equal(kind_of(&mappings, "constant"), MAPPING_CONSTANT);
	assert_null(mappings_find(&mappings, 8));
	mappings_free(&mappings);
	munmap(pages, 4096);
	munmap(shared, 4096);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_never_written_is_not_made),
		cmocka_unit_test(what_is_not_memory_is_not_read),
		cmocka_unit_test(each_mapping_has_its_kind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
