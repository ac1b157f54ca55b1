/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <rte_errno.h>
#include <rte_memzone.h>
#include <rte_ring.h>

#include <event2/event.h>

#include "base/loop.h"
#include "base/ticks.h"
#include "host/process.h"
#include "message/stats.h"
#include "mp/mp.h"
#include "mp/socket.h"
#include "peers/hub.h"
#include "peers/letgo.h"
#include "ring/channel.h"
#include "ring/simple_mp.h"

#define HUB_ZONE "mpsh_hub"
#define RING_TO "mpsh_to_%u"     /* primary -> secondary */
#define RING_FROM "mpsh_from_%u" /* secondary -> primary */

/* How often to look whether the others are stopped. */
#define WATCH_MS 800

/* A message that waits that long makes its receiver unresponsive. */
#define UNRESPONSIVE_NS 1000000000ull

/* What the primary shows of a place; others read it. */
struct published_place {
	uint32_t state; /* enum peer_state */
	int32_t pid;
	uint32_t generation; /* counts the attaches to this place */
	uint32_t reason;     /* why the last one left: enum hub_event */
	uint64_t since;
	char name[32];
} __attribute__((aligned(64)));

/* What a secondary says of itself, in its own cache line. */
struct leave_mark {
	uint32_t leaving; /* the generation that leaves on purpose */
} __attribute__((aligned(64)));

/* The memzone. Its first 8 bytes are a magic and a version for ever. */
struct hub_memory {
	struct message_preamble preamble;
	uint32_t max_peers;
	int32_t primary_pid;
	uint64_t primary_since;
	uint32_t primary_leaving;
	uint64_t
		ticks_hz; /* the primary's measure of the TSC, 0 from one that has none */
	struct doorbell_flag flags[PEERS_MAX + 1];
	struct leave_mark leave_marks[PEERS_MAX + 1];
	struct published_place published[PEERS_MAX + 1];
};

/* The primary's own record of a place. */
struct place {
	struct peer peer;
	bool attaching; /* the worker is opening its rings */
	bool closing;   /* the worker is closing them */
	uint32_t generation;
	int event_fd;
	int pid_fd;
	struct event *death;
	struct ipc_attach attach; /* while attaching */

	struct rte_ring *to, *from;
	char to_name[RTE_RING_NAMESIZE], from_name[RTE_RING_NAMESIZE];
	const struct rte_memzone *to_zone, *from_zone;

	uint32_t waited_at;    /* unresponsive: the tail that has not moved … */
	uint64_t waited_since; /* … since then, 0 while nothing waits */
};

/* One hub a process: a process attaches to one primary. */
static struct {
	struct hub_config config;
	unsigned int number;
	char name[NAME_MAX_LENGTH + 8];
	bool live;
	uint64_t since;
	int event_fd;
	int self_pid_fd;
	struct hub_memory *memory;
	struct doorbell bell;
	struct doorbell_flag own_flag; /* while there is none in shared memory */
	struct event *watch;
	bool mp_thread_ended;

	/* Primary. */
	struct place places[PEERS_MAX + 1];

	/* Secondary. */
	struct rte_ring *to, *from; /* as the primary names them */
	int primary_event_fd, primary_pid_fd;
	struct event *primary_death;
	bool primary_stopped;
	uint32_t generation;             /* our own */
	struct peer seen[PEERS_MAX + 1]; /* as last announced */
	uint32_t seen_generation[PEERS_MAX + 1];
} hub = {
	.event_fd = -1,
	.self_pid_fd = -1,
	.primary_event_fd = -1,
	.primary_pid_fd = -1,
};

static void
free_job(struct job *job)
{
	free(job);
}

static bool
is_stopped(pid_t pid)
{
	char state = host_process_state(pid);

	return state == 'T' || state == 't';
}

/* Names. */

enum role
hub_role(void)
{
	return hub.config.role;
}

