/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* wait: waits for some seconds, for peers to come or go, for a message, or till a ring is
 * emptied. */

#include <errno.h>
#include <string.h>

#include "base/loop.h"
#include "cmds/cmds.h"
#include "exchange/inbox.h"
#include "exchange/question.h"
#include "grammar/args.h"
#include "outside/level.h"
#include "output/output.h"
#include "peers/peer.h"
#include "peers/peers.h"
#include "peers/self.h"

#define MS UINT64_C(1000000)

/* Between two looks at a ring. */
#define LOOK_NS (10 * MS)

struct condition {
	/* wait peers */
	unsigned int n;

	/* wait gone; another process may get the number, so the time is kept too */
	int number;
	uint64_t since;

	/* wait message */
	const char *text;
	size_t length;
	struct received *found;
};

static bool
has_peers(void *ctx)
{
	return hub_count(NULL) >= ((struct condition *)ctx)->n;
}

static bool
is_gone(void *ctx)
{
	const struct condition *condition = ctx;
	struct peer peer;

	return !hub_peer(condition->number, &peer) || peer.since != condition->since;
}

static bool
has_message(void *ctx)
{
	struct condition *condition = ctx;

	condition->found = exchange_take_received(condition->text, condition->length);
	return condition->found != NULL;
}

static int
wait_until(bool (*done)(void *ctx), struct condition *condition, const char *what)
{
	uint32_t timeout_ms = exchange_timeout();
	int ret = loop_until(done, condition, timeout_ms * MS);

	if (ret == -ETIMEDOUT)
		output_error("%s within %u ms", what, timeout_ms);
	else if (ret == -EINTR)
		output_error("interrupted: %s yet", what);
	return ret;
}

static int
wait_message(struct condition *condition)
{
	int ret = wait_until(has_message, condition, "no such message came");

	if (condition->found == NULL)
		return ret;
	output_line("%s", condition->found->line);
	output_result("wait", exchange_received_document(condition->found), NULL);
	inbox_free(condition->found);
	return 0;
}

static int
wait_time(uint64_t ns)
{
	int ret = loop_pause(ns);

	if (ret == -ETIMEDOUT)
		return 0;
	if (ret == -EINTR)
		output_error("interrupted");
	return ret;
}

/* Look at the ring until at most most wait in it. */
static int
look_at_ring(struct level *level, uint32_t most)
{
	uint32_t timeout_ms = exchange_timeout(), used;
	uint64_t until = loop_now() + timeout_ms * MS;
	char error[512];
	int ret;

	do {
		ret = level_look(level, &used, error, sizeof(error));
		if (ret < 0) {
			output_error("%s", error);
			return ret;
		}
		if (used <= most)
			return 0;
		ret = loop_pause(LOOK_NS);
	} while (ret == -ETIMEDOUT && loop_now() < until);
	if (ret == -ETIMEDOUT)
		output_error("%u still wait in %s after %u ms", used,
			output_escape(level->typed, level->length).text, timeout_ms);
	else if (ret == -EINTR)
		output_error("interrupted: %u still wait in %s", used,
			output_escape(level->typed, level->length).text);
	return ret;
}

static int
wait_ring(const struct args *args)
{
	const char *name = args_word(args, "ring");
	char error[512];
	struct level level;
	int ret = level_open(&level, name, strlen(name), error, sizeof(error));

	if (ret < 0)
		output_error("%s", error);
	else
		ret = look_at_ring(&level, args_number(args, "used", 0));
	level_close(&level);
	return ret;
}

static int
run(const struct args *args)
{
	struct condition condition = { 0 };
	struct peer peer;
	const char *word;
	char what[128];

	if ((args_has(args, "peers") || args_has(args, "gone")) &&
		commands_need_hub(args_has(args, "gone") ? "wait gone" : "wait peers") <
			0)
		return -ENOTSUP;
	if (args_has(args, "peers")) {
		condition.n = args_number(args, "peers", 0);
		snprintf(what, sizeof(what), "not %u peers", condition.n);
		return wait_until(has_peers, &condition, what);
	}
	if (args_has(args, "gone")) {
		word = args_word(args, "peer");
		condition.number = hub_find(word);
		/* A peer that has left already is gone. A name that no peer ever had
		 * counts as gone too, though it may be mistyped. */
		if (condition.number < 0 || !hub_peer(condition.number, &peer))
			return 0;
		condition.since = peer.since;
		snprintf(what, sizeof(what), "%s is not gone", peer.name);
		return wait_until(is_gone, &condition, what);
	}
	if (args_has(args, "message")) {
		if (hub_role() == ROLE_OUTSIDE)
			return commands_need_hub("wait message");
		condition.text = args_bytes(args, "text", &condition.length);
		if (condition.text == NULL) {
			condition.text = "";
			condition.length = 0;
		}
		return wait_message(&condition);
	}
	if (args_has(args, "ring"))
		return wait_ring(args);
	if (args_has(args, "forever"))
		return wait_time(LOOP_FOREVER);
	return wait_time(args_number(args, "seconds", 0));
}

const struct command command_wait = {
	.name = "wait",
	.group = GROUP_SCRIPTS,
	.forms = (const char *const[]){ "<seconds:0-86400.>", "forever",
		"peers <peers:0-63>", "gone <peer>", "ring <ring!> <used:0-4294967295>",
		"message", "message <text>", NULL },
	.brief = "wait for time, peers, a ring, or a message",
	.detail = "Seconds may have a fraction. peers: that many other consoles are "
		  "here, or more. gone:\n"
		  "that peer has left. ring: at most so many elements wait in it, of any "
		  "application. message:\n"
		  "one that contains the text, of those received (the newest 1000) that "
		  "no wait message has\n"
		  "taken yet; it is printed. These four fail at the timeout (set "
		  "timeout).",
	.example = "wait message ready",
	.needs = COMMAND_WORKS_OUTSIDE,
	.run = run,
};
