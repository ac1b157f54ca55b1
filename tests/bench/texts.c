/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * texts bare|mpsh SECONDS EAL-options: how many texts are answered a second of one asker
 * that keeps UNDER_WAY of them under way and never sleeps. 64 bytes are copied in and out
 * of each element, those of a message to mpsh with its header.
 *
 * mpsh: a secondary that attaches to a primary mpsh, as mpsh does, and sends it texts.
 * bare: a primary that sends back what comes over a pair of rings by value, as large and
 * as deep as mpsh's, and says "ready"; and the secondary that asks it. The asker prints
 * the result.
 */

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <rte_common.h>
#include <rte_eal.h>
#include <rte_memcpy.h>
#include <rte_memzone.h>
#include <rte_pause.h>
#include <rte_ring.h>
#include <rte_ring_elem.h>
#include <rte_ring_peek_zc.h>

#include "common.h"
#include "message/message.h"
#include "mp/attach.h"
#include "peers/state.h"
#include "ring/channel.h"
#include "ring/doorbell.h"

#define UNDER_WAY 64
#define BURST 32
#define TEXT 40

/* ---- bare rings ---- */

static struct rte_ring *
bare_ring(const char *name, bool is_primary)
{
	struct rte_ring *ring = is_primary
		? rte_ring_create_elem(name, MESSAGE_SLOT_SIZE, CHANNEL_DEPTH,
			  SOCKET_ID_ANY, RING_F_SP_ENQ | RING_F_SC_DEQ)
		: rte_ring_lookup(name);

	if (ring == NULL)
		bench_fail(name);
	return ring;
}

static uint8_t *
element(const struct rte_ring_zc_data *place, unsigned int i)
{
	return i < place->n1
		? (uint8_t *)place->ptr1 + (size_t)i * MESSAGE_SLOT_SIZE
		: (uint8_t *)place->ptr2 + (size_t)(i - place->n1) * MESSAGE_SLOT_SIZE;
}

/* Put n of them, at most a burst; there is room. */
static void
bare_put(struct rte_ring *ring, const struct bench_message *messages, unsigned int n)
{
	struct rte_ring_zc_data place;
	unsigned int i;

	if (rte_ring_enqueue_zc_bulk_elem_start(
		    ring, MESSAGE_SLOT_SIZE, n, &place, NULL) != n)
		bench_fail("a ring is full");
	for (i = 0; i < n; i++)
		rte_mov64(element(&place, i), (const uint8_t *)&messages[i]);
	rte_ring_enqueue_zc_elem_finish(ring, n);
}

static unsigned int
bare_take(struct rte_ring *ring, struct bench_message *messages)
{
	struct rte_ring_zc_data place;
	unsigned int i,
		n = rte_ring_dequeue_zc_burst_elem_start(
			ring, MESSAGE_SLOT_SIZE, BURST, &place, NULL);

	if (n == 0)
		return 0;
	for (i = 0; i < n; i++)
		rte_mov64((uint8_t *)&messages[i], element(&place, i));
	rte_ring_dequeue_zc_elem_finish(ring, n);
	return n;
}

static void
bare_answer(struct rte_ring *from, struct rte_ring *to)
{
	struct bench_message messages[BURST];
	unsigned int n;

	do {
		n = bare_take(from, messages);
		if (n == 0)
			rte_pause();
		else
			bare_put(to, messages, n);
	} while (n == 0 || messages[n - 1].last == 0);
}

static void
bare_ask(struct rte_ring *to, struct rte_ring *from, double seconds)
{
	uint64_t began = bench_now(), end = began + seconds * 1e9;
	struct bench_message messages[BURST] = { 0 };
	uint64_t sent = 0, got = 0;
	unsigned int i, n;

	while (bench_now() < end) {
		n = RTE_MIN(BURST, UNDER_WAY - (sent - got));
		for (i = 0; i < n; i++)
			messages[i].number = sent++;
		if (n != 0)
			bare_put(to, messages, n);
		n = bare_take(from, messages);
		for (i = 0; i < n; i++)
			if (messages[i].number != got++)
				bench_fail("a reply is lost, repeated or out of order");
	}
	bench_stream(got, bench_now() - began);
	messages[0].last = 1;
	/* The ring is deeper than what is under way. */
	bare_put(to, messages, 1);
}

static void
run_bare(double seconds)
{
	bool is_primary = rte_eal_process_type() == RTE_PROC_PRIMARY;
	struct rte_ring *to = bare_ring("bench_to", is_primary);
	struct rte_ring *from = bare_ring("bench_from", is_primary);

	if (is_primary) {
		puts("ready");
		fflush(stdout);
		bare_answer(from, to);
	} else {
		bare_ask(from, to, seconds);
	}
}

/* ---- mpsh ---- */

struct link_to_mpsh {
	unsigned int number;
	uint8_t generation;
	struct channel out, in;
	struct doorbell bell;
};

