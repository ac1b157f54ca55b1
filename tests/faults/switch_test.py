#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors

"""What one process does, or does not do, costs the traffic of the others nothing."""

import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../lib'))
import mpshtest  # noqa: E402


class Switch(mpshtest.StartTest):
    def test_a_primary_that_nobody_reads_forwards(self):
        reader, writer = os.pipe()
        primary = self.spawn('--proc-type=primary', '--no-telemetry', '-k', '-e', 'set monitor on', '-e', 'wait 3600',
                             stdout=writer)
        os.close(writer)
        first = b''
        while b'\n' not in first:
            first += os.read(reader, 1)
        sender, receiver = self.secondary('-k', '-t', '10'), self.secondary('-k')
        sender.type(*['send %s' % ('x' * 900)] * 3000)
        sender.line(r'^error: ring to primary is full', 'err', limit=120)
        # Behind what the primary refuses, in the same ring, and from the other side.
        sender.type('set timeout 20000', 'sendto 2 through', 'sendto 2 again')
        sender.line(r'^reply from secondary-2: through \(ring')
        sender.line(r'^reply from secondary-2: again \(ring')
        receiver.type('sendto 1 back')
        receiver.line(r'^reply from secondary-1: back \(ring')
        got = b''
        while not re.search(rb'\* monitor: [1-9]\d* messages passed unseen', got):
            got += os.read(reader, 65536)
        sender.type('send after all')
        sender.line(r'^reply from primary: after all')
        sender.end()
        receiver.end()
        os.close(reader)
        primary.kill()


if __name__ == '__main__':
    mpshtest.main()
