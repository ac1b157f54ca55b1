#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors

"""why: rings that stand, EAL's locks that are held, and what spins on them."""

import os
import pathlib
import signal
import struct

from outsidetest import end_by_kill
from whytest import Lab, WhyTest, built, main, wait_for

RINGS = ["jobs", "jobs_sp", "jobs_rts", "jobs_hts"]
LOCKS = {
    "tailq": "the tailq lists (qlock) is held for writing",
    "mempool": "the mempools (mplock) is held for writing",
    "memory": "the memory (memory_hotplug_lock) is held by 1 reader",
    "memzone": "the memzones (mlock) is held by 1 reader",
    "timer": "the timers (tlock) is held",
    "heap": "heap socket_0 is held",
}


class RingsTest(WhyTest):
    def check_dead(self, move):
        primary = self.primary_with()
        for ring in RINGS:
            with self.subTest(ring):
                secondary = self.secondary_with(f"{move} {ring}")
                end_by_kill(secondary)
                entries = self.why(primary.pid)
                findings = [finding for finding in entries[0]["findings"] if finding["ring"] == ring]
                self.assertEqual(
                    [(finding["kind"], finding["text"], finding["pid"]) for finding in findings],
                    [("ring_stuck", f"ring {ring} is stuck: 1 {move} begun, none ended; dead without leaving: "
                                    f"pid {secondary.pid}", secondary.pid)])
                os.unlink(os.path.join(self.runtime_dir(), self.socket_of(secondary.pid)))

    def test_stopped_in_an_enqueue_or_a_dequeue(self):
        primary = self.primary_with()
        secondary = self.secondary_with(*[f"{move} {ring}" for ring in RINGS for move in ("enqueue", "dequeue")])
        secondary.stop()
        self.assertEqual(sorted(self.findings(primary.pid)), sorted(
            ("ring_stuck", f"ring {ring} is stuck: 1 {move} begun, none ended; pid {secondary.pid} (faults) is stopped "
                           "and may be in it") for ring in RINGS for move in ("enqueue", "dequeue")))

    def test_many_may_have_done_it(self):
        primary = self.primary_with("enqueue jobs")
        dead = [self.secondary_with() for _ in range(6)]
        for process in dead:
            end_by_kill(process)
        last = [str(process.pid) for process in dead[::-1]][:4]
        words = "ring jobs is stuck: 1 enqueue begun, none ended"
        self.assertEqual(self.findings(primary.pid), [
            ("ring_stuck", f"{words}; dead without leaving: pid {', '.join(last)} and 2 more")])
        for process in dead:
            os.unlink(os.path.join(self.runtime_dir(), self.socket_of(process.pid)))
        stopped = [self.secondary_with() for _ in range(6)]
        named = ""
        for number, process in enumerate(sorted(stopped, key=lambda process: process.pid)):
            process.stop()
            if number < 4:
                named += f"; pid {process.pid} (faults) is stopped and may be in it"
            more = ("", "; so is 1 more", "; so are 2 more")[max(number - 3, 0)]
            if number >= 3:
                self.assertEqual(self.findings(primary.pid), [("ring_stuck", f"{words}{named}{more}")])

    def socket_of(self, pid):
        return next(name for name in os.listdir(self.runtime_dir()) if name.startswith(f"mp_socket_{pid}_"))

    def test_killed_in_an_enqueue(self):
        self.check_dead("enqueue")

    def test_killed_in_a_dequeue(self):
        self.check_dead("dequeue")

    def test_a_stopped_one_is_named_before_the_dead(self):
        primary = self.primary_with()
        dead = self.secondary_with()
        end_by_kill(dead)
        stopped = self.secondary_with("enqueue jobs_rts", "enqueue jobs_rts")
        stopped.stop()
        self.assertEqual(self.findings(primary.pid), [
            ("ring_stuck", f"ring jobs_rts is stuck: 2 enqueues begun, none ended; pid {stopped.pid} (faults) is "
                           f"stopped and may be in it; dead without leaving: pid {dead.pid}")])
        entry = self.why(stopped.pid)[0]
        self.assertEqual([finding["kind"] for finding in entry["findings"]], ["stopped", "ring_stuck"])
        self.assertEqual(entry["findings"][0]["text"], f"it is stopped: kill -CONT {stopped.pid}")
        self.assertEqual(entry["findings"][1]["pid"], stopped.pid)

    def check_spin(self, function, move="enqueue", command="compute", begun_at=1, program=None):
        # One that was begun, before one of an element that is there.
        self.primary_with(f"{move} jobs", program=program)
        spins = self.secondary_with(program=program)
        if move == "dequeue":
            spins.tell("put jobs")
        spins.type(f"{command} jobs")
        spins.line("^spins$")
        entry = self.why(spins.pid)[0]
        self.assertEqual(entry["findings"][0]["kind"], "spins")
        self.assertRegex(entry["findings"][0]["text"],
                         rf"^thread {spins.pid} \(main\) spins in {function} on ring jobs: "
                         rf"an? {move} begun at {begun_at} never ended$")
        self.assertEqual((entry["findings"][0]["tid"], entry["findings"][0]["ring"]), (spins.pid, "jobs"))
        self.assertEqual([finding["text"] for finding in entry["findings"][1:]],
                         [f"ring jobs is stuck: 2 {move}s begun, none ended"])
        main_thread, = [thread for thread in entry["threads"] if thread["tid"] == spins.pid]
        self.assertEqual((main_thread["role"], main_thread["call"], main_thread["state"]), ("main", "runs", "R"))
        self.assertGreater(main_thread["cpu"], 0)
        self.assertRegex(main_thread["stack"][0], f"^{function}$")
        self.assertIsNone(entry["note"])

    def test_what_spins(self):
        self.check_spin("compute")

    def test_what_spins_in_a_dequeue(self):
        self.check_spin("drain", "dequeue", "drain", 0)

    def dead_with(self, lock):
        """A process that was killed with one of EAL's locks held."""
        dead = self.secondary_with()
        dead.type(f"lock {lock}")
        dead.line("^held$")
        end_by_kill(dead)
        return dead

    def test_locks_of_the_dead(self):
        for lock, words in LOCKS.items():
            with self.subTest(lock):
                primary = self.primary_with()
                dead = self.dead_with(lock)
                self.assertEqual(self.findings(primary.pid), [
                    ("lock_held", f"EAL's lock of {words}; dead without leaving: pid {dead.pid}")])
                end_by_kill(primary)

    def test_a_lock_of_two_readers(self):
        primary = self.primary_with()
        # A start needs the lock, so both are there before.
        dead = [self.secondary_with() for _ in range(2)]
        for process in dead:
            process.type("lock memzone")
            process.line("^held$")
        for process in dead:
            end_by_kill(process)
        self.assertEqual(self.findings(primary.pid), [
            ("lock_held", f"EAL's lock of the memzones (mlock) is held by 2 readers; dead without leaving: pid "
                          f"{dead[1].pid}, {dead[0].pid}")])

    def check_lock_spun_for(self, lock, command, spins):
        primary = self.primary_with()
        dead = self.dead_with(lock)
        primary.type(command)
        wait_for(lambda: self.call_of(primary.pid) == "running", "running")
        self.assertEqual(self.findings(primary.pid), [
            ("spins", f"thread {primary.pid} (main) spins in {spins}, which is held"),
            ("lock_held", f"EAL's lock of {LOCKS[lock]}; dead without leaving: pid {dead.pid}")])

    def test_a_lock_that_is_spun_for(self):
        self.check_lock_spun_for("tailq", "put jobs",
                                 "rte_mcfg_tailq_read_lock for EAL's lock of the tailq lists (qlock)")

    def test_the_lock_of_timers_that_is_spun_for(self):
        self.check_lock_spun_for("timer", "lock timer", "rte_mcfg_timer_lock for EAL's lock of the timers (tlock)")

    def test_a_busy_thread_that_does_not_spin_for_a_lock(self):
        primary = self.primary_with()
        dead = self.dead_with("timer")
        primary.type("busy")
        primary.line("^busy$")
        self.assertEqual(self.findings(primary.pid), [
            ("lock_held", f"EAL's lock of {LOCKS['timer']}; dead without leaving: pid {dead.pid}")])

    def test_a_lock_of_one_that_lives(self):
        primary = self.primary_with()
        secondary = self.secondary_with()
        secondary.type("lock mempool")
        secondary.line("^held$")
        self.assertEqual(self.findings(primary.pid), [
            ("lock_held", f"EAL's lock of {LOCKS['mempool']}; it is not known by whom")])
        secondary.stop()
        self.assertEqual(self.findings(primary.pid), [
            ("lock_held", f"EAL's lock of {LOCKS['mempool']}; pid {secondary.pid} (faults) is stopped and may hold "
                          "it")])
        secondary.kill(signal.SIGCONT)

    def test_a_lock_of_later_releases(self):
        """As 23.11 has it: behind the locks of before there is one of ethdev."""
        primary = self.primary_with()
        old = pathlib.Path(self.runtime_dir(), "config").read_bytes()
        # The release, the lock, and what is behind it up to the heaps, which lie on a cache line.
        new = b"".join((old[:4], struct.pack("<I", 23 << 24 | 11 << 16 | 99), old[8:32], struct.pack("<I", 1), old[32:40],
                        bytes(4), old[40:19128], old[19136:]))
        folder = pathlib.Path(self.runtime_dir() + "-later")
        folder.mkdir()
        (folder / "config").write_bytes(new)
        files = [word.replace(f"={self.runtime_dir()}/config", f"={folder}/config") for word in self.files_of(primary.pid)]
        later = Lab([built("musl_static"), *files], self.env)
        self.addCleanup(later.clean_up)
        entry = self.why(later.pid)[0]
        self.assertRegex(entry["version"], r"^23\.11\.")
        self.assertEqual([(finding["kind"], finding["text"]) for finding in entry["findings"][1:]], [
            ("lock_held", "EAL's lock of the ethdev ports (ethdev_lock) is held; dead without leaving: the primary")])

    def test_a_group_of_the_dead(self):
        primary = self.primary_with("enqueue jobs", options=self.hugepages())
        dump = os.path.join(self.home, "a.dump")
        self.assertEqual(self.run_mpsh("-o", str(primary.pid), "dump", dump, prefix=False).code, 0)
        end_by_kill(primary)
        result = self.run_mpsh("-o", dump, "why", prefix=False)
        self.assertEqual((result.code, result.err), (1, ""))
        self.assertEqual(result.out.splitlines()[1:], ["* ring jobs is stuck: 1 enqueue begun, none ended"])
        entries = self.why()
        self.assertEqual([(entry["pid"], entry["prefix"], entry["threads"]) for entry in entries],
                         [(None, self.prefix, [])])
        self.assertEqual(
            [(finding["kind"], finding["text"]) for finding in entries[0]["findings"]],
            [("primary_dead", "the primary is dead: nobody can attach, and nothing that is asked of it is answered"),
             ("ring_stuck", "ring jobs is stuck: 1 enqueue begun, none ended; dead without leaving: the primary")])


class StaticTest(RingsTest):
    """The same in a program that has DPDK in itself."""
    build = "faults_static"

    def test_what_spins_in_a_stripped_program(self):
        self.check_spin(r"faults_stripped\+0x[0-9a-f]+", program=built("faults_stripped"))


if __name__ == "__main__":
    main()
