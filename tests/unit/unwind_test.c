/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* What a stack is said to begin with, and of which files names are looked for. */

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
#include "outside/unwind.h"

static void
check_begin(
	const char *const names[], unsigned int n, const char *first, unsigned int left)
{
	struct backtrace stack = { .n = n };
	unsigned int i;

	for (i = 0; i < n; i++)
		snprintf(stack.frames[i].function, FUNCTION_SIZE, "%s", names[i]);
	backtrace_begin_at_call(&stack);
	assert_int_equal(stack.n, left);
	assert_string_equal(stack.frames[0].function, first);
	assert_string_equal(stack.frames[left - 1].function, names[n - 1]);
}

/* As glibc 2.41 has them. */
static void
a_stack_begins_with_the_call(void **state)
{
	static const char *const reads[] = { "__syscall_cancel_arch",
		"__internal_syscall_cancel", "__syscall_cancel", "read", "main" };
	static const char *const nested[] = { "read", "__syscall_cancel", "main" };
	static const char *const nothing[] = { "__syscall_cancel_arch",
		"__syscall_cancel" };

	(void)state;
	check_begin(reads, 5, "read", 2);
	check_begin(nested, 3, "read", 3);
	check_begin(nothing, 2, "__syscall_cancel_arch", 2);
}

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
		cmocka_unit_test(a_stack_begins_with_the_call),
		cmocka_unit_test(what_can_be_executed_is_a_program),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
