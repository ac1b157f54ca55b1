/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * nng CPU CPU SECONDS FILE: messages of 64 bytes from a push0 to a pull0 socket over ipc,
 * nng as it is by default. FILE is the path of its socket.
 */

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include <nng/nng.h>
#include <nng/protocol/pipeline0/pull.h>
#include <nng/protocol/pipeline0/push.h>

#include "common.h"

#define BUFFER 1000 /* messages: as ZeroMQ has by default */

static char address[256];
static nng_socket endpoint;

static void
check(int error, const char *what)
{
	if (error == 0)
		return;
	fprintf(stderr, "%s: %s\n", what, nng_strerror(error));
	errno = 0;
	bench_fail("nng");
}

static void
open_end(bool sends)
{
	int error;

	check(sends ? nng_push0_open(&endpoint) : nng_pull0_open(&endpoint), "open");
	check(sends ? nng_socket_set_int(endpoint, NNG_OPT_SENDBUF, BUFFER)
		    : nng_socket_set_int(endpoint, NNG_OPT_RECVBUF, BUFFER),
		"buffer");
	if (sends) {
		/* Until the other end listens. */
		while ((error = nng_dial(endpoint, address, NULL, 0)) == NNG_ECONNREFUSED)
			usleep(1000);
		check(error, address);
	} else {
		check(nng_listen(endpoint, address, NULL, 0), address);
	}
}

static void
send_one(const struct bench_message *message)
{
	/* Not const in its interface, but copied. */
	check(nng_send(endpoint, (void *)(uintptr_t)message, sizeof(*message), 0),
		"send");
}

static void
receive_one(struct bench_message *message)
{
	size_t size = sizeof(*message);

	check(nng_recv(endpoint, message, &size, 0), "recv");
}

static void
close_end(bool sends)
{
	(void)sends;
	nng_close(endpoint);
}

int
main(int argc, char *argv[])
{
	const struct bench_transport transport = { .open = open_end,
		.send = send_one,
		.receive = receive_one,
		.close = close_end };

	if (argc != 5)
		bench_fail("usage: nng CPU CPU SECONDS FILE");
	snprintf(address, sizeof(address), "ipc://%s", argv[4]);
	bench_run_transport(&transport, argv[1], argv[2], bench_number(argv[3]));
	return 0;
}
