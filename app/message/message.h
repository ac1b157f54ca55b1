/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The envelope of everything that consoles say to each other: a header of 24 bytes and
 * text. The same on both transports; over rte_mp it stands behind a magic and a version
 * in the param. What arrives is copied first and the copy is checked: the other
 * side may change what lies in shared memory at any time. Any thread.
 */

#ifndef MPSH_MESSAGE_MESSAGE_H
#define MPSH_MESSAGE_MESSAGE_H

#include <stddef.h>
#include <stdint.h>

/* The version of all that mpsh processes share; another one is refused at attach. */
#ifndef MPSH_PROTOCOL
#define MPSH_PROTOCOL 1u
#endif

#define MESSAGE_MAGIC 0x706d /* "mp" */

/* Longest texts in bytes, by transport. */
#define MESSAGE_TEXT_MAX 1000
#define MESSAGE_BROADCAST_MAX 200
#define MESSAGE_REQUEST_MAX 256

enum message_kind {
	MESSAGE_TEXT = 1,        /* send: show it, answer it */
	MESSAGE_REPLY,           /* answers the asker's sequence */
	MESSAGE_REFUSED,         /* the switch could not pass it on; text says why */
	MESSAGE_BROADCAST,       /* as TEXT, to everyone */
	MESSAGE_BROADCAST_REPLY, /* as REPLY, text still that of one asker */
	MESSAGE_PING,            /* answered at once, never shown */
	MESSAGE_PONG,
	MESSAGE_BENCH_START,  /* text: struct bench_order; answered with PONG */
	MESSAGE_BENCH,        /* one of a stream: counted, not shown, not answered */
	MESSAGE_BENCH_END,    /* answered with BENCH_REPORT */
	MESSAGE_BENCH_REPORT, /* text: struct bench_report */
	MESSAGE_HUB,          /* primary to secondary: who is here has changed */
	MESSAGE_DETACH,       /* secondary to primary: my last message */
	MESSAGE_KIND_END
};

struct message {
	uint16_t magic;
	uint8_t kind;
	uint8_t reserved;
	uint8_t source;      /* number of the sender, 0 is the primary */
	uint8_t destination; /* number of the receiver */
	uint16_t length;     /* of text, in bytes */
	uint32_t sequence;   /* the asker's; a reply carries it back */
	uint32_t count;      /* in a stream: this message's place in it, from 0 */
	uint64_t stamp;      /* TSC when put on the transport, for one-way times */
	uint8_t text[1064];
};

#define MESSAGE_HEADER_SIZE 24
#define MESSAGE_SLOT_SIZE 1088 /* 17 cache lines: one ring element */

_Static_assert(offsetof(struct message, text) == MESSAGE_HEADER_SIZE, "header");
_Static_assert(sizeof(struct message) == MESSAGE_SLOT_SIZE, "slot");

/* Fill the header and copy length bytes (at most MESSAGE_TEXT_MAX) of text. */
void message_build(struct message *message, enum message_kind kind, unsigned int source,
	unsigned int destination, uint32_t sequence, const void *text, size_t length);

/*
 * Is this copy a message: magic, a known kind, a length within the limits, numbers of
 * peers that exist? Returns 0 or -EBADMSG.
 */
int message_check(const struct message *message);

/* The param of mpsh_attach and mpsh_msg begins with this in every version of mpsh. */
struct message_preamble {
	char magic[4]; /* "mpsh" */
	uint32_t version;
};

/*
 * For rte_mp: preamble, header and text into param (256 bytes); only messages of up
 * to MESSAGE_BROADCAST_MAX bytes of text. Returns the bytes used or -EMSGSIZE.
 */
int message_pack(const struct message *message, uint8_t param[256]);

/*
 * The other way, from len bytes of param, which anyone may have sent. Returns 0; -EBADMSG
 * when it is none of ours; -EPROTO when it is of another version.
 */
int message_unpack(const uint8_t *param, int len, struct message *message);

/* Write and check the preamble alone: as above. */
void message_preamble(struct message_preamble *preamble);
int message_preamble_check(const struct message_preamble *preamble);

#endif
