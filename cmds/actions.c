/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* mp actions: which actions of rte_mp processes have registered. */

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include "base/text.h"
#include "cmds/cmds.h"
#include "cmds/target.h"
#include "grammar/args.h"
#include "outside/registered.h"
#include "output/output.h"
#include "output/table.h"
#include "peers/peer.h"
#include "peers/peers.h"
#include "peers/self.h"

/* PID_MAX_LIMIT of Linux. */
#define PID_LAST 4194304

static void
view(const json_t *actions)
{
	static const struct output_column columns[] = {
		{ "PID", "pid", true, OUTPUT_KEY },
		{ "PROCESS", "command", false, OUTPUT_PLAIN },
		{ "ACTION", "action", false, OUTPUT_KEY },
		{ "FUNCTION", "function", false, OUTPUT_PLAIN },
		{ NULL, NULL, false, OUTPUT_PLAIN },
	};

	if (json_array_size(actions) == 0)
		output_line("no actions");
	else
		output_table(columns, actions);
}

/* The pid of a peer by its name, or that is typed; below 0 after the error. */
static pid_t
find_process(const char *word)
{
	struct peer peer;
	uint64_t pid;
	int number;

	if (word[strspn(word, "0123456789")] == '\0') {
		if (text_number(word, 1, PID_LAST, &pid) == 0)
			return (pid_t)pid;
		output_error("no process %.32s", word);
		return -ESRCH;
	}
	/* A guest has no peers, but a primary. */
	if (hub_role() == ROLE_GUEST && strcmp(word, "primary") == 0)
		return hub_primary_pid();
	number = hub_role() == ROLE_OUTSIDE ? -ENOENT : hub_find(word);
	if (number < 0 || !hub_peer(number, &peer)) {
		output_error("no peer named %s", output_escape(word, strlen(word)).text);
		return -ENOENT;
	}
	return peer.pid;
}

static int
run(const struct args *args)
{
	const char *word = args_word(args, "pid_or_peer");
	pid_t pid = word != NULL ? find_process(word) : 0;
	char error[512];
	json_t *list;
	int ret;

	if (pid < 0)
		return (int)pid;
	ret = registered_list(pid, &list, error, sizeof(error));
	if (list != NULL)
		output_result("mp_actions", list, view);
	if (ret < 0)
		output_error("%s", error);
	return ret;
}

const struct command command_mp_actions = {
	.name = "mp actions",
	.group = GROUP_MP,
	.forms = (const char *const[]){ "[<pid_or_peer!>]", NULL },
	.brief = "which actions processes have registered",
	.detail = "Of one process, or of all of the group, with where its handler is. "
		  "Nobody is asked:\n"
		  "the list is read from outside, so a process may be stopped or hang. A "
		  "number is a\n"
		  "pid. Those of EAL and of DPDK's libraries come last.",
	.example = "mp actions 4242",
	.needs = COMMAND_LOOKS,
	.run = run,
};
