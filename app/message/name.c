/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Checks the names of processes. */

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include <rte_common.h>

#include "message/name.h"

int
name_check(const char *name)
{
	static const char *const reserved[] = {
		"primary",
		"guest",
		"outside",
		"simple_mp",
		"error",
		"reply",
		"all",
	};
	static const char letters[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
	static const char allowed[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";
	size_t length = strlen(name), i;

	if (length < 1 || length > NAME_MAX_LENGTH)
		return -EINVAL;
	/* Not isalpha(), whose letters depend on the locale. */
	if (strspn(name, letters) == 0 || strspn(name, allowed) != length)
		return -EINVAL;
	for (i = 0; i < RTE_DIM(reserved); i++) {
		if (strcmp(name, reserved[i]) == 0)
			return -EINVAL;
	}
	if (strncmp(name, "secondary-", strlen("secondary-")) == 0)
		return -EINVAL;
	return 0;
}
