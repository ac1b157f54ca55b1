/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "shell/editor.h"
#include "shell/editor_state.h"
#include "shell/history.h"
#include "shell/line.h"

#define HANG_SECONDS 100 /* under valgrind, on a busy host */

#define UP "\033[A"
#define DOWN "\033[B"
#define RIGHT "\033[C"
#define LEFT "\033[D"

static bool
after_send(const char *left, size_t len)
{
	return len >= 5 && memcmp(left, "send ", 5) == 0;
}

/* Type bytes; the last one's result. */
static enum editor_result
type_bytes(struct editor *e, const char *bytes, size_t len)
{
	enum editor_result result = EDITOR_NOTHING;
	size_t i;

	for (i = 0; i < len; i++)
		result = editor_key(e, bytes[i]);
	return result;
}

static enum editor_result
type(struct editor *e, const char *bytes)
{
	return type_bytes(e, bytes, strlen(bytes));
}

/* The line must be left + right with the cursor between them. */
#define assert_line(e, left, right) check_line(e, left, right, __LINE__)

static void
check_line(struct editor *e, const char *left, const char *right, int line)
{
	size_t len, cursor;
	const char *text = editor_text(e, &len, &cursor);
	char want[EDITOR_LINE_MAX + 1];

	snprintf(want, sizeof(want), "%s%s", left, right);
	if (strcmp(text, want) != 0 || len != strlen(want) || cursor != strlen(left)) {
		print_error(
			"line %d: \"%.*s|%s\"\n", line, (int)cursor, text, text + cursor);
		print_error("want \"%s|%s\"\n", left, right);
		fail();
	}
}

static int
setup(void **state)
{
	*state = editor_new(after_send);
	return *state == NULL;
}

static int
teardown(void **state)
{
	editor_free(*state);
	return 0;
}

static void
typed_text_is_inserted_at_the_cursor(void **state)
{
	struct editor *e = *state;

	assert_int_equal(type(e, "x"), EDITOR_CHANGED);
	assert_line(e, "x", "");
	type(e, " peers" LEFT LEFT "#");
	assert_line(e, "x pee#", "rs");
	assert_int_equal(type(e, "\r"), EDITOR_LINE);
	assert_line(e, "x pee#", "rs");
	editor_clear(e);
	assert_line(e, "", "");
	assert_int_equal(type(e, "\n"), EDITOR_LINE);
	assert_int_equal(type(e, "abc\003"), EDITOR_INTERRUPT);
	editor_clear(e);
	type(e, "again");
	assert_line(e, "again", "");
}

static void
the_cursor_is_moved_to_a_byte(void **state)
{
	struct editor *e = *state;

	type(e, "x \xc3\xa4 peers");
	editor_move(e, 2);
	assert_line(e, "x ", "\xc3\xa4 peers");
	editor_move(e, 4);
	assert_line(e, "x \xc3\xa4", " peers");
	editor_move(e, 4);
	assert_line(e, "x \xc3\xa4", " peers");
	editor_move(e, 1000);
	assert_line(e, "x \xc3\xa4 peers", "");
	editor_move(e, 0);
	assert_line(e, "", "x \xc3\xa4 peers");
}

