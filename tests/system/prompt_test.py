#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors

"""The prompt as other programs and shells see it: what is echoed, pasted, stopped."""

import fcntl
import os
import pathlib
import random
import re
import shlex
import signal
import struct
import subprocess
import sys
import termios

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from mpshtest import MPSH, StartTest, Terminal, main, wait_for  # noqa: E402

# Lines in the long paste; 100000 is what is promised, and takes a minute.
PASTED = int(os.environ.get("PASTED", "10000"))

PASTE, PASTE_END = "\x1b[200~", "\x1b[201~"


class PromptTest(StartTest):
    def setUp(self):
        super().setUp()
        self.env["NO_COLOR"] = "1"
        self.env["LC_ALL"] = "C.UTF-8"

    def prompts(self, *, env=None):
        """A primary and a secondary at their prompts."""
        primary = self.terminal("--no-telemetry", env=env)
        primary.see(r"mpsh:primary> ")
        secondary = self.terminal("--no-telemetry", env=env)
        secondary.see(r"mpsh:secondary-1> ")
        primary.see(r"\* secondary-1 attached .*\n.*mpsh:primary> ")
        return primary, secondary

    def keys(self, process, keys):
        os.write(process.master, keys.encode())


class Echo(PromptTest):
    def test_each_line_is_echoed_once(self):
        process = self.terminal("--no-telemetry")
        process.see("mpsh:primary> ")
        for line in ("peers", "stats", "show pools", "help send"):
            process.skip()
            process.type(line)
            process.see(r"mpsh:primary> ")
            shown = process.out().split("mpsh:primary> ")[-2]
            self.assertTrue(shown.startswith(line + "\r\n"), shown)
            self.assertEqual(shown.count("\x1b"), 0, shown)
        process.type("quit")
        self.assertEqual(process.end().code, 0)
        self.assertEqual(process.out().count("mpsh:primary> "), 5)
        self.assertEqual(process.out().count("\x1b[?2004h"), 1)
        self.assertTrue(process.out().endswith("quit\r\n\x1b[?2004l"), process.out()[-80:])

    def test_keys_typed_one_by_one_are_written_as_they_are(self):
        process = self.terminal("--no-telemetry")
        process.see("mpsh:primary> ")
        for key in "send x y":
            process.skip()
            self.keys(process, key)
            process.see(re.escape(key))
        self.assertTrue(process.out().endswith("mpsh:primary> send x y"), process.out())


class Files(PromptTest):
    """What Tab does behind source."""

    def setUp(self):
        super().setUp()
        self.dir = pathlib.Path(self.home, "files")
        (self.dir / "sub dir" / "deep").mkdir(parents=True)
        for name in ("setup.mpsh", ".hidden", "caf\xe9", "bad\x1b[2J", "blank ", "sub dir/deep/one", "sub dir/deep/other",
                     "long" * 40, "#hash"):
            (self.dir / name).write_text("set timeout 777\n")
        (self.dir / "way").symlink_to("sub dir")
        (self.dir / "way out").symlink_to("nowhere")
        self.prompt = self.terminal("--no-telemetry", cwd=self.dir)
        self.prompt.see("mpsh:primary> ")

    def tab(self, typed, line):
        """The line becomes this."""
        self.prompt.skip()
        self.keys(self.prompt, typed + "\t")
        wait_for(lambda: self.prompt.out().endswith("mpsh:primary> " + line), line)
        self.keys(self.prompt, "\x03")
        self.prompt.see(r"\^C\r\nmpsh:primary> ")

    def test_a_name_is_completed_a_part_at_a_time(self):
        self.tab("source se", "source setup.mpsh ")
        self.tab("source su", "source sub dir/")
        self.tab("source sub dir/", "source sub dir/deep/")
        self.tab("source ./sub dir/deep/", "source ./sub dir/deep/o")
        self.tab("source way/deep/on", "source way/deep/one ")
        self.tab("source wa", "source way")
        self.tab("source .h", "source .hidden ")
        self.tab("source ca", "source caf\xe9 ")
        self.tab("source #", "source #hash ")
        self.tab(f"source {self.dir}/set", f"source {self.dir}/setup.mpsh ")
        self.keys(self.prompt, "source sub dir/deep/on\t\rset\r")
        self.prompt.see("timeout +777")

    def test_what_cannot_be_typed_or_seen_is_left_out(self):
        self.keys(self.prompt, "source \t")
        found = self.prompt.see(r"source \r\n((?:.|\n)*)mpsh:primary> source ")[1]
        words = re.findall(r"(?m)^  (.*?)  +file\r$", found)
        self.assertEqual(words, ["#hash", "caf\xe9", "setup.mpsh", "sub dir/", "way out", "way/"])
        for typed in ("bad", "blank", "long", "nowhere/", "setup.mpsh/", "x" * 400 + "/"):
            self.keys(self.prompt, "\x03source " + typed + "\t")
            self.prompt.see(re.escape(typed[-3:]) + r"\r\n(  <enter> .*\r\n)?  <file> +a file\r\n")
        self.keys(self.prompt, "\x03set\r")
        self.prompt.see("timeout +5000")

    def test_of_many_files_some_are_listed(self):
        for number in range(5000):
            (self.dir / "sub dir" / f"{number:04}").touch()
        self.keys(self.prompt, "source sub dir/\t")
        self.prompt.see(r"\n  0\d\d\d +file\r\n  \.\.\. and perhaps more\r\n"
                        r"(?s:.*)mpsh:primary> source sub dir/$")
        self.keys(self.prompt, "\x03")
        self.tab("source sub dir/499", "source sub dir/499")
        self.tab("source sub dir/4999", "source sub dir/4999 ")


