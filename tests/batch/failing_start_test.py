#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors

"""Starts that fail: one or two lines that say what is wrong and what to type about it."""

import fcntl
import glob
import json
import os
import pathlib
import re
import shlex
import shutil
import signal
import struct
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../lib'))
from mpshtest import LIMIT, MPSH, NOBODY, SANITIZED, StartTest, main, wait_for  # noqa: E402

MPSH_OTHER_PROTOCOL = os.environ.get("MPSH_OTHER_PROTOCOL")

RTE_MAGIC = 19820526

# The sanitizers' own memory lies where these would need none to be.
not_sanitized = unittest.skipIf(SANITIZED, "addresses differ with the sanitizers")


def in_private_mounts(script):
    """A command prefix: run the script in a mount namespace of its own, then mpsh."""
    return ["unshare", "--mount", "--", "bash", "-c", f'set -e; {script}; exec "$@"', "bash"]


class Proc(StartTest):
    def test_without_proc_nothing_is_looked_at(self):
        primary = self.primary()
        without = in_private_mounts("umount -l /proc")
        line = "error: /proc is not mounted here: mount -t proc proc /proc\n"
        own = ["--file-prefix", self.prefix]
        for words in (["groups"], ["why"], [*own, "peek", "MSG_POOL"], ["-o", str(primary.pid), "-e", "show rings"],
                      ["-o", self.prefix, "-e", "groups"], ["--doctor"], [*own, "--proc-type=secondary", "-e", "peers"],
                      ["--file-prefix", self.prefix + "2", "--proc-type=primary", "-e", "peers"]):
            result = self.run_mpsh(*words, before=without, prefix=False)
            self.assertEqual((result.code, result.out, result.err), (3, "", line), words)
        result = self.run_mpsh("-j", "--doctor", before=without)
        self.assertEqual((result.code, result.out, json.loads(result.err)),
                         (3, "", {"error": line.removeprefix("error: ").rstrip()}))
        # What looks at nothing needs none.
        result = self.run_mpsh("-e", "help quit", before=without, prefix=False)
        self.assertEqual((result.code, result.err), (0, ""))


class Hugepages(StartTest):
    # What the kernel says of its pages, from a file of ours; no mount but an empty one.
    counters = ('pages=/sys/kernel/mm/hugepages/hugepages-2048kB; printf "%s\\n" {free} >{home}/free; '
                'printf "%s\\n" {all} >{home}/all; echo 0 >{home}/none; '
                "umount -a -t hugetlbfs; mount -t hugetlbfs -o pagesize=2M nodev /dev/hugepages; "
                "for name in free_hugepages:free nr_hugepages:all nr_overcommit_hugepages:none; do "
                "mount --bind {home}/${{name#*:}} $pages/${{name%:*}}; done")

    def host_with(self, free, all):
        return in_private_mounts(self.counters.format(home=self.home, free=free, all=all))

    def test_no_free_hugepages(self):
        self.check_refused(self.run_primary(before=self.host_with(0, 64)), 3,
                              "^error: no free hugepages", r"\ndpdk-hugepages.py --\w+ \d+[MG]")
        self.check_refused(self.run_primary(before=self.host_with(0, 0)), 3,
                              "^error: no free hugepages: none are reserved",
                              r"\ndpdk-hugepages.py --setup 64M")

    def test_too_few_free_hugepages(self):
        self.check_refused(self.run_primary(before=self.host_with(2, 64)), 3,
                              "^error: too few free hugepages: 4 MiB are free, mpsh needs [0-9]+ MiB",
                              r"\ndpdk-hugepages.py --\w+ \d+[MG]")
        self.check_refused(self.run_primary("-m", "2000", before=self.host_with(100, 128)), 3,
                              "^error: too few free hugepages: 200 MiB are free, mpsh needs 2000 MiB")

    def test_no_page_to_be_had_after_all(self):
        # The mount holds no page, which the kernel's counters do not tell.
        directory = os.path.join(self.home, "huge")
        os.mkdir(directory)
        for size in ("size=2M,min_size=0", "nr_inodes=1"):
            before = in_private_mounts(
                f"mount -t hugetlbfs -o pagesize=2M,{size} nodev {directory}")
            self.check_refused(self.run_primary("--huge-dir", directory, before=before), 3,
                                  "hugepage", "\n.*dpdk-hugepages.py")

    def test_hugetlbfs_not_mounted(self):
        result = self.run_primary(before=in_private_mounts("umount -a -t hugetlbfs"))
        self.check_refused(result, 3, "^error: hugetlbfs is not mounted",
                           r"\n(mount -t hugetlbfs|dpdk-hugepages.py --setup)")

    def test_hugetlbfs_mounted_read_only(self):
        result = self.run_primary(before=in_private_mounts("mount -o remount,bind,ro /dev/hugepages"))
        self.check_refused(result, 3, "read-only", "mount -o remount,rw /dev/hugepages")

    def test_huge_dir_that_is_none(self):
        for directory in ("/nonexistent", self.home):
            result = self.run_primary("--huge-dir", directory)
            self.check_refused(result, 2, f"^error: --huge-dir {directory}: ", "--huge-dir /dev/hugepages")
            self.assertNotIn("mount -t", result.err)

    def test_a_numa_node_that_is_none(self):
        nodes = len(glob.glob("/sys/devices/system/node/node[0-9]*")) or 1
        result = self.run_primary("--socket-mem", "0," * nodes + "2")
        self.check_refused(result, 2, f"^error: --socket-mem: this machine has no NUMA node {nodes}\n")


