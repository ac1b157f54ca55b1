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

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/hugepages.h"
#include "host/map_files.h"

#define PREFIX "px"

static struct host_hugepages mounts;
static char dir[] = "/tmp/mpsh-map-files.XXXXXX";
static char paths[3][64];
static void *mapped[3];
static pid_t other;

/* Make a file and map it. */
static void
map(unsigned int i, const char *name)
{
	int fd;

	snprintf(paths[i], sizeof(paths[i]), "%s/%s", dir, name);
	fd = open(paths[i], O_RDWR | O_CREAT, 0600);
	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, 4096), 0);
	mapped[i] = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	assert_ptr_not_equal(mapped[i], MAP_FAILED);
	close(fd);
}

/* Two files, mapped by this process and by another that is its child. */
static int
set_up(void **state)
{
	(void)state;
	map(0, PREFIX "map_0");
	map(1, PREFIX "map_12");
	other = fork();
	if (other == 0) {
		pause();
		_exit(0);
	}
	return 0;
}

static int
tear_down(void **state)
{
	unsigned int i;

	(void)state;
	kill(other, SIGKILL);
	waitpid(other, NULL, 0);
	for (i = 0; i < 3; i++) {
		if (mapped[i] != NULL)
			munmap(mapped[i], 4096);
		unlink(paths[i]);
		mapped[i] = NULL;
	}
	return 0;
}

static void
files_of_their_names_are_the_same(void **state)
{
	(void)state;
	assert_int_equal(host_look_at_map_files(other, PREFIX), HOST_MAPS_SAME);
	assert_true(host_shares_map_files(other, PREFIX, 0, true));
	assert_int_equal(access(paths[0], F_OK), 0);
	/* A prefix that only begins as this one has none. */
	assert_int_equal(host_look_at_map_files(other, "p"), HOST_MAPS_SAME);
}

static void
a_removed_one_is_gone(void **state)
{
	(void)state;
	unlink(paths[1]);
	assert_int_equal(host_look_at_map_files(other, PREFIX), HOST_MAPS_GONE);
	assert_int_equal(host_look_at_map_files(other, "another"), HOST_MAPS_SAME);
}

static void
a_replaced_one_is_gone(void **state)
{
	char kept[80];

	(void)state;
	/* Its inode stays in use: another file has another. */
	snprintf(kept, sizeof(kept), "%s-kept", paths[0]);
	assert_int_equal(link(paths[0], kept), 0);
	unlink(paths[0]);
	close(open(paths[0], O_RDWR | O_CREAT, 0600));
	assert_int_equal(host_look_at_map_files(other, PREFIX), HOST_MAPS_GONE);
	unlink(kept);
}

static void
who_cannot_be_read_is_unknown(void **state)
{
	(void)state;
	assert_int_equal(host_look_at_map_files(-1, PREFIX), HOST_MAPS_UNKNOWN);
	assert_true(host_shares_map_files(-1, PREFIX, 0, true));
	assert_int_equal(access(paths[0], F_OK), 0);
}

static void
what_the_other_has_not_is_this_processs_own(void **state)
{
	(void)state;
	map(2, PREFIX "map_7");
	assert_false(host_shares_map_files(other, PREFIX, 0, false));
	/* What lies behind the end is not looked at. */
	assert_false(
		host_shares_map_files(other, PREFIX, (uintptr_t)mapped[2] + 1, false));
	assert_true(host_shares_map_files(other, PREFIX, 1, false));
	assert_int_equal(access(paths[2], F_OK), 0);
	assert_false(host_shares_map_files(other, PREFIX, 0, true));
	assert_int_equal(access(paths[2], F_OK), -1);
	assert_int_equal(access(paths[0], F_OK), 0);
	assert_int_equal(access(paths[1], F_OK), 0);
}

static void
a_lock_of_another_is_found(void **state)
{
	pid_t pid = 1;
	int fd = open(paths[1], O_RDONLY);

	(void)state;
	mounts.n_mounts = 1;
	snprintf(mounts.mounts[0].dir, sizeof(mounts.mounts[0].dir), "%s", dir);
	assert_false(host_map_files_are_held(&mounts, PREFIX, &pid));
	assert_int_equal(pid, 0);
	assert_int_equal(flock(fd, LOCK_SH), 0);
	assert_true(host_map_files_are_held(&mounts, PREFIX, &pid));
	assert_false(host_map_files_are_held(&mounts, "another", &pid));
	close(fd);
	assert_false(host_map_files_are_held(&mounts, PREFIX, &pid));
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(files_of_their_names_are_the_same),
		TEST(a_removed_one_is_gone),
		TEST(a_replaced_one_is_gone),
		TEST(who_cannot_be_read_is_unknown),
		TEST(what_the_other_has_not_is_this_processs_own),
		TEST(a_lock_of_another_is_found),
	};
	int failed;

	if (mkdtemp(dir) == NULL)
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	rmdir(dir);
	return failed;
}
