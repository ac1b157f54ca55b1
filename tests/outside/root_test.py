#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors

"""An application below a root that chroot() gave it, in mounts of its own: as in the tree of another
distribution. What /proc says of its files here begins with that root."""

import os
import signal

from outsidetest import LAB, ELSEWHERE, Lab
from mpshtest import threads_are
from whytest import WhyTest, main, wait_for

WAITS = r"^\* waiting for the end of pid \d+ \(lab\), to dump what it leaves into \S+$"
# Its runtime directory is nowhere else.
SCRIPT = 'mount --rbind / "$0" && mount -t tmpfs none "$0$1" && root="$0" && shift && exec chroot "$root" "$@"'


class RootTest(WhyTest):
    def setUp(self):
        super().setUp()
        self.root = os.path.join(self.home, "root")
        os.mkdir(self.root)
        before = ("unshare", "--mount", "--fork", "--kill-child", "sh", "-c", SCRIPT, self.root,
                  self.env["RUNTIME_DIRECTORY"])
        self.application = Lab([LAB, "--file-prefix", self.prefix, "--no-pci", "-l", "0", "--log-level=critical",
                                *ELSEWHERE, "--"], self.env, before=before)
        self.addCleanup(self.application.clean_up)
        self.pid = self.application.inner
        self.assertFalse(os.path.exists(self.runtime_dir()))
        self.assertRegex(os.readlink(f"/proc/{self.pid}/root"), f"{self.root}$")

    def test_its_stacks_have_names(self):
        threads = {thread["role"]: thread for thread in self.why(self.pid, code=0)[0]["threads"]}
        self.assertIn("main", threads["main"]["stack"])
        self.assertTrue(any(frame.startswith("librte_eal") for frame in threads["rte_mp"]["stack"]), threads)

    def test_its_socket_is_looked_at(self):
        os.kill(self.pid, signal.SIGSTOP)
        wait_for(lambda: threads_are(self.pid, "T"), "stopped")
        self.fill(f"/proc/{self.pid}/root{self.mp_socket()}")
        self.assertEqual([kind for kind, _ in self.findings(self.pid)], ["stopped", "socket_full"])

    def test_its_telemetry_is_asked(self):
        info = self.result_of(self.look(self.pid, "telemetry /info"), "telemetry")
        self.assertIn("version", str(info))

    def test_what_it_leaves_is_dumped(self):
        dump = os.path.join(self.home, "a.dump")
        shows = ("show rings", "show pools", "show memzones", "show heaps")
        before = [self.look(self.pid, show) for show in shows]
        watcher = self.spawn("-o", str(self.pid), "--dump-on-death", dump, prefix=False)
        watcher.line(WAITS)
        os.kill(self.pid, signal.SIGKILL)
        result = watcher.end()
        self.assertEqual((result.code, result.err), (0, ""), result)
        self.assertEqual([self.look(dump, show) for show in shows], before)


if __name__ == "__main__":
    main()
