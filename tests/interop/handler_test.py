#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors

"""An application written like DPDK's programmer's guide says, in both roles, and mpsh."""

import glob
import json
import os
import re
import signal
import socket
import time

from interoptest import BY_LINE, InteropTest, main, preloaded, wait_for

HANDLER = os.environ.get("HANDLER", "")
COMM = "mp_handler"

ALL_BYTES = bytes(range(256))


def hex_of(data):
    return data.hex() or "-"


def threads_of(pid):
    return glob.glob(f"/proc/{pid}/task/*")


def comm(thread):
    """Its name; nothing once it has ended."""
    try:
        with open(f"{thread}/comm") as file:
            return file.read()
    except OSError:
        return ""


def rows_of(data):
    """More than 16 bytes that are not text, as they are shown."""
    for at in range(0, len(data), 16):
        row = data[at:at + 16]
        digits = " ".join(row[i:i + 4].hex() for i in range(0, len(row), 4))
        yield f"  {digits:35}  {''.join(chr(byte) if 32 <= byte < 127 else '.' for byte in row)}"


class Both:
    """The tests; a subclass says who is the primary."""

    handler_is_primary = False

    def setUp(self):
        super().setUp()
        self.begin()

    def start_handler(self, role):
        self.handler = self.foreign(HANDLER, f"--proc-type={role}", ready="^ready$")

    def start_mpsh(self, role, name):
        self.mpsh = self.spawn(f"--proc-type={role}", "-k", "-t", "3000")
        self.mpsh.line(rf"^\* ready as {name} \(pid {self.mpsh.pid}\)$")

    def got(self, action, data, *files):
        """What the handler says of a message that came."""
        names = "".join(f" {file}" for file in files)
        self.handler.line(f"^got {action} {len(data)} {hex_of(data)} {len(files)}{names}$")

    def request(self, line, reply):
        """Type mp request; the one reply is shown like this."""
        self.mpsh.type(f"mp request {line}")
        self.mpsh.line(rf"^reply 1 of 1: {reply}$")
        self.mpsh.line(r"^1 of 1 replied \(\d+\.?\d* [num]?s\)$")

    def in_rows(self, first, data):
        """This line, and right behind it the bytes."""
        self.mpsh.line(first)
        for row in rows_of(data):
            self.assertEqual(self.mpsh.line("").string, row)

    def fails(self, line, error):
        self.mpsh.type(line)
        self.mpsh.line(f"^error: {error}$", "err")

    def who(self, what=""):
        return rf"pid {self.handler.pid} \({COMM}{what}\)"

    def works(self):
        self.request("it_echo still here", "still here")

    def finish(self, code):
        """Both are alive and end well; mpsh says what was the worst."""
        self.check_lives(self.handler)
        self.check_lives(self.mpsh)
        result = self.mpsh.end()
        self.assertEqual(result.code, code, result)
        self.assertEqual(self.handler.end().code, 0)
        return result

    # mpsh asks

    def test_text_binary_empty_and_longest(self):
        self.request("it_echo hello", "hello")
        self.got("it_echo", b"hello")
        self.request("it_echo two  words # ? \u65e5\u672c ", "two  words # \\? \u65e5\u672c ")
        self.got("it_echo", "two  words # ? \u65e5\u672c ".encode())
        self.request("it_echo hex:00ff10", r"hex:00ff10 \(3 bytes\)")
        self.request("it_echo hex:00 ff:10  ab: ", r"hex:00ff10ab \(4 bytes\)")
        self.got("it_echo", b"\x00\xff\x10")
        for line in ("it_echo", "it_echo hex:"):
            self.request(line, "")
            self.got("it_echo", b"")
        self.request("it_echo " + "x" * 256, "x" * 256)
        self.got("it_echo", b"x" * 256)
        self.mpsh.type("mp request it_echo hex:" + ALL_BYTES.hex().upper())
        self.in_rows(r"^reply 1 of 1: hex: \(256 bytes\)$", ALL_BYTES)
        self.got("it_echo", ALL_BYTES)
        self.mpsh.type("mp request it_echo fd:/dev/null hex:" + ALL_BYTES[:17].hex())
        self.in_rows(r"^reply 1 of 1: hex: \(17 bytes, 1 fd\)$", ALL_BYTES[:17])
        self.request("it_echo hex:" + ALL_BYTES[:16].hex(), rf"hex:{ALL_BYTES[:16].hex()} \(16 bytes\)")
        self.mpsh.type("mp request it_bytes")
        self.in_rows(r"^reply 1 of 1: hex: \(256 bytes\)$", ALL_BYTES)
        # What could be taken for another form is shown in hex.
        self.request("it_echo hex:" + b"hex:zz".hex(), rf"hex:{b'hex:zz'.hex()} \(6 bytes\)")
        self.request("it_echo hex:" + b"fd:x".hex(), rf"hex:{b'fd:x'.hex()} \(4 bytes\)")
        self.assertEqual(self.finish(0).err, "")

    def test_eight_descriptors_both_ways(self):
        self.works()  # standard input is open as a source by then
        descriptors = len(os.listdir(f"/proc/{self.mpsh.pid}/fd"))
        theirs = len(os.listdir(f"/proc/{self.handler.pid}/fd"))
        path = os.path.join(self.home, "file")
        with open(path, "w"):
            pass
        files = [path] + ["/dev/null"] * 7
        words = " ".join(f"fd:{file}" for file in files)
        for _ in range(3):
            self.request(f"it_echo {words} with files", r"with files \(8 fds\)")
            self.got("it_echo", b"with files", *files)
            self.request(f"it_echo {words}", r"(hex: \(0 bytes, 8 fds\)| \(8 fds\))")
            self.got("it_echo", b"", *files)
            self.request("it_echo fd:/dev/zero hex:00", r"hex:00 \(1 byte, 1 fd\)")
            self.got("it_echo", b"\0", "/dev/zero")
            self.request("it_files", r"(hex: \(0 bytes, 8 fds\)| \(8 fds\))")
        wait_for(lambda: len(os.listdir(f"/proc/{self.mpsh.pid}/fd")) <= descriptors,
                 "mpsh has no more descriptors than before")
        wait_for(lambda: len(os.listdir(f"/proc/{self.handler.pid}/fd")) <= theirs,
                 "the handler has no more descriptors than before")
        self.assertEqual(self.finish(0).err, "")

    def test_notification(self):
        for action in ("it_silent", "it_echo"):
            self.mpsh.type(f"mp notify {action} fd:/dev/null hex:0102")
            self.mpsh.line("^sent to 1 process$")
            self.got(action, b"\1\2", "/dev/null")
        # The handler cannot tell, and replies to a notification too.
        wait_for(lambda: "* EAL: Drop mp reply: it_echo\n" in self.mpsh.out(), "its reply")
        self.works()
        self.finish(0)

    def test_handler_that_never_replies(self):
        self.mpsh.type("set timeout 200")
        for _ in range(3):
            self.fails("mp request it_silent fd:/dev/null hello",
                       f"request failed: no reply from {self.who()} within 200 ms"
                       ": its handler has not answered")
            self.got("it_silent", b"hello", "/dev/null")
        self.works()
        self.finish(1)

    def test_action_that_is_not_there(self):
        self.mpsh.type("set timeout 200")
        self.fails("mp request it_nowhere",
                   f"request failed: no reply from {self.who()} within 200 ms"
                   ": it has no action it_nowhere; it has it_echo, it_bytes, it_files, it_silent, it_hangs,"
                   " it_late, .*eal_dev_mp_request.*")
        self.handler.line("Cannot find action: it_nowhere", "err")
        self.works()
        self.finish(1)

    def test_handler_that_does_not_return(self):
        self.mpsh.type("set timeout 200")
        self.fails("mp request it_hangs x",
                   f"request failed: no reply from {self.who()} within 200 ms: its handler does not return")
        # Nor does it return for another action, which waits in the socket.
        self.fails("mp request it_echo x",
                   f"request failed: no reply from {self.who()} within 200 ms: its handler does not return")
        self.fails("mp request it_nowhere",
                   f"request failed: no reply from {self.who()} within 200 ms: it has no action it_nowhere; .*")
        self.assertEqual(self.mpsh.end().code, 1)

    def test_process_without_its_thread(self):
        self.works()
        self.mpsh.type("set timeout 200")
        name = "mp_socket" if self.handler_is_primary else f"mp_socket_{self.handler.pid}_*"
        (path,) = glob.glob(os.path.join(self.runtime_dir(), name))
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as wrong:
            wrong.sendto(b"x", path)
        wait_for(lambda: not any(comm(thread).startswith(("rte_mp_", "dpdk-mp")) for thread in threads_of(self.handler.pid)),
                 "the end of its rte_mp thread")
        self.fails("mp request it_echo x",
                   f"request failed: no reply from {self.who()} within 200 ms: its rte_mp thread has ended")
        self.assertEqual(self.mpsh.end().code, 1)

    def test_handler_that_replies_late(self):
        self.request("it_late in time", "in time")
        self.mpsh.type("set timeout 100")
        self.fails("mp request it_late too late",
                   f"request failed: no reply from {self.who()} within 100 ms.*")
        self.mpsh.line("Drop mp reply: it_late")
        self.mpsh.type("set timeout 3000")
        self.request("it_late again", "again")
        self.works()
        self.finish(1)

    def test_handler_that_is_stopped(self):
        self.mpsh.type("set timeout 200")
        self.works()
        self.handler.stop()
        self.addCleanup(self.handler.kill, signal.SIGCONT)
        stopped = self.who(", stopped")
        for _ in range(3):
            self.fails("mp request it_echo hello",
                       f"request failed: no reply from {self.who()} within 200 ms: it is stopped")
        # Its socket takes no more after a while; that blocks nothing.
        self.mpsh.type(*["mp notify it_silent x"] * 20)
        self.mpsh.line(f"^error: notify failed: {stopped} does not read its socket$", "err")
        self.fails("mp request it_echo hello",
                   f"request failed: {stopped} does not read its socket")
        self.mpsh.type("mp listen", "info")
        self.mpsh.line("^no action is listened to but mpsh$")
        self.handler.kill(signal.SIGCONT)
        for _ in range(3):
            self.got("it_echo", b"hello")
        self.got("it_silent", b"x")
        self.mpsh.type("set timeout 3000")
        self.works()
        self.finish(1)

    def test_handler_that_is_killed(self):
        self.mpsh.type("set timeout 1000")
        self.works()
        self.handler.kill()
        self.handler.popen.wait()
        self.killed()

    # mpsh is asked

    def asks(self, line, *answers):
        self.handler.type(line)
        for answer in answers:
            self.handler.line(f"^{answer}$")

    def comes(self, action, text):
        self.mpsh.line(rf"^\[mp {action}\] {self.who()}: {text}$")

    def test_mpsh_stands_in_for_handlers(self):
        self.mpsh.type("mp listen my_echo echo", "mp listen my_text text OK # ? \u65e5 ",
                       "mp listen my_hex text hex:" + ALL_BYTES.hex(),
                       "mp listen my_empty text hex:", "mp listen my_off off",
                       "mp listen my_delay delay 200", "mp listen")
        self.mpsh.line("^my_delay delay 200$")

        self.asks("request my_echo 3000 0 " + b"hello".hex(),
                  f"reply 5 {b'hello'.hex()} 0", "replied 1 of 1")
        self.comes("my_echo", "hello")
        self.asks("request my_echo 3000 0 00ff1b", "reply 3 00ff1b 0", "replied 1 of 1")
        self.comes("my_echo", r"hex:00ff1b \(3 bytes\)")
        self.asks("request my_echo 3000 0 -", "reply 0 - 0", "replied 1 of 1")
        self.comes("my_echo", r"(hex: \(0 bytes\))?")
        self.asks("request my_echo 3000 0 " + ALL_BYTES.hex(),
                  f"reply 256 {ALL_BYTES.hex()} 0", "replied 1 of 1")
        self.comes("my_echo", r"hex: \(256 bytes\)")
        for row in rows_of(ALL_BYTES):
            self.assertEqual(self.mpsh.line("").string, row)
        ok = "OK # ? \u65e5 ".encode()
        self.asks("request my_text 3000 0 00", f"reply {len(ok)} {ok.hex()} 0", "replied 1 of 1")
        self.comes("my_text", r"hex:00 \(1 byte\)")
        self.asks("request my_hex 3000 0 " + b"x".hex(), f"reply 256 {ALL_BYTES.hex()} 0",
                  "replied 1 of 1")
        self.asks("request my_empty 3000 0 " + b"x".hex(), "reply 0 - 0", "replied 1 of 1")

        # Descriptors are named, and closed.
        self.works()  # standard input is open as a source by then
        descriptors = len(os.listdir(f"/proc/{self.mpsh.pid}/fd"))
        for _ in range(3):
            self.asks("request my_text 3000 8 " + b"files".hex(),
                      f"reply {len(ok)} {ok.hex()} 0", "replied 1 of 1")
            self.comes("my_text", r"files \(8 fds\) fds: " + ", ".join(["/dev/null"] * 8))
        self.asks("request my_echo 3000 2 00", "reply 1 00 0", "replied 1 of 1")
        self.comes("my_echo", r"hex:00 \(1 byte, 2 fds\) fds: /dev/null, /dev/null")
        self.asks("request my_echo 3000 1 " + ALL_BYTES[:20].hex(), f"reply 20 {ALL_BYTES[:20].hex()} 0", "replied 1 of 1")
        self.comes("my_echo", r"hex: \(20 bytes, 1 fd\) fds: /dev/null")
        for row in rows_of(ALL_BYTES[:20]):
            self.assertEqual(self.mpsh.line("").string, row)
        # From DPDK 24.11 on a message may have 253.
        self.handler.type("most")
        most = int(self.handler.line(r"^(\d+) descriptors$")[1])
        for _ in range(3):
            self.asks(f"request my_text 3000 {most} " + b"many".hex(), f"reply {len(ok)} {ok.hex()} 0", "replied 1 of 1")
            self.comes("my_text", rf"many \({most} fds\) fds: " + ", ".join(["/dev/null"] * most))
        wait_for(lambda: len(os.listdir(f"/proc/{self.mpsh.pid}/fd")) <= descriptors,
                 "mpsh has no more descriptors than before")

        # Late, too late, never.
        self.asks("request my_delay 3000 0 " + b"slow".hex(), f"reply 4 {b'slow'.hex()} 0",
                  "replied 1 of 1")
        self.comes("my_delay", "slow")
        self.asks("request my_delay 50 0 " + b"slow".hex(), "failed ETIMEDOUT")
        self.comes("my_delay", "slow")
        self.handler.line("Drop mp reply: my_delay", "err")
        self.asks("request my_off 200 0 " + b"hey".hex(), "failed ETIMEDOUT")
        self.comes("my_off", "hey")
        self.asks("notify my_off 1 " + b"hey".hex(), "sent")
        self.comes("my_off", r"hey \(1 fd\) fds: /dev/null")
        self.asks("notify my_echo 0 " + b"hey".hex(), "sent")
        self.comes("my_echo", "hey")
        self.handler.line("Drop mp reply: my_echo", "err")

        # Another answer, from then on.
        self.mpsh.type("mp listen my_echo text other", "mp listen my_text echo", "mp listen")
        self.mpsh.line("^my_echo text other$")
        self.asks("request my_echo 3000 0 00", f"reply 5 {b'other'.hex()} 0", "replied 1 of 1")
        self.asks("request my_text 3000 0 0011", "reply 2 0011 0", "replied 1 of 1")
        self.mpsh.type("mp listen my_text text " + ok.decode())

        # Gone again.
        self.mpsh.type("mp listen my_echo none", "mp listen")
        self.mpsh.line("^my_text text OK")
        self.asks("request my_echo 200 0 00", "failed ETIMEDOUT")
        self.mpsh.line("Cannot find action: my_echo")
        self.works()
        self.finish(0)

    def test_a_shell_command_answers(self):
        self.mpsh.type("mp listen my_exec exec tr a-z A-Z; echo \" $MPSH_ACTION $MPSH_PID\" # ? ", "mp listen")
        self.mpsh.line("^my_exec exec tr a-z A-Z; echo \" [$]MPSH_ACTION [$]MPSH_PID\" # [?]$")
        answer = f"HELLO my_exec {self.handler.pid}".encode()
        self.asks("request my_exec 3000 0 " + b"hello".hex(), f"reply {len(answer)} {answer.hex()} 0",
                  "replied 1 of 1")
        self.comes("my_exec", "hello")
        self.mpsh.type("mp listen my_exec text OK", "mp listen")
        self.mpsh.line("^my_exec text OK$")
        self.asks("request my_exec 3000 0 00", f"reply 2 {b'OK'.hex()} 0", "replied 1 of 1")
        self.works()
        # Who is the primary is so still: the command has closed what it got of it.
        self.guest("-e", "info")
        self.finish(0)

    # Bad input: one clear error, and nothing is sent.

    def test_bad_input(self):
        path = os.path.join(self.home, "none")
        unsent = "; nothing was sent"
        bad = [
            ("x" * 257, "payload is 257 bytes, the limit is 256" + unsent),
            ("hex:" + "00" * 257, "payload is 257 bytes, the limit is 256" + unsent),
            ("hex:0", "hex: takes an even number of digits, these are 1" + unsent),
            ("hex:000", "hex: takes an even number of digits, these are 3" + unsent),
            ("hex:0g", "'g' is no hex digit" + unsent),
            ("hex:0 011", "' ' is no hex digit" + unsent),
            ("hex:\x1b1", r"'\\x1b' is no hex digit" + unsent),
            ("fd:/dev/null " * 9 + "x", "more than 8 fd: words" + unsent),
            (f"fd:{path} x", f"{path} does not open: No such file or directory" + unsent),
            (f"fd:/dev/null fd:{path}", f"{path} does not open: No such file or directory"
             + unsent),
            ("fd: x", "fd: needs a path: fd:/dev/null" + unsent),
            ("fd:" + "y" * 600, r"the path of an fd: is longer than \d+ bytes" + unsent),
        ]
        self.mpsh.type("help")  # standard input is open as a source by then
        self.mpsh.line("^help <command>")
        descriptors = len(os.listdir(f"/proc/{self.mpsh.pid}/fd"))
        errors = []
        for payload, error in bad:
            for command in ("request", "notify"):
                self.mpsh.type(f"mp {command} it_echo {payload}")
                errors.append(error)
        long = "a" * 64
        for command in ("mp request", "mp notify"):
            self.mpsh.type(f"{command} {long} x")
            errors.append(f"action is 64 bytes, the limit is 63{unsent}")
        self.mpsh.type(f"mp listen {long} echo")
        errors.append("action is 64 bytes, the limit is 63.*")
        for payload, error in bad[:7]:
            self.mpsh.type(f"mp listen my_text text {payload}")
            errors.append(error.replace(unsent, ".*"))
        self.mpsh.type("mp listen my_text text fd:/dev/null x")
        errors.append("a listener answers without descriptors: leave fd: out")
        for action in ("my_own", "mpsh", "mpsh_attach", "mpsh_msg"):
            self.mpsh.type(f"mp listen {action} echo")
            if action == "mpsh":
                errors.append("action mpsh is every console's: set answer says what it answers")
            elif action != "my_own":
                errors.append(f"action {action} is registered in this process already")
        self.mpsh.type("mp listen mpsh none", "mp listen other none", "show ring nosuch", "mp listen")
        errors += ["action mpsh is every console's: set answer says what it answers",
                   "action other is not listened to",
                   "no ring named nosuch: show rings lists them"]
        self.mpsh.line("^my_own echo$")
        self.works()
        wait_for(lambda: len(os.listdir(f"/proc/{self.mpsh.pid}/fd")) <= descriptors,
                 "mpsh has no more descriptors than before")
        # Lines that do not parse.
        for line, error in (
                ("mp request", "mp request needs an action"),
                ("mp notify", "mp notify needs an action"),
                ("mp listen my_x", ".*"), ("mp listen my_x what", "unexpected what: expected .*"),
                ("mp listen my_x delay", ".*"),
                ("mp listen my_x delay 3600001", "delay must be 0 to 3600000"),
                ("show ring", "show ring needs a ring")):
            self.mpsh.type(line)
            errors.append(error)
        result = self.finish(2)
        self.check_errors(result, *errors)
        # Nothing was sent: the one that works() sent is all that came.
        self.assertEqual(re.findall("(?m)^got .*$", self.handler.out()),
                         [f"got it_echo 10 {b'still here'.hex()} 0"])


