/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * Questions, over either transport, and the replies that come, come late or do not come.
 * Main thread.
 */

#ifndef MPSH_EXCHANGE_QUESTION_H
#define MPSH_EXCHANGE_QUESTION_H

#include <stdbool.h>
#include <stdint.h>

#include "message/message.h"
#include "message/stats.h"

struct question_reply {
	unsigned int peer;
	const uint8_t *text;
	size_t length;
	uint64_t rtt_ns; /* from just before the question was put on its transport */
};

/* A question that was put to one or more. The asker owns it, from the start to
 * exchange_end(). */
struct question {
	/* Called for each reply, may be NULL. */
	void (*on_reply)(struct question *question, const struct question_reply *reply);
	void *ctx;

	/* Set by the functions below. */
	enum transport transport;
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

/* Ends a question. Peers that have not replied count as timed out, and their replies as
 * late ones. */
void exchange_end(struct question *question);

/*
 * The three together: ask over the ring, wait at most timeout_ms, end. Returns 0 when
 * there was a reply; -ETIMEDOUT; -EINTR or -ECANCELED of one interrupted; another
 * negative errno when the question did not get there.
 */
int exchange_ask(struct question *question, enum message_kind kind, unsigned int peer,
	const void *text, size_t length, uint32_t timeout_ms);

/* A sequence number for a question that others than exchange_send() put. */
uint32_t exchange_next_sequence(void);

/* The timeout for replies, in ms. */
void exchange_set_timeout(uint32_t ms);
uint32_t exchange_timeout(void);

/* A reply has come, over either transport; stamp: TSC when it was taken off. Late and
 * unasked ones are told and counted. */
void question_on_reply(unsigned int peer, uint32_t sequence, const uint8_t *text,
	size_t length, uint64_t stamp);

/* The switch could not pass it on: "full 255" or "gone". */
void question_on_refusal(
	unsigned int peer, uint32_t sequence, const uint8_t *text, size_t length);

/*
 * DETACH (ring) can overtake the last rte_mp reply of the peer: wait 200 ms before giving
 * that transport up.
 */
void question_on_leaving(unsigned int peer);

#endif
