/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * What why finds. Each finding has a key beside its text: what must be the same in two
 * looks, the stack, the position, the lock's value. Main thread.
 */

#ifndef MPSH_OUTSIDE_FINDING_H
#define MPSH_OUTSIDE_FINDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <jansson.h>

#include "outside/ring.h"

/* The worst first, as they are printed. */
enum finding_kind {
	FINDING_TRACED,
	FINDING_STOPPED,
	FINDING_PRIMARY_DEAD,
	FINDING_MP_THREAD_ENDED,
	FINDING_ATTACHING,
	FINDING_NESTED_REQUEST,
	FINDING_NO_ACTION,
	FINDING_WAITS_REPLY,
	FINDING_SEND_BLOCKED,
	FINDING_MUTEX,
	FINDING_SPINS,
	FINDING_RING_STUCK,
	FINDING_LOCK_HELD,
	FINDING_IN_HANDLER,
	FINDING_SOCKET_FULL,
	FINDING_SAME_LCORE,
	FINDING_SAME_CPU,
	FINDING_SAME_PREFIX,
};

#define FINDING_TEXT_SIZE 512
#define FINDING_ACTION_SIZE 64

struct finding {
	enum finding_kind kind;
	char text[FINDING_TEXT_SIZE]; /* safe to show */
	pid_t pid, tid;               /* 0: of none */
	char ring[RING_NAME_BYTES + 1];
	char action[FINDING_ACTION_SIZE];
	pid_t suspect;  /* who may have done it, where pid is 0; 0: nobody is known */
	uint64_t about; /* the address of the ring or lock it is about, or 0 */
	uint64_t key;
	uint64_t since; /* as loop_now() */
};

struct findings {
	struct finding *all;
	size_t n;
};

void findings_init(struct findings *findings);
void findings_free(struct findings *findings);

/*
 * Add a finding of a thread, or of a process with tid 0. The caller sets its text, ring
 * and action, and folds into its key what must stay. Returns it, valid until the next
 * call; never NULL: without memory it is one that is forgotten.
 */
struct finding *findings_add(
	struct findings *findings, enum finding_kind kind, pid_t pid, pid_t tid);

/* Fold numbers or bytes into a key. */
void finding_fold(struct finding *finding, uint64_t number);
void finding_fold_bytes(struct finding *finding, const void *bytes, size_t size);

/*
 * Of those of the second look keep what was so in the first, which gives them their
 * since, and put the worst first.
 */
void findings_confirm(struct findings *now, const struct findings *before);

/* Keep what passes(finding, ctx). */
void findings_filter(struct findings *findings,
	bool (*passes)(const struct finding *finding, void *ctx), void *ctx);

/* {kind, text, pid, tid, ring, action, since_ns}; what does not apply is null. */
json_t *finding_json(const struct finding *finding, uint64_t now);

#endif
