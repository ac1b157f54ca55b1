/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The memory of another group, in which anything may stand, and files that say they are a
 * dump: what is read of them has an end, and no address in them is followed out of them.
 * An input changes words of a small group that is right: its places, and what they get.
 */

#include <errno.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <unistd.h>

#include <jansson.h>

#include "fuzz.h"
#include "outside/core.h"
#include "outside/extents.h"
#include "outside/group.h"
#include "outside/heap.h"
#include "outside/layout.h"
#include "outside/memzone.h"
#include "outside/pool.h"
#include "outside/regions.h"
#include "outside/ring.h"

#define VERSION (22u << 24 | 11u << 16 | 99)

/* Where the group is, and what is where in it. */
#define BASE UINT64_C(0x100000000)
#define BYTES 0x40000u
#define ZONES 0x10000u
#define SEGMENTS 0x14000u
#define RINGS 0x20000u
#define POOLS 0x22000u
#define HEAP 0x24000u

#define ZONES_MAX 64

static const struct layout *layout;
static uint8_t right[BYTES];
static int file = -1;
static char path[32];

static void
put(uint32_t at, uint64_t value, size_t size)
{
	memcpy(right + at, &value, size);
}

static void
put_array(uint32_t at, const char *name, uint32_t length, uint32_t bytes, uint32_t data)
{
	strcpy((char *)right + at + layout->rte_fbarray_name, name);
	put(at + layout->rte_fbarray_count, 1, 4);
	put(at + layout->rte_fbarray_len, length, 4);
	put(at + layout->rte_fbarray_elt_sz, bytes, 4);
	put(at + layout->rte_fbarray_data, BASE + data, 8);
	/* The number of words in its mask, and the mask. */
	put(data + length * bytes, 1, 4);
	put(data + length * bytes + 8, 1, 8);
}

/* A list of one object: it begins behind its entry. */
static void
put_list(unsigned int i, const char *name, uint32_t entry)
{
	uint32_t at =
		layout->rte_mem_config_tailq_head + i * layout->size_of_rte_tailq_head;

	strcpy((char *)right + at + layout->rte_tailq_head_name, name);
	put(at + layout->rte_tailq_head_tailq_head, BASE + entry, 8);
	put(entry + layout->rte_tailq_entry_data, BASE + entry + 64, 8);
}

static void
put_ring(uint32_t at, const char *name)
{
	strcpy((char *)right + at, name);
	put(at + layout->rte_ring_memzone, BASE + ZONES, 8);
	put(at + layout->rte_ring_size, 64, 4);
	put(at + layout->rte_ring_mask, 63, 4);
	put(at + layout->rte_ring_capacity, 63, 4);
	put(at + layout->rte_ring_prod, 5, 4);
}

static void
put_heap(void)
{
	uint32_t at = layout->rte_mem_config_malloc_heaps;

	put(at + layout->malloc_heap_first, BASE + HEAP, 8);
	put(at + layout->malloc_heap_last, BASE + HEAP + 0x1000, 8);
	put(at + layout->malloc_heap_total_size, 0x2000, 8);
	put(HEAP + layout->malloc_elem_next, BASE + HEAP + 0x1000, 8);
	put(HEAP + layout->malloc_elem_size, 0x1000, 8);
	put(HEAP + 0x1000 + layout->malloc_elem_prev, BASE + HEAP, 8);
	put(HEAP + 0x1000 + layout->malloc_elem_size, 0x1000, 8);
}

