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
#include "message/stats.h"
#include "output/json_text.h"

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

json_t *
inbox_make_document(const struct origin *origin, const uint8_t *text, size_t length)
{
	json_t *document = json_pack("{s:s}", "peer", origin->name);

	output_set_text(document, text, length);
	json_object_set_new(
		document, "transport", json_string(transport_name(origin->transport)));
	json_object_set_new(document, "kind", json_string(origin->kind));
	return document;
}

json_t *
exchange_received_document(const struct received *received)
{
	/* Of no origin it has one, unless memory was short. */
	if (received->document != NULL || received->origin.kind == NULL)
		return json_incref(received->document);
	return inbox_make_document(&received->origin, received->text, received->length);
}

void
inbox_keep(const struct origin *origin, const uint8_t *text, size_t length,
	json_t *document, char *line)
{
	struct received *received = memory_get(sizeof(*received) + length);

	if (received == NULL || line == NULL) {
		json_decref(document);
		free(line);
		free(received);
		return;
	}
	received->document = document;
	received->origin = origin != NULL ? *origin : (struct origin){ 0 };
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
