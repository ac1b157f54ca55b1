/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Reads EAL's arrays. */

#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "outside/fbarray.h"
#include "outside/group.h"
#include "outside/layout.h"

/* More elements, or larger ones, has none of EAL's. */
#define LENGTH_MAX (1u << 24)
#define ELEMENT_MAX 4096

/* Behind the elements: how many words the mask has, and the mask (eal_common_fbarray.c).
 */
#define MASK_HEAD 8

int
fbarray_parse(const struct group *group, const char *header, struct fbarray *array)
{
	const struct layout *layout = group->layout;

	memcpy(array->name, header + layout->rte_fbarray_name, FBARRAY_NAME_BYTES);
	array->name[FBARRAY_NAME_BYTES] = '\0';
	array->count = group_u32(header, layout->rte_fbarray_count);
	array->length = group_u32(header, layout->rte_fbarray_len);
	array->element_bytes = group_u32(header, layout->rte_fbarray_elt_sz);
	array->data = group_u64(header, layout->rte_fbarray_data);
	if (array->length > LENGTH_MAX || array->element_bytes > ELEMENT_MAX ||
		array->count > array->length)
		return -EBADMSG;
	return 0;
}

int
fbarray_read(const struct group *group, uint64_t address, struct fbarray *array)
{
	char header[256];

	if (group->layout->size_of_rte_fbarray > sizeof(header) ||
		group_read(group, address, header, group->layout->size_of_rte_fbarray) <
			0)
		return -EBADMSG;
	return fbarray_parse(group, header, array);
}

uint64_t
fbarray_mask(const struct fbarray *array, uint32_t *words)
{
	*words = (array->length + 63) / 64;
	return array->data + (uint64_t)array->length * array->element_bytes + MASK_HEAD;
}

int
fbarray_walk(const struct group *group, const struct fbarray *array,
	void (*visit)(uint64_t address, uint32_t index, void *ctx), void *ctx)
{
	uint32_t words, word, bit, index, found = 0;
	uint64_t mask = fbarray_mask(array, &words), used;

	for (word = 0; word < words && found < array->count; word++) {
		if (group_read(group, mask + 8 * (uint64_t)word, &used, sizeof(used)) < 0)
			return -EBADMSG;
		for (; used != 0; used &= used - 1) {
			bit = __builtin_ctzll(used);
			index = 64 * word + bit;
			if (index >= array->length)
				return -EBADMSG;
			visit(array->data + (uint64_t)index * array->element_bytes, index,
				ctx);
			found++;
		}
	}
	return 0;
}
