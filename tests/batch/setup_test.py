#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors

"""What app/start and tests/run cannot have is said in one line, with what would help, and nothing is half done."""

import os
import pathlib
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../lib'))
from mpshtest import NOBODY, SOURCE_ROOT, StartTest, main  # noqa: E402

SYSFS = "/sys/kernel/mm/hugepages/hugepages-2048kB"


class Setup(StartTest):
    def setUp(self):
        super().setUp()
        os.chmod(self.home, 0o755)
        self.tree = pathlib.Path(self.home, "tree")
        self.bin = pathlib.Path(self.home, "bin")
        self.bin.mkdir()
        for name in ("app/setup.sh", "app/start", "tests/run"):
            (self.tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(SOURCE_ROOT / name, self.tree / name)

    def fake(self, name, script):
        """A program of that name which comes before the real one."""
        path = self.bin / name
        path.write_text("#!/bin/sh\n" + script + "\n")
        path.chmod(0o755)

    def pages(self, free, total):
        """A made-up folder of the kernel's, as files."""
        folder = pathlib.Path(self.home, "pages")
        folder.mkdir()
        (folder / "free_hugepages").write_text(f"{free}\n")
        (folder / "nr_hugepages").write_text(f"{total}\n")
        return folder

    def run_words(self, words, path=None):
        env = dict(self.env, PATH=path or f"{self.bin}:{os.environ['PATH']}")
        self.result = subprocess.run(words, env=env, capture_output=True, text=True, cwd=self.home,
                                     stdin=subprocess.DEVNULL, timeout=60)
        return self.result

    def call(self, function, world=""):
        """Call a function of setup.sh in a mount namespace of its own, after the commands of world."""
        script = f"{world}\nset -euo pipefail\nscript=app/start\n. {self.tree}/app/setup.sh\n{function}"
        return self.run_words(["unshare", "-m", "/bin/bash", "-c", script])

    def says(self, *parts):
        """One line, with these parts, and exit code 1."""
        self.assertEqual(self.result.returncode, 1, self.result)
        lines = [line for line in self.result.stderr.splitlines() if not line.startswith("installing ")]
        self.assertEqual(len(lines), 1, self.result)
        for part in parts:
            self.assertIn(part, lines[0])

    def test_no_root(self):
        for name in ("app/start", "tests/run"):
            self.run_words([*NOBODY, str(self.tree / name)])
            self.says(f"{name}: ", "need root: sudo " + name)

    def test_no_debian(self):
        empty = pathlib.Path(self.home, "empty")
        empty.mkdir()
        for name in ("bash", "dirname"):
            (empty / name).symlink_to(shutil.which(name))
        self.run_words(["/bin/bash", str(self.tree / "app/start")], path=str(empty))
        self.says("this is no Debian", "the README says how to build by hand")

    def test_no_network(self):
        self.fake("apt-get", 'echo "E: Could not resolve deb.example" >&2; exit 100')
        self.call("install_missing no-such-package")
        self.assertIn("E: Could not resolve", self.result.stderr.splitlines()[1])
        self.assertEqual(self.result.returncode, 1)
        self.assertRegex(self.result.stderr.splitlines()[-1],
                         r"^app/start: apt-get install failed \(E: Could not resolve deb.example\): is there a network")

    def test_one_source_that_does_not_answer_is_no_obstacle(self):
        self.fake("apt-get", 'case "$*" in *update*) echo "W: Failed to fetch"; exit 100;; esac')
        self.call("install_missing no-such-package")
        self.assertEqual(self.result.returncode, 0, self.result)

    def test_packages_that_are_there_need_no_network(self):
        self.fake("apt-get", "exit 100")
        self.call("install_missing bash")
        self.assertEqual((self.result.returncode, self.result.stderr), (0, ""))

    def test_half_installed_packages(self):
        self.fake("dpkg", "echo The following packages are in a mess")
        self.fake("apt-get", f"touch {self.home}/asked")
        self.call("install_missing no-such-package")
        self.says("half installed: dpkg --configure -a, then app/start again")
        self.assertFalse(os.path.exists(f"{self.home}/asked"))

    def test_read_only_tree(self):
        self.call(f"make_build_directory {self.tree}/build MPSH_BUILD",
                  f"mount -t tmpfs -o ro none {self.tree}/tests; mount --bind {self.tree}/app {self.tree}/app; "
                  f"mkdir -p {self.tree}/build; mount --bind -o ro {self.tree}/build {self.tree}/build;"
                  f"mount -o remount,ro,bind {self.tree}/build")
        self.says(f"{self.tree}/build cannot be written: MPSH_BUILD=DIRECTORY names another")

    def test_kernel_without_such_pages(self):
        self.call("see_to_pages 32", f"mount -t tmpfs none {SYSFS}")
        self.says("this kernel has no hugepages of 2 MiB", SYSFS)

    def test_kernel_that_gives_too_few(self):
        folder = self.pages(3, 7)
        self.call("see_to_pages 32", f"mount --bind {folder} {SYSFS}")
        self.says("of 32 hugepages of 2 MiB the kernel has 3", "compact_memory, then app/start again")
        self.assertEqual((folder / "nr_hugepages").read_text(), "7\n")

    def test_pages_that_are_asked_for_are_added(self):
        folder = self.pages(3, 7)
        self.call(f"see_to_pages 32; cat {SYSFS}/nr_hugepages",
                  f"mount --bind {folder} {SYSFS}; free=$(mktemp); "
                  f"cat() {{ [[ $1 == */free_hugepages ]] && grep -q 36 {SYSFS}/nr_hugepages && echo 32 || command cat \"$@\"; }}")
        self.assertEqual((self.result.returncode, self.result.stdout), (0, "36\n"), self.result)

    def test_pages_that_are_free_are_left_alone(self):
        folder = self.pages(32, 40)
        self.call("see_to_pages 32", f"mount --bind {folder} {SYSFS}; mount -o remount,ro,bind {SYSFS}")
        self.assertEqual((self.result.returncode, self.result.stderr), (0, ""))

    def test_sysfs_that_cannot_be_written(self):
        folder = self.pages(3, 7)
        self.call("see_to_pages 32", f"mount --bind {folder} {SYSFS}; mount -o remount,ro,bind {SYSFS}")
        self.says("cannot be reserved from here", f"on the host, echo 36 > {SYSFS}/nr_hugepages")

    def test_limit_of_the_cgroup(self):
        self.call("own_cgroup() { echo /limited/below; }; see_to_pages 32",
                  "mount -t tmpfs none /sys/fs/cgroup; mkdir -p /sys/fs/cgroup/limited/below; "
                  "echo max >/sys/fs/cgroup/limited/below/hugetlb.2MB.max; "
                  "echo 20971520 >/sys/fs/cgroup/limited/hugetlb.2MB.max")
        self.says("this cgroup may have 20 MiB of hugepages, 64 are needed: raise its hugetlb.2MB.max")

    def test_mount_of_another_page_size(self):
        self.call("see_to_mount", "umount -l /dev/hugepages; mount -t tmpfs dev /dev; mkdir /dev/hugepages; "
                  "mount -t hugetlbfs -o pagesize=1G none /dev/hugepages")
        self.says("/dev/hugepages has pages of 1024M, not of 2M: umount /dev/hugepages, then app/start again")

    def test_page_size_is_read_from_the_mounts(self):
        for size in ("2M", "1024M"):
            self.call("mounted_page_size", "umount -l /dev/hugepages; "
                      f"mount -t hugetlbfs -o pagesize={size} none /dev/hugepages")
            self.assertEqual(self.result.stdout, size + "\n", self.result)
        self.call("mounted_page_size", "umount -l /dev/hugepages")
        self.assertEqual(self.result.stdout, "\n", self.result)

    def test_mount_that_is_made(self):
        self.call("see_to_mount; grep -c ' /dev/hugepages hugetlbfs ' /proc/mounts",
                  "umount -l /dev/hugepages; mount -t tmpfs dev /dev")
        self.assertEqual((self.result.returncode, self.result.stdout), (0, "1\n"), self.result)

    def test_mount_that_is_refused(self):
        self.fake("mount", "echo 'mount: permission denied' >&2; exit 32")
        self.call("see_to_mount", "umount -l /dev/hugepages")
        self.says("hugetlbfs cannot be mounted at /dev/hugepages (mount: permission denied)", "--privileged")

    def test_meson_names_a_tool_that_the_tests_lack(self):
        for name in os.listdir("/usr/bin"):
            if name != "expect":
                (self.bin / name).symlink_to(f"/usr/bin/{name}")
        self.run_words(["meson", "setup", self.home + "/build", str(SOURCE_ROOT)], path=str(self.bin))
        self.assertEqual(self.result.returncode, 1, self.result)
        self.assertRegex(self.result.stdout, "ERROR: Program 'expect' not found")
        self.run_words(["meson", "setup", "-Dtests=false", self.home + "/build", str(SOURCE_ROOT)],
                       path=str(self.bin))
        self.assertEqual(self.result.returncode, 0, self.result)


if __name__ == "__main__":
    main()
