/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* send and sendto: a message over the ring to one peer, and its reply. */

#include <errno.h>
#include <string.h>

#include "base/loop.h"
#include "cmds/cmds.h"
#include "cmds/target.h"
#include "exchange/question.h"
#include "exchange/simple_mp.h"
#include "grammar/args.h"
#include "output/json_text.h"
#include "output/output.h"
#include "peers/peer.h"
#include "peers/peers.h"
#include "peers/report.h"
#include "peers/self.h"
#include "ring/simple_mp.h"

static void
on_reply(struct question *question, const struct question_reply *reply)
{
	json_t *result = json_pack("{s:s}", "peer", hub_peer_name(reply->peer).text);

	output_set_text(result, reply->text, reply->length);
	json_object_set_new(
		result, "transport", json_string(transport_name(question->transport)));
	json_object_set_new(result, "rtt_ns", json_integer(reply->rtt_ns));
	*(json_t **)question->ctx = result;
}

static void
view(const json_t *result)
{
	const char *peer, *transport;
	json_int_t rtt_ns;

	json_unpack((json_t *)result, "{s:s, s:s, s:I}", "peer", &peer, "transport",
		&transport, "rtt_ns", &rtt_ns);
	output_line("reply from %s: %s (%s, %s)", peer, output_shown(result).text,
		transport, output_duration(rtt_ns).text);
}

/* Print why a question was not sent. */
static void
say_not_sent(const struct question *question, unsigned int number, int error)
{
	struct peer peer;

	if (error == -ENOBUFS) {
		unsigned int waiting = question->n_waiting_in_ring;

		if (waiting == 0 && hub_peer(number, &peer))
			waiting = peer.queued_to;
		output_error("ring to %s is full (%u waiting); nothing was sent",
			hub_peer_name(number).text, waiting);
	} else if (number == 0 || !hub_is_live()) {
		output_error("the primary is gone");
	} else if (error == -ENOTCONN || error == -EBADMSG) {
		output_error("%s is gone", hub_peer_name(number).text);
	} else {
		output_error("%s: nothing was sent", strerror(-error));
	}
}

static int
send_text(const char *command, unsigned int number, const char *text, size_t length)
{
	json_t *result = NULL;
	struct question question = { .on_reply = on_reply, .ctx = &result };
	uint32_t timeout_ms = exchange_timeout();
	int ret;

	ret = exchange_ask(&question, MESSAGE_TEXT, number, text, length, timeout_ms);
	if (ret == 0)
		output_result(command, result, view);
	else if (ret == -ETIMEDOUT)
		output_error("no reply from %s within %u ms", hub_peer_name(number).text,
			timeout_ms);
	else if (ret == -EINTR || ret == -ECANCELED)
		output_error(
			"interrupted: no reply from %s yet", hub_peer_name(number).text);
	else
		say_not_sent(&question, number, ret);
	return ret;
}

static int
check_text(size_t length)
{
	if (length <= MESSAGE_TEXT_MAX)
		return 0;
	output_error("text is %zu bytes, the limit is %d; nothing was sent", length,
		MESSAGE_TEXT_MAX);
	return -EMSGSIZE;
}

static void
view_simple_mp(const json_t *result)
{
	output_line("sent to %s (it does not reply)",
		json_string_value(json_object_get(result, "peer")));
}

/* Send a text over simple_mp's ring pair; peer is the other side's name in output. */
static int
send_simple_mp(const char *command, const char *peer, const char *text, size_t length)
{
	unsigned int waiting = 0;
	json_t *result;
	int ret;

	if (length > SIMPLE_MP_TEXT_MAX) {
		output_error("text is %zu bytes, the limit is %d; nothing was sent",
			length, SIMPLE_MP_TEXT_MAX);
		return -EMSGSIZE;
	}
	ret = exchange_send_simple_mp(text, length, &waiting);
	if (ret == 0) {
		result = json_pack("{s:s}", "peer", peer);
		output_set_text(result, text, length);
		json_object_set_new(result, "transport", json_string("ring"));
		json_object_set_new(result, "rtt_ns", json_null());
		output_result(command, result, view_simple_mp);
	} else if (ret == -ENOBUFS) {
		output_error("ring to %s is full (%u waiting); nothing was sent", peer,
			waiting);
	} else if (ret == -ENOMEM) {
		output_error("pool MSG_POOL is empty; nothing was sent");
	} else if (ret != -ECANCELED) {
		output_error("the ring to %s is damaged; nothing was sent", peer);
	}
	return ret;
}

