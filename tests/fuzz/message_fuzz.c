/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The decoder of messages on both transports. The first byte of the input chooses: a
 * param of rte_mp as it is, or a ring in private memory whose other side writes what the
 * input says: its position, and what lies in the slots.
 */

#include <errno.h>

#include <rte_ring.h>

#include "ring/channel.h"
#include "fuzz.h"
#include "message/message.h"
#include "message/name.h"

static volatile uint32_t sink;

/* What everyone who gets a message that passed may rely on. */
static void
use(const struct message *message)
{
	uint32_t sum = 0;
	unsigned int i;

	CHECK(message->kind > 0 && message->kind < MESSAGE_KIND_END);
	CHECK(message->length <= MESSAGE_TEXT_MAX);
	CHECK(message->source <= PEERS_MAX && message->destination <= PEERS_MAX);
	for (i = 0; i < message->length; i++)
		sum += message->text[i];
	sink = sum;
}

static void
fuzz_param(const uint8_t *data, size_t size)
{
	struct message *message = malloc(sizeof(*message));
	uint8_t *param = copy_exactly(data, size);
	uint8_t again[256];
	int ret;

	CHECK(message != NULL);
	ret = message_unpack(param, size, message);
	CHECK(ret == 0 || ret == -EBADMSG || ret == -EPROTO);
	if (ret == 0) {
		use(message);
		CHECK(message->length <= MESSAGE_BROADCAST_MAX);
		CHECK(message_pack(message, again) == (int)size);
		CHECK(memcmp(again, param, size) == 0);
	}
	free(param);
	free(message);
}

static void
receive(struct channel *channel, struct message *message)
{
	int ready = channel_ready(channel), i;

	CHECK(ready == -EBADMSG || (ready >= 0 && ready <= CHANNEL_CAPACITY));
	for (i = 0; i < ready; i++) {
		channel_take(channel, i, message);
		if (message_check(message) == 0)
			use(message);
	}
	if (ready > 0)
		channel_release(channel, ready);
}

static void
send(struct channel *channel, struct message *message, uint8_t length)
{
	uint8_t text[256] = { 0 };
	int room = channel_room(channel, 1);

	CHECK(room == -EBADMSG || (room >= 0 && room <= CHANNEL_CAPACITY));
	if (room <= 0)
		return;
	message_build(message, MESSAGE_TEXT, 1, 2, 3, text, length);
	channel_fill(channel, 0, message);
	channel_publish(channel, 1);
}

static void
fuzz_ring(struct input *input)
{
	static struct rte_ring *ring;
	struct message *message = malloc(sizeof(*message));
	ssize_t size = rte_ring_get_memsize_elem(MESSAGE_SLOT_SIZE, CHANNEL_DEPTH);
	struct channel receiver, sender;
	uint8_t flags = input_byte(input);
	unsigned int rounds = 0;

	/* Made once, of just its size; what an input leaves in the slots, the next one
	 * finds. */
	if (ring == NULL)
		ring = aligned_alloc(64, (size + 63) / 64 * 64);
	CHECK(ring != NULL && message != NULL);
	memset(message, 0, sizeof(*message));
	CHECK(rte_ring_init(ring, "fuzz", CHANNEL_DEPTH, RING_F_SP_ENQ | RING_F_SC_DEQ) ==
		0);
	if (flags & 1) {
		/* Positions like those after a while, near where they wrap too. */
		ring->prod.tail = input_word(input);
		ring->cons.tail = input_word(input);
	}
	if (flags & 2)
		ring->size = input_word(input);
	if (flags & 4)
		ring->mask = input_word(input);
	if (channel_open(&receiver, ring, false) < 0 ||
		channel_open(&sender, ring, true) < 0) {
		free(message);
		return;
	}
	while (input->size > 0 && rounds++ < 64) {
		uint8_t op = input_byte(input);
		uint32_t at;

		switch (op % 5) {
		case 0: /* the other side writes a slot, whole or in part */
			at = input_byte(input);
			input_take(input, (uint8_t *)&ring[1] + at * MESSAGE_SLOT_SIZE,
				op & 0x80 ? MESSAGE_SLOT_SIZE : MESSAGE_HEADER_SIZE);
			break;
		case 1: /* and says it has sent, or taken, so many */
			__atomic_store_n(&ring->prod.tail,
				op & 0x80 ? input_word(input)
					  : receiver.position + input_byte(input),
				__ATOMIC_RELEASE);
			break;
		case 2:
			__atomic_store_n(&ring->cons.tail,
				op & 0x80 ? input_word(input)
					  : sender.position - input_byte(input),
				__ATOMIC_RELEASE);
			break;
		case 3:
			receive(&receiver, message);
			break;
		case 4:
			send(&sender, message, input_byte(input));
			break;
		}
		CHECK(channel_count(ring) <= CHANNEL_CAPACITY);
	}
	channel_reset(ring, "fuzz", NULL);
	CHECK(channel_count(ring) == 0);
	CHECK(channel_open(&receiver, ring, false) == 0);
	free(message);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = { data, size };

	if (input_byte(&input) & 1)
		fuzz_ring(&input);
	else
		fuzz_param(input.data, input.size);
	return 0;
}
