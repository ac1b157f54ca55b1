/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <rte_common.h>
#include <rte_errno.h>

#include "base/exit.h"
#include "host/holders.h"
#include "host/hugepages.h"
#include "host/process.h"
#include "host/runtime.h"
#include "startup/preflight.h"

/* How long a primary may be starting or stopped, unless -w says it. */
#define ANSWER_MS 10000
/* Secondaries let go within moments of their primary's death. */
#define HOLDERS_MS 1000
#define POLL_MS 20

/*
 * What a primary takes of hugepages: EAL itself, and for each secondary two rings of
 * 256 messages of 1088 bytes with a header (DESIGN, fact 2).
 */
#define EAL_MEMORY (8 * HOST_MIB)
#define PAIR_MEMORY (UINT64_C(2) * (256 * 1088 + 512))

/*
 * Descriptors: seen that bare EAL has 22 open, 0 to 2 among them; our own; an eventfd
 * and a pidfd a peer. EAL keeps one for each hugepage, too.
 */
#define EAL_DESCRIPTORS 22
#define OWN_DESCRIPTORS 20
#define PEER_DESCRIPTORS 2
#define PAGE_OF_A_DESCRIPTOR (2 * HOST_MIB)

#define HOLDERS_SHOWN 6 /* of the processes in the way, named */

static int __attribute__((format(printf, 2, 3)))
refuse(char *error, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(error, PREFLIGHT_ERROR_SIZE, format, ap);
	va_end(ap);
	return EXIT_NOT_STARTED;
}

static uint64_t
now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void
pause_ms(unsigned int ms)
{
	struct timespec ts = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L };

	nanosleep(&ts, NULL);
}

/* ---- the runtime directory ---- */

/*
 * EAL cuts a path that is too long for a socket's address without a word, and then
 * the processes do not find each other.
 */
static int
check_length(const struct options *options, char *error)
{
	static const char socket_name[] = "/mp_socket_4194304_ffffffffffffffff";
	struct sockaddr_un address;
	const char *variable;
	size_t length;

	length = strlen(host_runtime_base(&variable)) + strlen("/dpdk/") +
		strlen(options->file_prefix);
	if (length + sizeof(socket_name) <= sizeof(address.sun_path))
		return 0;
	return refuse(error,
		"the runtime directory's path is %zu bytes, the limit is %zu (its "
		"sockets' names)\n"
		"use a shorter --file-prefix%s%s",
		length, sizeof(address.sun_path) - sizeof(socket_name),
		variable != NULL ? ", or a shorter $" : "",
		variable != NULL ? variable : "");
}

/* path is why the runtime directory cannot be used; reason an errno. */
static int
refuse_directory(const char *path, int reason, char *error)
{
	const char *variable;
	char part[PATH_MAX];
	struct stat st;
	char owner[64];

	host_runtime_base(&variable);
	if (reason == EACCES || reason == EPERM) {
		/* Whose is it? The first directory that can be seen keeps us out of it.
		 */
		snprintf(part, sizeof(part), "%s", path);
		while (stat(part, &st) < 0 && strrchr(part, '/') > part)
			*strrchr(part, '/') = '\0';
		return refuse(error,
			"not permitted: %s belongs to %s\n"
			"run mpsh as that user or as root, or set RUNTIME_DIRECTORY to a "
			"directory of yours",
			part, host_user_name(st.st_uid, owner, sizeof(owner)));
	}
	if (variable != NULL && reason == ENOENT)
		return refuse(error,
			"no runtime directory: %s, from $%s, does not exist\n"
			"mkdir -p %s, or unset %s",
			path, variable, path, variable);
	if (variable != NULL)
		return refuse(error,
			"cannot use the runtime directory: %s: %s\n"
			"set %s to a directory that can be written",
			path, strerror(reason), variable);
	return refuse(error,
		"cannot use the runtime directory: %s: %s\n"
		"mend that, or set RUNTIME_DIRECTORY to a directory that can be written",
		path, strerror(reason));
}

static int
directory_problem(const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return errno;
	if (!S_ISDIR(st.st_mode))
		return ENOTDIR;
	if (faccessat(AT_FDCWD, path, R_OK | W_OK | X_OK, AT_EACCESS) < 0)
		return errno;
	return 0;
}