const char *
hub_role_name(void)
{
	static const char *const names[] = { "primary", "secondary", "guest" };

	return names[hub.config.role];
}

unsigned int
hub_number(void)
{
	return hub.number;
}

const char *
hub_name(void)
{
	return hub.name;
}

unsigned int
hub_max_peers(void)
{
	return hub.config.max_peers;
}

const char *
hub_file_prefix(void)
{
	return hub.config.file_prefix;
}

pid_t
hub_primary_pid(void)
{
	return hub.config.role == ROLE_PRIMARY ? getpid() : hub.config.primary_pid;
}

bool
hub_is_live(void)
{
	return hub.live;
}

/* The name of a place whose occupant has given none. */
static void
default_name(unsigned int number, char name[NAME_MAX_LENGTH + 8])
{
	if (number == 0)
		strcpy(name, "primary");
	else
		snprintf(name, NAME_MAX_LENGTH + 8, "secondary-%u", number);
}

/* A copy of what the primary shows of a place; what makes no sense is taken as nobody. */
static bool
read_published(
	unsigned int number, struct peer *peer, uint32_t *generation, uint32_t *reason)
{
	struct published_place shown;

	if (!hub.live || hub.memory == NULL)
		return false;
	memcpy(&shown, &hub.memory->published[number], sizeof(shown));
	shown.name[sizeof(shown.name) - 1] = '\0';
	*generation = shown.generation;
	*reason = shown.reason;
	memset(peer, 0, sizeof(*peer));
	peer->number = number;
	peer->pid = shown.pid;
	peer->since = shown.since;
	peer->queued_to = -1;
	peer->queued_from = -1;
	default_name(number, peer->name);
	if (shown.name[0] != '\0' && name_check(shown.name) == 0)
		snprintf(peer->name, sizeof(peer->name), "%s", shown.name);
	if (shown.state == PEER_FREE || shown.state > PEER_UNRESPONSIVE)
		return false;
	peer->state = shown.state;
	return true;
}

/* What waits in our own two rings. */
static void
count_waiting(struct peer *peer, const struct rte_ring *to, const struct rte_ring *from)
{
	peer->queued_to = channel_count(to);
	peer->queued_from = channel_count(from);
}

bool
peer_find(unsigned int number, struct peer *peer)
{
	uint32_t generation, reason;
	bool here;

	if (number > PEERS_MAX || number == hub.number || hub.config.role == ROLE_GUEST)
		return false;
	if (hub.config.role == ROLE_PRIMARY) {
		const struct place *place = &hub.places[number];

		*peer = place->peer;
		if (peer->state == PEER_FREE || place->attaching)
			return false;
		count_waiting(peer, place->to, place->from);
		return true;
	}
	if (!hub.live)
		return false;
	here = read_published(number, peer, &generation, &reason);
	if (number != 0)
		return here;
	peer->pid = hub.config.primary_pid;
	peer->since = hub.memory->primary_since;
	peer->state = hub.primary_stopped ? PEER_STOPPED : PEER_UP;
	count_waiting(peer, hub.from, hub.to);
	return true;
}

bool
place_was(unsigned int number, pid_t pid)
{
	return number >= 1 && number <= hub.config.max_peers &&
		hub.places[number].peer.pid == pid;
}

unsigned int
hub_count(unsigned int *number)
{
	unsigned int i, n = 0;
	struct peer peer;

	for (i = 0; i <= PEERS_MAX; i++) {
		if (!peer_find(i, &peer))
			continue;
		if (n++ == 0 && number != NULL)
			*number = i;
	}
	return n;
}

