/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The places that the primary gives to secondaries. */

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <event2/event.h>

#include "base/loop.h"
#include "base/memory.h"
#include "host/process.h"
#include "host/sockets.h"
#include "message/message.h"
#include "message/stats.h"
#include "mp/attach.h"
#include "peers/peer.h"
#include "peers/places.h"
#include "peers/self.h"
#include "peers/shared.h"
#include "peers/state.h"
#include "ring/job.h"
#include "ring/worker.h"

void
places_free_job(struct job *job)
{
	free(job);
}

void
places_release_descriptors(struct place *place)
{
	loop_free_event(&place->death);
	if (place->event_fd >= 0)
		close(place->event_fd);
	if (place->pid_fd >= 0)
		close(place->pid_fd);
	place->event_fd = -1;
	place->pid_fd = -1;
}

/* The worker has closed the link, so the place can be given away again. */
static void
on_place_closed(struct job *job)
{
	struct place *place = &hub.places[job->peer];

	if (!place->lives)
		places_release_descriptors(place);
	place->closing = false;
	free(job);
}

/*
 * Have the worker close the link of a place that is free. When too many jobs are under
 * way, on_change() tries again: until then the place stays closing, and its descriptors
 * open, since the worker may still write to the doorbell.
 */
static void
close_link(unsigned int number)
{
	struct job *job = memory_get(sizeof(*job));

	if (job == NULL)
		return;
	job->type = JOB_CLOSE;
	job->peer = number;
	job->done = on_place_closed;
	hub.places[number].must_close = worker_submit(job) < 0;
}

/* Tell a secondary that the hub has changed. */
static void
tell(unsigned int number)
{
	struct place *place = &hub.places[number];
	struct job *job;

	place->untold = place_is_taken(place);
	job = place->untold ? memory_get(sizeof(*job)) : NULL;
	if (job == NULL)
		return;
	message_build(&job->message, MESSAGE_HUB, 0, number, 0, NULL, 0);
	place->untold = worker_send(job, places_free_job) < 0;
}

/*
 * Once in a round of the loop, however many secondaries have come and gone in it: what is
 * to be told and to be closed. What the worker cannot take now comes a little later.
 */
static void
on_change(evutil_socket_t fd, short what, void *arg)
{
	static const struct timeval later = { .tv_usec = 1000 };
	bool again = false;
	unsigned int i;

	(void)fd;
	(void)what;
	(void)arg;
	for (i = 1; i <= hub.config.max_peers; i++) {
		if (hub.places[i].must_close)
			close_link(i);
		if (hub.places[i].untold)
			tell(i);
		again = again || hub.places[i].must_close || hub.places[i].untold;
	}
	if (again)
		evtimer_add(hub.change, &later);
}

void
places_tell_change(void)
{
	static const struct timeval now = { 0 };
	unsigned int i;

	for (i = 1; i <= hub.config.max_peers; i++)
		hub.places[i].untold = true;
	if (!evtimer_pending(hub.change, NULL))
		evtimer_add(hub.change, &now);
}

int
places_start(void)
{
	hub.change = evtimer_new(loop_base(), on_change, NULL);
	return hub.change != NULL ? 0 : -ENOMEM;
}

void
places_free(unsigned int number, enum hub_event reason)
{
	struct place *place = &hub.places[number];
	struct peer left = place->peer;

	if (left.state == PEER_FREE || place->closing)
		return;
	place->peer.state = PEER_FREE;
	place->waited_since = 0;
	/* A process that has not said that it leaves may still write to the rings. */
	place->lives = reason == HUB_GARBAGE;
	if (place->death != NULL && !place->lives)
		event_del(place->death);
	shared_publish_place(number, reason);
	place->closing = true;
	place->must_close = true;
	close_link(number);
	hub_announce(reason, &left);
	places_tell_change();
}

/*
 * Remove the rte_mp socket that a dead process has left: DPDK does it only where it sends
 * to it, and until then every look at the group meets it.
 */
static void
remove_socket(const char *name)
{
	char path[IPC_PATH_SIZE + 256];

	snprintf(path, sizeof(path), "%s/%s", hub.config.runtime_dir, name);
	if (host_socket_pid(name) != 0 && host_look_at_socket(path) == HOST_SOCKET_STALE)
		unlink(path);
}

/* The process that had the place is gone, or has executed the program anew. */
static void
forget_former(struct place *place)
{
	place->lives = false;
	if (place->death != NULL)
		event_del(place->death);
	if (!place->closing)
		places_release_descriptors(place);
}

static void
on_death(evutil_socket_t fd, short what, void *arg)
{
	struct place *place = arg;
	unsigned int number = place - hub.places;
	uint32_t leaving =
		__atomic_load_n(&hub.memory->marks[number].leaving, __ATOMIC_RELAXED);

	(void)fd;
	(void)what;
	remove_socket(place->peer.socket);
	if (place->lives)
		forget_former(place);
	else
		places_free(
			number, leaving == place->generation ? HUB_DETACHED : HUB_DIED);
}

