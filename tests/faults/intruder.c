/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * A secondary that attaches as mpsh does and then does what no mpsh would: writes random
 * bytes over its rings, their headers and indices and its part of the hub (scribble), or
 * sends random messages to mpsh's actions (messages). One that never attaches and sends a
 * datagram of a wrong size to a socket (datagram PATH). One that dies with the lock of
 * DPDK's lists of rings and pools (lock), or with that of its memory (lock-memory). One
 * that stores once where it should not: a number or another ring's memzone into the
 * pointer to the memzone in a ring's header (poke), or DPDK's list of rings into a circle
 * (circle). One that makes a ring of any name (ring).
 *
 * Or it says one thing that is sound and not its own to say: in a ring (forge), over
 * rte_mp (speak); or asks to attach without descriptors (attach).
 *
 *     intruder [EAL options] -- WHAT COUNT SEED
 *     intruder [EAL options] -- poke RING NUMBER|RING
 *     intruder [EAL options] -- ring NAME SLOTS
 *     intruder [EAL options] -- forge RING "KIND SOURCE DESTINATION GENERATION [N]"
 */

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include <rte_eal.h>
#include <rte_eal_memconfig.h>
#include <rte_errno.h>
#include <rte_lcore.h>
#include <rte_malloc.h>
#include <rte_mempool.h>
#include <rte_memzone.h>
#include <rte_ring.h>
#include <rte_tailq.h>

#include "message/message.h"
#include "message/name.h"
#include "mp/attach.h"
#include "peers/state.h"

static uint64_t seed;
static int primary_bell = -1; /* the eventfd that the primary's worker sleeps on */