/*
 * Could EAL make the runtime directory and its files? It makes the last two parts of
 * the path, no more; so what exists of them must take a file. Nothing is made here.
 */
static int
check_runtime_dir(const char *runtime_dir, char *error)
{
	char path[PATH_MAX];
	unsigned int part;
	struct stat st;
	int problem;

	snprintf(path, sizeof(path), "%s/config", runtime_dir);
	if (stat(path, &st) == 0 &&
		faccessat(AT_FDCWD, path, R_OK | W_OK, AT_EACCESS) < 0)
		return refuse_directory(path, errno, error);

	for (part = 0; part < 3; part++) {
		*strrchr(path, '/') = '\0';
		if (path[0] == '\0')
			strcpy(path, "/");
		problem = directory_problem(path);
		/* What lies in a file does not exist either: the file is found next. */
		if ((problem == ENOENT || problem == ENOTDIR) && part < 2 &&
			stat(path, &st) < 0)
			continue;
		break;
	}
	return problem == 0 ? 0 : refuse_directory(path, problem, error);
}

int
preflight_check_directory(const struct options *options, char *error)
{
	char runtime_dir[sizeof(((struct preflight *)NULL)->runtime_dir)];
	int ret;

	ret = check_length(options, error);
	if (ret != 0)
		return ret;
	host_runtime_dir(options->file_prefix, runtime_dir, sizeof(runtime_dir));
	return check_runtime_dir(runtime_dir, error);
}

/* ---- the primary ---- */

static int
refuse_version(const struct host_config *look, char *error)
{
	char who[80], version[32];

	return refuse(error,
		"the primary, %s, is built with DPDK %s, this mpsh with DPDK %s\n"
		"start both with the same DPDK, or use another --file-prefix",
		host_describe_process(look->pid, who, sizeof(who)),
		host_version_words(look->version, version, sizeof(version)),
		host_own_version_words());
}

static int
refuse_other_primary(const struct options *options, pid_t pid, char *error)
{
	char who[80];

	return refuse(error,
		"another primary already runs under the prefix %s: %s\n"
		"join it with --proc-type=secondary, or use another --file-prefix",
		options->file_prefix, host_describe_process(pid, who, sizeof(who)));
}

static int
refuse_no_primary(const struct options *options, const char *runtime_dir, char *error)
{
	bool default_prefix = strcmp(options->file_prefix, "rte") == 0;
	char waited[48] = "";

	if (options->has_wait)
		snprintf(waited, sizeof(waited), " after %" PRIu64 " s", options->wait_s);
	return refuse(error,
		"no primary under the prefix %s (%s)%s\n"
		"start one first: mpsh --proc-type=primary%s%s",
		options->file_prefix, runtime_dir, waited,
		default_prefix ? "" : " --file-prefix ",
		default_prefix ? "" : options->file_prefix);
}

/* A primary that lives, but has not answered for so long. */
static int
refuse_no_answer(uint64_t seconds, pid_t pid, char *error)
{
	char state = host_process_state(pid);
	char name[16];

	if (state == 'T')
		return refuse(error,
			"no answer in %" PRIu64 " s from the primary (pid %d, stopped)\n"
			"kill -CONT %d",
			seconds, (int)pid, (int)pid);
	if (state == 't')
		return refuse(error,
			"no answer in %" PRIu64
			" s from the primary (pid %d, stopped by a debugger)\n"
			"let it continue there, or use another --file-prefix",
			seconds, (int)pid);
	if (pid <= 0)
		return refuse(error,
			"no answer in %" PRIu64 " s from the primary, "
			"a process of another PID namespace that is still starting\n"
			"wait longer with -w 60, or use another --file-prefix",
			seconds);
	host_process_name(pid, name);
	return refuse(error,
		"no answer in %" PRIu64
		" s from the primary (pid %d, %s, still starting)\n"
		"wait longer with -w 60, or end it: kill %d",
		seconds, (int)pid, name, (int)pid);
}

/*
 * Become primary or secondary, waiting for a primary that is starting or stopped: a
 * secondary of one that died in its own start would spin in rte_eal_init() for ever,
 * and so would one of a primary whose config is not complete (fact 10).
 */
