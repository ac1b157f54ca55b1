/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Handles everything that comes from other processes. */

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include <jansson.h>

#include "base/json.h"
#include "base/memory.h"
#include "exchange/exec.h"
#include "exchange/incoming.h"
#include "exchange/later.h"
#include "exchange/notice.h"
#include "exchange/question.h"
#include "exchange/relay.h"
#include "host/process.h"
#include "host/sockets.h"
#include "message/answer.h"
#include "message/message.h"
#include "message/stats.h"
#include "mp/listen.h"
#include "mp/sender.h"
#include "output/output.h"
#include "peers/peer.h"
#include "peers/peers.h"
#include "peers/places.h"
#include "peers/seat.h"
#include "peers/self.h"
#include "ring/job.h"
#include "ring/worker.h"

/* Show a text; the worker has answered it, or has left that to the main thread. */
static void
take_text(const struct worker_event *event, const char *kind, const char *shown)
{
	struct message answer;

	notice_received(kind, shown, hub_peer_name(event->source).text, TRANSPORT_RING,
		event->text, event->length);
	if (!event->delayed)
		return;
	message_build(&answer,
		event->kind == MESSAGE_BROADCAST ? MESSAGE_BROADCAST_REPLY
						 : MESSAGE_REPLY,
		hub_number(), event->source, event->sequence, event->text, event->length);
	answer.generation = event->asker;
	later_answer_by_ring(&answer, true, event->delay_ms);
}

void
exchange_on_event(const struct worker_event *event)
{
	if (event->unseen != 0) {
		notice_unseen(event->unseen);
		return;
	}
	if (event->monitor) {
		notice_passing(TRANSPORT_RING, event->kind, event->source,
			hub_peer_name(event->destination).text, event->text,
			event->length);
		return;
	}
	/* Who sent it has left while this process could not print, and another has its
	 * number: nothing of it is the other's.
	 */
	if (!hub_is_present(event->neighbour, event->generation)) {
		stats_count(STATS_OTHERS, TRANSPORT_RING, COUNT_LATE, 1);
		return;
	}
	if (event->garbage) {
		hub_on_garbage(event->neighbour);
		return;
	}
	if (event->simple_mp) {
		stats_count(STATS_SIMPLE_MP, TRANSPORT_RING, COUNT_RECEIVED, 1);
		stats_count(STATS_SIMPLE_MP, TRANSPORT_RING, COUNT_BYTES, event->length);
		notice_received("message", "",
			hub_role() == ROLE_PRIMARY ? "simple_mp" : "primary",
			TRANSPORT_RING, event->text, event->length);
		relay_text(event->text, event->length);
		return;
	}
	switch (event->kind) {
	case MESSAGE_TEXT:
		take_text(event, "message", "");
		relay_text(event->text, event->length);
		break;
	case MESSAGE_BROADCAST:
		take_text(event, "broadcast", "[broadcast] ");
		break;
	case MESSAGE_REPLY:
	case MESSAGE_PONG:
	case MESSAGE_BENCH_REPORT:
	case MESSAGE_BROADCAST_REPLY:
		question_on_reply(event->source, event->sequence, event->text,
			event->length, event->stamp);
		break;
	case MESSAGE_REFUSED:
		question_on_refusal(
			event->source, event->sequence, event->text, event->length);
		break;
	case MESSAGE_HUB:
		hub_on_change();
		break;
	case MESSAGE_DETACH:
		hub_on_detach(event->source);
		break;
	default:
		stats_count(event->source, TRANSPORT_RING, COUNT_INVALID, 1);
	}
}

void
exchange_show_events(void)
{
	output_gather(true);
	worker_drain();
	output_gather(false);
}

/* Show a broadcast, and answer it unless the handler has answered it already. */
static void
take_broadcast(const struct message *message, bool answered)
{
	uint32_t delay_ms = 0;
	struct message answer;
	int length;

	stats_count(message->source, TRANSPORT_MP, COUNT_RECEIVED, 1);
	stats_count(message->source, TRANSPORT_MP, COUNT_BYTES, message->length);
	notice_received("broadcast", "[broadcast] ", hub_peer_name(message->source).text,
		TRANSPORT_MP, message->text, message->length);
	if (answered)
		return;
	message_answer(&answer, MESSAGE_BROADCAST_REPLY, hub_number(), message,
		message->text, message->length);
	length = answer_make(message->text, message->length, answer.text,
		MESSAGE_BROADCAST_MAX, &delay_ms);
	if (length >= 0)
		answer.length = length;
	else if (length != -EAGAIN)
		return;
	/* The primary's rte_mp_sendmsg() goes to all secondaries, a ring to one. */
	if (hub_role() == ROLE_PRIMARY) {
		later_answer_by_ring(&answer, delay_ms != 0, delay_ms);
	} else {
		stats_count(message->source, TRANSPORT_MP, COUNT_BYTES, answer.length);
		later_answer_by_mp(&answer, delay_ms);
	}
}

