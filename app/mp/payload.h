/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The payload of an rte_mp message as it is typed and shown: text or hex digits, and
 * descriptors to pass.
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
	int fds[IPC_FDS_MAX]; /* open; whoever uses the payload closes them */
};

/*
 * Parse length typed bytes: up to IPC_FDS_MAX words "fd:<path>", whose files are
 * opened, then "hex:" with an even number of hex digits, or text to the end. Returns 0,
 * or -EINVAL, -EMSGSIZE with one line in error and nothing left open. Any thread.
 */
int payload_parse(const char *typed, size_t length, struct payload *payload, char *error,
	size_t size);

/*
 * Is it written as payload_parse() reads it, whatever its length is, and whether its
 * files are there or not? Returns the number of its words "fd:<path>", or -EINVAL with
 * one line in error. Nothing is opened. Any thread.
 */
int payload_check(const char *typed, size_t length, char *error, size_t size);

/* Close the descriptors of a payload that was not handed on. */
void payload_close(struct payload *payload);

/* Bytes that payload_show() puts into a row. */
#define PAYLOAD_ROW 16

/* Bytes that payload_show() needs: rows of newline, indent, digits and characters. */
#define PAYLOAD_SHOWN_SIZE (IPC_PAYLOAD_MAX / PAYLOAD_ROW * 56 + 64)

/*
 * Write a payload into shown, nearly as it would be typed: printable UTF-8 unchanged,
 * any other payload, and a text that begins with "hex:" or "fd:", in hex digits, as in
 * "hex:00ff10 (3 bytes, 2 fds)". More than PAYLOAD_ROW bytes of it stand in lines of
 * their own behind "hex: (40 bytes)", with the printable characters beside them. shown
 * has room for PAYLOAD_SHOWN_SIZE bytes. Returns shown. Any thread.
 */
char *payload_show(const uint8_t *bytes, size_t length, int n_fds, char *shown);

#endif
