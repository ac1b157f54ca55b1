/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* clang-format off */
/*
 * An application of DPDK with contents and faults to order, for the tests of looking from
 * outside:
 *
 *     lab [EAL options] -- [COMMAND...]
 *
 * A primary makes what is listed under "contents", unless the first command is "bare";
 * then each word behind -- is run as a command (quote those with blanks), `ready` is
 * printed, and lines of standard input are run, each answered by `done` or `failed`. At
 * the end of the input it leaves. The commands:
 *
 *     leak             take 12 objects of job_pool: 7 are nowhere then, 4 are in static
 *                      data, 1 is in a block of malloc()'s
 *     poison           put the pointer 0x1234 into jobs
 *     put RING N       put N more elements into a ring; take RING N takes some
 *     ring NAME SIZE   one more ring, MP/MC, of pointers; many N makes many_0 and so on
 *     begin RING N     begin to enqueue N and never end it; end RING takes that back
 *     load N RING      N threads enqueue at full rate, one dequeues, till unload
 *     reset RING       empty it as rte_ring_reset() does: its positions begin anew
 *     use N            take N objects of job_pool and give them back; keep N keeps them
 *     private          make a ring in memory of its own: prints `private 0xADDRESS`
 *     crash            take all of jobs, and read what the last one points to
 *
 * Contents. job N of job_pool is the string "job N: resize image 7N.png", event N "link N
 * down", packet N of pkts has 60 bytes of value N.
 *
 *     jobs        MP/MC of 64, pointers: jobs 0, 1 and 2
 *     jobs_sp     SP/SC of 64, pointers: job 3
 *     jobs_rts    RTS of 64, pointers: empty
 *     jobs_hts    HTS of 64, pointers: job 4
 *     exact       MP/MC of exactly 100, pointers: job 5
 *     rx_pkts     SP/SC of 32, mbufs: packets 0, 1 and 2; the last has two segments
 *     events8     SP/SC of 16, 8 bytes by value: the numbers 100 and 101
 *     events16    MP/MC of 16, 16 bytes by value: event 0
 *     events      MP/MC of 16, 32 bytes by value: events 0, 1 and 2
 *     job_pool    255 objects of 128 bytes, cache of 32
 *     pkts        255 mbufs, cache of 32
 */
/* clang-format on */

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_mbuf.h>
#include <rte_mempool.h>
#include <rte_ring.h>

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

#define POISON ((void *)0x1234)
#define OBJECTS 255
#define CACHE 32

struct event {
	char text[32];
};

static struct rte_mempool *job_pool, *pkts;
static unsigned int jobs, events, packets; /* that were made so far */

/* ---- elements ---- */

static void *
new_job(void)
{
	void *object;

	if (rte_mempool_get(job_pool, &object) < 0)
		return NULL;
	memset(object, 0, job_pool->elt_size);
	snprintf(object, job_pool->elt_size, "job %u: resize image %u.png", jobs,
		7 * jobs);
	jobs++;
	return object;
}

/* Every third packet has a second segment, of 40 bytes. */
static void *
new_packet(void)
{
	struct rte_mbuf *mbuf = rte_pktmbuf_alloc(pkts), *more;

	if (mbuf == NULL)
		return NULL;
	memset(rte_pktmbuf_append(mbuf, 60), packets, 60);
	mbuf->port = packets;
	if (packets++ % 3 == 2) {
		more = rte_pktmbuf_alloc(pkts);
		if (more == NULL)
			return NULL;
		memset(rte_pktmbuf_append(more, 40), 0xee, 40);
		rte_pktmbuf_chain(mbuf, more);
	}
	return mbuf;
}

static int
put_pointer(struct rte_ring *ring)
{
	void *object = strncmp(ring->name, "rx_", 3) == 0 ? new_packet() : new_job();

	return object == NULL ? -ENOBUFS : rte_ring_enqueue(ring, object);
}

static int
put_event(struct rte_ring *ring, unsigned int bytes)
{
	struct event event = { 0 };
	uint64_t number = 100 + events;

	if (bytes == sizeof(number))
		memcpy(&event, &number, sizeof(number));
	else
		snprintf(event.text, sizeof(event.text), "link %u down", events);
	events++;
	return rte_ring_enqueue_elem(ring, &event, bytes);
}

