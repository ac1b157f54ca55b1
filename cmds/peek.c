/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* peek: what waits in a ring, without taking it. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmds/cmds.h"
#include "grammar/args.h"
#include "outside/peek.h"
#include "output/output.h"

/* Bytes in a row. */
#define ROW 16
#define ROW_COLUMNS (6 + 4 + 2 + 3 * ROW + 1 + ROW)

static const char *
string(const json_t *object, const char *member)
{
	return json_string_value(json_object_get(object, member));
}

static long long
number(const json_t *object, const char *member)
{
	return json_integer_value(json_object_get(object, member));
}

static unsigned int
hex_byte(const char *hex)
{
	char digits[3] = { hex[0], hex[1], '\0' };

	return strtoul(digits, NULL, 16);
}

/*
 * Bytes as rows, with the characters of those that are printable ASCII; half as many a
 * row where a terminal is too narrow.
 */
static void
view_hex(const char *hex)
{
	unsigned int columns = output_width();
	size_t length = strlen(hex) / 2, row, i,
	       bytes = columns != 0 && columns < ROW_COLUMNS ? ROW / 2 : ROW;

	for (row = 0; row < length; row += bytes) {
		char digits[3 * ROW + 1] = "", characters[ROW + 1] = "";

		for (i = 0; i < bytes && row + i < length; i++) {
			unsigned int byte = hex_byte(hex + 2 * (row + i));

			sprintf(digits + 3 * i, "%02x ", byte);
			characters[i] = byte >= 0x20 && byte < 0x7f ? byte : '.';
		}
		output_line("      %04zx  %-*s %s", row, (int)(3 * bytes), digits,
			characters);
	}
}

static void
view_mbuf(const json_t *element)
{
	const json_t *mbuf = json_object_get(element, "mbuf");
	char port[32] = "no port";
	long long segments = number(mbuf, "segments");

	if (json_is_integer(json_object_get(mbuf, "port")))
		snprintf(port, sizeof(port), "port %lld", number(mbuf, "port"));
	output_line("%5lld  mbuf of %s: %lld bytes, %lld segment%s, %s, refcnt %lld",
		number(element, "position"), string(element, "pool"),
		number(mbuf, "bytes"), segments, segments == 1 ? "" : "s", port,
		number(mbuf, "refcnt"));
}

static void
view_pointer(const json_t *element)
{
	const char *address = string(element, "address");
	long long position = number(element, "position");

	if (string(element, "pool") != NULL)
		output_line("%5lld  %s  in pool %s, where no object begins", position,
			address, string(element, "pool"));
	else if (string(element, "memzone") != NULL)
		output_line("%5lld  %s  in memzone %s", position, address,
			string(element, "memzone"));
	else
		output_line(
			"%5lld  %s  points to no pool and no memzone", position, address);
}

static void
view_object(const json_t *element)
{
	const char *text = string(element, "text");

	output_line("%5lld  object of %s, %lld bytes%s%s%s%s",
		number(element, "position"), string(element, "pool"),
		number(element, "object_bytes"), text != NULL ? ": \"" : "",
		text != NULL ? text : "", text != NULL ? "\"" : "",
		json_is_true(json_object_get(element, "cut")) ? "..." : "");
}

static void
view_element(const json_t *element, long long bytes)
{
	const char *kind = string(element, "kind");

	if (strcmp(kind, "mbuf") == 0)
		view_mbuf(element);
	else if (strcmp(kind, "object") == 0)
		view_object(element);
	else if (strcmp(kind, "pointer") == 0)
		view_pointer(element);
	else
		output_line("%5lld  %lld bytes", number(element, "position"), bytes);
	if (string(element, "hex") != NULL)
		view_hex(string(element, "hex"));
}

/* What may be wrong with what is shown. */
static void
view_changed(const json_t *peek)
{
	bool taken = json_is_true(json_object_get(peek, "taken"));
	long long changed = number(peek, "changed");

	if (changed == 1)
		output_line("(1 was %s while this was read: the first may be %s)",
			taken ? "written over" : "taken", taken ? "wrong" : "stale");
	else if (changed > 1)
		output_line("(%lld were %s while this was read: the first %lld may be "
			    "%s)",
			changed, taken ? "written over" : "taken", changed,
			taken ? "wrong" : "stale");
}

static void
view(const json_t *peek)
{
	const json_t *elements = json_object_get(peek, "elements"), *element;
	const char *name = string(peek, "ring");
	size_t i;

	output_line("%s: %lld of %lld waiting, elements of %lld bytes%s%s",
		name[0] != '\0' ? name : string(peek, "address"), number(peek, "waiting"),
		number(peek, "capacity"), number(peek, "element_bytes"),
		json_is_true(json_object_get(peek, "assumed")) ? " (assumed)" : "",
		json_is_true(json_object_get(peek, "pointers")) ? ", taken as pointers"
								: "");
	if (json_is_true(json_object_get(peek, "taken")))
		output_line(json_array_size(elements) == 0
				? "none was taken, or all are written over"
				: "taken before, the last one last:");
	json_array_foreach(elements, i, element)
		view_element(element, number(peek, "element_bytes"));
	view_changed(peek);
	if (string(peek, "file") != NULL)
		output_line("%s: %lld packet%s", string(peek, "file"),
			number(peek, "packets"), number(peek, "packets") == 1 ? "" : "s");
}

static int
run(const struct args *args)
{
	struct peek_wish wish = {
		.elements = args_number(args, "n", 0),
		.bytes = args_number(args, "bytes", PEEK_BYTES),
		.taken = args_has(args, "taken"),
		.pcap = args_word(args, "file"),
	};
	char error[1024];
	json_t *result;
	int ret;

	wish.ring = args_bytes(args, "ring", &wish.ring_length);
	ret = peek_look(&wish, &result, error, sizeof(error));
	if (ret < 0) {
		output_error("%s", error);
		return ret;
	}
	output_result("peek", result, view);
	return 0;
}

const struct command command_peek = {
	.name = "peek",
	.group = GROUP_LOOK,
	.forms = (const char *const[]){ "<ring!> [<n:1-10000>] [taken] "
					"[bytes <bytes:1-65536>] [pcap <file!>]",
		"<ring!> taken <n:1-10000> [bytes <bytes:1-65536>] [pcap <file!>]",
		NULL },
	.brief = "what waits in a ring, without taking it",
	.detail = "10 elements, 64 bytes of each. taken: those that were taken last, "
		  "the last one last,\n"
		  "as far as nothing was written over them. pcap: the mbufs among them, "
		  "all without n,\n"
		  "into a capture file that is not there yet. A ring in no list is given "
		  "by its address,\n"
		  "0x and its digits.",
	.example = "peek mpsh_to_1 5 bytes 128",
	.needs = COMMAND_LOOKS,
	.run = run,
};
