/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The newest messages received, for `wait message`. */

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "base/memory.h"
#include "exchange/inbox.h"

/* Messages that are kept. */
#define RECEIVED_MAX 1000

struct received {
	STAILQ_ENTRY(received) next;
	size_t length;
	uint8_t text[];
};

static struct {
	STAILQ_HEAD(, received) received;
	size_t n;
} inbox = {
	.received = STAILQ_HEAD_INITIALIZER(inbox.received),
};

void
inbox_keep(const uint8_t *text, size_t length)
{
	struct received *received = memory_get(sizeof(*received) + length);

	if (received == NULL)
		return;
	received->length = length;
	memcpy(received->text, text, length);
	STAILQ_INSERT_TAIL(&inbox.received, received, next);
	if (++inbox.n > RECEIVED_MAX) {
		received = STAILQ_FIRST(&inbox.received);
		STAILQ_REMOVE_HEAD(&inbox.received, next);
		inbox.n--;
		free(received);
	}
}

bool
exchange_was_received(const char *text, size_t length)
{
	struct received *received;

	STAILQ_FOREACH(received, &inbox.received, next)
		if (memmem(received->text, received->length, text, length) != NULL)
			return true;
	return false;
}

void
exchange_forget_received(void)
{
	struct received *received;

	while ((received = STAILQ_FIRST(&inbox.received)) != NULL) {
		STAILQ_REMOVE_HEAD(&inbox.received, next);
		free(received);
	}
	inbox.n = 0;
}
