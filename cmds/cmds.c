/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The table of commands, and the check whether a command may run. */

#include <errno.h>
#include <stddef.h>

#include "base/memory.h"
#include "cmds/cmds.h"
#include "output/output.h"
#include "peers/peer.h"
#include "peers/self.h"

static const struct command *const table[] = {
#define COMMAND_ROW(name) &command_##name,
	COMMANDS(COMMAND_ROW)
#undef COMMAND_ROW
};

const struct command *const *
commands_table(size_t *n)
{
	*n = sizeof(table) / sizeof(table[0]);
	return table;
}

/* The words of a command as they are typed: names and actions are not shown. */
static int
refuse_outside(const char *name)
{
	output_error(
		"looking from outside: %s needs a member (start mpsh without -o)", name);
	return -ENOTCONN;
}

int
commands_need_hub(const char *name)
{
	if (hub_role() == ROLE_OUTSIDE)
		return refuse_outside(name);
	if (hub_role() != ROLE_GUEST)
		return 0;
	output_error("the primary is not mpsh");
	return -ENOTSUP;
}

int
commands_may_run(const struct command *command)
{
	/* Only what lets go of memory is begun without. */
	if (command != &command_quit && command != &command_exit && memory_is_short())
		return output_no_memory();
	if (hub_role() == ROLE_OUTSIDE)
		return command->needs & COMMAND_OUTSIDE ? 0
							: refuse_outside(command->name);
	if (command->needs & COMMAND_NEEDS_HUB && commands_need_hub(command->name) < 0)
		return -ENOTSUP;
	if (hub_role() != ROLE_PRIMARY && (command->needs & COMMAND_NEEDS_PRIMARY)) {
		output_error("only the primary can do that");
		return -EPERM;
	}
	if (!hub_is_live() && (command->needs & COMMAND_NEEDS_LIVE)) {
		output_error("the primary is gone");
		return -ENOTCONN;
	}
	return 0;
}
