/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

#include <errno.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "grammar/args.h"
#include "grammar/command.h"
#include "grammar/commands.h"
#include "grammar/complete.h"
#include "grammar/form.h"
#include "grammar/grammar.h"
#include "grammar/instance.h"
#include "tests/unit/parse_line.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* Commands as cmds/ has them. */

#define COMMAND(id, name_, brief_, ...)                                                  \
	static const char *const id##_forms[] = { __VA_ARGS__, NULL };                   \
	static const struct command id = {                                               \
		.name = name_,                                                           \
		.group = "group",                                                        \
		.forms = id##_forms,                                                     \
		.brief = brief_,                                                         \
		.detail = "",                                                            \
		.example = name_,                                                        \
	}

COMMAND(c_send, "send", "send a message over the ring", "<text>");
COMMAND(c_sendto, "sendto", "send a message to a peer", "<peer> <text>");
COMMAND(c_broadcast, "broadcast", "send a message to everyone", "<text>");
COMMAND(c_request, "request", "rte_mp_request_sync", "<text>");
COMMAND(c_set, "set", "show the settings", "");
COMMAND(c_answer, "set answer", "what this process replies", "echo", "text <text>",
	"delay <delay:0-3600000>", "off");
COMMAND(c_relay, "set relay", "pass messages on to an action", "<action>", "off");
COMMAND(c_timeout, "set timeout", "how long to wait", "<timeout:1-3600000>");
COMMAND(c_json, "set json", "results as JSON", "on|off");
COMMAND(c_monitor, "set monitor", "show what passes the primary", "on|off");
COMMAND(c_peers, "peers", "who is here", "");
COMMAND(c_stats, "stats", "what was sent and received", "");
COMMAND(c_stats_reset, "stats reset", "count from zero", "");
COMMAND(c_wait, "wait", "wait for something", "<seconds:0-86400>", "peers <peers:0-63>",
	"gone <peer>", "message", "message <text>");
COMMAND(c_info, "info", "versions, role, memory", "");
COMMAND(c_doctor, "doctor", "what is missing", "");
COMMAND(c_help, "help", "the commands", "", "<command>");
COMMAND(c_reconnect, "reconnect", "leave and join anew", "");
COMMAND(c_quit, "quit", "leave", "");
COMMAND(c_mp_request, "mp request", "ask an action", "<action> [<payload>]");
COMMAND(c_mp_notify, "mp notify", "tell an action", "<action> [<payload>]");
COMMAND(c_mp_listen, "mp listen", "register an action", "", "<action> echo",
	"<action> text <payload>", "<action> delay <delay:0-3600000>",
	"<action> off|none");
COMMAND(c_rings, "show rings", "the rings", "");
COMMAND(c_ring, "show ring", "one ring", "<ring>");
COMMAND(c_pools, "show pools", "the pools", "");
COMMAND(c_memzones, "show memzones", "the memzones", "");
COMMAND(c_ping, "ping", "round trips",
	"[<peer>] [via ring|mp] [count <count:0-1000000000>] "
	"[interval <interval:0-3600000>]");
COMMAND(c_bench, "bench", "throughput",
	"[<peer>] [via ring|mp] [seconds <seconds:1-3600>] [size <size:1-1000>] "
	"[burst <burst:1-64>]");
COMMAND(c_watch, "watch", "repeat a command",
	"[<seconds:0.1-3600.>] [count <count:1-9>] <command:watched>");
COMMAND(c_source, "source", "run a file", "<file*>");
/* As no command has them: a range to 2^64 - 1, a name of two words, an optional text. */
COMMAND(c_dump, "dump", "a test's", "<round_trip:0-18446744073709551615>",
	"from <first_line:1-9> [<text>]");

static const struct command *const table[] = { &c_send, &c_sendto, &c_broadcast,
	&c_request, &c_set, &c_answer, &c_relay, &c_timeout, &c_json, &c_monitor,
	&c_peers, &c_stats_reset, &c_stats, &c_wait, &c_info, &c_doctor, &c_help,
	&c_reconnect, &c_quit, &c_mp_request, &c_mp_notify, &c_mp_listen, &c_rings,
	&c_ring, &c_pools, &c_memzones, &c_ping, &c_bench, &c_watch, &c_source, &c_dump };

static const char *peer_values[] = { "primary", "secondary-1", "secondary-2", "1", NULL };

/* More than the 127 bytes of a candidate's word. */
#define TOO_LONG_A_NAME                                                                  \
	"a_name_of_more_than_127_bytes_does_not_fit_into_a_candidate_word_since_"        \
	"nobody_would_want_to_see_it_whole_in_a_list_of_what_may_be_typed_next"

static bool
values(const char *name, unsigned int i, char *value, size_t size)
{
	static const char *const rings[] = { "PRI_2_SEC", "SEC_2_PRI", "a#b", "two words",
		"esc\x1b[2J", "tab\there", "caf\xc3\xa9", "bad\xff", "stats",
		TOO_LONG_A_NAME, "" };
	static const char *const files[] = { "a b", "a c # d", "5", "bad\xff" };
	static const char *const watched[] = { "peers", "show rings", "stats" };
	const char *const *from = NULL;
	unsigned int n = 0;

	if (strcmp(name, "file") == 0) {
		from = files;
		n = ARRAY_SIZE(files);
	} else if (strcmp(name, "peer") == 0) {
		from = peer_values;
		while (from[n] != NULL)
			n++;
	} else if (strcmp(name, "ring") == 0) {
		from = rings;
		n = ARRAY_SIZE(rings);
	} else if (strcmp(name, "watched") == 0) {
		from = watched;
		n = ARRAY_SIZE(watched);
	} else if (strcmp(name, "command") == 0) {
		if (grammar_command(i) == NULL)
			return false;
		snprintf(value, size, "%s", grammar_command(i)->name);
		return true;
	}
	if (i >= n)
		return false;
	snprintf(value, size, "%s", from[i]);
	return true;
}