static void
attach(struct link_to_mpsh *link, int event_fd)
{
	const struct timespec timeout = { .tv_sec = 10 };
	struct rte_mp_msg msg = { .name = ACTION_ATTACH, .num_fds = 2 };
	struct attach_request_param ask = { .name = "asker" };
	struct attach_reply_param answer;
	struct rte_mp_reply reply;

	message_preamble(&ask.preamble);
	memcpy(msg.param, &ask, sizeof(ask));
	msg.len_param = sizeof(ask);
	msg.fds[0] = event_fd;
	msg.fds[1] = syscall(SYS_pidfd_open, getpid(), 0);
	if (rte_mp_request_sync(&msg, &reply, &timeout) != 0 || reply.nb_received != 1)
		bench_fail("the primary does not answer");
	memcpy(&answer, reply.msgs[0].param, sizeof(answer));
	if (answer.status != ATTACH_OK || reply.msgs[0].num_fds != 2)
		bench_fail("the primary does not let it attach");
	link->number = answer.number;
	link->generation = answer.generation;
	link->bell.fd = reply.msgs[0].fds[0];
	free(reply.msgs);
}

static void
open_end(struct channel *channel, const char *which, unsigned int number, bool sends)
{
	char name[RTE_RING_NAMESIZE];
	struct rte_ring *ring;

	snprintf(name, sizeof(name), "mpsh_%s_%u", which, number);
	ring = rte_ring_lookup(name);
	if (ring == NULL || channel_open(channel, ring, sends) != 0)
		bench_fail(name);
}

static void
open_link(struct link_to_mpsh *link)
{
	const struct rte_memzone *zone = rte_memzone_lookup("mpsh_hub");
	struct hub_memory *memory = zone != NULL ? zone->addr : NULL;

	if (memory == NULL)
		bench_fail("the primary is no mpsh");
	doorbell_init();
	link->bell.flag = &memory->flags[0];
	open_end(&link->out, "from", link->number, true);
	open_end(&link->in, "to", link->number, false);
}

static void
send_texts(struct link_to_mpsh *link, enum message_kind kind, uint32_t first, int n)
{
	static const char text[TEXT] = "0123456789012345678901234567890123456789";
	struct message message;
	int i;

	if (n == 0)
		return;
	if (channel_room(&link->out, n) < n)
		bench_fail("the ring to the primary is full");
	message_build(&message, kind, link->number, 0, 0, text, TEXT);
	message.generation = link->generation;
	for (i = 0; i < n; i++) {
		message.sequence = first + i;
		channel_fill(&link->out, i, &message);
	}
	channel_publish(&link->out, n);
	doorbell_ring(&link->bell);
}

/*
 * Take replies, and refusals of what the primary cannot show so fast; what the hub says
 * of its peers is passed over. Returns how many texts it was, and adds the replies.
 */
static unsigned int
take_replies(struct link_to_mpsh *link, uint32_t next, uint64_t *replies)
{
	int i, n = channel_ready(&link->in);
	struct message message;
	unsigned int texts = 0;

	if (n < 0)
		bench_fail("the ring is damaged");
	n = RTE_MIN(n, BURST);
	for (i = 0; i < n; i++) {
		channel_take(&link->in, i, &message);
		if (message.kind == MESSAGE_HUB)
			continue;
		if ((message.kind != MESSAGE_REPLY && message.kind != MESSAGE_REFUSED) ||
			message.sequence != next + texts++)
			bench_fail("a reply is lost, repeated or out of order");
		*replies += message.kind == MESSAGE_REPLY;
	}
	channel_release(&link->in, n);
	return texts;
}

static void
ask_mpsh(double seconds)
{
	struct link_to_mpsh link;
	uint64_t began, end, sent = 0, got = 0, replies = 0;
	unsigned int n;

	attach(&link, eventfd(0, EFD_NONBLOCK));
	open_link(&link);
	began = bench_now();
	end = began + seconds * 1e9;
	while (bench_now() < end) {
		n = RTE_MIN(BURST, UNDER_WAY - (sent - got));
		send_texts(&link, MESSAGE_TEXT, sent, n);
		sent += n;
		got += take_replies(&link, got, &replies);
	}
	bench_stream(replies, bench_now() - began);
	while (got < sent)
		got += take_replies(&link, got, &replies);
	send_texts(&link, MESSAGE_DETACH, 0, 1);
}

int
main(int argc, char *argv[])
{
	bool is_bare;
	double seconds;

	if (argc < 3)
		bench_fail("usage: texts bare|mpsh SECONDS EAL-options");
	is_bare = strcmp(argv[1], "bare") == 0;
	seconds = bench_number(argv[2]);
	errno = 0;
	if (rte_eal_init(argc - 2, argv + 2) < 0)
		bench_fail("rte_eal_init");
	if (is_bare)
		run_bare(seconds);
	else
		ask_mpsh(seconds);
	rte_eal_cleanup();
	return 0;
}
