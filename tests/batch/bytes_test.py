#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors

"""A word of any bytes in every place of every command: nothing breaks, and no terminal is moved."""

import json
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../lib'))
from mpshtest import StartTest, main  # noqa: E402

# No UTF-8, an escape sequence, a bidirectional control, a control of the upper half.
WORD = b"x\xff\x1b[31m\xe2\x80\xae\xc2\x9b"
SHOWN = r"x\xff\x1b[31m\xe2\x80\xae\xc2\x9b"


class Bytes(StartTest):
    def setUp(self):
        super().setUp()
        # Commands make files of any name.
        before = os.getcwd()
        os.chdir(self.home)
        self.addCleanup(os.chdir, before)

    def commands(self):
        """Each form of each command, with WORD for each word that is the user's."""
        documents = self.documents(self.run_primary("-j", "-e", "help").out)
        lines = []
        for command in self.result_of(documents, "help"):
            for usage in command["usage"].splitlines():
                usage = re.sub(r"([\w-]+)(\|[\w-]+)+", r"\1", usage)
                for form in {re.sub(r" \[[^]]*\]", "", usage), usage.replace("[", "").replace("]", "")}:
                    if "<" in form:
                        lines.append(re.sub(rb"<[^>]*>", lambda _: WORD, form.encode()))
        self.assertGreater(len(lines), 20)
        return lines + [b"mp listen " + WORD + b" text " + WORD, b"set relay " + WORD, WORD, b"set", b"mp listen", b"stats",
                        b"peers"]

    def check(self, text, as_json):
        for line in text.splitlines():
            # A document on a line of its own, in UTF-8, in which jansson has no control bytes; as
            # text nothing that moves a cursor either.
            if as_json:
                json.loads(line)
            self.assertNotRegex(line, "[\x00-\x1f\x7f\udc80-\udcff]" if as_json
                                else "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e\udc80-\udcff]")

    def run_all(self, *options):
        """All of them in a secondary; the primary is looked at too."""
        primary = self.primary(*options)
        result = self.run_mpsh("-k", "-t", "100", *options, input=b"\n".join(self.commands_) + b"\n")
        self.assertIn(result.code, (1, 2, 3), result)  # 3: why of a process that is none
        primary.type("send fence")
        primary.line("no secondary is attached", "err")
        ended = primary.end()
        self.assertEqual(ended.code, 1, ended)
        for text in (result.out, result.err, ended.out, ended.err):
            self.check(text, "-j" in options)
        return result

    def test_every_place_of_every_command(self):
        self.commands_ = self.commands()
        said = self.run_all("-k")
        self.assertIn(f"relay    {SHOWN}\n", said.out)
        self.assertIn(SHOWN, said.err)
        documents = self.documents(self.run_all("-k", "-j").out)
        relays = [document["set"]["relay"] for document in documents if "set" in document]
        self.assertIn(SHOWN, relays)
        listeners = [listener["action"] for document in documents for listener in document.get("mp_listen") or []]
        self.assertIn(SHOWN, listeners)
        notified = [document["mp_notify"]["action"] for document in documents if "mp_notify" in document]
        self.assertEqual(notified, [SHOWN] * len(notified))
        self.assertTrue(notified)

    def test_options(self):
        for words in ([b"--file-prefix", self.prefix.encode() + WORD, b"-e", b"info", b"-e", b"nonsense"],
                      [b"--name", WORD], [b"-e", WORD], [b"-f", WORD], [WORD], [b"--" + WORD], [b"-l", WORD]):
            for as_json in (False, True):
                with self.subTest(words=words, json=as_json):
                    result = self.run_primary(*([b"-j"] if as_json else []), *words,
                                              prefix=b"--file-prefix" not in words)
                    self.assertIn(result.code, (1, 2, 3))
                    self.check(result.out, as_json)
                    self.check(result.err, False)
                    self.assertIn(SHOWN.replace("\\", "\\\\") if as_json and result.err.startswith("{") else SHOWN,
                                  result.out + result.err)

    def test_json_at_a_terminal(self):
        """It has no control but the end of a line, and says each byte all the same."""
        text = "".join(map(chr, (*range(1, 9), *range(0xb, 0x20), 0x7f, 0x7f, *range(0x80, 0xa0), 0x202e)))
        primary = self.terminal("--proc-type=primary", "-j")
        primary.see("mpsh:primary> ")
        self.run_mpsh("-w5", "-f", "-", input=f"send ({text})\x7f\nsend fence\n")
        primary.see('"fence"')
        received, = re.findall(r'\{"received".*?"kind":"message"\}\}(?=.*fence)', primary.out(), re.S)
        self.assertEqual(json.loads(received)["received"]["text"], f"({text})\x7f")
        self.assertRegex(received, r"\A[ -~]*\Z")

    def test_a_reconnect_keeps_the_relay(self):
        primary = self.terminal("--proc-type=primary")
        primary.see("mpsh:primary> ")
        os.write(primary.master, b"set relay \xffx\r")
        primary.see("mpsh:primary> ")
        primary.type("reconnect")
        primary.see(r"reconnect\r\n[\s\S]*mpsh:primary> ")
        primary.type("set")
        primary.see(r"relay +\\xffx")


if __name__ == "__main__":
    main()
