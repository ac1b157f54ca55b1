#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors

"""tests/run counts right: in a project of its own whose tests end in every way there is."""

import os
import re
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../lib'))
from mpshtest import SOURCE_ROOT, StartTest, main, wait_for  # noqa: E402


class Runner(StartTest):
    def copy_runner(self, project):
        for name in ("tests/run", "tests/lib/tally.py", "app/setup.sh"):
            os.makedirs(os.path.dirname(os.path.join(project, name)), exist_ok=True)
            shutil.copy(SOURCE_ROOT / name, os.path.join(project, name))

    def run_tests(self, **tests):
        """Run tests/run over tests that are lines of shell."""
        project = os.path.join(self.home, "project")
        shutil.rmtree(project, ignore_errors=True)
        self.copy_runner(project)
        with open(os.path.join(project, "meson.build"), "w") as file:
            file.write("project('counted')\nshell = find_program('sh')\n")
            for name, script in tests.items():
                file.write(f"test('{name}', shell, args: ['-c', '{script}'], timeout: 1)\n")
        # One after another: they are told in the order in which they end.
        env = dict(self.env, MPSH_TEST_PAGES="0", PROJECT=project, MESON_TESTTHREADS="1")
        result = subprocess.run([os.path.join(project, "tests", "run")], env=env, cwd="/", text=True,
                                capture_output=True, stdin=subprocess.DEVNULL, timeout=120)
        self.out = result.stdout.splitlines()
        self.err = result.stderr
        self.assertEqual(len([line for line in self.out if re.fullmatch(
            r"\d+ passed, \d+ failed, \d+ skipped", line)]), 1, result)
        return result.returncode, self.out[-1]

    def test_all_passed(self):
        self.assertEqual(self.run_tests(one="true", two="true"),
                         (0, "2 passed, 0 failed, 0 skipped"))

    def test_failures_errors_and_timeouts_have_failed(self):
        self.assertEqual(self.run_tests(well="true", fails="exit 1", hard="exit 99", dies="kill -9 $$",
                                        hangs="exec sleep 600"),
                         (1, "1 passed, 4 failed, 0 skipped"))
        for name in ("fails", "hard", "dies", "hangs"):
            self.assertTrue([line for line in self.out if line.startswith(f"failed: {name} ")], name)

    def test_skipped_ones_are_named(self):
        self.assertEqual(self.run_tests(well="true", lacks="exit 77"),
                         (0, "1 passed, 0 failed, 1 skipped"))
        self.assertEqual(self.out[-2], "skipped: lacks")

    def test_skips_inside_a_test_are_named(self):
        said = ("[  SKIPPED ] one", "[  SKIPPED ] 1 test(s), listed below:", "[  SKIPPED ] one")
        cmocka = "; ".join(f'echo "{line}"' for line in said)
        self.assertEqual(self.run_tests(unit=cmocka, python="echo skipped: two: no CPU >&2",
                                        fails="echo skipped: three; exit 1", well="echo it skipped: nothing"),
                         (1, "3 passed, 1 failed, 3 skipped"))
        named = [line for line in self.out if line.startswith("skipped: ")]
        self.assertEqual(named[-3:], ["skipped: unit: one", "skipped: python: two: no CPU", "skipped: fails: three"])

    def test_nothing_that_passed_is_no_success(self):
        self.assertEqual(self.run_tests(lacks="exit 77"), (1, "0 passed, 0 failed, 1 skipped"))
        self.assertEqual(self.run_tests()[0], 1)

    def test_process_left_behind_is_a_failure_and_is_ended(self):
        self.assertEqual(self.run_tests(leaves="setsid -f sleep 600 >/dev/null 2>&1; true"),
                         (1, "1 passed, 1 failed, 0 skipped"))
        pid = re.search(r"left behind: pid (\d+) \(sleep 600", self.err).group(1)
        wait_for(lambda: not os.path.exists(f"/proc/{pid}"), "what was left behind is ended")

    def test_runtime_directories_and_files_of_hugepages_are_removed(self):
        name = f"{self.prefix}map_0"
        self.assertEqual(self.run_tests(leaves=f"mkdir -p $RUNTIME_DIRECTORY/dpdk/x && "
                                        f"echo $RUNTIME_DIRECTORY >$PROJECT/where && "
                                        f": >/dev/hugepages/{name}")[0], 0)
        with open(os.path.join(self.home, "project", "where")) as file:
            where = file.read().strip()
        self.assertRegex(where, "^/tmp/mpsh-test")
        self.assertFalse(os.path.exists(where))
        self.assertFalse(os.path.exists(f"/dev/hugepages/{name}"))

    def test_build_that_fails_is_a_failure(self):
        project = os.path.join(self.home, "broken")
        self.copy_runner(project)
        with open(os.path.join(project, "meson.build"), "w") as file:
            file.write("project('broken')\nerror('no')\n")
        result = subprocess.run([os.path.join(project, "tests", "run")], capture_output=True,
                                env=dict(self.env, MPSH_TEST_PAGES="0"), stdin=subprocess.DEVNULL,
                                text=True, timeout=120)
        self.assertEqual(result.returncode, 1)
        self.assertIn("tests/run: meson setup failed", result.stderr)


if __name__ == "__main__":
    main()