/* What a command was called with: "sendto peer=1 text=[hi there]". */
static char seen[9000];

static void
note(const char *format, ...)
{
	size_t used = strlen(seen);
	va_list ap;

	va_start(ap, format);
	vsnprintf(seen + used, sizeof(seen) - used, format, ap);
	va_end(ap);
}

static int
call(const struct command *command, const struct args *args, void *ctx)
{
	static const char *const words[] = { "peer", "action", "ring", "ring|mp",
		"on|off", "off|none" };
	static const char *const numbers[] = { "timeout", "delay", "seconds", "peers",
		"count", "interval", "size", "burst", "round_trip", "first_line" };
	static const char *const fixed[] = { "echo", "text", "delay", "off", "none",
		"via", "count", "interval", "seconds", "size", "burst", "gone", "message",
		"peers", "on", "set", "answer", "from" };
	static const char *const rests[] = { "text", "payload", "command", "file" };
	const char *bytes;
	size_t i, len;

	assert_ptr_equal(ctx, seen);
	seen[0] = '\0';
	note("%s", command->name);
	for (i = 0; i < ARRAY_SIZE(fixed); i++)
		if (args_has(args, fixed[i]))
			note(" +%s", fixed[i]);
	for (i = 0; i < ARRAY_SIZE(words); i++)
		if (args_word(args, words[i]) != NULL)
			note(" %s=%s", words[i], args_word(args, words[i]));
	for (i = 0; i < ARRAY_SIZE(numbers); i++)
		if (args_number(args, numbers[i], 4) == args_number(args, numbers[i], 5))
			note(" %s=%" PRIu64, numbers[i],
				args_number(args, numbers[i], 4));
	for (i = 0; i < ARRAY_SIZE(rests); i++) {
		bytes = args_bytes(args, rests[i], &len);
		if (bytes == NULL) {
			assert_int_equal(len, 0);
			continue;
		}
		note(" %s=[%.*s]", rests[i], (int)len, bytes);
		/* for a command's name the word does, too */
		assert_int_equal(strlen(args_word(args, rests[i])), len);
	}
	return 42;
}

static void
is_bytes(const char *line, size_t len, const char *expected)
{
	char error[512] = "";
	bool usage = true;
	int ret;

	ret = parse_line(line, len, call, seen, error, sizeof(error), &usage);
	assert_string_equal(error, "");
	assert_int_equal(ret, 42);
	assert_false(usage);
	assert_string_equal(seen, expected);
}

static void
is(const char *line, const char *expected)
{
	is_bytes(line, strlen(line), expected);
}

static int
call_none(const struct command *command, const struct args *args, void *ctx)
{
	(void)args;
	(void)ctx;
	fail_msg("%s was called", command->name);
	return 0;
}

static void
fails(const char *line, const char *expected)
{
	char error[512] = "";
	bool usage = false;
	int ret;

	ret = parse_line(
		line, strlen(line), call_none, NULL, error, sizeof(error), &usage);
	assert_string_equal(error, expected);
	assert_int_equal(ret, -EINVAL);
	assert_true(usage);
}

static void
is_nothing(const char *line)
{
	char error[64] = "";
	bool usage = true;

	assert_int_equal(parse_line(line, strlen(line), call_none, NULL, error,
				 sizeof(error), &usage),
		1);
	assert_string_equal(error, "");
	assert_false(usage);
}

static int
setup(void **state)
{
	(void)state;
	return grammar_init(table, ARRAY_SIZE(table), values);
}

static int
teardown(void **state)
{
	(void)state;
	grammar_free();
	return 0;
}

static void
every_form_parses(void **state)
{
	(void)state;
	is("send hello", "send text=[hello]");
	is("sendto 1 hello", "sendto peer=1 text=[hello]");
	is("broadcast hi all", "broadcast text=[hi all]");
	is("request status", "request text=[status]");
	is("set", "set");
	is("set answer echo", "set answer +echo");
	is("set answer text no way", "set answer +text text=[no way]");
	is("set answer delay 20", "set answer +delay delay=20");
	is("set answer off", "set answer +off");
	is("set relay foo", "set relay action=foo");
	is("set relay off", "set relay +off");
	is("set timeout 3600000", "set timeout timeout=3600000");
	is("set json on", "set json +on on|off=on");
	is("set monitor off", "set monitor +off on|off=off");
	is("peers", "peers");
	is("stats", "stats");
	is("stats reset", "stats reset");
	is("wait 0", "wait seconds=0");
	is("wait peers 2", "wait +peers peers=2");
	is("wait gone fw", "wait +gone peer=fw");
	is("wait message", "wait +message");
	is("wait message a b", "wait +message text=[a b]");
	is("help", "help");
	is("help sendto", "help command=[sendto]");
	is("help mp request", "help command=[mp request]");
	is("quit", "quit");
	is("mp request foo", "mp request action=foo");
	is("mp request foo hex:00ff", "mp request action=foo payload=[hex:00ff]");
	is("mp notify foo fd:/x y", "mp notify action=foo payload=[fd:/x y]");
	is("mp listen", "mp listen");
	is("mp listen foo echo", "mp listen +echo action=foo");
	is("mp listen foo text yes", "mp listen +text action=foo payload=[yes]");
	is("mp listen foo delay 5", "mp listen +delay action=foo delay=5");
	is("mp listen foo off", "mp listen +off action=foo off|none=off");
	is("mp listen foo none", "mp listen +none action=foo off|none=none");
	is("show rings", "show rings");
	is("show ring PRI_2_SEC", "show ring ring=PRI_2_SEC");
	is("ping", "ping");
	is("bench", "bench");
	is("watch peers", "watch command=[peers]");
	is("watch 5 show rings", "watch seconds=5000000000 command=[show rings]");
	is("watch 0.1 peers", "watch seconds=100000000 command=[peers]");
	is("watch count 3 peers", "watch +count count=3 command=[peers]");
	is("watch .25 count 3 show ring count",
		"watch +count seconds=250000000 count=3 command=[show ring count]");
	is("watch what is no command", "watch command=[what is no command]");
	is("dump 18446744073709551615", "dump round_trip=18446744073709551615");
}

