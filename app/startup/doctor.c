/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <inttypes.h>
#include <linux/membarrier.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/text.h"
#include "host/holders.h"
#include "host/hugepages.h"
#include "host/process.h"
#include "host/runtime.h"
#include "host/sockets.h"
#include "output/output.h"
#include "startup/doctor.h"
#include "startup/needs.h"
#include "startup/preflight.h"
#include "startup/refuse.h"

#define TEXT_SIZE 1024

/* A peer's eventfd and pidfd, and some for what comes and goes. */
#define PEER_DESCRIPTORS 2
#define OTHER_DESCRIPTORS 8

struct look {
	const struct options *options;
	const struct doctor_session *session; /* NULL before EAL */
	json_t *checks;
	char runtime_dir[256];
	struct host_config config; /* not looked at within a primary */
	pid_t primary_pid; /* of the living one: 0 if there is none, -1 if it is unseen */
	bool is_primary;   /* what this process is, or would be */
};

/* ---- the list ---- */

/* Paths and names of others may be any bytes; JSON takes UTF-8 alone. */
static json_t *
to_json(const char *text)
{
	size_t length = strlen(text);
	char *clean = malloc(3 * length + 1);
	json_t *string = NULL;

	if (clean != NULL) {
		length = text_replace_invalid(clean, (const uint8_t *)text, length);
		string = json_stringn(clean, length);
	}
	free(clean);
	return string;
}

static void
add(struct look *look, const char *check, const char *advice, const char *found)
{
	json_t *row = json_object();

	json_object_set_new(row, "check", json_string(check));
	json_object_set_new(row, "ok", json_boolean(advice == NULL));
	json_object_set_new(row, "found", to_json(found));
	if (advice != NULL)
		json_object_set_new(row, "advice", to_json(advice));
	json_array_append_new(look->checks, row);
}

static void __attribute__((format(printf, 3, 4)))
add_ok(struct look *look, const char *check, const char *format, ...)
{
	char found[TEXT_SIZE];
	va_list list;

	va_start(list, format);
	vsnprintf(found, sizeof(found), format, list);
	va_end(list);
	add(look, check, NULL, found);
}

static void __attribute__((format(printf, 4, 5)))
add_bad(struct look *look, const char *check, const char *advice, const char *format, ...)
{
	char found[TEXT_SIZE];
	va_list list;

	va_start(list, format);
	vsnprintf(found, sizeof(found), format, list);
	va_end(list);
	add(look, check, advice, found);
}

/* What preflight would refuse a start with: the reason, and what to type in the next
 * line. */
static void
add_refusal(struct look *look, const char *check, char *error)
{
	char *newline = strchr(error, '\n');

	if (newline != NULL)
		*newline = '\0';
	add(look, check, newline != NULL ? newline + 1 : error, error);
}

/* A word of a shell's command line: quoted if the shell would take it for something else.
 */
static const char *
shell_word(const char *word, char *text, size_t size)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789_./-+:@%,=";
	size_t n = 0;

	if (word[0] != '\0' && word[strspn(word, plain)] == '\0') {
		snprintf(text, size, "%s", word);
		return text;
	}
	text[n++] = '\'';
	for (; *word != '\0' && n + 6 < size; word++)
		if (*word == '\'')
			n += snprintf(text + n, size - n, "'\\''");
		else
			text[n++] = *word;
	text[n++] = '\'';
	text[n] = '\0';
	return text;
}

/* ---- the runtime directory and its primary ---- */

static void
look_at_runtime_dir(struct look *look)
{
	char error[PREFLIGHT_ERROR_SIZE], owner[64];
	struct stat st;

	if (preflight_check_directory(look->options, error) != 0)
		add_refusal(look, "runtime directory", error);
	else if (stat(look->runtime_dir, &st) < 0)
		add_ok(look, "runtime directory", "%s can be made", look->runtime_dir);
	else
		add_ok(look, "runtime directory", "%s belongs to %s, can be written",
			look->runtime_dir,
			host_user_name(st.st_uid, owner, sizeof(owner)));
}

