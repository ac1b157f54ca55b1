/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Ctrl-R: a line of the history by a part of it. */

#include <stdio.h>
#include <string.h>

#include "shell/buffer.h"
#include "shell/editor_state.h"
#include "shell/keys.h"
#include "shell/search.h"

static void
set_prompt(struct editor *e)
{
	snprintf(e->search.prompt, sizeof(e->search.prompt),
		"search: %s: ", e->search.query);
}

void
search_begin(struct editor *e)
{
	struct search *search = &e->search;

	search->is_on = true;
	search->query[0] = '\0';
	search->query_len = 0;
	search->back = 0;
	memcpy(search->line, e->text, e->len + 1);
	search->line_spoiled = e->spoiled;
	set_prompt(e);
}

void
search_end(struct editor *e)
{
	e->search.is_on = false;
}

/*
 * Show the newest line with the query in it, from this many lines back on. Returns false,
 * and changes nothing, if there is none.
 */
static bool
find(struct editor *e, size_t from)
{
	size_t back;

	for (back = from; back <= e->history_len; back++) {
		const char *line = e->history[e->history_len - back];
		const char *at = strstr(line, e->search.query);

		if (at == NULL)
			continue;
		e->search.back = back;
		buffer_set(e, line, false);
		buffer_move(e, at - line);
		return true;
	}
	return false;
}

static enum search_result
add_to_query(struct editor *e, char byte)
{
	struct search *search = &e->search;

	if (search->query_len == SEARCH_MAX)
		return SEARCH_NOT_FOUND;
	search->query[search->query_len++] = byte;
	search->query[search->query_len] = '\0';
	set_prompt(e);
	return find(e, search->back != 0 ? search->back : 1) ? SEARCH_CHANGED
							     : SEARCH_NOT_FOUND;
}

static enum search_result
shorten_query(struct editor *e)
{
	struct search *search = &e->search;

	if (search->query_len == 0)
		return SEARCH_NOT_FOUND;
	/* The whole of a UTF-8 character. */
	while (--search->query_len != 0 &&
		(search->query[search->query_len] & 0xc0) == 0x80)
		continue;
	search->query[search->query_len] = '\0';
	set_prompt(e);
	if (search->query_len == 0) {
		search->back = 0;
		buffer_set(e, search->line, search->line_spoiled);
	} else {
		find(e, 1);
	}
	return SEARCH_CHANGED;
}

enum search_result
search_byte(struct editor *e, char byte)
{
	struct search *search = &e->search;

	switch (byte) {
	case CTRL('R'):
		return search->query_len != 0 && find(e, search->back + 1)
			? SEARCH_CHANGED
			: SEARCH_NOT_FOUND;
	case CTRL('H'):
	case DEL:
		return shorten_query(e);
	case CTRL('G'):
		search_end(e);
		buffer_set(e, search->line, search->line_spoiled);
		return SEARCH_CHANGED;
	default:
		if ((unsigned char)byte >= ' ')
			return add_to_query(e, byte);
		search_end(e);
		return SEARCH_OVER;
	}
}
