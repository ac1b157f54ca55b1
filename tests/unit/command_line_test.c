/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* sched_setaffinity() */
#endif

#include <errno.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <rte_version.h>

#include "message/name.h"
#include "startup/command_line.h"
#include "startup/lcores.h"
#include "startup/options.h"
#include "startup/own_options.h"

/* 127, or 255 on Arm. */
#if RTE_MAX_LCORE == 256
#define HIGHEST_LCORE "255"
#else
#define HIGHEST_LCORE "127"
#endif

#define MAX_WORDS 32

static struct options options;
static char error[512];

/* The words after "mpsh", up to NULL. */
static int
parse(const char *first, ...)
{
	char *argv[MAX_WORDS + 1] = { (char *)"mpsh" };
	const char *word;
	int argc = 1;
	va_list args;

	options_free(&options);
	va_start(args, first);
	for (word = first; word != NULL && argc < MAX_WORDS; word = va_arg(args, char *))
		argv[argc++] = (char *)word;
	va_end(args);
	return options_parse(argc, argv, &options, error, sizeof(error));
}

#define PARSE(...) parse(__VA_ARGS__, (char *)NULL)
#define ASSERT_PARSED(...) assert_int_equal(PARSE(__VA_ARGS__), 0)
#define ASSERT_ERROR(text, ...)                                                          \
	do {                                                                             \
		assert_int_equal(PARSE(__VA_ARGS__), -EINVAL);                           \
		assert_string_equal(error, text);                                        \
	} while (0)

/* Does EAL get these words one after another? */
static bool
passes(const char *first, const char *second)
{
	int i;

	for (i = 1; i < options.eal_argc; i++) {
		if (strcmp(options.eal_argv[i], first) != 0)
			continue;
		if (second == NULL ||
			(i + 1 < options.eal_argc &&
				strcmp(options.eal_argv[i + 1], second) == 0))
			return true;
	}
	return false;
}

/* Is there a word for EAL that begins so? */
static bool
passes_some(const char *prefix)
{
	int i;

	for (i = 1; i < options.eal_argc; i++) {
		if (strncmp(options.eal_argv[i], prefix, strlen(prefix)) == 0)
			return true;
	}
	return false;
}

static bool
has_cpu(unsigned int cpu)
{
	char path[64];

	snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%u/topology/core_id",
		cpu);
	return access(path, F_OK) == 0;
}

static int
teardown(void **state)
{
	(void)state;
	options_free(&options);
	return 0;
}

static void
no_options_give_the_defaults(void **state)
{
	(void)state;
	assert_int_equal(parse(NULL), 0);
	assert_int_equal(options.n_sources, 0);
	assert_false(options.interactive || options.keep_going || options.json ||
		options.poll || options.no_color || options.doctor || options.help ||
		options.version || options.has_wait);
	assert_int_equal(options.timeout_ms, 5000);
	assert_null(options.name);
	assert_int_equal(options.max_peers, 15);
	assert_int_equal(options.wish, WISH_AUTO);
	assert_string_equal(options.file_prefix, "rte");
	assert_null(options.huge_dir);
	assert_int_equal(options.n_lcores, 2);
	assert_int_equal(options.memory_mib, 0);

	assert_string_equal(options.eal_argv[0], "mpsh");
	assert_null(options.eal_argv[options.eal_argc]);
	assert_true(passes("--proc-type=auto", NULL));
	assert_true(passes("--no-pci", NULL));
	assert_true(passes("--log-level=warning", NULL));
	assert_true(passes_some("--lcores"));
	assert_int_equal(options.eal_argc, 6);
}

static void
no_argv_at_all_is_no_crash(void **state)
{
	char *argv[] = { NULL };

	(void)state;
	options_free(&options);
	assert_int_equal(options_parse(0, argv, &options, error, sizeof(error)), 0);
	assert_string_equal(options.eal_argv[0], "mpsh");
}

