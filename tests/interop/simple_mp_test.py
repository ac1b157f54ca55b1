#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors

"""DPDK's simple_mp on both sides of its ring pair, mpsh on the other."""

import json
import os
import re
import signal

import simple_mp
from interoptest import BY_LINE, InteropTest, main, wait_for

MANY = 10000
LONGEST = "x" * 127

# The same two on both sides: what two prompts of one machine have.
LCORES = ["-l", "0-1"]


class SimpleMp(InteropTest):
    def simple_mp(self, role):
        return self.foreign(PROGRAM, *LCORES, f"--proc-type={role}", before=BY_LINE,
                            ready="Starting core 1")

    def pool(self):
        pools = self.ask("show pools")[0]
        return next(pool for pool in pools if pool["name"] == "MSG_POOL")

    def check_pool(self, before):
        """As many free objects as before, those in caches among them."""
        now = self.pool()
        self.assertEqual(before["in_use"], 0)
        self.assertEqual((now["size"], now["in_use"]), (before["size"], 0))

    def quit(self, process):
        self.check_lives(process)
        process.type("quit")
        self.assertEqual(process.end().code, 0)

    def flood(self, mpsh, process, command):
        """MANY messages to simple_mp as fast as it goes; meanwhile some come from it."""
        # The pipes are shorter than this: mpsh is at it while simple_mp is told to send.
        mpsh.type(*(f"{command} n{i}" for i in range(MANY // 2)))
        process.type(*(f"send b{i}" for i in range(100)))
        mpsh.type(*(f"{command} n{i}" for i in range(MANY // 2, MANY)), "mp listen")
        mpsh.line("^no action is listened to")
        out, err = mpsh.out(), mpsh.err()
        sent = len(re.findall(r"(?m)^sent to \w+ \(it does not reply\)$", out))
        full = len(re.findall(
            r"(?m)^error: ring to \w+ is full \(\d+ waiting\); nothing was sent$", err))
        empty = len(re.findall(
            r"(?m)^error: pool MSG_POOL is empty; nothing was sent$", err))
        self.assertEqual(len(err.splitlines()), full + empty)
        print(f"{sent} sent, refused: {full} by the ring, {empty} by the pool")
        self.assertEqual(sent + full + empty, MANY)
        self.assertGreater(sent, 0)

        # The last one, once there is room; then all before it have come.
        wait_for(lambda: self.sends(mpsh, f"{command} end"), "there is room for the last one")
        process.line("Received 'end'")
        numbers = [int(number) for number in re.findall(r"Received 'n(\d+)'", process.out())]
        self.assertEqual(len(numbers), sent)
        self.assertEqual(numbers, sorted(set(numbers)), "out of order, or twice")
        # Its own: what found the ring full it says itself.
        wait_for(lambda: process.out().count("message discarded") +
                 len(re.findall(r"(?m)^\w+: b\d+$", mpsh.out())) == 100, "all of its have come")
        return full + empty

    def sends(self, mpsh, line):
        before = mpsh.out().count("\nsent to "), mpsh.err().count("\n")
        mpsh.type(line)
        wait_for(lambda: (mpsh.out().count("\nsent to "), mpsh.err().count("\n")) != before,
                 "an answer to send")
        return mpsh.out().count("\nsent to ") != before[0]

    def test_guest_of_simple_mp(self):
        process = self.simple_mp("primary")
        before = self.pool()
        guest = self.secondary(*LCORES, "-k")

        guest.type("send hello", f"send {LONGEST}", f"send {LONGEST}x", "send two words")
        process.line(r"core 1: Received 'hello'$")
        process.line(f"core 1: Received '{LONGEST}'$")
        process.line(r"core 1: Received 'two words'$")
        guest.line(r"^sent to primary \(it does not reply\)$")
        guest.line(r"^error: text is 128 bytes, the limit is 127; nothing was sent$", "err")

        for i in range(30):
            process.type(f"send b{i}")
            guest.line(f"^primary: b{i}$")
        process.type(f"send {LONGEST[:100]}")
        guest.line(f"^primary: {LONGEST[:100]}$")
        # It waits, sees who is here and watches, as any console.
        guest.type("wait message b29", "peers", "watch show rings")
        guest.line("^primary: b29$")
        guest.line(r"^ *- +simple_mp +%d +foreign" % process.pid)
        guest.line("^PRI_2_SEC ")
        guest.line("^PRI_2_SEC ")
        guest.kill(signal.SIGINT)
        result = guest.end()
        self.assertEqual(result.code, 130)
        self.assertRegex(result.out, r"^\* ready as guest \(pid %d\)\n" % guest.pid)

        self.check_pool(before)
        self.quit(process)

    def test_primary_of_simple_mp(self):
        primary = self.primary(*LCORES, "-k")
        primary.type("sendto simple_mp nobody", "send nobody")
        primary.line(r"^error: no peer named simple_mp$", "err")
        primary.line(r"^error: no secondary is attached$", "err")
        process = self.simple_mp("secondary")
        before = self.pool()

        primary.type("sendto simple_mp hello", f"sendto simple_mp {LONGEST}",
                     f"sendto simple_mp {LONGEST}x", "send to nobody")
        process.line(r"core 1: Received 'hello'$")
        process.line(f"core 1: Received '{LONGEST}'$")
        primary.line(r"^sent to simple_mp \(it does not reply\)$")
        primary.line(r"^error: text is 128 bytes, the limit is 127; nothing was sent$", "err")
        primary.line(r"^error: no secondary is attached; sendto simple_mp reaches pid %d \(simple_mp\)$" % process.pid, "err")
        for i in range(30):
            process.type(f"send b{i}")
            primary.line(f"^simple_mp: b{i}$")

        # What was sent and came is counted, with its bytes.
        primary.type("set json on", "stats", "set json off")
        rows = {row["peer"]: row for row in json.loads(primary.line('^{"stats"').string)["stats"]}
        row = rows["simple_mp"]
        self.assertEqual((row["transport"], row["sent"], row["received"], row["replies"], row["invalid"]),
                         ("ring", 2, 30, 0, 0))
        self.assertEqual(row["bytes"], 5 + 127 + sum(len(f"b{i}") for i in range(30)))

        # It is there for all to see, and the consoles go on beside it.
        primary.type("peers")
        primary.line(r"^ *- +simple_mp +%d +foreign" % process.pid)
        self.assertRegex(self.guest("-e", "send between consoles").out,
                         "reply from primary: between consoles")
        self.check_pool(before)
        self.quit(process)
        self.assertEqual(primary.end().code, 1)

    def test_looked_into_from_outside(self):
        """What waits for a secondary that is not there, and who has its message."""
        process = self.simple_mp("primary")
        process.type("send hello_there")
        outside = ("-o", str(process.pid))
        wait_for(lambda: " 1 of 63 waiting" in self.run_mpsh(
            *outside, "peek", "PRI_2_SEC", prefix=False).out, "the message waits")
        result = self.run_mpsh(*outside, "-e", "peek PRI_2_SEC", "-e", "where MSG_POOL", prefix=False)
        self.assertEqual((result.code, result.err), (0, ""))
        lines = result.out.splitlines()
        self.assertEqual(lines[:2], [
            "PRI_2_SEC: 1 of 63 waiting, elements of 8 bytes, taken as pointers",
            '    0  object of MSG_POOL, 128 bytes: "hello_there"'])
        self.assertEqual(lines[2], "pool MSG_POOL: 1024 objects")
        self.assertIn("    1 waiting in ring PRI_2_SEC", lines)
        self.assertEqual(sum(int(line.split()[0]) for line in lines[3:]), 1024)
        self.assertNotIn("nowhere", result.out)
        self.quit(process)

    def test_10000_messages_from_a_guest(self):
        process = self.simple_mp("primary")
        before = self.pool()
        guest = self.secondary(*LCORES, "-k")
        refused = self.flood(guest, process, "send")
        self.assertEqual(guest.end(60).code, 1 if refused else 0)
        self.check_pool(before)
        self.quit(process)

    def test_10000_messages_from_a_primary(self):
        primary = self.primary(*LCORES, "-k")
        process = self.simple_mp("secondary")
        before = self.pool()
        refused = self.flood(primary, process, "sendto simple_mp")
        self.check_pool(before)
        self.quit(process)
        self.assertEqual(primary.end().code, 1 if refused else 0)


if __name__ == "__main__":
    PROGRAM = simple_mp.build(os.path.join(
        os.environ.get("INTEROP_DIR", "/tmp/mpsh-interop"), "simple_mp"))
    main()