static int
choose_role(const struct options *options, struct preflight *preflight, char *error)
{
	enum role_wish wish = options->has_wait ? WISH_SECONDARY : options->wish;
	uint64_t limit_ms = ANSWER_MS;
	struct host_config look;
	uint64_t start_ms = now_ms();

	if (options->has_wait)
		limit_ms = options->wait_s < UINT64_MAX / 1000 ? options->wait_s * 1000
							       : UINT64_MAX;
	for (;;) {
		host_look_at_config(preflight->runtime_dir, &look);
		preflight->is_primary = false;
		preflight->primary_pid = look.locked ? look.pid : 0;

		if (look.error != 0 && look.error != ENOENT) {
			int ret = check_runtime_dir(preflight->runtime_dir, error);

			return ret != 0 ? ret
					: refuse_directory(preflight->runtime_dir,
						  look.error, error);
		}
		if (!look.locked && wish != WISH_SECONDARY) {
			preflight->is_primary = true;
			return 0;
		}
		if (!look.locked && !options->has_wait)
			return refuse_no_primary(options, preflight->runtime_dir, error);
		if (look.locked && wish == WISH_PRIMARY)
			return refuse_other_primary(options, look.pid, error);
		if (look.locked && look.complete) {
			if (host_is_own_version(look.version)) {
				if (!host_is_stopped(look.pid))
					return 0;
			} else if (!options->has_wait) {
				return refuse_version(&look, error);
			}
		}

		if (now_ms() - start_ms >= limit_ms)
			break;
		pause_ms(POLL_MS);
	}
	if (!look.locked)
		return refuse_no_primary(options, preflight->runtime_dir, error);
	if (look.complete && !host_is_own_version(look.version))
		return refuse_version(&look, error);
	return refuse_no_answer(limit_ms / 1000, look.pid, error);
}

/* ---- who holds an earlier primary's memory ---- */

static int
refuse_holders(const struct host_holders *holders, char *error)
{
	char list[HOLDERS_SHOWN * 64 + 32] = "", stopped[HOLDERS_SHOWN * 12 + 1] = "";
	unsigned int i, shown = RTE_MIN(holders->n, (unsigned int)HOLDERS_SHOWN);
	size_t used = 0, used_stopped = 0;
	char who[80];

	for (i = 0; i < shown; i++) {
		used += snprintf(list + used, sizeof(list) - used, "%s%.60s",
			i == 0 ? "" : ", ",
			host_describe_process(holders->pids[i], who, sizeof(who)));
		if (host_process_state(holders->pids[i]) == 'T')
			used_stopped += snprintf(stopped + used_stopped,
				sizeof(stopped) - used_stopped, " %d",
				(int)holders->pids[i]);
	}
	if (holders->n > shown)
		snprintf(list + used, sizeof(list) - used, " and %u more",
			holders->n - shown);
	return refuse(error,
		"processes of an earlier primary still hold its memory: %s\n"
		"quit them%s%s%s, or use another --file-prefix",
		list, used_stopped != 0 ? " (wake with kill -CONT" : "", stopped,
		used_stopped != 0 ? ")" : "");
}

/* Returns -EAGAIN when the prefix has got a primary meanwhile. */
static int
check_holders(const char *runtime_dir, char *error)
{
	uint64_t start_ms = now_ms();
	struct host_holders holders;

	while (host_lists_are_held(runtime_dir)) {
		holders.n = 0;
		host_find_lock_holders(runtime_dir, &holders);
		if (holders.n == 0)
			return 0;
		if (host_primary(runtime_dir) != 0)
			return -EAGAIN;
		if (now_ms() - start_ms >= HOLDERS_MS)
			return refuse_holders(&holders, error);
		pause_ms(POLL_MS);
	}
	return 0;
}

/* ---- hugepages ---- */

uint64_t
preflight_memory(const struct options *options)
{
	uint64_t needed = EAL_MEMORY + options->max_peers * PAIR_MEMORY;

	if (options->memory_mib >= UINT64_MAX / HOST_MIB)
		return UINT64_MAX;
	return RTE_MAX(needed, options->memory_mib * HOST_MIB);
}

/*
 * The command that makes room for so many bytes more than are in use. --setup takes
 * all pages back first, which fails while some are in use, and mounts /dev/hugepages.
 */
