/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Writes without blocking: what is not taken at once becomes a backlog. */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <event2/buffer.h>
#include <event2/event.h>

#include "base/memory.h"
#include "output/writer.h"

/* Device major of /dev/tty, /dev/console and /dev/ptmx, aliases of other terminals. */
#define TTY_ALIAS_MAJOR 5

/*
 * Bytes of the backlog in one write. The limit keeps a datagram socket from being given
 * a message of megabytes.
 */
#define BACKLOG_WRITE_MAX 65536

/* What is gathered is written when it is so much. */
#define GATHER_MAX 16384

/* writer_flush() polls no longer: a signal just before poll() does not end it. */
#define FLUSH_LOOK_MS 50

enum how {
	HOW_WRITE,  /* never blocks, or was opened anew with O_NONBLOCK */
	HOW_SEND,   /* a socket */
	HOW_POLLED, /* may block, and could not be opened anew */
};

struct writer {
	int fd;
	bool fd_is_ours;
	enum how how;
	size_t polled_max;   /* for HOW_POLLED: bytes that fit whenever one byte fits */
	struct event *event; /* NULL without a loop */
	bool waits_for_event;
	bool gathers;
	bool is_of_packets; /* who reads sees where one write(2) ends */
	int error;          /* negative errno of the write that failed for good */
	struct evbuffer *backlog;
};

static bool
is_pty_master(int fd)
{
	unsigned int number;

	return ioctl(fd, TIOCGPTN, &number) == 0;
}

/*
 * Open fd's pipe or terminal anew, to get an open file description that only this
 * process has and that can be O_NONBLOCK. Returns the descriptor or a negative errno.
 */