/* There is no primary, or none that this process belongs to. */
static void
add_no_primary(struct look *look)
{
	const struct options *options = look->options;
	char prefix[PATH_MAX], advice[TEXT_SIZE], rest[TEXT_SIZE / 2] = "";

	if (look->session != NULL) {
		add_bad(look, "primary", "reconnect, or start mpsh again",
			"it has gone (it was pid %d)", (int)look->session->primary_pid);
		return;
	}
	/* A user's processes do not meet root's. */
	if (geteuid() != 0 && strncmp(look->runtime_dir, "/var/run/", 9) != 0 &&
		access("/var/run/dpdk", F_OK) == 0)
		snprintf(rest, sizeof(rest),
			"; root's are in /var/run/dpdk, out of reach");
	if (options->wish != WISH_SECONDARY || options->has_wait) {
		add_ok(look, "primary", "none under the prefix %s%s%s",
			options->file_prefix,
			options->has_wait ? ": mpsh would wait for one"
					  : ": mpsh would be it",
			rest);
		return;
	}
	snprintf(advice, sizeof(advice), "mpsh --proc-type=primary --file-prefix %s",
		shell_word(options->file_prefix, prefix, sizeof(prefix)));
	add_bad(look, "primary", advice, "none under the prefix %s%s",
		options->file_prefix, rest);
}

/* One that lives. */
static void
add_primary(struct look *look)
{
	const struct host_config *config = &look->config;
	char who[80], version[32], advice[TEXT_SIZE], path[PATH_MAX];
	char state = host_process_state(config->pid);
	struct stat st;

	host_describe_process(config->pid, who, sizeof(who));
	host_version_words(config->version, version, sizeof(version));
	snprintf(path, sizeof(path), "%s/hugepage_info", look->runtime_dir);

	if (look->session == NULL && look->is_primary)
		add_bad(look, "primary",
			"join it with --proc-type=secondary, or use another "
			"--file-prefix",
			"another already runs: %s", who);
	else if (look->session != NULL && !look->session->is_live)
		add_bad(look, "primary", "reconnect, or start mpsh again",
			"ours has gone; now it is %s", who);
	else if (state == 'T') {
		snprintf(advice, sizeof(advice), "kill -CONT %d", (int)config->pid);
		add_bad(look, "primary", advice, "%s", who);
	} else if (state == 't')
		add_bad(look, "primary", "let it continue in its debugger", "%s", who);
	else if (!config->complete) {
		snprintf(advice, sizeof(advice), "wait; if it stays so: kill %d",
			(int)config->pid);
		add_bad(look, "primary", config->pid > 0 ? advice : "wait",
			"%s is still starting", who);
	} else if (!host_is_own_version(config->version))
		add_bad(look, "primary",
			"start both with the same DPDK, or use another "
			"--file-prefix",
			"%s with DPDK %s, this mpsh with DPDK %s", who, version,
			host_own_version_words());
	else if (stat(path, &st) < 0 && errno == ENOENT)
		add_bad(look, "primary",
			"start it without --no-huge, or use another "
			"--file-prefix",
			"%s runs without hugepages (--no-huge): it has no "
			"multi-process",
			who);
	else
		add_ok(look, "primary", "%s with DPDK %s, as this mpsh", who, version);
}

static void
look_at_primary(struct look *look)
{
	const struct host_config *config = &look->config;

	if (look->session != NULL && look->session->is_primary)
		add_ok(look, "primary", "this process, pid %d, with DPDK %s",
			(int)getpid(), host_own_version_words());
	else if (config->locked)
		add_primary(look);
	else if (config->error != 0 && config->error != ENOENT &&
		config->error != ENOTDIR)
		add_bad(look, "primary",
			"run mpsh as the user who owns the directory, or as root",
			"not known: %s/config: %s", look->runtime_dir,
			strerror(config->error));
	else
		add_no_primary(look);
}

