/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Bytes that are text or are not, in JSON and back. */

#ifndef MPSH_OUTPUT_JSON_TEXT_H
#define MPSH_OUTPUT_JSON_TEXT_H

#include <stdint.h>

#include <jansson.h>

#include "output/output.h"

/*
 * Put bytes into object as "text" (U+FFFD for what is no UTF-8) and, where they are not
 * UTF-8, as "hex" too. The other way, escaped for text: output_shown().text.
 */
void output_set_text(json_t *object, const void *bytes, size_t length);
struct output_text output_shown(const json_t *object);

/* The bytes that output_set_text() put into object, at most size of them; how many. */
size_t output_get_text(const json_t *object, uint8_t *bytes, size_t size);

#endif
