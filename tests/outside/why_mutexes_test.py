#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors

"""why: what looks like a mutex and is none, or is another C library's: no owner is said rather than a wrong one."""

import pathlib
import platform

from outsidetest import Room, end_by_kill
from whytest import Lab, WhyTest, built, main, wait_for

# Of x86 and of 64-bit Arm.
FUTEX = "98" if platform.machine() == "aarch64" else "202"


class MutexesTest(WhyTest):
    def no_mutex(self, process, number):
        """So many of its threads wait for a futex, and nothing is found."""
        wait_for(lambda: self.waiting(process.pid) == number, "all of them wait")
        entry = self.why(process.pid, code=0)[0]
        self.assertEqual(entry["findings"], [])
        self.assertEqual([thread["call"] for thread in entry["threads"]].count("futex"), number)
        process.kill()
        process.end()

    def waiting(self, pid):
        return sum(task.joinpath("syscall").read_text().split()[0] == FUTEX
                   for task in pathlib.Path(f"/proc/{pid}/task").iterdir())

    def test_those_of_musl(self):
        primary = self.primary_with()
        for name in ("musl", "musl_static"):
            with self.subTest(name):
                process = Lab([built(name), *self.files_of(primary.pid)], self.env)
                self.addCleanup(process.clean_up)
                # For mutexes of three kinds, a condition, a semaphore.
                self.no_mutex(process, 5)

    def test_what_is_no_mutex(self):
        for name in ("faults", "faults_static"):
            for command in ("futex", "stream"):
                with self.subTest(f"{name} {command}"):
                    process = self.primary_with(program=built(name))
                    process.type(command)
                    process.line("^waits$")
                    self.no_mutex(process, 1)

    def in_handler(self, *commands, **options):
        """One whose handler waits for the mutex that its main thread holds: its finding."""
        asked = self.primary_with("action locks", *commands, "hold", **options)
        asker = self.secondary_with(**options)
        asker.type("ask locks")
        asked.line("^called locks$")
        found = self.findings(asked.inner)
        self.assertEqual(found[0], (
            "mutex", f"thread {self.mp_thread(asked.inner)} (rte_mp) waits for a mutex that thread {asked.inner} "
                     "(main) holds, which is in read()"))
        self.assertRegex(found[1][1], r"^its rte_mp thread is inside a handler: locks\(\), waiting for a mutex; ")
        end_by_kill(asker)
        end_by_kill(asked)

    def test_in_a_container(self):
        # The mutex has the number that its owner has there.
        self.in_handler(before=Room(self).before)

    def test_with_priority_inheritance(self):
        for name in ("faults", "faults_static"):
            with self.subTest(name):
                self.in_handler("inherit", program=built(name))

    def shared(self, **options):
        """A primary that holds a mutex in shared memory, and a secondary that waits for it."""
        holds = self.primary_with("share", "hold", **options)
        waits = self.secondary_with("share", **options)
        waits.type("wait")
        waits.line("^waits$")
        return holds, waits

    def test_one_of_another_process(self):
        for name in ("faults", "faults_static"):
            with self.subTest(name):
                holds, waits = self.shared(program=built(name))
                who = f"thread {waits.pid} (main) waits for a mutex"
                held = f"{who} that thread {holds.pid} of pid {holds.pid} ({name}) holds"
                self.assertEqual(self.findings(waits.pid), [("mutex", held)])
                holds.stop()
                self.assertEqual(self.findings(waits.pid), [("mutex", f"{held}, which is stopped")])
                end_by_kill(holds)
                self.assertEqual([text for kind, text in self.findings(waits.pid) if kind == "mutex"],
                                 [f"{who} of thread {holds.pid}, which is dead"])
                end_by_kill(waits)

    def test_one_of_another_process_in_a_container(self):
        _, waits = self.shared(before=Room(self).before)
        self.assertEqual(self.why(waits.inner, code=0)[0]["findings"], [])


if __name__ == "__main__":
    main()
