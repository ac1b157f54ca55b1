#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors

"""watch where nothing is painted: in a batch, as JSON, and on a terminal without escape sequences."""

import json
import os
import re
import signal
import sys

sys.path.insert(0, __file__.rpartition("/")[0] + "/../lib")
sys.dont_write_bytecode = True

from mpshtest import StartTest, main  # noqa: E402


class Watch(StartTest):
    def test_a_batch_prints_so_many_results_one_after_another(self):
        result = self.run_mpsh("--proc-type=primary", "-q", "-e", "watch 0.1 count 3 peers", "-e", "watch count 1 info",
                               "-e", "watch .1  count 2  stats # seen twice")
        self.assertEqual((result.code, result.err), (0, ""))
        lines = result.out.splitlines()
        self.assertEqual(lines[:3], ["no other process is here"] * 3)
        self.assertEqual(lines[-2:], ["nothing was counted yet"] * 2)
        self.assertEqual(len(re.findall("(?m)^role +primary$", result.out)), 1)

    def test_as_json_each_result_is_a_document(self):
        primary = self.primary("-j")
        primary.type("watch 0.1 count 3 peers", "watch 0.1 show rings")
        for _ in range(3):
            self.assertEqual(json.loads(primary.line("peers").string), {"peers": []})
        for _ in range(2):
            self.assertTrue(json.loads(primary.line("show_rings").string)["show_rings"])
        primary.kill(signal.SIGINT)
        self.assertEqual(primary.end().code, 130)

    def test_what_is_found_does_not_end_it_but_an_error_does(self):
        # doctor fails, without an error, where something is wrong: here a process that is stopped.
        primary = self.primary("-j")
        secondary = self.secondary()
        secondary.stop()
        primary.type("watch 0.1 count 3 doctor")
        for _ in range(3):
            checks = json.loads(primary.line('^{"doctor"').string)["doctor"]
            self.assertIn(False, [check["ok"] for check in checks])
        self.assertEqual(primary.end().code, 1)
        secondary.kill()
        result = self.run_mpsh("--proc-type=primary", "-q", "-e", "watch 0.1 show ring nosuch")
        self.assertEqual((result.code, result.out), (1, ""))
        self.assertEqual(result.err.count("\n"), 1, result.err)

    def test_a_terminal_without_escape_sequences_gets_none(self):
        for term in ("dumb", ""):
            primary = self.terminal("--proc-type=primary", env=dict(self.env, TERM=term))
            primary.see("mpsh:primary> ")
            primary.type("watch 0.1 count 3 info")
            texts = [primary.see("(.|\n)*?rte_mp thread +runs\r\n")[0] for _ in range(3)]
            for text in texts[1:]:
                self.assertNotIn("\x1b", text)
                self.assertTrue(text.startswith("mpsh "), text)
            primary.type("quit")
            primary.popen.wait()
            # A key ends it there, too.
            primary = self.terminal("--proc-type=primary", env=dict(self.env, TERM=term))
            primary.see("mpsh:primary> ")
            primary.type("watch 3600 info")
            primary.see("rte_mp thread +runs\r\n")
            primary.type("quit")  # q is the key
            primary.see("error: unknown command uit")
            primary.type("quit")
            primary.popen.wait()

    def check_interrupt(self, terminal, prompt, line, picture):
        """Ctrl-C, once there is a picture, ends it; the picture stays, and the next key is typed."""
        terminal.type(line)
        terminal.see(picture)
        os.write(terminal.master, b"\x03")
        shown = terminal.see(r"((?:.|\n)*?)" + prompt)[1]
        # Nothing went up to where the picture was, to paint an empty one.
        self.assertNotRegex(shown, r"\x1b\[\d+A\x1b\[J")
        terminal.type("echo_of_a_key")
        terminal.see("error: unknown command echo_of_a_key")
        terminal.see(prompt)

    def test_ctrl_c_ends_it_while_a_look_is_under_way(self):
        env = dict(self.env, NO_COLOR="1")
        primary = self.primary()
        member = self.terminal("--proc-type=secondary", env=env)
        outside = self.terminal("-o", str(primary.pid), env=env, prefix=False)
        for terminal, prompt in ((member, "mpsh:secondary-1> "), (outside, "mpsh:outside> ")):
            terminal.see(prompt)
            # Such a look takes a second, and the next one begins at once.
            self.check_interrupt(terminal, prompt, "watch 0.1 why", "nothing found in [12] process")
            self.check_interrupt(terminal, prompt, "watch 0.1 where MSG_POOL", "pool MSG_POOL: ")
            terminal.type("quit")
            self.assertEqual(terminal.popen.wait(), 0)

    def test_ctrl_c_in_a_batch_ends_it_while_a_look_is_under_way(self):
        primary = self.primary()
        looker = self.spawn("-j", "-o", str(primary.pid), "watch", "0.1", "why", prefix=False)
        looker.line('^{"why"')
        looker.kill(signal.SIGINT)
        result = looker.end()
        self.assertEqual((result.code, result.err), (130, ""))


if __name__ == "__main__":
    main()