/* number is 0 unless status is ATTACH_OK. */
static void
reply_attach(const char *path, enum attach_status status, unsigned int number)
{
	struct ipc_attached attached = {
		.status = status,
		.number = number,
		.generation = hub.places[number].generation,
		.max_peers = hub.config.max_peers,
		.event_fd = hub.event_fd,
		.pid_fd = hub.self_pid_fd,
	};

	ipc_attach_reply(path, &attached);
}

/*
 * The worker has opened the rings, or could not: answer the secondary, tell the others.
 */
static void
on_place_opened(struct job *job)
{
	struct place *place = &hub.places[job->peer];
	unsigned int number = job->peer;
	int result = job->result;

	free(job);
	place->attaching = false;
	if (result < 0) {
		place->peer.state = PEER_FREE;
		places_release_descriptors(place);
		reply_attach(place->attach.path, ATTACH_BAD, 0);
		return;
	}
	event_add(place->death, NULL);
	shared_publish_place(number, HUB_ATTACHED);
	reply_attach(place->attach.path, ATTACH_OK, number);
	hub_announce(HUB_ATTACHED, &place->peer);
	places_tell_change();
}

/* Returns ATTACH_OK with the number of a free place, or the reason to refuse. */
static enum attach_status
find_place(const struct ipc_attach *attach, unsigned int *number)
{
	unsigned int i, free_places = 0;

	*number = 0;
	for (i = 1; i <= hub.config.max_peers; i++) {
		const struct place *place = &hub.places[i];

		if (place->peer.state != PEER_FREE && attach->name[0] != '\0' &&
			strcmp(place->peer.name, attach->name) == 0)
			return ATTACH_NAME_IN_USE;
		if (place->peer.state != PEER_FREE || place->lives)
			continue;
		free_places++;
		if (*number == 0 && !place->closing)
			*number = i;
	}
	if (attach->name[0] != '\0' && strcmp(hub.name, attach->name) == 0)
		return ATTACH_NAME_IN_USE;
	if (*number != 0)
		return ATTACH_OK;
	return free_places != 0 ? ATTACH_NOT_READY : ATTACH_FULL;
}

/* A process that asks again has executed the program anew: it has left its old place. */
static void
leave_old_place(pid_t pid)
{
	unsigned int i;

	/* Of a process that cannot be seen only its end tells that it has left. */
	for (i = 1; i <= hub.config.max_peers && pid != HOST_PID_UNSEEN; i++) {
		if (hub.places[i].peer.pid != pid)
			continue;
		if (hub.places[i].lives)
			forget_former(&hub.places[i]);
		else
			places_free(i, HUB_DETACHED);
	}
}

/* Have the worker reset and open the rings of the place with this number. */
static void
fill_open_job(struct job *job, unsigned int number)
{
	const struct place *place = &hub.places[number];

	job->type = JOB_OPEN;
	job->peer = number;
	job->done = on_place_opened;
	job->link.out = place->to;
	job->link.in = place->from;
	job->link.out_zone = place->to_zone;
	job->link.in_zone = place->from_zone;
	memcpy(job->link.out_name, place->to_name, sizeof(place->to_name));
	memcpy(job->link.in_name, place->from_name, sizeof(place->from_name));
	job->link.generation = place->generation;
	job->link.reset = true;
	job->link.bell.fd = place->event_fd;
	job->link.bell.flag = &hub.memory->flags[number];
}

void
hub_on_attach(const struct ipc_attach *attach)
{
	enum attach_status status;
	struct place *place;
	unsigned int number;
	struct job *job;

	leave_old_place(attach->pid);
	status = find_place(attach, &number);
	job = memory_zeroed(sizeof(*job));
	if (status != ATTACH_OK || job == NULL)
		goto refuse;
	place = &hub.places[number];
	place->death = event_new(loop_base(), attach->pid_fd, EV_READ, on_death, place);
	if (place->death == NULL)
		goto refuse;
	place->attach = *attach;
	place->attaching = true;
	place->generation++;
	place->event_fd = attach->event_fd;
	place->pid_fd = attach->pid_fd;
	place->peer.state = PEER_UP;
	place->peer.number = number;
	place->peer.pid = attach->pid;
	snprintf(place->peer.socket, sizeof(place->peer.socket), "%s",
		host_socket_name(attach->path));
	place->peer.since = loop_now();
	hub_default_name(number, place->peer.name);
	if (attach->name[0] != '\0')
		snprintf(place->peer.name, sizeof(place->peer.name), "%.24s",
			attach->name);
	__atomic_store_n(&hub.memory->marks[number].leaving, 0, __ATOMIC_RELAXED);
	stats_reset(number);
	fill_open_job(job, number);
	if (worker_submit(job) == 0)
		return;
	place->attaching = false;
	place->peer.state = PEER_FREE;
	places_release_descriptors(place);
	reply_attach(attach->path, ATTACH_NOT_READY, 0);
	return;
refuse:
	free(job);
	close(attach->event_fd);
	close(attach->pid_fd);
	reply_attach(attach->path, status == ATTACH_OK ? ATTACH_NOT_READY : status, 0);
}

void
hub_on_detach(unsigned int number)
{
	if (hub.config.role == ROLE_PRIMARY)
		places_free(number, HUB_DETACHED);
}
