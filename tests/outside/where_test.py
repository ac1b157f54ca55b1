#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors

"""where: who holds each object of a mempool of another process."""

import collections
import os
import shutil
import signal
import struct

from outsidetest import ELSEWHERE, SOURCE_ROOT, Lab, OutsideTest, main, wait_for

CONTENTS = os.environ.get("CONTENTS", str(SOURCE_ROOT / "build" / "tests" / "outside" / "contents"))
NOWHERE = "nowhere: lost, or in the hands of a device"


class WhereTest(OutsideTest):
    def contents(self, *commands, options=(), before=()):
        words = [CONTENTS, "--no-pci", "-l", "0", "--log-level=critical", *ELSEWHERE, *options, "--", *commands]
        if not {"--in-memory", "--no-huge"} & set(options):
            words[1:1] = ["--file-prefix", self.prefix]
        contents = Lab(words, self.env, before=before)
        self.addCleanup(contents.clean_up)
        return contents

    def where(self, target, pool):
        """The document, whose objects are all of the pool's."""
        where = self.result_of(self.look(target, f"where {pool}"), "where")
        self.assertEqual(sum(place["objects"] for place in where["places"]), where["objects"], where)
        self.assertEqual(where["pool"], pool)
        return where

    def places(self, target, pool):
        return {place["place"]: place["objects"] for place in self.where(target, pool)["places"]}

    def expected(self, process, pool):
        """What contents.c says."""
        held = f"referenced from pid {process.inner} (contents)"
        return {
            "things": {
                "in the pool": 43, NOWHERE: 5, f"{held}: data of contents": 5, "waiting in ring pairs": 2,
                "referenced from objects of pool carriers": 2, f"{held}: heap": 1,
                f"{held}: other anonymous memory": 1, "referenced from memzone keeper": 1,
                "referenced from the heap of EAL": 1},
            "carriers": {"in the pool": 14, f"{held}: data of contents": 1},
            "packets": {"in the pool": 26, "waiting in ring wire": 4, "referenced from objects of pool clones": 1},
            "clones": {"in the pool": 14, "waiting in ring wire": 1},
        }[pool]

    def check_things(self, process):
        where = self.where(process.inner, "things")
        places = {place["place"]: place for place in where["places"]}
        stacks = [place for place in where["places"] if place["kind"] == "stack"]
        self.assertEqual([(stack["objects"], stack["pid"]) for stack in stacks], [(2, process.inner)], places)
        # Of the thread that holds them.
        self.assertIn(str(stacks[0]["tid"]), os.listdir(f"/proc/{process.inner}/task"))
        self.assertNotEqual(stacks[0]["tid"], process.inner)
        del places[stacks[0]["place"]]
        self.assertEqual({place: entry["objects"] for place, entry in places.items()},
                         self.expected(process, "things"))
        kinds = collections.Counter(place["kind"] for place in where["places"])
        self.assertEqual(kinds, collections.Counter(
            ("pool", "nowhere", "data", "ring", "stack", "object", "heap", "anonymous", "memzone", "eal_heap")))
        self.assertEqual(places["waiting in ring pairs"]["ring"], "pairs")
        self.assertEqual(places["referenced from memzone keeper"]["memzone"], "keeper")
        self.assertEqual(places["referenced from objects of pool carriers"]["pool"], "carriers")
        self.assertEqual((where["processes"], where["unread"]), (1, []))

    # ---- every way to hold an object ----

    def test_the_main_thread_has_ended(self):
        # Then /proc shows nothing of the process by its pid, and all by that of a thread.
        contents = self.contents("mainless")
        for what in (str(contents.pid), self.prefix):
            wait_for(lambda what=what: self.run_mpsh("-o", what, "show", "rings", prefix=False).code, "the thread's end")
            result = self.run_mpsh("-o", what, "show", "rings", prefix=False)
            self.assertRegex(result.err, f"^error: the main thread of pid {contents.pid} has ended, others live: "
                                         r"look by -o \d+\n$")
            self.assertEqual(result.code, 3)
            self.look(result.err.split()[-1], "show rings")

    def test_a_leak_is_found(self):
        lab = self.lab("leak")
        where = self.where(lab.pid, "job_pool")
        cached = [place["objects"] for place in where["places"] if place["kind"] == "cache"][0]
        result = self.run_mpsh("-o", str(lab.pid), "-e", "where job_pool", prefix=False)
        self.assertEqual((result.code, result.err), (0, ""))
        self.assertEqual(result.out.splitlines(), [
            "pool job_pool: 255 objects",
            f"  {255 - 12 - 6 - cached} in the pool",
            f"  {cached:3} in the cache of lcore 0",
            f"    7 {NOWHERE}",
            f"    4 referenced from pid {lab.pid} (lab): data of lab",
            "    3 waiting in ring jobs",
            "    1 waiting in ring jobs_sp",
            "    1 waiting in ring jobs_hts",
            "    1 waiting in ring exact",
            f"    1 referenced from pid {lab.pid} (lab): heap"])

    def test_the_readme_shows_it(self):
        self.check_readme("where", self.lab("leak"))

    def test_whoever_holds_an_object_is_found(self):
        contents = self.contents()
        self.check_things(contents)
        for pool in ("carriers", "packets", "clones"):
            self.assertEqual(self.places(contents.pid, pool), self.expected(contents, pool), pool)

    def test_without_files_it_is_the_same(self):
        for options in (("--in-memory",), ("--no-huge", "-m", "64"), ("--huge-unlink", "--no-shconf")):
            with self.subTest(options):
                contents = self.contents(options=options)
                self.check_things(contents)
                self.assertEqual(self.places(contents.pid, "packets"), self.expected(contents, "packets"))
                contents.close()
                contents.end()

    def test_memory_of_the_group_that_is_private_is_no_reference(self):
        """Where a kernel cannot make files in memory, that of --no-huge is the process's own."""
        trace = os.path.join(self.home, "trace")
        contents = self.contents(options=("--no-huge", "-m", "64"), before=(
            "strace", "-f", "-o", trace, "-e", "trace=memfd_create", "-e", "inject=memfd_create:error=ENOSYS"))
        self.check_things(contents)

    def test_stopped_it_is_the_same(self):
        contents = self.contents()
        os.kill(contents.pid, signal.SIGSTOP)
        self.check_things(contents)

    def test_of_the_dead_the_groups_memory_tells(self):
        contents = self.contents()
        contents.kill()
        contents.end()
        result = self.run_mpsh("-o", self.runtime_dir(), "-e", "where things", prefix=False)
        self.assertEqual((result.code, result.err), (0, ""))
        lines = result.out.splitlines()
        self.assertEqual(lines[-1], "(no process was looked at: what one of them held is nowhere)")
        self.assertEqual(sorted(lines[1:-1]), sorted([
            "  43 in the pool", f"  14 {NOWHERE}", "   2 waiting in ring pairs",
            "   2 referenced from objects of pool carriers", "   1 referenced from memzone keeper",
            "   1 referenced from the heap of EAL"]))

    def test_all_processes_of_the_group_are_looked_at(self):
        lab = self.lab("leak")
        secondary = self.lab("bare", options=("--proc-type=secondary",))
        where = self.where(lab.pid, "job_pool")
        self.assertEqual((where["processes"], where["unread"]), (2, []))
        # Whatever process is named, and when the primary has died.
        self.assertEqual(self.where(secondary.pid, "job_pool"), where)
        lab.kill()
        lab.end()
        where = self.where(secondary.pid, "job_pool")
        self.assertEqual(where["processes"], 1)

    def test_a_member_finds_no_references_of_its_own(self):
        """What mpsh itself keeps to search with is no reference."""
        contents = self.contents()
        places = {place["kind"]: place["objects"] for place in self.where(contents.pid, "things")["places"]}
        guest = self.spawn("--proc-type=secondary", "-k", "-j")
        guest.line(r'"type":"ready"')
        for _ in range(3):
            guest.type("where things")
            line = guest.line(r'^\{"where":').string
            where = self.documents(line)[0]["where"]
            self.assertEqual({place["kind"]: place["objects"] for place in where["places"]}, places)

    # ---- what is on the move ----

    def test_what_was_nowhere_for_a_moment_is_moving(self):
        contents = self.contents("hide")

        def seen():
            where = self.where(contents.pid, "things")
            kinds = {place["kind"]: place["objects"] for place in where["places"]}
            self.assertEqual(kinds["nowhere"] + kinds.get("moving", 0) + kinds["pool"], 5 + 43)
            return kinds.get("moving") == 1
        wait_for(seen, "an object that moves")

    def test_what_a_running_thread_has_is_not_lost(self):
        contents = self.contents("flicker")
        result = self.run_mpsh("--json", "-o", str(contents.pid), "-f", "-", input="where things\n" * 10, prefix=False)
        self.assertEqual((result.code, result.err), (0, ""))
        for where in [document["where"] for document in self.documents(result.out) if "where" in document]:
            kinds = {place["kind"]: place["objects"] for place in where["places"]}
            self.assertEqual((kinds["nowhere"], kinds["data"] + kinds.get("moving", 0)), (5, 6), kinds)

    def test_while_packets_are_forwarded_the_sum_is_the_pool(self):
        testpmd = shutil.which("dpdk-testpmd")
        process = self.spawn("--no-pci", "-l", "0,1", "--log-level=critical", *ELSEWHERE, "--vdev=net_ring0",
                             "--vdev=net_ring1", "--", "-i", "--port-topology=chained", "--total-num-mbufs=2048",
                             mpsh=testpmd)
        process.type("start tx_first", "no_such_command")
        wait_for(lambda: "Command not found" in process.out(), "testpmd")
        result = self.run_mpsh("--json", "-o", str(process.pid), "-f", "-", input="where mb_pool_0\n" * 30,
                               prefix=False)
        self.assertEqual((result.code, result.err), (0, ""))
        documents = [document["where"] for document in self.documents(result.out) if "where" in document]
        self.assertEqual(len(documents), 30)
        for where in documents:
            self.assertEqual(where["objects"], 2048)
            self.assertEqual(sum(place["objects"] for place in where["places"]), 2048)
            self.assertNotIn("nowhere", [place["kind"] for place in where["places"]], where)
        self.assertIn("ring", {place["kind"] for where in documents for place in where["places"]})
        self.assertIsNone(process.popen.poll())

    # ---- what must not be too much ----

    def test_many_objects_are_found_soon(self):
        contents = self.contents("big", "200000", "100")
        out, usage = self.usage("--json", "-o", str(contents.pid), "-e", "where big")
        where = self.documents(out)[0]["where"]
        kinds = {place["kind"]: place["objects"] for place in where["places"]}
        self.assertEqual((kinds["nowhere"], kinds["anonymous"]), (50000, 50000))
        self.assertEqual(kinds["pool"] + kinds["cache"], 100000)
        # On a host with others the time that passes is not all its own.
        self.assertLess(usage.ru_utime + usage.ru_stime, 2.0)
        self.assertLess(usage.ru_maxrss, 64 * 1024)

    def header_of(self, target, pool):
        """Where the header of a pool is."""
        zones = self.result_of(self.look(target, "show memzones"), "show_memzones")
        return next(int(zone["address"], 16) for zone in zones if zone["name"] == f"MP_{pool}")

    def test_a_list_in_a_circle_is_an_error(self):
        contents = self.contents()
        ring = self.result_of(self.look(contents.pid, "peek MP_things 2"), "peek")
        first, second = (int(element["address"], 16) for element in ring["elements"])
        header = self.header_of(contents.pid, "things")
        with open(f"/proc/{contents.pid}/mem", "r+b", buffering=0) as memory:
            memory.seek(second - 24)  # objhdr.next
            memory.write(struct.pack("<Q", first - 24))
            memory.seek(header + 64)  # size
            memory.write(struct.pack("<I", 1 << 29))
        result = self.run_mpsh("-o", str(contents.pid), "-e", "where things", prefix=False)
        self.assertEqual((result.code, result.out, result.err),
                         (1, "", "error: the list of the objects of things is damaged\n"))

    def test_a_cache_is_found_wherever_it_begins(self):
        """Where a DPDK with statistics has its objects: two words further."""
        lab = self.lab()
        before = self.places(lab.pid, "job_pool")
        cached = before["in the cache of lcore 0"]
        free = self.result_of(self.look(lab.pid, "peek MP_job_pool 255 taken"), "peek")["elements"]
        addresses = {int(element["address"], 16) for element in free}
        header = self.header_of(lab.pid, "job_pool")
        with open(f"/proc/{lab.pid}/mem", "r+b", buffering=0) as memory:
            memory.seek(header + 96)  # local_cache
            cache = struct.unpack("<Q", memory.read(8))[0]
            memory.seek(cache)
            words = struct.unpack("<512Q", memory.read(4096))
            # Its objects are the first words that are addresses of some.
            at = next(i for i, word in enumerate(words) if word in addresses)
            memory.seek(cache + 8 * at)
            memory.write(struct.pack("<2Q", 0, 0) + struct.pack(f"<{cached}Q", *words[at:at + cached]))
        self.assertEqual(self.places(lab.pid, "job_pool"), before)

    def test_a_pool_that_is_none(self):
        lab = self.lab()
        for name, error in (("jobpool", "no pool named jobpool: did you mean job_pool?"),
                            ("foo", "no pool named foo: show pools lists them")):
            result = self.run_mpsh("-o", str(lab.pid), "-e", f"where {name}", prefix=False)
            self.assertEqual((result.code, result.out, result.err), (1, "", f"error: {error}\n"))


if __name__ == "__main__":
    main()
