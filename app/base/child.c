/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Shell commands that run beside this process. */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <event2/event.h>

#include "base/child.h"
#include "base/loop.h"
#include "base/memory.h"

/* How long the end of this process waits for that of the killed ones. */
#define END_MS 300

struct child {
	volatile sig_atomic_t pid;    /* its group's too; 0: this entry is free */
	int ended_fd, out_fd, err_fd; /* a pidfd, and pipes; -1 when closed */
	struct event *ended, *out, *err, *timer;
	void (*done)(void *ctx, const struct child_end *end);
	void *ctx;
	struct child_end end;
};

static struct child children[CHILDREN_MAX];
static bool no_more;

/*
 * A shell that kills what runs when this process is killed: it sees that by the end of a
 * pipe. It is told each group that begins ("+ PID") and that has ended ("- PID"), and is
 * nobody's child.
 */
static const char heirs_script[] =
	"exec 3<&0; ("
	"g=' '; while read -r what pid; do case $what in "
	"+) g=\"$g$pid \";; "
	"*) g=\"${g%% $pid *} ${g#* $pid }\";; esac; done <&3; "
	"for pid in $g; do kill -s KILL -- -$pid; done) &";

static int heir = -1; /* that pipe */

extern char **environ;

static void
close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* As long as it was not waited for, its number is nobody else's. */
static void
kill_group(const struct child *child)
{
	kill(-child->pid, SIGKILL);
}

static void
stop_reading(struct child *child)
{
	loop_free_event(&child->out);
	loop_free_event(&child->err);
	loop_free_event(&child->timer);
	close_fd(&child->out_fd);
	close_fd(&child->err_fd);
}

/* Without an heir, or memory, all ends as well, but for a process that is killed. */
static void
tell_heir(char what, pid_t pid)
{
	char line[32];
	int length = snprintf(line, sizeof(line), "%c %d\n", what, (int)pid);

	if (heir >= 0 && write(heir, line, length) != length)
		close_fd(&heir);
}

/* Take the entry back of a child that was waited for, or that there never was. */
static void
release(struct child *child)
{
	if (child->pid > 0)
		tell_heir('-', child->pid);
	stop_reading(child);
	loop_free_event(&child->ended);
	close_fd(&child->ended_fd);
	child->pid = 0;
}

/* Tell how it has ended, once. */
static void
finish(struct child *child, enum child_result result)
{
	void (*done)(void *ctx, const struct child_end *end) = child->done;

	child->done = NULL;
	child->end.result = result;
	stop_reading(child);
	if (done != NULL)
		done(child->ctx, &child->end);
}

/* Too late or too wordy: kill it; on_ended() takes back its entry. */
static void
give_up(struct child *child, enum child_result result)
{
	kill_group(child);
	finish(child, result);
}

/*
 * Read what there is, without waiting, and keep the first size bytes of all. Returns
 * false at the end of the pipe.
 */
static bool
read_some(int fd, void *kept, size_t size, size_t *length)
{
	uint8_t bytes[4096];
	ssize_t got = read(fd, bytes, sizeof(bytes));
	size_t fits;

	if (got <= 0)
		return got < 0 && (errno == EAGAIN || errno == EINTR);
	fits = (size_t)got < size - *length ? (size_t)got : size - *length;
	memcpy((uint8_t *)kept + *length, bytes, fits);
	*length += fits;
	return true;
}

/* Has it printed more than it may? What is read is one byte more than that at most. */
static bool
is_wordy(const uint8_t *output, size_t length)
{
	return length > CHILD_OUTPUT_MAX ||
		(length == CHILD_OUTPUT_MAX && output[length - 1] != '\n');
}

static void
on_out(evutil_socket_t fd, short what, void *arg)
{
	struct child *child = arg;
	uint8_t output[CHILD_OUTPUT_MAX + 1];
	size_t length = child->end.length;

	(void)what;
	memcpy(output, child->end.output, length);
	if (!read_some(fd, output, sizeof(output), &length)) {
		loop_free_event(&child->out);
		return;
	}
	if (is_wordy(output, length)) {
		give_up(child, CHILD_WORDY);
		return;
	}
	memcpy(child->end.output, output, length);
	child->end.length = length;
}

