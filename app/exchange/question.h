/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * Questions and replies, on both roads: sequence numbers, who has yet to reply, timeouts,
 * late replies, counting; and what is done with what others send: shown, answered, kept
 * for `wait message`, relayed. Main thread, all of it.
 */

#ifndef MPSH_EXCHANGE_H
#define MPSH_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "message/message.h"
#include "message/stats.h"
#include "mp/mp.h"
#include "peers/hub.h"
#include "ring/worker.h"

#define RELAY_WAITING_MAX 64

struct question_reply {
	unsigned int peer;
	const uint8_t *text;
	size_t length;
	uint64_t rtt_ns; /* from just before the question was put on its road */
};

/* A question that was put to one or more. The asker owns it, from the start to
 * exchange_end(). */
struct question {
	/* Called for each reply, may be NULL. */
	void (*on_reply)(struct question *question, const struct question_reply *reply);
	void *ctx;

	/* Set by the functions below. */
	enum road road;
	uint32_t sequence;
	uint64_t asked;   /* a bit for each number */
	uint64_t waiting; /* of those, who has not replied and has not left */
	uint64_t replied;
	int result; /* -ENOBUFS a ring is full, -ENOTCONN the peer is gone, … */
	unsigned int n_waiting_in_ring; /* with -ENOBUFS, where it is known */
};

/* Ask one peer over the ring: MESSAGE_TEXT or MESSAGE_PING. Returns 0 or -errno (then it
 * is over and not to be ended). */
int exchange_send(struct question *question, enum message_kind kind, unsigned int peer,
	const void *text, size_t length);

/* Ask all other consoles over rte_mp. As above. */
int exchange_broadcast(struct question *question, const void *text, size_t length);

/* For loop_until(): has everyone replied, or did it fail? ctx is the question. */
bool exchange_is_over(void *ctx);

/* Who has not replied counts as timed out; a reply from now on is a late one. */
void exchange_end(struct question *question);

/* Callbacks of the worker, ipc and the hub. */
void exchange_on_event(const struct worker_event *event);
void exchange_on_message(
	const struct message *message, uint64_t stamp, pid_t pid, bool answered);
void exchange_on_received(const struct ipc_received *received);
void exchange_on_hub(enum hub_event event, const struct peer *peer);

/* Messages received since this was last called (the newest 1000), by `wait message`. */
bool exchange_was_received(const char *text, size_t length); /* one that contains it */
void exchange_forget_received(void);

/* Relay what is received to this action; "" for off. */
void exchange_set_relay(const char *action);
const char *exchange_relay(void);
/* How many were not relayed because 64 waited. */
uint64_t exchange_not_relayed(void);

/* Say each message that passes the primary. */
void exchange_set_monitor(bool on);
bool exchange_monitors(void);

/* A sequence number for a question that others than exchange_send() put. */
uint32_t exchange_next_sequence(void);

/* The timeout for replies, in ms. */
void exchange_set_timeout(uint32_t ms);
uint32_t exchange_timeout(void);

#endif
