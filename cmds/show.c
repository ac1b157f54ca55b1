/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* show: rings, mempools, memzones and heaps in the memory of a group, looked at from
 * outside. */

#include <errno.h>
#include <string.h>

#include "cmds/cmds.h"
#include "grammar/args.h"
#include "outside/objects.h"
#include "output/output.h"
#include "output/table.h"

static void
view_rings(const json_t *rows)
{
	static const struct output_column columns[] = {
		{ "NAME", "name", false, OUTPUT_KEY },
		{ "SIZE", "size", true, OUTPUT_PLAIN },
		{ "USED", "used", true, OUTPUT_COUNTER },
		{ "FREE", "free", true, OUTPUT_PLAIN },
		{ "FLAGS", "flags", false, OUTPUT_PLAIN },
		{ "ELEMENT", "element_bytes", true, OUTPUT_PLAIN },
		{ "PROD", "producers", false, OUTPUT_PLAIN },
		{ "CONS", "consumers", false, OUTPUT_PLAIN },
		{ NULL, NULL, false, OUTPUT_PLAIN },
	};

	if (json_array_size(rows) == 0)
		output_line("no rings");
	else
		output_table(columns, rows);
	output_watched(rows);
}

static void
view_ring(const json_t *ring)
{
	json_t *rows = json_pack("[O]", ring);

	view_rings(rows);
	json_decref(rows);
}

static void
view_pools(const json_t *rows)
{
	static const struct output_column columns[] = {
		{ "NAME", "name", false, OUTPUT_KEY },
		{ "SIZE", "size", true, OUTPUT_PLAIN },
		{ "IN USE", "in_use", true, OUTPUT_COUNTER },
		{ "IN CACHES", "in_caches", true, OUTPUT_COUNTER },
		{ "ELEMENT", "element_bytes", true, OUTPUT_PLAIN },
		{ "CACHE", "cache", true, OUTPUT_PLAIN },
		{ NULL, NULL, false, OUTPUT_PLAIN },
	};

	if (json_array_size(rows) == 0)
		output_line("no pools");
	else
		output_table(columns, rows);
	output_watched(rows);
}

/* One pool, and which lcores' caches have how many of its objects. */
static void
view_pool(const json_t *pool)
{
	static const struct output_column columns[] = {
		{ "LCORE", "lcore", true, OUTPUT_KEY },
		{ "IN ITS CACHE", "objects", true, OUTPUT_PLAIN },
		{ NULL, NULL, false, OUTPUT_PLAIN },
	};
	const json_t *caches = json_object_get(pool, "caches");
	json_t *rows = json_pack("[O]", pool);

	view_pools(rows);
	json_decref(rows);
	if (json_array_size(caches) != 0)
		output_table(columns, caches);
}

static void
view_memzones(const json_t *rows)
{
	static const struct output_column columns[] = {
		{ "NAME", "name", false, OUTPUT_PLAIN },
		{ "ADDRESS", "address", true, OUTPUT_PLAIN },
		{ "BYTES", "bytes", true, OUTPUT_PLAIN },
		{ "SOCKET", "socket", true, OUTPUT_PLAIN },
		{ "PAGE", "page_bytes", true, OUTPUT_PLAIN },
		{ NULL, NULL, false, OUTPUT_PLAIN },
	};

	if (json_array_size(rows) == 0)
		output_line("no memzones");
	else
		output_table(columns, rows);
}

static void
view_heaps(const json_t *rows)
{
	static const struct output_column columns[] = {
		{ "NAME", "name", false, OUTPUT_KEY },
		{ "TOTAL", "total", true, OUTPUT_PLAIN },
		{ "FREE", "free", true, OUTPUT_COUNTER },
		{ "LARGEST", "largest", true, OUTPUT_PLAIN },
		{ "BLOCKS", "blocks", true, OUTPUT_COUNTER },
		{ NULL, NULL, false, OUTPUT_PLAIN },
	};

	if (json_array_size(rows) == 0)
		output_line("no heaps");
	else
		output_table(columns, rows);
	output_watched(rows);
}

static int
run_list(enum object_kind kind, const char *name, void (*view)(const json_t *rows))
{
	char error[512];
	json_t *rows;
	int ret = objects_list(kind, &rows, error, sizeof(error));

	if (ret == 0 || ret == -EBADMSG)
		output_result(name, rows, view);
	if (ret < 0)
		output_error("%s", error);
	return ret;
}

