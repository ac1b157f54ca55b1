#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors
"""The history file: written by several prompts at once, damaged, or not to be written."""

import os
import pathlib
import stat
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../lib'))
import mpshtest  # noqa: E402

LINES = 60


class History(mpshtest.StartTest):
    def setUp(self):
        super().setUp()
        self.file = pathlib.Path(self.env['XDG_STATE_HOME'], 'mpsh', 'history')

    def prompts(self, count):
        """A primary and secondaries at their prompts."""
        there = [self.terminal('--proc-type=primary', '--no-telemetry')]
        there[0].see('mpsh:primary> ')
        for i in range(1, count):
            there.append(self.terminal('--proc-type=secondary'))
            there[i].see('mpsh:secondary-%d> ' % i)
        return there

    def leave(self, there):
        for terminal in reversed(there):
            terminal.type('quit')
            self.assertEqual(terminal.popen.wait(mpshtest.LIMIT), 0)

    def test_many_at_once(self):
        there = self.prompts(4)
        typed = set()
        for n in range(LINES):
            for i, terminal in enumerate(there):
                line = '# %d of prompt %d %s' % (n, i, 'x' * (n * 7 % 200))
                typed.add(line)
                os.write(terminal.master, line.encode() + b'\r')
        self.leave(there)
        lines = self.file.read_text().splitlines()
        self.assertEqual([line for line in lines if line not in typed and line != 'quit'], [])
        self.assertEqual(typed - set(lines), set())
        for i in range(len(there)):
            own = [line for line in lines if 'of prompt %d ' % i in line]
            self.assertEqual(own, sorted(own, key=lambda line: int(line.split()[1])))
        self.assertEqual(stat.S_IMODE(self.file.stat().st_mode), 0o600)

    def test_at_most_1000_lines(self):
        self.file.parent.mkdir(parents=True)
        self.file.write_text(''.join('send %d\n' % n for n in range(1500)))
        there = self.prompts(2)
        for n in range(5):
            there[1].type('# new %d' % n)
        self.leave(there)
        lines = self.file.read_text().splitlines()
        self.assertLessEqual(len(lines), 1000)
        self.assertIn('# new 4', lines)
        self.assertIn('send 1499', lines)
        self.assertNotIn('send 0', lines)

    def hello(self):
        """Whatever the history is, the rest works."""
        primary, secondary = there = self.prompts(2)
        secondary.type('send hello')
        secondary.see(r'reply from primary: hello')
        primary.see('secondary-1: hello')
        self.leave(there)

    def test_damaged(self):
        self.file.parent.mkdir(parents=True)
        self.file.write_bytes(bytes(range(256)) * 300 + b'\xff' * 5000 + b'\n\n\n\0\0send kept\n')
        self.hello()
        self.assertIn(b'send hello\n', self.file.read_bytes())

    def test_not_to_be_had(self):
        self.file.mkdir(parents=True)  # a directory in its place
        self.hello()
        os.rmdir(self.file)
        os.rmdir(self.file.parent)
        self.file.parent.write_text('a file where its directory should be')
        self.hello()
        self.assertTrue(self.file.parent.is_file())

    def test_a_fifo_in_its_place(self):
        os.makedirs(self.file.parent)
        os.mkfifo(self.file)  # opening one may wait for a writer
        self.hello()

    def test_held_by_a_stopped_process(self):
        os.makedirs(self.file.parent)
        self.file.write_text('send kept\n')
        # flock(1) locks it and runs a program that says so and stops.
        with subprocess.Popen(['flock', '--no-fork', self.file, 'sh', '-c', 'echo locked; kill -STOP $$; exec cat'],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
            try:
                self.assertEqual(holder.stdout.readline(), b'locked\n')
                busy = subprocess.run(["flock", "--nonblock", self.file, "true"], check=False)
                self.assertEqual(busy.returncode, 1)
                self.hello()
                self.assertEqual(self.file.read_text(), 'send kept\n')
            finally:
                holder.kill()


if __name__ == '__main__':
    mpshtest.main()
