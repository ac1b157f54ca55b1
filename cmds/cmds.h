/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The table of commands, and what the commands share. Main thread.
 */

#ifndef MPSH_CMDS_CMDS_H
#define MPSH_CMDS_CMDS_H

#include <stdbool.h>
#include <stddef.h>

#include "grammar/command.h"

struct group;

/* The headings in help, in their order. */
#define GROUP_MESSAGES "Messages between consoles"
#define GROUP_MP "rte_mp, with any DPDK application"
#define GROUP_MEASURE "Measuring"
#define GROUP_LOOK "Looking"
#define GROUP_SETTINGS "Settings"
#define GROUP_SCRIPTS "Scripts"
#define GROUP_SHELL "This shell"

/*
 * The command command_NAME for each NAME, in the order in which help lists them.
 * README.md of this folder tells how to add a command. clang-format would join the
 * lines.
 */
/* clang-format off */
#define COMMANDS(X) \
	X(send) \
	X(sendto) \
	X(broadcast) \
	X(request) \
	X(mp_request) \
	X(mp_notify) \
	X(mp_listen) \
	X(mp_actions) \
	X(mp_bench) \
	X(mp_fuzz) \
	X(ping) \
	X(bench) \
	X(watch) \
	X(top) \
	X(jitter) \
	X(peers) \
	X(stats) \
	X(info) \
	X(doctor) \
	X(groups) \
	X(show_rings) \
	X(show_ring) \
	X(show_pools) \
	X(show_pool) \
	X(show_memzones) \
	X(show_heaps) \
	X(peek) \
	X(why) \
	X(telemetry) \
	X(where) \
	X(dump) \
	X(set) \
	X(set_answer) \
	X(set_relay) \
	X(set_timeout) \
	X(set_json) \
	X(set_monitor) \
	X(wait) \
	X(source) \
	X(help) \
	X(clear) \
	X(reconnect) \
	X(quit) \
	X(exit)
/* clang-format on */

#define COMMAND_DECLARE(name) extern const struct command command_##name;
COMMANDS(COMMAND_DECLARE)
#undef COMMAND_DECLARE

/* All commands in the order of help; *n gets their number. */
const struct command *const *commands_table(size_t *n);

/*
 * Does this process have now what the command needs? Returns 0, or a negative errno
 * after the reason was printed.
 */
int commands_may_run(const struct command *command);

/* Is this a command that watch repeats? */
bool watch_takes(const struct command *command);

/*
 * For a command of which one form alone, called name in the error, needs a primary that
 * is mpsh: returns 0, or a negative errno after it was printed that this one is not, or
 * that this process is in no group.
 */
int commands_need_hub(const char *name);

/* What a batch needs, the least first. */
enum commands_need {
	NEED_NOTHING, /* of a line that does not parse, too: its error needs no group */
	NEED_TIME,    /* of wait alone: somebody may send meanwhile, so it joins */
	NEED_HOST,    /* looks at what is on this host */
	NEED_GROUP,   /* looks at a group, and joins none */
	NEED_MEMBER,
};

/* The most that one of the n lines needs. */
enum commands_need commands_need_of(const char *const lines[], size_t n);

/* Does one of the n lines look at a group, and not just at the host? */
bool commands_look_at_group(const char *const lines[], size_t n);

/*
 * Dump a group into a new file, and print the result or the error. Returns 0 or a
 * negative errno, -ECANCELED and -EINTR without a word.
 */
int dump_save(const struct group *group, const char *file);

/* The values of the moment, such as peers' names, for completion (grammar_values_t). */
bool commands_value(const char *name, unsigned int i, char *value, size_t size);

#endif
