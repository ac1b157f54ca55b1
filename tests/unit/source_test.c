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
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "outside/source.h"

/* The source of a process; the test fails without it. */
static struct source
source_of(pid_t pid)
{
	struct source source;

	source_init(&source);
	assert_int_equal(source_add_process(&source, pid), 0);
	return source;
}

static void
what_is_there_is_copied(void **state)
{
	struct source own = source_of(getpid());
	char copy[6];

	(void)state;
	assert_int_equal(source_read(&own, (uintptr_t) "hello", copy, sizeof(copy)), 0);
	assert_string_equal(copy, "hello");
	source_free(&own);
}

static void
what_is_not_all_there_is_an_error(void **state)
{
	struct source own = source_of(getpid());
	const size_t page = sysconf(_SC_PAGESIZE);
	char *pages = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char copy[16];

	(void)state;
	assert_ptr_not_equal(pages, MAP_FAILED);
	pages[page - 1] = 'x';
	assert_int_equal(munmap(pages + page, page), 0);
	assert_int_equal(source_read(&own, (uintptr_t)pages + page - sizeof(copy), copy,
				 sizeof(copy)),
		0);
	assert_int_equal(
		source_read(&own, (uintptr_t)pages + page - 8, copy, sizeof(copy)),
		-EFAULT);
	assert_int_equal(
		source_read_some(&own, (uintptr_t)pages + page - 8, copy, sizeof(copy)),
		8);
	assert_int_equal(copy[7], 'x');
	assert_int_equal(source_read(&own, 0, copy, sizeof(copy)), -EFAULT);
	assert_int_equal(source_read(&own, UINT64_MAX, copy, sizeof(copy)), -EFAULT);
	assert_int_equal(
		source_read(&own, UINT64_MAX / 2 - 8, copy, sizeof(copy)), -EFAULT);
	munmap(pages, page);
	source_free(&own);
}

static void
a_process_that_is_gone_has_no_memory(void **state)
{
	int end[2];
	pid_t pid;
	char copy[1];
	struct source gone;

	(void)state;
	assert_int_equal(pipe(end), 0);
	pid = fork();
	if (pid == 0) {
		close(end[1]);
		_exit(read(end[0], copy, 1) != 0);
	}
	gone = source_of(pid);
	assert_int_equal(source_read(&gone, (uintptr_t)copy, copy, 1), 0);
	close(end[0]);
	close(end[1]);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_int_equal(source_read(&gone, (uintptr_t)copy, copy, 1), -ESRCH);
	source_free(&gone);
	assert_int_equal(source_add_process(&gone, pid), -ESRCH);
	source_free(&gone);
}

/* Two pieces of a file that lie side by side in memory, and a hole behind them. */
static void
pieces_of_files_are_read_as_one(void **state)
{
	char path[] = "/tmp/mpsh-source-XXXXXX", copy[6] = "";
	struct source source;
	ssize_t file;
	int fd = mkstemp(path);

	(void)state;
	assert_int_equal(write(fd, "worldhello", 10), 10);
	close(fd);
	source_init(&source);
	file = source_add_file(&source, path);
	assert_true(file >= 0);
	assert_int_equal(source_add_range(&source, 0x1003, 3, file, 0), 0);
	assert_int_equal(source_add_range(&source, 0x1000, 3, file, 5), 0);
	assert_int_equal(source_read(&source, 0x1000, copy, 5), 0);
	assert_string_equal(copy, "helwo");
	assert_int_equal(source_read(&source, 0x1000, copy, 6), 0);
	assert_int_equal(source_read(&source, 0x1001, copy, 6), -EFAULT);
	assert_int_equal(source_read_some(&source, 0x1004, copy, 6), 2);
	assert_int_equal(source_read(&source, 0xfff, copy, 1), -EFAULT);
	source_free(&source);
	/* A file that is shorter than was said, and one that is none. */
	source_init(&source);
	file = source_add_file(&source, path);
	assert_int_equal(source_add_range(&source, 0, 100, file, 0), 0);
	assert_int_equal(source_read(&source, 8, copy, 4), -EFAULT);
	file = source_add_file(&source, "/tmp");
	assert_int_equal(source_add_range(&source, 1000, 100, file, 0), 0);
	assert_int_equal(source_read(&source, 1000, copy, 1), -EBADF);
	unlink(path);
	source_free(&source);
}

/* More files than may be open at once. */
static void
many_files_are_read(void **state)
{
	char path[] = "/tmp/mpsh-source-XXXXXX", copy;
	struct source source;
	int fd = mkstemp(path);
	unsigned int i;

	(void)state;
	assert_int_equal(write(fd, "x", 1), 1);
	close(fd);
	source_init(&source);
	for (i = 0; i < 200; i++)
		assert_int_equal(source_add_range(&source, i, 1,
					 source_add_file(&source, path), 0),
			0);
	for (i = 0; i < 400; i++)
		assert_int_equal(source_read(&source, i % 200, &copy, 1), 0);
	assert_true(source.n_open <= 64);
	unlink(path);
	source_free(&source);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_there_is_copied),
		cmocka_unit_test(what_is_not_all_there_is_an_error),
		cmocka_unit_test(a_process_that_is_gone_has_no_memory),
		cmocka_unit_test(pieces_of_files_are_read_as_one),
		cmocka_unit_test(many_files_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
