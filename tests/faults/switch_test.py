#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors

"""What one process does, or does not do, costs the traffic of the others nothing."""

import glob
import json
import os
import re
import signal
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../lib'))
import mpshtest  # noqa: E402

LOST_RING = os.environ.get('LOST_RING_SO', '')
SLOW_PATH = os.environ.get('SLOW_PATH', '')
BROADCAST, BENCH, HUB, DETACH, TEXT = 4, 9, 12, 13, 1  # enum message_kind


def worker_sleeps(pid):
    for task in glob.glob('/proc/%d/task/*' % pid):
        with open(task + '/stat', encoding='ascii') as file:
            name, rest = re.fullmatch(r'\d+ \((.*)\) (.*)\n', file.read()).groups()
        if name.startswith(('rte-worker', 'dpdk-worker')):
            return rest.startswith('S')
    return False


class Switch(mpshtest.StartTest):
    def check_forged(self, kind, source, destination, generation=1):
        """What secondary-1 cannot say ends secondary-1, and is not done."""
        primary = self.primary('--no-telemetry', '-k')
        liar, other = self.secondary('-k', '--name', 'liar'), self.secondary('-k', '--name', 'other')
        primary.line(r'^\* other attached')
        liar.kill(signal.SIGSTOP)
        primary.line(r'^\* liar is stopped')
        self.intrude('forge', 'mpsh_from_1', '%d %d %d %d' % (kind, source, destination, generation), check=True)
        primary.line(r'^\* liar sends garbage: detached')
        other.type('send still here')
        other.line(r'^reply from primary: still here')
        primary.line(r'^other: still here')
        self.assertNotIn('forged', primary.out())
        self.assertNotIn('other detached', primary.out())
        liar.kill(signal.SIGKILL)

    def test_a_sender_that_was_killed_before_it_rang(self):
        """A worker that sleeps is told of what waits in its ring by its own process, in the end."""
        lost = os.path.join(self.home, 'lost')
        env = mpshtest.preloaded(dict(self.env, LOST_RING=lost), LOST_RING)
        for role in ('primary', 'secondary'):
            with self.subTest(told=role):
                primary = self.primary('--no-telemetry', '-k', env=env if role == 'primary' else self.env)
                secondary = self.secondary('-k', env=env if role == 'secondary' else self.env)
                primary.line(r'^\* secondary-1 attached')
                sender, told, command = ((secondary, primary, 'send') if role == 'primary' else
                                         (primary, secondary, 'sendto 1'))
                sender.type('set timeout 5000', '%s first' % command)
                sender.line('^reply from .*: first')
                mpshtest.wait_for(lambda: worker_sleeps(told.pid), 'that the worker sleeps')
                with open(lost, 'w', encoding='ascii'):
                    pass
                sender.type('%s hello' % command, 'quit')
                self.assertEqual(sender.end().code, 0, sender.story())
                self.assertIn('hello (ring, ', sender.out())
                self.assertFalse(os.path.exists(lost))
                primary.kill()
                primary.end()

    def test_a_secondary_that_speaks_as_another(self):
        self.check_forged(TEXT, 2, 0)

    def test_a_secondary_that_streams_as_another(self):
        self.check_forged(BENCH, 3, 2)

    def test_a_secondary_that_speaks_as_the_hub(self):
        self.check_forged(HUB, 1, 0)

    def test_a_secondary_that_speaks_as_a_later_holder_of_its_number(self):
        self.check_forged(TEXT, 1, 0, 2)

    def test_a_secondary_that_hands_a_broadcast_on(self):
        self.check_forged(BROADCAST, 1, 2)

    def test_a_secondary_that_makes_another_leave(self):
        self.check_forged(DETACH, 1, 2)

    def test_a_secondary_that_speaks_to_itself(self):
        self.check_forged(TEXT, 1, 1)

    def test_a_process_that_is_no_console_and_broadcasts(self):
        primary = self.primary('--no-telemetry', '-k')
        secondary = self.secondary('-k')
        self.intrude('speak', '1', '0', check=True)
        primary.type('stats')
        primary.line(r'^others +mp +0 +0 +0 +0 +0 +0 +1 ')
        secondary.type('broadcast sound')
        secondary.line(r'^reply from primary: sound')
        self.assertNotIn('forged', primary.out() + secondary.out())

    def test_an_attach_without_descriptors_is_answered(self):
        self.primary('--no-telemetry', '-k')
        self.intrude('attach', '0', '0', check=True)

    def test_a_forwarded_stream_waits_for_its_receiver(self):
        self.primary('--no-telemetry', '-k')
        sender, receiver = self.secondary('-k', '-t', '20000'), self.secondary('-k')
        before = mpshtest.cpu_ns(receiver.pid)
        sender.type('bench 2 seconds 2')
        mpshtest.wait_for(lambda: mpshtest.cpu_ns(receiver.pid) > before + 1000000, 'the stream runs')
        receiver.kill(signal.SIGSTOP)
        time.sleep(0.3)  # as long as a receiver may stand still
        receiver.kill(signal.SIGCONT)
        sender.line(r'^0 lost, 0 repeated or out of order')

    def check_stream(self, number, what):
        """The error of a forwarded stream whose receiver a signal has met, which would run on for a minute."""
        self.primary('--no-telemetry', '-k')
        sender, receiver = self.secondary('-k', '-t', '1000'), self.secondary('-k')
        before = mpshtest.cpu_ns(receiver.pid)
        sender.type('bench 2 seconds %d' % (60 if number == signal.SIGKILL else 2))
        mpshtest.wait_for(lambda: mpshtest.cpu_ns(receiver.pid) > before + 1000000, 'the stream runs')
        receiver.kill(number)
        sender.line(what, 'err', limit=30)
        sender.type('info')
        sender.line('^role')
        receiver.kill(signal.SIGCONT)

    def test_a_forwarded_stream_whose_receiver_stops_ends(self):
        self.check_stream(signal.SIGSTOP, '^error: no reply from secondary-2 within 1000 ms')

    def test_a_forwarded_stream_whose_receiver_is_killed_ends(self):
        self.check_stream(signal.SIGKILL, '^error: secondary-2 is gone')

    def test_requests_beside_broadcasts(self):
        count = 300
        primary = self.primary('--no-telemetry', '-k', '-t', '20000')
        secondary = self.secondary('-k', '-t', '20000', env=mpshtest.preloaded(self.env, SLOW_PATH))
        primary.line('attached')
        # Its own requests, pings and broadcasts, and the answers to the primary's.
        secondary.type('ping via mp count %d interval 0' % count,
                       *['%s %d' % (how, n) for n in range(count) for how in ('request', 'broadcast')])
        secondary.line('^reply from primary: 1 of ')
        primary.type(*['broadcast %d' % n for n in range(count)])
        for _ in range(count):
            primary.line(r'^1 of 1 replied$')
        secondary.line(r'^%d sent, 0 lost' % count)
        for _ in range(count):
            secondary.line(r'^1 of 1 replied \(')
            secondary.line(r'^1 of 1 replied$')
        # Broadcasts beside the requests that are made of messages; 64 of these may wait.
        secondary.type('set relay mpsh', 'send go')
        primary.line(r'^secondary-1: go$')
        secondary.type(*['broadcast relayed'] * count)
        for n in range(50, count + 50, 50):
            primary.type(*['send relayed'] * 50)
            mpshtest.wait_for(lambda: primary.out().count('[request] secondary-1: relayed\n') == n, n)
        mpshtest.wait_for(lambda: primary.out().count('[broadcast] secondary-1: relayed\n') == count, count)
        for process in (secondary, primary):
            process.type('quit')
            end = process.end()
            self.assertEqual((end.code, end.err), (0, ''))
            self.assertNotIn('EAL', end.out)

    def test_broadcasts_beside_a_stopped_secondary(self):
        primary = self.primary('--no-telemetry', '-k', '-t', '3000')
        stopped = self.secondary('-k')
        others = [self.secondary('-k', '-t', '50') for _ in range(2)]
        for _ in range(3):
            primary.line('attached')
        stopped.stop()
        primary.line(r'^\* secondary-1 is stopped')
        # Each waits 50 ms for the stopped one; the other's ring and the primary are not held up.
        for other in others:
            other.type(*['broadcast x%d' % n for n in range(100)])
        for n in range(3):
            primary.type('broadcast y%d' % n)
            replies = [primary.line(r'^reply from secondary-(\d): y%d \(mp' % n).group(1) for _ in range(2)]
            self.assertEqual(sorted(replies), ['2', '3'])
            primary.line('^no reply from secondary-1 within 3000 ms')
            primary.line('^2 of 3 replied$')
        for i, other in enumerate(others):
            for n in range(100):
                other.line(r'^reply from primary: x%d \(mp' % n)
            self.assertGreaterEqual(
                len(re.findall(r'(?m)^reply from secondary-%d: x\d+ \(ring' % (3 - i), other.out())), 90)
        began = time.monotonic()
        primary.type('quit')
        primary.end()
        print('the end took %.0f ms' % ((time.monotonic() - began) * 1000))
        self.assertLess(time.monotonic() - began, 10)
        stopped.kill(signal.SIGCONT)

    def test_no_doorbell_is_missed(self):
        self.primary('--no-telemetry', '-k')
        sender = self.secondary('-k', '-j', '-t', '300')
        sender.type('ping count 60000 interval 0')
        ping = json.loads(sender.line('^{"ping":').string)['ping']
        self.assertEqual((ping['sent'], ping['received'], ping['lost']), (60000, 60000, 0))

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
