/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The newest 1000 messages received, for `wait message`. Main thread. */

#ifndef MPSH_EXCHANGE_INBOX_H
#define MPSH_EXCHANGE_INBOX_H

#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include <jansson.h>

#include "message/stats.h"
#include "peers/peer.h"

/* Where a message of another mpsh, or of a simple_mp, came from. */
struct origin {
	const char *kind; /* a literal */
	enum transport transport;
	char name[PEER_NAME_SIZE];
};

/* A message that was received, as its notice says it. */
struct received {
	STAILQ_ENTRY(received) next;
	json_t *document; /* the member "received", NULL: it is made of the origin */
	struct origin origin;
	char *line;
	size_t length;
	uint8_t text[]; /* as it came */
};

/* The member "received" of a message of this origin; NULL without memory. */
json_t *inbox_make_document(
	const struct origin *origin, const uint8_t *text, size_t length);

/*
 * Keep a message that was received, in place of the oldest of 1000, with its notice,
 * whose parts it takes over: a document and a line on the heap. One of an origin needs no
 * document until that is asked for.
 */
void inbox_keep(const struct origin *origin, const uint8_t *text, size_t length,
	json_t *document, char *line);

/*
 * Take out the oldest message that contains these bytes; NULL if there is none. The
 * caller frees it with inbox_free().
 */
struct received *exchange_take_received(const char *text, size_t length);

/* Its member "received", as a reference of the caller's; NULL without memory. */
json_t *exchange_received_document(const struct received *received);

void inbox_free(struct received *received);

#endif
