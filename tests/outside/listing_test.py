#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors

"""One listing, however an application runs, in whatever state it is, and of what it left."""

import os
import pathlib
import signal

from outsidetest import SANDBOX, OutsideTest, main, wait_for

COMMANDS = ["show rings", "show pools", "show memzones", "show heaps"]

# What lab.c says: name, size, used, free, flags, bytes of an element, producers, consumers.
RINGS = [
    ("MP_job_pool", 256, 181, 74, None, 8, "MP", "MC"),
    ("MP_pkts", 256, 181, 74, None, 8, "MP", "MC"),
    ("jobs", 64, 3, 60, None, 8, "MP", "MC"),
    ("jobs_sp", 64, 1, 62, None, 8, "SP", "SC"),
    ("jobs_rts", 64, 0, 63, None, 8, "RTS", "RTS"),
    ("jobs_hts", 64, 1, 62, None, 8, "HTS", "HTS"),
    ("exact", 128, 1, 99, "exact", 8, "MP", "MC"),
    ("rx_pkts", 32, 3, 28, None, 8, "SP", "SC"),
    ("events8", 16, 2, 13, None, 8, "SP", "SC"),
    ("events16", 16, 1, 14, None, 16, "MP", "MC"),
    ("events", 16, 3, 12, None, 32, "MP", "MC"),
]
MEMBERS = ("name", "size", "used", "free", "flags", "element_bytes", "producers", "consumers")


class ListingTest(OutsideTest):
    def setUp(self):
        super().setUp()
        # --legacy-mem takes no more than it has.
        self.huge = self.hugepages()

    def test_the_readme_shows_it(self):
        self.check_readme("show", self.lab(options=self.huge))

    def listing(self, target):
        """The listings, with what was printed of them, to the byte."""
        result = self.run_mpsh("--json", "-o", str(target),
                               *(word for command in COMMANDS for word in ("-e", command)), prefix=False)
        self.assertEqual((result.code, result.err), (0, ""), result)
        return result.out

    def check_contents(self, listing):
        documents = self.documents(listing)
        rings = self.result_of(documents, "show_rings")
        found = [tuple(ring[member] for member in MEMBERS) for ring in rings]
        self.assertEqual([ring for ring in found if not ring[0].startswith("MP_")], RINGS[2:])
        # What is free lies in the pool's ring, or in the cache of the lcore.
        pools = {pool["name"]: pool for pool in self.result_of(documents, "show_pools")}
        used = {ring["name"]: ring["used"] for ring in rings}
        for name, in_use, size in (("job_pool", 6, 128), ("pkts", 4, 2304)):
            pool = pools[name]
            self.assertEqual((pool["size"], pool["in_use"], pool["cache"]), (255, in_use, 32), name)
            self.assertEqual(used[f"MP_{name}"] + pool["in_caches"] + in_use, 255, name)
            self.assertGreater(pool["in_caches"], 0, name)
            self.assertEqual(pool["element_bytes"], size, name)
        zones = {zone["name"]: zone for zone in self.result_of(documents, "show_memzones")}
        # A header of 384 bytes, and 64 pointers.
        self.assertEqual(zones["RG_jobs"]["bytes"], 384 + 64 * 8)
        for heap in self.result_of(documents, "show_heaps"):
            self.assertLess(heap["free"], heap["total"])
            self.assertLessEqual(heap["largest"], heap["free"])
            self.assertGreater(heap["blocks"], 10)
        # In every mode the same; a pool's chunks are as its pages are.
        return rings, pools, sorted(
            (zone["name"], zone["bytes"]) for zone in zones.values() if zone["name"].startswith("RG_"))

    def check_mode(self, *options, leaves=True, **start):
        """Living, stopped and dead the same; returns what every mode has."""
        if "--no-huge" not in options and "--in-memory" not in options:
            options += self.huge
        lab = self.lab(options=("--no-telemetry", *options), **start)
        living = self.listing(lab.inner)
        common = self.check_contents(living)
        os.kill(lab.inner, signal.SIGSTOP)
        status = pathlib.Path(f"/proc/{lab.inner}/status")
        wait_for(lambda: "(stopped)" in status.read_text(), "stopped")
        self.assertEqual(self.listing(lab.inner), living)
        os.kill(lab.inner, signal.SIGKILL)
        lab.end()
        if leaves:
            self.assertEqual(self.listing(self.runtime_dir()), living)
        return common

    def test_every_mode_has_the_same_listing(self):
        usual = self.check_mode()
        self.assertEqual(self.check_mode("--single-file-segments"), usual)
        self.assertEqual(self.check_mode("--legacy-mem", "-m", "32"), usual)
        self.assertEqual(self.check_mode("--in-memory", leaves=False), usual)
        self.assertEqual(self.check_mode("--no-huge", "-m", "64", leaves=False), usual)
        self.assertEqual(self.check_mode("--huge-unlink", leaves=False), usual)
        self.assertEqual(self.check_mode("--huge-unlink", "--no-shconf", leaves=False), usual)

    def test_a_container_has_the_same_listing(self):
        usual = self.check_mode(before=SANDBOX)
        self.assertEqual(self.check_mode("--in-memory", before=SANDBOX, leaves=False), usual)

    def test_a_static_program_has_the_same_listing(self):
        usual = self.check_mode()
        for variable in ("LAB_STATIC", "LAB_STRIPPED"):
            with self.subTest(variable):
                if variable not in os.environ:
                    self.skipTest("this DPDK has no static libraries")
                program = os.environ[variable]
                self.assertEqual(self.check_mode(program=program), usual)
                self.assertEqual(self.check_mode("--in-memory", program=program, leaves=False), usual)

    def test_what_was_deleted_is_said(self):
        lab = self.lab(options=("--huge-unlink", "--no-telemetry"))
        lab.kill()
        lab.end()
        result = self.run_mpsh("-o", self.runtime_dir(), "-e", "show rings", prefix=False)
        self.check_refused(
            result, 3, f"^error: nothing is left of prefix {self.prefix}: its hugepages were deleted$")

    def test_one_that_has_ended_is_none(self):
        # Its parent has not asked for it yet.
        lab = self.lab()
        lab.kill()
        status = pathlib.Path(f"/proc/{lab.pid}/status")
        wait_for(lambda: "(zombie)" in status.read_text(), "dead")
        result = self.run_mpsh("-o", str(lab.pid), "-e", "show rings", prefix=False)
        self.check_refused(result, 3, f"^error: no process {lab.pid}$")

    def check_load(self, lab, name, capacity):
        """A thousand reads, and more until the ring was seen to move, none of them impossible."""
        seen = set()

        def read():
            result = self.run_mpsh("--json", "-o", str(lab.pid), "-f", "-", prefix=False,
                                   input=f"show ring {name}\n" * 1000)
            self.assertEqual((result.code, result.err), (0, ""))
            rings = [document["show_ring"] for document in self.documents(result.out) if "show_ring" in document]
            self.assertEqual(len(rings), 1000)
            for ring in rings:
                self.assertIsNotNone(ring["used"], ring)
                self.assertLessEqual(ring["used"], capacity)
                self.assertEqual(ring["used"] + ring["free"], capacity)
                seen.add(ring["used"])
            # Where one that enqueues has lost its CPU all stand, for many reads.
            return len(seen) > 3
        wait_for(read, "it was read while it moved")

    def test_a_ring_under_load_is_never_garbage(self):
        lab = self.lab("load 3 exact")
        self.check_load(lab, "exact", 100)
        lab.tell("unload", "load 1 jobs_sp")
        self.check_load(lab, "jobs_sp", 63)


if __name__ == "__main__":
    main()
