/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <unistd.h>

#include "mp/payload.h"
#include "output/json_text.h"
#include "output/output.h"
#include "output/table.h"
#include "output/wrap.h"
#include "output/writer.h"

static int out_pipe[2], err_pipe[2];

/* What was written since the last call. */
static const char *
written(int fd)
{
	static char buf[8192];
	ssize_t length = read(fd, buf, sizeof(buf) - 1);

	buf[length > 0 ? length : 0] = '\0';
	return buf;
}

static struct writer *out, *err;

static int
end(void **state)
{
	(void)state;
	writer_free(out);
	writer_free(err);
	out = err = NULL;
	return 0;
}

static void
start(bool json, bool color)
{
	struct output_config config = { .json = json, .color = color };

	end(NULL);
	config.out = out = writer_new(out_pipe[1], NULL);
	config.err = err = writer_new(err_pipe[1], NULL);
	assert_non_null(out);
	assert_non_null(err);
	output_init(&config);
	output_set_place(NULL);
}

static int
setup(void **state)
{
	(void)state;
	return pipe2(out_pipe, O_NONBLOCK) == 0 && pipe2(err_pipe, O_NONBLOCK) == 0 ? 0
										    : -1;
}

static void
view(const json_t *value)
{
	output_line(
		"n is %lld", (long long)json_integer_value(json_object_get(value, "n")));
}

static void
a_result_is_text_or_json(void **state)
{
	(void)state;
	start(false, false);
	output_result("thing", json_pack("{s:i}", "n", 5), view);
	assert_string_equal(written(out_pipe[0]), "n is 5\n");
	start(true, false);
	output_line("not in JSON");
	output_result("thing", json_pack("{s:i}", "n", 5), view);
	assert_string_equal(written(out_pipe[0]), "{\"thing\":{\"n\":5}}\n");
	assert_string_equal(written(err_pipe[0]), "");
}

/* Reads all that comes out, and throws it away, until the pipe's other end is closed. */
static void *
drain(void *arg)
{
	struct pollfd wait = { .fd = out_pipe[0], .events = POLLIN };
	static char buf[65536];
	const int *done = arg;

	while (__atomic_load_n(done, __ATOMIC_ACQUIRE) == 0)
		if (poll(&wait, 1, 10) == 1)
			assert_true(read(out_pipe[0], buf, sizeof(buf)) >= 0);
	return NULL;
}

/* What others cause has a limit when nobody reads; what was dropped is said. */
static void
notices_that_nobody_reads_are_dropped_and_counted(void **state)
{
	static char big[4000];
	int done = 0;
	unsigned int n, kept;
	pthread_t reader;
	size_t backlog;

	(void)state;
	start(false, false);
	memset(big, 'x', sizeof(big) - 1);
	for (kept = 0; writer_backlog(out) <= OUTPUT_NOTICES_MAX; kept++)
		output_notice(json_object(), "* %s", big);
	assert_in_range(kept, OUTPUT_NOTICES_MAX / sizeof(big),
		2 * OUTPUT_NOTICES_MAX / sizeof(big));
	backlog = writer_backlog(out);
	for (n = 0; n < 77; n++)
		output_notice(json_object(), "* %s", big);
	assert_int_equal(writer_backlog(out), backlog);
	/* A result is not dropped. */
	output_line("result");
	assert_int_equal(writer_backlog(out), backlog + strlen("result\n"));
	assert_int_equal(pthread_create(&reader, NULL, drain, &done), 0);
	assert_int_equal(writer_flush(out, NULL), 0);
	__atomic_store_n(&done, 1, __ATOMIC_RELEASE);
	pthread_join(reader, NULL);
	written(out_pipe[0]);
	output_notice(json_object(), "* after");
	assert_string_equal(written(out_pipe[0]),
		"* 77 notices were dropped: nobody read the output\n* after\n");
	output_notice(json_object(), "* after");
	assert_string_equal(written(out_pipe[0]), "* after\n");
}

static void
a_line_of_any_length_is_whole(void **state)
{
	char line[520];
	const char *shown;
	size_t length;

	(void)state;
	start(false, false);
	for (length = 0; length < sizeof(line); length++) {
		memset(line, 'x', length);
		line[length] = '\0';
		output_notice_line(json_object(), line);
		shown = written(out_pipe[0]);
		assert_int_equal(strlen(shown), length + 1);
		assert_memory_equal(shown, line, length);
		assert_int_equal(shown[length], '\n');
	}
	start(true, false);
	output_notice_line(json_pack("{s:s}", "the", "document"), "the line");
	assert_string_equal(written(out_pipe[0]), "{\"the\":\"document\"}\n");
}

