#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors

"""why: how it looks, without stopping what it looks at; what it costs, and what it does without."""

import os
import pathlib
import re
import resource
import shutil
import signal
import statistics
import subprocess
import sys

from outsidetest import child_of, end_by_kill
from mpshtest import NOBODY
from whytest import NOPERF, WhyTest, built, main, wait_for

PTRACE = ["PTRACE_SEIZE", "PTRACE_INTERRUPT", "PTRACE_GETREGSET", "PTRACE_DETACH"]


def state_of(pid):
    return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]


class HowTest(WhyTest):
    def spinning(self, program=None):
        self.primary_with("enqueue jobs")
        spins = self.secondary_with(**({"program": program} if program else {}))
        spins.type("compute jobs")
        spins.line("^spins$")
        wait_for(lambda: self.call_of(spins.pid) == "running", "running")
        return spins

    def traced(self, pid, before=()):
        """The entry of a process, and the ptrace calls that it took."""
        trace = os.path.join(self.home, "trace")
        entry = self.why(pid, before=("strace", "-f", "-o", trace, "-e", "trace=ptrace", *before))[0]
        return entry, re.findall(r"ptrace\((PTRACE_\w+)", pathlib.Path(trace).read_text())

    def test_nothing_is_stopped(self):
        entry, calls = self.traced(self.spinning().pid)
        self.assertEqual(calls, [])
        self.assertEqual(entry["findings"][0]["kind"], "spins")

    def test_where_perf_is_forbidden_one_thread_is_stopped_for_a_moment(self):
        spins = self.spinning()
        entry, calls = self.traced(spins.pid, before=NOPERF)
        # In each of the two looks, of the one thread that runs.
        self.assertEqual(calls, PTRACE * 2)
        self.assertRegex(entry["note"], r"^perf is forbidden here: threads that run were stopped 2 times, for at most "
                                        r"\d+ us each$")
        self.assertEqual(entry["findings"][0]["kind"], "spins")
        self.assertEqual(entry["threads"][0]["stack"][0], "compute")
        self.assertEqual(pathlib.Path(f"/proc/{spins.pid}/stat").read_text().rsplit(")", 1)[1].split()[0], "R")
        text = self.run_mpsh("why", str(spins.pid), before=NOPERF, prefix=False).out
        self.assertRegex(text, r"(?m)^\(perf is forbidden here: threads that run were stopped 2 times, for at most "
                               r"\d+ us each\)$")

    def keep_cpus_busy(self):
        """Two loops a CPU, for whose ends the others wait."""
        for _ in range(2 * os.cpu_count()):
            loop = subprocess.Popen([sys.executable, "-c", "while True: pass"])
            self.addCleanup(loop.wait)
            self.addCleanup(loop.kill)

    def test_a_thread_that_is_stopped_goes_on_within_a_millisecond(self):
        spins = self.spinning()
        self.keep_cpus_busy()
        notes = [self.why(spins.pid, before=NOPERF)[0]["note"] for _ in range(5)]
        longest = [int(re.search(r"at most (\d+) us each$", note)[1]) for note in notes]
        # A virtual machine may lose its CPUs in a look or two.
        self.assertLess(statistics.median(longest), 1000, longest)

    def test_while_a_thread_is_stopped_its_registers_and_stack_are_copied_alone(self):
        spins = self.spinning()
        trace = os.path.join(self.home, "trace")
        self.why(spins.pid, before=("strace", "-f", "-o", trace, *NOPERF))
        calls = re.findall(r"(?m)^(\d+) +(?:ptrace\(PTRACE_)?(\w+)", pathlib.Path(trace).read_text())
        stoppers = [tid for tid, call in calls if call == "INTERRUPT"]
        self.assertEqual(len(stoppers), 2)
        for stopper in stoppers:
            self.assertRegex(" ".join(call for tid, call in calls if tid == stopper),
                             r" sched_setscheduler .*SEIZE INTERRUPT wait4 ((clock_)?nanosleep (restart_syscall )?wait4 )*"
                             r"GETREGSET (pread64 )+DETACH ")

    def without_libdw(self):
        """Where the library is no library."""
        path = subprocess.run(["ldconfig", "-p"], stdout=subprocess.PIPE, text=True, check=True).stdout
        library = re.search(r"libdw\.so\.1 .*=> (\S+)", path)[1]
        return ("unshare", "--mount", "sh", "-c", f'mount --bind /dev/null {library} && exec "$@"', "sh")

    def test_without_libdw_there_is_the_innermost_address(self):
        spins = self.spinning()
        entry = self.why(spins.pid, before=self.without_libdw())[0]
        stacks = {thread["role"]: thread["stack"] for thread in entry["threads"]}
        self.assertRegex(stacks["main"][0], r"^faults\+0x[0-9a-f]+$")
        self.assertRegex(stacks["rte_mp"][0], r"^libc[-\d.]*\+0x[0-9a-f]+$")
        self.assertEqual({len(stack) for stack in stacks.values()}, {1})
        self.assertRegex(entry["findings"][0]["text"],
                         rf"^thread {spins.pid} \(main\) spins in faults\+0x[0-9a-f]+ on ring jobs: ")
        text = self.run_mpsh("why", str(spins.pid), prefix=False, before=self.without_libdw()).out
        self.assertRegex(text, rf"(?m)^ *{spins.pid} faults .* runs +faults\+0x[0-9a-f]+$")
        self.assertRegex(text, rf"(?m) recvmsg +{re.escape(stacks['rte_mp'][0])}$")

    def test_of_code_in_no_file_there_is_the_address(self):
        self.primary_with()
        spins = self.secondary_with()
        spins.type("nameless")
        address = spins.line(r"^spins at (0x[0-9a-f]+)$")[1]
        for before in (), self.without_libdw():
            with self.subTest(before=before):
                wait_for(lambda: self.call_of(spins.pid) == "running", "running")
                self.assertEqual(self.why(spins.pid, code=0, before=before)[0]["threads"][0]["stack"][0], address)
                text = self.run_mpsh("why", str(spins.pid), prefix=False, before=before).out
                self.assertRegex(text, rf"(?m)^ *{spins.pid} faults .* runs +{address}(?: <|$)")

    def test_no_start_loads_it(self):
        primary = self.primary_with()
        trace = os.path.join(self.home, "trace")
        for words, loads in ((["show", "rings"], False), (["why", str(primary.pid)], True)):
            self.run_mpsh("-o", str(primary.pid), *words, prefix=False,
                          before=("strace", "-f", "-o", trace, "-e", "trace=openat"))
            self.assertEqual("/libdw" in pathlib.Path(trace).read_text(), loads, words)

    def test_threads(self):
        primary = self.primary_with("more 2")
        entry = self.why(primary.pid, code=0)[0]
        self.assertEqual((entry["pid"], entry["command"], entry["role"], entry["prefix"], entry["note"],
                          entry["findings"]), (primary.pid, "faults", "primary", self.prefix, None, []))
        threads = {(thread["role"], thread["call"]): thread["stack"] for thread in entry["threads"]}
        self.assertEqual(set(threads), {("main", "read"), ("rte_mp", "recvmsg"), ("interrupts", "epoll_wait"),
                                        ("telemetry", "accept"), ("-", "pause")})
        # A newer libc has functions of its own, without names, around a system call.
        self.assertEqual([frame for frame in threads["-", "pause"] if not frame.startswith("libc+")][:2],
                         ["pause", "wait_quietly"])
        self.assertIn("main", threads["main", "read"])
        self.assertEqual([thread["tid"] for thread in entry["threads"]],
                         sorted(int(tid) for tid in os.listdir(f"/proc/{primary.pid}/task")))
        text = self.run_mpsh("why", str(primary.pid), prefix=False).out
        self.assertRegex(text, rf"(?m)^pid {primary.pid} \(faults\), primary of prefix {self.prefix}, DPDK [\d.]+$")
        self.assertRegex(text, r"(?m)^ *TID THREAD +ROLE +STATE CPU CPUS +CALL +STACK$")
        self.assertRegex(text, r"(?m)^ *\d+ (?:rte_mp_handle|dpdk-mp-msg) +rte_mp +S +0% +\S+ +recvmsg +recvmsg < librte_eal$")
        self.assertRegex(text, r"nothing found in 1 process\n$")

    def figures(self, pid):
        """What looking could change in a process."""
        status = pathlib.Path(f"/proc/{pid}/status").read_text()
        numbers = {name: int(re.search(rf"^{name}:\s*(\d+)", status, re.M)[1])
                   for name in ("RssAnon", "RssFile", "RssShmem", "VmPTE", "VmSize", "Threads")}
        numbers["descriptors"] = len(os.listdir(f"/proc/{pid}/fd"))
        return numbers

    def test_a_process_is_as_it_was(self):
        spins = self.spinning()
        # What it has mapped of the group's configuration is all there then.
        self.look(spins.pid, "show rings")
        before = self.figures(spins.pid)
        for _ in range(5):
            self.why(spins.pid)
        self.assertEqual(self.figures(spins.pid), before)

    def cost(self, *words):
        """Seconds of CPU that mpsh took."""
        def used():
            usage = resource.getrusage(resource.RUSAGE_CHILDREN)
            return usage.ru_utime + usage.ru_stime

        def once():
            before = used()
            self.assertEqual(self.run_mpsh(*words, prefix=False).code, 0)
            return used() - before
        return min(once() for _ in range(3))

    def test_what_it_costs(self):
        primary = self.primary_with("more 6")
        self.assertLess(self.cost("why", str(primary.pid)), 0.15)
        for _ in range(15):
            self.secondary_with()
        self.assertLess(self.cost("--file-prefix", self.prefix, "why"), 0.5)

    def test_one_that_ends_between_the_looks(self):
        for target in ("pid", "group"):
            with self.subTest(target):
                primary = self.primary_with("load jobs")
                words = ["why", str(primary.pid)] if target == "pid" else ["--file-prefix", self.prefix, "why"]
                looks = self.spawn(*words, prefix=False)
                # libdw is there after the first look at one process; at a group's, its memory is open.
                wait_for(lambda: self.looks_at(looks.pid, primary.pid), "the first look")
                end_by_kill(primary)
                result = looks.end()
                if target == "pid":
                    self.assertEqual((result.code, result.err),
                                     (3, f"error: no process {primary.pid}: it has ended meanwhile\n"))
                else:
                    self.assertNotIn(result.code, (None, -11, 139))

    def between_looks(self, faults, change, *words):
        """The end of a run of mpsh between whose looks something happens to a process."""
        looks = self.spawn(*words, prefix=False)
        # It sleeps between its looks, and is held there until it has happened.
        wait_for(lambda: self.looks_at(looks.pid, faults.pid) and state_of(looks.pid) == "S", "the first look")
        looks.stop()
        change(faults)
        looks.kill(signal.SIGCONT)
        return looks.end()

    def become_another(self, faults):
        faults.type("become")
        wait_for(lambda: pathlib.Path(f"/proc/{faults.pid}/comm").read_text() == "sleep\n", "another program")

    def test_one_that_runs_another_program_between_the_looks(self):
        primary = self.primary_with()
        result = self.between_looks(primary, self.become_another, "why", str(primary.pid))
        self.assertEqual((result.code, result.out, result.err),
                         (3, "", f"error: pid {primary.pid} runs another program since: look again\n"))

    def test_a_group_of_which_one_goes_between_the_looks(self):
        primary = self.primary_with()
        for change, note in ((end_by_kill, "has ended meanwhile"), (self.become_another, "runs another program since")):
            for json in False, True:
                with self.subTest(note, json=json):
                    secondary = self.secondary_with()
                    result = self.between_looks(secondary, change, *["--json"] * json, "--file-prefix", self.prefix, "why")
                    self.assertEqual((result.code, result.err), (0, ""))
                    if json:
                        documents = self.documents(result.out)
                        self.check_schema(documents[0])
                        entries = self.result_of(documents, "why")
                        self.assertEqual([(entry["pid"], entry["role"], entry["note"]) for entry in entries],
                                         [(primary.pid, "primary", None), (secondary.pid, None, note)])
                    else:
                        self.assertEqual(result.out,
                                         f"* pid {secondary.pid} (faults) {note}\nnothing found in 1 process\n")

    def test_what_was_found_in_a_group_outlives_its_primary(self):
        primary = self.primary_with()
        secondary = self.secondary_with()
        secondary.stop()
        result = self.between_looks(primary, self.become_another, "--file-prefix", self.prefix, "why")
        self.assertEqual((result.code, result.err), (1, ""))
        self.assertEqual(result.out.splitlines()[0], f"* pid {primary.pid} (faults) runs another program since")
        self.assertIn(f"\n* it is stopped: kill -CONT {secondary.pid}\n", result.out)

    def looks_at(self, looker, pid):
        try:
            return any(os.readlink(f"/proc/{looker}/fd/{fd}") == f"/proc/{pid}/mem"
                       for fd in os.listdir(f"/proc/{looker}/fd"))
        except OSError:
            return False

    def test_a_program_that_was_removed_since(self):
        copy = os.path.join(self.home, "copy")
        shutil.copy(built("faults"), copy)
        primary = self.primary_with("more 1", program=copy)
        os.unlink(copy)
        stacks = {thread["call"]: thread["stack"] for thread in self.why(primary.pid, code=0)[0]["threads"]}
        self.assertEqual(stacks["pause"][:2], ["pause", "wait_quietly"])

    def test_names_of_any_bytes(self):
        copy = os.path.join(self.home, os.fsdecode(b"a\tb\xff\033[2J"))
        shutil.copy(built("faults"), copy)
        primary = self.primary_with("enqueue jobs", program=copy)
        result = self.run_mpsh("why", str(primary.pid), prefix=False)
        self.assertEqual(result.code, 1)
        self.assertNotRegex(result.out, r"[^\x20-\x7e\n]")
        self.assertEqual(self.why(primary.pid)[0]["threads"][0]["name"], r"a\tb\xff\x1b[2J")

    def check_error(self, code, error, *words, **more):
        result = self.run_mpsh(*words, prefix=False, **more)
        self.assertEqual((result.code, result.out, result.err), (code, "", f"error: {error}\n"))

    def test_what_cannot_be_looked_at(self):
        self.check_error(3, "no process 4194303", "why", "4194303")
        self.check_error(3, "pid 1 is no DPDK process", "why", "1")
        self.check_error(3, "no process 99999999999", "why", "99999999999")
        self.check_error(3, "no peer named nosuch: from outside a pid names a process, and -o a group", "why", "nosuch")
        result = self.run_mpsh("--file-prefix", self.prefix, "why", prefix=False)
        self.assertEqual((result.code, result.out), (3, ""))
        self.assertRegex(result.err, rf"^error: no group under prefix {self.prefix}(; there (is|are) .*)?\n$")
        primary = self.primary_with()
        self.check_error(3, "no peer named nosuch: from outside a pid names a process, and -o a group",
                         "-o", str(primary.pid), "why", "nosuch")
        end_by_kill(primary)
        result = self.run_mpsh("--file-prefix", f"{self.prefix}-2", "why", prefix=False)
        self.assertEqual((result.code, result.out), (3, ""))
        self.assertIn(f"error: no group under prefix {self.prefix}-2", result.err)

    def test_what_may_not_be_read(self):
        primary = self.primary_with()
        error = f"pid {primary.pid} belongs to root: run as root"
        for words in (["why", str(primary.pid)], ["-o", str(primary.pid), "why"]):
            self.check_error(3, error, *words, before=NOBODY)
        result = self.run_mpsh("--json", "why", str(primary.pid), prefix=False, before=NOBODY)
        self.assertEqual((result.code, result.out, self.documents(result.err)), (3, "", [{"error": error}]))

    def without_memory_of(self, *processes):
        """Where the memory of these may not be opened, but what they have mapped be seen, as yama has it."""
        nodev = os.path.join(self.home, "nodev")
        os.makedirs(nodev, exist_ok=True)
        script = f"mount -t tmpfs -o nodev none {nodev} && mknod {nodev}/x c 1 3"
        for process in processes:
            script += f" && mount --bind {nodev}/x /proc/{process.pid}/mem"
        return ("unshare", "--mount", "sh", "-c", f'{script} && exec "$@"', "sh")

    def test_a_group_of_which_one_may_not_be_read(self):
        primary = self.primary_with()
        secondary = self.secondary_with()
        result = self.run_mpsh("--file-prefix", self.prefix, "why", prefix=False,
                               before=self.without_memory_of(secondary))
        self.assertEqual(result, (3, "nothing found in 1 process\n",
                                  f"error: pid {secondary.pid} may not be read: it is in another user namespace\n"))
        secondary.stop()
        entries = self.result_of(self.documents(self.run_mpsh(
            "--json", "--file-prefix", self.prefix, "why", prefix=False,
            before=self.without_memory_of(secondary)).out), "why")
        self.assertEqual([(entry["pid"], [finding["kind"] for finding in entry["findings"]]) for entry in entries],
                         [(primary.pid, []), (secondary.pid, ["stopped"])])

    def test_a_finding_ends_a_batch(self):
        primary = self.primary_with("enqueue jobs")
        lines = f"why {primary.pid}\nhelp why\n"
        for options, goes_on in ((), False), (("-k",), True):
            result = self.run_mpsh("-o", str(primary.pid), *options, "-f", "-", input=lines, prefix=False)
            self.assertEqual((result.code, result.err), (1, ""))
            self.assertEqual("usage" in result.out.lower() or "why [" in result.out, goes_on)

    def test_without_multi_process(self):
        primary = self.primary_with("enqueue jobs", options=("--in-memory",))
        entry = self.why(primary.pid)[0]
        self.assertEqual((entry["prefix"], [finding["text"] for finding in entry["findings"]]),
                         (None, ["ring jobs is stuck: 1 enqueue begun, none ended"]))
        text = self.run_mpsh("why", str(primary.pid), prefix=False).out
        self.assertIn(f"pid {primary.pid} (faults), without multi-process, DPDK ", text)

    def test_a_dump_has_no_threads(self):
        primary = self.primary_with()
        path = os.path.join(self.home, "a.dump")
        self.assertEqual(self.run_mpsh("-o", str(primary.pid), "dump", path, prefix=False).code, 0)
        self.assertEqual(self.run_mpsh("-o", path, "why", prefix=False),
                         (0, "nothing found; no process lives, so no thread was looked at\n", ""))

    def test_a_debugger(self):
        primary = self.primary_with()
        gdb = subprocess.Popen(["gdb", "-q", "-nx", "-p", str(primary.pid)], stdin=subprocess.PIPE,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(gdb.wait)
        self.addCleanup(gdb.kill)
        self.addCleanup(gdb.stdin.close)
        wait_for(lambda: pathlib.Path(f"/proc/{primary.pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "t",
                 "stopped")
        self.assertEqual(self.findings(primary.pid), [("traced", f"it is stopped by pid {gdb.pid} (gdb)")])

    def test_one_that_is_traced(self):
        primary = self.primary_with()
        strace = subprocess.Popen(["strace", "-qq", "-p", str(primary.pid), "-o", "/dev/null"])
        self.addCleanup(strace.wait)
        self.addCleanup(strace.terminate)
        wait_for(lambda: f"TracerPid:\t{strace.pid}\n" in pathlib.Path(f"/proc/{primary.pid}/status").read_text(),
                 "traced")
        self.assertEqual(self.findings(primary.pid), [("traced", f"it is traced by pid {strace.pid} (strace)")])

    def test_a_child_of_a_member(self):
        # It has the group's memory mapped, and none of EAL's threads.
        primary = self.primary_with("fork")
        child = child_of(primary.pid)
        self.addCleanup(os.kill, child, signal.SIGKILL)
        self.assertEqual([(entry["pid"], entry["findings"]) for entry in self.why(code=0)], [(primary.pid, [])])

    def test_a_member_looks_at_its_own_group(self):
        session = self.primary("-k")
        stopped = self.secondary()
        stopped.stop()
        session.type("why", "why secondary-1", "why primary")
        session.line(rf"^pid {stopped.pid} \(mpsh\), secondary of prefix {self.prefix}, DPDK")
        session.line(rf"^\* it is stopped: kill -CONT {stopped.pid}$")
        session.line(rf"^pid {stopped.pid} \(mpsh\), secondary of prefix")
        session.line(rf"^\* it is stopped: kill -CONT {stopped.pid}$")
        session.line(rf"^pid {session.pid} \(mpsh\), primary of prefix")
        session.line("^nothing found in 1 process$")


if __name__ == "__main__":
    main()
