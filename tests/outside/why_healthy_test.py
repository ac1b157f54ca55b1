#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors

"""why finds nothing in groups that are well, however busy.

LOOKS is how often each is looked at: a hundred times in the suite long, and mpsh with 15 secondaries then.
"""

import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "interop"))

import simple_mp  # noqa: E402
from outsidetest import LIMIT  # noqa: E402
from whytest import Process, WhyTest, main  # noqa: E402

# So many lookers look so often, at once.
TIMES = 5
LOOKS = int(os.environ.get("LOOKS", "20"))
LOOKERS = LOOKS // TIMES
SECONDARIES = 15 if LOOKS >= 100 else 3


class HealthyTest(WhyTest):
    def check(self):
        lookers = [self.spawn("--json", "-o", self.prefix, "watch", "0.1", "count", str(TIMES), "why", prefix=False)
                   for _ in range(LOOKERS)]
        for looker in lookers:
            result = looker.end(3 * LIMIT)
            looks = [document["why"] for document in self.documents(result.out)]
            self.assertEqual([entry for look in looks for entry in look if entry["findings"]], [])
            self.assertEqual((result.code, result.err, len(looks)), (0, "", TIMES))

    def foreign(self, ready, *words):
        process = Process(["stdbuf", "-oL", *words], self.env)
        self.addCleanup(process.clean_up)
        process.line(ready)
        return process

    def test_producers_at_full_rate(self):
        self.primary_with("load jobs")
        self.secondary_with("load jobs")
        self.check()

    def test_testpmd(self):
        self.foreign("Press enter to exit", "dpdk-testpmd", "--no-pci", "--file-prefix", self.prefix, "-l", "0,1",
                     "--vdev=net_null0", "--vdev=net_null1", "--log-level=critical", "--", "--total-num-mbufs=4096",
                     "--auto-start", "--forward-mode=io")
        self.check()

    def test_simple_mp(self):
        program = simple_mp.build(os.path.join(os.environ["INTEROP_DIR"], "simple_mp"))
        # Its pool has caches by lcore, so that each has lcores of its own.
        sides = [self.foreign("Starting core", program, "--no-pci", "--file-prefix", self.prefix, "--lcores", lcores,
                              f"--proc-type={role}")
                 for role, lcores in (("primary", "0,1"), ("secondary", "2@0,3@1"))]
        for i in range(50):
            sides[i % 2].type(f"send hello_{i}")
        self.check()

    def test_mpsh_under_bench(self):
        self.primary()
        for i in range(SECONDARIES):
            self.secondary().type(f"bench via {'mp' if i % 2 else 'ring'} seconds 600")
        self.check()


if __name__ == "__main__":
    main()