int
hub_find(const char *word)
{
	unsigned int i, number;
	struct peer peer;
	char end;

	if (strcmp(word, hub.name) == 0)
		return hub.number;
	if (strcmp(word, "primary") == 0)
		number = 0;
	else if (sscanf(word, "%u%c", &number, &end) != 1 &&
		sscanf(word, "secondary-%u%c", &number, &end) != 1)
		number = PEERS_MAX + 1;
	if (word[0] == '-' || word[0] == '+')
		return -ENOENT;
	if (number == hub.number && hub.config.role != ROLE_GUEST)
		return number;
	for (i = 0; i <= PEERS_MAX; i++)
		if (peer_find(i, &peer) && (i == number || strcmp(peer.name, word) == 0))
			return i;
	return -ENOENT;
}

const char *
hub_peer_name(unsigned int number)
{
	static char names[4][NAME_MAX_LENGTH + 8];
	static unsigned int next;
	char *name = names[next++ % 4];
	uint32_t generation, reason;
	struct peer peer;

	default_name(number, name);
	if (number == hub.number)
		return hub.name;
	if (hub.config.role == ROLE_PRIMARY) {
		if (hub.places[number].peer.name[0] != '\0')
			strcpy(name, hub.places[number].peer.name);
	} else if (hub.live && hub.memory != NULL) {
		read_published(number, &peer, &generation, &reason);
		strcpy(name, peer.name);
	} else if (hub.seen[number].name[0] != '\0') {
		strcpy(name, hub.seen[number].name);
	}
	return name;
}

int
hub_find_pid(pid_t pid)
{
	struct peer peer;
	unsigned int i;

	if (pid == 0 && hub.config.role != ROLE_PRIMARY)
		return hub.config.role == ROLE_GUEST ? -ENOENT : 0;
	for (i = 0; i <= PEERS_MAX; i++)
		if (peer_find(i, &peer) && peer.pid == pid)
			return i;
	/* What it sent last may be looked at when it has left. */
	for (i = 1; i <= PEERS_MAX && hub.config.role == ROLE_PRIMARY; i++)
		if (place_was(i, pid))
			return i;
	return -ENOENT;
}

/* The primary: places. */

/* Show what the record says, the state last. */
static void
publish_place(unsigned int number, uint32_t reason)
{
	const struct place *place = &hub.places[number];
	struct published_place *shown = &hub.memory->published[number];

	shown->pid = place->peer.pid;
	shown->since = place->peer.since;
	shown->reason = reason;
	shown->generation = place->generation;
	memset(shown->name, 0, sizeof(shown->name));
	strcpy(shown->name, place->peer.name);
	__atomic_store_n(&shown->state, place->attaching ? PEER_FREE : place->peer.state,
		__ATOMIC_RELEASE);
}

/* Tell the secondaries to look again; one whose ring is full will find out by itself. */
static void
tell_change(void)
{
	unsigned int i;

	for (i = 1; i <= hub.config.max_peers; i++) {
		struct job *job;

		if (hub.places[i].peer.state == PEER_FREE || hub.places[i].attaching ||
			hub.places[i].closing)
			continue;
		job = malloc(sizeof(*job));
		if (job == NULL)
			return;
		job->type = JOB_SEND;
		job->done = free_job;
		message_build(&job->message, MESSAGE_HUB, 0, i, 0, NULL, 0);
		if (worker_submit(job) < 0)
			free(job);
	}
}

static void
announce(enum hub_event event, const struct peer *peer)
{
	if (hub.config.listener != NULL)
		hub.config.listener(event, peer);
}

static void
release_descriptors(struct place *place)
{
	if (place->death != NULL)
		event_free(place->death);
	place->death = NULL;
	if (place->event_fd >= 0)
		close(place->event_fd);
	if (place->pid_fd >= 0)
		close(place->pid_fd);
	place->event_fd = -1;
	place->pid_fd = -1;
}

/* The worker does not look at it any more: the place is free. */
static void
on_place_closed(struct job *job)
{
	struct place *place = &hub.places[job->peer];

	release_descriptors(place);
	place->closing = false;
	free(job);
}

