/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* mp fuzz: any bytes for the handler of an action, and what becomes of its process. */

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/types.h>
#include <unistd.h>

#include <rte_common.h>

#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"
#include "cmds/cmds.h"
#include "cmds/mp.h"
#include "cmds/trial.h"
#include "exchange/fuzz.h"
#include "exchange/question.h"
#include "grammar/args.h"
#include "host/process.h"
#include "mp/payload.h"
#include "mp/silence.h"
#include "mp/socket.h"
#include "outside/actions.h"
#include "output/output.h"
#include "peers/peer.h"
#include "peers/self.h"

#define COUNT 1000
#define TIMEOUT_MS 100
#define LIST_SIZE 512

/* ---- whom ---- */

static pid_t
find_primary(const char *action)
{
	pid_t pid = hub_primary_pid();
	char who[96], why[1024];

	if (actions_has(pid, action) != 0)
		return pid;
	silence_explain(pid, action, why, sizeof(why));
	output_error("%s%s", host_describe_process(pid, who, sizeof(who)), why);
	return -ENOENT;
}

static void
put_process(const struct ipc_socket *process, char *list, size_t size)
{
	size_t length = strlen(list);
	char who[96];

	ipc_describe_socket(process, who, sizeof(who));
	snprintf(list + length, size - length, "%s%s", length > 0 ? ", " : "", who);
}

/* DPDK asks every process of the group, so that there must be no other. */
static pid_t
find_secondary(const char *action)
{
	struct output_text shown = output_escape(action, strlen(action));
	char with[LIST_SIZE] = "", without[LIST_SIZE] = "";
	unsigned int i, n_with = 0, n_without = 0;
	struct ipc_socket process;
	pid_t found = 0;

	for (i = 0; ipc_socket(i, &process); i++) {
		if (process.stale)
			continue;
		if (actions_has(process.pid, action) == 0) {
			n_without++;
			put_process(&process, without, sizeof(without));
			continue;
		}
		n_with++;
		found = process.pid;
		put_process(&process, with, sizeof(with));
	}
	if (n_with + n_without == 0)
		output_error("no other process is in the group");
	else if (n_with == 0)
		output_error("no other process has the action %s: there is %s",
			shown.text, without);
	else if (n_with > 1)
		output_error(
			"%u processes have the action %s, and DPDK asks them all: %s",
			n_with, shown.text, with);
	else if (n_without > 0)
		output_error("DPDK asks every process, and without the action %s is %s",
			shown.text, without);
	else
		return found;
	return -ENOENT;
}

/* The process that has the action; below 0 after the error was printed. */
static pid_t
find_target(const char *action)
{
	pid_t pid = hub_role() == ROLE_PRIMARY ? find_secondary(action)
					       : find_primary(action);

	if (pid != HOST_PID_UNSEEN)
		return pid;
	output_error(
		"the process cannot be seen from here: it is in another PID namespace");
	return -ENOENT;
}

/* ---- the command ---- */

static int
get_good(const struct args *args, struct fuzz *fuzz)
{
	struct payload payload;
	size_t length;
	int ret;

	if (args_bytes(args, "payload", &length) == NULL)
		return 0;
	ret = mp_get_payload(args, &payload);
	if (ret < 0)
		return ret;
	fuzz->has_good = true;
	fuzz->good.length = payload.length;
	memcpy(fuzz->good.bytes, payload.bytes, payload.length);
	return 0;
}

static uint32_t
random_seed(void)
{
	uint32_t seed = 1;

	if (getrandom(&seed, sizeof(seed), 0) != sizeof(seed))
		seed = (uint32_t)getpid();
	return seed;
}

/* No answer at all, or none was waited for. */
static int
say_no_start(const struct fuzz *fuzz, int ret)
{
	char who[96], why[1024];

	if (ret == -ENOENT) {
		silence_explain(fuzz->pid, fuzz->action, why, sizeof(why));
		output_error("%s answers %s%s",
			host_describe_process(fuzz->pid, who, sizeof(who)),
			fuzz->has_good ? "not even the good payload"
				       : "none of 17 payloads: give one that it answers",
			why);
	} else if (ret == -EINTR || ret == -ECANCELED) {
		output_error("interrupted before there was a result");
	} else if (ret == -EEXIST) {
		output_error("a request to %s is still pending",
			output_escape(fuzz->action, strlen(fuzz->action)).text);
	} else if (ret == -ENOMEM) {
		output_no_memory();
	} else {
		output_error("request failed: %s", strerror(-ret));
	}
	return ret;
}

static int
run(const struct args *args)
{
	const char *action = mp_get_action(args);
	struct fuzz *fuzz;
	int ret;

	if (action == NULL)
		return -E2BIG;
	fuzz = memory_zeroed(sizeof(*fuzz));
	if (fuzz == NULL)
		return output_no_memory();
	strcpy(fuzz->action, action);
	fuzz->count = args_number(args, "count", COUNT);
	fuzz->seed = args_number(args, "seed", random_seed());
	fuzz->with_fds = args_has(args, "fds");
	fuzz->timeout_ms = RTE_MIN(exchange_timeout(), TIMEOUT_MS);
	fuzz->on_round = trial_show_round;
	ret = get_good(args, fuzz);
	if (ret == 0) {
		fuzz->pid = find_target(action);
		ret = fuzz->pid < 0 ? (int)fuzz->pid : 0;
	}
	if (ret == 0) {
		ret = fuzz_run(fuzz);
		ret = ret < 0 ? say_no_start(fuzz, ret) : trial_show(fuzz);
	}
	free(fuzz);
	return ret;
}

static int
check(const struct args *args, char *error, size_t size)
{
	const char *action = args_word(args, "action");
	size_t length;
	const char *typed = args_bytes(args, "payload", &length);
	char shown[TEXT_ESCAPED_SIZE(IPC_ACTION_SIZE)];
	int n = payload_check(typed != NULL ? typed : "", length, error, size);

	if (n < 0)
		return n;
	if (n > 0) {
		snprintf(error, size,
			"the good payload has no descriptors: leave fd: out");
		return -EINVAL;
	}
	if (!action_is_eals(action) || args_has(args, "force"))
		return 0;
	text_escape(shown, (const uint8_t *)action, strnlen(action, IPC_ACTION_SIZE));
	snprintf(error, size, "%s is EAL's own%s: add force", shown,
		strcmp(action, "eal_dev_mp_request") == 0 ? " and unplugs devices" : "");
	return -EINVAL;
}

const struct command command_mp_fuzz = {
	.name = "mp fuzz",
	.group = GROUP_MP,
	.forms =
		(const char *const[]){
			"<action!> [count <count:1-1000000>] "
			"[seed <seed:0-4294967295>] [fds] [force] [<payload>]",
			NULL },
	.brief = "any bytes for a handler, and what becomes of its process",
	.detail =
		"1000 payloads of every length and kind, that a seed repeats; with fds "
		"descriptors\n"
		"too. Each waits 100 ms. The payload is a known good one, else one is "
		"looked for:\n"
		"after a silence it is asked until it is answered. It ends at the first "
		"payload after\n"
		"which that is not, or when 100 descriptors have leaked. After each "
		"hundred it says\n"
		"what has changed in the process. EAL's own actions (mp_*, eal_*, "
		"bus_vdev_mp) need\n"
		"force. A primary can do it with one other process alone.",
	.example = "mp fuzz my_action count 200 seed 7 hex:0100",
	.needs = COMMAND_NEEDS_LIVE,
	.check = check,
	.run = run,
};