static void
setup_command(uint64_t used, uint64_t needed, bool is_mounted, char *text, size_t size)
{
	uint64_t unit = RTE_MAX(64 * HOST_MIB, host_page_size());
	uint64_t bytes;

	if (needed > UINT64_MAX / 2 - used) {
		snprintf(text, size, "ask for less with -m");
		return;
	}
	bytes = (used + needed + unit - 1) / unit * unit;
	snprintf(text, size, "%sdpdk-hugepages.py --%s %" PRIu64 "M", host_as_root(),
		is_mounted && used != 0 ? "reserve" : "setup", bytes / HOST_MIB);
}

/* needed: bytes of free pages, 0 in a secondary. */
static int
refuse_no_mount(uint64_t needed, char *error)
{
	uint64_t size = host_page_size();
	char command[96], make[64] = "";
	struct stat st;

	/* Without pages a mount helps no one, and --setup mounts, too. */
	if (size == 0 || host_free_pages(size) * size < needed) {
		setup_command(0, needed, false, command, sizeof(command));
		return refuse(error,
			"hugetlbfs is not mounted and there are too few hugepages\n%s",
			command);
	}
	if (stat("/dev/hugepages", &st) < 0)
		snprintf(
			make, sizeof(make), "%smkdir /dev/hugepages && ", host_as_root());
	return refuse(error,
		"hugetlbfs is not mounted\n%s%smount -t hugetlbfs nodev /dev/hugepages",
		make, host_as_root());
}

static int
refuse_huge_dir(const struct options *options, const struct host_hugepages *hugepages,
	char *error)
{
	const char *dir = options->huge_dir;
	struct stat st;

	if (stat(dir, &st) < 0 || !S_ISDIR(st.st_mode))
		return refuse(error,
			"--huge-dir %s: no such directory\nuse --huge-dir %s", dir,
			hugepages->any_dir);
	return refuse(error,
		"--huge-dir %s: it lies on no hugetlbfs mount\n"
		"use --huge-dir %s, or: %smount -t hugetlbfs nodev %s",
		dir, hugepages->any_dir, host_as_root(), dir);
}

int
preflight_check_pages(const struct options *options,
	const struct host_hugepages *hugepages, char *error)
{
	uint64_t needed = preflight_memory(options);
	uint64_t used = hugepages->all_bytes -
		RTE_MIN(hugepages->all_bytes, hugepages->free_bytes);
	uint64_t spare = hugepages->free_bytes;
	char command[96], fewer[64] = "";

	if (spare >= needed)
		return 0;
	setup_command(used, needed, hugepages->is_mounted, command, sizeof(command));
	if (spare == 0)
		return refuse(error, "no free hugepages%s\n%s",
			hugepages->all_bytes == 0 ? ": none are reserved"
						  : ": all are in use",
			command);
	if (needed == EAL_MEMORY + options->max_peers * PAIR_MEMORY &&
		spare >= EAL_MEMORY + PAIR_MEMORY)
		snprintf(fewer, sizeof(fewer), ", or use --max-peers %" PRIu64,
			(spare - EAL_MEMORY) / PAIR_MEMORY);
	return refuse(error,
		"too few free hugepages: %" PRIu64 " MiB are free, mpsh needs %" PRIu64
		" MiB\n%s%s",
		spare / HOST_MIB, needed / HOST_MIB + (needed % HOST_MIB != 0), command,
		fewer);
}

int
preflight_check_access(const struct host_hugepages *hugepages, char *error)
{
	char owner[64];
	struct stat st;
	unsigned int i;

	for (i = 0; i < hugepages->n_mounts; i++) {
		const char *dir = hugepages->mounts[i].dir;

		if (faccessat(AT_FDCWD, dir, R_OK | W_OK | X_OK, AT_EACCESS) == 0)
			continue;
		if (errno == EROFS)
			return refuse(error,
				"%s is mounted read-only\n%smount -o remount,rw %s", dir,
				host_as_root(), dir);
		if (stat(dir, &st) < 0)
			return refuse(error,
				"not permitted: no access to %s\nrun mpsh as root: sudo "
				"mpsh",
				dir);
		return refuse(error,
			"not permitted: %s belongs to %s\n"
			"run mpsh as root (sudo mpsh), or: sudo chown %u %s",
			dir, host_user_name(st.st_uid, owner, sizeof(owner)),
			(unsigned int)geteuid(), dir);
	}
	return 0;
}

