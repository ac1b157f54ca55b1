/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Copies memory of a process. */

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

#include "outside/source.h"

int
source_read(const struct source *source, uint64_t address, void *buf, size_t size)
{
	const struct iovec to = { .iov_base = buf, .iov_len = size };
	const struct iovec from = {
		.iov_base = (void *)(uintptr_t)address,
		.iov_len = size,
	};
	ssize_t n = process_vm_readv(source->pid, &to, 1, &from, 1, 0);

	if (n < 0)
		return -errno;
	return (size_t)n == size ? 0 : -EFAULT;
}
