/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Logs of EAL of failed starts, and what they are told as. */

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/types.h>
#include <unistd.h>

#include <cmocka.h>

#include <rte_common.h>
#include <rte_eal.h>
#include <rte_version.h>

#include "start_fixture.h"
#include "startup/eal_errors.h"
#include "startup/preflight.h"

#define OWN_RELEASE RTE_STR(RTE_VER_YEAR) "." OWN_MONTH
#if RTE_VER_MONTH < 10
#define OWN_MONTH "0" RTE_STR(RTE_VER_MONTH)
#else
#define OWN_MONTH RTE_STR(RTE_VER_MONTH)
#endif

/*
 * As DPDK 22.11.11 logged it, run with --no-pci --log-level=warning in each of these
 * ways; of the usage text only the beginning is kept.
 */
static const struct {
	const char *name;
	bool is_primary;
	const char *log;
	const char *words[6];
} logs[] = {
	{ "second", true,
		"EAL: Cannot create lock on '/var/run/dpdk/h2p/config'. Is another "
		"primary process running?\n"
		"EAL: FATAL: Cannot init config\n"
		"EAL: Cannot init config\n",
		{ "another primary already runs", "prefix rte", "--file-prefix" } },
	{ "nosec", false,
		"EAL: Cannot open '/var/run/dpdk/h2none/config' for rte_mem_config\n"
		"EAL: FATAL: Cannot init config\n"
		"EAL: Cannot init config\n",
		{ "no primary", "mpsh --proc-type=primary" } },
	{ "version", false,
		"EAL: Primary and secondary process DPDK version mismatch\n"
		"EAL: FATAL: Cannot init config\n"
		"EAL: Cannot init config\n",
		{ "DPDK version", OWN_RELEASE } },
	{ "tailq", false,
		"EAL: Cannot initialize tailq: EXTRA_TAILQ\n"
		"Tailq 0: qname:<RTE_RING>, tqh_first:(nil), tqh_last:0x100004488\n"
		"Tailq 1: qname:<UIO_RESOURCE_LIST>, tqh_first:(nil), "
		"tqh_last:0x1000044b8\n"
		"Tailq 2: qname:<VFIO_RESOURCE_LIST>, tqh_first:(nil), "
		"tqh_last:0x1000044e8\n"
		"Tailq 3: qname:<RTE_MEMPOOL>, tqh_first:(nil), tqh_last:0x100004518\n"
		"EAL: FATAL: Cannot init tail queues for objects\n"
		"EAL: Cannot init tail queues for objects\n",
		{ "lacks a library", "EXTRA_TAILQ", "-Dstatic_eal=true" } },
	{ "blockcfg", false,
		"EAL: Cannot mmap memory for rte_config at [0x100000000], got "
		"[0x7fb7a8a44000] - please use '--base-virtaddr' option\n"
		"EAL: FATAL: Cannot init config\n"
		"EAL: Cannot init config\n",
		{ "primary's addresses", "0x100000000", "setarch -R", "--base-virtaddr",
			"randomize_va_space" } },
	{ "blockmz", false,
		"EAL: Cannot get a virtual area at requested address: 0x100007000 (got "
		"0x7f2efea65000)\n"
		"EAL: Cannot attach to memzone list\n"
		"EAL: FATAL: Cannot init memzone\n"
		"EAL: Cannot init memzone\n",
		{ "primary's addresses", "0x100007000", "setarch -R" } },
	{ "blockms", false,
		"EAL: Cannot get a virtual area at requested address: 0x100035000 (got "
		"0x7fcb3f658000)\n"
		"EAL: Cannot attach to primary process memseg lists\n"
		"EAL: FATAL: Cannot init memory\n"
		"EAL: Cannot init memory\n",
		{ "primary's addresses", "0x100035000", "setarch -R" } },
	{ "blockva", false,
		"EAL: Cannot get a virtual area at requested address: 0x100200000 (got "
		"0x7f5420929000)\n"
		"EAL: Cannot reserve 17179869184 bytes at [0x100200000] - please use "
		"'--base-virtaddr' option\n"
		"EAL: Cannot preallocate VA space for hugepage memory\n"
		"EAL: FATAL: Cannot init memory\n"
		"EAL: Cannot init memory\n",
		{ "primary's addresses", "0x100200000", "setarch -R" } },
	{ "aslim", true,
		"EAL: Cannot get a virtual area: Cannot allocate memory\n"
		"EAL: Cannot allocate VA space for memseg list\n"
		"EAL: FATAL: Cannot init memory\n"
		"EAL: Cannot init memory\n",
		{ "address space", "ulimit -v unlimited" } },
	{ "nohugesec", false,
		"EAL: Failed to open shared memory!\n"
		"EAL: FATAL: Cannot get hugepage information.\n"
		"EAL: Cannot get hugepage information.\n",
		{ "without hugepages", "--no-huge" } },
	{ "nopages", true,
		"EAL: No free 2048 kB hugepages reported on node 0\n"
		"EAL: FATAL: Cannot get hugepage information.\n"
		"EAL: Cannot get hugepage information.\n",
		{ "hugepages", "dpdk-hugepages.py --setup 64M" } },
	{ "toomuch", true,
		"EAL: Not enough memory available! Requested: 4096MB, available: 128MB\n"
		"EAL: FATAL: Cannot init memory\n"
		"EAL: Cannot init memory\n",
		{ "hugepages", "4096MB", "dpdk-hugepages.py --setup" } },
	{ "nomount", true,
		"EAL: FATAL: Cannot get hugepage information.\n"
		"EAL: Cannot get hugepage information.\n",
		{ "hugepage", "dpdk-hugepages.py --setup" } },
	{ "nobody", true,
		"EAL: get_seg_fd(): open '/dev/hugepages/h2umap_0' failed: Permission "
		"denied\n"
		"EAL: Couldn't get fd on hugepage file\n"
		"EAL: error allocating rte services array\n"
		"EAL: FATAL: rte_service_init() failed\n"
		"EAL: rte_service_init() failed\n",
		{ "not permitted", "/dev/hugepages/h2umap_0", "sudo mpsh" } },
	{ "nobodyroot", true,
		"EAL: Error creating '/var/run/dpdk/h2u': Permission denied\n"
		"EAL: Cannot create runtime directory\n"
		"EAL: FATAL: Invalid 'command line' arguments.\n"
		"EAL: Invalid 'command line' arguments.\n",
		{ "not permitted", "/var/run/dpdk/h2u", "RUNTIME_DIRECTORY" } },
	{ "romount", true,
		"EAL: get_seg_fd(): open '/dev/hugepages/h2umap_0' failed: Read-only "
		"file system\n"
		"EAL: Couldn't get fd on hugepage file\n"
		"EAL: error allocating rte services array\n"
		"EAL: FATAL: rte_service_init() failed\n"
		"EAL: rte_service_init() failed\n",
		{ "read-only", "remount,rw" } },
	{ "fd20", true,
		"EAL: get_seg_fd(): open '/dev/hugepages/h2umap_0' failed: Too many open "
		"files\n"
		"EAL: Couldn't get fd on hugepage file\n"
		"EAL: error allocating rte services array\n"
		"EAL: FATAL: rte_service_init() failed\n"
		"EAL: rte_service_init() failed\n",
		{ "too few descriptors", "ulimit -n 1024" } },
	{ "rtdirfile", true,
		"EAL: Error creating '/etc/passwd/dpdk': Not a directory\n"
		"EAL: Cannot create runtime directory\n"
		"EAL: FATAL: Invalid 'command line' arguments.\n"
		"EAL: Invalid 'command line' arguments.\n",
		{ "runtime directory", "/etc/passwd/dpdk", "Not a directory" } },
	{ "rorun", true,
		"EAL: Error creating '/mnt/dpdk': Read-only file system\n"
		"EAL: Cannot create runtime directory\n"
		"EAL: FATAL: Invalid 'command line' arguments.\n"
		"EAL: Invalid 'command line' arguments.\n",
		{ "runtime directory", "/mnt/dpdk", "Read-only" } },
	{ "badlcore", true,
		"EAL: lcore 7 unavailable\n"
		"EAL: invalid core list, please check specified cores are part of 0-1\n"
		"Usage: ./tiny [options]\n"
		"EAL common options:\n"
		"  -c COREMASK         Hexadecimal bitmask of cores to run on\n"
		"  -l CORELIST         List of cores to run on\n"
		"EAL: Invalid 'command line' arguments.\n",
		{ "lcore 7 unavailable" } },
	{ "badmask", true,
		"EAL: invalid characters in coremask: [zz]\n"
		"EAL: invalid coremask syntax\n"
		"Usage: ./tiny [options]\n"
		"EAL common options:\n"
		"  -c COREMASK         Hexadecimal bitmask of cores to run on\n"
		"  -l CORELIST         List of cores to run on\n"
		"EAL: Invalid 'command line' arguments.\n",
		{ "invalid characters in coremask: [zz]" } },
	{ "badopt", true,
		"./tiny: unrecognized option '--foo'\n"
		"./tiny: unrecognized option '--foo'\n"
		"Usage: ./tiny [options]\n"
		"EAL common options:\n"
		"  -c COREMASK         Hexadecimal bitmask of cores to run on\n"
		"  -l CORELIST         List of cores to run on\n"
		"EAL: Invalid 'command line' arguments.\n",
		{ "unrecognized option '--foo'", "--help" } },
	{ "bothlcores", true,
		"EAL: Option --lcores is ignored, because (-l) is set!\n"
		"Usage: ./tiny [options]\n"
		"EAL common options:\n"
		"  -c COREMASK         Hexadecimal bitmask of cores to run on\n"
		"  -l CORELIST         List of cores to run on\n"
		"EAL: Invalid 'command line' arguments.\n",
		{ "--lcores is ignored, because (-l) is set" } },
	{ "socketmemnohuge", true,
		"EAL: Option --socket-mem cannot be specified together with --no-huge\n"
		"Usage: ./tiny [options]\n"
		"EAL common options:\n"
		"  -c COREMASK         Hexadecimal bitmask of cores to run on\n"
		"  -l CORELIST         List of cores to run on\n"
		"EAL: Invalid 'command line' arguments.\n",
		{ "--socket-mem cannot be specified together" } },
	{ "twopfx", true,
		"EAL: Invalid char, '%', in --file-prefix option\n"
		"Usage: ./tiny [options]\n"
		"EAL common options:\n"
		"  -c COREMASK         Hexadecimal bitmask of cores to run on\n"
		"  -l CORELIST         List of cores to run on\n"
		"EAL: Invalid 'command line' arguments.\n",
		{ "Invalid char, '%', in --file-prefix" } },
};

