/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * An application of DPDK that hangs to order, for the tests of why:
 *
 *     faults [EAL options] -- [COMMAND...]
 *
 * A primary makes a ring of each kind (jobs, jobs_sp, jobs_rts, jobs_hts) and a mempool
 * with a cache. Then each word behind -- is run as a command (quote those with blanks),
 * `ready` is printed, and lines of standard input are run, each answered by `done`. At
 * the end of the input it leaves.
 */

#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <rte_eal.h>
#include <rte_eal_memconfig.h>
#include <rte_errno.h>
#include <rte_malloc.h>
#include <rte_mempool.h>
#include <rte_memzone.h>
#include <rte_ring.h>

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* ---- rings: begun by the first of the two moves, and not ended ---- */

static int
enqueue(const char *name)
{
	struct rte_ring *ring = rte_ring_lookup(name);

	if (ring == NULL)
		return -ENOENT;
	if (ring->prod.sync_type == RTE_RING_SYNC_MT_RTS) {
		ring->rts_prod.head.val.pos++;
		ring->rts_prod.head.val.cnt++;
	} else if (ring->prod.sync_type == RTE_RING_SYNC_MT_HTS) {
		ring->hts_prod.ht.pos.head++;
	} else {
		ring->prod.head++;
	}
	return 0;
}

static int
dequeue(const char *name)
{
	struct rte_ring *ring = rte_ring_lookup(name);

	if (ring == NULL)
		return -ENOENT;
	if (ring->cons.sync_type == RTE_RING_SYNC_MT_RTS) {
		ring->rts_cons.head.val.pos++;
		ring->rts_cons.head.val.cnt++;
	} else if (ring->cons.sync_type == RTE_RING_SYNC_MT_HTS) {
		ring->hts_cons.ht.pos.head++;
	} else {
		ring->cons.head++;
	}
	return 0;
}

static int
put(const char *name)
{
	struct rte_ring *ring = rte_ring_lookup(name);

	return ring == NULL ? -ENOENT : rte_ring_enqueue(ring, (void *)0x1000);
}

/* Never returns where one before it has not ended. */
static __attribute__((noinline)) int
compute(struct rte_ring *ring)
{
	return rte_ring_enqueue(ring, (void *)0x1000);
}

static __attribute__((noinline)) int
drain(struct rte_ring *ring)
{
	void *element;

	return rte_ring_dequeue(ring, &element);
}

static int
spin_in_dequeue(const char *name)
{
	struct rte_ring *ring = rte_ring_lookup(name);

	puts("spins");
	fflush(stdout);
	return ring == NULL ? -ENOENT : drain(ring);
}

static int
spin(const char *name)
{
	struct rte_ring *ring = rte_ring_lookup(name);

	puts("spins");
	fflush(stdout);
	return ring == NULL ? -ENOENT : compute(ring);
}