static void
own_options_are_taken_on_either_side(void **state)
{
	(void)state;
	ASSERT_PARSED("-i", "-k", "-j", "-t", "700", "--name", "fw", "--max-peers", "3",
		"--poll", "--no-color");
	assert_true(options.interactive && options.keep_going && options.json &&
		options.poll && options.no_color);
	assert_int_equal(options.timeout_ms, 700);
	assert_string_equal(options.name, "fw");
	assert_int_equal(options.max_peers, 3);
	assert_int_equal(options.eal_argc, 6); /* the defaults, nothing of ours */

	ASSERT_PARSED("--file-prefix", "x", "--", "--interactive", "--keep-going",
		"--json", "--timeout=800", "--name=fw", "--max-peers=4", "--poll",
		"--no-color");
	assert_true(options.interactive && options.keep_going && options.json &&
		options.poll && options.no_color);
	assert_int_equal(options.timeout_ms, 800);
	assert_string_equal(options.name, "fw");
	assert_int_equal(options.max_peers, 4);
	assert_int_equal(options.eal_argc, 8);
	assert_false(passes("--", NULL));

	ASSERT_PARSED("-h");
	assert_true(options.help);
	ASSERT_PARSED("--help");
	assert_true(options.help);
	ASSERT_PARSED("-V");
	assert_true(options.version);
	ASSERT_PARSED("--version");
	assert_true(options.version);
	ASSERT_PARSED("--doctor");
	assert_true(options.doctor);
	assert_false(options.help || options.version);
}

static void
sources_keep_their_order(void **state)
{
	(void)state;
	ASSERT_PARSED("-e", "send a", "--file=b", "-f", "-", "--", "--execute", "-x",
		"-e", "--", "-e", "");
	assert_int_equal(options.n_sources, 6);
	assert_false(options.sources[0].is_file);
	assert_string_equal(options.sources[0].text, "send a");
	assert_true(options.sources[1].is_file);
	assert_string_equal(options.sources[1].text, "b");
	assert_true(options.sources[2].is_file);
	assert_string_equal(options.sources[2].text, "-");
	assert_false(options.sources[3].is_file);
	assert_string_equal(options.sources[3].text, "-x");
	assert_string_equal(options.sources[4].text, "--");
	assert_string_equal(options.sources[5].text, "");
}

static void
the_last_of_the_same_option_wins(void **state)
{
	(void)state;
	ASSERT_PARSED(
		"-t", "1", "--name", "a", "--timeout=2", "--", "--name=b", "-t", "3");
	assert_int_equal(options.timeout_ms, 3);
	assert_string_equal(options.name, "b");
	ASSERT_PARSED("--file-prefix", "a", "--file-prefix=b", "--proc-type=auto",
		"--proc-type", "primary");
	assert_string_equal(options.file_prefix, "b");
	assert_int_equal(options.wish, WISH_PRIMARY);
}

static void
numbers_are_checked(void **state)
{
	static const char *const bad_timeouts[] = {
		"0",
		"3600001",
		"-1",
		"+1",
		" 1",
		"1x",
		"",
		"1.5",
		"99999999999999999999",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad_timeouts) / sizeof(bad_timeouts[0]); i++)
		ASSERT_ERROR("timeout must be 1 to 3600000", "-t", bad_timeouts[i]);
	ASSERT_PARSED("-t", "1");
	ASSERT_PARSED("-t", "3600000");
	ASSERT_ERROR("max-peers must be 1 to 63", "--max-peers", "0");
	ASSERT_ERROR("max-peers must be 1 to 63", "--max-peers=64");
	ASSERT_PARSED("--max-peers=63");
	ASSERT_ERROR("wait must be 0 to 86400", "-w", "86401");
	ASSERT_ERROR("wait must be 0 to 86400", "--wait", "x");
	ASSERT_PARSED("-w", "86400");
	assert_int_equal(options.wait_s, 86400);
	ASSERT_PARSED("-w", "0");
	assert_true(options.has_wait);
}

static void
wait_makes_a_secondary(void **state)
{
	(void)state;
	ASSERT_PARSED("-w", "5");
	assert_int_equal(options.wish, WISH_SECONDARY);
	assert_true(passes("--proc-type=secondary", NULL));
	assert_false(passes("--proc-type=auto", NULL));
	ASSERT_PARSED("--proc-type", "secondary", "-w", "5");
	assert_int_equal(options.eal_argc, 7); /* not given a second time */
	ASSERT_ERROR("--wait makes this a secondary: leave out --proc-type=primary",
		"--proc-type=primary", "-w", "5");
	ASSERT_ERROR("--wait makes this a secondary: leave out --proc-type=auto", "-w",
		"5", "--proc-type", "auto");
}

