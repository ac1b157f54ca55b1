# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors

"""What the tests with programs that are not mpsh share."""

import glob
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "lib"))
sys.dont_write_bytecode = True

from mpshtest import (  # noqa: E402
    LIMIT, MPSH, SANITIZED, SOURCE_ROOT, Process, StartTest, main, preloaded, wait_for)

__all__ = ["BY_LINE", "LIMIT", "MPSH", "SOURCE_ROOT", "InteropTest", "Process", "main", "preloaded", "wait_for"]

# Not the host's network card, and no log of how EAL starts.
QUIET = ["--no-pci", "--log-level=error"]

# Before a program of DPDK's that would keep its lines for itself when they go into a pipe.
BY_LINE = ["stdbuf", "-oL"]

# The sanitizers' own memory lies where DPDK puts its by default: a primary takes other addresses.
ELSEWHERE = ["--base-virtaddr=0x200000000000"]


class InteropTest(StartTest):
    """A test has a foreign program and one or more of mpsh on a prefix of its own."""

    def setUp(self):
        super().setUp()
        self.prefix = self.prefix.replace("start", "interop")
        if SANITIZED:
            self.env["LSAN_OPTIONS"] = f"print_suppressions=0:suppressions={HERE}/lsan.supp"

    def words(self, *arguments, **options):
        if SANITIZED and "--proc-type=primary" in arguments:
            arguments = (*ELSEWHERE, *arguments)
        return super().words(*arguments, **options)

    def foreign(self, program, *arguments, ready, before=()):
        """Start a program that is not mpsh; it has a line that says that it is ready."""
        process = self.spawn(*QUIET, *arguments, mpsh=program, before=before)
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
