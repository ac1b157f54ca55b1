/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* set relay: messages passed on as rte_mp requests, one after another. */

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "base/memory.h"
#include "exchange/mp_request.h"
#include "exchange/question.h"
#include "exchange/relay.h"
#include "mp/callbacks.h"
#include "mp/request.h"
#include "output/output.h"

struct relayed {
	STAILQ_ENTRY(relayed) next;
	size_t length;
	uint8_t text[IPC_PAYLOAD_MAX];
};

static struct {
	char action[IPC_ACTION_SIZE]; /* "" while relaying is off */
	STAILQ_HEAD(, relayed) queue; /* messages that wait for the request under way */
	size_t n;
	bool busy, overflow_said; /* busy: a request is under way */
	uint64_t not_relayed;
} relaying = {
	.queue = STAILQ_HEAD_INITIALIZER(relaying.queue),
};

static void relay_next(void);

static void
relay_done(struct ipc_request *request)
{
	relaying.busy = false;
	mp_request_count(request);
	mp_request_print(request, "relay");
	ipc_request_free(request);
	relay_next();
}

/* Send the message that waits longest as a request, and count it if that fails. */
static void
relay_one(void)
{
	struct relayed *relayed = STAILQ_FIRST(&relaying.queue);
	struct ipc_request *request = memory_zeroed(sizeof(*request));
	int ret;

	STAILQ_REMOVE_HEAD(&relaying.queue, next);
	relaying.n--;
	if (request == NULL) {
		relaying.not_relayed++;
		free(relayed);
		return;
	}
	strcpy(request->action, relaying.action);
	request->length = relayed->length;
	memcpy(request->payload, relayed->text, relayed->length);
	free(relayed);
	request->timeout_ms = exchange_timeout();
	request->done = relay_done;
	ret = ipc_request_start(request);
	relaying.busy = ret == 0;
	if (ret < 0) {
		relaying.not_relayed++;
		output_error(ret == -EEXIST ? "a request to %s is still pending"
					    : "a message could not be relayed to %s",
			request->action);
		ipc_request_free(request);
	}
}

static void
relay_next(void)
{
	while (!relaying.busy && !STAILQ_EMPTY(&relaying.queue))
		relay_one();
}

void
relay_text(const uint8_t *text, size_t length)
{
	struct relayed *relayed;

	if (relaying.action[0] == '\0')
		return;
	if (length > IPC_PAYLOAD_MAX) {
		relaying.not_relayed++;
		output_error("a message of %zu bytes was not relayed: the limit is %d",
			length, IPC_PAYLOAD_MAX);
		return;
	}
	relayed = relaying.n < RELAY_WAITING_MAX ? memory_get(sizeof(*relayed)) : NULL;
	if (relayed == NULL) {
		relaying.not_relayed++;
		if (!relaying.overflow_said)
			output_error(
				"%d messages wait to be relayed: further ones are not",
				RELAY_WAITING_MAX);
		relaying.overflow_said = true;
		return;
	}
	relayed->length = length;
	memcpy(relayed->text, text, length);
	STAILQ_INSERT_TAIL(&relaying.queue, relayed, next);
	relaying.n++;
	relay_next();
}

void
exchange_set_relay(const char *action)
{
	struct relayed *relayed;

	snprintf(relaying.action, sizeof(relaying.action), "%s", action);
	relaying.overflow_said = false;
	while (action[0] == '\0' && (relayed = STAILQ_FIRST(&relaying.queue)) != NULL) {
		STAILQ_REMOVE_HEAD(&relaying.queue, next);
		relaying.n--;
		free(relayed);
	}
}

const char *
exchange_relay(void)
{
	return relaying.action;
}

uint64_t
exchange_not_relayed(void)
{
	return relaying.not_relayed;
}
