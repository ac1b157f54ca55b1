/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * zeromq CPU CPU SECONDS FILE: messages of 64 bytes from a PUSH to a PULL socket over
 * ipc, ZeroMQ as it is by default. FILE is the path of its socket.
 */

#include <errno.h>
#include <stdio.h>
#include <zmq.h>

#include "common.h"

static char address[256];
static void *context, *endpoint;

static void
open_end(bool sends)
{
	context = zmq_ctx_new();
	endpoint =
		context != NULL ? zmq_socket(context, sends ? ZMQ_PUSH : ZMQ_PULL) : NULL;
	if (endpoint == NULL ||
		(sends ? zmq_connect(endpoint, address) : zmq_bind(endpoint, address)) !=
			0)
		bench_fail(address);
}

static void
send_one(const struct bench_message *message)
{
	if (zmq_send(endpoint, message, sizeof(*message), 0) != sizeof(*message))
		bench_fail("zmq_send");
}

static void
receive_one(struct bench_message *message)
{
	if (zmq_recv(endpoint, message, sizeof(*message), 0) != sizeof(*message))
		bench_fail("zmq_recv");
}

static void
close_end(bool sends)
{
	(void)sends;
	zmq_close(endpoint);
	zmq_ctx_term(context);
}

int
main(int argc, char *argv[])
{
	const struct bench_transport transport = { .open = open_end,
		.send = send_one,
		.receive = receive_one,
		.close = close_end };

	if (argc != 5)
		bench_fail("usage: zeromq CPU CPU SECONDS FILE");
	snprintf(address, sizeof(address), "ipc://%s", argv[4]);
	bench_run_transport(&transport, argv[1], argv[2], bench_number(argv[3]));
	return 0;
}
