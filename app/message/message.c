/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Builds and checks messages, and packs them for rte_mp. */

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "message/message.h"
#include "message/name.h"

static const char magic[4] = { 'm', 'p', 's', 'h' };

void
message_build(struct message *message, enum message_kind kind, unsigned int source,
	unsigned int destination, uint32_t sequence, const void *text, size_t length)
{
	message->magic = MESSAGE_MAGIC;
	message->kind = kind;
	message->generation = 0;
	message->source = source;
	message->destination = destination;
	message->length = length;
	message->sequence = sequence;
	message->count = 0;
	message->stamp = 0;
	if (length != 0)
		memcpy(message->text, text, length);
}

void
message_answer(struct message *answer, enum message_kind kind, unsigned int source,
	const struct message *asked, const void *text, size_t length)
{
	message_build(answer, kind, source, asked->source, asked->sequence, text, length);
	answer->generation = asked->generation;
}

bool
message_is_answer(enum message_kind kind)
{
	return kind == MESSAGE_REPLY || kind == MESSAGE_REFUSED ||
		kind == MESSAGE_BROADCAST_REPLY || kind == MESSAGE_PONG ||
		kind == MESSAGE_BENCH_REPORT;
}

int
message_check(const struct message *message)
{
	if (message->magic != MESSAGE_MAGIC || message->kind == 0 ||
		message->kind >= MESSAGE_KIND_END)
		return -EBADMSG;
	if (message->length > MESSAGE_TEXT_MAX || message->source > PEERS_MAX ||
		message->destination > PEERS_MAX)
		return -EBADMSG;
	return 0;
}

void
message_preamble(struct message_preamble *preamble)
{
	memcpy(preamble->magic, magic, sizeof(magic));
	preamble->version = MPSH_PROTOCOL;
}

int
message_preamble_check(const struct message_preamble *preamble)
{
	if (memcmp(preamble->magic, magic, sizeof(magic)) != 0)
		return -EBADMSG;
	return preamble->version == MPSH_PROTOCOL ? 0 : -EPROTO;
}

int
message_pack(const struct message *message, uint8_t param[256])
{
	struct message_preamble preamble;
	size_t length = MESSAGE_HEADER_SIZE + message->length;

	if (message->length > MESSAGE_BROADCAST_MAX)
		return -EMSGSIZE;
	message_preamble(&preamble);
	memcpy(param, &preamble, sizeof(preamble));
	memcpy(param + sizeof(preamble), message, length);
	return sizeof(preamble) + length;
}

int
message_unpack(const uint8_t *param, int len, struct message *message)
{
	struct message_preamble preamble;
	size_t length;
	int ret;

	if (len < (int)sizeof(preamble) || len > 256)
		return -EBADMSG;
	memcpy(&preamble, param, sizeof(preamble));
	ret = message_preamble_check(&preamble);
	if (ret < 0)
		return ret;
	length = len - sizeof(preamble);
	if (length < MESSAGE_HEADER_SIZE)
		return -EBADMSG;
	memcpy(message, param + sizeof(preamble), length);
	if (message_check(message) < 0 ||
		length != (size_t)MESSAGE_HEADER_SIZE + message->length ||
		message->length > MESSAGE_BROADCAST_MAX)
		return -EBADMSG;
	return 0;
}
