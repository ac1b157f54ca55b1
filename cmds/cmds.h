/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The table of commands and what its members share. Main thread.
 */

#ifndef MPSH_CMDS_CMDS_H
#define MPSH_CMDS_CMDS_H

#include <stdbool.h>
#include <stddef.h>

#include "grammar/command.h"

/* The headings in help, in their order. */
#define GROUP_MESSAGES "Messages between consoles"
#define GROUP_MP "rte_mp, with any DPDK application"
#define GROUP_MEASURE "Measuring"
#define GROUP_LOOK "Looking"
#define GROUP_SETTINGS "Settings"
#define GROUP_SCRIPTS "Scripts"
#define GROUP_SHELL "This shell"

extern const struct command command_send, command_sendto, command_broadcast,
	command_request;
extern const struct command command_mp_request, command_mp_notify, command_mp_listen;
extern const struct command command_show_rings, command_show_ring, command_show_pools,
	command_show_memzones;
extern const struct command command_set, command_set_answer, command_set_relay,
	command_set_timeout, command_set_json, command_set_monitor;
extern const struct command command_ping, command_bench, command_watch;
extern const struct command command_peers, command_stats, command_info, command_doctor;
extern const struct command command_wait, command_help, command_reconnect, command_quit;

/* All of them, as help lists them; *n gets their number. */
const struct command *const *commands_table(size_t *n);

/*
 * May this command run in this process now, by what it needs? 0, or a negative errno
 * after the reason was printed.
 */
int commands_may_run(const struct command *command);

/* Live values for completion (grammar_values_t). */
bool commands_value(const char *name, unsigned int i, char *value, size_t size);

#endif
