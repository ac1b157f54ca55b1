/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The timer that looks every 0.95 s, in a calm group every 15.2 s (calm.h), whether peers
 * are stopped or unresponsive, and whether EAL's rte_mp thread still runs. Main thread.
 */

#ifndef MPSH_PEERS_WATCH_H
#define MPSH_PEERS_WATCH_H

/* Start the timer; hub_free() ends it. Returns 0 or -ENOMEM. */
int watch_start(void);

#endif