/* Who keeps the next primary from making its lists of memory (TRAPS 3). */
static void
look_at_holders(struct look *look)
{
	static const char check[] = "earlier primary";
	struct host_holders holders = { .n = 0 };
	char found[TEXT_SIZE] = "", advice[TEXT_SIZE] = "kill",
	     stopped[TEXT_SIZE / 2] = "";
	size_t n_found = 0, n_advice = strlen(advice), n_stopped = 0;
	char who[80];
	unsigned int i;

	if (look->primary_pid != 0) {
		add_ok(look, check, "the present one lives, so none is in its way");
		return;
	}
	host_find_lock_holders(look->runtime_dir, &holders);
	host_find_open_holders(look->runtime_dir, &holders);
	if (holders.n == 0) {
		add_ok(look, check, "nobody holds the memory of a dead one");
		return;
	}
	/* HOST_HOLDERS_MAX of them: at most 12 bytes each of advice, and found is cut. */
	for (i = 0; i < holders.n; i++) {
		pid_t pid = holders.pids[i];

		host_describe_process(pid, who, sizeof(who));
		if (n_found + strlen(who) + 3 < sizeof(found))
			n_found += snprintf(found + n_found, sizeof(found) - n_found,
				"%s%s", i == 0 ? "" : ", ", who);
		n_advice += snprintf(advice + n_advice, sizeof(advice) / 2 - n_advice,
			" %d", (int)pid);
		if (host_is_stopped(pid))
			n_stopped += snprintf(stopped + n_stopped,
				sizeof(stopped) - n_stopped, " %d", (int)pid);
	}
	if (n_stopped != 0)
		snprintf(advice + n_advice, sizeof(advice) - n_advice, "; kill -CONT%s",
			stopped);
	add_bad(look, check, advice, "its memory is still held by %s", found);
}

/* ---- hugepages ---- */

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

/* Where hugetlbfs is mounted, and may its files be made (opened, in a secondary)? */
static void
look_at_mounts(struct look *look, const struct host_hugepages *hugepages)
{
	char error[PREFLIGHT_ERROR_SIZE], found[TEXT_SIZE] = "", words[32], owner[64];
	uint64_t needed = look->is_primary ? preflight_memory(look->options) : 0;
	const char *first = hugepages->mounts[0].dir;
	struct stat st;
	unsigned int i;
	size_t n = 0;

	if (preflight_check_mount(look->options, hugepages, needed, error) != 0) {
		add_refusal(look, "hugetlbfs", error);
		return;
	}
	for (i = 0; i < hugepages->n_mounts; i++)
		n += snprintf(found + n, n < sizeof(found) ? sizeof(found) - n : 0,
			"%s%.200s (pages of %s)", i == 0 ? "" : ", ",
			hugepages->mounts[i].dir,
			size_words(hugepages->mounts[i].page_size, words, sizeof(words)));
	add_ok(look, "hugetlbfs", "%s", found);

	if (preflight_check_access(hugepages, error) != 0 &&
		(look->is_primary || faccessat(AT_FDCWD, first, X_OK, AT_EACCESS) < 0))
		add_refusal(look, "hugetlbfs access", error);
	else if (stat(first, &st) == 0)
		add_ok(look, "hugetlbfs access", "%s belongs to %s, mode %04o%s", first,
			host_user_name(st.st_uid, owner, sizeof(owner)),
			st.st_mode & 07777, look->is_primary ? ", can be written" : "");
}

static void
look_at_pages(struct look *look, struct host_hugepages *hugepages)
{
	char error[PREFLIGHT_ERROR_SIZE], found[TEXT_SIZE] = "", words[32], left[64] = "";
	uint64_t needed = preflight_memory(look->options);
	unsigned int i;
	size_t n = 0;

	/* Not mounted, yet there may be pages. */
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
		preflight_check_pages(look->options, hugepages, error) != 0) {
		add_refusal(look, "free hugepages", error);
		return;
	}
	needed += HOST_MIB - 1;
	add_ok(look, "free hugepages", "%s%s; %s%s", found, left,
		!look->is_primary               ? "a secondary needs none"
			: look->session != NULL ? "what this process needs it has"
						: "a primary needs ",
		!look->is_primary || look->session != NULL
			? ""
			: size_words(needed - needed % HOST_MIB, words, sizeof(words)));
}

/* ---- beside the primary ---- */

