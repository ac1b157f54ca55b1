#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors

"""Primaries linked statically with little of DPDK, and the two ways in which mpsh is built."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

from interoptest import LIMIT, SOURCE_ROOT, InteropTest, main

NARROW = os.environ.get("NARROW", "")
NARROW_RINGS = os.environ.get("NARROW_RINGS", "")
STATIC_DIR = os.path.join(os.environ.get("INTEROP_DIR", "/tmp/mpsh-interop"), "static_eal")
STATIC_MPSH = os.path.join(STATIC_DIR, "mpsh")


def build_static():
    """mpsh as the README builds its one file, in a directory of its own."""
    shown = (SOURCE_ROOT / "README.md").read_text().split("<!-- script: one file -->\n```\n")[1].split("```")[0]
    setup, ninja = ([STATIC_DIR if word == "static" else word for word in line.split()] for line in shown.splitlines())
    setup[3:3] = [str(SOURCE_ROOT), "-Dbuildtype=plain"]
    if os.path.exists(os.path.join(STATIC_DIR, "build.ninja")):
        setup = ["true"]
    for step in setup, ninja:
        result = subprocess.run(step, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, text=True)
        if result.returncode != 0:
            sys.exit(f"{' '.join(step)} failed\n{result.stdout[-4000:]}")


class Narrow(InteropTest):
    def narrow(self, program):
        return self.foreign(program, "--proc-type=primary", ready="^ready$")

    def end(self, process):
        """It still runs, and has said nothing but what DPDK says of an unknown action."""
        self.check_lives(process)
        result = process.end()
        self.assertEqual(result.code, 0)
        for line in result.err.splitlines():
            self.assertIn("Cannot find action: bus_vdev_mp", line)

    def check_lacks(self, program, library, tailq):
        process = self.narrow(program)
        files = self.files()
        result = self.run_mpsh("--proc-type=secondary", "-e", "info", limit=15)
        self.check_refused(result, 3, rf"the primary lacks .*{library} \(tailq {tailq}\)\n",
                           r"use a mpsh built with -Dstatic_eal=true, or ")
        self.assertEqual(self.files(), files)
        self.end(process)

    def test_shared_mpsh_with_eal_alone(self):
        self.check_lacks(NARROW, "librte_ring", "RTE_RING")

    def test_shared_mpsh_with_rings_and_pools(self):
        # That of a driver, whichever is loaded first.
        self.check_lacks(NARROW_RINGS, r"librte_(?!ring |mempool )\w+", r"\w+")

    def test_static_mpsh_with_eal_alone(self):
        process = self.narrow(NARROW)
        files = self.files()
        rings, pools, zones = self.ask("show rings", "show pools", "show memzones",
                                       mpsh=STATIC_MPSH)
        self.assertEqual((rings, pools), ([], []))
        self.assertIsInstance(zones, list)
        self.check_talks(process)
        self.assertEqual(self.files(), files)
        self.end(process)

    def test_static_mpsh_with_rings_and_pools(self):
        process = self.narrow(NARROW_RINGS)
        files = self.files()
        rings, pools, zones = self.ask("show rings", "show pools", "show memzones",
                                       mpsh=STATIC_MPSH)
        self.assertEqual(sorted(ring["name"] for ring in rings),
                         ["MP_narrow_pool", "narrow_ring"])
        ring = next(ring for ring in rings if ring["name"] == "narrow_ring")
        self.assertEqual((ring["size"], ring["used"], ring["free"], ring["element_bytes"]),
                         (16, 1, 14, 8))
        self.assertEqual([(pool["name"], pool["size"], pool["in_use"]) for pool in pools],
                         [("narrow_pool", 63, 3)])
        self.assertIn("RG_narrow_ring", [zone["name"] for zone in zones])
        self.check_talks(process)
        self.assertEqual(self.files(), files)
        self.end(process)

    def check_talks(self, process):
        result = self.guest("-e", "mp request narrow hello", "-e", "info", mpsh=STATIC_MPSH)
        self.assertIn("reply 1 of 1: hello\n", result.out)
        self.assertRegex(result.out, rf"(?m)^primary +{process.pid}$")
        self.assertEqual(result.err, "")
        result = self.guest("-e", "send hello", code=1, mpsh=STATIC_MPSH)
        self.assertEqual(result.err, "error: the primary is not mpsh\n")

    def test_static_mpsh_with_itself(self):
        primary = self.primary("-e", "wait peers 1", "-e", "wait gone secondary-1",
                               mpsh=STATIC_MPSH)
        result = self.guest("-e", "send hello", "-e", "show pools", mpsh=STATIC_MPSH)
        self.assertRegex(result.out, r"reply from primary: hello \(ring, ")
        self.assertRegex(result.out, r"(?m)^MSG_POOL +1023 +0 ")
        self.assertEqual(primary.end().code, 0)

    def bare_root(self, tables=True):
        """A root that has the one file and what it needs; and no DPDK."""
        root = tempfile.mkdtemp(prefix="mpsh-root-")
        self.addCleanup(shutil.rmtree, root)
        linked = subprocess.run(["ldd", STATIC_MPSH], stdout=subprocess.PIPE, text=True, check=True).stdout
        self.assertNotIn("librte_", linked)
        libraries = re.findall(r"(/\S+) \(0x", linked)
        # What every Linux has: the C library, its mathematics, and util-linux's tables.
        self.assertEqual(sorted(os.path.basename(path).split(".")[0] for path in libraries),
                         ["ld-linux-x86-64", "libc", "libm"])
        if tables:
            with open("/proc/self/maps", encoding="utf-8") as maps:
                place = os.path.dirname(re.search(r"(/\S+/)libc\.so", maps.read()).group(1))
            libraries.append(place + "/libsmartcols.so.1")
        for path in libraries:
            os.makedirs(root + os.path.dirname(path), exist_ok=True)
            shutil.copy(path, root + path)
        shutil.copy(STATIC_MPSH, os.path.join(root, "mpsh"))
        os.mkdir(os.path.join(root, "proc"))
        return root

    def in_root(self, root, *arguments, error=""):
        enter = 'mount --bind /proc "$0/proc" && exec chroot "$0" /mpsh "$@"'
        result = subprocess.run(["unshare", "--mount", "sh", "-c", enter, root, *arguments], stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=LIMIT)
        self.assertEqual((result.returncode, result.stderr), (1 if error else 0, error), arguments)
        return result.stdout

    def test_without_the_library_of_tables_all_else_works(self):
        process = self.narrow(NARROW_RINGS)
        root = self.bare_root(tables=False)
        self.in_root(root, "-o", str(process.pid), "show rings", error=(
            "error: no table can be shown: libsmartcols.so.1 cannot be loaded; "
            "it is util-linux's, and set json on does without it\n"))
        self.assertIn('"name":"narrow_ring"', self.in_root(root, "-j", "-o", str(process.pid), "show", "rings"))
        self.end(process)

    def test_one_file_looks_where_no_dpdk_is(self):
        process = self.narrow(NARROW_RINGS)
        root = self.bare_root()
        groups = json.loads(self.in_root(root, "-j", "groups"))["groups"]["groups"]
        group = next(group for group in groups if group["prefix"] == self.prefix)
        self.assertEqual(group["primary"]["pid"], process.pid)
        shown = self.in_root(root, "-o", str(process.pid), "show", "rings")
        self.assertRegex(shown, r"(?m)^narrow_ring +16 +1 +14 ")
        self.assertRegex(self.in_root(root, "-o", self.prefix, "peek", "narrow_ring"),
                         r"^narrow_ring: 1 of 15 waiting")
        self.end(process)


if __name__ == "__main__":
    build_static()
    main()
