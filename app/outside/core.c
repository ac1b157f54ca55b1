/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Writes the head of a dump, and opens a dump. */

#include <elf.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/text.h"
#include "outside/core.h"
#include "outside/extents.h"
#include "outside/group.h"
#include "outside/regions.h"
#include "outside/source.h"

#if defined(__aarch64__)
#define MACHINE EM_AARCH64
#else
#define MACHINE EM_X86_64
#endif

static const char owner[4 + 4] = "mpsh"; /* padded to a multiple of 4, with a NUL */

/* More regions than a group can have. */
#define REGIONS_MAX (1u << 20)

/*
 * The head of the file: header, a section that has the number of segments where the
 * header has no room for it (PN_XNUM), the note, and the segments, the note's first.
 */
struct head {
	Elf64_Ehdr elf;
	Elf64_Shdr section;
	struct {
		Elf64_Nhdr head;
		char owner[sizeof(owner)];
		struct core_note body;
	} note;
	uint32_t zero; /* the segments begin at a multiple of 8 */
};

uint64_t
core_begin(size_t regions)
{
	uint64_t bytes = sizeof(struct head) + (regions + 1) * sizeof(Elf64_Phdr);

	return (bytes + REGIONS_PAGE - 1) & ~(uint64_t)(REGIONS_PAGE - 1);
}

static void
fill_head(struct head *head, size_t n, const struct core_note *note)
{
	static const unsigned char ident[EI_NIDENT] = { ELFMAG0, ELFMAG1, ELFMAG2,
		ELFMAG3, ELFCLASS64, ELFDATA2LSB, EV_CURRENT, ELFOSABI_NONE };

	memset(head, 0, sizeof(*head));
	memcpy(head->elf.e_ident, ident, sizeof(ident));
	head->elf.e_type = ET_CORE;
	head->elf.e_machine = MACHINE;
	head->elf.e_version = EV_CURRENT;
	head->elf.e_ehsize = sizeof(head->elf);
	head->elf.e_phoff = sizeof(*head);
	head->elf.e_phentsize = sizeof(Elf64_Phdr);
	head->elf.e_phnum = n < PN_XNUM ? n : PN_XNUM;
	head->elf.e_shentsize = sizeof(Elf64_Shdr);
	if (n >= PN_XNUM) {
		head->elf.e_shoff = offsetof(struct head, section);
		head->elf.e_shnum = 1;
		head->section.sh_info = n;
	}
	head->note.head.n_namesz = strlen(owner) + 1;
	head->note.head.n_descsz = sizeof(*note);
	head->note.head.n_type = CORE_NOTE_TYPE;
	memcpy(head->note.owner, owner, sizeof(owner));
	head->note.body = *note;
}

int
core_write(int fd, const void *bytes, size_t size, off_t offset)
{
	const char *from = bytes;

	while (size > 0) {
		ssize_t n = pwrite(fd, from, size, offset);

		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0) {
			from += n;
			size -= n;
			offset += n;
		}
	}
	return 0;
}

int
core_write_head(int fd, const struct extents *regions, const struct core_note *note)
{
	Elf64_Phdr *segments = memory_zeroed((regions->n + 1) * sizeof(segments[0]));
	uint64_t offset = core_begin(regions->n);
	struct head head;
	size_t i;
	int ret;

	if (segments == NULL)
		return -ENOMEM;
	fill_head(&head, regions->n + 1, note);
	segments[0].p_type = PT_NOTE;
	segments[0].p_offset = offsetof(struct head, note);
	segments[0].p_filesz = sizeof(head.note);
	segments[0].p_align = 4;
	for (i = 0; i < regions->n; i++) {
		Elf64_Phdr *segment = &segments[i + 1];

		segment->p_type = PT_LOAD;
		segment->p_flags = PF_R | PF_W;
		segment->p_offset = offset;
		segment->p_vaddr = regions->all[i].from;
		segment->p_filesz = regions->all[i].to - regions->all[i].from;
		segment->p_memsz = segment->p_filesz;
		segment->p_align = REGIONS_PAGE;
		offset += segment->p_filesz;
	}
	ret = core_write(
		fd, segments, (regions->n + 1) * sizeof(segments[0]), sizeof(head));
	free(segments);
	return ret < 0 ? ret : core_write(fd, &head, sizeof(head), 0);
}