class HandlerIsPrimary(Both, InteropTest):
    handler_is_primary = True

    def begin(self):
        self.start_handler("primary")
        self.start_mpsh("secondary", "guest")

    def killed(self):
        result = self.mpsh.end()
        self.assertEqual(result.code, 3, result)
        self.assertIn("* the primary died\n", result.out)

    def test_what_a_guest_cannot_do(self):
        for line in ("send hello", "sendto primary hello", "broadcast hello", "request hello",
                     "ping", "bench", "stats", "watch stats", "wait peers 1", "wait gone 1",
                     "set monitor on", "set relay foo", "set relay off"):
            self.fails(line, "the primary is not mpsh")
        self.mpsh.type("set timeout 1000", "show rings", "show pools", "show memzones", "doctor",
                       "help", "info")
        self.mpsh.line("^role +guest$")
        self.works()
        self.finish(1)

    def test_what_a_guest_can_do(self):
        self.mpsh.type("wait 0.1", "peers")
        self.mpsh.line("^NUMBER +NAME +PID +STATE")
        self.mpsh.line(rf"^ +- +{COMM} +{self.handler.pid} +foreign")
        self.mpsh.type("mp listen my_action off", "mp listen")
        self.mpsh.line("^my_action off$")
        self.handler.type("notify my_action 0 " + b"one".hex(), "notify my_action 0 " + b"two".hex())
        self.mpsh.type("wait message two", "wait message one")
        self.mpsh.line(rf"^\[mp my_action\] {self.who()}: two$")
        self.mpsh.type("set timeout 100")
        self.fails("wait message two", "no such message came within 100 ms")
        self.mpsh.type("watch info")
        self.mpsh.line("^role +guest$")
        self.mpsh.line("^role +guest$")
        self.mpsh.kill(signal.SIGINT)
        self.finish(130)

    def test_a_guest_leaves_nothing(self):
        before = self.files()
        self.guest("-e", "mp request it_echo hello", "-e", "mp listen my echo")
        self.assertEqual(self.files(), before)
        self.finish(0)


