/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Opens a group and looks at all of it. */

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

#include "base/memory.h"
#include "host/locks.h"
#include "host/process.h"
#include "host/runtime.h"
#include "host/sockets.h"
#include "outside/group.h"
#include "outside/layout.h"
#include "outside/lcores.h"
#include "outside/look.h"
#include "outside/members.h"
#include "outside/pool.h"
#include "outside/scene.h"
#include "outside/source.h"
#include "outside/view.h"
#include "outside/which.h"

/* How often, and how far apart, it is tried to open a process. */
#define TRIES 3
#define TRY_AGAIN_NS 2000000

/* ---- which group ---- */

static size_t
index_of(const struct members *members, pid_t pid)
{
	size_t i;

	for (i = 0; i < members->n; i++)
		if (members->all[i].pid == pid)
			break;
	return i;
}

/* The first of those of its group. */
static size_t
first_of(const struct members *members, size_t at)
{
	while (at > 0 && members_share(&members->all[at - 1], &members->all[at]))
		at--;
	return at;
}

/* The group of a process; -ENOENT with its line in error if it is in none. */
static int
choose_process(struct scene *scene, pid_t pid, char *error, size_t size)
{
	size_t at = index_of(&scene->members, pid);
	struct group group;
	int ret;

	if (at < scene->members.n) {
		scene->first = first_of(&scene->members, at);
		scene->n = members_of_group(&scene->members, scene->first);
		return 0;
	}
	ret = group_open_process(&group, pid, error, size);
	if (ret < 0)
		return ret;
	/* It has become one since. */
	group_close(&group);
	snprintf(error, size, "pid %d has just begun to start DPDK", (int)pid);
	return -ENOENT;
}

/* What is looked at: files and dumps may have living processes, too. */
static int
choose_looked_at(struct scene *scene, char *error, size_t size)
{
	size_t at;
	int ret;

	if (look_pid() != 0)
		return choose_process(scene, look_pid(), error, size);
	ret = look_open(&scene->files, error, size);
	if (ret < 0)
		return ret;
	scene->group = &scene->files;
	at = scene->files.kind == GROUP_FILES
		? which_in_directory(&scene->members, scene->files.path)
		: scene->members.n;
	if (at < scene->members.n) {
		scene->first = at;
		scene->n = members_of_group(&scene->members, at);
	}
	return 0;
}

/* ---- opening ---- */

/*
 * A secondary that attaches has the group's configuration, at another address at first,
 * and gets the lists of its memory later (rte_eal_init()).
 */
static bool
has_memory(const struct group *group)
{
	uint64_t data;
	char byte;

	return group_read(group,
		       group->config + group->layout->rte_mem_config_memzones +
			       group->layout->rte_fbarray_data,
		       &data, sizeof(data)) == 0 &&
		data != 0 && group_read(group, data, &byte, 1) == 0;
}

/*
 * Open an actor, or anew one that could not be or that attached. What it has mapped may
 * change while that is read, as it attaches, so it is tried again.
 */
static void
open_actor(struct scene *scene, size_t i)
{
	const struct timespec pause = { .tv_nsec = TRY_AGAIN_NS };
	struct actor *actor = &scene->actors[i];
	struct facts *facts = &scene->facts[i];
	struct group group;
	unsigned int tries;
	int ret = -EBADMSG;

	for (tries = 0; tries < TRIES && (ret == -EBADMSG || ret == -ENOENT); tries++) {
		if (tries > 0)
			nanosleep(&pause, NULL);
		ret = group_open_process(
			&group, actor->member->pid, actor->error, sizeof(actor->error));
	}
	/* It has ended since it was found, or is no DPDK process any more. */
	actor->is_gone = ret == -ESRCH || ret == -ENOENT;
	actor->is_another = ret == -ENOENT;
	actor->is_refused = ret == -EACCES;
	actor->is_attaching = actor->member->dir != NULL &&
		(ret == -EBADMSG || (ret == 0 && !has_memory(&group)));
	if (ret < 0)
		return;
	if (actor->opens)
		group_close(&actor->group);
	actor->group = group;
	actor->opens = true;
	facts->has_lcores =
		lcores_read(&actor->group, actor->member, &facts->lcores) == 0;
	facts->is_primary = facts->has_lcores && facts->lcores.is_primary;
}

/* What the group is read through: the primary, or the first with its memory. */
static void
choose_reader(struct scene *scene)
{
	size_t i, found = scene->n;

	for (i = 0; i < scene->n; i++) {
		const struct actor *actor = &scene->actors[i];

		if (!actor->opens || actor->is_attaching)
			continue;
		if (found == scene->n || actor->member->pid == scene->primary)
			found = i;
	}
	if (found < scene->n)
		scene->group = &scene->actors[found].group;
}

/*
 * A primary that lives holds a lock of its configuration. In a PID namespace that cannot
 * be seen from here it has no pid, and no lock is shown: one that says itself that it is
 * the primary is believed.
 */