/* "sudo nsenter … mpsh": to start where the primary runs. */
static void
namespaces_advice(const struct look *look, char *text, size_t size)
{
	char prefix[PATH_MAX], pid[16] = "PID";

	if (look->primary_pid > 0)
		snprintf(pid, sizeof(pid), "%d", (int)look->primary_pid);
	snprintf(text, size,
		"%snsenter --target %s --pid --mount mpsh --file-prefix %s%s",
		host_as_root(), pid,
		shell_word(look->options->file_prefix, prefix, sizeof(prefix)),
		look->primary_pid > 0 ? ""
				      : " (PID: the primary's, as the host sees it)");
}

/*
 * Another mount namespace does no harm where both see the same hugetlbfs: each mount
 * of it is a device of its own.
 */
static bool
shares_hugepages(pid_t pid, const struct host_hugepages *hugepages)
{
	char path[PATH_MAX + 32];
	struct stat own, other;

	if (hugepages->n_mounts == 0 || stat(hugepages->mounts[0].dir, &own) < 0)
		return false;
	snprintf(path, sizeof(path), "/proc/%d/root%s", (int)pid,
		hugepages->mounts[0].dir);
	return stat(path, &other) == 0 && own.st_dev == other.st_dev;
}

static void
look_at_namespaces(struct look *look, const struct host_hugepages *hugepages)
{
	static const char check[] = "namespaces";
	enum host_namespace pids, mounts, ipcs;
	pid_t pid = look->primary_pid;
	char advice[TEXT_SIZE];

	if (look->session != NULL && look->session->is_primary) {
		add_ok(look, check, "this process is the primary");
		return;
	}
	if (pid == 0) {
		add_ok(look, check, "no primary to compare with");
		return;
	}
	namespaces_advice(look, advice, sizeof(advice));
	if (pid < 0) {
		add_bad(look, check, advice, "the primary is in another PID namespace");
		return;
	}
	pids = host_compare_namespace(pid, "pid");
	mounts = host_compare_namespace(pid, "mnt");
	ipcs = host_compare_namespace(pid, "ipc");
	if (pids == HOST_UNKNOWN || mounts == HOST_UNKNOWN)
		add_ok(look, check, "not known: the primary is another user's");
	else if (pids == HOST_OTHER)
		add_bad(look, check, advice, "the primary is in another PID namespace%s",
			mounts == HOST_OTHER ? ", and another mount namespace" : "");
	else if (mounts == HOST_OTHER && !shares_hugepages(pid, hugepages))
		add_bad(look, check, advice,
			"the primary is in another mount namespace, with "
			"another hugetlbfs");
	else
		add_ok(look, check, "%s shared with the primary%s%s",
			ipcs == HOST_SAME && mounts == HOST_SAME ? "PID, mount and IPC"
				: mounts == HOST_SAME            ? "PID and mount"
				: ipcs == HOST_SAME              ? "PID and IPC"
								 : "PID",
			mounts == HOST_OTHER
				? "; another mount one, with the same hugetlbfs"
				: "",
			ipcs == HOST_OTHER ? "; another IPC one, which DPDK does not use"
					   : "");
}

static void
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
		add_ok(look, check, "whether it is random is not known");
	else if (mode == '0')
		add_ok(look, check, "not random");
	else
		add_ok(look, check,
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
	return n - 1; /* less the directory's own */
}

static void
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
	/* The soft limit is raised at the start. */
	limit = look->session == NULL ? rlimit.rlim_max : rlimit.rlim_cur;
	needed = look->session == NULL
		? preflight_descriptors(peers)
		: open_now + PEER_DESCRIPTORS * (uint64_t)peers + OTHER_DESCRIPTORS;
	if (limit >= needed) {
		add_ok(look, check, "%" PRIu64 " may be open, %" PRIu64 " will do", limit,
			needed);
		return;
	}
	snprintf(advice, sizeof(advice), "%s%" PRIu64,
		geteuid() == 0 ? "ulimit -n " : "sudo prlimit --pid $$ --nofile=",
		needed < 512 ? 1024 : needed * 2);
	add_bad(look, check, advice, "%" PRIu64 " may be open, mpsh needs %" PRIu64,
		limit, needed);
}

