#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors

"""What -o and a prefix name, and what is said when that cannot be looked at."""

import os
import shutil
import signal
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from outsidetest import OutsideTest, Room, end_by_kill, main, wait_for  # noqa: E402
from mpshtest import LIMIT, NOBODY  # noqa: E402

SHOW = ("show", "rings")


class Errors(OutsideTest):
    def refused(self, what, code, pattern, **options):
        result = self.run_mpsh("-o", str(what), *SHOW, prefix=False, **options)
        self.check_refused(result, code, f"^error: {pattern}$")

    def test_no_process(self):
        self.refused(4194304, 3, "no process 4194304")
        self.refused("99999999999999999999", 3, "no process 99999999999999999999")

    def test_no_dpdk_process(self):
        self.refused(1, 3, "pid 1 is no DPDK process")
        self.refused(1, 3, "pid 1 is no DPDK process", before=NOBODY)
        self.refused(os.getpid(), 3, f"pid {os.getpid()} is no DPDK process")

    def test_a_capability_is_missing(self):
        lab = self.lab(options=("--in-memory",))
        before = ("setpriv", "--bounding-set", "-sys_ptrace", "--inh-caps", "-all")
        self.refused(lab.pid, 3, f"pid {lab.pid} may not be read: this container lacks CAP_SYS_PTRACE: "
                                 "docker run --cap-add SYS_PTRACE", before=before)
        self.refused(1, 3, "pid 1 is no DPDK process", before=before)

    def test_no_directory(self):
        self.refused("/nowhere/at/all", 3, "/nowhere/at/all is not there: a runtime directory or a dump is looked at")

    def test_a_file_is_no_dump(self):
        path = os.path.join(self.home, "file")
        with open(path, "w", encoding="ascii") as file:
            file.write("nothing\n")
        self.refused(path, 3, f"{path} is no dump of mpsh's")
        # Where there is no such prefix it is a file here.
        self.refused("file", 3, "file is no dump of mpsh's", cwd=self.home)


class Default(OutsideTest):
    """Without -o and --file-prefix, in a room where there are no others."""

    def setUp(self):
        super().setUp()
        self.room = Room(self)

    def look(self, *words):
        return self.run_mpsh(*words, *SHOW, prefix=False, before=self.room.before)

    def named(self, prefix, *commands):
        self.prefix = prefix
        return self.lab(*commands, before=self.room.before)

    def test_none(self):
        self.check_refused(self.look(), 3, "^error: no group under prefix rte$")

    def test_one(self):
        self.named("foo", "ring mine 64")
        result = self.look()
        self.assertEqual(result.code, 0, result)
        self.assertIn("\nmine ", result.out)
        self.assertRegex(result.err, r"^\* no group under prefix rte: this is foo \(pid \d+\)\n$")
        result = self.look("-q")
        self.assertEqual((result.code, result.err), (0, ""), result)
        result = self.look("--json")
        event = self.result_of(self.documents(result.err), "event")
        self.assertEqual((event["type"], event["prefix"]), ("looks", "foo"))
        self.check_refused(self.look("--file-prefix", "bar"), 3, "^error: no group under prefix bar; there is foo$")
        self.check_refused(self.look("-o", "bar"), 3, "^error: no group under prefix bar; there is foo$")

    def test_several(self):
        self.named("foo")
        self.named("bar")
        self.check_refused(self.look(), 3, "^error: no group under prefix rte; there are bar, foo$")

    def test_rte_goes_first(self):
        self.named("foo")
        self.named("rte", "ring mine 64")
        result = self.look()
        self.assertEqual((result.code, result.err), (0, ""), result)
        self.assertIn("\nmine ", result.out)

    def test_what_looks_at_the_host_needs_no_group(self):
        for words in (("groups",), ("doctor",), ("watch", "0.1", "count", "1", "groups")):
            result = self.run_mpsh(*words, prefix=False, before=self.room.before)
            self.assertNotIn("no group under", result.out + result.err)
            self.assertNotEqual(result.code, 3, result)

    def test_completion(self):
        self.named("foo")
        self.prefix = "none"
        lab = self.lab(options=("--in-memory",), before=self.room.before)
        del lab
        words = subprocess.run([*self.room.before, *self.words("--complete", "-o", "", prefix=False)], check=True,
                               stdout=subprocess.PIPE, encoding="ascii", env=self.env).stdout.split()
        self.assertEqual((words[0], words[-1]), ("foo", "<file>"))
        self.assertEqual(len(words), 3)
        self.assertTrue(words[1].isdigit())


