/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * Doctor's checks of a file prefix: runtime directory, primary, holders of an earlier
 * primary's memory, namespaces, rte_mp sockets.
 */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include <jansson.h>

#include "base/text.h"
#include "host/holders.h"
#include "host/hugepages.h"
#include "host/lists.h"
#include "host/map_files.h"
#include "host/process.h"
#include "host/runtime.h"
#include "host/sockets.h"
#include "startup/doctor_prefix.h"
#include "startup/findings.h"
#include "startup/needs.h"
#include "startup/options.h"
#include "startup/preflight.h"
#include "startup/refuse.h"
#include "startup/verdict.h"

void
look_at_runtime_dir(struct look *look)
{
	struct refusal refusal;
	char owner[64];
	struct stat st;

	if (preflight_check_directory(look->options, &refusal) != 0 ||
		(look->session == NULL &&
			needs_check_room(look->runtime_dir, look->is_primary, &refusal) !=
				0))
		findings_refusal(look, "runtime directory", &refusal);
	else if (stat(look->runtime_dir, &st) < 0)
		findings_ok(
			look, "runtime directory", "%s can be made", look->runtime_dir);
	else
		findings_ok(look, "runtime directory", "%s belongs to %s, can be written",
			look->runtime_dir,
			host_user_name(st.st_uid, owner, sizeof(owner)));
}

/* Report a missing primary: none runs, or the session's primary has ended. */
static void
add_no_primary(struct look *look)
{
	const struct options *options = look->options;
	char prefix[PATH_MAX], advice[TEXT_SIZE], rest[TEXT_SIZE / 2] = "";

	if (look->session != NULL) {
		findings_bad(look, "primary", "reconnect, or start mpsh again",
			"it has gone (it was pid %d)", (int)look->session->primary_pid);
		return;
	}
	/* EAL's runtime directory of a user is not root's, so their processes do not
	 * meet. */
	if (geteuid() != 0 && strncmp(look->runtime_dir, "/var/run/", 9) != 0 &&
		access("/var/run/dpdk", F_OK) == 0)
		snprintf(rest, sizeof(rest),
			"; root's are in /var/run/dpdk, out of reach");
	if (options->wish != WISH_SECONDARY || options->has_wait) {
		findings_ok(look, "primary", "none under the prefix %s%s%s",
			options->file_prefix,
			options->has_wait ? ": mpsh would wait for one"
				: options->wish == WISH_PRIMARY
				? ": mpsh would be it"
				: ": a prompt of mpsh's would be it",
			rest);
		return;
	}
	snprintf(advice, sizeof(advice), "mpsh --proc-type=primary --file-prefix %s",
		text_shell_word(options->file_prefix, prefix, sizeof(prefix)));
	findings_bad(look, "primary", advice, "none under the prefix %s%s",
		options->file_prefix, rest);
}

/* Report the living primary of the prefix, and whether this process can join it. */
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
		findings_bad(look, "primary",
			"join it with --proc-type=secondary, or use another "
			"--file-prefix",
			"another already runs: %s", who);
	else if (look->session != NULL && !look->session->is_live)
		findings_bad(look, "primary", "reconnect, or start mpsh again",
			"ours has gone; now it is %s", who);
	else if (state == 'T') {
		snprintf(advice, sizeof(advice), "kill -CONT %d", (int)config->pid);
		findings_bad(look, "primary", advice, "%s", who);
	} else if (state == 't')
		findings_bad(
			look, "primary", "let it continue in its debugger", "%s", who);
	else if (!config->complete) {
		snprintf(advice, sizeof(advice), "wait; if it stays so: kill %d",
			(int)config->pid);
		findings_bad(look, "primary", config->pid > 0 ? advice : "wait",
			"%s is still starting", who);
	} else if (!host_is_own_version(config->version))
		findings_bad(look, "primary",
			"start both with the same DPDK, or use another "
			"--file-prefix",
			"%s with DPDK %s, this mpsh with DPDK %s", who, version,
			host_own_version_words());
	else if (stat(path, &st) < 0 && errno == ENOENT)
		findings_bad(look, "primary",
			"start it without --no-huge, or use another "
			"--file-prefix",
			"%s runs without hugepages (--no-huge): it has no "
			"multi-process",
			who);
	else
		findings_ok(
			look, "primary", "%s with DPDK %s, as this mpsh", who, version);
}

void
look_at_primary(struct look *look)
{
	const struct host_config *config = &look->config;

	if (look->session != NULL && look->session->is_primary)
		findings_ok(look, "primary", "this process, pid %d, with DPDK %s",
			(int)getpid(), host_own_version_words());
	else if (config->locked)
		add_primary(look);
	else if (config->error != 0 && config->error != ENOENT &&
		config->error != ENOTDIR)
		findings_bad(look, "primary",
			"run mpsh as the user who owns the directory, or as root",
			"not known: %s/config: %s", look->runtime_dir,
			strerror(config->error));
	else
		add_no_primary(look);
}

