#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors

"""groups: the DPDK groups of this host, their conflicts, and what dead ones left."""

import os
import re
import sys
from pathlib import Path

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from outsidetest import HIDDEN, SANDBOX, SOURCE_ROOT, OutsideTest, Room, child_of, end_by_kill, main, wait_for  # noqa: E402
from mpshtest import NOBODY  # noqa: E402

SECONDARY = ("--proc-type=secondary",)


class Groups(OutsideTest):
    def groups(self, *words, **options):
        result = self.run_mpsh("--json", *words, "groups", prefix=False, **options)
        self.assertEqual((result.code, result.err), (0, ""), result)
        return self.result_of(self.documents(result.out), "groups")

    def own(self, groups):
        """The groups of this test's prefix."""
        return [group for group in groups["groups"] if group["prefix"] == self.prefix]

    def conflicts(self, groups, kind, pid):
        return [entry["text"] for entry in groups["conflicts"] if entry["kind"] == kind and pid in entry["pids"]]

    def test_a_group(self):
        primary = self.lab()
        others = [self.lab("bare", options=SECONDARY, lcores=lcore) for lcore in ("1", "0,1")]
        groups = self.groups()
        group, = self.own(groups)
        self.assertEqual(group["primary"], {"pid": primary.pid, "command": "lab"})
        self.assertEqual(group["secondaries"], [{"pid": pid, "command": "lab"}
                                                for pid in sorted(lab.pid for lab in others)])
        self.assertEqual(os.path.realpath(self.runtime_dir()), group["directory"])
        self.assertRegex(group["version"], r"^2\d\.\d\d\.\d+$")
        self.assertGreaterEqual(group["memory_bytes"], 2 << 20)
        self.assertEqual((group["lcores"], group["namespaces"], group["multi_process"], group["error"]),
                         ([0, 1], [], True, None))
        self.assertEqual([entry for entry in groups["left"] if entry["prefix"] == self.prefix], [])
        self.assertEqual(self.conflicts(groups, "prefix", primary.pid), [])
        text = self.run_mpsh("groups", prefix=False).out
        self.assertRegex(text, r"(?m)^PREFIX +PRIMARY +SECONDARIES +DPDK +MEMORY +LCORES")
        self.assertRegex(text, rf"(?m)^{self.prefix} +{primary.pid} lab +\d+,\d+ +\S+ +\d+ MiB 0-1\b")

    def test_a_dead_primary(self):
        primary = self.lab()
        secondary = self.lab("bare", options=SECONDARY, lcores="1")
        primary.kill()
        primary.end()
        group, = self.own(self.groups())
        self.assertEqual((group["primary"], [entry["pid"] for entry in group["secondaries"]]),
                         (None, [secondary.pid]))
        self.assertRegex(self.run_mpsh("groups", prefix=False).out, rf"(?m)^{self.prefix} +dead +{secondary.pid} ")
        # What is looked at is what lives.
        rings = self.run_mpsh("-o", self.prefix, "show", "rings", prefix=False)
        self.assertEqual(rings.code, 0, rings)
        self.assertIn("jobs", rings.out)

    def test_one_lcore_twice(self):
        primary = self.lab(lcores="0")
        one = self.lab("bare", options=SECONDARY, lcores="0")
        other = self.lab("bare", options=SECONDARY, lcores="1")
        texts = self.conflicts(self.groups(), "lcore", primary.pid)
        self.assertEqual(len(texts), 1, texts)
        self.assertRegex(texts[0], rf"^pid {min(primary.pid, one.pid)} \(lab\) and pid {max(primary.pid, one.pid)} "
                                   r"\(lab\) both have lcore 0: ")
        self.assertNotIn(str(other.pid), texts[0])
        self.assertIn("* " + texts[0] + "\n", self.run_mpsh("groups", prefix=False).out)

    def test_an_lcore_of_mpsh_harms_no_cache(self):
        primary = self.lab(lcores="0")
        self.secondary("-k")
        group, = self.own(groups := self.groups())
        self.assertEqual([entry["command"] for entry in group["secondaries"]], ["mpsh"])
        self.assertEqual(self.conflicts(groups, "lcore", primary.pid), [])

    def test_one_lcore_twice_without_caches(self):
        primary = self.lab("bare", lcores="0")
        self.lab("bare", options=SECONDARY, lcores="0")
        self.assertEqual(self.conflicts(self.groups(), "lcore", primary.pid), [])

    def test_one_cpu_twice(self):
        words = ("--in-memory", "--no-pci", "-l", "0,1", "--vdev=net_null0", "--", "-i", "--total-num-mbufs=2048",
                 "--forward-mode=rxonly")
        busy = [self.spawn(*words, mpsh="dpdk-testpmd", prefix=False) for _ in range(2)]
        for testpmd in busy:
            testpmd.line("^Checking link")
        self.assertEqual(self.conflicts(self.groups(), "cpu", busy[0].pid), [])
        for testpmd in busy:
            testpmd.type("start")
        # Others on this host may be busy there, too.
        text, = wait_for(lambda: [text for text in self.conflicts(self.groups(), "cpu", busy[0].pid)
                                  if f" of pid {busy[1].pid} (dpdk-testpmd)" in text], "both are busy")
        self.assertRegex(text, r"are busy on CPU 1 alone$")

    def test_without_multi_process(self):
        lab = self.lab(options=("--in-memory",))
        group, = [group for group in self.groups()["groups"]
                  if group["primary"] and group["primary"]["pid"] == lab.pid]
        self.assertEqual((group["prefix"], group["directory"], group["secondaries"], group["multi_process"]),
                         (None, None, [], False))
        self.assertEqual(group["lcores"], [0])
        self.assertGreater(group["memory_bytes"], 0)
        self.assertRegex(self.run_mpsh("groups", prefix=False).out, rf"(?m)^- +{lab.pid} lab +no multi-process ")

    def test_without_hugepages(self):
        lab = self.lab(options=("--no-huge", "--no-shconf", "-m", "64"))
        group, = [group for group in self.groups()["groups"]
                  if group["primary"] and group["primary"]["pid"] == lab.pid]
        self.assertEqual((group["prefix"], group["multi_process"], group["memory_bytes"]), (None, False, 64 << 20))

    def test_static_and_stripped(self):
        program = os.environ.get("LAB_STRIPPED")
        if program is None:
            self.skipTest("DPDK's archives are not here")
        lab = self.lab(options=("--in-memory",), program=program)
        group, = [group for group in self.groups()["groups"]
                  if group["primary"] and group["primary"]["pid"] == lab.pid]
        self.assertEqual((group["multi_process"], group["lcores"]), (False, [0]))

    def test_a_child_is_no_member(self):
        primary = self.lab("bare")
        # A process that has the configuration mapped, as a child of a member has it.
        program = ("import mmap,sys,os\n"
                   "file = open(sys.argv[1], 'rb'); m = mmap.mmap(file.fileno(), 0, mmap.MAP_SHARED, mmap.PROT_READ)\n"
                   "pid = os.fork()\n"
                   "os.write(1, b'parent\\n' if pid else b'child\\n')\n"
                   "sys.stdin.read()\n")
        other = self.spawn("-c", program, os.path.join(self.runtime_dir(), "config"), mpsh=sys.executable,
                           prefix=False)
        wait_for(lambda: sorted(other.out().split()) == ["child", "parent"], "both")
        group, = self.own(self.groups())
        self.assertEqual((group["primary"]["pid"], [entry["pid"] for entry in group["secondaries"]]),
                         (primary.pid, [other.pid]))

    def test_containers(self):
        here = self.lab("ring here 64")
        inside = self.lab("ring inside 64", before=(*SANDBOX, *HIDDEN, "-"))
        inner = child_of(inside.inner)
        groups = self.groups()
        self.assertEqual([(group["primary"]["pid"], group["namespaces"]) for group in
                          sorted(self.own(groups), key=lambda group: group["namespaces"])],
                         [(here.pid, []), (inner, ["mnt", "pid", "net"])])
        conflict, = self.conflicts(groups, "prefix", inner)
        self.assertEqual([conflict], self.conflicts(groups, "prefix", here.pid))
        self.assertRegex(conflict, rf"^2 groups with prefix {self.prefix}, which never see each other: pid ")
        self.assertRegex(self.run_mpsh("groups", prefix=False).out,
                         rf"(?m)^{self.prefix} +{inner} lab .* own mnt,pid,net$")
        # A prefix is first the one of this runtime directory; from elsewhere both fit.
        self.check_looks("here", self.prefix)
        elsewhere = dict(self.env, RUNTIME_DIRECTORY=self.home)
        result = self.run_mpsh("-o", self.prefix, "show", "rings", prefix=False, env=elsewhere)
        self.check_refused(result, 2, rf"^error: 2 groups have the prefix {self.prefix}: pid \d+ \(lab\) in \S+, "
                                      r"pid \d+ \(lab\) in \S+: name one by -o PID$")
        here.close()
        here.end()
        self.check_looks("inside", self.prefix, env=elsewhere)
        self.check_looks("inside", inner)
        self.check_looks("inside", f"/proc/{inner}/root{self.runtime_dir()}")

    def check_looks(self, ring, what, **options):
        """The group that is looked at is the one with this ring."""
        result = self.run_mpsh("-o", str(what), "show", "rings", prefix=False, **options)
        self.assertEqual((result.code, result.err), (0, ""), result)
        self.assertRegex(result.out, rf"(?m)^{ring} ")

    def test_another_user(self):
        lab = self.lab(options=("--in-memory",))
        result = self.run_mpsh("--json", "groups", prefix=False, before=NOBODY)
        group, = [group for group in self.result_of(self.documents(result.out), "groups")["groups"]
                  if group["primary"] and group["primary"]["pid"] == lab.pid]
        self.assertEqual((group["version"], group["memory_bytes"], group["lcores"], group["multi_process"],
                          group["error"]),
                         (None, None, None, None, f"pid {lab.pid} belongs to root: run as root"))
        self.check_refused(self.run_mpsh("-o", str(lab.pid), "show", "rings", prefix=False, before=NOBODY), 3,
                           f"^error: pid {lab.pid} belongs to root: run as root$")

    def test_a_primary_keeps_its_lock(self):
        """Whoever closes a locked file loses the lock on it: no look may open what its own process has locked."""
        primary = self.primary("-k")
        config = os.stat(f"{self.runtime_dir()}/config").st_ino
        for command in ("groups", "show rings", "show ring PRI_2_SEC", "show pools", "show memzones", "show heaps",
                        "peek PRI_2_SEC", "where", "top 1 count 1", "doctor", f"dump {self.home}/dump", "telemetry /",
                        "wait ring PRI_2_SEC 0", "mp actions", f"mp actions {primary.pid}", "why",
                        f"why {primary.pid}"):
            with self.subTest(command=command):
                primary.type(command, f"after {command}")
                primary.line("after", "err")
                self.assertRegex(Path("/proc/locks").read_text(), rf"(?m) WRITE {primary.pid} \S+:{config} ")
        self.check_refused(self.run_primary("-e", "info"), 3, "another primary")


