#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors

"""why: what looks like a mutex and is none, or is another C library's: no owner is said rather than a wrong one."""

import pathlib
import platform
import re

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

    def files_of(self, pid):
        """The group's files as a process has them mapped: ADDRESS=PATH."""
        maps = pathlib.Path(f"/proc/{pid}/maps").read_text()
        return [f"{address}={path}" for address, path in re.findall(r"(?m)^(\w+)-\S+ \S+ \S+ \S+ \S+ +(/.*)$", maps)
                if path.startswith(self.runtime_dir() + "/")]

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


if __name__ == "__main__":
    main()
