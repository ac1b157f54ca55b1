#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors
"""What ping shows at a prompt: its round trips, their sums, and the bars below."""

import os
import re
import signal
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib"))
import mpshtest  # noqa: E402

TIME = r"\d+(?:\.\d+)? (?:ns|us|ms|s)"
UNITS = {"ns": 1, "us": 1e3, "ms": 1e6, "s": 1e9}
WIDTH = 32  # columns of the longest bar
EIGHTHS = " ▏▎▍▌▋▊▉"


def ns_of(time):
    number, unit = time.split()
    return float(number) * UNITS[unit]


def eighths_of(bar):
    """The length of a bar in eighths of a column."""
    return sum(8 if block == "█" else EIGHTHS.index(block) for block in bar)


class Ping(mpshtest.StartTest):
    def ping(self, command):
        """The lines of a ping, and the rows of its bars: from when, how long, how many."""
        result = self.run_mpsh("-e", command)
        self.assertEqual(result.code, 0, result)
        lines = [line for line in result.out.splitlines() if not line.startswith("* ")]
        rows = []
        while lines and "min " not in lines[-1]:
            row = re.fullmatch(rf" *({TIME}) ([█{EIGHTHS[1:]}]*) (\d+)", lines.pop())
            self.assertTrue(row, result)
            rows.insert(0, (ns_of(row.group(1)), eighths_of(row.group(2)), int(row.group(3))))
        return lines, rows

    def test_many(self):
        self.primary()
        for count in (9, 2000):
            lines, rows = self.ping(f"ping count {count} interval 0")
            self.assertEqual(len(lines), count + 2)
            times = []
            for i, line in enumerate(lines[:-2]):
                reply = re.fullmatch(rf"reply from primary: {i + 1} of {count} \(ring, ({TIME})\)", line)
                self.assertTrue(reply, line)
                times.append(ns_of(reply.group(1)))
            self.assertEqual(lines[-2], f"{count} sent, 0 lost")
            total = re.fullmatch(rf"min ({TIME}), p50 ({TIME}), p99 ({TIME}), max ({TIME})", lines[-1])
            self.assertTrue(total, lines[-1])
            lowest, _, _, highest = map(ns_of, total.groups())
            self.assertEqual((lowest, highest), (min(times), max(times)))
            # Eight parts from the shortest up, which hold all; the longest bar is that of most.
            self.assertEqual(len(rows), 8)
            self.assertEqual(sum(row[2] for row in rows), count)
            self.assertEqual(rows[0][0], lowest)
            self.assertEqual([row[0] for row in rows], sorted(row[0] for row in rows))
            self.assertLessEqual(rows[-1][0], highest)
            most = max(row[2] for row in rows)
            for _, length, counted in rows:
                self.assertEqual(length, max(counted * WIDTH * 8 // most, counted > 0), rows)

    def test_one(self):
        self.primary()
        lines, rows = self.ping("ping count 1")
        self.assertRegex(lines[0], rf"^reply from primary: 1 of 1 \(ring, {TIME}\)$")
        self.assertEqual(lines[1], "1 sent, 0 lost")
        shortest = re.fullmatch(rf"min ({TIME}), p50 \1, p99 \1, max \1", lines[2])
        self.assertTrue(shortest, lines)
        self.assertEqual(rows, [(ns_of(shortest.group(1)), WIDTH * 8, 1)])

    def test_none(self):
        primary = self.primary("--no-telemetry")
        secondary = self.secondary("-k", "-t", "100")
        primary.line(r"^\* secondary-1 attached")
        primary.kill(signal.SIGSTOP)
        secondary.type("ping count 2 interval 0", "quit")
        secondary.line("^no reply from primary within 100 ms$")
        secondary.line("^no reply from primary within 100 ms$")
        # No bar without a reply.
        secondary.line("^2 sent, 2 lost$")
        secondary.line("^min -, p50 -, p99 -, max -$")
        self.assertNotRegex(secondary.end().out, "█")
        primary.kill(signal.SIGCONT)


if __name__ == "__main__":
    mpshtest.main()