static int
open_anew(int fd, int flags)
{
	const int ours_flags = O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
	char path[sizeof("/proc/self/fd/") + 3 * sizeof(int)];
	int ours, above, error;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	ours = open(path, ours_flags);
	if (ours < 0) {
		error = -errno;
		/*
		 * After su the terminal belongs to another user, but any user may open
		 * /dev/tty.
		 */
		if (error != -EACCES || !isatty(fd))
			return error;
		ours = open("/dev/tty", ours_flags);
		if (ours < 0)
			return error;
		if (!writer_same(fd, ours)) {
			close(ours);
			return error;
		}
	}
	if (ours <= STDERR_FILENO) {
		/* A standard descriptor is closed; its number must stay free. */
		above = fcntl(ours, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
		if (above < 0)
			above = -errno;
		close(ours);
		if (above < 0)
			return above;
		ours = above;
	}
	/* O_DIRECT, a pipe's packet mode, is set here since open() would refuse it. */
	if (flags & O_DIRECT)
		fcntl(ours, F_SETFL, O_NONBLOCK | O_DIRECT);
	return ours;
}

/* Find out how to write to fd. Returns 0 or a negative errno. */
static int
look_at(struct writer *w, int fd)
{
	int flags = fcntl(fd, F_GETFL);
	struct stat st;
	int ours;

	w->fd = fd;
	w->how = HOW_WRITE;
	if (flags < 0 || fstat(fd, &st) < 0) {
		/* fd is closed: a file that gets the number later must get no lines. */
		w->error = -errno;
		return 0;
	}
	w->is_of_packets = S_ISSOCK(st.st_mode) || (flags & O_DIRECT) != 0;
	/* The reading end of a pipe, opened anew, would become a writing end. */
	if ((flags & O_ACCMODE) == O_RDONLY)
		return 0; /* the first write fails */
	if (S_ISSOCK(st.st_mode)) {
		w->how = HOW_SEND;
		return 0;
	}
	if (!S_ISFIFO(st.st_mode) && !isatty(fd))
		return 0;
	/* A pseudo-terminal's master, opened anew, is another pseudo-terminal. */
	ours = is_pty_master(fd) ? -ENXIO : open_anew(fd, flags);
	if (ours == -EMFILE || ours == -ENFILE || ours == -ENOMEM)
		return ours;
	if (ours < 0) {
		/*
		 * The pipe has no reader, or the terminal belongs to another user or
		 * container. A pipe that takes any byte takes PIPE_BUF bytes, but a
		 * terminal may take one byte and block on the second.
		 */
		w->how = HOW_POLLED;
		w->polled_max = S_ISFIFO(st.st_mode) ? PIPE_BUF : 1;
		return 0;
	}
	w->fd = ours;
	w->fd_is_ours = true;
	return 0;
}

/*
 * Write once. Returns the bytes taken, 0 when the descriptor takes none now, or a
 * negative errno.
 */
static ssize_t
write_once(const struct writer *w, const char *bytes, size_t len)
{
	struct pollfd poller = { .fd = w->fd, .events = POLLOUT };
	ssize_t n;

	do {
		if (w->how == HOW_SEND) {
			n = send(w->fd, bytes, len, MSG_DONTWAIT | MSG_NOSIGNAL);
		} else {
			if (w->how == HOW_POLLED) {
				if (poll(&poller, 1, 0) == 0)
					return 0;
				if (len > w->polled_max)
					len = w->polled_max;
			}
			n = write(w->fd, bytes, len);
		}
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno == EAGAIN || errno == EWOULDBLOCK ? 0 : -errno;
	return n;
}

static void
fail(struct writer *w, int error)
{
	w->error = error;
	evbuffer_drain(w->backlog, writer_backlog(w));
}

/* Have the loop call on_writable() as long as there is a backlog. */
static void
update_event(struct writer *w)
{
	bool wanted = writer_backlog(w) != 0;

	if (w->event == NULL || wanted == w->waits_for_event)
		return;
	/* If this fails, the next writer_put() or writer_flush() writes the backlog. */
	if ((wanted ? event_add(w->event, NULL) : event_del(w->event)) == 0)
		w->waits_for_event = wanted;
}

/* Write as much of the backlog as the descriptor takes. */
static void
push(struct writer *w)
{
	size_t waiting;

	while ((waiting = writer_backlog(w)) != 0) {
		size_t len = waiting < BACKLOG_WRITE_MAX ? waiting : BACKLOG_WRITE_MAX;
		const void *bytes = evbuffer_pullup(w->backlog, len);
		ssize_t n = bytes != NULL ? write_once(w, bytes, len) : -ENOMEM;

		if (n < 0)
			fail(w, n);
		if (n <= 0)
			break;
		evbuffer_drain(w->backlog, n);
	}
	update_event(w);
}

static void
on_writable(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	push(arg);
}

struct writer *
writer_new(int fd, struct event_base *base)
{
	struct writer *w = memory_zeroed(sizeof(*w));
	int ret;

	if (w == NULL)
		return NULL;
	w->backlog = evbuffer_new();
	ret = w->backlog != NULL ? look_at(w, fd) : -ENOMEM;
	if (ret == 0 && base != NULL && w->error == 0) {
		w->event = event_new(base, w->fd, EV_WRITE | EV_PERSIST, on_writable, w);
		if (w->event == NULL)
			ret = -ENOMEM;
	}
	if (ret < 0) {
		writer_free(w);
		errno = -ret;
		return NULL;
	}
	return w;
}

int
writer_same(int fd1, int fd2)
{
	unsigned int tty1, tty2;
	struct stat st1, st2;

	if (fstat(fd1, &st1) < 0 || fstat(fd2, &st2) < 0)
		return 0;
	if (st1.st_dev == st2.st_dev && st1.st_ino == st2.st_ino)
		return 1;
	if (!S_ISCHR(st1.st_mode) || !S_ISCHR(st2.st_mode) ||
		(major(st1.st_rdev) != TTY_ALIAS_MAJOR &&
			major(st2.st_rdev) != TTY_ALIAS_MAJOR))
		return 0;
	/* /dev/tty is another inode, but its terminal tells its own device number. */
	return ioctl(fd1, TIOCGDEV, &tty1) == 0 && ioctl(fd2, TIOCGDEV, &tty2) == 0 &&
		tty1 == tty2;
}

int
writer_put(struct writer *w, const void *bytes, size_t len)
{
	const char *rest = bytes;

	if (w->error != 0)
		return w->error;
	if (w->gathers && writer_backlog(w) + len < GATHER_MAX) {
		if (evbuffer_add(w->backlog, rest, len) < 0)
			fail(w, -ENOMEM);
		return w->error;
	}
	push(w);
	/* A signal may cut short a write to a file, so write until nothing is taken. */
	while (w->error == 0 && writer_backlog(w) == 0 && len != 0) {
		ssize_t n = write_once(w, rest, len);

		if (n < 0)
			fail(w, n);
		if (n <= 0)
			break;
		rest += n;
		len -= n;
	}
	if (w->error == 0 && len != 0 && evbuffer_add(w->backlog, rest, len) < 0)
		fail(w, -ENOMEM); /* lines around a gap could not be trusted */
	update_event(w);
	return w->error;
}

void
writer_gather(struct writer *w, bool gathers)
{
	w->gathers = gathers && !w->is_of_packets;
	if (w->error == 0)
		push(w);
}

size_t
writer_backlog(const struct writer *w)
{
	return evbuffer_get_length(w->backlog);
}

int
writer_flush(struct writer *w, const volatile int *stop)
{
	struct pollfd poller = { .fd = w->fd, .events = POLLOUT };

	for (;;) {
		push(w);
		if (writer_backlog(w) == 0 || (stop != NULL && *stop != 0))
			return w->error;
		poll(&poller, 1, FLUSH_LOOK_MS);
	}
}

void
writer_free(struct writer *w)
{
	if (w == NULL)
		return;
	if (w->event != NULL)
		event_free(w->event);
	if (w->fd_is_ours)
		close(w->fd);
	if (w->backlog != NULL)
		evbuffer_free(w->backlog);
	free(w);
}
