/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Finds the cause of a failed rte_eal_init() in EAL's log. */

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include <rte_common.h>
#include <rte_errno.h>
#include <rte_string_fns.h>

#include "base/exit.h"
#include "host/holders.h"
#include "host/lists.h"
#include "host/process.h"
#include "host/runtime.h"
#include "host/sockets.h"
#include "startup/eal_errors.h"
#include "startup/needs.h"
#include "startup/options.h"
#include "startup/preflight.h"
#include "startup/refuse.h"

#define LINE_SIZE 256

static bool
has(const char *log, const char *text)
{
	return strstr(log, text) != NULL;
}

/* Copy the line that begins at start, without EAL's prefixes, cut to LINE_SIZE bytes. */
static void
copy_line(const char *start, char *line)
{
	static const char *const prefixes[] = { "EAL: ", "FATAL: ", "Error: " };
	unsigned int i;

	for (i = 0; i < RTE_DIM(prefixes); i++)
		if (strncmp(start, prefixes[i], strlen(prefixes[i])) == 0)
			start += strlen(prefixes[i]);
	snprintf(line, LINE_SIZE, "%.*s", (int)strcspn(start, "\r\n"), start);
}

/* Copy the log's first line that contains one of the texts, which end with NULL. */
static bool
find_line(const char *log, const char *const texts[], char *line)
{
	unsigned int i;
	char whole[LINE_SIZE * 2];

	while (*log != '\0') {
		size_t length = strcspn(log, "\n");

		snprintf(whole, sizeof(whole), "%.*s",
			(int)RTE_MIN(length, sizeof(whole) - 1), log);
		for (i = 0; texts[i] != NULL; i++)
			if (has(whole, texts[i])) {
				copy_line(log, line);
				return true;
			}
		log += length;
		if (*log == '\n')
			log++;
	}
	return false;
}

/* Copy what follows text in its line. */
static bool
find_after(const char *log, const char *text, char *rest)
{
	const char *found = strstr(log, text);

	if (found == NULL)
		return false;
	copy_line(found + strlen(text), rest);
	return true;
}

/* The DPDK library or driver that registers the tailq, "" if it is not known here. */
static const char *
tailq_library(const char *tailq)
{
	static const struct {
		const char *start;
		const char *library;
	} known[] = {
		{ "RTE_ACL", "librte_acl" },
		{ "RTE_DIST", "librte_distributor" },
		{ "RTE_EFD", "librte_efd" },
		{ "RTE_FBK_HASH", "librte_hash" },
		{ "RTE_FIB", "librte_fib" },
		{ "RTE_HASH", "librte_hash" },
		{ "RTE_IPSEC", "librte_ipsec" },
		{ "RTE_KNI", "librte_kni" },
		{ "RTE_LPM", "librte_lpm" },
		{ "RTE_MBUF", "librte_mbuf" },
		{ "RTE_MEMBER", "librte_member" },
		{ "RTE_MEMPOOL", "librte_mempool" },
		{ "RTE_REORDER", "librte_reorder" },
		{ "RTE_RIB", "librte_rib" },
		{ "RTE_RING", "librte_ring" },
		{ "RTE_STACK", "librte_stack" },
		{ "RTE_SWX", "librte_pipeline" },
		{ "RTE_THASH", "librte_hash" },
		{ "UIO_RESOURCE", "librte_bus_pci" },
		{ "VFIO_RESOURCE", "librte_bus_pci" },
		{ "VMBUS_RESOURCE", "librte_bus_vmbus" },
	};
	unsigned int i;

	for (i = 0; i < RTE_DIM(known); i++)
		if (strncmp(tailq, known[i].start, strlen(known[i].start)) == 0)
			return known[i].library;
	return "";
}

static bool
explain_tailq(const char *log, struct refusal *refusal)
{
	char tailq[LINE_SIZE];
	const char *library;

	if (!find_after(log, "Cannot initialize tailq: ", tailq))
		return false;
	library = tailq_library(tailq);
	refuse(refusal,
		"the primary lacks a library that this mpsh has: %s%stailq %s%s\n"
		"use a mpsh built with -Dstatic_eal=true, or start a primary with that "
		"library",
		library, *library != '\0' ? " (" : "", tailq,
		*library != '\0' ? ")" : "");
	return true;
}

/* The pid of the primary that runs now; without one, the pid that preflight found. */
static pid_t
present_primary(const struct preflight *preflight)
{
	pid_t pid = host_primary(preflight->runtime_dir);

	return pid != 0 ? pid : preflight->primary_pid;
}

