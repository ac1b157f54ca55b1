/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* What the prompt leaves to that of the program which reconnect executes. */

#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <event2/buffer.h>

#include "shell/bequest.h"
#include "shell/editor.h"
#include "shell/line.h"
#include "shell/state.h"
#include "shell/terminal.h"
#include "startup/reconnect.h"

/* The start of the file; what was typed and not handled follows. */
struct bequest {
	char magic[8];
	struct termios found;
	uint32_t length, cursor; /* of the line, in bytes */
	char line[EDITOR_LINE_MAX + 1];
};

static const char magic[8] = "mpsh 1\n";

static bool
write_down(int fd)
{
	struct bequest bequest = { 0 };
	size_t length, cursor;
	const char *line = editor_text(console.editor, &length, &cursor);

	memcpy(bequest.magic, magic, sizeof(magic));
	bequest.length = length;
	bequest.cursor = cursor;
	memcpy(bequest.line, line, length);
	bequest.found = terminal_hand_over();
	if (write(fd, &bequest, sizeof(bequest)) != sizeof(bequest))
		return false;
	while (evbuffer_get_length(console.typed) != 0)
		if (evbuffer_write(console.typed, fd) <= 0)
			return false;
	return true;
}

bool
bequest_make(void)
{
	int fd;

	if (console.editor == NULL || console.typed == NULL)
		return false;
	fd = memfd_create("mpsh typed", MFD_CLOEXEC);
	if (fd < 0)
		return false;
	if (!write_down(fd)) {
		close(fd);
		return false;
	}
	reconnect_keep(fd);
	return true;
}

/* Returns false if there is none, or the descriptor is another program's. */
static bool
read_bequest(struct bequest *bequest)
{
	int fd = reconnect_kept();

	return fd >= 0 && pread(fd, bequest, sizeof(*bequest), 0) == sizeof(*bequest) &&
		memcmp(bequest->magic, magic, sizeof(magic)) == 0 &&
		bequest->length <= EDITOR_LINE_MAX && bequest->cursor <= bequest->length;
}

void
bequest_adopt(void)
{
	struct bequest bequest;

	if (read_bequest(&bequest))
		terminal_adopt(&bequest.found);
	else
		reconnect_keep(-1);
}

void
bequest_take(void)
{
	struct bequest bequest;
	char bytes[4096];
	ssize_t n;
	off_t at = sizeof(bequest);

	if (!read_bequest(&bequest))
		return;
	bequest.line[bequest.length] = '\0';
	editor_restore(console.editor, bequest.line, bequest.length);
	editor_move(console.editor, bequest.cursor);
	while ((n = pread(reconnect_kept(), bytes, sizeof(bytes), at)) > 0) {
		evbuffer_add(console.typed, bytes, n);
		at += n;
	}
	close(reconnect_kept());
	reconnect_keep(-1);
}