static void
keys_move_and_delete(void **state)
{
	static const struct {
		const char *keys, *left, *right;
		enum editor_result result;
	} cases[] = {
		{ LEFT, "one two thre", "e", EDITOR_CHANGED },
		{ "\033OD", "one two thre", "e", EDITOR_CHANGED },
		{ "\002", "one two thre", "e", EDITOR_CHANGED },
		{ LEFT LEFT RIGHT, "one two thre", "e", EDITOR_CHANGED },
		{ "\002\002\006", "one two thre", "e", EDITOR_CHANGED },
		{ RIGHT, "one two three", "", EDITOR_NOTHING },
		{ "\033OC", "one two three", "", EDITOR_NOTHING },
		{ "\001", "", "one two three", EDITOR_CHANGED },
		{ "\033[H", "", "one two three", EDITOR_CHANGED },
		{ "\033OH", "", "one two three", EDITOR_CHANGED },
		{ "\033[1~", "", "one two three", EDITOR_CHANGED },
		{ "\033[7~", "", "one two three", EDITOR_CHANGED },
		{ "\033[1;5H", "", "one two three", EDITOR_CHANGED },
		{ "\001" LEFT, "", "one two three", EDITOR_NOTHING },
		{ "\001\005", "one two three", "", EDITOR_CHANGED },
		{ "\001\033[F", "one two three", "", EDITOR_CHANGED },
		{ "\001\033OF", "one two three", "", EDITOR_CHANGED },
		{ "\001\033[4~", "one two three", "", EDITOR_CHANGED },
		{ "\001\033[8~", "one two three", "", EDITOR_CHANGED },
		{ "\001\033[3~", "", "ne two three", EDITOR_CHANGED },
		{ "\001\004", "", "ne two three", EDITOR_CHANGED },
		{ "\033[3~", "one two three", "", EDITOR_NOTHING },
		{ "\004", "one two three", "", EDITOR_NOTHING },
		{ "\177", "one two thre", "", EDITOR_CHANGED },
		{ "\010", "one two thre", "", EDITOR_CHANGED },
		{ "\001\177", "", "one two three", EDITOR_NOTHING },
		{ "\033b", "one two ", "three", EDITOR_CHANGED },
		{ "\033[1;5D", "one two ", "three", EDITOR_CHANGED },
		{ "\033[1;3D", "one two ", "three", EDITOR_CHANGED },
		{ "\033[5D", "one two ", "three", EDITOR_CHANGED },
		{ "\033Od", "one two ", "three", EDITOR_CHANGED },
		{ "\033[1;2D", "one two thre", "e", EDITOR_CHANGED },
		{ "\001\033f", "one", " two three", EDITOR_CHANGED },
		{ "\001\033[1;5C", "one", " two three", EDITOR_CHANGED },
		{ "\001\033Oc", "one", " two three", EDITOR_CHANGED },
		{ "\027", "one two ", "", EDITOR_CHANGED },
		{ "\033\177", "one two ", "", EDITOR_CHANGED },
		{ "\001\033d", "", " two three", EDITOR_CHANGED },
		{ "\033b\013", "one two ", "", EDITOR_CHANGED },
		{ "\033b\025", "", "three", EDITOR_CHANGED },
		{ "\001\025", "", "one two three", EDITOR_NOTHING },
		{ "\033b\013\001\031", "three", "one two ", EDITOR_CHANGED },
		{ "\033b\013\013\031\031", "one two threethree", "", EDITOR_CHANGED },
		{ "\014", "one two three", "", EDITOR_REDRAW },
		{ "\025\031", "one two three", "", EDITOR_CHANGED },
		{ "\027\031\031", "one two threethree", "", EDITOR_CHANGED },
		{ "\027\027\031", "one two three", "", EDITOR_CHANGED },
		{ "\027\005\027\031", "one two ", "", EDITOR_CHANGED },
		{ "\027 \027\031", "one two  ", "", EDITOR_CHANGED },
		{ "\001\033d\033d\005\031", " threeone two", "", EDITOR_CHANGED },
		{ "\033b\013\025\031", "one two three", "", EDITOR_CHANGED },
		{ "\033\177\025\031", "one two three", "", EDITOR_CHANGED },
	};
	struct editor *e = *state;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		enum editor_result result;

		editor_clear(e);
		type(e, "one two three");
		result = type(e, cases[i].keys);
		check_line(e, cases[i].left, cases[i].right, (int)i);
		if (result != cases[i].result)
			fail_msg("case %zu: result %d", i, result);
	}
}

static void
unknown_keys_leave_nothing(void **state)
{
	static const char *const keys[] = {
		"\033[5~",
		"\033[6~",
		"\033[2~",
		"\033[15~",
		"\033[24;5~", /* PgUp to F12 */
		"\033OP",
		"\033OS",
		"\033[[A",
		"\033[[E",
		"\033[E",
		"\033[Z",
		"\033[I",
		"\033[3;5~",
		"\033[201~",
		"\033[7$",
		"\033[7^",
		"\033[a",
		"\033[?1;2c",
		"\033[>0;276;0c",
		"\033[12;40R",
		"\033[<0;10;10M",
		"\033[97;5u",
		"\033[1;2;3D",
		"\033[99999999999999999999999999999999999D",
		"\033]10;rgb:ffff/ffff/ffff\a",
		"\033]11;rgb:0000/0000/0000\033\\",
		"\033]52;c;c2VuZCBoZWxsbw==\a",
		"\033P1$r0m\033\\",
		"\033P>|tmux 3.3a\033\\",
		"\033_Gi=1;OK\033\\",
		"\033^private\033\\",
		"\033Xstring\033\\",
		"\033[M !!",
		"\033[M#\377\376",
		"\033[ D",
		"\033OM",
		"\033[?1D",
		"\033[>H",
		"\033[1:3D",
		"\033x",
		"\033?",
		"\033 ",
		"\033\303\251",
		"\033\346\227\245",
		"\033\360\237\230\200",
		"\033\377",
		"\000",
		"\007",
		"\017",
		"\021",
		"\023",
		"\024",
		"\026",
		"\030",
		"\032",
		"\034",
		"\035",
		"\036",
		"\037",
	};
	struct editor *e = *state;
	size_t i;

	type(e, "peers" LEFT);
	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		size_t len = keys[i][0] == '\0' ? 1 : strlen(keys[i]);

		if (type_bytes(e, keys[i], len) != EDITOR_NOTHING)
			fail_msg("key %zu", i);
		check_line(e, "peer", "s", (int)i);
		/* The next key is one of its own. */
		type(e, "x");
		check_line(e, "peerx", "s", (int)i);
		type(e, "\177");
	}
}

