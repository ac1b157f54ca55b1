/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * A stream of numbered messages over the ring to a peer, which counts those that
 * arrive. Main thread.
 */

#ifndef MPSH_EXCHANGE_STREAMING_H
#define MPSH_EXCHANGE_STREAMING_H

#include <stdint.h>

struct stream;
struct stream_report;

/* Called with the number of messages sent so far and the time since the start. */
typedef void(stream_progress_t)(void *ctx, uint64_t messages, uint64_t ns);

/*
 * Send a stream until its duration is over or Ctrl-C ends it, and ask the peer for its
 * report. The caller sets peer, size, burst and duration of the stream. progress is
 * called every progress_ns. Returns 0 with *report and stream->result (the outcome of
 * sending) set; -ECANCELED when the program is to end; another negative errno when the
 * stream was not started or the peer did not report.
 */
int exchange_stream(struct stream *stream, uint64_t progress_ns,
	stream_progress_t *progress, void *ctx, struct stream_report *report);

#endif