class Paste(PromptTest):
    def test_nothing_is_lost(self):
        primary, secondary = self.prompts()
        lines = "".join(f"send line {i}\r" for i in range(PASTED)) + "send half"
        data, at = lines.encode(), 0
        # As much as the terminal takes at a time: it holds 4 KiB.
        while at < len(data):
            at += os.write(secondary.master, data[at:at + 1024])
        wait_for(lambda: f"secondary-1: line {PASTED - 1}\r\n" in primary.out()[-4096:],
                 "the last line has come", limit=400)
        found = re.findall(r"secondary-1: line (\d+)\r\n", primary.out())
        self.assertEqual(found, [str(i) for i in range(PASTED)])
        wait_for(lambda: secondary.out().endswith("mpsh:secondary-1> send half"),
                 "what follows the last newline stays in the line")
        self.assertEqual(secondary.out().count("error"), 0)

    def test_ctrl_c_drops_what_was_pasted(self):
        primary, secondary = self.prompts()
        self.keys(secondary, "wait 20\r" * 10 + "send never")
        secondary.see(r"wait 20\r\n")
        # The command runs, and the rest has been read when this is answered.
        primary.type("send there")
        primary.see("reply from secondary-1: there")
        self.keys(secondary, "\x03")
        secondary.see(r"primary: there\r\n(?s:.*)mpsh:secondary-1> ")
        secondary.type("send after")
        secondary.see(r"reply from primary: after")
        self.assertEqual(secondary.out().count("wait 20"), 1)
        self.assertNotIn("never", secondary.out())

    def test_marked_bytes_are_characters(self):
        primary, secondary = self.prompts()
        self.keys(secondary, f"{PASTE}send a\tb?c\rsend d\ne{PASTE_END}")
        primary.see(r"secondary-1: a\\tb\?c\r\n")
        primary.see(r"secondary-1: d\r\n")
        # Keys are keys again, and what followed the last newline is in the line.
        self.keys(secondary, "\x01send \x05\r")
        primary.see(r"secondary-1: e\r\n")
        secondary.skip()
        self.keys(secondary, f"{PASTE}send \x03\x1b[A\x7f\r{PASTE_END}")
        secondary.see(r"send \\x03\\x1b\[A\\x7f\r\n"
                      r"error: the line holds control bytes, shown as \\xNN; nothing was done\r\n")
        self.keys(secondary, f"{PASTE}send a\0b\r{PASTE_END}")
        secondary.see(r"send a\\x00b\r\n"
                      r"error: the line holds control bytes, shown as \\xNN; nothing was done\r\n")
        secondary.type("send g")
        primary.see(r"secondary-1: g\r\n")
        self.assertNotIn("secondary-1: \\x03", primary.out())


class Dumb(PromptTest):
    def check(self, env):
        primary, secondary = self.prompts(env=env)
        self.keys(secondary, "send hell\x02\x02xy\x05o\x7fo \x15peers\x17\x19\x01?\x05 \t\x03")
        secondary.see(r"\^C\r\n")
        primary.type("send notice")
        secondary.see(r"primary: notice\r\n(?s:.*)mpsh:secondary-1> ")
        self.keys(secondary, "send " + "long " * 40 + "\x01\x05\x0c")
        secondary.see("long long")
        primary.type("send notice")
        secondary.see(r"primary: notice\r\n")
        self.keys(secondary, "\rbench seconds 1\r")
        secondary.see(r"0 lost.*\n(?s:.*)mpsh:secondary-1> ")
        for process in (secondary, primary):
            process.type("quit")
            self.assertEqual(process.end().code, 0)
            self.assertNotIn("\x1b", process.out())

    def test_dumb_has_no_escape_sequence(self):
        self.check(dict(self.env, TERM="dumb"))

    def test_no_TERM_has_none(self):
        env = dict(self.env)
        del env["TERM"]
        self.check(env)


