/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* pipe2, O_DIRECT, posix_openpt */
#endif
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <event2/event.h>

#include <cmocka.h>

#include "output/writer.h"

/* A writer that blocks would hang the test: the alarm ends it. */
#define HANG_SECONDS 100 /* under valgrind, on a busy host */

#define LINES 20000

static size_t
line_of(char *buf, size_t size, unsigned int i)
{
	return snprintf(buf, size, "line %u\n", i);
}

static void
put_lines(struct writer *w, unsigned int lines)
{
	char line[32];
	unsigned int i;

	for (i = 0; i < lines; i++)
		assert_int_equal(writer_put(w, line, line_of(line, sizeof(line), i)), 0);
}

/* What has been read so far must be the beginning of put_lines()'s output. */
struct reader {
	char rest[32];
	size_t rest_len;
	unsigned int lines;
};

static void
check_bytes(struct reader *reader, const char *bytes, size_t len)
{
	char want[32];
	size_t i;

	for (i = 0; i < len; i++) {
		assert_true(reader->rest_len < sizeof(reader->rest));
		reader->rest[reader->rest_len++] = bytes[i];
		if (bytes[i] != '\n')
			continue;
		assert_int_equal(
			reader->rest_len, line_of(want, sizeof(want), reader->lines));
		assert_memory_equal(reader->rest, want, reader->rest_len);
		reader->rest_len = 0;
		reader->lines++;
	}
}

/* Read what is there, of a descriptor that may block. */
static void
read_some(struct reader *reader, int fd)
{
	struct pollfd poller = { .fd = fd, .events = POLLIN };
	char buf[5000];
	ssize_t n;

	while (poll(&poller, 1, 0) > 0) {
		n = read(fd, buf, sizeof(buf));
		assert_true(n > 0);
		check_bytes(reader, buf, n);
	}
}

static int
open_pty(int *master)
{
	struct termios raw;
	int slave;

	*master = posix_openpt(O_RDWR | O_NOCTTY);
	assert_true(*master >= 0);
	assert_int_equal(grantpt(*master), 0);
	assert_int_equal(unlockpt(*master), 0);
	slave = open(ptsname(*master), O_RDWR | O_NOCTTY);
	assert_true(slave >= 0);
	assert_int_equal(tcgetattr(slave, &raw), 0);
	cfmakeraw(&raw);
	assert_int_equal(tcsetattr(slave, TCSANOW, &raw), 0);
	return slave;
}

/* Put more than fits, then read and let the loop write in turns until all came. */
static void
check_backlog(int out, int in)
{
	struct event_base *base = event_base_new();
	struct writer *w = writer_new(out, base);
	struct reader reader = { .lines = 0 };

	assert_non_null(w);
	put_lines(w, LINES);
	assert_true(writer_backlog(w) > 0);
	while (reader.lines < LINES) {
		read_some(&reader, in);
		event_base_loop(base, EVLOOP_NONBLOCK);
	}
	assert_int_equal(writer_backlog(w), 0);
	/* Nothing waits, so nothing may wake the loop again. */
	assert_int_equal(event_base_get_num_events(base, EVENT_BASE_COUNT_ADDED), 0);
	writer_free(w);
	event_base_free(base);
}

static void
full_pipe_keeps_all_in_order(void **state)
{
	int fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	check_backlog(fds[1], fds[0]);
	close(fds[0]);
	close(fds[1]);
}

