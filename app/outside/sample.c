/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Samples threads that run, by perf or by stopping them for a moment. */

#include <asm/perf_regs.h>
#include <elf.h>
#include <errno.h>
#include <linux/perf_event.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/loop.h"
#include "base/memory.h"
#include "host/threads.h"
#include "outside/sample.h"
#include "outside/source.h"

#define STACK_BYTES (32 << 10)
#define PERIOD_NS 1000000
#define PATIENCE_NS 100000000
#define ROUND_MS 5

/* For one that waits for a CPU all that time: on a busy machine that can be long. */
#define STARVED_NS 1000000000

/* How often it is looked whether a thread that was interrupted has stopped. */
#define STOP_LOOK_NS 20000

/* A sample is its registers and STACK_BYTES. */
#define BUFFER_PAGES 16

/* Whether a thread neither runs nor waits for a CPU to do so; how it stands now is kept.
 */
static bool
has_ceased(pid_t pid, struct host_thread *thread)
{
	return !host_look_at_call(pid, thread) || !thread->is_running;
}

/* ---- perf ---- */

struct perf {
	int fd;
	size_t page;
	struct perf_event_mmap_page *head; /* BUFFER_PAGES follow it */
};

#if defined(__aarch64__)

#define ALL_REGISTERS ((UINT64_C(1) << PERF_REG_ARM64_MAX) - 1)
#define PERF_WORDS 33

static void
take_words(struct registers *registers, const uint64_t *words)
{
	memcpy(registers->general, words, sizeof(registers->general));
	registers->pc = words[32];
}

static void
take_user(struct registers *registers, const struct user_regs_struct *user)
{
	memcpy(registers->general, user->regs, sizeof(user->regs));
	registers->general[REGISTER_SP] = user->sp;
	registers->pc = user->pc;
}

#else

#define BIT(number) (UINT64_C(1) << (number))
#define ALL_REGISTERS                                                                    \
	(BIT(PERF_REG_X86_AX) | BIT(PERF_REG_X86_BX) | BIT(PERF_REG_X86_CX) |            \
		BIT(PERF_REG_X86_DX) | BIT(PERF_REG_X86_SI) | BIT(PERF_REG_X86_DI) |     \
		BIT(PERF_REG_X86_BP) | BIT(PERF_REG_X86_SP) | BIT(PERF_REG_X86_IP) |     \
		UINT64_C(255) << PERF_REG_X86_R8)
#define PERF_WORDS 17

/* perf has ax bx cx dx si di bp sp ip r8 to r15. */
static void
take_words(struct registers *registers, const uint64_t *words)
{
	static const unsigned int from[REGISTERS] = { 0, 3, 2, 1, 4, 5, 6, 7, 9, 10, 11,
		12, 13, 14, 15, 16 };
	unsigned int i;

	for (i = 0; i < REGISTERS; i++)
		registers->general[i] = words[from[i]];
	registers->pc = words[8];
}

static void
take_user(struct registers *registers, const struct user_regs_struct *user)
{
	const uint64_t general[REGISTERS] = { user->rax, user->rdx, user->rcx, user->rbx,
		user->rsi, user->rdi, user->rbp, user->rsp, user->r8, user->r9, user->r10,
		user->r11, user->r12, user->r13, user->r14, user->r15 };

	memcpy(registers->general, general, sizeof(general));
	registers->pc = user->rip;
}

#endif

/* Returns 0 or a negative errno. */
static int
perf_open(struct perf *perf, pid_t tid)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE,
		.size = sizeof(attr),
		.config = PERF_COUNT_SW_CPU_CLOCK,
		.sample_period = PERIOD_NS,
		.sample_type = PERF_SAMPLE_REGS_USER | PERF_SAMPLE_STACK_USER,
		.sample_regs_user = ALL_REGISTERS,
		.sample_stack_user = STACK_BYTES,
	};

	perf->page = sysconf(_SC_PAGESIZE);
	perf->fd = syscall(SYS_perf_event_open, &attr, tid, -1, -1, PERF_FLAG_FD_CLOEXEC);
	if (perf->fd < 0)
		return -errno;
	perf->head = mmap(NULL, (1 + BUFFER_PAGES) * perf->page, PROT_READ | PROT_WRITE,
		MAP_SHARED, perf->fd, 0);
	if (perf->head != MAP_FAILED)
		return 0;
	close(perf->fd);
	perf->fd = -1;
	return -ENOMEM;
}

