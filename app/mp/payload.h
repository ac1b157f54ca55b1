/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The payload of an rte_mp message as it is typed and shown: text, or hex, with
 * descriptors.
 */

#ifndef MPSH_MP_PAYLOAD_H
#define MPSH_MP_PAYLOAD_H

#include <stddef.h>
#include <stdint.h>

#include "mp/callbacks.h"

struct payload {
	int length;
	uint8_t bytes[IPC_PAYLOAD_MAX];
	int n_fds;
	int fds[IPC_FDS_MAX]; /* open; the taker closes them */
};

/*
 * Read what was typed (length bytes): up to 8 words "fd:<path>", each opened, then "hex:"
 * and an even number of hex digits, or text to the end. Returns 0, or -EINVAL with one
 * line in error and nothing left open. Any thread.
 */
int payload_parse(const char *typed, size_t length, struct payload *payload, char *error,
	size_t size);

/* Close the descriptors of a payload that was not handed on. */
void payload_close(struct payload *payload);

/* Room that payload_show() needs. */
#define PAYLOAD_SHOWN_SIZE (IPC_PAYLOAD_MAX * 2 + 64)

/*
 * A payload as one would type it: printable UTF-8 as it is, everything else, and what
 * begins with "hex:" or "fd:", as "hex:00ff10 (3 bytes, 2 fds)". shown has room for
 * PAYLOAD_SHOWN_SIZE bytes; returns it. Any thread.
 */
char *payload_show(const uint8_t *bytes, size_t length, int n_fds, char *shown);

#endif