class GuestAtAPrompt(InteropTest):
    """It joins the application's next start, and listens on."""

    def setUp(self):
        super().setUp()
        self.start_handler()

    def start_handler(self):
        self.handler = self.foreign(HANDLER, "--proc-type=primary", ready="^ready$")

    def end_handler(self):
        self.assertEqual(self.handler.end().code, 0)

    def start_guest(self, *options):
        self.guest = self.terminal(*options)
        self.guest.see("mpsh:guest> ")

    def listen(self):
        self.guest.type("mp listen my_text text # ? \u65e5\u672c ", "mp listen \xff\u65e5 delay 30",
                        "mp listen my_hex text hex:00ff", "mp listen gone echo",
                        "mp listen gone none", "mp listen")
        self.guest.see("my_hex text hex:00ff \\(2 bytes\\)")

    def check_listens(self):
        text = "# ? \u65e5\u672c ".encode()
        self.handler.type("request my_text 3000 0 00")
        self.handler.line(f"^reply {len(text)} {text.hex()} 0$")
        self.handler.type("request \xff\u65e5 3000 0 0102")
        self.handler.line("^reply 2 0102 0$")
        self.handler.type("request my_hex 3000 0 00")
        self.handler.line("^reply 2 00ff 0$")
        self.handler.type("request gone 50 0 00")
        self.handler.line("^failed ETIMEDOUT$")

    def reconnect(self):
        self.guest.type("reconnect")
        self.guest.see("reconnect\r*\n")
        self.guest.see("mpsh:guest> ")

    def test_reconnect_joins_the_next_start(self):
        self.start_guest()
        self.listen()
        self.check_listens()
        self.end_handler()
        self.guest.see(r"[*] the primary (quit|died)")
        # There is none yet: mpsh does not take the application's place.
        self.guest.type("reconnect")
        self.guest.see("error: no primary under the prefix .* yet: reconnect joins it")
        self.start_handler()
        self.reconnect()
        self.check_listens()
        # Also from one that lives.
        self.reconnect()
        self.check_listens()

    def test_one_that_waits_rejoins_by_itself(self):
        self.start_guest("-w", "60")
        self.listen()
        self.end_handler()
        self.guest.see(r"[*] the primary (quit|died)")
        self.start_handler()
        self.guest.see("mpsh:guest> ")
        self.check_listens()


