#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors
"""A process dies between any two of its stores to shared memory: nobody else is hurt.

mpsh-dies kills itself at its n-th store (tests/faults/stores.c). MPSH_DEATHS: for how many n,
spread over all there are, each of the tests is run (25), or "all".
"""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../lib'))
import mpshtest  # noqa: E402

MPSH_DIES = os.environ.get('MPSH_DIES', '')
DEATHS = os.environ.get('MPSH_DEATHS', '25')

# What the one that dies does, beside others that do the same to it.
BY_SECONDARY = ('send a', 'sendto 1 b', 'broadcast c', 'request d', 'ping count 2 interval 1',
                'ping via mp count 1', 'set answer delay 1', 'quit')
BY_PRIMARY = ('sendto 1 a', 'sendto 2 b', 'broadcast c', 'ping 1 count 2 interval 1', 'ping 1 via mp count 1',
              'set monitor on', 'wait 1', 'quit')


class Deaths(mpshtest.StartTest):
    def dying(self, at, *arguments):
        env = dict(self.env, MPSH_STORES=os.path.join(self.home, 'stores'))
        if at:
            env['MPSH_DIES_AT'] = str(at)
        return self.spawn(*arguments, '--no-telemetry', '-t', '2000', mpsh=MPSH_DIES, env=env)

    def stores(self):
        """How many there were in the process that has just ended."""
        with open(os.path.join(self.home, 'stores'), encoding='ascii') as file:
            return int(file.read())

    def serves(self, primary, secondary, name):
        """Both talk with each other, whatever has been."""
        secondary.type('set timeout 20000', 'sendto primary unharmed')
        secondary.line('^reply from primary: unharmed')
        primary.type('set timeout 20000', 'sendto %s unharmed' % name)
        primary.line('^reply from %s: unharmed' % name)

    def ends_well(self, process, codes=(0, 1)):
        process.type('quit')
        self.assertIn(process.end(10).code, codes, process.story()[-3000:])

    def secondary_dies(self, at):
        primary = self.primary('--no-telemetry', '-k', '-t', '2000')
        other = self.secondary('-k', '-t', '2000', '--name', 'other')
        dying = self.dying(at, '--proc-type=secondary', '-k')
        try:
            dying.type(*BY_SECONDARY)
        except BrokenPipeError:
            pass
        other.type('broadcast x', 'sendto primary y', 'ping count 2 interval 1')
        primary.type('broadcast z')
        code = dying.end(30).code
        self.assertIn(code, (-9, 0, 1), dying.story()[-3000:])
        self.assertNotIn('garbage', primary.out())
        self.serves(primary, other, 'other')
        heir = self.secondary('-k')
        self.assertRegex(heir.out(), 'ready as secondary-2')
        self.serves(primary, heir, 'secondary-2')
        for process in (heir, other, primary):
            self.ends_well(process)
        return code

    def primary_dies(self, at):
        dying = self.dying(at, '--proc-type=primary', '-k')
        mpshtest.wait_for(lambda: '* ready as' in dying.out() or dying.popen.poll() is not None, 'a start')
        others = [self.spawn('--proc-type=secondary', '-k', '-t', '2000') for _ in range(2)]
        for other in others:
            mpshtest.wait_for(lambda p=other: '* ready as' in p.out() or p.popen.poll() is not None, 'a start', 30)
            try:
                other.type('broadcast x', 'sendto 0 y', 'sendto 1 z', 'sendto 2 z')
            except BrokenPipeError:
                pass
        try:
            dying.type(*BY_PRIMARY)
        except BrokenPipeError:
            pass
        code = dying.end(30).code
        self.assertIn(code, (-9, 0, 1), dying.story()[-3000:])
        for other in others:
            # A batch ends with its primary; one that came too late has said so.
            self.assertIn(other.end(30).code, (1, 3), other.story()[-3000:])
            self.assertRegex(other.out() + other.err(), '(?m)^(. the primary (died|quit)|error: )')
        primary = self.primary('--no-telemetry', '-k')
        heir = self.secondary('-k')
        self.serves(primary, heir, 'secondary-1')
        for process in (heir, primary):
            self.ends_well(process)
        return code

    def all_deaths(self, session):
        self.assertIn(session(0), (0, 1))
        last = self.stores()
        deaths, points = 0, mpshtest.spread(last, DEATHS)
        for at in points:
            try:
                deaths += session(at) == -9
            except AssertionError as error:
                raise AssertionError('store %d of %d: %s' % (at, last, error)) from error
            self.doCleanups()
            self.setUp()
        print('%d stores, died at %d of %d' % (last, deaths, len(points)))
        # Which thread stores when differs a little from run to run.
        self.assertGreaterEqual(deaths, len(points) * 3 // 4)

    def test_a_secondary(self):
        self.all_deaths(self.secondary_dies)

    def test_a_primary(self):
        self.all_deaths(self.primary_dies)


if __name__ == '__main__':
    mpshtest.main()
