#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors
"""Processes are killed, stopped and buggy: what that costs, and whom.

How soon something was noticed is printed; a test fails only far beyond it, since the machines
are shared. MPSH_FAULT_ROUNDS: how many secondaries are killed (300).
"""

import json
import os
import random
import re
import signal
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../lib'))
import mpshtest  # noqa: E402

INTRUDER = os.environ.get('INTRUDER', '/tmp/intruder')
# What a process may grow by. The sanitizers keep what was freed.
RESIDENT_KIB = 1 << 20 if mpshtest.SANITIZED else 1024
ROUNDS = int(os.environ.get('MPSH_FAULT_ROUNDS', '300'))


def resources(pid):
    """What a process holds: descriptors, and its resident KiB."""
    with open('/proc/%d/status' % pid, encoding='ascii') as status:
        resident = int(re.search(r'VmRSS:\s+(\d+)', status.read()).group(1))
    return len(os.listdir('/proc/%d/fd' % pid)), resident


def settled(pid):
    """resources() once the descriptors of who has just left are closed."""
    before = None
    while before is None or before[0] != resources(pid)[0]:
        before = resources(pid)
        time.sleep(0.1)
    return before


def pages(pid):
    """How many files of hugepages a process has open."""
    fds = '/proc/%d/fd' % pid
    return sum('map_' in os.readlink(os.path.join(fds, fd)) for fd in os.listdir(fds))


