/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* unshare, pipe2 */
#endif

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <inttypes.h>
#include <limits.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include <rte_common.h>
#include <rte_eal.h>
#include <rte_version.h>

#include "host/process.h"
#include "host/runtime.h"
#include "message/name.h"
#include "startup/eal_errors.h"
#include "startup/options.h"
#include "startup/preflight.h"
#include "startup/refuse.h"
#include "startup/refuse.h"

#define NOBODY 65534

/* What EAL 22.11 locks of its config: memsegs in struct rte_mem_config (linux/eal.c). */
#define LOCK_START 136
#define LOCK_LENGTH 17408

#define DPDK_23_11_1 (23u << 24 | 11u << 16 | 1u << 8 | 99u)

static char base[64];        /* $RUNTIME_DIRECTORY of the test */
static char runtime_dir[96]; /* base/dpdk/rte */
static struct options options;

/* ---- the host that a test needs ---- */

static int
remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

static void
new_base(void)
{
	strcpy(base, "/tmp/mpsh-preflight-XXXXXX");
	if (mkdtemp(base) == NULL)
		abort();
	snprintf(runtime_dir, sizeof(runtime_dir), "%s/dpdk/rte", base);
	setenv("RUNTIME_DIRECTORY", base, 1);
}

static int
setup(void **state)
{
	(void)state;
	new_base();
	memset(&options, 0, sizeof(options));
	options.file_prefix = "rte";
	options.max_peers = PEERS_DEFAULT;
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	unsetenv("RUNTIME_DIRECTORY");
	nftw(base, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	return 0;
}

static void
make_runtime_dir(void)
{
	char path[96];

	snprintf(path, sizeof(path), "%s/dpdk", base);
	mkdir(path, 0700);
	mkdir(runtime_dir, 0700);
}

static int
open_in_runtime_dir(const char *name)
{
	char path[160];

	make_runtime_dir();
	snprintf(path, sizeof(path), "%s/%s", runtime_dir, name);
	return open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
}

static void
write_config(uint32_t magic, uint32_t version)
{
	uint32_t head[2] = { magic, version };
	int fd = open_in_runtime_dir("config");

	if (fd < 0 || pwrite(fd, head, sizeof(head), 0) != sizeof(head) ||
		ftruncate(fd, 25344) < 0)
		abort();
	close(fd);
}

/* A number of /proc/meminfo. */
static unsigned long
meminfo(const char *name)
{
	unsigned long number = 0;
	char line[256];
	FILE *file;

	file = fopen("/proc/meminfo", "re");
	while (file != NULL && fgets(line, sizeof(line), file) != NULL)
		if (strncmp(line, name, strlen(name)) == 0)
			number = strtoul(line + strlen(name), NULL, 10);
	if (file != NULL)
		fclose(file);
	return number;
}

/* Without hugetlbfs and free pages a primary could not start on this host anyway. */
static void
need_hugepages(void)
{
	char line[512], dir[256];
	bool usable = false;
	FILE *file;

	file = fopen("/proc/mounts", "re");
	while (file != NULL && fgets(line, sizeof(line), file) != NULL)
		if (strstr(line, " hugetlbfs ") != NULL &&
			sscanf(line, "%*s %255s", dir) == 1 && access(dir, W_OK) == 0)
			usable = true;
	if (file != NULL)
		fclose(file);
	if (!usable || meminfo("HugePages_Free:") * meminfo("Hugepagesize:") < 16 * 1024)
		skip();
}

static void
need_root(void)
{
	if (getuid() != 0)
		skip();
}

/* ---- other processes ---- */

/* Start body in a child, and return when it has called ready(). */
static int ready_pipe[2];

static void
ready(void)
{
	if (write(ready_pipe[1], "", 1) != 1)
		_exit(1);
}

static pid_t
start(void (*body)(const void *), const void *arg)
{
	char byte;
	pid_t pid;

	assert_int_equal(pipe2(ready_pipe, O_CLOEXEC), 0);
	pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		body(arg);
		_exit(0);
	}
	close(ready_pipe[1]);
	assert_int_equal(read(ready_pipe[0], &byte, 1), 1);
	close(ready_pipe[0]);
	return pid;
}