void
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
		findings_ok(look, check, "the present one lives, so none is in its way");
		return;
	}
	host_find_lock_holders(look->runtime_dir, &holders);
	host_find_open_holders(look->runtime_dir, &holders);
	if (holders.n == 0) {
		findings_ok(look, check, "nobody holds the memory of a dead one");
		return;
	}
	/* At most HOST_HOLDERS_MAX pids of up to 12 bytes each fit in advice and stopped;
	 * found is cut. */
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
	findings_bad(look, check, advice, "its memory is still held by %s", found);
}

/* Does a process hold the prefix's hugepage files, though there is no primary? */
static void
look_for_holder(struct look *look, const struct host_hugepages *hugepages)
{
	static const char check[] = "hugepage files";
	struct refusal refusal;
	pid_t pid;

	if (!look->is_primary ||
		!host_map_files_are_held(hugepages, look->options->file_prefix, &pid)) {
		findings_ok(look, check, "nobody holds those of the prefix");
		return;
	}
	refuse_held_map_files(look->options, pid, &refusal);
	findings_refusal(look, check, &refusal);
}

void
look_at_map_files(struct look *look, const struct host_hugepages *hugepages)
{
	static const char check[] = "hugepage files";
	struct refusal refusal;

	if (look->session != NULL)
		findings_ok(look, check, "mapped");
	else if (look->primary_pid == 0)
		look_for_holder(look, hugepages);
	else if (preflight_check_map_files(look->options, look->primary_pid, &refusal) ==
		0)
		findings_ok(look, check, "the primary's");
	else
		findings_refusal(look, check, &refusal);
}

/* ---- beside the primary ---- */

/*
 * Does the process pid see the same hugetlbfs mount? Then a mount namespace of its own
 * does no harm. Each mount of hugetlbfs has its own device number.
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

/* Report which namespaces are the primary's; with others DPDK works as well. */
static void
add_namespaces(struct look *look, enum host_namespace pids, enum host_namespace mounts,
	enum host_namespace ipcs)
{
	const char *shared[3];
	unsigned int n = 0;
	char list[32] = "none";

	if (pids != HOST_OTHER)
		shared[n++] = "PID";
	if (mounts != HOST_OTHER)
		shared[n++] = "mount";
	if (ipcs != HOST_OTHER)
		shared[n++] = "IPC";
	if (n == 3)
		snprintf(list, sizeof(list), "PID, mount and IPC");
	else if (n == 2)
		snprintf(list, sizeof(list), "%s and %s", shared[0], shared[1]);
	else if (n == 1)
		snprintf(list, sizeof(list), "%s", shared[0]);
	findings_ok(look, "namespaces", "%s shared with the primary%s%s%s", list,
		pids == HOST_OTHER ? "; another PID one, which DPDK does not use" : "",
		mounts == HOST_OTHER ? "; another mount one, with the same hugetlbfs"
				     : "",
		ipcs == HOST_OTHER ? "; another IPC one, which DPDK does not use" : "");
}

void
look_at_namespaces(struct look *look, const struct host_hugepages *hugepages)
{
	static const char check[] = "namespaces";
	enum host_namespace pids, mounts;
	pid_t pid = look->primary_pid;
	struct refusal refusal;
	char advice[TEXT_SIZE];

	if (look->session != NULL && look->session->is_primary) {
		findings_ok(look, check, "this process is the primary");
		return;
	}
	if (pid == 0) {
		findings_ok(look, check, "no primary to compare with");
		return;
	}
	pids = host_compare_namespace(pid, "pid");
	mounts = host_compare_namespace(pid, "mnt");
	if (look->session == NULL && host_lists_are_taken(look->runtime_dir)) {
		refuse_same_pid(look->options, pid, &refusal);
		findings_refusal(look, check, &refusal);
	} else if (pid == HOST_PID_UNSEEN)
		findings_ok(look, check,
			"another PID one than the primary's, which DPDK does not use");
	else if (pids == HOST_UNKNOWN || mounts == HOST_UNKNOWN)
		findings_ok(look, check, "not known: the primary is another user's");
	else if (mounts == HOST_OTHER && !shares_hugepages(pid, hugepages))
		findings_bad(look, check,
			refuse_enter(look->options, pid, advice, sizeof(advice)),
			"the primary is in another mount namespace, with "
			"another hugetlbfs");
	else
		add_namespaces(look, pids, mounts, host_compare_namespace(pid, "ipc"));
}

/* ---- rte_mp's sockets ---- */

