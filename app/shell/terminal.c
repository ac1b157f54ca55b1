/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The terminal: raw at the prompt, and restored at the end. */

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "shell/terminal.h"

/* Bracketed paste, DEC private mode 2004 (xterm's "Control Sequences"). */
#define PASTE_ON "\033[?2004h"
#define PASTE_OFF "\033[?2004l"

/* Static, since terminal_reset() is also called from a signal handler. */
static struct termios found;
static volatile sig_atomic_t is_raw, marks_pastes;

bool
terminal_is_dumb(void)
{
	const char *term = getenv("TERM");

	return term == NULL || term[0] == '\0' || strcmp(term, "dumb") == 0;
}

bool
terminal_in_front(void)
{
	pid_t group = tcgetpgrp(STDIN_FILENO);

	return group < 0 || group == getpgrp();
}

/* TCSADRAIN would wait while the terminal is stopped or not read. */
static int
set_mode(const struct termios *mode)
{
	return tcsetattr(STDIN_FILENO, TCSANOW, mode) == 0 ? 0 : -errno;
}

static struct termios
raw_mode(void)
{
	struct termios raw = found;

	raw.c_iflag &= ~(ICRNL | INLCR | ISTRIP);
	raw.c_lflag &= ~(ICANON | ECHO | ISIG | IEXTEN);
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	return raw;
}

int
terminal_raw(void)
{
	struct termios raw;

	if (!is_raw && tcgetattr(STDIN_FILENO, &found) < 0)
		return -errno;
	raw = raw_mode();
	is_raw = 1;
	return set_mode(&raw);
}

const char *
terminal_mark_pastes(void)
{
	marks_pastes = !terminal_is_dumb();
	return marks_pastes ? PASTE_ON : "";
}

struct termios
terminal_hand_over(void)
{
	struct termios between = raw_mode();

	between.c_lflag |= ISIG;
	if (terminal_in_front())
		set_mode(&between);
	return found;
}

static void
on_end(int number)
{
	terminal_reset();
	signal(number, SIG_DFL);
	raise(number);
}

void
terminal_adopt(const struct termios *mode)
{
	static const int numbers[] = { SIGINT, SIGTERM, SIGHUP };
	const struct sigaction end = { .sa_handler = on_end };
	struct sigaction now;
	size_t i;

	found = *mode;
	is_raw = 1;
	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if (sigaction(numbers[i], NULL, &now) == 0 && now.sa_handler == SIG_DFL)
			sigaction(numbers[i], &end, NULL);
}

/* Written only if it does not block: a terminal that is stopped keeps its mode. */
static void
write_now(const char *bytes, size_t length)
{
	struct pollfd output = { .fd = STDOUT_FILENO, .events = POLLOUT };

	if (poll(&output, 1, 0) == 1 && (output.revents & POLLOUT) != 0 &&
		write(STDOUT_FILENO, bytes, length) < 0)
		return;
}

void
terminal_unmark_pastes(void)
{
	if (marks_pastes && terminal_in_front())
		write_now(PASTE_OFF, sizeof(PASTE_OFF) - 1);
	marks_pastes = 0;
}

void
terminal_reset(void)
{
	terminal_unmark_pastes();
	/* In the background the terminal has the mode of who is in front. */
	if (is_raw && terminal_in_front())
		set_mode(&found);
	is_raw = 0;
}

void
terminal_size(unsigned int *columns, unsigned int *rows)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0)
		memset(&size, 0, sizeof(size));
	*columns = size.ws_col == 0 ? 80 : size.ws_col == 1 ? 2 : size.ws_col;
	*rows = size.ws_row == 0 ? 24 : size.ws_row;
}

unsigned int
terminal_columns(void)
{
	unsigned int columns, rows;

	terminal_size(&columns, &rows);
	return columns;
}
