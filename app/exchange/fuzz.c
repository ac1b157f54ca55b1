/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Sends payloads, and watches the process that gets them. */

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <rte_common.h>

#include "base/histogram.h"
#include "base/loop.h"
#include "base/memory.h"
#include "base/ticks.h"
#include "exchange/fuzz.h"
#include "exchange/mp_request.h"
#include "exchange/question.h"
#include "host/sockets.h"
#include "mp/request.h"
#include "outside/vitals.h"
#include "peers/self.h"

/* A process that does not answer is asked so long at least, however short -t is. */
#define RECOVERY_NS (2 * UINT64_C(1000000000))

/* Between two sends that fail at once. */
#define PAUSE_NS (10 * UINT64_C(1000000))

/* The good payload is given so many chances at the start: the host may be busy. */
#define GOOD_TRIES 5

/* Every fourth payload has descriptors, if any has. */
#define FDS_EACH 4

static void
open_files(struct ipc_request *request, int n)
{
	while (request->n_fds < n) {
		int fd = open("/dev/null", O_RDWR | O_CLOEXEC);

		if (fd < 0)
			return;
		request->fds[request->n_fds++] = fd;
	}
}

/*
 * Ask once. Returns 1: answered, with *ns; 0: not; or -EINTR, -ECANCELED, -ENOMEM and
 * other errors of mp_request_ask().
 */
static int
ask(const struct fuzz *fuzz, const struct fuzz_payload *payload, uint64_t *ns)
{
	struct ipc_request *request = memory_zeroed(sizeof(*request));
	int ret;

	if (request == NULL)
		return -ENOMEM;
	memcpy(request->action, fuzz->action, sizeof(request->action));
	memcpy(request->payload, payload->payload.bytes, sizeof(request->payload));
	request->length = payload->payload.length;
	request->timeout_ms = fuzz->timeout_ms;
	request->is_probe = true;
	open_files(request, payload->n_fds);
	ret = mp_request_ask(&request);
	if (ret < 0)
		return ret;
	ret = mp_request_is_answered(request);
	*ns = ticks_to_ns(request->ticks);
	ipc_request_free(request);
	return ret;
}

/* Find a payload that is answered. Returns 0, -ENOENT, or the error of ask(). */
static int
find_good(struct fuzz *fuzz)
{
	struct fuzz_payload tried = { .payload = fuzz->good };
	unsigned int i;
	uint64_t ns;
	int ret = 0;

	for (i = 0; i < GOOD_TRIES && ret == 0 && fuzz->has_good; i++)
		ret = ask(fuzz, &tried, &ns);
	for (i = 0; i < MUTATION_TRIES && ret == 0 && !fuzz->has_good; i++) {
		mutation_try(i, &tried.payload);
		ret = ask(fuzz, &tried, &ns);
	}
	if (ret <= 0)
		return ret < 0 ? ret : -ENOENT;
	fuzz->good = tried.payload;
	return 0;
}

/*
 * Ask the good payload until it is answered. Returns 1, 0 if it is not any more, or the
 * error of ask().
 */
static int
recover(struct fuzz *fuzz)
{
	const struct fuzz_payload good = { .payload = fuzz->good };
	uint64_t wait = exchange_timeout() * UINT64_C(1000000), began = loop_now(), asked;
	uint64_t end = began + RTE_MAX(wait, RECOVERY_NS), ns;
	int ret;

	do {
		if (!vitals_lives(fuzz->pid) || host_lacks_mp_thread(fuzz->pid) ||
			!hub_is_live())
			return 0;
		asked = loop_now();
		ret = ask(fuzz, &good, &ns);
		if (ret != 0)
			return ret;
		if (loop_now() < asked + PAUSE_NS) {
			ret = loop_pause(PAUSE_NS);
			if (ret != -ETIMEDOUT)
				return ret;
		}
	} while (loop_now() < end);
	fuzz->says_no = true;
	return 0;
}

static void
count_reply(struct fuzz *fuzz, uint64_t ns)
{
	fuzz->replied++;
	histogram_record(&fuzz->times, ns);
	if (ns <= fuzz->worst_ns)
		return;
	fuzz->worst_ns = ns;
	fuzz->worst = fuzz->last;
}

static bool
leaks(const struct fuzz *fuzz)
{
	return fuzz->before.descriptors >= 0 &&
		vitals_descriptors(fuzz->pid) >= fuzz->before.descriptors + FUZZ_LEAK_MAX;
}

/* Send the next payload. Returns 0, or -EINTR and the like; sets end if it is over. */
static int
send_next(struct fuzz *fuzz)
{
	uint64_t ns;
	int ret;

	mutation_make(fuzz->seed, fuzz->sent, &fuzz->good, &fuzz->last.payload);
	fuzz->last.n_fds = fuzz->with_fds && fuzz->sent % FDS_EACH == 0
		? 1 + (int)(fuzz->sent / FDS_EACH % IPC_FDS_MAX)
		: 0;
	ret = ask(fuzz, &fuzz->last, &ns);
	/* A batch ends with its primary: it is this payload that has ended both. */
	if (ret == -ECANCELED && !vitals_lives(fuzz->pid))
		ret = 0;
	if (ret < 0)
		return ret;
	fuzz->sent++;
	if (ret > 0) {
		count_reply(fuzz, ns);
	} else {
		fuzz->silent++;
		ret = recover(fuzz);
		if (ret == 0)
			fuzz->end = FUZZ_BROKEN;
	}
	if (ret > 0 && leaks(fuzz))
		fuzz->end = FUZZ_LEAKS;
	return ret < 0 ? ret : 0;
}

static void
end_round(struct fuzz *fuzz)
{
	bool is_half = fuzz->sent * 2 >= fuzz->count && !fuzz->half.lives;

	if (fuzz->sent % FUZZ_ROUND != 0 && !is_half)
		return;
	vitals_read(fuzz->pid, &fuzz->now);
	if (is_half)
		fuzz->half = fuzz->now;
	if (fuzz->sent % FUZZ_ROUND == 0 && fuzz->on_round != NULL)
		fuzz->on_round(fuzz);
}

int
fuzz_run(struct fuzz *fuzz)
{
	int ret = find_good(fuzz);

	if (ret < 0)
		return ret;
	/* The first answers may have made it grow for good. */
	vitals_read(fuzz->pid, &fuzz->before);
	fuzz->end = FUZZ_WHOLE;
	while (fuzz->sent < fuzz->count && fuzz->end == FUZZ_WHOLE) {
		ret = send_next(fuzz);
		if (ret == -EINTR || ret == -ECANCELED)
			fuzz->end = FUZZ_INTERRUPTED;
		else if (ret < 0)
			return ret;
		else
			end_round(fuzz);
	}
	vitals_read(fuzz->pid, &fuzz->now);
	return 0;
}
