#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors

"""mpsh driven by other programs, in the usual way of each: what the README shows, and more of it."""

import os
import pathlib
import re
import subprocess
import sys

import pexpect

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../lib'))
from mpshtest import LIMIT, MPSH, StartTest, main, readme_program  # noqa: E402

# Which of a prompt's sequences a terminal shows nothing of.
INVISIBLE = re.compile(r'\x1b\[[?0-9;]*[a-zA-Z]')

COMMANDS = ['show pools', 'info', 'peers', 'set', 'show rings', 'help', 'help send', 'stats', 'set timeout 77', 'clear']


class Driven(StartTest):
    def setUp(self):
        super().setUp()
        self.env['PATH'] = os.path.dirname(MPSH) + ':' + os.environ['PATH']
        self.env['LC_ALL'] = 'C.UTF-8'

    def run_shown(self, name, *interpreter, more='', errors=''):
        """Run what the README shows to its end: what it prints."""
        text = readme_program(name)
        self.assertIn('--file-prefix=lab', text)
        path = os.path.join(self.home, name)
        pathlib.Path(path).write_text(text.replace('--file-prefix=lab', '--file-prefix=' + self.prefix) + more)
        result = subprocess.run([*interpreter, path], env=self.env, stdin=subprocess.DEVNULL, capture_output=True,
                                text=True, timeout=LIMIT)
        self.assertEqual((result.returncode, result.stderr), (0, errors), result)
        return result.stdout

    def test_pexpect_as_the_readme_has_it(self):
        self.assertRegex(self.run_shown('with_pexpect.py', sys.executable), r'(?m)^MSG_POOL +\d+ ')

    def test_expect_as_the_readme_has_it(self):
        self.assertRegex(self.run_shown('plain.exp', 'expect', '-n', '-N'), r'MSG_POOL has [1-9]\d* objects')

    def test_a_pipe_as_the_readme_has_it(self):
        said = self.run_shown('pipe.py', sys.executable, more='\n'.join((
            '', 'for command in ("show pools", "sned", "send x", "set timeout 5", "help send"):',
            '    results, end = ask(command)', '    print([list(result) for result in results], end)',
            'mpsh.stdin.close()', 'print(mpsh.wait())')),
                              errors='{"error":"unknown command sned: did you mean send?"}\n'
                              '{"error":"no secondary is attached"}\n')
        self.assertEqual(said.splitlines(), [
            "[['show_pools']] {'ok': True}",
            "[] {'ok': False, 'error': 'unknown command sned: did you mean send?', 'code': 2}",
            "[] {'ok': False, 'error': 'no secondary is attached', 'code': 1}",
            "[] {'ok': True}",
            "[['help']] {'ok': True}",
            '2'])

    def drive(self, **environment):
        """A prompt, driven by pexpect as its manual shows it."""
        mpsh = pexpect.spawn(MPSH, ['--file-prefix', self.prefix, '--proc-type=primary'],
                             env=dict(self.env, **environment), encoding='utf-8', timeout=LIMIT)
        self.addCleanup(mpsh.close, force=True)
        mpsh.expect_exact('mpsh:primary> ')
        return mpsh

    def answers(self, mpsh, command):
        """What stands between the echo of a command and the next prompt."""
        mpsh.sendline(command)
        mpsh.expect_exact('mpsh:primary> ')
        lines = INVISIBLE.sub('', mpsh.before).split('\r\n')
        self.assertEqual(lines[0], command)
        self.assertEqual(lines[-1], '')
        return lines[1:-1]

    def test_before_is_the_output_of_the_command(self):
        expected = {}
        for command in COMMANDS:
            result = self.run_mpsh('-q', '--proc-type=primary', '-e', command)
            self.assertEqual(result.code, 0)
            # Numbers and blanks beside them may differ from run to run.
            expected[command] = [re.sub('[0-9]+', '', line).split() for line in result.out.splitlines()]
        for environment in ({'TERM': 'xterm'}, {'TERM': 'dumb'}, {'TERM': 'xterm', 'NO_COLOR': '1'}):
            mpsh = self.drive(**environment)
            for command in COMMANDS * 4:
                seen = [re.sub('[0-9]+', '', line).split() for line in self.answers(mpsh, command)]
                self.assertEqual(seen, expected[command], (command, environment))
            mpsh.sendline('quit')
            mpsh.expect(pexpect.EOF)

    def test_commands_sent_ahead_are_answered_in_order(self):
        mpsh = self.drive()
        for n in range(1, 21):
            mpsh.sendline(f'set timeout {n}')
            mpsh.sendline('set')
        for n in range(1, 21):
            mpsh.expect_exact('mpsh:primary> ')
            mpsh.expect(r'timeout +(\d+)\r\n')
            self.assertEqual(int(mpsh.match.group(1)), n)
            mpsh.expect_exact('mpsh:primary> ')


if __name__ == '__main__':
    main()
