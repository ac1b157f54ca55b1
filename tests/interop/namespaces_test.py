#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors

"""Processes of other PID namespaces, as containers have them, that share the runtime directory
and the hugepages."""

import glob
import json
import os
import re
import signal
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../lib'))
import mpshtest  # noqa: E402

HANDLER = os.environ.get('HANDLER', '')
# The first process of a namespace has the pid 1 there; the shell makes it another.
AS_PID_1 = ('unshare', '--pid', '--fork', '--kill-child', '--mount-proc')
WITHOUT_PROC = ('unshare', '--pid', '--fork', '--kill-child')


def as_pid(pid):
    """Words before a command that give it this pid in a new namespace."""
    return AS_PID_1 + ('sh', '-c', 'echo %d > /proc/sys/kernel/ns_last_pid; "$@"; exit' % (pid - 1), '-')


class Namespaces(mpshtest.StartTest):
    def inside_pid(self, process):
        """The pid by which this namespace knows the mpsh that runs in another."""
        children = [process.pid]
        while children:
            pid = children[0]
            with open('/proc/%d/task/%d/children' % (pid, pid), encoding='ascii') as file:
                children = [int(child) for child in file.read().split()]
        return pid

    def result(self, process, command):
        process.type('set json on', command, 'set json off')
        name = command.split()[0]
        return json.loads(process.line('^{"%s":' % name).string)[name]

    def talk(self, one, one_name, other, other_name):
        """Every kind of message, both ways."""
        for asker, name, target, target_name in (
                (one, one_name, other, other_name), (other, other_name, one, one_name)):
            asker.type('sendto %s hello' % target_name)
            target.line('^%s: hello$' % name)
            asker.line(r'^reply from %s: hello \(ring, ' % target_name)
            asker.type('request question')
            target.line(r'^\[request\] %s: question$' % name)
            asker.line('^reply 1 of 1: question$')
            asker.type('broadcast all')
            target.line(r'^\[broadcast\] %s: all$' % name)
            asker.line('^reply from %s: all ' % target_name)
            asker.line('^1 of 1 replied$')
            asker.type('ping %s via mp count 2 interval 10' % target_name)
            asker.line('^2 sent, 0 lost')

    def test_a_secondary_inside(self):
        primary = self.primary('-k', '-t', '5000')
        inside = self.secondary('-k', '-t', '5000', before=AS_PID_1)
        self.assertRegex(inside.out(), r'ready as secondary-1 \(pid 1\)')
        pid = self.inside_pid(inside)
        primary.line(r'^\* secondary-1 attached \(pid %d\)$' % pid)
        self.talk(primary, 'primary', inside, 'secondary-1')
        self.assertEqual([(peer['id'], peer['pid'], peer['state']) for peer in self.result(primary, 'peers')],
                         [(1, pid, 'up')])
        self.assertEqual([(peer['id'], peer['pid'], peer['state']) for peer in self.result(inside, 'peers')],
                         [(0, None, 'up')])
        inside.type('peers', 'info')
        inside.line('^     0 primary   - up ')
        inside.line('^primary        -$')
        inside.line('^rte_mp thread  runs$')
        self.assertEqual(self.result(inside, 'info')['primary_pid'], None)
        # Nothing came that was taken for a stranger's.
        self.assertEqual([(row['received'], row['invalid'], row['late']) for row in self.result(primary, 'stats')
                          if row['peer'] == 'others' and row['transport'] == 'mp'], [(0, 0, 0)])
        os.kill(pid, signal.SIGSTOP)
        primary.line(r'^\* secondary-1 is stopped')
        os.kill(pid, signal.SIGCONT)
        primary.line(r'^\* secondary-1 answers')
        os.kill(pid, signal.SIGKILL)
        primary.line(r'^\* secondary-1 died \(pid %d\)$' % pid)

    def test_a_primary_inside(self):
        primary = self.primary('-k', '-t', '5000', before=AS_PID_1)
        self.assertRegex(primary.out(), r'ready as primary \(pid 1\)')
        pid = self.inside_pid(primary)
        secondary = self.secondary('-k', '-t', '5000')
        primary.line(r'^\* secondary-1 attached \(pid -\)$')
        self.talk(primary, 'primary', secondary, 'secondary-1')
        self.assertEqual([(peer['id'], peer['pid'], peer['state']) for peer in self.result(primary, 'peers')],
                         [(1, None, 'up')])
        self.assertEqual(self.result(secondary, 'peers')[0]['pid'], pid)
        secondary.kill()
        primary.line(r'^\* secondary-1 died \(pid -\)$')
        third = self.secondary('-k')
        os.kill(pid, signal.SIGKILL)
        third.line(r'^\* the primary died')

    def test_two_inside(self):
        primary = self.primary('-k', '-t', '5000')
        one = self.secondary('-k', '-t', '5000', before=as_pid(70))
        other = self.secondary('-k', '-t', '5000', before=as_pid(71))
        self.assertRegex(one.out(), r'ready as secondary-1 \(pid 70\)')
        self.assertRegex(other.out(), r'ready as secondary-2 \(pid 71\)')
        one.line(r'^\* secondary-2 attached \(pid -\)$')
        one.type('broadcast all')
        self.assertEqual({one.line(r'^reply from (\S+): all ')[1] for _ in range(2)}, {'primary', 'secondary-2'})
        one.line('^2 of 2 replied$')
        one.type('sendto secondary-2 over')
        one.line('^reply from secondary-2: over ')
        # The pids that the primary has published are those of its own namespace.
        self.assertEqual([peer['pid'] for peer in self.result(one, 'peers')], [None, None])
        self.assertEqual(sorted(peer['pid'] for peer in self.result(primary, 'peers')),
                         sorted(self.inside_pid(process) for process in (one, other)))
        # Gone is who has left, whatever its pid.
        one.type('wait gone secondary-2', 'peers')
        os.kill(self.inside_pid(other), signal.SIGKILL)
        one.line(r'^\* secondary-2 died \(pid -\)$')
        one.line('^     0 primary')

    def test_two_with_one_pid(self):
        self.primary('-k')
        self.secondary('-k', before=AS_PID_1)
        result = self.run_mpsh('--proc-type=secondary', '-e', 'send hello', before=AS_PID_1)
        if not glob.glob(self.runtime_dir() + '/fbarray_memseg-*_1'):
            # From DPDK 24.11 on the names have a time.
            self.assertEqual(result.code, 0, result)
            return
        self.check_refused(result, 3, 'a process of another PID namespace also has the pid 1, by which DPDK',
                           r'nsenter --target PID --pid --mount mpsh --file-prefix %s \(PID: ' % self.prefix)
        result = self.run_mpsh('--doctor', '--json', before=AS_PID_1)
        self.assertEqual(result.code, 3)
        found = [check for check in self.result_of(self.documents(result.out), 'doctor')
                 if check['check'] == 'namespaces']
        self.assertFalse(found[0]['ok'])
        self.assertIn('also has the pid 1', found[0]['found'])
        self.assertIn('nsenter --target PID', found[0]['advice'])

    def test_two_with_one_pid_in_one_moment(self):
        self.primary('-k')
        for _ in range(3):
            pair = [self.spawn('--proc-type=secondary', '-e', 'wait 0.5', before=AS_PID_1) for _ in range(2)]
            for process in pair:
                result = process.end()
                if result.code != 0:
                    self.check_refused(result, 3, 'a process of another PID namespace also has the pid 1, by which DPDK')

    def test_a_stranger_inside(self):
        """A socket's name has a pid that is another process here."""
        primary = self.primary('-k')
        stranger = self.spawn('--proc-type=secondary', '--no-pci', mpsh=HANDLER, before=AS_PID_1)
        stranger.line('^ready$')
        self.assertEqual([(peer['name'], peer['pid'], peer['state']) for peer in self.result(primary, 'peers')],
                         [('?', None, 'foreign')])
        result = self.run_mpsh('--doctor', '--json')
        found = [check['found'] for check in self.result_of(self.documents(result.out), 'doctor')
                 if check['check'] == 'rte_mp socket' and 'mp_socket_1_' in check['found']]
        self.assertEqual([re.sub('_1_[0-9a-f]+', '_1_T', text) for text in found],
                         ['mp_socket_1_T is alive: a process that cannot be seen from here'])

    def test_a_guest_of_a_primary_that_it_cannot_see(self):
        # The address sanitizer's own memory lies where DPDK puts its by default.
        elsewhere = ['--base-virtaddr=0x200000000000'] if mpshtest.SANITIZED else []
        primary = self.spawn('--proc-type=primary', '--no-pci', *elsewhere, mpsh=HANDLER)
        primary.line('^ready$')
        guest = self.spawn('--proc-type=secondary', '-k', before=AS_PID_1)
        guest.line(r'^\* ready as guest \(pid 1\)$')
        self.assertEqual(self.result(guest, 'info')['primary_pid'], None)
        primary.kill()
        guest.line(r'^\* the primary died')

    def test_without_a_proc_of_its_own(self):
        primary = self.primary('-k')
        inside = self.secondary('-k', before=WITHOUT_PROC)
        inside.type('send hello', 'info')
        inside.line('^reply from primary: hello ')
        inside.line('^memory         [1-9]')
        inside.line('^rte_mp thread  runs$')
        primary.line('^secondary-1: hello$')
        inside.type('wait 1', 'send again')
        inside.line('^reply from primary: again ')
        self.assertNotIn('has ended', inside.out())
        self.secondary('-k')
        inside.line(r'^\* secondary-2 attached \(pid -\)$')

    def test_another_hugetlbfs(self):
        self.primary('-k')
        words = AS_PID_1 + ('sh', '-c', 'mount -t hugetlbfs nodev /dev/hugepages; exec "$@"', '-')
        result = self.run_mpsh('--proc-type=secondary', '-e', 'info', before=words)
        self.check_refused(result, 3, '^error: the primary, a process of another PID namespace, is in another mount '
                           'namespace, with another hugetlbfs', 'nsenter --target PID --pid --mount mpsh ')

    def test_another_runtime_directory(self):
        self.primary('-k')
        env = dict(self.env, RUNTIME_DIRECTORY=os.path.join(self.home, 'other'))
        os.mkdir(env['RUNTIME_DIRECTORY'])
        result = self.run_primary('-e', 'info', before=AS_PID_1, env=env)
        self.check_refused(result, 3, 'held by a process that cannot be seen from here',
                           'or nsenter --target PID --pid --mount mpsh --file-prefix %s' % self.prefix)


if __name__ == '__main__':
    mpshtest.main()