static void
options_come_in_any_order_or_not_at_all(void **state)
{
	static const char *const options[] = { "via mp", "seconds 3", "size 64",
		"burst 32" };
	char line[128], expected[128];
	unsigned int order, i, given, left, option;

	(void)state;
	is("ping 1", "ping peer=1");
	is("ping fw count 0", "ping +count peer=fw count=0");
	is("ping interval 7 via ring", "ping +via +interval ring|mp=ring interval=7");
	is("ping via mp interval 7 count 2",
		"ping +via +count +interval ring|mp=mp count=2 interval=7");
	is("ping secondary-1 count 2 via mp interval 7",
		"ping +via +count +interval peer=secondary-1 ring|mp=mp count=2 "
		"interval=7");
	is("dump from 2", "dump +from first_line=2");
	is("dump from 2 x y", "dump +from first_line=2 text=[x y]");

	/* all 4! orders of the first 0 to 4 of each, with a peer and without */
	for (order = 0; order < 2 * 24 * 5; order++) {
		unsigned int digits = order / 2 % 24, n = order / 48, used = 0;

		strcpy(line, order % 2 ? "bench 1" : "bench");
		for (given = 0; given < n; given++) {
			left = digits % (4 - given);
			digits /= 4 - given;
			for (option = 0; used & 1U << option || left-- > 0;)
				option++;
			used |= 1U << option;
			strcat(strcat(line, " "), options[option]);
		}
		strcpy(expected, "bench");
		for (i = 0; i < 4; i++)
			if (used & 1U << i)
				sprintf(expected + strlen(expected), " +%.*s",
					(int)strcspn(options[i], " "), options[i]);
		strcat(expected, order % 2 ? " peer=1" : "");
		strcat(expected, used & 1 ? " ring|mp=mp" : "");
		strcat(expected, used & 2 ? " seconds=3" : "");
		strcat(expected, used & 4 ? " size=64" : "");
		strcat(expected, used & 8 ? " burst=32" : "");
		is(line, expected);
	}
	fails("ping via mp via mp", "unexpected via: expected count or interval");
	fails("ping count 1 peer", "unexpected peer: expected via or interval");
}

static void
any_bytes_of_a_text_arrive(void **state)
{
	char line[GRAMMAR_LINE_MAX + 64], expected[GRAMMAR_LINE_MAX + 64];
	unsigned int c;

	(void)state;
	is("send #1 is # a # b", "send text=[#1 is # a # b]");
	is("send why? \"because\" 'so' \\n $x",
		"send text=[why? \"because\" 'so' \\n $x]");
	is("send gr\xc3\xbc\xc3\x9f \xe2\x82\xac",
		"send text=[gr\xc3\xbc\xc3\x9f \xe2\x82\xac]");
	is("send a\tb   c", "send text=[a\tb   c]");
	is("send a\rb", "send text=[a\rb]");
	is("send a\r", "send text=[a\r]");
	is("send \r", "send text=[\r]");
	is("mp request foo #\r#", "mp request action=foo payload=[#\r#]");
	for (c = 1; c < 256; c++) {
		if (c == ' ' || c == '\t')
			continue;
		snprintf(line, sizeof(line), "sendto 1 %c x%cy %c", c, c, c);
		snprintf(expected, sizeof(expected), "sendto peer=1 text=[%c x%cy %c]", c,
			c, c);
		is(line, expected);
	}

	/* the longest line, and one more */
	memset(line, '#', sizeof(line));
	memcpy(line, "send ", 5);
	snprintf(expected, sizeof(expected), "send text=[%.*s]", GRAMMAR_LINE_MAX - 5,
		line + 5);
	is_bytes(line, GRAMMAR_LINE_MAX, expected);
	memset(line, ' ', GRAMMAR_LINE_MAX);
	memcpy(line + GRAMMAR_LINE_MAX - 6, "send x", 6);
	is_bytes(line, GRAMMAR_LINE_MAX, "send text=[x]");
	line[GRAMMAR_LINE_MAX] = 'y';
	line[GRAMMAR_LINE_MAX + 1] = '\0';
	fails(line, "line is longer than 4000 bytes; nothing was done");
}