static void
perf_close(struct perf *perf)
{
	if (perf->fd < 0)
		return;
	munmap(perf->head, (1 + BUFFER_PAGES) * perf->page);
	close(perf->fd);
	perf->fd = -1;
}

/* Copy bytes from a position of the buffer, which is a ring. */
static void
perf_copy(const struct perf *perf, uint64_t at, void *to, size_t bytes)
{
	const char *buffer = (const char *)perf->head + perf->page;
	size_t size = BUFFER_PAGES * perf->page, from = at % size;
	size_t first = bytes < size - from ? bytes : size - from;

	memcpy(to, buffer + from, first);
	memcpy((char *)to + first, buffer, bytes - first);
}

/*
 * A sample is {header; abi; the registers; the stack's size; the stack; how much of it is
 * one} (perf_event_open(2)). One that was taken in a system call has the registers with
 * which it was entered.
 */
static bool
take_record(const uint64_t *record, size_t words, struct registers *registers)
{
	uint64_t bytes, used;

	if (words < 1 + PERF_WORDS + 1 || record[0] == PERF_SAMPLE_REGS_ABI_NONE)
		return false;
	take_words(registers, record + 1);
	bytes = record[1 + PERF_WORDS];
	if (bytes == 0 || bytes > STACK_BYTES ||
		words < 1 + PERF_WORDS + 1 + bytes / 8 + 1)
		return false;
	used = record[1 + PERF_WORDS + 1 + bytes / 8];
	registers->stack = memory_get(STACK_BYTES);
	if (registers->stack == NULL)
		return false;
	registers->stack_bytes = used < bytes ? used : bytes;
	memcpy(registers->stack, record + 1 + PERF_WORDS + 1, registers->stack_bytes);
	registers->is_whole = true;
	return true;
}

/* Take the first sample that has come. */
static void
perf_take(struct perf *perf, struct sample *sample)
{
	uint64_t end = __atomic_load_n(&perf->head->data_head, __ATOMIC_ACQUIRE);
	uint64_t at = perf->head->data_tail;
	struct perf_event_header header;
	uint64_t *record;

	while (at + sizeof(header) <= end && !sample->is_there) {
		perf_copy(perf, at, &header, sizeof(header));
		if (header.size < sizeof(header) || at + header.size > end)
			break;
		record = header.type == PERF_RECORD_SAMPLE ? memory_get(header.size)
							   : NULL;
		if (record != NULL) {
			size_t bytes = header.size - sizeof(header);

			perf_copy(perf, at + sizeof(header), record, bytes);
			sample->is_there =
				take_record(record, bytes / 8, &sample->registers);
			free(record);
		}
		at += header.size;
	}
	__atomic_store_n(&perf->head->data_tail, at, __ATOMIC_RELEASE);
}

static void
perf_wait(struct perf *perfs, struct sample *samples, size_t n, pid_t pid)
{
	uint64_t since = loop_now(), now;
	size_t i, missing;

	do {
		poll(NULL, 0, ROUND_MS);
		now = loop_now();
		for (missing = 0, i = 0; i < n; i++) {
			if (perfs[i].fd < 0 || samples[i].is_there ||
				!samples[i].thread->is_running)
				continue;
			perf_take(&perfs[i], &samples[i]);
			missing += !samples[i].is_there &&
				(now - since < PATIENCE_NS ||
					!has_ceased(pid, samples[i].thread));
		}
	} while (missing > 0 && now - since < STARVED_NS);
}

/* ---- stopping a thread ---- */

/* Nothing else is done in here: its time is that of the thread that stands. */
static void
copy_stopped(struct sample *sample, struct source *source)
{
	struct user_regs_struct user;
	struct iovec part = { &user, sizeof(user) };
	struct registers *registers = &sample->registers;
	ssize_t n;

	if (ptrace(PTRACE_GETREGSET, sample->thread->tid, (void *)NT_PRSTATUS, &part) < 0)
		return;
	take_user(registers, &user);
	registers->is_whole = true;
	n = source_read_some(
		source, registers->general[REGISTER_SP], registers->stack, STACK_BYTES);
	registers->stack_bytes = n > 0 ? n : 0;
	sample->is_there = true;
}

