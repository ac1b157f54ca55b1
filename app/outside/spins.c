/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Tells by its registers what a thread waits for, busily. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "outside/eal_locks.h"
#include "outside/finding.h"
#include "outside/group.h"
#include "outside/layout.h"
#include "outside/scene.h"
#include "outside/spins.h"
#include "outside/stuck.h"
#include "outside/unwind.h"
#include "outside/view.h"

/* "thread 15093 (main) spins in compute " */
static void
put_thread(const struct view_thread *thread, char *text, size_t size)
{
	const struct frame *frame = thread->stack.n > 0 ? &thread->stack.frames[0] : NULL;

	snprintf(text, size, "thread %d (%s) spins%s%.160s", (int)thread->host.tid,
		view_role(thread).text, frame != NULL ? " in " : "",
		frame != NULL ? frame_text(frame, false).text : "");
}

static struct finding *
add(const struct view *view, const struct view_thread *thread, uint64_t about,
	struct findings *findings)
{
	struct finding *finding =
		findings_add(findings, FINDING_SPINS, view->pid, thread->host.tid);

	finding->about = about;
	finding_fold(finding, about);
	return finding;
}

static void
add_ring(const struct view *view, const struct view_thread *thread,
	const struct stuck *stuck, struct findings *findings)
{
	char who[FINDING_TEXT_SIZE / 2], words[64],
		name[TEXT_ESCAPED_SIZE(RING_NAME_BYTES)];
	struct finding *finding = add(view, thread, stuck->ring.address, findings);

	put_thread(thread, who, sizeof(who));
	stuck_words(stuck, words, sizeof(words));
	text_escape(name, (const uint8_t *)stuck->ring.name, stuck->ring.name_length);
	snprintf(finding->text, sizeof(finding->text), "%s on ring %s: %s", who, name,
		words);
	memcpy(finding->ring, stuck->ring.name, sizeof(finding->ring));
}

static void
add_lock(const struct view *view, const struct view_thread *thread,
	const struct eal_lock *lock, struct findings *findings)
{
	char who[FINDING_TEXT_SIZE / 2];
	struct finding *finding = add(view, thread, lock->address, findings);

	put_thread(thread, who, sizeof(who));
	snprintf(finding->text, sizeof(finding->text),
		"%s for EAL's lock of %s, which is held", who, lock->name);
}

/*
 * The lock that a register tells of. That of the timers is taken with the address of the
 * configuration, which many have in a register, and how far the lock is from it: only
 * within EAL's function is it the lock that is meant.
 */
static const struct eal_lock *
lock_of(const struct scene *scene, const struct view_thread *thread, uint64_t word)
{
	const struct group *group = scene->group;
	const struct backtrace *stack = &thread->stack;

	if (word == group->config && stack->n > 0 &&
		strcmp(stack->frames[0].function, "rte_mcfg_timer_lock") == 0)
		word += group->layout->rte_mem_config_tlock;
	return eal_lock_at(scene, word);
}

/* One finding a thread: the first register that tells. */
static void
look_at_thread(const struct scene *scene, const struct view *view,
	const struct view_thread *thread, struct findings *findings)
{
	unsigned int i;

	if (!thread->has_registers)
		return;
	for (i = 0; i < REGISTERS; i++) {
		uint64_t word = thread->registers.general[i];
		const struct stuck *stuck = stuck_at(scene, word);
		const struct eal_lock *lock = lock_of(scene, thread, word);

		if (stuck != NULL)
			add_ring(view, thread, stuck, findings);
		else if (lock != NULL)
			add_lock(view, thread, lock, findings);
		else
			continue;
		return;
	}
}

void
spins_find(const struct scene *scene, struct findings *findings)
{
	size_t i, k;

	for (i = 0; i < scene->n; i++)
		for (k = 0; scene->actors[i].is_asked && k < scene->actors[i].view.n; k++)
			look_at_thread(scene, &scene->actors[i].view,
				&scene->actors[i].view.threads[k], findings);
}

static bool
has_cause(const struct finding *finding, void *ctx)
{
	const struct findings *all = ctx;
	size_t i;

	if (finding->kind != FINDING_SPINS)
		return true;
	for (i = 0; i < all->n; i++)
		if (all->all[i].about == finding->about &&
			(all->all[i].kind == FINDING_RING_STUCK ||
				all->all[i].kind == FINDING_LOCK_HELD))
			return true;
	return false;
}

void
spins_check(struct findings *findings)
{
	/* What is dropped is none that is looked for. */
	findings_filter(findings, has_cause, findings);
}
