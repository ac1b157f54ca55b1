/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Reads the list of actions in lib/eal/common/eal_common_proc.c of a process. */

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "outside/actions.h"
#include "outside/code.h"
#include "outside/follow.h"
#include "outside/group.h"
#include "outside/layout.h"
#include "outside/queue.h"

/* A list that changes while it is read is read again. */
#define LOOKS 3

struct reading {
	const struct layout *layout;
	struct code code;
	struct actions *actions;
	int ret;
};

static const char *
name_of(const struct reading *reading, const void *entry)
{
	return (const char *)entry + reading->layout->action_entry_action_name;
}

static uint64_t
function_of(const struct reading *reading, const void *entry)
{
	return group_u64(entry, reading->layout->action_entry_action);
}

static bool
fits(const void *entry, const void *ctx)
{
	const struct reading *reading = ctx;
	const char *name = name_of(reading, entry);

	return name[0] != '\0' && memchr(name, '\0', ACTION_NAME_SIZE) != NULL &&
		code_find(&reading->code, function_of(reading, entry)) != NULL;
}

/* EAL itself registers some of these in every process with rte_mp, as the first. */
static bool
is_of_eal(const char *name)
{
	return strcmp(name, "eal_dev_mp_request") == 0 ||
		strncmp(name, "mp_malloc_", strlen("mp_malloc_")) == 0;
}

/* Take this queue, if it is EAL's, and no other list that looks like it. */
static bool
take(const struct queue *queue, void *ctx)
{
	struct reading *reading = ctx;
	size_t bytes = reading->layout->size_of_action_entry, i;
	bool found = false;

	for (i = 0; i < queue->n && !found; i++)
		found = is_of_eal(name_of(reading, queue->entries + i * bytes));
	if (!found)
		return true;
	reading->actions->all = memory_zeroed(queue->n * sizeof(*reading->actions->all));
	if (reading->actions->all == NULL) {
		reading->ret = -ENOMEM;
		return false;
	}
	for (i = 0; i < queue->n; i++) {
		const char *entry = queue->entries + i * bytes;
		struct action *action = &reading->actions->all[i];

		memcpy(action->name, name_of(reading, entry), ACTION_NAME_SIZE);
		action->function = function_of(reading, entry);
		code_describe(&reading->code, action->function, action->place);
	}
	reading->actions->n = queue->n;
	reading->ret = 0;
	return false;
}

/* Is the layout one that this file can read? */
static bool
is_known(const struct layout *layout)
{
	return layout->action_entry_next == 0 &&
		layout->mp_max_name_len == ACTION_NAME_SIZE &&
		layout->action_entry_action_name + ACTION_NAME_SIZE <=
		layout->size_of_action_entry &&
		layout->action_entry_action + sizeof(uint64_t) <=
		layout->size_of_action_entry;
}

static int
read_once(const struct group *group, struct actions *actions)
{
	struct reading reading = {
		.layout = group->layout,
		.actions = actions,
		.ret = -ENOENT,
	};
	struct queue_shape shape = {
		.bytes = group->layout->size_of_action_entry,
		.fits = fits,
		.ctx = &reading,
	};
	struct follow follow;
	int ret = follow_open(group, &follow);

	if (ret < 0)
		return ret;
	ret = code_read(group->source.pid, &reading.code);
	if (ret == 0)
		ret = queue_find(&follow, &shape, take, &reading);
	code_free(&reading.code);
	follow_close(&follow);
	return ret < 0 ? ret : reading.ret;
}

int
actions_read(const struct group *group, struct actions *actions)
{
	unsigned int i;
	int ret = -ENOENT;

	memset(actions, 0, sizeof(*actions));
	if (group->kind != GROUP_PROCESS || !is_known(group->layout))
		return -ENOTSUP;
	for (i = 0; i < LOOKS && ret == -ENOENT; i++)
		ret = read_once(group, actions);
	return ret;
}

void
actions_free(struct actions *actions)
{
	free(actions->all);
	memset(actions, 0, sizeof(*actions));
}

const struct action *
actions_find(const struct actions *actions, const char *name)
{
	size_t i;

	for (i = 0; i < actions->n; i++)
		if (strcmp(actions->all[i].name, name) == 0)
			return &actions->all[i];
	return NULL;
}

int
actions_has(pid_t pid, const char *name)
{
	struct actions actions;
	struct group group;
	char error[256];
	int ret = group_open_process(&group, pid, error, sizeof(error));

	if (ret < 0)
		return ret;
	ret = actions_read(&group, &actions);
	group_close(&group);
	if (ret < 0)
		return ret;
	ret = actions_find(&actions, name) != NULL;
	actions_free(&actions);
	return ret;
}