/* Someone has left, for this reason. */
static void
place_free(unsigned int number, enum hub_event reason)
{
	struct place *place = &hub.places[number];
	struct peer left = place->peer;
	struct job *job;

	if (left.state == PEER_FREE || place->closing)
		return;
	place->peer.state = PEER_FREE;
	place->waited_since = 0;
	if (place->death != NULL)
		event_del(place->death);
	publish_place(number, reason);
	job = malloc(sizeof(*job));
	if (job == NULL)
		return; /* the place stays taken, no more */
	job->type = JOB_CLOSE;
	job->peer = number;
	job->done = on_place_closed;
	place->closing = true;
	if (worker_submit(job) < 0) {
		free(job);
		place->closing = false;
		release_descriptors(place);
	}
	announce(reason, &left);
	tell_change();
}

static void
on_death(evutil_socket_t fd, short what, void *arg)
{
	struct place *place = arg;
	unsigned int number = place - hub.places;
	uint32_t leaving = __atomic_load_n(
		&hub.memory->leave_marks[number].leaving, __ATOMIC_RELAXED);

	(void)fd;
	(void)what;
	place_free(number, leaving == place->generation ? HUB_DETACHED : HUB_DIED);
}

static void
reply_attach(const char *path, enum attach_status status, unsigned int number)
{
	struct ipc_attached attached = {
		.status = status,
		.number = number,
		.max_peers = hub.config.max_peers,
		.event_fd = hub.event_fd,
		.pid_fd = hub.self_pid_fd,
	};

	ipc_attach_reply(path, &attached);
}

/* The worker has opened the rings: the place is taken, tell everyone. */
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
		release_descriptors(place);
		reply_attach(place->attach.path, ATTACH_BAD, 0);
		return;
	}
	event_add(place->death, NULL);
	publish_place(number, HUB_ATTACHED);
	reply_attach(place->attach.path, ATTACH_OK, number);
	announce(HUB_ATTACHED, &place->peer);
	tell_change();
}

/* Why this process cannot have a place, or ATTACH_OK with its number. */
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
		if (place->peer.state != PEER_FREE)
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

void
hub_on_attach(const struct ipc_attach *attach)
{
	enum attach_status status;
	struct place *place;
	unsigned int number;
	struct job *job;
	unsigned int i;

	/* A process that asks again has left its former place (it executed itself anew).
	 */
	for (i = 1; i <= hub.config.max_peers; i++)
		if (hub.places[i].peer.state != PEER_FREE &&
			hub.places[i].peer.pid == attach->pid)
			place_free(i, HUB_DETACHED);
	status = find_place(attach, &number);
	job = calloc(1, sizeof(*job));
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
	place->peer.since = loop_now();
	default_name(number, place->peer.name);
	if (attach->name[0] != '\0')
		snprintf(place->peer.name, sizeof(place->peer.name), "%.24s",
			attach->name);
	__atomic_store_n(&hub.memory->leave_marks[number].leaving, 0, __ATOMIC_RELAXED);
	__atomic_store_n(&hub.memory->published[number].generation, place->generation,
		__ATOMIC_RELAXED);
	stats_reset(number);
	job->type = JOB_OPEN;
	job->peer = number;
	job->done = on_place_opened;
	job->link.out = place->to;
	job->link.in = place->from;
	job->link.out_zone = place->to_zone;
	job->link.in_zone = place->from_zone;
	memcpy(job->link.out_name, place->to_name, sizeof(place->to_name));
	memcpy(job->link.in_name, place->from_name, sizeof(place->from_name));
	job->link.reset = true;
	job->link.bell.fd = place->event_fd;
	job->link.bell.flag = &hub.memory->flags[number];
	if (worker_submit(job) == 0)
		return;
	place->attaching = false;
	place->peer.state = PEER_FREE;
	release_descriptors(place);
	free(job);
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
		place_free(number, HUB_DETACHED);
}

/* A secondary: the primary, and who else is here. */

