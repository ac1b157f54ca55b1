/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Looks at EAL's locks. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/text.h"
#include "outside/eal_locks.h"
#include "outside/finding.h"
#include "outside/group.h"
#include "outside/layout.h"
#include "outside/scene.h"

/*
 * A lock that is taken all the time is free for a moment now and then: it is read so
 * often, so far apart.
 */
#define READS 50
#define READ_APART_NS 50000

/* The release that changed rwlocks. */
#define NEW_RWLOCK ((22U << 24) | (11U << 16))

#define HEAP_NAME_BYTES 32

/* ---- where they are ---- */

static void
add(struct scene *scene, uint64_t address, bool is_spinlock, const char *name)
{
	struct eal_lock *lock = &scene->locks[scene->n_locks];

	if (scene->n_locks == EAL_LOCKS_MAX)
		return;
	memset(lock, 0, sizeof(*lock));
	lock->address = address;
	lock->is_spinlock = is_spinlock;
	snprintf(lock->name, sizeof(lock->name), "%s", name);
	scene->n_locks++;
}

/* A heap's lock, if the heap has memory. */
static void
add_heap(struct scene *scene, unsigned int i)
{
	const struct group *group = scene->group;
	const struct layout *layout = group->layout;
	uint64_t at = group->config + layout->rte_mem_config_malloc_heaps +
		(uint64_t)i * layout->size_of_malloc_heap;
	char bytes[HEAP_NAME_BYTES], escaped[TEXT_ESCAPED_SIZE(HEAP_NAME_BYTES)],
		name[64];
	uint64_t total;

	if (group_read(group, at + layout->malloc_heap_total_size, &total,
		    sizeof(total)) < 0 ||
		total == 0 ||
		group_read(group, at + layout->malloc_heap_name, bytes, sizeof(bytes)) <
			0)
		return;
	text_escape(escaped, (const uint8_t *)bytes, strnlen(bytes, sizeof(bytes)));
	snprintf(name, sizeof(name), "heap %.56s", escaped);
	add(scene, at + layout->malloc_heap_lock, true, name);
}

void
eal_locks_find(struct scene *scene)
{
	const struct layout *layout = scene->group->layout;
	const struct {
		uint32_t offset;
		bool is_spinlock;
		const char *name;
	} locks[] = {
		{ layout->rte_mem_config_mlock, false, "the memzones (mlock)" },
		{ layout->rte_mem_config_qlock, false, "the tailq lists (qlock)" },
		{ layout->rte_mem_config_mplock, false, "the mempools (mplock)" },
		{ layout->rte_mem_config_tlock, true, "the timers (tlock)" },
		{ layout->rte_mem_config_ethdev_lock, true,
			"the ethdev ports (ethdev_lock)" },
		{ layout->rte_mem_config_memory_hotplug_lock, false,
			"the memory (memory_hotplug_lock)" },
	};
	unsigned int i;

	for (i = 0; i < sizeof(locks) / sizeof(locks[0]); i++)
		if (locks[i].offset != 0)
			add(scene, scene->group->config + locks[i].offset,
				locks[i].is_spinlock, locks[i].name);
	for (i = 0; i < layout->max_heaps; i++)
		add_heap(scene, i);
}

/* ---- whether they are held ---- */

/*
 * A spinlock is 1. Of a rwlock since 22.11 bit 0 says that a writer waits, bit 1 that one
 * holds it, and the rest counts readers; before, -1 is a writer (rte_rwlock.h).
 */
static int32_t
read_value(const struct scene *scene, const struct eal_lock *lock)
{
	int32_t value;

	if (group_read(scene->group, lock->address, &value, sizeof(value)) < 0)
		return 0;
	if (!lock->is_spinlock && scene->group->version >= NEW_RWLOCK)
		value &= ~1;
	return value;
}

void
eal_locks_look(struct scene *scene)
{
	unsigned int i;

	for (i = 0; i < scene->n_locks; i++) {
		struct eal_lock *lock = &scene->locks[i];

		if (lock->was_free)
			continue;
		lock->value = read_value(scene, lock);
		lock->was_free = lock->value == 0;
	}
}

bool
eal_locks_are_held(const struct scene *scene)
{
	unsigned int i;

	for (i = 0; i < scene->n_locks; i++)
		if (!scene->locks[i].was_free)
			return true;
	return false;
}

const struct eal_lock *
eal_lock_at(const struct scene *scene, uint64_t address)
{
	unsigned int i;

	for (i = 0; i < scene->n_locks; i++)
		if (scene->locks[i].address == address && !scene->locks[i].was_free)
			return &scene->locks[i];
	return NULL;
}

/* ---- what is said of them ---- */

static void
look_often(const struct scene *scene, struct eal_lock *lock)
{
	const struct timespec pause = { .tv_nsec = READ_APART_NS };
	unsigned int i;

	for (i = 0; i < READS && !lock->was_free; i++) {
		lock->was_free = read_value(scene, lock) == 0;
		nanosleep(&pause, NULL);
	}
}

static void
put_how(const struct scene *scene, const struct eal_lock *lock, char *text, size_t size)
{
	int32_t readers = lock->value;
	bool writes = lock->value < 0;

	if (scene->group->version >= NEW_RWLOCK) {
		writes = (lock->value & 2) != 0;
		readers = lock->value >> 2;
	}
	text[0] = '\0';
	if (!lock->is_spinlock && writes)
		snprintf(text, size, " for writing");
	else if (!lock->is_spinlock)
		snprintf(text, size, " by %d reader%s", readers, readers == 1 ? "" : "s");
}

void
eal_locks_say(const struct scene *scene, struct findings *findings)
{
	unsigned int i;

	for (i = 0; i < scene->n_locks; i++) {
		struct eal_lock lock = scene->locks[i];
		char how[48], suspects[FINDING_TEXT_SIZE / 2] = "";
		struct finding *finding;

		look_often(scene, &lock);
		if (lock.was_free)
			continue;
		finding = findings_add(findings, FINDING_LOCK_HELD, 0, 0);
		put_how(scene, &lock, how, sizeof(how));
		finding->suspect =
			scene_suspects(scene, "hold it", suspects, sizeof(suspects));
		snprintf(finding->text, sizeof(finding->text),
			"EAL's lock of %s is held%s%s", lock.name, how,
			suspects[0] != '\0' ? suspects : "; it is not known by whom");
		finding->about = lock.address;
		finding_fold(finding, lock.address);
		finding_fold(finding, lock.value);
	}
}
