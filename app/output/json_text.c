/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Texts of messages, which may hold any bytes, in JSON and back. */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/memory.h"
#include "base/text.h"
#include "output/json_text.h"
#include "output/output.h"

static char *
to_hex(const uint8_t *bytes, size_t length)
{
	char *hex = memory_get(length * 2 + 1);

	if (hex != NULL)
		text_hex(hex, bytes, length);
	return hex;
}

void
output_set_text(json_t *object, const void *bytes, size_t length)
{
	char *text = memory_get(length * 3 + 1);
	size_t text_length;

	if (text == NULL)
		return;
	text_length = text_replace_invalid(text, bytes, length);
	json_object_set_new(object, "text", json_stringn(text, text_length));
	free(text);
	if (!text_is_utf8(bytes, length)) {
		char *hex = to_hex(bytes, length);

		if (hex != NULL)
			json_object_set_new(object, "hex", json_string(hex));
		free(hex);
	}
}

size_t
output_get_text(const json_t *object, uint8_t *bytes, size_t size)
{
	const json_t *text = json_object_get(object, "text");
	const char *hex = json_string_value(json_object_get(object, "hex"));
	size_t i, length = hex != NULL ? strlen(hex) / 2 : json_string_length(text);

	if (length > size)
		length = size;
	if (hex == NULL && length != 0)
		memcpy(bytes, json_string_value(text), length);
	for (i = 0; hex != NULL && i < length; i++) {
		unsigned int byte = 0;

		sscanf(hex + i * 2, "%2x", &byte);
		bytes[i] = byte;
	}
	return length;
}

struct output_text
output_shown(const json_t *object)
{
	uint8_t bytes[4096]; /* more than any message holds */
	size_t length = output_get_text(object, bytes, sizeof(bytes));

	return output_escape(bytes, length);
}