static void
control_byte_within_a_sequence_counts(void **state)
{
	struct editor *e = *state;

	type(e, "abc");
	assert_int_equal(type(e, "\033\003"), EDITOR_INTERRUPT);
	assert_int_equal(type(e, "\033\r"), EDITOR_LINE);
	assert_int_equal(type(e, "\033[\003"), EDITOR_INTERRUPT);
	assert_int_equal(type(e, "\033[1;\r"), EDITOR_LINE);
	assert_int_equal(type(e, "\033O\003"), EDITOR_INTERRUPT);
	assert_int_equal(type(e, "\033\033[D"), EDITOR_CHANGED);
	assert_line(e, "ab", "c");
	assert_int_equal(type(e, "\033[1\033[C"), EDITOR_CHANGED);
	assert_line(e, "abc", "");
	assert_int_equal(type(e, "\033[1\177"), EDITOR_CHANGED);
	assert_line(e, "ab", "");
	type(e, "\033[1\303\251");
	assert_line(e, "ab\303\251", "");
}

static void
help_and_tab_are_keys_outside_of_a_text(void **state)
{
	struct editor *e = *state;

	assert_int_equal(type(e, "?"), EDITOR_HELP);
	assert_int_equal(type(e, "\t"), EDITOR_COMPLETE);
	assert_line(e, "", "");
	assert_int_equal(type(e, "send"), EDITOR_CHANGED);
	assert_int_equal(type(e, "?"), EDITOR_HELP);
	assert_int_equal(type(e, "\t"), EDITOR_COMPLETE);
	assert_line(e, "send", "");
	assert_int_equal(type(e, " ?"), EDITOR_CHANGED);
	assert_int_equal(type(e, "\t"), EDITOR_CHANGED);
	assert_line(e, "send ?\t", "");
	/* What is left of the cursor decides. */
	assert_int_equal(type(e, "\001?"), EDITOR_HELP);
	assert_line(e, "", "send ?\t");
}

static void
utf8_character_is_one(void **state)
{
	struct editor *e = *state;

	type(e, "a\303\251\346\227\245\360\237\230\200");
	assert_line(e, "a\303\251\346\227\245\360\237\230\200", "");
	type(e, LEFT);
	assert_line(e, "a\303\251\346\227\245", "\360\237\230\200");
	type(e, LEFT);
	assert_line(e, "a\303\251", "\346\227\245\360\237\230\200");
	type(e, "\033[3~");
	assert_line(e, "a\303\251", "\360\237\230\200");
	type(e, "\177");
	assert_line(e, "a", "\360\237\230\200");
	type(e, RIGHT "\302\265" LEFT LEFT);
	assert_line(e, "a", "\360\237\230\200\302\265");
	type(e, "\004");
	assert_line(e, "a", "\302\265");
	type(e, "\001" RIGHT "\025\013\031\031");
	assert_line(e, "a\302\265a\302\265", "");
}

static void
invalid_utf8_is_kept_byte_by_byte(void **state)
{
	struct editor *e = *state;

	type(e, "a\377\303(\200\200");
	assert_line(e, "a\377\303(\200\200", "");
	type(e, LEFT);
	assert_line(e, "a\377\303(\200", "\200");
	type(e, "\177\177");
	assert_line(e, "a\377\303", "\200");
	/*
	 * Now the two make a character, and the cursor stands in it: it gets out of
	 * it.
	 */
	type(e, "\033[C");
	assert_line(e, "a\377\303\200", "");
	type(e, "\177");
	assert_line(e, "a\377", "");
	type(e, "\177");
	assert_line(e, "a", "");
}

