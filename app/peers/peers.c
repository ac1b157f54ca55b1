/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Looking up a peer by number, name or pid. */

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <rte_ring.h>

#include "base/text.h"
#include "message/name.h"
#include "peers/calm.h"
#include "peers/peer.h"
#include "peers/peers.h"
#include "peers/self.h"
#include "peers/shared.h"
#include "peers/state.h"
#include "ring/channel.h"

/* Set how many messages wait in the two rings between this process and the peer. */
static void
count_waiting(struct peer *peer, const struct rte_ring *to, const struct rte_ring *from)
{
	peer->queued_to = channel_count(to);
	peer->queued_from = channel_count(from);
}

/* hub_peer(), for what happens by itself. */
static bool
find_peer(unsigned int number, struct peer *peer)
{
	uint32_t generation, reason;
	bool here;

	if (number > PEERS_MAX || number == hub.number || hub.config.role == ROLE_GUEST)
		return false;
	if (hub.config.role == ROLE_PRIMARY) {
		const struct place *place = &hub.places[number];

		*peer = place->peer;
		if (!place_is_taken(place))
			return false;
		count_waiting(peer, place->to, place->from);
		return true;
	}
	if (!hub.live)
		return false;
	here = shared_read_place(number, peer, &generation, &reason);
	if (number != 0)
		return here;
	peer->pid = hub.config.primary_pid;
	strcpy(peer->socket, "mp_socket");
	peer->since = hub.memory->primary_since;
	peer->state = hub.primary_stopped ? PEER_STOPPED : PEER_UP;
	count_waiting(peer, hub.from, hub.to);
	return true;
}

bool
hub_peer(unsigned int number, struct peer *peer)
{
	calm_stir(); /* who asks for a peer is about to have to do with it */
	return find_peer(number, peer);
}

bool
hub_peer_was(unsigned int number, const char *socket)
{
	return number >= 1 && number <= hub.config.max_peers &&
		strcmp(hub.places[number].peer.socket, socket) == 0;
}

bool
hub_is_present(unsigned int neighbour, uint32_t generation)
{
	return hub.config.role != ROLE_PRIMARY ||
		hub.places[neighbour].generation == generation;
}

unsigned int
hub_count(unsigned int *number)
{
	unsigned int i, n = 0;
	struct peer peer;

	for (i = 0; i <= PEERS_MAX; i++) {
		if (!hub_peer(i, &peer))
			continue;
		if (n++ == 0 && number != NULL)
			*number = i;
	}
	return n;
}

/*
 * The number that a word stands for: "primary", "2", "secondary-2". PEERS_MAX + 1 if it
 * stands for none.
 */
static unsigned int
word_number(const char *word)
{
	static const char role[] = "secondary-";
	uint64_t number;

	if (strcmp(word, "primary") == 0)
		return 0;
	if (strncmp(word, role, sizeof(role) - 1) == 0)
		word += sizeof(role) - 1;
	return text_number(word, 0, PEERS_MAX, &number) == 0 ? number : PEERS_MAX + 1;
}

int
hub_find(const char *word)
{
	unsigned int i, number = word_number(word);
	struct peer peer;

	if (strcmp(word, hub.name) == 0)
		return hub.number;
	if (number == hub.number && hub.config.role != ROLE_GUEST)
		return number;
	for (i = 0; i <= PEERS_MAX; i++)
		if (hub_peer(i, &peer) && (i == number || strcmp(peer.name, word) == 0))
			return i;
	return -ENOENT;
}

struct peer_name
hub_peer_name(unsigned int number)
{
	uint32_t generation, reason;
	struct peer_name name;
	struct peer peer;

	name.text[0] = '\0';
	if (number == hub.number) {
		strcpy(name.text, hub.name);
	} else if (hub.config.role == ROLE_PRIMARY) {
		strcpy(name.text, hub.places[number].peer.name);
	} else if (hub.live && hub.memory != NULL) {
		shared_read_place(number, &peer, &generation, &reason);
		strcpy(name.text, peer.name);
	} else {
		strcpy(name.text, hub.seen[number].name);
	}
	if (name.text[0] == '\0')
		hub_default_name(number, name.text);
	return name;
}

int
hub_find_socket(const char *socket)
{
	struct peer peer;
	unsigned int i;

	for (i = 0; i <= PEERS_MAX; i++)
		if (find_peer(i, &peer) && strcmp(peer.socket, socket) == 0)
			return i;
	/* A process's last messages over rte_mp may arrive after it has left. */
	for (i = 1; i <= PEERS_MAX && hub.config.role == ROLE_PRIMARY; i++)
		if (hub_peer_was(i, socket))
			return i;
	return -ENOENT;
}
