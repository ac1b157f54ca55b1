/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Twice a second: who is stopped, who does not respond. Main thread. */

#ifndef MPSH_PEERS_WATCH_H
#define MPSH_PEERS_WATCH_H

/* Returns 0 or -ENOMEM. */
int watch_start(void);

#endif