static void
blanks_around_are_cut_but_a_payload_keeps_its_last(void **state)
{
	(void)state;
	is("  \t send \t a  b \t ", "send text=[a  b]");
	is("sendto   1   a ", "sendto peer=1 text=[a]");
	is("set   timeout\t5  ", "set timeout timeout=5");
	is("mp request foo   a  b \t ", "mp request action=foo payload=[a  b \t ]");
	is("mp request foo   ", "mp request action=foo");
	is("mp listen foo text a ", "mp listen +text action=foo payload=[a ]");
	is("help \t mp request ", "help command=[mp request]");
	is("wait message  ", "wait +message");
	fails("send   ", "send needs a text");
}

static void
words_may_hold_what_cmdline_could_not(void **state)
{
	(void)state;
	is("sendto foo#bar x", "sendto peer=foo#bar text=[x]");
	is("sendto #b x", "sendto peer=#b text=[x]");
	is("mp request a\rb", "mp request action=a\rb");
	is("ping -1", "ping peer=-1");
	is("ping caf\xc3\xa9", "ping peer=caf\xc3\xa9");
	/* '#' is cmdline's sign between alternatives */
	fails("ping via ring#mp", "unexpected ring#mp: expected ring or mp");
	fails("set json on#", "unexpected on#: expected on or off");
	fails("set json on\x01", "unexpected on\\x01: expected on or off");
	/* Behind a blank it begins a comment, unless the form takes the rest of the line.
	 */
	is("peers # here", "peers");
	is("set json on\t#off", "set json +on on|off=on");
	fails("set timeout #5", "set timeout needs a number (timeout)");
	fails("peers on # here", "unexpected on: expected nothing more");
}

static void
a_peer_is_no_word_of_the_grammar(void **state)
{
	(void)state;
	assert_true(grammar_is_word("via"));
	assert_true(grammar_is_word("mp"));
	assert_true(grammar_is_word("ring"));
	assert_true(grammar_is_word("timeout"));
	assert_true(grammar_is_word("send"));
	assert_false(grammar_is_word("sen"));
	assert_false(grammar_is_word("sendt"));
	assert_false(grammar_is_word("ring|mp"));
	assert_false(grammar_is_word("peer"));
	assert_false(grammar_is_word(""));
	fails("ping count", "ping count needs a number (count)");
	fails("sendto text hello", "unexpected text: expected a peer");
	fails("mp request stats", "unexpected stats: expected an action");
}

static void
empty_lines_and_comments_are_nothing(void **state)
{
	(void)state;
	is_nothing("");
	is_nothing("   \t");
	is_nothing("#");
	is_nothing("# send hello");
	is_nothing(" \t#send hello");
}

static void
an_unknown_command_is_told_with_the_nearest(void **state)
{
	(void)state;
	fails("sned hello", "unknown command sned: did you mean send?");
	fails("  png", "unknown command png: did you mean ping?");
	fails("frobnicate", "unknown command frobnicate: help lists them");
	fails("fo\x1b[2Jo x", "unknown command fo\\x1b[2Jo: help lists them");
	fails("a#b", "unknown command a#b: help lists them");
	fails("\r", "unknown command \\x0d: help lists them");
	fails("Send x", "unknown command Send: did you mean send?");
	/* The last word alone of a command of several is not near, but meant. */
	fails("timeout 5", "unknown command timeout: did you mean set timeout?");
	fails("rings", "unknown command rings: did you mean show rings?");
	fails("listen", "unknown command listen: did you mean mp listen?");
	fails("ring", "unknown command ring: did you mean show ring?");
	fails("ringss", "unknown command ringss: help lists them");
}

static void
a_wrong_word_is_told_with_what_was_expected(void **state)
{
	(void)state;
	fails("ping via foo", "unexpected foo: expected ring or mp");
	fails("ping 1 foo bar", "unexpected foo: expected via, count or interval");
	fails("peers foo", "unexpected foo: expected nothing more");
	fails("peers -t 200",
		"unexpected -t: expected nothing more; options of mpsh stand before its "
		"command");
	fails("set timeout 5 6", "unexpected 6: expected nothing more");
	fails("stats foo", "unexpected foo: expected reset");
	fails("set foo",
		"unexpected foo: expected answer, relay, timeout, json or monitor");
	fails("mp foo", "unexpected foo: expected request, notify or listen");
	fails("wait foo",
		"unexpected foo: expected a number (seconds), peers, gone or message");
	fails("mp listen foo bar",
		"unexpected bar: expected echo, text, delay, off or none");
	fails("help 5", "unexpected 5: expected a command");
	fails("set json \xc3\xa9\xff", "unexpected \xc3\xa9\\xff: expected on or off");
	/* what comes after the place does not matter */
	fails("ping via foo count bar # x", "unexpected foo: expected ring or mp");
}

static void
a_line_that_ends_early_is_told_what_it_needs(void **state)
{
	(void)state;
	fails("send", "send needs a text");
	fails("sendto", "sendto needs a peer");
	fails("sendto 1", "sendto needs a text");
	fails("set timeout", "set timeout needs a number (timeout)");
	fails("set json", "set json needs on or off");
	fails("set relay", "set relay needs an action or off");
	fails("set answer", "set answer needs echo, text, delay or off");
	fails("set answer text", "set answer text needs a text");
	fails("mp", "mp needs request, notify or listen");
	fails("mp request", "mp request needs an action");
	fails("mp listen foo", "mp listen needs echo, text, delay, off or none");
	fails("mp listen foo text", "mp listen text needs a payload");
	fails("wait", "wait needs a number (seconds), peers, gone or message");
	fails("wait gone", "wait gone needs a peer");
	fails("ping 1 via ", "ping via needs ring or mp");
	fails("show ring", "show ring needs a ring");
	fails("watch", "watch needs a command, a number (seconds) or count");
	fails("watch 5", "watch needs a command or count");
	fails("watch count", "watch count needs a number (count)");
	fails("watch count 5", "watch needs a command");
	/* A word of the grammar that no command begins with. */
	fails("watch via",
		"unexpected via: expected a command, a number (seconds) or count");
	fails("dump from", "dump from needs a number (first line)");
}

