/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Finds processes that are stopped, not yet there, or in each other's way. */

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>

#include <jansson.h>

#include "host/process.h"
#include "outside/conflicts.h"
#include "outside/finding.h"
#include "outside/scene.h"
#include "outside/states.h"
#include "outside/view.h"

static void
find_tracer(const struct view *view, struct findings *findings)
{
	struct finding *finding = findings_add(findings, FINDING_TRACED, view->pid, 0);
	char name[16];

	host_process_name(view->tracer, name);
	snprintf(finding->text, sizeof(finding->text), "it is %s by pid %d (%s)",
		view->state == 't' ? "stopped" : "traced", (int)view->tracer, name);
	finding_fold(finding, view->tracer);
	finding_fold(finding, view->state == 't');
}

static void
find_state(const struct actor *actor, struct findings *findings)
{
	const struct view *view = &actor->view;
	struct finding *finding;

	if (view->tracer != 0) {
		find_tracer(view, findings);
	} else if (view_is_stopped(view)) {
		finding = findings_add(findings, FINDING_STOPPED, view->pid, 0);
		snprintf(finding->text, sizeof(finding->text),
			"it is stopped: kill -CONT %d", (int)view->pid);
	}
	if (actor->is_attaching) {
		finding = findings_add(findings, FINDING_ATTACHING, view->pid, 0);
		snprintf(finding->text, sizeof(finding->text),
			"it is still attaching: it has the configuration of the group, "
			"not yet its memory");
	}
}

static void
find_orphans(const struct scene *scene, struct findings *findings)
{
	struct finding *finding;

	if (!scene->is_orphan)
		return;
	finding = findings_add(findings, FINDING_PRIMARY_DEAD, 0, 0);
	snprintf(finding->text, sizeof(finding->text),
		"the primary is dead: nobody can attach, and nothing that is asked of it "
		"is answered");
}

/* ---- conflicts ---- */

/* Is one of the processes of a conflict asked for? */
static bool
concerns(const struct scene *scene, const json_t *conflict)
{
	const json_t *pid;
	size_t i;

	json_array_foreach(json_object_get(conflict, "pids"), i, pid) {
		const struct actor *actor =
			scene_actor(scene, (pid_t)json_integer_value(pid));

		if (actor != NULL && actor->is_asked)
			return true;
	}
	return false;
}

static enum finding_kind
kind_of(const json_t *conflict)
{
	const char *kind = json_string_value(json_object_get(conflict, "kind"));

	return strcmp(kind, "lcore") == 0  ? FINDING_SAME_LCORE
		: strcmp(kind, "cpu") == 0 ? FINDING_SAME_CPU
					   : FINDING_SAME_PREFIX;
}

static void
find_conflicts(const struct scene *scene, struct findings *findings)
{
	json_t *conflicts = json_array(), *conflict;
	struct finding *finding;
	size_t i;

	conflicts_of_prefixes(&scene->members, conflicts);
	if (scene->has_caches)
		conflicts_of_lcores(&scene->members.all[scene->first], scene->facts,
			scene->n, conflicts);
	conflicts_of_cpus(&scene->members, conflicts);
	json_array_foreach(conflicts, i, conflict) {
		const char *text = json_string_value(json_object_get(conflict, "text"));

		if (!concerns(scene, conflict))
			continue;
		finding = findings_add(findings, kind_of(conflict), 0, 0);
		snprintf(finding->text, sizeof(finding->text), "%s", text);
		finding_fold_bytes(finding, text, strlen(text));
	}
	json_decref(conflicts);
}

void
states_find(const struct scene *scene, struct findings *findings)
{
	size_t i;

	find_orphans(scene, findings);
	for (i = 0; i < scene->n; i++)
		if (scene->actors[i].is_asked && !scene->actors[i].is_gone)
			find_state(&scene->actors[i], findings);
	find_conflicts(scene, findings);
}
