/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Which names of actions are those of EAL and of DPDK's libraries. */

#include <stdbool.h>
#include <string.h>

#include "outside/actions.h"

bool
action_is_eals(const char *name)
{
	return strncmp(name, "mp_", strlen("mp_")) == 0 ||
		strncmp(name, "eal_", strlen("eal_")) == 0 ||
		strcmp(name, "bus_vdev_mp") == 0;
}
