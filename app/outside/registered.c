/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Lists what processes have registered. */

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include <jansson.h>

#include "base/json.h"
#include "host/process.h"
#include "outside/actions.h"
#include "outside/group.h"
#include "outside/look.h"
#include "outside/registered.h"
#include "outside/sharers.h"

static void
add(json_t *list, pid_t pid, const struct actions *actions, bool eals)
{
	char command[16];
	size_t i;

	host_process_name(pid, command);
	for (i = 0; i < actions->n; i++) {
		const struct action *action = &actions->all[i];

		if (action_is_eals(action->name) != eals)
			continue;
		json_array_append_new(list,
			json_pack("{s:o, s:o, s:o, s:o, s:b}", "pid", json_of_pid(pid),
				"command", json_of_string(command), "action",
				json_of_string(action->name), "function",
				json_of_string(action->place), "eal", eals));
	}
}

static int
list_process(pid_t pid, json_t *list, char *error, size_t size)
{
	struct actions actions;
	struct group group;
	int ret = group_open_process(&group, pid, error, size);

	if (ret < 0)
		return ret;
	ret = actions_read(&group, &actions);
	group_close(&group);
	/* A process without rte_mp has none. */
	if (ret == -ENOENT)
		return 0;
	if (ret < 0) {
		snprintf(error, size, "the actions of pid %d cannot be read: %s",
			(int)pid, strerror(-ret));
		return ret;
	}
	add(list, pid, &actions, false);
	add(list, pid, &actions, true);
	actions_free(&actions);
	return 0;
}

static int
find_processes(pid_t **pids, char *error, size_t size)
{
	struct group group;
	ssize_t n = look_open(&group, error, size);

	*pids = NULL;
	if (n < 0)
		return (int)n;
	n = sharers_find(&group, pids);
	if (n < 0)
		snprintf(error, size, "out of memory");
	if (n == 0) {
		snprintf(error, size,
			group.kind == GROUP_DUMP
				? "a dump has no actions: they are in the memory of each "
				  "process"
				: "no process of this group lives: actions are in the "
				  "memory of each");
		n = -ENOENT;
	}
	group_close(&group);
	return (int)n;
}

static int
list_group(json_t *list, char *error, size_t size)
{
	char wrong[256] = "";
	pid_t *pids;
	int n = find_processes(&pids, error, size), i, ret = 0;
	bool any = false;

	for (i = 0; i < n; i++) {
		int failed = list_process(pids[i], list, wrong, sizeof(wrong));

		any = any || failed == 0;
		/* One that has ended meanwhile has none. */
		if (failed == 0 || (failed == -ESRCH && n > 1) || ret < 0)
			continue;
		ret = failed;
		snprintf(error, size, "%s", wrong);
	}
	free(pids);
	if (n < 0 || !any)
		json_array_clear(list);
	return n < 0 ? n : ret;
}

int
registered_list(pid_t pid, json_t **list, char *error, size_t size)
{
	int ret;

	*list = json_array();
	if (*list == NULL) {
		snprintf(error, size, "out of memory");
		return -ENOMEM;
	}
	ret = pid != 0 ? list_process(pid, *list, error, size)
		       : list_group(*list, error, size);
	if (ret < 0 && json_array_size(*list) == 0) {
		json_decref(*list);
		*list = NULL;
	}
	return ret;
}

static bool
has_name(const json_t *names, const char *name)
{
	const json_t *other;
	size_t i;

	json_array_foreach(names, i, other)
		if (strcmp(json_string_value(other), name) == 0)
			return true;
	return false;
}

void
registered_add_names(pid_t pid, json_t *names)
{
	struct actions actions;
	struct group group;
	char error[256];
	size_t i;

	if (group_open_process(&group, pid, error, sizeof(error)) < 0)
		return;
	if (actions_read(&group, &actions) == 0) {
		for (i = 0; i < actions.n; i++)
			if (!has_name(names, actions.all[i].name))
				json_array_append_new(
					names, json_string_nocheck(actions.all[i].name));
		actions_free(&actions);
	}
	group_close(&group);
}

json_t *
registered_pids(void)
{
	json_t *list = json_array();
	char error[256];
	pid_t *pids;
	int n = find_processes(&pids, error, sizeof(error)), i;

	for (i = 0; i < n; i++)
		json_array_append_new(list, json_sprintf("%d", (int)pids[i]));
	free(pids);
	return list;
}
