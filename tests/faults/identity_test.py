#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors

"""A number is given to one process after another: nothing of one is taken for the next one's."""

import json
import os
import re
import signal
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../lib'))
import mpshtest  # noqa: E402

TEXT, REPLY = 1, 2  # enum message_kind
GARBAGE = '99 1 0 1'  # a message of no kind, from secondary-1 to the primary


class Identity(mpshtest.StartTest):
    def stats(self, process, transport='ring'):
        """The rows of stats over this transport, by peer."""
        process.type('set json on', 'stats', 'set json off')
        rows = json.loads(process.line('^{"stats":').string)['stats']
        return {row['peer']: row for row in rows if row['transport'] == transport}

    def forge(self, words, number=1):
        """Put a message into the ring from a secondary to the primary."""
        self.intrude('forge', 'mpsh_from_%d' % number, words, check=True)

    def unread_primary(self):
        """A primary that runs, and the pipe with all else that it prints, which nobody reads."""
        reader, writer = os.pipe()
        primary = self.spawn('--proc-type=primary', '--no-telemetry', '-k', stdout=writer)
        os.close(writer)
        while os.read(reader, 1) != b'\n':
            pass
        return primary, reader

    def fill(self, sender):
        """Have it send so much that what the primary would print waits in it."""
        sender.type(*['send %s' % ('x' * 900)] * 3000)
        sender.line(r'^error: ring to primary is full', 'err', limit=120)

    def test_a_dead_process_leaves_no_socket(self):
        primary = self.primary('--no-telemetry', '-k')
        for _ in range(3):
            secondary = self.secondary('-k')
            secondary.kill()
            secondary.end()
            primary.line(r'^\* secondary-1 died')
        mpshtest.wait_for(lambda: not [name for name in os.listdir(self.runtime_dir()) if name.startswith('mp_socket_')],
                          'the sockets of the dead are gone')

    def test_what_a_former_holder_has_left_behind(self):
        primary, reader = self.unread_primary()
        former = self.secondary('-k', '-t', '10')
        self.assertRegex(former.out(), 'ready as secondary-1')
        self.fill(former)
        former.kill()
        former.end()
        heir = self.secondary('-k')
        self.assertRegex(heir.out(), 'ready as secondary-1')
        heir.type('set timeout 20000')
        got = b''
        while got.count(b'* secondary-1 attached') < 2:
            got += os.read(reader, 65536)
        shown = got.count(b'xxx\n')
        # All that the primary has taken is behind it when it runs this.
        primary.type('set json on', 'stats')
        while b'{"stats"' not in got or not got.endswith(b'\n'):
            got += os.read(reader, 65536)
        rows = json.loads(re.search(rb'(?m)^{"stats".*$', got).group())['stats']
        dropped = [row['late'] for row in rows if (row['peer'], row['transport']) == ('others', 'ring')]
        print('of the former one %d texts were shown and %d dropped' % (shown, dropped[0]))
        self.assertGreater(dropped[0], 0)
        # Until all is drained there may be no room for it.
        while 'reply from primary: mine (ring' not in heir.out():
            said = len(heir.out()) + len(heir.err())
            heir.type('send mine')
            mpshtest.wait_for(lambda: len(heir.out()) + len(heir.err()) > said, 'a reply or an error')
        while not re.search(rb'"secondary-1","text":"mine"', got):
            got += os.read(reader, 65536)
        heir.type('quit')
        self.assertEqual(heir.end().code, 0, heir.story())
        os.close(reader)
        primary.kill()

    def test_a_stream_to_a_former_holder(self):
        """It goes on when its receiver has been killed and another has its number."""
        primary = self.primary('--no-telemetry', '-k')
        sender, receiver = self.secondary('-k'), self.secondary('-k')
        before = mpshtest.cpu_ns(receiver.pid)
        sender.type('bench 2 seconds 60')
        mpshtest.wait_for(lambda: mpshtest.cpu_ns(receiver.pid) > before + 1000000, 'the stream runs')
        sender.stop()
        receiver.kill()
        receiver.end()
        heir = self.secondary('-k')
        self.assertRegex(heir.out(), 'ready as secondary-2')
        sender.kill(signal.SIGCONT)
        sender.line(r'^error: secondary-2 is gone', 'err', limit=30)
        heir.type('send mine')
        heir.line(r'^reply from primary: mine')
        self.assertFalse([row for row in self.stats(heir).values() if row['invalid'] != 0], heir.story())
        # It did go on, and the switch refused it.
        self.assertGreater(self.stats(primary)['secondary-1']['refused'], 0)

    def test_the_former_one_leaves_late(self):
        """Its farewell waits behind what the primary cannot print, and its number is taken."""
        primary, reader = self.unread_primary()
        talker = self.secondary('-k', '-t', '10')
        former = self.secondary('-k')
        self.assertRegex(former.out(), 'ready as secondary-2')
        self.fill(talker)
        former.type('quit')
        self.assertEqual(former.end().code, 0)
        heir = self.secondary('-k')
        self.assertRegex(heir.out(), 'ready as secondary-2')
        got = b''
        while b'secondary-2 detached' not in got:
            got += os.read(reader, 65536)
        primary.type('wait 0')
        heir.type('set timeout 20000', 'send mine')
        heir.line(r'^reply from primary: mine \(ring')
        while b'secondary-2: mine\n' not in got:
            got += os.read(reader, 65536)
        self.assertEqual(got.count(b'secondary-2 detached'), 1)
        heir.type('quit')
        self.assertEqual(heir.end().code, 0, heir.story())
        os.close(reader)
        primary.kill()

    def test_a_number_whose_process_lives(self):
        primary = self.primary('--no-telemetry', '-k')
        liar = self.secondary('-k')
        primary.line(r'^\* secondary-1 attached')
        liar.kill(signal.SIGSTOP)
        primary.line(r'^\* secondary-1 is stopped')
        self.forge(GARBAGE)
        primary.line(r'^\* secondary-1 sends garbage: detached')
        other = self.secondary('-k')
        self.assertRegex(other.out(), 'ready as secondary-2')
        # It learns that it has lost its place, and ends as one that has lost its primary.
        liar.kill(signal.SIGCONT)
        liar.line(r'^\* the primary has detached this process$', limit=5)
        self.assertEqual(liar.end().code, 3, liar.story())
        mpshtest.wait_for(lambda: self.free_number() == '1', 'the number is free again')
        other.type('send unharmed')
        other.line('^reply from primary: unharmed')

    def free_number(self):
        result = self.run_mpsh('--proc-type=secondary', '-e', 'wait 0')
        return re.search(r'ready as secondary-(\d)', result.out).group(1)

    def test_a_full_group_counts_the_living(self):
        primary = self.primary('--no-telemetry', '-k', '--max-peers', '1')
        liar = self.secondary('-k')
        primary.line(r'^\* secondary-1 attached')
        liar.kill(signal.SIGSTOP)
        primary.line(r'^\* secondary-1 is stopped')
        self.forge(GARBAGE)
        primary.line(r'^\* secondary-1 sends garbage: detached')
        result = self.run_mpsh('--proc-type=secondary', '-e', 'wait 0')
        self.check_refused(result, 3, '^error: no free place: 1 of 1 secondaries')
        liar.kill()
        liar.end()
        self.assertEqual(self.free_number(), '1')

    def test_a_liar_may_reconnect(self):
        primary = self.primary('--no-telemetry', '-k')
        liar = self.terminal('--proc-type=secondary')
        liar.see('mpsh:secondary-1> ')
        liar.kill(signal.SIGSTOP)
        primary.line(r'^\* secondary-1 is stopped')
        self.forge(GARBAGE)
        primary.line(r'^\* secondary-1 sends garbage: detached')
        liar.kill(signal.SIGCONT)
        liar.see(r'\* the primary has detached this process')
        liar.type('reconnect')
        primary.line(r'^\* secondary-\d attached \(pid %d\)' % liar.pid)
        liar.type('send back')
        liar.see('reply from primary: back')
        liar.type('quit')
        liar.end()

    def descriptors(self, process):
        """How many doorbells and processes it holds."""
        fds = '/proc/%d/fd' % process.pid
        links = [os.readlink(os.path.join(fds, fd)) for fd in os.listdir(fds)]
        return sum('eventfd' in link or 'pidfd' in link for link in links)

    def test_many_die_in_one_moment(self):
        count = 30
        primary = self.primary('--no-telemetry', '-k', '--max-peers', str(count + 1))
        self.secondary('-k')
        primary.line('secondary-1 attached')
        fds = self.descriptors(primary)
        askers = [self.spawn('--proc-type=secondary', '-k') for _ in range(count)]
        for asker in askers:
            asker.line('^. ready as')
        for asker in askers:
            asker.stop()
        for asker in askers:
            asker.kill()
        for _ in askers:
            primary.line(r'^\* secondary-\d+ died')
        # All links are closed: a text for each of them is refused, none is put into a ring.
        self.forge('%d 1 2 1 %d' % (TEXT, count))
        mpshtest.wait_for(lambda: self.stats(primary)['secondary-1']['refused'] == count, 'all are refused')
        mpshtest.wait_for(lambda: self.descriptors(primary) == fds, 'their descriptors')
        for asker in askers:
            asker.end()
        self.assertEqual(self.free_number(), '2')

    def test_answers_to_a_former_holder(self):
        primary = self.primary('--no-telemetry', '-k')
        asker = self.secondary('-k', '-t', '1')
        answerer = self.secondary('-k')
        primary.line('secondary-2 attached')
        for process in (primary, answerer):
            process.type('set answer delay 1500', 'set')
            process.line('^answer +delay 1500$')
        # When both have taken the question, its asker leaves.
        asker.type('send one', 'sendto 2 two', 'broadcast three')
        primary.line('^secondary-1: one$')
        answerer.line('^secondary-1: two$')
        answerer.line(r'^\[broadcast\] secondary-1: three$')
        asker.kill()
        asker.end()
        primary.line(r'^\* secondary-1 died')
        heir = self.secondary('-k')
        self.assertRegex(heir.out(), 'ready as secondary-1')
        # The answers are due in the order of the questions, this one last.
        heir.type('set timeout 20000', 'send four', 'sendto 2 five')
        heir.line('^reply from primary: four ')
        heir.line('^reply from secondary-2: five ')
        self.assertNotRegex(heir.out(), 'one|two|three')
        for row in self.stats(heir).values():
            self.assertEqual((row['invalid'], row['late']), (0, 0))
        # What they would have answered to the former one has gone with it. What still comes is dropped
        # in the switch; one of this generation is not.
        self.assertEqual([row['refused'] for row in self.stats(primary).values()], [0, 0])
        for generation in (1, 2):
            self.forge('%d 2 1 %d' % (REPLY, generation), 2)
        mpshtest.wait_for(lambda: self.stats(primary)['secondary-2']['refused'] == 1, 'one is refused')
        mpshtest.wait_for(lambda: self.stats(heir)['secondary-2']['invalid'] == 1, 'one has come')

    def test_delayed_answers_have_a_limit(self):
        primary = self.primary('--no-telemetry', '-k')
        primary.type('set answer delay 3600000', 'set')
        primary.line('^answer +delay 3600000$')
        asker = self.secondary('-k', '-t', '1')
        asker.type(*['send %d' % n for n in range(1100)], 'set timeout 20000', 'wait 0')
        for _ in range(1100):
            asker.line('^error: no reply from primary', 'err')
        self.assertEqual(self.stats(primary)['secondary-1']['refused'], 1100 - 1024)
        asker.type('quit')
        asker.end()
        primary.line(r'^\* secondary-1 detached')
        # They have gone with it, and the next one has as many again.
        primary.type('set answer delay 10', 'set')
        primary.line('^answer +delay 10$')
        result = self.run_mpsh('--proc-type=secondary', '-e', 'send hello')
        self.assertEqual(result.code, 0, result)


if __name__ == '__main__':
    mpshtest.main()
