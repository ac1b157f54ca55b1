/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Reads which files the code of a process comes from. */

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include "host/maps.h"
#include "base/array.h"
#include "outside/code.h"

/* A process with more is not looked at any further. */
#define RANGES_MAX 65536

struct walk {
	struct code *code;
	int ret;
};

static bool
add(const struct host_mapping *mapping, void *ctx)
{
	struct walk *walk = ctx;
	struct code *code = walk->code;
	const char *slash = strrchr(mapping->path, '/');
	struct code_range *grown;

	if (!mapping->executable)
		return true;
	grown = array_grow(code->ranges, code->n, sizeof(*grown));
	if (grown == NULL || code->n == RANGES_MAX) {
		walk->ret = -ENOMEM;
		return false;
	}
	code->ranges = grown;
	grown[code->n++] = (struct code_range){
		.from = mapping->from,
		.to = mapping->to,
		.offset = mapping->offset,
		.name = slash != NULL ? strdup(slash + 1) : NULL,
	};
	return true;
}

int
code_read(pid_t pid, struct code *code)
{
	struct walk walk = { .code = code };

	memset(code, 0, sizeof(*code));
	errno = 0;
	if (!host_walk_all_maps(pid, add, &walk))
		walk.ret = errno != 0 ? -errno : -EIO;
	if (walk.ret < 0)
		code_free(code);
	return walk.ret;
}

void
code_free(struct code *code)
{
	size_t i;

	for (i = 0; i < code->n; i++)
		free(code->ranges[i].name);
	free(code->ranges);
	memset(code, 0, sizeof(*code));
}

const struct code_range *
code_find(const struct code *code, uint64_t address)
{
	size_t low = 0, high = code->n, middle;

	/* The first range that begins behind the address. */
	while (low < high) {
		middle = low + (high - low) / 2;
		if (code->ranges[middle].from <= address)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0 || address >= code->ranges[low - 1].to)
		return NULL;
	return &code->ranges[low - 1];
}

const char *
code_describe(const struct code *code, uint64_t address, char place[CODE_PLACE_SIZE])
{
	const struct code_range *range = code_find(code, address);

	if (range == NULL || range->name == NULL)
		snprintf(place, CODE_PLACE_SIZE, "0x%" PRIx64, address);
	else
		snprintf(place, CODE_PLACE_SIZE, "%.255s+0x%" PRIx64, range->name,
			address - range->from + range->offset);
	return place;
}
