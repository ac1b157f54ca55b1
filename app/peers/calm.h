/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * Is the group calm: has nothing happened for a while that this process can know of? Then
 * it need not look around often. Main thread.
 */

#ifndef MPSH_PEERS_CALM_H
#define MPSH_PEERS_CALM_H

#include <stdbool.h>

/*
 * From now on call on_stir() when a calm ends before a look: in calm_stir(), and when a
 * process starts, which makes a socket in the runtime directory. Where that cannot be
 * watched it is never calm; nor for a guest, who may learn of its primary's end by looks
 * alone.
 */
void calm_start(void (*on_stir)(void));
void calm_free(void);

/*
 * At each look: have this look and the four before it found that nothing had happened?
 * What happens wakes this thread, or is a message that the primary's worker takes or
 * puts.
 */
bool calm_look(void);

/* Something is about to happen: what this process knows of its peers is asked for. */
void calm_stir(void);

#endif
