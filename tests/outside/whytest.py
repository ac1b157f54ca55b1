# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors

"""What the tests of why share: applications that hang to order (faults.c)."""

import os
import pathlib
import re
import socket
import sys

from outsidetest import ELSEWHERE, SOURCE_ROOT, Lab, OutsideTest, main, wait_for
from mpshtest import Process

__all__ = ["NOPERF", "Lab", "Process", "WhyTest", "built", "main", "wait_for"]

# The words of what is to run where perf is forbidden.
NOPERF = (sys.executable, str(SOURCE_ROOT / "tests" / "outside" / "noperf.py"))


def built(name):
    return os.environ.get(name.upper(), str(SOURCE_ROOT / "build" / "tests" / "outside" / name))


class WhyTest(OutsideTest):
    # What is looked at where a test names no other; by its name it is faults in any case.
    build = "faults"

    def setUp(self):
        super().setUp()
        self.lcore = 0
        self.program = os.path.join(self.home, "faults")
        os.symlink(built(self.build), self.program)

    def faults_words(self, *commands, options=(), program=None, lcores=None):
        # Each has an lcore of its own, and all may run anywhere.
        if lcores is None:
            self.lcore += 1
            lcores = f"{self.lcore}@(0-{os.cpu_count() - 1})"
        words = [program or self.program, "--no-pci", "--lcores", lcores, "--log-level=critical", *ELSEWHERE, *options, "--",
                 *commands]
        if not {"--in-memory", "--no-huge"} & set(options):
            words[1:1] = ["--file-prefix", self.prefix]
        return words

    def primary_with(self, *commands, options=(), before=(), **more):
        faults = Lab(self.faults_words(*commands, options=options, **more), self.env, before=before)
        self.addCleanup(faults.clean_up)
        return faults

    def secondary_with(self, *commands, options=(), **more):
        return self.primary_with(*commands, options=("--proc-type=secondary", *options), **more)

    def why(self, target=None, code=1, options=(), **more):
        """The entries of what why says of a process, or of the group: each as the schema has it."""
        words = ["why", str(target)] if target is not None else ["--file-prefix", self.prefix, "why"]
        result = self.run_mpsh("--json", *options, *words, prefix=False, **more)
        self.assertEqual((result.code, result.err), (code, ""), result)
        documents = self.documents(result.out)
        for document in documents:
            self.check_schema(document)
        return self.result_of(documents, "why")

    def findings(self, target=None, **more):
        """Its findings, as (kind, text), with their other members checked for being of now."""
        found = [finding for entry in self.why(target, **more) for finding in entry["findings"]]
        for finding in found:
            self.assertGreaterEqual(finding["since_ns"], 1_000_000_000, finding)
            self.assertLess(finding["since_ns"], 60_000_000_000, finding)
        return [(finding["kind"], finding["text"]) for finding in found]

    def mp_socket(self):
        return os.path.join(self.runtime_dir(), "mp_socket")

    def fill(self, path):
        """Send to a socket of rte_mp, whose process does not read, until it is full."""
        sender = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        sender.setblocking(False)
        self.addCleanup(sender.close)
        try:
            while True:
                sender.sendto(b"x", path)
        except BlockingIOError:
            pass

    def files_of(self, pid):
        """The group's files as a process has them mapped: ADDRESS=PATH."""
        maps = pathlib.Path(f"/proc/{pid}/maps").read_text()
        return [f"{address}={path}" for address, path in re.findall(r"(?m)^(\w+)-\S+ \S+ \S+ \S+ \S+ +(/.*)$", maps)
                if path.startswith(self.runtime_dir() + "/")]

    def mp_thread(self, pid):
        for tid in os.listdir(f"/proc/{pid}/task"):
            try:
                name = pathlib.Path(f"/proc/{pid}/task/{tid}/comm").read_text().strip()
            except (FileNotFoundError, ProcessLookupError):
                # It has ended meanwhile.
                continue
            if name in ("rte_mp_handle", "dpdk-mp-msg", "mp-msg"):
                return int(tid)
        return None

    def call_of(self, pid):
        """What the main thread's system call is, "running" for none."""
        return pathlib.Path(f"/proc/{pid}/syscall").read_text().split()[0]
