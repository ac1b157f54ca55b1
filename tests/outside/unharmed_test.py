#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors

"""What is looked at stays as it was: nothing written, nothing stopped, no page made."""

import os
import pathlib
import re

from outsidetest import OutsideTest, main, wait_for
from mpshtest import threads_are

# Every command that looks, but those that say that they do more.
LOOKS = ["show rings", "show ring jobs", "show pools", "show memzones", "show heaps", "show pool pkts",
         "peek jobs", "peek rx_pkts", "peek events taken", "where job_pool", "groups", "mp actions", "top"]
TIMES = 100

# System calls that could change another process or what it has.
CALLS = ("open,openat,openat2,creat,ptrace,process_vm_readv,process_vm_writev,kill,tkill,tgkill,"
         "pidfd_send_signal,pidfd_getfd,unlink,unlinkat,rename,renameat,renameat2,truncate,ftruncate,"
         "write,pwrite64,pwritev,writev,sendto,sendmsg,setxattr,chmod,fchmod,chown,mount,setns,"
         "sched_setaffinity,prlimit64,setpriority,flock,fcntl,mmap,connect,bind")


def figures(pid):
    """What reading could change in a process."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    numbers = {name: int(re.search(rf"^{name}:\s*(\d+)", status, re.M)[1])
               for name in ("VmPTE", "HugetlbPages", "VmSize", "Threads")}
    # What status has of these is rounded by as many pages as there are CPUs, and more.
    rollup = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
    numbers.update({name: int(re.search(rf"^{name}:\s*(\d+)", rollup, re.M)[1]) for name in ("Rss", "Anonymous")})
    numbers["descriptors"] = len(os.listdir(f"/proc/{pid}/fd"))
    numbers["mappings"] = len(pathlib.Path(f"/proc/{pid}/maps").read_text().splitlines())
    return numbers


class UnharmedTest(OutsideTest):
    def heap(self, lab):
        return self.look(lab.pid, "show heaps")

    def check_looks(self, lab):
        # Threads that have just begun still take what they need.
        wait_for(lambda: threads_are(lab.pid, "S"), "all have begun")
        before, heap = figures(lab.pid), self.heap(lab)
        self.assertEqual(figures(lab.pid), before)
        for command in LOOKS:
            with self.subTest(command):
                # Two seconds of top are a hundred looks.
                lines = "top 2 count 1\n" if command == "top" else f"{command}\n" * TIMES
                result = self.run_mpsh("-o", str(lab.pid), "-f", "-", input=lines, prefix=False)
                self.assertEqual((result.code, result.err), (0, ""))
                self.assertEqual(figures(lab.pid), before)
        self.assertEqual(self.heap(lab), heap)
        lab.tell("use 1")

    def test_a_process_is_as_it_was(self):
        self.check_looks(self.lab())

    def test_a_process_without_files_is_as_it_was(self):
        self.check_looks(self.lab(options=("--in-memory",)))

    def test_nothing_is_written_or_stopped(self):
        lab = self.lab()
        lines = "".join(f"{command}\n" for command in LOOKS if command != "top") + "top 0.5 count 1\n"
        trace = os.path.join(self.home, "trace")
        result = self.run_mpsh("-o", str(lab.pid), "-f", "-", input=lines, prefix=False,
                               before=("strace", "-f", "-y", "-s", "200", "-o", trace, "-e", f"trace={CALLS}"))
        self.assertEqual((result.code, result.err), (0, ""))
        mine = (f"/proc/{lab.pid}/", f"dpdk/{self.prefix}/", "/dev/hugepages")
        seen = 0
        for line in pathlib.Path(trace).read_text().splitlines():
            self.assertNotRegex(line, r"^\d+ +(ptrace|process_vm_\w+|t?g?kill|pidfd_send_signal|pidfd_getfd)\(")
            if any(path in line for path in mine):
                seen += 1
                # It is opened to be read, and not mapped.
                self.assertRegex(line, r"^\d+ +open(at|at2)?\(", line)
                self.assertRegex(line, r"O_RDONLY", line)
        self.assertGreater(seen, 5)


if __name__ == "__main__":
    main()