static void
names_are_checked(void **state)
{
	static const char *const good[] = {
		"a",
		"Z9",
		"fw",
		"a.b-c_d",
		"secondary",
		"primary2",
		"abcdefghijklmnopqrstuvwx",
	};
	static const char *const bad[] = {
		"",
		"9a",
		"_a",
		"-a",
		"a b",
		"a/b",
		"a\n",
		"\xc3\xa4",
		"a\xc3\xa4",
		"abcdefghijklmnopqrstuvwxy",
		"primary",
		"guest",
		"simple_mp",
		"error",
		"reply",
		"all",
		"secondary-",
		"secondary-1",
		"secondary-x",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_int_equal(name_check(good[i]), 0);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(name_check(bad[i]), -EINVAL);
		assert_int_equal(PARSE("--name", bad[i]), -EINVAL);
		/* It says what would be right. */
		assert_non_null(strstr(error, "1 to 24 characters, a letter first"));
	}
}

static void
unknown_words_are_named(void **state)
{
	(void)state;
	ASSERT_ERROR("unknown option --foo: mpsh --help lists them", "--foo");
	ASSERT_ERROR("unknown option --foo=1: mpsh --help lists them", "--foo=1");
	ASSERT_ERROR("unknown option -z: mpsh --help lists them", "-z");
	ASSERT_ERROR("unknown option -jz: mpsh --help lists them", "-jz");
	ASSERT_ERROR("unknown option -vx: mpsh --help lists them", "-vx");
	ASSERT_ERROR("unknown option -vh: mpsh --help lists them", "-vh");
	ASSERT_ERROR("unknown option --timout=5: did you mean --timeout?", "--timout=5");
	ASSERT_ERROR("unknown option --no-pc: did you mean --no-pci?", "--no-pc");
	ASSERT_ERROR("unexpected -: neither an option nor a command", "-");
	ASSERT_ERROR("unexpected '': neither an option nor a command", "");
	ASSERT_ERROR("unexpected --: neither an option nor a command", "--", "--");
	ASSERT_ERROR("unknown option --foo: mpsh --help lists them", "--", "--foo");
	ASSERT_ERROR("unexpected -l: EAL options go before the --", "--", "-l", "0-1");
	ASSERT_ERROR(
		"unexpected --no-pci: EAL options go before the --", "--", "--no-pci");
	/* With --help too. */
	ASSERT_ERROR("unexpected -: neither an option nor a command", "--help", "-");
}

static void
abbreviations_are_unknown(void **state)
{
	(void)state;
	assert_int_equal(PARSE("--time", "5"), -EINVAL);
	assert_int_equal(PARSE("--proc", "primary"), -EINVAL);
	assert_int_equal(PARSE("--file-p", "x"), -EINVAL);
	assert_int_equal(PARSE("--lcore", "0,1"), -EINVAL);
	ASSERT_ERROR("unknown option --lcore: did you mean --lcores?", "--lcore", "0,1");
}

static void
errors_quote_words_safely_and_in_part(void **state)
{
	char word[4096];

	(void)state;
	ASSERT_ERROR("unknown option -\\x1b[31m: mpsh --help lists them", "-\x1b[31m");
	memset(word, 'a', sizeof(word) - 1);
	word[sizeof(word) - 1] = '\0';
	word[0] = word[1] = '-';
	assert_int_equal(PARSE(word), -EINVAL);
	assert_non_null(strstr(error, "aaa...: mpsh --help lists them"));
}

static void
an_error_fits_the_room_for_it(void **state)
{
	char *argv[] = { (char *)"mpsh", (char *)"--foo", NULL };
	char small[8] = "1234567";

	(void)state;
	options_free(&options);
	assert_int_equal(options_parse(2, argv, &options, small, 4), -EINVAL);
	assert_string_equal(small, "unk");
	assert_int_equal(small[4], '5');
	options_free(&options);
	assert_int_equal(options_parse(2, argv, &options, NULL, 0), -EINVAL);
}

