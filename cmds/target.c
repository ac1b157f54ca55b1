/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Which peer a command is about: the peer named, or the only peer there is. */

#include <errno.h>
#include <string.h>

#include "cmds/target.h"
#include "grammar/args.h"
#include "output/output.h"
#include "peers/peer.h"
#include "peers/peers.h"
#include "peers/self.h"

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