static void
on_err(evutil_socket_t fd, short what, void *arg)
{
	struct child *child = arg;

	(void)what;
	if (!read_some(fd, child->end.said, sizeof(child->end.said),
		    &child->end.said_length))
		loop_free_event(&child->err);
}

static void
on_timer(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	give_up(arg, CHILD_LATE);
}

/* Read what is left in the pipes: others may hold them open for ever. */
static void
drain(struct child *child)
{
	size_t before;

	do {
		before = child->end.length;
		if (child->out != NULL)
			on_out(child->out_fd, EV_READ, child);
	} while (child->out != NULL && child->end.length != before);
	if (child->err != NULL)
		on_err(child->err_fd, EV_READ, child);
}

static void
on_ended(evutil_socket_t fd, short what, void *arg)
{
	struct child *child = arg;
	siginfo_t info;

	(void)fd;
	(void)what;
	/* It is waited for last: up to then the group has its number. */
	if (waitid(P_PID, child->pid, &info, WEXITED | WNOHANG | WNOWAIT) < 0 ||
		info.si_pid != child->pid)
		return;
	kill_group(child);
	drain(child);
	waitpid(child->pid, &child->end.status, 0);
	finish(child, CHILD_EXITED);
	release(child);
}

/* A pipe whose ends no other program gets; [0] does not block. Returns 0 or -errno. */
static int
make_pipe(int fds[2])
{
	if (pipe2(fds, O_CLOEXEC) < 0)
		return -errno;
	fcntl(fds[0], F_SETFL, O_NONBLOCK);
	return 0;
}

/* The environment of this process with other values of some variables; on the heap. */
static char **
make_environment(char *const *variables)
{
	size_t n = 0, added = 0, at = 0, i, k;
	char **made;

	while (environ[n] != NULL)
		n++;
	while (variables[added] != NULL)
		added++;
	made = memory_get((n + added + 1) * sizeof(*made));
	for (i = 0; made != NULL && i < n; i++) {
		for (k = 0; k < added; k++)
			if (strncmp(environ[i], variables[k],
				    strcspn(variables[k], "=") + 1) == 0)
				break;
		if (k == added)
			made[at++] = environ[i];
	}
	for (k = 0; made != NULL && k <= added; k++)
		made[at++] = variables[k];
	return made;
}

static int
set_attributes(posix_spawnattr_t *attributes)
{
	sigset_t all, none;

	sigfillset(&all);
	sigemptyset(&none);
	/* A session: the terminal is not the command's. */
	return posix_spawnattr_setflags(attributes,
		       POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF |
			       POSIX_SPAWN_SETSIGMASK) != 0 ||
			posix_spawnattr_setsigdefault(attributes, &all) != 0 ||
			posix_spawnattr_setsigmask(attributes, &none) != 0
		? -ENOMEM
		: 0;
}

/*
 * posix_spawn(), and not fork(): the memory of this process, with the pages of the group,
 * is not copied.
 */
static int
spawn(pid_t *pid, const char *command, char *const *variables, const int fds[3])
{
	char *argv[] = { "sh", "-c", (char *)(uintptr_t)command, NULL };
	char **environment = make_environment(variables);
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	int ret = environment == NULL ? ENOMEM : 0, i;

	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attributes);
	for (i = 0; i < 3 && ret == 0; i++)
		ret = posix_spawn_file_actions_adddup2(&actions, fds[i], i);
	/* EAL and its libraries have descriptors without O_CLOEXEC. */
	if (ret == 0)
		ret = posix_spawn_file_actions_addclosefrom_np(&actions, 3);
	if (ret == 0 && set_attributes(&attributes) < 0)
		ret = ENOMEM;
	if (ret == 0)
		ret = posix_spawn(
			pid, "/bin/sh", &actions, &attributes, argv, environment);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	free(environment);
	return -ret;
}

static void
start_heir(void)
{
	char *const none[] = { NULL };
	int in[2] = { -1, -1 }, nothing;
	pid_t pid;

	if (heir >= 0)
		return;
	nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (nothing >= 0 && make_pipe(in) == 0 && fcntl(in[0], F_SETFL, 0) == 0 &&
		fcntl(in[1], F_SETFL, O_NONBLOCK) == 0 &&
		spawn(&pid, heirs_script, none,
			(const int[]){ in[0], nothing, nothing }) == 0) {
		waitpid(pid, NULL, 0);
		heir = in[1];
		in[1] = -1;
	}
	close_fd(&in[0]);
	close_fd(&in[1]);
	close_fd(&nothing);
}

