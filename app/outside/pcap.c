/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Writes capture files. */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"
#include "outside/pcap.h"

/* The classic format, with times of ns, in this host's byte order. */
#define MAGIC 0xa1b23c4d
#define MAJOR_VERSION 2
#define MINOR_VERSION 4
#define LINKTYPE_ETHERNET 1

#define SECOND UINT64_C(1000000000)

struct file_header {
	uint32_t magic;
	uint16_t major_version, minor_version;
	uint32_t zero[2];
	uint32_t packet_max, link_type;
};

struct packet_header {
	uint32_t seconds, ns, captured, length;
};

static int
say(const char *path, int code, char *error, size_t size)
{
	char shown[TEXT_ESCAPED_SIZE(512)];

	text_escape(shown, (const uint8_t *)path, strnlen(path, 512));
	if (code == EEXIST)
		snprintf(error, size, "%.400s is there already", shown);
	else
		snprintf(error, size, "%.400s cannot be written: %s", shown,
			strerror(code));
	return -code;
}

int
pcap_open(struct pcap *pcap, const char *path, char *error, size_t size)
{
	struct file_header header = {
		.magic = MAGIC,
		.major_version = MAJOR_VERSION,
		.minor_version = MINOR_VERSION,
		.packet_max = PCAP_PACKET_MAX,
		.link_type = LINKTYPE_ETHERNET,
	};
	struct timespec now;
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0)
		return say(path, errno, error, size);
	memset(pcap, 0, sizeof(*pcap));
	pcap->path = path;
	pcap->file = fdopen(fd, "w");
	if (pcap->file == NULL) {
		close(fd);
		unlink(path);
		return say(path, ENOMEM, error, size);
	}
	clock_gettime(CLOCK_REALTIME, &now);
	pcap->time = now.tv_sec * SECOND + now.tv_nsec;
	fwrite(&header, sizeof(header), 1, pcap->file);
	return 0;
}

void
pcap_write(struct pcap *pcap, const void *bytes, size_t captured, size_t length)
{
	struct packet_header header = {
		.seconds = pcap->time / SECOND,
		.ns = pcap->time % SECOND,
		.captured = captured,
		.length = length,
	};

	fwrite(&header, sizeof(header), 1, pcap->file);
	fwrite(bytes, 1, captured, pcap->file);
	pcap->packets++;
}

int
pcap_close(struct pcap *pcap, char *error, size_t size)
{
	int code = 0;

	errno = 0;
	if (fflush(pcap->file) != 0 || ferror(pcap->file))
		code = errno != 0 ? errno : EIO;
	if (fclose(pcap->file) != 0 && code == 0)
		code = errno;
	if (code == 0)
		return 0;
	unlink(pcap->path);
	return say(pcap->path, code, error, size);
}
