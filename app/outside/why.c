/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Looks twice, and keeps what was so both times. */

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>

#include <jansson.h>

#include "base/json.h"
#include "base/loop.h"
#include "base/memory.h"
#include "host/runtime.h"
#include "outside/eal_locks.h"
#include "outside/finding.h"
#include "outside/handlers.h"
#include "outside/mutexes.h"
#include "outside/queues.h"
#include "outside/replies.h"
#include "outside/scene.h"
#include "outside/spins.h"
#include "outside/states.h"
#include "outside/stuck.h"
#include "outside/survey.h"
#include "outside/view.h"
#include "outside/why.h"

struct why {
	struct scene scene;
	struct findings first, second;
	pid_t pid; /* that is asked for; 0: all */
};

static void
look(struct why *why, struct findings *findings)
{
	survey_look(&why->scene);
	states_find(&why->scene, findings);
	handlers_find(&why->scene, findings);
	mutexes_find(&why->scene, findings);
	queues_find(&why->scene, findings);
	replies_find(&why->scene, findings);
	if (why->scene.group != NULL) {
		stuck_find(&why->scene, findings);
		eal_locks_say(&why->scene, findings);
		spins_find(&why->scene, findings);
	}
}

int
why_begin(struct why **why, pid_t pid, char *error, size_t size)
{
	const struct actor *asked;
	int ret;

	*why = memory_zeroed(sizeof(**why));
	if (*why == NULL) {
		snprintf(error, size, "out of memory");
		return -ENOMEM;
	}
	(*why)->pid = pid;
	ret = scene_open(&(*why)->scene, pid, error, size);
	if (ret < 0)
		return ret;
	asked = scene_actor(&(*why)->scene, pid);
	if (asked != NULL && asked->is_refused) {
		snprintf(error, size, "%s", asked->error);
		return -EACCES;
	}
	survey_begin(&(*why)->scene);
	look(*why, &(*why)->first);
	return 0;
}

void
why_glance(struct why *why)
{
	survey_glance(&why->scene);
}

void
why_end(struct why *why)
{
	if (why == NULL)
		return;
	scene_close(&why->scene);
	findings_free(&why->first);
	findings_free(&why->second);
	free(why);
}

/* ---- the result ---- */

/* One that is gone has none any more. */
static json_t *
role_of(const struct scene *scene, const struct actor *actor)
{
	if (actor->is_gone)
		return json_null();
	return json_string(
		scene->primary == actor->member->pid ? "primary" : "secondary");
}

static json_t *
version_of(const struct group *group)
{
	char words[32];

	return group != NULL && group->version != 0
		? json_string(host_version_words(group->version, words, sizeof(words)))
		: json_null();
}

/* What was done to the process to look at it, or that it is gone. */
static json_t *
note_of(const struct actor *actor)
{
	const struct view *views[] = { &actor->before, &actor->view };
	unsigned int n = 0, i;
	uint64_t longest = 0;

	if (actor->is_gone)
		return json_string(actor->is_another ? "runs another program since"
						     : "has ended meanwhile");
	for (i = 0; i < 2; i++) {
		n += views[i]->n_stopped;
		if (views[i]->stopped_ns > longest)
			longest = views[i]->stopped_ns;
	}
	if (n == 0)
		return json_null();
	return json_sprintf("perf is forbidden here: threads that run were stopped %u "
			    "time%s, for at most %" PRIu64 " us each",
		n, n == 1 ? "" : "s", longest / 1000 + 1);
}

/* Those of the group are with the first entry that is shown. */
static json_t *
findings_of(struct why *why, pid_t pid, bool with_group)
{
	json_t *list = json_array();
	uint64_t now = loop_now();
	size_t i;

	for (i = 0; i < why->second.n; i++) {
		const struct finding *finding = &why->second.all[i];

		if ((finding->pid == pid && pid != 0) ||
			(finding->pid == 0 && with_group))
			json_array_append_new(list, finding_json(finding, now));
	}
	return list;
}

static json_t *
actor_to_json(struct why *why, const struct actor *actor, bool with_group)
{
	const struct scene *scene = &why->scene;
	const char *prefix = member_prefix(actor->member);

	return json_pack("{s:i, s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "pid",
		(int)actor->member->pid, "command", actor->member->command, "role",
		role_of(scene, actor), "prefix",
		prefix != NULL ? json_of_string(prefix) : json_null(), "version",
		version_of(actor->opens ? &actor->group : scene->group), "note",
		note_of(actor), "threads",
		actor->shows_stacks && !actor->is_gone
			? view_threads(&actor->view, &actor->before)
			: json_array(),
		"findings", findings_of(why, actor->member->pid, with_group));
}

/* The group itself, of which nobody lives. */
static json_t *
dead_to_json(struct why *why)
{
	const struct group *group = why->scene.group;

	return json_pack("{s:n, s:n, s:n, s:o, s:o, s:n, s:[], s:o}", "pid", "command",
		"role", "prefix",
		group->prefix[0] != '\0' ? json_of_string(group->prefix) : json_null(),
		"version", version_of(group), "note", "threads", "findings",
		findings_of(why, 0, true));
}

static json_t *
all_to_json(struct why *why)
{
	const struct scene *scene = &why->scene;
	const struct actor *holder = scene_actor(scene, why->pid);
	json_t *result = json_array();
	size_t i;

	if (holder == NULL)
		holder = scene_actor(scene, scene->primary);
	if (holder == NULL && scene->n > 0)
		holder = &scene->actors[0];
	for (i = 0; i < scene->n; i++) {
		const struct actor *actor = &scene->actors[i];
		json_t *entry;

		if (!actor->is_asked)
			continue;
		entry = actor_to_json(why, actor, actor == holder);
		/* Of one that may not be read only what everyone sees was looked for. */
		if (!actor->is_refused ||
			json_array_size(json_object_get(entry, "findings")) > 0)
			json_array_append(result, entry);
		json_decref(entry);
	}
	if (scene->n == 0 && scene->group != NULL)
		json_array_append_new(result, dead_to_json(why));
	return result;
}

/* Those that could not be looked at. One that has ended meanwhile is no error of all. */
static int
count_failed(const struct why *why, void (*failed)(const char *error))
{
	const struct scene *scene = &why->scene;
	int n = 0;
	size_t i;

	for (i = 0; i < scene->n; i++) {
		const struct actor *actor = &scene->actors[i];

		if (!actor->is_asked || actor->opens || actor->is_attaching ||
			actor->is_gone)
			continue;
		failed(actor->error);
		n++;
	}
	return n;
}

/* What was found in one that went while it was looked at for the second time is void. */
static bool
is_there(const struct finding *finding, void *ctx)
{
	const struct actor *actor = scene_actor(ctx, finding->pid);

	return actor == NULL || !actor->is_gone;
}

int
why_finish(struct why *why, json_t **result, bool *found,
	void (*failed)(const char *error), char *error, size_t size)
{
	const struct actor *asked = scene_actor(&why->scene, why->pid);

	look(why, &why->second);
	scene_check(&why->scene);
	if (asked != NULL && asked->is_gone) {
		snprintf(error, size,
			asked->is_another
				? "pid %d runs another program since: look again"
				: "no process %d: it has ended meanwhile",
			(int)why->pid);
		return -ESRCH;
	}
	findings_filter(&why->second, is_there, &why->scene);
	findings_confirm(&why->second, &why->first);
	spins_check(&why->second);
	*result = all_to_json(why);
	*found = why->second.n > 0;
	return count_failed(why, failed);
}