static void
lose_primary(enum hub_event reason)
{
	struct peer peer = { .number = 0, .pid = hub.config.primary_pid };

	if (!hub.live)
		return;
	default_name(0, peer.name);
	hub_on_change();
	hub.live = false;
	if (hub.watch != NULL)
		event_del(hub.watch);
	if (hub.primary_death != NULL)
		event_del(hub.primary_death);
	/* Nobody answers for what the old memory holds now, and a new primary cannot
	 * start while we hold it.
	 */
	worker_stop();
	ipc_stop();
	hub.memory = NULL;
	hub.bell.flag = &hub.own_flag;
	letgo_shared_memory(hub.config.runtime_dir, hub.config.file_prefix);
	announce(reason, &peer);
}

static void
on_primary_death(evutil_socket_t fd, short what, void *arg)
{
	bool leaving = hub.memory != NULL &&
		__atomic_load_n(&hub.memory->primary_leaving, __ATOMIC_RELAXED) != 0;

	(void)fd;
	(void)what;
	(void)arg;
	lose_primary(leaving ? HUB_PRIMARY_QUIT : HUB_PRIMARY_DIED);
}

void
hub_on_garbage(unsigned int neighbour)
{
	if (hub.config.role == ROLE_PRIMARY)
		place_free(neighbour, HUB_GARBAGE);
	else
		lose_primary(HUB_GARBAGE);
}

void
hub_on_change(void)
{
	unsigned int i;

	if (hub.config.role != ROLE_SECONDARY || !hub.live)
		return;
	for (i = 1; i <= hub.config.max_peers; i++) {
		struct peer *seen = &hub.seen[i];
		uint32_t generation, reason;
		struct peer now;
		bool here;

		if (i == hub.number)
			continue;
		here = read_published(i, &now, &generation, &reason);
		if (seen->state != PEER_FREE &&
			(!here || generation != hub.seen_generation[i])) {
			struct peer left = *seen;

			seen->state = PEER_FREE;
			announce(!here && reason >= HUB_DETACHED &&
						reason <= HUB_GARBAGE &&
						reason != HUB_STOPPED &&
						reason != HUB_ANSWERS
					? reason
					: HUB_DETACHED,
				&left);
		}
		if (here && seen->state == PEER_FREE) {
			announce(HUB_ATTACHED, &now);
		} else if (here &&
			(seen->state == PEER_STOPPED) != (now.state == PEER_STOPPED)) {
			announce(now.state == PEER_STOPPED ? HUB_STOPPED : HUB_ANSWERS,
				&now);
		}
		if (here) {
			*seen = now;
			hub.seen_generation[i] = generation;
		}
	}
}

/* Watching. */

/* Has something waited for this secondary for a second without moving? */
static bool
is_unresponsive(struct place *place, uint64_t now)
{
	uint32_t tail = __atomic_load_n(&place->to->cons.tail, __ATOMIC_RELAXED);

	if (channel_count(place->to) == 0) {
		place->waited_since = 0;
		return false;
	}
	if (place->waited_since == 0 || tail != place->waited_at) {
		place->waited_since = now;
		place->waited_at = tail;
		return false;
	}
	return now - place->waited_since >= UNRESPONSIVE_NS;
}

static void
watch_places(void)
{
	uint64_t now = loop_now();
	bool changed = false;
	unsigned int i;

	for (i = 1; i <= hub.config.max_peers; i++) {
		struct place *place = &hub.places[i];
		enum peer_state before = place->peer.state, state = PEER_UP;

		if (before == PEER_FREE || place->attaching)
			continue;
		if (is_stopped(place->peer.pid))
			state = PEER_STOPPED;
		else if (is_unresponsive(place, now))
			state = PEER_UNRESPONSIVE;
		if (state == before)
			continue;
		place->peer.state = state;
		publish_place(i, 0);
		changed = true;
		if (state == PEER_STOPPED)
			announce(HUB_STOPPED, &place->peer);
		else if (before == PEER_STOPPED)
			announce(HUB_ANSWERS, &place->peer);
	}
	if (changed)
		tell_change();
}

