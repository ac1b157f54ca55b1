#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors
"""More of what faults may cost: kills inside streams that run, a terminal after Ctrl-S, the primary's end,
fatal signals, starts that fail, and one CPU for all.

What was measured is printed. A deadline fails only at ten times its length, since machines are shared.
MPSH_FAULT_ROUNDS: how many secondaries are killed (300); MPSH_FAULT_SEED: the seed of their moments.
"""

import json
import os
import random
import re
import signal
import socket
import sys
import termios
import threading
import time
import unittest

import faults_test
from faults_test import pages, settled
import mpshtest

KILLS = int(os.environ.get('MPSH_FAULT_ROUNDS', '300'))
AT_ONCE = 3


def heap_bytes(runtime_dir):
    """Bytes that the primary's heaps have given out, as EAL's own telemetry tells."""
    total = 0
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as client:
        client.settimeout(mpshtest.LIMIT)
        client.connect(os.path.join(runtime_dir, 'dpdk_telemetry.v2'))
        client.recv(16384)
        client.send(b'/eal/heap_list')
        for heap in json.loads(client.recv(16384))['/eal/heap_list']:
            client.send(b'/eal/heap_info,%d' % heap)
            total += json.loads(client.recv(16384))['/eal/heap_info']['Alloc_size']
    return total


def wakes(pid):
    """How often the threads of a process have gone to sleep."""
    total = 0
    for task in os.listdir('/proc/%d/task' % pid):
        with open('/proc/%d/task/%s/status' % (pid, task), encoding='ascii') as file:
            total += int(re.search(r'voluntary_ctxt_switches:\s+(\d+)', file.read()).group(1))
    return total


def collect_long(process):
    """Let a long output be collected in place: to copy it at each read would be late itself."""
    with process.changed:
        process.data['out'] = bytearray(process.data['out'])


class Feeder(threading.Thread):
    """Types numbered messages all along, never more than a few ahead of what became of them."""

    def __init__(self, process, before=None):
        super().__init__(daemon=True)
        self.process = process
        self.over = threading.Event()
        self.sent = before.sent if before else 0
        self.accepted = before.accepted if before else []  # the numbers that were replied to
        self.at = before.at if before else 0  # of the output, up to here it was looked through

    def run(self):
        while not self.over.is_set():
            self.process.type(*['send n %d' % n
                                for n in range(self.sent, self.sent + 10)])
            self.sent += 10
            self.wait_for_replies(self.sent - 10)

    def look(self):
        """How many messages were replied to, or refused: the primary may be behind with printing."""
        end = self.process.data['out'].rfind(b'\n') + 1
        new = bytes(self.process.data['out'][self.at:end])
        self.at = max(self.at, end)
        self.accepted += [int(n) for n in re.findall(rb'(?m)^reply from primary: n (\d+) \(', new)]
        return len(self.accepted) + self.process.data['err'].count(b'; nothing was sent\n')

    def wait_for_replies(self, upto):
        deadline = time.monotonic() + mpshtest.LIMIT
        with self.process.changed:
            while self.look() < upto:
                left = deadline - time.monotonic()
                if left <= 0 or self.process.at_end['out']:
                    raise AssertionError('of %d messages of %d %d came to an end\n%s' % (
                        upto, self.process.pid, self.look(), self.process.err()[-2000:]))
                self.process.changed.wait(left)


