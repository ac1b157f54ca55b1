/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* What ping and bench have in common. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/background.h"
#include "base/loop.h"
#include "base/ticks.h"
#include "cmds/target.h"
#include "exchange/question.h"
#include "grammar/args.h"
#include "mp/ping.h"
#include "output/output.h"
#include "peers/peer.h"
#include "peers/peers.h"
#include "peers/self.h"

int
target_resolve(const struct args *args, struct target *target)
{
	const char *word = args_word(args, "peer"), *via = args_word(args, "ring|mp");
	unsigned int n;
	int number;

	target->road = via != NULL && strcmp(via, "mp") == 0 ? ROAD_MP : ROAD_RING;
	target->number = 0;
	if (word != NULL) {
		number = hub_find(word);
		if (number < 0) {
			output_error(
				"no peer named %s", output_escape(word, strlen(word)));
			return number;
		}
		target->number = number;
		if (target->number == hub_number()) {
			output_error("%s is this process: name another peer", hub_name());
			return -EINVAL;
		}
	} else if (hub_role() == ROLE_PRIMARY) {
		n = hub_count(&target->number);
		if (n == 0) {
			output_error("no secondary is attached");
			return -ENOTCONN;
		}
		if (n > 1) {
			output_error("%u secondaries are attached: name one", n);
			return -EINVAL;
		}
	}
	if (target->road == ROAD_MP && hub_role() == ROLE_SECONDARY &&
		target->number != 0) {
		output_error("over rte_mp a secondary reaches the primary alone: use via "
			     "ring");
		return -EINVAL;
	}
	return 0;
}

/* Outlives the command when it was interrupted. */
struct trip {
	struct target target;
	unsigned int source, size;
	uint32_t sequence, timeout_ms;
	uint64_t ticks;
	int result;
	bool over, abandoned;
};

static void
trip_over(void *arg)
{
	struct trip *trip = arg;

	trip->over = true;
	if (trip->abandoned)
		free(trip);
}

static void
make_trip(void *arg)
{
	struct trip *trip = arg;

	trip->result = ipc_round_trip(trip->source, trip->target.number, trip->sequence,
		trip->size, trip->timeout_ms, &trip->ticks);
	loop_post(trip_over, trip);
}

static bool
is_over(void *ctx)
{
	return ((struct trip *)ctx)->over;
}

int
target_mp_round_trip(const struct target *target, unsigned int size, uint32_t timeout_ms,
	uint64_t *rtt_ns)
{
	struct trip *trip = calloc(1, sizeof(*trip));
	int ret;

	if (trip == NULL)
		return -ENOMEM;
	trip->target = *target;
	trip->source = hub_number();
	trip->size = size;
	trip->sequence = exchange_next_sequence();
	trip->timeout_ms = timeout_ms;
	ret = background_run(make_trip, trip);
	if (ret < 0) {
		free(trip);
		return ret;
	}
	stats_count(target->number, ROAD_MP, COUNT_SENT, 1);
	ret = loop_until(is_over, trip, LOOP_FOREVER);
	if (!trip->over) {
		trip->abandoned = true;
		stats_count(target->number, ROAD_MP, COUNT_TIMEOUTS, 1);
		return ret;
	}
	ret = trip->result;
	*rtt_ns = ticks_to_ns(trip->ticks);
	stats_count(
		target->number, ROAD_MP, ret == 0 ? COUNT_REPLIES : COUNT_TIMEOUTS, 1);
	if (ret == 0)
		stats_round_trip(target->number, ROAD_MP, *rtt_ns);
	free(trip);
	return ret;
}