static void
missing_and_needless_values_are_found(void **state)
{
	(void)state;
	ASSERT_ERROR("--timeout needs a value: --timeout MS", "-t");
	ASSERT_ERROR("--execute needs a value: --execute CMD", "--", "-e");
	ASSERT_ERROR(
		"--file needs a value: --file FILE, or - for standard input", "--file=");
	ASSERT_ERROR("--json takes no value", "--json=1");
	ASSERT_ERROR("--file-prefix needs a value", "--file-prefix");
	ASSERT_ERROR("-l needs a value", "-l");
	ASSERT_ERROR("-n needs a value", "-vn");
	ASSERT_ERROR("--no-pci takes no value", "--no-pci=1");
	ASSERT_ERROR("--timeout needs a value: --timeout MS", "-jt");
}

static void
letters_join(void **state)
{
	(void)state;
	assert_int_equal(PARSE("-jk", "-t500", "-qxw10"), 0);
	assert_true(options.json && options.keep_going && options.quiet && options.echo);
	assert_int_equal(options.timeout_ms, 500);
	assert_int_equal(options.wait_s, 10);
	assert_int_equal(PARSE("-jeset json off", "-ke", "peers"), 0);
	assert_int_equal(options.n_sources, 2);
	assert_string_equal(options.sources[0].text, "set json off");
	assert_string_equal(options.sources[1].text, "peers");
	ASSERT_ERROR("unknown option -jl0-1: -l is EAL's, give it in a word of its own",
		"-jl0-1");
	ASSERT_ERROR("unknown option -vj: mpsh --help lists them", "-vj");
	ASSERT_ERROR("timeout must be 1 to 3600000", "-t0");
}

static void
words_are_a_command(void **state)
{
	(void)state;
	assert_int_equal(PARSE("-e", "peers", "mp", "request", "a", "-x", "--", "b"), 0);
	assert_int_equal(options.n_sources, 2);
	assert_string_equal(options.sources[0].text, "peers");
	assert_string_equal(options.sources[1].text, "mp request a -x -- b");
	assert_string_equal(options.command, "mp request a -x -- b");
	assert_false(options.sources[1].is_file);
	assert_int_equal(PARSE("--no-pci", "--", "-j", "send", "", " two  blanks "), 0);
	assert_string_equal(options.command, "send   two  blanks ");
	ASSERT_ERROR("a command is one line: give several with -e, or on standard input",
		"send", "a\nb");
	options_drop_sources(&options);
	assert_null(options.command);
	assert_int_equal(options.n_sources, 0);
}

static void
values_of_eal_options_are_not_ours(void **state)
{
	(void)state;
	ASSERT_PARSED(
		"--file-prefix", "-j", "-d", "--help", "--vdev", "--", "-n", "-i", "-j");
	assert_false(options.help || options.interactive);
	assert_true(options.json); /* the last, which is one */
	assert_string_equal(options.file_prefix, "-j");
	assert_true(passes("--file-prefix", "-j"));
	assert_true(passes("-d", "--help"));
	assert_true(passes("--vdev", "--"));
	assert_true(passes("-n", "-i"));
}

static void
eal_options_pass_in_their_order(void **state)
{
	static const char *const expected[] = {
		"mpsh",
		"--vdev=net_null0",
		"-v",
		"-n4",
		"-r",
		"2",
		"-a",
		"0000:00:00.0",
		"--huge-worker-stack",
		"--legacy-mem",
		"--log-level",
		"7",
		"--huge-unlink=never",
		"--proc-type=auto",
	};
	size_t i;

	(void)state;
	ASSERT_PARSED("--vdev=net_null0", "-v", "-n4", "-j", "-r", "2", "-a",
		"0000:00:00.0", "--huge-worker-stack", "--legacy-mem", "--log-level", "7",
		"--huge-unlink=never");
	for (i = 0; i < sizeof(expected) / sizeof(expected[0]); i++)
		assert_string_equal(options.eal_argv[i], expected[i]);
}

