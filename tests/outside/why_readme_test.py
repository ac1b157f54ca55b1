#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors

"""The stories that the README tells of why."""

import os
import pathlib
import re

from outsidetest import SOURCE_ROOT, end_by_kill, threads_as_22_11
from whytest import Process, WhyTest, built, main, wait_for


def story(name):
    """The words of the command, and what it prints."""
    text = (SOURCE_ROOT / "README.md").read_text()
    return re.search(rf"<!-- outside: why {name} -->\n```\n\$ mpsh ([^\n]*)\n(.*?)```", text, re.S).groups()


def plain(text):
    """What is the same each time: neither how wide a number is, nor how busy a thread."""
    text = re.sub(r" \d+% +\S+ ", " CPU ", threads_as_22_11(text))
    text = re.sub(r"DPDK [\d.]+", "DPDK", text)
    # Threads have ids by the moment.
    text = re.sub(r"(?m)^ *\d+ (eal-intr|rte_mp_h|dpdk-)", r"TID \1", text)
    return re.sub(r"\s+", " ", text).strip()


class ReadmeTest(WhyTest):
    def setUp(self):
        super().setUp()
        self.program = os.path.join(self.home, "lab")
        os.symlink(built("faults"), self.program)

    def check(self, name, *processes):
        """The story's output, with the pids of these processes for 4242 and so on."""
        words, expected = story(name)
        numbers = {f"{4242 + i}": str(pid) for i, pid in enumerate(processes)}
        for number, pid in numbers.items():
            words = words.replace(number, pid)
            expected = re.sub(rf"\b{number}\b", pid, expected)
        words = words.replace("--file-prefix rte", f"--file-prefix {self.prefix}")
        expected = expected.replace("prefix rte", f"prefix {self.prefix}")
        result = self.run_mpsh(*words.split(), prefix=False)
        self.assertEqual((result.code, result.err), (1, ""))
        self.assertEqual(plain(result.out), plain(expected))
        # A finding is one line, however long; the README folds it.
        self.assertEqual([line for line in result.out.splitlines() if re.match(" +[^ 0-9T]", line)], [])

    def lab(self, *commands, **options):
        return self.primary_with(*commands, program=self.program, **options)

    def lab_secondary(self, *commands):
        return self.secondary_with(*commands, program=self.program)

    def test_requests_time_out(self):
        primary = self.lab("action locks", "hold")
        asker = self.lab_secondary()
        asker.type("ask locks")
        primary.line("^called locks$")
        self.check("request", primary.pid, asker.pid, 0, self.mp_thread(primary.pid))

    def test_one_was_killed(self):
        primary = self.lab()
        killed = self.lab_secondary("enqueue jobs")
        end_by_kill(killed)
        spins = self.lab_secondary()
        spins.type("compute jobs")
        spins.line("^spins$")
        self.check("ring", primary.pid, spins.pid, killed.pid)

    def test_a_secondary_does_not_start(self):
        primary = self.lab()
        primary.stop()
        self.fill(self.mp_socket())
        attaching = Process(self.faults_words(options=("--proc-type=secondary",), program=self.program), self.env)
        self.addCleanup(attaching.clean_up)
        # What it asks is sent, and does not come through.
        wait_for(lambda: os.path.exists(f"/proc/{attaching.pid}/task") and self.mp_thread(attaching.pid), "rte_mp")
        wchan = pathlib.Path(f"/proc/{attaching.pid}/wchan")
        wait_for(lambda: "unix_wait" in wchan.read_text(), "blocked")
        self.check("start", primary.pid, attaching.pid)


if __name__ == "__main__":
    main()
