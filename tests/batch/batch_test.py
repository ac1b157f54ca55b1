#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors

"""Batches: their lines, their output, when they stop."""

import json
import fcntl
import os
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../lib'))
from mpshtest import LIMIT, StartTest, main  # noqa: E402

UNKNOWN = "error: unknown command nosuch: help lists them\n"


class Batch(StartTest):
    def test_words_are_a_command(self):
        self.primary("-k")
        result = self.run_mpsh("-t2000", "send", "two", "", "blanks")
        self.assertEqual((result.code, result.err), (0, ""))
        self.assertRegex(result.out, r"\Areply from primary: two  blanks \(ring, [^)]*\)\n\Z")
        result = self.run_mpsh("-je", "set answer off", "mp", "request", "mpsh", "-x", "--help")
        self.assertEqual(result.code, 0, result)
        ready, request = self.documents(result.out)
        self.assertIn("event", ready)
        self.assertEqual(request["mp_request"]["replies"][0]["text"], "-x --help")

    def test_wrong_words_start_nothing(self):
        for words, error in ((("sned", "x"), "unknown command sned: did you mean send?"), (("send",), "send needs a text"),
                             (("ping", "count", "x"), "count must be 0 to 1000000000")):
            result = self.run_mpsh("--proc-type=secondary", *words)
            self.assertEqual((result.code, result.out, result.err), (2, "", f"error: {error}\n"))

    def test_a_line_that_can_never_be_run_does_not_parse(self):
        unsent = "; nothing was sent"
        watched = ": expected peers, stats, info, doctor, groups, show, peek, where, why, mp actions or telemetry"
        lines = (
            ("watch send x", "unexpected send" + watched), ("watch count 1 watch peers", "unexpected watch" + watched),
            ("watch 2 show rings x", "unexpected x: expected nothing more"),
            ("watch stats reset", "unexpected reset: expected nothing more"),
            ("watch " * 600 + "peers", "unexpected watch" + watched),
            ("bench via mp size 201", "size must be 1 to 200"), ("bench size 1000 via mp", "size must be 1 to 200"),
            ("mp request a hex:0", "hex: takes an even number of digits, these are 1" + unsent),
            ("mp request a hex:00 # no comment", "'#' is no hex digit" + unsent),
            ("mp notify a fd: x", "fd: needs a path: fd:/dev/null" + unsent),
            ("mp listen a text hex:0g", "'g' is no hex digit" + unsent),
            ("mp listen a text fd:/dev/null x", "a listener answers without descriptors: leave fd: out"),
            ("mp listen mpsh echo", "action mpsh is every console's: set answer says what it answers"),
            ("help sned", "no command named sned: help lists them"))
        for line, error in lines:
            result = self.run_mpsh("--proc-type=secondary", *line.split())
            self.assertEqual((result.code, result.out, result.err), (2, "", f"error: {error}\n"))
        result = self.run_primary("-qk", input="".join(line + "\n" for line, _ in lines))
        self.assertEqual((result.code, result.out, result.err.splitlines()), (2, "", [f"error: {error}" for _, error in lines]))
        # What depends on the world, or is too long for its road, is found by who tries it.
        for line, error in (("mp request a fd:/nowhere x", "/nowhere does not open: No such file or directory" + unsent),
                            ("mp request a " + "x" * 257, "payload is 257 bytes, the limit is 256" + unsent),
                            ("send " + "x" * 1001, "text is 1001 bytes, the limit is 1000" + unsent),
                            ("bench size 201", "no secondary is attached"), ("bench via mp size 200", "no secondary is attached")):
            result = self.run_primary("-qe", line)
            self.assertEqual((result.code, result.out, result.err), (1, "", f"error: {error}\n"))

    def test_quiet(self):
        primary = self.primary("-k")
        quiet = self.spawn("--proc-type=secondary", "-qk")
        quiet.type("wait peers 1", "send hello")
        quiet.line("^reply from primary: hello ")
        primary.type("send unseen")
        primary.line("^reply from secondary-1: unseen ")
        quiet.type("wait message unseen", "nonsense")
        quiet.line("^error: unknown command nonsense", "err")
        result = quiet.end()
        self.assertEqual(result.code, 2)
        self.assertRegex(result.out, r"\Areply from primary: hello [^\n]*\nprimary: unseen\n\Z")

    def test_wait_takes_one_message(self):
        primary = self.primary("-k", "-t", "20000")
        primary.type("set timeout 20000")
        for text in ("sendto primary one more", "sendto primary two", "broadcast two", "request one"):
            self.assertEqual(self.run_mpsh("-w5", *text.split()).code, 0)
        # In whatever order, from the start on, and no message twice; other waits take none.
        primary.type("wait 0.1", "set json on", "wait message two", "wait message one", "wait message two",
                     "wait message one", "set timeout 50", "wait message two", "wait message")
        took = [json.loads(primary.line('^{"wait":').string)["wait"] for _ in range(4)]
        self.assertEqual([(message["text"], message["kind"]) for message in took],
                         [("two", "message"), ("one more", "message"), ("two", "broadcast"), ("one", "request")])
        for _ in range(2):
            primary.line('^{"error":"no such message came within 50 ms"}', "err")

    def test_wait_for_a_time(self):
        began = time.monotonic()
        self.assertEqual(self.run_primary("-e", "wait 0.25", "-e", "wait .25", "-e", "wait 0").code, 0)
        self.assertGreaterEqual(time.monotonic() - began, 0.5)
        for wrong in ("86400.1", ".", "-1", "1e3", "1.5x", "1.2.3", "1.x"):
            result = self.run_mpsh("wait", wrong)
            self.assertEqual((result.code, result.err), (2, "error: seconds must be 0 to 86400\n"), wrong)
        for wrong in (("wait", "1."), ("wait", "1.1234567890"), ("watch", "1.", "peers")):
            result = self.run_mpsh(*wrong)
            self.assertEqual((result.code, result.err),
                             (2, "error: seconds must have 1 to 9 digits behind the point\n"), wrong)

    def test_wait_forever(self):
        process = self.spawn("--proc-type=primary", "-e", "peers", "-e", "wait forever")
        process.line("^no other process is here")
        process.kill(signal.SIGINT)
        self.assertEqual(process.end().code, 130)

    def test_quiet_json_has_an_end_for_each_command(self):
        result = self.run_primary("-qjk", input="set\n\n# nothing\nsned\nsend x\n" + "x" * 5000 + "\nset json off\nset json on\n")
        self.assertEqual(result.code, 2)
        documents = [json.loads(line) for line in result.out.splitlines()]
        self.assertEqual([list(document) for document in documents],
                         [["set"], ["ok"], ["ok", "error", "code"], ["ok", "error", "code"], ["ok", "error", "code"], ["ok"]])
        self.assertEqual([document.get("ok") for document in documents], [None, True, False, False, False, True])
        self.assertEqual([document["code"] for document in documents if "code" in document], [2, 1, 2])
        self.assertEqual([document["error"] for document in documents if "error" in document],
                         ["unknown command sned: did you mean send?", "no secondary is attached",
                          "line is longer than 4000 bytes; nothing was done"])

    def test_echo(self):
        result = self.run_primary("-xk", input=b"peers\n\n# nothing\nsned\nsend \xff\n")
        self.assertEqual(result.err.splitlines(), ["> peers", "> sned", "error: unknown command sned: did you mean send?",
                                                   "> send \\xff", "error: no secondary is attached"])
        result = self.run_primary("-xj", "-e", "peers")
        self.assertEqual(result.err, '{"command":"peers"}\n')

    def test_an_output_that_cannot_be_written(self):
        with open("/dev/full", "wb") as full:
            result = self.run_primary("-e", "info", "-e", "info", stdout=full)
        self.assertEqual((result.code, result.err), (3, "error: the output cannot be written: No space left on device\n"))
        for option in ("-h", "-V", "--doctor"):
            with open("/dev/full", "wb") as full:
                result = self.run_mpsh(option, stdout=full)
            self.assertEqual((result.code, result.err),
                             (3, "error: the output cannot be written: No space left on device\n"), option)

    def test_first_line_says_who_and_pid(self):
        process = self.spawn("--proc-type=primary", "-e", "quit")
        result = process.end()
        self.assertEqual(result, (0, f"* ready as primary (pid {process.pid})\n", ""))

    def test_first_line_of_a_secondary(self):
        self.primary()
        process = self.spawn("-e", "quit")
        result = process.end()
        self.assertEqual(result, (0, f"* ready as secondary-1 (pid {process.pid})\n", ""))

    def test_standard_input_is_a_batch(self):
        result = self.run_primary(input="set timeout 77\nset\n")
        self.assertEqual(result.code, 0, result)
        self.assertRegex(result.out, r"timeout +77")
        self.assertEqual(result.err, "")

    def test_empty_input_is_a_batch_without_commands(self):
        result = self.run_primary()
        self.assertEqual(result.code, 0, result)
        self.assertEqual(len(result.out.splitlines()), 1)

    def test_input_from_a_file_and_from_dev_null(self):
        path = os.path.join(self.home, "input")
        with open(path, "w") as file:
            file.write("nosuch\n")
        with open(path) as file:
            self.assertEqual(self.spawn("--proc-type=primary", stdin=file).end().code, 2)
        self.assertEqual(self.spawn("--proc-type=primary", stdin=subprocess.DEVNULL).end().code, 0)

    def test_a_line_holds_any_bytes(self):
        self.primary()
        texts = ["a?b", "a\tb", "a#b # c", "?", "#", 'it\'s "quoted" \\n', "grün 日本 🙂", "$HOME `id`"]
        result = self.run_mpsh(input="".join(f"send {text}\n" for text in texts))
        self.assertEqual(result.code, 0, result)
        replies = [line for line in result.out.splitlines() if line.startswith("reply from primary: ")]
        shown = [text.replace("\t", r"\t") for text in texts]
        self.assertEqual([reply[len("reply from primary: "):].rsplit(" (ring, ", 1)[0]
                          for reply in replies], shown)

    def test_bytes_that_are_not_utf8_and_control_bytes_are_shown_in_hex(self):
        self.primary()
        result = self.run_mpsh(input=b"send a\xff\x1b[31m\x01b\n")
        self.assertRegex(result.out, r"reply from primary: a\\xff\\x1b\[31m\\x01b \(ring")
        self.assertNotIn("\x1b", result.out)

    def test_inner_blanks_stay_and_outer_ones_are_cut(self):
        self.primary()
        result = self.run_mpsh(input="  send   two  words   \n")
        self.assertRegex(result.out, r"reply from primary: two  words \(ring")

    def test_one_carriage_return_is_dropped(self):
        self.primary()
        result = self.run_mpsh(input=b"send hello\r\nsend two\r\r\nquit\r\nnosuch\r\n")
        self.assertEqual(result.code, 0, result)
        self.assertRegex(result.out, r"primary: hello \(ring")
        self.assertRegex(result.out, r"primary: two\\x0d \(ring")

    def test_last_line_needs_no_newline(self):
        self.primary()
        self.assertRegex(self.run_mpsh(input=b"send last").out, r"primary: last \(ring")

    def test_nobody_is_there_to_ask(self):
        for command in ("request x", "mp request a_b x", "mp notify a_b x"):
            result = self.run_mpsh("-k", "--proc-type=primary", "-e", command)
            self.assertEqual((result.code, result.err), (1, "error: no other process is in the group\n"), command)

    def test_a_comment_behind_a_command(self):
        result = self.run_primary("-k", input="wait 0 # a while\npeers # look # here\npeers#\npeers x # y\nsend # a text\n"
                                  "# peers\nmp request # x # y\n")
        self.assertEqual(result.out.splitlines()[1:], ["no other process is here"])
        self.assertEqual(result.err, "error: unknown command peers#: did you mean peers?\n"
                         "error: unexpected x: expected nothing more\n"
                         "error: no secondary is attached\n"
                         "error: no other process is in the group\n")

    def test_comments_and_empty_lines_do_nothing(self):
        result = self.run_primary(input="# a comment\n\n#\n   \n\t\n#nosuch\n")
        self.assertEqual((result.code, result.err), (0, ""))
        self.assertEqual(len(result.out.splitlines()), 1)

    def test_line_of_4000_bytes_is_taken_and_4001_refused_whole(self):
        line = b"send " + b"x" * 3995
        too_long = "error: line is longer than 4000 bytes; nothing was done\n"
        taken = "error: text is 3995 bytes, the limit is 1000; nothing was sent\n"
        for data, code, error in ((line, 1, taken), (line + b"\n", 1, taken),
                                  (line + b"\r\n", 1, taken), (line + b"x", 2, too_long),
                                  (line + b"x\n", 2, too_long), (line * 30 + b"\n", 2, too_long)):
            result = self.run_primary(input=data)
            self.assertEqual((result.code, result.err), (code, error))

    def test_after_a_line_that_is_too_long_the_next_is_read(self):
        result = self.run_primary("-k", input=b"x" * 9000 + b"\nnosuch\n")
        self.assertEqual(result.code, 2)
        self.assertEqual(result.err.splitlines()[0],
                         "error: line is longer than 4000 bytes; nothing was done")
        self.assertRegex(result.err.splitlines()[1], "unknown command nosuch")

    def test_line_with_a_nul_byte_is_refused(self):
        result = self.run_primary(input=b"send a\0b\n")
        self.assertEqual(result.code, 2, result)
        self.assertRegex(result.err, "^error: .*NUL")

    def test_stops_at_the_first_command_that_fails(self):
        result = self.run_primary(input="nosuch\nset\n")
        self.assertEqual(result.code, 2)
        self.assertEqual(len(result.out.splitlines()), 1, result.out)
        self.assertEqual(result.err, UNKNOWN)
        result = self.run_primary(input="sendto nobody x\nset\n")
        self.assertEqual((result.code, result.err), (1, "error: no peer named nobody\n"))
        self.assertEqual(len(result.out.splitlines()), 1, result.out)

    def test_reconnect_is_for_a_prompt(self):
        result = self.run_primary("-e", "reconnect")
        self.assertEqual((result.code, result.err), (1, "error: reconnect is for a prompt: start mpsh again\n"))

    def test_stops_before_further_sources(self):
        result = self.run_primary("-e", "nosuch", "-e", "alsonosuch", "-f", "/nonexistent")
        self.assertEqual((result.code, result.err), (2, UNKNOWN))

    def test_keep_going_goes_on_and_leaves_with_the_highest_code(self):
        for words in (["-k"], ["--keep-going"]):
            result = self.run_primary(*words, input="nosuch\nsend hello\nset timeout 9\nset\n")
            self.assertEqual(result.code, 2)
            self.assertEqual(result.err, UNKNOWN +
                             "error: no secondary is attached\n")
            self.assertRegex(result.out, r"timeout +9\b")
        self.assertEqual(self.run_primary("-k", input="set\nsend hello\nset\n").code, 1)

    def test_quit_keeps_the_code_and_ends_the_batch(self):
        result = self.run_primary("-k", input="send hello\nquit\nnosuch\n")
        self.assertEqual((result.code, result.err), (1, "error: no secondary is attached\n"))
        self.assertEqual(self.run_primary(input="quit\nnosuch\n").code, 0)
        self.assertEqual(self.run_primary("-e", "quit", "-e", "nosuch").code, 0)

    def test_errors_of_a_file_begin_with_its_name_and_line(self):
        path = os.path.join(self.home, "commands")
        with open(path, "w") as file:
            file.write("# first\n\nset timeout 1\nnosuch\nset timeout 0\nsend hello\n")
        result = self.run_primary("-k", "-f", path)
        self.assertEqual(result.code, 2)
        self.assertEqual(result.err, f"{path}:4: {UNKNOWN}"
                         f"{path}:5: error: timeout must be 1 to 3600000\n"
                         f"{path}:6: error: no secondary is attached\n")

    def test_errors_of_standard_input_and_of_execute_have_no_prefix(self):
        for words, data in (([], "nosuch\n"), (["-f", "-"], "nosuch\n"), (["-e", "nosuch"], "")):
            self.assertEqual(self.run_primary(*words, input=data).err, UNKNOWN)

    def test_dash_f_dash_is_standard_input(self):
        one = self.run_primary(input="set timeout 5\nset\n")
        two = self.run_primary("-f", "-", input="set timeout 5\nset\n")
        self.assertEqual(one.out.splitlines()[1:], two.out.splitlines()[1:])
        self.assertEqual(two.code, 0)

    def test_file_that_is_not_there_or_a_directory_fails(self):
        for path in (os.path.join(self.home, "none"), self.home):
            result = self.run_primary("-f", path)
            self.assertEqual(result.code, 2, result)
            self.assertRegex(result.err, f"error: {path}: ")
            self.assertEqual(len(result.err.splitlines()), 1)

    def test_results_on_standard_output_and_errors_on_standard_error(self):
        self.primary()
        result = self.run_mpsh("-k", input="send hello\nnosuch\npeers\n")
        self.assertRegex(result.out, r"reply from primary: hello \(ring, [0-9.]+ (ns|us|ms)\)")
        self.assertNotIn("error", result.out)
        self.assertEqual(result.err, UNKNOWN)

    def test_notices_on_standard_output(self):
        primary = self.primary()
        secondary = self.spawn("-e", "send hello", "-e", "broadcast hi all", "-e", "request status")
        primary.line(rf"^\* secondary-1 attached \(pid {secondary.pid}\)$")
        primary.line(rf"^\* secondary-1 detached \(pid {secondary.pid}\)$")
        # The ring's worker replies before the main thread has shown what came.
        for line in ("secondary-1: hello", "[broadcast] secondary-1: hi all", "[request] secondary-1: status"):
            self.assertEqual(primary.out().count(f"\n{line}\n"), 1, primary.out())
        result = secondary.end()
        self.assertEqual(result.code, 0, result)
        self.assertRegex(result.out, r"(?m)^reply from primary: hi all \(mp, [0-9.]+ [a-z]+\)$")
        self.assertRegex(result.out, r"(?m)^1 of 1 replied$")
        self.assertRegex(result.out, r"(?m)^reply 1 of 1: status$")
        self.assertRegex(result.out, r"(?m)^1 of 1 replied \([0-9.]+ [a-z]+\)$")
        primary.type("quit")
        self.assertEqual(primary.end().err, "")

    def test_no_prompt_no_echo_no_escape_sequence(self):
        self.primary()
        result = self.run_mpsh("-k", input="send hello\npeers\nnosuch\nstats\nhelp\ninfo\n")
        for text in (result.out, result.err):
            self.assertNotIn("\x1b", text)
            self.assertNotIn("mpsh:", text)
            self.assertNotIn("\r", text)
        self.assertNotRegex(result.out, r"(?m)^send hello")

    def test_no_escape_sequence_in_a_batch_on_a_terminal_either(self):
        for words, options in ((["-k"], {"stdin": subprocess.PIPE}),
                               (["-k", "-e", "nosuch", "-e", "help"], {})):
            process = self.terminal("--proc-type=primary", *words, **options)
            if process.popen.stdin:
                process.popen.stdin.write(b"nosuch\nhelp\n")
                process.popen.stdin.close()
            process.see("unknown command nosuch")
            self.assertEqual(process.popen.wait(LIMIT), 2)
            process.see("quit")
            self.assertNotIn("\x1b", process.out())
            self.assertNotIn("mpsh:primary>", process.out())

    def test_each_line_is_one_write(self):
        # A pipe of packets keeps one write apart from the next.
        read_end, write_end = os.pipe2(os.O_DIRECT | os.O_CLOEXEC)
        self.addCleanup(os.close, read_end)
        self.primary()
        process = self.spawn("-k", stdout=write_end, stderr=write_end)
        os.close(write_end)
        process.type("send hello", "nosuch", "peers", "send " + "ä" * 480, "help send", "stats")
        process.close()
        writes = []
        while True:
            data = os.read(read_end, 65536)
            if not data:
                break
            writes.append(data)
        process.end()
        self.assertGreater(len(writes), 10)
        for data in writes:
            self.assertEqual((data.count(b"\n"), data[-1:]), (1, b"\n"), data)

    def test_what_was_received_by_the_end_is_printed(self):
        primary = self.spawn("--proc-type=primary", "-e", "wait peers 1", "-e", "wait gone 1")
        primary.line("ready")
        result = self.run_mpsh("-w", "10", *[word for n in range(20)
                                             for word in ("-e", f"send message {n}")])
        self.assertEqual(result.code, 0, result)
        out = primary.end().out
        for n in range(20):
            self.assertIn(f"secondary-1: message {n}\n", out)

    def test_commands_run_as_they_come(self):
        process = self.primary()
        process.type("set timeout 123", "set")
        process.line(r"timeout +123")
        process.type("set timeout 124", "set")
        process.line(r"timeout +124")
        self.assertEqual(process.end().code, 0)

    def test_output_to_a_pipe_that_was_closed_ends_it(self):
        read_end, write_end = os.pipe()
        process = self.spawn("--proc-type=primary", stdout=write_end)
        os.close(write_end)
        os.read(read_end, 4096)
        os.close(read_end)
        process.type("help", "wait 60")
        code = process.popen.wait(LIMIT)
        self.assertIn(code, (128 + signal.SIGPIPE, 3))

    def test_closed_standard_descriptors(self):
        # None of them becomes one of EAL's.
        unwritten = (3, "", "error: the output cannot be written: Bad file descriptor\n")
        unread = (3, "", "error: standard input: cannot be read\n")
        unknown = "error: unknown command nosuch: help lists them\n"
        for closed, words, expected in (
                ("<&-", ("-qe", "set timeout 5"), (0, "", "")), ("<&-", ("-q",), unread), ("<&-", ("-qf", "-"), unread),
                (">&-", ("-e", "help"), unwritten), (">&-", ("-qe", "help", "-e", "help"), unwritten),
                (">&-", ("-qe", "set timeout 5"), (0, "", "")), (">&-", ("-qf", "/dev/null"), (0, "", "")),
                (">&-", ("-qe", "nosuch"), (2, "", unknown)), (">&-", ("-V",), unwritten), (">&-", ("--doctor",), unwritten),
                ("2>&-", ("-qe", "nosuch"), (2, "", "")), ("2>&-", ("-qe", "set timeout 5"), (0, "", "")),
                ("<&- >&-", ("-q",), unread), ("<&- >&-", ("-e", "help"), unwritten),
                ("<&- >&- 2>&-", ("-e", "help"), (3, "", "")), ("<&- >&- 2>&-", ("-qe", "quit"), (0, "", ""))):
            with self.subTest(closed=closed, words=words):
                result = self.run_primary(*words, before=["bash", "-c", f'exec "$@" {closed}', "bash"])
                self.assertEqual((result.code, result.out, result.err), expected)
        # What waits to be read says nothing of what cannot be written.
        result = self.run_primary("-q", before=["bash", "-c", 'exec "$@" >&-', "bash"], input="set timeout 5\nnosuch\n")
        self.assertEqual((result.code, result.err), (2, unknown))

    def test_reader_that_is_slow_loses_nothing(self):
        read_end, write_end = os.pipe()
        fcntl.fcntl(write_end, fcntl.F_SETPIPE_SZ, 4096)
        process = self.spawn("--proc-type=primary", stdout=write_end)
        os.close(write_end)
        process.popen.stdin.write(b"help\n" * 300 + b"set timeout 4711\nset\n")
        process.popen.stdin.close()
        data = b""
        while True:
            more = os.read(read_end, 512)
            if not more:
                break
            data += more
        os.close(read_end)
        self.assertEqual(process.popen.wait(LIMIT), 0)
        one = self.run_primary("-e", "help").out.splitlines()[1:]
        self.assertEqual(data.decode().splitlines()[1:len(one) * 300 + 1], one * 300)
        self.assertRegex(data.decode(), r"timeout +4711")


