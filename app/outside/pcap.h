/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Capture files of packets, for wireshark and tcpdump. Any thread. */

#ifndef MPSH_OUTSIDE_PCAP_H
#define MPSH_OUTSIDE_PCAP_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* More bytes of a packet are not kept, as in tcpdump. */
#define PCAP_PACKET_MAX 262144

struct pcap {
	const char *path; /* the caller's */
	FILE *file;
	uint64_t time; /* of all packets, ns of CLOCK_REALTIME */
	uint64_t packets;
};

/*
 * Make the file, which must not be there yet. Returns 0, or a negative errno with one
 * line in error; then there is nothing to close.
 */
int pcap_open(struct pcap *pcap, const char *path, char *error, size_t size);

/*
 * Write a packet of length bytes, of which there are captured. A failure is for
 * pcap_close() to say.
 */
void pcap_write(struct pcap *pcap, const void *bytes, size_t captured, size_t length);

/*
 * Finish the file. One that could not be written whole is removed. Returns 0, or a
 * negative errno with one line in error.
 */
int pcap_close(struct pcap *pcap, char *error, size_t size);

#endif
