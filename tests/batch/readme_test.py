#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors
"""What the README shows is what the program prints: transcripts and scripts. Further transcripts
are in transcripts.md.

With --write the transcripts are put into both as they are now.
"""

import os
import re
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../lib'))
import mpshtest  # noqa: E402

ROOT = os.environ.get('SOURCE_ROOT') or os.path.join(os.path.dirname(__file__), '../..')
README = os.path.join(ROOT, 'README.md')
MPSH = os.environ.get('MPSH') or os.path.join(ROOT, 'build/mpsh')
FURTHER = os.path.join(ROOT, 'tests/batch/transcripts.md')
TRANSCRIPTS = ('help', 'peers', 'stats', 'info', 'jitter')


def text_of(path):
    with open(path, encoding='utf-8') as file:
        return file.read()


def block(kind, name):
    """The fenced block that follows <!-- kind: name -->."""
    text = text_of(README) + text_of(FURTHER)
    found = re.search(r'<!-- %s: %s -->\n```\n(.*?)```' % (kind, name), text, re.S)
    return found.group(1)


def slug(heading):
    """The anchor that a heading has where the README is shown."""
    return re.sub(r'[^\w -]', '', heading.strip().lower()).replace(' ', '-')


# What differs from run to run, by transcript: durations, processes, what waits in a ring just
# now, the host's CPUs and DPDK. Every other number is compared.
DIFFERS = {
    'help': (),
    'peers': ((r'^( +\d+ \S+ +)\d+ (.* T) +\d+ +\d+$', r'\1PID \2 TO FROM'),),
    'stats': (),
    'info': ((r'^(pid|primary) +\d+$', r'\1 PID'), (r'^(prefix +mpsh-readme-)\d+$', r'\1PID'),
             (r'^(DPDK) .*', r'\1 VERSION'), (r'^(lcores) +0@[\d,-]+ 1@[\d,-]+$', r'\1 0@CPUS 1@CPUS')),
    'jitter': ((r'(^ +\d+ +T +T +[\d.]+% +\d+\n)+', 'A ROW FOR EACH CPU\n'),),
}


def normal(name, text):
    """A transcript without what differs from run to run, and the blanks that follow from it."""
    text = re.sub(r'\d+(\.\d+)? (ns|us|ms|s)\b', 'T', text)
    for pattern, instead in DIFFERS[name]:
        text = re.sub(pattern, instead, text, flags=re.M)
    return re.sub(r' +', ' ', text).strip()


class Session:
    """A primary, a secondary called fw, and one more that sends hello."""

    def __init__(self):
        self.prefix = 'mpsh-readme-%d' % os.getpid()
        self.state = tempfile.TemporaryDirectory()
        self.running = []

    def start(self, *options):
        process = subprocess.Popen([MPSH, '--file-prefix', self.prefix, *options],
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT, encoding='utf-8',
                                   env={**os.environ, 'XDG_STATE_HOME': self.state.name})
        self.running.append(process)
        return process

    def end(self):
        for process in reversed(self.running):
            process.stdin.close()
            process.wait(30)
            process.stdout.close()
        self.state.cleanup()
        subprocess.run(['rm', '-rf', '/var/run/dpdk/' + self.prefix], check=True)


def say(process, line):
    process.stdin.write(line + '\n')
    process.stdin.flush()


def until(process, pattern):
    """Lines up to the one that matches."""
    lines = []
    for line in process.stdout:
        lines.append(line)
        if re.search(pattern, line):
            return lines
    raise AssertionError('no %r in %r' % (pattern, lines))


def transcripts():
    """What each of the commands prints in the primary, by name."""
    session = Session()
    try:
        primary = session.start('--proc-type=primary', '--no-telemetry')
        until(primary, 'ready')
        fw = session.start('--name', 'fw')
        until(primary, 'fw attached')
        other = session.start()
        until(primary, 'secondary-2 attached')
        say(other, 'send hello')
        until(other, 'reply from primary')
        until(primary, 'hello')
        say(primary, 'sendto fw hello')
        until(primary, 'reply from fw')
        printed = {}
        for name in TRANSCRIPTS:
            say(primary, name)
            say(primary, 'sendto fw end')
            printed[name] = ''.join(until(primary, 'reply from fw: end')[:-1])
        assert fw.poll() is None
        return printed
    finally:
        session.end()