static int
run_rings(const struct args *args)
{
	(void)args;
	return run_list(OBJECT_RINGS, "show_rings", view_rings);
}

static int
run_pools(const struct args *args)
{
	(void)args;
	return run_list(OBJECT_POOLS, "show_pools", view_pools);
}

static int
run_memzones(const struct args *args)
{
	(void)args;
	return run_list(OBJECT_MEMZONES, "show_memzones", view_memzones);
}

static int
run_heaps(const struct args *args)
{
	(void)args;
	return run_list(OBJECT_HEAPS, "show_heaps", view_heaps);
}

static int
run_ring(const struct args *args)
{
	size_t length;
	const char *name = args_bytes(args, "ring", &length);
	json_t *ring;
	char error[512];
	int ret = objects_ring(name, length, &ring, error, sizeof(error));

	if (ret < 0) {
		output_error("%s", error);
		return ret;
	}
	output_result("show_ring", ring, view_ring);
	return 0;
}

static int
run_pool(const struct args *args)
{
	size_t length;
	const char *name = args_bytes(args, "pool", &length);
	json_t *pool;
	char error[512];
	int ret = objects_pool(name, length, &pool, error, sizeof(error));

	if (ret < 0) {
		output_error("%s", error);
		return ret;
	}
	output_result("show_pool", pool, view_pool);
	return 0;
}

const struct command command_show_rings = {
	.name = "show rings",
	.group = GROUP_LOOK,
	.forms = (const char *const[]){ "", NULL },
	.brief = "the rings in the primary's memory",
	.detail = "SIZE: slots. USED and FREE: elements. ELEMENT: bytes of one. PROD and "
		  "CONS: how\n"
		  "producers and consumers synchronise (SP, MP, SC, MC, RTS, HTS).",
	.example = "show rings",
	.needs = COMMAND_LOOKS,
	.run = run_rings,
};

const struct command command_show_ring = {
	.name = "show ring",
	.group = GROUP_LOOK,
	.forms = (const char *const[]){ "<ring*>", NULL },
	.brief = "one ring",
	.detail = "As show rings, for the ring named. The name is the rest of the line; "
		  "\\xNN in it is that\n"
		  "byte: \\x20 a blank, \\x5c a backslash before an x.",
	.example = "show ring mpsh_to_1",
	.needs = COMMAND_LOOKS,
	.run = run_ring,
};

const struct command command_show_pools = {
	.name = "show pools",
	.group = GROUP_LOOK,
	.forms = (const char *const[]){ "", NULL },
	.brief = "the mempools in the primary's memory",
	.detail = "SIZE: objects. IN USE: taken and not given back, where the pool keeps "
		  "its objects\n"
		  "in a ring. IN CACHES: free, but in the cache of an lcore.",
	.example = "show pools",
	.needs = COMMAND_LOOKS,
	.run = run_pools,
};

const struct command command_show_pool = {
	.name = "show pool",
	.group = GROUP_LOOK,
	.forms = (const char *const[]){ "<pool*>", NULL },
	.brief = "one mempool, and its objects in lcores' caches",
	.detail = "As show pools, for the pool named, as show ring takes a name. where "
		  "says who holds\n"
		  "its objects.",
	.example = "show pool mpsh_jobs",
	.needs = COMMAND_LOOKS,
	.run = run_pool,
};

const struct command command_show_memzones = {
	.name = "show memzones",
	.group = GROUP_LOOK,
	.forms = (const char *const[]){ "", NULL },
	.brief = "the memzones in the primary's memory",
	.detail = "Name, address, length, NUMA socket and page size of each.",
	.example = "show memzones",
	.needs = COMMAND_LOOKS,
	.run = run_memzones,
};

const struct command command_show_heaps = {
	.name = "show heaps",
	.group = GROUP_LOOK,
	.forms = (const char *const[]){ "", NULL },
	.brief = "the heaps of rte_malloc",
	.detail =
		"TOTAL, FREE and LARGEST, the largest free piece, in bytes. BLOCKS: how "
		"many are\n"
		"allocated.",
	.example = "show heaps",
	.needs = COMMAND_LOOKS,
	.run = run_heaps,
};