static void
every_option_of_eal_is_known(void **state)
{
	static const char *const without[] = {
		"--create-uio-dev",
		"--huge-worker-stack",
		"--legacy-mem",
		"--match-allocations",
		"--no-hpet",
		"--no-pci",
		"--no-telemetry",
		"--single-file-segments",
		"--telemetry",
		"--vmware-tsc-map",
		"-v",
	};
	static const char *const with[] = {
		"--allow",
		"--block",
		"--base-virtaddr",
		"--file-prefix",
		"--force-max-simd-bitwidth",
		"--huge-dir",
		"--iova-mode",
		"--mbuf-pool-ops-name",
		"--socket-limit",
		"--trace",
		"--trace-bufsz",
		"--trace-dir",
		"--trace-mode",
		"--vdev",
		"--vfio-intr",
		"--vfio-vf-token",
		"-a",
		"-b",
		"-d",
		"-n",
		"-r",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(without) / sizeof(without[0]); i++) {
		ASSERT_PARSED(without[i], "-j");
		assert_true(options.json);
		assert_true(passes(without[i], NULL));
	}
	for (i = 0; i < sizeof(with) / sizeof(with[0]); i++) {
		ASSERT_PARSED(with[i], "-j");
		assert_false(options.json);
		assert_true(passes(with[i], "-j"));
	}
}

/* Of those that a later release has, the value of one whose value is not told by "=". */
static void
options_of_later_releases_are_known_to_those(void **state)
{
	bool has_24_11 = RTE_VERSION >= RTE_VERSION_NUM(24, 11, 0, 0);
	bool has_25_11 = RTE_VERSION >= RTE_VERSION_NUM(25, 11, 0, 0);

	(void)state;
	ASSERT_PARSED("--syslog", "-j");
	assert_int_equal(options.json, has_24_11);
	if (has_24_11) {
		ASSERT_PARSED("--log-color", "-j");
		assert_true(options.json);
	} else {
		ASSERT_ERROR("unknown option --log-color: did you mean --no-color?",
			"--log-color");
	}
	if (has_25_11) {
		ASSERT_PARSED("--driver-path", "-j", "--remap-lcore-ids", "-i");
		assert_false(options.json);
		assert_true(options.interactive);
		ASSERT_PARSED("-R", "-j");
		assert_true(options.json);
	} else {
		ASSERT_ERROR("unknown option -R: mpsh --help lists them", "-R");
	}
}

static void
EAL_gets_the_role_that_was_found(void **state)
{
	(void)state;
	ASSERT_PARSED("-l", "0-1");
	options_fix_role(&options, true);
	assert_true(passes("--proc-type=primary", NULL));
	assert_false(passes("--proc-type=auto", NULL));
	ASSERT_PARSED("--proc-type", "AUTO", "-l", "0-1");
	options_fix_role(&options, false);
	assert_true(passes("--proc-type", "secondary"));
	ASSERT_PARSED("--proc-type=auto");
	options_fix_role(&options, false);
	assert_true(passes("--proc-type=secondary", NULL));
}

static void
defaults_give_way_to_the_users_options(void **state)
{
	(void)state;
	ASSERT_PARSED("--proc-type=primary");
	assert_false(passes("--proc-type=auto", NULL));
	assert_int_equal(options.wish, WISH_PRIMARY);
	ASSERT_PARSED("--proc-type", "SECONDARY"); /* EAL takes capitals */
	assert_int_equal(options.wish, WISH_SECONDARY);
	assert_false(passes_some("--proc-type="));
	ASSERT_PARSED("-a", "0000:00:00.0");
	assert_false(passes("--no-pci", NULL));
	ASSERT_PARSED("--allow=0000:00:00.0");
	assert_false(passes("--no-pci", NULL));
	ASSERT_PARSED("-b0000:00:00.0");
	assert_false(passes("--no-pci", NULL));
	ASSERT_PARSED("--block", "0000:00:00.0");
	assert_false(passes("--no-pci", NULL));
	ASSERT_PARSED("--no-pci");
	assert_int_equal(options.eal_argc, 6); /* once */
	ASSERT_PARSED("--log-level=debug");
	assert_false(passes("--log-level=warning", NULL));
	ASSERT_PARSED(
		"--log-level=lib.*:inf", "--log-level=0x7", "--log-level", "user1,8");
	assert_false(options.log_help);
	ASSERT_PARSED("--log-level=help");
	assert_true(options.log_help);
	ASSERT_ERROR("unexpected log-level lib.eal:loud: expected a level or TYPE:LEVEL, "
		     "which --log-level=help lists",
		"--log-level=lib.eal:loud");
	ASSERT_ERROR("unexpected log-level 5x: expected a level or TYPE:LEVEL, "
		     "which --log-level=help lists",
		"--log-level=5x");
	ASSERT_ERROR("unexpected log-level lib.eal:: expected a level or TYPE:LEVEL, "
		     "which --log-level=help lists",
		"--log-level=lib.eal:");
	ASSERT_PARSED("--lcores", "0@0,1@0");
	assert_true(passes("--lcores", "0@0,1@0"));
	assert_int_equal(options.eal_argc, 6);
}

