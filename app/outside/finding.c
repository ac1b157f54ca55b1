/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Keeps findings, and drops those that were not so twice. */

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include <jansson.h>

#include "base/json.h"
#include "base/loop.h"
#include "base/array.h"
#include "outside/finding.h"

static const char *const kinds[] = {
	[FINDING_TRACED] = "traced",
	[FINDING_STOPPED] = "stopped",
	[FINDING_PRIMARY_DEAD] = "primary_dead",
	[FINDING_MP_THREAD_ENDED] = "mp_thread_ended",
	[FINDING_ATTACHING] = "attaching",
	[FINDING_NESTED_REQUEST] = "nested_request",
	[FINDING_NO_ACTION] = "no_action",
	[FINDING_WAITS_REPLY] = "waits_reply",
	[FINDING_SEND_BLOCKED] = "send_blocked",
	[FINDING_MUTEX] = "mutex",
	[FINDING_SPINS] = "spins",
	[FINDING_RING_STUCK] = "ring_stuck",
	[FINDING_LOCK_HELD] = "lock_held",
	[FINDING_IN_HANDLER] = "in_handler",
	[FINDING_SOCKET_FULL] = "socket_full",
	[FINDING_SAME_LCORE] = "same_lcore",
	[FINDING_SAME_CPU] = "same_cpu",
	[FINDING_SAME_PREFIX] = "same_prefix",
};

void
findings_init(struct findings *findings)
{
	memset(findings, 0, sizeof(*findings));
}

void
findings_free(struct findings *findings)
{
	free(findings->all);
	findings_init(findings);
}

struct finding *
findings_add(struct findings *findings, enum finding_kind kind, pid_t pid, pid_t tid)
{
	static struct finding forgotten;
	struct finding *all = array_grow(findings->all, findings->n, sizeof(*all)),
		       *added;

	added = all != NULL ? &all[findings->n++] : &forgotten;
	if (all != NULL)
		findings->all = all;
	memset(added, 0, sizeof(*added));
	added->kind = kind;
	added->pid = pid;
	added->tid = tid;
	added->since = loop_now();
	/* The offset basis of FNV-1a. */
	added->key = UINT64_C(0xcbf29ce484222325);
	return added;
}

void
finding_fold_bytes(struct finding *finding, const void *bytes, size_t size)
{
	const unsigned char *byte = bytes;

	while (size-- > 0)
		finding->key = (finding->key ^ *byte++) * UINT64_C(0x100000001b3);
}

void
finding_fold(struct finding *finding, uint64_t number)
{
	finding_fold_bytes(finding, &number, sizeof(number));
}

static const struct finding *
find_same(const struct findings *findings, const struct finding *wanted)
{
	size_t i;

	for (i = 0; i < findings->n; i++) {
		const struct finding *finding = &findings->all[i];

		if (finding->kind == wanted->kind && finding->pid == wanted->pid &&
			finding->tid == wanted->tid && finding->key == wanted->key)
			return finding;
	}
	return NULL;
}

/* Those of one kind stay in their order, which is that in which they were added. */
static int
compare(const void *a, const void *b)
{
	const struct finding *one = a, *other = b;

	if (one->kind != other->kind)
		return one->kind < other->kind ? -1 : 1;
	if (one->pid != other->pid)
		return one->pid < other->pid ? -1 : 1;
	if (one->tid != other->tid)
		return one->tid < other->tid ? -1 : 1;
	return strcmp(one->text, other->text);
}

void
findings_filter(struct findings *findings,
	bool (*passes)(const struct finding *finding, void *ctx), void *ctx)
{
	size_t i, n = 0;

	for (i = 0; i < findings->n; i++)
		if (passes(&findings->all[i], ctx))
			findings->all[n++] = findings->all[i];
	findings->n = n;
}

static bool
was_so(const struct finding *finding, void *ctx)
{
	return find_same(ctx, finding) != NULL;
}

void
findings_confirm(struct findings *now, const struct findings *before)
{
	size_t i;

	findings_filter(now, was_so, (void *)before);
	for (i = 0; i < now->n; i++)
		now->all[i].since = find_same(before, &now->all[i])->since;
	if (now->n > 0)
		qsort(now->all, now->n, sizeof(now->all[0]), compare);
}

json_t *
finding_json(const struct finding *finding, uint64_t now)
{
	pid_t pid = finding->pid != 0 ? finding->pid : finding->suspect;

	return json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:I}", "kind",
		kinds[finding->kind], "text", json_of_string(finding->text), "pid",
		json_of_number(pid > 0, pid), "tid",
		json_of_number(finding->tid != 0, finding->tid), "ring",
		finding->ring[0] != '\0'
			? json_of_bytes(finding->ring, strlen(finding->ring))
			: json_null(),
		"action",
		finding->action[0] != '\0'
			? json_of_bytes(finding->action, strlen(finding->action))
			: json_null(),
		"since_ns", (json_int_t)(now - finding->since));
}
