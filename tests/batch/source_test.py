#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors

"""source: the commands of a file, in a batch and at a prompt; and files of any length."""

import json
import os
import pathlib
import re
import signal
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../lib'))
from mpshtest import LIMIT, SANITIZED, StartTest, main, wait_for  # noqa: E402

UNKNOWN = "error: unknown command nosuch: help lists them\n"


class Files(StartTest):
    def file(self, name, text):
        path = os.path.join(self.home, name)
        with open(path, "wb") as file:
            file.write(text if isinstance(text, bytes) else text.encode())
        return path


class Source(Files):
    def run_mpsh(self, *words, **options):
        return super().run_mpsh("--proc-type=primary", *words, **options)

    def test_runs_the_commands_of_a_file(self):
        inner = self.file("with a blank # and a hash", "set timeout 71\n# nothing\n\nset json on\n")
        outer = self.file("outer", f"source {inner}\nset\n")
        result = self.run_mpsh("-q", "-e", f"source  {outer} ", "-e", "set json off")
        self.assertEqual((result.code, result.err), (0, ""))
        settings = self.result_of(self.documents(result.out), "set")
        self.assertEqual(settings["timeout_ns"], 71000000)

    def test_stops_at_the_first_failure_and_says_where(self):
        inner = self.file("inner", "set timeout 72\nnosuch\nset timeout 73\n")
        outer = self.file("outer", f"# first\nsource {inner}\nset timeout 74\n")
        for words, data in ((["-e", f"source {outer}", "-e", "set"], ""), ([], f"source {outer}\nset\n"),
                            (["-f", self.file("outmost", f"source {outer}\nset\n")], "")):
            result = self.run_mpsh("-q", *words, input=data)
            self.assertEqual((result.code, result.out, result.err), (2, "", f"{inner}:2: {UNKNOWN}"))
        # A command that ran and failed is another code.
        failing = self.file("failing", "send x\n")
        result = self.run_mpsh("-q", "source", failing)
        self.assertEqual((result.code, result.err), (1, f"{failing}:1: error: no secondary is attached\n"))

    def test_keep_going(self):
        inner = self.file("inner", "nosuch\nset timeout 72\nsend x\n")
        outer = self.file("outer", f"source {inner}\nsend y\nset\nsource /nonexistent\n")
        result = self.run_mpsh("-qk", "source", outer)
        self.assertEqual(result.code, 2)
        self.assertRegex(result.out, r"timeout +72\n")
        self.assertEqual(result.err, f"{inner}:1: {UNKNOWN}{inner}:3: error: no secondary is attached\n"
                         f"{outer}:2: error: no secondary is attached\n"
                         f"{outer}:4: error: /nonexistent: No such file or directory\n")

    def test_a_file_that_cannot_be_read(self):
        for path, why in (("/nonexistent", "No such file or directory"), (self.home, "Is a directory"),
                          ("/proc/self/mem", "cannot be read"), ("a\x1bb\udcff", "No such file or directory")):
            shown = path.replace("\x1b", r"\x1b").replace("\udcff", r"\xff")
            result = self.run_mpsh("-q", "-e", f"source {path}")
            self.assertEqual((result.code, result.err), (1, f"error: {shown}: {why}\n"))
        result = self.run_mpsh("-q", "-e", "source")
        self.assertEqual((result.code, result.err), (2, "error: source needs a file\n"))

    def test_sixteen_deep_and_no_deeper(self):
        path = os.path.join(self.home, "0")
        for n in range(17):
            path = self.file(str(n), f"source {path}\n" if n else "set timeout 79\nset\n")
            if n < 15:
                continue
            result = self.run_mpsh("-q", "source", path)
            if n == 15:
                self.assertEqual((result.code, result.err), (0, ""))
                self.assertRegex(result.out, r"timeout +79\n")
            else:
                deepest, nested = (os.path.join(self.home, name) for name in ("1", "0"))
                self.assertEqual((result.code, result.err), (
                    1, f"{deepest}:1: error: files are nested 16 deep already: {nested} is not run\n"))
                break
        itself = self.file("itself", f"set timeout 1\nsource {os.path.join(self.home, 'itself')}\n")
        result = self.run_mpsh("-q", "source", itself)
        self.assertEqual((result.code, result.err), (
            1, f"{itself}:2: error: files are nested 16 deep already: {itself} is not run\n"))

    def test_quit_leaves(self):
        inner = self.file("inner", "send x\nquit\nnosuch\n")
        outer = self.file("outer", f"source {inner}\nnosuch\n")
        result = self.run_mpsh("-qk", "-e", f"source {outer}", "-e", "nosuch")
        self.assertEqual((result.code, result.err), (1, f"{inner}:1: error: no secondary is attached\n"))

    def test_the_end_of_a_command_comes_once(self):
        inner = self.file("inner", "set\nnosuch\nsend x\nset\n")
        result = self.run_mpsh("-qjk", input=f"source {inner}\nset\n")
        self.assertEqual(result.code, 2)
        documents = [json.loads(line) for line in result.out.splitlines()]
        self.assertEqual([list(document) for document in documents],
                         [["set"], ["set"], ["ok", "error", "code"], ["set"], ["ok"]])
        self.assertEqual((documents[2]["error"], documents[2]["code"]), (f"{inner}:2: unknown command nosuch: help lists them", 2))

    def test_echo(self):
        inner = self.file("inner", "set timeout 5\n# no\nset timeout 6\n")
        result = self.run_mpsh("-qx", "-e", f"source {inner}")
        self.assertEqual(result.err, f"> source {inner}\n> set timeout 5\n> set timeout 6\n")

    def test_a_fifo(self):
        path = os.path.join(self.home, "fifo")
        os.mkfifo(path)
        process = self.spawn("--proc-type=primary", "-qe", f"source {path}")
        with open(path, "w") as fifo:
            fifo.write("set timeout 81\nset\n")
            fifo.flush()
            process.line("timeout +81")
        self.assertEqual(process.end().code, 0)

    def test_interrupt_ends_a_batch_in_it(self):
        inner = self.file("inner", "peers\nwait forever\nnosuch\n")
        process = self.spawn("--proc-type=primary", "-qke", f"source {inner}", "-e", "nosuch")
        process.line("^no other process is here")
        process.kill(signal.SIGINT)
        result = process.end()
        self.assertEqual(result.code, 130)
        self.assertNotIn("nosuch", result.err)


