/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Why a start is refused, and what to type about it. */

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>
#include <sys/types.h>

#include <rte_common.h>

#include "base/exit.h"
#include "base/json.h"
#include "base/text.h"
#include "host/holders.h"
#include "host/process.h"
#include "host/runtime.h"
#include "startup/options.h"
#include "startup/refuse.h"
#include "startup/verdict.h"

#define HOLDERS_SHOWN 6 /* processes that refuse_holders() names at most */

void
refuse_print(bool json, const char *error)
{
	json_t *text = json_of_lines(error);

	if (json)
		json_print(json_pack("{s:O}", "error", text), stderr);
	else
		fprintf(stderr, "error: %s\n",
			text != NULL ? json_string_value(text) : "out of memory");
	json_decref(text);
}

int
refuse(struct refusal *refusal, const char *format, ...)
{
	va_list ap;

	*refusal = (struct refusal){ .code = EXIT_NOT_STARTED };
	va_start(ap, format);
	vsnprintf(refusal->text, sizeof(refusal->text), format, ap);
	va_end(ap);
	return refusal->code;
}

int
refuse_directory(const char *path, int reason, struct refusal *refusal)
{
	const char *variable;
	char part[PATH_MAX];
	struct stat st;
	char owner[64];

	host_runtime_base(&variable);
	if (reason == EACCES || reason == EPERM) {
		/* Name the owner of the deepest part of path that can be seen: this part
		 * denies the access. */
		snprintf(part, sizeof(part), "%s", path);
		while (stat(part, &st) < 0 && strrchr(part, '/') > part)
			*strrchr(part, '/') = '\0';
		return refuse(refusal,
			"not permitted: %s belongs to %s\n"
			"run mpsh as that user or as root, or set RUNTIME_DIRECTORY to a "
			"directory of yours",
			part, host_user_name(st.st_uid, owner, sizeof(owner)));
	}
	if (variable != NULL && reason == ENOENT)
		return refuse(refusal,
			"no runtime directory: %s, from $%s, does not exist\n"
			"mkdir -p %s, or unset %s",
			path, variable, path, variable);
	if (variable != NULL)
		return refuse(refusal,
			"cannot use the runtime directory: %s: %s\n"
			"set %s to a directory that can be written",
			path, strerror(reason), variable);
	return refuse(refusal,
		"cannot use the runtime directory: %s: %s\n"
		"mend that, or set RUNTIME_DIRECTORY to a directory that can be written",
		path, strerror(reason));
}

/* ---- the primary ---- */

int
refuse_version(const struct host_config *look, struct refusal *refusal)
{
	char who[80], version[32];

	return refuse(refusal,
		"the primary, %s, is built with DPDK %s, this mpsh with DPDK %s\n"
		"start both with the same DPDK, or use another --file-prefix",
		host_describe_process(look->pid, who, sizeof(who)),
		host_version_words(look->version, version, sizeof(version)),
		host_own_version_words());
}

int
refuse_other_primary(const struct options *options, pid_t pid, struct refusal *refusal)
{
	char who[80];

	return refuse(refusal,
		"another primary already runs under the prefix %s: %s\n"
		"join it with --proc-type=secondary, or use another --file-prefix",
		options->file_prefix, host_describe_process(pid, who, sizeof(who)));
}

int
refuse_no_primary(
	const struct options *options, const char *runtime_dir, struct refusal *refusal)
{
	bool default_prefix = strcmp(options->file_prefix, "rte") == 0;
	char waited[48] = "", prefix[PATH_MAX];

	if (options->has_wait)
		snprintf(waited, sizeof(waited), " after %" PRIu64 " s", options->wait_s);
	return refuse(refusal,
		"no primary under the prefix %s (%s)%s\n"
		"start one first: mpsh --proc-type=primary%s%s",
		options->file_prefix, runtime_dir, waited,
		default_prefix ? "" : " --file-prefix ",
		default_prefix
			? ""
			: text_shell_word(options->file_prefix, prefix, sizeof(prefix)));
}

int
refuse_to_found(const struct options *options, struct refusal *refusal)
{
	return refuse(refusal,
		"no primary under the prefix %s: start one, or add --proc-type=primary "
		"to "
		"be it; a prompt needs a terminal (ssh -t, docker -it)",
		options->file_prefix);
}

int
refuse_no_answer(uint64_t seconds, pid_t pid, struct refusal *refusal)
{
	char state = host_process_state(pid);
	char name[16];

	if (state == 'T')
		return refuse(refusal,
			"no answer in %" PRIu64 " s from the primary (pid %d, stopped)\n"
			"kill -CONT %d",
			seconds, (int)pid, (int)pid);
	if (state == 't')
		return refuse(refusal,
			"no answer in %" PRIu64
			" s from the primary (pid %d, stopped by a debugger)\n"
			"let it continue there, or use another --file-prefix",
			seconds, (int)pid);
	if (pid <= 0)
		return refuse(refusal,
			"no answer in %" PRIu64 " s from the primary, "
			"a process of another PID namespace that is still starting\n"
			"wait longer with -w 60, or use another --file-prefix",
			seconds);
	host_process_name(pid, name);
	return refuse(refusal,
		"no answer in %" PRIu64
		" s from the primary (pid %d, %s, still starting)\n"
		"wait longer with -w 60, or end it: kill %d",
		seconds, (int)pid, name, (int)pid);
}

