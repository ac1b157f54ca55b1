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
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/compat.h"
#include "host/lists.h"
#include "host/process.h"
#include "host/sockets.h"
#include "peers/letgo.h"

/*
 * The runtime directory of a prefix with files of this pid: of this process, of one that
 * has ended, and of a process that has the same pid in another PID namespace, which is a
 * child here.
 */
static char dir[64];
static pid_t other;
static int ready[2];

static const char *
path_of(const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return path;
}

/* The name of a copy of a list of memory by the process pid. */
static const char *
list_of(unsigned int list, pid_t pid)
{
	static char name[64];

	snprintf(name, sizeof(name),
		COMPAT_LIST_HAS_TIME ? "fbarray_memseg-2048k-0-%u_%d_7f"
				     : "fbarray_memseg-2048k-0-%u_%d",
		list, (int)pid);
	return name;
}

static const char *
socket_of(pid_t pid, const char *time)
{
	static char name[64];

	snprintf(name, sizeof(name), "mp_socket_%d_%s", (int)pid, time);
	return name;
}

static int
make_list(unsigned int list, pid_t pid, bool locks)
{
	int fd = open(path_of(list_of(list, pid)), O_RDWR | O_CREAT, 0600);

	assert_true(fd >= 0);
	if (locks)
		assert_int_equal(flock(fd, LOCK_SH), 0);
	return fd;
}

static int
make_socket(const char *name)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%.107s", path_of(name));
	assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

static bool
is_there(const char *name)
{
	return access(path_of(name), F_OK) == 0;
}

static int
set_up(void **state)
{
	pid_t own = getpid();
	char byte;

	(void)state;
	strcpy(dir, "/tmp/mpsh-letgo.XXXXXX");
	assert_non_null(mkdtemp(dir));
	assert_int_equal(pipe(ready), 0);
	other = fork();
	if (other == 0) {
		make_list(1, own, true);
		make_socket(socket_of(own, "beef"));
		make_socket("mp_socket");
		_exit(write(ready[1], "x", 1) == 1 && pause());
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	return 0;
}

static int
tear_down(void **state)
{
	char command[128];

	(void)state;
	kill(other, SIGKILL);
	waitpid(other, NULL, 0);
	close(ready[0]);
	close(ready[1]);
	snprintf(command, sizeof(command), "rm -r %s", dir);
	return system(command);
}

static void
test_only_own_files_go(void **state)
{
	pid_t own = getpid();
	int list = make_list(0, own, true), mine = make_socket(socket_of(own, "cafe"));

	(void)state;
	close(make_list(2, own, false));
	close(make_list(0, 1, false));
	close(make_socket(socket_of(own, "dead")));
	close(make_socket(socket_of(1, "dead")));
	assert_true(host_list_is_held(path_of(list_of(1, own))));
	assert_false(host_list_is_held(path_of(list_of(2, own))));
	assert_int_equal(host_lists_are_taken(dir), !COMPAT_LIST_HAS_TIME);

	letgo_own_files(dir, false);
	assert_false(is_there(list_of(0, own)));        /* open here */
	assert_false(is_there(list_of(2, own)));        /* left behind */
	assert_true(is_there(list_of(1, own)));         /* the other's */
	assert_true(is_there(list_of(0, 1)));           /* of another pid */
	assert_false(is_there(socket_of(own, "cafe"))); /* open here */
	assert_false(is_there(socket_of(own, "dead"))); /* left behind */
	assert_true(is_there(socket_of(own, "beef")));  /* the other's */
	assert_true(is_there(socket_of(1, "dead")));
	assert_true(is_there("mp_socket"));

	letgo_own_files(dir, true);
	assert_false(is_there("mp_socket"));
	close(list);
	close(mine);
}

static void
test_who_has_a_socket(void **state)
{
	char name[HOST_SOCKET_NAME_SIZE];
	pid_t own = getpid();
	int fd;

	(void)state;
	assert_int_equal(host_own_socket(dir, name), -1);
	fd = make_socket(socket_of(own, "cafe"));
	assert_int_equal(host_own_socket(dir, name), fd);
	assert_string_equal(name, socket_of(own, "cafe"));
	assert_int_equal(host_socket_owner(path_of(socket_of(own, "cafe"))), own);
	/* It has this process's pid in its name, but this process has not got it. */
	assert_int_equal(
		host_socket_owner(path_of(socket_of(own, "beef"))), HOST_PID_UNSEEN);
	assert_int_equal(
		host_socket_owner(path_of("mp_socket_4194304_1")), HOST_PID_UNSEEN);
	close(fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_only_own_files_go, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_who_has_a_socket, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
