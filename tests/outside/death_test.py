#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors

"""--dump-on-death keeps nothing of a living primary, and all that it leaves at its end."""

import os
import pathlib
import shutil
import signal
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import mpshtest
from evidencetest import MODES, EvidenceTest
from mpshtest import SANITIZED, wait_for

WAITS = r"^\* waiting for the end of pid (\d+) \((\w+)\), to dump what it leaves into (\S+)$"


class DeathTest(EvidenceTest):
    def setUp(self):
        super().setUp()
        self.path = os.path.join(self.home, "a.dump")

    def watch(self, what, *arguments, before=(), env=None):
        """mpsh that waits for the end of a primary."""
        process = self.spawn("-o", what, "--dump-on-death", self.path, *arguments, prefix=False,
                             before=before, env=env)
        if "-j" not in arguments and "-q" not in arguments:
            process.waits = process.line(WAITS)
        return process

    def check_dumped(self, watcher, lists):
        result = watcher.end()
        self.assertEqual((result.code, result.err), (0, ""), result)
        self.assertRegex(result.out, r"(?m)^\S+a\.dump: \d+ regions, [\d.]+ MiB of memory, [\d.]+ MiB on disk$")
        self.assertEqual(self.lists(self.path), lists)

    def check_mode(self, mode):
        application = self.evidence(*MODES[mode][0])
        lists = self.lists(self.prefix)
        watcher = self.watch(self.prefix)
        self.assertEqual(watcher.waits.groups(), (str(application.pid), "evidence", self.path))
        self.die(application)
        self.check_dumped(watcher, lists)

    def test_default(self):
        self.check_mode("default")

    def test_legacy_mem(self):
        self.check_mode("legacy-mem")

    def test_single_file_segments(self):
        self.check_mode("single-file-segments")

    def test_by_pid(self):
        """Of the primary, and of a secondary: it is the primary's end that counts."""
        application = self.evidence()
        second = self.evidence("--proc-type=secondary")
        lists = self.lists(str(application.pid))
        watcher = self.watch(str(second.pid))
        self.assertEqual(watcher.waits[1], str(application.pid))
        second.end()
        application.end()
        self.check_dumped(watcher, lists)

    def test_in_a_mount_namespace_of_its_own(self):
        """A container, whose directories nobody can reach by a path once it has ended."""
        script = ('mount -t tmpfs none "$0" && mount -t hugetlbfs none /dev/hugepages && '
                  'exec "$@"')
        application = self.evidence(
            before=["unshare", "-m", "sh", "-c", script, self.env["RUNTIME_DIRECTORY"]])
        self.assertFalse(os.path.exists(self.runtime_dir()))
        self.assertEqual(self.pages(), [])
        lists = self.lists(str(application.pid))
        watcher = self.watch(str(application.pid))
        self.die(application)
        self.check_dumped(watcher, lists)

    def test_json(self):
        application = self.evidence()
        watcher = self.watch(str(application.pid), "-j")
        watcher.line('"waiting"')
        self.die(application)
        result = watcher.end()
        documents = self.documents(result.out)
        self.assertEqual(documents[0], {"event": {"type": "waiting", "pid": application.pid}})
        self.assertIs(self.result_of(documents, "dump")["dead"], True)
        self.assertEqual(result.code, 0)

    def test_it_is_dead_already(self):
        application = self.evidence()
        second = self.evidence("--proc-type=secondary")
        lists = self.lists(self.prefix)
        self.save_pages()
        self.die(application)
        for what in (self.prefix, self.runtime_dir(), str(second.pid)):
            self.check_dumped(self.spawn("-o", what, "--dump-on-death", self.path, prefix=False), lists)
            os.unlink(self.path)

    def test_nothing_of_a_living_primary_is_kept(self):
        """A primary cannot give back a page whose file someone else has locked."""
        application = self.evidence()
        before = len(self.pages())
        application.type("take")
        application.line("^done$")
        self.assertGreater(len(self.pages()), before + 10)
        watcher = self.watch(self.prefix)
        held = [os.readlink(path) for path in pathlib.Path(f"/proc/{watcher.pid}/fd").iterdir()]
        self.assertIn(self.runtime_dir(), held)
        self.assertIn("/dev/hugepages", held)
        self.assertIn("anon_inode:[pidfd]", held)
        for path in held:
            self.assertNotRegex(path, r"map_|config|fbarray|/mem$")
        application.type("give")
        application.line("^done$")
        self.assertEqual(len(self.pages()), before)
        lists = self.lists(self.prefix)
        self.die(application)
        self.check_dumped(watcher, lists)

    def test_another_start_deletes_what_is_held(self):
        """A DPDK that starts at once, of another prefix and of this one, harms no dump and is not harmed."""
        for prefix, mode in ((self.prefix + "-other", "default"), (self.prefix, "default"),
                             (self.prefix, "single-file-segments")):
            with self.subTest(prefix=prefix, mode=mode):
                application = self.evidence(*MODES[mode][0], mib=16)
                lists = self.lists(self.prefix)
                slowly = ["strace", "-f", "-qq", "-o", "/dev/null", "-P", self.path, "-e", "trace=pwrite64",
                          "-e", "inject=pwrite64:delay_enter=100000"]
                env = dict(self.env, ASAN_OPTIONS="detect_leaks=0") if SANITIZED else self.env
                watcher = self.watch(self.prefix, before=slowly, env=env)
                self.die(application)
                wait_for(lambda: os.path.exists(self.path) and os.stat(self.path).st_blocks > 0, "it writes")
                self.addCleanup(shutil.rmtree, os.path.join(os.path.dirname(self.runtime_dir()), prefix), True)
                other = self.evidence(*MODES[mode][0], prefix=prefix)
                self.assertIsNone(watcher.popen.poll(), "the dump was faster")
                self.die(other)
                self.check_dumped(watcher, lists)
                os.unlink(self.path)
                for path in self.pages(prefix) + self.pages():
                    pathlib.Path(path).unlink(missing_ok=True)
                shutil.rmtree(self.runtime_dir())

    def test_what_was_deleted_before(self):
        """The dump has the rest; all of it: there is none."""
        application = self.evidence(mib=16)
        lost = sorted(self.pages())[-1]
        watcher = self.watch(self.prefix)
        os.unlink(lost)
        self.die(application)
        result = watcher.end()
        self.assertEqual(result.code, 1, result)
        self.assertEqual(result.err, f"error: 1 file of prefix {self.prefix} was deleted before it could be "
                                     f"opened: {lost}\n")
        self.assertEqual(self.look(self.path, "show", "rings").code, 0)
        os.unlink(self.path)

        application = self.evidence(mib=16)
        watcher = self.watch(self.prefix)
        for path in self.pages():
            os.unlink(path)
        self.die(application)
        result = watcher.end()
        self.assertEqual((result.code, result.err), (
            1, f"error: nothing is left of prefix {self.prefix}: its hugepages were deleted\n"))
        self.assertFalse(os.path.exists(self.path))

    def test_what_leaves_nothing(self):
        """It is said at once, and not when it is too late."""
        for mode, why in (("in-memory", r"this process keeps its memory in no files \(--in-memory, --no-shconf\)"),
                          ("huge-unlink", r"this group's hugepages are in no files \(--huge-unlink, --no-huge\)"),
                          ("no-huge", r"this group's hugepages are in no files \(--huge-unlink, --no-huge\)")):
            application = self.evidence(*MODES[mode][0])
            result = self.look(str(application.pid), "--dump-on-death", self.path)
            self.assertEqual((result.code, result.out), (3, ""), result)
            self.assertRegex(result.err, f"^error: {why}: nothing is left when it ends, dump it now\n$")
            self.die(application)

    def test_refused_at_the_start(self):
        application = self.evidence()
        pathlib.Path(self.path).write_text("kept")
        result = self.look(self.prefix, "--dump-on-death", self.path)
        self.assertEqual((result.code, result.out, result.err), (3, "", f"error: {self.path} is there already\n"))
        result = self.look(self.prefix, "--dump-on-death", "/nowhere/a.dump")
        self.assertEqual((result.code, result.err), (
            3, "error: /nowhere/a.dump cannot be written: No such file or directory\n"))
        for words, error in (
                (["--dump-on-death", "b"], "--dump-on-death needs --outside: -o with a pid or a prefix"),
                (["-o", self.prefix, "--dump-on-death"], "--dump-on-death needs a value: --dump-on-death FILE"),
                (["-o", self.prefix, "--dump-on-death="],
                 "--dump-on-death needs a value: a file that is to be made"),
                (["-o", self.prefix, "--dump-on-death", "b", "show", "rings"],
                 "--dump-on-death waits for the primary's end: leave out the commands"),
                (["-o", self.prefix, "--dump-on-death", "b", "-i"],
                 "--dump-on-death waits for the primary's end: leave out --interactive")):
            result = self.run_mpsh(*words, prefix=False)
            self.assertEqual((result.code, result.out, result.err), (2, "", f"error: {error}\n"), words)
        path, result = self.dump(self.prefix, "b.dump")
        result = self.look(path, "--dump-on-death", os.path.join(self.home, "c.dump"))
        self.assertEqual((result.code, result.err), (2, f"error: {path} is a dump: it has no primary to end\n"))
        self.assertIsNone(application.popen.poll())

    def test_ended_before(self):
        application = self.evidence()
        for number in (signal.SIGINT, signal.SIGTERM):
            watcher = self.watch(self.prefix)
            watcher.kill(number)
            result = watcher.end()
            self.assertEqual((result.code, result.err), (128 + number, ""))
            self.assertFalse(os.path.exists(self.path))
        self.assertIsNone(application.popen.poll())

    def terminal_of_its_own(self, *words):
        """A terminal whose Ctrl-C is a signal, and which knows front and background."""
        return self.terminal("--ctty", "--wait", *words, mpsh="setsid", prefix=False)

    def test_on_a_terminal(self):
        """There is no prompt, and Ctrl-C ends it."""
        application = self.evidence()
        watcher = self.terminal_of_its_own(
            mpshtest.MPSH, "-o", self.prefix, "--dump-on-death", self.path)
        watcher.see("waiting for the end of pid")
        os.write(watcher.master, b"\x03")
        result = watcher.end()
        self.assertEqual(result.code, 130, result)
        self.assertNotIn("mpsh:", result.out)
        self.assertIsNone(application.popen.poll())

    def test_in_the_background_of_a_terminal(self):
        """It reads nothing there, so it may."""
        application = self.evidence()
        lists = self.lists(self.prefix)
        script = f"{mpshtest.MPSH} -o {self.prefix} --dump-on-death {self.path} & wait $!; echo code $?"
        shell = self.terminal_of_its_own("bash", "-c", "set -m; " + script)
        shell.see("waiting for the end of pid")
        self.die(application)
        shell.see("code 0")
        shell.end()
        self.assertEqual(self.lists(self.path), lists)


if __name__ == "__main__":
    mpshtest.main()
