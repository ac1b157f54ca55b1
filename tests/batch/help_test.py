#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors

"""What help and ? say of every command fits 80 columns, in the words that are typed."""

import json
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../lib'))
from mpshtest import StartTest, main  # noqa: E402

# What a place in a form looks like to its reader; a grammar's marks and ranges do not.
PLACE = re.compile(r"<[a-z_ ]+>")


class Help(StartTest):
    def table(self):
        result = self.run_mpsh("-q", "-j", "--proc-type=primary", "-e", "help")
        return json.loads(result.out.splitlines()[0])["help"]

    def test_help_of_every_command(self):
        table = self.table()
        words = [word for command in table for word in ("-e", f"help {command['name']}")]
        result = self.run_mpsh("-q", "--proc-type=primary", "-e", "help", *words)
        self.assertEqual(result.code, 0, result)
        lines = result.out.splitlines()
        self.assertGreater(len(lines), 10 * len(table) // 2)
        self.assertLessEqual(max(map(len, lines)), 80, max(lines, key=len))
        for command in table:
            for form in command["usage"].splitlines():
                self.assertTrue(form.startswith(command["name"]), form)
                rest = PLACE.sub("", form[len(command["name"]):])
                self.assertRegex(rest, r"^[][a-z| ]*$", f"what is no word in {form}")

    def test_question_mark_behind_every_word(self):
        process = self.terminal("--no-color")
        process.see("mpsh:primary> ")
        n = 0
        for command in self.table_of_the_group():
            for form in command["usage"].splitlines():
                typed = ""
                for word in form.split("[")[0].split():
                    self.ask(process, typed)
                    typed += ("1" if word.startswith("<") else word.split("|")[0]) + " "
                    n += 1
        self.assertGreater(n, 60)

    def table_of_the_group(self):
        result = self.run_mpsh("-q", "-j", "--proc-type=secondary", "-e", "help")
        return json.loads(result.out.splitlines()[0])["help"]

    def ask(self, process, typed):
        """What ? says behind what is typed; the line is cleared then."""
        process.skip()
        os.write(process.master, typed.encode() + b"?")
        os.write(process.master, b"\x03")
        said = process.see(r"(?s).*\^C.*?mpsh:primary> ").group(0)
        said = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", said)
        for line in re.split(r"[\r\n]+", said):
            self.assertLessEqual(len(line), 80, (typed, line))
            if not line.startswith("mpsh:"):
                self.assertNotRegex(line, r"<[a-z_]+[^a-z_>]", (typed, line))


if __name__ == "__main__":
    main()