static void
numbers_are_decimal_and_within_their_range(void **state)
{
	static const char *const bad[] = { "0", "3600001", "-1", "+1", "1.5", ".5", "5x",
		"0x10", "1e3", "abc", "five", "18446744073709551617",
		"18446744073709551616", "99999999999999999999999999", "5#" };
	char line[128];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		snprintf(line, sizeof(line), "set timeout %s", bad[i]);
		fails(line, "timeout must be 1 to 3600000");
	}
	is("set timeout 1", "set timeout timeout=1");
	is("set timeout 0000000000000000000000000005", "set timeout timeout=5");
	fails("wait 86401", "seconds must be 0 to 86400");
	fails("wait -1", "seconds must be 0 to 86400");
	fails("wait +1", "seconds must be 0 to 86400");
	fails("wait .5", "seconds must be 0 to 86400");
	fails("wait 9x", "seconds must be 0 to 86400");
	fails("wait peers x", "peers must be 0 to 63");
	fails("ping count x", "count must be 0 to 1000000000");
	fails("ping count 1000000001 via mp", "count must be 0 to 1000000000");
	fails("bench burst 65 size 5", "burst must be 1 to 64");
	fails("watch 0 peers", "seconds must be 0.1 to 3600");
	fails("watch 0.09 peers", "seconds must be 0.1 to 3600");
	fails("watch 3600.1 peers", "seconds must be 0.1 to 3600");
	fails("dump 18446744073709551616",
		"round trip must be 0 to 18446744073709551615");
	fails("dump from 0", "first line must be 1 to 9");
}

static void
an_error_keeps_its_end_when_the_word_is_long(void **state)
{
	char line[GRAMMAR_LINE_MAX + 1], error[64];
	bool usage;

	(void)state;
	memset(line, '\x1b', sizeof(line));
	memcpy(line, "set json ", 9);
	assert_int_equal(parse_line(line, GRAMMAR_LINE_MAX, call_none, NULL, error,
				 sizeof(error), &usage),
		-EINVAL);
	assert_string_equal(error,
		"unexpected "
		"\\x1b\\x1b\\x1b\\x1b\\x1b\\x1b\\x1b...: expected on or off");
	/* a character is not cut */
	memcpy(line, "set json \xe2\x82\xac\xe2\x82\xac\xe2\x82\xac", 18);
	assert_int_equal(
		parse_line(line, 18, call_none, NULL, error, 40, &usage), -EINVAL);
	assert_string_equal(error, "unexpected \xe2\x82\xac...: expected on or off");
	memset(line, 'x', sizeof(line));
	parse_line(line, GRAMMAR_LINE_MAX, call_none, NULL, error, 1, &usage);
	assert_string_equal(error, "");
	parse_line(line, GRAMMAR_LINE_MAX, call_none, NULL, NULL, 0, &usage);
}

static int
call_nested(const struct command *command, const struct args *args, void *ctx)
{
	char error[64], line[64];
	bool usage;
	size_t len;
	const char *bytes = args_bytes(args, "command", &len);

	assert_ptr_equal(command, &c_watch);
	snprintf(line, sizeof(line), "%.*s", (int)len, bytes);
	assert_int_equal(
		parse_line(line, len, call, ctx, error, sizeof(error), &usage), 42);
	assert_string_equal(seen, "show ring ring=x");
	assert_string_equal(args_word(args, "command"), "show ring x");
	assert_int_equal(args_number(args, "seconds", 0), 7000000000);
	return -5;
}

static void
a_command_may_parse_another(void **state)
{
	char error[64];
	bool usage;

	(void)state;
	assert_int_equal(parse_line("watch 7 show ring x", 19, call_nested, seen, error,
				 sizeof(error), &usage),
		-5);
}

static void
help_finds_commands_by_name(void **state)
{
	char buf[256];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(table); i++)
		assert_ptr_equal(grammar_command(i), table[i]);
	assert_null(grammar_command(i));
	assert_ptr_equal(grammar_find("send"), &c_send);
	assert_ptr_equal(grammar_find("set"), &c_set);
	assert_ptr_equal(grammar_find(" mp \t request "), &c_mp_request);
	assert_null(grammar_find("mp"));
	assert_null(grammar_find("sen"));
	assert_null(grammar_find("send x"));
	assert_null(grammar_find(""));
	assert_string_equal(grammar_usage(&c_send, buf, sizeof(buf)), "send <text>");
	assert_string_equal(grammar_usage(&c_ping, buf, sizeof(buf)),
		"ping [<peer>] [via ring|mp] [count <count>] [interval <interval>]");
	assert_string_equal(grammar_usage(&c_wait, buf, sizeof(buf)),
		"wait <seconds>\nwait peers <peers>\nwait gone <peer>\nwait message\n"
		"wait message <text>");
	assert_string_equal(
		grammar_usage(&c_help, buf, sizeof(buf)), "help\nhelp <command>");
	assert_string_equal(grammar_usage(&c_wait, buf, 12), "wait <secon");
	assert_string_equal(grammar_usage(&c_wait, buf, 1), "");
}