class Sizes(PromptTest):
    """Terminals of any size, and resizes at any moment."""

    SIZES = ((1, 1), (1, 80), (2, 2), (3, 7), (24, 1), (24, 80), (5, 500), (200, 500), (200, 2),
             (0, 0), (65535, 65535))

    def resize(self, process, rows, columns):
        fcntl.ioctl(process.master, termios.TIOCSWINSZ,
                    struct.pack("HHHH", rows, columns, 0, 0))

    def test_any_size_shows_and_sends_a_line(self):
        primary, secondary = self.prompts()
        for n, (rows, columns) in enumerate(self.SIZES):
            self.resize(secondary, rows, columns)
            text = f"n{n}-" + "äb日" * 70
            self.keys(secondary, f"send {text}\x01\x05\x02\x02X\x06\x06")
            primary.type(f"send notice {n}")
            primary.see(f"reply from secondary-1: notice {n} ")
            self.keys(secondary, "\r")
            primary.see(f"secondary-1: {text[:-2]}X{text[-2:]}\r\n")
            for command in ("peers", "stats", "help", "ping count 1", "watch 0.1 count 2 peers"):
                secondary.type(command)
            secondary.type(f"send after {n}")
            primary.see(f"secondary-1: after {n}\r\n")

    def test_a_resize_at_any_moment_costs_nothing(self):
        primary, secondary = self.prompts()
        numbers = random.Random(4)
        for n in range(100):
            text = f"n{n}-" + "äb日" * numbers.randrange(60)
            keys = f"send {text}"
            while keys:
                cut = numbers.randrange(1, 40)
                self.keys(secondary, keys[:cut])
                keys = keys[cut:]
                self.resize(secondary, numbers.randrange(1, 60), numbers.randrange(1, 200))
                if numbers.randrange(5) == 0:
                    primary.type("send notice")
            self.keys(secondary, "\r")
            primary.see(f"secondary-1: {text}\r\n")


class HandOver(PromptTest):
    def test_what_is_typed_behind_reconnect_is_kept(self):
        primary, secondary = self.prompts()
        self.keys(secondary, "reconnect\rset timeout 777\rset\rsend half")
        primary.see(r"\* secondary-1 detached")
        primary.see(r"\* secondary-1 attached")
        secondary.see(r"timeout +777")
        secondary.see(r"mpsh:secondary-1> send half")
        self.keys(secondary, "\r")
        primary.see(r"secondary-1: half\r\n")

    def test_what_is_half_typed_when_it_rejoins_is_kept(self):
        primary = self.terminal("--no-telemetry")
        primary.see(r"mpsh:primary> ")
        secondary = self.terminal("--no-telemetry", "-w", "60")
        secondary.see(r"mpsh:secondary-1> ")
        self.keys(secondary, "send whole\x02\x02\x02")
        secondary.see("whole\x1b\\[3D|whole\b\b\b")
        primary.type("quit")
        self.assertEqual(primary.end().code, 0)
        secondary.see(r"\* the primary quit")
        # While it waits nothing is echoed, and nothing lost.
        self.keys(secondary, "X")
        primary = self.terminal("--no-telemetry")
        primary.see(r"\* secondary-1 attached")
        self.keys(secondary, "Y\r")
        primary.see(r"secondary-1: whXYole\r\n")

    def test_control_bytes_of_a_half_typed_line_are_kept(self):
        primary = self.terminal("--no-telemetry")
        primary.see(r"mpsh:primary> ")
        secondary = self.terminal("--no-telemetry", "-w", "60")
        secondary.see(r"mpsh:secondary-1> ")
        self.keys(secondary, f"{PASTE}send a\0\x03b{PASTE_END}")
        secondary.see(r"send a\\x00\\x03b")
        primary.type("quit")
        self.assertEqual(primary.end().code, 0)
        secondary.see(r"\* the primary quit")
        primary = self.terminal("--no-telemetry")
        primary.see(r"\* secondary-1 attached")
        secondary.see(r"joined(?s:.*)mpsh:secondary-1> send a\\x00\\x03b")

    def test_a_start_that_fails_restores_the_terminal(self):
        primary = self.terminal("--no-telemetry")
        primary.see(r"mpsh:primary> ")
        script = 'before=$(stty -g); "$@"; test "$before" = "$(stty -g)" && echo same'
        secondary = Terminal(
            self.words("--no-telemetry", "--proc-type=secondary",
                       before=["sh", "-c", script, "sh"]), self.env)
        self.addCleanup(secondary.clean_up)
        secondary.see(r"mpsh:secondary-1> ")
        primary.type("quit")
        self.assertEqual(primary.end().code, 0)
        secondary.see(r"\* the primary quit")
        secondary.type("reconnect")
        secondary.see(r"error: no primary")
        secondary.see(r"same\r\n")