/* By value are the rings with these names. */
static unsigned int
value_bytes(const struct rte_ring *ring)
{
	if (strcmp(ring->name, "events8") == 0)
		return 8;
	if (strcmp(ring->name, "events16") == 0)
		return 16;
	return strcmp(ring->name, "events") == 0 ? 32 : 0;
}

static int
put(struct rte_ring *ring, unsigned int n)
{
	unsigned int bytes = value_bytes(ring);
	int ret = 0;

	while (n-- > 0 && ret == 0)
		ret = bytes != 0 ? put_event(ring, bytes) : put_pointer(ring);
	return ret;
}

/* ---- contents ---- */

static const struct {
	const char *name;
	unsigned int bytes, size, flags, used;
} rings[] = {
	{ "jobs", 0, 64, 0, 3 },
	{ "jobs_sp", 0, 64, RING_F_SP_ENQ | RING_F_SC_DEQ, 1 },
	{ "jobs_rts", 0, 64, RING_F_MP_RTS_ENQ | RING_F_MC_RTS_DEQ, 0 },
	{ "jobs_hts", 0, 64, RING_F_MP_HTS_ENQ | RING_F_MC_HTS_DEQ, 1 },
	{ "exact", 0, 100, RING_F_EXACT_SZ, 1 },
	{ "rx_pkts", 0, 32, RING_F_SP_ENQ | RING_F_SC_DEQ, 3 },
	{ "events8", 8, 16, RING_F_SP_ENQ | RING_F_SC_DEQ, 2 },
	{ "events16", 16, 16, 0, 1 },
	{ "events", 32, 16, 0, 3 },
};

static int
make_contents(void)
{
	struct rte_ring *ring;
	size_t i;
	int ret = 0;

	job_pool = rte_mempool_create("job_pool", OBJECTS, 128, CACHE, 0, NULL, NULL,
		NULL, NULL, SOCKET_ID_ANY, 0);
	pkts = rte_pktmbuf_pool_create(
		"pkts", OBJECTS, CACHE, 0, RTE_MBUF_DEFAULT_BUF_SIZE, SOCKET_ID_ANY);
	if (job_pool == NULL || pkts == NULL)
		return -rte_errno;
	for (i = 0; i < LENGTH(rings) && ret == 0; i++) {
		ring = rte_ring_create_elem(rings[i].name,
			rings[i].bytes == 0 ? sizeof(void *) : rings[i].bytes,
			rings[i].size, SOCKET_ID_ANY, rings[i].flags);
		/* Of each ring of events they begin anew. */
		events = 0;
		ret = ring == NULL ? -rte_errno : put(ring, rings[i].used);
	}
	return ret;
}

/* ---- commands: what they are given are the words behind them ---- */

struct words {
	const char *word[4];
	unsigned int n;
};

static struct rte_ring *
ring_of(const struct words *words, unsigned int i)
{
	return i < words->n ? rte_ring_lookup(words->word[i]) : NULL;
}

static unsigned int
number_of(const struct words *words, unsigned int i)
{
	return i < words->n ? strtoul(words->word[i], NULL, 0) : 1;
}

static int
run_bare(const struct words *words)
{
	(void)words;
	return 0;
}

static void *volatile in_data[4];
static void *volatile *volatile in_heap;

/* What a function had on its stack is not there any more. */
static __attribute__((noinline)) void
wipe_stack(void)
{
	volatile char stack[8192];
	size_t i;

	for (i = 0; i < sizeof(stack); i++)
		stack[i] = 0;
}

static __attribute__((noinline)) int
leak(void)
{
	void *object;
	unsigned int i;

	for (i = 0; i < 12; i++) {
		object = new_job();
		if (object == NULL)
			return -ENOBUFS;
		if (i < 4)
			in_data[i] = object;
		if (i == 4)
			*in_heap = object;
	}
	return 0;
}

static int
run_leak(const struct words *words)
{
	int ret;

	(void)words;
	in_heap = calloc(1, sizeof(*in_heap));
	ret = in_heap == NULL ? -ENOMEM : leak();
	wipe_stack();
	return ret;
}

static int
run_poison(const struct words *words)
{
	struct rte_ring *ring = rte_ring_lookup("jobs");

	(void)words;
	return ring == NULL ? -ENOENT : rte_ring_enqueue(ring, POISON);
}

