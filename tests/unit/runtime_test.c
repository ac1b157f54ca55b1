/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Where the runtime directory is. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "host/runtime.h"
#include "start_fixture.h"
#include "startup/options.h"

static void
runtime_directory_comes_from_the_environment(void **state)
{
	char dir[256];

	(void)state;
	host_runtime_dir("fw", dir, sizeof(dir));
	assert_string_equal(dir + strlen(base), "/dpdk/fw");
	assert_memory_equal(dir, base, strlen(base));
	unsetenv("RUNTIME_DIRECTORY");
	setenv("XDG_RUNTIME_DIR", "/xdg", 1);
	host_runtime_dir("rte", dir, sizeof(dir));
	assert_string_equal(dir, getuid() == 0 ? "/var/run/dpdk/rte" : "/xdg/dpdk/rte");
}

static int
without_variables(void)
{
	unsetenv("RUNTIME_DIRECTORY");
	unsetenv("XDG_RUNTIME_DIR");
	return become_nobody();
}

static int
with_xdg(void)
{
	unsetenv("RUNTIME_DIRECTORY");
	setenv("XDG_RUNTIME_DIR", "/nowhere/xdg", 1);
	return become_nobody();
}

static void
runtime_directory_of_a_user(void **state)
{
	struct outcome outcome;

	(void)state;
	need_root();
	options.wish = WISH_SECONDARY;
	options.file_prefix = "mpsh-test-none";
	check_in_child(without_variables, &outcome);
	assert_string_equal(outcome.preflight.runtime_dir, "/tmp/dpdk/mpsh-test-none");
	check_in_child(with_xdg, &outcome);
	assert_string_equal(
		outcome.preflight.runtime_dir, "/nowhere/xdg/dpdk/mpsh-test-none");
}

static void
too_long_a_runtime_directory_is_refused(void **state)
{
	struct outcome outcome;
	char prefix[100];

	(void)state;
	memset(prefix, 'x', sizeof(prefix));
	prefix[sizeof(prefix) - 1] = '\0';
	options.file_prefix = prefix;
	check(&outcome);
	assert_refused(&outcome);
	assert_has(outcome.refusal.text, "shorter --file-prefix");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(runtime_directory_comes_from_the_environment),
		TEST(runtime_directory_of_a_user),
		TEST(too_long_a_runtime_directory_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