/* "0-1,4" of /proc/self/status, which no number of CPUs is too large for. */
static void
look_at_cpus(struct look *look)
{
	static const char check[] = "CPUs", key[] = "Cpus_allowed_list:\t";
	char line[TEXT_SIZE], cpus[TEXT_SIZE / 2] = "";
	FILE *file = fopen("/proc/self/status", "re");

	while (file != NULL && fgets(line, sizeof(line), file) != NULL)
		if (strncmp(line, key, strlen(key)) == 0)
			snprintf(cpus, sizeof(cpus), "%.*s",
				(int)strcspn(line + strlen(key), "\n"),
				line + strlen(key));
	if (file != NULL)
		fclose(file);
	if (cpus[0] == '\0')
		add_ok(look, check, "which may be used is not known");
	else if (strpbrk(cpus, ",-") == NULL)
		add_ok(look, check, "%s alone may be used: %u lcores take turns on it%s",
			cpus, look->options->n_lcores,
			look->options->poll ? ", and --poll never gives it up" : "");
	else
		add_ok(look, check, "%s may be used, by %u lcores", cpus,
			look->options->n_lcores);
}

static void
look_at_membarrier(struct look *look)
{
	long commands = syscall(SYS_membarrier, MEMBARRIER_CMD_QUERY, 0, 0);
	long wanted = MEMBARRIER_CMD_GLOBAL_EXPEDITED |
		MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED;

	if (commands >= 0 && (commands & wanted) == wanted)
		add_ok(look, "membarrier", "there");
	else
		add_ok(look, "membarrier",
			"not there: an idle receiver looks every ms instead of "
			"sleeping");
}

/* ---- rte_mp's sockets ---- */

static void
add_stale(struct look *look, const char *name, const char *path)
{
	bool may = faccessat(AT_FDCWD, look->runtime_dir, W_OK | X_OK, AT_EACCESS) == 0;
	char word[PATH_MAX], advice[PATH_MAX + 16];

	snprintf(advice, sizeof(advice), "%srm %s", may ? "" : host_as_root(),
		shell_word(path, word, sizeof(word)));
	add_bad(look, "rte_mp socket", advice, "%s is stale: its process has ended",
		name);
}

/* pid: who has it open, -1 not to be seen; 0: the primary's, but nobody is primary. */
static void
add_open(struct look *look, const char *name, const char *path, pid_t pid, bool is_full)
{
	static const char check[] = "rte_mp socket";
	char who[80], word[PATH_MAX], advice[PATH_MAX + 64];
	char state = host_process_state(pid);

	host_describe_process(pid, who, sizeof(who));
	if (pid == getpid())
		snprintf(who, sizeof(who), "this process");
	if (pid == 0) {
		/* Its lock is lost, as by closing the config file (TRAPS 1.6). */
		snprintf(advice, sizeof(advice),
			"end the process that has it open: ss -xap src %s",
			shell_word(path, word, sizeof(word)));
		add_bad(look, check, advice,
			"%s is read, though nobody holds the prefix: a second "
			"primary could start",
			name);
	} else if (state == 'T') {
		snprintf(advice, sizeof(advice), "kill -CONT %d", (int)pid);
		add_bad(look, check, advice, "%s%s: %s", name, is_full ? " is full" : "",
			who);
	} else if (state == 't') {
		add_bad(look, check, "let it continue in its debugger", "%s%s: %s", name,
			is_full ? " is full" : "", who);
	} else if (host_lacks_mp_thread(pid)) {
		snprintf(advice, sizeof(advice), "start it anew: kill %d", (int)pid);
		add_bad(look, check, advice, "%s: the rte_mp thread of %s has ended",
			name, who);
	} else if (is_full) {
		snprintf(advice, sizeof(advice),
			"see what it waits for: gdb -p %d, or start it "
			"anew: kill %d",
			(int)pid, (int)pid);
		add_bad(look, check, pid > 0 ? advice : "start that process anew",
			"%s is full: %s does not read it", name, who);
	} else {
		add_ok(look, check, "%s is alive: %s", name,
			state == 0 ? "a process that cannot be seen from here" : who);
	}
}

