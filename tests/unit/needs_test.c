/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* What a start needs of the host: descriptors, directories, hugepages. */

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include <cmocka.h>

#include <rte_common.h>
#include <rte_eal.h>
#include <rte_version.h>

#include "base/exit.h"
#include "start_fixture.h"
#include "startup/options.h"

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
	assert_int_equal(outcome.ret, EXIT_WRONG_USAGE);
	assert_has(outcome.refusal.text,
		"--huge-dir /nowhere/huge: no such directory\nuse --huge-dir /");
	options.huge_dir = base;
	check(&outcome);
	assert_int_equal(outcome.ret, EXIT_WRONG_USAGE);
	assert_has(outcome.refusal.text, "it lies on no hugetlbfs mount");
	/* Its name begins as a mount's does. */
	options.huge_dir = "/dev/hugepages-mpsh-test";
	if (mkdir(options.huge_dir, 0700) < 0)
		skip();
	check(&outcome);
	rmdir(options.huge_dir);
	assert_int_equal(outcome.ret, EXIT_WRONG_USAGE);
	assert_has(outcome.refusal.text, "it lies on no hugetlbfs mount");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
