# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors

"""What the tests with programs that are not mpsh share."""

import glob
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "start"))
sys.dont_write_bytecode = True

from mpshtest import LIMIT, MPSH, SOURCE_ROOT, Process, StartTest, main, wait_for  # noqa: E402

__all__ = ["LIMIT", "MPSH", "SOURCE_ROOT", "InteropTest", "Process", "main", "wait_for"]

# Not the host's network card, and no log of how EAL starts.
QUIET = ["--no-pci", "--log-level=error"]


class InteropTest(StartTest):
    """A test has a foreign program and one or more of mpsh on a prefix of its own."""

    def setUp(self):
        super().setUp()
        self.prefix = self.prefix.replace("start", "interop")

    def foreign(self, program, *arguments, ready):
        """Start a program of DPDK's, line by line what it prints, until it says that it is ready."""
        process = self.spawn(*QUIET, *arguments, mpsh=program, before=["stdbuf", "-oL"])
        process.line(ready)
        return process

    def guest(self, *arguments, code=0, **options):
        """A batch of mpsh as a secondary, to its end: the result, whose exit code is checked."""
        result = self.run_mpsh("--proc-type=secondary", *arguments, **options)
        self.assertEqual(result.code, code, result)
        return result

    def ask(self, *commands, **options):
        """The results of commands in a secondary, as JSON, in their order."""
        words = [word for command in commands for word in ("-e", command)]
        documents = self.documents(self.guest("-j", *words, **options).out)
        return [value for document in documents for name, value in document.items()
                if name not in ("event", "log", "received")]

    def check_lives(self, process):
        self.assertIsNone(process.popen.poll(), f"it has ended\n{process.story()}")

    def check_errors(self, result, *patterns):
        """Standard error is just these lines."""
        lines = result.err.splitlines()
        self.assertEqual(len(lines), len(patterns), result.err)
        for line, pattern in zip(lines, patterns):
            self.assertRegex(line, f"^error: {pattern}$")

    def files(self):
        """What the prefix has in its runtime directory and of hugepages."""
        return sorted(glob.glob(os.path.join(self.runtime_dir(), "*")) +
                      glob.glob(f"/dev/hugepages/{glob.escape(self.prefix)}map_*"))
