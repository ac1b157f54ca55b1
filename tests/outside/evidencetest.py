# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors

"""What the tests of dumps share: the application whose memory is dumped."""

import fcntl
import glob
import os
import signal

from mpshtest import Process, StartTest

EVIDENCE = os.environ.get("EVIDENCE", "/tmp/evidence")

# Modes of memory, and whether what they leave at the end is in files.
MODES = {
    "default": ([], True),
    "legacy-mem": (["--legacy-mem", "-m", "16"], True),
    "single-file-segments": (["--single-file-segments"], True),
    "huge-unlink": (["--huge-unlink"], False),
    "in-memory": (["--in-memory"], False),
    "no-huge": (["--no-huge", "-m", "64"], False),
}

LISTS = ("rings", "pools", "memzones", "heaps")


class EvidenceTest(StartTest):
    def setUp(self):
        super().setUp()
        self.saved = []

    def evidence(self, *eal, prefix=None, mib=0, env=None, before=()):
        """The application, as a primary or whatever its options say."""
        process = Process(
            [*before, EVIDENCE, "--no-pci", "--log-level=error", "-l", "0", "--file-prefix",
             prefix or self.prefix, *eal, "--", str(mib)], env or self.env)
        self.addCleanup(process.clean_up)
        process.address = int(process.line(r"^ready (0x\w+)")[1], 16)
        return process

    def pages(self, prefix=None):
        return glob.glob(f"/dev/hugepages/{glob.escape(prefix or self.prefix)}map_*")

    def save_pages(self):
        """From now on no DPDK that starts on this host deletes the group's pages, until give_up_pages()."""
        for path in self.pages():
            fd = os.open(path, os.O_RDONLY)
            fcntl.flock(fd, fcntl.LOCK_SH)
            self.addCleanup(os.close, fd)
            self.saved.append(fd)

    def give_up_pages(self):
        for fd in self.saved:
            fcntl.flock(fd, fcntl.LOCK_UN)

    def die(self, process):
        process.kill(signal.SIGKILL)
        process.end()

    def look(self, what, *arguments, **options):
        return self.run_mpsh("-o", what, *arguments, prefix=False, **options)

    def dump(self, what, name, *arguments, **options):
        path = os.path.join(self.home, name)
        result = self.look(what, *arguments, "dump", path, **options)
        return path, result

    def lists(self, what):
        """All that show prints of a group."""
        lists = {}
        for kind in LISTS:
            result = self.look(what, "show", kind)
            self.assertEqual((result.code, result.err), (0, ""), result)
            lists[kind] = result.out
        return lists