static int
run_put(const struct words *words)
{
	struct rte_ring *ring = ring_of(words, 0);

	return ring == NULL ? -ENOENT : put(ring, number_of(words, 1));
}

static int
take(struct rte_ring *ring)
{
	unsigned int bytes = value_bytes(ring);
	struct event event;
	void *object;
	int ret;

	if (bytes != 0)
		return rte_ring_dequeue_elem(ring, &event, bytes);
	ret = rte_ring_dequeue(ring, &object);
	if (ret == 0 && strncmp(ring->name, "rx_", 3) == 0)
		rte_pktmbuf_free(object);
	else if (ret == 0 && object != POISON)
		rte_mempool_put(job_pool, object);
	return ret;
}

static int
run_take(const struct words *words)
{
	struct rte_ring *ring = ring_of(words, 0);
	unsigned int n = number_of(words, 1);
	int ret = ring == NULL ? -ENOENT : 0;

	while (n-- > 0 && ret == 0)
		ret = take(ring);
	return ret;
}

static int
run_ring(const struct words *words)
{
	return words->n == 2 &&
			rte_ring_create(words->word[0], number_of(words, 1),
				SOCKET_ID_ANY, 0) != NULL
		? 0
		: -EINVAL;
}

static int
run_many(const struct words *words)
{
	unsigned int n = number_of(words, 0), i;
	char name[RTE_RING_NAMESIZE];

	for (i = 0; i < n; i++) {
		snprintf(name, sizeof(name), "many_%u", i);
		if (rte_ring_create(name, 64, SOCKET_ID_ANY, 0) == NULL)
			return -rte_errno;
	}
	return 0;
}

/* Begun at the head and not ended is what an enqueue is that was killed in the midst. */
static int
move_head(struct rte_ring *ring, int32_t n)
{
	if (ring->prod.sync_type == RTE_RING_SYNC_MT_RTS) {
		ring->rts_prod.head.val.pos += n;
		ring->rts_prod.head.val.cnt += n > 0 ? 1 : -1;
	} else {
		/* That of HTS is at the same place. */
		ring->prod.head += n;
	}
	return 0;
}

static unsigned int n_begun;

static int
run_begin(const struct words *words)
{
	struct rte_ring *ring = ring_of(words, 0);

	n_begun = number_of(words, 1);
	return ring == NULL ? -ENOENT : move_head(ring, n_begun);
}

static int
run_end(const struct words *words)
{
	struct rte_ring *ring = ring_of(words, 0);

	return ring == NULL ? -ENOENT : move_head(ring, -(int32_t)n_begun);
}

/* ---- load ---- */

static struct {
	struct rte_ring *ring;
	pthread_t threads[64];
	unsigned int n;
	volatile bool ends;
} load;

/* EAL has bound the thread that made this one to the CPU of its lcore. */
static void
run_anywhere(void)
{
	cpu_set_t cpus;

	memset(&cpus, 0xff, sizeof(cpus));
	pthread_setaffinity_np(pthread_self(), sizeof(cpus), &cpus);
}

static void *
produce(void *arg)
{
	void *batch[8];
	unsigned int i;

	run_anywhere();
	for (i = 0; i < LENGTH(batch); i++)
		batch[i] = arg;
	for (i = 1; !load.ends; i = i % LENGTH(batch) + 1)
		rte_ring_enqueue_burst(load.ring, batch, i, NULL);
	return NULL;
}

static void *
consume(void *arg)
{
	void *batch[32];

	(void)arg;
	run_anywhere();
	while (!load.ends)
		rte_ring_dequeue_burst(load.ring, batch, LENGTH(batch), NULL);
	return NULL;
}

static int
run_load(const struct words *words)
{
	unsigned int n = number_of(words, 0);
	int ret = 0;

	load.ring = ring_of(words, 1);
	if (load.ring == NULL || load.n != 0 || n >= LENGTH(load.threads))
		return -EINVAL;
	load.ends = false;
	for (; load.n <= n && ret == 0; load.n++)
		ret = -pthread_create(&load.threads[load.n], NULL,
			load.n == 0 ? consume : produce, (void *)(uintptr_t)0x1000);
	return ret;
}

