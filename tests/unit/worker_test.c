/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdbool.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <rte_ring.h>

#include "base/loop.h"
#include "message/message.h"
#include "ring/doorbell.h"
#include "ring/events.h"
#include "ring/job.h"
#include "ring/lcore.h"
#include "ring/state.h"
#include "ring/turn.h"
#include "ring/worker.h"

#define DEPTH 64
#define LIMIT_NS UINT64_C(20000000000)

/* What was done, in its order: a letter each. */
static char did[16];

/* What the worker does while the main thread is in the middle of worker_drain(). */
static void (*meanwhile)(void);

static struct rte_ring *
private_ring(void)
{
	void *ring = NULL;

	assert_int_equal(posix_memalign(&ring, 64, rte_ring_get_memsize(DEPTH)), 0);
	assert_int_equal(
		rte_ring_init(ring, "private", DEPTH, RING_F_SP_ENQ | RING_F_SC_DEQ), 0);
	return ring;
}

static bool on_event_is_silent;

static void
note(char letter)
{
	size_t n = strlen(did);

	assert_true(n + 1 < sizeof(did));
	did[n] = letter;
	did[n + 1] = '\0';
}

static void
on_done(struct job *job)
{
	note('J');
	free(job);
}

static void
on_event(const struct worker_event *event)
{
	(void)event;
	if (!on_event_is_silent)
		note('E');
}

static bool may_take_now;

static bool
may_take(void)
{
	void (*now)(void) = meanwhile;

	meanwhile = NULL;
	if (now != NULL)
		now();
	return may_take_now;
}

static void
finish_a_job(void)
{
	struct job *job = calloc(1, sizeof(*job));

	assert_non_null(job);
	job->done = on_done;
	worker.jobs_under_way++;
	assert_int_equal(rte_ring_sp_enqueue(worker.done, job), 0);
}

static void
queue_an_event(void)
{
	struct worker_event *event = calloc(1, sizeof(*event));

	assert_non_null(event);
	assert_int_equal(rte_ring_sp_enqueue(worker.events, event), 0);
}

/* The worker sends a question, and its reply comes at once. */
static void
send_and_reply(void)
{
	finish_a_job();
	queue_an_event();
}

static int
set_up(void **state)
{
	(void)state;
	did[0] = '\0';
	on_event_is_silent = false;
	may_take_now = true;
	meanwhile = NULL;
	memset(&worker, 0, sizeof(worker));
	worker.jobs = private_ring();
	worker.done = private_ring();
	worker.events = private_ring();
	worker.on_event = on_event;
	worker.may_take = may_take;
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	free(worker.jobs);
	free(worker.done);
	free(worker.events);
	return 0;
}

static void
a_questions_job_is_done_before_its_reply_is_taken(void **state)
{
	(void)state;
	send_and_reply();
	/* Between the looks at the jobs and at the events. */
	meanwhile = send_and_reply;
	worker_drain();
	assert_string_equal(did, "JEJE");
	assert_int_equal(worker.jobs_under_way, 0);
	assert_false(worker_has_events());
}

static void
events_wait_while_they_cannot_be_shown(void **state)
{
	(void)state;
	send_and_reply();
	may_take_now = false;
	worker_drain();
	assert_string_equal(did, "J");
	assert_true(worker_has_events());
	may_take_now = true;
	worker_drain();
	assert_string_equal(did, "JE");
}

static void *
run_worker(void *arg)
{
	__atomic_store_n((pid_t *)arg, gettid(), __ATOMIC_RELAXED);
	worker_main(NULL);
	return NULL;
}

/* Does the thread sleep in the kernel, with its doorbell's flag set? */
static bool
is_asleep(const pid_t *thread)
{
	char path[64], state = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/self/task/%d/stat",
		(int)__atomic_load_n(thread, __ATOMIC_RELAXED));
	file = fopen(path, "r");
	if (file == NULL)
		return false;
	if (fscanf(file, "%*d (%*[^)]) %c", &state) != 1)
		state = 0;
	fclose(file);
	return state == 'S' &&
		__atomic_load_n(&worker.bell.flag->sleeps, __ATOMIC_RELAXED) != 0;
}