static void
logs_of_failed_starts_are_explained(void **state)
{
	struct options without_pages = options;
	struct refusal refusal;
	struct preflight preflight;
	unsigned int i, word;

	(void)state;
	without_pages.huge_dir = runtime_dir; /* no hugetlbfs, so no page is free there */
	for (i = 0; i < RTE_DIM(logs); i++) {
		memset(&preflight, 0, sizeof(preflight));
		preflight.is_primary = logs[i].is_primary;
		strcpy(preflight.runtime_dir, runtime_dir);
		preflight_explain(&without_pages, &preflight, logs[i].log, 0, &refusal);
		assert_shape(refusal.text);
		for (word = 0; logs[i].words[word] != NULL; word++)
			if (strstr(refusal.text, logs[i].words[word]) == NULL)
				fail_msg("%s: '%s' is not in '%s'", logs[i].name,
					logs[i].words[word], refusal.text);
	}
}

static void
explain_names_the_other_primary(void **state)
{
	struct preflight preflight = { .is_primary = true };
	struct refusal refusal;
	pid_t pid;

	(void)state;
	strcpy(preflight.runtime_dir, runtime_dir);
	pid = start_primary(RTE_MAGIC, RTE_VERSION);
	preflight_explain(&options, &preflight, logs[0].log, 0, &refusal);
	end(pid);
	assert_has(refusal.text, pid_words(pid, " (fake_primary)"));
}

