/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Finds processes that are in each other's way. */

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <time.h>

#include <jansson.h>

#include "base/array.h"
#include "base/json.h"
#include "base/text.h"
#include "host/process.h"
#include "host/threads.h"
#include "outside/conflicts.h"
#include "outside/lcores.h"
#include "outside/members.h"

/* A busy thread runs in each of these looks. */
#define LOOKS 5
#define LOOK_NS 10000000

#define TEXT_SIZE 1024

static bool
is_mpsh(const struct member *member)
{
	return strcmp(member->command, "mpsh") == 0;
}

static void
add(json_t *conflicts, const char *kind, const struct member *first, json_t *pids,
	const char *text)
{
	const char *prefix = member_prefix(first);

	json_array_append_new(conflicts,
		json_pack("{s:s, s:o, s:o, s:o}", "kind", kind, "text",
			json_of_string(text), "prefix",
			prefix != NULL ? json_of_string(prefix) : json_null(), "pids",
			pids));
}

/* ---- one prefix twice ---- */

static bool
has_prefix(const struct member *member, const char *prefix)
{
	const char *own = member_prefix(member);

	return own != NULL && strcmp(own, prefix) == 0;
}

/* Groups of one prefix are neighbours. */
static void
add_prefix(const struct members *members, size_t first, size_t end, size_t groups,
	json_t *conflicts)
{
	char text[TEXT_SIZE], prefix[TEXT_ESCAPED_SIZE(64)];
	const char *name = member_prefix(&members->all[first]);
	json_t *pids = json_array();
	size_t at, length;

	text_escape(prefix, (const uint8_t *)name, strnlen(name, 64));
	length = snprintf(text, sizeof(text),
		"%zu groups with prefix %s, which never see each other:", groups, prefix);
	for (at = first; at < end; at += members_of_group(members, at)) {
		const struct member *member = &members->all[at];

		json_array_append_new(pids, json_of_pid(member->pid));
		if (length < sizeof(text))
			length += snprintf(text + length, sizeof(text) - length,
				"%s pid %d (%s)", at == first ? "" : ",",
				(int)member->pid, member->command);
	}
	add(conflicts, "prefix", &members->all[first], pids, text);
}

void
conflicts_of_prefixes(const struct members *members, json_t *conflicts)
{
	size_t first, end, groups;

	for (first = 0; first < members->n; first = end) {
		const char *prefix = member_prefix(&members->all[first]);

		end = first;
		groups = 0;
		do {
			end += members_of_group(members, end);
			groups++;
		} while (prefix != NULL && end < members->n &&
			has_prefix(&members->all[end], prefix));
		if (groups > 1)
			add_prefix(members, first, end, groups, conflicts);
	}
}

/* ---- one lcore id twice ---- */

/* The lcore ids that both have as text "0-2, 5", or how many they are. */
static void
put_common(const struct facts *one, const struct facts *other, char *text, size_t size)
{
	unsigned int lcore, from;
	size_t length = 0;

	text[0] = '\0';
	for (lcore = 0; lcore < LCORES_MAX && length < size; lcore++) {
		if (!one->lcores.used[lcore] || !other->lcores.used[lcore])
			continue;
		for (from = lcore; lcore + 1 < LCORES_MAX &&
			one->lcores.used[lcore + 1] && other->lcores.used[lcore + 1];)
			lcore++;
		length += snprintf(text + length, size - length,
			from == lcore ? "%s%u" : "%s%u-%u", length == 0 ? "" : ", ", from,
			lcore);
	}
}

static void
add_lcores(const struct member *one, const struct member *other, const char *common,
	json_t *conflicts)
{
	char text[TEXT_SIZE];

	snprintf(text, sizeof(text),
		"pid %d (%s) and pid %d (%s) both have lcore %s: they damage the caches "
		"of the pools they share",
		(int)one->pid, one->command, (int)other->pid, other->command, common);
	add(conflicts, "lcore", one, json_pack("[i, i]", (int)one->pid, (int)other->pid),
		text);
}

