#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors

"""app/start: with a terminal two prompts in tmux, without one the README's session."""

import fcntl
import glob
import os
import pathlib
import re
import struct
import subprocess
import sys
import termios

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../lib'))
from mpshtest import LIMIT, MPSH, SOURCE_ROOT, StartTest, Terminal, main, wait_for  # noqa: E402


class StartScript(StartTest):
    def setUp(self):
        super().setUp()
        self.env["MPSH_BUILD"] = str(pathlib.Path(MPSH).parent)
        self.env["TMUX_TMPDIR"] = self.home
        self.env["LC_ALL"] = "C.UTF-8"
        self.env.pop("TMUX", None)

    def start(self, columns=160):
        process = Terminal([str(SOURCE_ROOT / "app" / "start")], self.env)
        self.addCleanup(process.clean_up)
        fcntl.ioctl(process.master, termios.TIOCSWINSZ, struct.pack("HHHH", 30, columns, 0, 0))
        process.prefix = f"mpsh-start-{process.pid}"
        process.see("mpsh:primary>", limit=120)
        process.see("mpsh:secondary-1>")
        return process

    def panes(self, session):
        return subprocess.run(["tmux", "-L", session, "list-panes", "-s"], env=self.env, check=True,
                              capture_output=True, text=True).stdout.splitlines()

    def processes(self, prefix):
        found = []
        for path in glob.glob("/proc/[0-9]*/cmdline"):
            try:
                if prefix.encode() in pathlib.Path(path).read_bytes():
                    found.append(path)
            except OSError:
                pass  # it has ended since
        return found

    def check_nothing_left(self, prefix):
        wait_for(lambda: not self.processes(prefix), "all processes have ended")
        runtime = os.path.join(self.env["RUNTIME_DIRECTORY"], "dpdk", prefix)
        wait_for(lambda: not os.path.exists(runtime), "the runtime directory is removed")
        self.assertEqual(glob.glob(f"/dev/hugepages/{prefix}map_*"), [])

    def test_opens_two_prompts_that_talk_and_leaves_nothing(self):
        process = self.start()
        process.type("send hello")
        process.see(r"secondary-1: hello|reply from primary: hello")
        process.see(r"secondary-1: hello|reply from primary: hello")
        process.type("quit")
        process.see("secondary-1 detached")
        # Until its pane is gone, what is typed goes there.
        wait_for(lambda: len(self.panes(process.prefix)) == 1, "the secondary's pane closes")
        process.type("quit")
        self.assertEqual(process.popen.wait(LIMIT), 0)
        self.check_nothing_left(process.prefix)

    def test_the_hint_is_whole(self):
        # Two terminals of some 20 columns, as on a telephone, and two of the usual width.
        for columns, hint in ((40, "Ctrl-D leaves, Ctrl-B o: the other"),
                              (80, "Ctrl-D leaves a prompt, Ctrl-B o goes to the other")):
            process = self.start(columns)
            # Alone in its line: nothing beside it is cut either.
            wait_for(lambda: re.search(r"\n *" + re.escape(hint), process.out()), "the hint is there")
            os.write(process.master, b"\x02d")
            self.assertEqual(process.popen.wait(LIMIT), 0)
            self.check_nothing_left(process.prefix)

    def test_detaching_ends_it(self):
        process = self.start()
        os.write(process.master, b"\x02d")
        self.assertEqual(process.popen.wait(LIMIT), 0)
        self.check_nothing_left(process.prefix)

    def test_terminal_that_goes_ends_it(self):
        process = self.start()
        # What the kernel does when the other side of a terminal is closed.
        os.killpg(os.tcgetpgrp(process.master), 1)
        process.popen.wait(LIMIT)
        self.check_nothing_left(process.prefix)

    def test_two_of_them_do_not_meet(self):
        one, two = self.start(), self.start()
        one.type("quit")
        one.see("secondary-1 detached")
        # A leak check that is disturbed by the SIGHUP of what follows never ends.
        wait_for(lambda: len(self.panes(one.prefix)) == 1, "the secondary's pane closes")
        two.type("send still here")
        two.see("still here.*(?s:.)*still here")
        for process in (one, two):
            os.write(process.master, b"\x02d")
            self.assertEqual(process.popen.wait(LIMIT), 0)
            self.check_nothing_left(process.prefix)

    def test_without_a_terminal_it_plays_the_readmes_session(self):
        result = subprocess.run([SOURCE_ROOT / "app" / "start"], env=self.env, capture_output=True,
                                stdin=subprocess.DEVNULL, text=True, cwd="/", timeout=120)
        self.assertEqual(result.returncode, 0, result.stderr)
        readme = (SOURCE_ROOT / "README.md").read_text()
        session = readme.split("<!-- session -->")[1].split("```")[1].strip().splitlines()
        played = result.stdout.strip().splitlines()
        self.assertEqual(len(played), len(session))
        self.assertEqual([line for line in played if line.startswith("mpsh:secondary")],
                         [line for line in session if line.startswith("mpsh:secondary")])


class ReadmeSession(StartTest):
    def play(self, change=lambda text: text):
        readme = os.path.join(self.home, "README.md")
        text = (SOURCE_ROOT / "README.md").read_text()
        with open(readme, "w") as file:
            file.write(change(text))
        return subprocess.run([SOURCE_ROOT / "tests" / "batch" / "readme-session", MPSH, readme],
                              env=self.env, capture_output=True, text=True, timeout=120)

    def test_readme_that_differs_is_noticed(self):
        self.assertEqual(self.play().returncode, 0)
        for old, new in (("\nsecondary-1: hello\n", "\nsecondary-1: hallo\n"),
                         ("\nreply from primary: hello ", "\nreply by primary: hello "),
                         ("\nsecondary-1: hello\n", "\n"),
                         ("\n* secondary-1 detached (pid 4242)\n", "\n")):
            result = self.play(lambda text: text.replace(old, new, 1))
            self.assertEqual(result.returncode, 1, (old, result))
            self.assertIn("README: ", result.stderr)

    def test_readme_without_a_session_is_noticed(self):
        self.assertEqual(self.play(lambda text: text.replace("<!-- session -->", "")).returncode, 1)


if __name__ == "__main__":
    main()
