/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Tells whether anything happens in the group. */

#include <stdbool.h>
#include <stdint.h>
#include <sys/inotify.h>
#include <sys/resource.h>
#include <unistd.h>

#include <event2/event.h>

#include <rte_ring.h>

#include "base/loop.h"
#include "peers/calm.h"
#include "peers/peer.h"
#include "peers/state.h"

#define CALM_LOOKS 5 /* that find that nothing has happened */

static struct {
	int fd;    /* of inotify */
	int watch; /* its watch of the runtime directory */
	struct event *event;
	void (*on_stir)(void);
	unsigned int looks; /* in a row that have found that nothing happened */
	/* As they were at the last look. */
	long waits; /* of the main thread so far */
	uint32_t traffic;
} calm = { .fd = -1 };

static void
on_files(evutil_socket_t fd, short what, void *arg)
{
	char changes[4096];

	(void)what;
	(void)arg;
	while (read(fd, changes, sizeof(changes)) > 0)
		;
	calm_stir();
}

void
calm_start(void (*on_stir)(void))
{
	calm.on_stir = on_stir;
	calm.looks = 0;
	if (hub.config.role == ROLE_GUEST)
		return;
	calm.fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (calm.fd < 0)
		return;
	calm.watch = inotify_add_watch(calm.fd, hub.config.runtime_dir, IN_CREATE);
	if (calm.watch < 0) {
		close(calm.fd);
		calm.fd = -1;
		return;
	}
	calm.event =
		event_new(loop_base(), calm.fd, EV_READ | EV_PERSIST, on_files, NULL);
	if (calm.event == NULL || event_add(calm.event, NULL) != 0)
		calm_free();
}

void
calm_free(void)
{
	loop_free_event(&calm.event);
	/* The end of the process closes it: to close it now would wait for some 10 ms
	 * until the kernel has forgotten the watch.
	 */
	if (calm.fd >= 0)
		inotify_rm_watch(calm.fd, calm.watch);
	calm.fd = -1;
}

/* How many messages the primary's worker has taken and put, as a number that wraps. */
static uint32_t
count_traffic(void)
{
	uint32_t n = 0;
	unsigned int i;

	if (hub.config.role != ROLE_PRIMARY)
		return 0;
	for (i = 1; i <= hub.config.max_peers; i++) {
		const struct place *place = &hub.places[i];

		if (place_is_taken(place))
			n += __atomic_load_n(&place->from->cons.tail, __ATOMIC_RELAXED) +
				__atomic_load_n(&place->to->prod.tail, __ATOMIC_RELAXED);
	}
	return n;
}

bool
calm_look(void)
{
	const uint32_t traffic = count_traffic();
	struct rusage usage;

	/* The wait for this look is one. */
	getrusage(RUSAGE_THREAD, &usage);
	if (usage.ru_nvcsw - calm.waits > 1 || traffic != calm.traffic || calm.fd < 0)
		calm.looks = 0;
	else
		calm.looks++;
	calm.waits = usage.ru_nvcsw;
	calm.traffic = traffic;
	return calm.looks >= CALM_LOOKS;
}

void
calm_stir(void)
{
	if (calm.looks < CALM_LOOKS)
		return;
	calm.looks = 0;
	calm.on_stir();
}