static void
single_process_options_are_named(void **state)
{
	char name[] = "mpsh", option[] = "--no-hug", *argv[] = { name, option, NULL };
	struct preflight preflight = { .is_primary = true };
	struct refusal refusal;

	(void)state;
	options.eal_argv = argv;
	options.eal_argc = 2;
	preflight_explain(
		&options, &preflight, "EAL: Cannot init memory\n", ENOMEM, &refusal);
	assert_shape(refusal.text);
	assert_has(refusal.text, "--no-huge has no multi-process");
}

static void
unknown_logs_end_with_their_last_line(void **state)
{
	static const struct {
		const char *log;
		int code;
		const char *words;
	} cases[] = {
		{ "EAL: Detected CPU lcores: 2\nEAL: FATAL: Cannot init VFIO\n", EAGAIN,
			"DPDK could not start: Cannot init VFIO\n" },
		{ "EAL: Cannot init alarm", 0,
			"DPDK could not start: Cannot init alarm\n" },
		{ "Tailq 1: qname:<X>\n", ENOMEM,
			"DPDK could not start: Cannot allocate memory\n" },
		{ "something\n\n", 0, "DPDK could not start: something\n" },
		{ "", ENOMEM, "DPDK could not start: Cannot allocate memory\n" },
		{ "", 0, "DPDK could not start: it did not say why\n" },
	};
	struct preflight preflight = { .is_primary = true };
	struct refusal refusal;
	unsigned int i;

	(void)state;
	for (i = 0; i < RTE_DIM(cases); i++) {
		preflight_explain(
			&options, &preflight, cases[i].log, cases[i].code, &refusal);
		assert_shape(refusal.text);
		assert_has(refusal.text, cases[i].words);
	}
}