static void
find_primary(struct scene *scene)
{
	const struct member *first = &scene->members.all[scene->first];
	struct host_locks locks;
	size_t i;

	for (i = 0; i < scene->n && scene->primary == 0; i++)
		if (scene->facts[i].is_primary || first->dir == NULL)
			scene->primary = scene->actors[i].member->pid;
	host_read_locks(&locks);
	if (scene->n > 0 && scene->primary == 0)
		scene->primary = host_locker(&locks, false, first->device, first->inode);
	scene->is_orphan = scene->primary == 0 &&
		!host_is_locked(&locks, false, first->device, first->inode);
	host_free_locks(&locks);
}

/*
 * A file's device may be shown otherwise than it is (overlayfs), so the file is asked,
 * too; but never by a primary, which would lose its own lock.
 */
static void
ask_file(struct scene *scene)
{
	size_t i;

	for (i = 0; i < scene->n; i++)
		if (scene->actors[i].member->pid == getpid() &&
			!scene->facts[i].has_lcores)
			return;
	if (scene->is_orphan && scene->dir[0] != '\0')
		scene->is_orphan = host_primary(scene->dir) == 0;
}

static void
note_cache(const struct pool *pool, void *ctx)
{
	bool *has_caches = ctx;

	*has_caches = *has_caches || pool->cache_size > 0;
}

/* The directory as a member sees it, which may be in a container. */
static void
find_directory(struct scene *scene)
{
	const struct member *first = &scene->members.all[scene->first];

	if (scene->n > 0 && first->dir != NULL)
		snprintf(scene->dir, sizeof(scene->dir), "/proc/%d/root%.4000s",
			(int)first->pid, host_path_below_root(first->pid, first->dir));
	else if (scene->n == 0 && scene->files.kind == GROUP_FILES)
		snprintf(scene->dir, sizeof(scene->dir), "%s", scene->files.path);
}

static int
open_actors(struct scene *scene, pid_t pid)
{
	size_t i;

	scene->actors = memory_zeroed((scene->n + 1) * sizeof(scene->actors[0]));
	scene->facts = memory_zeroed((scene->n + 1) * sizeof(scene->facts[0]));
	if (scene->actors == NULL || scene->facts == NULL)
		return -ENOMEM;
	for (i = 0; i < scene->n; i++) {
		struct actor *actor = &scene->actors[i];

		actor->member = &scene->members.all[scene->first + i];
		actor->is_asked = pid == 0 || actor->member->pid == pid;
		actor->shows_stacks = actor->member->pid == pid;
		open_actor(scene, i);
	}
	return 0;
}

int
scene_open(struct scene *scene, pid_t pid, char *error, size_t size)
{
	int ret;

	memset(scene, 0, sizeof(*scene));
	ret = members_find(&scene->members);
	if (ret == 0)
		ret = pid != 0 ? choose_process(scene, pid, error, size)
			       : choose_looked_at(scene, error, size);
	if (ret == 0)
		ret = open_actors(scene, pid);
	if (ret == -ENOMEM)
		snprintf(error, size, "out of memory");
	if (ret < 0)
		return ret;
	if (scene->n > 0)
		find_primary(scene);
	else
		scene->is_orphan = scene->files.kind == GROUP_FILES;
	choose_reader(scene);
	find_directory(scene);
	ask_file(scene);
	if (scene->group != NULL)
		pool_walk(scene->group, note_cache, &scene->has_caches);
	return 0;
}

void
scene_close(struct scene *scene)
{
	size_t i;

	for (i = 0; scene->actors != NULL && i < scene->n; i++) {
		view_free(&scene->actors[i].view);
		view_free(&scene->actors[i].before);
		pendings_free(&scene->actors[i].pendings);
		if (scene->actors[i].opens)
			group_close(&scene->actors[i].group);
	}
	if (scene->files.layout != NULL)
		group_close(&scene->files);
	free(scene->actors);
	free(scene->facts);
	free(scene->stuck);
	members_free(&scene->members);
}

/* ---- looking ---- */

static int
compare_dead(const void *a, const void *b)
{
	const uint64_t *one = a, *other = b;

	/* The time in the name of a socket counts up. */
	return one[0] > other[0] ? -1 : one[0] < other[0];
}

/* Processes that left their sockets. */
static void
find_dead(struct scene *scene)
{
	uint64_t found[DEAD_MAX][2];
	char path[PATH_MAX + NAME_MAX + 2];
	const struct dirent *entry;
	unsigned int n = 0, i;
	DIR *stream = scene->dir[0] != '\0' ? opendir(scene->dir) : NULL;

	while (stream != NULL && n < DEAD_MAX && (entry = readdir(stream)) != NULL) {
		pid_t pid = host_socket_pid(entry->d_name);
		const char *time = strrchr(entry->d_name, '_');

		snprintf(path, sizeof(path), "%s/%s", scene->dir, entry->d_name);
		if (pid == 0 || host_look_at_socket(path) != HOST_SOCKET_STALE)
			continue;
		found[n][0] = strtoull(time + 1, NULL, 16);
		found[n++][1] = pid;
	}
	if (stream != NULL)
		closedir(stream);
	qsort(found, n, sizeof(found[0]), compare_dead);
	for (i = 0; i < n; i++)
		scene->dead[i] = found[i][1];
	scene->n_dead = n;
}