class AtAPrompt(Files):
    def test_results_errors_and_the_prompt_after_them(self):
        inner = self.file("inner", "set timeout 82\nset\nnosuch\nset timeout 83\n")
        process = self.terminal("--proc-type=primary")
        process.see("mpsh:primary> ")
        process.type(f"source {inner}")
        process.see(r"timeout +82\r\n")
        process.see(re.escape(f"{inner}:3: ") + "(\x1b[^m]*m)?error: unknown command nosuch")
        process.type("set")
        process.see(r"timeout +82\r\n")
        # What is wrong later has no place of the file's any more.
        process.type("nosuch")
        self.assertNotIn(":3: ", process.see(r"(?s).*unknown command nosuch").group())
        process.type(f"source {self.file('leave', 'quit')}")
        self.assertEqual(process.popen.wait(LIMIT), 0)

    def test_interrupt_ends_all(self):
        inner = self.file("inner", "info\nwait forever\ninfo\n")
        outer = self.file("outer", f"source {inner}\nnosuch\n")
        for words in ([], ["-k"]):
            process = self.terminal("--proc-type=primary", *words)
            process.see("mpsh:primary> ")
            process.type(f"source {outer}")
            process.see("DPDK")
            wait_for(lambda: pathlib.Path(f"/proc/{process.pid}/wchan").read_text() != "0", "asleep")
            os.write(process.master, b"\x03")
            process.see(re.escape(inner) + ":[12]: " + "(\x1b[^m]*m)?error: interrupted")
            process.type("set")
            self.assertNotIn("nosuch", process.see(r"(?s).*timeout +5000").group())
            process.type("quit")
            self.assertEqual(process.popen.wait(LIMIT), 0)

    def test_interrupt_between_lines(self):
        # None of them waits: what is typed is seen between two.
        many = self.file("many", "info\n" + "set timeout 91\n" * 1000000 + "nosuch\n")
        process = self.terminal("--proc-type=primary", "-k")
        process.see("mpsh:primary> ")
        process.type(f"source {self.file('first', f'source {many}{chr(10)}nosuch{chr(10)}')}")
        process.see("DPDK")
        os.write(process.master, b"\x03")
        process.see(re.escape(many) + r":\d+: (\x1b[^m]*m)?error: interrupted")
        process.type("set")
        self.assertNotIn("nosuch", process.see(r"(?s).*timeout +\d+").group())

    def test_clear(self):
        process = self.terminal("--proc-type=primary")
        process.see("mpsh:primary> ")
        process.type("clear")
        process.see("clear\r\n[^m]*\x1b\\[H\x1b\\[2J")
        process.see("mpsh:primary> ")
        result = self.run_mpsh("-q", "--proc-type=secondary", "clear")
        self.assertEqual(result, (0, "", ""))