/* In the primary: hand a secondary's broadcast on to the others, over their rings. */
static void
hand_on(const struct message *message)
{
	struct job *job = memory_get(sizeof(*job));

	if (job == NULL) {
		stats_count(message->source, TRANSPORT_MP, COUNT_REFUSED, 1);
		return;
	}
	job->type = JOB_HAND_ON;
	job->done = places_free_job;
	job->message = *message;
	worker_submit(job);
}

/*
 * Can this message have come from the process with this rte_mp socket, and may it be for
 * this process?
 */
static bool
may_come_from_socket(const struct message *message, const char *socket)
{
	if (hub_role() != ROLE_PRIMARY)
		return hub_role() == ROLE_SECONDARY && host_is_primary_socket(socket) &&
			message->source == 0;
	/* A peer's last reply may arrive after its MESSAGE_DETACH, which takes the
	 * ring, so a peer that has just left is accepted too. */
	return hub_peer_was(message->source, socket) && message->destination == 0;
}

void
exchange_on_message(
	const struct message *message, uint64_t stamp, const char *socket, bool answered)
{
	bool primary = hub_role() == ROLE_PRIMARY;

	if (!may_come_from_socket(message, socket) ||
		(message->kind != MESSAGE_BROADCAST &&
			message->kind != MESSAGE_BROADCAST_REPLY)) {
		stats_count(STATS_OTHERS, TRANSPORT_MP, COUNT_INVALID, 1);
		return;
	}
	if (exchange_monitors())
		notice_passing(TRANSPORT_MP, message->kind, message->source,
			message->kind == MESSAGE_BROADCAST
				? "all"
				: hub_peer_name(message->destination).text,
			message->text, message->length);
	if (message->kind == MESSAGE_BROADCAST) {
		take_broadcast(message, answered);
		if (primary)
			hand_on(message);
		return;
	}
	stats_count(message->source, TRANSPORT_MP, COUNT_BYTES, message->length);
	question_on_reply(message->source, message->sequence, message->text,
		message->length, stamp);
}

void
exchange_on_received(const struct ipc_received *received)
{
	notice_action(received);
	if (received->delayed)
		later_answer_request(received);
	else if (received->executes)
		exec_answer(received);
}

void
exchange_on_hub(enum hub_event event, const struct peer *peer)
{
	static const struct {
		const char *type, *text;
		bool leaves;
	} says[] = {
		[HUB_ATTACHED] = { "attached", "attached", false },
		[HUB_DETACHED] = { "detached", "detached", true },
		[HUB_DIED] = { "died", "died", true },
		[HUB_STOPPED] = { "stopped", "is stopped", false },
		[HUB_ANSWERS] = { "answers", "answers again", false },
		[HUB_GARBAGE] = { "garbage", "sends garbage: detached", true },
		[HUB_PRIMARY_QUIT] = { "quit", "quit", true },
		[HUB_PRIMARY_DIED] = { "died", "died", true },
		[HUB_PLACE_LOST] = { "lost_place", "has detached this process", true },
		[HUB_MP_THREAD_ENDED] = { "mp_thread_ended",
			"the rte_mp thread of this process has ended: restart it",
			false },
		[HUB_MEMORY_HELD] = { "memory_held",
			"the memory of the primary stays held until this process ends: "
			"quit it, or reconnect",
			false },
	};
	const char *the = peer != NULL && peer->number == 0 ? "the " : "";
	json_t *document;

	if (peer == NULL) {
		output_notice(json_pack("{s:{s:s, s:n, s:n}}", "event", "type",
				      says[event].type, "peer", "pid"),
			"* %s", says[event].text);
		return;
	}
	document = json_pack("{s:{s:s, s:s, s:o}}", "event", "type", says[event].type,
		"peer", peer->name, "pid", json_of_pid(peer->pid));
	if (event == HUB_ATTACHED || event == HUB_DETACHED || event == HUB_DIED)
		output_notice(document, "* %s%s %s (pid %s)", the, peer->name,
			says[event].text, host_pid_text(peer->pid).text);
	else
		output_notice(document, "* %s%s %s", the, peer->name, says[event].text);
	if (says[event].leaves) {
		question_on_leaving(peer->number);
		later_forget(peer->number);
	}
}
