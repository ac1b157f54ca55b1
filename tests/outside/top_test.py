#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors

"""top, and wait for a ring: what goes on in an application, from the positions of its rings alone."""

import os
import pathlib
import re
import signal

from outsidetest import LIMIT, SANDBOX, SOURCE_ROOT, OutsideTest, Process, main, threads_as_22_11, wait_for
from mpshtest import MPSH  # isort: skip


class TopTest(OutsideTest):
    def top(self, target, *words):
        """A top that goes on, as JSON."""
        return self.spawn("--json", "-o", str(target), "-e", "top " + " ".join(words), prefix=False)

    def report(self, process):
        return self.result_of(self.documents(process.line('^{"top"').string), "top")

    def once(self, target, *words):
        return self.result_of(self.look(target, " ".join(["top", *words, "count 1"])), "top")

    def by_name(self, rows):
        return {row["name"]: row for row in rows}

    def test_rings_pools_heaps_and_threads(self):
        lab = self.lab()
        top = self.once(lab.pid, "0.2")
        rings = self.by_name(top["rings"])
        # The pools' own are not among them.
        self.assertEqual(sorted(rings), ["events", "events16", "events8", "exact", "jobs", "jobs_hts", "jobs_rts",
                                         "jobs_sp", "rx_pkts"])
        self.assertEqual(rings["events"], {
            "name": "events", "capacity": 15, "used": 3, "most": 3, "in_per_s": 0, "out_per_s": 0,
            "state": "nobody takes", "stuck_ns": None})
        self.assertEqual((rings["jobs_rts"]["used"], rings["jobs_rts"]["state"]), (0, None))
        pools = self.by_name(top["pools"])
        self.assertEqual(pools["job_pool"], {
            "name": "job_pool", "size": 255, "in_use": 6, "get_per_s": 0, "put_per_s": 0, "caches": {"0": 27}})
        self.assertEqual(sorted(pools), ["job_pool", "pkts"])
        [heap] = top["heaps"]
        self.assertEqual([heap], self.result_of(self.look(lab.pid, "show heaps"), "show_heaps"))
        threads = [thread for thread in top["threads"] if thread["tid"] == lab.pid]
        self.assertEqual([(thread["pid"], thread["command"], thread["cpus"]) for thread in threads],
                         [(lab.pid, "lab", "0")])

    def test_rates_come_from_positions(self):
        lab = self.lab("put jobs_sp 9")
        top = self.top(lab.pid, "0.5")
        self.report(top)
        # Six more jobs, of which two are taken; ten of another ring; 100 objects past the cache of 32.
        lab.tell("put jobs 6", "take jobs 2", "take jobs_sp 10", "use 100")
        found = {"jobs": [0, 0], "jobs_sp": [0, 0], "job_pool": [0, 0]}

        def count():
            report = self.report(top)
            rings, pools = self.by_name(report["rings"]), self.by_name(report["pools"])
            for name in ("jobs", "jobs_sp"):
                found[name][0] += rings[name]["in_per_s"]
                found[name][1] += rings[name]["out_per_s"]
            found["job_pool"][0] += pools["job_pool"]["get_per_s"]
            found["job_pool"][1] += pools["job_pool"]["put_per_s"]
            return rings["jobs"]["used"] == 7 and rings["jobs"]["in_per_s"] == 0
        wait_for(count, "a report in which nothing goes on")
        # Each report is of half a second, or of some more when it comes late.
        for name, numbers in {"jobs": (6, 2), "jobs_sp": (0, 10)}.items():
            for rate, number in zip(found[name], numbers):
                self.assertGreaterEqual(rate, number * 1.2 - 1, (name, found))
                self.assertLessEqual(rate, number * 2, (name, found))
        for rate in found["job_pool"]:
            self.assertGreater(rate, 60)

    def test_the_most_that_waited(self):
        lab = self.lab("put jobs 30")
        top = self.top(lab.pid, "0.3")
        rings = self.by_name(self.report(top)["rings"])
        self.assertEqual((rings["jobs"]["used"], rings["jobs"]["most"]), (33, 33))
        lab.tell("take jobs 30")
        while rings["jobs"]["used"] == 33:
            rings = self.by_name(self.report(top)["rings"])
        self.assertEqual((rings["jobs"]["used"], rings["jobs"]["most"]), (3, 33))
        rings = self.by_name(self.report(top)["rings"])
        self.assertEqual((rings["jobs"]["used"], rings["jobs"]["most"]), (3, 3))

    def test_a_ring_that_begins_anew_has_no_rate(self):
        lab = self.lab("put jobs 3")
        top = self.top(lab.pid, "0.3")
        self.report(top)
        lab.tell("reset jobs")
        while True:
            jobs = self.by_name(self.report(top)["rings"])["jobs"]
            self.assertLess(jobs["in_per_s"] + jobs["out_per_s"], 100)
            if jobs["used"] == 0:
                break

    def test_a_batch_of_it_joins_nothing(self):
        lab = self.lab()
        result = self.run_mpsh("--json", "top", "0.2", "count", "1")
        self.assertEqual((result.code, result.err), (0, ""))
        top = self.result_of(self.documents(result.out), "top")
        self.assertEqual({thread["pid"] for thread in top["threads"]}, {lab.pid})

    def test_a_ring_under_load(self):
        lab = self.lab("load 3 exact")
        top = self.top(lab.pid, "0.2")
        reports = []

        def read():
            ring = self.by_name(self.report(top)["rings"])["exact"]
            self.assertLess(ring["in_per_s"] + ring["out_per_s"], 10 ** 9)
            self.assertLessEqual(ring["most"], 100)
            # Neither side has stood still.
            if ring["in_per_s"] > 0 and ring["out_per_s"] > 0:
                self.assertIn(ring["state"], (None, "full"))
                reports.append(ring["most"])
            return len(reports) >= 10
        wait_for(read, "so many reports in which it moved")
        self.assertGreater(max(reports), 0)

    def test_a_ring_that_nobody_empties_is_full(self):
        lab = self.lab("put jobs 60", "put rx_pkts 28")
        top = self.top(lab.pid, "0.5")
        rings = self.by_name(self.report(top)["rings"])
        self.assertEqual((rings["jobs"]["used"], rings["jobs"]["state"]), (63, "nobody takes"))
        # One is taken now and then, and one put.
        for _ in range(100):
            lab.tell("take jobs 1", "put jobs 1")
            report = self.by_name(self.report(top)["rings"])["jobs"]
            if report["state"] == "full":
                break
        self.assertEqual((report["used"], report["most"], report["state"]), (63, 63, "full"))

    def test_an_enqueue_that_never_ends_is_stuck(self):
        lab = self.lab()
        for name in ("jobs", "jobs_sp", "jobs_rts", "jobs_hts"):
            with self.subTest(name):
                lab.tell(f"begin {name} 2")
                top = self.top(lab.pid)
                rings = self.by_name(self.report(top)["rings"])
                self.assertEqual(rings[name]["state"], "STUCK")
                self.assertEqual(rings["exact"]["state"], "nobody takes")
                first = rings[name]["stuck_ns"]
                self.assertGreaterEqual(first, 10 ** 9)
                later = self.by_name(self.report(top)["rings"])[name]["stuck_ns"]
                self.assertGreaterEqual(later, first + 9 * 10 ** 8)
                lab.tell(f"end {name}")
                wait_for(lambda: self.by_name(self.report(top)["rings"])[name]["state"] != "STUCK", "it goes on")
                top.kill(signal.SIGINT)
                self.assertEqual(top.end().code, 130)
        lab.tell("begin jobs 2")
        result = self.run_mpsh("-o", str(lab.pid), "-e", "top count 1", prefix=False)
        self.assertRegex(result.out, r"(?m)^jobs +63 +3 +3 +0 +0 STUCK 1\.\d s$")

    def test_threads_of_all_processes(self):
        lab = self.lab("load 1 exact", lcores="0,1", before=SANDBOX)
        top = self.top(lab.inner, "0.5")
        threads = self.report(top)["threads"]
        self.assertEqual({thread["pid"] for thread in threads}, {lab.inner})
        # Of the main thread EAL's own variables say which lcore it is.
        self.assertEqual([(threads_as_22_11(thread["name"]), thread["lcore"], thread["cpus"])
                          for thread in threads if thread["lcore"] is not None],
                         [("lab", 0, "0"), ("rte-worker-1", 1, "1")])
        # One that joins is found some seconds later.
        second = self.lab("load 1 jobs_sp", options=("--proc-type=secondary",))
        wait_for(lambda: second.pid in {thread["pid"] for thread in self.report(top)["threads"]}, "found")

        def busy_threads():
            found = [thread for thread in self.report(top)["threads"]
                     if thread["name"] == "lab" and thread["tid"] != thread["pid"]]
            # On a busy host they may get little.
            return found if sum(thread["cpu"] or 0 for thread in found) > 0 else None
        busy = wait_for(busy_threads, "busy")
        self.assertEqual({thread["pid"] for thread in busy}, {lab.inner, second.pid})
        self.assertEqual(len(busy), 4)
        for thread in self.report(top)["threads"]:
            self.assertLessEqual(thread["cpu"], 130, thread)
        # One that has ended is no more there.
        second.kill()
        second.end()
        wait_for(lambda: {thread["pid"] for thread in self.report(top)["threads"]} == {lab.inner}, "gone")

    def test_cpu_is_that_since_the_report_before(self):
        lab = self.lab("load 1 exact")
        wait_for(lambda: self.used(lab.pid) > 0.5, "it has used half a second")
        lab.stop()
        top = self.top(lab.pid, "0.2")
        self.assertEqual({thread["cpu"] for thread in self.report(top)["threads"]}, {0})

    def used(self, pid):
        """Seconds of CPU that a process has used."""
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def test_a_process_that_ends(self):
        lab = self.lab(options=self.hugepages())
        top = self.top(lab.pid, "0.1")
        before = self.report(top)
        lab.kill()
        lab.end()
        wait_for(lambda: self.report(top)["threads"] == [], "what it left")
        after = self.report(top)
        self.assertEqual((after["rings"], after["heaps"]), (before["rings"], before["heaps"]))
        top.kill(signal.SIGINT)
        self.assertEqual(top.end().code, 130)
        # Nothing is left of one without files.
        lab = self.lab(options=("--in-memory",))
        top = self.top(lab.pid, "0.1")
        self.report(top)
        lab.kill()
        lab.end()
        result = top.end()
        self.assertEqual(result.code, 1)
        self.assertEqual(result.err, f'{{"error":"no process {lab.pid}"}}\n')

    def test_it_is_painted_in_place(self):
        lab = self.lab("many 40")
        terminal = self.terminal("-o", str(lab.pid), prefix=False)
        terminal.see("mpsh:outside> ")
        terminal.type("top 0.1")
        # A terminal of no size has 24 lines.
        terminal.see(r"RING +SIZE +USED +MOST +IN/s +OUT/s +STATE")
        terminal.see(r"\(\d+ more lines\)")
        terminal.see(r"\x1b\[\d+A")
        terminal.see("jobs_hts")
        os.write(terminal.master, b"x")
        terminal.see("mpsh:outside> ")
        terminal.type("quit")
        self.assertEqual(terminal.popen.wait(), 0)

    def test_text_fits_80_columns(self):
        lab = self.lab("ring a_ring_with_a_very_long_name 64", "put a_ring_with_a_very_long_name 2")
        result = self.run_mpsh("-o", str(lab.pid), "-e", "top 0.1 count 1", prefix=False)
        self.assertEqual((result.code, result.err), (0, ""))
        self.assertRegex(result.out, r"(?m)^a_ring_with_a_very_long_name +63 +2 +2 +0 +0 nobody takes$")
        for line in result.out.splitlines():
            self.assertLessEqual(len(line), 80, line)

    def test_the_readme_shows_it(self):
        # begin, as a producer that died in the midst of it.
        lab = self.lab("put rx_pkts 28", "begin events 1", lcores="0,1", options=("--no-telemetry",))
        result = self.run_mpsh("-o", str(lab.pid), "-e", "top count 1", prefix=False)
        text = SOURCE_ROOT.joinpath("README.md").read_text()
        shown = text.split("<!-- outside: top -->\n```\n")[1].split("```")[0]
        self.assertEqual(self.normal("$ mpsh -o 4242 top\n" + result.out), self.normal(shown), result.out)

    def normal(self, text):
        """Without what differs from run to run."""
        text = re.sub(r"\d+\.\d s$", "T", text, flags=re.M)
        text = re.sub(r"^(socket_0) [ \d]+$", r"\1 NUMBERS", text, flags=re.M)
        text = re.sub(r"^(\S+ +lab) +\d+ +\d+ +\d+%", r"\1 PID TID CPU", text, flags=re.M)
        return threads_as_22_11(re.sub(r" +", " ", text))

    def test_it_costs_little(self):
        lab = self.lab("many 100")
        top = self.top(lab.pid)
        self.report(top)
        before = self.used(top.pid)
        for _ in range(5):
            self.report(top)
        # 2 % of a CPU; the clock has ticks of 10 ms, and the host may be slow.
        self.assertLessEqual(self.used(top.pid) - before, 5 * 0.02 * 3)

    def test_a_watch_has_rates_from_outside(self):
        lab = self.lab("take jobs 3")
        watch = self.spawn("-o", str(lab.pid), "-e", "watch 0.5 show ring jobs", prefix=False)
        watch.line(r"^jobs +64 +0 +63 ")
        lab.tell("put jobs 5")
        watch.line(r"^jobs +64 +5 \+10/s +58 ")
        watch.line(r"^jobs +64 +5 +58 ")


