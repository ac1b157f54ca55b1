#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors
"""Random bytes for a moment in all that mpsh has in shared memory, 10,000 times, while every
command runs in every role: nobody crashes, nobody hangs.

MPSH_FAULT_SEED: the seed of the bytes.
"""

import json
import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../lib'))
import mpshtest  # noqa: E402

INTRUDER = os.environ['INTRUDER']
ROUNDS = '10000'
SEED = os.environ.get('MPSH_FAULT_SEED', str(time.time_ns() % 2**32))

LOOKING = ('show rings', 'show pools', 'show memzones', 'show ring mpsh_to_1', 'peers', 'stats',
           'info', 'doctor', 'set', 'help', 'help send', 'mp listen')
TALKING = ('send x', 'sendto 0 x', 'sendto 1 x', 'sendto secondary-2 x', 'broadcast x', 'request x', 'ping count 1',
           'ping 1 count 1', 'ping via mp count 1', 'bench 0 seconds 1', 'wait peers 0', 'wait gone 9',
           'wait 0', 'set answer delay 1', 'set answer echo', 'set monitor on',
           'set monitor off', 'mp request a_b x', 'mp notify a_b x', 'mp listen a_b echo', 'mp listen a_b off')
GUEST = ('mp request it_echo x', 'mp notify it_echo x', 'send x', 'ping count 1')


class Garbage(mpshtest.StartTest):
    def drive(self, intruder, processes, commands, start):
        """Have all run the commands until the intruder has ended; one that has left is started anew."""
        began, lives = time.monotonic(), 0
        while intruder.poll() is None:
            for i, process in enumerate(processes):
                at = len(process.out())
                try:
                    process.type(*commands, 'info')
                except (BrokenPipeError, ValueError):
                    pass
                # The answer to the last of them, or its end.
                mpshtest.wait_for(lambda p=process, n=at: p.popen.poll() is not None or
                                  'rte_mp thread' in p.out()[n:], 'the commands of %s' % process.story()[-3000:], 60)
                if process.popen.poll() is not None:
                    self.left_well(process)
                    processes[i] = start(i)
                    lives += 1
        print('seed %s: %.1f s, %d left and came again' % (SEED, time.monotonic() - began, lives))
        self.assertEqual(intruder.wait(), 0)

    def left_well(self, process):
        """It was not a signal that has ended it, and it ended in time."""
        self.assertIn(process.end(10).code, (0, 1, 3), process.story()[-3000:])

    def run_intruder(self, what):
        intruder = subprocess.Popen(self.intruder(what, ROUNDS, SEED), env=self.env, stdout=subprocess.DEVNULL,
                                    stderr=subprocess.DEVNULL)
        self.addCleanup(intruder.wait)
        self.addCleanup(intruder.kill)
        return intruder

    def start_one(self, i):
        if i == 0:
            return self.primary('--no-telemetry', '-k', '-t', '100')
        for _ in range(50):
            # It may meet garbage in its start, and says so in one line.
            process = self.spawn('--proc-type=secondary', '-k', '-t', '100')
            mpshtest.wait_for(lambda p=process: p.popen.poll() is not None or '* ready as' in p.out(), 'a start')
            if process.popen.poll() is None:
                return process
            # Or it was ready, and has left since.
            if '* ready as' in process.out():
                self.left_well(process)
            else:
                self.check_refused(process.end(), 3, '^error: ')
        raise AssertionError('no start came through: %s' % process.story())

    def test_the_hub_and_its_rings(self):
        processes = [self.start_one(i) for i in range(4)]
        first = processes[0]
        self.drive(self.run_intruder('scribble-hub'), processes, LOOKING + TALKING, self.start_one)
        self.assertIs(processes[0], first, 'the primary has left')
        # Behind all of it the primary serves who comes.
        for process in processes[1:]:
            process.close()
            self.left_well(process)
        last = self.secondary('-k', '-t', '20000')
        last.type('send unharmed')
        last.line('^reply from primary: unharmed')
        for process in (last, first):
            process.type('quit')
            self.assertIn(process.end(10).code, (0, 1), process.story()[-2000:])

    def test_the_clock_is_the_groups(self):
        """A secondary measures with what the primary says, if that is within a percent of its own."""
        primary = self.primary('--no-telemetry', '-k', '-j', '-t', '5000')
        secondary = self.secondary('-k')
        secondary.type('set answer delay 1000')
        primary.line('"attached"')
        # By then the primary has measured the last time.
        primary.type('wait 1', 'send before')
        before = json.loads(primary.line('^{"send":').string)['send']['rtt_ns']
        self.assertEqual(self.intrude('bend-ticks', '9', '0').returncode, 0)
        primary.type('wait 1', 'send behind')
        behind = json.loads(primary.line('^{"send":').string)['send']['rtt_ns']
        self.assertGreaterEqual(before, 1000000000)
        self.assertGreaterEqual(behind, 1008900000)

    def start_guest(self, _):
        return self.start_one(1)

    def test_guests(self):
        primary = self.spawn('--proc-type=primary', '--no-pci', '--log-level=critical', '--', 'found-simple-mp', '0', '0',
                             mpsh=INTRUDER)
        primary.line('^ready$')
        guests = [self.start_guest(i) for i in range(2)]
        self.drive(self.run_intruder('scribble-simple-mp'), guests, LOOKING + TALKING, self.start_guest)
        for guest in guests:
            guest.type('quit')
            self.assertIn(guest.end(10).code, (0, 1), guest.story()[-2000:])
        self.assertEqual(primary.end().code, 0)


if __name__ == '__main__':
    mpshtest.main()