class Readme(unittest.TestCase):
    def test_transcripts(self):
        printed = transcripts()
        for name in TRANSCRIPTS:
            with self.subTest(name):
                shown = block('transcript', name)
                self.assertEqual(normal(name, shown), normal(name, '$ %s\n' % name + printed[name]))
                self.assertLessEqual(max(map(len, shown.splitlines())), 80)

    def test_links(self):
        """Each leads to a heading, or to a file."""
        text = text_of(README)
        prose = re.sub(r'```.*?```', '', text, flags=re.S)
        headings = {slug(line.lstrip('#')) for line in prose.splitlines() if line.startswith('#')}
        links = re.findall(r'\]\(([^)]*)\)', prose)
        self.assertGreater(len(links), 10)
        for link in links:
            with self.subTest(link):
                if link.startswith('#'):
                    self.assertIn(link[1:], headings)
                else:
                    self.assertTrue(os.path.exists(os.path.join(ROOT, link)))

    def run_script(self, name, session):
        """The script of the README with this mpsh and a prefix of our own."""
        script = block('script', name).replace(
            'mpsh ', '%s --file-prefix %s ' % (MPSH, session.prefix), 1)
        return subprocess.Popen(['bash', '-c', script], stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, encoding='utf-8')

    def test_job(self):
        session = Session()
        try:
            script = self.run_script('job', session)
            primary = session.start('--proc-type=primary', '--no-telemetry')
            until(primary, 'secondary-1: job 1')
            say(primary, 'send all done')
            until(primary, 'reply from secondary-1')
            output, _ = script.communicate(timeout=30)
            self.assertEqual(script.returncode, 0, output)
            self.assertIn('reply from primary: job 1', output)
        finally:
            session.end()

    def test_workers(self):
        session = Session()
        try:
            script = self.run_script('workers', session)
            first = script.stdout.readline()
            self.assertIn('ready as primary', first)
            workers = [session.start(), session.start()]
            for worker in workers:
                until(worker, r'\[broadcast\] primary: go')
                worker.stdin.close()
                worker.wait(30)
            output, _ = script.communicate(timeout=30)
            self.assertEqual(script.returncode, 0, output)
            self.assertIn('2 of 2 replied', output)
        finally:
            for worker in session.running:
                if worker.stdin.closed:
                    worker.stdin = open(os.devnull)
            session.end()

    def test_median(self):
        session = Session()
        try:
            primary = session.start('--proc-type=primary', '--no-telemetry')
            until(primary, 'ready')
            script = self.run_script('median', session)
            output, _ = script.communicate(timeout=30)
            self.assertRegex(output, r'^\d+\n$')
        finally:
            session.end()


    def test_exec(self):
        session = Session()
        try:
            primary = session.start('--proc-type=primary', '--no-telemetry', '-k', '-t', '500')
            script = self.run_script('exec', session)
            until(primary, 'attached')
            # It listens a moment after it has attached.
            printed = []
            while not any('replied' in line for line in printed):
                say(primary, 'mp request my_action hello')
                say(primary, 'set timeout 500')
                say(primary, 'sendto secondary-1 mark')
                printed = until(primary, 'reply from secondary-1: mark')
            self.assertIn('reply 1 of 1: HELLO for %d\n' % primary.pid, printed)
        finally:
            session.end()
        script.communicate(timeout=30)


def write():
    """Put the transcripts of this run where they are shown."""
    printed = transcripts()
    for path in README, FURTHER:
        text = text_of(path)
        for name, lines in printed.items():
            text = re.sub(r'(<!-- transcript: %s -->\n```\n).*?```' % name,
                          lambda found: '%s$ %s\n%s```' % (found.group(1), name, lines),
                          text, flags=re.S)
        with open(path, 'w', encoding='utf-8') as file:
            file.write(text)


if __name__ == '__main__':
    if sys.argv[1:] == ['--write']:
        write()
    else:
        mpshtest.main()