static void
byte_too_many_spoils_the_line(void **state)
{
	char line[EDITOR_LINE_MAX + 1];
	struct editor *e = *state;
	size_t len;

	memset(line, 'x', sizeof(line));
	assert_int_equal(type_bytes(e, line, EDITOR_LINE_MAX), EDITOR_CHANGED);
	assert_false(editor_spoiled(e));
	assert_int_equal(type(e, "y"), EDITOR_BELL);
	assert_true(editor_spoiled(e));
	editor_text(e, &len, NULL);
	assert_int_equal(len, EDITOR_LINE_MAX);
	/* It stays spoiled when it gets shorter, until it is empty. */
	type(e, "\177\177");
	assert_true(editor_spoiled(e));
	type(e, "\025");
	assert_false(editor_spoiled(e));

	type_bytes(e, line, EDITOR_LINE_MAX);
	assert_int_equal(type(e, "\303"), EDITOR_BELL);
	assert_true(editor_spoiled(e));
	assert_int_equal(type(e, "\r"), EDITOR_LINE);
	editor_clear(e);
	assert_false(editor_spoiled(e));

	memcpy(line, "send ", 5);
	type_bytes(e, line, EDITOR_LINE_MAX);
	assert_int_equal(type(e, "?"), EDITOR_BELL);
	assert_true(editor_spoiled(e));
}

static void
insertion_fits_or_changes_nothing(void **state)
{
	char line[EDITOR_LINE_MAX + 1] = "send ";
	struct editor *e = *state;
	size_t len, cursor;

	type(e, "s" LEFT);
	assert_true(editor_insert(e, "peer", 4));
	assert_line(e, "peer", "s");
	assert_true(editor_insert(e, "?", 1));
	assert_true(editor_insert(e, "", 0));
	assert_line(e, "peer?", "s");
	assert_false(editor_insert(e, "\033[A", 3));
	assert_false(editor_insert(e, "a\0b", 3));
	assert_line(e, "peer?", "s");
	editor_clear(e);

	memset(line, 'x', sizeof(line));
	assert_false(editor_insert(e, line, EDITOR_LINE_MAX + 1));
	assert_line(e, "", "");
	assert_true(editor_insert(e, line, EDITOR_LINE_MAX - 2));
	assert_false(editor_insert(e, "yyy", 3));
	assert_false(editor_spoiled(e));
	editor_text(e, &len, &cursor);
	assert_int_equal(len, EDITOR_LINE_MAX - 2);
	assert_int_equal(cursor, EDITOR_LINE_MAX - 2);
	assert_true(editor_insert(e, "yy", 2));
	editor_text(e, &len, NULL);
	assert_int_equal(len, EDITOR_LINE_MAX);
}

static void
what_was_cut_is_not_put_back_beyond_the_limit(void **state)
{
	char line[EDITOR_LINE_MAX + 1];
	struct editor *e = *state;
	size_t len;

	memset(line, 'x', sizeof(line));
	type_bytes(e, line, 256);
	type(e, "\001\013\031"); /* cut and back: 256 */
	assert_int_equal(type(e, "\031"), EDITOR_BELL);
	assert_true(editor_spoiled(e));
	editor_text(e, &len, NULL);
	assert_int_equal(len, 256);
	type(e, "\177");
	assert_int_equal(type(e, "\031"), EDITOR_CHANGED);
	editor_text(e, &len, NULL);
	assert_int_equal(len, EDITOR_LINE_MAX);
}

static void
long_line_is_read_back_right(void **state)
{
	struct editor *e = *state;
	char line[EDITOR_LINE_MAX + 1];
	size_t i, len, cursor;

	for (i = 0; i < EDITOR_LINE_MAX; i++)
		line[i] = 'a' + i % 26;
	line[i] = '\0';
	type(e, line);
	/* rdline's "ESC [nD" has one, two and three digits on the way. */
	for (i = EDITOR_LINE_MAX; i > 0; i--) {
		assert_string_equal(editor_text(e, &len, &cursor), line);
		assert_int_equal(cursor, i);
		assert_int_equal(type(e, LEFT), EDITOR_CHANGED);
	}
	type(e, "\033[3~");
	assert_string_equal(editor_text(e, &len, &cursor), line + 1);
}