static void
end(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static void
end_child(pid_t pid)
{
	int status;

	kill(pid, SIGSTOP);
	assert_int_equal(waitpid(pid, &status, WUNTRACED), pid);
	assert_true(WIFSTOPPED(status));
}

/* What a primary does to its config in rte_eal_config_create(). */
static void
be_primary(const void *arg)
{
	struct flock lock = { .l_type = F_WRLCK,
		.l_whence = SEEK_SET,
		.l_start = LOCK_START,
		.l_len = LOCK_LENGTH };
	int fd = open_in_runtime_dir("config");

	(void)arg;
	prctl(PR_SET_NAME, "fake_primary");
	if (fcntl(fd, F_SETLK, &lock) < 0)
		_exit(1);
	ready();
	for (;;)
		pause();
}

static pid_t
start_primary(uint32_t magic, uint32_t version)
{
	write_config(magic, version);
	close(open_in_runtime_dir("hugepage_info"));
	return start(be_primary, NULL);
}

/* What a secondary holds of its primary's memory. */
static void
be_holder(const void *arg)
{
	int fd = open_in_runtime_dir(arg);

	prctl(PR_SET_NAME, "old_secondary");
	if (flock(fd, LOCK_SH) < 0)
		_exit(1);
	ready();
	for (;;)
		pause();
}

/* Do it when path has been looked at and left twice: the check is polling then. */
struct later {
	const char *path;
	void (*act)(pid_t pid);
	pid_t pid;
};

static void
act_later(const void *arg)
{
	const struct later *later = arg;
	char events[4096] __attribute__((aligned(8)));
	unsigned int looks = 0;
	int fd = inotify_init1(IN_CLOEXEC);

	if (inotify_add_watch(fd, later->path, IN_CLOSE_NOWRITE) < 0)
		_exit(1);
	ready();
	while (looks < 2) {
		const struct inotify_event *event;
		ssize_t length = read(fd, events, sizeof(events));
		ssize_t at;

		for (at = 0; at < length; at += sizeof(*event) + event->len) {
			event = (const void *)(events + at);
			looks++;
		}
	}
	later->act(later->pid);
}

/* ---- checks ---- */

struct outcome {
	int ret;
	struct preflight preflight;
	struct refusal refusal;
};

static void
check(struct outcome *outcome)
{
	outcome->ret = preflight_check(&options, &outcome->preflight, &outcome->refusal);
}

/* The same in a child that has made the host different for itself; skips if it cannot. */
static void
check_in_child(int (*change)(void), struct outcome *outcome)
{
	int result[2];
	pid_t pid;

	assert_int_equal(pipe2(result, O_CLOEXEC), 0);
	pid = fork();
	if (pid == 0) {
		if (change() == 0) {
			check(outcome);
			if (write(result[1], outcome, sizeof(*outcome)) < 0)
				_exit(1);
		}
		_exit(0);
	}
	close(result[1]);
	ssize_t n = read(result[0], outcome, sizeof(*outcome));
	close(result[0]);
	waitpid(pid, NULL, 0);
	if (n == 0)
		skip();
	assert_int_equal(n, sizeof(*outcome));
}

/* One or two lines, none empty, no newline at the end. */
static void
assert_shape(const char *error)
{
	const char *newline = strchr(error, '\n');

	assert_true(error[0] != '\0' && error[0] != '\n');
	assert_true(strlen(error) < sizeof(((struct refusal *)NULL)->text) - 1);
	if (newline != NULL) {
		assert_true(newline[1] != '\0');
		assert_null(strchr(newline + 1, '\n'));
	}
}

static void
assert_has(const char *error, const char *words)
{
	if (strstr(error, words) == NULL)
		fail_msg("'%s' is not in '%s'", words, error);
}

static void
assert_refused(const struct outcome *outcome)
{
	if (outcome->ret != 3)
		fail_msg("%d: %s", outcome->ret, outcome->refusal.text);
	assert_shape(outcome->refusal.text);
}

static void
assert_accepted(const struct outcome *outcome)
{
	if (outcome->ret != 0)
		fail_msg("%d: %s", outcome->ret, outcome->refusal.text);
}

/* "pid N" of the process, so that tests can look for it. */
static const char *
pid_words(pid_t pid, const char *rest)
{
	static char words[64];

	snprintf(words, sizeof(words), "pid %d%s", (int)pid, rest);
	return words;
}

/* ---- names and states ---- */

static int
become_nobody(void)
{
	if (setgid(NOBODY) < 0 || setuid(NOBODY) < 0)
		return -1;
	return 0;
}

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

static void
process_states_and_names_are_read(void **state)
{
	char name[16];
	pid_t pid;

	(void)state;
	/* qemu-user makes up /proc/self/stat, with no state in it. */
	if (getenv("MPSH_EMULATED") != NULL)
		skip();
	assert_int_equal(host_process_state(getpid()), 'R');
	pid = start_primary(RTE_MAGIC, RTE_VERSION);
	host_process_name(pid, name);
	assert_string_equal(name, "fake_primary");
	end_child(pid);
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
	end_child(pid);
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
	end_child(slow_primary);
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
	end_child(second);
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

/* The lock's taker ends and leaves it to its child: /proc/locks is silent then. */
static void
be_testator(const void *arg)
{
	int fd = open_in_runtime_dir("fbarray_memzone");
	pid_t *heir = *(pid_t *const *)arg;

	if (flock(fd, LOCK_SH) < 0)
		_exit(1);
	if (fork() == 0) {
		prctl(PR_SET_NAME, "heir");
		*heir = getpid();
		ready();
	}
	for (;;)
		pause();
}

static void
explain_names_holders_by_descriptor(void **state)
{
	struct preflight preflight = { .is_primary = true };
	struct refusal refusal;
	pid_t *heir;

	(void)state;
	heir = mmap(NULL, sizeof(*heir), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(heir != MAP_FAILED);
	strcpy(preflight.runtime_dir, runtime_dir);
	end(start(be_testator, &heir));
	preflight_explain(&options, &preflight, "EAL: Cannot allocate memzone list\n",
		ENODEV, &refusal);
	kill(*heir, SIGKILL);
	assert_has(refusal.text, pid_words(*heir, " (heir)"));
	munmap(heir, sizeof(*heir));
}

static void
explain_names_holders(void **state)
{
	static const char log[] = "EAL: Cannot allocate memzone list\n"
				  "EAL: FATAL: Cannot init memzone\n"
				  "EAL: Cannot init memzone\n";
	struct preflight preflight = { .is_primary = true };
	struct refusal refusal;
	pid_t pid;

	(void)state;
	strcpy(preflight.runtime_dir, runtime_dir);
	pid = start(be_holder, "fbarray_memzone");
	preflight_explain(&options, &preflight, log, ENODEV, &refusal);
	end(pid);
	assert_shape(refusal.text);
	assert_has(refusal.text, "still hold its memory");
	assert_has(refusal.text, pid_words(pid, " (old_secondary)"));
	preflight_explain(&options, &preflight, log, ENODEV, &refusal);
	assert_shape(refusal.text);
	assert_has(refusal.text, "lists of memory");
	assert_has(refusal.text, runtime_dir);
}

/* ---- the host ---- */

static int
own_mounts(void)
{
	/* Private, or what is done to the mounts here is done to the host's. */
	if (getuid() != 0 || unshare(CLONE_NEWNS) < 0 ||
		mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return -1;
	return 0;
}

static int
with_few_descriptors(unsigned int limit)
{
	struct rlimit rlimit = { .rlim_cur = limit, .rlim_max = limit };

	return setrlimit(RLIMIT_NOFILE, &rlimit);
}

static int
with_10(void)
{
	return with_few_descriptors(10);
}

static int
with_16(void)
{
	return with_few_descriptors(16);
}

static int
with_18(void)
{
	return with_few_descriptors(18);
}

static int
with_20(void)
{
	return with_few_descriptors(20);
}

static int
with_64(void)
{
	return with_few_descriptors(64);
}

static int
with_soft_20(void)
{
	struct rlimit rlimit = { .rlim_cur = 20, .rlim_max = 4096 };

	return setrlimit(RLIMIT_NOFILE, &rlimit);
}

static void
few_descriptors_are_refused(void **state)
{
	static int (*const changes[])(
		void) = { with_10, with_16, with_18, with_20, with_64 };
	static const char *const counts[] = { "10", "16", "18", "20", "64" };
	struct outcome outcome;
	char words[64];
	unsigned int i;

	(void)state;
	for (i = 0; i < RTE_DIM(changes); i++) {
		check_in_child(changes[i], &outcome);
		assert_refused(&outcome);
		snprintf(words, sizeof(words), "too few descriptors: %s may be open",
			counts[i]);
		assert_has(outcome.refusal.text, words);
		assert_has(outcome.refusal.text,
			getuid() == 0 ? ": ulimit -n 1024" : ": sudo prlimit");
		assert_null(strchr(outcome.refusal.text, '\n'));
	}
}

static int
with_64_and_a_primary(void)
{
	return start_primary(RTE_MAGIC, RTE_VERSION) > 0 ? with_64() : -1;
}

static void
secondary_needs_fewer_descriptors(void **state)
{
	struct outcome outcome;

	(void)state;
	need_hugepages();
	check_in_child(with_64_and_a_primary, &outcome);
	assert_accepted(&outcome);
	assert_false(outcome.preflight.is_primary);
}

static void
soft_limit_of_descriptors_is_raised(void **state)
{
	struct outcome outcome;

	(void)state;
	need_hugepages();
	check_in_child(with_soft_20, &outcome);
	assert_accepted(&outcome);
}

static void
runtime_directory_below_a_file_is_refused(void **state)
{
	struct outcome outcome;
	char path[96], words[256];

	(void)state;
	snprintf(path, sizeof(path), "%s/dpdk", base);
	close(open(path, O_CREAT | O_WRONLY, 0600));
	check(&outcome);
	assert_refused(&outcome);
	snprintf(words, sizeof(words), "cannot use the runtime directory: %s: %s\n", path,
		strerror(ENOTDIR));
	assert_has(outcome.refusal.text, words);
	assert_has(outcome.refusal.text, "\nset RUNTIME_DIRECTORY");
	options.wish = WISH_SECONDARY;
	check(&outcome);
	assert_refused(&outcome);
	assert_has(outcome.refusal.text, strerror(ENOTDIR));
	/* A file in its own place. */
	unlink(path);
	mkdir(path, 0700);
	close(open(runtime_dir, O_CREAT | O_WRONLY, 0600));
	options.wish = WISH_AUTO;
	check(&outcome);
	assert_refused(&outcome);
	assert_has(outcome.refusal.text, strerror(ENOTDIR));
}

static void
missing_runtime_directory_is_refused(void **state)
{
	struct outcome outcome;
	char path[96];

	(void)state;
	snprintf(path, sizeof(path), "%s/missing", base);
	setenv("RUNTIME_DIRECTORY", path, 1);
	check(&outcome);
	assert_refused(&outcome);
	assert_has(outcome.refusal.text, path);
	assert_has(outcome.refusal.text, "\nmkdir -p ");
}

static int
on_read_only_tmpfs(void)
{
	if (own_mounts() < 0)
		return -1;
	return mount("none", base, "tmpfs", MS_RDONLY, NULL);
}

static void
read_only_runtime_directory_is_refused(void **state)
{
	struct outcome outcome;

	(void)state;
	check_in_child(on_read_only_tmpfs, &outcome);
	assert_refused(&outcome);
	assert_has(outcome.refusal.text, "cannot use the runtime directory");
	assert_has(outcome.refusal.text, strerror(EROFS));
}

static void
runtime_directory_of_another_is_not_permitted(void **state)
{
	struct outcome outcome;
	char path[96];

	(void)state;
	need_root();
	assert_int_equal(chmod(base, 0755), 0);
	make_runtime_dir();
	check_in_child(become_nobody, &outcome);
	assert_refused(&outcome);
	assert_has(outcome.refusal.text, "not permitted: ");
	assert_has(outcome.refusal.text, "belongs to root");
	/* The directories are open, the config is not. */
	write_config(RTE_MAGIC, RTE_VERSION);
	snprintf(path, sizeof(path), "%s/dpdk", base);
	assert_int_equal(chmod(path, 0755), 0);
	assert_int_equal(chmod(runtime_dir, 0777), 0);
	check_in_child(become_nobody, &outcome);
	assert_refused(&outcome);
	assert_has(outcome.refusal.text, "/config belongs to root");
}

static void
hugepages_of_root_are_not_permitted(void **state)
{
	struct outcome outcome;

	(void)state;
	need_root();
	need_hugepages();
	assert_int_equal(chmod(base, 0777), 0);
	check_in_child(become_nobody, &outcome);
	assert_refused(&outcome);
	assert_has(outcome.refusal.text, "not permitted: ");
	assert_has(outcome.refusal.text, "belongs to root");
	assert_has(outcome.refusal.text, "sudo ");
}

static int
without_hugetlbfs(void)
{
	char line[512], dir[256];
	FILE *file;

	if (own_mounts() < 0)
		return -1;
	file = fopen("/proc/mounts", "re");
	while (file != NULL && fgets(line, sizeof(line), file) != NULL)
		if (sscanf(line, "%*s %255s hugetlbfs", dir) == 1 &&
			strstr(line, " hugetlbfs ") != NULL && umount(dir) < 0)
			return -1;
	if (file != NULL)
		fclose(file);
	return 0;
}

static void
missing_hugetlbfs_is_named(void **state)
{
	struct outcome outcome;

	(void)state;
	need_hugepages();
	check_in_child(without_hugetlbfs, &outcome);
	assert_refused(&outcome);
	assert_string_equal(outcome.refusal.text,
		"hugetlbfs is not mounted\nmount -t hugetlbfs nodev /dev/hugepages");
	options.memory_mib = 1024 * 1024;
	check_in_child(without_hugetlbfs, &outcome);
	assert_refused(&outcome);
	assert_has(outcome.refusal.text,
		"hugetlbfs is not mounted and there are too few hugepages");
	assert_has(outcome.refusal.text, "dpdk-hugepages.py --setup 1048576M");
}

static int
without_hugetlbfs_but_a_primary(void)
{
	return start_primary(RTE_MAGIC, RTE_VERSION) > 0 ? without_hugetlbfs() : -1;
}

static void
secondary_needs_hugetlbfs_too(void **state)
{
	struct outcome outcome;

	(void)state;
	need_hugepages();
	options.memory_mib = 1024 * 1024; /* pages are the primary's matter */
	check_in_child(without_hugetlbfs_but_a_primary, &outcome);
	assert_refused(&outcome);
	assert_string_equal(outcome.refusal.text,
		"hugetlbfs is not mounted\nmount -t hugetlbfs nodev /dev/hugepages");
}

/* Bound anew, so that only this mount of it is read-only and not the file system. */
static int
on_read_only_hugetlbfs(void)
{
	if (own_mounts() < 0 ||
		mount("/dev/hugepages", "/dev/hugepages", NULL, MS_BIND, NULL) < 0)
		return -1;
	options.huge_dir = "/dev/hugepages";
	return mount(
		NULL, "/dev/hugepages", NULL, MS_BIND | MS_REMOUNT | MS_RDONLY, NULL);
}

static void
read_only_hugetlbfs_is_refused(void **state)
{
	struct outcome outcome;

	(void)state;
	need_hugepages();
	check_in_child(on_read_only_hugetlbfs, &outcome);
	assert_refused(&outcome);
	assert_has(outcome.refusal.text, "/dev/hugepages is mounted read-only");
}

static void
too_few_hugepages_are_counted(void **state)
{
	struct outcome outcome;
	char words[64];

	(void)state;
	need_hugepages();
	options.memory_mib = 1024 * 1024;
	check(&outcome);
	assert_refused(&outcome);
	assert_has(outcome.refusal.text, "too few free hugepages: ");
	assert_has(outcome.refusal.text, "needs 1048576 MiB");
	assert_has(outcome.refusal.text, "dpdk-hugepages.py --");
	/* Peers alone: 8 MiB, and 545 KiB for each of them. */
	options.memory_mib = 0;
	options.max_peers = meminfo("HugePages_Total:") * meminfo("Hugepagesize:") / 545;
	check(&outcome);
	assert_refused(&outcome);
	if (strstr(outcome.refusal.text, "descriptors") != NULL)
		skip(); /* so many pages that the peers for them need too many */
	snprintf(
		words, sizeof(words), "needs %u MiB", options.max_peers * 545 / 1024 + 9);
	assert_has(outcome.refusal.text, words);
	assert_has(outcome.refusal.text, ", or use --max-peers ");
}

static void
lock_map_file(const void *arg)
{
	int fd = open(arg, O_RDONLY | O_CLOEXEC);

	if (flock(fd, LOCK_SH) < 0)
		_exit(1);
	ready();
	for (;;)
		pause();
}

/*
 * In a directory of its own, where no starting primary deletes them; eight pages, four
 * of which are asked for, so that others may take or leave some meanwhile.
 */
static void
pages_left_by_the_dead_count_as_free(void **state)
{
	struct outcome free_outcome, locked_outcome;
	char dir[] = "/dev/hugepages/mpsh-test-XXXXXX", path[64];
	unsigned long page_kib = meminfo("Hugepagesize:");
	int fd, ret;
	pid_t pid;

	(void)state;
	need_hugepages();
	if (page_kib != 2048 || mkdtemp(dir) == NULL)
		skip();
	snprintf(path, sizeof(path), "%s/rtemap_0", dir);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	ret = fallocate(fd, 0, 0, 16 << 20);
	close(fd);
	options.huge_dir = dir;
	options.max_peers = 1;
	options.memory_mib = (meminfo("HugePages_Free:") + 4) * 2;
	check(&free_outcome);
	pid = start(lock_map_file, path);
	check(&locked_outcome);
	end(pid);
	unlink(path);
	rmdir(dir);
	assert_int_equal(ret, 0);
	assert_accepted(&free_outcome);
	assert_refused(&locked_outcome);
	assert_has(locked_outcome.refusal.text, "too few free hugepages");
}

static void
wrong_huge_dir_is_refused(void **state)
{
	struct outcome outcome;

	(void)state;
	need_hugepages();
	options.huge_dir = "/nowhere/huge";
	check(&outcome);
	assert_refused(&outcome);
	assert_has(outcome.refusal.text,
		"--huge-dir /nowhere/huge: no such directory\nuse --huge-dir /");
	options.huge_dir = base;
	check(&outcome);
	assert_refused(&outcome);
	assert_has(outcome.refusal.text, "it lies on no hugetlbfs mount");
	/* Its name begins as a mount's does. */
	options.huge_dir = "/dev/hugepages-mpsh-test";
	if (mkdir(options.huge_dir, 0700) < 0)
		skip();
	check(&outcome);
	rmdir(options.huge_dir);
	assert_refused(&outcome);
	assert_has(outcome.refusal.text, "it lies on no hugetlbfs mount");
}

/* ---- EAL's log ---- */

#define OWN_RELEASE RTE_STR(RTE_VER_YEAR) "." OWN_MONTH
#if RTE_VER_MONTH < 10
#define OWN_MONTH "0" RTE_STR(RTE_VER_MONTH)
#else
#define OWN_MONTH RTE_STR(RTE_VER_MONTH)
#endif

/*
 * As DPDK 22.11.11 logged it, run with --no-pci --log-level=warning in each of these
 * ways; of the usage text only the beginning is kept.
 */
static const struct {
	const char *name;
	bool is_primary;
	const char *log;
	const char *words[6];
} logs[] = {
	{ "second", true,
		"EAL: Cannot create lock on '/var/run/dpdk/h2p/config'. Is another "
		"primary process running?\n"
		"EAL: FATAL: Cannot init config\n"
		"EAL: Cannot init config\n",
		{ "another primary already runs", "prefix rte", "--file-prefix" } },
	{ "nosec", false,
		"EAL: Cannot open '/var/run/dpdk/h2none/config' for rte_mem_config\n"
		"EAL: FATAL: Cannot init config\n"
		"EAL: Cannot init config\n",
		{ "no primary", "mpsh --proc-type=primary" } },
	{ "version", false,
		"EAL: Primary and secondary process DPDK version mismatch\n"
		"EAL: FATAL: Cannot init config\n"
		"EAL: Cannot init config\n",
		{ "DPDK version", OWN_RELEASE } },
	{ "tailq", false,
		"EAL: Cannot initialize tailq: EXTRA_TAILQ\n"
		"Tailq 0: qname:<RTE_RING>, tqh_first:(nil), tqh_last:0x100004488\n"
		"Tailq 1: qname:<UIO_RESOURCE_LIST>, tqh_first:(nil), "
		"tqh_last:0x1000044b8\n"
		"Tailq 2: qname:<VFIO_RESOURCE_LIST>, tqh_first:(nil), "
		"tqh_last:0x1000044e8\n"
		"Tailq 3: qname:<RTE_MEMPOOL>, tqh_first:(nil), tqh_last:0x100004518\n"
		"EAL: FATAL: Cannot init tail queues for objects\n"
		"EAL: Cannot init tail queues for objects\n",
		{ "lacks a library", "EXTRA_TAILQ", "-Dstatic_eal=true" } },
	{ "blockcfg", false,
		"EAL: Cannot mmap memory for rte_config at [0x100000000], got "
		"[0x7fb7a8a44000] - please use '--base-virtaddr' option\n"
		"EAL: FATAL: Cannot init config\n"
		"EAL: Cannot init config\n",
		{ "primary's addresses", "0x100000000", "setarch -R", "--base-virtaddr",
			"randomize_va_space" } },
	{ "blockmz", false,
		"EAL: Cannot get a virtual area at requested address: 0x100007000 (got "
		"0x7f2efea65000)\n"
		"EAL: Cannot attach to memzone list\n"
		"EAL: FATAL: Cannot init memzone\n"
		"EAL: Cannot init memzone\n",
		{ "primary's addresses", "0x100007000", "setarch -R" } },
	{ "blockms", false,
		"EAL: Cannot get a virtual area at requested address: 0x100035000 (got "
		"0x7fcb3f658000)\n"
		"EAL: Cannot attach to primary process memseg lists\n"
		"EAL: FATAL: Cannot init memory\n"
		"EAL: Cannot init memory\n",
		{ "primary's addresses", "0x100035000", "setarch -R" } },
	{ "blockva", false,
		"EAL: Cannot get a virtual area at requested address: 0x100200000 (got "
		"0x7f5420929000)\n"
		"EAL: Cannot reserve 17179869184 bytes at [0x100200000] - please use "
		"'--base-virtaddr' option\n"
		"EAL: Cannot preallocate VA space for hugepage memory\n"
		"EAL: FATAL: Cannot init memory\n"
		"EAL: Cannot init memory\n",
		{ "primary's addresses", "0x100200000", "setarch -R" } },
	{ "aslim", true,
		"EAL: Cannot get a virtual area: Cannot allocate memory\n"
		"EAL: Cannot allocate VA space for memseg list\n"
		"EAL: FATAL: Cannot init memory\n"
		"EAL: Cannot init memory\n",
		{ "address space", "ulimit -v unlimited" } },
	{ "nohugesec", false,
		"EAL: Failed to open shared memory!\n"
		"EAL: FATAL: Cannot get hugepage information.\n"
		"EAL: Cannot get hugepage information.\n",
		{ "without hugepages", "--no-huge" } },
	{ "nopages", true,
		"EAL: No free 2048 kB hugepages reported on node 0\n"
		"EAL: FATAL: Cannot get hugepage information.\n"
		"EAL: Cannot get hugepage information.\n",
		{ "hugepages", "dpdk-hugepages.py --setup 64M" } },
	{ "toomuch", true,
		"EAL: Not enough memory available! Requested: 4096MB, available: 128MB\n"
		"EAL: FATAL: Cannot init memory\n"
		"EAL: Cannot init memory\n",
		{ "hugepages", "4096MB", "dpdk-hugepages.py --setup" } },
	{ "nomount", true,
		"EAL: FATAL: Cannot get hugepage information.\n"
		"EAL: Cannot get hugepage information.\n",
		{ "hugepage", "dpdk-hugepages.py --setup" } },
	{ "nobody", true,
		"EAL: get_seg_fd(): open '/dev/hugepages/h2umap_0' failed: Permission "
		"denied\n"
		"EAL: Couldn't get fd on hugepage file\n"
		"EAL: error allocating rte services array\n"
		"EAL: FATAL: rte_service_init() failed\n"
		"EAL: rte_service_init() failed\n",
		{ "not permitted", "/dev/hugepages/h2umap_0", "sudo mpsh" } },
	{ "nobodyroot", true,
		"EAL: Error creating '/var/run/dpdk/h2u': Permission denied\n"
		"EAL: Cannot create runtime directory\n"
		"EAL: FATAL: Invalid 'command line' arguments.\n"
		"EAL: Invalid 'command line' arguments.\n",
		{ "not permitted", "/var/run/dpdk/h2u", "RUNTIME_DIRECTORY" } },
	{ "romount", true,
		"EAL: get_seg_fd(): open '/dev/hugepages/h2umap_0' failed: Read-only "
		"file system\n"
		"EAL: Couldn't get fd on hugepage file\n"
		"EAL: error allocating rte services array\n"
		"EAL: FATAL: rte_service_init() failed\n"
		"EAL: rte_service_init() failed\n",
		{ "read-only", "remount,rw" } },
	{ "fd20", true,
		"EAL: get_seg_fd(): open '/dev/hugepages/h2umap_0' failed: Too many open "
		"files\n"
		"EAL: Couldn't get fd on hugepage file\n"
		"EAL: error allocating rte services array\n"
		"EAL: FATAL: rte_service_init() failed\n"
		"EAL: rte_service_init() failed\n",
		{ "too few descriptors", "ulimit -n 1024" } },
	{ "rtdirfile", true,
		"EAL: Error creating '/etc/passwd/dpdk': Not a directory\n"
		"EAL: Cannot create runtime directory\n"
		"EAL: FATAL: Invalid 'command line' arguments.\n"
		"EAL: Invalid 'command line' arguments.\n",
		{ "runtime directory", "/etc/passwd/dpdk", "Not a directory" } },
	{ "rorun", true,
		"EAL: Error creating '/mnt/dpdk': Read-only file system\n"
		"EAL: Cannot create runtime directory\n"
		"EAL: FATAL: Invalid 'command line' arguments.\n"
		"EAL: Invalid 'command line' arguments.\n",
		{ "runtime directory", "/mnt/dpdk", "Read-only" } },
	{ "badlcore", true,
		"EAL: lcore 7 unavailable\n"
		"EAL: invalid core list, please check specified cores are part of 0-1\n"
		"Usage: ./tiny [options]\n"
		"EAL common options:\n"
		"  -c COREMASK         Hexadecimal bitmask of cores to run on\n"
		"  -l CORELIST         List of cores to run on\n"
		"EAL: Invalid 'command line' arguments.\n",
		{ "lcore 7 unavailable" } },
	{ "badmask", true,
		"EAL: invalid characters in coremask: [zz]\n"
		"EAL: invalid coremask syntax\n"
		"Usage: ./tiny [options]\n"
		"EAL common options:\n"
		"  -c COREMASK         Hexadecimal bitmask of cores to run on\n"
		"  -l CORELIST         List of cores to run on\n"
		"EAL: Invalid 'command line' arguments.\n",
		{ "invalid characters in coremask: [zz]" } },
	{ "badopt", true,
		"./tiny: unrecognized option '--foo'\n"
		"./tiny: unrecognized option '--foo'\n"
		"Usage: ./tiny [options]\n"
		"EAL common options:\n"
		"  -c COREMASK         Hexadecimal bitmask of cores to run on\n"
		"  -l CORELIST         List of cores to run on\n"
		"EAL: Invalid 'command line' arguments.\n",
		{ "unrecognized option '--foo'", "--help" } },
	{ "bothlcores", true,
		"EAL: Option --lcores is ignored, because (-l) is set!\n"
		"Usage: ./tiny [options]\n"
		"EAL common options:\n"
		"  -c COREMASK         Hexadecimal bitmask of cores to run on\n"
		"  -l CORELIST         List of cores to run on\n"
		"EAL: Invalid 'command line' arguments.\n",
		{ "--lcores is ignored, because (-l) is set" } },
	{ "socketmemnohuge", true,
		"EAL: Option --socket-mem cannot be specified together with --no-huge\n"
		"Usage: ./tiny [options]\n"
		"EAL common options:\n"
		"  -c COREMASK         Hexadecimal bitmask of cores to run on\n"
		"  -l CORELIST         List of cores to run on\n"
		"EAL: Invalid 'command line' arguments.\n",
		{ "--socket-mem cannot be specified together" } },
	{ "twopfx", true,
		"EAL: Invalid char, '%', in --file-prefix option\n"
		"Usage: ./tiny [options]\n"
		"EAL common options:\n"
		"  -c COREMASK         Hexadecimal bitmask of cores to run on\n"
		"  -l CORELIST         List of cores to run on\n"
		"EAL: Invalid 'command line' arguments.\n",
		{ "Invalid char, '%', in --file-prefix" } },
};

static void
logs_of_failed_starts_are_explained(void **state)
{
	struct refusal refusal;
	struct preflight preflight;
	unsigned int i, word;

	(void)state;
	for (i = 0; i < RTE_DIM(logs); i++) {
		memset(&preflight, 0, sizeof(preflight));
		preflight.is_primary = logs[i].is_primary;
		strcpy(preflight.runtime_dir, runtime_dir);
		preflight_explain(&options, &preflight, logs[i].log, 0, &refusal);
		assert_shape(refusal.text);
		for (word = 0; logs[i].words[word] != NULL; word++)
			if (strstr(refusal.text, logs[i].words[word]) == NULL)
				fail_msg("%s: '%s' is not in '%s'", logs[i].name,
					logs[i].words[word], refusal.text);
	}
}

static void
explain_names_the_other_primary(void **state)
{
	struct preflight preflight = { .is_primary = true };
	struct refusal refusal;
	pid_t pid;

	(void)state;
	strcpy(preflight.runtime_dir, runtime_dir);
	pid = start_primary(RTE_MAGIC, RTE_VERSION);
	preflight_explain(&options, &preflight, logs[0].log, 0, &refusal);
	end(pid);
	assert_has(refusal.text, pid_words(pid, " (fake_primary)"));
}

static void
single_process_options_are_named(void **state)
{
	char name[] = "mpsh", option[] = "--no-hug", *argv[] = { name, option, NULL };
	struct preflight preflight = { .is_primary = true };
	struct refusal refusal;

	(void)state;
	options.eal_argv = argv;
	options.eal_argc = 2;
	preflight_explain(
		&options, &preflight, "EAL: Cannot init memory\n", ENOMEM, &refusal);
	assert_shape(refusal.text);
	assert_has(refusal.text, "--no-huge has no multi-process");
}

static void
unknown_logs_end_with_their_last_line(void **state)
{
	static const struct {
		const char *log;
		int code;
		const char *words;
	} cases[] = {
		{ "EAL: Detected CPU lcores: 2\nEAL: FATAL: Cannot init VFIO\n", EAGAIN,
			"DPDK could not start: Cannot init VFIO\n" },
		{ "EAL: Cannot init alarm", 0,
			"DPDK could not start: Cannot init alarm\n" },
		{ "Tailq 1: qname:<X>\n", ENOMEM,
			"DPDK could not start: Cannot allocate memory\n" },
		{ "something\n\n", 0, "DPDK could not start: something\n" },
		{ "", ENOMEM, "DPDK could not start: Cannot allocate memory\n" },
		{ "", 0, "DPDK could not start: it did not say why\n" },
	};
	struct preflight preflight = { .is_primary = true };
	struct refusal refusal;
	unsigned int i;

	(void)state;
	for (i = 0; i < RTE_DIM(cases); i++) {
		preflight_explain(
			&options, &preflight, cases[i].log, cases[i].code, &refusal);
		assert_shape(refusal.text);
		assert_has(refusal.text, cases[i].words);
	}
}

static void
long_lines_do_not_overflow(void **state)
{
	struct preflight preflight = { .is_primary = true };
	struct refusal refusal;
	char log[8192];

	(void)state;
	memset(log, 'x', sizeof(log));
	memcpy(log, "EAL: ", 5);
	log[sizeof(log) - 1] = '\0';
	preflight_explain(&options, &preflight, log, 0, &refusal);
	assert_shape(refusal.text);
	assert_has(refusal.text, "DPDK could not start: xxx");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(runtime_directory_comes_from_the_environment),
		TEST(runtime_directory_of_a_user),
		TEST(too_long_a_runtime_directory_is_refused),
		TEST(process_states_and_names_are_read),
		TEST(odd_process_names_do_no_harm),
		TEST(lock_tells_the_primary),
		TEST(auto_joins_a_living_primary),
		TEST(auto_follows_a_dead_primary),
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
		TEST(explain_names_holders_by_descriptor),
		TEST(explain_names_holders),
		TEST(few_descriptors_are_refused),
		TEST(secondary_needs_fewer_descriptors),
		TEST(soft_limit_of_descriptors_is_raised),
		TEST(runtime_directory_below_a_file_is_refused),
		TEST(missing_runtime_directory_is_refused),
		TEST(read_only_runtime_directory_is_refused),
		TEST(runtime_directory_of_another_is_not_permitted),
		TEST(hugepages_of_root_are_not_permitted),
		TEST(missing_hugetlbfs_is_named),
		TEST(secondary_needs_hugetlbfs_too),
		TEST(read_only_hugetlbfs_is_refused),
		TEST(too_few_hugepages_are_counted),
		TEST(pages_left_by_the_dead_count_as_free),
		TEST(wrong_huge_dir_is_refused),
		TEST(logs_of_failed_starts_are_explained),
		TEST(explain_names_the_other_primary),
		TEST(single_process_options_are_named),
		TEST(unknown_logs_end_with_their_last_line),
		TEST(long_lines_do_not_overflow),
		/* The last: it has run beside the others. */
		cmocka_unit_test(stopped_primary_is_named_after_ten_seconds),
	};

	return cmocka_run_group_tests(tests, start_slow, end_slow);
}