static void
full_socket_keeps_all_in_order(void **state)
{
	int fds[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	check_backlog(fds[1], fds[0]);
	close(fds[0]);
	close(fds[1]);
}

static void
full_terminal_keeps_all_in_order(void **state)
{
	int master, slave;

	(void)state;
	slave = open_pty(&master);
	check_backlog(slave, master);
	close(slave);
	close(master);
}

static void
stopped_terminal_does_not_block(void **state)
{
	struct reader reader = { .lines = 0 };
	struct event_base *base = event_base_new();
	struct writer *w;
	int master, slave;

	(void)state;
	slave = open_pty(&master);
	w = writer_new(slave, base);
	assert_non_null(w);
	assert_int_equal(tcflow(slave, TCOOFF), 0); /* what Ctrl-S does */
	put_lines(w, 3);
	assert_int_equal(writer_backlog(w), 3 * strlen("line 0\n"));
	assert_int_equal(event_base_loop(base, EVLOOP_NONBLOCK), 0);
	assert_int_equal(writer_backlog(w), 3 * strlen("line 0\n"));
	assert_int_equal(tcflow(slave, TCOON), 0);
	while (writer_backlog(w) != 0)
		event_base_loop(base, EVLOOP_ONCE);
	while (reader.lines < 3)
		read_some(&reader, master);
	writer_free(w);
	event_base_free(base);
	close(slave);
	close(master);
}

/*
 * A pipe or terminal that cannot be opened anew; a pty's master is one that never
 * can.
 */
static void
what_cannot_be_opened_anew_does_not_block(void **state)
{
	struct event_base *base = event_base_new();
	struct reader reader = { .lines = 0 };
	int master, slave;
	struct writer *w;

	(void)state;
	slave = open_pty(&master);
	w = writer_new(master, base);
	assert_non_null(w);
	put_lines(w, LINES);
	assert_true(writer_backlog(w) > 0);
	while (reader.lines < LINES) {
		read_some(&reader, slave);
		event_base_loop(base, EVLOOP_NONBLOCK);
	}
	writer_free(w);
	event_base_free(base);
	close(slave);
	close(master);
}

/* qemu-user has not the ioctls by which a terminal is told from another. */
static bool
is_emulated(void)
{
	return getenv("MPSH_EMULATED") != NULL;
}

/* After su, the terminal cannot be opened by its own name. */
static void
terminal_of_another_user_does_not_block(void **state)
{
	int master, slave, before, after, status;
	struct writer *w;
	pid_t child;

	(void)state;
	if (geteuid() != 0 || is_emulated())
		skip();
	slave = open_pty(&master);
	assert_int_equal(fchown(slave, 0, 0), 0);
	assert_int_equal(fchmod(slave, 0600), 0);
	child = fork();
	if (child == 0) {
		if (setsid() < 0 || ioctl(slave, TIOCSCTTY, 0) < 0 || setuid(65534) < 0 ||
			tcflow(slave, TCOOFF) < 0)
			_exit(1);
		before = dup(0);
		close(before);
		w = writer_new(slave, NULL);
		if (w == NULL || writer_put(w, "hello\n", 6) != 0 ||
			writer_backlog(w) != 6)
			_exit(2);
		after = dup(0);
		_exit(after != before ? 0 : 3);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	close(slave);
	close(master);
}

static void
shared_description_stays_blocking(void **state)
{
	int master, slave, fds[2], flags;
	struct writer *w;

	(void)state;
	assert_int_equal(pipe(fds), 0);
	w = writer_new(fds[1], NULL);
	put_lines(w, LINES);
	flags = fcntl(fds[1], F_GETFL);
	assert_int_equal(flags & O_NONBLOCK, 0);
	writer_free(w);

	slave = open_pty(&master);
	w = writer_new(slave, NULL);
	put_lines(w, LINES);
	flags = fcntl(slave, F_GETFL);
	assert_int_equal(flags & O_NONBLOCK, 0);
	writer_free(w);
	close(slave);
	close(master);
	close(fds[0]);
	close(fds[1]);
}

static void
no_descriptor_stays_open(void **state)
{
	int fds[2], before, after;
	struct writer *w;

	(void)state;
	assert_int_equal(pipe(fds), 0);
	before = dup(0);
	close(before);
	w = writer_new(fds[1], NULL);
	assert_non_null(w);
	after = dup(0);
	close(after);
	/* One more is open, and a program that is executed does not get it. */
	assert_int_not_equal(before, after);
	assert_int_equal(fcntl(before, F_GETFD), FD_CLOEXEC);
	writer_free(w);
	after = dup(0);
	close(after);
	assert_int_equal(before, after);
	close(fds[0]);
	close(fds[1]);
}

static void
put_is_one_write_on_a_socket(void **state)
{
	static const char message[] =
		"reply from primary: hello (ring, 61.3 us)\nprompt> ";
	struct writer *w;
	char buf[200];
	int fds[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fds), 0);
	w = writer_new(fds[1], NULL);
	assert_int_equal(writer_put(w, message, sizeof(message)), 0);
	assert_int_equal(writer_put(w, "second", 6), 0);
	assert_int_equal(recv(fds[0], buf, sizeof(buf), MSG_DONTWAIT), sizeof(message));
	assert_int_equal(recv(fds[0], buf, sizeof(buf), MSG_DONTWAIT), 6);
	assert_int_equal(recv(fds[0], buf, sizeof(buf), MSG_DONTWAIT), -1);
	writer_free(w);
	close(fds[0]);
	close(fds[1]);
}

static void
check_packets(bool gathers)
{
	static const char message[] =
		"reply from primary: hello (ring, 61.3 us)\nprompt> ";
	struct writer *w;
	char buf[200];
	int fds[2];

	/* A read of a pipe in packet mode gets what one write wrote. */
	assert_int_equal(pipe2(fds, O_DIRECT), 0);
	w = writer_new(fds[1], NULL);
	writer_gather(w, gathers);
	assert_int_equal(writer_put(w, message, sizeof(message)), 0);
	assert_int_equal(writer_put(w, "second", 6), 0);
	assert_int_equal(read(fds[0], buf, sizeof(buf)), sizeof(message));
	assert_int_equal(read(fds[0], buf, sizeof(buf)), 6);
	writer_free(w);
	close(fds[0]);
	close(fds[1]);
}

static void
put_is_one_write_on_a_pipe(void **state)
{
	(void)state;
	check_packets(false);
}

static void
gather_keeps_packets(void **state)
{
	(void)state;
	check_packets(true);
}

/* Of a pipe that may be empty. */
static size_t
take_all(int fd)
{
	size_t got = 0;
	char buf[5000];
	ssize_t n;

	while ((n = read(fd, buf, sizeof(buf))) > 0)
		got += n;
	return got;
}

static void
gathered_lines_are_one_write(void **state)
{
	size_t all = 0, length;
	struct writer *w;
	char line[1000];
	int fds[2];

	(void)state;
	assert_int_equal(pipe2(fds, O_NONBLOCK), 0);
	w = writer_new(fds[1], NULL);
	writer_gather(w, true);
	for (length = 0; length < 10; length++)
		assert_int_equal(writer_put(w, "a line\n", 7), 0);
	assert_int_equal(take_all(fds[0]), 0);
	writer_gather(w, false);
	assert_int_equal(take_all(fds[0]), 70);
	assert_int_equal(writer_put(w, "a line\n", 7), 0);
	assert_int_equal(take_all(fds[0]), 7);
	/* Not without end. */
	memset(line, 'm', sizeof(line));
	writer_gather(w, true);
	for (length = 0; length < 20; length++) {
		assert_int_equal(writer_put(w, line, sizeof(line)), 0);
		assert_true(writer_backlog(w) < 16384);
		all += take_all(fds[0]);
	}
	assert_true(all >= 16000);
	writer_gather(w, false);
	assert_int_equal(all + take_all(fds[0]), 20 * sizeof(line));
	writer_free(w);
	close(fds[0]);
	close(fds[1]);
}

static void
put_uses_the_room_that_came(void **state)
{
	struct reader reader = { .lines = 0 };
	char line[32];
	struct writer *w;
	int fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	w = writer_new(fds[1], NULL);
	put_lines(w, LINES);
	assert_true(writer_backlog(w) > 0);
	/*
	 * Without a loop the next put comes first to see it, also one of nothing.
	 */
	read_some(&reader, fds[0]);
	assert_int_equal(writer_put(w, line, line_of(line, sizeof(line), LINES)), 0);
	while (reader.lines <= LINES) {
		read_some(&reader, fds[0]);
		assert_int_equal(writer_put(w, "", 0), 0);
	}
	writer_free(w);
	close(fds[0]);
	close(fds[1]);
}

static void
put_does_not_overtake_what_waits(void **state)
{
	enum { PAGE = 4096, ROOM = 96 };
	struct writer *w;
	size_t i, size;
	char *bytes;
	int fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	size = fcntl(fds[1], F_SETPIPE_SZ, 2 * PAGE);
	bytes = malloc(size + PAGE);
	memset(bytes, 'a', size);
	w = writer_new(fds[1], NULL);
	/* The last page has room for the third put, but not for the second. */
	assert_int_equal(writer_put(w, bytes, size - ROOM), 0);
	assert_int_equal(writer_backlog(w), 0);
	memset(bytes, 'b', ROOM + 1);
	assert_int_equal(writer_put(w, bytes, ROOM + 1), 0);
	assert_int_equal(writer_backlog(w), ROOM + 1);
	assert_int_equal(writer_put(w, "c", 1), 0);
	assert_int_equal(read(fds[0], bytes, size + PAGE), size - ROOM);
	assert_int_equal(writer_flush(w, NULL), 0);
	assert_int_equal(read(fds[0], bytes, size + PAGE), ROOM + 2);
	for (i = 0; i <= ROOM; i++)
		assert_int_equal(bytes[i], 'b');
	assert_int_equal(bytes[i], 'c');
	free(bytes);
	writer_free(w);
	close(fds[0]);
	close(fds[1]);
}

static void
reader_gone_is_epipe(void **state)
{
	struct event_base *base = event_base_new();
	struct writer *w;
	int fds[2];

	(void)state;
	/* Gone before we start: the pipe cannot be opened anew then. */
	assert_int_equal(pipe(fds), 0);
	close(fds[0]);
	w = writer_new(fds[1], base);
	assert_non_null(w);
	assert_int_equal(writer_put(w, "hello\n", 6), -EPIPE);
	assert_int_equal(writer_flush(w, NULL), -EPIPE);
	writer_free(w);
	close(fds[1]);

	/*
	 * Gone later, while something waits: the loop finds out, the next put
	 * tells.
	 */
	assert_int_equal(pipe(fds), 0);
	w = writer_new(fds[1], base);
	assert_non_null(w);
	put_lines(w, LINES);
	assert_true(writer_backlog(w) > 0);
	close(fds[0]);
	while (writer_backlog(w) != 0)
		event_base_loop(base, EVLOOP_ONCE);
	assert_int_equal(event_base_get_num_events(base, EVENT_BASE_COUNT_ADDED), 0);
	assert_int_equal(writer_put(w, "hello\n", 6), -EPIPE);
	assert_int_equal(writer_put(w, "hello\n", 6), -EPIPE);
	writer_free(w);
	close(fds[1]);

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	w = writer_new(fds[1], base);
	close(fds[0]);
	assert_int_equal(writer_put(w, "hello\n", 6), -EPIPE);
	writer_free(w);
	close(fds[1]);
	event_base_free(base);
}

static void
descriptor_not_for_writing_is_ebadf(void **state)
{
	struct writer *w;
	int fds[2];

	(void)state;
	/* Opened anew, the reading end of a pipe would take our lines. */
	assert_int_equal(pipe(fds), 0);
	w = writer_new(fds[0], NULL);
	assert_non_null(w);
	assert_int_equal(writer_put(w, "hello\n", 6), -EBADF);
	writer_free(w);
	close(fds[1]);
	close(fds[0]);
	w = writer_new(fds[0], NULL);
	assert_non_null(w);
	/* Whoever opens that number afterwards must not get our lines. */
	assert_int_equal(open("/dev/null", O_WRONLY), fds[0]);
	assert_int_equal(writer_put(w, "hello\n", 6), -EBADF);
	writer_free(w);
	close(fds[0]);
}

static void
full_device_is_enospc(void **state)
{
	int fd = open("/dev/full", O_WRONLY);
	struct writer *w = writer_new(fd, NULL);

	(void)state;
	assert_int_equal(writer_put(w, "hello\n", 6), -ENOSPC);
	writer_free(w);
	close(fd);
}

static void
few_descriptors_are_an_error(void **state)
{
	struct rlimit old, none;
	struct writer *w;
	int fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &old), 0);
	none = old;
	none.rlim_cur = 0;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	errno = 0;
	w = writer_new(fds[1], NULL);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &old), 0);
	assert_null(w);
	assert_int_equal(errno, EMFILE);
	close(fds[0]);
	close(fds[1]);
}

