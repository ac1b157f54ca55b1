#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors

"""Who is here and in which state, as every process of the prefix sees it."""

import glob
import json
import os
import pathlib
import re
import signal
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../lib'))
from mpshtest import StartTest, main, wait_for  # noqa: E402


class Peers(StartTest):
    def setUp(self):
        super().setUp()
        self.primary_process = self.primary("-j", "-k", "-t", "300")

    def join(self, *words, **options):
        process = self.spawn("-j", "-k", "-t", "300", "--proc-type=secondary", *words, **options)
        process.line('"ready"')
        return process

    def ask(self, process, command):
        process.type(command)
        return json.loads(process.line('^{"%s":' % command.split()[0]).string)[command.split()[0]]

    def states(self, process):
        return {row["name"]: row["state"] for row in self.ask(process, "peers")}

    def test_alone(self):
        self.assertEqual(self.ask(self.primary_process, "peers"), [])
        self.primary_process.type("set json off", "peers", "quit")
        lines = self.primary_process.end().out.splitlines()
        self.assertEqual(lines[-1], "no other process is here")
        self.assertNotIn("PID", lines[-2])

    def test_a_stopped_secondary(self):
        first, second = self.join(), self.join()
        self.assertEqual(self.states(second), {"primary": "up", "secondary-1": "up"})
        first.stop()
        for process in (self.primary_process, second):
            process.line('"stopped","peer":"secondary-1"')
        self.assertEqual(self.states(second), {"primary": "up", "secondary-1": "stopped"})
        self.assertEqual(self.states(self.primary_process), {"secondary-1": "stopped", "secondary-2": "up"})
        os.kill(first.pid, signal.SIGCONT)
        second.line('"answers","peer":"secondary-1"')
        self.assertEqual(self.states(second), {"primary": "up", "secondary-1": "up"})

    def test_a_stopped_primary(self):
        first = self.join()
        self.primary_process.stop()
        first.line('"stopped","peer":"primary"')
        self.assertEqual(self.states(first), {"primary": "stopped"})
        os.kill(self.primary_process.pid, signal.SIGCONT)
        first.line('"answers","peer":"primary"')
        self.assertEqual(self.states(first), {"primary": "up"})

    def test_a_secondary_that_takes_nothing(self):
        # Nobody reads what it prints, so in the end it takes nothing from its ring.
        reader, writer = os.pipe()
        self.spawn("-j", "-k", "--proc-type=secondary", stdout=writer)
        os.close(writer)
        self.primary_process.line('"attached","peer":"secondary-1"')
        second = self.join()
        self.primary_process.type("set timeout 1", *["sendto 1 " + "x" * 900] * 3000)
        self.primary_process.line("ring to secondary-1 is full", "err", limit=120)
        self.primary_process.type("set timeout 300", "broadcast fence")
        self.primary_process.line('^{"broadcast"', limit=120)
        wait_for(lambda: self.states(self.primary_process).get("secondary-1") == "unresponsive",
                 "that secondary-1 is unresponsive")
        wait_for(lambda: self.states(second).get("secondary-1") == "unresponsive",
                 "that secondary-2 sees it, too")
        os.close(reader)

    def test_a_secondary_for_which_messages_always_wait(self):
        first, _ = self.join(), self.join()
        first.type("bench 2 seconds 4", "info")
        seen = []
        while not re.search('^{"info"', first.out(), re.M):
            seen += [self.states(self.primary_process)["secondary-2"]]
        self.assertEqual(set(seen), {"up"})

    def test_a_place_that_is_taken_again_meanwhile(self):
        first, second = self.join(), self.join("-x")
        # One that waits for this very process, and reads on when it has gone.
        second.type("set timeout 600000", "wait gone 1", "info")
        second.line('"wait gone 1"', "err")
        state = pathlib.Path(f"/proc/{second.pid}/stat")
        wait_for(lambda: state.read_text().rsplit(")", 1)[1].split()[0] == "S", "it waits")
        second.stop()
        first.kill()
        self.primary_process.line('"died","peer":"secondary-1"')
        again = self.join()
        self.assertEqual(self.ask(again, "info")["name"], "secondary-1")
        os.kill(second.pid, signal.SIGCONT)
        second.line('"type":"(died|detached)","peer":"secondary-1","pid":%d' % first.pid)
        second.line('"type":"attached","peer":"secondary-1","pid":%d' % again.pid)
        second.line('^{"info"')

    def test_each_says_who_it_is(self):
        first = self.join("--name", "alice")
        expected = {"protocol": int, "dpdk": str, "ring_depth": int, "max_peers": int, "lcores": str}
        for process, role, name in ((self.primary_process, "primary", "primary"), (first, "secondary", "alice")):
            info = self.ask(process, "info")
            self.assertEqual((info["role"], info["name"], info["pid"], info["primary_pid"], info["file_prefix"]),
                             (role, name, process.pid, self.primary_process.pid, self.prefix))
            for member, kind in expected.items():
                self.assertIsInstance(info[member], kind, member)
            pages = glob.glob(f"/dev/hugepages/{glob.escape(self.prefix)}map_*")
            self.assertEqual(info["memory_bytes"], sum(os.stat(page).st_size for page in pages))


if __name__ == "__main__":
    main()