def is_gone(pid):
    """Also a process that its parent has not waited for runs no more."""
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] in "ZX"
    except FileNotFoundError:
        return True


def children(pid):
    with open(f"/proc/{pid}/task/{pid}/children") as file:
        return file.read().split()


class Commands(InteropTest):
    """What shell commands answer, and what becomes of them."""

    def setUp(self):
        super().setUp()
        self.handler = self.foreign(HANDLER, "--proc-type=primary", ready="^ready$")
        self.file = os.path.join(self.home, "pids")

    def start_mpsh(self):
        self.mpsh = self.spawn("--proc-type=secondary", "-k")
        self.mpsh.line("^[*] ready as guest")

    def listen(self, command, process=None):
        process = process or self.mpsh
        process.type(f"mp listen my_exec exec {command}", "mp listen my_mark off", "mp listen", "mp listen my_mark none")
        process.line("^my_mark off")

    def answer(self, command):
        """What the command answers to a payload."""
        self.listen(command)
        self.handler.type("request my_exec 20000 0 " + b"some payload".hex())
        data = self.handler.line(r"^reply \d+ (\S+) 0$")[1]
        self.handler.line("^replied 1 of 1$")
        return b"" if data == "-" else bytes.fromhex(data)

    def no_answer(self, command, why):
        self.listen(command)
        self.handler.type("request my_exec 200 0 00")
        self.handler.line("^failed ETIMEDOUT$")
        self.mpsh.line(rf"^\* no answer to my_exec of pid {self.handler.pid}: {why}$")

    def pids(self, n):
        """So many that the command has written into the file."""
        def read():
            if not os.path.exists(self.file):
                return None
            with open(self.file) as file:
                found = file.read().split("\n")
            return len(found) > n and [int(pid) for pid in found[:n]]
        return wait_for(read, "the command has written its pids")

    def test_what_it_gets_and_prints(self):
        self.start_mpsh()
        self.assertEqual(self.answer("cat"), b"some payload")
        descriptors = len(os.listdir(f"/proc/{self.mpsh.pid}/fd"))
        self.assertEqual(self.answer("echo"), b"")
        self.assertEqual(self.answer("printf 'two\\n\\n'"), b"two\n")
        self.assertEqual(self.answer("printf '\\377\\000\\n'"), b"\xff\0")
        self.assertEqual(self.answer("head -c 256 /dev/zero; echo"), bytes(256))
        # ls has the directory open, too.
        self.assertEqual(self.answer("ls /proc/self/fd"), b"0\n1\n2\n3")
        signals = self.answer("grep -E 'Sig(Blk|Ign)' /proc/self/status")
        blocked, ignored = (int(line.split()[1], 16) for line in signals.splitlines())
        # 32 and 33 are the C library's own.
        self.assertEqual((blocked, ignored & ~(3 << 31)), (0, 0))
        # The terminal is not its own: it has a session.
        self.assertEqual(self.answer("test $(ps -o sid= -p $$) = $$ && echo session"), b"session")
        wait_for(lambda: len(os.listdir(f"/proc/{self.mpsh.pid}/fd")) <= descriptors,
                 "mpsh has no more descriptors than before")
        self.assertEqual(self.mpsh.end().code, 0)

    def test_no_answer_is_said(self):
        self.start_mpsh()
        self.no_answer("echo first; echo oops >&2; echo more >&2; exit 3", "the command ended with 3: oops")
        self.no_answer("printf '\\033[2J' >&2; false", r"the command ended with 1: \\x1b\[2J")
        self.no_answer("kill -9 $$", "the command was ended by signal 9")
        self.no_answer("head -c 257 /dev/zero", "the command printed more than 256 bytes")
        self.no_answer("yes", "the command printed more than 256 bytes")
        self.no_answer("no_such_command", "the command ended with 127: .*no_such_command.*")
        self.assertEqual(self.mpsh.end().code, 0)

    def test_its_group_is_killed_after_5_s(self):
        self.start_mpsh()
        began = time.monotonic()
        self.no_answer(f"sleep 1000 & echo $! > {self.file}; echo $$ >> {self.file}; trap '' TERM; sleep 1000",
                       "the command took longer than 5 s")
        self.assertGreater(time.monotonic() - began, 4.9)
        for pid in self.pids(2):
            wait_for(lambda pid=pid: is_gone(pid), f"{pid} is killed")
        wait_for(lambda: not children(self.mpsh.pid), "it is waited for")
        self.assertEqual(self.mpsh.end().code, 0)

    def test_what_it_leaves_running_ends_with_it(self):
        self.start_mpsh()
        pid = int(self.answer("sleep 1000 & echo $!"))
        wait_for(lambda: is_gone(pid), f"{pid} is killed")
        wait_for(lambda: not children(self.mpsh.pid), "it is waited for")
        self.assertEqual(self.mpsh.end().code, 0)

    def test_sixteen_at_once(self):
        self.start_mpsh()
        go = os.path.join(self.home, "go")
        command = f"while ! [ -e {go} ]; do sleep 0.02; done"
        self.listen(command)
        self.handler.type(*["notify my_exec 0 00"] * 20)
        self.mpsh.line(r"^\* no answer to my_exec of pid \d+: 16 commands run already; further ones are counted$")
        for _ in range(3):
            self.mpsh.line(r"^\[mp my_exec\]")
        self.assertEqual(len(children(self.mpsh.pid)), 16)
        self.mpsh.type("set json on", "mp listen", "set json off", "mp listen")
        document = json.loads(self.mpsh.line('^{"mp_listen"').string)
        self.assertEqual(document, {"mp_listen": [
            {"action": "my_exec", "mode": "exec", "command": command, "unanswered": 4}]})
        self.mpsh.line("^  4 got no answer, as 16 commands ran already$")
        with open(go, "w"):
            pass
        wait_for(lambda: not children(self.mpsh.pid), "they end")
        self.assertEqual(self.mpsh.out().count("no answer to"), 1)
        self.assertEqual(self.answer("echo again"), b"again")
        self.assertEqual(self.mpsh.end().code, 0)

    def run_for_ever(self, process=None):
        self.listen(f"echo $$ > {self.file}; sleep 1000 & echo $! >> {self.file}; wait", process)
        self.handler.type("notify my_exec 0 00")
        return self.pids(2)

    def test_all_are_killed_at_its_end(self):
        for end in ("quit", signal.SIGTERM, signal.SIGINT, signal.SIGABRT, signal.SIGKILL):
            self.start_mpsh()
            pids = self.run_for_ever()
            if end == "quit":
                self.mpsh.type(end)
            else:
                self.mpsh.kill(end)
            self.mpsh.end()
            for pid in pids:
                wait_for(lambda pid=pid: is_gone(pid), f"{pid} is killed by {end}")
            os.unlink(self.file)

    def test_reconnect_ends_them_and_keeps_the_command(self):
        guest = self.terminal()
        guest.see("mpsh:guest> ")
        guest.type(f"mp listen my_exec exec echo $$ > {self.file}; sleep 1000 & echo $! >> {self.file}; wait",
                   "mp listen my_cat exec cat # ? \u65e5 ", "mp listen")
        guest.see("\nmy_cat exec cat # [?] \u65e5\r*\n")
        self.handler.type("notify my_exec 0 00")
        pids = self.pids(2)
        guest.type("reconnect")
        guest.see("reconnect\r*\n")
        guest.see("mpsh:guest> ")
        for pid in pids:
            wait_for(lambda pid=pid: is_gone(pid), f"{pid} is killed")
        self.assertEqual(children(guest.pid), [])
        self.handler.type("request my_cat 3000 0 00ff")
        self.handler.line("^reply 2 00ff 0$")
        guest.skip()
        guest.type("mp listen")
        guest.see("\nmy_cat exec cat # [?] \u65e5\r*\n")