/* The candidates' words, what cannot be inserted after a '!', then the partial's length.
 */
static char *
words(const char *left)
{
	static char list[2048];
	struct candidate c[64];
	unsigned int i, n;
	size_t partial, used = 0;

	n = grammar_candidates(left, strlen(left), c, ARRAY_SIZE(c), &partial);
	for (i = 0; i < n; i++) {
		assert_true(i == 0 || strcmp(c[i - 1].word, c[i].word) < 0);
		assert_true(!c[i].literal ||
			strncmp(c[i].word, left + strlen(left) - partial, partial) == 0);
		used += snprintf(list + used, sizeof(list) - used, "%s%s ",
			c[i].literal ? "" : "!", c[i].word);
	}
	snprintf(list + used, sizeof(list) - used, "%zu", partial);
	return list;
}

static void
completion_offers_commands_and_fixed_words(void **state)
{
	(void)state;
	assert_string_equal(words(""),
		"bench broadcast doctor dump help info mp peers ping quit reconnect "
		"request "
		"send sendto set show source stats wait watch 0");
	assert_string_equal(words("  "), words(""));
	assert_string_equal(words("se"), "send sendto set 2");
	assert_string_equal(words("send"), "send sendto 4");
	assert_string_equal(words("  pi"), "ping 2");
	assert_string_equal(words("xyz"), "3");
	assert_string_equal(
		words("set "), "!<enter> answer json monitor relay timeout 0");
	assert_string_equal(words("set t"), "timeout 1");
	assert_string_equal(words("set json o"), "off on 1");
	assert_string_equal(words("ping via "), "mp ring 0");
	assert_string_equal(words("ping via mp  c"), "count 1");
	assert_string_equal(words("ping via mp "), "!<enter> count interval 0");
	assert_string_equal(words("mp listen foo "), "delay echo none off text 0");
	assert_string_equal(words("frob "), "0");
	assert_string_equal(words("set frob x"), "1");
	assert_string_equal(words("ping via#"), "!<enter> !<peer> 4");
	assert_string_equal(words("# se"), "0");
}

static void
completion_says_where_the_line_may_end(void **state)
{
	(void)state;
	assert_string_equal(words("peers"), "!<enter> peers 5");
	assert_string_equal(words("peers "), "!<enter> 0");
	assert_string_equal(words("peers x"), "1");
	assert_string_equal(words("stats "), "!<enter> reset 0");
	assert_string_equal(words("set json on"), "!<enter> on 2");
	assert_string_equal(words("set timeout 5 "), "!<enter> 0");
	assert_string_equal(words("set timeout 0 "), "0");
	assert_string_equal(words("send"), "send sendto 4");
}

static void
completion_offers_live_values(void **state)
{
	(void)state;
	assert_string_equal(words("sendto "), "1 primary secondary-1 secondary-2 0");
	assert_string_equal(words("sendto sec"), "secondary-1 secondary-2 3");
	assert_string_equal(words("sendto foo"), "!<peer> 3");
	assert_string_equal(words("sendto via"), "3");
	assert_string_equal(words("ping "),
		"1 !<enter> count interval primary secondary-1 secondary-2 via 0");
	assert_string_equal(words("wait gone p"), "primary 1");
	/* neither what cannot be typed as one word nor what cannot be shown */
	assert_string_equal(words("show ring "), "PRI_2_SEC SEC_2_PRI a#b caf\xc3\xa9 0");
	assert_string_equal(words("show ring a#"), "a#b 2");
	/* nobody here */
	peer_values[0] = NULL;
	assert_string_equal(words("sendto "), "!<peer> 0");
	peer_values[0] = "primary";
}

static void
completion_names_what_it_cannot_complete(void **state)
{
	(void)state;
	assert_string_equal(words("set timeout "), "!<timeout> 0");
	assert_string_equal(words("set timeout 1"), "!<enter> !<timeout> 1");
	assert_string_equal(words("set timeout x"), "1");
	assert_string_equal(words("wait "), "!<seconds> gone message peers 0");
	assert_string_equal(words("wait p"), "peers 1");
	assert_string_equal(words("wait message "), "!<enter> !<text> 0");
	assert_string_equal(words("send a b"), "!<enter> !<text> 3");
	assert_string_equal(words("mp request "), "!<action> 0");
}

static void
completion_of_a_command_goes_across_words(void **state)
{
	(void)state;
	assert_string_equal(words("help se"),
		"send sendto set set answer set json set monitor set relay "
		"set timeout 2");
	assert_string_equal(words("help mp re"), "mp request 5");
	assert_string_equal(words("help xyz"), "!<command> !<enter> 3");
	assert_string_equal(words("watch 5 show ring"), "show rings 9");
	assert_string_equal(words("watch 5 show ri"), "show rings 7");
	assert_string_equal(words("watch ro"), "!<command> !<enter> 2");
	assert_string_equal(words("watch re"), "!<command> !<enter> 2");
	assert_string_equal(words("watch s"), "show rings stats 1");
	assert_string_equal(words("watch "), "!<seconds> count peers show rings stats 0");
	assert_string_equal(words("watch count 3 p"), "peers 1");
	assert_string_equal(words("watch 5"), "!<seconds> 1");
}

