/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* wait: waits for some seconds, for peers to come or go, or for a message. */

#include <errno.h>

#include "base/loop.h"
#include "cmds/cmds.h"
#include "exchange/inbox.h"
#include "exchange/question.h"
#include "grammar/args.h"
#include "output/output.h"
#include "peers/peer.h"
#include "peers/peers.h"

struct condition {
	/* wait peers */
	unsigned int n;

	/* wait gone; another process may get the number, so the time is kept too */
	int number;
	uint64_t since;

	/* wait message */
	const char *text;
	size_t length;
};

static bool
never(void *ctx)
{
	(void)ctx;
	return false;
}

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
	const struct condition *condition = ctx;

	return exchange_was_received(condition->text, condition->length);
}

static int
wait_until(bool (*done)(void *ctx), struct condition *condition, const char *what)
{
	uint32_t timeout_ms = exchange_timeout();
	int ret = loop_until(done, condition, timeout_ms * UINT64_C(1000000));

	exchange_forget_received();
	if (ret == -ETIMEDOUT)
		output_error("%s within %u ms", what, timeout_ms);
	else if (ret == -EINTR)
		output_error("interrupted: %s yet", what);
	return ret;
}

static int
wait_seconds(uint64_t seconds)
{
	int ret = loop_until(never, NULL, seconds * UINT64_C(1000000000));

	exchange_forget_received();
	if (ret == -ETIMEDOUT)
		return 0;
	if (ret == -EINTR)
		output_error("interrupted");
	return ret;
}

static int
run(const struct args *args)
{
	struct condition condition = { 0 };
	struct peer peer;
	const char *word;
	char what[128];

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
		condition.text = args_bytes(args, "text", &condition.length);
		if (condition.text == NULL) {
			condition.text = "";
			condition.length = 0;
		}
		return wait_until(has_message, &condition, "no such message came");
	}
	return wait_seconds(args_number(args, "seconds", 0));
}

const struct command command_wait = {
	.name = "wait",
	.group = GROUP_SCRIPTS,
	.forms = (const char *const[]){ "<seconds:0-86400>", "peers <peers:0-63>",
		"gone <peer>", "message", "message <text>", NULL },
	.brief = "wait for time, for peers, or for a message",
	.detail = "peers: that many other consoles are here, or more. gone: that peer "
		  "has left.\n"
		  "message: one that contains the text has come since the last wait (of "
		  "the newest\n"
		  "1000). These fail at the timeout (set timeout).",
	.example = "wait message ready",
	.needs = COMMAND_NEEDS_HUB,
	.run = run,
};
