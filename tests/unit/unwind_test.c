/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Of which files the names of functions are looked for. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "outside/programs.h"

static void *
map(int protection, int flags)
{
	char path[] = "/tmp/mpsh-unwind.XXXXXX";
	int fd = mkstemp(path);
	size_t page = sysconf(_SC_PAGESIZE);
	char *at;

	assert_int_equal(ftruncate(fd, 2 * page), 0);
	at = mmap(NULL, 2 * page, PROT_READ, flags, fd, 0);
	assert_ptr_not_equal(at, MAP_FAILED);
	assert_int_equal(mprotect(at + page, page, protection), 0);
	close(fd);
	unlink(path);
	return at;
}

static void
what_can_be_executed_is_a_program(void **state)
{
	void *library = map(PROT_READ | PROT_EXEC, MAP_PRIVATE);
	void *data = map(PROT_READ | PROT_WRITE, MAP_PRIVATE);
	size_t page = sysconf(_SC_PAGESIZE);
	struct programs programs;

	(void)state;
	programs_read(getpid(), &programs);
	assert_true(programs_have(&programs, (uintptr_t)library));
	assert_false(programs_have(&programs, (uintptr_t)library + page));
	assert_false(programs_have(&programs, (uintptr_t)data));
	assert_false(programs_have(&programs, 0));
	programs_free(&programs);
	assert_false(programs_have(&programs, (uintptr_t)library));
	munmap(library, 2 * page);
	munmap(data, 2 * page);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_can_be_executed_is_a_program),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