class Batch(OutsideTest):
    def test_a_wait_beside_a_look_joins_nothing(self):
        lab = self.lab()
        for wait in ("wait 0", "wait 0.01"):
            result = self.run_mpsh("-e", wait, "-e", "show rings", "-e", wait)
            self.assertEqual((result.code, result.err), (0, ""), result)
            self.assertNotIn("ready", result.out)
        # Alone it joins: somebody may send meanwhile.
        self.assertIn("* ready as guest", self.run_mpsh("-e", "wait 0").out)
        del lab

    def test_what_repeats_ends_with_its_reader(self):
        lab = self.lab()
        for command in ("watch 0.1 show rings", "top 0.1", "watch 0.1 groups"):
            with self.subTest(command=command):
                popen = subprocess.Popen(self.words("-o", str(lab.pid), *command.split(), prefix=False), env=self.env,
                                         stdout=subprocess.PIPE, stderr=subprocess.PIPE)
                self.addCleanup(popen.kill)
                popen.stdout.readline()
                popen.stdout.close()
                self.assertIn(popen.wait(LIMIT), (-signal.SIGPIPE, 128 + signal.SIGPIPE))
                with popen.stderr:
                    self.assertEqual(popen.stderr.read(), b"")

    def test_doctor_looks_at_the_prefix_that_is_looked_at(self):
        lab = self.lab()
        for what in (self.prefix, str(lab.pid), self.runtime_dir()):
            result = self.run_mpsh("-o", what, "doctor", prefix=False)
            self.assertRegex(result.out, f"(?m)^ok  primary +pid {lab.pid} ")


class Prompt(OutsideTest):
    def test_the_process_ends(self):
        lab = self.lab("ring mine 64", options=("--in-memory",))
        prompt = self.terminal("-o", str(lab.pid), prefix=False)
        prompt.see("mpsh:outside> ")
        prompt.type("show rings")
        prompt.see("mine ")
        prompt.see("mpsh:outside> ")
        lab.kill()
        prompt.see(rf"\* pid {lab.pid} has ended, and left nothing")
        prompt.type("show rings")
        prompt.see(f"error: no process {lab.pid}")

    def test_what_it_left_is_looked_at(self):
        room = Room(self)
        lab = self.lab("ring mine 64", before=room.before)
        prompt = self.terminal("-o", self.prefix, prefix=False, before=room.before)
        prompt.see("mpsh:outside> ")
        end_by_kill(lab)
        prompt.see(r"\* pid \d+ has ended: what it left is looked at")
        prompt.type("show rings", "quit")
        prompt.see("mine ")
        self.assertEqual(prompt.popen.wait(60), 0)

    def test_reconnect_looks_anew(self):
        lab = self.lab("ring first 64")
        prompt = self.terminal("-o", self.prefix, prefix=False)
        prompt.see("mpsh:outside> ")
        prompt.type("set timeout 1234", "show rings")
        prompt.see("first ")
        prompt.see("mpsh:outside> ")
        lab.close()
        lab.end()
        prompt.see(rf"\* pid {lab.pid} has ended")
        # While there is nothing to look at the prompt stays.
        shutil.rmtree(self.runtime_dir())
        prompt.type("reconnect")
        prompt.see(f"error: no group under prefix {self.prefix}")
        again = self.lab("ring second 64")
        prompt.type("reconnect")
        prompt.see("mpsh:outside> ")
        prompt.type("show rings", "set")
        prompt.see("second ")
        prompt.see(r"timeout +1\.2 s|timeout +1234")
        # The history is kept: the line before this one is the last.
        os.write(prompt.master, b"\x1b[A\x1b[A")
        prompt.see("show rings")
        os.write(prompt.master, b"\x03")
        again.kill()
        prompt.see(rf"\* pid {again.pid} has ended")


if __name__ == "__main__":
    main()
