/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Lines that are not printed while a picture stands on the screen. */

#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "base/memory.h"
#include "output/kept.h"
#include "output/writer.h"

struct kept_line {
	STAILQ_ENTRY(kept_line) next;
	struct writer *writer;
	size_t length;
	char text[];
};

/* The process has one screen. */
static struct {
	enum keeping keeping;
	STAILQ_HEAD(, kept_line) lines;
	unsigned int n, dropped;
	char **picture;
	size_t n_picture;
} kept = {
	.lines = STAILQ_HEAD_INITIALIZER(kept.lines),
};

void
kept_set(enum keeping keeping)
{
	kept.keeping = keeping;
}

static void
add_to_picture(const char *line, size_t length)
{
	char **picture = memory_resize(
		kept.picture, (kept.n_picture + 1) * sizeof(kept.picture[0]));
	char *copy = memory_get(length + 1);

	if (picture != NULL)
		kept.picture = picture;
	if (picture == NULL || copy == NULL) {
		free(copy);
		return;
	}
	memcpy(copy, line, length);
	copy[length] = '\0';
	kept.picture[kept.n_picture++] = copy;
}

static void
drop_oldest(void)
{
	struct kept_line *oldest = STAILQ_FIRST(&kept.lines);

	STAILQ_REMOVE_HEAD(&kept.lines, next);
	free(oldest);
	kept.n--;
	kept.dropped++;
}

static void
keep(struct writer *writer, const char *line, size_t length)
{
	struct kept_line *added = memory_get(sizeof(*added) + length);

	if (added == NULL) {
		kept.dropped++;
		return;
	}
	added->writer = writer;
	added->length = length;
	memcpy(added->text, line, length);
	STAILQ_INSERT_TAIL(&kept.lines, added, next);
	if (++kept.n > KEPT_MAX)
		drop_oldest();
}

bool
kept_take(struct writer *writer, const char *line, size_t length, bool is_result)
{
	if (kept.keeping == KEPT_NOTHING)
		return false;
	if (is_result && kept.keeping == KEPT_OTHERS)
		add_to_picture(line, length);
	else
		keep(writer, line, length);
	return true;
}

char *const *
kept_picture(size_t *n)
{
	*n = kept.n_picture;
	return kept.picture;
}

void
kept_forget_picture(void)
{
	while (kept.n_picture > 0)
		free(kept.picture[--kept.n_picture]);
	free(kept.picture);
	kept.picture = NULL;
}

unsigned int
kept_dropped(void)
{
	return kept.dropped;
}

void
kept_release(void)
{
	struct kept_line *line;

	kept.keeping = KEPT_NOTHING;
	while ((line = STAILQ_FIRST(&kept.lines)) != NULL) {
		STAILQ_REMOVE_HEAD(&kept.lines, next);
		writer_put(line->writer, line->text, line->length);
		free(line);
	}
	kept.n = 0;
	kept.dropped = 0;
}
