#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors
"""Any one allocation fails: a command that cannot be done says so, all others are done, and
nobody else is hurt.

mpsh-fails lacks its n-th allocation after its start (tests/faults/allocations.c). MPSH_FAILURES:
for how many n, spread over all there are, each of the tests is run (25), or "all".
"""

import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../lib'))
import mpshtest  # noqa: E402

MPSH_FAILS = os.environ.get('MPSH_FAILS', '')
FAILURES = os.environ.get('MPSH_FAILURES', '25')

# Each has one result or one error; broadcast has an error for each that did not reply.
COMMANDS = (
    'info', 'peers', 'stats', 'show rings', 'show ring mpsh_to_1', 'show pools', 'show memzones', 'set', 'help send',
    'doctor', 'sendto {peer} a', 'sendto {peer} hex:00ff', 'broadcast b', 'request c', 'ping {peer} count 2 interval 1',
    'ping {peer} via mp count 1', 'mp request mpsh d', 'mp notify mpsh e', 'mp listen', 'mp listen a_b echo', 'mp listen',
    'mp listen a_b none', 'set answer delay 1', 'set answer', 'set answer echo', 'sendto {peer} {long}', 'nonsense', 'send')
MESSAGES = 5  # that the other sends meanwhile


class Memory(mpshtest.StartTest):
    def failing(self, at, *arguments):
        env = dict(self.env, MPSH_ALLOCATIONS=os.path.join(self.home, 'allocations'))
        if at:
            env['MPSH_FAILS_AT'] = str(at)
        process = self.spawn(*arguments, '--no-telemetry', '-k', '-j', '-t', '5000', mpsh=MPSH_FAILS, env=env)
        process.line('"ready"')
        return process

    def allocations(self):
        with open(os.path.join(self.home, 'allocations'), encoding='ascii') as file:
            return int(file.read())

    def session(self, at, role):
        """Run all commands, and look at the other. Returns what was said, and what failed for want of memory."""
        if role == 'primary':
            failing = self.failing(at, '--proc-type=primary')
            other = self.secondary('-k', '-t', '5000')
            failing.line('"attached"')
        else:
            other = self.primary('--no-telemetry', '-k', '-t', '5000')
            failing = self.failing(at, '--proc-type=secondary')
            other.line('attached')
        peer, own = (1, 0) if role == 'primary' else (0, 1)
        failing.type(*(command.format(peer=peer, long='x' * 900) for command in COMMANDS))
        for i in range(MESSAGES):
            other.type('sendto %d m%d' % (own, i))
        # Nobody else is hurt: it got the answers to all that it has sent.
        for i in range(MESSAGES):
            other.line('^reply from %s: m%d ' % ('primary' if role == 'primary' else 'secondary-1', i))
        failing.type('quit')
        code = failing.end(30).code
        self.assertIn(code, (0, 1, 2), failing.story()[-3000:])
        names = [name for document in self.documents(failing.out()) for name in document]
        errors = [error['error'] for error in self.documents(failing.err())]
        results = [name for name in names if name not in ('event', 'received', 'log', 'ready')]
        other.line(r'^\* the primary quit' if role == 'primary' else '^. secondary-1 detached')
        self.assertIn(other.end(10).code, (3,) if role == 'primary' else (0, 1), other.story()[-3000:])
        return len(results) + len(errors), sum('memory' in error for error in errors)

    def all_failures(self, role):
        said, short = self.session(0, role)
        self.assertEqual(short, 0)
        last = self.allocations()
        points, failed = mpshtest.spread(last, FAILURES), 0
        for at in points:
            try:
                now, short = self.session(at, role)
                self.assertEqual(now, said, 'a command said nothing')
                self.assertLessEqual(short, 1)
            except AssertionError as error:
                raise AssertionError('allocation %d of %d: %s' % (at, last, error)) from error
            failed += short
            self.doCleanups()
            self.setUp()
        print('%d allocations, %d of them failed, which cost %d commands' % (last, len(points), failed))

    def test_no_memory_for_a_while(self):
        """Then no command is begun, each says so, and those behind it are done."""
        for options in ((), ('-j',)):
            for at in (50, 500, 1000):
                env = dict(self.env, MPSH_FAILS_AT=str(at), MPSH_FAILS_FOR='60')
                process = self.spawn('--proc-type=primary', '--no-telemetry', '-k', *options, mpsh=MPSH_FAILS, env=env)
                # A command that is not begun takes two of the 60 allocations that fail.
                process.type(*['info'] * 60, 'quit')
                result = process.end(30)
                self.assertIn(result.code, (0, 1), result)
                done = len(re.findall('rte_mp thread  runs|^{"info":', result.out, re.M))
                self.assertEqual(done + result.err.count('out of memory') + result.err.count('no memory'), 60, result)
                self.assertGreater(done, 10)
                self.assertIn('out of memory' if options else 'out of memory; nothing was done', result.err)
                self.doCleanups()
                self.setUp()

    def test_no_memory_for_a_thread(self):
        """What cannot be sent is neither sent nor lost."""
        for command in ('request x', 'mp request mpsh x', 'ping via mp count 2', 'bench via mp seconds 1', 'jitter 1'):
            primary = self.primary('--no-telemetry', '-k')
            failing = self.spawn('--proc-type=secondary', '-k', mpsh=MPSH_FAILS,
                                 env=dict(self.env, MPSH_LACKS_THREADS='1'))
            failing.type(command)
            result = failing.end(30)
            self.assertEqual((result.code, result.err), (1, 'error: out of memory; nothing was done\n'), command)
            self.assertRegex(result.out, r'\A\* ready as secondary-1 \(pid \d+\)\n\Z')
            primary.type('quit')
            self.assertEqual(primary.end().code, 0)
            self.doCleanups()
            self.setUp()

    def test_no_reserve_to_be_had(self):
        """The command that has spent it comes to its end, no other is begun, and leaving goes on."""
        env = dict(self.env, MPSH_FAILS_AT='50', MPSH_FAILS_OVER='1000000')
        process = self.spawn('--proc-type=primary', '--no-telemetry', '-k', mpsh=MPSH_FAILS, env=env)
        process.type(*['info'] * 10, 'quit', 'info')
        result = process.end(30)
        self.assertEqual(result.code, 1, result)
        done = result.out.count('rte_mp thread  runs')
        self.assertGreater(done, 0)
        self.assertEqual(result.err, 'error: out of memory; nothing was done\n' * (10 - done))

    def test_a_primary(self):
        self.all_failures('primary')

    def test_a_secondary(self):
        self.all_failures('secondary')


if __name__ == '__main__':
    mpshtest.main()
