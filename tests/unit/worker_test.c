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

#include <stdbool.h>

#include <rte_ring.h>

#include "ring/job.h"
#include "ring/state.h"
#include "ring/worker.h"

#define DEPTH 64

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

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_questions_job_is_done_before_its_reply_is_taken),
		TEST(events_wait_while_they_cannot_be_shown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
