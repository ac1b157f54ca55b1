/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Notices of the messages that other processes send, and of what happens here. */

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <jansson.h>

#include <rte_common.h>
#include <rte_string_fns.h>

#include "base/json.h"
#include "base/memory.h"
#include "exchange/inbox.h"
#include "exchange/notice.h"
#include "host/process.h"
#include "message/message.h"
#include "message/stats.h"
#include "mp/callbacks.h"
#include "mp/listen.h"
#include "mp/payload.h"
#include "mp/socket.h"
#include "output/json_text.h"
#include "output/output.h"
#include "peers/peer.h"
#include "peers/peers.h"
#include "peers/self.h"
#include "ring/worker.h"

static bool monitoring;

/* The pid of a peer, null when it has left. */
static json_t *
pid_of(unsigned int number)
{
	struct peer peer;

	return hub_peer(number, &peer) ? json_of_pid(peer.pid) : json_null();
}

void
notice_joined(void)
{
	pid_t pid = hub_primary_pid();

	output_notice(json_pack("{s:{s:s, s:s, s:o}}", "event", "type", "joined", "peer",
			      "primary", "pid", json_of_pid(pid)),
		"* joined the primary (pid %s) as %s", host_pid_text(pid).text,
		hub_name());
}

void
notice_log(const char *line)
{
	output_notice(json_pack("{s:{s:o}}", "log", "text", json_of_string(line)), "* %s",
		output_escape(line, strlen(line)).text);
}

void
notice_late(enum transport transport, unsigned int peer, const uint8_t *text,
	size_t length, uint64_t rtt_ns)
{
	json_t *event = json_pack("{s:s, s:s, s:o}", "type", "late", "peer",
		hub_peer_name(peer).text, "pid", pid_of(peer));

	output_set_text(event, text, length);
	json_object_set_new(event, "transport", json_string(transport_name(transport)));
	json_object_set_new(event, "rtt_ns", json_integer(rtt_ns));
	output_notice(json_pack("{s:o}", "event", event), "* late reply from %s: %s (%s)",
		hub_peer_name(peer).text, output_escape(text, length).text,
		output_duration(rtt_ns).text);
}

/*
 * Print a notice of what was received, and keep it for `wait message`. Takes over the
 * document, which may be NULL where lines are printed and there is an origin, and the
 * line, which is NULL where memory was short.
 */
static void
say_and_keep(const struct origin *origin, const uint8_t *text, size_t length,
	json_t *document, char *line)
{
	json_t *notice =
		document != NULL ? json_pack("{s:O}", "received", document) : NULL;

	output_notice_line(notice, line != NULL ? line : "out of memory for a message");
	inbox_keep(origin, text, length, document, line);
}

void
notice_received(const char *kind, const char *before, const char *name,
	enum transport transport, const uint8_t *text, size_t length)
{
	struct origin origin = { .kind = kind, .transport = transport };
	struct output_text shown;
	char *line;

	output_escape_to(&shown, text, length);
	/* Not by a format, which would take as long as all else that a message takes. */
	line = memory_get(strlen(before) + strlen(name) + strlen(shown.text) + 3);
	if (line != NULL)
		stpcpy(stpcpy(stpcpy(stpcpy(line, before), name), ": "), shown.text);
	rte_strscpy(origin.name, name, sizeof(origin.name));
	say_and_keep(&origin, text, length,
		output_is_json() ? inbox_make_document(&origin, text, length) : NULL,
		line);
}

