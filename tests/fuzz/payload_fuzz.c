/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The payload as it is typed, and shown: nothing leaks, an error is one line, and what is
 * shown can be typed again. No path is opened but a pretence of one.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>

#include "fuzz.h"

/* How many descriptors are open, which are numbers from 1000 up. */
static int n_open;

static int
fuzz_open(const char *path, int flags)
{
	if (strlen(path) % 3 == 0 && (flags & O_RDWR) != 0) {
		errno = EACCES;
		return -1;
	}
	if (strchr(path, 'n') != NULL) {
		errno = ENOENT;
		return -1;
	}
	return 1000 + n_open++;
}

static int
fuzz_close(int fd)
{
	CHECK(fd >= 1000);
	n_open--;
	return 0;
}

#include <ctype.h>
#include <unistd.h>

#define open fuzz_open
#define close fuzz_close
#include "../../app/mp/payload.c"

/* Take the digits out of the rows, to where a short payload has them. */
static void
join_rows(char *shown)
{
	char digits[IPC_PAYLOAD_MAX * 3 + 64] = "hex:";
	char *row;

	for (row = strchr(shown, '\n'); row != NULL; row = strchr(row + 1, '\n'))
		strncat(digits, row + 1, 2 + PAYLOAD_ROW * 2 + 3);
	strcpy(shown, digits);
}

/* A payload without descriptors, shown and typed again, is the same. */
static void
check_shown(const uint8_t *bytes, size_t length)
{
	char *shown = malloc(PAYLOAD_SHOWN_SIZE), error[128], *end;
	struct payload again;

	CHECK(shown != NULL);
	CHECK(payload_show(bytes, length, 0, shown) == shown);
	/* In hex its length follows. */
	if (strchr(shown, '\n') != NULL)
		join_rows(shown);
	end = strncmp(shown, "hex:", 4) == 0 ? strchr(shown, '(') : NULL;
	if (end != NULL)
		*end = '\0';
	CHECK(payload_parse(shown, strlen(shown), &again, error, sizeof(error)) == 0);
	CHECK(again.n_fds == 0 && (size_t)again.length == length);
	CHECK(memcmp(again.bytes, bytes, length) == 0);
	payload_show(bytes, length, IPC_FDS_MAX, shown);
	CHECK(strlen(shown) < PAYLOAD_SHOWN_SIZE);
	free(shown);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const size_t sizes[] = { 1024, 64, 1 };
	struct input input = { data, size };
	size_t error_size = sizes[input_byte(&input) % 3];
	char *error = malloc(error_size);
	struct payload payload;
	uint8_t *typed;
	int ret, words;

	CHECK(error != NULL);
	/* A line that arrives here has no NUL and no newline. */
	typed = copy_exactly(input.data, input.size);
	error[0] = '\0';
	words = payload_check((const char *)typed, input.size, error, error_size);
	CHECK(n_open == 0 && words >= -EINVAL && words <= IPC_FDS_MAX);
	error[0] = '\0';
	ret = payload_parse((const char *)typed, input.size, &payload, error, error_size);
	CHECK(ret == 0 || ret == -EINVAL || ret == -EMSGSIZE);
	/* What is not written as a payload is none. */
	CHECK(words >= 0 || ret == -EINVAL);
	CHECK(ret != 0 || words == payload.n_fds);
	if (ret == 0) {
		CHECK(payload.n_fds >= 0 && payload.n_fds <= IPC_FDS_MAX);
		CHECK(payload.n_fds == n_open);
		CHECK(payload.length >= 0 && payload.length <= IPC_PAYLOAD_MAX);
		check_shown(payload.bytes, payload.length);
		payload_close(&payload);
	} else {
		CHECK(memchr(error, '\0', error_size) != NULL);
		CHECK(strchr(error, '\n') == NULL && strchr(error, '\x1b') == NULL);
		CHECK(error_size < 2 || error[0] != '\0');
	}
	CHECK(n_open == 0);
	check_shown(typed, input.size < IPC_PAYLOAD_MAX ? input.size : IPC_PAYLOAD_MAX);
	free(typed);
	free(error);
	return 0;
}