static void
a_name_is_the_rest_of_the_line(void **state)
{
	char usage[64];

	(void)state;
	is("source a", "source file=[a]");
	is("source  5 b\t# c ", "source file=[5 b\t# c]");
	is("source send", "source file=[send]");
	fails("source", "source needs a file");
	fails("source  ", "source needs a file");
	assert_string_equal(words("source "), "5 a b a c # d 0");
	assert_string_equal(words("source a "), "a b a c # d 2");
	assert_string_equal(words("source a c #"), "a c # d 5");
	assert_string_equal(words("source x y"), "!<enter> !<file> 3");
	assert_string_equal(
		grammar_usage(&c_source, usage, sizeof(usage)), "source <file>");
	assert_false(grammar_in_text("source a", 8));
}

static void
completion_comes_with_help(void **state)
{
	static const struct {
		const char *left, *word, *help;
	} cases[] = {
		{ "", "send", "send a message over the ring" },
		{ "", "mp", "request, notify, listen" },
		{ "", "set", "answer, relay, timeout, json, monitor" },
		{ "", "stats", "what was sent and received" },
		{ "", "show", "rings, ring, pools, memzones" },
		{ "set ", "timeout", "how long to wait" },
		{ "stats ", "reset", "count from zero" },
		{ "set timeout ", "<timeout>", "1 to 3600000" },
		{ "ping ", "via", "ring|mp" },
		{ "ping ", "count", "<count>" },
		{ "ping ", "primary", "peer" },
		{ "sendto x", "<peer>", "a peer" },
		{ "ping via ", "mp", "round trips" },
		{ "set answer ", "text", "<text>" },
		{ "send ", "<text>", "the rest of the line" },
		{ "help mp", "mp request", "ask an action" },
		{ "peers ", "<enter>", "the line may end here" },
	};
	struct candidate c[64];
	unsigned int k, n;
	size_t i, partial;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		n = grammar_candidates(
			cases[i].left, strlen(cases[i].left), c, ARRAY_SIZE(c), &partial);
		for (k = 0; k < n && strcmp(c[k].word, cases[i].word) != 0; k++)
			;
		if (k == n)
			fail_msg("%s: no %s", cases[i].left, cases[i].word);
		assert_string_equal(c[k].help, cases[i].help);
	}
}

static void
candidates_keep_to_their_maximum(void **state)
{
	char left[GRAMMAR_LINE_MAX + 8];
	struct candidate c[8];
	size_t partial;

	(void)state;
	memset(c, 0, sizeof(c));
	assert_int_equal(grammar_candidates("", 0, c, 3, &partial), 3);
	assert_string_equal(c[0].word, "bench");
	assert_string_equal(c[1].word, "broadcast");
	assert_string_equal(c[2].word, "doctor");
	assert_string_equal(c[3].word, "");
	assert_int_equal(grammar_candidates("", 0, c, 0, &partial), 0);
	memset(left, 'x', sizeof(left));
	memcpy(left, "send ", 5);
	assert_int_equal(grammar_candidates(left, GRAMMAR_LINE_MAX, c, 8, &partial), 2);
	assert_int_equal(partial, GRAMMAR_LINE_MAX - 5);
	assert_int_equal(grammar_candidates(left, sizeof(left), c, 8, &partial), 0);
	assert_true(grammar_in_text(left, GRAMMAR_LINE_MAX));
	assert_false(grammar_in_text(left, sizeof(left)));
}

static void
a_text_begins_with_the_blank_before_it(void **state)
{
	static const char *const in[] = { "send ", " send  ", "send\t", "send hello",
		"send a?", "send #", "sendto 1 ", "sendto 1 x", "sendto a#b ",
		"wait message ", "set answer text ", "mp request foo ",
		"mp listen foo text ", "#", " # a" };
	static const char *const out[] = { "", " ", "s", "send", "sendx ", "sendto",
		"sendto ", "sendto 1", "sendto via ", "wait message", "set answer ",
		"set answer text", "mp request ", "mp request foo", "mp listen foo ",
		"ping ", "ping 1 ", "help ", "help send ", "watch ", "watch 5 ", "foo ",
		"set timeout 5 ", "set answer delay " };
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(in); i++)
		if (!grammar_in_text(in[i], strlen(in[i])))
			fail_msg("not in a text: \"%s\"", in[i]);
	for (i = 0; i < ARRAY_SIZE(out); i++)
		if (grammar_in_text(out[i], strlen(out[i])))
			fail_msg("in a text: \"%s\"", out[i]);
	/* only what is left of the cursor counts */
	assert_false(grammar_in_text("send hello", 4));
}

static void
whoever_needs_the_grammar_first_makes_it(void **state)
{
	struct candidate one[1];
	size_t partial;

	(void)state;
	grammar_begin(table, ARRAY_SIZE(table), values);
	assert_true(grammar_is_word("via"));
	grammar_begin(table, ARRAY_SIZE(table), values);
	is("send hello", "send text=[hello]");
	grammar_begin(table, ARRAY_SIZE(table), values);
	assert_true(grammar_in_text("send hello", 10));
	grammar_begin(table, ARRAY_SIZE(table), values);
	assert_int_equal(grammar_candidates("sendt", 5, one, 1, &partial), 1);
	assert_string_equal(one[0].word, "sendto");
	assert_int_equal(grammar_make(), 0); /* once more does nothing */
	is("send hello", "send text=[hello]");
}

static int
init_form(const char *name, const char *form)
{
	const char *const forms[] = { form, NULL };
	const struct command command = { .name = name, .forms = forms, .brief = "" };
	const struct command *const one[] = { &command };
	int ret = grammar_init(one, 1, NULL);

	if (ret == 0 && !grammar_is_clear())
		ret = -EINVAL;
	grammar_free();
	return ret;
}