/* splitmix64: the same moments and bytes for the same seed. */
static uint64_t
next_random(void)
{
	uint64_t z = seed += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

/* Attach as app/mp/attach.c asks for it; the number given, 0 when refused. */
static unsigned int
attach(void)
{
	const struct timespec timeout = { .tv_sec = 10 };
	struct attach_request_param ask = { 0 };
	struct attach_reply_param answer;
	struct rte_mp_msg msg = { 0 };
	struct rte_mp_reply reply = { 0 };

	message_preamble(&ask.preamble);
	strcpy(msg.name, "mpsh_attach");
	memcpy(msg.param, &ask, sizeof(ask));
	msg.len_param = sizeof(ask);
	msg.fds[0] = eventfd(0, EFD_NONBLOCK);
	msg.fds[1] = syscall(SYS_pidfd_open, getpid(), 0);
	msg.num_fds = 2;
	if (rte_mp_request_sync(&msg, &reply, &timeout) != 0 || reply.nb_received != 1)
		return 0;
	memcpy(&answer, reply.msgs[0].param, sizeof(answer));
	if (reply.msgs[0].num_fds == 2)
		primary_bell = reply.msgs[0].fds[0];
	return answer.status == 0 ? answer.number : 0;
}

/* One write of 1 to 64 random bytes somewhere in size bytes; every other at the indices.
 */
static void
scribble_once(uint8_t *memory, size_t size, size_t indices)
{
	size_t n = next_random() % 64 + 1, i;
	size_t at = next_random() % 2 == 0 && indices != 0 ? next_random() % indices
							   : next_random() % size;

	for (i = 0; i < n && at + i < size; i++)
		memory[at + i] = next_random();
}

static int
scribble(unsigned int number, unsigned long count)
{
	const struct rte_memzone *hub = rte_memzone_lookup("mpsh_hub");
	char name[RTE_MEMZONE_NAMESIZE];
	const struct rte_memzone *rings[2];
	unsigned long i;
	uint8_t *line, *said;

	snprintf(name, sizeof(name), "RG_mpsh_to_%u", number);
	rings[0] = rte_memzone_lookup(name);
	snprintf(name, sizeof(name), "RG_mpsh_from_%u", number);
	rings[1] = rte_memzone_lookup(name);
	if (rings[0] == NULL || rings[1] == NULL || hub == NULL)
		return 1;
	/* Its part of the hub: its doorbell's flag, and what it says of itself. */
	line = (uint8_t *)&((struct hub_memory *)hub->addr)->flags[number];
	said = (uint8_t *)&((struct hub_memory *)hub->addr)->marks[number];
	for (i = 0; i < count; i++) {
		const struct rte_memzone *ring = rings[next_random() % 2];

		scribble_once(ring->addr, ring->len, sizeof(struct rte_ring));
		if (i % 16 == 0)
			scribble_once(next_random() % 2 == 0 ? line : said, 64, 0);
		/* As after a message: or the primary sleeps through it all. */
		if (i % 1024 == 0 && eventfd_write(primary_bell, 1) != 0)
			return 1;
	}
	return 0;
}

/*
 * Random bytes over memzones of these names, whoever uses them, for up to a millisecond
 * each time: then what was there comes back, stale as it may be.
 */
static int
scribble_zones(unsigned long count, const char *const *names, unsigned int n)
{
	const struct rte_memzone *zones[32];
	unsigned int found = 0, j;
	unsigned long i;

	for (j = 0; j < n && found < RTE_DIM(zones); j++) {
		zones[found] = rte_memzone_lookup(names[j]);
		found += zones[found] != NULL;
	}
	for (i = 0; i < count && found != 0; i++) {
		/* Every other at the first of them. */
		unsigned int which = next_random() % 2 ? 0 : next_random() % found;
		size_t size = zones[which]->len;
		size_t head = next_random() % 2 ? RTE_MIN(size, (size_t)512) : size;
		uint8_t *at = (uint8_t *)zones[which]->addr + next_random() % head;
		size_t room = (uint8_t *)zones[which]->addr + size - at;
		size_t length = RTE_MIN(next_random() % 64 + 1, room);
		uint8_t before[64];

		memcpy(before, at, length);
		for (j = 0; j < length; j++)
			at[j] = next_random();
		usleep(next_random() % 1000);
		memcpy(at, before, length);
	}
	return found == 0;
}

/* All that mpsh has in memory for its first secondaries. */
static int
scribble_hub(unsigned long count)
{
	static const char *const names[] = { "mpsh_hub", "RG_mpsh_to_1", "RG_mpsh_from_1",
		"RG_mpsh_to_2", "RG_mpsh_from_2", "RG_mpsh_to_3", "RG_mpsh_from_3",
		"RG_PRI_2_SEC", "RG_SEC_2_PRI", "RG_MP_MSG_POOL", "MP_MSG_POOL",
		"MP_MSG_POOL_0" };

	return scribble_zones(count, names, RTE_DIM(names));
}

/* The rings and the pool of simple_mp, whose primary need not be mpsh. */
static int
scribble_simple_mp(unsigned long count)
{
	static const char *const names[] = { "RG_PRI_2_SEC", "RG_SEC_2_PRI",
		"RG_MP_MSG_POOL", "MP_MSG_POOL", "MP_MSG_POOL_0" };

	return scribble_zones(count, names, RTE_DIM(names));
}

/*
 * As a primary: have the rings and the pool of simple_mp, answer nobody, and wait for the
 * end of the input.
 */
static int
found_simple_mp(void)
{
	if (rte_ring_create("PRI_2_SEC", 64, rte_socket_id(), 0) == NULL ||
		rte_ring_create("SEC_2_PRI", 64, rte_socket_id(), 0) == NULL ||
		rte_mempool_create("MSG_POOL", 1024, 128, 32, 0, NULL, NULL, NULL, NULL,
			rte_socket_id(), 0) == NULL)
		return 1;
	printf("ready\n");
	fflush(stdout);
	while (getchar() != EOF)
		;
	return 0;
}

/* Add thousandths to the frequency that the primary has published. */
static int
bend_ticks(unsigned long thousandths)
{
	const struct rte_memzone *zone = rte_memzone_lookup("mpsh_hub");
	struct hub_memory *hub = zone != NULL ? zone->addr : NULL;

	if (hub != NULL)
		hub->ticks_hz += hub->ticks_hz / 1000 * thousandths;
	return hub == NULL;
}

static int
send_messages(unsigned long count)
{
	static const char *const actions[] = { "mpsh_attach", "mpsh_msg" };
	unsigned long i, sent = 0;
	int null = open("/dev/null", O_RDWR);

	for (i = 0; i < count; i++) {
		struct message_preamble preamble;
		struct rte_mp_msg msg = { 0 };
		unsigned int n;

		strcpy(msg.name, actions[next_random() % 2]);
		msg.len_param = next_random() % (RTE_MP_MAX_PARAM_LEN + 1);
		for (n = 0; n < sizeof(msg.param); n++)
			msg.param[n] = next_random();
		/* Half of them get past the first look, of those half with another
		 * version. */
		if (next_random() % 2 == 0) {
			message_preamble(&preamble);
			preamble.version += next_random() % 2;
			memcpy(msg.param, &preamble, sizeof(preamble));
		}
		msg.num_fds = next_random() % 9;
		for (n = 0; n < (unsigned int)msg.num_fds; n++)
			msg.fds[n] = null;
		while (rte_mp_sendmsg(&msg) != 0 && rte_errno == EAGAIN)
			;
		sent++;
	}
	printf("sent %lu\n", sent);
	return 0;
}

static const char forged[] = "forged";

/*
 * Put a message, "KIND SOURCE DESTINATION GENERATION", into a ring of mpsh's; with
 * another number behind them so many, the next destination each.
 */
static int
forge(const char *name, const char *words)
{
	struct rte_ring *ring = rte_ring_lookup(name);
	unsigned int kind, source, destination, generation, n = 1, i;
	struct message message = { 0 };

	if (ring == NULL ||
		sscanf(words, "%u %u %u %u %u", &kind, &source, &destination, &generation,
			&n) < 4)
		return 1;
	for (i = 0; i < n; i++) {
		message_build(&message, kind, source, destination + i, 1, forged,
			strlen(forged));
		message.generation = generation;
		if (rte_ring_sp_enqueue_elem(ring, &message, MESSAGE_SLOT_SIZE) != 0)
			return 1;
	}
	return 0;
}

/* Send one sound broadcast with the number of an mpsh, as a process that is none. */
static int
speak(unsigned int source)
{
	struct rte_mp_msg msg = { .name = "mpsh_msg" };
	struct message message;

	message_build(&message, MESSAGE_BROADCAST, source, 0, 1, forged, strlen(forged));
	msg.len_param = message_pack(&message, msg.param);
	return rte_mp_sendmsg(&msg) == 0 ? 0 : 1;
}

/* Ask to attach, and give no descriptors: is there an answer at once? */
static int
attach_without_descriptors(void)
{
	const struct timespec timeout = { .tv_sec = 10 };
	struct rte_mp_msg msg = { .name = "mpsh_attach" };
	struct message_preamble preamble;
	struct rte_mp_reply reply = { 0 };
	int answered;

	message_preamble(&preamble);
	memcpy(msg.param, &preamble, sizeof(preamble));
	msg.len_param = sizeof(preamble) + 32;
	answered = rte_mp_request_sync(&msg, &reply, &timeout) == 0 &&
		reply.nb_received == 1 && reply.msgs[0].num_fds == 0;
	free(reply.msgs);
	return answered ? 0 : 1;
}

static int
send_datagram(const char *path)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);

	snprintf(to.sun_path, sizeof(to.sun_path), "%s", path);
	return sendto(fd, "short", 5, 0, (struct sockaddr *)&to, sizeof(to)) == 5 ? 0 : 1;
}