class Rows(mpshtest.StartTest):
    def ask(self, process, command, name):
        process.type(command)
        return json.loads(process.line('^{"%s":' % name).string)[name]

    def noticed(self, began, limit, what):
        took = time.monotonic() - began
        print('%s after %.0f ms (wanted: %.0f)' % (what, took * 1000, limit * 1000))
        self.assertLess(took, limit * 10)
        return took

    def held(self, primary):
        """What the primary holds once it is quiet."""
        fds, resident = settled(primary.pid)
        waiting = [(peer['name'], peer['queued_to'], peer['queued_from'])
                   for peer in self.ask(primary, 'peers', 'peers')]
        return {'descriptors': fds, 'VmRSS': resident, 'hugepages': pages(primary.pid),
                'heap': heap_bytes(self.runtime_dir()), 'waiting': waiting}

    def test_killed_inside_streams(self):
        seed = int(os.environ.get('MPSH_FAULT_SEED', time.time_ns() % 2**32))
        print('seed %d, %d kills, %d at once' % (seed, KILLS, AT_ONCE))
        chance = random.Random(seed)
        # With telemetry: the heap is seen by it, and nobody has to attach for that.
        primary = self.primary('-k', '-j')
        senders = [self.secondary('-k', '-t', '20000', '--name', name) for name in ('fw', 'gw')]
        for process in (primary, *senders):
            collect_long(process)
        for _ in senders:
            primary.line('"type":"attached"')
        feeders = [Feeder(sender) for sender in senders]
        # To the primary, or through it to the first victim; not to the two senders, whose replies
        # a full ring would refuse.
        streams = ('bench {} seconds 60', 'bench {} seconds 60 size 1000',
                   'bench {} seconds 60 size 300 burst 7')
        notices, in_stream, killed, after_fifth = [], 0, 0, None
        for feeder in feeders:
            feeder.start()
        while killed < KILLS:
            victims = []
            for _ in range(min(AT_ONCE, KILLS - killed, 5 - killed if killed < 5 else AT_ONCE)):
                victims.append(self.spawn('--proc-type=secondary', '-k'))
            numbers = set()
            for victim in victims:
                ready = victim.line(r'^\* ready as secondary-(\d+) ')
                victim.number = ready.group(1)
                victim.cpu_when_ready = mpshtest.cpu_ns(victim.pid)
                numbers.add(int(victim.number))
            # The lowest free ones, each round: given out again.
            self.assertEqual(numbers, set(range(3, 3 + len(victims))))
            for victim in victims[1:]:
                victim.type(chance.choice(streams).format(
                    chance.choice(('primary', victims[0].number))))
            victims[0].type(chance.choice(streams).format('primary'))
            chance.shuffle(victims)
            for victim in victims:
                time.sleep(chance.random() * 0.05)
                # Idle it uses next to nothing: this much it has used since it was ready by streaming.
                in_stream += mpshtest.cpu_ns(victim.pid) - victim.cpu_when_ready > 500000
                began = time.monotonic()
                victim.kill()
                primary.line(r'"type":"died".*"pid":%d' % victim.pid)
                notices.append(time.monotonic() - began)
            for victim in victims:
                victim.end()
                victim.clean_up()
            killed += len(victims)
            if killed == 5:
                self.stop(feeders)
                after_fifth = self.held(primary)
                feeders = self.go_on(feeders)
        self.stop(feeders)
        at_the_end = self.held(primary)
        notices.sort()
        print('notice of a death: median %.0f ms, 99 of 100 %.0f ms, slowest %.0f ms (wanted: 100)' % (
            notices[len(notices) // 2] * 1000, notices[len(notices) * 99 // 100] * 1000,
            notices[-1] * 1000))
        print('%d of %d were seen streaming when killed; after the fifth %s, at the end %s' % (
            in_stream, killed, after_fifth, at_the_end))
        self.assertGreater(in_stream, killed / 2)
        self.assertLess(notices[-1], 1.0)
        for feeder, name in zip(feeders, ('fw', 'gw')):
            mpshtest.wait_for(
                lambda: '"peer":"%s","text":"n %d"' % (name, feeder.accepted[-1]) in primary.out(),
                'the last message of %s' % name)
            got = [int(n) for n in re.findall(
                r'"peer":"%s","text":"n (\d+)"' % name, primary.out())]
            self.assertEqual(got, feeder.accepted, 'lost, repeated or out of order')
            self.assertEqual(got, sorted(got))
            print('%s: %d messages, %d refused, none lost, repeated or out of order' % (
                name, feeder.sent, feeder.sent - len(got)))
            self.assertGreater(len(got), feeder.sent / 2)
        growth = at_the_end.pop('VmRSS') - after_fifth.pop('VmRSS')
        self.assertEqual(at_the_end, after_fifth)
        self.assertLess(growth, faults_test.RESIDENT_KIB)
        last = self.secondary()
        last.type('send again')
        last.line('^reply from primary: again')

    def stop(self, feeders):
        for feeder in feeders:
            feeder.over.set()
            feeder.join(mpshtest.LIMIT)
            self.assertFalse(feeder.is_alive(), 'a sender got no reply')
            feeder.wait_for_replies(feeder.sent)

    def go_on(self, feeders):
        again = []
        for feeder in feeders:
            again.append(Feeder(feeder.process, feeder))
            again[-1].start()
        return again

    def test_ctrl_s(self):
        count = 10000
        receiver = self.terminal('--proc-type=primary', '--no-telemetry')
        receiver.see('mpsh:primary> ')
        self.assertTrue(termios.tcgetattr(receiver.master)[0] & termios.IXON)
        os.write(receiver.master, b'\x13')
        sender = self.secondary('-k', '-t', '1')
        sender.type(*['send n %d' % n for n in range(count)], 'set timeout 10000', 'set json on',
                    'stats')
        sender.line(r'^error: ring to primary is full \(\d+ waiting\); nothing was sent$', 'err',
                    limit=120)
        rows = json.loads(sender.line('^{"stats":', limit=120).string)['stats']
        ring = [row for row in rows if row['transport'] == 'ring'][0]
        self.assertEqual(ring['sent'] + ring['refused'], count)
        before = receiver.out()
        self.assertNotIn('secondary-1: n', before)
        os.write(receiver.master, b'\x11')

        def shown():
            return [int(n) for n in re.findall(r'secondary-1: n (\d+)\r?\n', receiver.out())]
        mpshtest.wait_for(lambda: len(shown()) >= ring['sent'], 'what was accepted', 120)
        receiver.type('set')
        receiver.see('timeout ')
        print('Ctrl-S: %d accepted, %d refused' % (ring['sent'], ring['refused']))
        self.assertEqual(len(shown()), ring['sent'])
        self.assertEqual(shown(), sorted(set(shown())))
        sender.type('send after all')
        sender.line('"text":"after all"')

    def test_end_of_the_primary(self):
        for how, word, limit in (('kill', 'died', 0.1), ('quit', 'quit', 0.1),
                                 ('stop', 'stopped', 1)):
            with self.subTest(how=how):
                primary = self.primary('--no-telemetry')
                others = [self.secondary('-k', '-t', '200') for _ in range(3)]
                for _ in others:
                    primary.line('attached')
                began = time.monotonic()
                if how == 'quit':
                    primary.type('quit')
                else:
                    primary.kill(signal.SIGKILL if how == 'kill' else signal.SIGSTOP)
                for other in others:
                    other.line(r'^\* the primary (is )?%s' % word)
                self.noticed(began, limit, 'primary, %s: noticed by all three' % how)
                if how == 'stop':
                    others[0].type('send x')
                    others[0].line('^error: no reply from primary within 200 ms', 'err')
                    primary.kill(signal.SIGCONT)
                    for other in others:
                        other.line(r'^\* the primary answers again')
                    others[0].type('send y')
                    others[0].line('^reply from primary: y')
                else:
                    primary.end()
                    # It may be over before it reads what it is told.
                    for other in others:
                        self.assertEqual(other.end().code, 3)

    def test_fatal_signals(self):
        primary = self.primary('--no-telemetry')
        for number in (signal.SIGABRT, signal.SIGSEGV, signal.SIGBUS):
            with self.subTest(signal=number.name):
                victim = self.secondary(before=['prlimit', '--core=0:0', '--'])
                primary.line(r'^\* secondary-1 attached')
                victim.kill(number)
                primary.line(r'^\* secondary-1 died \(pid %d\)' % victim.pid)
                result = victim.end()
                self.assertEqual(result.code, -number)
                self.assertGreaterEqual(len(re.findall(r'0x[0-9a-f]+|\[[0-9a-f]+\]', result.err)), 3,
                                        'no backtrace: %r' % result.err)

    @unittest.skipIf(os.environ.get('SANITIZED', 'none') != 'none', "a sanitizer has a malloc() of its own")
    def test_corrupt_heap(self):
        # malloc() aborts with its lock held, so nobody may call it any more.
        victim = self.primary('--no-telemetry', before=['prlimit', '--core=0:0', '--'],
                              env=dict(self.env, LD_PRELOAD=os.environ['CORRUPT_HEAP']))
        other = self.secondary()
        victim.kill(signal.SIGUSR2)
        other.line(r'^\* the primary died')
        result = victim.end(20)
        self.assertEqual(result.code, -signal.SIGABRT)
        self.assertIn('[', result.err)

    def left_behind(self):
        found = [os.path.join(where, name) for where, _, names in os.walk(self.runtime_dir())
                 for name in names]
        found += [name for name in os.listdir('/dev/hugepages')
                  if name.startswith(self.prefix + 'map_')]
        return sorted(found)

    def test_failed_starts_leave_nothing(self):
        ro = 'mount -t tmpfs -o ro none %s; exec "$@"' % self.env['RUNTIME_DIRECTORY']
        starts = {'runtime directory not writable': ['unshare', '--mount', '--', 'bash', '-c', ro,
                                                     'bash']}
        for limit in (10, 16, 18, 20):
            starts['%d descriptors' % limit] = ['prlimit', '--nofile=%d:%d' % (limit, limit), '--']
        for what, before in starts.items():
            with self.subTest(what=what):
                began = time.monotonic()
                self.check_refused(self.run_primary(before=before), 3)
                self.noticed(began, 10, what)
                self.assertEqual(self.left_behind(), [])
        # And beside a primary: its files are as they were.
        primary = self.primary('--no-telemetry')
        there = self.left_behind()
        for what, before in starts.items():
            if 'descriptors' in what:
                with self.subTest(what=what, beside='a primary'):
                    self.check_refused(self.run_mpsh(before=before), 3)
                    self.assertEqual(self.left_behind(), there)
        self.assertNotIn('attached', primary.end().out)

    def test_idle_on_one_cpu(self):
        cpu = min(os.sched_getaffinity(0))
        lcores = ('--lcores', '0@%d,1@%d' % (cpu, cpu))
        primary = self.primary('--no-telemetry', *lcores)
        there = [primary] + [self.secondary(*lcores) for _ in range(3)]
        for _ in there[1:]:
            primary.line('attached')
        there[1].type('send hello')
        there[1].line('^reply from primary: hello')
        # How dear a wake is depends on the host, which may have taken the memory of who slept; how
        # many there are does not.
        before = [(mpshtest.cpu_ns(process.pid), wakes(process.pid)) for process in there]
        began = time.monotonic()
        time.sleep(10)
        seconds = time.monotonic() - began
        shares = [(mpshtest.cpu_ns(process.pid) - ns) / seconds / 1e7
                  for process, (ns, _) in zip(there, before)]
        rates = [(wakes(process.pid) - n) / seconds for process, (_, n) in zip(there, before)]
        print('idle over %.1f s, percent of the CPU: primary %.3f, secondaries %s; wakes a second: %s' % (
            seconds, shares[0], ' '.join('%.3f' % share for share in shares[1:]),
            ' '.join('%.1f' % rate for rate in rates)))
        self.assertLess(max(rates), 15)
        self.assertLess(max(shares), 5)


class OnOneCpu:
    """The same again with everything on one CPU, and fewer kills."""

    def setUp(self):
        super().setUp()
        everywhere = os.sched_getaffinity(0)
        self.addCleanup(os.sched_setaffinity, 0, everywhere)
        os.sched_setaffinity(0, {min(everywhere)})
        for module, name, most in ((faults_test, 'ROUNDS', 20), (sys.modules[__name__], 'KILLS', 60)):
            before = getattr(module, name)
            self.addCleanup(setattr, module, name, before)
            setattr(module, name, min(before, most))


class FaultsOnOneCpu(OnOneCpu, faults_test.Faults):
    test_one_cpu = None
    # They last as long as EAL's start is waited for, on however many CPUs.
    test_a_start_beside_the_lock_of_a_dead_process = None


class RowsOnOneCpu(OnOneCpu, Rows):
    # It is on one already.
    test_idle_on_one_cpu = None
    # Nothing runs beside these.
    test_failed_starts_leave_nothing = None


if __name__ == '__main__':
    mpshtest.main()
