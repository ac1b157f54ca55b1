/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* What lies in an element of simple_mp's pool, and payloads as they are typed and shown. */

#include <string.h>

#include "legacy.h"
#include "payload.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char error[256], shown[PAYLOAD_SHOWN_SIZE];
	struct payload payload;
	size_t length = legacy_length((const char *)data, size);

	if (length > size || length > LEGACY_TEXT_MAX || memchr(data, '\0', length) != NULL)
		__builtin_trap();
	/* No files are opened for a fuzzer. */
	if (size >= 3 && memcmp(data, "fd:", 3) == 0)
		return 0;
	if (payload_parse((const char *)data, size, &payload, error, sizeof(error)) != 0)
		return 0;
	if (strlen(payload_show(payload.bytes, payload.length, 2, shown)) >= sizeof(shown))
		__builtin_trap();
	return 0;
}
