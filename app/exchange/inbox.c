/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The newest messages received, for `wait message`. */

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include <jansson.h>

#include "base/memory.h"
#include "exchange/inbox.h"

/* Messages that are kept. */
#define RECEIVED_MAX 1000

static struct {
	STAILQ_HEAD(, received) received;
	size_t n;
} inbox = {
	.received = STAILQ_HEAD_INITIALIZER(inbox.received),
};

void
inbox_free(struct received *received)
{
	json_decref(received->document);
	free(received->line);
	free(received);
}

void
inbox_keep(const uint8_t *text, size_t length, json_t *document, char *line)
{
	struct received *received = memory_get(sizeof(*received) + length);

	if (received == NULL || line == NULL) {
		json_decref(document);
		free(line);
		free(received);
		return;
	}
	received->document = document;
	received->line = line;
	received->length = length;
	memcpy(received->text, text, length);
	STAILQ_INSERT_TAIL(&inbox.received, received, next);
	if (++inbox.n > RECEIVED_MAX) {
		received = STAILQ_FIRST(&inbox.received);
		STAILQ_REMOVE_HEAD(&inbox.received, next);
		inbox.n--;
		inbox_free(received);
	}
}

struct received *
exchange_take_received(const char *text, size_t length)
{
	struct received *received;

	STAILQ_FOREACH(received, &inbox.received, next)
		if (memmem(received->text, received->length, text, length) != NULL)
			break;
	if (received != NULL) {
		STAILQ_REMOVE(&inbox.received, received, received, next);
		inbox.n--;
	}
	return received;
}
