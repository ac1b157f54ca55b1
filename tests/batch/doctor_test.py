#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors

"""--doctor and the command doctor: each thing that is wrong is found, with the command that
mends it, nothing is made, and what is well is said to be well."""

import glob
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../lib'))
from mpshtest import LIMIT, MPSH, NOBODY, Process, StartTest, main  # noqa: E402

# What others do: each says "ready" and then waits for ever.
HOLDER = """import fcntl, sys
held = open(sys.argv[1])
fcntl.flock(held, fcntl.LOCK_SH)"""
READER = """import os, socket, sys
reader = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
reader.bind("%s/mp_socket_%d_1" % (sys.argv[1], os.getpid()))"""
FULL = READER + """
sender = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
sender.setblocking(False)
try:
    while True:
        sender.sendto(b"x", reader.getsockname())
except BlockingIOError:
    pass"""
DEAF = """import threading
threading.Thread(target=threading.Event().wait, daemon=True).start()
""" + READER
OTHER_PRIMARY = """import fcntl, os, struct, sys
config = open(sys.argv[1], "w+b", buffering=0)
config.write(struct.pack("=II", 19820526, 23 << 24 | 11 << 16 | 1 << 8 | 99))
fcntl.lockf(config, fcntl.LOCK_EX)"""


def stale_socket(path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as left:
        left.bind(path)


class Doctor(StartTest):
    def setUp(self):
        super().setUp()
        os.chmod(self.home, 0o755)
        self.dir = self.runtime_dir()
        self.checks = []

    def look(self, code, *words, **options):
        """Have --doctor look, which exits with that code."""
        result = self.run_mpsh("--doctor", "--json", *words, **options)
        self.assertEqual(result.code, code, result)
        self.checks = self.result_of(self.documents(result.out), "doctor")

    def find(self, name, well, found="", advice=""):
        """Is there such a check, with these words in what was found and advised?"""
        for check in self.checks:
            if check["check"] == name and check["ok"] == well and found in check["found"] and \
                    (("advice" not in check) if well else (advice in check["advice"])):
                return
        self.fail(f"no {name} {'ok' if well else 'NO'} with {found!r} and {advice!r} in "
                  f"{json.dumps(self.checks, indent=1)}")

    def follow(self, name):
        """Do what is advised where that is not well."""
        advice = [check["advice"] for check in self.checks if check["check"] == name and not check["ok"]]
        self.assertEqual(len(advice), 1, self.checks)
        subprocess.run(["sh", "-c", advice[0]], check=True)
        return advice[0]

    def play(self, script, *words):
        process = Process(
            [sys.executable, "-c", script + '\nimport signal\nprint("ready", flush=True)\nsignal.pause()', *words],
            self.env)
        self.addCleanup(process.clean_up)
        process.line("^ready$")
        return process

    def end_player(self, process):
        process.kill()
        process.popen.wait(LIMIT)
        pathlib.Path(self.dir, f"mp_socket_{process.pid}_1").unlink(missing_ok=True)

    # ---- an empty prefix ----

    def test_an_empty_prefix(self):
        self.look(0)
        self.find("runtime directory", True, f"{self.dir} can be made")
        self.find("primary", True, f"none under the prefix {self.prefix}")
        self.find("earlier primary", True)
        self.find("hugepage files", True, "nobody holds ")
        self.find("hugetlbfs", True, "pages of ")
        self.find("hugetlbfs access", True, "belongs to root")
        self.find("free hugepages", True, "a primary needs ")
        for name in ("namespaces", "address layout", "descriptors", "CPUs", "membarrier"):
            self.find(name, True)
        self.find("rte_mp socket", True, f"none under the prefix {self.prefix}")
        self.assertFalse(os.path.exists(self.dir))

    def test_text_is_a_line_for_each_check(self):
        result = self.run_mpsh("--doctor")
        self.assertEqual(result.code, 0, result)
        lines = result.out.splitlines()
        self.assertEqual(len(lines), 13, result.out)
        for line in lines:
            self.assertTrue(line.startswith("ok  "), line)

    def test_a_secondary_without_a_primary(self):
        self.look(3, "--proc-type=secondary")
        self.find("primary", False, f"none under the prefix {self.prefix}",
                  f"mpsh --proc-type=primary --file-prefix {self.prefix}")
        self.find("free hugepages", True, "a secondary needs none")

    # ---- the host is not as it should be ----

    def test_more_memory_than_there_is(self):
        self.look(3, "-m", "1000000")
        self.find("free hugepages", False, "mpsh needs 1000000 MiB", "dpdk-hugepages.py --")

    def test_few_descriptors(self):
        self.look(3, before=["bash", "-c", 'ulimit -n 20; exec "$@"', "-"])
        self.find("descriptors", False, "20 may be open", "ulimit -n ")

    def test_nobody(self):
        mpsh = shutil.copy(MPSH, self.home)
        env = {name: value for name, value in self.env.items()
               if name not in ("RUNTIME_DIRECTORY", "XDG_RUNTIME_DIR")}
        self.look(3, mpsh=mpsh, before=NOBODY, env=env)
        self.find("hugetlbfs access", False, "not permitted: ", "sudo ")
        self.find("runtime directory", True, f"/tmp/dpdk/{self.prefix} can be made")
        self.assertFalse(os.path.exists(f"/tmp/dpdk/{self.prefix}"))

    def test_nobody_in_the_directory_of_root(self):
        mpsh = shutil.copy(MPSH, self.home)
        roots = os.path.join(self.home, "roots")
        os.mkdir(roots, 0o700)
        env = dict(self.env, RUNTIME_DIRECTORY=roots)
        env.pop("XDG_RUNTIME_DIR", None)
        self.look(3, mpsh=mpsh, before=NOBODY, env=env)
        self.find("runtime directory", False, f"not permitted: {roots} belongs to root",
                  "run mpsh as that user")

    def test_hugetlbfs_that_is_not_mounted(self):
        self.look(3, before=["unshare", "--mount", "bash", "-c",
                             'grep -o "[^ ]* hugetlbfs" /proc/mounts | cut -d" " -f1 | xargs -n1 umount; exec "$@"',
                             "-"])
        self.find("hugetlbfs", False, "not mounted", "mount -t hugetlbfs")
        self.find("free hugepages", True, "pages of ")

    # ---- a primary ----

    def test_a_running_primary(self):
        primary = self.primary()
        self.look(0)
        self.find("primary", True, f"pid {primary.pid} (mpsh) with DPDK ")
        self.find("namespaces", True, "shared with the primary")
        self.find("free hugepages", True, "a secondary needs none")
        self.find("rte_mp socket", True, f"mp_socket is alive: pid {primary.pid} (mpsh)")
        self.look(3, "--proc-type=primary")
        self.find("primary", False, f"another already runs: pid {primary.pid} (mpsh)", "--proc-type=secondary")

    def test_the_command(self):
        primary = self.primary("--json")
        # Without joining it says what --doctor says.
        result = self.run_mpsh("--json", "doctor")
        self.assertEqual(result.code, 0, result)
        self.checks = self.result_of(self.documents(result.out), "doctor")
        self.find("primary", True, f"pid {primary.pid} (mpsh) with DPDK ")
        self.find("free hugepages", True, "a secondary needs none")
        result = self.run_mpsh("--json", "--proc-type=secondary", "-e", "doctor")
        self.assertEqual(result.code, 0, result)
        self.checks = self.result_of(self.documents(result.out), "doctor")
        self.find("primary", True, f"pid {primary.pid} (mpsh) with DPDK ")
        self.find("rte_mp socket", True, f"mp_socket is alive: pid {primary.pid} (mpsh)")
        self.find("rte_mp socket", True, "is alive: this process")

        primary.type("doctor")
        self.checks = json.loads(primary.line(r'^\{"doctor"').string)["doctor"]
        self.find("primary", True, f"this process, pid {primary.pid}")
        self.find("rte_mp socket", True, "mp_socket is alive: this process")
        # It did not open the config file: its lock stays with it.
        self.look(0)
        self.find("primary", True, f"pid {primary.pid} (mpsh)")

    def test_the_command_where_something_is_wrong(self):
        self.primary()
        stale_socket(f"{self.dir}/mp_socket_4194303_1")
        result = self.run_mpsh("--json", "-e", "doctor")
        self.assertEqual(result.code, 1, result)
        self.checks = self.result_of(self.documents(result.out), "doctor")
        self.find("rte_mp socket", False, "mp_socket_4194303_1 is stale", f"rm {self.dir}/mp_socket_4194303_1")

    def test_namespaces(self):
        primary = self.primary()
        self.look(0, before=["unshare", "--pid", "--fork", "--mount-proc"])
        self.find("namespaces", True, "another PID one than the primary's, which DPDK does not use")
        self.look(3, before=["unshare", "--mount", "bash", "-c",
                             'mount -t hugetlbfs nodev /dev/hugepages; exec "$@"', "-"])
        self.find("namespaces", False, "another hugetlbfs", f"nsenter --target {primary.pid} ")

    def test_hugepage_files(self):
        primary = self.primary()
        self.look(0, "--proc-type=secondary")
        self.find("hugepage files", True, "the primary's")
        for path in glob.glob(f"/dev/hugepages/{self.prefix}map_*"):
            os.unlink(path)
        self.look(3, "--proc-type=secondary")
        self.find("hugepage files", False, f"pid {primary.pid} (mpsh), were removed or replaced", "restart it")

    def test_hugepage_files_of_another_directory(self):
        primary = self.primary()
        other = os.path.join(self.home, "other")
        os.mkdir(other, 0o700)
        self.look(3, env=dict(self.env, RUNTIME_DIRECTORY=other))
        self.find("hugepage files", False, f"held by pid {primary.pid} (mpsh)")

    def test_a_stopped_primary(self):
        primary = self.primary()
        primary.stop()
        self.look(3)
        self.find("primary", False, f"pid {primary.pid} (mpsh, stopped)", f"kill -CONT {primary.pid}")
        self.find("rte_mp socket", False, f"mp_socket: pid {primary.pid} (mpsh, stopped)",
                  f"kill -CONT {primary.pid}")

    # ---- what a dead one leaves ----

    def test_a_killed_primary(self):
        primary = self.primary()
        primary.kill()
        primary.popen.wait(LIMIT)
        self.look(3)
        self.find("primary", True, "none under the prefix")
        self.find("rte_mp socket", False, "mp_socket is stale")
        self.assertEqual(self.follow("rte_mp socket"), f"rm {self.dir}/mp_socket")
        self.look(0)
        self.find("rte_mp socket", True, "none")

        holder = self.play(HOLDER, f"{self.dir}/fbarray_memzone")
        self.look(3)
        self.find("earlier primary", False, f"its memory is still held by pid {holder.pid} (python3)",
                  f"kill {holder.pid}")
        self.follow("earlier primary")
        holder.popen.wait(LIMIT)
        self.look(0)
        self.find("earlier primary", True)

    # ---- sockets ----

    def make_dir(self):
        """A runtime directory as a primary leaves it."""
        self.run_mpsh("--proc-type=primary", "-e", "quit")
        self.assertTrue(os.path.isdir(self.dir))

    def test_a_stale_socket_of_an_odd_name(self):
        self.make_dir()
        stale_socket(f"{self.dir}/mp_socket_4194303_it's")
        self.look(3)
        self.find("rte_mp socket", False, "is stale", f"rm '{self.dir}/mp_socket_4194303_it'\\''s'")
        self.follow("rte_mp socket")
        self.look(0)

    def test_a_socket_that_takes_more(self):
        self.make_dir()
        reader = self.play(READER, self.dir)
        self.look(0)
        self.find("rte_mp socket", True, f"mp_socket_{reader.pid}_1 is alive: pid {reader.pid} (python3)")
        self.end_player(reader)

    def test_a_socket_that_is_full(self):
        self.make_dir()
        full = self.play(FULL, self.dir)
        self.look(3)
        self.find("rte_mp socket", False,
                  f"mp_socket_{full.pid}_1 is full: pid {full.pid} (python3) does not read it", f"mpsh why {full.pid}")
        full.stop()
        self.look(3)
        self.find("rte_mp socket", False, f"mp_socket_{full.pid}_1 is full: pid {full.pid} (python3, stopped)",
                  f"kill -CONT {full.pid}")
        self.end_player(full)

    def test_a_process_whose_thread_has_ended(self):
        self.make_dir()
        deaf = self.play(DEAF, self.dir)
        self.look(3)
        self.find("rte_mp socket", False, f"the rte_mp thread of pid {deaf.pid} (python3) has ended",
                  f"kill {deaf.pid}")
        self.end_player(deaf)

    # ---- a primary that cannot be joined ----

    def test_another_version_of_dpdk(self):
        os.makedirs(self.dir, mode=0o700)
        pathlib.Path(self.dir, "hugepage_info").touch()
        other = self.play(OTHER_PRIMARY, f"{self.dir}/config")
        self.look(3)
        self.find("primary", False, f"pid {other.pid} (python3) with DPDK 23.11.1, this mpsh with DPDK ",
                  "start both with the same DPDK")
        self.end_player(other)


if __name__ == "__main__":
    main()
