/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Puts together what is known of each group from its processes. */

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include <jansson.h>

#include "base/json.h"
#include "base/memory.h"
#include "host/locks.h"
#include "host/process.h"
#include "host/runtime.h"
#include "outside/conflicts.h"
#include "outside/group.h"
#include "outside/groups.h"
#include "outside/lcores.h"
#include "outside/left.h"
#include "outside/members.h"
#include "outside/pool.h"

/* Of which those of another container are named. */
static const char *const namespaces[] = { "mnt", "pid", "net" };

struct known {
	struct facts *facts; /* of each member of the group */
	const struct member *members;
	size_t n;
	const struct host_locks *locks;
	json_t *version, *memory;
	bool has_caches;
	bool lives; /* one of them has not ended meanwhile */
	char error[256];
};

static void
note_cache(const struct pool *pool, void *ctx)
{
	bool *has_caches = ctx;

	*has_caches = *has_caches || pool->cache_size > 0;
}

/* What one of its processes tells of the whole group. */
static void
learn_of_group(struct known *known, const struct group *group)
{
	uint64_t bytes;

	if (known->memory != NULL || group_memory(group, &bytes) < 0)
		return;
	known->memory = json_integer((json_int_t)bytes);
	pool_walk(group, note_cache, &known->has_caches);
}

static void
learn(struct known *known, size_t i)
{
	struct facts *facts = &known->facts[i];
	struct group group;
	char error[256], words[32];
	int ret = group_open_process(&group, known->members[i].pid, error, sizeof(error));

	known->lives = known->lives || ret != -ESRCH;
	if (known->version == NULL && group.version != 0)
		known->version = json_string(
			host_version_words(group.version, words, sizeof(words)));
	if (ret < 0) {
		if (known->error[0] == '\0')
			memcpy(known->error, error, sizeof(known->error));
		return;
	}
	facts->has_lcores = lcores_read(&group, &known->members[i], &facts->lcores) == 0;
	facts->is_primary = facts->has_lcores && facts->lcores.is_primary;
	learn_of_group(known, &group);
	group_close(&group);
}

/* Who is the primary: by its own word, else by its lock. Returns an index or n. */
static size_t
find_primary(const struct known *known)
{
	const struct member *members = known->members;
	pid_t pid;
	size_t i;

	for (i = 0; i < known->n; i++)
		if (known->facts[i].is_primary || members[i].dir == NULL)
			return i;
	pid = host_locker(known->locks, false, members[0].device, members[0].inode);
	for (i = 0; i < known->n && members[i].pid != pid; i++)
		;
	return i;
}

static json_t *
process_to_json(const struct member *member)
{
	return json_pack("{s:o, s:o}", "pid", json_of_pid(member->pid), "command",
		json_of_string(member->command));
}

static json_t *
lcores_to_json(const struct known *known)
{
	json_t *lcores = json_array();
	bool is_known = false;
	unsigned int lcore;
	size_t i;

	for (lcore = 0; lcore < LCORES_MAX; lcore++) {
		bool used = false;

		for (i = 0; i < known->n; i++) {
			is_known = is_known || known->facts[i].has_lcores;
			used = used ||
				(known->facts[i].has_lcores &&
					known->facts[i].lcores.used[lcore]);
		}
		if (used)
			json_array_append_new(lcores, json_integer(lcore));
	}
	if (is_known)
		return lcores;
	json_decref(lcores);
	return json_null();
}

static json_t *
namespaces_to_json(const struct known *known)
{
	json_t *other = json_array();
	unsigned int kind;
	size_t i;

	for (kind = 0; kind < sizeof(namespaces) / sizeof(namespaces[0]); kind++) {
		for (i = 0; i < known->n; i++)
			if (host_compare_namespace(known->members[i].pid,
				    namespaces[kind]) == HOST_OTHER)
				break;
		if (i < known->n)
			json_array_append_new(other, json_string(namespaces[kind]));
	}
	return other;
}

static json_t *
or_null(json_t *value)
{
	return value != NULL ? value : json_null();
}

static json_t *
group_to_json(struct known *known)
{
	const struct member *first = &known->members[0];
	const char *prefix = member_prefix(first);
	json_t *secondaries = json_array();
	size_t primary = find_primary(known), i;

	for (i = 0; i < known->n; i++)
		if (i != primary)
			json_array_append_new(
				secondaries, process_to_json(&known->members[i]));
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "prefix",
		prefix != NULL ? json_of_string(prefix) : json_null(), "directory",
		first->dir != NULL ? json_of_string(first->dir) : json_null(), "primary",
		primary < known->n ? process_to_json(&known->members[primary])
				   : json_null(),
		"secondaries", secondaries, "version", or_null(known->version),
		"memory_bytes", or_null(known->memory), "lcores", lcores_to_json(known),
		"namespaces", namespaces_to_json(known), "multi_process",
		first->is_unreadable ? json_null() : json_boolean(first->dir != NULL),
		"error",
		known->memory == NULL && known->error[0] != '\0'
			? json_of_string(known->error)
			: json_null());
}

/* Add one group, and its conflicts with itself. */
static void
add_group(json_t *groups, json_t *conflicts, struct facts *facts,
	const struct members *members, size_t first, const struct host_locks *locks)
{
	struct known known = {
		.facts = facts + first,
		.members = &members->all[first],
		.n = members_of_group(members, first),
		.locks = locks,
	};
	size_t i;

	for (i = 0; i < known.n; i++)
		learn(&known, i);
	if (known.has_caches)
		conflicts_of_lcores(known.members, known.facts, known.n, conflicts);
	if (known.lives)
		json_array_append_new(groups, group_to_json(&known));
}

json_t *
groups_list(void)
{
	json_t *groups, *conflicts, *left;
	struct host_locks locks;
	struct members members;
	struct facts *facts;
	unsigned int empty;
	size_t i;

	if (members_find(&members) < 0)
		return NULL;
	facts = memory_zeroed((members.n + 1) * sizeof(*facts));
	if (facts == NULL) {
		members_free(&members);
		return NULL;
	}
	host_read_locks(&locks);
	groups = json_array();
	conflicts = json_array();
	conflicts_of_prefixes(&members, conflicts);
	for (i = 0; i < members.n; i += members_of_group(&members, i))
		add_group(groups, conflicts, facts, &members, i, &locks);
	conflicts_of_cpus(&members, conflicts);
	left = left_list(&members, &locks, &empty);
	host_free_locks(&locks);
	free(facts);
	members_free(&members);
	return json_pack("{s:o, s:o, s:i, s:o}", "groups", groups, "left", left, "empty",
		(int)empty, "conflicts", conflicts);
}
