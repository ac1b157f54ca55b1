/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Doctor's checks of the host: hugepages, descriptors, CPUs, the kernel. */

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/membarrier.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "host/hugepages.h"
#include "host/process.h"
#include "startup/doctor_host.h"
#include "startup/findings.h"
#include "startup/needs.h"
#include "startup/options.h"
#include "startup/refuse.h"

/*
 * Descriptors that a running session may still need: an eventfd and a pidfd for each
 * peer, and some for files that are open only for a moment.
 */
#define PEER_DESCRIPTORS 2
#define OTHER_DESCRIPTORS 8

static const char *
size_words(uint64_t bytes, char *text, size_t size)
{
	if (bytes >= HOST_MIB << 10 && bytes % (HOST_MIB << 10) == 0)
		snprintf(text, size, "%" PRIu64 " GiB", bytes / HOST_MIB >> 10);
	else if (bytes >= HOST_MIB || bytes == 0)
		snprintf(text, size, "%" PRIu64 " MiB", bytes / HOST_MIB);
	else
		snprintf(text, size, "%" PRIu64 " KiB", bytes >> 10);
	return text;
}

void
look_at_mounts(struct look *look, const struct host_hugepages *hugepages)
{
	struct refusal refusal;
	char found[TEXT_SIZE] = "", words[32], owner[64];
	uint64_t needed = look->is_primary ? preflight_memory(look->options) : 0;
	const char *first = hugepages->mounts[0].dir;
	struct stat st;
	unsigned int i;
	size_t n = 0;

	if (preflight_check_mount(look->options, hugepages, needed, &refusal) != 0) {
		findings_refusal(look, "hugetlbfs", &refusal);
		return;
	}
	for (i = 0; i < hugepages->n_mounts; i++)
		n += snprintf(found + n, n < sizeof(found) ? sizeof(found) - n : 0,
			"%s%.200s (pages of %s)", i == 0 ? "" : ", ",
			hugepages->mounts[i].dir,
			size_words(hugepages->mounts[i].page_size, words, sizeof(words)));
	findings_ok(look, "hugetlbfs", "%s", found);

	if (preflight_check_access(hugepages, &refusal) != 0 &&
		(look->is_primary || faccessat(AT_FDCWD, first, X_OK, AT_EACCESS) < 0))
		findings_refusal(look, "hugetlbfs access", &refusal);
	else if (stat(first, &st) == 0)
		findings_ok(look, "hugetlbfs access", "%s belongs to %s, mode %04o%s",
			first, host_user_name(st.st_uid, owner, sizeof(owner)),
			st.st_mode & 07777, look->is_primary ? ", can be written" : "");
}

void
look_at_pages(struct look *look, struct host_hugepages *hugepages)
{
	struct refusal refusal;
	char found[TEXT_SIZE] = "", words[32], left[64] = "";
	uint64_t needed = preflight_memory(look->options);
	unsigned int i;
	size_t n = 0;

	/* Pages can be reserved without a mount: look at the default size. */
	if (hugepages->n_mounts == 0) {
		struct host_huge_mount *mount = &hugepages->mounts[hugepages->n_mounts++];

		mount->page_size = host_page_size();
		hugepages->all_bytes = host_pages(mount->page_size) * mount->page_size;
		hugepages->free_bytes =
			host_free_pages(mount->page_size) * mount->page_size;
	}
	for (i = 0; i < hugepages->n_mounts; i++) {
		uint64_t size = hugepages->mounts[i].page_size;

		n += snprintf(found + n, sizeof(found) - n,
			"%s%" PRIu64 " of %" PRIu64 " pages of %s", i == 0 ? "" : ", ",
			host_free_pages(size), host_pages(size),
			size_words(size, words, sizeof(words)));
	}
	if (hugepages->left_bytes != 0)
		snprintf(left, sizeof(left), " and %s left by killed primaries",
			size_words(hugepages->left_bytes, words, sizeof(words)));
	if (look->is_primary && look->session == NULL &&
		preflight_check_pages(look->options, hugepages, &refusal) != 0) {
		findings_refusal(look, "free hugepages", &refusal);
		return;
	}
	needed += HOST_MIB - 1;
	findings_ok(look, "free hugepages", "%s%s; %s%s", found, left,
		!look->is_primary               ? "a secondary needs none"
			: look->session != NULL ? "what this process needs it has"
						: "a primary needs ",
		!look->is_primary || look->session != NULL
			? ""
			: size_words(needed - needed % HOST_MIB, words, sizeof(words)));
}

