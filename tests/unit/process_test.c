/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The names and states of processes, from /proc. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include <rte_eal.h>
#include <rte_version.h>

#include "host/process.h"
#include "start_fixture.h"

static void
process_states_and_names_are_read(void **state)
{
	char name[16], text[80];
	pid_t pid;

	(void)state;
	/* qemu-user makes up /proc/self/stat, with no state in it. */
	if (getenv("MPSH_EMULATED") != NULL)
		skip();
	assert_int_equal(host_process_state(getpid()), 'R');
	pid = start_primary(RTE_MAGIC, RTE_VERSION);
	host_process_name(pid, name);
	assert_string_equal(name, "fake_primary");
	assert_false(host_is_stopped(pid));
	assert_int_equal(ptrace(PTRACE_ATTACH, pid, NULL, NULL), 0);
	assert_int_equal(waitpid(pid, NULL, WUNTRACED), pid);
	assert_int_equal(host_process_state(pid), 't');
	assert_true(host_is_stopped(pid));
	assert_non_null(
		strstr(host_describe_process(pid, text, sizeof(text)), "debugger"));
	assert_int_equal(ptrace(PTRACE_DETACH, pid, NULL, NULL), 0);
	stop(pid);
	assert_int_equal(host_process_state(pid), 'T');
	end(pid);
	assert_int_equal(host_process_state(pid), 0);
	host_process_name(pid, name);
	assert_string_equal(name, "?");
	assert_int_equal(host_process_state(0), 0);
}

static void
be_oddly_named(const void *arg)
{
	(void)arg;
	prctl(PR_SET_NAME, ") T (\033[2J");
	ready();
	pause();
}

static void
odd_process_names_do_no_harm(void **state)
{
	char name[16];
	pid_t pid;

	(void)state;
	pid = start(be_oddly_named, NULL);
	host_process_name(pid, name);
	assert_string_equal(name, ") T (?[2J");
	assert_int_not_equal(host_process_state(pid), 'T');
	end(pid);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(process_states_and_names_are_read),
		TEST(odd_process_names_do_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