/* Is this the head of a dump of mpsh's? Then *n gets the number of its segments. */
static bool
is_dump(const struct head *head, uint64_t file_bytes, uint64_t *n)
{
	struct head right;

	*n = head->elf.e_phnum != PN_XNUM ? head->elf.e_phnum : head->section.sh_info;
	if (*n < 2 || *n > REGIONS_MAX ||
		*n * sizeof(Elf64_Phdr) > file_bytes - sizeof(*head))
		return false;
	fill_head(&right, *n, &head->note.body);
	return memcmp(head, &right, sizeof(right)) == 0 &&
		head->note.body.form == CORE_NOTE_FORM &&
		memchr(head->note.body.prefix, '\0', sizeof(head->note.body.prefix)) !=
		NULL;
}

/*
 * Add the memory of the segments, which follow one another as core_write_head() has
 * them: nothing of a file overlaps, and the file ends with the last one.
 */
static int
add_segments(struct group *group, size_t file, const Elf64_Phdr *segments, uint64_t n,
	uint64_t file_bytes)
{
	uint64_t offset = core_begin(n - 1), behind = 0, i;

	for (i = 1; i < n; i++) {
		const Elf64_Phdr *segment = &segments[i];

		if (segment->p_type != PT_LOAD || segment->p_offset != offset ||
			segment->p_vaddr < behind || segment->p_filesz == 0 ||
			(segment->p_vaddr | segment->p_filesz) % REGIONS_PAGE != 0 ||
			segment->p_filesz > UINT64_MAX - segment->p_vaddr)
			return -EBADMSG;
		offset += segment->p_filesz;
		if (offset > file_bytes || offset < segment->p_filesz)
			return -ENODATA;
		behind = segment->p_vaddr + segment->p_filesz;
		if (source_add_range(&group->source, segment->p_vaddr, segment->p_filesz,
			    file, segment->p_offset) < 0)
			return -ENOMEM;
	}
	return offset == file_bytes ? 0 : -EBADMSG;
}

/* Read the file's head and say where its memory is. -EBADMSG: this is no dump. */
static int
read_head(struct group *group, size_t file, struct core_note *note)
{
	int fd = source_open(&group->source, file), ret;
	Elf64_Phdr *segments;
	struct head head;
	struct stat st;
	uint64_t n;

	if (fd < 0)
		return fd == -EBADF ? -EBADMSG : fd;
	if (fstat(fd, &st) < 0)
		return -errno;
	if (pread(fd, &head, sizeof(head), 0) != (ssize_t)sizeof(head) ||
		!is_dump(&head, st.st_size, &n))
		return -EBADMSG;
	*note = head.note.body;
	segments = memory_get(n * sizeof(segments[0]));
	if (segments == NULL)
		return -ENOMEM;
	if (pread(fd, segments, n * sizeof(segments[0]), sizeof(head)) ==
		(ssize_t)(n * sizeof(segments[0])))
		ret = add_segments(group, file, segments, n, st.st_size);
	else
		ret = -EBADMSG;
	free(segments);
	return ret;
}

/* The file as an error names it. */
static const char *
shown(const char *path, char text[TEXT_ESCAPED_SIZE(256) + 3])
{
	size_t length = strlen(path);

	text_escape(text, (const uint8_t *)path, length < 256 ? length : 256);
	if (length > 256)
		strcat(text, "...");
	return text;
}

static int
open_head(struct group *group, struct core_note *note, char *error, size_t size)
{
	char text[TEXT_ESCAPED_SIZE(256) + 3];
	ssize_t file = source_add_file(&group->source, group->path);
	int ret = file < 0 ? (int)file : read_head(group, file, note);

	if (ret == -EBADMSG)
		snprintf(
			error, size, "%s is no dump of mpsh's", shown(group->path, text));
	else if (ret == -ENODATA)
		snprintf(error, size, "%s is cut: its end is missing",
			shown(group->path, text));
	else if (ret < 0)
		snprintf(error, size, "%s cannot be read: %s", shown(group->path, text),
			strerror(-ret));
	return ret == -ENODATA ? -EBADMSG : ret;
}

int
group_open_dump(struct group *group, const char *path, char *error, size_t size)
{
	struct core_note note = { 0 };
	int ret;

	memset(group, 0, sizeof(*group));
	group->kind = GROUP_DUMP;
	source_init(&group->source);
	snprintf(group->path, sizeof(group->path), "%s", path);
	ret = open_head(group, &note, error, size);
	if (ret == 0) {
		snprintf(group->prefix, sizeof(group->prefix), "%s", note.prefix);
		group->is_dead = note.dead != 0;
		ret = group_prove(group,
			(uint64_t)note.config_high << 32 | note.config_low, error, size);
	}
	if (ret < 0)
		group_close(group);
	return ret;
}
