/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The terminal: raw at the prompt, and restored at the end. */

#include <errno.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "shell/terminal.h"

/* Static, since terminal_reset() is also called from a signal handler. */
static struct termios found;
static volatile sig_atomic_t is_raw;

int
terminal_raw(void)
{
	struct termios raw;

	if (tcgetattr(STDIN_FILENO, &found) < 0)
		return -errno;
	raw = found;
	raw.c_iflag &= ~(ICRNL | INLCR | ISTRIP);
	raw.c_lflag &= ~(ICANON | ECHO | ISIG | IEXTEN);
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	is_raw = 1;
	return tcsetattr(STDIN_FILENO, TCSADRAIN, &raw) == 0 ? 0 : -errno;
}

void
terminal_reset(void)
{
	if (is_raw) {
		/* TCSADRAIN would block if Ctrl-S has stopped the terminal. */
		tcsetattr(STDIN_FILENO, TCSANOW, &found);
		is_raw = 0;
	}
}

unsigned int
terminal_columns(void)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_col < 2)
		return 80;
	return size.ws_col;
}