static bool
explain_primary(const struct options *options, const struct preflight *preflight,
	const char *log, struct refusal *refusal)
{
	if (has(log, "DPDK version mismatch")) {
		refuse(refusal,
			"the primary is built with another DPDK version, this mpsh with "
			"DPDK %s\n"
			"start both with the same DPDK, or use another --file-prefix",
			host_own_version_words());
		return true;
	}
	if (explain_tailq(log, refusal))
		return true;
	if (has(log, "Is another primary process running?")) {
		refuse_other_primary(options, present_primary(preflight), refusal);
		return true;
	}
	if (has(log, "Primary process refused secondary attachment")) {
		refuse(refusal,
			"the primary takes no more secondaries (it called "
			"rte_thread_register)\n"
			"start it anew, or use another --file-prefix");
		return true;
	}
	if (!preflight->is_primary && has(log, "for rte_mem_config") &&
		has(log, "Cannot open '")) {
		refuse_no_primary(options, preflight->runtime_dir, refusal);
		return true;
	}
	if (!preflight->is_primary && has(log, "Cannot get hugepage information")) {
		refuse_no_huge_primary(present_primary(preflight), refusal);
		return true;
	}
	return false;
}

/* EAL makes the runtime directory while it reads the options, and then reports invalid
 * arguments: so this function comes before explain_options(). */
static bool
explain_directory(const char *log, struct refusal *refusal)
{
	static const char *const words[] = { "Error creating '", "for rte_mem_config",
		NULL };
	char line[LINE_SIZE];

	if (!find_line(log, words, line))
		return false;
	if (has(line, "Permission denied") || has(line, "Operation not permitted"))
		refuse(refusal,
			"not permitted: %s\n"
			"run mpsh as root, or set RUNTIME_DIRECTORY to a directory of "
			"yours",
			line);
	else
		refuse(refusal,
			"cannot use the runtime directory: %s\n"
			"set RUNTIME_DIRECTORY to a directory that can be written",
			line);
	return true;
}

/*
 * The first option given that turns multi-process off, NULL without one. getopt_long()
 * also takes a shortened option if it is unambiguous, which takes least bytes.
 */
static const char *
single_process_option(const struct options *options)
{
	static const struct {
		const char *whole;
		size_t least;
	} known[] = {
		{ "--no-huge", sizeof("--no-hu") - 1 },
		{ "--no-shconf", sizeof("--no-s") - 1 },
		{ "--in-memory", sizeof("--in") - 1 },
	};
	unsigned int i;
	int word;

	for (word = 1; word < options->eal_argc; word++)
		for (i = 0; i < RTE_DIM(known); i++) {
			const char *given = options->eal_argv[word];

			if (given != NULL && strlen(given) >= known[i].least &&
				strncmp(given, known[i].whole, strlen(given)) == 0)
				return known[i].whole;
		}
	return NULL;
}

/* The drivers that -d names are loaded when the options have been read. */
static bool
explain_drivers(const struct options *options, const char *log, struct refusal *refusal)
{
	const char *end = strstr(log, "EAL: FATAL: Cannot init plugins"), *start;
	char line[LINE_SIZE];
	bool given = false;
	int word;

	/* The line before says why, in words of the dynamic linker's or of EAL's. */
	if (end == NULL || end == log)
		return false;
	for (start = end - 1; start > log && start[-1] != '\n';)
		start--;
	copy_line(start, line);
	for (word = 1; word < options->eal_argc; word++)
		given = given || strncmp(options->eal_argv[word], "-d", 2) == 0;
	refuse(refusal, "DPDK cannot load a driver: %s\n%s", line,
		given ? "give -d a shared object, or a directory that others cannot write"
		      : "mend what is installed of DPDK");
	return true;
}

/* Is memory asked for on a NUMA node that does not exist? */
static bool
explain_node(const char *log, struct refusal *refusal)
{
	static const char words[] = "Not enough memory available on socket ";
	const char *found = strstr(log, words);
	unsigned long node;
	char path[64];

	if (found == NULL)
		return false;
	node = strtoul(found + strlen(words), NULL, 10);
	snprintf(path, sizeof(path), "/sys/devices/system/node/node%lu", node);
	if (node == 0 || access(path, F_OK) == 0)
		return false;
	refuse(refusal,
		"--socket-mem: this machine has no NUMA node %lu\n"
		"give memory for those that are there",
		node);
	return true;
}

