/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Which peer a command is about: the peer named, or the only peer there is. */

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include "base/text.h"
#include "cmds/target.h"
#include "grammar/args.h"
#include "output/output.h"
#include "peers/peer.h"
#include "peers/peers.h"
#include "peers/self.h"

/* PID_MAX_LIMIT of Linux. */
#define PID_LAST 4194304

int
target_find(const char *word, unsigned int *number)
{
	int found = hub_find(word);

	if (found < 0) {
		output_error("no peer named %s", output_escape(word, strlen(word)).text);
		return found;
	}
	if ((unsigned int)found == hub_number()) {
		output_error("%s is this process: name another peer", hub_name());
		return -EINVAL;
	}
	*number = found;
	return 0;
}

int
target_process(const char *word, pid_t *pid)
{
	struct peer peer;
	uint64_t number;
	int found;

	*pid = 0;
	if (word == NULL)
		return 0;
	if (word[strspn(word, "0123456789")] == '\0') {
		if (text_number(word, 1, PID_LAST, &number) < 0) {
			output_error("no process %.32s", word);
			return -ESRCH;
		}
		*pid = number;
		return 0;
	}
	/* A guest has no peers, but a primary. */
	if (hub_role() == ROLE_GUEST && strcmp(word, "primary") == 0) {
		*pid = hub_primary_pid();
		return 0;
	}
	if (hub_role() == ROLE_OUTSIDE) {
		output_error(
			"no peer named %s: from outside a pid names a process, and -o "
			"a group",
			output_escape(word, strlen(word)).text);
		return -ENOENT;
	}
	found = hub_find(word);
	if (found < 0) {
		output_error("no peer named %s", output_escape(word, strlen(word)).text);
		return found;
	}
	if ((unsigned int)found == hub_number())
		*pid = getpid();
	else if (hub_peer(found, &peer))
		*pid = peer.pid;
	if (*pid > 0)
		return 0;
	output_error("%s is in a PID namespace that cannot be seen from here", word);
	return -ESRCH;
}

int
target_only(const char *otherwise, unsigned int *number)
{
	unsigned int n;

	*number = 0;
	if (hub_role() != ROLE_PRIMARY)
		return 0;
	n = hub_count(number);
	if (n == 1)
		return 0;
	if (n == 0) {
		output_error("no secondary is attached");
		return -ENOTCONN;
	}
	output_error("%u secondaries are attached: %s", n, otherwise);
	return -EINVAL;
}

enum transport
target_transport(const struct args *args)
{
	const char *via = args_word(args, "ring|mp");

	return via != NULL && strcmp(via, "mp") == 0 ? TRANSPORT_MP : TRANSPORT_RING;
}

int
target_resolve(const struct args *args, struct target *target)
{
	const char *word = args_word(args, "peer");
	int ret;

	target->transport = target_transport(args);
	ret = word != NULL ? target_find(word, &target->number)
			   : target_only("name one", &target->number);
	if (ret < 0)
		return ret;
	if (target->transport == TRANSPORT_MP && hub_role() == ROLE_SECONDARY &&
		target->number != 0) {
		output_error("over rte_mp a secondary reaches the primary alone: use via "
			     "ring");
		return -EINVAL;
	}
	return 0;
}
