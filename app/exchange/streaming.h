/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * A stream of numbered messages to a peer over the ring, which counts what arrives. Main
 * thread.
 */

#ifndef MPSH_EXCHANGE_STREAMING_H
#define MPSH_EXCHANGE_STREAMING_H

#include <stdint.h>

struct stream;
struct stream_report;

/* Called with the messages sent by now, and the ns that took. */
typedef void(stream_progress_t)(void *ctx, uint64_t messages, uint64_t ns);

/*
 * Send the stream, whose peer, size, burst and duration (in ticks) are set, until it is
 * over or Ctrl-C ends it, and ask for the report. progress is called every progress_ns.
 * Returns 0 with *report, and stream->result is that of the sending; -ECANCELED on the
 * way out; another negative errno when the peer could not be asked.
 */
int exchange_stream(struct stream *stream, uint64_t progress_ns,
	stream_progress_t *progress, void *ctx, struct stream_report *report);

#endif
