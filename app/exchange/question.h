/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * Questions over either transport, and their replies: in time, late or missing. Main
 * thread.
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
	enum transport transport; /* that the question took to this peer */
	uint64_t rtt_ns; /* from just before the question was put on its transport */
};

/* A question to one or more peers. The asker owns the struct, which must stay valid
 * until exchange_end(). */
struct question {
	/* Called for each reply, may be NULL. */
	void (*on_reply)(struct question *question, const struct question_reply *reply);
	void *ctx;

	/* Set by the functions below. */
	enum transport transport;
	uint32_t sequence;
	uint64_t asked;   /* the peers asked: bit n is the peer with number n */
	uint64_t waiting; /* those of asked that have neither replied nor left */
	uint64_t replied;
	int result; /* -ENOBUFS a ring is full, -ENOTCONN the peer is gone, … */
	unsigned int n_waiting_in_ring; /* at -ENOBUFS: messages there; 0 if unknown */
};

/*
 * Ask one peer over the ring with a message of this kind. Does not wait. Returns 0; or
 * -errno, then the question was not asked and exchange_end() is not to be called.
 */
int exchange_send(struct question *question, enum message_kind kind, unsigned int peer,
	const void *text, size_t length);

/* Ask all peers over rte_mp; returns as exchange_send(). */
int exchange_broadcast(struct question *question, const void *text, size_t length);

/* For loop_until(): have all peers replied or left, or has the question failed? ctx is
 * the question. */
bool question_is_over(void *ctx);

/* End a question. Peers that have not replied count as timed out, and replies that
 * still come from them as late. */
void exchange_end(struct question *question);

/*
 * Ask a peer over the ring, wait at most timeout_ms, and end the question. Returns 0
 * when there was a reply; -ETIMEDOUT; -EINTR after Ctrl-C; -ECANCELED when the program
 * is to end; another negative errno when the question did not reach the peer or the
 * peer has left.
 */
int exchange_ask(struct question *question, enum message_kind kind, unsigned int peer,
	const void *text, size_t length, uint32_t timeout_ms);

/* A new sequence number, never 0, for a question that is sent by other means. */
uint32_t exchange_next_sequence(void);

/* The timeout for replies, in ms. */
void exchange_set_timeout(uint32_t ms);
uint32_t exchange_timeout(void);

/*
 * A reply has come, over either transport; stamp is the TSC when it was taken off the
 * transport. A late reply is printed and counted, a reply that nobody asked for is
 * counted as invalid.
 */
void question_on_reply(unsigned int peer, uint32_t sequence, const uint8_t *text,
	size_t length, uint64_t stamp);

/*
 * The primary could not pass our question on to the peer. text is "full N" when N
 * messages fill the peer's ring, or "gone".
 */
void question_on_refusal(
	unsigned int peer, uint32_t sequence, const uint8_t *text, size_t length);

/*
 * A peer has left: stop waiting for its replies. Its MESSAGE_DETACH comes over the ring
 * and can overtake its last reply over rte_mp, so questions over rte_mp wait for
 * another 200 ms.
 */
void question_on_leaving(unsigned int peer);

#endif
