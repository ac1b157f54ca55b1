# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors

"""What the tests of looking from outside share: an application to look at.

lab.c says what it has and what it can be told.
"""

import json
import os
import pathlib
import re
import signal
import subprocess
import sys

import jsonschema

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))

from mpshtest import LIMIT, SANITIZED, SOURCE_ROOT, Process, StartTest, main, wait_for  # noqa: E402

__all__ = ["ELSEWHERE", "HIDDEN", "LAB", "LIMIT", "SANDBOX", "SANITIZED", "SOURCE_ROOT", "Lab", "OutsideTest", "Room",
           "child_of", "end_by_kill", "main", "readme_transcript", "threads_as_22_11", "wait_for"]

SCHEMA = json.loads((SOURCE_ROOT / "doc/schema.json").read_text())

LAB = os.environ.get("LAB", str(SOURCE_ROOT / "build" / "tests" / "outside" / "lab"))
# In namespaces of its own, as in a container.
SANDBOX = ("unshare", "--mount", "--pid", "--net", "--fork", "--kill-child", "--mount-proc")
# With SANDBOX before it and "-" behind: the runtime directory is another, too.
HIDDEN = ("sh", "-c", 'mount -t tmpfs x "$RUNTIME_DIRECTORY" && "$@"; exit')

# The sanitizers' own memory lies where DPDK puts its by default.
ELSEWHERE = ("--base-virtaddr=0x200000000000",) if SANITIZED else ()


def readme_transcript(name):
    """The commands that the README shows from outside, each with its lines: {words: lines}."""
    text = (SOURCE_ROOT / "README.md").read_text()
    block = re.search(rf"<!-- outside: {name} -->\n```\n(.*?)```", text, re.S)[1]
    parts = re.split(r"^\$ mpsh -o 4242 (.*)\n", block, flags=re.M)[1:]
    return {words: lines.splitlines() for words, lines in zip(parts[::2], parts[1::2])}


class Lab(Process):
    """A running lab; inner is the pid of lab itself, where it has others before it."""

    def __init__(self, words, env, before=()):
        super().__init__([*before, *words], env)
        self.line(r"^ready$")
        self.inner = self.pid
        if before:
            self.inner = child_of(self.pid)

    def tell(self, *lines):
        for line in lines:
            self.type(line)
            if self.line(r"^(done|failed)$")[1] == "failed":
                raise AssertionError(f"lab: {line} failed")


def threads_as_22_11(text):
    """A text with the threads of DPDK named as its 22.11 has done."""
    for new, old in (("dpdk-intr", "eal-intr-thread"), ("dpdk-mp-msg", "rte_mp_handle"),
                     ("dpdk-worker1", "rte-worker-1")):
        text = text.replace(new, old)
    return text


class Room:
    """Namespaces that a test has for itself, with hugepages and a /run of their own: nothing is
    seen there of other DPDK processes, and no other deletes what a dead one left. before is for
    the words of what is to run in it."""

    def __init__(self, test):
        self.process = Process(
            ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", "-c",
             # Pids that no other number looks like.
             "echo 20000 > /proc/sys/kernel/ns_last_pid && mount -t tmpfs x /run && "
             # Those of tests beside it came with the mounts, and what is in them.
             "findmnt -rno TARGET -t hugetlbfs | xargs -r umount --lazy && "
             "mount -t hugetlbfs x /dev/hugepages && echo ready && exec cat"], test.env)
        test.addCleanup(self.process.clean_up)
        self.process.line("^ready$")
        self.before = ("nsenter", "--target", str(child_of(self.process.pid)), "--pid", "--mount", "--root", "--")

    def run(self, *words):
        subprocess.run([*self.before, *words], check=True, timeout=LIMIT)


def child_of(pid):
    """The pid of a process's child, once it has one."""
    return int(wait_for(lambda: pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text(), "a child").split()[0])


def end_by_kill(lab):
    """Kill a lab, which leaves what it has."""
    os.kill(lab.inner, signal.SIGKILL)
    lab.end()


class OutsideTest(StartTest):
    def setUp(self):
        super().setUp()
        # What others leave beside it would be seen.
        self.env["RUNTIME_DIRECTORY"] = self.runtime

    def lab(self, *commands, options=(), program=LAB, before=(), lcores="0"):
        words = [program, "--no-pci", "-l", lcores, "--log-level=critical", *ELSEWHERE, *options, "--",
                 *commands]
        if not {"--in-memory", "--no-huge"} & set(options):
            words[1:1] = ["--file-prefix", self.prefix]
        lab = Lab(words, self.env, before=before)
        self.addCleanup(lab.clean_up)
        return lab

    def hugepages(self):
        """A mount of its own with 64 MiB, as options: no other start removes the pages of the dead there."""
        huge = os.path.join(self.home, "huge")
        os.mkdir(huge)
        subprocess.run(["mount", "-t", "hugetlbfs", "-o", "pagesize=2M,size=64M", "lab", huge], check=True)
        self.addCleanup(subprocess.run, ["umount", "--lazy", huge], check=True)
        return ("--huge-dir", huge)

    def usage(self, *arguments):
        """What a run of mpsh has printed, and what it has used (resource.struct_rusage)."""
        popen = subprocess.Popen(self.words(*arguments, prefix=False), env=self.env, stdout=subprocess.PIPE)
        with popen.stdout:
            out = popen.stdout.read().decode()
        _, status, usage = os.wait4(popen.pid, 0)
        popen.returncode = os.waitstatus_to_exitcode(status)
        self.assertEqual(popen.returncode, 0, out)
        return out, usage

    def check_readme(self, name, lab):
        """The README shows what is printed of this lab."""
        for words, lines in readme_transcript(name).items():
            result = self.run_mpsh("-o", str(lab.pid), *words.split(), prefix=False)
            self.assertEqual((result.code, result.err), (0, ""))
            self.assertEqual(result.out.replace(f"pid {lab.pid} ", "pid 4242 ").splitlines(), lines)

    def look(self, target, *commands, **options):
        """The documents of commands run on a target, with JSON; each must be well."""
        words = ["--json", "-o", str(target)]
        for command in commands:
            words += ["-e", command]
        result = self.run_mpsh(*words, prefix=False, **options)
        self.assertEqual((result.code, result.err), (0, ""), result)
        documents = self.documents(result.out)
        for document in documents:
            self.check_schema(document)
        return documents

    def check_schema(self, document):
        """It is as the schema describes a document of its name."""
        schema = {**SCHEMA, "oneOf": [{"$ref": f"#/$defs/{next(iter(document))}"}]}
        jsonschema.Draft202012Validator(schema).validate(document)
