/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Start and end of the hub, in each of the three roles. */

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <event2/event.h>

#include "base/loop.h"
#include "message/name.h"
#include "peers/calm.h"
#include "peers/hub.h"
#include "peers/peer.h"
#include "peers/places.h"
#include "peers/seat.h"
#include "peers/shared.h"
#include "peers/state.h"
#include "peers/watch.h"
#include "ring/doorbell.h"
#include "ring/simple_mp.h"
#include "startup/needs.h"
#include "startup/options.h"

struct hub_state hub = {
	.event_fd = -1,
	.self_pid_fd = -1,
	.primary_event_fd = -1,
	.primary_pid_fd = -1,
};

int
hub_start(const struct hub_config *config, char *error, size_t size)
{
	const struct options needed = {
		.max_peers = config->max_peers,
		.huge_dir = config->huge_dir,
	};
	char remedy[NEEDS_MEMORY_SIZE];
	int ret = 0;

	hub.config = *config;
	hub.live = true;
	hub.since = loop_now();
	snprintf(hub.name, sizeof(hub.name), "%s",
		config->role == ROLE_GUEST     ? "guest"
			: config->name != NULL ? config->name
					       : "primary");
	hub.event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	hub.self_pid_fd = syscall(SYS_pidfd_open, getpid(), 0);
	if (hub.event_fd < 0 || hub.self_pid_fd < 0) {
		snprintf(
			error, size, "no descriptor for a doorbell: %s", strerror(errno));
		return -errno;
	}
	hub.bell.fd = hub.event_fd;
	hub.bell.flag = &hub.own_flag;
	if (config->role == ROLE_PRIMARY) {
		ret = places_start();
		if (ret == 0)
			ret = shared_create();
		if (ret < 0) {
			snprintf(error, size,
				"no memory for the rings of %u secondaries: %s\n"
				"%s, or give a smaller --max-peers",
				config->max_peers, strerror(-ret),
				needs_more_memory(&needed, remedy, sizeof(remedy)));
			return ret;
		}
		hub.bell.flag = &hub.memory->flags[0];
		ret = simple_mp_create();
		if (ret < 0) {
			snprintf(error, size,
				ret == -EINVAL || ret == -ENOENT
					? "DPDK has no mempool driver: %s\ninstall "
					  "librte-mempool-ring23"
					: "no memory for the rings of simple_mp: %s\n%s",
				strerror(-ret),
				needs_more_memory(&needed, remedy, sizeof(remedy)));
			return ret;
		}
	} else if (config->role == ROLE_GUEST) {
		simple_mp_attach(); /* fails in silence: few primaries have these rings */
		hub.primary_pid_fd = syscall(SYS_pidfd_open, config->primary_pid, 0);
		if (hub.primary_pid_fd >= 0)
			seat_watch_death(hub.primary_pid_fd);
	}
	ret = watch_start();
	if (ret < 0)
		snprintf(error, size, "out of memory");
	return ret;
}

const struct doorbell *
hub_doorbell(void)
{
	return &hub.bell;
}

void
hub_free(void)
{
	unsigned int i;

	for (i = 1; i <= PEERS_MAX; i++)
		if (hub.places[i].death != NULL)
			places_release_descriptors(&hub.places[i]);
	loop_free_event(&hub.primary_death);
	loop_free_event(&hub.watch);
	calm_free();
	loop_free_event(&hub.change);
	hub.memory = NULL;
}