static void
default_lcores_float_over_the_cpus_allowed(void **state)
{
	cpu_set_t before, one;
	char expected[64];
	int cpu;

	(void)state;
	assert_int_equal(sched_getaffinity(0, sizeof(before), &before), 0);
	for (cpu = 0; !CPU_ISSET(cpu, &before); cpu++)
		;
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	assert_int_equal(sched_setaffinity(0, sizeof(one), &one), 0);
	assert_int_equal(parse(NULL), 0);
	snprintf(expected, sizeof(expected), "0@(%d),1@(%d)", cpu, cpu);
	assert_true(passes("--lcores", expected));
	assert_int_equal(sched_setaffinity(0, sizeof(before), &before), 0);

	CPU_SET(cpu + 1, &one);
	if (!CPU_ISSET(cpu + 1, &before))
		skip();
	assert_int_equal(sched_setaffinity(0, sizeof(one), &one), 0);
	assert_int_equal(parse(NULL), 0);
	snprintf(expected, sizeof(expected), "0@(%d-%d),1@(%d-%d)", cpu, cpu + 1, cpu,
		cpu + 1);
	assert_true(passes("--lcores", expected));
	assert_int_equal(sched_setaffinity(0, sizeof(before), &before), 0);
}

#define TWO_LCORES                                                                       \
	"mpsh needs two lcores, one for the prompt and one for the rings: "              \
	"give -l 0-1 or --lcores '0@0,1@0'"

static void
lcores_are_counted(void **state)
{
	cpu_set_t set;

	(void)state;
	ASSERT_PARSED("--lcores=0@0,1@0");
	assert_int_equal(options.n_lcores, 2);
	ASSERT_PARSED("--lcores", "(0-3)@(0),4@0");
	assert_int_equal(options.n_lcores, 5);
	ASSERT_PARSED("--lcores", " ( 0 , 3-2 ) @0, (7-5)@(0)");
	assert_int_equal(options.n_lcores, 6);
	ASSERT_PARSED("--lcores", "(0,1)@0,1@0"); /* 1 is named twice */
	assert_int_equal(options.n_lcores, 2);
	ASSERT_PARSED("--lcores", "(0,1)@0", "--main-lcore", "1");
	assert_int_equal(options.n_lcores, 2);
	assert_int_equal(lcores_parse_mask("0x12", &set), 0);
	assert_int_equal(CPU_COUNT(&set), 2);
	assert_true(CPU_ISSET(1, &set) && CPU_ISSET(4, &set));
	ASSERT_ERROR(TWO_LCORES, "-l", "0");
	ASSERT_ERROR(TWO_LCORES, "-l0");
	ASSERT_ERROR(TWO_LCORES, "-vl0");
	ASSERT_ERROR(TWO_LCORES, "-c", "1");
	ASSERT_ERROR(TWO_LCORES, "-c0x1");
	ASSERT_ERROR(TWO_LCORES, "--lcores", "0");
	ASSERT_ERROR(TWO_LCORES, "--lcores=5@0");
	if (!has_cpu(1))
		skip();
	ASSERT_PARSED("-l", "0-1");
	assert_int_equal(options.n_lcores, 2);
	assert_false(passes_some("--lcores"));
	ASSERT_PARSED("-l0,1");
	assert_int_equal(options.n_lcores, 2);
	ASSERT_PARSED("-c", "0x3");
	assert_int_equal(options.n_lcores, 2);
	assert_false(passes_some("--lcores"));
	ASSERT_PARSED("--lcores", "0-1");
	assert_int_equal(options.n_lcores, 2);
}