int
preflight_check_mount(const struct options *options,
	const struct host_hugepages *hugepages, uint64_t needed, char *error)
{
	struct stat st;

	if (!hugepages->is_mounted)
		return refuse_no_mount(needed, error);
	if (hugepages->n_mounts == 0 ||
		(options->huge_dir != NULL && stat(options->huge_dir, &st) < 0))
		return refuse_huge_dir(options, hugepages, error);
	return 0;
}

static int
check_hugepages(const struct options *options, char *error)
{
	uint64_t needed = preflight_memory(options);
	struct host_hugepages hugepages;
	int ret;

	host_look_at_hugepages(options->huge_dir, needed, &hugepages);
	ret = preflight_check_mount(options, &hugepages, needed, error);
	if (ret == 0)
		ret = preflight_check_access(&hugepages, error);
	if (ret == 0)
		ret = preflight_check_pages(options, &hugepages, error);
	return ret;
}

/* ---- descriptors ---- */

/* Those that were handed down, of limit: so many can be only of a few. */
static unsigned int
inherited_descriptors(uint64_t limit)
{
	struct pollfd fds[1024];
	unsigned int i, n = RTE_MIN(limit, (uint64_t)RTE_DIM(fds)), found = 0;

	for (i = 0; i < n; i++)
		fds[i] = (struct pollfd){ .fd = i };
	if (poll(fds, n, 0) < 0)
		return 0;
	for (i = STDERR_FILENO + 1; i < n; i++)
		found += (fds[i].revents & POLLNVAL) == 0;
	return found;
}

uint64_t
preflight_descriptors(unsigned int peers)
{
	uint64_t needed = EAL_DESCRIPTORS + OWN_DESCRIPTORS + PEER_DESCRIPTORS * peers +
		peers * PAIR_MEMORY / PAGE_OF_A_DESCRIPTOR;
	struct rlimit rlimit;

	if (getrlimit(RLIMIT_NOFILE, &rlimit) < 0)
		return needed;
	return needed + inherited_descriptors(rlimit.rlim_cur);
}

/*
 * Room for so many peers and their pages? Without opening a thing, for there may be no
 * descriptor left. The soft limit is raised to the hard one, as EAL does later itself
 * (rte_eal_memseg_init), too late for what it opens until then.
 */
static int
check_descriptors(unsigned int peers, char *error)
{
	uint64_t needed = preflight_descriptors(peers), limit;
	struct rlimit rlimit;

	if (getrlimit(RLIMIT_NOFILE, &rlimit) < 0)
		return 0;
	limit = rlimit.rlim_cur;
	if (limit < needed && rlimit.rlim_max > rlimit.rlim_cur) {
		rlimit.rlim_cur = rlimit.rlim_max;
		if (setrlimit(RLIMIT_NOFILE, &rlimit) == 0)
			limit = rlimit.rlim_cur;
	}
	if (limit >= needed)
		return 0;
	return refuse(error,
		"too few descriptors: %" PRIu64 " may be open, mpsh needs %" PRIu64
		": %s%" PRIu64,
		limit, needed,
		geteuid() == 0 ? "ulimit -n " : "sudo prlimit --pid $$ --nofile=",
		RTE_MAX(needed * 2, UINT64_C(1024)));
}

/* ---- the whole ---- */

static int
check_primary(
	const struct options *options, const struct preflight *preflight, char *error)
{
	int ret;

	ret = check_runtime_dir(preflight->runtime_dir, error);
	if (ret == 0)
		ret = check_descriptors(options->max_peers, error);
	if (ret == 0)
		ret = check_hugepages(options, error);
	if (ret == 0)
		ret = check_holders(preflight->runtime_dir, error);
	return ret;
}

static int
refuse_no_huge_primary(pid_t pid, char *error)
{
	char who[80];

	return refuse(error,
		"the primary, %s, runs without hugepages (--no-huge): it has no "
		"multi-process\n"
		"start it without --no-huge, or use another --file-prefix",
		host_describe_process(pid, who, sizeof(who)));
}