/*
 * Wait until a thread that was interrupted has stopped. False: it does not. *since gets
 * the last moment at which it had not: one that waits for a CPU goes on to do so.
 */
static bool
wait_for_stop(pid_t tid, int *status, uint64_t *since)
{
	const struct timespec pause = { .tv_nsec = STOP_LOOK_NS };
	uint64_t end = *since + STARVED_NS, now;
	pid_t found;

	do {
		now = loop_now();
		found = waitpid(tid, status, __WALL | WNOHANG);
		if (found == 0) {
			*since = now;
			nanosleep(&pause, NULL);
		}
	} while (found == 0 && now < end);
	return found == tid && WIFSTOPPED(*status);
}

/* A signal that came just then is not lost. */
static int
signal_of(int status)
{
	return status >> 16 == PTRACE_EVENT_STOP ? 0 : WSTOPSIG(status);
}

static void
stop_and_copy(struct sample *sample, struct source *source)
{
	uint64_t since;
	int status;

	/* There before it stands, with its pages. */
	sample->registers.stack = memory_zeroed(STACK_BYTES);
	if (sample->registers.stack == NULL)
		return;
	if (ptrace(PTRACE_SEIZE, sample->thread->tid, NULL, NULL) < 0)
		return;
	since = loop_now();
	if (ptrace(PTRACE_INTERRUPT, sample->thread->tid, NULL, NULL) < 0 ||
		!wait_for_stop(sample->thread->tid, &status, &since))
		return;
	copy_stopped(sample, source);
	ptrace(PTRACE_DETACH, sample->thread->tid, NULL,
		(void *)(intptr_t)signal_of(status));
	sample->stopped_ns = loop_now() - since;
}

struct stops {
	struct sample *samples;
	size_t n;
	struct source *source;
};

static void *
stop_all(void *arg)
{
	const struct sched_param before_others = { .sched_priority = 1 };
	const struct stops *stops = arg;
	size_t i;

	/* Where that is allowed: no thread stands while this one waits for a CPU. */
	sched_setscheduler(0, SCHED_FIFO, &before_others);
	for (i = 0; i < stops->n; i++)
		stop_and_copy(&stops->samples[i], stops->source);
	return NULL;
}

/*
 * In a thread of its own, which ends at once: with its end the kernel lets go of
 * everything that it has not let go of itself.
 */
static void
stop_each(struct sample *samples, size_t n, struct source *source)
{
	struct stops stops = { .samples = samples, .n = n, .source = source };
	pthread_t thread;

	if (pthread_create(&thread, NULL, stop_all, &stops) == 0)
		pthread_join(thread, NULL);
}

/* ---- both ---- */

static bool
is_forbidden(int ret)
{
	return ret == -EACCES || ret == -EPERM || ret == -ENOSYS || ret == -ENOENT ||
		ret == -EOPNOTSUPP;
}

void
sample_threads(pid_t pid, struct sample *samples, size_t n, struct source *source)
{
	struct perf *perfs = n > 0 ? memory_zeroed(n * sizeof(*perfs)) : NULL;
	bool forbidden = false;
	size_t i;

	if (perfs == NULL)
		return;
	for (i = 0; i < n; i++)
		forbidden = is_forbidden(perf_open(&perfs[i], samples[i].thread->tid)) ||
			forbidden;
	if (forbidden)
		stop_each(samples, n, source);
	else
		perf_wait(perfs, samples, n, pid);
	for (i = 0; i < n; i++) {
		/* It has gone to sleep meanwhile, has ended, or got no CPU. */
		if (!samples[i].is_there && samples[i].thread->is_running)
			host_look_at_call(pid, samples[i].thread);
		perf_close(&perfs[i]);
	}
	free(perfs);
}

void
sample_free(struct sample *sample)
{
	free(sample->registers.stack);
	sample->registers.stack = NULL;
}
