/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Answers that shell commands give: mp listen <action> exec. Main thread. */

#ifndef MPSH_EXCHANGE_EXEC_H
#define MPSH_EXCHANGE_EXEC_H

#include <stdint.h>

struct ipc_received;

/*
 * Run the command of the listener for what was received, and send what it prints as the
 * answer when it has ended. A notice says why there is none.
 */
void exec_answer(const struct ipc_received *received);

/* How many got no answer since so many commands ran already. */
uint64_t exec_unanswered(const char *action);

#endif