/* Has the process memory, if it may be read or not? */
static bool
has_program(pid_t pid)
{
	struct source source;
	bool has_ended;
	int ret;

	source_init(&source);
	ret = source_add_process(&source, pid);
	has_ended = ret == -ESRCH || (ret == 0 && source_has_ended(&source));
	source_free(&source);
	return !has_ended;
}

/*
 * A process that runs another program keeps its pid and its start time. What was opened
 * is the memory of the program before, of which nothing is left then.
 */
static void
check_program(struct actor *actor)
{
	if (!actor->opens || actor->is_gone || !source_has_ended(&actor->group.source))
		return;
	actor->is_gone = true;
	actor->is_another = has_program(actor->member->pid);
}

void
scene_check(struct scene *scene)
{
	size_t i;

	for (i = 0; i < scene->n; i++)
		check_program(&scene->actors[i]);
}

static void
look_at_actor(struct scene *scene, size_t i)
{
	struct actor *actor = &scene->actors[i];

	/* One that attached may have come further. */
	if (scene->looks > 0 && (!actor->opens || actor->is_attaching))
		open_actor(scene, i);
	view_free(&actor->before);
	actor->before = actor->view;
	memset(&actor->view, 0, sizeof(actor->view));
	if (view_take(&actor->view, actor->member->pid,
		    actor->opens ? &actor->group.source : NULL) < 0)
		actor->is_gone = true;
}

void
scene_look(struct scene *scene)
{
	size_t i;

	scene_check(scene);
	for (i = 0; i < scene->n; i++)
		if (!scene->actors[i].is_gone)
			look_at_actor(scene, i);
	find_dead(scene);
	scene->looks++;
}

/* ---- who ---- */

struct actor *
scene_actor(const struct scene *scene, pid_t pid)
{
	size_t i;

	for (i = 0; i < scene->n; i++)
		if (scene->actors[i].member->pid == pid)
			return &scene->actors[i];
	return NULL;
}

struct scene_name
scene_name(const struct scene *scene, pid_t pid)
{
	const struct actor *actor = scene_actor(scene, pid);
	char command[16];
	struct scene_name name;

	if (actor != NULL)
		memcpy(command, actor->member->command, sizeof(command));
	else
		host_process_name(pid, command);
	snprintf(name.text, sizeof(name.text), "pid %d (%s)", (int)pid, command);
	return name;
}

static void
put(char *text, size_t size, const char *words)
{
	size_t length = strlen(text);

	snprintf(text + length, size - length, "%s", words);
}

/* How many are named; the others are counted. */
#define NAMED_MAX 4

static pid_t
put_stopped(const struct scene *scene, const char *does, char *text, size_t size)
{
	unsigned int n = 0;
	char words[256];
	pid_t first = 0;
	size_t i;

	for (i = 0; i < scene->n; i++) {
		const struct actor *actor = &scene->actors[i];

		if (actor->is_gone || !view_is_stopped(&actor->view))
			continue;
		if (n++ >= NAMED_MAX)
			continue;
		if (first == 0)
			first = actor->member->pid;
		snprintf(words, sizeof(words), "; %s is stopped and may %s",
			scene_name(scene, actor->member->pid).text, does);
		put(text, size, words);
	}
	if (n > NAMED_MAX) {
		snprintf(words, sizeof(words), "; so %s %u more",
			n - NAMED_MAX == 1 ? "is" : "are", n - NAMED_MAX);
		put(text, size, words);
	}
	return first;
}

pid_t
scene_suspects(const struct scene *scene, const char *does, char *text, size_t size)
{
	pid_t first = put_stopped(scene, does, text, size);
	char words[64];
	unsigned int i;

	for (i = 0; i < scene->n_dead && i < NAMED_MAX; i++) {
		snprintf(words, sizeof(words), "%s%d",
			i == 0 ? "; dead without leaving: pid " : ", ",
			(int)scene->dead[i]);
		put(text, size, words);
	}
	if (scene->n_dead > NAMED_MAX) {
		snprintf(words, sizeof(words), " and %u more", scene->n_dead - NAMED_MAX);
		put(text, size, words);
	}
	if (scene->is_orphan)
		put(text, size,
			scene->n_dead > 0 ? ", and the primary"
					  : "; dead without leaving: the primary");
	return first != 0 ? first : scene->n_dead > 0 ? scene->dead[0] : 0;
}
