/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The timer that looks whether peers are stopped or unresponsive, and whether EAL's
 * rte_mp thread still runs; and that has all processes measure time alike.
 */

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/time.h>
#include <sys/types.h>

#include <event2/event.h>

#include "base/loop.h"
#include "base/ticks.h"
#include "host/process.h"
#include "host/runtime.h"
#include "mp/mp.h"
#include "mp/socket.h"
#include "peers/calm.h"
#include "peers/peer.h"
#include "peers/peers.h"
#include "peers/places.h"
#include "peers/seat.h"
#include "peers/self.h"
#include "peers/shared.h"
#include "peers/state.h"
#include "peers/watch.h"
#include "ring/channel.h"
#include "ring/simple_mp.h"
#include "ring/worker.h"

/*
 * The period of the timer, which is that of the clock that all processes have: they look
 * in the same moment, for which a CPU that sleeps is woken once, not once for each. The
 * secondaries count a beat then, in the memory that all see, and the primary looks
 * PRIMARY_LATER_NS later: of one that has not beaten since its last look it asks the
 * kernel whether it is stopped. So that is known within a second.
 */
#define WATCH_NS 950000000ull
#define PRIMARY_LATER_NS 5000000ull

/*
 * The period in a calm group, where nobody waits for what a look would find: it has the
 * looks of the others among its own.
 */
#define CALM_NS (16 * WATCH_NS)

/* The TSC's frequency is measured until that was done over so much time. */
#define CALIBRATE_NS 500000000ull

/*
 * A secondary that takes no message from one look to the next, though messages wait, is
 * unresponsive. Looks are in short order after this process was stopped.
 */
#define UNRESPONSIVE_NS (WATCH_NS - WATCH_NS / 20)

static bool
is_unresponsive(struct place *place, uint64_t now)
{
	uint32_t tail = __atomic_load_n(&place->to->cons.tail, __ATOMIC_RELAXED);

	if (channel_count(place->to) == 0) {
		place->waited_since = 0;
		return false;
	}
	if (place->waited_since == 0 || tail != place->waited_at) {
		place->waited_since = now;
		place->waited_at = tail;
		return false;
	}
	return now - place->waited_since >= UNRESPONSIVE_NS;
}

/* Has this counter moved since the last look, at which it stood at *seen? */
static bool
has_beaten(const uint32_t *beats, uint32_t *seen)
{
	const uint32_t before = *seen;

	*seen = __atomic_load_n(beats, __ATOMIC_RELAXED);
	return *seen != before;
}

/* Say that this secondary runs. */
static void
beat(void)
{
	uint32_t *beats = &hub.memory->marks[hub.number].beats;

	__atomic_store_n(beats, *beats + 1, __ATOMIC_RELAXED);
}

static void
watch_places(void)
{
	uint64_t now = loop_now();
	bool changed = false;
	unsigned int i;

	for (i = 1; i <= hub.config.max_peers; i++) {
		struct place *place = &hub.places[i];
		enum peer_state before = place->peer.state, state = PEER_UP;

		if (!place_is_taken(place))
			continue;
		if (!has_beaten(&hub.memory->marks[i].beats, &place->beats) &&
			host_is_stopped(place->peer.pid))
			state = PEER_STOPPED;
		else if (is_unresponsive(place, now))
			state = PEER_UNRESPONSIVE;
		if (state == before)
			continue;
		place->peer.state = state;
		shared_publish_place(i, 0);
		changed = true;
		if (state == PEER_STOPPED)
			hub_announce(HUB_STOPPED, &place->peer);
		else if (before == PEER_STOPPED)
			hub_announce(HUB_ANSWERS, &place->peer);
	}
	if (changed)
		places_tell_change();
}

static void
watch_primary(void)
{
	bool stopped = host_is_stopped(hub.config.primary_pid);
	struct peer peer = { .number = 0, .pid = hub.config.primary_pid };

	if (stopped == hub.primary_stopped)
		return;
	hub_default_name(0, peer.name);
	hub.primary_stopped = stopped;
	hub_announce(stopped ? HUB_STOPPED : HUB_ANSWERS, &peer);
}