class Signals(StartTest):
    def test_interrupt_ends_a_batch_with_130(self):
        process = self.primary()
        process.kill(signal.SIGINT)
        self.assertEqual(process.popen.wait(LIMIT), 130)

    def test_interrupt_ends_a_command_that_waits(self):
        process = self.spawn("--proc-type=primary", "-e", "wait 600", "-e", "nosuch", stdin=subprocess.DEVNULL)
        process.line("ready")
        process.kill(signal.SIGINT)
        result = process.end()
        self.assertEqual(result.code, 130)
        self.assertNotIn("nosuch", result.err)

    def test_an_interrupted_command_has_an_outcome(self):
        process = self.spawn("--proc-type=primary", "-qjx", "-e", "wait 600", stdin=subprocess.DEVNULL)
        process.line('"wait 600"', "err")
        process.kill(signal.SIGINT)
        result = process.end()
        self.assertEqual(result.code, 130)
        self.assertEqual(json.loads(result.out), {"ok": False, "error": "interrupted", "code": 130})

    def test_what_fails_by_its_result_was_not_interrupted(self):
        primary = self.primary()
        secondary = self.secondary()
        primary.line(r"\* secondary-1 attached")
        os.kill(secondary.pid, signal.SIGSTOP)
        primary.line(r"\* secondary-1 is stopped")
        with tempfile.NamedTemporaryFile("w", suffix=".mpsh") as file:
            file.write("why\n")
            file.flush()
            result = self.run_mpsh("-qjk", "-o", str(primary.pid), "-f", "-", prefix=False,
                                   input=f"why\nwhy {secondary.pid}\ndoctor\nsource {file.name}\nnosuch\n")
            documents = [json.loads(line) for line in result.out.splitlines()]
            ends = [document for document in documents if "ok" in document]
            findings = {sum(len(entry["findings"]) for entry in look["why"])
                        for look in documents if "why" in look}
            self.assertEqual(findings, {1}, result.out)
            self.assertEqual([end.get("error") for end in ends], [
                "1 finding", "1 finding", "the command failed: see its result", f"{file.name}:1: 1 finding",
                "unknown command nosuch: help lists them"], result.out)
        self.assertEqual(result.code, 2)
        os.kill(secondary.pid, signal.SIGCONT)

    def test_keep_going_does_not_go_on_after_an_interrupt(self):
        process = self.spawn("--proc-type=primary", "-k", "-e", "wait 600", "-e", "wait 600",
                             stdin=subprocess.DEVNULL)
        process.line("ready")
        process.kill(signal.SIGINT)
        self.assertEqual(process.end().code, 130)

    def test_terminate_and_hangup_end_a_batch_and_its_peer_sees_it_detach(self):
        primary = self.primary()
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            secondary = self.secondary()
            primary.line(r"\* secondary-1 attached")
            secondary.kill(number)
            primary.line(rf"^\* secondary-1 detached \(pid {secondary.pid}\)$")
            self.assertEqual(secondary.popen.wait(LIMIT), 128 + number)

    def test_signals_that_the_parent_ignores_stay_ignored(self):
        for name, number in (("HUP", signal.SIGHUP), ("INT", signal.SIGINT), ("TERM", signal.SIGTERM)):
            process = self.primary(before=["env", f"--ignore-signal={name}"])
            process.kill(number)
            process.type("wait 0.3", "set")
            process.line("^timeout ")
            self.assertEqual(process.end().code, 0, name)
        # The others still end it.
        process = self.primary("-e", "wait forever", before=["nohup"])
        process.kill(signal.SIGHUP)
        process.kill(signal.SIGTERM)
        self.assertEqual(process.popen.wait(LIMIT), 128 + signal.SIGTERM)

    def test_secondary_that_is_killed_has_died(self):
        primary = self.primary()
        secondary = self.secondary()
        secondary.kill(signal.SIGKILL)
        primary.line(rf"^\* secondary-1 died \(pid {secondary.pid}\)$")

    def test_batch_that_loses_its_primary_ends_with_3(self):
        for how, notice in ((signal.SIGKILL, "died"), (signal.SIGTERM, "quit")):
            primary = self.primary()
            # One sits in a command, one at a line that does not come.
            waiting = self.spawn("-k", "-e", "wait 600", "-e", "nosuch", stdin=subprocess.DEVNULL)
            idle = self.secondary("-k")
            waiting.line("ready")
            primary.kill(how)
            for secondary in (idle, waiting):
                secondary.line(rf"^\* the primary {notice}$")
                self.assertEqual(secondary.popen.wait(LIMIT), 3, secondary.story())
                self.assertNotIn("nosuch", secondary.err())
            primary.popen.wait(LIMIT)

    def test_losing_the_primary_is_said_once(self):
        gone = "error: the primary is gone\n"
        for words, typed, err in ((["-q"], None, gone), (["-q", "-e", "wait 600"], None, gone),
                                  (["-q"], "send x", gone), (["-q"], "broadcast x", gone),
                                  (["-qjx"], "wait 600", '{"command":"wait 600"}\n{"error":"the primary is gone"}\n')):
            primary = self.primary("-e", "set answer off", "-e", "wait forever")
            batch = self.spawn("--proc-type=secondary", *words)
            primary.line("secondary-1 attached")
            if typed:
                batch.type(typed)
                if "x" in typed:
                    primary.line("secondary-1: x")
                else:
                    batch.line("command", "err")
            primary.kill()
            batch.popen.wait(LIMIT)
            result = batch.end()
            self.assertEqual((result.code, result.err), (3, err), (words, typed))
            if "-qjx" in words:
                self.assertEqual(json.loads(result.out), {"ok": False, "error": "the primary is gone", "code": 3})
            primary.end()

    def test_terminate_leaves_the_terminal_as_it_was(self):
        import termios
        process = self.terminal()
        before = termios.tcgetattr(process.master)
        process.see("mpsh:primary> ")
        self.assertNotEqual(termios.tcgetattr(process.master)[3], before[3])
        process.kill(signal.SIGTERM)
        self.assertEqual(process.popen.wait(LIMIT), 128 + signal.SIGTERM)
        self.assertEqual(termios.tcgetattr(process.master), before)


if __name__ == "__main__":
    main()
