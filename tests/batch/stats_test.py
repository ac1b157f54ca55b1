#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors

"""What was done is what stats says was done: every counter, at both ends, over both transports."""

import json
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../lib'))
from mpshtest import StartTest, main  # noqa: E402

COUNTERS = ("sent", "received", "replies", "timeouts", "late", "refused", "invalid", "bytes")


class Stats(StartTest):
    def setUp(self):
        super().setUp()
        self.there = [self.primary("-j", "-k", "-t", "20000")]
        for i in (1, 2):
            self.there.append(self.spawn("-j", "-k", "-t", "20000", "--proc-type=secondary"))
            self.there[i].line('"ready"')
        self.there[0].line('"attached","peer":"secondary-2"')

    def ask(self, i, command, name=None):
        """The result of a command of process i."""
        self.there[i].type(command)
        return json.loads(self.there[i].line(f'^{{"{name or command.split()[0]}":').string)[
            name or command.split()[0]]

    def check(self, i, **rows):
        """Exactly these rows have counts in process i: peer_transport=(sent, received, ...)."""
        counted = {f"{row['peer'].replace('-', '_')}_{row['transport']}": tuple(row[name] for name in COUNTERS)
                   for row in self.ask(i, "stats") if any(row[name] for name in COUNTERS)}
        self.assertEqual(counted, rows)

    def test_a_message_over_the_ring(self):
        self.ask(1, "send hello")
        self.there[0].line('"hello"')
        self.check(1, primary_ring=(1, 0, 1, 0, 0, 0, 0, 10))
        self.check(0, secondary_1_ring=(0, 1, 0, 0, 0, 0, 0, 10))
        self.check(2)

    def test_a_message_between_secondaries(self):
        self.ask(1, "sendto 2 four", "sendto")
        self.check(1, secondary_2_ring=(1, 0, 1, 0, 0, 0, 0, 8))
        self.check(2, secondary_1_ring=(0, 1, 0, 0, 0, 0, 0, 8))
        self.check(0)

    def test_pings(self):
        self.ask(1, "ping count 3 interval 0")
        self.check(1, primary_ring=(3, 0, 3, 0, 0, 0, 0, 24))
        self.check(0, secondary_1_ring=(0, 3, 0, 0, 0, 0, 0, 24))
        self.there[1].type("stats reset")
        self.ask(1, "ping via mp count 2 interval 0")
        self.check(1, primary_mp=(2, 0, 2, 0, 0, 0, 0, 16))
        self.check(0, secondary_1_ring=(0, 3, 0, 0, 0, 0, 0, 24), secondary_1_mp=(0, 2, 0, 0, 0, 0, 0, 16))
        self.there[0].type("stats reset")
        self.ask(0, "ping 2 via mp count 2 interval 0")
        self.check(0, secondary_2_mp=(2, 0, 2, 0, 0, 0, 0, 16))
        self.check(2, primary_mp=(0, 2, 0, 0, 0, 0, 0, 16))

    def test_a_bench_over_rte_mp(self):
        n = self.ask(1, "bench via mp seconds 1 size 100")["messages"]
        self.check(1, primary_mp=(n, 0, n, 0, 0, 0, 0, 200 * n))

    def test_a_bench_over_the_ring(self):
        """Its stream, of which only the bytes are counted, its start and its end with the report of 64 bytes."""
        for asker, asked, command in ((1, 0, "bench seconds 1 size 10"), (1, 2, "bench 2 seconds 1 size 10"),
                                      (0, 2, "bench 2 seconds 1 size 10")):
            size = 10 * self.ask(asker, command)["messages"] + 64
            peers = ["primary" if i == 0 else f"secondary_{i}" for i in (asker, asked)]
            self.check(asker, **{f"{peers[1]}_ring": (2, 0, 2, 0, 0, 0, 0, size)})
            self.check(asked, **{f"{peers[0]}_ring": (0, 2, 0, 0, 0, 0, 0, size)})
            for i in (asker, asked):
                self.there[i].type("stats reset")

    def test_a_broadcast(self):
        self.ask(0, "broadcast six678")
        for i in (1, 2):  # its answer may leave before it has counted
            self.there[i].line('"six678"')
        self.check(0, secondary_1_mp=(1, 0, 1, 0, 0, 0, 0, 12), secondary_2_mp=(1, 0, 1, 0, 0, 0, 0, 12))
        self.check(1, primary_mp=(0, 1, 0, 0, 0, 0, 0, 12))
        self.check(2, primary_mp=(0, 1, 0, 0, 0, 0, 0, 12))

    def test_a_broadcast_of_a_secondary(self):
        self.ask(1, "broadcast six678")
        for i in (0, 2):
            self.there[i].line('"six678"')
        self.check(2, secondary_1_ring=(0, 1, 0, 0, 0, 0, 0, 12))
        rows = {(row["peer"], row["transport"]): row for row in self.ask(1, "stats")}
        self.assertEqual([tuple(rows[peer][name] for name in ("sent", "replies", "timeouts", "invalid"))
                          for peer in (("primary", "mp"), ("secondary-2", "ring"))], [(1, 1, 0, 0)] * 2)

    def test_a_request(self):
        self.ask(1, "request five5")
        self.there[0].line('"five5"')
        self.check(1, primary_mp=(1, 0, 1, 0, 0, 0, 0, 10))
        self.check(0, secondary_1_mp=(0, 1, 0, 0, 0, 0, 0, 10))

    def test_an_answer_that_comes_later(self):
        self.there[1].type("set answer delay 20")
        self.ask(1, "set")
        self.ask(0, "broadcast six678")
        self.there[1].line('"six678"')
        self.ask(0, "request five5")
        self.there[1].line('"five5"')
        self.check(1, primary_mp=(0, 2, 0, 0, 0, 0, 0, 22))

    def test_what_is_relayed(self):
        self.there[0].type("set relay mpsh")
        self.ask(0, "set")
        self.ask(1, "send hello")
        self.there[0].line('^{"relay"')
        self.check(0, secondary_1_ring=(0, 1, 0, 0, 0, 0, 0, 10), others_mp=(2, 0, 2, 0, 0, 0, 0, 20))

    def test_a_timeout_and_a_late_reply(self):
        self.there[0].type("set answer delay 400")
        self.ask(0, "set")
        self.there[1].type("set timeout 50", "send late")
        self.there[1].line("no reply from primary within 50 ms", "err")
        self.there[1].line('"late"')
        self.check(1, primary_ring=(1, 0, 0, 1, 1, 0, 0, 8))

    def test_an_answer_to_who_had_the_number_before(self):
        self.there[0].type("set answer delay 700", "set timeout 20000")
        self.ask(0, "set")
        self.there[2].type("quit")
        self.there[0].line('"detached","peer":"secondary-2"')
        for _ in range(8):  # in all of them the number is 2
            first = self.run_mpsh("-t", "50", "-e", "send the first question")
            self.assertEqual((first.code, first.err), (1, "error: no reply from primary within 50 ms\n"))
        again = self.run_mpsh("-j", "-e", "send another question", "-e", "stats")
        self.assertEqual(again.code, 0, again)
        documents = self.documents(again.out)
        self.assertEqual(self.result_of(documents, "send")["text"], "another question")
        row = self.result_of(documents, "stats")[0]
        self.assertEqual((row["sent"], row["replies"], row["late"], row["invalid"]), (1, 1, 0, 0))
        refused = [row["refused"] for row in self.ask(0, "stats") if row["peer"] == "secondary-2"]
        self.assertEqual(max(refused), 0, "those for the others have gone with them")

    def test_round_trips_are_in_ns(self):
        self.there[0].type("set answer delay 300")
        self.ask(0, "set")
        for command in ("send x", "broadcast x", "request x"):
            before = time.monotonic_ns()
            result = self.ask(1, command)
            took = time.monotonic_ns() - before
            if command == "broadcast x":
                result = [reply for reply in result["replies"] if reply["peer"] == "primary"][0]
            self.assertGreaterEqual(result["rtt_ns"], 300000000, command)
            self.assertLessEqual(result["rtt_ns"], took, command)
        row, = [row for row in self.ask(1, "stats") if (row["peer"], row["transport"]) == ("primary", "ring")]
        for member in ("p50_ns", "p99_ns", "max_ns"):
            self.assertTrue(290000000 < row[member] < took + 200000000, row)

    def test_reset(self):
        self.ask(1, "send hello")
        self.there[1].type("stats reset")
        self.check(1)


if __name__ == "__main__":
    main()