static void
watch_primary(void)
{
	bool stopped = is_stopped(hub.config.primary_pid);
	struct peer peer = { .number = 0, .pid = hub.config.primary_pid };

	hub_on_change();
	if (stopped == hub.primary_stopped)
		return;
	default_name(0, peer.name);
	hub.primary_stopped = stopped;
	announce(stopped ? HUB_STOPPED : HUB_ANSWERS, &peer);
}

static bool
is_console(pid_t pid)
{
	return hub_find_pid(pid) >= 0;
}

static void
on_watch(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg;
	if (!hub.mp_thread_ended && !ipc_thread_lives()) {
		hub.mp_thread_ended = true;
		announce(HUB_MP_THREAD_ENDED, NULL);
	}
	if (simple_mp_is_there() && hub.live)
		worker_watch_simple_mp(
			hub.config.role == ROLE_GUEST || ipc_has_stranger(is_console));
	if (hub.config.role == ROLE_PRIMARY)
		watch_places();
	else if (hub.live)
		watch_primary();
}

/* Start and end. */

/* Be told when the primary ends. pid_fd stays the caller's. */
static int
watch_death(int pid_fd)
{
	hub.primary_death =
		event_new(loop_base(), pid_fd, EV_READ, on_primary_death, NULL);
	return hub.primary_death != NULL && event_add(hub.primary_death, NULL) == 0
		? 0
		: -ENOMEM;
}

static int
start_watch(void)
{
	const struct timeval period = { .tv_usec = WATCH_MS * 1000L };

	hub.watch = event_new(loop_base(), -1, EV_PERSIST, on_watch, NULL);
	if (hub.watch == NULL || event_add(hub.watch, &period) != 0)
		return -ENOMEM;
	return 0;
}

static int
create_memory(void)
{
	const struct rte_memzone *zone = rte_memzone_reserve_aligned(
		HUB_ZONE, sizeof(struct hub_memory), SOCKET_ID_ANY, 0, 64);
	unsigned int i;

	if (zone == NULL)
		return -rte_errno;
	hub.memory = zone->addr;
	memset(hub.memory, 0, sizeof(*hub.memory));
	for (i = 1; i <= hub.config.max_peers; i++) {
		struct place *place = &hub.places[i];

		place->event_fd = -1;
		place->pid_fd = -1;
		snprintf(place->to_name, sizeof(place->to_name), RING_TO, i);
		snprintf(place->from_name, sizeof(place->from_name), RING_FROM, i);
		place->to = channel_create(place->to_name);
		place->from = channel_create(place->from_name);
		if (place->to == NULL || place->from == NULL)
			return -rte_errno;
		place->to_zone = place->to->memzone;
		place->from_zone = place->from->memzone;
	}
	if (hub.config.name != NULL)
		snprintf(hub.memory->published[0].name,
			sizeof(hub.memory->published[0].name), "%s", hub.config.name);
	hub.memory->max_peers = hub.config.max_peers;
	hub.memory->primary_pid = getpid();
	hub.memory->primary_since = hub.since;
	hub.memory->ticks_hz = ticks_hz();
	/* Last: from now on a secondary believes the rest. */
	__atomic_thread_fence(__ATOMIC_RELEASE);
	message_preamble(&hub.memory->preamble);
	return 0;
}

