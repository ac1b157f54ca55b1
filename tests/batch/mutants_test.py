#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors

"""tests/mutants/run tells a mutant that was caught from one that was not, in a project of its own."""

import os
import pathlib
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../lib'))
from mpshtest import SOURCE_ROOT, StartTest, main  # noqa: E402

PROGRAM = """#include <stdio.h>

int
main(void)
{
\tint answer = 42;

\treturn answer != 42;
}
"""

PATCH = """Seen: another answer
Test: {test}

--- a/program.c
+++ b/program.c
@@ -6 +6 @@
-\tint answer = {old};
+\tint answer = {new};
"""


class Mutants(StartTest):
    def setUp(self):
        super().setUp()
        self.project = pathlib.Path(self.home, "project")
        folder = self.project / "tests" / "mutants"
        folder.mkdir(parents=True)
        shutil.copy(SOURCE_ROOT / "tests" / "mutants" / "run", folder)
        (self.project / "program.c").write_text(PROGRAM)
        (self.project / "meson.build").write_text(
            "project('tried', 'c')\ntest('answers', executable('program', 'program.c'))\n"
            "test('starts', find_program('true'))\ntest('lacks', find_program('sh'), args: ['-c', 'exit 77'])\n")
        subprocess.run(["git", "init", "-q", self.project], check=True)

    def mutant(self, name, test="answers", old="42", new="43"):
        path = self.project / "tests" / "mutants" / f"{name}.patch"
        path.write_text(PATCH.format(test=test, old=old, new=new))

    def run_mutants(self, *names):
        result = subprocess.run([self.project / "tests" / "mutants" / "run", *names], env=self.env, text=True,
                                capture_output=True, stdin=subprocess.DEVNULL, timeout=120)
        return result.returncode, result.stdout.splitlines()

    def test_one_that_a_test_sees_is_caught(self):
        self.mutant("wrong-answer")
        self.assertEqual(self.run_mutants(), (0, ["wrong-answer: caught", "1 caught, 0 not"]))

    def test_all_others_are_not(self):
        self.mutant("a-caught-one")
        self.mutant("b-old", old="41")
        self.mutant("c-broken", new="unknown")
        self.mutant("d-unseen", test="starts")
        self.mutant("e-untested", test="lacks")
        self.mutant("f-nameless", test="no_such_test")
        self.mutant("g-again")
        code, lines = self.run_mutants()
        self.assertEqual(code, 1)
        self.assertEqual(lines[:2], ["a-caught-one: caught", "b-old: does not apply any more"])
        self.assertRegex(lines[2], r"^c-broken: does not build: .*program\.c:6:.*unknown")
        self.assertEqual(lines[3:], ["d-unseen: was NOT caught", "e-untested: was not tested: lacks did not run",
                                     "f-nameless: was not tested: no_such_test did not run", "g-again: caught",
                                     "2 caught, 5 not"])

    def test_some_are_chosen_by_name(self):
        self.mutant("one")
        self.mutant("two", test="starts")
        self.assertEqual(self.run_mutants("one"), (0, ["one: caught", "1 caught, 0 not"]))
        self.assertEqual(self.run_mutants("three")[0], 1)


if __name__ == "__main__":
    main()
