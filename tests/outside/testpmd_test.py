#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors

"""Debian's dpdk-testpmd: what is read of it from outside is what it prints of itself.

While it forwards, where_test.py looks at it.
"""

import re
import shutil

from outsidetest import ELSEWHERE, OutsideTest, main, wait_for
import testpmd  # of tests/lib, which that has made known

PACKETS = 32  # on the way, once they have been sent: a burst


class TestpmdTest(OutsideTest):
    def setUp(self):
        super().setUp()
        self.testpmd = self.spawn(
            "--no-pci", "-l", "0,1", "--log-level=critical", *ELSEWHERE, "--vdev=net_null0", "--vdev=net_ring0",
            "--", "-i", "--port-topology=chained", "--total-num-mbufs=2048", mpsh=shutil.which("dpdk-testpmd"),
            before=("stdbuf", "-oL"))
        self.testpmd.line("^Done$")

    def ask(self, command):
        documents = self.look(self.testpmd.pid, command)
        return self.result_of(documents, command.replace("show ", "show_").split()[0])

    def check_rings(self, at_rest):
        rings, dumped = self.ask("show rings"), testpmd.rings(self.testpmd)
        self.assertEqual(sorted(ring["name"] for ring in rings), sorted(dumped))
        self.assertEqual(len(rings), 17)
        for ring in rings:
            theirs = dumped[ring["name"]]
            self.assertEqual(ring["size"], int(theirs["size"]))
            self.assertEqual(ring["used"] + ring["free"], int(theirs["capacity"]))
            single = int(theirs["flags"])
            self.assertEqual((ring["producers"], ring["consumers"]),
                             ("SP" if single & 1 else "MP", "SC" if single & 2 else "MC"))
            if at_rest:
                self.assertEqual((ring["used"], ring["free"]), (int(theirs["used"]), int(theirs["avail"])))

    def check_pools(self, at_rest):
        pools, dumped = self.ask("show pools"), testpmd.pools(self.testpmd)
        self.assertEqual([pool["name"] for pool in pools], list(dumped))
        for pool in pools:
            theirs = dumped[pool["name"]]
            self.assertEqual((pool["size"], pool["element_bytes"], pool["cache"]),
                             tuple(int(theirs[key]) for key in ("size", "elt_size", "cache_size")))
            if at_rest:
                caches = sum(theirs["caches"].values())
                self.assertEqual(pool["in_caches"], caches)
                self.assertEqual(pool["in_use"], pool["size"] - int(theirs["common_pool_count"]) - caches)

    def check_memory(self):
        """Memzones, heaps, and that the heaps are made of the pages that it has."""
        zones = self.ask("show memzones")
        self.assertEqual(
            sorted((zone["name"], zone["bytes"], int(zone["address"], 16), zone["socket"]) for zone in zones),
            testpmd.zones(self.testpmd))
        heaps, dumped = self.ask("show heaps"), testpmd.heaps(self.testpmd)
        self.assertEqual([(f"{heap['total'] / 2**20:f}", f"{heap['free'] / 2**20:f}") for heap in heaps],
                         [(f"{total:f}", f"{free:f}") for total, free in dumped])
        segments = testpmd.segments(self.testpmd)
        self.assertEqual(sum(heap["total"] for heap in heaps), sum(length for _, length in segments))
        for zone in zones:
            at = int(zone["address"], 16)
            self.assertTrue(any(begin <= at < begin + length for begin, length in segments), zone)

    def check_all(self, at_rest):
        self.check_rings(at_rest)
        self.check_pools(at_rest)
        self.check_memory()

    def test_show_agrees_with_what_it_dumps(self):
        self.check_all(at_rest=True)
        testpmd.tell(self.testpmd, "start tx_first")
        self.wait_until_it_forwards()
        self.check_all(at_rest=False)
        testpmd.tell(self.testpmd, "stop")
        self.check_all(at_rest=True)
        self.check_places()

    def wait_until_it_forwards(self):
        wait_for(lambda: int(re.search(r"TX-packets: (\d+)",
                                       testpmd.tell(self.testpmd, "show fwd stats all"))[1]) > 0, "packets")

    def check_places(self):
        """Where what is out of the pool is: what is in caches and in rings is all of it."""
        dumped = testpmd.pools(self.testpmd)["mb_pool_0"]
        waiting = {name: int(ring["used"]) for name, ring in testpmd.rings(self.testpmd).items()
                   if name.startswith("ETH_") and ring["used"] != "0"}
        self.assertEqual(sum(waiting.values()), PACKETS)
        places = self.ask("where mb_pool_0")["places"]
        self.assertEqual(
            {place["place"]: place["objects"] for place in places},
            {"in the pool": int(dumped["common_pool_count"]),
             **{f"in the cache of lcore {lcore}": count for lcore, count in dumped["caches"].items()},
             **{f"waiting in ring {name}": count for name, count in waiting.items()}})
        for name, count in waiting.items():
            peek = self.ask(f"peek {name} {count}")
            self.assertEqual(peek["waiting"], count)
            self.assertEqual([(element["kind"], element["pool"]) for element in peek["elements"]],
                             [("mbuf", "mb_pool_0")] * count)


if __name__ == "__main__":
    main()