static bool
explain_options(const struct options *options, const char *log, struct refusal *refusal)
{
	static const char *const getopt_words[] = { ": unrecognized option",
		": invalid option", ": option '", ": option requires", NULL };
	/* Later errors follow from the first, so the log's first line with any of these
	 * texts is quoted; their order here does not matter. */
	static const char *const eal_words[] = { "EAL: invalid ", "EAL: Invalid char",
		"EAL: Invalid length", "EAL: Invalid process", "EAL: lcore ",
		"EAL: core ", "EAL: Error: ", "EAL: No lcores", "EAL: Too many lcores",
		"EAL: No detected lcore", "EAL: To use high", "EAL: Main lcore",
		"EAL: Option", "EAL: --socket-mem", "EAL: Unable to parse",
		"is ignored, because", "EAL: Could not", NULL };
	const char *alone = single_process_option(options);
	char line[LINE_SIZE];
	const char *text;

	if (alone != NULL) {
		refuse(refusal, "%s has no multi-process\nstart without it", alone);
		return true;
	}
	if (explain_drivers(options, log, refusal) || explain_node(log, refusal))
		return true;
	if (!has(log, "Invalid 'command line' arguments") &&
		!has(log, "Unable to parse device"))
		return false;
	if (find_line(log, getopt_words, line)) {
		text = strstr(line, ": ");
		refuse(refusal,
			"%s\nmpsh --help shows the options; EAL's are in DPDK's guide",
			text != NULL ? text + 2 : line);
		return true;
	}
	if (!find_line(log, eal_words, line))
		return false;
	refuse(refusal, "DPDK does not take an option: %s\nmend it and start again",
		line);
	return true;
}

static bool
explain_addresses(const struct options *options, const struct preflight *preflight,
	const char *log, struct refusal *refusal)
{
	static const char own_lists[] = "Cannot initialize local memory map";
	/* A secondary logs these when one of the primary's addresses is already used in
	 * the secondary, mostly by chance (address space randomisation). */
	static const char *const words[] = {
		"Cannot get a virtual area at requested address",
		"Cannot mmap memory for rte_config",
		"Could not map memory from primary process",
		"Cannot attach to memzone list",
		"Cannot attach to primary process memseg lists",
		"Cannot preallocate VA space for hugepage memory",
		"please use '--base-virtaddr'", own_lists, NULL
	};
	static const char *const space[] = { "Cannot get a virtual area: ",
		"Cannot get a virtual area of any size", NULL };
	char line[LINE_SIZE];

	if (find_line(log, space, line)) {
		refuse(refusal, "the address space is too small: %s\nulimit -v unlimited",
			line);
		return true;
	}
	if (preflight->is_primary || !find_line(log, words, line))
		return false;
	/* Another with this pid has started in the same moment. */
	if (host_lists_are_taken(preflight->runtime_dir)) {
		refuse_same_pid(options, preflight->primary_pid, refusal);
		return true;
	}
	refuse(refusal,
		"memory could not be mapped at the primary's addresses: %s\n"
		"try again with setarch -R mpsh, or start the primary with "
		"--base-virtaddr=0x2000000000, "
		"or: %ssysctl kernel.randomize_va_space=0",
		line, host_as_root());
	/* At the end of its start another has cleaned this one's lists away, between
	 * their creation and their lock (fact 29 of app/README.md).
	 */
	refusal->passes = strstr(line, own_lists) != NULL;
	return true;
}

/*
 * A secondary's start takes memory of the primary's heap. When that must grow every
 * process of the group is asked (fact 14 of app/README.md): is one of them stopped?
 */
static bool
explain_heap(const struct preflight *preflight, const char *log, struct refusal *refusal)
{
	static const char *const words[] = { "error allocating rte services array",
		"error allocating core states array", "rte_service_init() failed", NULL };
	const struct dirent *entry;
	char line[LINE_SIZE], who[80];
	pid_t stopped = 0;
	DIR *dir;

	if (preflight->is_primary || !find_line(log, words, line))
		return false;
	dir = opendir(preflight->runtime_dir);
	while (dir != NULL && stopped == 0 && (entry = readdir(dir)) != NULL) {
		pid_t pid = host_socket_pid(entry->d_name);

		if (pid > 0 && host_is_stopped(pid))
			stopped = pid;
	}
	if (dir != NULL)
		closedir(dir);
	if (stopped == 0)
		return false;
	refuse(refusal,
		"the primary's heap cannot grow, since %s does not answer\n"
		"kill -CONT %d",
		host_describe_process(stopped, who, sizeof(who)), (int)stopped);
	return true;
}