static void
file_is_written_where_the_shell_stands(void **state)
{
	char path[] = "/tmp/writer_test.XXXXXX", buf[100];
	struct event_base *base = event_base_new();
	int fd = mkstemp(path);
	struct writer *w;

	(void)state;
	assert_true(fd >= 0);
	unlink(path);
	assert_int_equal(write(fd, "before\n", 7), 7);
	w = writer_new(fd, base);
	assert_non_null(w);
	assert_int_equal(writer_put(w, "ours\n", 5), 0);
	assert_int_equal(write(fd, "between\n", 8), 8);
	assert_int_equal(writer_put(w, "again\n", 6), 0);
	assert_int_equal(writer_backlog(w), 0);
	writer_free(w);
	assert_int_equal(pread(fd, buf, sizeof(buf), 0), 26);
	assert_memory_equal(buf, "before\nours\nbetween\nagain\n", 26);
	close(fd);
	event_base_free(base);
}

static void *
read_all(void *arg)
{
	struct reader *reader = arg;
	char buf[3000];
	ssize_t n;

	/* cmocka's asserts are for its own thread: count here, look there. */
	while ((n = read(reader->rest[0], buf, sizeof(buf))) > 0)
		while (n > 0)
			reader->lines += buf[--n] == '\n';
	return NULL;
}