static void
bad_lcores_are_named_before_eal_sees_them(void **state)
{
	(void)state;
	ASSERT_ERROR("-l 0-x: expected a list of lcores such as 0-1", "-l", "0-x");
	ASSERT_ERROR("-l ,1: expected a list of lcores such as 0-1", "-l", ",1");
	ASSERT_ERROR("-l 0,: expected a list of lcores such as 0-1", "-l", "0,");
	ASSERT_ERROR("-l 0 1: expected a list of lcores such as 0-1", "-l", "0 1");
	ASSERT_ERROR("-l 1-0: expected a list of lcores such as 0-1", "-l", "1-0");
	ASSERT_ERROR("-c 3z: expected a mask of lcores such as 0x3", "-c", "3z");
	ASSERT_ERROR("-c 0: expected a mask of lcores such as 0x3", "-c", "0");
	ASSERT_ERROR(
		"--lcores (0@0: expected lcores such as '(0-1)@0'", "--lcores", "(0@0");
	ASSERT_ERROR("--lcores 0@: expected lcores such as '(0-1)@0'", "--lcores=0@");
	/* EAL wants brackets there. */
	ASSERT_ERROR(
		"--lcores 0-1@0: expected lcores such as '(0-1)@0'", "--lcores", "0-1@0");
	ASSERT_ERROR("--lcores 0@0;1@0: expected lcores such as '(0-1)@0'", "--lcores",
		"0@0;1@0");
	ASSERT_ERROR("--lcores: -l has named the lcores already, give one of them", "-l",
		"0", "--lcores", "0@0,1@0");
	ASSERT_ERROR("--lcores 0@1023,1@0: this machine has no CPU 1023", "--lcores",
		"0@1023,1@0");
	ASSERT_ERROR("-l 0,1023: this machine has no CPU 1023", "-l", "0,1023");
	ASSERT_ERROR("--lcores 0@0,1023@0: lcore 1023 is too high, the highest "
		     "is " HIGHEST_LCORE
		     "; --lcores '0@1023' puts a lower one on that CPU",
		"--lcores", "0@0,1023@0");
	ASSERT_ERROR("main-lcore 3 is not among the lcores", "--lcores", "(0,1)@0",
		"--main-lcore=3");
	ASSERT_ERROR("main-lcore 2 is not among the lcores", "--main-lcore=2");
}

static void
service_lcores_do_not_count(void **state)
{
	(void)state;
	if (!has_cpu(1))
		skip();
	/* The first is the main lcore, which a mask does not take away. */
	ASSERT_PARSED("--lcores", "(0-2)@0", "-s", "0x3");
	assert_int_equal(options.n_lcores, 2);
	ASSERT_ERROR(TWO_LCORES, "--lcores", "(0-1)@0", "-s", "2");
	ASSERT_ERROR(TWO_LCORES, "--lcores", "(0-1)@0", "-S", "1");
	ASSERT_ERROR("-S x: expected a list of lcores such as 2-3", "-S", "x");
	/* Alone, it leaves the other lcores to EAL: all CPUs allowed. */
	if (PARSE("-s", "1") == 0)
		assert_false(passes_some("--lcores"));
	else
		assert_string_equal(error, TWO_LCORES);
}

static void
what_has_no_multi_process_is_refused(void **state)
{
	(void)state;
	ASSERT_ERROR("--no-huge has no multi-process: leave it out", "--no-huge");
	ASSERT_ERROR("--in-memory has no multi-process: leave it out", "--in-memory");
	ASSERT_ERROR("--no-shconf has no multi-process: leave it out", "--no-shconf");
	ASSERT_ERROR("--huge-unlink has no multi-process: leave it out", "--huge-unlink");
	ASSERT_ERROR("--huge-unlink has no multi-process: leave it out",
		"--huge-unlink=always");
}

static void
values_that_make_eal_print_its_usage_are_refused(void **state)
{
	(void)state;
	ASSERT_ERROR("unexpected proc-type foo: expected auto, primary or secondary",
		"--proc-type", "foo");
	ASSERT_ERROR("file-prefix must be a part of a file name, without '/' and '%'",
		"--file-prefix=");
	ASSERT_ERROR("file-prefix must be a part of a file name, without '/' and '%'",
		"--file-prefix", "a%");
	ASSERT_ERROR("--huge-dir needs a directory", "--huge-dir=");
	ASSERT_ERROR("--allow and --block exclude one another: give one of them", "-a",
		"0000:00:00.0", "-b", "0000:00:00.0");
	ASSERT_ERROR("--socket-mem: -m has set the memory already, give one of them",
		"-m", "64", "--socket-mem", "64");
}

