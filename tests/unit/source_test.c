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
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "outside/source.h"

static void
what_is_there_is_copied(void **state)
{
	const struct source own = { .pid = getpid() };
	char copy[6];

	(void)state;
	assert_int_equal(source_read(&own, (uintptr_t) "hello", copy, sizeof(copy)), 0);
	assert_string_equal(copy, "hello");
}

static void
what_is_not_all_there_is_an_error(void **state)
{
	const struct source own = { .pid = getpid() };
	const size_t page = sysconf(_SC_PAGESIZE);
	char *pages = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char copy[16];

	(void)state;
	assert_ptr_not_equal(pages, MAP_FAILED);
	assert_int_equal(munmap(pages + page, page), 0);
	assert_int_equal(source_read(&own, (uintptr_t)pages + page - sizeof(copy), copy,
				 sizeof(copy)),
		0);
	assert_int_equal(
		source_read(&own, (uintptr_t)pages + page - 8, copy, sizeof(copy)),
		-EFAULT);
	assert_int_equal(source_read(&own, 0, copy, sizeof(copy)), -EFAULT);
	assert_int_equal(source_read(&own, UINT64_MAX, copy, sizeof(copy)), -EFAULT);
	munmap(pages, page);
}

static void
a_process_that_is_gone_has_no_memory(void **state)
{
	struct source gone = { .pid = fork() };
	char copy[1];

	(void)state;
	if (gone.pid == 0)
		_exit(0);
	waitpid(gone.pid, NULL, 0);
	assert_int_equal(source_read(&gone, (uintptr_t)copy, copy, 1), -ESRCH);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_there_is_copied),
		cmocka_unit_test(what_is_not_all_there_is_an_error),
		cmocka_unit_test(a_process_that_is_gone_has_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
