#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors

"""A dump has what the group had, is whole or not there, and believes no file that says it is one."""

import os
import pathlib
import re
import shutil
import signal
import struct
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import mpshtest
from evidencetest import EVIDENCE, MODES, EvidenceTest
from mpshtest import SANITIZED, wait_for

LINE = r"^(?P<file>\S+): (?P<regions>\d+) regions, (?P<memory>[\d.]+) MiB of memory, (?P<disk>[\d.]+) MiB on disk$"

# What slows a dump down, so that something can happen in it: each write takes 50 ms.
SLOWLY = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=pwrite64",
          "-e", "inject=pwrite64:delay_enter=50000"]

# The parts of a file of ELF that the tests of wrong ones change: where they are.
PHNUM, SECTION_INFO, NOTE, SEGMENTS = 56, 64 + 44, 128, 432


class ModesTest(EvidenceTest):
    """Every mode of memory that EAL has, and what a dump shows of it."""

    def check_mode(self, mode):
        eal, leaves = MODES[mode]
        application = self.evidence(*eal)
        what = str(application.pid)
        lists = self.lists(what)
        self.assertRegex(lists["rings"], r"(?m)^jobs +64 +5 ")
        self.assertRegex(lists["pools"], r"(?m)^job_pool +63 +5 ")
        path, result = self.dump(what, "live.dump")
        self.assertEqual((result.code, result.err), (0, ""), result)
        self.assertRegex(result.out, LINE)
        self.assertEqual(self.lists(path), lists)
        if leaves:
            self.save_pages()
            self.die(application)
            dead, result = self.dump(self.runtime_dir(), "dead.dump")
            self.assertEqual((result.code, result.err), (0, ""), result)
            self.assertEqual(self.lists(dead), lists)

    def test_default(self):
        self.check_mode("default")

    def test_legacy_mem(self):
        self.check_mode("legacy-mem")

    def test_single_file_segments(self):
        self.check_mode("single-file-segments")

    def test_huge_unlink(self):
        self.check_mode("huge-unlink")

    def test_in_memory(self):
        self.check_mode("in-memory")

    def test_no_huge(self):
        self.check_mode("no-huge")

    def test_pages_that_were_never_used_are_not_read(self):
        """Of 512 MiB of small pages a few are in use: reading the others would make them."""
        application = self.evidence("--no-huge", "-m", "512")

        def resident():
            return int(pathlib.Path(f"/proc/{application.pid}/statm").read_text().split()[1])

        before = resident()
        path, result = self.dump(str(application.pid), "a.dump")
        self.assertEqual((result.code, result.err), (0, ""), result)
        self.assertGreater(os.stat(path).st_size, 512 << 20)
        self.assertLess(os.stat(path).st_blocks * 512, 16 << 20)
        tables = re.search(r"VmPTE:\s+(\d+)", pathlib.Path(f"/proc/{application.pid}/status").read_text())
        self.assertLess(int(tables[1]), 1000)
        self.assertLess(abs(resident() - before), 100)