class Shell(PromptTest):
    """mpsh as a job of a shell, in tmux."""

    def tmux(self, *words):
        return subprocess.run(["tmux", "-S", os.path.join(self.home, "tmux"), "-f", "/dev/null",
                               *words], env=self.env, check=True, capture_output=True,
                              text=True).stdout

    def start_shell(self, *shell):
        self.tmux("new-session", "-d", "-x", "80", "-y", "50", shlex.join(shell))
        self.addCleanup(self.tmux, "kill-server")
        self.type("PS1='READY'_'> '")
        self.see(r"READY_>$")
        self.type(f"mpsh='{MPSH} --no-telemetry --file-prefix {self.prefix}'")

    def type(self, text, enter=True):
        self.tmux("send-keys", "-l", "--", text)
        if enter:
            # Not Enter: a stopped program leaves the terminal raw, and dash lets it be so.
            self.tmux("send-keys", "C-j")

    def screen(self):
        return self.tmux("capture-pane", "-p").rstrip("\n")

    def see(self, pattern):
        screen = ""

        def is_there():
            nonlocal screen
            screen = self.screen()
            return re.search(pattern, screen)

        try:
            return wait_for(is_there, pattern)
        except AssertionError:
            raise AssertionError(f"{pattern!r} is not on the screen:\n{screen}") from None

    def job(self):
        """The pid of the mpsh that the shell runs."""
        shell = int(self.tmux("list-panes", "-F", "#{pane_pid}"))
        path = pathlib.Path(f"/proc/{shell}/task/{shell}/children")
        return int(wait_for(lambda: path.read_text().split(), "the shell has a child")[0])

    def check_shell(self, *shell):
        primary = self.terminal("--no-telemetry")
        primary.see(r"mpsh:primary> ")
        self.start_shell(*shell)
        self.type("before=$(stty -g)")
        self.type("$mpsh")
        self.see(r"mpsh:secondary-1>$")
        pid = self.job()
        self.type("send half", enter=False)
        self.see(r"mpsh:secondary-1> send half$")

        # Stopped, and put in front again: with its terminal, and its line.
        os.kill(pid, signal.SIGSTOP)
        self.see(r"READY_>$")
        self.type("fg")
        self.see(r"mpsh:secondary-1> send half$")
        self.type(" a line")
        primary.see(r"secondary-1: half a line\r\n")
        self.see(r"reply from primary: half a line .*\nmpsh:secondary-1>$")

        # In the background it answers, and leaves terminal and keys to the shell.
        os.kill(pid, signal.SIGSTOP)
        self.see(r"READY_>$")
        if shell[0] == "dash":
            self.type("stty sane")
        self.type("bg")
        primary.type("send are you there")
        primary.see(r"reply from secondary-1: are you there")
        self.type("echo a$((1 + 1))b; stty -a | grep -c ' icanon.* echo '")
        self.see(r"a2b\n1\n")
        self.type("fg")
        self.see(r"mpsh:secondary-1>$")
        self.type("send in front")
        primary.see(r"secondary-1: in front\r\n")
        self.see(r"reply from primary: in front .*\nmpsh:secondary-1>$")

        # Continued by somebody else while the shell has the terminal.
        os.kill(pid, signal.SIGSTOP)
        self.see(r"READY_>$")
        os.kill(pid, signal.SIGCONT)
        primary.type("send and now")
        primary.see(r"reply from secondary-1: and now")
        self.type("fg")
        self.see(r"mpsh:secondary-1>$")
        self.type("quit")
        self.see(r"READY_>$")
        self.type('test "$before" = "$(stty -g)" && echo the same; echo code $?')
        self.see(r"the same\ncode 0")

    def test_a_watch_leaves_the_screen_to_the_shell(self):
        self.start_shell("bash", "--norc", "-i")
        self.type("$mpsh")
        self.see(r"mpsh:primary>$")
        self.type("watch 0.1 info")
        self.see(r"watch 0.1 info\n(.+\n)+rte_mp thread +runs$")
        # Stopped, and in front again: the picture is painted below what the shell has written.
        os.kill(self.job(), signal.SIGSTOP)
        self.see(r"READY_>$")
        self.type("echo bet''ween")
        self.see(r"between\nREADY_>$")
        self.type("fg")
        screen = self.see(r"between\nREADY_> fg\n.*\nmpsh  (.+\n)+rte_mp thread +runs$").string
        self.assertEqual(len(re.findall("(?m)^rte_mp thread", screen)), 2)
        # In the background nothing is painted, ten pictures long.
        os.kill(self.job(), signal.SIGSTOP)
        self.see(r"READY_>$")
        self.type("bg; sleep 1; echo la''ter")
        screen = self.see(r"later\nREADY_>$").string
        self.assertEqual(len(re.findall("(?m)^rte_mp thread", screen)), 2)
        self.type("clear; fg")
        self.see(r"^.*mpsh.*\nmpsh  (.+\n)+rte_mp thread +runs$")
        self.type("q", enter=False)
        self.see(r"runs\nmpsh:primary>$")
        self.type("quit")
        self.see(r"READY_>$")

    def test_bash(self):
        self.check_shell("bash", "--norc", "-i")

    def test_dash(self):
        self.check_shell("dash", "-i")

    def check_background(self, *shell):
        """A start in the background: a prompt stops before it joins, a batch never does."""
        self.start_shell(*shell)
        self.type("$mpsh &")
        pid = self.job()
        stat = pathlib.Path(f"/proc/{pid}/stat")
        wait_for(lambda: stat.read_text().rsplit(")", 1)[1].split()[0] == "T", "it is stopped")
        self.assertFalse(os.path.exists(self.runtime_dir()))
        # Continued there it stops again, and no one has been asked for anything.
        self.type("bg")
        wait_for(lambda: stat.read_text().rsplit(")", 1)[1].split()[0] == "T", "it is stopped again")
        self.type("echo a$((1 + 1))b; stty -a | grep -c ' icanon.* echo '")
        self.see(r"a2b\n1\n")
        self.assertFalse(os.path.exists(self.runtime_dir()))
        self.type("fg")
        self.see(r"mpsh:primary>$")
        secondary = self.secondary("-k")
        secondary.type("send hello")
        self.see(r"secondary-1: hello\nmpsh:primary>$")
        self.type("quit")
        self.see(r"READY_>$")
        secondary.end()
        # Its standard input is a terminal that it may not read.
        out = pathlib.Path(self.home, "out")
        self.type(f"$mpsh > {out} 2>&1 & wait $!; echo first $?")
        self.see(r"\nfirst 3")
        self.assertEqual(out.read_text(), "error: no terminal: this is a background process; "
                         "give commands with -e, -f or on a pipe\n")
        self.type(f"$mpsh --proc-type=primary -e 'set timeout 77' -e set > {out} & wait $!; echo second $?")
        self.see(r"\nsecond 0")
        self.assertRegex(out.read_text(), r"timeout +77\n")

    def test_in_the_background_of_bash(self):
        self.check_background("bash", "--norc", "-i")

    def test_in_the_background_of_dash(self):
        self.check_background("dash", "-i")

    def test_in_an_orphaned_process_group(self):
        # Its parent ends, and with it the job; what is left has nobody to continue it.
        script = pathlib.Path(self.home, "orphan")
        script.write_text(
            "{ until [ $(ps -o tpgid= -p $BASHPID) -ne $(ps -o pgid= -p $BASHPID) ]; do sleep 0.05; done\n"
            f"{MPSH} --no-telemetry --file-prefix {self.prefix} < /dev/tty 2> {self.home}/err; echo code $?; }} &\n")
        self.start_shell("bash", "--norc", "-i")
        self.type(f"bash {script}")
        self.see(r"code 3\n*$")
        self.assertEqual(pathlib.Path(self.home, "err").read_text(),
                         "error: no terminal: this is a background process\n")

    def test_a_line_taller_than_the_screen_scrolls(self):
        self.start_shell("bash", "--norc", "-i")
        self.tmux("resize-window", "-x", "20", "-y", "5")
        self.type("exec $mpsh")
        self.see(r"mpsh:primary>$")
        text = "".join(f"{i:02d} " for i in range(60))
        self.type(f"send {text}", enter=False)
        self.see(r"59$")
        self.assertNotIn("send", self.screen())
        self.tmux("send-keys", "C-a")
        self.see(r"^mpsh:primary> send 0")
        self.tmux("send-keys", "C-e")
        self.see(r"59$")
        self.tmux("send-keys", "C-u")
        self.see(r"mpsh:primary>$")


if __name__ == "__main__":
    main()