class WaitTest(OutsideTest):
    def test_it_waits_until_so_few_are_left(self):
        lab = self.lab()
        result = self.run_mpsh("-o", str(lab.pid), "-e", "wait ring jobs 3", prefix=False)
        self.assertEqual(result, (0, "", ""))
        wait = self.spawn("-o", str(lab.pid), "-x", "-e", "wait ring jobs 1", "-e", "show ring jobs", prefix=False)
        wait.line("^> wait ring jobs 1$", "err")
        lab.tell("take jobs 1")
        lab.tell("take jobs 1")
        result = wait.end()
        self.assertEqual(result.code, 0)
        self.assertRegex(result.out, r"(?m)^jobs +64 +1 +62 ")

    def test_the_readme_shows_it(self):
        lab = self.lab()
        text = SOURCE_ROOT.joinpath("README.md").read_text()
        shown = text.split("<!-- outside: wait -->\n```\n$ ")[1].split("\n```")[0]
        script = Process(["sh", "-c", shown.replace("mpsh ", MPSH + " ", 1).replace("4242", str(lab.pid))], self.env)
        self.addCleanup(script.clean_up)
        lab.tell("take jobs 2")
        self.assertIsNone(lab.popen.poll())
        lab.tell("take jobs 1")
        self.assertEqual(script.end(), (0, "", ""))
        self.assertEqual(lab.popen.wait(LIMIT), -signal.SIGTERM)

    def test_it_fails_at_the_timeout(self):
        lab = self.lab()
        result = self.run_mpsh("-t", "300", "-o", str(lab.pid), "-e", "wait ring jobs 2", prefix=False)
        self.assertEqual(result, (1, "", "error: 3 still wait in jobs after 300 ms\n"))

    def test_no_such_ring(self):
        lab = self.lab("ring wait 16", "ring ring 16")
        for typed, error in (("job 0", "no ring named job: did you mean jobs?"),
                             ("nonsense 0", "no ring named nonsense: show rings lists them")):
            result = self.run_mpsh("-o", str(lab.pid), "-e", f"wait ring {typed}", prefix=False)
            self.assertEqual(result, (1, "", f"error: {error}\n"))
        # Any word is a name, and any byte.
        for typed in ("wait", "ring", "wa\\x69t"):
            result = self.run_mpsh("-o", str(lab.pid), "-e", f"wait ring {typed} 0", prefix=False)
            self.assertEqual(result, (0, "", ""))

    def test_a_batch_of_it_joins_nothing(self):
        lab = self.lab()
        sockets = set(os.listdir(self.runtime_dir()))
        wait = self.spawn("wait", "ring", "jobs", "2")
        wait_for(lambda: re.search("/mem$", " ".join(
            os.readlink(f"/proc/{wait.pid}/fd/{fd}") for fd in os.listdir(f"/proc/{wait.pid}/fd"))), "it looks")
        self.assertEqual(set(os.listdir(self.runtime_dir())), sockets)
        lab.tell("take jobs 1")
        self.assertEqual(wait.end(), (0, "", ""))

    def test_the_process_ends_meanwhile(self):
        lab = self.lab(options=self.hugepages())
        wait = self.spawn("-x", "-o", str(lab.pid), "-e", "wait ring jobs 2", prefix=False)
        wait.line("^> wait", "err")
        lab.kill()
        lab.end()
        result = wait.end()
        # What it left has three still.
        self.assertEqual(result.err.splitlines()[-1], "error: 3 still wait in jobs after 5000 ms")
        lab = self.lab(options=("--in-memory",))
        wait = self.spawn("-x", "-o", str(lab.pid), "-e", "wait ring jobs 2", prefix=False)
        wait.line("^> wait", "err")
        lab.kill()
        lab.end()
        result = wait.end()
        self.assertEqual(result.err.splitlines()[-1], f"error: no process {lab.pid}")
        self.assertEqual(result.code, 1)


if __name__ == "__main__":
    main()