/* A paste that the terminal marks. */

#define PASTE "\033[200~"
#define PASTE_END "\033[201~"

static void
pasted_bytes_are_characters(void **state)
{
	struct editor *e = *state;

	assert_int_equal(type(e, PASTE "peers\t?" PASTE_END), EDITOR_NOTHING);
	assert_line(e, "peers\t?", "");
	type(e, "\025" PASTE "\001\003\033[A\177" PASTE_END);
	assert_line(e, "\001\003\033[A\177", "");
	/* Keys again, and the cursor is where it was. */
	type(e, LEFT LEFT);
	assert_line(e, "\001\003\033[", "A\177");
	type(e, "\025\013" PASTE "a\033[20" PASTE_END "b");
	assert_line(e, "a\033[20b", "");
	type(e, "\025" PASTE "\033\033" PASTE_END);
	assert_line(e, "\033\033", "");
	/* rdline has no NUL, and the line no newline. */
	type(e, "\025");
	type_bytes(e, PASTE "a\0b" PASTE_END, 6 + 3 + 6);
	assert_line(e, "a\nb", "");
	assert_false(line_may_hold("a\nb", 3));
	/* Nor is it lost where the line is handed over. */
	editor_clear(e);
	assert_true(editor_restore(e, "a\nb\003", 4));
	assert_line(e, "a\nb\003", "");
}

static void
newlines_in_a_paste_are_Enter(void **state)
{
	struct editor *e = *state;

	assert_int_equal(type(e, PASTE "one\r"), EDITOR_LINE);
	assert_line(e, "one", "");
	editor_clear(e);
	assert_int_equal(type(e, "two\n"), EDITOR_LINE);
	assert_line(e, "two", "");
	editor_clear(e);
	assert_int_equal(type(e, "\r"), EDITOR_LINE);
	assert_int_equal(type(e, "\n"), EDITOR_NOTHING);
	assert_int_equal(type(e, "\n"), EDITOR_LINE);
	type(e, "rest" PASTE_END);
	assert_line(e, "rest", "");
	assert_int_equal(type(e, "\t"), EDITOR_COMPLETE);
	/* What ends a paste was dropped with the rest. */
	type(e, PASTE "\t");
	editor_forget_keys(e);
	assert_int_equal(type(e, "\003"), EDITOR_INTERRUPT);
}

static void
a_paste_too_long_spoils_the_line(void **state)
{
	char line[EDITOR_LINE_MAX + 1];
	struct editor *e = *state;

	memset(line, 'x', sizeof(line));
	type(e, PASTE);
	assert_int_equal(type_bytes(e, line, EDITOR_LINE_MAX), EDITOR_CHANGED);
	assert_int_equal(type(e, "y"), EDITOR_BELL);
	assert_true(editor_spoiled(e));
	assert_int_equal(type(e, "\r"), EDITOR_LINE);
}

/* Ctrl-R */

static void
history_is_searched(void **state)
{
	struct editor *e = *state;

	editor_history_add(e, "send one");
	editor_history_add(e, "peers");
	editor_history_add(e, "send two");
	type(e, "half" LEFT);
	assert_null(editor_search_prompt(e));
	assert_int_equal(type(e, "\022"), EDITOR_CHANGED);
	assert_string_equal(editor_search_prompt(e), "search: : ");
	assert_line(e, "hal", "f");
	assert_int_equal(type(e, "sen"), EDITOR_CHANGED);
	assert_string_equal(editor_search_prompt(e), "search: sen: ");
	assert_line(e, "", "send two");
	assert_int_equal(type(e, "\022"), EDITOR_CHANGED);
	assert_line(e, "", "send one");
	assert_int_equal(type(e, "\022"), EDITOR_BELL);
	assert_line(e, "", "send one");
	assert_int_equal(type(e, "x"), EDITOR_BELL);
	assert_line(e, "", "send one");
	type(e, "\177\177\177\177");
	assert_line(e, "half", "");
	type(e, "ers");
	assert_line(e, "pe", "ers");
	/* Ctrl-G gives the line back; any other key takes what was found. */
	assert_int_equal(type(e, "\007"), EDITOR_CHANGED);
	assert_line(e, "half", "");
	assert_null(editor_search_prompt(e));
	type(e, "\022two" RIGHT);
	assert_line(e, "send t", "wo");
	assert_null(editor_search_prompt(e));
	assert_int_equal(type(e, "\022ee\r"), EDITOR_LINE);
	assert_line(e, "p", "eers");
	editor_clear(e);
	assert_int_equal(type(e, "\022two\003"), EDITOR_INTERRUPT);
	editor_clear(e);
	assert_null(editor_search_prompt(e));
	type(e, "x");
	assert_line(e, "x", "");
}