int
hub_start(const struct hub_config *config, char *error, size_t size)
{
	int ret = 0;

	hub.config = *config;
	hub.live = true;
	hub.since = loop_now();
	snprintf(hub.name, sizeof(hub.name), "%s",
		config->role == ROLE_GUEST     ? "guest"
			: config->name != NULL ? config->name
					       : "primary");
	hub.event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	hub.self_pid_fd = syscall(SYS_pidfd_open, getpid(), 0);
	if (hub.event_fd < 0 || hub.self_pid_fd < 0) {
		snprintf(
			error, size, "no descriptor for a doorbell: %s", strerror(errno));
		return -errno;
	}
	hub.bell.fd = hub.event_fd;
	hub.bell.flag = &hub.own_flag;
	if (config->role == ROLE_PRIMARY) {
		ret = create_memory();
		if (ret < 0) {
			snprintf(error, size,
				"no memory for the rings of %u secondaries: %s\n"
				"free hugepages (dpdk-hugepages.py --setup 64M) or give "
				"a smaller"
				" --max-peers",
				config->max_peers, strerror(-ret));
			return ret;
		}
		hub.bell.flag = &hub.memory->flags[0];
		ret = simple_mp_create();
		if (ret < 0) {
			snprintf(error, size,
				ret == -EINVAL || ret == -ENOENT
					? "DPDK has no mempool driver: %s\ninstall "
					  "librte-mempool-ring23"
					: "no memory for the rings of simple_mp: %s\n"
					  "free hugepages: dpdk-hugepages.py --setup 64M",
				strerror(-ret));
			return ret;
		}
	} else if (config->role == ROLE_GUEST) {
		simple_mp_attach(); /* most primaries have none */
		hub.primary_pid_fd = syscall(SYS_pidfd_open, config->primary_pid, 0);
		if (hub.primary_pid_fd >= 0)
			watch_death(hub.primary_pid_fd);
	}
	ret = start_watch();
	if (ret < 0)
		snprintf(error, size, "out of memory");
	return ret;
}

const struct doorbell *
hub_doorbell(void)
{
	return &hub.bell;
}

int
hub_look(uint32_t *version)
{
	const struct rte_memzone *zone = rte_memzone_lookup(HUB_ZONE);
	struct message_preamble preamble;

	if (zone == NULL)
		return -ENOENT;
	if (zone->len < sizeof(preamble))
		return -EBADMSG;
	memcpy(&preamble, zone->addr, sizeof(preamble));
	*version = preamble.version;
	return message_preamble_check(&preamble);
}

static int
explain_attach(const struct ipc_attached *attached, char *error, size_t size)
{
	switch (attached->status) {
	case ATTACH_OK:
		return 0;
	case ATTACH_NOT_READY:
		snprintf(error, size, "the primary is not ready");
		return -EAGAIN;
	case ATTACH_NAME_IN_USE:
		snprintf(error, size, "name %s is in use", hub.config.name);
		return -EEXIST;
	case ATTACH_FULL:
		snprintf(error, size, "no free place: %u of %u secondaries",
			attached->max_peers, attached->max_peers);
		return -EUSERS;
	case ATTACH_OTHER_VERSION:
		snprintf(error, size,
			"mpsh protocol versions differ: this one speaks %u, the"
			" primary %u\nuse the same mpsh for both",
			MPSH_PROTOCOL, attached->version);
		return -EPROTO;
	default:
		snprintf(error, size, "the primary refused to attach this process");
		return -EACCES;
	}
}

