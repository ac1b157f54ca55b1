/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Words of the command line: takes them from argv, reads numbers, quotes them in errors,
 * and passes them on to EAL. */

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "startup/words.h"

int
words_fail(struct parse *parse, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(parse->error, parse->size, format, args);
	va_end(args);
	return -EINVAL;
}

const char *
words_show(struct shown *shown, const char *word)
{
	size_t length = strlen(word), end;

	if (length <= SHOWN_LENGTH) {
		text_escape(shown->text, (const uint8_t *)word, length);
	} else {
		end = text_escape(shown->text, (const uint8_t *)word, SHOWN_LENGTH);
		memcpy(shown->text + end, "...", 4);
	}
	return shown->text;
}

const char *
words_take(struct parse *parse)
{
	return parse->next < parse->argc ? parse->argv[parse->next++] : NULL;
}

void
words_pass_to_eal(struct parse *parse, const char *word)
{
	parse->words[parse->n_words++] = word;
}
