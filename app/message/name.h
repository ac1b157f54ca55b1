/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * Limits that all mpsh processes share: the names of processes, the number of peers,
 * the timeout of a question. Any thread.
 */

#ifndef MPSH_MESSAGE_NAME_H
#define MPSH_MESSAGE_NAME_H

#define NAME_MAX_LENGTH 24 /* characters of --name */
#define PEERS_DEFAULT 15   /* how many secondaries a primary takes, without --max-peers */
#define PEERS_MAX 63
#define TIMEOUT_DEFAULT_MS 5000
#define TIMEOUT_MAX_MS 3600000

/*
 * Is name allowed as the name of a process: 1 to 24 characters, a letter first, then
 * letters, digits, '_', '.', '-', and no word that means something else to mpsh?
 * Returns 0 or -EINVAL. The caller must also refuse a word of the grammar
 * (grammar_is_word()).
 */
int name_check(const char *name);

#endif