static void
an_error_goes_to_standard_error(void **state)
{
	(void)state;
	start(false, false);
	output_error("no %s", "peer");
	assert_string_equal(written(err_pipe[0]), "error: no peer\n");
	output_set_place("a:3: ");
	output_error("no peer");
	assert_string_equal(written(err_pipe[0]), "a:3: error: no peer\n");
	start(false, true);
	output_error("no peer");
	assert_string_equal(written(err_pipe[0]), "\033[31merror: no peer\033[0m\n");
	start(true, false);
	output_error("no \"peer\"");
	assert_string_equal(written(err_pipe[0]), "{\"error\":\"no \\\"peer\\\"\"}\n");
	assert_string_equal(written(out_pipe[0]), "");
}

static void
bytes_survive_json(void **state)
{
	static const uint8_t bytes[] = { 'a', 0xff, 0, 0xc3, 0xa9, '"', '\n' };
	uint8_t back[16];
	json_t *object = json_object();

	(void)state;
	start(false, false);
	output_set_text(object, bytes, sizeof(bytes));
	assert_string_equal(
		json_string_value(json_object_get(object, "hex")), "61ff00c3a9220a");
	assert_int_equal(output_get_text(object, back, sizeof(back)), sizeof(bytes));
	assert_memory_equal(back, bytes, sizeof(bytes));
	assert_string_equal(output_shown(object).text, "a\\xff\\x00\xc3\xa9\"\\n");
	output_set_text(object, "plain", 5);
	json_object_del(object, "hex");
	assert_string_equal(output_shown(object).text, "plain");
	json_decref(object);
}

static void
what_is_very_long_is_cut(void **state)
{
	static char bytes[OUTPUT_ESCAPE_MAX + 1];
	struct output_text shown;

	(void)state;
	memset(bytes, '\xff', sizeof(bytes));
	shown = output_escape(bytes, OUTPUT_ESCAPE_MAX);
	assert_int_equal(strlen(shown.text), 4 * OUTPUT_ESCAPE_MAX);
	shown = output_escape(bytes, OUTPUT_ESCAPE_MAX + 1);
	assert_int_equal(strlen(shown.text), 4 * OUTPUT_ESCAPE_MAX + 3);
	assert_string_equal(shown.text + 4 * OUTPUT_ESCAPE_MAX - 4, "\\xff...");
}

static void
a_table_has_no_trailing_blanks(void **state)
{
	static const struct output_column columns[] = {
		{ "NAME", "name", false, OUTPUT_PLAIN },
		{ "TIME", "ns", true, OUTPUT_DURATION },
		{ "N", "n", true, OUTPUT_COUNTER },
		{ NULL, NULL, false, OUTPUT_PLAIN },
	};
	json_t *rows = json_pack("[{s:s, s:i, s:i}, {s:s}]", "name", "fw", "ns", 61300,
		"n", 3, "name", "\033[31m");

	(void)state;
	start(false, false);
	output_table(columns, rows);
	assert_string_equal(written(out_pipe[0]),
		"NAME        TIME N\nfw       61.3 us 3\n\\x1b[31m       - -\n");
	json_decref(rows);
}

static unsigned int columns;

static unsigned int
narrow(void)
{
	return columns;
}

static const struct output_column wide[] = {
	{ "PEER", "peer", false, OUTPUT_KEY },
	{ "VIA", "via", false, OUTPUT_KEY },
	{ "ONE", "one", true, OUTPUT_PLAIN },
	{ "NOTHING", "nothing", true, OUTPUT_PLAIN },
	{ "TWO", "two", true, OUTPUT_PLAIN },
	{ NULL, NULL, false, OUTPUT_PLAIN },
};

/* What is printed of two rows with these names at a terminal of that width. */
static const char *
table_at(unsigned int width, const char *one, const char *two)
{
	json_t *rows = json_pack("[{s:s, s:s, s:i, s:i, s:i}, {s:s, s:s, s:i}]", "peer",
		one, "via", "ring", "one", 1234567, "nothing", 0, "two", 7654321, "peer",
		two, "via", "mp", "two", 1);
	struct output_config config = { .out = out, .err = err, .columns = narrow };

	columns = width;
	start(false, false);
	config.out = out;
	config.err = err;
	output_init(&config);
	output_table(wide, rows);
	json_decref(rows);
	return written(out_pipe[0]);
}

