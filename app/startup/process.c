/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

#include <rte_eal.h>
#include <rte_memory.h>

#include "peers/hub.h"
#include "startup/process.h"

static const struct options *own_options; /* one command line a process */

void
process_set_options(const struct options *options)
{
	own_options = options;
}

const struct options *
process_options(void)
{
	return own_options;
}

const char *
process_file_prefix(void)
{
	return own_options->file_prefix;
}

uint64_t
process_memory(void)
{
	return hub_is_live() ? rte_eal_get_physmem_size() : 0;
}