static void
long_lines_do_not_overflow(void **state)
{
	struct preflight preflight = { .is_primary = true };
	struct refusal refusal;
	char log[8192];

	(void)state;
	memset(log, 'x', sizeof(log));
	memcpy(log, "EAL: ", 5);
	log[sizeof(log) - 1] = '\0';
	preflight_explain(&options, &preflight, log, 0, &refusal);
	assert_shape(refusal.text);
	assert_has(refusal.text, "DPDK could not start: xxx");
}

/* The lock's taker ends and leaves it to its child: /proc/locks is silent then. */
static void
be_testator(const void *arg)
{
	int fd = open_in_runtime_dir("fbarray_memzone");
	pid_t *heir = *(pid_t *const *)arg;

	if (flock(fd, LOCK_SH) < 0)
		_exit(1);
	if (fork() == 0) {
		prctl(PR_SET_NAME, "heir");
		*heir = getpid();
		ready();
	}
	for (;;)
		pause();
}

static void
explain_names_holders_by_descriptor(void **state)
{
	struct preflight preflight = { .is_primary = true };
	struct refusal refusal;
	pid_t *heir;

	(void)state;
	heir = mmap(NULL, sizeof(*heir), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(heir != MAP_FAILED);
	strcpy(preflight.runtime_dir, runtime_dir);
	end(start(be_testator, &heir));
	preflight_explain(&options, &preflight, "EAL: Cannot allocate memzone list\n",
		ENODEV, &refusal);
	kill(*heir, SIGKILL);
	assert_has(refusal.text, pid_words(*heir, " (heir)"));
	munmap(heir, sizeof(*heir));
}

static void
explain_names_holders(void **state)
{
	static const char log[] = "EAL: Cannot allocate memzone list\n"
				  "EAL: FATAL: Cannot init memzone\n"
				  "EAL: Cannot init memzone\n";
	struct preflight preflight = { .is_primary = true };
	struct refusal refusal;
	pid_t pid;

	(void)state;
	strcpy(preflight.runtime_dir, runtime_dir);
	pid = start(be_holder, "fbarray_memzone");
	preflight_explain(&options, &preflight, log, ENODEV, &refusal);
	end(pid);
	assert_shape(refusal.text);
	assert_has(refusal.text, "still hold its memory");
	assert_has(refusal.text, pid_words(pid, " (old_secondary)"));
	preflight_explain(&options, &preflight, log, ENODEV, &refusal);
	assert_shape(refusal.text);
	assert_has(refusal.text, "lists of memory");
	assert_has(refusal.text, runtime_dir);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(explain_names_holders_by_descriptor),
		TEST(explain_names_holders),
		TEST(logs_of_failed_starts_are_explained),
		TEST(explain_names_the_other_primary),
		TEST(single_process_options_are_named),
		TEST(unknown_logs_end_with_their_last_line),
		TEST(long_lines_do_not_overflow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