void
notice_passing(enum transport transport, enum message_kind kind, unsigned int source,
	const char *to, const uint8_t *text, size_t length)
{
	static const char *const kinds[] = {
		[MESSAGE_TEXT] = "message",
		[MESSAGE_REPLY] = "reply",
		[MESSAGE_REFUSED] = "refused",
		[MESSAGE_BROADCAST] = "broadcast",
		[MESSAGE_BROADCAST_REPLY] = "reply",
		[MESSAGE_PING] = "ping",
		[MESSAGE_PONG] = "pong",
		[MESSAGE_BENCH_START] = "bench start",
		[MESSAGE_BENCH] = "bench",
		[MESSAGE_BENCH_END] = "bench end",
		[MESSAGE_BENCH_REPORT] = "bench report",
		[MESSAGE_HUB] = "hub",
		[MESSAGE_DETACH] = "detach",
	};
	json_t *passed = json_object();
	struct output_text shown;
	struct timespec now;
	struct tm broken;
	char clock[32];

	RTE_BUILD_BUG_ON(RTE_DIM(kinds) != MESSAGE_KIND_END);
	clock_gettime(CLOCK_REALTIME, &now);
	localtime_r(&now.tv_sec, &broken);
	strftime(clock, sizeof(clock), "%H:%M:%S", &broken);
	json_object_set_new(passed, "time_ns",
		json_integer(now.tv_sec * INT64_C(1000000000) + now.tv_nsec));
	json_object_set_new(passed, "from", json_string(hub_peer_name(source).text));
	json_object_set_new(passed, "to", json_string(to));
	json_object_set_new(passed, "transport", json_string(transport_name(transport)));
	json_object_set_new(passed, "kind", json_string(kinds[kind]));
	output_set_text(passed, text, length);
	output_notice(json_pack("{s:o}", "monitor", passed), "%s.%06ld %s > %s %s %s: %s",
		clock, now.tv_nsec / 1000, hub_peer_name(source).text, to,
		transport_name(transport), kinds[kind],
		kind == MESSAGE_BENCH_REPORT ? ""
					     : output_escape_to(&shown, text, length));
}

void
notice_unseen(unsigned int n)
{
	output_notice(json_pack("{s:{s:s, s:n, s:n, s:i}}", "event", "type", "unseen",
			      "peer", "pid", "count", (int)n),
		"* monitor: %u message%s passed unseen, since this output was not read",
		n, n == 1 ? "" : "s");
}

void
exchange_set_monitor(bool on)
{
	monitoring = on;
	worker_set_monitor(on);
}

bool
exchange_monitors(void)
{
	return monitoring;
}

static void
say_received(const struct ipc_received *received)
{
	json_t *document = json_object(), *fds = json_array();
	char names[IPC_RECEIVED_FDS_MAX * 66] = "", comm[16];
	pid_t pid = ipc_socket_owner(received->path);
	char shown[PAYLOAD_SHOWN_SIZE], *line;
	size_t at = 0, rows;
	int i;

	host_process_name(pid, comm);
	for (i = 0; i < received->n_fds; i++) {
		json_array_append_new(fds, json_of_string(received->fds[i]));
		at += snprintf(names + at, sizeof(names) - at, "%s%s",
			i == 0 ? " fds: " : ", ", received->fds[i]);
	}
	json_object_set_new(document, "peer", json_null());
	output_set_text(document, received->payload, received->length);
	json_object_set_new(document, "transport", json_string("mp"));
	json_object_set_new(document, "kind", json_string("mp"));
	json_object_set_new(document, "action", json_of_string(received->action));
	json_object_set_new(document, "pid", json_of_pid(pid));
	json_object_set_new(document, "command", json_string(comm));
	json_object_set_new(document, "fds", fds);
	payload_show(received->payload, received->length, received->n_fds, shown);
	rows = strcspn(shown, "\n");
	line = memory_print("[mp %s] pid %s (%s): %.*s%s%s",
		output_escape(received->action, strlen(received->action)).text,
		host_pid_text(pid).text, output_escape(comm, strlen(comm)).text,
		(int)rows, shown,
		names[0] != '\0' ? output_escape(names, strlen(names)).text : "",
		shown + rows);
	say_and_keep(NULL, received->payload, received->length, document, line);
}

/* Count the message, with the bytes of the answer that it got or is to get. */
static void
count_action(unsigned int row, const struct ipc_received *received)
{
	bool has_answer = received->answered || received->delayed;

	stats_count(row, TRANSPORT_MP, COUNT_RECEIVED, 1);
	stats_count(row, TRANSPORT_MP, COUNT_BYTES,
		received->length + (has_answer ? received->answer_length : 0));
}

void
notice_action(const struct ipc_received *received)
{
	int number = hub_find_socket(host_socket_name(received->path));

	if (strcmp(received->action, IPC_USER_ACTION) == 0 && number >= 0) {
		count_action(number, received);
		notice_received("request", "[request] ", hub_peer_name(number).text,
			TRANSPORT_MP, received->payload, received->length);
		return;
	}
	count_action(STATS_OTHERS, received);
	say_received(received);
}
