#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors

"""set monitor on: a line for each kind of message that passes the primary, over either transport."""

import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../lib'))
from mpshtest import StartTest, main  # noqa: E402


class Monitor(StartTest):
    def setUp(self):
        super().setUp()
        self.there = [self.primary("-j", "-k", "-t", "20000", "-e", "set monitor on", "-i")]
        for _ in (1, 2):
            self.there.append(self.spawn("-j", "-k", "-t", "20000", "--proc-type=secondary"))
            self.there[-1].line('"ready"')
        self.there[0].line('"attached","peer":"secondary-2"')

    def passed(self, i, command, fence):
        """What passes while process i runs the command: (from, to, transport, kind) of each."""
        rows, result = [], '{"%s":' % command.split()[0]
        self.there[i].type(command)
        if i != 0:
            self.there[i].line("^" + result)
            self.there[2].type("send " + fence)
        while True:
            line = self.there[0].line("^{").string
            if i == 0 and line.startswith(result):
                self.there[2].type("send " + fence)
            if not line.startswith('{"monitor":'):
                continue
            row = json.loads(line)["monitor"]
            if row["text"] == fence:
                self.there[0].line('^{"monitor":.*"%s"' % fence)
                return rows
            rows.append((row["from"], row["to"], row["transport"], row["kind"]))

    def test_kinds_over_the_ring(self):
        there, back = ("secondary-1", "primary", "ring"), ("primary", "secondary-1", "ring")
        self.assertEqual(self.passed(1, "send x", "f1"), [there + ("message",), back + ("reply",)])
        self.assertEqual(self.passed(1, "ping count 1", "f2"), [there + ("ping",), back + ("pong",)])
        self.assertEqual(self.passed(0, "sendto 1 x", "f3"), [back + ("message",), there + ("reply",)])
        self.assertEqual(self.passed(0, "ping 1 count 1", "f4"), [back + ("ping",), there + ("pong",)])
        self.assertEqual(self.passed(1, "ping 2 count 1", "f5"),
                         [("secondary-1", "secondary-2", "ring", "ping"),
                          ("secondary-2", "secondary-1", "ring", "pong")])

    def test_kinds_over_rte_mp(self):
        came = self.passed(0, "broadcast x", "f6")
        self.assertEqual(sorted(row for row in came if row[0] != "primary"),
                         [("secondary-1", "primary", "mp", "reply"), ("secondary-2", "primary", "mp", "reply")])
        came = self.passed(1, "broadcast y", "f7")
        self.assertEqual(came[0], ("secondary-1", "all", "mp", "broadcast"))
        self.assertEqual(sorted(came[1:]),
                         [("primary", "secondary-1", "ring", "reply"),
                          ("secondary-1", "secondary-2", "ring", "broadcast"),
                          ("secondary-2", "secondary-1", "ring", "reply")])


if __name__ == "__main__":
    main()
