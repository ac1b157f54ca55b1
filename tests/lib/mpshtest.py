# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors

"""What the tests of starting and of batches share.

A test is a method of a StartTest. It has a file prefix of its own, starts mpsh with
run() (to its end) or spawn() (and talks to it), and waits for lines, never for time. At its
end what it started is killed by pid and its directories and files of hugepages are removed.
"""

import collections
import fcntl
import glob
import json
import os
import pathlib
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest

SOURCE_ROOT = pathlib.Path(
    os.environ.get("SOURCE_ROOT", pathlib.Path(__file__).resolve().parents[2]))
MPSH = os.environ.get("MPSH", str(SOURCE_ROOT / "build" / "mpsh"))

# Is this a build with the sanitizers? They have memory of their own, and keep what is freed.
SANITIZED = os.environ.get("SANITIZED", "none") != "none"

# How long an event may take, in seconds: on a busy host much longer than it does.
LIMIT = 60

# What ignores a signal here (nohup does) would be ignored by what is tested, too.
for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
    if signal.getsignal(number) == signal.SIG_IGN:
        signal.signal(number, signal.SIG_DFL)

NOBODY = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "--"]

Result = collections.namedtuple("Result", "code out err")


def text_of(data):
    return data.decode("utf-8", "surrogateescape")


def threads_are(pid, state):
    """Are all threads of a process in this state, S for asleep or T for stopped?"""
    return all(path.read_text().rsplit(")", 1)[1].split()[0] == state
               for path in pathlib.Path(f"/proc/{pid}/task").glob("*/stat"))


class Process:
    """A running mpsh whose output is read as it comes."""

    def __init__(self, words, env, **options):
        options.setdefault("stdin", subprocess.PIPE)
        options.setdefault("stdout", subprocess.PIPE)
        options.setdefault("stderr", subprocess.PIPE)
        self.words = words
        self.popen = subprocess.Popen(words, env=env, **options)
        self.pid = self.popen.pid
        self.changed = threading.Condition()
        self.data = {"out": b"", "err": b""}
        self.at_end = {"out": True, "err": True}
        self.seen = {"out": 0, "err": 0}
        self.threads = []
        for name, stream in (("out", self.popen.stdout), ("err", self.popen.stderr)):
            if stream is not None:
                self.at_end[name] = False
                thread = threading.Thread(target=self._read, args=(name, stream), daemon=True)
                thread.start()
                self.threads.append(thread)

    def _read(self, name, stream):
        while True:
            try:
                data = os.read(stream.fileno(), 65536)
            except OSError:
                data = b""
            with self.changed:
                self.data[name] += data
                self.at_end[name] = not data
                self.changed.notify_all()
            if not data:
                return

    def line(self, pattern, stream="out", limit=LIMIT):
        """The next line that the pattern is found in, as a match."""
        deadline = time.monotonic() + limit
        with self.changed:
            while True:
                data = self.data[stream]
                end = data.find(b"\n", self.seen[stream])
                if end >= 0:
                    line = text_of(data[self.seen[stream]:end])
                    self.seen[stream] = end + 1
                    match = re.search(pattern, line)
                    if match:
                        return match
                    continue
                left = deadline - time.monotonic()
                if self.at_end[stream] or left <= 0:
                    raise AssertionError(
                        f"no line {pattern!r} {'before the end' if self.at_end[stream] else 'in time'}"
                        f" of {' '.join(self.words)}\n{self.story()}")
                self.changed.wait(left)

    def type(self, *lines):
        for line in lines:
            data = line if isinstance(line, bytes) else line.encode("utf-8", "surrogateescape")
            self.popen.stdin.write(data + b"\n")
        self.popen.stdin.flush()

    def close(self):
        self.popen.stdin.close()

    def kill(self, number=signal.SIGKILL):
        self.popen.send_signal(number)

    def stop(self):
        """Stop it; when this returns, all its threads stand still."""
        self.kill(signal.SIGSTOP)
        wait_for(lambda: threads_are(self.pid, "T"), "stopped")

    def end(self, limit=LIMIT):
        """Wait for its end; the result with everything it printed. Closes its input."""
        if self.popen.stdin is not None and not self.popen.stdin.closed:
            try:
                self.popen.stdin.close()
            except BrokenPipeError:
                pass
        try:
            code = self.popen.wait(limit)
        except subprocess.TimeoutExpired:
            raise AssertionError(
                f"{' '.join(self.words)} did not end in {limit} s\n{self.story()}") from None
        for thread in self.threads:
            thread.join(limit)
        return Result(code, self.out(), self.err())

    def out(self):
        return text_of(self.data["out"])

    def err(self):
        return text_of(self.data["err"])

    def story(self):
        return f"--- standard output\n{self.out()}--- standard error\n{self.err()}---"

    def clean_up(self):
        if self.popen.poll() is None:
            self.popen.kill()
            self.popen.wait()
        for stream in (self.popen.stdin, self.popen.stdout, self.popen.stderr):
            if stream is not None:
                try:
                    stream.close()
                except BrokenPipeError:
                    pass