class Permission(StartTest):
    def test_nobody_may_not_use_the_hugepages(self):
        runtime = os.path.join(self.home, "nobody")
        os.mkdir(runtime)
        os.chown(runtime, 65534, 65534)
        before = in_private_mounts("chmod 755 /dev/hugepages; chown 0:0 /dev/hugepages") + NOBODY
        result = self.run_primary(before=before, env=dict(self.env, RUNTIME_DIRECTORY=runtime))
        self.check_refused(result, 3, "^error: not permitted: /dev/hugepages belongs to root", "sudo")

    def test_nobody_may_not_use_roots_runtime_directory(self):
        env = dict(self.env, RUNTIME_DIRECTORY=self.runtime)
        self.check_refused(self.run_primary(before=NOBODY, env=env), 3, "^error: not permitted: ", "root")

    def test_nobody_may_not_join_roots_primary(self):
        primary = self.primary()
        result = self.run_mpsh("--proc-type=secondary", before=NOBODY)
        self.check_refused(result, 3, "^error: not permitted: ", "root")
        primary.type("quit")
        self.assertNotIn("attached", primary.end().out)

    def test_runtime_directory_that_is_not_there(self):
        path = os.path.join(self.home, "none")
        self.check_refused(self.run_primary(env=dict(self.env, RUNTIME_DIRECTORY=path)), 3,
                              f"^error: no runtime directory: {path}", f"mkdir -p {path}")

    def test_runtime_directory_with_a_long_name(self):
        self.check_refused(self.run_primary("--file-prefix", "x" * 100, prefix=False), 3,
                              "shorter --file-prefix")