static int
run_unload(const struct words *words)
{
	(void)words;
	load.ends = true;
	while (load.n > 0)
		pthread_join(load.threads[--load.n], NULL);
	return 0;
}

/* ---- objects and memory ---- */

static void *kept[OBJECTS];
static unsigned int n_kept;

static int
run_keep(const struct words *words)
{
	unsigned int n = number_of(words, 0);

	for (; n > 0 && n_kept < OBJECTS; n--, n_kept++)
		if (rte_mempool_get(job_pool, &kept[n_kept]) < 0)
			break;
	return n == 0 ? 0 : -ENOBUFS;
}

static int
run_use(const struct words *words)
{
	unsigned int before = n_kept;
	int ret = run_keep(words);

	while (n_kept > before)
		rte_mempool_put(job_pool, kept[--n_kept]);
	return ret;
}

static int
run_private(const struct words *words)
{
	static union {
		struct rte_ring ring;
		char room[4096];
	} memory __rte_cache_aligned;

	(void)words;
	printf("private %p\n", (void *)&memory.ring);
	return rte_ring_init(&memory.ring, "private", 16, 0) < 0 ? -EINVAL
								 : put(&memory.ring, 2);
}

static int
run_crash(const struct words *words)
{
	struct rte_ring *ring = rte_ring_lookup("jobs");
	void *object = NULL;

	(void)words;
	while (ring != NULL && rte_ring_dequeue(ring, &object) == 0)
		;
	return object == NULL ? -ENOENT : *(volatile char *)object;
}

static int
run_reset(const struct words *words)
{
	struct rte_ring *ring = ring_of(words, 0);

	if (ring != NULL)
		rte_ring_reset(ring);
	return ring == NULL ? -ENOENT : 0;
}

/* ---- running them ---- */

static const struct {
	const char *name;
	int (*run)(const struct words *words);
} commands[] = {
	{ "bare", run_bare },
	{ "begin", run_begin },
	{ "crash", run_crash },
	{ "end", run_end },
	{ "keep", run_keep },
	{ "leak", run_leak },
	{ "load", run_load },
	{ "many", run_many },
	{ "poison", run_poison },
	{ "private", run_private },
	{ "put", run_put },
	{ "reset", run_reset },
	{ "ring", run_ring },
	{ "take", run_take },
	{ "unload", run_unload },
	{ "use", run_use },
};

static int
run(char *line)
{
	char *rest = line, *name = strsep(&rest, " \n"), *word;
	struct words words = { .n = 0 };
	size_t i;

	while ((word = strsep(&rest, " \n")) != NULL && words.n < LENGTH(words.word))
		if (word[0] != '\0')
			words.word[words.n++] = word;
	for (i = 0; i < LENGTH(commands); i++)
		if (strcmp(name, commands[i].name) == 0)
			return commands[i].run(&words);
	return -EINVAL;
}

/* Returns 0, or the exit code. */
static int
run_words(char **words, int n)
{
	int i;

	for (i = 0; i < n; i++) {
		if (run(words[i]) == 0)
			continue;
		fprintf(stderr, "lab: %s failed\n", words[i]);
		return 2;
	}
	return 0;
}

static void
run_lines(void)
{
	char line[256];

	while (fgets(line, sizeof(line), stdin) != NULL) {
		puts(run(line) == 0 ? "done" : "failed");
		fflush(stdout);
	}
}

int
main(int argc, char **argv)
{
	int used = rte_eal_init(argc, argv), ret = 0;

	if (used < 0) {
		fprintf(stderr, "lab: EAL: %s\n", rte_strerror(rte_errno));
		return 1;
	}
	argc -= used + 1;
	argv += used + 1;
	if (rte_eal_process_type() == RTE_PROC_PRIMARY &&
		(argc < 1 || strcmp(argv[0], "bare") != 0))
		ret = make_contents();
	else
		job_pool = rte_mempool_lookup("job_pool");
	if (ret < 0) {
		fprintf(stderr, "lab: contents: %s\n", strerror(-ret));
		return 1;
	}
	ret = run_words(argv, argc);
	if (ret == 0) {
		puts("ready");
		fflush(stdout);
		run_lines();
	}
	run_unload(NULL);
	rte_eal_cleanup();
	return ret;
}