static bool
is_peer(const char *socket)
{
	return hub_find_socket(socket) >= 0;
}

/*
 * Measure the TSC's frequency once more, over the time since the start; a secondary uses
 * what its primary has measured.
 */
static void
agree_on_ticks(void)
{
	if (hub.config.role == ROLE_SECONDARY) {
		if (hub.live)
			ticks_adopt(
				__atomic_load_n(&hub.memory->ticks_hz, __ATOMIC_RELAXED));
		return;
	}
	if (hub.calibrated)
		return;
	hub.calibrated = ticks_calibrate() >= CALIBRATE_NS;
	if (hub.config.role == ROLE_PRIMARY)
		__atomic_store_n(&hub.memory->ticks_hz, ticks_hz(), __ATOMIC_RELAXED);
}

/* Has the primary ended, or has it not told of a change? */
static void
look_at_primary(void)
{
	hub_on_change();
	/* Of a primary of another PID namespace a guest sees only its lock. */
	if (hub.primary_pid_fd < 0 && host_primary(hub.config.runtime_dir) == 0)
		seat_on_primary_end();
}

/*
 * A message whose sender did not ring, since it was killed just then, waits for a worker
 * that sleeps without end.
 */
static void
watch_rings(void)
{
	bool wait = false;
	unsigned int i;

	if (hub.config.role != ROLE_PRIMARY)
		wait = hub.to != NULL && channel_count(hub.to) != 0;
	else
		for (i = 1; i <= hub.config.max_peers && !wait; i++)
			wait = place_is_taken(&hub.places[i]) &&
				channel_count(hub.places[i].from) != 0;
	if (wait)
		worker_wake();
}

/* When the next look is due: a time from now on. */
static struct timeval
next_look(uint64_t period)
{
	const uint64_t later = hub.config.role == ROLE_PRIMARY ? PRIMARY_LATER_NS : 0;
	const uint64_t left = period - (loop_now() - later) % period;

	return (struct timeval){
		.tv_sec = left / 1000000000,
		.tv_usec = left % 1000000000 / 1000 + 1,
	};
}

static void
on_watch(evutil_socket_t fd, short what, void *arg)
{
	const struct timeval next = next_look(calm_look() ? CALM_NS : WATCH_NS);

	(void)fd;
	(void)what;
	(void)arg;
	/* First, since to lose the primary ends it. */
	event_add(hub.watch, &next);
	if (hub.live && hub.config.role == ROLE_SECONDARY)
		beat();
	if (!hub.mp_thread_ended && !ipc_thread_lives()) {
		hub.mp_thread_ended = true;
		hub_announce(HUB_MP_THREAD_ENDED, NULL);
	}
	agree_on_ticks();
	if (simple_mp_is_there() && hub.live)
		worker_watch_simple_mp(
			hub.config.role == ROLE_GUEST || ipc_has_stranger(is_peer));
	if (hub.config.role != ROLE_PRIMARY && hub.live)
		look_at_primary();
	if (hub.live && hub.config.role != ROLE_GUEST)
		watch_rings();
	if (hub.config.role == ROLE_PRIMARY)
		watch_places();
	else if (hub.live)
		watch_primary();
}

/* The calm is over before the next look: it comes sooner. */
static void
hasten(void)
{
	const struct timeval next = next_look(WATCH_NS);

	if (hub.live && hub.watch != NULL)
		event_add(hub.watch, &next);
}

int
watch_start(void)
{
	const struct timeval first = next_look(WATCH_NS);

	hub.watch = event_new(loop_base(), -1, 0, on_watch, NULL);
	if (hub.watch == NULL || event_add(hub.watch, &first) != 0)
		return -ENOMEM;
	calm_start(hasten);
	return 0;
}