static void
a_narrow_table_loses_columns_without_content_first(void **state)
{
	(void)state;
	assert_string_equal(table_at(80, "the-first-peer", "the-second-peer"),
		"PEER            VIA      ONE NOTHING     TWO\n"
		"the-first-peer  ring 1234567       0 7654321\n"
		"the-second-peer mp         -       -       1\n");
	assert_string_equal(table_at(43, "the-first-peer", "the-second-peer"),
		"PEER            VIA      ONE     TWO\n"
		"the-first-peer  ring 1234567 7654321\n"
		"the-second-peer mp         -       1\n");
}

static void
names_are_shortened_and_stay_different(void **state)
{
	(void)state;
	assert_string_equal(table_at(33, "the-first-peer", "the-second-peer"),
		"PEER         VIA      ONE     TWO\n"
		"the-f\u2026t-peer ring 1234567 7654321\n"
		"the-s\u2026d-peer mp         -       1\n");
	/* In the middle these would look the same. */
	assert_string_equal(
		table_at(33, "worker-1-of-all-peers", "worker-2-of-all-peers"),
		"PEER         VIA      ONE     TWO\n"
		"worker-1\u2026ers ring 1234567 7654321\n"
		"worker-2\u2026ers mp         -       1\n");
	assert_string_equal(
		table_at(33, "the-worker-of-1-peers", "the-worker-of-2-peers"),
		"PEER         VIA      ONE     TWO\n"
		"the-\u20261-peers ring 1234567 7654321\n"
		"the-\u20262-peers mp         -       1\n");
}

/* A table of processes and their CPUs, at a terminal of so many columns. */
static const char *
numbers_at(unsigned int width)
{
	static const struct output_column of_numbers[] = {
		{ "PROCESS", "process", false, OUTPUT_NUMBERS },
		{ "SECONDARIES", "secondaries", false, OUTPUT_NUMBERS },
		{ "NAMESPACES", "namespaces", false, OUTPUT_PLAIN },
		{ NULL, NULL, false, OUTPUT_PLAIN },
	};
	json_t *rows = json_pack("[{s:s, s:s, s:s}, {s:s, s:s, s:s}]", "process",
		"123456 dpdk-testpmd", "secondaries", "23915,23929,23946", "namespaces",
		"mnt", "process", "7 lab", "secondaries", "8", "namespaces", "pid");
	struct output_config config = { .columns = narrow };

	columns = width;
	start(false, false);
	config.out = out;
	config.err = err;
	output_init(&config);
	output_table(of_numbers, rows);
	json_decref(rows);
	return written(out_pipe[0]);
}

static void
numbers_are_there_whole_or_not_at_all(void **state)
{
	(void)state;
	assert_string_equal(numbers_at(40),
		"PROCESS        SECONDARIES   NAMESPACES\n"
		"123456\u2026testpmd 23915,\u2026,23946 mnt\n"
		"7 lab          8             pid\n");
}

/* What is behind the edge is wrapped by the terminal: a heading is no narrower than it
 * is. */
static void
a_heading_has_its_columns(void **state)
{
	(void)state;
	assert_string_equal(numbers_at(29),
		"PROCESS  SECONDARIES\n"
		"123456\u2026d 23915\u202623946\n"
		"7 lab    8\n"
		"PROCESS  NAMESPACES\n"
		"123456\u2026d mnt\n"
		"7 lab    pid\n");
}

static void
a_table_that_is_too_wide_becomes_two(void **state)
{
	(void)state;
	assert_string_equal(table_at(27, "the-first-peer", "the-second-peer"),
		"PEER     VIA      ONE\n"
		"t\u2026t-peer ring 1234567\n"
		"t\u2026d-peer mp         -\n"
		"PEER     VIA      TWO\n"
		"t\u2026t-peer ring 7654321\n"
		"t\u2026d-peer mp         1\n");
}

static void
rows_of_less_interest_are_dim(void **state)
{
	static const struct output_column names[] = {
		{ "NAME", "name", false, OUTPUT_PLAIN },
		{ "OF", "of", false, OUTPUT_PLAIN },
		{ NULL, NULL, false, OUTPUT_PLAIN },
	};
	json_t *rows = json_pack("[{s:s, s:s, s:b}, {s:s, s:s, s:b}, {s:s, s:s}]", "name",
		"one", "of", "", "eal", false, "name", "two", "of", "EAL", "eal", true,
		"name", "three", "of", "-");

	(void)state;
	start(false, true);
	output_table_dimming(names, rows, "eal");
	assert_string_equal(written(out_pipe[0]), "NAME  OF\none\ntwo   EAL\nthree -\n");
	output_set_color(false, true);
	output_table_dimming(names, rows, "eal");
	assert_string_equal(written(out_pipe[0]),
		"NAME  OF\none\n\033[2mtwo   EAL\033[0m\nthree -\n");
	output_table(names, rows);
	assert_string_equal(written(out_pipe[0]), "NAME  OF\none\ntwo   EAL\nthree -\n");
	json_decref(rows);
}

