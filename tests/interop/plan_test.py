#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors

"""What DPDK's test plan of multi-process does with two simple_mp, with mpsh in the place of one."""

import os
import pathlib
import re
import signal
import sys

import simple_mp
from interoptest import BY_LINE, LIMIT, MPSH, InteropTest, main, wait_for
from mpshtest import readme_program

BURST = 1000


class Plan(InteropTest):
    def simple_mp(self, role):
        return self.foreign(PROGRAM, "-l", "0-1", f"--proc-type={role}", before=BY_LINE, ready="Starting core 1")

    def check_burst(self, process):
        """All of them, in order."""
        process.line(f"Received '{BURST - 1}'")
        self.assertEqual([int(n) for n in re.findall(r"Received '(\d+)'", process.out())], list(range(BURST)))

    def test_mpsh_is_the_primary(self):
        path = os.path.join(self.home, "plan.py")
        words = [f'"{word}"' for word in self.words("--proc-type=primary", "-l", "0-1")[1:]]
        text = readme_program("pipe.py").replace('"--file-prefix=lab", "--proc-type=primary"', ", ".join(words))
        self.assertNotEqual(text, readme_program("pipe.py"))
        pathlib.Path(path).write_text(
            text + 'ask("set")\nprint("ready", flush=True)\n' + readme_program("plan.py") +
            'mpsh.stdin.close()\nprint("ends with", mpsh.wait(), flush=True)\n')
        env = dict(self.env, PATH=os.path.dirname(MPSH) + ":" + os.environ["PATH"])
        plan = self.spawn("-u", path, mpsh=sys.executable, prefix=False, env=env)
        plan.line("^ready$")
        # Start and attach; messages both ways; a burst.
        process = self.simple_mp("secondary")
        process.type("send hello_primary")
        process.line(r"core 1: Received 'hello_secondary'$")
        self.check_burst(process)
        # A kill, and another start.
        process.kill(signal.SIGKILL)
        process.popen.wait(LIMIT)
        process = self.simple_mp("secondary")
        process.type("send back_again")
        process.line(r"core 1: Received 'welcome'$")
        self.assertEqual(plan.line("^ends with (.*)$").group(1), "1" if '{"error":' in plan.err() else "0")
        process.type("quit")

    def test_mpsh_is_the_secondary(self):
        for _ in range(2):
            # Start and attach; messages both ways.
            process = self.simple_mp("primary")
            guest = self.spawn("-w", "60", "-qk", "-l", "0-1", "-t", "60000", "-e", "send hello_primary",
                               "-e", "wait message hello_secondary", "-e", "send heard", "-f", "-")
            process.line(r"core 1: Received 'hello_primary'$")
            process.type("send hello_secondary")
            process.line(r"core 1: Received 'heard'$")
            # A burst: what finds the ring full is told, and sent again.
            for n in range(BURST):
                guest.type(f"send {n}")
            wait_for(lambda: guest.out().count("sent to primary") + guest.err().count("error: ") == BURST + 2,
                     "all are told")
            refused = guest.err().count("error: ")
            wait_for(lambda: len(re.findall(r"Received '\d+'", process.out())) == BURST - refused, "all have come")
            received = [int(n) for n in re.findall(r"Received '(\d+)'", process.out())]
            self.assertEqual(received, sorted(set(received)))
            # The primary is killed: said, the batch ends, and so it goes with the next one.
            process.kill(signal.SIGKILL)
            guest.line("^error: the primary is gone$", "err")
            result = guest.end()
            self.assertEqual((result.code, result.err.count("error: ")), (3, refused + 1))
            process.popen.wait(LIMIT)


if __name__ == "__main__":
    PROGRAM = simple_mp.build(os.path.join(
        os.environ.get("INTEROP_DIR", "/tmp/mpsh-interop"), "simple_mp"))
    main()
