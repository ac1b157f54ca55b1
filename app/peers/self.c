/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* This process's role, number and names in the hub. */

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include "peers/calm.h"
#include "peers/peer.h"
#include "peers/self.h"
#include "peers/state.h"

void
hub_stay_outside(const char *file_prefix)
{
	hub.config.role = ROLE_OUTSIDE;
	hub.config.file_prefix = file_prefix;
	strcpy(hub.name, hub_role_name());
}

enum role
hub_role(void)
{
	return hub.config.role;
}

const char *
hub_role_name(void)
{
	static const char *const names[] = { "primary", "secondary", "guest", "outside" };

	return names[hub.config.role];
}

unsigned int
hub_number(void)
{
	return hub.number;
}

uint32_t
hub_generation(void)
{
	return hub.generation;
}

const char *
hub_name(void)
{
	return hub.name;
}

unsigned int
hub_max_peers(void)
{
	return hub.config.max_peers;
}

const char *
hub_file_prefix(void)
{
	return hub.config.file_prefix;
}

pid_t
hub_primary_pid(void)
{
	return hub.config.role == ROLE_PRIMARY ? getpid() : hub.config.primary_pid;
}

bool
hub_is_live(void)
{
	return hub.live;
}

void
hub_default_name(unsigned int number, char name[PEER_NAME_SIZE])
{
	if (number == 0)
		strcpy(name, "primary");
	else
		snprintf(name, PEER_NAME_SIZE, "secondary-%u", number);
}

void
hub_announce(enum hub_event event, const struct peer *peer)
{
	calm_stir();
	if (hub.config.listener != NULL)
		hub.config.listener(event, peer);
}
