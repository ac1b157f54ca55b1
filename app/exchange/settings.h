/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The settings that `set` changes, as one JSON document, which `set` shows and which
 * carries them over a reconnect. Main thread.
 */

#ifndef MPSH_EXCHANGE_SETTINGS_H
#define MPSH_EXCHANGE_SETTINGS_H

#include <jansson.h>

struct answer;

/*
 * The settings of this process, a new object: answer {mode, text or hex, delay_ns},
 * relay, not_relayed, timeout_ns, json, monitor.
 */
json_t *settings_to_json(void);

/*
 * One answer as {mode, text or hex, delay_ns}, a new object, and back: of what is not an
 * answer *answer stays as it is.
 */
json_t *settings_answer_to_json(const struct answer *answer);
void settings_answer_from_json(const json_t *from, struct answer *answer);

/* Apply the settings that settings_bequeath() left in the environment, if any, and
 * remove them from the environment. */
void settings_inherit(void);

/* Write the settings into the environment, for the mpsh that reconnect executes. */
void settings_bequeath(void);

#endif