static void
a_search_has_a_limit(void **state)
{
	struct editor *e = *state;
	unsigned int i;

	editor_history_add(e, "h\303\251llo");
	type(e, "\022\303\251");
	assert_line(e, "h", "\303\251llo");
	type(e, "\177");
	assert_string_equal(editor_search_prompt(e), "search: : ");
	for (i = 0; i < SEARCH_MAX; i++)
		type(e, "x");
	assert_int_equal(type(e, "x"), EDITOR_BELL);
	assert_int_equal(strlen(editor_search_prompt(e)),
		strlen("search: ") + SEARCH_MAX + strlen(": "));
}

/* History */

static void
history_is_walked(void **state)
{
	struct editor *e = *state;

	assert_int_equal(type(e, UP), EDITOR_NOTHING);
	editor_history_add(e, "one");
	editor_history_add(e, "two \303\251?");
	editor_history_add(e, "two \303\251?");
	editor_history_add(e, "");
	type(e, "typing" LEFT);
	assert_int_equal(type(e, UP), EDITOR_CHANGED);
	assert_line(e, "two \303\251?", "");
	assert_int_equal(type(e, "\020"), EDITOR_CHANGED);
	assert_line(e, "one", "");
	assert_int_equal(type(e, "\033OA"), EDITOR_NOTHING);
	assert_line(e, "one", "");
	type(e, "x" DOWN);
	assert_line(e, "two \303\251?", "");
	type(e, "\016");
	assert_line(e, "typing", "");
	assert_int_equal(type(e, DOWN), EDITOR_NOTHING);
	type(e, UP UP);
	editor_clear(e);
	editor_history_add(e, "three");
	type(e, UP);
	assert_line(e, "three", "");
}

static void
history_keeps_a_spoiled_line_spoiled(void **state)
{
	char line[EDITOR_LINE_MAX + 1];
	struct editor *e = *state;

	editor_history_add(e, "one");
	memset(line, 'x', sizeof(line));
	type_bytes(e, line, sizeof(line));
	assert_true(editor_spoiled(e));
	type(e, UP);
	assert_line(e, "one", "");
	assert_false(editor_spoiled(e));
	type(e, DOWN);
	assert_true(editor_spoiled(e));
}

static void
history_keeps_the_newest_1000(void **state)
{
	struct editor *e = *state;
	char line[20];
	unsigned int i;

	for (i = 0; i < 1010; i++) {
		snprintf(line, sizeof(line), "line %u", i);
		editor_history_add(e, line);
	}
	for (i = 1010; i > 10; i--) {
		assert_int_equal(type(e, UP), EDITOR_CHANGED);
		snprintf(line, sizeof(line), "line %u", i - 1);
		assert_string_equal(editor_text(e, NULL, NULL), line);
	}
	assert_int_equal(type(e, UP), EDITOR_NOTHING);
}

static char dir[] = "/tmp/editor_test.XXXXXX";
static char *file; /* two directories down, which are not there yet */

static int
setup_file(void **state)
{
	strcpy(dir + strlen(dir) - 6, "XXXXXX");
	if (mkdtemp(dir) == NULL || asprintf(&file, "%s/state/mpsh/history", dir) < 0)
		return 1;
	return setup(state);
}

static int
teardown_file(void **state)
{
	char *command;

	if (asprintf(&command, "rm -rf '%s'", dir) < 0 || system(command) != 0)
		return 1;
	free(command);
	free(file);
	return teardown(state);
}

static void
make_file(const char *bytes, size_t len)
{
	char *command;
	int fd;

	assert_true(asprintf(&command, "mkdir -p '%s/state/mpsh'", dir) > 0);
	assert_int_equal(system(command), 0);
	free(command);
	fd = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, len), len);
	close(fd);
}

static void
assert_file(const char *want)
{
	char buf[2000];
	int fd = open(file, O_RDONLY);
	ssize_t n;

	assert_true(fd >= 0);
	n = read(fd, buf, sizeof(buf) - 1);
	close(fd);
	assert_true(n >= 0);
	buf[n] = '\0';
	assert_string_equal(buf, want);
}