class Faults(mpshtest.StartTest):
    def setUp(self):
        super().setUp()
        self.named = {}

    def ask(self, process, command, name):
        """The result of a command of a process with -j, as a document."""
        process.type(command)
        return json.loads(process.line('^{"%s":' % name).string)[name]

    def noticed(self, began, limit, what):
        took = time.monotonic() - began
        print('%s after %.0f ms' % (what, took * 1000))
        self.assertLess(took, limit * 10)

    def test_killed_secondaries(self):
        seed = int(os.environ.get('MPSH_FAULT_SEED', time.time_ns() % 2**32))
        print('seed %d, %d rounds' % (seed, ROUNDS))
        chance = random.Random(seed)
        primary = self.primary('--no-telemetry', '-k')
        senders = [self.secondary('-k', '-t', '20000', '--name', name) for name in ('fw', 'gw')]
        sent = 0
        slowest = 0.0
        after_fifth = None
        for i in range(ROUNDS):
            victim = self.spawn('--proc-type=secondary', '-k')
            primary.line(r'^\* secondary-3 attached')
            # A stream of its own, killed somewhere in it.
            victim.type(*['send %d' % n for n in range(50)])
            for sender in senders:
                sender.type(*['send %s %d' % ('n', n) for n in range(sent, sent + 5)])
            sent += 5
            moment = time.monotonic() + chance.random() * 0.02
            while time.monotonic() < moment:
                pass
            victim.kill()
            began = time.monotonic()
            primary.line(r'^\* secondary-3 died')
            slowest = max(slowest, time.monotonic() - began)
            victim.end()
            victim.clean_up()
            if i == 4:
                after_fifth = settled(primary.pid), pages(primary.pid)
        print('slowest notice of a death %.0f ms' % (slowest * 1000))
        self.assertLess(slowest, 1.0)
        for sender in senders:
            for n in range(sent):
                sender.line(r'^reply from primary: n %d \(' % n)
        for name in ('fw', 'gw'):
            # A reply can be read before the primary's own output is.
            mpshtest.wait_for(lambda: '\n%s: n %d\n' % (name, sent - 1) in primary.out(),
                              'the last message of %s' % name)
            got = [int(n) for n in re.findall(r'^%s: n (\d+)$' % name, primary.out(), re.M)]
            self.assertEqual(got, list(range(sent)), 'lost, repeated or out of order')
        (fds, resident), pages_then = after_fifth
        now_fds, now_resident = settled(primary.pid)
        print('descriptors %d -> %d, VmRSS %d -> %d KiB' % (fds, now_fds, resident,
                                                          now_resident))
        self.assertEqual(now_fds, fds)
        self.assertEqual(pages(primary.pid), pages_then)
        self.assertLess(now_resident - resident, RESIDENT_KIB)
        last = self.secondary()
        primary.line(r'^\* secondary-3 attached')
        last.type('send again')
        last.line('^reply from primary: again')

    def test_stopped_secondary(self):
        primary = self.primary('--no-telemetry', '-k', '-t', '300')
        stopped = self.secondary('-k')
        other = self.secondary('-k')
        primary.line('secondary-2 attached')
        stopped.kill(signal.SIGSTOP)
        began = time.monotonic()
        primary.line(r'^\* secondary-1 is stopped')
        self.noticed(began, 1, 'stopped: noticed')
        primary.type('sendto 1 first')
        primary.line('^error: no reply from secondary-1 within 300 ms', 'err')
        primary.type('peers', 'set timeout 1')
        primary.line('secondary-1 +%d stopped' % stopped.pid)
        primary.type(*['sendto 1 m %d' % i for i in range(300)])
        full = primary.line(r'^error: ring to secondary-1 is full \((\d+) waiting\); '
                            'nothing was sent', 'err')
        waiting = int(full.group(1))
        self.assertGreaterEqual(waiting, 127)
        primary.type('set timeout 500')
        # Each takes the whole timeout.
        for i in range(min(100, ROUNDS)):
            primary.type('broadcast b %d' % i)
            primary.line(r'^reply from secondary-2: b %d \(mp' % i)
        primary.line(r'^no reply from secondary-1 within 500 ms')
        primary.type('request r')
        primary.line(r'^error: request failed: .*pid %d \(mpsh, stopped\)' % stopped.pid, 'err')
        primary.type('mp request mpsh r')
        primary.line(r'^error: request failed: .*pid %d \(mpsh, stopped\)' % stopped.pid, 'err')
        visitor = self.secondary()
        primary.line(r'^\* secondary-3 attached')
        visitor.type('send hello')
        visitor.line('^reply from primary: hello')
        visitor.end()
        primary.line(r'^\* secondary-3 detached')
        stopped.kill(signal.SIGCONT)
        primary.line(r'^\* secondary-1 answers again')
        accepted = 0
        stopped.line('^primary: first$')
        primary.type('sendto 1 the last')
        primary.line('^reply from secondary-1: the last')
        stopped.line('^primary: the last$')
        accepted = [int(n) for n in re.findall(r'^primary: m (\d+)$', stopped.out(), re.M)]
        # What is in front of "first" in that ring are the hub's own words.
        self.assertGreaterEqual(len(accepted), 127)
        self.assertEqual(accepted, sorted(accepted))
        late = [int(n) for n in re.findall(r'^\* late reply from secondary-1: m (\d+) \(',
                                           primary.out(), re.M)]
        self.assertEqual(late, accepted)
        other.end()

    def test_garbage(self):
        primary = self.primary('--no-telemetry', '-k', '-j')
        other = self.secondary('-k')
        primary.line('"attached"')
        for seed in range(3):
            result = self.intrude('scribble', '1000000', str(seed))
            self.assertEqual(result.returncode, 0, result.stdout)
            primary.line('"type":"garbage","peer":"secondary-2"')
        invalid = sum(row['invalid'] for row in self.ask(primary, 'stats', 'stats')
                      if row['peer'] == 'secondary-2')
        self.assertGreaterEqual(invalid, 1)
        self.assertNotIn('{"received"', primary.out())
        self.assertNotIn('{"received"', other.out())
        other.type('send unharmed')
        other.line('^reply from primary: unharmed')

    def test_replies_beside_a_stream(self):
        primary = self.primary('--no-telemetry', '-k')
        secondary = self.secondary('-k', '-t', '20000')
        through = self.secondary('-k')
        for _ in range(2):
            primary.line('attached')
        # Both fill the ring that the replies are to take, one through the switch.
        primary.type('bench secondary-1 seconds 2 size 1')
        through.type('bench secondary-1 seconds 2 size 1000')
        for i in range(200):
            secondary.type('send m %d' % i)
            secondary.line('^reply from primary: m %d ' % i)
        for process in (through, primary):
            process.line('^0 lost, 0 repeated or out of order')
            process.type('quit')
            self.assertEqual(process.end().code, 0)

    def shown(self, process, what):
        """The rows of a table, by the name in their first column."""
        process.type('set json on', 'show ' + what, 'set json off')
        rows = json.loads(process.line('^{"show_%s":' % what).string)['show_' + what]
        return {row['name']: row for row in rows}

    def test_lock_of_a_dead_process(self):
        primary = self.primary('--no-telemetry', '-k')
        secondary = self.secondary('-k')
        primary.line('attached')
        before = [self.shown(primary, what) for what in ('rings', 'pools', 'memzones')]
        self.assertEqual(self.intrude('lock', '0', '0').returncode, 0)
        # Looking takes no lock, and all leave as ever.
        for process in (primary, secondary):
            after = [self.shown(process, what) for what in ('rings', 'pools', 'memzones')]
            self.assertEqual([set(rows) for rows in after], [set(rows) for rows in before])
        secondary.type('send unharmed')
        secondary.line('^reply from primary: unharmed')
        for process in (secondary, primary):
            process.type('quit')
            self.assertEqual(process.end().code, 0)

    def test_garbage_in_dpdks_own_memory(self):
        commands = ('show rings', 'show pools', 'show memzones', 'show ring mpsh_to_1', 'peers', 'stats', 'info',
                    'doctor', 'set', 'help', 'send x', 'broadcast x', 'request x', 'ping count 1', 'ping via mp count 1')
        for seed in range(3):
            # The intruder answers no request: these time out soon.
            primary = self.primary('--no-telemetry', '-k', '-t', '200')
            secondary = self.secondary('-k', '-t', '200')
            primary.line('attached')
            intruder = subprocess.Popen(self.intruder('scribble-dpdk', '10000', str(seed)), env=self.env,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            for _ in range(10):
                for process in (primary, secondary):
                    process.type(*commands)
            self.assertEqual(intruder.wait(60), 0)
            # All of them once more, behind all of the garbage.
            for process in (primary, secondary):
                process.type(*commands, 'set timeout 20000', 'send the last')
            primary.line('^reply from secondary-1: the last')
            secondary.line('^reply from primary: the last')
            for process in (secondary, primary):
                process.type('quit')
                self.assertIn(process.end().code, (0, 1), process.err()[-2000:])

    def left_files(self, *processes):
        """The files of these processes' own in the runtime directory."""
        return sorted(name for name in os.listdir(self.runtime_dir())
                      if any('_%d' % process.pid in name for process in processes))

    def test_a_start_while_the_heap_cannot_grow(self):
        self.primary('--no-telemetry', '-k')
        stopped = self.secondary('-k')
        stopped.stop()
        self.assertEqual(self.intrude('fill-heap', '0', '0').returncode, 0)
        late = self.spawn('--proc-type=secondary', '-e', 'info')
        self.check_refused(late.end(), 3, "^error: the primary's heap cannot grow, since pid %d "
                           r'\(mpsh, stopped\) does not answer\nkill -CONT %d\n' % (stopped.pid, stopped.pid))
        stopped.kill(signal.SIGCONT)
        self.assertEqual(self.run_mpsh('--proc-type=secondary', '-e', 'info').code, 0)

    def test_a_start_beside_the_lock_of_a_dead_process(self):
        primary = self.primary('--no-telemetry', '-k')
        self.assertEqual(self.intrude('lock-memory', '0', '0').returncode, 0)
        late = self.spawn('--proc-type=secondary', '-e', 'info')
        self.check_refused(late.end(), 3, '^error: EAL waits in its start for a lock in the memory of the '
                           r"primary, pid %d \(mpsh\): EAL's lock of .* is held" % primary.pid)
        self.assertEqual(self.left_files(late), [])
        primary.type('quit')
        self.assertEqual(primary.end().code, 0)

    def test_lock_of_memory_of_a_dead_process(self):
        """DPDK's end waits for this lock for ever."""
        for role in ('secondary', 'primary'):
            primary = self.primary('--no-telemetry', '-k')
            terminal = self.terminal('--proc-type=secondary')
            terminal.see('mpsh:secondary-1> ')
            secondary = self.secondary('-k')
            self.assertEqual(self.intrude('lock-memory', '0', '0').returncode, 0)
            if role == 'secondary':
                before = time.monotonic()
                secondary.type('send unharmed', 'quit')
                self.assertEqual(secondary.end().code, 0, secondary.story())
                self.noticed(before, 2, 'the end of a secondary')
                primary.line('^. secondary-2 detached')
                before = time.monotonic()
                primary.type('quit')
                self.assertEqual(primary.end().code, 0)
                self.noticed(before, 2, 'the end of the primary')
                terminal.see(r'\* the primary quit')
            else:
                primary.kill()
                primary.end()
                terminal.see(r'\* the primary died')
                secondary.line(r'^\* the primary died')
                self.assertEqual(secondary.end().code, 3, secondary.story())
            # Who has lost its primary holds nothing of it: another can start.
            self.assertEqual(self.left_files(secondary, terminal), [])
            self.assertEqual('mp_socket' in os.listdir(self.runtime_dir()), role == 'primary')
            primary = self.primary('--no-telemetry', '-k')
            terminal.type('reconnect')
            primary.line(r'^\* secondary-1 attached \(pid %d\)' % terminal.pid)
            terminal.see('mpsh:secondary-1> ')
            terminal.type('quit')
            self.assertEqual(terminal.end().code, 0)
            primary.type('quit')
            self.assertEqual(primary.end().code, 0)

    def test_a_stray_store_into_a_header(self):
        primary = self.primary('--no-telemetry', '-k')
        secondary = self.secondary('-k')
        primary.line('attached')
        for number in (1, 0x7fffffffffff, 2**64 - 1, 'mpsh_to_1'):
            self.assertEqual(self.intrude('poke', 'mpsh_to_2', str(number)).returncode, 0)
            for process in (primary, secondary):
                rings = self.shown(process, 'rings')
                self.assertIsNone(rings['mpsh_to_2']['element_bytes'])
                self.assertEqual((rings['mpsh_to_2']['size'], rings['mpsh_to_1']['element_bytes']),
                                 (256, 1088))
                process.type('show ring mpsh_to_2')
                process.line(r'^mpsh_to_2 +256 +0 +255 +- +- +')
        secondary.type('send unharmed')
        secondary.line('^reply from primary: unharmed')

    def test_a_list_in_a_circle(self):
        primary = self.primary('--no-telemetry', '-k')
        secondary = self.secondary('-k')
        primary.line('attached')
        rings = len(self.shown(primary, 'rings'))
        self.assertEqual(self.intrude('circle', '0', '0').returncode, 0)
        for process in (primary, secondary):
            self.assertEqual(len(self.shown(process, 'rings')), rings)
            process.line("DPDK's list of rings is damaged: %d could be read" % rings, 'err')
            process.type('show ring mpsh_to_1')
            process.line('^mpsh_to_1 ')
        secondary.type('send unharmed')
        secondary.line('^reply from primary: unharmed')

    def test_random_messages(self):
        count = 100000
        primary = self.primary('--no-telemetry', '-k', '-j')
        other = self.secondary('-k')
        primary.line('"attached"')
        fds, _ = resources(primary.pid)
        before = self.ask(primary, 'peers', 'peers')
        result = self.intrude('messages', str(count), '7')
        self.assertEqual(result.returncode, 0, result.stdout)
        rows = self.ask(primary, 'stats', 'stats')
        invalid = sum(row['invalid'] for row in rows)
        self.assertEqual(invalid, count)
        self.assertEqual(sum(row[member] for row in rows for member in (
            'sent', 'received', 'replies', 'timeouts', 'late', 'refused', 'bytes')), 0)
        mpshtest.wait_for(lambda: resources(primary.pid)[0] == fds, 'descriptors')
        after = self.ask(primary, 'peers', 'peers')
        self.assertEqual([peer['pid'] for peer in after], [peer['pid'] for peer in before])
        other.type('broadcast works')
        other.line('^reply from primary: works')

    def test_wrong_datagram(self):
        primary = self.primary('--no-telemetry', '-k')
        other = self.secondary('-k')
        primary.line('attached')
        began = time.monotonic()
        subprocess.run([INTRUDER, 'datagram', os.path.join(self.runtime_dir(), 'mp_socket')],
                       check=True)
        primary.line(r'^\* the rte_mp thread of this process has ended: restart it')
        self.noticed(began, 1, 'end of the rte_mp thread: noticed')
        primary.type('info')
        primary.line('^rte_mp thread +has ended')
        other.type('send by ring')
        other.line('^reply from primary: by ring')

    def test_new_primary_old_secondaries(self):
        primary = self.primary('--no-telemetry')
        olds = []
        for i in range(3):
            olds.append(self.terminal())
            olds[-1].see(r'mpsh:secondary-%d> ' % (i + 1))
            primary.line('attached')
        primary.kill()
        began = time.monotonic()
        primary.end()
        for old in olds:
            old.see(r'\* the primary died')
        self.noticed(began, 0.1, 'death of the primary: noticed by all')
        again = self.primary('--no-telemetry', '-k')
        for old in olds:
            old.type('reconnect')
            again.line('attached')
            old.see(r'mpsh:secondary-\d> ')
        again.type('broadcast new')
        again.line('^3 of 3 replied')
        # With one of them stopped: who is in the way is named.
        again.kill()
        again.end()
        olds[0].kill(signal.SIGSTOP)

        def refused():
            result = self.run_mpsh('--proc-type=primary', '-e', 'quit')
            return result if result.code != 0 else None

        # Stopped before it could let go, or after: then there is nothing in the way.
        result = refused()
        if result is not None:
            self.check_refused(result, 3, 'pid %d' % olds[0].pid)
        olds[0].kill(signal.SIGCONT)
        olds[0].see(r'\* the primary died')
        self.primary('--no-telemetry')
        self.check_refused(self.run_mpsh('--proc-type=primary', '-e', 'quit'), 3,
                           'another primary')

    def test_stopped_then_primary_killed(self):
        primary = self.primary('--no-telemetry')
        old = self.secondary('-k')
        primary.line('attached')
        old.kill(signal.SIGSTOP)
        primary.line('is stopped')
        primary.kill()
        primary.end()
        self.check_refused(self.run_mpsh('--proc-type=primary', '-e', 'quit'), 3,
                           r'pid %d \(mpsh, stopped\)' % old.pid)
        old.kill(signal.SIGCONT)
        old.line(r'^\* the primary died')
        old.end()
        self.primary('--no-telemetry')

    def test_rejoins_with_wait(self):
        primary = self.primary('--no-telemetry')
        old = self.terminal('-w', '30')
        primary.line('attached')
        old.see(r'secondary-1> ')
        old.type('set timeout 1234')
        old.see(r'set timeout 1234\r\n[^\n]*secondary-1> ')
        primary.kill(signal.SIGTERM)
        primary.end()
        old.see(r'\* the primary quit')
        again = self.primary('--no-telemetry')
        again.line('attached')
        old.see(r'secondary-1> ')
        old.type('set')
        old.see(r'timeout  1234')

    def test_nobody_reads(self):
        count = 10000
        reader, writer = os.pipe()
        receiver = self.spawn('--proc-type=primary', '--no-telemetry', stdout=writer)
        os.close(writer)
        first = b''
        while b'\n' not in first:
            first += os.read(reader, 1)
        sender = self.secondary('-k', '-t', '1')
        sender.type(*['send n %d' % n for n in range(count)], 'set timeout 10000', 'stats')
        sender.line(r'^error: ring to primary is full', 'err', limit=120)
        stats = sender.line(r'^primary +ring +(\d+) +\d+ +\d+ +\d+ +\d+ +(\d+)', limit=120)
        sent, refused = int(stats.group(1)), int(stats.group(2))
        self.assertEqual(sent + refused, count)
        sender.type('wait 0')
        got = b''
        receiver.close()
        while True:
            data = os.read(reader, 65536)
            if not data:
                break
            got += data
        os.close(reader)
        shown = [int(n) for n in re.findall(rb'^secondary-1: n (\d+)$', got, re.M)]
        print('%d accepted, %d refused' % (sent, refused))
        self.assertEqual(len(shown), sent)
        self.assertEqual(shown, sorted(shown))

    def test_one_cpu(self):
        lcores = ('--lcores', '0@0,1@0')
        primary = self.primary('--no-telemetry', '-k', *lcores)
        others = [self.secondary('-k', *lcores) for _ in range(3)]
        for _ in others:
            primary.line('attached')
        for i in range(20):
            others[i % 3].type('send m %d' % i)
            others[i % 3].line('^reply from primary: m %d' % i)
        others[0].kill()
        primary.line('secondary-1 died')
        primary.type('broadcast b')
        primary.line('^2 of 2 replied')


if __name__ == '__main__':
    mpshtest.main()
