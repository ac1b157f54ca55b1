/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Who is the primary of a prefix, and who still holds the memory of an earlier one. */

#include <fcntl.h>
#include <ftw.h>
#include <inttypes.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include <rte_common.h>
#include <rte_eal.h>
#include <rte_version.h>

#include "host/process.h"
#include "host/runtime.h"
#include "start_fixture.h"
#include "startup/options.h"

#define DPDK_23_11_1 (23u << 24 | 11u << 16 | 1u << 8 | 99u)

/* ---- who is the primary ---- */

static void
lock_tells_the_primary(void **state)
{
	pid_t pid;

	(void)state;
	assert_int_equal(host_primary(runtime_dir), 0);
	pid = start_primary(RTE_MAGIC, RTE_VERSION);
	assert_int_equal(host_primary(runtime_dir), pid);
	end(pid);
	assert_int_equal(host_primary(runtime_dir), 0);
}

static void
auto_joins_a_living_primary(void **state)
{
	struct outcome outcome;
	pid_t pid;

	(void)state;
	need_hugepages();
	pid = start_primary(RTE_MAGIC, RTE_VERSION);
	check(&outcome);
	end(pid);
	assert_accepted(&outcome);
	assert_false(outcome.preflight.is_primary);
	assert_int_equal(outcome.preflight.primary_pid, pid);
	assert_string_equal(outcome.preflight.runtime_dir, runtime_dir);
}

static void
auto_follows_a_dead_primary(void **state)
{
	struct outcome outcome;

	(void)state;
	need_hugepages();
	write_config(RTE_MAGIC, RTE_VERSION);
	check(&outcome);
	assert_accepted(&outcome);
	assert_true(outcome.preflight.is_primary);
	assert_int_equal(outcome.preflight.primary_pid, 0);
}

static void
a_batch_founds_no_group(void **state)
{
	struct outcome outcome;

	(void)state;
	options.is_batch = true;
	check(&outcome);
	assert_refused(&outcome);
	assert_string_equal(outcome.refusal.text,
		"no primary under the prefix rte: start one, or add --proc-type=primary "
		"to be it; a prompt needs a terminal (ssh -t, docker -it)");
	need_hugepages();
	options.wish = WISH_PRIMARY;
	check(&outcome);
	assert_accepted(&outcome);
	assert_true(outcome.preflight.is_primary);
}

static int
count_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)path;
	(void)st;
	(void)flag;
	return ftw->level > 0;
}

static void
nothing_is_left_on_the_host(void **state)
{
	struct outcome outcome;

	(void)state;
	need_hugepages();
	check(&outcome);
	assert_accepted(&outcome);
	assert_true(outcome.preflight.is_primary);
	assert_int_equal(nftw(base, count_one, 8, FTW_PHYS), 0);
}

static void
second_primary_is_told_the_first(void **state)
{
	struct outcome outcome;
	pid_t pid;

	(void)state;
	pid = start_primary(RTE_MAGIC, RTE_VERSION);
	options.wish = WISH_PRIMARY;
	check(&outcome);
	end(pid);
	assert_refused(&outcome);
	assert_has(outcome.refusal.text,
		"another primary already runs under the prefix rte");
	assert_has(outcome.refusal.text, pid_words(pid, " (fake_primary)"));
	assert_has(outcome.refusal.text, "--file-prefix");
}

static void
secondary_needs_a_living_primary(void **state)
{
	struct outcome outcome;

	(void)state;
	options.wish = WISH_SECONDARY;
	options.file_prefix = "rte";
	check(&outcome); /* nothing there */
	assert_refused(&outcome);
	assert_has(outcome.refusal.text, "no primary under the prefix rte");
	assert_has(outcome.refusal.text, "mpsh --proc-type=primary");
	write_config(RTE_MAGIC, RTE_VERSION); /* dead */
	check(&outcome);
	assert_refused(&outcome);
	assert_has(outcome.refusal.text, "no primary");
	write_config(0, RTE_VERSION); /* died in its own start */
	check(&outcome);
	assert_refused(&outcome);
	assert_has(outcome.refusal.text, "no primary");
}

static uint32_t
read_magic(void)
{
	uint32_t magic = 0;
	int fd = open_in_runtime_dir("config");

	assert_int_equal(pread(fd, &magic, sizeof(magic), 0), sizeof(magic));
	close(fd);
	return magic;
}

static void
complete_config(pid_t pid)
{
	(void)pid;
	write_config(RTE_MAGIC, RTE_VERSION);
}

static char config_path[160];

static pid_t
start_later(void (*act)(pid_t), pid_t pid)
{
	struct later later = { .path = config_path, .act = act, .pid = pid };

	snprintf(config_path, sizeof(config_path), "%s/config", runtime_dir);
	return start(act_later, &later);
}