void
conflicts_of_lcores(const struct member *members, const struct facts *facts, size_t n,
	json_t *conflicts)
{
	char common[256];
	size_t i, k;

	for (i = 0; i < n; i++)
		for (k = i + 1; k < n; k++) {
			if (!facts[i].has_lcores || !facts[k].has_lcores ||
				is_mpsh(&members[i]) || is_mpsh(&members[k]))
				continue;
			put_common(&facts[i], &facts[k], common, sizeof(common));
			if (common[0] != '\0')
				add_lcores(&members[i], &members[k], common, conflicts);
		}
}

/* ---- one CPU twice ---- */

struct thread {
	const struct member *member;
	pid_t tid;
	char name[HOST_THREAD_NAME_SIZE];
	unsigned int cpu;
	bool is_busy;
};

struct threads {
	const struct member *member; /* whose threads are looked at */
	struct thread *all;
	size_t n;
};

/* The one CPU that a thread may run on; false: there are several. */
static bool
pinned_cpu(pid_t tid, unsigned int *cpu)
{
	char cpus[HOST_CPUS_SIZE];
	uint64_t number;

	host_thread_cpus(tid, cpus);
	if (text_number(cpus, 0, 65535, &number) < 0)
		return false;
	*cpu = number;
	return true;
}

static bool
runs(pid_t tid)
{
	return host_process_state(tid) == 'R';
}

/* EAL pins its workers and the main thread. */
static bool
take_thread(pid_t tid, const char *name, void *ctx)
{
	struct threads *threads = ctx;
	struct thread thread = {
		.member = threads->member,
		.tid = tid,
		.is_busy = true,
	};
	struct thread *larger;

	if ((host_lcore_of_thread(name) < 0 && tid != threads->member->pid) ||
		!runs(tid) || !pinned_cpu(tid, &thread.cpu))
		return true;
	snprintf(thread.name, sizeof(thread.name), "%s", name);
	larger = array_grow(threads->all, threads->n, sizeof(*larger));
	if (larger == NULL)
		return false;
	threads->all = larger;
	threads->all[threads->n++] = thread;
	return true;
}

static bool
are_rivals(const struct thread *one, const struct thread *other)
{
	return one->cpu == other->cpu && one->member != other->member && one->is_busy &&
		other->is_busy;
}

static bool
has_rivals(const struct threads *threads)
{
	size_t i, k;

	for (i = 0; i < threads->n; i++)
		for (k = i + 1; k < threads->n; k++)
			if (are_rivals(&threads->all[i], &threads->all[k]))
				return true;
	return false;
}

static void
look_again(struct threads *threads)
{
	const struct timespec pause = { .tv_nsec = LOOK_NS };
	size_t i;

	nanosleep(&pause, NULL);
	for (i = 0; i < threads->n; i++) {
		struct thread *thread = &threads->all[i];

		thread->is_busy = thread->is_busy && runs(thread->tid);
	}
}

static void
add_cpu(const struct thread *one, const struct thread *other, json_t *conflicts)
{
	char text[TEXT_SIZE], names[2][TEXT_ESCAPED_SIZE(HOST_THREAD_NAME_SIZE)];

	text_escape(names[0], (const uint8_t *)one->name, strlen(one->name));
	text_escape(names[1], (const uint8_t *)other->name, strlen(other->name));
	snprintf(text, sizeof(text),
		"%s of pid %d (%s) and %s of pid %d (%s) are busy on CPU %u alone",
		names[0], (int)one->member->pid, one->member->command, names[1],
		(int)other->member->pid, other->member->command, one->cpu);
	add(conflicts, "cpu", one->member,
		json_pack("[i, i]", (int)one->member->pid, (int)other->member->pid),
		text);
}

void
conflicts_of_cpus(const struct members *members, json_t *conflicts)
{
	struct threads threads = { 0 };
	unsigned int looks;
	size_t i, k;

	for (i = 0; i < members->n; i++) {
		threads.member = &members->all[i];
		if (!is_mpsh(threads.member))
			host_walk_threads(threads.member->pid, take_thread, &threads);
	}
	for (looks = 1; looks < LOOKS && has_rivals(&threads); looks++)
		look_again(&threads);
	for (i = 0; i < threads.n; i++)
		for (k = i + 1; k < threads.n; k++)
			if (are_rivals(&threads.all[i], &threads.all[k]))
				add_cpu(&threads.all[i], &threads.all[k], conflicts);
	free(threads.all);
}