int
refuse_left_primary(pid_t pid, struct refusal *refusal)
{
	char who[80];

	return refuse(refusal, "the primary left meanwhile: %s\nstart again",
		host_describe_process(pid, who, sizeof(who)));
}

int
refuse_hung_start(bool sleeps, pid_t pid, struct refusal *refusal)
{
	char who[80], why[VERDICT_SIZE];

	host_describe_process(pid, who, sizeof(who));
	verdict_find(pid, why, sizeof(why));
	if (sleeps)
		return refuse(refusal,
			"the primary, %s, does not answer EAL's own requests%s\n"
			"look at it: mpsh why %s; wait longer with -w, or use another "
			"--file-prefix",
			who, why, host_pid_text(pid).text);
	return refuse(refusal,
		"EAL waits in its start for a lock in the memory of the primary, %s%s\n"
		"restart the primary, or use another --file-prefix",
		who, why[0] != '\0' ? why : ": a dead process may hold it");
}

int
refuse_deaf_primary(pid_t pid, struct refusal *refusal)
{
	char who[80], why[VERDICT_SIZE];

	return refuse(refusal,
		"the primary, %s, does not read its rte_mp socket%s\n"
		"look at it: mpsh why %s; wait longer with -w, or use another "
		"--file-prefix",
		host_describe_process(pid, who, sizeof(who)),
		verdict_find(pid, why, sizeof(why)), host_pid_text(pid).text);
}

/* ---- hugepage files ---- */

int
refuse_lost_map_files(pid_t pid, struct refusal *refusal)
{
	char who[80];

	return refuse(refusal,
		"the hugepage files of the primary, %s, were removed or replaced, or it "
		"has removed them itself (--huge-unlink)\n"
		"restart it, without --huge-unlink, or use another --file-prefix",
		host_describe_process(pid, who, sizeof(who)));
}

const char *
refuse_enter(const struct options *options, pid_t pid, char *text, size_t size)
{
	char prefix[PATH_MAX];

	snprintf(text, size,
		"%snsenter --target %s --pid --mount mpsh --file-prefix %s%s",
		host_as_root(), pid > 0 ? host_pid_text(pid).text : "PID",
		text_shell_word(options->file_prefix, prefix, sizeof(prefix)),
		pid > 0 ? "" : " (PID: the primary's, as the host sees it)");
	return text;
}

int
refuse_other_mount(const struct options *options, pid_t pid, struct refusal *refusal)
{
	char who[80], enter[REFUSE_ENTER_SIZE];

	return refuse(refusal,
		"the primary, %s, is in another mount namespace, with another "
		"hugetlbfs%s\n"
		"%s",
		host_describe_process(pid, who, sizeof(who)),
		pid > 0 ? "" : ", or has removed its hugepage files (--huge-unlink)",
		refuse_enter(options, pid, enter, sizeof(enter)));
}

int
refuse_same_pid(const struct options *options, pid_t primary, struct refusal *refusal)
{
	char enter[REFUSE_ENTER_SIZE];

	return refuse(refusal,
		"a process of another PID namespace also has the pid %d, by which DPDK "
		"names a process's files\n"
		"start mpsh with another pid (sh -c 'mpsh; exit'), or: %s",
		(int)getpid(), refuse_enter(options, primary, enter, sizeof(enter)));
}

int
refuse_held_map_files(const struct options *options, pid_t pid, struct refusal *refusal)
{
	char who[80] = "a process that cannot be seen from here";
	char enter[REFUSE_ENTER_SIZE] = "end it";

	if (pid > 0)
		host_describe_process(pid, who, sizeof(who));
	if (host_compare_namespace(pid, "mnt") != HOST_SAME)
		refuse_enter(options, pid, enter, sizeof(enter));
	return refuse(refusal,
		"the hugepage files of the prefix %s are held by %s (another runtime "
		"directory or namespace)\n"
		"use another --file-prefix, or %s",
		options->file_prefix, who, enter);
}

/* ---- holders of an earlier primary's memory ---- */

int
refuse_holders(const struct host_holders *holders, struct refusal *refusal)
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
	return refuse(refusal,
		"processes of an earlier primary still hold its memory: %s\n"
		"quit them%s%s%s, or use another --file-prefix",
		list, used_stopped != 0 ? " (wake with kill -CONT" : "", stopped,
		used_stopped != 0 ? ")" : "");
}

int
refuse_no_huge_primary(pid_t pid, struct refusal *refusal)
{
	char who[80];

	return refuse(refusal,
		"the primary, %s, runs without hugepages (--no-huge): it has no "
		"multi-process\n"
		"start it without --no-huge, or use another --file-prefix",
		host_describe_process(pid, who, sizeof(who)));
}