static int
check_secondary(const struct preflight *preflight, char *error)
{
	struct host_hugepages hugepages;
	char path[PATH_MAX];
	struct stat st;
	int ret;

	ret = check_runtime_dir(preflight->runtime_dir, error);
	if (ret != 0)
		return ret;
	/* A primary leaves its pages' sizes there for us (eal_hugepage_info_init). */
	snprintf(path, sizeof(path), "%s/hugepage_info", preflight->runtime_dir);
	if (stat(path, &st) < 0 && errno == ENOENT)
		return refuse_no_huge_primary(preflight->primary_pid, error);
	/* The memory is the primary's: a secondary needs the mount, no free page. */
	host_look_at_hugepages(NULL, 0, &hugepages);
	if (!hugepages.is_mounted)
		return refuse_no_mount(0, error);
	return 0;
}

int
preflight_check(const struct options *options, struct preflight *preflight, char *error)
{
	int ret;

	memset(preflight, 0, sizeof(*preflight));
	error[0] = '\0';
	ret = check_length(options, error);
	if (ret != 0)
		return ret;
	host_runtime_dir(options->file_prefix, preflight->runtime_dir,
		sizeof(preflight->runtime_dir));
	/* Before the first open(): what follows needs descriptors. */
	ret = check_descriptors(1, error);
	if (ret != 0)
		return ret;
	do {
		ret = choose_role(options, preflight, error);
		if (ret != 0)
			return ret;
		ret = preflight->is_primary ? check_primary(options, preflight, error)
					    : check_secondary(preflight, error);
	} while (ret == -EAGAIN);
	return ret;
}

/* ---- what EAL's log means ---- */

#define LINE_SIZE 256

static bool
has(const char *log, const char *text)
{
	return strstr(log, text) != NULL;
}

/* What EAL says in a line: the beginning "EAL: " and "FATAL: " cut; a cut copy. */
static void
copy_line(const char *start, char *line)
{
	static const char *const cut[] = { "EAL: ", "FATAL: ", "Error: " };
	unsigned int i;

	for (i = 0; i < RTE_DIM(cut); i++)
		if (strncmp(start, cut[i], strlen(cut[i])) == 0)
			start += strlen(cut[i]);
	snprintf(line, LINE_SIZE, "%.*s", (int)strcspn(start, "\r\n"), start);
}

/* The first line with one of the texts in it; words ends with NULL. */
static bool
find_line(const char *log, const char *const words[], char *line)
{
	unsigned int i;
	char whole[LINE_SIZE * 2];

	while (*log != '\0') {
		size_t length = strcspn(log, "\n");

		snprintf(whole, sizeof(whole), "%.*s",
			(int)RTE_MIN(length, sizeof(whole) - 1), log);
		for (i = 0; words[i] != NULL; i++)
			if (has(whole, words[i])) {
				copy_line(log, line);
				return true;
			}
		log += length;
		if (*log == '\n')
			log++;
	}
	return false;
}

/* What follows text up to the end of its line. */
static bool
find_after(const char *log, const char *text, char *rest)
{
	const char *found = strstr(log, text);

	if (found == NULL)
		return false;
	copy_line(found + strlen(text), rest);
	return true;
}

/* Which of DPDK's libraries and drivers brings a tailq, "" if that is not known. */
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
explain_tailq(const char *log, char *error)
{
	char tailq[LINE_SIZE];
	const char *library;

	if (!find_after(log, "Cannot initialize tailq: ", tailq))
		return false;
	library = tailq_library(tailq);
	refuse(error,
		"the primary lacks a library that this mpsh has: %s%stailq %s%s\n"
		"use a mpsh built with -Dstatic_eal=true, or start a primary with that "
		"library",
		library, *library != '\0' ? " (" : "", tailq,
		*library != '\0' ? ")" : "");
	return true;
}

/* Who the primary is, at the moment if it can be told, else as preflight found it. */
static pid_t
present_primary(const struct preflight *preflight)
{
	pid_t pid = host_primary(preflight->runtime_dir);

	return pid != 0 ? pid : preflight->primary_pid;
}