/* Spin in code that is in no file, as what a program compiles while it runs. */
static int
spin_nameless(const char *unused)
{
#if defined(__aarch64__)
	static const unsigned char loop[] = { 0x00, 0x00, 0x00, 0x14 };
#else
	static const unsigned char loop[] = { 0xeb, 0xfe };
#endif
	void *code = mmap(NULL, sizeof(loop), PROT_READ | PROT_WRITE | PROT_EXEC,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	void (*run)(void);

	(void)unused;
	if (code == MAP_FAILED)
		return -ENOMEM;
	memcpy(code, loop, sizeof(loop));
	__builtin___clear_cache(code, (char *)code + sizeof(loop));
	memcpy(&run, &code, sizeof(run));
	printf("spins at %p\n", code);
	fflush(stdout);
	run();
	return 0;
}

/* ---- EAL's locks ---- */

/* Say that something is held, and stay so for good. */
static __attribute__((noinline)) void
hold(void)
{
	puts("held");
	fflush(stdout);
	for (;;)
		pause();
}

static void
hold_memzones(const struct rte_memzone *memzone, void *arg)
{
	(void)memzone;
	(void)arg;
	hold();
}

static ssize_t
hold_heap(void *cookie, const char *bytes, size_t size)
{
	static unsigned int lines;

	(void)cookie;
	(void)bytes;
	/* The first line of a heap is its number; then it is locked. */
	if (++lines > 1)
		hold();
	return size;
}

static int
lock(const char *name)
{
	static const cookie_io_functions_t writes = { .write = hold_heap };
	FILE *file;

	if (strcmp(name, "tailq") == 0) {
		rte_mcfg_tailq_write_lock();
	} else if (strcmp(name, "mempool") == 0) {
		rte_mcfg_mempool_write_lock();
	} else if (strcmp(name, "memory") == 0) {
		rte_mcfg_mem_read_lock();
	} else if (strcmp(name, "timer") == 0) {
		rte_mcfg_timer_lock();
	} else if (strcmp(name, "memzone") == 0) {
		rte_memzone_walk(hold_memzones, NULL);
	} else if (strcmp(name, "heap") == 0) {
		file = fopencookie(NULL, "w", writes);
		setvbuf(file, NULL, _IONBF, 0);
		rte_malloc_dump_heaps(file);
	} else {
		return -EINVAL;
	}
	hold();
	return 0;
}

/* ---- handlers ---- */

static pthread_mutex_t own_mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t *mutex = &own_mutex;

/* Each is a function with a name of its own, and says that it is there. */
#define HANDLER(name)                                                                    \
	static __attribute__((noinline)) int name(                                       \
		const struct rte_mp_msg *msg, const void *peer)

static void
say_called(const char *name)
{
	printf("called %s\n", name);
	fflush(stdout);
}

HANDLER(answers)
{
	struct rte_mp_msg reply = *msg;

	return rte_mp_reply(&reply, peer);
}

HANDLER(silent)
{
	(void)msg;
	(void)peer;
	return 0;
}

HANDLER(sleeps)
{
	(void)msg;
	(void)peer;
	say_called("sleeps");
	sleep(100000);
	return 0;
}

HANDLER(naps)
{
	(void)msg;
	(void)peer;
	say_called("naps");
	for (;;)
		usleep(1000);
	return 0;
}

static volatile bool is_over;

HANDLER(works)
{
	(void)msg;
	(void)peer;
	say_called("works");
	while (!is_over)
		;
	return 0;
}

HANDLER(locks)
{
	(void)msg;
	(void)peer;
	say_called("locks");
	return pthread_mutex_lock(mutex);
}

HANDLER(locks_twice)
{
	(void)msg;
	(void)peer;
	say_called("locks_twice");
	return pthread_mutex_lock(mutex) | pthread_mutex_lock(mutex);
}

static int
request(const char *action, unsigned int seconds)
{
	const struct timespec timeout = { .tv_sec = seconds };
	struct rte_mp_reply reply = { 0 };
	struct rte_mp_msg msg = { .len_param = 1 };
	int ret;

	snprintf(msg.name, sizeof(msg.name), "%s", action);
	ret = rte_mp_request_sync(&msg, &reply, &timeout);
	free(reply.msgs);
	return ret;
}

/* What its own thread would have to read. */
HANDLER(nests)
{
	(void)msg;
	(void)peer;
	say_called("nests");
	return request("elsewhere", 1000);
}

static const struct {
	const char *name;
	rte_mp_t handler;
} handlers[] = {
	{ "answers", answers },
	{ "silent", silent },
	{ "sleeps", sleeps },
	{ "naps", naps },
	{ "works", works },
	{ "locks", locks },
	{ "locks_twice", locks_twice },
	{ "nests", nests },
};

static int
action(const char *name)
{
	unsigned int i;

	for (i = 0; i < LENGTH(handlers); i++)
		if (strcmp(handlers[i].name, name) == 0)
			return rte_mp_action_register(name, handlers[i].handler);
	return -EINVAL;
}

/* ---- the main thread ---- */

/* Let it have an owner that the kernel knows. */
static int
inherit(const char *unused)
{
	pthread_mutexattr_t attributes;

	(void)unused;
	pthread_mutexattr_init(&attributes);
	pthread_mutexattr_setprotocol(&attributes, PTHREAD_PRIO_INHERIT);
	return pthread_mutex_init(mutex, &attributes);
}

/* Let it be one for all processes, which the primary makes. */
static int
share(const char *unused)
{
	const struct rte_memzone *memzone;
	pthread_mutexattr_t attributes;

	(void)unused;
	if (rte_eal_process_type() == RTE_PROC_PRIMARY)
		memzone = rte_memzone_reserve("mutex", sizeof(*mutex), SOCKET_ID_ANY, 0);
	else
		memzone = rte_memzone_lookup("mutex");
	if (memzone == NULL)
		return -rte_errno;
	mutex = memzone->addr;
	pthread_mutexattr_init(&attributes);
	pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
	return rte_eal_process_type() == RTE_PROC_PRIMARY
		? pthread_mutex_init(mutex, &attributes)
		: 0;
}

static int
hold_mutex(const char *unused)
{
	(void)unused;
	return pthread_mutex_lock(mutex);
}

static int
wait_mutex(const char *unused)
{
	(void)unused;
	puts("waits");
	fflush(stdout);
	return pthread_mutex_lock(mutex);
}

/* Wait for a lock of one's own make, which looks like a mutex. */
static int
wait_futex(const char *unused)
{
	/* What glibc's has: lock, count, owner, users, kind. */
	static uint32_t words[] = { 2, 0, 4000000, 1, 0 };

	(void)unused;
	puts("waits");
	fflush(stdout);
	return syscall(SYS_futex, words, FUTEX_WAIT_PRIVATE, words[0], NULL, NULL, 0);
}

/* Wait for a stream that another thread has locked. */
static int
wait_stream(const char *unused)
{
	/* lock, count, and the address of that thread's control block. */
	static uint32_t words[] = { 1, 1, 0x123456, 0x7f12, 0 };
	FILE *file = fopen("/dev/null", "w");

	(void)unused;
	if (file == NULL)
		return -errno;
	file->_lock = (void *)words;
	puts("waits");
	fflush(stdout);
	flockfile(file);
	return 0;
}

/* Wait for the reply to a request, from all who are asked. */
static int
ask(const char *name)
{
	puts("asks");
	fflush(stdout);
	return request(name, 1000);
}

static int
take_reply(const struct rte_mp_msg *request, const struct rte_mp_reply *reply)
{
	(void)request;
	(void)reply;
	return 0;
}

/* The same, but go on meanwhile. */
static int
ask_async(const char *name)
{
	const struct timespec timeout = { .tv_sec = 1000 };
	struct rte_mp_msg msg = { .len_param = 1 };

	snprintf(msg.name, sizeof(msg.name), "%s", name);
	return rte_mp_request_async(&msg, &timeout, take_reply);
}

/* The same, but not for its reply. */
static int
tell(const char *name)
{
	struct rte_mp_msg msg = { .len_param = 1 };

	snprintf(msg.name, sizeof(msg.name), "%s", name);
	return rte_mp_sendmsg(&msg);
}

/* Where the group's configuration is, NULL: in no file. */
static void *
find_config(void)
{
	char line[512];
	unsigned long address = 0;
	FILE *maps = fopen("/proc/self/maps", "r");

	while (maps != NULL && address == 0 && fgets(line, sizeof(line), maps) != NULL)
		if (strstr(line, "/config\n") != NULL)
			address = strtoul(line, NULL, 16);
	if (maps != NULL)
		fclose(maps);
	return (void *)address;
}

/* Be busy for good, with that address in a register, but with nothing of DPDK's. */
static int
compute_alone(const char *unused)
{
	void *config = find_config();

	(void)unused;
	puts("busy");
	fflush(stdout);
	for (;;)
		__asm__ volatile("" : : "r"(config));
	return 0;
}

/* ---- load ---- */

static volatile bool ends;
static pthread_t threads[16];
static unsigned int n_threads;

static void *
produce(void *arg)
{
	void *batch[8] = { 0 };
	unsigned int i;

	for (i = 1; !ends; i = i % LENGTH(batch) + 1)
		rte_ring_enqueue_burst(arg, batch, i, NULL);
	return NULL;
}

static void *
consume(void *arg)
{
	void *batch[32];

	while (!ends)
		rte_ring_dequeue_burst(arg, batch, LENGTH(batch), NULL);
	return NULL;
}

static int
load(const char *name)
{
	struct rte_ring *ring = rte_ring_lookup(name);
	int ret = ring == NULL ? -ENOENT : 0;

	for (; n_threads < 4 && ret == 0; n_threads++)
		ret = -pthread_create(&threads[n_threads], NULL,
			n_threads == 0 ? consume : produce, ring);
	return ret;
}

static void *
wait_quietly(void *arg)
{
	pause();
	return arg;
}

/* A child, which has the group's memory as well, and waits. */
static int
leave_child(const char *unused)
{
	(void)unused;
	if (fork() == 0)
		for (;;)
			pause();
	return 0;
}

/* Run another program, which waits, in place of this one. */
static int
become(const char *unused)
{
	(void)unused;
	execl("/bin/sleep", "sleep", "1000", (char *)NULL);
	return -errno;
}

/* So many threads more, which wait. */
static int
more(const char *number)
{
	unsigned int n = strtoul(number, NULL, 10);
	pthread_t thread;
	int ret = 0;

	while (n-- > 0 && ret == 0)
		ret = -pthread_create(&thread, NULL, wait_quietly, NULL);
	return ret;
}

/* ---- running them ---- */

static const struct {
	const char *name;
	int (*run)(const char *word);
} commands[] = {
	{ "action", action }, /* register an action whose handler has its name */
	{ "ask", ask },
	{ "ask_async", ask_async },
	{ "become", become },
	{ "busy", compute_alone },
	{ "compute", spin },
	{ "dequeue", dequeue }, /* begin to */
	{ "drain", spin_in_dequeue },
	{ "enqueue", enqueue }, /* begin to */
	{ "fork", leave_child },
	{ "futex", wait_futex },
	{ "hold", hold_mutex },
	{ "inherit", inherit },
	{ "load", load },
	{ "lock", lock }, /* one of EAL's, for good */
	{ "more", more },
	{ "nameless", spin_nameless },
	{ "put", put },
	{ "share", share },
	{ "stream", wait_stream },
	{ "tell", tell },
	{ "wait", wait_mutex },
};

static int
run(char *line)
{
	char *rest = line, *name = strsep(&rest, " \n"), *word = strsep(&rest, " \n");
	size_t i;

	for (i = 0; i < LENGTH(commands); i++)
		if (strcmp(name, commands[i].name) == 0)
			return commands[i].run(word != NULL ? word : "");
	return -EINVAL;
}

static int
make_objects(void)
{
	static const struct {
		const char *name;
		unsigned int flags;
	} rings[] = {
		{ "jobs", 0 },
		{ "jobs_sp", RING_F_SP_ENQ | RING_F_SC_DEQ },
		{ "jobs_rts", RING_F_MP_RTS_ENQ | RING_F_MC_RTS_DEQ },
		{ "jobs_hts", RING_F_MP_HTS_ENQ | RING_F_MC_HTS_DEQ },
	};
	unsigned int i;

	for (i = 0; i < LENGTH(rings); i++)
		if (rte_ring_create(rings[i].name, 64, SOCKET_ID_ANY, rings[i].flags) ==
				NULL ||
			put(rings[i].name) < 0)
			return -rte_errno;
	return rte_mempool_create("job_pool", 255, 128, 32, 0, NULL, NULL, NULL, NULL,
		       SOCKET_ID_ANY, 0) == NULL
		? -rte_errno
		: 0;
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
	int used = rte_eal_init(argc, argv), i;

	if (used < 0 ||
		(rte_eal_process_type() == RTE_PROC_PRIMARY && make_objects() < 0)) {
		fprintf(stderr, "faults: EAL: %s\n", rte_strerror(rte_errno));
		return 1;
	}
	for (i = used + 1; i < argc; i++)
		if (run(argv[i]) != 0) {
			fprintf(stderr, "faults: %s failed\n", argv[i]);
			return 2;
		}
	puts("ready");
	fflush(stdout);
	run_lines();
	ends = true;
	while (n_threads > 0)
		pthread_join(threads[--n_threads], NULL);
	rte_eal_cleanup();
	return 0;
}