static void
preflight_learns_what_eal_is_told(void **state)
{
	(void)state;
	ASSERT_PARSED("--file-prefix=x", "--huge-dir", "/mnt/huge", "-m", "64");
	assert_string_equal(options.file_prefix, "x");
	assert_string_equal(options.huge_dir, "/mnt/huge");
	assert_int_equal(options.memory_mib, 64);
	ASSERT_PARSED("-m128");
	assert_int_equal(options.memory_mib, 128);
	ASSERT_PARSED("--socket-mem=64,0,32");
	assert_int_equal(options.memory_mib, 96);
	ASSERT_ERROR("-m needs a number of MiB: -m 64", "-m", "64M");
	ASSERT_ERROR("--socket-mem needs MiB for each NUMA node: --socket-mem 64,0",
		"--socket-mem", "64,");
}

static void
eal_may_write_into_its_words_and_move_them(void **state)
{
	int i;

	(void)state;
	ASSERT_PARSED("--vdev", "net_null0", "--file-prefix", "x");
	for (i = 0; i < options.eal_argc; i++)
		memset(options.eal_argv[i], 'z', strlen(options.eal_argv[i]));
	assert_string_equal(options.file_prefix, "x"); /* a word of argv, not of EAL's */
	options.eal_argv[options.eal_argc - 1] = options.eal_argv[0];
	options_free(&options); /* the sanitizer sees a leak or a double free */
	assert_null(options.eal_argv);
}

static void
help_fits_80_columns_and_names_every_option(void **state)
{
	static const char *const named[] = {
		"-e, --execute",
		"-f, --file",
		"-i, --interactive",
		"-k, --keep-going",
		"-j, --json",
		"-t, --timeout",
		"--name",
		"--max-peers",
		"-w, --wait",
		"--poll",
		"--no-color",
		"--doctor",
		"-h, --help",
		"-V, --version",
		"Exit code",
		"Example",
		"linux_eal_parameters.html",
	};
	const char *line = options_help(), *end;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(named) / sizeof(named[0]); i++)
		assert_non_null(strstr(options_help(), named[i]));
	for (; *line != '\0'; line = end + 1) {
		end = strchr(line, '\n');
		assert_non_null(end); /* the last line ends too */
		assert_true(end - line <= 80);
	}
}

#define TEST(name) cmocka_unit_test_teardown(name, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(no_options_give_the_defaults),
		TEST(no_argv_at_all_is_no_crash),
		TEST(own_options_are_taken_on_either_side),
		TEST(sources_keep_their_order),
		TEST(the_last_of_the_same_option_wins),
		TEST(numbers_are_checked),
		TEST(wait_makes_a_secondary),
		TEST(names_are_checked),
		TEST(unknown_words_are_named),
		TEST(abbreviations_are_unknown),
		TEST(errors_quote_words_safely_and_in_part),
		TEST(an_error_fits_the_room_for_it),
		TEST(missing_and_needless_values_are_found),
		TEST(letters_join),
		TEST(words_are_a_command),
		TEST(values_of_eal_options_are_not_ours),
		TEST(eal_options_pass_in_their_order),
		TEST(every_option_of_eal_is_known),
		TEST(options_of_later_releases_are_known_to_those),
		TEST(EAL_gets_the_role_that_was_found),
		TEST(defaults_give_way_to_the_users_options),
		TEST(default_lcores_float_over_the_cpus_allowed),
		TEST(lcores_are_counted),
		TEST(bad_lcores_are_named_before_eal_sees_them),
		TEST(service_lcores_do_not_count),
		TEST(what_has_no_multi_process_is_refused),
		TEST(values_that_make_eal_print_its_usage_are_refused),
		TEST(preflight_learns_what_eal_is_told),
		TEST(eal_may_write_into_its_words_and_move_them),
		TEST(help_fits_80_columns_and_names_every_option),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