/* Who makes room among the events wakes a worker that has slept over its jobs. */
static void
a_job_that_waits_for_room_is_not_slept_over(void **state)
{
	struct job *job = calloc(1, sizeof(*job));
	static struct doorbell_flag flag;
	bool asleep = false;
	pthread_t thread;
	pid_t tid = 0;
	unsigned int ms;

	(void)state;
	worker.bell.flag = &flag;
	worker.bell.fd = eventfd(0, EFD_NONBLOCK);
	assert_non_null(job);
	job->type = JOB_CLOSE;
	job->peer = 1;
	job->done = on_done;
	worker.jobs_under_way++;
	while (rte_ring_free_count(worker.events) != 0)
		queue_an_event();
	assert_int_equal(rte_ring_sp_enqueue(worker.jobs, job), 0);
	assert_int_equal(pthread_create(&thread, NULL, run_worker, &tid), 0);
	/* It may wake up again at any time, and finds the same. */
	for (ms = 0; ms < 10000 && !asleep; ms++) {
		usleep(1000);
		asleep = is_asleep(&tid);
	}
	assert_true(asleep);
	assert_int_equal(__atomic_load_n(&worker.stalled, __ATOMIC_SEQ_CST), 1);
	on_event_is_silent = true;
	for (ms = 0; ms < 10000 && did[0] == '\0'; ms++) {
		worker_drain();
		usleep(1000);
	}
	assert_string_equal(did, "J");
	__atomic_store_n(&worker.stop, 1, __ATOMIC_RELEASE);
	doorbell_wake(&worker.bell);
	pthread_join(thread, NULL);
	close(worker.bell.fd);
}

static uint32_t main_thread_waits;

static void
say_that_it_waits(void *arg)
{
	(void)arg;
	__atomic_store_n(&main_thread_waits, 1, __ATOMIC_RELEASE);
}

/* One message of this kind comes to a worker that never sleeps, and then nothing. */
static void *
run_worker_with_an_event(void *arg)
{
	const enum message_kind *kind = arg;
	struct worker_event *event = calloc(1, sizeof(*event));

	while (__atomic_load_n(&main_thread_waits, __ATOMIC_ACQUIRE) == 0)
		usleep(1000);
	event->kind = *kind;
	events_push(event);
	worker_main(NULL);
	return NULL;
}

static bool
is_shown(void *ctx)
{
	(void)ctx;
	return did[0] != '\0';
}

static void
hear_of(enum message_kind kind)
{
	pthread_t thread;
	uint64_t until;

	main_thread_waits = 0;
	assert_int_equal(loop_init(), 0);
	loop_set_drain(worker_drain);
	worker.polls = true;
	assert_int_equal(loop_post(say_that_it_waits, NULL), 0);
	assert_int_equal(
		pthread_create(&thread, NULL, run_worker_with_an_event, &kind), 0);
	/* At the timeout the loop drains as well. */
	until = loop_now() + LIMIT_NS;
	assert_int_equal(loop_until(is_shown, NULL, LIMIT_NS), 0);
	assert_true(loop_now() < until);
	assert_string_equal(did, "E");
	__atomic_store_n(&worker.stop, 1, __ATOMIC_RELEASE);
	pthread_join(thread, NULL);
	loop_set_drain(NULL);
	loop_free();
}

static void
the_main_thread_hears_of_a_text(void **state)
{
	(void)state;
	hear_of(MESSAGE_TEXT);
}

static void
the_main_thread_hears_of_what_may_wait(void **state)
{
	(void)state;
	hear_of(MESSAGE_BROADCAST);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		/* The first: the others wake the main thread without a loop. */
		TEST(the_main_thread_hears_of_a_text),
		TEST(the_main_thread_hears_of_what_may_wait),
		TEST(a_questions_job_is_done_before_its_reply_is_taken),
		TEST(events_wait_while_they_cannot_be_shown),
		TEST(a_job_that_waits_for_room_is_not_slept_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
