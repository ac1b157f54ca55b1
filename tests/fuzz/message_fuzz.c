/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The message decoder: what came over rte_mp, and what lies in a ring's slot. */

#include <string.h>

#include "channel.h"
#include "message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t slots[CHANNEL_DEPTH * MESSAGE_SLOT_SIZE] __attribute__((aligned(64)));
	static struct rte_ring ring;
	struct channel in = { .ring = &ring, .slots = slots }, out = in;
	struct message message, again;
	uint8_t param[256];
	int ready;

	if (size <= 256 && message_unpack(data, size, &message) == 0) {
		if (message_check(&message) != 0 ||
			message_pack(&message, param) != (int)size ||
			message_unpack(param, size, &again) != 0)
			__builtin_trap();
	}
	/* A ring that another process writes to: its positions, and a slot. */
	if (size < 8 || size > 8 + MESSAGE_SLOT_SIZE)
		return 0;
	memcpy((void *)(uintptr_t)&ring.prod.tail, data, 4);
	memcpy((void *)(uintptr_t)&ring.cons.tail, data + 4, 4);
	memcpy(slots, data + 8, size - 8);
	ready = channel_ready(&in);
	if (ready > (int)CHANNEL_CAPACITY || channel_room(&out, CHANNEL_CAPACITY) > CHANNEL_CAPACITY)
		__builtin_trap();
	if (ready > 0) {
		channel_take(&in, 0, &message);
		if (message_check(&message) == 0 && message.length > MESSAGE_TEXT_MAX)
			__builtin_trap();
		channel_release(&in, 1);
	}
	return 0;
}
