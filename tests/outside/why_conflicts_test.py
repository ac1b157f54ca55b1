#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors

"""why: processes that are in each other's way, by an lcore id, a CPU or a prefix."""

from outsidetest import HIDDEN, SANDBOX, child_of
from whytest import Lab, WhyTest, built, main

PROGRAMS = ("faults", "faults_static")


class ConflictsTest(WhyTest):
    def pair(self, name, *lcores, options=()):
        """A primary and a secondary with these lcores."""
        program = built(name)
        pair = (self.primary_with(program=program, lcores=lcores[0], options=options),
                self.secondary_with(program=program, lcores=lcores[-1], options=options))
        return sorted(pair, key=lambda process: process.pid)

    def same_lcore(self, name, one, other, lcore):
        return ("same_lcore", f"pid {one.pid} ({name}) and pid {other.pid} ({name}) both have lcore {lcore}: they "
                              "damage the caches of the pools they share")

    def same_cpu(self, name, one, other):
        return ("same_cpu", f"{name} of pid {one.pid} ({name}) and {name} of pid {other.pid} ({name}) are busy on "
                            "CPU 0 alone")

    def are_busy(self, *processes):
        for process in processes:
            process.type("busy")
            process.line("^busy$")

    def conflicts(self, target, *pids):
        """The findings; of CPUs those between these alone, as others on this host may be busy there, too."""
        words = [f"pid {pid} " for pid in pids]
        return [finding for finding in self.findings(target)
                if finding[0] != "same_cpu" or all(word in finding[1] for word in words)]

    def close(self, *processes):
        for process in processes:
            process.kill()
            process.end()

    def test_one_lcore_twice(self):
        for name in PROGRAMS:
            with self.subTest(name):
                one, other = self.pair(name, "1@(0-1)")
                same = self.same_lcore(name, one, other, "1")
                self.assertEqual(self.findings(one.pid), [same])
                self.assertEqual(self.findings(other.pid), [same])
                self.assertEqual(self.findings(), [same])
                self.close(one, other)

    def test_several_lcores_twice(self):
        one, other = self.pair("faults", "1@0,2@0,3@0,5@0,6@0", "2@0,3@0,6@0")
        self.assertEqual(self.findings(one.pid), [self.same_lcore("faults", one, other, "2-3, 6")])

    def test_one_lcore_twice_harms_no_pool_without_caches(self):
        # A bare lab has no pool at all.
        primary = self.lab("bare")
        self.lab("bare", options=("--proc-type=secondary",))
        self.assertEqual(self.why(primary.pid, code=0)[0]["findings"], [])

    def test_one_cpu_twice(self):
        for name in PROGRAMS:
            with self.subTest(name):
                one, other = self.pair(name, "1@0", "2@0")
                self.are_busy(one)
                self.assertEqual(self.why(other.pid, code=0)[0]["findings"], [])
                self.are_busy(other)
                same = self.same_cpu(name, one, other)
                for target in (one.pid, other.pid, None):
                    self.assertEqual(self.conflicts(target, one.pid, other.pid), [same])
                text = self.run_mpsh("why", str(one.pid), prefix=False).out
                self.assertIn(f"\n* {same[1]}\n", text)
                self.close(one, other)

    def test_a_busy_thread_that_may_go_elsewhere(self):
        one, other = self.pair("faults", "1@0", "2@(0-1)")
        self.are_busy(one, other)
        self.assertEqual(self.run_mpsh("why", str(other.pid), prefix=False).code, 0)

    def in_a_container(self, name):
        process = Lab(self.faults_words(program=built(name)), self.env,
                      before=(*SANDBOX, *HIDDEN, "-"))
        self.addCleanup(process.clean_up)
        process.inner = child_of(process.inner)
        return process

    def same_prefix(self, name, *pids):
        """As it may be said: the groups come in no order."""
        return [("same_prefix", f"2 groups with prefix {self.prefix}, which never see each other: pid {one} ({name}), "
                                f"pid {other} ({name})") for one, other in (pids, pids[::-1])]

    def test_one_prefix_twice(self):
        for name in PROGRAMS:
            with self.subTest(name):
                here = self.primary_with(program=built(name))
                inside = self.in_a_container(name)
                for pid in (here.pid, inside.inner):
                    found, = self.findings(pid)
                    self.assertIn(found, self.same_prefix(name, here.pid, inside.inner))
                inside.close()
                inside.end()
                self.assertEqual(self.why(here.pid, code=0)[0]["findings"], [])
                self.close(here)

    def test_all_of_them_in_their_order(self):
        one, other = self.pair("faults", "1@0")
        inside = self.in_a_container("faults")
        self.are_busy(one, other)
        found = self.conflicts(one.pid, one.pid, other.pid)
        self.assertEqual(found[:2], [self.same_lcore("faults", one, other, "1"), self.same_cpu("faults", one, other)])
        primary, = [pid for pid in (one.pid, other.pid) if f" pid {pid} " in found[2][1]]
        self.assertEqual(len(found), 3)
        self.assertIn(found[2], self.same_prefix("faults", primary, inside.inner))


if __name__ == "__main__":
    main()
