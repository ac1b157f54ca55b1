#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors
"""/mpsh/* on the primary's telemetry socket, as DPDK's own dpdk-telemetry.py sees it, while the
prompts are busy."""

import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../lib'))
import mpshtest  # noqa: E402

CLIENT = 'dpdk-telemetry.py'


class Telemetry(mpshtest.StartTest):
    def ask(self, *commands):
        """What the client prints for each command, as documents."""
        result = subprocess.run(
            [CLIENT, '-f', self.prefix], input='\n'.join(commands + ('quit', '')), env=self.env,
            timeout=mpshtest.LIMIT, stdout=subprocess.PIPE, encoding='utf-8', check=True)
        found = {}
        for line in result.stdout.splitlines():
            if line.startswith('{'):
                found.update(json.loads(line))
        for command in commands:
            self.assertIn(command.split(',')[0], found, result.stdout)
        return [found[command.split(',')[0]] for command in commands]

    def test_busy_prompts(self):
        primary = self.terminal('--proc-type=primary')
        primary.see('mpsh:primary> ')
        first = self.terminal('--proc-type=secondary', '--name', 'fw.1')
        first.see('mpsh:fw.1> ')
        primary.see(r'fw\.1 attached')
        second = self.terminal('--proc-type=secondary')
        second.see('mpsh:secondary-2> ')
        primary.see('secondary-2 attached')
        # One streams, one asks, and the primary itself waits for what never comes.
        first.type('bench seconds 3600')
        second.type('ping count 0 interval 1')
        second.see('rtt|round trip|us')
        primary.type('wait message never')
        for _ in range(20):
            info, peers, stats = self.ask('/mpsh/info', '/mpsh/peers', '/mpsh/stats')
            self.assertEqual(info['role'], 'primary')
            self.assertEqual(info['file_prefix'], self.prefix)
            # Names as telemetry takes them.
            self.assertEqual(set(peers), {'fw_1', 'secondary_2'})
            self.assertEqual(peers['fw_1']['pid'], first.pid)
            self.assertEqual(peers['fw_1']['name'], 'fw.1')
            self.assertEqual(peers['secondary_2']['id'], 2)
            self.assertEqual(peers['secondary_2']['state'], 'up')
            self.assertIn('secondary_2/ring', stats)
        before = stats['secondary_2/ring']['received']
        self.assertGreater(before, 0)
        mpshtest.wait_for(
            lambda: self.ask('/mpsh/stats')[0]['secondary_2/ring']['received'] > before,
            'counters that move')
        # And the prompts are still there.
        for terminal in (first, second, primary):
            terminal.skip()
            os.write(terminal.master, b'\x03')
            terminal.see('mpsh:[a-z0-9.-]+> ')

    def test_is_listed_with_what_it_gives(self):
        self.primary()
        commands, about = self.ask('/', '/help,/mpsh/peers')
        for command in ('/mpsh/info', '/mpsh/peers', '/mpsh/stats'):
            self.assertIn(command, commands)
        self.assertIn('waiting', json.dumps(about))

    def test_same_as_at_the_prompt(self):
        primary = self.primary('-j')
        secondary = self.secondary()
        primary.line('"attached"')
        secondary.type('send one', 'send two')
        secondary.line('^reply from primary: two')
        primary.type('stats')
        rows = json.loads(primary.line('^{"stats":').string)['stats']
        stats, = self.ask('/mpsh/stats')
        for row in rows:
            there = stats['%s/%s' % (row['peer'].replace('-', '_'), row['transport'])]
            self.assertEqual({name: value for name, value in row.items() if value is not None},
                             there)
        self.assertEqual(stats['secondary_1/ring']['received'], 2)

    def test_names_that_differ_in_a_dot(self):
        primary = self.primary('-j')
        for name in ('fw.1', 'fw_1', 'fw-1'):
            self.secondary('--name', name)
            primary.line('"attached","peer":"%s"' % name)
        peers, = self.ask('/mpsh/peers')
        self.assertEqual({row['name']: key for key, row in peers.items()},
                         {'fw.1': 'fw_1', 'fw_1': 'fw_1_', 'fw-1': 'fw_1__'})


if __name__ == '__main__':
    mpshtest.main()
