/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * What the programs that mpsh is measured against share. Each prints one JSON object and
 * ends with 0, or says what is wrong and ends with 1. A stream's receiver checks that
 * every message came, in order; a rate is what it counted from the first to the last.
 */

#ifndef BENCH_COMMON_H
#define BENCH_COMMON_H

#include <stdbool.h>
#include <stdint.h>

/* 64 bytes: what a message is in every stream but that of 1000 bytes. */
struct bench_message {
	uint64_t number; /* from 0 */
	uint64_t last;   /* not 0: the stream ends here */
	uint8_t text[48];
} __attribute__((aligned(64)));

/* Say what is wrong, with errno's words where it is not 0, and end with 1. */
void bench_fail(const char *what) __attribute__((noreturn));

/* CLOCK_MONOTONIC in ns. */
uint64_t bench_now(void);

/* Keep this process on one CPU. */
void bench_pin(const char *cpu);

/* A number of the command line, above 0. */
double bench_number(const char *word);

/* Ticks of the TSC in a second, for programs without EAL; the first call takes 20 ms. */
double bench_tsc_hz(void);

/* Print the result of a stream. */
void bench_stream(uint64_t messages, uint64_t ns);

/* Print the result of count round trips, times in units of ns each; sorts times. */
void bench_round_trips(uint64_t *times, unsigned int count, double unit);

/* A transport for messages of 64 bytes between two processes. send and receive may block.
 */
struct bench_transport {
	void (*open)(bool sends); /* in each process, after the fork */
	void (*send)(const struct bench_message *message);
	void (*receive)(struct bench_message *message);
	void (*close)(bool sends); /* may be NULL */
};

/* Stream for seconds from a process on the first CPU to this one on the second. */
void bench_run_transport(const struct bench_transport *transport, const char *sender_cpu,
	const char *receiver_cpu, double seconds);

/* Look at what was received, so that the copy is made. */
static inline void
bench_use(const void *memory)
{
	__asm__ volatile("" : : "r"(memory) : "memory");
}

#endif
