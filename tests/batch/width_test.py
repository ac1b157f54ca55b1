#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors

"""At a narrow terminal nothing that a command prints is wider than it, and no word is cut."""

import fcntl
import os
import re
import struct
import sys
import termios

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../lib'))
from mpshtest import StartTest, Terminal, main  # noqa: E402

LONG = "forwarder-of-packets-abc"
COMMANDS = ("help", "help bench", "help mp listen", "help wait", "peers", "stats", "info", "set",
            "bench seconds 1", "ping count 3 interval 1", "show rings", "show ring mpsh_to_1",
            "show pools", "show memzones", "jitter 1")


class Width(StartTest):
    def terminal(self, columns, *words):
        process = Terminal(self.words(*words), self.env)
        fcntl.ioctl(process.master, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
        self.addCleanup(process.clean_up)
        return process

    def group(self, columns):
        """A primary with a long name and a secondary at a terminal so wide, with traffic between."""
        primary = self.primary("--name", LONG)
        other = self.secondary("--name", LONG[::-1])
        secondary = self.terminal(columns, "-w", "10")
        secondary.see("> ")
        secondary.type("send hello")
        secondary.see("reply from")
        return primary, other, secondary

    def printed(self, process, command):
        """The lines that a command prints at a terminal, and the progress that it draws over itself."""
        process.type(command)
        process.see(re.escape(command) + r"[^\n]*\n")
        # The prompt that comes when it is done; one is drawn anew for each notice.
        text = ""
        while not text.endswith("> "):
            text += process.see(r"(?s).*?mpsh:[^ \n]*> ").group(0)
        lines = re.split(r"[\r\n]+", re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", text))
        return [line for line in lines if line.strip() and not line.startswith("mpsh:")]

    def test_every_line_fits(self):
        for columns in (60, 75):
            _, _, secondary = self.group(columns)
            wide = self.words_of_help()
            for command in COMMANDS:
                lines = self.printed(secondary, command)
                self.assertTrue(lines, command)
                for line in lines:
                    # The path of a runtime directory may be a word wider than that.
                    if max(map(len, line.split())) > columns - 25:
                        continue
                    self.assertLessEqual(len(line), columns, (command, line))
                if command == "help":
                    self.assertEqual(" ".join(lines).split(), wide)
            self.tearDown()
            self.doCleanups()
            self.setUp()

    def words_of_help(self):
        result = self.run_mpsh("-e", "help")
        return [word for line in result.out.splitlines() if not line.startswith("* ")
                for word in line.split()]

    def test_columns_without_content_go_first_and_then_names_are_shortened(self):
        _, _, secondary = self.group(60)
        lines = self.printed(secondary, "stats")
        self.assertNotIn("REFUSED", lines[0])
        for heading in ("PEER", "TRANSPORT", "SENT", "REPLIES", "BYTES"):
            self.assertIn(heading, lines[0])
        self.assertIn(LONG, lines[1])
        secondary = self.terminal(40, "-w", "10")
        secondary.see("> ")
        secondary.type("send hello")
        secondary.see("reply from")
        lines = self.printed(secondary, "stats")
        self.assertRegex(lines[1], "^fo[a-z-]*\N{HORIZONTAL ELLIPSIS}[a-z-]*bc ring +1 ")

    def test_at_a_wide_terminal_nothing_is_left_out(self):
        _, _, secondary = self.group(200)
        lines = self.printed(secondary, "stats")
        self.assertIn("REFUSED INVALID BYTES", lines[0])
        self.assertIn(LONG, lines[1])
        self.assertTrue([line for line in self.printed(secondary, "bench seconds 1")
                         if re.search("^[0-9]+ messages to .* over ring$", line)])

    def test_results_that_are_measured_are_narrow_everywhere(self):
        self.primary("--name", LONG)
        result = self.run_mpsh("-e", "bench seconds 1", "-e", "bench via mp seconds 1", "-e", "ping count 1000 interval 0")
        self.assertEqual(result.code, 0, result)
        lines = [line for line in result.out.splitlines() if not line.startswith("* ")]
        self.assertGreater(len(lines), 1010)
        self.assertLessEqual(max(map(len, lines)), 60)
        # Of what has no room the end is left out, not the time.
        self.assertRegex(next(line for line in lines if line.startswith(LONG)), rf"^{LONG}: 1 \(ring, .*\)$")

    def test_a_table_is_not_shortened_where_there_is_no_terminal(self):
        self.primary("--name", LONG)
        result = self.run_mpsh("-e", "send x", "-e", "stats")
        self.assertIn("REFUSED INVALID BYTES", result.out)
        self.assertRegex(result.out, f"(?m)^{LONG} ring ")

    def test_a_sentence_is_broken_by_the_terminal_alone(self):
        result = self.run_mpsh("--doctor")
        process = self.terminal(60, "--doctor")
        process.end()
        said = re.sub(r"\d", "0", process.out().replace("\r", ""))
        self.assertEqual([line for line in said.splitlines() if len(line) > 60],
                         [line for line in re.sub(r"\d", "0", result.out).splitlines() if len(line) > 60])
        self.assertTrue([line for line in said.splitlines() if len(line) > 60], said)

    def test_a_transport_without_traffic_is_left_out(self):
        _, _, secondary = self.group(80)
        self.assertEqual([line.split()[1] for line in self.printed(secondary, "stats")],
                         ["TRANSPORT", "ring", "TRANSPORT", "ring"])
        self.assertEqual(self.printed(secondary, "stats reset"), [])
        self.assertEqual(self.printed(secondary, "stats"), ["nothing was counted yet"])


if __name__ == "__main__":
    main()
