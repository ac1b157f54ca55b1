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
 * The period of the timer. At each look a process counts one beat more in the memory that
 * all see, which costs nothing; of one that has not beaten since the look before the
 * kernel is asked whether it is stopped. So that is known after two periods at most.
 */
#define WATCH_MS 400

/* What need not be known so soon is done at each of so many looks. */
#define SLOW_LOOKS 2

/*
 * A secondary that takes no message for so long, though messages wait, is unresponsive.
 */
#define UNRESPONSIVE_NS 1000000000ull

/* Do messages wait for this secondary, and has it taken none for UNRESPONSIVE_NS? */
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

/* Say that this process runs. */
static void
beat(void)
{
	uint32_t *beats = hub.config.role == ROLE_PRIMARY
		? &hub.memory->primary_beats
		: &hub.memory->marks[hub.number].beats;

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

		if (before == PEER_FREE || place->attaching)
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
	bool beaten = hub.config.role == ROLE_SECONDARY &&
		has_beaten(&hub.memory->primary_beats, &hub.primary_beats);
	bool stopped = !beaten && host_is_stopped(hub.config.primary_pid);
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
	hub.calibrated = true;
	ticks_calibrate();
	if (hub.config.role == ROLE_PRIMARY)
		__atomic_store_n(&hub.memory->ticks_hz, ticks_hz(), __ATOMIC_RELAXED);
}

/* Has the primary ended, or has it not told of a change? */
static void
look_slowly_at_primary(void)
{
	hub_on_change();
	/* Of a primary of another PID namespace a guest sees only its lock. */
	if (hub.primary_pid_fd < 0 && host_primary(hub.config.runtime_dir) == 0)
		seat_on_primary_end();
}

/* What costs a system call or more, and may be known a little later. */
static void
look_slowly(void)
{
	if (!hub.mp_thread_ended && !ipc_thread_lives()) {
		hub.mp_thread_ended = true;
		hub_announce(HUB_MP_THREAD_ENDED, NULL);
	}
	agree_on_ticks();
	if (simple_mp_is_there() && hub.live)
		worker_watch_simple_mp(
			hub.config.role == ROLE_GUEST || ipc_has_stranger(is_peer));
	if (hub.config.role != ROLE_PRIMARY && hub.live)
		look_slowly_at_primary();
}

static void
on_watch(evutil_socket_t fd, short what, void *arg)
{
	static unsigned int looks;

	(void)fd;
	(void)what;
	(void)arg;
	if (++looks % SLOW_LOOKS == 0)
		look_slowly();
	if (hub.memory != NULL && hub.live)
		beat();
	if (hub.config.role == ROLE_PRIMARY)
		watch_places();
	else if (hub.live)
		watch_primary();
}

int
watch_start(void)
{
	const struct timeval period = { .tv_usec = WATCH_MS * 1000L };

	hub.watch = event_new(loop_base(), -1, EV_PERSIST, on_watch, NULL);
	if (hub.watch == NULL || event_add(hub.watch, &period) != 0)
		return -ENOMEM;
	return 0;
}
