/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* What a line that is typed may hold. */

#include <stdbool.h>
#include <stddef.h>

#include "shell/keys.h"
#include "shell/line.h"

bool
line_may_hold(const char *bytes, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (((unsigned char)bytes[i] < ' ' && bytes[i] != '\t') ||
			bytes[i] == DEL)
			return false;
	return true;
}