/*
 * EAL's memory lists (fbarrays) are files in the runtime directory and take no hugepages,
 * though EAL logs that it "cannot allocate" them.
 */
static bool
explain_lists(const struct preflight *preflight, const char *log, struct refusal *refusal)
{
	struct host_holders holders = { .n = 0 };

	if (!preflight->is_primary ||
		(!has(log, "Cannot allocate memzone list") &&
			!has(log, "Cannot allocate memseg list")))
		return false;
	host_find_lock_holders(preflight->runtime_dir, &holders);
	host_find_open_holders(preflight->runtime_dir, &holders);
	if (holders.n != 0) {
		refuse_holders(&holders, refusal);
		return true;
	}
	refuse(refusal,
		"DPDK could not make its lists of memory in %s: "
		"another process held them, or the file system is full\n"
		"start again, or use another --file-prefix",
		preflight->runtime_dir);
	return true;
}

static bool
explain_hugepages(const struct options *options, const char *log, struct refusal *refusal)
{
	/* EAL logs one of these when it got no hugepage; the services array is its first
	 * allocation. */
	static const char *const words[] = { "Cannot get hugepage information",
		"error allocating rte services array",
		"error allocating core states array", "rte_service_init() failed",
		"Not enough memory available", "Couldn't get fd on hugepage file",
		"Cannot preallocate 0x", "Failed to malloc pages", NULL };
	static const char *const failed[] = { "hugepage directory", "get_seg_fd()",
		"hugepage_info", NULL };
	char line[LINE_SIZE], command[NEEDS_MEMORY_SIZE];

	if (!find_line(log, words, line))
		return false;
	if (find_line(log, failed, line)) {
		if (has(line, "Too many open files"))
			refuse(refusal, "too few descriptors: %s: ulimit -n 1024", line);
		else if (has(line, "Permission denied") ||
			has(line, "Operation not permitted"))
			refuse(refusal, "not permitted: %s\nrun mpsh as root: sudo mpsh",
				line);
		else if (has(line, "Read-only file system"))
			refuse(refusal,
				"hugetlbfs is mounted read-only: %s\n%smount -o "
				"remount,rw %s",
				line, host_as_root(),
				options->huge_dir != NULL ? options->huge_dir
							  : "/dev/hugepages");
		else
			refuse(refusal,
				"DPDK could not start: %s\n%sdpdk-hugepages.py --show",
				line, host_as_root());
		return true;
	}
	find_line(log, words, line);
	refuse(refusal, "DPDK got too little of the hugepages: %s\n%s", line,
		needs_more_memory(options, command, sizeof(command)));
	return true;
}

/*
 * Copy the last line that begins with "EAL: ", or if there is none the last line of the
 * log. The tailqs that EAL lists after an error (rte_dump_tailq) are left out.
 */
static bool
last_line(const char *log, char *line)
{
	const char *start, *other = NULL, *eal = NULL;

	for (start = log; *start != '\0'; start += strcspn(start, "\n")) {
		while (*start == '\n')
			start++;
		if (*start == '\0')
			break;
		if (strncmp(start, "EAL: ", 5) == 0)
			eal = start;
		else if (strncmp(start, "Tailq ", 6) != 0)
			other = start;
	}
	if (eal == NULL && other == NULL)
		return false;
	copy_line(eal != NULL ? eal : other, line);
	return true;
}

void
preflight_explain(const struct options *options, const struct preflight *preflight,
	const char *log, int eal_errno, struct refusal *refusal)
{
	char line[LINE_SIZE];

	/* Errors with a single cause come before errors that follow from many causes. */
	if (explain_primary(options, preflight, log, refusal) ||
		explain_directory(log, refusal))
		return;
	if (explain_options(options, log, refusal)) {
		refusal->code = EXIT_WRONG_USAGE;
		return;
	}
	if (explain_addresses(options, preflight, log, refusal) ||
		explain_lists(preflight, log, refusal) ||
		explain_heap(preflight, log, refusal) ||
		explain_hugepages(options, log, refusal))
		return;
	if (!last_line(log, line))
		snprintf(line, sizeof(line), "%s",
			eal_errno != 0 ? rte_strerror(eal_errno) : "it did not say why");
	refuse(refusal, "DPDK could not start: %s\nfor more: --log-level=lib.eal:debug",
		line);
}