/* The memory into which this process has mapped the file of this name. */
static uint8_t *
find_mapping(const char *name, size_t *size)
{
	unsigned long from, to;
	char line[600];
	FILE *maps = fopen("/proc/self/maps", "r");

	while (maps != NULL && fgets(line, sizeof(line), maps) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		if (strrchr(line, '/') == NULL ||
			strcmp(strrchr(line, '/') + 1, name) != 0 ||
			sscanf(line, "%lx-%lx", &from, &to) != 2)
			continue;
		fclose(maps);
		*size = to - from;
		return (uint8_t *)from;
	}
	exit(1);
}

/*
 * Random bytes over DPDK's own: its configuration, with the tail queues, locks and heaps
 * in it, and its array of memzones.
 */
static int
scribble_dpdk(unsigned long count)
{
	static const char *const names[] = { "config", "fbarray_memzone" };
	uint8_t *memory[2];
	size_t size[2];
	unsigned long i;

	for (i = 0; i < 2; i++)
		memory[i] = find_mapping(names[i], &size[i]);
	for (i = 0; i < count; i++) {
		unsigned int which = next_random() % 2;

		memory[which][next_random() % size[which]] = next_random();
		if (i % 64 == 0)
			usleep(100);
	}
	return 0;
}

/*
 * Store a number where the header of a ring has the address of its memzone, or the
 * memzone of another ring.
 */
