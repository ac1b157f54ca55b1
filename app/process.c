/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

#include <rte_eal.h>
#include <rte_memory.h>

#include "hub.h"
#include "process.h"

static const char *prefix = "rte"; /* one EAL a process */

void
process_set_file_prefix(const char *file_prefix)
{
	prefix = file_prefix;
}

const char *
process_file_prefix(void)
{
	return prefix;
}

uint64_t
process_memory(void)
{
	return hub_is_live() ? rte_eal_get_physmem_size() : 0;
}
