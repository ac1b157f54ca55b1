#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors
"""Any one allocation fails: a command that cannot be done says so, all others are done, and
nobody else is hurt.

mpsh-fails lacks its n-th allocation after its start (tests/faults/allocations.c). MPSH_FAILURES:
for how many n, spread over all there are, each of the tests is run (25), or "all".
"""

import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../lib'))
import mpshtest  # noqa: E402

MPSH_FAILS = os.environ.get('MPSH_FAILS', '')
FAILURES = os.environ.get('MPSH_FAILURES', '25')

# Each has one result, or an error.
COMMANDS = (
    'info', 'peers', 'stats', 'show rings', 'show ring mpsh_to_1', 'show pools', 'show memzones', 'set', 'help', 'help send',
    'doctor', 'sendto {peer} a', 'sendto {peer} hex:00ff', 'broadcast b', 'request c', 'ping {peer} count 2 interval 1',
    'ping {peer} via mp count 1', 'mp request mpsh d', 'mp notify mpsh e', 'mp listen', 'mp listen a_b echo', 'mp listen',
    'mp listen a_b none', 'wait 0', 'set answer delay 1', 'set answer echo', 'sendto {peer} {long}', 'nonsense', 'send')
FEW = ('info', 'sendto {peer} behind it', 'broadcast behind it')


def spread(last):
    """The numbers of the allocations that fail."""
    if FAILURES == 'all':
        return range(1, last + 1)
    n = min(int(FAILURES), last)
    return sorted({1 + i * (last - 1) // max(n - 1, 1) for i in range(n)})


class Memory(mpshtest.StartTest):
    def failing(self, at, *arguments):
        env = dict(self.env, MPSH_ALLOCATIONS=os.path.join(self.home, 'allocations'))
        if at:
            env['MPSH_FAILS_AT'] = str(at)
        process = self.spawn(*arguments, '--no-telemetry', '-k', '-t', '1000', mpsh=MPSH_FAILS, env=env)
        process.line(r'^\* ready as |"ready"')
        return process

    def allocations(self):
        with open(os.path.join(self.home, 'allocations'), encoding='ascii') as file:
            return int(file.read())


if __name__ == '__main__':
    mpshtest.main()
