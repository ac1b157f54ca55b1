/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Parsing and showing the payload of an rte_mp message: text, "hex:" and "fd:". */

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <rte_common.h>

#include "base/text.h"
#include "mp/payload.h"

#define ROW ((size_t)PAYLOAD_ROW)

/*
 * Open the file of one word "fd:<path>", or only look whether it is one; length counts
 * the bytes of the whole word.
 */
static int
take_word(const char *word, size_t length, bool opens, struct payload *payload,
	char *error, size_t size)
{
	char path[512], shown[TEXT_ESCAPED_SIZE(sizeof(path))];
	int fd = -1;

	if (length == 3) {
		snprintf(error, size, "fd: needs a path: fd:/dev/null; nothing was sent");
		return -EINVAL;
	}
	if (length - 3 >= sizeof(path)) {
		snprintf(error, size,
			"the path of an fd: is longer than %zu bytes; nothing was"
			" sent",
			sizeof(path) - 1);
		return -EINVAL;
	}
	snprintf(path, sizeof(path), "%.*s", (int)length - 3, word + 3);
	text_escape(shown, (const uint8_t *)path, strlen(path));
	if (payload->n_fds == IPC_FDS_MAX) {
		snprintf(error, size, "more than %d fd: words; nothing was sent",
			IPC_FDS_MAX);
		return -EINVAL;
	}
	if (opens)
		fd = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (opens && fd < 0)
		fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (opens && fd < 0) {
		snprintf(error, size, "%s does not open: %s; nothing was sent", shown,
			strerror(errno));
		return -EINVAL;
	}
	payload->fds[payload->n_fds++] = fd;
	return 0;
}

/*
 * The value of a hex digit. strtoul() is no use: the typed bytes do not end in a NUL.
 */
static unsigned int
digit_value(char digit)
{
	return digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
}

/* Digits in pairs; blanks and colons may stand between the pairs. */
static int
parse_hex(const char *digits, size_t n, struct payload *payload, char *error, size_t size)
{
	size_t i, found = 0;

	for (i = 0; i < n; i++) {
		char digit[2] = { digits[i] }, shown[TEXT_ESCAPED_SIZE(1)];
		unsigned int value;

		if ((digits[i] == ' ' || digits[i] == '\t' || digits[i] == ':') &&
			found % 2 == 0)
			continue;
		if (!isxdigit((unsigned char)digits[i])) {
			text_escape(shown, (const uint8_t *)digit, 1);
			snprintf(error, size, "'%s' is no hex digit; nothing was sent",
				shown);
			return -EINVAL;
		}
		value = digit_value(digits[i]);
		if (found / 2 < IPC_PAYLOAD_MAX)
			payload->bytes[found / 2] =
				payload->bytes[found / 2] << 4 | value;
		found++;
	}
	if (found % 2 != 0) {
		snprintf(error, size,
			"hex: takes an even number of digits, these are %zu;"
			" nothing was sent",
			found);
		return -EINVAL;
	}
	if (found / 2 > IPC_PAYLOAD_MAX) {
		snprintf(error, size,
			"payload is %zu bytes, the limit is %d; nothing was sent",
			found / 2, IPC_PAYLOAD_MAX);
		return -EMSGSIZE;
	}
	payload->length = found / 2;
	return 0;
}

static int
parse(const char *typed, size_t length, bool opens, struct payload *payload, char *error,
	size_t size)
{
	while (length >= 3 && memcmp(typed, "fd:", 3) == 0) {
		size_t word = 0;

		while (word < length && typed[word] != ' ' && typed[word] != '\t')
			word++;
		if (take_word(typed, word, opens, payload, error, size) < 0)
			return -EINVAL;
		while (word < length && (typed[word] == ' ' || typed[word] == '\t'))
			word++;
		typed += word;
		length -= word;
	}
	if (length >= 4 && memcmp(typed, "hex:", 4) == 0) {
		while (length > 4 &&
			(typed[length - 1] == ' ' || typed[length - 1] == '\t'))
			length--;
		return parse_hex(typed + 4, length - 4, payload, error, size);
	}
	if (length > IPC_PAYLOAD_MAX) {
		snprintf(error, size,
			"payload is %zu bytes, the limit is %d; nothing was sent", length,
			IPC_PAYLOAD_MAX);
		return -EMSGSIZE;
	}
	if (length != 0)
		memcpy(payload->bytes, typed, length);
	payload->length = length;
	return 0;
}

int
payload_parse(const char *typed, size_t length, struct payload *payload, char *error,
	size_t size)
{
	int ret;

	memset(payload, 0, sizeof(*payload));
	ret = parse(typed, length, true, payload, error, size);
	if (ret < 0)
		payload_close(payload);
	return ret;
}

int
payload_check(const char *typed, size_t length, char *error, size_t size)
{
	struct payload payload = { .n_fds = 0 };
	int ret = parse(typed, length, false, &payload, error, size);

	if (ret == -EMSGSIZE)
		ret = 0; /* how long it may be is not a matter of how it is written */
	return ret < 0 ? ret : payload.n_fds;
}

void
payload_close(struct payload *payload)
{
	while (payload->n_fds > 0)
		close(payload->fds[--payload->n_fds]);
}

/*
 * Can these bytes be shown as text that payload_parse() would read as the same bytes?
 */
static bool
is_plain(const uint8_t *bytes, size_t length)
{
	size_t at = 0;

	if ((length >= 4 && memcmp(bytes, "hex:", 4) == 0) ||
		(length >= 3 && memcmp(bytes, "fd:", 3) == 0))
		return false;
	while (at < length) {
		uint32_t character;
		unsigned int n = text_utf8_decode(bytes + at, length - at, &character);

		if (n == 0 || !text_is_printable(character))
			return false;
		at += n;
	}
	return true;
}

/* Write up to ROW bytes as a line of hex digits in fours, and what is printable of them.
 */
static size_t
show_row(const uint8_t *bytes, size_t length, char *row)
{
	size_t i, at = sprintf(row, "\n ");

	for (i = 0; i < ROW; i++) {
		if (i % 4 == 0)
			row[at++] = ' ';
		if (i < length)
			text_hex(row + at, bytes + i, 1);
		else
			memset(row + at, ' ', 2);
		at += 2;
	}
	at += sprintf(row + at, "  ");
	for (i = 0; i < length; i++)
		row[at++] = bytes[i] >= 0x20 && bytes[i] < 0x7f ? bytes[i] : '.';
	row[at] = '\0';
	return at;
}

char *
payload_show(const uint8_t *bytes, size_t length, int n_fds, char *shown)
{
	size_t at, row;

	if (length > IPC_PAYLOAD_MAX)
		length = IPC_PAYLOAD_MAX;
	if (is_plain(bytes, length)) {
		memcpy(shown, bytes, length);
		at = length;
		shown[at] = '\0';
		if (n_fds > 0)
			sprintf(shown + at, " (%d fd%s)", n_fds, n_fds == 1 ? "" : "s");
		return shown;
	}
	at = sprintf(shown, "hex:");
	if (length <= ROW)
		at = text_hex(shown + at, bytes, length) - shown;
	at += sprintf(shown + at, " (%zu byte%s", length, length == 1 ? "" : "s");
	if (n_fds > 0)
		at += sprintf(shown + at, ", %d fd%s", n_fds, n_fds == 1 ? "" : "s");
	at += sprintf(shown + at, ")");
	for (row = 0; length > ROW && row < length; row += ROW)
		at += show_row(bytes + row, RTE_MIN(length - row, ROW), shown + at);
	return shown;
}
