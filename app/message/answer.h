/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * What this process replies to messages and requests (the command "set answer"). The
 * main thread sets the answer; the worker and EAL's rte_mp thread read it, to reply at
 * once.
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
	ANSWER_DELAY, /* echo, after delay_ms */
	ANSWER_OFF,
	ANSWER_EXEC, /* of a listener alone: what a shell command prints */
};

struct answer {
	enum answer_mode mode;
	uint32_t delay_ms;
	uint16_t length; /* of text, in bytes */
	uint8_t text[MESSAGE_TEXT_MAX];
};

/*
 * Copy to reply what answers a message of length bytes: the same bytes or the text that
 * was set, cut to max bytes, since a transport may allow less. Returns the number of
 * bytes; -EAGAIN when the message is to be echoed *delay_ms later; -ENOMSG when there
 * is to be no reply. Any thread.
 */
int answer_make(const uint8_t *message, size_t length, uint8_t *reply, size_t max,
	uint32_t *delay_ms);

/*
 * The word for a mode: "echo", "text", "delay", "off" or "exec". answer_mode_find() puts
 * the mode of such a word into *mode, and returns false for any other word.
 */
const char *answer_mode_name(enum answer_mode mode);
bool answer_mode_find(const char *name, enum answer_mode *mode);

/* Set or get the whole answer, by copy. Any thread. */
void answer_set(const struct answer *answer);
void answer_get(struct answer *answer);

#endif
