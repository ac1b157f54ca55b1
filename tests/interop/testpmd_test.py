#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors

"""Debian's dpdk-testpmd as primary: mpsh looks into it while it forwards, and leaves no trace."""

import re
import shutil
import sys

from interoptest import BY_LINE, InteropTest, main
import testpmd  # of tests/lib, which that has made known

GUESTS = 50


class Testpmd(InteropTest):
    def setUp(self):
        super().setUp()
        self.testpmd = self.foreign(
            TESTPMD, "-l", "0-1", "--vdev=net_null0", "--proc-type=primary", "--", "-i",
            "--total-num-mbufs=2048", "--port-topology=chained", before=BY_LINE,
            ready="^Done$")
        self.tell("start")

    def tell(self, command):
        return testpmd.tell(self.testpmd, command)

    def quit(self):
        self.check_lives(self.testpmd)
        self.testpmd.type("quit")
        result = self.testpmd.end()
        self.assertEqual(result.code, 0)
        self.assertIn("Bye...", result.out)
        self.assertEqual(result.err.strip(), "")

    def forwarded(self):
        return int(re.search(r"TX-packets: (\d+)", self.tell("show fwd stats all"))[1])

    def memory(self):
        """Its heaps to the byte, and its memzones."""
        heaps = re.search(r"(?m)^Total .*$", self.tell("dump_socket_mem"))[0]
        zones = re.findall(r"(?m)^Zone .*$", self.tell("dump_memzone"))
        return heaps, zones

    def test_guests_come_and_go_while_it_forwards(self):
        before = self.memory(), self.files(), self.tell("dump_ring").count("ring <")
        count = self.forwarded()
        for i in range(GUESTS):
            result = self.guest("-e", ("show rings", "show pools", "show memzones", "info",
                                       "mp listen my_action echo")[i % 5])
            self.assertRegex(result.out, r"^\* ready as guest \(pid \d+\)\n")
            self.assertEqual(result.err, "")
        # Nor do those that are killed, but for their sockets, which DPDK removes.
        for _ in range(5):
            guest = self.spawn('--proc-type=secondary')
            guest.line(r"^\* ready as guest")
            guest.type("show rings", "show pools")
            guest.line("^mb_pool_0 ")
            guest.kill()
            guest.end()
        self.guest("-e", "info")
        self.assertEqual(self.memory(), before[0])
        now = self.forwarded()
        self.assertGreater(now, count, "it does not forward any more")
        self.assertEqual(
            (self.memory(), self.files(), self.tell("dump_ring").count("ring <")), before)
        self.assertEqual(len([path for path in self.files() if "mp_socket" in path]), 1)
        self.tell("stop")
        self.quit()

    def test_show_agrees_with_its_dumps(self):
        # While it forwards: names and sizes. Stopped: all counts too.
        self.compare(at_rest=False)
        self.tell("stop")
        self.compare(at_rest=True)
        result = self.guest("-e", "show rings", "-e", "show pools", "-e", "show ring MP_mb_pool_0")
        self.assertEqual(len(re.findall(r"(?m)^MP_mb_pool_0 ", result.out)), 2)
        self.assertRegex(result.out, r"(?m)^mb_pool_0 +2048 ")
        result = self.guest("-e", "wait 0.1", "-e", "watch 0.1 count 3 show ring MP_mb_pool_0", "-e", "peers")
        self.assertEqual(len(re.findall(r"(?m)^MP_mb_pool_0 ", result.out)), 3)
        self.assertRegex(result.out, rf"(?m)^ +- +dpdk-testpmd +{self.testpmd.pid} +foreign")
        self.quit()

    def compare(self, at_rest):
        rings, pools, zones = self.ask("show rings", "show pools", "show memzones")

        dumped = testpmd.rings(self.testpmd)
        self.assertEqual(sorted(ring["name"] for ring in rings), sorted(dumped))
        for ring in rings:
            theirs = dumped[ring["name"]]
            self.assertEqual(ring["size"], int(theirs["size"]))
            self.assertEqual(ring["used"] + ring["free"], int(theirs["capacity"]))
            self.assertEqual(ring["element_bytes"], 8)
            if at_rest:
                self.assertEqual((ring["used"], ring["free"]),
                                 (int(theirs["used"]), int(theirs["avail"])))
        self.assertEqual([self.ask(f"show ring {ring['name']}")[0]["size"] for ring in rings],
                         [ring["size"] for ring in rings])

        dumped = testpmd.pools(self.testpmd)
        self.assertEqual(sorted(pool["name"] for pool in pools), sorted(dumped))
        for pool in pools:
            theirs = dumped[pool["name"]]
            self.assertEqual(pool["size"], int(theirs["size"]))
            self.assertEqual(pool["element_bytes"], int(theirs["elt_size"]))
            self.assertEqual(pool["cache"], int(theirs["cache_size"]))
            if at_rest:
                caches = sum(theirs["caches"].values())
                self.assertEqual(pool["in_caches"], caches)
                self.assertEqual(pool["in_use"],
                                 int(theirs["size"]) - int(theirs["common_pool_count"]) - caches)

        self.assertEqual(
            sorted((zone["name"], zone["bytes"], int(zone["address"], 16), zone["socket"]) for zone in zones),
            testpmd.zones(self.testpmd))


if __name__ == "__main__":
    TESTPMD = shutil.which("dpdk-testpmd")
    main()
