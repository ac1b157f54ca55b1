/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Finds rings of which a side was begun and not ended. */

#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/array.h"
#include "outside/finding.h"
#include "outside/layout.h"
#include "outside/ring.h"
#include "outside/scene.h"
#include "outside/stuck.h"

static const struct ring_side *
side_of(const struct stuck *stuck)
{
	return stuck->is_producer ? &stuck->ring.producer : &stuck->ring.consumer;
}

static const char *
verb_of(const struct stuck *stuck)
{
	return stuck->is_producer ? "enqueue" : "dequeue";
}

/*
 * Of RTS the tail moves only when as many have ended as were begun, and both are counted;
 * what they moved by is not told by the positions alone.
 */
static bool
is_begun(const struct ring_side *side)
{
	return side->head != side->tail ||
		(side->sync == RING_SYNC_RTS && side->head_count != side->tail_count);
}

/* How many were begun: of HTS and of a single producer there is one at a time. */
static uint32_t
count_begun(const struct ring_side *side)
{
	switch (side->sync) {
	case RING_SYNC_RTS:
		return side->head_count - side->tail_count;
	case RING_SYNC_MT:
		return side->head - side->tail;
	default:
		return 1;
	}
}

static void
add(struct scene *scene, const struct ring *ring, bool is_producer)
{
	struct stuck *stuck = array_grow(scene->stuck, scene->n_stuck, sizeof(*stuck));

	if (stuck == NULL)
		return;
	scene->stuck = stuck;
	stuck[scene->n_stuck].ring = *ring;
	stuck[scene->n_stuck++].is_producer = is_producer;
}

static void
look_at_ring(const struct ring *ring, void *ctx)
{
	struct scene *scene = ctx;

	if (!ring_is_sound(ring))
		return;
	if (is_begun(&ring->producer))
		add(scene, ring, true);
	if (is_begun(&ring->consumer))
		add(scene, ring, false);
}

void
stuck_look(struct scene *scene)
{
	scene->n_stuck = 0;
	ring_walk(scene->group, look_at_ring, scene);
}

void
stuck_find(const struct scene *scene, struct findings *findings)
{
	char name[TEXT_ESCAPED_SIZE(RING_NAME_BYTES)], suspects[FINDING_TEXT_SIZE / 2];
	size_t i;

	for (i = 0; i < scene->n_stuck; i++) {
		const struct stuck *stuck = &scene->stuck[i];
		const struct ring_side *side = side_of(stuck);
		uint32_t n = count_begun(side);
		struct finding *finding =
			findings_add(findings, FINDING_RING_STUCK, 0, 0);

		text_escape(
			name, (const uint8_t *)stuck->ring.name, stuck->ring.name_length);
		suspects[0] = '\0';
		finding->suspect =
			scene_suspects(scene, "be in it", suspects, sizeof(suspects));
		snprintf(finding->text, sizeof(finding->text),
			"ring %s is stuck: %" PRIu32 " %s%s begun, none ended%s", name, n,
			verb_of(stuck), n == 1 ? "" : "s", suspects);
		memcpy(finding->ring, stuck->ring.name, sizeof(finding->ring));
		finding->about = stuck->ring.address;
		finding_fold(finding, stuck->ring.address);
		finding_fold(finding, stuck->is_producer);
		finding_fold(finding, side->head);
		finding_fold(finding, side->tail);
		finding_fold(finding, side->head_count);
		finding_fold(finding, side->tail_count);
	}
}

const struct stuck *
stuck_at(const struct scene *scene, uint64_t address)
{
	size_t i;

	for (i = 0; i < scene->n_stuck; i++) {
		const struct stuck *stuck = &scene->stuck[i];

		if (address >= stuck->ring.address &&
			address - stuck->ring.address <
				scene->group->layout->size_of_rte_ring)
			return stuck;
	}
	return NULL;
}

void
stuck_words(const struct stuck *stuck, char *text, size_t size)
{
	snprintf(text, size, "%s %s begun at %" PRIu32 " never ended",
		stuck->is_producer ? "an" : "a", verb_of(stuck), side_of(stuck)->tail);
}
