/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The host that the tests of a start need: a runtime directory, processes that hold it.
 */

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
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
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "message/name.h"
#include "start_fixture.h"
#include "startup/options.h"
#include "startup/preflight.h"
#include "startup/refuse.h"

#define NOBODY 65534

/* What EAL 22.11 locks of its config: memsegs in struct rte_mem_config (linux/eal.c). */
#define LOCK_START 136
#define LOCK_LENGTH 17408

char base[64];
char runtime_dir[96];
struct options options;

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

int
setup(void **state)
{
	(void)state;
	new_base();
	memset(&options, 0, sizeof(options));
	options.file_prefix = "rte";
	options.max_peers = PEERS_DEFAULT;
	return 0;
}

int
teardown(void **state)
{
	(void)state;
	unsetenv("RUNTIME_DIRECTORY");
	nftw(base, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	return 0;
}

void
make_runtime_dir(void)
{
	char path[96];

	snprintf(path, sizeof(path), "%s/dpdk", base);
	mkdir(path, 0700);
	mkdir(runtime_dir, 0700);
}

int
open_in_runtime_dir(const char *name)
{
	char path[160];

	make_runtime_dir();
	snprintf(path, sizeof(path), "%s/%s", runtime_dir, name);
	return open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
}

void
write_config(uint32_t magic, uint32_t version)
{
	uint32_t head[2] = { magic, version };
	int fd = open_in_runtime_dir("config");

	if (fd < 0 || pwrite(fd, head, sizeof(head), 0) != sizeof(head) ||
		ftruncate(fd, 25344) < 0)
		abort();
	close(fd);
}

unsigned long
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

void
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

void
need_root(void)
{
	if (getuid() != 0)
		skip();
}

/* ---- other processes ---- */

static int ready_pipe[2];

void
ready(void)
{
	if (write(ready_pipe[1], "", 1) != 1)
		_exit(1);
}

pid_t
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

void
end(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

void
stop(pid_t pid)
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

pid_t
start_primary(uint32_t magic, uint32_t version)
{
	write_config(magic, version);
	close(open_in_runtime_dir("hugepage_info"));
	return start(be_primary, NULL);
}

/* What a secondary holds of its primary's memory. */
void
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

void
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

/* ---- a host made different ---- */

int
become_nobody(void)
{
	if (setgid(NOBODY) < 0 || setuid(NOBODY) < 0)
		return -1;
	return 0;
}

int
own_mounts(void)
{
	/* Private, or what is done to the mounts here is done to the host's. */
	if (getuid() != 0 || unshare(CLONE_NEWNS) < 0 ||
		mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return -1;
	return 0;
}

/* ---- checks ---- */

void
check(struct outcome *outcome)
{
	outcome->ret = preflight_check(&options, &outcome->preflight, &outcome->refusal);
}

void
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

void
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

void
assert_has(const char *error, const char *words)
{
	if (strstr(error, words) == NULL)
		fail_msg("'%s' is not in '%s'", words, error);
}

void
assert_refused(const struct outcome *outcome)
{
	if (outcome->ret != 3)
		fail_msg("%d: %s", outcome->ret, outcome->refusal.text);
	assert_shape(outcome->refusal.text);
}

void
assert_accepted(const struct outcome *outcome)
{
	if (outcome->ret != 0)
		fail_msg("%d: %s", outcome->ret, outcome->refusal.text);
}

const char *
pid_words(pid_t pid, const char *rest)
{
	static char words[64];

	snprintf(words, sizeof(words), "pid %d%s", (int)pid, rest);
	return words;
}
