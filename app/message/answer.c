/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* What this process replies to messages and requests. */

#include <errno.h>
#include <string.h>

#include <rte_common.h>
#include <rte_spinlock.h>

#include "message/answer.h"

/* Static, since rte_mp handlers get no user pointer. lock protects current. */
static rte_spinlock_t lock = RTE_SPINLOCK_INITIALIZER;
static struct answer current = { .mode = ANSWER_ECHO };

static const char *const modes[] = {
	[ANSWER_ECHO] = "echo",
	[ANSWER_TEXT] = "text",
	[ANSWER_DELAY] = "delay",
	[ANSWER_OFF] = "off",
	[ANSWER_EXEC] = "exec",
};

const char *
answer_mode_name(enum answer_mode mode)
{
	return modes[mode];
}

bool
answer_mode_find(const char *name, enum answer_mode *mode)
{
	unsigned int i;

	for (i = 0; i < RTE_DIM(modes); i++) {
		if (strcmp(name, modes[i]) == 0) {
			*mode = i;
			return true;
		}
	}
	return false;
}

int
answer_make(const uint8_t *message, size_t length, uint8_t *reply, size_t max,
	uint32_t *delay_ms)
{
	int ret = -ENOMSG;

	rte_spinlock_lock(&lock);
	switch (current.mode) {
	case ANSWER_DELAY:
		*delay_ms = current.delay_ms;
		ret = -EAGAIN;
		break;
	case ANSWER_ECHO:
		ret = length < max ? length : max;
		break;
	case ANSWER_TEXT:
		ret = current.length < max ? current.length : max;
		message = current.text;
		break;
	case ANSWER_OFF:
	case ANSWER_EXEC:
		break;
	}
	if (ret > 0)
		memcpy(reply, message, ret);
	rte_spinlock_unlock(&lock);
	return ret;
}

void
answer_set(const struct answer *answer)
{
	rte_spinlock_lock(&lock);
	current = *answer;
	rte_spinlock_unlock(&lock);
}

void
answer_get(struct answer *answer)
{
	rte_spinlock_lock(&lock);
	*answer = current;
	rte_spinlock_unlock(&lock);
}