void
look_at_randomisation(struct look *look)
{
	static const char check[] = "address layout";
	char mode = '?';
	int fd = open("/proc/sys/kernel/randomize_va_space", O_RDONLY | O_CLOEXEC);

	if (fd >= 0) {
		if (read(fd, &mode, 1) != 1)
			mode = '?';
		close(fd);
	}
	if (mode == '?')
		findings_ok(look, check, "whether it is random is not known");
	else if (mode == '0')
		findings_ok(look, check, "not random");
	else
		findings_ok(look, check,
			"random: if a secondary cannot map the primary's memory: "
			"setarch -R mpsh …");
}

/* ---- this process ---- */

static unsigned int
count_descriptors(void)
{
	const struct dirent *entry;
	unsigned int n = 0;
	DIR *dir;

	dir = opendir("/proc/self/fd");
	if (dir == NULL)
		return 0;
	while ((entry = readdir(dir)) != NULL)
		n += entry->d_name[0] != '.';
	closedir(dir);
	return n - 1; /* dir itself is open, too */
}

void
look_at_descriptors(struct look *look)
{
	static const char check[] = "descriptors";
	unsigned int peers = look->is_primary ? look->options->max_peers : 1, open_now;
	uint64_t needed, limit;
	struct rlimit rlimit;
	char advice[64];

	if (getrlimit(RLIMIT_NOFILE, &rlimit) < 0)
		return;
	open_now = count_descriptors();
	/* needs_check_descriptors() raises the soft limit at the start. */
	limit = look->session == NULL ? rlimit.rlim_max : rlimit.rlim_cur;
	needed = look->session == NULL
		? preflight_descriptors(peers)
		: open_now + PEER_DESCRIPTORS * (uint64_t)peers + OTHER_DESCRIPTORS;
	if (limit >= needed) {
		findings_ok(look, check, "%" PRIu64 " may be open, %" PRIu64 " will do",
			limit, needed);
		return;
	}
	snprintf(advice, sizeof(advice), "%s%" PRIu64,
		geteuid() == 0 ? "ulimit -n " : "sudo prlimit --pid $$ --nofile=",
		needed < 512 ? 1024 : needed * 2);
	findings_bad(look, check, advice, "%" PRIu64 " may be open, mpsh needs %" PRIu64,
		limit, needed);
}

void
look_at_cpus(struct look *look)
{
	static const char check[] = "CPUs";
	char cpus[TEXT_SIZE / 2];

	if (!host_status_text(getpid(), "Cpus_allowed_list:", cpus, sizeof(cpus)))
		findings_ok(look, check, "which may be used is not known");
	else if (strpbrk(cpus, ",-") == NULL)
		findings_ok(look, check,
			"%s alone may be used: %u lcores take turns on it%s", cpus,
			look->options->n_lcores,
			look->options->poll ? ", and --poll never gives it up" : "");
	else
		findings_ok(look, check, "%s may be used, by %u lcores", cpus,
			look->options->n_lcores);
}

void
look_at_membarrier(struct look *look)
{
	long commands = syscall(SYS_membarrier, MEMBARRIER_CMD_QUERY, 0, 0);
	long wanted = MEMBARRIER_CMD_GLOBAL_EXPEDITED |
		MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED;

	if (commands >= 0 && (commands & wanted) == wanted)
		findings_ok(look, "membarrier", "there");
	else
		findings_ok(look, "membarrier",
			"not there: an idle receiver looks every ms instead of "
			"sleeping");
}