static bool
explain_primary(const struct options *options, const struct preflight *preflight,
	const char *log, char *error)
{
	if (has(log, "DPDK version mismatch")) {
		refuse(error,
			"the primary is built with another DPDK version, this mpsh with "
			"DPDK %s\n"
			"start both with the same DPDK, or use another --file-prefix",
			host_own_version_words());
		return true;
	}
	if (explain_tailq(log, error))
		return true;
	if (has(log, "Is another primary process running?")) {
		refuse_other_primary(options, present_primary(preflight), error);
		return true;
	}
	if (has(log, "Primary process refused secondary attachment")) {
		refuse(error,
			"the primary takes no more secondaries (it called "
			"rte_thread_register)\n"
			"start it anew, or use another --file-prefix");
		return true;
	}
	if (!preflight->is_primary && has(log, "for rte_mem_config") &&
		has(log, "Cannot open '")) {
		refuse_no_primary(options, preflight->runtime_dir, error);
		return true;
	}
	if (!preflight->is_primary && has(log, "Cannot get hugepage information")) {
		refuse_no_huge_primary(present_primary(preflight), error);
		return true;
	}
	return false;
}

/* EAL makes the runtime directory while it reads the options, so ask for it first. */
static bool
explain_directory(const char *log, char *error)
{
	static const char *const words[] = { "Error creating '", "for rte_mem_config",
		NULL };
	char line[LINE_SIZE];

	if (!find_line(log, words, line))
		return false;
	if (has(line, "Permission denied") || has(line, "Operation not permitted"))
		refuse(error,
			"not permitted: %s\n"
			"run mpsh as root, or set RUNTIME_DIRECTORY to a directory of "
			"yours",
			line);
	else
		refuse(error,
			"cannot use the runtime directory: %s\n"
			"set RUNTIME_DIRECTORY to a directory that can be written",
			line);
	return true;
}

/* Is the word, or a beginning of it that getopt_long() takes, among EAL's options? */
static const char *
single_process_option(const struct options *options)
{
	static const struct {
		const char *whole;
		size_t least;
	} words[] = {
		{ "--no-huge", sizeof("--no-hu") - 1 },
		{ "--no-shconf", sizeof("--no-s") - 1 },
		{ "--in-memory", sizeof("--in") - 1 },
	};
	unsigned int i;
	int word;

	for (word = 1; word < options->eal_argc; word++)
		for (i = 0; i < RTE_DIM(words); i++) {
			const char *given = options->eal_argv[word];

			if (given != NULL && strlen(given) >= words[i].least &&
				strncmp(given, words[i].whole, strlen(given)) == 0)
				return words[i].whole;
		}
	return NULL;
}

static bool
explain_options(const struct options *options, const char *log, char *error)
{
	static const char *const getopt_words[] = { ": unrecognized option",
		": invalid option", ": option '", ": option requires", NULL };
	/* In the order of their lines; the first one is what is wrong. */
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
		refuse(error, "%s has no multi-process\nstart without it", alone);
		return true;
	}
	if (!has(log, "Invalid 'command line' arguments") &&
		!has(log, "Unable to parse device"))
		return false;
	if (find_line(log, getopt_words, line)) {
		text = strstr(line, ": ");
		refuse(error,
			"%s\nmpsh --help shows the options; EAL's are in DPDK's guide",
			text != NULL ? text + 2 : line);
		return true;
	}
	if (!find_line(log, eal_words, line))
		return false;
	refuse(error, "DPDK does not take an option: %s\nmend it and start again", line);
	return true;
}

static bool
explain_addresses(const struct preflight *preflight, const char *log, char *error)
{
	/* Something else lies here where the primary's memory is, mostly by chance. */
	static const char *const words[] = {
		"Cannot get a virtual area at requested address",
		"Cannot mmap memory for rte_config",
		"Could not map memory from primary process",
		"Cannot attach to memzone list",
		"Cannot attach to primary process memseg lists",
		"Cannot preallocate VA space for hugepage memory",
		"please use '--base-virtaddr'", "Cannot initialize local memory map", NULL
	};
	static const char *const space[] = { "Cannot get a virtual area: ",
		"Cannot get a virtual area of any size", NULL };
	char line[LINE_SIZE];

	if (find_line(log, space, line)) {
		refuse(error, "the address space is too small: %s\nulimit -v unlimited",
			line);
		return true;
	}
	if (preflight->is_primary || !find_line(log, words, line))
		return false;
	refuse(error,
		"memory could not be mapped at the primary's addresses: %s\n"
		"try again with setarch -R mpsh, or start the primary with "
		"--base-virtaddr=0x2000000000, "
		"or: %ssysctl kernel.randomize_va_space=0",
		line, host_as_root());
	return true;
}