/*
 * In a primary without secondaries: does a simple_mp take what goes into its ring? Then
 * an error that names it was printed.
 */
static bool
said_simple_mp(void)
{
	json_t *others = report_other_processes(), *other, *pid;
	const char *name;
	bool said = false;
	size_t i;

	json_array_foreach(others, i, other) {
		name = json_string_value(json_object_get(other, "name"));
		pid = json_object_get(other, "pid");
		if (said || name == NULL || strstr(name, "simple_mp") == NULL ||
			!json_is_integer(pid))
			continue;
		output_error("no secondary is attached; sendto simple_mp reaches pid "
			     "%" JSON_INTEGER_FORMAT " (%s)",
			json_integer_value(pid), output_escape(name, strlen(name)).text);
		said = true;
	}
	json_decref(others);
	return said;
}

/* Who was there is still there for that long: a look at the processes takes a while. */
#define LOOK_AGAIN_NS UINT64_C(1000000000)

/* Is there anyone to take from simple_mp's ring, whatever the program's name is? */
static bool
has_other_process(void)
{
	static uint64_t seen_ns;
	json_t *others;

	if (seen_ns != 0 && loop_now() - seen_ns < LOOK_AGAIN_NS)
		return true;
	others = report_other_processes();
	seen_ns = json_array_size(others) != 0 ? loop_now() : 0;
	json_decref(others);
	return seen_ns != 0;
}

static int
run_send(const struct args *args)
{
	unsigned int number;
	const char *text;
	size_t length;
	int ret;

	text = args_bytes(args, "text", &length);
	if (hub_role() == ROLE_GUEST && simple_mp_is_there())
		return send_simple_mp("send", "primary", text, length);
	if (hub_role() == ROLE_GUEST) {
		output_error("the primary is not mpsh");
		return -ENOTSUP;
	}
	if (check_text(length) < 0)
		return -EMSGSIZE;
	if (hub_role() == ROLE_PRIMARY && hub_count(NULL) == 0 && said_simple_mp())
		return -ENOTCONN;
	ret = target_only("use sendto <peer> or broadcast", &number);
	return ret < 0 ? ret : send_text("send", number, text, length);
}

static int
run_sendto(const struct args *args)
{
	const char *word = args_word(args, "peer"), *text;
	unsigned int number;
	size_t length;
	int ret;

	text = args_bytes(args, "text", &length);
	if (hub_role() == ROLE_PRIMARY && strcmp(word, "simple_mp") == 0) {
		if (has_other_process())
			return send_simple_mp("sendto", word, text, length);
		output_error("no peer named %s", word);
		return -ENOENT;
	}
	if (check_text(length) < 0)
		return -EMSGSIZE;
	ret = target_find(word, &number);
	return ret < 0 ? ret : send_text("sendto", number, text, length);
}

const struct command command_send = {
	.name = "send",
	.group = GROUP_MESSAGES,
	.forms = (const char *const[]){ "<text>", NULL },
	.brief = "send a message over the ring, wait for its reply",
	.detail = "From a secondary to the primary, from the primary to its one "
		  "secondary.\n"
		  "A text is 1 to 1000 bytes; at a prompt a line holds 511.",
	.example = "send hello",
	.needs = COMMAND_NEEDS_LIVE,
	.run = run_send,
};

const struct command command_sendto = {
	.name = "sendto",
	.group = GROUP_MESSAGES,
	.forms = (const char *const[]){ "<peer> <text>", NULL },
	.brief = "send a message over the ring to the peer named",
	.detail =
		"A peer is a number, primary, secondary-N or a name. From secondary to\n"
		"secondary it goes through the primary. A text is 1 to 1000 bytes.",
	.example = "sendto secondary-2 hello",
	.needs = COMMAND_NEEDS_HUB | COMMAND_NEEDS_LIVE,
	.run = run_sendto,
};