static void
add_stale(struct look *look, const char *name, const char *path)
{
	bool may_remove =
		faccessat(AT_FDCWD, look->runtime_dir, W_OK | X_OK, AT_EACCESS) == 0;
	char word[PATH_MAX], advice[PATH_MAX + 16];

	snprintf(advice, sizeof(advice), "%srm %s", may_remove ? "" : host_as_root(),
		text_shell_word(path, word, sizeof(word)));
	findings_bad(look, "rte_mp socket", advice, "%s is stale: its process has ended",
		name);
}

/*
 * Report a socket that a process has open. pid is the process, HOST_PID_UNSEEN; 0: the
 * socket is the primary's, but no process holds the primary's lock.
 */
static void
add_open(struct look *look, const char *name, const char *path, pid_t pid, bool is_full)
{
	static const char check[] = "rte_mp socket";
	char who[80], word[PATH_MAX], advice[PATH_MAX + 64], why[VERDICT_SIZE];
	char state = host_process_state(pid);

	host_describe_process(pid, who, sizeof(who));
	if (pid == getpid())
		snprintf(who, sizeof(who), "this process");
	if (pid == 0) {
		/* The primary has lost its lock on the config file, for example by
		 * closing a descriptor of the file (fact 5 of app/README.md). */
		snprintf(advice, sizeof(advice),
			"end the process that has it open: ss -xap src %s",
			text_shell_word(path, word, sizeof(word)));
		findings_bad(look, check, advice,
			"%s is read, though nobody holds the prefix: a second "
			"primary could start",
			name);
	} else if (state == 'T') {
		snprintf(advice, sizeof(advice), "kill -CONT %d", (int)pid);
		findings_bad(look, check, advice, "%s%s: %s", name,
			is_full ? " is full" : "", who);
	} else if (state == 't') {
		findings_bad(look, check, "let it continue in its debugger", "%s%s: %s",
			name, is_full ? " is full" : "", who);
	} else if (host_lacks_mp_thread(pid)) {
		snprintf(advice, sizeof(advice), "start it anew: kill %d", (int)pid);
		findings_bad(look, check, advice, "%s: the rte_mp thread of %s has ended",
			name, who);
	} else if (is_full) {
		snprintf(advice, sizeof(advice),
			"see what it waits for: mpsh why %d, or start it anew: kill %d",
			(int)pid, (int)pid);
		findings_bad(look, check, pid > 0 ? advice : "start that process anew",
			"%s is full: %s does not read it%s", name, who,
			verdict_find(pid, why, sizeof(why)));
	} else {
		findings_ok(look, check, "%s is alive: %s", name,
			state == 0 ? "a process that cannot be seen from here" : who);
	}
}

static void
look_at_socket(struct look *look, const char *name)
{
	bool is_primary = host_is_primary_socket(name);
	enum host_socket found;
	char path[PATH_MAX];
	pid_t pid;

	snprintf(path, sizeof(path), "%s/%s", look->runtime_dir, name);
	found = host_look_at_socket(path);
	pid = is_primary ? look->primary_pid : host_socket_owner(path);
	if (pid == 0 &&
		(!is_primary ||
			(look->config.error != 0 && look->config.error != ENOENT)))
		pid = HOST_PID_UNSEEN;

	/* This process has lost its primary and reads its socket no more; the check of
	 * the primary has reported it. */
	if (pid == getpid() && look->session != NULL && !look->session->is_live)
		return;
	if (found == HOST_SOCKET_STALE)
		add_stale(look, name, path);
	else if (found != HOST_SOCKET_UNKNOWN)
		add_open(look, name, path, pid, found == HOST_SOCKET_FULL);
	else if (errno != ENOENT)
		findings_bad(look, "rte_mp socket",
			"run mpsh as the user who owns it, or as root",
			"%s is not known: %s", name, strerror(errno));
}

void
look_at_sockets(struct look *look)
{
	size_t before = json_array_size(look->checks);
	const struct dirent *entry;
	DIR *dir;

	dir = opendir(look->runtime_dir);
	if (dir == NULL && errno != ENOENT && errno != ENOTDIR) {
		findings_bad(look, "rte_mp socket",
			"run mpsh as the user who owns the directory, or as "
			"root",
			"not known: %s: %s", look->runtime_dir, strerror(errno));
		return;
	}
	while (dir != NULL && (entry = readdir(dir)) != NULL)
		if (host_is_primary_socket(entry->d_name) ||
			fnmatch("mp_socket_*", entry->d_name, 0) == 0)
			look_at_socket(look, entry->d_name);
	if (dir != NULL)
		closedir(dir);
	if (json_array_size(look->checks) == before)
		findings_ok(look, "rte_mp socket", "none under the prefix %s",
			look->options->file_prefix);
}