static int
poke(const char *name, const char *word)
{
	struct rte_ring *ring = rte_ring_lookup(name), *other = rte_ring_lookup(word);

	if (ring == NULL)
		return 1;
	ring->memzone = other != NULL
		? other->memzone
		: (const struct rte_memzone *)(uintptr_t)strtoull(word, NULL, 0);
	return 0;
}

/* Take what is free in the primary's heap, and go without giving it back. */
static int
fill_heap(void)
{
	struct rte_malloc_socket_stats stats;

	while (rte_malloc_get_socket_stats(rte_socket_id(), &stats) == 0 &&
		stats.greatest_free_size > 16384)
		if (rte_malloc(NULL, stats.greatest_free_size - 1024, 0) == NULL)
			return 1;
	return 0;
}

/* Behind the last ring in DPDK's list comes the first again. */
static int
make_circle(void)
{
	struct rte_tailq_head *rings = rte_eal_tailq_lookup("RTE_RING");
	struct rte_tailq_entry *last =
		TAILQ_LAST(&rings->tailq_head, rte_tailq_entry_head);

	last->next.tqe_next = TAILQ_FIRST(&rings->tailq_head);
	return 0;
}

int
main(int argc, char *argv[])
{
	unsigned int number;
	unsigned long count;
	int n;

	if (argc == 3 && strcmp(argv[1], "datagram") == 0)
		return send_datagram(argv[2]);
	n = rte_eal_init(argc, argv);
	if (n < 0 || argc - n != 4)
		return 2;
	argv += n;
	if (strcmp(argv[1], "forge") == 0)
		_exit(forge(argv[2], argv[3]));
	if (strcmp(argv[1], "poke") == 0)
		_exit(poke(argv[2], argv[3]));
	if (strcmp(argv[1], "ring") == 0)
		_exit(rte_ring_create(argv[2], atoi(argv[3]), rte_socket_id(), 0) ==
			NULL);
	count = strtoul(argv[2], NULL, 0);
	seed = strtoull(argv[3], NULL, 0);
	if (strcmp(argv[1], "messages") == 0)
		return send_messages(count);
	if (strcmp(argv[1], "speak") == 0)
		return speak(count);
	if (strcmp(argv[1], "attach") == 0)
		return attach_without_descriptors();
	if (strcmp(argv[1], "lock") == 0) {
		rte_mcfg_tailq_write_lock();
		_exit(0);
	}
	if (strcmp(argv[1], "lock-memory") == 0) {
		rte_mcfg_mem_write_lock();
		_exit(0);
	}
	if (strcmp(argv[1], "fill-heap") == 0)
		_exit(fill_heap());
	if (strcmp(argv[1], "circle") == 0)
		_exit(make_circle());
	if (strcmp(argv[1], "scribble-hub") == 0)
		_exit(scribble_hub(count));
	if (strcmp(argv[1], "scribble-simple-mp") == 0)
		_exit(scribble_simple_mp(count));
	if (strcmp(argv[1], "found-simple-mp") == 0)
		return found_simple_mp();
	if (strcmp(argv[1], "bend-ticks") == 0)
		_exit(bend_ticks(count));
	if (strcmp(argv[1], "scribble-dpdk") == 0)
		_exit(scribble_dpdk(count));
	number = attach();
	printf("number %u\n", number);
	fflush(stdout);
	n = number == 0 ? 1 : scribble(number, count);
	/* No cleanup: it would walk what was scribbled over. */
	printf("done\n");
	fflush(stdout);
	_exit(n);
}
