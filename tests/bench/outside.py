# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors

"""What looking from outside costs: the one who looks, and those who are looked at."""

import os
import pty
import select
import statistics
import subprocess
import time

from programs import LIMIT, Failed, Process

__all__ = ['measure']


def measure(bench):
    for part in (shows, groups, where, dump, beside_top):
        part(bench)
        bench.remove_files()


# ---- programs ----

def application(bench, name, *words, role='primary', options=()):
    """One of those that tests/outside look at."""
    return Process([os.path.join(os.path.dirname(bench.programs), 'outside', name),
                    *bench.eal_words(role, '0@%d' % bench.cpus[0]), *options, '--', *words]).ready()


def run(words):
    """One run of a program: s that it took, and MiB that it had at most."""
    began = time.perf_counter()
    popen = subprocess.Popen([str(word) for word in words], stdin=subprocess.DEVNULL,
                             stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(popen.pid, 0)
    took = time.perf_counter() - began
    popen.returncode = os.waitstatus_to_exitcode(status)
    if popen.returncode != 0:
        raise Failed('%s: ended with %d' % (' '.join(popen.args), popen.returncode))
    return took, usage.ru_maxrss / 1024


def runs_ms(bench, *words):
    return statistics.median(
        run([bench.mpsh_path, *words])[0] * 1e3 for _ in range(bench.amounts.shows))


# ---- measures ----

def shows(bench):
    """At a process with 100 rings: whole runs, and until there is a prompt."""
    bench.new_prefix()
    lab = application(bench, 'lab', 'many 100')
    pid = lab.popen.pid
    bench.add('show 100', runs_ms(bench, '-o', pid, 'show', 'rings'))
    bench.add('peek', runs_ms(bench, '-o', pid, 'peek', 'jobs'))
    bench.add('start outside', statistics.median(
        prompt(bench, pid) for _ in range(bench.amounts.shows)))
    lab.end()


def prompt(bench, target):
    """ms until the prompt of one that looks from outside is drawn."""
    before = time.perf_counter()
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(bench.mpsh_path, [bench.mpsh_path, '-o', str(target)])
    drawn = b''
    while b'mpsh:outside> ' not in drawn:
        if not select.select([terminal], [], [], LIMIT)[0]:
            raise Failed('no prompt within %d s' % LIMIT)
        drawn += os.read(terminal, 4096)
    took = (time.perf_counter() - before) * 1e3
    os.write(terminal, b'quit\r')
    try:
        while os.read(terminal, 4096):
            pass
    except OSError:
        pass  # its end
    os.close(terminal)
    os.waitpid(pid, 0)
    return took


def groups(bench):
    """Of a primary and two secondaries each."""
    there = []
    for _ in range(bench.amounts.groups):
        bench.new_prefix()
        there.append([application(bench, 'lab', 'bare', role=role)
                      for role in ('primary', 'secondary', 'secondary')])
    bench.add('groups', runs_ms(bench, 'groups'))
    for primary, *secondaries in there:
        for process in (*secondaries, primary):
            process.end()


def where(bench):
    bench.new_prefix()
    contents = application(bench, 'contents', 'big', bench.amounts.objects, 100)
    for _ in range(bench.amounts.wheres):
        took, mib = run([bench.mpsh_path, '-o', contents.popen.pid, 'where', 'big'])
        bench.add('where', took)
        bench.add('where memory', mib)
    contents.end()


def dump(bench):
    """In turns with cp, which copies the same to the same place."""
    bench.new_prefix()
    evidence = application(bench, 'evidence', bench.amounts.filled)
    first, second = (os.path.join(bench.home, name) for name in ('first', 'second'))
    for _ in range(bench.amounts.dumps):
        for name, words in (('dump', [bench.mpsh_path, '-o', evidence.popen.pid, 'dump', first]),
                            ('cp', ['cp', first, second])):
            took = run(words)[0]
            bench.add(name, os.stat(words[-1]).st_blocks / 2048 / took)
        os.unlink(first)
        os.unlink(second)
    evidence.end()


def beside_top(bench):
    """In turns with top and without it, since a host has better and worse moments."""
    primary, secondary = bench.pair()
    used = []
    for _ in range(bench.amounts.pairs):
        bench.add('stream alone', bench.stream(secondary, 'size 64'))
        top = Process([bench.mpsh_path, '-j', '-o', str(primary.popen.pid), 'top'])
        top.document('top')
        before, began = top.cpu_ns(), time.monotonic()
        bench.add('stream beside top', bench.stream(secondary, 'size 64'))
        used.append((top.cpu_ns() - before) / (time.monotonic() - began) / 1e7)
        top.popen.kill()
        top.popen.wait()
        top.popen.stdout.close()
        Process.running.remove(top)
    bench.add('top', statistics.median(used))
    secondary.end()
    primary.end()
