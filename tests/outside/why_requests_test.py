#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors

"""why: rte_mp threads that do not read, mutexes, and whoever waits for a reply or to send."""

import os
import platform
import re
import signal
import socket
import subprocess
import sys

from outsidetest import Room, end_by_kill
from whytest import NOPERF, Process, WhyTest, built, main, wait_for

# Of x86 and of 64-bit Arm.
SENDMSG = "211" if platform.machine() == "aarch64" else "46"
UNANSWERED = "; nothing that is asked of it is answered"
WAITS = {
    "sleeps": "in clock_nanosleep",
    "naps": "in clock_nanosleep",
    "works": "running",
}


class RequestsTest(WhyTest):
    def in_handler(self, name, primary=(), program=None):
        """A primary that is in a handler, and a secondary that waits for its reply."""
        asked = self.primary_with(f"action {name}", *primary, program=program)
        asker = self.secondary_with(program=program)
        asker.type(f"ask {name}")
        asked.line(f"^called {name}$")
        return asked, asker

    def test_handlers_that_do_not_return(self):
        for name, words in WAITS.items():
            with self.subTest(name):
                asked, asker = self.in_handler(name)
                entry = self.why(asked.pid)[0]
                findings = [(finding["kind"], finding["tid"]) for finding in entry["findings"]]
                self.assertEqual(findings, [("in_handler", self.mp_thread(asked.pid))])
                text = entry["findings"][0]["text"]
                # Between two naps it may be seen to run.
                if name == "naps":
                    text = text.replace("running", words)
                self.assertEqual(text, f"its rte_mp thread is inside a handler: {name}(), {words}" + UNANSWERED)
                self.assertEqual(self.findings(asker.pid), [
                    ("waits_reply", f"it waits for the reply of pid {asked.pid} (faults) to sync request {name}: "
                                    f"its rte_mp thread is inside {name}(): why {asked.pid}")])
                end_by_kill(asker)
                end_by_kill(asked)

    def test_a_handler_that_waits_for_a_cpu(self):
        asked, _ = self.in_handler("works")
        thread = self.mp_thread(asked.pid)
        cpu = min(os.sched_getaffinity(0))
        hog = subprocess.Popen([sys.executable, "-c", "while True: pass"])
        self.addCleanup(hog.wait)
        self.addCleanup(hog.kill)
        for pid in (thread, hog.pid):
            os.sched_setaffinity(pid, {cpu})
        # It has a turn every 280 ms or so then.
        os.setpriority(os.PRIO_PROCESS, thread, 19)
        for before in ((), NOPERF):
            with self.subTest(before=before):
                self.assertEqual(self.findings(asked.pid, before=before), [
                    ("in_handler", "its rte_mp thread is inside a handler: works(), running" + UNANSWERED)])

    def test_a_handler_that_waits_for_a_mutex(self):
        asked, asker = self.in_handler("locks", primary=("hold",))
        self.assertEqual(self.findings(asked.pid), [
            ("mutex", f"thread {self.mp_thread(asked.pid)} (rte_mp) waits for a mutex that thread {asked.pid} (main) "
                      "holds, which is in read()"),
            ("in_handler", "its rte_mp thread is inside a handler: locks(), waiting for a mutex" + UNANSWERED)])
        self.assertEqual(self.findings(asker.pid), [
            ("waits_reply", f"it waits for the reply of pid {asked.pid} (faults) to sync request locks: its rte_mp "
                            "thread is inside locks(), waiting for a mutex that another thread holds: why "
                            f"{asked.pid}")])

    def test_a_handler_that_waits_for_itself(self):
        asked, asker = self.in_handler("locks_twice")
        self.assertEqual(self.findings(asked.pid)[0], (
            "mutex", f"thread {self.mp_thread(asked.pid)} (rte_mp) waits for a mutex that it holds itself: deadlock"))
        end_by_kill(asker)

    def test_a_mutex_whose_owner_runs(self):
        asked, _ = self.in_handler("locks", primary=("hold",))
        asked.type("busy")
        asked.line("^busy$")
        self.assertEqual(self.findings(asked.pid)[0], (
            "mutex", f"thread {self.mp_thread(asked.pid)} (rte_mp) waits for a mutex that thread {asked.pid} (main) "
                     "holds, which runs in compute_alone()"))

    def test_a_request_from_within_a_handler(self):
        asked, asker = self.in_handler("nests")
        entry = self.why(asked.pid)[0]
        self.assertEqual(
            [(finding["kind"], finding["action"], finding["text"]) for finding in entry["findings"]],
            [("nested_request", None, "its rte_mp thread is in rte_mp_request_sync, called from the handler nests(): "
                                      "that can only time out, since this thread is the one that would read the "
                                      "reply"),
             ("no_action", "elsewhere", f"it waits for the reply of pid {asker.pid} (faults) to sync request "
                                        "elsewhere: it has no such action (it has none of its own)")])
        self.assertEqual(self.findings(asker.pid), [
            ("waits_reply", f"it waits for the reply of pid {asked.pid} (faults) to sync request nests: its rte_mp "
                            f"thread is inside nests(), which waits for the reply of pid {asker.pid} (faults) to "
                            "elsewhere: they wait for each other")])

    def test_in_a_container(self):
        # With a PID namespace and a mount namespace of its own, where pids are others.
        room = Room(self)
        asked = self.primary_with("action sleeps", before=room.before)
        silent = self.secondary_with("action silent", before=room.before)
        asker = self.secondary_with(before=room.before)
        asker.type("ask sleeps")
        asked.line("^called sleeps$")
        self.assertEqual(self.findings(asker.inner), [
            ("waits_reply", f"it waits for the reply of pid {asked.inner} (faults) to sync request sleeps: its rte_mp "
                            f"thread is inside sleeps(): why {asked.inner}")])
        end_by_kill(asker)
        asked.type("ask silent")
        asked.line("^asks$")
        entry = wait_for(lambda: self.why_found(asked.inner), "a finding")
        self.assertEqual(
            [finding["text"] for finding in entry["findings"] if finding["action"]],
            [f"it waits for the reply of pid {silent.inner} (faults) to sync request silent: it has that action and "
             "reads its socket, but its handler does not reply"])

    def test_a_chain_is_followed_to_its_end(self):
        culprit = self.primary_with("action nests")
        silent = self.secondary_with("action silent")
        asker = self.secondary_with()
        asker.type("ask nests")
        culprit.line("^called nests$")
        # It asks its secondaries one after another, and the silent one has no such action.
        silent.stop()
        texts = [text for kind, text in self.findings(asker.pid)]
        self.assertRegex(texts[0], rf"its rte_mp thread is inside nests\(\), which waits for the reply of pid "
                                   rf"({silent.pid} \(faults\) to elsewhere: that process is stopped"
                                   rf"|{asker.pid} \(faults\) to elsewhere: they wait for each other)$")
        silent.kill(signal.SIGCONT)

    def test_no_such_action(self):
        asked = self.primary_with("action answers", "action silent")
        asker = self.secondary_with()
        asker.type("ask nosuch")
        asker.line("^asks$")
        entry = wait_for(lambda: self.why_found(asker.pid), "a finding")
        self.assertEqual(
            [(finding["kind"], finding["action"], finding["text"], finding["pid"]) for finding in entry["findings"]],
            [("no_action", "nosuch", f"it waits for the reply of pid {asked.pid} (faults) to sync request nosuch: it "
                                     "has no such action (it has answers, silent)", asker.pid)])

    def test_no_such_action_of_many(self):
        asked = self.primary_with(*[f"action {name}" for name in ("works", "silent", "naps", "locks", "answers",
                                                                  "sleeps")])
        asker = self.secondary_with("ask_async nosuch")
        (kind, text), = self.findings(asker.pid)
        self.assertEqual(kind, "no_action")
        start, names, end = re.split(r"(?<=it has )(?=\w+,)|(?= and)", text)
        self.assertEqual((start, end), (
            f"it waits for the reply of pid {asked.pid} (faults) to async request nosuch: it has no such action (it has ",
            " and 2 more)"))
        self.assertEqual(len(names.split(", ")), 4)

    def test_one_that_is_dead(self):
        asker = self.primary_with()
        asked = self.secondary_with("action sleeps")
        asker.type("ask sleeps")
        asked.line("^called sleeps$")
        end_by_kill(asked)
        self.assertEqual(self.findings(asker.pid), [
            ("waits_reply", "it waits for the reply of a process to sync request sleeps: that process is dead")])

    def why_found(self, pid):
        result = self.run_mpsh("--json", "why", str(pid), prefix=False)
        return self.result_of(self.documents(result.out), "why")[0] if result.code == 1 else None

    def test_a_handler_that_does_not_reply(self):
        asked = self.primary_with("action silent")
        asker = self.secondary_with()
        asker.type("ask silent")
        asker.line("^asks$")
        entry = wait_for(lambda: self.why_found(asker.pid), "a finding")
        self.assertEqual([finding["text"] for finding in entry["findings"]], [
            f"it waits for the reply of pid {asked.pid} (faults) to sync request silent: it has that action and "
            "reads its socket, but its handler does not reply"])
        self.assertEqual(self.why(asked.pid, code=0)[0]["findings"], [])

    def test_one_that_is_stopped(self):
        asked = self.primary_with()
        asker = self.secondary_with()
        asked.stop()
        asker.type("ask nosuch")
        asker.line("^asks$")
        entry = wait_for(lambda: self.why_found(asker.pid), "a finding")
        self.assertEqual([finding["text"] for finding in entry["findings"]], [
            f"it waits for the reply of pid {asked.pid} (faults) to sync request nosuch: that process is stopped"])

    def test_the_thread_has_ended(self):
        primary = self.primary_with()
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.sendto(b"x", self.mp_socket())
        wait_for(lambda: self.mp_thread(primary.pid) is None, "its end")
        ended = ("mp_thread_ended", "its rte_mp thread has ended (a datagram of a wrong size?): no request will ever "
                                    "be answered; restart it")
        self.assertEqual(self.findings(primary.pid), [ended])
        asker = self.secondary_with_no_bus()
        asker.type("ask nosuch")
        asker.line("^asks$")
        entry = wait_for(lambda: self.why_found(asker.pid), "a finding")
        self.assertEqual([finding["text"] for finding in entry["findings"]], [
            f"it waits for the reply of pid {primary.pid} (faults) to sync request nosuch: its rte_mp thread has "
            "ended"])

    def secondary_with_no_bus(self):
        """One that asks nothing of its primary when it attaches."""
        return self.secondary_with(program=built("faults_static"))

    def test_a_full_socket_and_who_is_blocked(self):
        primary = self.primary_with("action sleeps")
        first = self.secondary_with("tell sleeps")
        primary.line("^called sleeps$")
        blocked = self.secondary_with()
        self.fill(self.mp_socket())
        blocked.type("tell sleeps")
        wait_for(lambda: self.call_of(blocked.pid) == SENDMSG, "sendmsg")
        self.assertEqual(self.findings(primary.pid), [
            ("in_handler", "its rte_mp thread is inside a handler: sleeps(), in clock_nanosleep" + UNANSWERED),
            ("socket_full", "the queue of its rte_mp socket is full: who sends to it is blocked")])
        entry = self.why(blocked.pid)[0]
        self.assertEqual(
            [(finding["kind"], finding["tid"], finding["text"]) for finding in entry["findings"]],
            [("send_blocked", blocked.pid,
              f"thread {blocked.pid} (main) is blocked in sendmsg to pid {primary.pid} (faults): the queue of its "
              f"rte_mp socket is full; its rte_mp thread is inside sleeps(): why {primary.pid}")])
        self.assertEqual(self.why(first.pid, code=0)[0]["findings"], [])

    def test_one_that_attaches(self):
        primary = self.primary_with()
        primary.stop()
        self.fill(self.mp_socket())
        attaching = self.spawn_unready()
        wait_for(lambda: self.call_of(attaching.pid) == SENDMSG, "sendmsg")
        self.assertEqual(self.findings(attaching.pid), [
            ("attaching", "it is still attaching: it has the configuration of the group, not yet its memory"),
            ("send_blocked", f"thread {attaching.pid} (main) is blocked in sendmsg to pid {primary.pid} (faults): the "
                             "queue of its rte_mp socket is full; that process is stopped")])
        self.assertEqual(self.findings(primary.pid), [
            ("stopped", f"it is stopped: kill -CONT {primary.pid}"),
            ("socket_full", "the queue of its rte_mp socket is full: who sends to it is blocked")])

    def spawn_unready(self):
        attaching = Process(self.faults_words(options=("--proc-type=secondary",)), self.env)
        self.addCleanup(attaching.clean_up)
        return attaching

    def test_the_primary_is_dead(self):
        primary = self.primary_with()
        secondary = self.secondary_with()
        end_by_kill(primary)
        self.assertEqual(self.findings(secondary.pid), [
            ("primary_dead", "the primary is dead: nobody can attach, and nothing that is asked of it is answered")])


class StaticTest(RequestsTest):
    """The same in a program that has DPDK in itself."""
    build = "faults_static"
    # It has no bus, and asks nothing when it attaches.
    test_one_that_attaches = None

    def test_a_handler_in_a_stripped_program(self):
        asked, asker = self.in_handler("sleeps", program=built("faults_stripped"))
        (kind, text), = self.findings(asked.pid)
        self.assertEqual(kind, "in_handler")
        self.assertRegex(text, r"^its rte_mp thread is inside a handler: faults_stripped\+0x\w+, in clock_nanosleep"
                               f"{UNANSWERED}$")
        self.assertEqual([kind for kind, _ in self.findings(asker.pid)], ["waits_reply"])

    def test_a_mutex_in_a_stripped_program(self):
        waits = self.primary_with("hold", program=built("faults_stripped"))
        waits.type("wait")
        waits.line("^waits$")
        self.assertEqual(self.findings(waits.pid), [
            ("mutex", f"thread {waits.pid} (main) waits for a mutex that it holds itself: deadlock")])


if __name__ == "__main__":
    main()