static void
flush_waits_for_the_reader(void **state)
{
	struct reader reader = { .lines = 0 };
	pthread_t thread;
	struct writer *w;
	int fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	reader.rest[0] = fds[0];
	w = writer_new(fds[1], NULL);
	put_lines(w, LINES);
	assert_true(writer_backlog(w) > 0);
	assert_int_equal(pthread_create(&thread, NULL, read_all, &reader), 0);
	assert_int_equal(writer_flush(w, NULL), 0);
	assert_int_equal(writer_backlog(w), 0);
	writer_free(w);
	close(fds[1]);
	pthread_join(thread, NULL);
	assert_int_equal(reader.lines, LINES);
	close(fds[0]);
}

static volatile int stop;

static void
on_alarm(int number)
{
	(void)number;
	stop = 1;
	alarm(HANG_SECONDS); /* which now has its deadly action again */
}

static void
flush_gives_up_at_a_signal(void **state)
{
	struct sigaction action = { .sa_handler = on_alarm, .sa_flags = SA_RESETHAND };
	struct itimerval soon = { .it_value.tv_usec = 100000 };
	struct writer *w;
	int fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	w = writer_new(fds[1], NULL);
	put_lines(w, LINES);
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &soon, NULL);
	assert_int_equal(writer_flush(w, &stop), 0);
	assert_int_equal(stop, 1);
	assert_true(writer_backlog(w) > 0);
	writer_free(w);
	close(fds[0]);
	close(fds[1]);
}