/* The lists of memory: files, not hugepages, whatever EAL calls them. */
static bool
explain_lists(const struct preflight *preflight, const char *log, char *error)
{
	struct host_holders holders = { .n = 0 };

	if (!preflight->is_primary ||
		(!has(log, "Cannot allocate memzone list") &&
			!has(log, "Cannot allocate memseg list")))
		return false;
	host_find_lock_holders(preflight->runtime_dir, &holders);
	host_find_open_holders(preflight->runtime_dir, &holders);
	if (holders.n != 0) {
		refuse_holders(&holders, error);
		return true;
	}
	refuse(error,
		"DPDK could not make its lists of memory in %s: "
		"another process held them, or the file system is full\n"
		"start again, or use another --file-prefix",
		preflight->runtime_dir);
	return true;
}

static bool
explain_hugepages(const struct options *options, const char *log, char *error)
{
	/* What EAL says when a page could not be had; the array is the first it
	 * allocates. */
	static const char *const words[] = { "Cannot get hugepage information",
		"error allocating rte services array",
		"error allocating core states array", "rte_service_init() failed",
		"Not enough memory available", "Couldn't get fd on hugepage file",
		"Cannot preallocate 0x", "Failed to malloc pages", NULL };
	static const char *const failed[] = { "hugepage directory", "get_seg_fd()",
		"hugepage_info", NULL };
	char line[LINE_SIZE], command[96];

	if (!find_line(log, words, line))
		return false;
	if (find_line(log, failed, line)) {
		if (has(line, "Too many open files"))
			refuse(error, "too few descriptors: %s: ulimit -n 1024", line);
		else if (has(line, "Permission denied") ||
			has(line, "Operation not permitted"))
			refuse(error, "not permitted: %s\nrun mpsh as root: sudo mpsh",
				line);
		else if (has(line, "Read-only file system"))
			refuse(error,
				"hugetlbfs is mounted read-only: %s\n%smount -o "
				"remount,rw %s",
				line, host_as_root(),
				options->huge_dir != NULL ? options->huge_dir
							  : "/dev/hugepages");
		else
			refuse(error,
				"DPDK could not start: %s\n%sdpdk-hugepages.py --show",
				line, host_as_root());
		return true;
	}
	find_line(log, words, line);
	setup_command(0, preflight_memory(options), true, command, sizeof(command));
	refuse(error, "no free hugepages, or too few: %s\n%s", line, command);
	return true;
}

/* EAL's last line, or the last one at all; not the tailqs that it lists after it. */
static bool
last_line(const char *log, char *line)
{
	const char *start, *any = NULL, *eal = NULL;

	for (start = log; *start != '\0'; start += strcspn(start, "\n")) {
		while (*start == '\n')
			start++;
		if (*start == '\0')
			break;
		if (strncmp(start, "EAL: ", 5) == 0)
			eal = start;
		else if (strncmp(start, "Tailq ", 6) != 0)
			any = start;
	}
	if (eal == NULL && any == NULL)
		return false;
	copy_line(eal != NULL ? eal : any, line);
	return true;
}

void
preflight_explain(const struct options *options, const struct preflight *preflight,
	const char *log, int eal_errno, char *error)
{
	char line[LINE_SIZE];

	/* From what names its cause surely to what follows from many causes. */
	if (explain_primary(options, preflight, log, error) ||
		explain_directory(log, error) || explain_options(options, log, error) ||
		explain_addresses(preflight, log, error) ||
		explain_lists(preflight, log, error) ||
		explain_hugepages(options, log, error))
		return;
	if (!last_line(log, line))
		snprintf(line, sizeof(line), "%s",
			eal_errno != 0 ? rte_strerror(eal_errno) : "it did not say why");
	refuse(error, "DPDK could not start: %s\nfor more: --log-level=lib.eal:debug",
		line);
}
