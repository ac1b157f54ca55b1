#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors

"""The rte_mp actions of applications however they are built, run and contained."""

import os
import signal
import time

from outsidetest import LAB, SANDBOX, OutsideTest, main

EALS = ["eal_dev_mp_request", "mp_malloc_request"]


class ActionsTest(OutsideTest):
    def actions(self, target, command="mp actions"):
        (document,) = self.look(target, command)
        return document["mp_actions"]

    def check_actions(self, lab, program):
        lab.stop()
        self.addCleanup(lab.kill, signal.SIGCONT)
        actions = self.actions(lab.inner)
        self.assertEqual(sorted(action["action"] for action in actions if action["action"] in EALS), EALS)
        self.assertEqual({action["pid"] for action in actions}, {lab.inner})
        for action in actions:
            self.assertRegex(action["function"], rf"^{program}\+0x[0-9a-f]+$")
        lab.kill(signal.SIGCONT)

    def test_libraries(self):
        self.check_actions(self.lab(), r"librte_\w+\.so[\d.]*")

    def test_all_in_one_with_symbols_and_without(self):
        for name in ("LAB_STATIC", "LAB_STRIPPED"):
            program = os.environ.get(name)
            if not program:
                self.skipTest("no static libraries of DPDK")
            with self.subTest(name):
                lab = self.lab(program=program)
                self.check_actions(lab, os.path.basename(program))
                lab.end()

    def test_in_a_container(self):
        self.check_actions(self.lab(program=LAB, before=SANDBOX), r"librte_\w+\.so[\d.]*")

    def test_a_process_without_rte_mp_has_none(self):
        lab = self.lab(options=("--in-memory",))
        self.assertEqual(self.actions(lab.pid), [])
        result = self.run_mpsh("mp", "actions", str(lab.pid), prefix=False)
        self.assertEqual((result.code, result.out, result.err), (0, "no actions\n", ""))

    def test_a_dump_has_none(self):
        lab = self.lab()
        path = os.path.join(self.home, "a.dump")
        self.look(lab.pid, f"dump {path}")
        result = self.run_mpsh("-o", path, "-e", "mp actions", prefix=False)
        self.assertEqual((result.code, result.out), (1, ""))
        self.assertEqual(result.err, "error: a dump has no actions: they are in the memory of each process\n")

    def test_it_is_fast(self):
        lab = self.lab()
        self.actions(lab.pid)
        began = time.monotonic()
        for _ in range(3):
            self.actions(lab.pid)
        # A start of mpsh each, and some 10 ms; a search of all memory takes longer on any host.
        self.assertLess(time.monotonic() - began, 3)


if __name__ == "__main__":
    main()