class AnyLength(Files):
    def test_a_long_batch_serves_others_and_ends_at_an_interrupt(self):
        # It takes half a minute; none of its lines waits, and it is not to come to the last.
        primary = self.primary("-f", self.file("many", "set timeout 92\n" * 3000000 + "nosuch\n"))
        secondary = self.secondary()
        primary.line(r"^\* secondary-1 attached")
        secondary.type("send hello")
        secondary.line("^reply from primary: hello ")
        primary.line("^secondary-1: hello$")
        primary.kill(signal.SIGINT)
        result = primary.end()
        self.assertEqual((result.code, result.err), (130, ""))

    def test_a_line_without_an_end_takes_no_memory(self):
        def has_read(process, n):
            read = re.search(r"rchar: (\d+)", pathlib.Path(f"/proc/{process.pid}/io").read_text())
            return int(read.group(1)) > n

        def resident(process):
            return int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{process.pid}/status").read_text()).group(1))

        # The address sanitizer keeps 256 MiB of what is freed: until it has them, all grows.
        some = (400 if SANITIZED else 10) << 20
        process = self.primary("-k", "-f", "/dev/zero")
        wait_for(lambda: has_read(process, some), "some is read")
        before = resident(process)
        wait_for(lambda: has_read(process, some + (100 << 20)), "much is read")
        self.assertLess(resident(process) - before, 10000)
        # Others are served meanwhile.
        self.assertEqual(self.run_mpsh("-w10", "send", "hello").code, 0)
        process.kill(signal.SIGINT)
        result = process.end()
        self.assertEqual((result.code, result.err), (130, ""))

    def test_a_line_of_any_length_is_refused_once(self):
        long = b"x" * 300000
        for data, errors in ((long, ["1"]), (b"x" * 4096 * 3, ["1"]), (long + b"\n", ["1"]), (b"#" + long + b"\nnosuch\n" + long + b"\nnosuch", ["1", "2", "3", "4"])):
            path = self.file("long", data)
            for words, given in ((["-f", path], b""), ([], data)):
                result = self.run_mpsh("-qk", "--proc-type=primary", *words, input=given)
                place = path + ":%s: " if words else "%.0s"
                self.assertEqual((result.code, result.err), (2, "".join(place % n + (
                    UNKNOWN if n in "24" else "error: line is longer than 4000 bytes; nothing was done\n") for n in errors)))

    def test_a_byte_order_mark_is_skipped(self):
        mark = b"\xef\xbb\xbf"
        line = b"send " + b"x" * 3995
        for data, code, error in ((mark + b"set timeout 5\r\nset\n", 0, ""), (mark, 0, ""), (mark + b"\n", 0, ""),
                                  (mark + line + b"\r\n", 1, "error: text is 3995 bytes, the limit is 1000; nothing was sent\n"),
                                  (mark + line + b"x\n", 2, "error: line is longer than 4000 bytes; nothing was done\n"),
                                  (b"\n" + mark + b"set\n", 2, "error: unknown command \\xef\\xbb\\xbfset: help lists them\n"),
                                  (mark + mark + b"set\n", 2, "error: unknown command \\xef\\xbb\\xbfset: help lists them\n")):
            result = self.run_mpsh("-q", "--proc-type=primary", input=data)
            self.assertEqual((result.code, result.err), (code, error), data[:20])
            path = self.file("marked", data)
            result = self.run_mpsh("-q", "--proc-type=primary", "-f", path)
            self.assertEqual((result.code, re.sub(r"^\S+:\d: ", "", result.err)), (code, error), data[:20])


if __name__ == "__main__":
    main()