int
hub_attach(uint32_t timeout_ms, char *error, size_t size)
{
	const struct rte_memzone *zone = rte_memzone_lookup(HUB_ZONE);
	struct ipc_attached attached = { .event_fd = -1 };
	char name[RTE_RING_NAMESIZE];
	char who[64];
	int ret;

	if (zone == NULL || zone->len < sizeof(struct hub_memory)) {
		snprintf(error, size, "the primary's memory holds no hub of mpsh");
		return -ENOENT;
	}
	ret = ipc_attach_request(hub.config.name, hub.event_fd, timeout_ms, &attached);
	if (ret < 0) {
		ipc_describe_process(hub.config.primary_pid, who, sizeof(who));
		if (ret == -ETIMEDOUT && host_process_state(hub.config.primary_pid) != 0)
			snprintf(error, size,
				"no answer in %u s from the primary: %s\n"
				"look at it, or use another --file-prefix",
				(timeout_ms + 999) / 1000, who);
		else
			snprintf(error, size,
				"the primary left meanwhile: %s\nstart again", who);
		return ret;
	}
	ret = explain_attach(&attached, error, size);
	if (ret < 0)
		return ret;
	snprintf(name, sizeof(name), RING_TO, attached.number);
	hub.to = rte_ring_lookup(name);
	snprintf(name, sizeof(name), RING_FROM, attached.number);
	hub.from = rte_ring_lookup(name);
	if (hub.to == NULL || hub.from == NULL) {
		snprintf(error, size, "the primary's rings for number %u are not there",
			attached.number);
		return -ENOENT;
	}
	hub.memory = zone->addr;
	ticks_adopt(hub.memory->ticks_hz);
	hub.number = attached.number;
	hub.config.max_peers = RTE_MIN(attached.max_peers, (unsigned int)PEERS_MAX);
	hub.config.primary_pid = attached.pid;
	hub.primary_event_fd = attached.event_fd;
	hub.primary_pid_fd = attached.pid_fd;
	hub.generation = hub.memory->published[hub.number].generation;
	if (hub.config.name == NULL)
		default_name(hub.number, hub.name);
	hub.bell.flag = &hub.memory->flags[hub.number];
	if (watch_death(hub.primary_pid_fd) < 0) {
		snprintf(error, size, "out of memory");
		return -ENOMEM;
	}
	return 0;
}

static void
link_opened(struct job *job)
{
	int result = job->result;

	free(job);
	if (result < 0 && result != -ECANCELED)
		hub_on_garbage(0);
}

int
seat_open_rings(void)
{
	struct job *job = calloc(1, sizeof(*job));
	unsigned int i;
	int ret;

	if (job == NULL)
		return -ENOMEM;
	/* Who is here already is no news. */
	for (i = 1; i <= hub.config.max_peers; i++) {
		uint32_t reason;

		if (!read_published(i, &hub.seen[i], &hub.seen_generation[i], &reason))
			hub.seen[i].state = PEER_FREE;
	}
	job->type = JOB_OPEN;
	job->peer = 0;
	job->done = link_opened;
	job->link.out = hub.from;
	job->link.in = hub.to;
	job->link.bell.fd = hub.primary_event_fd;
	job->link.bell.flag = &hub.memory->flags[0];
	ret = worker_submit(job);
	if (ret < 0)
		free(job);
	return ret;
}

void
hub_mark_leaving(void)
{
	struct hub_memory *memory = hub.memory;

	if (memory == NULL)
		return;
	if (hub.config.role == ROLE_PRIMARY)
		__atomic_store_n(&memory->primary_leaving, 1, __ATOMIC_RELAXED);
	else
		__atomic_store_n(&memory->leave_marks[hub.number].leaving, hub.generation,
			__ATOMIC_RELAXED);
}

void
hub_leave(void)
{
	struct job *job;

	hub_mark_leaving();
	if (hub.config.role != ROLE_SECONDARY || !hub.live || hub.number == 0)
		return;
	job = malloc(sizeof(*job));
	if (job == NULL)
		return;
	job->type = JOB_SEND;
	job->done = free_job;
	message_build(&job->message, MESSAGE_DETACH, hub.number, 0, 0, NULL, 0);
	if (worker_submit(job) < 0)
		free(job);
}

void
hub_free(void)
{
	unsigned int i;

	for (i = 1; i <= PEERS_MAX; i++)
		if (hub.places[i].death != NULL)
			release_descriptors(&hub.places[i]);
	if (hub.primary_death != NULL)
		event_free(hub.primary_death);
	if (hub.watch != NULL)
		event_free(hub.watch);
	hub.primary_death = NULL;
	hub.watch = NULL;
	hub.memory = NULL;
}
