/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Waits for the end of a primary, and dumps its group before another start deletes it. */

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <event2/event.h>
#include <jansson.h>

#include "base/exit.h"
#include "base/loop.h"
#include "cmds/cmds.h"
#include "death.h"
#include "host/process.h"
#include "host/runtime.h"
#include "outside/group.h"
#include "outside/salvage.h"
#include "outside/look.h"
#include "output/output.h"

/* Can the file be made? It is too late to learn that at the primary's end. */
static int
check_file(const char *file)
{
	char copy[PATH_MAX], *dir;
	struct stat st;

	if (lstat(file, &st) == 0) {
		output_error(
			"%s is there already", output_escape(file, strlen(file)).text);
		return -EEXIST;
	}
	snprintf(copy, sizeof(copy), "%s", file);
	dir = dirname(copy);
	if (access(dir, W_OK | X_OK) == 0)
		return 0;
	output_error("%s cannot be written: %s", output_escape(file, strlen(file)).text,
		strerror(errno));
	return -EACCES;
}

static int
refuse_no_files(const char *why)
{
	output_error("%s: nothing is left when it ends, dump it now", why);
	return -ENOTSUP;
}

/* Hold the directories of a living group, seen as its primary sees them. */
static int
hold_living(const struct group *looked, pid_t primary, struct group *group,
	struct salvage **left)
{
	char error[1024];
	int ret;

	if (primary == HOST_PID_UNSEEN) {
		output_error("the primary of prefix %s is in another PID namespace",
			output_escape(looked->prefix, strlen(looked->prefix)).text);
		return -ESRCH;
	}
	ret = group_open_process(group, primary, error, sizeof(error));
	if (ret == 0) {
		ret = salvage_hold(left, group, primary, error, sizeof(error));
		if (ret < 0)
			group_close(group);
	}
	if (ret < 0) {
		output_error("%s", error);
		return ret;
	}
	if (salvage_has_pages(*left))
		return 0;
	salvage_free(*left);
	group_close(group);
	return refuse_no_files("this group's hugepages are in no files (--huge-unlink, "
			       "--no-huge)");
}

/*
 * Hold the group's directories; *primary gets the living primary's pid or 0. The group
 * is the one that is looked at, or as its primary sees it.
 */
static int
hold(struct group *group, struct salvage **left, pid_t *primary)
{
	struct group looked;
	char error[1024];
	int ret = look_open(&looked, error, sizeof(error));

	if (ret < 0) {
		output_error("%s", error);
		return ret;
	}
	*primary = 0;
	if (looked.kind == GROUP_PROCESS && looked.path[0] == '\0')
		ret = refuse_no_files(
			"this process keeps its memory in no files (--in-memory, "
			"--no-shconf)");
	else if (looked.kind == GROUP_PROCESS)
		*primary = host_primary_seen_by(looked.source.pid, looked.path);
	if (ret == 0 && *primary != 0) {
		ret = hold_living(&looked, *primary, group, left);
		group_close(&looked);
		return ret;
	}
	if (ret == 0) {
		*group = looked;
		ret = salvage_hold(left, group, looked.source.pid, error, sizeof(error));
		if (ret < 0)
			output_error("%s", error);
	}
	if (ret < 0)
		group_close(&looked);
	return ret;
}

static bool
has_ended(void *ctx)
{
	struct pollfd end = { .fd = *(int *)ctx, .events = POLLIN };

	return poll(&end, 1, 0) > 0;
}

static void
on_end(evutil_socket_t fd, short what, void *arg)
{
	/* It only ends a round of the loop. */
	(void)fd;
	(void)what;
	(void)arg;
}

/* Wait for the end of the primary of the group that is held. */
static int
wait_for_end(pid_t primary, const char *dir, const char *file)
{
	int fd = syscall(SYS_pidfd_open, primary, 0), ret;
	struct event *end;
	char name[16];

	/* It has ended, or another process has its pid since. */
	if ((fd < 0 && errno == ESRCH) || host_primary_seen_by(primary, dir) != primary) {
		if (fd >= 0)
			close(fd);
		return 0;
	}
	end = fd < 0 ? NULL : event_new(loop_base(), fd, EV_READ, on_end, NULL);
	if (end == NULL || event_add(end, NULL) != 0) {
		loop_free_event(&end);
		if (fd >= 0)
			close(fd);
		output_error(
			"pid %d cannot be waited for: %s", (int)primary, strerror(errno));
		return -ENOMEM;
	}
	host_process_name(primary, name);
	output_notice(json_pack("{s:{s:s, s:i}}", "event", "type", "waiting", "pid",
			      (int)primary),
		"* waiting for the end of pid %d (%s), to dump what it leaves into %s",
		(int)primary, name, output_escape(file, strlen(file)).text);
	ret = loop_until(has_ended, &fd, LOOP_FOREVER);
	loop_free_event(&end);
	close(fd);
	return ret;
}

static void
say_missing(const struct group *group)
{
	struct output_text prefix = output_escape(group->prefix, strlen(group->prefix));
	struct output_text file = output_escape(group->missing, strlen(group->missing));

	if (group->n_missing == 1)
		output_error("1 file of prefix %s was deleted before it could be opened: "
			     "%s",
			prefix.text, file.text);
	else
		output_error("%zu files of prefix %s were deleted before they could be "
			     "opened: %s and others",
			group->n_missing, prefix.text, file.text);
}

/* Dump what was left. Returns the exit code. */
static int
dump_left(const struct salvage *left, const char *dir, const char *file)
{
	struct group group;
	char error[1024];
	int ret = group_open_salvage(&group, dir, left, error, sizeof(error));

	if (ret < 0) {
		output_error("%s", error);
		return EXIT_COMMAND_FAILED;
	}
	ret = dump_save(&group, file);
	if (ret == 0 && group.n_missing > 0) {
		say_missing(&group);
		ret = -ENOENT;
	}
	group_close(&group);
	return ret < 0 ? EXIT_COMMAND_FAILED : 0;
}

int
death_dump(const char *what, const char *file)
{
	struct salvage *left = NULL;
	struct group group;
	char dir[PATH_MAX];
	pid_t primary;
	int ret;

	if (look_is_dump()) {
		output_error("%s is a dump: it has no primary to end",
			output_escape(what, strlen(what)).text);
		return EXIT_WRONG_USAGE;
	}
	if (check_file(file) < 0 || hold(&group, &left, &primary) < 0)
		return EXIT_NOT_STARTED;
	memcpy(dir, group.path, sizeof(dir));
	/* Nothing of a living process is open while it is waited for. */
	group_close(&group);
	ret = primary != 0 ? wait_for_end(primary, dir, file) : 0;
	if (ret == 0)
		ret = salvage_take(left) < 0 ? output_no_memory() : 0;
	ret = ret < 0 ? EXIT_COMMAND_FAILED : dump_left(left, dir, file);
	salvage_free(left);
	return loop_stopped() >= 0 ? loop_stopped() : ret;
}