static void
make_right(void)
{
	uint32_t list, pool = POOLS + 64;

	layout = layout_of(VERSION);
	CHECK(layout != NULL && layout->size_of_rte_mem_config < ZONES);
	put(LAYOUT_MAGIC, LAYOUT_MAGIC_VALUE, 4);
	put(LAYOUT_VERSION, VERSION, 4);
	put(layout->rte_mem_config_mem_cfg_addr, BASE, 8);
	put_array(layout->rte_mem_config_memzones, "memzone", ZONES_MAX,
		layout->size_of_rte_memzone, ZONES);
	strcpy((char *)right + ZONES, "RG_jobs");
	put(ZONES + layout->rte_memzone_addr, BASE + RINGS + 64, 8);
	put(ZONES + layout->rte_memzone_len, layout->size_of_rte_ring + 64 * 8, 8);
	list = layout->rte_mem_config_memsegs;
	put(list, BASE, 8);
	put(list + layout->rte_memseg_list_page_sz, BYTES, 8);
	put_array(list + layout->rte_memseg_list_memseg_arr, "memseg-0", ZONES_MAX,
		layout->size_of_rte_memseg, SEGMENTS);
	put(SEGMENTS + layout->rte_memseg_addr, BASE, 8);
	put(SEGMENTS + layout->rte_memseg_len, BYTES, 8);
	put_list(0, "RTE_RING", RINGS);
	put_ring(RINGS + 64, "jobs");
	put_list(1, "RTE_MEMPOOL", POOLS);
	strcpy((char *)right + pool, "job_pool");
	put(pool + layout->rte_mempool_pool_data, BASE + RINGS + 64, 8);
	put(pool + layout->rte_mempool_size, 63, 4);
	put_heap();
	file = memfd_create("outside", MFD_CLOEXEC);
	CHECK(file >= 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
}

/* Change a word: its place, how many bytes, and a number that is one of many kinds. */
static void
change(struct input *input, uint8_t *image, size_t bytes)
{
	static const uint64_t numbers[] = { 0, 1, 63, 0xffff, UINT32_MAX, INT64_MAX,
		UINT64_MAX, BASE, BASE + BYTES, BASE + RINGS, BASE + HEAP };
	static const uint32_t places[] = { RINGS, RINGS + 64, POOLS, POOLS + 64, HEAP,
		HEAP + 0x1000, ZONES, SEGMENTS };
	uint32_t at = input_word(input), word = input_word(input);
	size_t size = (size_t)1 << (at >> 30);
	uint64_t number = word >> 28 < 6 ? BASE + word % BYTES / 8 * 8
		: word >> 28 < 12 ? numbers[word % (sizeof(numbers) / sizeof(numbers[0]))]
				  : (uint64_t)word << word % 40;

	/* Half of them in the heads of what is there. */
	if ((at & 0x20000000) != 0 && bytes >= BYTES)
		at = places[at % (sizeof(places) / sizeof(places[0]))] +
			(at >> 8) % 16 * 8;
	at = (at & 0x1fffffff) % (bytes - 8);
	memcpy(image + (at & ~(uint32_t)(size - 1)), &number, size);
}

/* All that show reads of a group, and what a dump of it has; of the right one it is all.
 */
static void
check_group(struct group *group, bool is_right)
{
	int (*const lists[])(const struct group *group, json_t *objects) = { ring_list,
		pool_list, memzone_list, heap_list };
	struct regions regions;
	char error[512] = "";
	uint64_t bytes;
	unsigned int i;

	for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		json_t *objects = json_array();
		char *text;

		CHECK(lists[i](group, objects) == 0 || !is_right);
		CHECK(json_array_size(objects) <= GROUP_LIST_MAX);
		CHECK(json_array_size(objects) == 1 || !is_right);
		/* Whatever the names are, they can be printed. */
		text = json_dumps(objects, JSON_COMPACT);
		CHECK(text != NULL);
		free(text);
		json_decref(objects);
	}
	group_memory(group, &bytes);
	if (regions_find(group, &regions, error, sizeof(error)) < 0) {
		CHECK(error[0] != '\0');
		return;
	}
	CHECK(extents_bytes(&regions.loads) <= group->source.n_ranges * UINT64_C(1)
			<< 40);
	regions_free(&regions);
}

static void
check_memory(bool is_right)
{
	struct group group;
	char error[512] = "";
	ssize_t at;

	memset(&group, 0, sizeof(group));
	group.kind = GROUP_FILES;
	source_init(&group.source);
	at = source_add_file(&group.source, path);
	CHECK(at >= 0 && source_add_range(&group.source, BASE, BYTES, at, 0) == 0);
	if (group_prove(&group, BASE, error, sizeof(error)) == 0)
		check_group(&group, is_right);
	else
		CHECK(!is_right && error[0] != '\0' && strchr(error, '\n') == NULL);
	group_close(&group);
}

static void
check_dump(bool is_right)
{
	struct group group;
	char error[512] = "";

	if (group_open_dump(&group, path, error, sizeof(error)) == 0) {
		check_group(&group, is_right);
		group_close(&group);
	} else {
		CHECK(!is_right && error[0] != '\0' && strchr(error, '\n') == NULL);
	}
}

/* A dump of the group, as core.c writes it. */
static size_t
put_dump(uint8_t *image)
{
	struct extent whole = { BASE, BASE + BYTES };
	const struct extents regions = { &whole, 1 };
	const struct core_note note = {
		.form = CORE_NOTE_FORM,
		.version = VERSION,
		.config_low = (uint32_t)BASE,
		.config_high = BASE >> 32,
		.prefix = "fuzz",
	};
	size_t begin = core_begin(1);

	CHECK(core_write_head(file, &regions, &note) == 0);
	CHECK(pread(file, image, begin, 0) > 0);
	memcpy(image + begin, right, BYTES);
	return begin + BYTES;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t image[BYTES + 8192];
	struct input input = { data, size };
	size_t bytes = BYTES, begin = 0;
	bool is_right = true;
	uint8_t kind;

	if (file < 0)
		make_right();
	kind = input_byte(&input);
	memset(image, 0, sizeof(image));
	if (kind & 1) {
		bytes = put_dump(image);
		begin = kind & 2 ? 1024 : bytes;
	} else {
		memcpy(image, right, BYTES);
		begin = BYTES;
	}
	for (; input.size >= 8; is_right = false)
		change(&input, image, begin);
	/* A dump may be cut. */
	if ((kind & 5) == 5) {
		bytes -= kind * 1024u;
		is_right = false;
	}
	CHECK(ftruncate(file, bytes) == 0 &&
		pwrite(file, image, bytes, 0) == (ssize_t)bytes);
	if (kind & 1)
		check_dump(is_right);
	else
		check_memory(is_right);
	return 0;
}