static void
same_tells_files_apart(void **state)
{
	int fds[2], master, slave, other_master, other_slave, twin, null, status;
	pid_t child;

	(void)state;
	if (is_emulated())
		skip();
	assert_int_equal(pipe(fds), 0);
	twin = dup(fds[1]);
	null = open("/dev/null", O_WRONLY);
	slave = open_pty(&master);
	other_slave = open_pty(&other_master);
	assert_true(writer_same(fds[1], twin));
	assert_true(writer_same(slave, slave));
	assert_false(writer_same(fds[1], null));
	assert_false(writer_same(slave, null));
	assert_false(writer_same(slave, other_slave));
	close(twin);
	assert_false(writer_same(fds[1], twin));

	/* 2>/dev/tty is the same terminal by another node. */
	child = fork();
	if (child == 0) {
		int tty;

		if (setsid() < 0 || ioctl(slave, TIOCSCTTY, 0) < 0)
			_exit(1);
		tty = open("/dev/tty", O_WRONLY);
		_exit(tty >= 0 && writer_same(slave, tty) &&
					!writer_same(other_slave, tty)
				? 0
				: 2);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	close(fds[0]);
	close(fds[1]);
	close(null);
	close(slave);
	close(master);
	close(other_slave);
	close(other_master);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(full_pipe_keeps_all_in_order),
		cmocka_unit_test(full_socket_keeps_all_in_order),
		cmocka_unit_test(full_terminal_keeps_all_in_order),
		cmocka_unit_test(stopped_terminal_does_not_block),
		cmocka_unit_test(what_cannot_be_opened_anew_does_not_block),
		cmocka_unit_test(terminal_of_another_user_does_not_block),
		cmocka_unit_test(shared_description_stays_blocking),
		cmocka_unit_test(no_descriptor_stays_open),
		cmocka_unit_test(put_is_one_write_on_a_socket),
		cmocka_unit_test(put_is_one_write_on_a_pipe),
		cmocka_unit_test(gathered_lines_are_one_write),
		cmocka_unit_test(gather_keeps_packets),
		cmocka_unit_test(put_uses_the_room_that_came),
		cmocka_unit_test(put_does_not_overtake_what_waits),
		cmocka_unit_test(reader_gone_is_epipe),
		cmocka_unit_test(descriptor_not_for_writing_is_ebadf),
		cmocka_unit_test(full_device_is_enospc),
		cmocka_unit_test(few_descriptors_are_an_error),
		cmocka_unit_test(file_is_written_where_the_shell_stands),
		cmocka_unit_test(flush_waits_for_the_reader),
		cmocka_unit_test(flush_gives_up_at_a_signal),
		cmocka_unit_test(same_tells_files_apart),
	};

	signal(SIGPIPE, SIG_IGN);
	alarm(HANG_SECONDS);
	return cmocka_run_group_tests_name("writer", tests, NULL, NULL);
}
