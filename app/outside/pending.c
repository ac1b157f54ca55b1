/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * Reads the list of pending requests in lib/eal/common/eal_common_proc.c of a process.
 * Those of rte_mp_request_sync() lie on the stack of the thread that waits, the others on
 * the heap.
 */

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "host/sockets.h"
#include "outside/follow.h"
#include "outside/group.h"
#include "outside/layout.h"
#include "outside/pending.h"
#include "outside/queue.h"

/* enum mp_type of EAL. */
#define TYPE_SYNC 0
#define TYPE_ASYNC 1

struct reading {
	const struct layout *layout;
	struct follow *follow;
	struct pendings *pendings;
	int ret;
};

/*
 * What an entry may have between its links and its type beyond its release's layout: an
 * id, which 26.07 brought and stable updates took over (24.11.8 and 25.11.4 have it, and
 * their headers do not tell). An entry ends with a pthread_cond_t, so what is moved by an
 * id still lies in its bytes.
 */
static const size_t more[] = { 0, sizeof(uint64_t) };

static const char *
path_of(const struct reading *reading, const char *fields)
{
	return fields + reading->layout->pending_request_dst;
}

/* A socket of rte_mp has a name of its own (host/sockets.h). */
static bool
are_fields(const struct reading *reading, const char *fields)
{
	const char *path = path_of(reading, fields);
	size_t most = reading->layout->pending_request_dst_bytes;
	const char *name;

	if (most > PENDING_PATH_SIZE)
		most = PENDING_PATH_SIZE;
	if (path[0] != '/' || memchr(path, '\0', most) == NULL)
		return false;
	name = host_socket_name(path);
	return group_u32(fields, reading->layout->pending_request_type) <= TYPE_ASYNC &&
		(host_is_primary_socket(name) || host_socket_pid(name) > 0);
}

/*
 * Where the fields of an entry are, from its type on, at their offsets in the layout;
 * NULL if these are the bytes of none. With the wrong one of the two, the type is a piece
 * of the path, or the path begins in the type.
 */
static const char *
fields_of(const struct reading *reading, const void *entry)
{
	size_t i;

	for (i = 0; i < sizeof(more) / sizeof(more[0]); i++)
		if (are_fields(reading, (const char *)entry + more[i]))
			return (const char *)entry + more[i];
	return NULL;
}

static bool
fits(const void *entry, const void *ctx)
{
	return fields_of(ctx, entry) != NULL;
}

static void
read_request(struct reading *reading, uint64_t address, struct pending *pending)
{
	const struct layout *layout = reading->layout;
	char message[256];
	size_t bytes = layout->rte_mp_msg_len_param + sizeof(uint32_t);

	pending->length = -1;
	if (bytes > sizeof(message) ||
		layout->rte_mp_msg_name + ACTION_NAME_SIZE > sizeof(message) ||
		follow_read(reading->follow, address, message, bytes) < 0)
		return;
	memcpy(pending->action, message + layout->rte_mp_msg_name, ACTION_NAME_SIZE);
	pending->action[ACTION_NAME_SIZE - 1] = '\0';
	pending->length = (int32_t)group_u32(message, layout->rte_mp_msg_len_param);
}

static bool
take(const struct queue *queue, void *ctx)
{
	struct reading *reading = ctx;
	const struct layout *layout = reading->layout;
	size_t i;

	reading->pendings->all =
		memory_zeroed(queue->n * sizeof(*reading->pendings->all));
	if (reading->pendings->all == NULL) {
		reading->ret = -ENOMEM;
		return false;
	}
	for (i = 0; i < queue->n; i++) {
		const char *fields = fields_of(
			reading, queue->entries + i * layout->size_of_pending_request);
		struct pending *pending = &reading->pendings->all[i];

		strcpy(pending->path, path_of(reading, fields));
		pending->pid = host_socket_pid(pending->path);
		pending->is_sync =
			group_u32(fields, layout->pending_request_type) == TYPE_SYNC;
		pending->is_answered =
			group_u32(fields, layout->pending_request_reply_received) != 0;
		read_request(reading, group_u64(fields, layout->pending_request_request),
			pending);
	}
	reading->pendings->n = queue->n;
	return false;
}

int
pendings_read(const struct group *group, struct pendings *pendings)
{
	struct follow follow;
	struct reading reading = {
		.layout = group->layout,
		.follow = &follow,
		.pendings = pendings,
	};
	struct queue_shape shape = {
		.bytes = group->layout->size_of_pending_request,
		.fits = fits,
		.ctx = &reading,
	};
	int ret;

	memset(pendings, 0, sizeof(*pendings));
	if (group->kind != GROUP_PROCESS || group->layout->pending_request_next != 0)
		return -ENOTSUP;
	ret = follow_open(group, &follow);
	if (ret < 0)
		return ret;
	ret = queue_find(&follow, &shape, take, &reading);
	follow_close(&follow);
	return ret < 0 ? ret : reading.ret;
}

void
pendings_free(struct pendings *pendings)
{
	free(pendings->all);
	memset(pendings, 0, sizeof(*pendings));
}
