/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* What is said of a process that is looked at while it ends. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "outside/group.h"

#define THREADS 50
#define PROCESSES 30

static void
leave(int number)
{
	(void)number;
	_exit(0);
}

static void *
wait_for_end(void *arg)
{
	for (;;)
		pause();
	return arg;
}

/* A process of many threads, all of which are there. */
static pid_t
start(void)
{
	int ready[2];
	char byte;
	pid_t pid;

	assert_int_equal(pipe(ready), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		pthread_t thread;
		unsigned int i;

		signal(SIGTERM, leave);
		for (i = 0; i < THREADS; i++)
			if (pthread_create(&thread, NULL, wait_for_end, NULL) != 0)
				_exit(1);
		if (write(ready[1], "x", 1) == 1)
			wait_for_end(NULL);
		_exit(1);
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	close(ready[1]);
	return pid;
}

/* Its threads end one after another, and the main one is not the last. */
static void
look_while_it_ends(int number)
{
	unsigned int i;

	for (i = 0; i < PROCESSES; i++) {
		pid_t pid = start();

		kill(pid, number);
		while (waitpid(pid, NULL, WNOHANG) == 0) {
			char error[256] = "";
			struct group group;

			assert_true(group_open_process(
					    &group, pid, error, sizeof(error)) < 0);
			if (strstr(error, "others live") != NULL)
				fail_msg("%s", error);
		}
	}
}

static void
no_thread_of_one_that_is_killed_lives(void **state)
{
	(void)state;
	look_while_it_ends(SIGKILL);
}

static void
no_thread_of_one_that_leaves_lives(void **state)
{
	(void)state;
	look_while_it_ends(SIGTERM);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_thread_of_one_that_is_killed_lives),
		cmocka_unit_test(no_thread_of_one_that_leaves_lives),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