class DumpTest(EvidenceTest):
    def test_result(self):
        application = self.evidence()
        path, result = self.dump(self.prefix, "a.dump", "-j")
        self.assertEqual((result.code, result.err), (0, ""), result)
        dump = self.result_of(self.documents(result.out), "dump")
        self.assertEqual(list(dump), ["file", "regions", "bytes", "disk_bytes", "dead"])
        st = os.stat(path)
        self.assertEqual(st.st_mode & 0o7777, 0o600)
        self.assertEqual(dump["file"], path)
        self.assertEqual(dump["disk_bytes"], st.st_blocks * 512)
        self.assertIs(dump["dead"], False)
        # Every byte of memory has its place, and what is zero takes none.
        self.assertLess(0, st.st_size - dump["bytes"])
        self.assertLessEqual(st.st_size - dump["bytes"], 4096)
        self.assertLess(dump["disk_bytes"], dump["bytes"] / 4)
        # From the dump the same comes again, also of whether its group was dead.
        again, result = self.dump(path, "b.dump", "-j")
        self.assertEqual(self.result_of(self.documents(result.out), "dump"), dict(dump, file=again))
        self.assertEqual(pathlib.Path(again).read_bytes()[4096:], pathlib.Path(path).read_bytes()[4096:])
        self.save_pages()
        self.die(application)
        for what, name in ((self.prefix, "c.dump"), (os.path.join(self.home, "c.dump"), "d.dump")):
            path, result = self.dump(what, name, "-j")
            self.assertIs(self.result_of(self.documents(result.out), "dump")["dead"], True)

    def test_a_file_here_by_its_name_alone(self):
        """Without a '/' it is a file when no prefix is called so."""
        self.evidence()
        lists = self.lists(self.prefix)
        result = self.look(self.prefix, "dump", "foo.dump", cwd=self.home)
        self.assertEqual(result.code, 0, result)
        self.assertRegex(result.out, r"^foo\.dump: \d+ regions, ")
        result = self.look("foo.dump", "show", "rings", cwd=self.home)
        self.assertEqual((result.code, result.out), (0, lists["rings"]), result)
        # The prefix first: a file of its name is not looked at.
        pathlib.Path(self.home, self.prefix).write_text("no dump")
        result = self.look(self.prefix, "show", "rings", cwd=self.home)
        self.assertEqual((result.code, result.out), (0, lists["rings"]), result)

    def test_a_secondary_sees_the_same(self):
        application = self.evidence()
        second = self.evidence("--proc-type=secondary")
        lists = self.lists(str(application.pid))
        path, result = self.dump(str(second.pid), "a.dump")
        self.assertEqual(result.code, 0, result)
        self.assertEqual(self.lists(path), lists)
        # One that has outlived its primary.
        self.die(application)
        _, result = self.dump(str(second.pid), "b.dump", "-j")
        self.assertIs(self.result_of(self.documents(result.out), "dump")["dead"], True)

    def test_at_a_members_prompt(self):
        """The own group, with the locks of its files as they were."""
        primary = self.primary()
        path = os.path.join(self.home, "own.dump")
        primary.type(f"dump {path}", "show memzones")
        primary.line(LINE)
        primary.close()
        shown = primary.end()
        self.assertEqual(shown.code, 0, shown)
        memzones = shown.out.split("on disk\n")[1]
        self.assertEqual(self.look(path, "show", "memzones").out, memzones)

    def test_never_overwritten(self):
        self.evidence()
        for name, make in (("file", lambda path: pathlib.Path(path).write_text("kept")),
                           ("directory", os.mkdir), ("fifo", os.mkfifo),
                           ("link", lambda path: os.symlink("/nowhere", path))):
            path = os.path.join(self.home, name)
            make(path)
            before = os.lstat(path)
            result = self.look(self.prefix, "dump", path)
            self.assertEqual((result.code, result.err), (1, f"error: {path} is there already\n"), name)
            self.assertEqual(os.lstat(path).st_ino, before.st_ino)
        self.assertEqual(pathlib.Path(self.home, "file").read_text(), "kept")

    def test_cannot_be_made(self):
        self.evidence()
        for path, reason in (("/nowhere/a.dump", "No such file or directory"),
                             (os.path.join(self.home, "x" * 300), "File name too long")):
            result = self.look(self.prefix, "dump", path)
            self.assertEqual(result.code, 1, result)
            self.assertRegex(result.err, rf"^error: \S+ cannot be written: {reason}\n$")

    def test_full_disk(self):
        """It is said before, is tried, and leaves nothing."""
        self.evidence(mib=8)
        small = os.path.join(self.home, "small")
        os.mkdir(small)
        script = 'mount -t tmpfs -o size=4m none "$0" && "$@"; code=$?; ls -A "$0"; exit $code'
        result = self.look(self.prefix, "dump", f"{small}/a.dump",
                           before=["unshare", "-m", "sh", "-c", script, small])
        self.assertEqual(result.code, 1, result)
        need = re.match(rf"^\* {re.escape(small)} has 4 MiB, the dump may need (\d+)\n$", result.out)
        self.assertTrue(need, result)
        self.assertIn(int(need[1]), range(9, 40))
        self.assertEqual(result.err, f"error: {small}/a.dump cannot be written: No space left on device\n")

    def test_limit_of_a_file(self):
        """The signal that comes with it ends nothing."""
        self.evidence()
        path, result = self.dump(self.prefix, "a.dump", before=["prlimit", "--fsize=1000000"])
        self.assertEqual((result.code, result.err), (1, f"error: {path} cannot be written: File too large\n"))
        self.assertFalse(os.path.exists(path))

    def slow_dump(self, what, name):
        """One that takes long and has begun to write."""
        env = dict(self.env, ASAN_OPTIONS="detect_leaks=0") if SANITIZED else self.env
        path = os.path.join(self.home, name)
        process = self.spawn("-o", what, "dump", path, prefix=False, before=SLOWLY, env=env)
        wait_for(lambda: os.path.exists(path) and os.stat(path).st_blocks * 512 > 1 << 20, "it writes")
        # strace's child is mpsh.
        children = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        return path, process, int(children[0])

    def test_ended_by_a_signal(self):
        self.evidence(mib=64)
        for number in (signal.SIGINT, signal.SIGTERM):
            path, process, pid = self.slow_dump(self.prefix, f"{number}.dump")
            os.kill(pid, number)
            result = process.end()
            self.assertEqual((result.code, result.out), (128 + number, ""), result)
            self.assertFalse(os.path.exists(path))

    def test_the_process_ends_meanwhile(self):
        application = self.evidence("--in-memory", mib=64)
        path, process, _ = self.slow_dump(str(application.pid), "a.dump")
        self.die(application)
        result = process.end()
        self.assertEqual(result.out, f"* pid {application.pid} has ended, and left nothing\n")
        self.assertEqual((result.code, result.err), (
            1, f"error: pid {application.pid} has ended meanwhile: {path} is removed\n"))
        self.assertFalse(os.path.exists(path))

    def test_a_killed_one_leaves_no_dump(self):
        """What it has written by then is none: the head comes last."""
        self.evidence(mib=64)
        path, process, pid = self.slow_dump(self.prefix, "a.dump")
        os.kill(pid, signal.SIGKILL)
        process.end()
        self.check_no_dump(path)

    def check_no_dump(self, path, why="is no dump of mpsh's"):
        result = self.look(path, "show", "rings")
        self.assertEqual((result.code, result.out, result.err), (3, "", f"error: {path} {why}\n"))

    def test_gdb_reads_it(self):
        if shutil.which("gdb") is None:
            self.skipTest("gdb is missing")
        application = self.evidence()
        path, result = self.dump(self.prefix, "a.dump")
        self.assertEqual(result.code, 0, result)
        ring = f"((struct rte_ring *){application.address})"
        shown = subprocess.run(
            ["gdb", "-nx", "-batch", "-ex", f"p {ring}->name", "-ex", f"p {ring}->prod.head",
             "-ex", f"p *(char **)({ring} + 1)", EVIDENCE, path],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", timeout=120)
        self.assertRegex(shown.stdout, r'\$1 = "jobs"', shown)
        self.assertRegex(shown.stdout, r"\$2 = 5\n", shown)
        self.assertRegex(shown.stdout, r'\$3 = 0x\w+ "job 0: resize image 0\.png"', shown)
        self.assertNotRegex(shown.stderr, r"(?i)note|corrupt")

    def test_readme(self):
        """What the README shows of it is what is printed."""
        text = (mpshtest.SOURCE_ROOT / "README.md").read_text()
        shown = text.split("<!-- outside: dump -->\n```\n")[1].split("```\n")[0]
        application = self.evidence()
        self.save_pages()
        self.die(application)
        words = {"crashed ": self.prefix + " ", "0x1003d9ac0": hex(application.address), "application": EVIDENCE}
        printed = ""
        for command in re.findall(r"^\$ (.*)$", shown, re.M):
            printed += f"$ {command}\n"
            for word, value in words.items():
                command = command.replace(word, value)
            command = command.replace("mpsh ", mpshtest.MPSH + " ", 1)
            if command.startswith("gdb") and shutil.which("gdb") is None:
                self.skipTest("gdb is missing")
            printed += subprocess.run(command, shell=True, cwd=self.home, env=self.env, timeout=120,
                                      stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8").stdout

        def normal(text):
            """Without what differs between hosts: how much memory EAL takes."""
            text = re.sub(r"\d+ regions, \S+ MiB of memory, \S+ MiB", "N regions, N MiB of memory, N MiB", text)
            return re.sub(r"(?m) +$", "", text)

        printed = "".join(line for line in printed.splitlines(True) if line[0] in "$cNj")
        self.assertEqual(normal(printed), normal(shown))

    def test_speed(self):
        """Half as fast as cp of the same bytes, at the least."""
        self.evidence(mib=256)
        path, result = self.dump(self.prefix, "a.dump")
        self.assertEqual(result.code, 0, result)

        def seconds(words):
            best = 100
            for _ in range(3):
                begin = time.monotonic()
                subprocess.run(words, check=True, env=self.env, stdout=subprocess.DEVNULL)
                best = min(best, time.monotonic() - begin)
                os.unlink(words[-1])
            return best

        copy = seconds(["cp", path, os.path.join(self.home, "copy")])
        dump = seconds([mpshtest.MPSH, "-o", self.prefix, "dump", os.path.join(self.home, "b.dump")])
        print(f"cp {copy:.2f} s, dump {dump:.2f} s")
        if not SANITIZED:
            self.assertLess(dump, 2 * copy + 0.2)


class WrongFileTest(EvidenceTest):
    """Files that are no dump, or were changed: an error, whatever stands in them."""

    check_no_dump = DumpTest.check_no_dump

    def setUp(self):
        super().setUp()
        self.evidence()
        self.path, result = self.dump(self.prefix, "right.dump")
        self.assertEqual(result.code, 0, result)
        self.right = pathlib.Path(self.path).read_bytes()
        self.wrong = os.path.join(self.home, "wrong.dump")

    def write(self, at, data, size=None):
        """A dump in which these bytes stand at that place."""
        changed = bytearray(self.right[:size])
        changed[at:at + len(data)] = data
        pathlib.Path(self.wrong).write_bytes(changed)

    def test_other_files(self):
        os.mkfifo(os.path.join(self.home, "fifo"))
        pathlib.Path(self.home, "empty").touch()
        shutil.copy("/bin/true", self.home)
        with open(os.path.join(self.home, "zeroes"), "wb") as file:
            file.truncate(1 << 30)
        for name in ("fifo", "empty", "true", "zeroes"):
            self.check_no_dump(os.path.join(self.home, name))
        self.check_no_dump("/dev/zero")
        result = self.look(os.path.join(self.home, "nowhere", "a.dump"), "show", "rings")
        self.assertEqual((result.code, result.out), (3, ""))
        self.assertRegex(result.err, r"^error: \S+ is not there: a runtime directory or a dump is looked at\n$")
        result = self.look(self.home, "show", "rings")
        self.assertEqual((result.code, result.out), (3, ""))
        self.assertEqual(result.err.count("\n"), 1)

    def test_cut(self):
        """A head alone is no dump; one without its end says so."""
        for size in (1, 63, 100, 431, 432, 500):
            self.write(0, b"", size)
            self.check_no_dump(self.wrong)
        for size in (4096, len(self.right) // 2, len(self.right) - 1):
            self.write(0, b"", size)
            self.check_no_dump(self.wrong, "is cut: its end is missing")

    def test_longer(self):
        pathlib.Path(self.wrong).write_bytes(self.right + b"more")
        self.check_no_dump(self.wrong)

    def test_changed_head(self):
        number = struct.unpack_from("<H", self.right, PHNUM)[0]
        first = SEGMENTS + 56
        huge = struct.pack("<Q", 2**63 - 1)
        for name, at, data in (
                ("magic", 0, b"\x7fELG"), ("class", 4, b"\x01"), ("type", 16, b"\x02\x00"),
                ("machine", 18, b"\x00\x01"), ("no segments", PHNUM, b"\x00\x00"),
                ("many segments", PHNUM, b"\xfe\xff"), ("a section's number", PHNUM, b"\xff\xff"),
                ("owner", NOTE + 12, b"CORE"), ("form", NOTE + 20, b"\x02"),
                ("prefix without an end", NOTE + 20 + 24, b"x" * 256),
                ("kind of a segment", first, b"\x07"), ("place in the file", first + 8, huge),
                ("all zeroes at once", first + 8, bytes(48)), ("bytes", first + 32, huge),
                ("all bytes", first + 32, b"\0\xf0" + b"\xff" * 6), ("no bytes", first + 32, bytes(8)),
                ("address", first + 16, b"\xff" * 8),
                # The second begins where the first does.
                ("overlapping", first + 56 + 16, self.right[first + 16:first + 24])):
            with self.subTest(name):
                self.write(at, data)
                self.check_no_dump(self.wrong)
        self.write(PHNUM, struct.pack("<H", number - 1))
        self.check_no_dump(self.wrong)
        self.write(first + 32, struct.pack("<Q", 2**62))
        self.check_no_dump(self.wrong, "is cut: its end is missing")

    def test_number_of_segments_elsewhere(self):
        """ELF's way of more than 65534 segments, with a number beyond all bounds."""
        changed = bytearray(self.right)
        struct.pack_into("<H", changed, PHNUM, 0xffff)
        struct.pack_into("<Q", changed, 40, 64)
        struct.pack_into("<H", changed, 60, 1)
        for n in (2**32 - 1, 2**20, 70000):
            struct.pack_into("<I", changed, SECTION_INFO, n)
            pathlib.Path(self.wrong).write_bytes(changed)
            self.check_no_dump(self.wrong)

    def test_what_it_points_to_is_bounded(self):
        """Garbage for all of the memory but the configuration: errors, and an end."""
        data = bytearray(self.right)
        data[4096 + 0x7000:] = os.urandom(1 << 16) * ((len(data) - 4096 - 0x7000) // (1 << 16) + 1)
        pathlib.Path(self.wrong).write_bytes(data[:len(self.right)])
        for kind in ("rings", "pools", "memzones", "heaps"):
            result = self.look(self.wrong, "show", kind)
            self.assertIn(result.code, (0, 1), result)
        result = self.look(self.wrong, "dump", os.path.join(self.home, "again.dump"))
        self.assertEqual(result.code, 0, result)

    def test_no_dump_of_no_group(self):
        """A configuration that is none any more."""
        self.write(4096, bytes(8))
        result = self.look(self.wrong, "show", "rings")
        self.assertEqual((result.code, result.err), (3, "error: the memory of this group is not DPDK's any more\n"))


class KeptTest(EvidenceTest):
    """Why one dumps: the next DPDK start on this mount deletes what a dead group left."""

    def test_evidence_outlives_its_pages(self):
        application = self.evidence()
        lists = self.lists(self.prefix)
        self.save_pages()
        self.die(application)
        path, result = self.dump(self.prefix, "a.dump")
        self.assertEqual(result.code, 0, result)
        self.give_up_pages()
        other = self.prefix + "-other"
        self.addCleanup(shutil.rmtree, os.path.join(os.path.dirname(self.runtime_dir()), other), True)
        start = self.run_mpsh("--file-prefix", other, "--proc-type=primary", "-e", "info", prefix=False)
        self.assertEqual(start.code, 0, start)
        self.assertEqual(self.pages(), [])
        for command in ("show rings", f"dump {self.home}/b.dump"):
            result = self.look(self.prefix, *command.split())
            self.assertEqual((result.code, result.err), (
                3, f"error: nothing is left of prefix {self.prefix}: its hugepages were deleted\n"))
        self.assertEqual(self.lists(path), lists)


if __name__ == "__main__":
    mpshtest.main()