class Primaries(StartTest):
    def test_another_primary_already_runs(self):
        primary = self.primary()
        self.check_refused(
            self.run_mpsh("--proc-type=primary"), 3,
            rf"^error: another primary already runs under the prefix {self.prefix}: "
            rf"pid {primary.pid} \(mpsh\)\n", "--proc-type=secondary")

    def test_no_primary(self):
        self.check_refused(self.run_mpsh("--proc-type=secondary"), 3,
                           f"^error: no primary under the prefix {self.prefix} ",
                           rf"\nstart one first: mpsh --proc-type=primary --file-prefix {self.prefix}")

    def test_a_batch_founds_no_group(self):
        words = (f"^error: no primary under the prefix {self.prefix}: start one, or add --proc-type=primary "
                 r"to be it; a prompt needs a terminal \(ssh -t, docker -it\)\n$")
        for arguments, options in ((["peers"], {}), (["-e", "peers"], {}), (["-f", "-"], {}), ([], {}),
                                   (["-i"], {}), (["--proc-type=auto", "-e", "info"], {}),
                                   ([], {"stdin": subprocess.DEVNULL})):
            self.check_refused(self.spawn(*arguments, **options).end(), 3, words)
            self.assertFalse(os.path.exists(self.runtime_dir()), arguments)
        # Nor does one on a terminal; nor a terminal that only reads, or only writes.
        for arguments, options in ((["-e", "info"], {}), ([], {"stdin": subprocess.DEVNULL})):
            terminal = self.terminal(*arguments, **options)
            terminal.see(words[1:-1].replace(r"\n", r"\r\n"))
            self.assertEqual(terminal.popen.wait(LIMIT), 3)
        terminal = self.terminal(stdout=subprocess.DEVNULL)
        terminal.see(words[1:-1].replace(r"\n", r"\r\n"))
        self.assertEqual(terminal.popen.wait(LIMIT), 3)

    def test_a_prefix_of_any_bytes_is_escaped(self):
        for words in ([], ["--proc-type=secondary"]):
            result = self.run_mpsh("--file-prefix", b"x\xff\x1b[31m", *words, prefix=False)
            self.check_refused(result, 3, r"^error: no primary under the prefix x\\xff\\x1b\[31m")
            self.assertNotIn("\x1b", result.err)

    def test_a_prompt_after_commands_founds_one(self):
        terminal = self.terminal("-i", "-e", "set")
        terminal.see("mpsh:primary> ")

    def test_primary_that_has_died_is_none_and_its_place_is_free(self):
        primary = self.primary()
        primary.kill(signal.SIGKILL)
        primary.popen.wait()
        self.assertTrue(os.path.exists(os.path.join(self.runtime_dir(), "config")))
        self.check_refused(self.run_mpsh("--proc-type=secondary"), 3, "^error: no primary")
        self.assertIn("ready as primary", self.run_primary().out)

    def test_primary_that_has_quit_is_none_and_its_place_is_free(self):
        self.assertEqual(self.run_primary().code, 0)
        self.check_refused(self.run_mpsh("--proc-type=secondary"), 3, "^error: no primary")
        self.assertIn("ready as primary", self.run_primary().out)

    def test_primary_that_died_in_its_own_start_is_none(self):
        os.makedirs(self.runtime_dir(), 0o700)
        with open(os.path.join(self.runtime_dir(), "config"), "wb") as config:
            config.truncate(25344)
        self.check_refused(self.run_mpsh("--proc-type=secondary"), 3, "^error: no primary")

    def test_primary_is_full(self):
        self.primary("--max-peers", "1")
        self.secondary()
        for words in ([], ["--name", "fw"], ["-w", "1"]):
            self.check_refused(self.run_mpsh(*words), 3,
                               "^error: no free place: 1 of 1 secondaries")

    def test_stopped_secondary_of_an_earlier_primary_holds_its_memory(self):
        primary = self.primary()
        secondary = self.secondary()
        secondary.stop()
        primary.kill(signal.SIGKILL)
        primary.popen.wait()
        self.check_refused(self.run_mpsh("--proc-type=primary"), 3, rf"{secondary.pid}\b", "stopped",
                           rf"kill -CONT {secondary.pid}")
        secondary.kill(signal.SIGCONT)
        secondary.line(r"^\* the primary died$")
        self.assertIn("ready as primary", self.run_primary().out)

    def test_secondaries_let_go_of_an_earlier_primary_by_themselves(self):
        primary = self.primary()
        secondary = self.secondary()
        primary.kill(signal.SIGKILL)
        self.assertEqual(primary.popen.wait(LIMIT), -signal.SIGKILL)
        secondary.line(r"^\* the primary died$")
        self.assertIn("ready as primary", self.run_mpsh("--proc-type=primary").out)

    def test_two_in_the_same_moment(self):
        for _ in range(8):
            both = [self.terminal() for _ in range(2)]
            names = sorted(terminal.see(r"mpsh:([\w-]+)> ").group(1) for terminal in both)
            self.assertEqual(names, ["primary", "secondary-1"])
            for terminal in sorted(both, key=lambda terminal: "mpsh:primary> " in terminal.out()):
                terminal.type("quit")
                self.assertEqual(terminal.popen.wait(LIMIT), 0)

    def test_five_in_the_same_moment(self):
        five = [self.terminal() for _ in range(5)]
        names = sorted(terminal.see(r"mpsh:([\w-]+)> ").group(1) for terminal in five)
        self.assertEqual(names, ["primary"] + [f"secondary-{n}" for n in range(1, 5)])

    def test_a_primary_that_must_be_it_is_not_started_anew(self):
        both = [self.spawn("--proc-type=primary", "-e", "wait 5") for _ in range(2)]
        ends = sorted((process.end() for process in both), key=lambda end: end.code)
        self.assertEqual(ends[0].code, 0, ends[0])
        self.check_refused(ends[1], 3, "^error: ")

    def test_starts_beside_a_stopped_secondary(self):
        # The heap of a primary with so many places is full, without what is kept for the starts.
        for places in (3, 10):
            primary = self.primary("-k", "--max-peers", str(places))
            stopped = self.secondary("-k")
            stopped.stop()
            pages = len(self.map_files())
            others = [self.secondary("-k") for _ in range(places - 1)]
            self.assertEqual(len(self.map_files()), pages)
            stopped.kill(signal.SIGCONT)
            for process in (*others, stopped, primary):
                process.type("quit")
                self.assertEqual(process.end().code, 0)

    def test_a_primary_that_is_leaving(self):
        for _ in range(5):
            leaving = self.primary("-e", "wait 0")
            leaving.close()
            following = self.terminal()
            following.see("mpsh:primary> ")
            following.type("quit")
            self.assertEqual(following.popen.wait(LIMIT), 0)

    def map_files(self):
        return {path: os.stat(path).st_ino for path in glob.glob(f"/dev/hugepages/{self.prefix}map_*")}

    def test_hugepage_files_removed(self):
        primary = self.primary("-k")
        for path in self.map_files():
            os.unlink(path)
        for role in ("auto", "secondary"):
            result = self.run_mpsh(f"--proc-type={role}", "-e", "info")
            self.check_refused(result, 3, f"^error: the hugepage files of the primary, pid {primary.pid} "
                               r"\(mpsh\), were removed or replaced")
            self.assertEqual(self.map_files(), {})
        primary.type("quit")
        self.assertEqual(primary.end().code, 0)

    def test_hugepage_files_replaced(self):
        primary = self.primary("-k")
        path = max(self.map_files())
        os.unlink(path)
        pathlib.Path(path).touch()
        before = self.map_files()
        result = self.run_mpsh("--proc-type=secondary", "-e", "info")
        self.check_refused(result, 3, "^error: the hugepage files of the primary, .* were removed or replaced")
        # Nobody holds the one that replaces it: a primary of another test may remove it.
        before.pop(path)
        after = self.map_files()
        after.pop(path, None)
        self.assertEqual(after, before)
        primary.type("quit")
        self.assertEqual(primary.end().code, 0)

    def test_hugepage_files_of_another_runtime_directory(self):
        primary = self.primary("-k")
        secondary = self.secondary("-k")
        before = self.map_files()
        other = os.path.join(self.home, "other")
        os.mkdir(other, 0o700)
        env = dict(self.env, RUNTIME_DIRECTORY=other)
        result = self.run_mpsh("--proc-type=primary", "-e", "info", env=env)
        self.check_refused(result, 3, f"^error: the hugepage files of the prefix {self.prefix} are held by "
                           rf"pid ({primary.pid}|{secondary.pid}) \(mpsh\) \(another runtime directory")
        result = self.run_mpsh("--proc-type=primary", "-e", "info", env=env,
                               before=["unshare", "--pid", "--fork", "--mount-proc"])
        self.check_refused(result, 3, "are held by a process that cannot be seen from here "
                           r"\(another runtime directory or namespace\)")
        self.assertEqual(self.map_files(), before)
        secondary.type("send unharmed")
        secondary.line("^reply from primary: unharmed")

    def small_disk(self, kib):
        """A runtime directory on a file system of its own."""
        path = os.path.join(self.home, "small")
        os.mkdir(path)
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={kib}k", "none", path], check=True)
        self.addCleanup(subprocess.run, ["umount", path], check=True)
        return dict(self.env, RUNTIME_DIRECTORY=path)

    def test_a_full_disk(self):
        env = self.small_disk(1024)
        result = self.run_primary("-e", "info", env=env)
        self.check_refused(result, 3, rf"^error: no room in {self.home}/small: \d+ KiB are free, EAL's files take \d+ KiB\n"
                           "free some, or set RUNTIME_DIRECTORY to a directory with room\n$")
        self.assertEqual(os.listdir(env["RUNTIME_DIRECTORY"]), [])
        result = self.run_mpsh("--doctor", env=env)
        self.assertEqual(result.code, 3)
        self.assertRegex(result.out, "NO  runtime directory +no room in ")

    def test_a_disk_that_a_primary_fills(self):
        nodes = len(glob.glob("/sys/devices/system/node/node[0-9]*")) or 1
        env = self.small_disk(512 + nodes * 1600)
        primary = self.primary("-k", env=env)
        result = self.run_mpsh("-e", "info", env=env)
        self.check_refused(result, 3, f"^error: no room in {self.home}/small/dpdk/{self.prefix}: ")
        primary.kill()
        primary.end()
        # What the dead one has left is written anew.
        self.primary("-k", env=env).type("quit")

    def test_another_hugetlbfs(self):
        primary = self.primary("-k")
        result = self.run_mpsh(
            "--proc-type=secondary", "-e", "info", before=[
                "unshare", "--mount", "bash", "-c", 'mount -t hugetlbfs nodev /dev/hugepages; exec "$@"', "-"])
        self.check_refused(result, 3, f"^error: the primary, pid {primary.pid} .mpsh., is in another mount "
                           f"namespace, with another hugetlbfs\n.*nsenter --target {primary.pid} --pid --mount ")

    def test_what_to_type_is_a_command_for_any_prefix(self):
        self.prefix += " it's"
        result = self.run_mpsh("--proc-type=secondary")
        self.check_refused(result, 3, "^error: no primary ")
        typed = shlex.split(result.err.splitlines()[1].removeprefix("start one first: "))
        self.assertEqual(typed, ["mpsh", "--proc-type=primary", "--file-prefix", self.prefix])
        # A primary with a hugetlbfs of its own, and a secondary that goes there as it is told.
        elsewhere = self.spawn(
            "--proc-type=primary", "-k", "--no-telemetry",
            before=["unshare", "--mount", "bash", "-c", 'mount -t hugetlbfs nodev /dev/hugepages; exec "$@"', "-"])
        elsewhere.line("ready as primary")
        result = self.run_mpsh("--proc-type=secondary", "-e", "send hello")
        self.check_refused(result, 3, "is in another mount namespace, with another hugetlbfs")
        bin = os.path.join(self.home, "bin")
        os.mkdir(bin)
        os.symlink(os.path.abspath(MPSH), os.path.join(bin, "mpsh"))
        done = subprocess.run(
            ["bash", "-c", result.err.splitlines()[1] + " -e 'send hello'"], timeout=LIMIT, check=False,
            env=dict(self.env, PATH=bin + ":" + self.env["PATH"]), stdin=subprocess.DEVNULL, capture_output=True)
        self.assertEqual(done.returncode, 0, done)
        self.assertIn(b"reply from primary: hello", done.stdout)

    def test_other_mpsh_protocol(self):
        if MPSH_OTHER_PROTOCOL is None:
            self.skipTest("run by meson test")
        for one, other in ((MPSH, MPSH_OTHER_PROTOCOL), (MPSH_OTHER_PROTOCOL, MPSH)):
            primary = self.primary(mpsh=one)
            result = self.run_mpsh(mpsh=other)
            self.check_refused(result, 3, "^error: mpsh protocol versions differ", r"\b999\b", r"\b2\b")
            primary.type("quit")
            self.assertNotIn("attached", primary.end().out)

    def config(self, magic, version):
        """A primary as a secondary sees it: its config file, locked by this process."""
        os.makedirs(self.runtime_dir(), 0o700)
        config = open(os.path.join(self.runtime_dir(), "config"), "w+b")
        self.addCleanup(config.close)
        config.write(struct.pack("=II", magic, version))
        config.truncate(25344)
        config.flush()
        fcntl.lockf(config, fcntl.LOCK_EX)

    def test_primary_built_with_another_dpdk(self):
        self.config(RTE_MAGIC, 23 << 24 | 7 << 16 | 2 << 8 | 99)
        own = self.run_mpsh("-V").out.strip().rsplit(" ", 1)[1]
        for words in ([], ["--proc-type=secondary"], ["-w", "1"]):
            self.check_refused(self.run_mpsh(*words), 3, r"DPDK 23\.07\.2\b",
                               rf"this mpsh with DPDK {own}", rf"pid {os.getpid()}\b")

    def test_primary_that_never_ends_its_start(self):
        self.config(0, 0)
        start = time.monotonic()
        self.check_refused(self.run_mpsh("--proc-type=secondary"), 3,
                           rf"^error: no answer in 10 s from the primary \(pid {os.getpid()}, ",
                           "still starting")
        self.assertLess(time.monotonic() - start, 10 + LIMIT)

    def test_stopped_primary_gives_no_answer(self):
        primary = self.primary()
        primary.stop()
        start = time.monotonic()
        self.check_refused(self.run_mpsh(), 3,
                           rf"^error: no answer in 10 s from the primary \(pid {primary.pid}, stopped\)",
                           rf"\nkill -CONT {primary.pid}\n")
        self.assertLess(time.monotonic() - start, 10 + LIMIT)
        self.check_refused(self.run_mpsh("-w", "1"), 3, "^error: no answer in 1 s", "stopped")
        primary.kill(signal.SIGCONT)
        self.assertIn("ready as secondary-1", self.run_mpsh().out)

    def test_stopped_primary_that_is_continued_in_time(self):
        primary = self.primary()
        primary.stop()
        secondary = self.spawn("-e", "send hello")
        wchan = pathlib.Path(f"/proc/{secondary.pid}/wchan")
        wait_for(lambda: "nanosleep" in wchan.read_text(), "the secondary waits")
        primary.kill(signal.SIGCONT)
        secondary.line("ready as secondary-1")
        self.assertEqual(secondary.end().code, 0)

    @not_sanitized
    def test_a_primary_with_few_drivers_has_the_tailqs_of_all(self):
        # With one driver alone: what the others register it does not have by itself.
        plugins = glob.glob("/usr/lib/*/dpdk/pmds-*")
        if not plugins:
            self.skipTest("where DPDK has its drivers is not known")
        few = os.path.join(self.home, "few")
        os.mkdir(few)
        for driver in glob.glob(os.path.join(plugins[0], "librte_mempool_ring.so*")):
            shutil.copy(driver, few)
        script = "; ".join(f"mount --bind {few} {plugin}" for plugin in plugins)
        self.primary(before=in_private_mounts(script))
        self.assertIn("ready as secondary-1", self.run_mpsh().out)

    @not_sanitized
    def test_memory_that_cannot_be_mapped_at_the_primarys_addresses(self):
        # Without randomisation the program itself lies at 0x555555554000.
        self.primary("--base-virtaddr=0x555000000000")
        self.check_refused(self.run_mpsh(before=["setarch", "-R"]), 3,
                           "^error: memory could not be mapped at the primary's addresses",
                           "--base-virtaddr|randomize_va_space")
        # A start that fails so late leaves nothing of its own in the directory.
        self.assertEqual([name for name in os.listdir(self.runtime_dir())
                          if re.match(r"mp_socket_|fbarray_.*_\d+_?", name)], [])


