/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * What this process replies to messages and requests (set answer): read by the worker
 * and by EAL's rte_mp thread, which both answer at once, changed by the main thread.
 */

#ifndef MPSH_MESSAGE_ANSWER_H
#define MPSH_MESSAGE_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "message/message.h"

enum answer_mode {
	ANSWER_ECHO,
	ANSWER_TEXT,
	ANSWER_DELAY, /* echo, after a while */
	ANSWER_OFF,
};

struct answer {
	enum answer_mode mode;
	uint32_t delay_ms;
	uint16_t length; /* of text, in bytes */
	uint8_t text[MESSAGE_TEXT_MAX];
};

/*
 * The bytes that answer a message of length bytes: those bytes, or the text set, cut to
 * max bytes (a text set may be longer than a transport allows). Copies them to reply and
 * returns their number; -EAGAIN when the answer is to come *delay_ms later; -ENOMSG when
 * there is to be none. Any thread.
 */
int answer_make(const uint8_t *message, size_t length, uint8_t *reply, size_t max,
	uint32_t *delay_ms);

/* "echo", "text", "delay" or "off"; *mode gets the mode of such a word, false if it is
 * none. */
const char *answer_mode_name(enum answer_mode mode);
bool answer_mode_find(const char *name, enum answer_mode *mode);

/* Set or read the whole; copies. Any thread. */
void answer_set(const struct answer *answer);
void answer_get(struct answer *answer);

#endif