class Terminal(Process):
    """A running mpsh on a terminal: what it draws is "out"."""

    def __init__(self, words, env, **options):
        self.master, slave = pty.openpty()
        options.setdefault("stdin", slave)
        options.setdefault("stdout", slave)
        options.setdefault("stderr", slave)
        super().__init__(words, env, start_new_session=True, **options)
        os.close(slave)
        self.at_end["out"] = False
        thread = threading.Thread(target=self._read, args=("out", self), daemon=True)
        thread.start()
        self.threads.append(thread)

    def fileno(self):
        return self.master

    def type(self, *lines):
        for line in lines:
            os.write(self.master, line.encode() + b"\r")

    def see(self, pattern, limit=LIMIT):
        """Wait until the pattern is found in what was drawn since the last see()."""
        deadline = time.monotonic() + limit
        with self.changed:
            while True:
                match = re.search(pattern, text_of(self.data["out"][self.seen["out"]:]))
                if match:
                    self.seen["out"] += len(
                        match.string[:match.end()].encode("utf-8", "surrogateescape"))
                    return match
                left = deadline - time.monotonic()
                if self.at_end["out"] or left <= 0:
                    raise AssertionError(f"{pattern!r} was not drawn\n{self.story()!r}")
                self.changed.wait(left)
                # Much may come: it is not searched anew for every piece of it.
                self.changed.wait(0.01)

    def skip(self):
        """What was drawn so far is nothing that see() is to find."""
        with self.changed:
            self.seen["out"] = len(self.data["out"])

    def clean_up(self):
        super().clean_up()
        for thread in self.threads:
            thread.join(LIMIT)
        os.close(self.master)