/* Spawn it with pipes for its descriptors. Returns 0 or -errno with nothing left open. */
static int
start(struct child *child, const char *command, const void *input, size_t length,
	char *const *variables)
{
	int in[2] = { -1, -1 }, out[2] = { -1, -1 }, err[2] = { -1, -1 };
	pid_t pid = 0;
	int ret = 0;

	if (make_pipe(in) < 0 || make_pipe(out) < 0 || make_pipe(err) < 0)
		ret = -EMFILE;
	/* A pipe takes so few bytes at once. The command may set its end not to block. */
	else if (fcntl(in[0], F_SETFL, 0) < 0 ||
		write(in[1], input, length) != (ssize_t)length)
		ret = -EIO;
	if (ret == 0)
		ret = spawn(
			&pid, command, variables, (const int[]){ in[0], out[1], err[1] });
	close_fd(&in[0]);
	close_fd(&in[1]);
	close_fd(&out[1]);
	close_fd(&err[1]);
	child->pid = pid;
	child->out_fd = out[0];
	child->err_fd = err[0];
	child->ended_fd = ret == 0 ? (int)syscall(SYS_pidfd_open, pid, 0) : -1;
	return ret;
}

/* Have the loop follow it. Returns 0 or -ENOMEM. */
static int
follow(struct child *child, uint32_t ms)
{
	const struct timeval time = { .tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000L };
	struct event_base *base = loop_base();
	const short reads = EV_READ | EV_PERSIST;

	if (child->ended_fd < 0)
		return -ENOMEM;
	child->ended = event_new(base, child->ended_fd, reads, on_ended, child);
	child->out = event_new(base, child->out_fd, reads, on_out, child);
	child->err = event_new(base, child->err_fd, reads, on_err, child);
	child->timer = evtimer_new(base, on_timer, child);
	return child->ended != NULL && child->out != NULL && child->err != NULL &&
			child->timer != NULL && event_add(child->ended, NULL) == 0 &&
			event_add(child->out, NULL) == 0 &&
			event_add(child->err, NULL) == 0 &&
			evtimer_add(child->timer, &time) == 0
		? 0
		: -ENOMEM;
}

int
child_run(const char *command, const void *input, size_t length, char *const *variables,
	uint32_t ms, void (*done)(void *ctx, const struct child_end *end), void *ctx)
{
	struct child *child = children;
	int ret;

	while (child < children + CHILDREN_MAX && child->pid != 0)
		child++;
	if (no_more || child == children + CHILDREN_MAX)
		return -EBUSY;
	/* If its parent ignored this signal nobody could wait for a child. */
	signal(SIGCHLD, SIG_DFL);
	memset(child, 0, sizeof(*child));
	child->done = done;
	child->ctx = ctx;
	start_heir();
	ret = start(child, command, input, length, variables);
	if (ret == 0)
		tell_heir('+', child->pid);
	if (ret == 0 && follow(child, ms) < 0) {
		ret = -ENOMEM;
		kill_group(child);
		waitpid(child->pid, NULL, 0);
	}
	if (ret < 0)
		release(child);
	return ret;
}

void
child_kill_all(void)
{
	int i;

	for (i = 0; i < CHILDREN_MAX; i++)
		if (children[i].pid != 0)
			kill_group(&children[i]);
}

void
child_end_all(void)
{
	uint64_t until = loop_now() + END_MS * UINT64_C(1000000), now;
	int i;

	no_more = true;
	child_kill_all();
	for (i = 0; i < CHILDREN_MAX; i++) {
		struct pollfd ended = { .fd = children[i].ended_fd, .events = POLLIN };

		if (children[i].pid == 0)
			continue;
		now = loop_now();
		poll(&ended, 1, now < until ? (until - now) / 1000000 + 1 : 0);
		waitpid(children[i].pid, NULL, WNOHANG);
		release(&children[i]);
	}
	close_fd(&heir);
}