static void
secondary_waits_for_a_starting_primary(void **state)
{
	struct outcome outcome;
	pid_t pid, other;

	(void)state;
	need_hugepages();
	pid = start_primary(0, RTE_VERSION);
	other = start_later(complete_config, pid);
	check(&outcome);
	end(other);
	end(pid);
	/* It returned when the other had done it, not before. */
	assert_int_equal(read_magic(), RTE_MAGIC);
	assert_accepted(&outcome);
	assert_int_equal(outcome.preflight.primary_pid, pid);
}

static void
wake(pid_t pid)
{
	kill(pid, SIGCONT);
}

static void
secondary_waits_for_a_stopped_primary(void **state)
{
	struct outcome outcome;
	pid_t pid, other;

	(void)state;
	need_hugepages();
	pid = start_primary(RTE_MAGIC, RTE_VERSION);
	stop(pid);
	other = start_later(wake, pid);
	check(&outcome);
	assert_int_not_equal(host_process_state(pid), 'T');
	end(other);
	end(pid);
	assert_accepted(&outcome);
}

static void
kill_it(pid_t pid)
{
	kill(pid, SIGKILL);
}

static void
primary_that_dies_in_its_start_is_not_waited_for(void **state)
{
	struct outcome outcome;
	pid_t pid, other;

	(void)state;
	options.wish = WISH_SECONDARY;
	pid = start_primary(0, RTE_VERSION);
	other = start_later(kill_it, pid);
	check(&outcome);
	end(other);
	end(pid);
	assert_refused(&outcome);
	assert_has(outcome.refusal.text, "no primary");
}

static uint64_t
now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void
wait_ends_at_its_time(void **state)
{
	struct outcome outcome;
	uint64_t before, took;
	pid_t pid;

	(void)state;
	options.has_wait = true;
	options.wait_s = 1;
	before = now_ms();
	check(&outcome);
	took = now_ms() - before;
	assert_true(took >= 1000 && took <= 10000);
	assert_refused(&outcome);
	assert_has(outcome.refusal.text, "no primary under the prefix rte");
	assert_has(outcome.refusal.text, "after 1 s");

	/* One of another version is waited past, too, and named at the end. */
	pid = start_primary(RTE_MAGIC, DPDK_23_11_1);
	options.wait_s = 0;
	check(&outcome);
	end(pid);
	assert_refused(&outcome);
	assert_has(outcome.refusal.text, "23.11.1");
}

static void
wait_finds_a_primary_that_comes(void **state)
{
	struct outcome outcome;
	pid_t pid, other;

	(void)state;
	need_hugepages();
	options.has_wait = true;
	options.wait_s = 60;
	pid = start_primary(RTE_MAGIC, DPDK_23_11_1);
	other = start_later(complete_config, pid);
	check(&outcome);
	end(other);
	end(pid);
	assert_accepted(&outcome);
	assert_false(outcome.preflight.is_primary);
}

static void
starting_primary_without_an_answer_is_named(void **state)
{
	struct outcome outcome;
	pid_t pid;

	(void)state;
	options.has_wait = true;
	options.wait_s = 0;
	pid = start_primary(0, RTE_VERSION);
	check(&outcome);
	end(pid);
	assert_refused(&outcome);
	assert_has(outcome.refusal.text, "no answer in 0 s from the primary");
	assert_has(
		outcome.refusal.text, pid_words(pid, ", fake_primary, still starting"));
}

static void
versions_are_named_in_words(void **state)
{
	static const struct {
		uint32_t version;
		const char *words;
	} cases[] = {
		{ DPDK_23_11_1, "DPDK 23.11.1," },
		{ 24u << 24 | 3u << 16 | 0u << 8 | 99u, "DPDK 24.03.0," },
		{ 23u << 24 | 7u << 16 | 0u << 8 | 2u, "DPDK 23.07.0-rc2," },
	};
	struct outcome outcome;
	unsigned int i;
	pid_t pid;

	(void)state;
	for (i = 0; i < RTE_DIM(cases); i++) {
		pid = start_primary(RTE_MAGIC, cases[i].version);
		check(&outcome);
		end(pid);
		assert_refused(&outcome);
		assert_has(outcome.refusal.text, cases[i].words);
		assert_has(outcome.refusal.text, rte_version());
		assert_has(outcome.refusal.text, pid_words(pid, " (fake_primary)"));
	}
}

