/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Reads /proc/PID/pagemap. */

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <unistd.h>

#include "host/process.h"
#include "outside/pages.h"

/* A page is in memory, or in swap (Documentation/admin-guide/mm/pagemap.rst of Linux). */
#define IS_THERE (UINT64_C(3) << 62)

#define AT_ONCE 512u

struct run {
	uint64_t from, to; /* neighbours that are there, not visited yet */
	size_t most;
	bool (*visit)(uint64_t address, size_t bytes, void *ctx);
	void *ctx;
};

/* Visit what was put together. False when the visitor has enough. */
static bool
flush(struct run *run)
{
	uint64_t from = run->from;

	run->from = run->to;
	return from == run->to || run->visit(from, run->to - from, run->ctx);
}

static bool
add_page(struct run *run, uint64_t page, uint64_t bytes)
{
	if ((page != run->to || run->to - run->from + bytes > run->most) && !flush(run))
		return false;
	if (run->from == run->to)
		run->from = page;
	run->to = page + bytes;
	return true;
}

int
pages_walk(pid_t pid, uint64_t from, uint64_t to, size_t most,
	bool (*visit)(uint64_t address, size_t bytes, void *ctx), void *ctx)
{
	struct run run = { .most = most, .visit = visit, .ctx = ctx };
	uint64_t entries[AT_ONCE], page_bytes = sysconf(_SC_PAGESIZE), page;
	char path[HOST_PROC_SIZE];
	bool goes_on = true;
	ssize_t n = 0, i;
	int fd = open(host_proc_path(pid, "pagemap", path), O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	for (page = from; page < to && goes_on; page += n * page_bytes) {
		size_t want = (to - page + page_bytes - 1) / page_bytes;

		if (want > AT_ONCE)
			want = AT_ONCE;
		n = pread(fd, entries, want * sizeof(entries[0]),
			page / page_bytes * sizeof(entries[0]));
		n = n < 0 ? 0 : n / (ssize_t)sizeof(entries[0]);
		if (n == 0)
			break;
		for (i = 0; i < n && goes_on; i++)
			if (entries[i] & IS_THERE)
				goes_on =
					add_page(&run, page + i * page_bytes, page_bytes);
	}
	if (goes_on)
		flush(&run);
	close(fd);
	return 0;
}