static void
look_at_socket(struct look *look, const char *name)
{
	bool is_primary = strcmp(name, "mp_socket") == 0;
	pid_t pid = is_primary ? look->primary_pid : host_socket_pid(name);
	enum host_socket found;
	char path[PATH_MAX];

	if (pid == 0 &&
		(!is_primary ||
			(look->config.error != 0 && look->config.error != ENOENT)))
		pid = -1;

	/* One that has lost its primary reads no more; that is said already. */
	if (pid == getpid() && look->session != NULL && !look->session->is_live)
		return;
	snprintf(path, sizeof(path), "%s/%s", look->runtime_dir, name);
	found = host_look_at_socket(path);
	if (found == HOST_SOCKET_STALE)
		add_stale(look, name, path);
	else if (found != HOST_SOCKET_UNKNOWN)
		add_open(look, name, path, pid, found == HOST_SOCKET_FULL);
	else if (errno != ENOENT)
		add_bad(look, "rte_mp socket",
			"run mpsh as the user who owns it, or as root",
			"%s is not known: %s", name, strerror(errno));
}

static void
look_at_sockets(struct look *look)
{
	size_t before = json_array_size(look->checks);
	const struct dirent *entry;
	DIR *dir;

	dir = opendir(look->runtime_dir);
	if (dir == NULL && errno != ENOENT && errno != ENOTDIR) {
		add_bad(look, "rte_mp socket",
			"run mpsh as the user who owns the directory, or as "
			"root",
			"not known: %s: %s", look->runtime_dir, strerror(errno));
		return;
	}
	while (dir != NULL && (entry = readdir(dir)) != NULL)
		if (strcmp(entry->d_name, "mp_socket") == 0 ||
			fnmatch("mp_socket_*", entry->d_name, 0) == 0)
			look_at_socket(look, entry->d_name);
	if (dir != NULL)
		closedir(dir);
	if (json_array_size(look->checks) == before)
		add_ok(look, "rte_mp socket", "none under the prefix %s",
			look->options->file_prefix);
}

/* ---- the whole ---- */

json_t *
doctor_look(const struct options *options, const struct doctor_session *session)
{
	struct look look = {
		.options = options, .session = session, .checks = json_array()
	};
	struct host_hugepages hugepages;

	if (look.checks == NULL)
		return NULL;
	host_runtime_dir(
		options->file_prefix, look.runtime_dir, sizeof(look.runtime_dir));
	if (session != NULL && session->is_primary) {
		look.primary_pid = getpid();
		look.is_primary = true;
	} else {
		host_look_at_config(look.runtime_dir, &look.config);
		look.primary_pid = look.config.locked ? look.config.pid : 0;
		look.is_primary = session == NULL && !options->has_wait &&
			(options->wish == WISH_PRIMARY ||
				(options->wish == WISH_AUTO && !look.config.locked));
	}
	host_look_at_hugepages(options->huge_dir,
		look.is_primary && session == NULL ? preflight_memory(options) : 0,
		&hugepages);

	look_at_runtime_dir(&look);
	look_at_primary(&look);
	look_at_holders(&look);
	look_at_mounts(&look, &hugepages);
	look_at_namespaces(&look, &hugepages);
	look_at_pages(&look, &hugepages);
	look_at_randomisation(&look);
	look_at_descriptors(&look);
	look_at_cpus(&look);
	look_at_membarrier(&look);
	look_at_sockets(&look);
	return look.checks;
}

bool
doctor_is_well(const json_t *checks)
{
	const json_t *check;
	size_t i;

	json_array_foreach(checks, i, check)
		if (!json_is_true(json_object_get(check, "ok")))
			return false;
	return true;
}

/* Below what was found, behind the names of the checks. */
#define DOCTOR_INDENT "                       "

void
doctor_view(const json_t *checks)
{
	const json_t *check, *found, *advice;
	char name[64];
	size_t i;

	json_array_foreach(checks, i, check) {
		found = json_object_get(check, "found");
		advice = json_object_get(check, "advice");
		snprintf(name, sizeof(name), "%s  %-18s ",
			json_is_true(json_object_get(check, "ok")) ? "ok" : "NO",
			json_string_value(json_object_get(check, "check")));
		output_sentence(name, DOCTOR_INDENT, "%s",
			output_escape(
				json_string_value(found), json_string_length(found)));
		if (advice != NULL)
			output_line("%22s %s", "",
				output_escape(json_string_value(advice),
					json_string_length(advice)));
	}
}