class HungPrimary(InteropTest):
    """A handler of the primary's never returns."""

    def setUp(self):
        super().setUp()
        self.handler = self.foreign(HANDLER, "--proc-type=primary", ready="^ready$")
        self.mpsh = self.spawn("--proc-type=secondary", "-k")
        self.mpsh.line("^[*] ready as guest")
        self.mpsh.type("mp notify it_hangs x")
        self.handler.line("^got it_hangs")
        # Until its socket is full.
        sent = 1
        while self.mpsh.err() == "":
            sent += 1
            self.mpsh.type("mp notify it_hangs x")
            wait_for(lambda: self.mpsh.out().count("sent to ") + self.mpsh.err().count("\n") == sent,
                     f"notification {sent}")

    def refused(self, what, *words, least=0, **options):
        before = self.files()
        began = time.monotonic()
        result = self.run_mpsh("--proc-type=secondary", "-e", "info", *words, **options)
        took = time.monotonic() - began
        self.assertGreaterEqual(took, least)
        if not words:
            self.assertLess(took, 15)
        self.check_refused(result, 3, what.format(f"pid {self.handler.pid} .{COMM}.", self.handler.pid))
        self.assertEqual(self.files(), before)
        self.check_lives(self.handler)

    def test_its_socket_is_full(self):
        self.refused(r"^error: the primary, {0}, does not read its rte_mp socket: its rte_mp thread is inside a "
                     r"handler: .*\nlook at it: mpsh why {1}; ")

    def test_its_socket_becomes_full_in_the_start(self):
        # As if there had been room when mpsh looked.
        self.refused(r"^error: the primary, {0}, does not answer EAL's own requests: its rte_mp thread is inside a "
                     r"handler: .*\nlook at it: mpsh why {1}; ",
                     env=preloaded(self.env, os.environ["ROOM"]))

    def test_wait_is_how_long_it_has(self):
        self.refused(r"^error: the primary, {0}, does not read its rte_mp socket: .*\n.* wait longer with -w,",
                     "-w", "11", least=11)
        self.refused(r"^error: the primary, {0}, does not answer EAL's own requests: .*\n.* wait longer with -w,",
                     "-w", "11", least=11, env=preloaded(self.env, os.environ["ROOM"]))


