/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * libdw of elfutils, which unwinds stacks and knows symbols. It is loaded when the first
 * stack is looked at, so that no start pays for it, and a host without it has all but the
 * callers of the innermost function. Main thread.
 */

#ifndef MPSH_OUTSIDE_DWFL_H
#define MPSH_OUTSIDE_DWFL_H

#ifdef HAVE_LIBDW

#include <elfutils/libdwfl.h>

#define DWFL_CALLS(X)                                                                    \
	X(addrmodule)                                                                    \
	X(attach_state)                                                                  \
	X(begin)                                                                         \
	X(build_id_find_debuginfo)                                                       \
	X(end)                                                                           \
	X(frame_pc)                                                                      \
	X(getthread_frames)                                                              \
	X(linux_proc_find_elf)                                                           \
	X(linux_proc_report)                                                             \
	X(module_addrinfo)                                                               \
	X(module_info)                                                                   \
	X(report_end)                                                                    \
	X(thread_state_register_pc)                                                      \
	X(thread_state_registers)

#define DWFL_MEMBER(name) __typeof__ (&dwfl_##name)(name); /* NOLINT: what it names */

/* dwfl_begin() is begin, and so on. */
struct dwfl_calls {
	DWFL_CALLS(DWFL_MEMBER)
};

/* The calls of the library, or NULL if this host has none. */
const struct dwfl_calls *dwfl_load(void);

#endif
#endif