static void
colors_take_no_column(void **state)
{
	(void)state;
	assert_int_equal(wrap_rows("\033[2m1234567890\033[0m", 10), 1);
	assert_int_equal(wrap_rows("\033[2m12345678901\033[0m", 10), 2);
	assert_int_equal(wrap_rows("\033[12345678", 10), 1);
	assert_int_equal(wrap_rows("\033[1234567890", 10), 2);
	assert_int_equal(wrap_rows("", 10), 1);
}

static void
a_payload_is_read_as_it_is_shown(void **state)
{
	char error[256], shown[PAYLOAD_SHOWN_SIZE];
	struct payload payload;

	(void)state;
	assert_int_equal(
		payload_parse("hex:00fF10", 10, &payload, error, sizeof(error)), 0);
	assert_int_equal(payload.length, 3);
	assert_string_equal(
		payload_show(payload.bytes, 3, 2, shown), "hex:00ff10 (3 bytes, 2 fds)");
	assert_int_equal(
		payload_parse("two  words ", 11, &payload, error, sizeof(error)), 0);
	assert_int_equal(payload.length, 11);
	assert_string_equal(payload_show(payload.bytes, 11, 0, shown), "two  words ");
	assert_int_equal(payload_parse("hex:", 4, &payload, error, sizeof(error)), 0);
	assert_int_equal(payload.length, 0);
	assert_string_equal(payload_show((const uint8_t *)"hex:", 4, 0, shown),
		"hex:6865783a (4 bytes)");
	assert_string_equal(
		payload_show((const uint8_t *)"\0bcdefghijklmnop", 16, 0, shown),
		"hex:0062636465666768696a6b6c6d6e6f70 (16 bytes)");
	assert_string_equal(
		payload_show((const uint8_t *)"\0bcdefghijklmno~\x7f\xff", 18, 1, shown),
		"hex: (18 bytes, 1 fd)\n"
		"  00626364 65666768 696a6b6c 6d6e6f7e  .bcdefghijklmno~\n"
		"  7fff                                 ..");
	assert_int_equal(
		payload_parse("hex: 00 ff:10", 13, &payload, error, sizeof(error)), 0);
	assert_int_equal(payload.length, 3);
	assert_memory_equal(payload.bytes, "\x00\xff\x10", 3);
	assert_true(payload_parse("hex:0 0", 7, &payload, error, sizeof(error)) < 0);
	assert_non_null(strstr(error, "' ' is no hex digit"));
	assert_true(payload_parse("hex:0", 5, &payload, error, sizeof(error)) < 0);
	assert_non_null(strstr(error, "even number"));
	assert_true(payload_parse("hex:0g", 6, &payload, error, sizeof(error)) < 0);
	assert_non_null(strstr(error, "'g' is no hex digit"));
	assert_true(
		payload_parse("fd:/nowhere/x", 13, &payload, error, sizeof(error)) < 0);
	assert_non_null(strstr(error, "/nowhere/x does not open"));
	assert_int_equal(payload_parse("fd:/dev/null fd:/dev/zero hi", 28, &payload,
				 error, sizeof(error)),
		0);
	assert_int_equal(payload.n_fds, 2);
	assert_int_equal(payload.length, 2);
	payload_close(&payload);
	assert_int_equal(payload.n_fds, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(a_result_is_text_or_json, end),
		cmocka_unit_test_teardown(a_line_of_any_length_is_whole, end),
		cmocka_unit_test_teardown(an_error_goes_to_standard_error, end),
		cmocka_unit_test_teardown(
			notices_that_nobody_reads_are_dropped_and_counted, end),
		cmocka_unit_test_teardown(bytes_survive_json, end),
		cmocka_unit_test(what_is_very_long_is_cut),
		cmocka_unit_test_teardown(a_table_has_no_trailing_blanks, end),
		cmocka_unit_test_teardown(
			a_narrow_table_loses_columns_without_content_first, end),
		cmocka_unit_test_teardown(names_are_shortened_and_stay_different, end),
		cmocka_unit_test_teardown(numbers_are_there_whole_or_not_at_all, end),
		cmocka_unit_test_teardown(a_heading_has_its_columns, end),
		cmocka_unit_test_teardown(a_table_that_is_too_wide_becomes_two, end),
		cmocka_unit_test_teardown(rows_of_less_interest_are_dim, end),
		cmocka_unit_test(colors_take_no_column),
		cmocka_unit_test(a_payload_is_read_as_it_is_shown),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, setup, NULL);
}