static void
a_bad_table_is_refused(void **state)
{
	static const char *const bad[] = { "<", "<>", "<n:1>", "<n:1-2x>", "<n:2-1>",
		"<N>", "a|", "|a", "a||b", "a#b", "[", "]", "[a", "a]", "[a]b",
		"[a] b [c]", "[[a]]", "<text> a", "<payload> [a]", "[<text>] [a]",
		"<peer> <peer>", "ring|mp ring|mp", "[a] [<peer>]", "[<peer>] <text>",
		"[<peer>] [<text>]", "[<peer>] [<n:1-2>]", "[<n:1-2>] <text>",
		"[a <n:1-2>] [<text>]", "[a] [a]", "[a] [b] [c] [d] [e] [f]",
		"a_word_of_64_bytes_is_one_too_many_for_completion_so_is_refused_" };
	static const char *const good[] = { "", "a", "<n:1-1>",
		"[<peer>] [a] [b] [c] [d] [e]", "[a] [b <n:0-1>]", "[<n:1-2>] <command>",
		"[<text>]", "a [<payload>]", "<a> <b> <n:1-2> <text>" };
	const char *const forms[] = { "<", NULL };
	const struct command *const one =
		&(struct command){ .name = "x", .forms = forms, .brief = "" };
	char many[256] = "";
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		if (init_form("x", bad[i]) != -EINVAL)
			fail_msg("taken: %s", bad[i]);
	for (i = 0; i < ARRAY_SIZE(good); i++)
		if (init_form("x", good[i]) != 0)
			fail_msg("refused: %s", good[i]);
	assert_int_equal(init_form("", "a"), -EINVAL);
	assert_int_equal(init_form("a b c", "a"), -EINVAL);
	assert_int_equal(init_form("a|b", "a"), -EINVAL);
	assert_int_equal(init_form("<a>", "a"), -EINVAL);
	assert_int_equal(init_form("a [b]", "a"), -EINVAL);
	/* cmdline's result has room for 63 tokens, the name's among them */
	for (i = 0; i < 62; i++)
		strcat(many, "a ");
	assert_int_equal(init_form("x", many), 0);
	assert_int_equal(init_form("x", strcat(many, "a")), -EINVAL);
	assert_int_equal(grammar_init(NULL, 0, NULL), -EINVAL);
	/* Who needs it next tries again, and is told as much. */
	grammar_begin(&one, 1, NULL);
	assert_int_equal(grammar_make(), -EINVAL);
	assert_int_equal(grammar_make(), -EINVAL);
	grammar_free();
	assert_null(grammar_command(0));
}

static void
commands_that_could_be_confused_are_found(void **state)
{
	const char *const none[] = { "", NULL }, *const word[] = { "<a>", NULL };
	const char *const number[] = { "<n:1-2>", NULL }, *const b[] = { "b|c", NULL };
	const char *const any[] = { "<command>", NULL };
	const struct command a_none = { .name = "a", .forms = none, .brief = "" };
	const struct command a_word = { .name = "a", .forms = word, .brief = "" };
	const struct command a_number = { .name = "a", .forms = number, .brief = "" };
	const struct command a_b = { .name = "a", .forms = b, .brief = "" };
	const struct command a_command = { .name = "a", .forms = any, .brief = "" };
	const struct command a_c = { .name = "a c", .forms = none, .brief = "" };
	const struct {
		const struct command *pair[2];
		bool clear;
	} cases[] = {
		{ { &a_none, &a_none }, false },
		{ { &a_none, &a_word }, true },
		{ { &a_word, &a_number }, false },
		{ { &a_word, &a_b }, true },
		{ { &a_number, &a_b }, true },
		{ { &a_number, &a_command }, true },
		{ { &a_command, &a_number }, true },
		{ { &a_command, &a_word }, false },
		{ { &a_b, &a_c }, false },
		{ { &a_none, &a_c }, true },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(grammar_init(cases[i].pair, 2, NULL), 0);
		assert_int_equal(grammar_is_clear(), cases[i].clear);
		grammar_free();
	}
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_form_parses),
		TEST(options_come_in_any_order_or_not_at_all),
		TEST(any_bytes_of_a_text_arrive),
		TEST(blanks_around_are_cut_but_a_payload_keeps_its_last),
		TEST(words_may_hold_what_cmdline_could_not),
		TEST(a_peer_is_no_word_of_the_grammar),
		TEST(empty_lines_and_comments_are_nothing),
		TEST(an_unknown_command_is_told_with_the_nearest),
		TEST(a_wrong_word_is_told_with_what_was_expected),
		TEST(a_line_that_ends_early_is_told_what_it_needs),
		TEST(numbers_are_decimal_and_within_their_range),
		TEST(an_error_keeps_its_end_when_the_word_is_long),
		TEST(a_command_may_parse_another),
		TEST(help_finds_commands_by_name),
		TEST(completion_offers_commands_and_fixed_words),
		TEST(completion_says_where_the_line_may_end),
		TEST(completion_offers_live_values),
		TEST(completion_names_what_it_cannot_complete),
		TEST(completion_of_a_command_goes_across_words),
		TEST(a_name_is_the_rest_of_the_line),
		TEST(completion_comes_with_help),
		TEST(candidates_keep_to_their_maximum),
		TEST(a_text_begins_with_the_blank_before_it),
		cmocka_unit_test_teardown(
			whoever_needs_the_grammar_first_makes_it, teardown),
		cmocka_unit_test(a_bad_table_is_refused),
		cmocka_unit_test(commands_that_could_be_confused_are_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