class LargerSecondary(InteropTest):
    def test_it_has_libraries_that_mpsh_has_not(self):
        primary = self.primary("-k")
        secondary = self.spawn("--no-pci", "-l", "0-1", "--proc-type=secondary", "--log-level=warning",
                               mpsh="dpdk-test", before=BY_LINE)
        secondary.type("nosuch")
        secondary.line("Command not found")
        primary.type("peers")
        primary.line(r"^ *- +dpdk-test +%d +foreign" % secondary.pid)
        secondary.type("quit")
        self.assertEqual(secondary.end().code, 0)


class UnlinkingPrimary(InteropTest):
    def test_it_has_no_files_to_join_by(self):
        handler = self.foreign(HANDLER, "--proc-type=primary", "--huge-unlink", ready="^ready$")
        before = self.files()
        result = self.run_mpsh("--proc-type=secondary", "-e", "info")
        self.check_refused(result, 3, rf"^error: the hugepage files of the primary, pid {handler.pid} \({COMM}\), "
                           r"were removed or replaced, or it has removed them itself \(--huge-unlink\)")
        self.assertEqual(self.files(), before)
        doctor = self.run_mpsh("--doctor")
        self.assertEqual(doctor.code, 3)
        self.assertRegex(doctor.out, rf"(?m)^NO  hugepage files +the hugepage files of the primary, pid {handler.pid} ")
        self.check_lives(handler)


class HandlerIsSecondary(Both, InteropTest):
    def begin(self):
        self.start_mpsh("primary", "primary")
        self.start_handler("secondary")

    def killed(self):
        # Its socket stays; DPDK removes it at the next send, which finds nobody.
        self.mpsh.type("mp request it_echo hello")
        self.mpsh.line("^error: no other process is in the group$", "err")
        self.start_handler("secondary")
        self.works()
        self.finish(1)

    def test_one_of_two_does_not_reply(self):
        first = self.handler
        self.start_handler("secondary")
        self.mpsh.type("mp request it_echo hello")
        self.mpsh.line("^reply 1 of 2: hello$")
        self.mpsh.line("^reply 2 of 2: hello$")
        self.mpsh.line("^2 of 2 replied")
        self.handler.stop()
        self.addCleanup(self.handler.kill, signal.SIGCONT)
        self.mpsh.type("set timeout 200")
        self.fails("mp request it_echo hello",
                   f"request failed: no reply from {self.who()} within 200 ms: it is stopped")
        self.handler.kill(signal.SIGCONT)
        self.assertEqual(first.end().code, 0)
        self.mpsh.type("set timeout 3000")
        self.works()
        self.finish(1)


if __name__ == "__main__":
    main()