class Left(OutsideTest):
    """In a room of their own, since any primary that starts elsewhere deletes what dead ones left."""

    def setUp(self):
        super().setUp()
        self.room = Room(self)

    def groups(self):
        result = self.run_mpsh("--json", "groups", prefix=False, before=self.room.before)
        self.assertEqual((result.code, result.err), (0, ""), result)
        return self.result_of(self.documents(result.out), "groups")

    def text(self, *words):
        return self.run_mpsh(*words, prefix=False, before=self.room.before)

    def test_pages_and_sockets(self):
        lab = self.lab(before=self.room.before)
        groups = self.groups()
        self.assertEqual([group["prefix"] for group in groups["groups"]], [self.prefix])
        self.assertEqual((groups["left"], groups["empty"]), ([], 0))
        bytes_of_pages = groups["groups"][0]["memory_bytes"]
        end_by_kill(lab)
        groups = self.groups()
        entry, = groups["left"]
        self.assertEqual((groups["groups"], groups["empty"]), ([], 0))
        self.assertEqual(entry, {
            "prefix": self.prefix, "directory": self.runtime_dir(), "bytes": bytes_of_pages, "sockets": 1,
            "free": f"rm -r {self.runtime_dir()} /dev/hugepages/{self.prefix}map_*"})
        out = self.text("groups").out
        self.assertEqual(out, f"no groups\nleft by {self.prefix} in {self.runtime_dir()}, "
                              f"{bytes_of_pages >> 20} MiB of hugepages, 1 stale socket\n  free it: {entry['free']}\n")
        # What is left of it is looked at, until it is freed.
        self.assertIn("jobs", self.text("-o", self.prefix, "show", "rings").out)
        self.room.run("sh", "-c", entry["free"])
        groups = self.groups()
        self.assertEqual((groups["left"], groups["empty"]), ([], 0))
        self.check_refused(self.text("-o", self.prefix, "show", "rings"), 3,
                           f"^error: no group under prefix {self.prefix}$")

    def named(self, prefix, *commands, **options):
        self.prefix = prefix
        return self.lab(*commands, before=self.room.before, **options)

    def test_the_readme_shows_it(self):
        self.named("rte")
        self.named("rte", "bare", options=SECONDARY, lcores="0")
        self.named("rte", "bare", options=SECONDARY, lcores="1")
        self.lab(options=("--in-memory",), before=self.room.before)
        self.prefix = "cont"
        self.lab(before=(*self.room.before, *SANDBOX))
        end_by_kill(self.named("old"))
        cont, rte, alone = self.groups()["groups"]
        pids = [process["pid"] for process in (rte["primary"], *rte["secondaries"], cont["primary"],
                                               alone["primary"])]
        text = self.text("groups").out.replace(self.env["RUNTIME_DIRECTORY"], "/var/run")
        text = re.sub(r"\d+", lambda n: str(4242 + pids.index(int(n[0]))) if int(n[0]) in pids else n[0], text)
        text = text.replace(rte["version"], "22.11.11")
        readme = (SOURCE_ROOT / "README.md").read_text()
        block = re.search(r"<!-- outside: groups -->\n```\n\$ mpsh groups\n(.*?)```", readme, re.S)[1]
        self.assertEqual(re.sub(" +", " ", text).replace(" \n", "\n").splitlines(),
                         re.sub(" +", " ", block).splitlines())

    def test_pages_without_a_directory(self):
        lab = self.lab(before=self.room.before)
        end_by_kill(lab)
        self.room.run("rm", "-r", self.runtime_dir())
        entry, = self.groups()["left"]
        self.assertEqual((entry["directory"], entry["sockets"], entry["free"]),
                         (None, 0, f"rm /dev/hugepages/{self.prefix}map_*"))

    def test_empty_directories(self):
        lab = self.lab("bare", before=self.room.before)
        end_by_kill(lab)
        self.room.run("sh", "-c", f"rm /dev/hugepages/{self.prefix}map_* {self.runtime_dir()}/mp_socket*")
        groups = self.groups()
        self.assertEqual((groups["left"], groups["empty"]), ([], 1))
        self.assertEqual(self.text("groups").out, "no groups\n1 empty directory of dead groups\n")
        self.check_refused(self.text("-o", self.prefix, "show", "rings"), 3,
                           f"^error: nothing is left of prefix {self.prefix}: its hugepages were deleted$")

    def test_pages_of_the_living_are_not_left(self):
        self.lab(before=self.room.before)
        self.room.run("sh", "-c", f"fallocate -l 2097152 /dev/hugepages/{self.prefix}map_9999")
        self.assertEqual(self.groups()["left"], [])


if __name__ == "__main__":
    main()