class Limits(StartTest):
    def test_options_that_have_no_multi_process(self):
        for option in ("--no-huge", "--in-memory", "--no-shconf"):
            self.check_refused(self.run_mpsh(option), 2, f"^error: {option} ", "multi-process")
        self.check_refused(self.run_mpsh("--no-hu"), 2, "multi-process|unknown option")

    def test_few_descriptors(self):
        for limit in (4, 7, 10, 16, 18, 20, 22, 24, 26):
            with self.subTest(limit=limit):
                result = self.run_primary(before=["prlimit", f"--nofile={limit}:{limit}", "--"])
                self.check_refused(result, 3, "^error: too few descriptors: ", "ulimit -n [0-9]+")

    def test_few_descriptors_of_a_secondary(self):
        self.primary()
        for limit in (10, 16, 18, 20):
            with self.subTest(limit=limit):
                result = self.run_mpsh(before=["prlimit", f"--nofile={limit}:{limit}", "--"])
                self.check_refused(result, 3, "^error: too few descriptors: ")

    def test_what_it_says_suffices(self):
        result = self.run_primary(before=["prlimit", "--nofile=20:20", "--"])
        needed = result.err.split("ulimit -n ")[1].strip()
        result = self.run_primary(before=["prlimit", f"--nofile={needed}:{needed}", "--"])
        self.assertEqual((result.code, result.err), (0, ""))

    def test_a_soft_limit_is_raised(self):
        result = self.run_primary(before=["prlimit", "--nofile=20:4096", "--"])
        self.assertEqual((result.code, result.err), (0, ""))

    @not_sanitized
    def test_little_address_space(self):
        self.check_refused(self.run_primary(before=["prlimit", "--as=2000000000", "--"]), 3,
                              "^error: the address space is too small", "ulimit -v")

    def test_eal_option_with_a_wrong_value(self):
        for words, says in (
                (["--proc-type=tertiary"], "expected auto, primary or secondary"),
                (["-m", "x"], "-m needs a number of MiB"),
                (["-l", "a-b"], "expected a list of lcores"),
                (["--base-virtaddr=zzz"], "invalid parameter for --base-virtaddr"),
                (["-n", "0"], "invalid channel number"),
                (["--log-level=lib.eal:loud"], "unexpected log-level lib.eal:loud"),
                (["--vdev=nosuch0"], "nosuch0"),
                (["-d", "/nope.so"], "DPDK cannot load a driver: /nope.so: cannot open shared object file"),
                (["-d/etc/passwd"], "DPDK cannot load a driver: /etc/passwd: ")):
            with self.subTest(words=words):
                result = self.run_primary(*words)
                self.check_refused(result, 2)
                self.assertIn(says, result.err)

    def test_too_little_is_asked_for_while_pages_are_free(self):
        for words in (["--legacy-mem", "--socket-mem=1"], ["--legacy-mem", "-m", "1"], ["--socket-limit=1"]):
            with self.subTest(words=words):
                result = self.run_primary(*words, "-e", "quit")
                self.check_refused(result, 3)
                self.assertRegex(result.err, r"\n\d+ MiB are free: ask for them with -m 16 or --socket-mem, "
                                             "or leave --legacy-mem and --socket-limit out")
                self.assertNotIn("--setup", result.err)
        # And that helps.
        self.assertEqual(self.run_primary("--legacy-mem", "-m", "16", "-e", "quit").code, 0)


if __name__ == "__main__":
    main()
