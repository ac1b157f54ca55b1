#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors

"""Tab at a bash: what is offered is what mpsh takes, at each place of its command line."""

import os
import re
import signal
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../lib'))
from mpshtest import MPSH, SOURCE_ROOT, StartTest, Terminal, main  # noqa: E402

SCRIPT = SOURCE_ROOT / "doc" / "mpsh.bash"

# Alt-* puts all completions into the line, and Ctrl-A a command before it that shows its words.
SHOW_ALL = "\x1b*\x01words "


class Completion(StartTest):
    def setUp(self):
        super().setUp()
        env = dict(self.env, PATH=os.path.dirname(MPSH) + ":" + os.environ["PATH"], TERM="dumb",
                   INPUTRC="/dev/null", PS1="$ ", HISTFILE="/dev/null", LC_ALL="C.UTF-8")
        self.shell = Terminal(["bash", "--norc", "--noprofile", "-i"], env, cwd=self.home)
        self.addCleanup(self.shell.clean_up)
        self.shell.type("bind 'set bell-style none'; bind 'set enable-bracketed-paste off'; "
                        "words() { printf '<%s>\\n' \"$@\"; echo the-end; }; . " + str(SCRIPT) + "; echo rea''dy")
        self.shell.see("ready\r\n")

    def filled(self, line):
        """The words of the line when all that is offered has been put into it."""
        self.shell.skip()
        self.shell.type(line + SHOW_ALL)
        self.shell.see(r"\nthe-end\r\n")
        return re.findall(r"(?m)^<(.*)>\r$", self.shell.out().rsplit("words mpsh", 1)[-1])[1:]

    def offered(self, line):
        """What is offered for the last word, which has neither '=' nor quotes."""
        before = len(line.split(" ")) - 2
        words = self.filled(line)
        return sorted(words[before:])

    def commands(self):
        """The table of commands, as help tells it."""
        result = self.run_mpsh("-jqk", "--proc-type=primary", "help")
        return [row["name"].split(" ") for row in self.documents(result.out)[0]["help"]]

    def test_commands_and_their_words(self):
        table = self.commands()
        self.assertGreater(len(table), 25)
        firsts = sorted({name[0] for name in table})
        self.assertEqual(self.offered("mpsh "), firsts)
        self.assertEqual(self.offered("mpsh s"), [word for word in firsts if word.startswith("s")])
        # Behind options and their values, too, on either side of "--".
        self.assertEqual(self.offered("mpsh -jk --name send -t 50 --timeout=7 -l 0-1 -- -w 5 pi"), ["ping"])
        for first in sorted({name[0] for name in table if len(name) == 2}):
            seconds = sorted(name[1] for name in table if name[0] == first and len(name) == 2)
            self.assertEqual(set(seconds) - set(self.offered(f"mpsh {first} ")), set(), first)
        self.assertEqual(self.offered("mpsh show r"), ["ring", "rings"])
        self.assertEqual(self.offered("mpsh set answer "), ["delay", "echo", "off", "text"])
        self.assertEqual(self.offered("mpsh help mp "), sorted(name[1] for name in table if name[0] == "mp"))
        # A text is nobody's.
        self.assertEqual(self.filled("mpsh send hello s"), ["send", "hello", "s"])

    def test_options(self):
        own = re.findall(r'(?m)^\t\{ "([a-z-]+)", (?:\'(.)\'|0), ',
                         (SOURCE_ROOT / "app/startup/own_options.c").read_text())
        eal = re.findall(r'(?m)^\t\{ "(-[^"]+)", TAKES_[A-Z]+, (?!EAL_NO_PROC)',
                         (SOURCE_ROOT / "app/startup/eal_options.c").read_text())
        self.assertGreater(len(own), 15)
        self.assertGreater(len(eal), 40)
        own = {f"--{name}" for name, _ in own} | {f"-{letter}" for _, letter in own if letter}
        self.assertEqual(own - set(self.offered("mpsh -")), set())
        self.assertEqual(set(eal) - set(self.offered("mpsh -")), set())
        self.assertEqual(set(self.offered("mpsh -j -- -")), own)
        self.assertEqual(self.offered("mpsh --max"), ["--max-peers"])
        self.assertNotIn("--in-memory", self.offered("mpsh --"))
        # And each that is offered is one.
        for option in self.offered("mpsh --"):
            result = self.run_mpsh(option, "--help", prefix=False)
            self.assertNotIn("unknown option", result.err)

    def test_values(self):
        with open(os.path.join(self.home, "some commands"), "w"):
            pass
        os.mkdir(os.path.join(self.home, "some directory"))
        for line in ("mpsh -f ", "mpsh -jf ", "mpsh --file ", "mpsh --file=", "mpsh source "):
            words = self.filled(line + "'some c")
            self.assertEqual(words[-1].rpartition("=")[2], "some commands", line)
        self.assertEqual(self.filled("mpsh --huge-dir some")[1:], ["some directory"])
        for line in ("mpsh --proc-type ", "mpsh --proc-type="):
            self.assertEqual([word.rpartition("=")[2] for word in self.filled(line)][-3:],
                             ["auto", "primary", "secondary"])
        self.assertEqual(self.filled("mpsh --proc-type=s"), ["--proc-type=secondary"])
        # What only the user knows is not made up.
        for line in ("mpsh --timeout ", "mpsh -t ", "mpsh --name ", "mpsh -l ", "mpsh --timeout="):
            self.assertEqual(self.filled(line + "x")[-1].rpartition("=")[2], "x", line)

    def test_prefixes_of_living_groups(self):
        others = [f"{self.prefix}-{name}" for name in ("a b", "dead", "two")]
        first = self.prefix
        self.addCleanup(self.remove_all, [*others, first])
        started = {}
        for self.prefix in (first, *others):
            started[self.prefix] = self.primary()
        self.prefix = first
        started[others[1]].kill(signal.SIGKILL)
        started[others[1]].end()
        living = [first, others[0], others[2]]
        for line in ("mpsh --file-prefix ", "mpsh -j --file-prefix "):
            offered = [word for word in self.filled(line) if word.startswith(first)]
            self.assertEqual(sorted(offered), living)
        words = self.filled("mpsh --file-prefix=")
        self.assertNotIn("--json", words)
        self.assertEqual(sorted(words[:1] + ["--file-prefix=" + word for word in words[1:]])[-3:],
                         [f"--file-prefix={prefix}" for prefix in living])
        self.assertEqual(self.filled(f"mpsh --file-prefix={others[2][:-2]}"), [f"--file-prefix={others[2]}"])
        quoted = others[0][:-1].replace(" ", "\\ ")
        self.assertEqual(self.filled(f"mpsh --file-prefix={quoted}"), [f"--file-prefix={others[0]}"])

    def remove_all(self, prefixes):
        for self.prefix in prefixes:
            self._remove()

    def test_by_its_path_and_behind_a_variable(self):
        self.assertEqual(self.offered("mpsh ben"), ["bench"])
        self.shell.skip()
        self.shell.type(f"A=1 {MPSH} ben" + "\x1b*\x01: ; words ")
        self.shell.see("<bench>")


if __name__ == "__main__":
    main()