class StartTest(unittest.TestCase):
    maxDiff = None
    counter = 0

    def setUp(self):
        StartTest.counter += 1
        self.prefix = f"start-{os.getpid()}-{StartTest.counter}"
        # Short: a socket's path has room for 107 bytes.
        self.home = tempfile.mkdtemp(prefix="mpsh-")
        os.chmod(self.home, 0o711)
        self.runtime = os.path.join(self.home, "run")
        os.mkdir(self.runtime, 0o700)
        self.env = dict(os.environ, XDG_STATE_HOME=os.path.join(self.home, "state"), TERM="xterm")
        # The one of tests/run stays, where it is set: by it leftovers are found.
        self.env.setdefault("RUNTIME_DIRECTORY", self.runtime)
        for name in ("NO_COLOR", "LANG", "LC_ALL", "LC_CTYPE"):
            self.env.pop(name, None)
        self.addCleanup(self._remove)

    def _remove(self):
        shutil.rmtree(self.home, ignore_errors=True)
        shutil.rmtree(self.runtime_dir(), ignore_errors=True)
        for path in glob.glob(f"/dev/hugepages/{glob.escape(self.prefix)}map_*"):
            # A primary that starts elsewhere removes those of the dead, too.
            pathlib.Path(path).unlink(missing_ok=True)

    def runtime_dir(self):
        return os.path.join(self.env["RUNTIME_DIRECTORY"], "dpdk", self.prefix)

    def words(self, *arguments, mpsh=MPSH, before=(), prefix=True):
        words = [*before, mpsh]
        if prefix:
            words += ["--file-prefix", self.prefix]
        return words + list(arguments)

    def spawn(self, *arguments, mpsh=MPSH, before=(), prefix=True, env=None, **options):
        process = Process(self.words(*arguments, mpsh=mpsh, before=before, prefix=prefix),
                          env or self.env, **options)
        self.addCleanup(process.clean_up)
        return process

    def terminal(self, *arguments, mpsh=MPSH, env=None, before=(), prefix=True, **options):
        process = Terminal(self.words(*arguments, mpsh=mpsh, before=before, prefix=prefix), env or self.env,
                           **options)
        self.addCleanup(process.clean_up)
        return process

    def run_mpsh(self, *arguments, input=b"", limit=LIMIT, **options):
        """Start mpsh, give it the input, and wait for its end."""
        process = self.spawn(*arguments, **options)
        data = input if isinstance(input, bytes) else input.encode()
        try:
            process.popen.stdin.write(data)
            process.popen.stdin.close()
        except BrokenPipeError:
            pass
        return process.end(limit)

    def run_primary(self, *arguments, **options):
        """run_mpsh() as a primary: a batch is one only if it is told so."""
        return self.run_mpsh("--proc-type=primary", *arguments, **options)

    def primary(self, *arguments, **options):
        """A primary that does what type() tells it."""
        process = self.spawn("--proc-type=primary", *arguments, **options)
        process.line(r"^\* ready as |\"ready\"")
        return process

    def secondary(self, *arguments, **options):
        process = self.spawn("--proc-type=secondary", *arguments, **options)
        process.line(r"^\* ready as |\"ready\"")
        return process

    def intruder(self, *words):
        """The command line of the program that does what no mpsh would."""
        return [os.environ.get("INTRUDER", "/tmp/intruder"), "--proc-type=secondary", "--no-pci",
                "--log-level=critical", "--file-prefix", self.prefix, "--", *words]

    def intrude(self, *words, check=False):
        """Run it to its end, which with check is a good one."""
        return subprocess.run(
            self.intruder(*words), env=self.env, timeout=120, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, encoding="ascii", check=check)

    def check_refused(self, result, code, *patterns):
        """A start that failed: nothing but one or two lines that say so and why."""
        self.assertEqual(result.code, code, result)
        self.assertEqual(result.out, "")
        lines = result.err.splitlines()
        self.assertIn(len(lines), (1, 2), result.err)
        self.assertTrue(result.err.endswith("\n"), result.err)
        self.assertTrue(lines[0].startswith("error: "), result.err)
        for pattern in patterns:
            self.assertRegex(result.err, pattern)

    def documents(self, text):
        """The JSON documents of an output: one a line, an object of one member."""
        documents = []
        for line in text.splitlines():
            try:
                document = json.loads(line)
            except ValueError as error:
                self.fail(f"{line!r} is no JSON: {error}")
            self.assertIsInstance(document, dict)
            self.assertEqual(len(document), 1, line)
            documents.append(document)
        return documents

    def result_of(self, documents, name):
        """The one document with that member."""
        found = [document[name] for document in documents if name in document]
        self.assertEqual(len(found), 1, f"{name} in {documents}")
        return found[0]


def preloaded(env, library):
    """The environment in which this library stands before all others."""
    # The address sanitizer's own would have to be the first.
    sanitizer = {"ASAN_OPTIONS": "verify_asan_link_order=0"} if SANITIZED else {}
    return dict(env, LD_PRELOAD=library, **sanitizer)


def readme_program(name):
    """A program that the README shows."""
    text = (SOURCE_ROOT / "README.md").read_text()
    return text.split(f"<!-- program: {name} -->\n```\n")[1].split("```\n")[0]


def spread(last, wanted):
    """So many of the numbers from 1 to last, first and last among them; or "all"."""
    if wanted == "all":
        return range(1, last + 1)
    n = min(int(wanted), last)
    return sorted({1 + i * (last - 1) // max(n - 1, 1) for i in range(n)})


def cpu_ns(pid):
    """What all threads of a process have had of the CPU."""
    total = 0
    for task in os.listdir('/proc/%d/task' % pid):
        with open('/proc/%d/task/%s/schedstat' % (pid, task), encoding='ascii') as file:
            total += int(file.read().split()[0])
    return total


def wait_for(condition, what, limit=LIMIT):
    """Wait for what has no line: a state of the kernel's. Looks every 5 ms."""
    deadline = time.monotonic() + limit
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() >= deadline:
            raise AssertionError(f"{what}: not in {limit} s")
        time.sleep(0.005)


def main():
    if os.geteuid() != 0:
        print("these tests need root")
        sys.exit(77)
    result = unittest.main(verbosity=2, exit=False).result
    for test, reason in result.skipped:
        print(f"skipped: {test.id().rpartition('.')[2]}: {reason}", flush=True)
    sys.exit(not result.wasSuccessful())
