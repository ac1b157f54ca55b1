#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors
"""A group in which nothing happens looks around seldom, and is all there when it is asked."""

import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../lib'))
from mpshtest import StartTest, main, wait_for  # noqa: E402

SELDOM_S = 3.5  # more than three looks of a group that is not calm
SOON_S = 8      # less than the time between two looks of a calm one


def waits(process):
    """How often its main thread has waited so far."""
    with open(f'/proc/{process.pid}/status', encoding='ascii') as lines:
        return next(int(line.split()[1]) for line in lines if line.startswith('voluntary_ctxt_switches'))


class Calm(StartTest):
    def wait_calm(self, *processes):
        for process in processes:
            since = [waits(process), time.monotonic()]

            def sleeps(process=process, since=since):
                now = waits(process)
                if now != since[0]:
                    since[:] = [now, time.monotonic()]
                return time.monotonic() - since[1] >= SELDOM_S
            wait_for(sleeps, 'a main thread that sleeps for long')

    def states(self, process):
        process.type('peers')
        peers = self.documents(process.line('^{"peers":').string)[0]['peers']
        return {peer['name']: peer['state'] for peer in peers}

    def test_a_stop_is_seen_by_who_asks_and_soon_told(self):
        primary = self.primary('-j', '-k')
        first, second = (self.secondary('-j', '-k') for _ in range(2))
        self.wait_calm(primary, first, second)
        # From a look of the primary to its next that no one asks for it takes longest.
        before = waits(primary)
        wait_for(lambda: waits(primary) != before, 'a look')
        first.stop()
        self.assertEqual(self.states(second), {'primary': 'up', 'secondary-1': 'stopped'})
        self.assertEqual(self.states(primary), {'secondary-1': 'stopped', 'secondary-2': 'up'})
        primary.line('"type":"stopped","peer":"secondary-1"', limit=SOON_S)
        second.line('"type":"stopped","peer":"secondary-1"', limit=SOON_S)


if __name__ == '__main__':
    main()
