/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The listened actions as JSON, and over a reconnect. Main thread. */

#ifndef MPSH_EXCHANGE_LISTENED_H
#define MPSH_EXCHANGE_LISTENED_H

#include <jansson.h>

/* A new array of {action, and the members of settings_answer_to_json()}. */
json_t *listened_to_json(void);

/* Write the listened actions into the environment, for the mpsh that reconnect executes.
 */
void listened_bequeath(void);

/*
 * Listen to the actions that listened_bequeath() left in the environment, if any, and
 * remove them from it. Prints an error for each that cannot be listened to any more.
 */
void listened_inherit(void);

#endif