static void
primary_without_hugepages_is_refused(void **state)
{
	struct outcome outcome;
	char path[160];
	pid_t pid;

	(void)state;
	pid = start_primary(RTE_MAGIC, RTE_VERSION);
	snprintf(path, sizeof(path), "%s/hugepage_info", runtime_dir);
	unlink(path);
	check(&outcome);
	end(pid);
	assert_refused(&outcome);
	assert_has(outcome.refusal.text, "--no-huge");
}

/*
 * Ten seconds, side by side with the other tests: begun before them, read after.
 */
static int slow_result = -1;
static pid_t slow_pid, slow_primary;
static char slow_base[64];

static int
start_slow(void **state)
{
	int result[2];

	setup(state);
	strcpy(slow_base, base);
	if (pipe2(result, O_CLOEXEC) < 0)
		return -1;
	slow_primary = start_primary(RTE_MAGIC, RTE_VERSION);
	stop(slow_primary);
	slow_pid = fork();
	if (slow_pid == 0) {
		struct outcome outcome;

		prctl(PR_SET_PDEATHSIG, SIGKILL);
		check(&outcome);
		_exit(write(result[1], &outcome, sizeof(outcome)) < 0);
	}
	close(result[1]);
	slow_result = result[0];
	return 0;
}

static int
end_slow(void **state)
{
	strcpy(base, slow_base);
	return teardown(state);
}

static void
stopped_primary_is_named_after_ten_seconds(void **state)
{
	struct outcome outcome;
	char words[96];

	(void)state;
	assert_int_equal(read(slow_result, &outcome, sizeof(outcome)), sizeof(outcome));
	waitpid(slow_pid, NULL, 0);
	end(slow_primary);
	assert_int_equal(outcome.ret, 3);
	snprintf(words, sizeof(words),
		"no answer in 10 s from the primary (pid %d, stopped)\nkill -CONT %d",
		(int)slow_primary, (int)slow_primary);
	assert_string_equal(outcome.refusal.text, words);
}
/* ---- old holders ---- */

static void
holders_of_old_memory_are_named(void **state)
{
	struct outcome outcome;
	pid_t first, second;
	char words[64];

	(void)state;
	need_hugepages();
	write_config(RTE_MAGIC, RTE_VERSION);
	first = start(be_holder, "fbarray_memzone");
	second = start(be_holder, "fbarray_memseg-2048k-0-0");
	stop(second);
	check(&outcome);
	end(first);
	end(second);
	assert_refused(&outcome);
	assert_has(outcome.refusal.text,
		"processes of an earlier primary still hold its memory");
	assert_has(outcome.refusal.text, pid_words(first, " (old_secondary)"));
	assert_has(outcome.refusal.text, pid_words(second, " (old_secondary, stopped)"));
	snprintf(words, sizeof(words), "kill -CONT %d)", (int)second);
	assert_has(outcome.refusal.text, words);
	assert_has(outcome.refusal.text, "or use another --file-prefix");
}

static void
holder_that_lets_go_is_waited_for(void **state)
{
	struct later later = { .path = runtime_dir, .act = kill_it };
	struct outcome outcome;
	pid_t other;

	(void)state;
	need_hugepages();
	later.pid = start(be_holder, "fbarray_memzone");
	other = start(act_later, &later);
	check(&outcome);
	end(other);
	end(later.pid);
	assert_accepted(&outcome);
	assert_true(outcome.preflight.is_primary);
}

static void
copies_of_a_secondary_are_in_no_ones_way(void **state)
{
	struct outcome outcome;
	pid_t pid;

	(void)state;
	need_hugepages();
	pid = start(be_holder, "fbarray_memseg-2048k-0-0_7393");
	check(&outcome);
	end(pid);
	assert_accepted(&outcome);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(lock_tells_the_primary),
		TEST(auto_joins_a_living_primary),
		TEST(auto_follows_a_dead_primary),
		TEST(a_batch_founds_no_group),
		TEST(nothing_is_left_on_the_host),
		TEST(second_primary_is_told_the_first),
		TEST(secondary_needs_a_living_primary),
		TEST(secondary_waits_for_a_starting_primary),
		TEST(secondary_waits_for_a_stopped_primary),
		TEST(primary_that_dies_in_its_start_is_not_waited_for),
		TEST(wait_ends_at_its_time),
		TEST(wait_finds_a_primary_that_comes),
		TEST(starting_primary_without_an_answer_is_named),
		TEST(versions_are_named_in_words),
		TEST(primary_without_hugepages_is_refused),
		TEST(holders_of_old_memory_are_named),
		TEST(holder_that_lets_go_is_waited_for),
		TEST(copies_of_a_secondary_are_in_no_ones_way),
		/* The last: it has run beside the others. */
		cmocka_unit_test(stopped_primary_is_named_after_ten_seconds),
	};

	return cmocka_run_group_tests(tests, start_slow, end_slow);
}
