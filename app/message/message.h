/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * A message between mpsh processes: a header of 24 bytes and text, the same on both
 * transports. Over rte_mp a preamble with a version stands before the message in the
 * param. A receiver copies a message before checking it, since the sender may change
 * shared memory at any time. Any thread.
 */

#ifndef MPSH_MESSAGE_MESSAGE_H
#define MPSH_MESSAGE_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The version of everything that mpsh processes share; peers have the same version. */
#ifndef MPSH_PROTOCOL
#define MPSH_PROTOCOL 2u
#endif

#define MESSAGE_MAGIC 0x706d /* "mp" */

/* Longest texts in bytes. */
#define MESSAGE_TEXT_MAX 1000     /* of a message over the ring */
#define MESSAGE_BROADCAST_MAX 200 /* of a message over rte_mp */
#define MESSAGE_REQUEST_MAX 256   /* of an rte_mp request: its whole param */

enum message_kind {
	MESSAGE_TEXT = 1,        /* send: show it, answer it */
	MESSAGE_REPLY,           /* answers TEXT, with the same sequence */
	MESSAGE_REFUSED,         /* the primary could not forward; text says why */
	MESSAGE_BROADCAST,       /* as TEXT, to every peer */
	MESSAGE_BROADCAST_REPLY, /* answers BROADCAST, to the asker alone */
	MESSAGE_PING,            /* answered at once, never shown */
	MESSAGE_PONG,
	MESSAGE_BENCH_START,  /* answered with PONG */
	MESSAGE_BENCH,        /* part of a stream: counted, not shown, not answered */
	MESSAGE_BENCH_END,    /* answered with BENCH_REPORT */
	MESSAGE_BENCH_REPORT, /* text: struct stream_report */
	MESSAGE_HUB,          /* primary to secondary: the hub's peers have changed */
	MESSAGE_DETACH,       /* secondary to primary: the sender's last message */
	MESSAGE_KIND_END
};

struct message {
	uint16_t magic;
	uint8_t kind;
	uint8_t generation;  /* low byte of the asker's, see message_build() */
	uint8_t source;      /* number of the sender, 0 is the primary */
	uint8_t destination; /* number of the receiver */
	uint16_t length;     /* of text, in bytes */
	uint32_t sequence;   /* the asker's number for a question and its replies */
	uint32_t count;      /* in a stream: this message's index, from 0 */
	uint64_t stamp;      /* TSC when put on the transport, for one-way times */
	uint8_t text[1064];
};

#define MESSAGE_HEADER_SIZE 24
#define MESSAGE_SLOT_SIZE 1088 /* 17 cache lines: one ring element */

_Static_assert(offsetof(struct message, text) == MESSAGE_HEADER_SIZE, "header");
_Static_assert(sizeof(struct message) == MESSAGE_SLOT_SIZE, "slot");

/*
 * Fill the header and copy length bytes (at most MESSAGE_TEXT_MAX) of text. The
 * generation is 0, that of the primary. What a secondary asks, and what it says of
 * itself, carries the generation of its place, which the caller sets; so that a reply,
 * which carries it too, is never taken for one to a later holder of the same number.
 */
void message_build(struct message *message, enum message_kind kind, unsigned int source,
	unsigned int destination, uint32_t sequence, const void *text, size_t length);

/* Build what answers the message asked: to its source, with its sequence and generation.
 */
void message_answer(struct message *answer, enum message_kind kind, unsigned int source,
	const struct message *asked, const void *text, size_t length);

/* Does this kind answer a question? Its generation then is that of its destination. */
bool message_is_answer(enum message_kind kind);

/*
 * Check a copy of a received message: magic, a known kind, length and peers' numbers
 * within the limits. Returns 0 or -EBADMSG.
 */
int message_check(const struct message *message);

/* In every version of mpsh the param of mpsh_attach and mpsh_msg begins like this. */
struct message_preamble {
	char magic[4]; /* "mpsh" */
	uint32_t version;
};

/*
 * Put preamble, header and text into the param of an rte_mp message. Returns the number
 * of bytes, or -EMSGSIZE for more than MESSAGE_BROADCAST_MAX bytes of text.
 */
int message_pack(const struct message *message, uint8_t param[256]);

/*
 * Take a message out of len bytes of param, which any process may have sent. Returns 0;
 * -EBADMSG if it is no valid message of mpsh; -EPROTO if it is of another version of
 * mpsh.
 */
int message_unpack(const uint8_t *param, int len, struct message *message);

/* Write a preamble; check a preamble, with errors as message_unpack(). */
void message_preamble(struct message_preamble *preamble);
int message_preamble_check(const struct message_preamble *preamble);

#endif