static void
history_is_kept_across_sessions(void **state)
{
	struct editor *e = *state;
	struct editor *other = editor_new(NULL);
	struct stat st;
	char *parent;

	editor_history_load(e, file);
	assert_int_not_equal(stat(file, &st), 0); /* not before something is to be kept */
	editor_history_add(e, "one");
	assert_int_equal(stat(file, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_true(asprintf(&parent, "%s/state", dir) > 0);
	assert_int_equal(stat(parent, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	free(parent);
	editor_history_add(e, "two");
	editor_history_add(e, "two");
	editor_history_add(e, "\377 is for this session only");
	assert_file("one\ntwo\n");

	editor_history_load(other, file);
	type(other, UP);
	assert_line(other, "two", "");
	type(other, UP);
	assert_line(other, "one", "");
	assert_int_equal(type(other, UP), EDITOR_NOTHING);
	editor_history_add(other, "three");
	editor_history_add(e, "four");
	assert_file("one\ntwo\nthree\nfour\n");
	editor_free(other);
}

static void
damage_costs_the_damaged_lines_only(void **state)
{
	struct editor *e = *state;
	char bytes[2000];
	size_t len = 0;

#define ADD(s) (memcpy(bytes + len, s, sizeof(s) - 1), len += sizeof(s) - 1)
	ADD("one\n");
	memset(bytes + len, 'x', EDITOR_LINE_MAX + 1);
	len += EDITOR_LINE_MAX + 1;
	ADD("\nnul \0 in it\n\xff\xfe\nescape \033[2J\n\n\ntwo\nhalf a li");
#undef ADD
	make_file(bytes, len);
	editor_history_load(e, file);
	editor_history_add(e, "three");
	type(e, UP);
	assert_line(e, "three", "");
	type(e, UP);
	assert_line(e, "half a li", "");
	type(e, UP);
	assert_line(e, "two", "");
	type(e, UP);
	assert_line(e, "one", "");
	assert_int_equal(type(e, UP), EDITOR_NOTHING);
	/* The new line did not become part of the unfinished one. */
	editor_history_load(e, file);
	type(e, UP);
	assert_line(e, "three", "");
}

static void
long_file_is_shortened(void **state)
{
	struct editor *e = *state;
	char line[40], *bytes = malloc(2000 * sizeof(line));
	unsigned int i, lines = 0;
	size_t len = 0;
	FILE *f;

	for (i = 0; i < 1500; i++)
		len += sprintf(
			bytes + len, "line %u\n%s", i, i % 100 == 0 ? "\xff\n" : "");
	make_file(bytes, len);
	free(bytes);
	editor_history_load(e, file);
	editor_history_add(e, "newest");
	f = fopen(file, "r");
	assert_non_null(f);
	for (i = 501; fgets(line, sizeof(line), f) != NULL; i++, lines++) {
		char want[40] = "newest\n";

		if (i < 1500)
			snprintf(want, sizeof(want), "line %u\n", i);
		assert_string_equal(line, want);
	}
	fclose(f);
	assert_int_equal(lines, 1000);
}

static void
huge_file_is_read_from_its_end(void **state)
{
	struct editor *e = *state;
	const size_t len = 7 * (300 << 10);
	char *bytes = malloc(len);
	size_t i;

	memset(bytes, 'x', len);
	memcpy(bytes + len - 9, "\none\ntwo\n", 9);
	make_file(bytes, len);
	free(bytes);
	editor_history_load(e, file);
	type(e, UP UP);
	assert_line(e, "one", "");
	editor_history_add(e, "three");
	assert_file("one\ntwo\nthree\n");

	/* Half a line where the reading begins is no line. */
	bytes = malloc(len);
	for (i = 0; i < len; i += 7)
		memcpy(bytes + i, "abcdef\n", 7);
	make_file(bytes, len);
	free(bytes);
	editor_history_load(e, file);
	type(e, UP);
	assert_line(e, "abcdef", "");
	assert_int_equal(type(e, UP), EDITOR_NOTHING);
}

static void
history_that_is_no_file_is_let_alone(void **state)
{
	struct editor *e = *state;
	struct stat st;
	char byte;
	int fd;

	make_file("", 0);
	unlink(file);
	assert_int_equal(mkfifo(file, 0600), 0);
	editor_history_load(e, file); /* would wait for a writer */
	fd = open(file, O_RDONLY | O_NONBLOCK);
	editor_history_add(e, "one");
	assert_int_equal(read(fd, &byte, 1), 0);
	close(fd);
	type(e, UP);
	assert_line(e, "one", "");
	unlink(file);
	assert_int_equal(mkdir(file, 0700), 0);
	editor_history_load(e, file);
	editor_history_add(e, "one");
	rmdir(file);
	assert_int_equal(symlink("/dev/null", file), 0);
	editor_history_load(e, file);
	editor_history_add(e, "one");
	assert_int_equal(lstat(file, &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	unlink(file);
	editor_history_load(e, NULL);
	editor_history_add(e, "one");
	assert_int_not_equal(lstat(file, &st), 0);
}

static void
locked_history_does_not_hold_us_up(void **state)
{
	struct editor *e = *state;
	int fd;

	make_file("one\n", 4);
	editor_history_load(e, file);
	fd = open(file, O_RDONLY);
	assert_int_equal(flock(fd, LOCK_EX), 0); /* as a stopped process may hold it */
	editor_history_add(e, "two");
	assert_file("one\n");
	type(e, UP);
	assert_line(e, "two", "");
	close(fd);
	editor_history_add(e, "three");
	assert_file("one\nthree\n");
}

static void
processes_add_at_once(void **state)
{
	enum { PROCESSES = 4, EACH = 200 };
	unsigned int next[PROCESSES] = { 0 }, i, process, number, lines = 0;
	struct editor *e = *state;
	char line[40];
	pid_t child;
	int status;
	FILE *f;

	/*
	 * More than 1000 in the end, so that the file is also shortened meanwhile.
	 */
	make_file("", 0);
	f = fopen(file, "w");
	for (i = 0; i < 600; i++)
		fprintf(f, "old %u\n", i);
	fclose(f);
	for (process = 0; process < PROCESSES; process++) {
		child = fork();
		if (child != 0)
			continue;
		editor_history_load(e, file);
		for (i = 0; i < EACH; i++) {
			snprintf(line, sizeof(line), "process %u line %u", process, i);
			editor_history_add(e, line);
		}
		_exit(0);
	}
	while (wait(&status) > 0)
		assert_int_equal(status, 0);
	f = fopen(file, "r");
	for (; fgets(line, sizeof(line), f) != NULL; lines++) {
		if (sscanf(line, "process %u line %u\n", &process, &number) != 2) {
			assert_int_equal(sscanf(line, "old %u\n", &number), 1);
			continue;
		}
		assert_true(process < PROCESSES);
		assert_int_equal(number, next[process]);
		next[process]++;
	}
	fclose(f);
	assert_int_equal(lines, 1000);
	for (process = 0; process < PROCESSES; process++)
		assert_int_equal(next[process], EACH);
}

int
main(void)
{
#define test(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
#define file_test(name) cmocka_unit_test_setup_teardown(name, setup_file, teardown_file)
	const struct CMUnitTest tests[] = {
		test(typed_text_is_inserted_at_the_cursor),
		test(the_cursor_is_moved_to_a_byte),
		test(keys_move_and_delete),
		test(unknown_keys_leave_nothing),
		test(control_byte_within_a_sequence_counts),
		test(help_and_tab_are_keys_outside_of_a_text),
		test(utf8_character_is_one),
		test(invalid_utf8_is_kept_byte_by_byte),
		test(byte_too_many_spoils_the_line),
		test(insertion_fits_or_changes_nothing),
		test(what_was_cut_is_not_put_back_beyond_the_limit),
		test(long_line_is_read_back_right),
		test(pasted_bytes_are_characters),
		test(newlines_in_a_paste_are_Enter),
		test(a_paste_too_long_spoils_the_line),
		test(history_is_searched),
		test(a_search_has_a_limit),
		test(history_is_walked),
		test(history_keeps_a_spoiled_line_spoiled),
		test(history_keeps_the_newest_1000),
		file_test(history_is_kept_across_sessions),
		file_test(damage_costs_the_damaged_lines_only),
		file_test(long_file_is_shortened),
		file_test(huge_file_is_read_from_its_end),
		file_test(history_that_is_no_file_is_let_alone),
		file_test(locked_history_does_not_hold_us_up),
		file_test(processes_add_at_once),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	alarm(HANG_SECONDS);
	return cmocka_run_group_tests_name("editor", tests, NULL, NULL);
}
