/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * sockets datagram|pipe CPU CPU SECONDS: messages of 64 bytes through the kernel, one a
 * call at both ends.
 */

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common.h"

static int ends[2]; /* the receiver's, the sender's */

static void
open_end(bool sends)
{
	close(ends[sends ? 0 : 1]);
}

static void
send_one(const struct bench_message *message)
{
	if (write(ends[1], message, sizeof(*message)) != sizeof(*message))
		bench_fail("write");
}

/* A pipe hands over what was written whole: 64 bytes are less than PIPE_BUF. */
static void
receive_one(struct bench_message *message)
{
	if (read(ends[0], message, sizeof(*message)) != sizeof(*message))
		bench_fail("read");
}

int
main(int argc, char *argv[])
{
	const struct bench_transport transport = {
		.open = open_end, .send = send_one, .receive = receive_one
	};

	if (argc != 5)
		bench_fail("usage: sockets datagram|pipe CPU CPU SECONDS");
	if (strcmp(argv[1], "pipe") == 0 ? pipe(ends) < 0
					 : socketpair(AF_UNIX, SOCK_DGRAM, 0, ends) < 0)
		bench_fail(argv[1]);
	bench_run_transport(&transport, argv[2], argv[3], bench_number(argv[4]));
	return 0;
}
