# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors

"""The programs that are measured, and how they are spoken to."""

import json
import os
import select
import subprocess
import time

__all__ = ['LIMIT', 'Failed', 'Process']

LIMIT = 60  # s: how long any one step may take


class Failed(Exception):
    """A measurement does not work."""


class Process:
    """A program that runs, on one CPU where one is given, and speaks line by line."""

    running = []

    def __init__(self, words, cpu=None, stdin=subprocess.PIPE, stdout=subprocess.PIPE):
        self.words = [str(word) for word in words]
        self.buffer = b''
        self.said = b''
        pin = None if cpu is None else lambda: os.sched_setaffinity(0, {cpu})
        self.popen = subprocess.Popen(self.words, stdin=stdin, stdout=stdout,
                                      stderr=subprocess.STDOUT, preexec_fn=pin)
        self.running.append(self)

    def fail(self, why):
        said = self.said[-2000:].decode('utf-8', 'replace')
        raise Failed('%s: %s%s' % (' '.join(self.words), why, said and ':\n' + said))

    def line(self):
        deadline = time.monotonic() + LIMIT
        while b'\n' not in self.buffer:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.popen.stdout], [], [], left)[0]:
                self.fail('no answer within %d s' % LIMIT)
            got = os.read(self.popen.stdout.fileno(), 1 << 20)
            if not got:
                self.fail('ended with %s' % self.popen.wait(LIMIT))
            self.buffer += got
            self.said = (self.said + got)[-4000:]
        line, self.buffer = self.buffer.split(b'\n', 1)
        return line.decode('utf-8', 'replace')

    def ready(self):
        """Until it says so."""
        while 'ready' not in self.line():
            pass
        return self

    def document(self, member):
        """The value of the next document with this member; other notices are passed over."""
        while True:
            line = self.line()
            if not line.startswith('{'):
                continue
            document = json.loads(line)
            if 'error' in document:
                self.fail(document['error'])
            if member in document:
                return document[member]

    def result(self):
        """The one result of a program to measure against, which then ends."""
        line = ''
        while not line.startswith('{'):
            line = self.line()
        self.end()
        return json.loads(line)

    def write(self, *lines):
        try:
            self.popen.stdin.write(''.join(line + '\n' for line in lines).encode())
            self.popen.stdin.flush()
        except BrokenPipeError:
            self.fail('ended')

    def ask(self, command):
        """The result of one command of mpsh's."""
        self.write(command)
        return self.document(command.split()[0])

    def end(self):
        if self.popen.stdin is not None:
            self.popen.stdin.close()
        try:
            code = self.popen.wait(LIMIT)
        except subprocess.TimeoutExpired:
            self.fail('does not end')
        self.running.remove(self)
        if self.popen.stdout is not None:
            self.popen.stdout.close()
        if code != 0:
            self.fail('ended with %d' % code)

    def cpu_ns(self):
        """CPU time of all its threads so far."""
        total = 0
        task = '/proc/%d/task' % self.popen.pid
        for thread in os.listdir(task):
            with open('%s/%s/schedstat' % (task, thread), encoding='ascii') as stat:
                total += int(stat.read().split()[0])
        return total
