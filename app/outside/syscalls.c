/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Names the system calls that a thread may wait in. */

#include <stdio.h>
#include <sys/syscall.h>

#include "outside/syscalls.h"

/* Those of every architecture, then those that only older ones have. */
static const struct {
	long number;
	const char *name;
} calls[] = {
	{ SYS_accept, "accept" },
	{ SYS_accept4, "accept4" },
	{ SYS_clock_nanosleep, "clock_nanosleep" },
	{ SYS_clone, "clone" },
	{ SYS_close, "close" },
	{ SYS_connect, "connect" },
	{ SYS_epoll_pwait, "epoll_wait" },
	{ SYS_exit, "exit" },
	{ SYS_exit_group, "exit_group" },
	{ SYS_fallocate, "fallocate" },
	{ SYS_fcntl, "fcntl" },
	{ SYS_fdatasync, "fdatasync" },
	{ SYS_flock, "flock" },
	{ SYS_fsync, "fsync" },
	{ SYS_ftruncate, "ftruncate" },
	{ SYS_futex, "futex" },
	{ SYS_io_getevents, "io_getevents" },
	{ SYS_ioctl, "ioctl" },
	{ SYS_madvise, "madvise" },
	{ SYS_mmap, "mmap" },
	{ SYS_mprotect, "mprotect" },
	{ SYS_mq_timedreceive, "mq_timedreceive" },
	{ SYS_mq_timedsend, "mq_timedsend" },
	{ SYS_msgrcv, "msgrcv" },
	{ SYS_msgsnd, "msgsnd" },
	{ SYS_munmap, "munmap" },
	{ SYS_nanosleep, "nanosleep" },
	{ SYS_openat, "openat" },
	{ SYS_ppoll, "ppoll" },
	{ SYS_pread64, "pread" },
	{ SYS_preadv, "preadv" },
	{ SYS_pselect6, "pselect" },
	{ SYS_pwrite64, "pwrite" },
	{ SYS_pwritev, "pwritev" },
	{ SYS_read, "read" },
	{ SYS_readv, "readv" },
	{ SYS_recvfrom, "recvfrom" },
	{ SYS_recvmmsg, "recvmmsg" },
	{ SYS_recvmsg, "recvmsg" },
	{ SYS_rt_sigsuspend, "sigsuspend" },
	{ SYS_rt_sigtimedwait, "sigtimedwait" },
	{ SYS_sched_yield, "sched_yield" },
	{ SYS_semtimedop, "semtimedop" },
	{ SYS_sendfile, "sendfile" },
	{ SYS_sendmmsg, "sendmmsg" },
	{ SYS_sendmsg, "sendmsg" },
	{ SYS_sendto, "sendto" },
	{ SYS_splice, "splice" },
	{ SYS_wait4, "wait4" },
	{ SYS_waitid, "waitid" },
	{ SYS_write, "write" },
	{ SYS_writev, "writev" },
#ifdef SYS_clone3
	{ SYS_clone3, "clone" },
#endif
#ifdef SYS_restart_syscall
	{ SYS_restart_syscall, "restart_syscall" },
#endif
#ifdef SYS_epoll_pwait2
	{ SYS_epoll_pwait2, "epoll_wait" },
#endif
#ifdef SYS_futex_waitv
	{ SYS_futex_waitv, "futex_waitv" },
#endif
#ifdef SYS_io_uring_enter
	{ SYS_io_uring_enter, "io_uring_enter" },
#endif
#ifdef SYS_epoll_wait
	{ SYS_epoll_wait, "epoll_wait" },
#endif
#ifdef SYS_open
	{ SYS_open, "open" },
#endif
#ifdef SYS_pause
	{ SYS_pause, "pause" },
#endif
#ifdef SYS_poll
	{ SYS_poll, "poll" },
#endif
#ifdef SYS_select
	{ SYS_select, "select" },
#endif
};

struct syscall_name
syscall_name(long number)
{
	struct syscall_name name;
	unsigned int i;

	for (i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		if (calls[i].number == number)
			break;
	if (i < sizeof(calls) / sizeof(calls[0]))
		snprintf(name.text, sizeof(name.text), "%s", calls[i].name);
	else
		snprintf(name.text, sizeof(name.text), "call %ld", number);
	return name;
}
