/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* broadcast: a message over rte_mp to every peer, and their replies. */

#include <errno.h>
#include <string.h>

#include "base/loop.h"
#include "cmds/cmds.h"
#include "exchange/question.h"
#include "grammar/args.h"
#include "output/json_text.h"
#include "output/output.h"
#include "peers/peers.h"
#include "peers/self.h"

static void
on_reply(struct question *question, const struct question_reply *reply)
{
	json_t *result = json_pack("{s:s}", "peer", hub_peer_name(reply->peer).text);

	output_set_text(result, reply->text, reply->length);
	json_object_set_new(result, "rtt_ns", json_integer(reply->rtt_ns));
	output_line("reply from %s: %s (%s, %s)", hub_peer_name(reply->peer).text,
		output_shown(result).text, transport_name(reply->transport),
		output_duration(reply->rtt_ns).text);
	json_array_append_new(question->ctx, result);
}

/* on_reply() has printed the replies already. */
static void
view(const json_t *result)
{
	json_int_t sent, replied;

	json_unpack((json_t *)result, "{s:I, s:I}", "sent", &sent, "replied", &replied);
	output_line("%" JSON_INTEGER_FORMAT " of %" JSON_INTEGER_FORMAT " replied",
		replied, sent);
}

/* Say of each of these peers, a bit each, that it has not replied; returns their names.
 */
static json_t *
list_silent(uint64_t peers, bool interrupted)
{
	json_t *silent = json_array();
	unsigned int i;

	for (i = 0; i <= PEERS_MAX; i++) {
		if (!(peers & (UINT64_C(1) << i)))
			continue;
		json_array_append_new(silent, json_string(hub_peer_name(i).text));
		if (interrupted)
			output_line("interrupted: no reply from %s yet",
				hub_peer_name(i).text);
		else
			output_line("no reply from %s within %u ms",
				hub_peer_name(i).text, exchange_timeout());
	}
	return silent;
}

static int
run(const struct args *args)
{
	struct question question = { .on_reply = on_reply, .ctx = json_array() };
	uint64_t silent_peers;
	json_t *silent;
	const char *text;
	size_t length;
	bool interrupted;
	int ret;

	text = args_bytes(args, "text", &length);
	if (length > MESSAGE_BROADCAST_MAX) {
		output_error("text is %zu bytes, the limit is %d; nothing was sent",
			length, MESSAGE_BROADCAST_MAX);
		json_decref(question.ctx);
		return -EMSGSIZE;
	}
	if (hub_count(NULL) == 0) {
		output_error("no other console is attached");
		json_decref(question.ctx);
		return -ENOTCONN;
	}
	ret = exchange_broadcast(&question, text, length);
	if (ret < 0) {
		output_error("%s: nothing was sent", strerror(-ret));
		json_decref(question.ctx);
		return ret;
	}
	ret = loop_until(
		question_is_over, &question, exchange_timeout() * UINT64_C(1000000));
	interrupted = ret == -EINTR || ret == -ECANCELED;
	exchange_end(&question);
	if (!hub_is_live()) {
		output_error("the primary is gone");
		json_decref(question.ctx);
		return -ENOTCONN;
	}
	/* question.waiting would lack the peers that left, which are silent too. */
	silent_peers = question.asked & ~question.replied;
	silent = list_silent(silent_peers, interrupted);
	ret = silent_peers == 0 ? 0 : -ETIMEDOUT;
	output_result("broadcast",
		json_pack("{s:i, s:i, s:o, s:o}", "sent",
			__builtin_popcountll(question.asked), "replied",
			__builtin_popcountll(question.replied), "replies", question.ctx,
			"silent", silent),
		view);
	return ret;
}

const struct command command_broadcast = {
	.name = "broadcast",
	.group = GROUP_MESSAGES,
	.forms = (const char *const[]){ "<text>", NULL },
	.brief = "send a message over rte_mp to every other console",
	.detail = "Each one's handler prints it and replies; replies are printed as they "
		  "come.\n"
		  "From a secondary it goes to the primary, which hands it on over the "
		  "rings.\n"
		  "A text is 1 to 200 bytes.",
	.example = "broadcast hello all",
	.needs = COMMAND_NEEDS_HUB | COMMAND_NEEDS_LIVE,
	.run = run,
};
