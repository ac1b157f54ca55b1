/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Reads the array of memzones. */

#include <errno.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "outside/fbarray.h"
#include "outside/group.h"
#include "outside/layout.h"
#include "outside/memzone.h"

struct walk {
	const struct group *group;
	void (*visit)(const struct memzone *memzone, void *ctx);
	void *ctx;
	int ret;
};

static void
visit_element(uint64_t address, uint32_t index, void *ctx)
{
	struct walk *walk = ctx;
	const struct layout *layout = walk->group->layout;
	struct memzone memzone = { .socket = -1 };
	char bytes[128];

	(void)index;
	if (layout->size_of_rte_memzone > sizeof(bytes) ||
		group_read(walk->group, address, bytes, layout->size_of_rte_memzone) <
			0) {
		walk->ret = -EBADMSG;
		return;
	}
	memzone.address = group_u64(bytes, layout->rte_memzone_addr);
	/* One that is not in use is all zeros (rte_memzone_free()). */
	if (memzone.address == 0)
		return;
	memcpy(memzone.name, bytes + layout->rte_memzone_name, MEMZONE_NAME_BYTES);
	memzone.name_length = strlen(memzone.name);
	memzone.bytes = group_u64(bytes, layout->rte_memzone_len);
	memzone.page_bytes = group_u64(bytes, layout->rte_memzone_hugepage_sz);
	memzone.socket = group_u32(bytes, layout->rte_memzone_socket_id);
	memzone.flags = group_u32(bytes, layout->rte_memzone_flags);
	walk->visit(&memzone, walk->ctx);
}

int
memzone_walk(const struct group *group,
	void (*visit)(const struct memzone *memzone, void *ctx), void *ctx)
{
	struct walk walk = { .group = group, .visit = visit, .ctx = ctx };
	struct fbarray array;

	if (fbarray_read(group, group->config + group->layout->rte_mem_config_memzones,
		    &array) < 0 ||
		strcmp(array.name, "memzone") != 0 ||
		array.element_bytes != group->layout->size_of_rte_memzone ||
		fbarray_walk(group, &array, visit_element, &walk) < 0)
		return -EBADMSG;
	return walk.ret;
}

static void
add_memzone(const struct memzone *memzone, void *ctx)
{
	char address[32];

	snprintf(address, sizeof(address), "0x%" PRIx64, memzone->address);
	json_array_append_new(ctx,
		json_pack("{s:o, s:s, s:I, s:o, s:I, s:I}", "name",
			json_of_bytes(memzone->name, memzone->name_length), "address",
			address, "bytes", (json_int_t)memzone->bytes, "socket",
			json_of_number(memzone->socket >= 0, memzone->socket),
			"page_bytes", (json_int_t)memzone->page_bytes, "flags",
			(json_int_t)memzone->flags));
}

int
memzone_list(const struct group *group, json_t *memzones)
{
	return memzone_walk(group, add_memzone, memzones);
}
