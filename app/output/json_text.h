/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Texts of messages, which may hold any bytes, in JSON and back. Main thread. */

#ifndef MPSH_OUTPUT_JSON_TEXT_H
#define MPSH_OUTPUT_JSON_TEXT_H

#include <stdint.h>

#include <jansson.h>

#include "output/output.h"

/*
 * Put bytes into object as the member "text", with U+FFFD for each byte that is not
 * UTF-8. If there is such a byte, put all bytes into "hex" as well. Without memory a
 * member is left out. output_shown() returns the bytes of object, escaped for printing.
 */
void output_set_text(json_t *object, const void *bytes, size_t length);
struct output_text output_shown(const json_t *object);

/*
 * Copy the bytes that output_set_text() put into object, at most size bytes. Returns
 * their number.
 */
size_t output_get_text(const json_t *object, uint8_t *bytes, size_t size);

#endif
