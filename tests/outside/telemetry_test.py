#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors

"""telemetry: questions to a group's own DPDK telemetry, and answers that cannot be."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from outsidetest import LAB, SANDBOX, OutsideTest, child_of, main  # noqa: E402

# A process of the group, by its mapping, whose socket of telemetry answers as it is told.
IMPOSTOR = """
import ctypes, os, socket, sys
directory, greeting, answer = sys.argv[1:]
file = os.open(os.path.join(directory, 'config'), os.O_RDONLY)
address = int.from_bytes(os.pread(file, 8, int(os.environ['AT'])), 'little')
libc = ctypes.CDLL(None)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t] + [ctypes.c_int] * 3 + [ctypes.c_long]
assert libc.mmap(address, os.fstat(file).st_size, 1, 0x100001, file, 0) == address
server = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
server.bind(os.path.join(directory, 'dpdk_telemetry.v2'))
server.listen(4)
print('ready', flush=True)
while True:
    client = server.accept()[0]
    client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4 << 20)
    for text in (greeting, answer):
        data = b'{"/":"' + b'x' * (2 << 20) + b'"}' if text == 'long' else text.encode('latin-1')
        if text == 'close':
            client.close()
            break
        if text:
            client.send(data)
        if not client.recv(1024):
            break
"""
GREETING = '{"version": "DPDK 22.11.11", "pid": 1, "max_output_len": 16384}'


class Telemetry(OutsideTest):
    def ask(self, question, *words, what=None, **options):
        return self.run_mpsh("-o", what or self.prefix, *words, "telemetry", question, prefix=False, **options)

    def check_fails(self, result, pattern):
        self.assertEqual((result.code, result.out), (1, ""), result)
        self.assertRegex(result.err, f"^error: {pattern}\n$")

    def test_answers(self):
        self.lab()
        params = self.ask("/eal/params", "--json")
        self.assertEqual((params.code, params.err), (0, ""))
        result = self.result_of(self.documents(params.out), "telemetry")
        self.assertEqual((result["path"], result["params"]), ("/eal/params", None))
        self.assertEqual(result["answer"][:3], [LAB, "--file-prefix", self.prefix])
        # Texts are a line each; members of an object a row.
        self.assertEqual(self.ask("/eal/params").out.splitlines(), result["answer"])
        pool = self.result_of(self.documents(self.ask("/mempool/info,job_pool", "--json").out), "telemetry")
        self.assertEqual((pool["path"], pool["params"], pool["answer"]["size"]), ("/mempool/info", "job_pool", 255))
        text = self.ask("/mempool/info,job_pool").out
        self.assertRegex(text, r"^NAME +VALUE\n")
        self.assertRegex(text, r"(?m)^size +255$")
        self.assertEqual(self.ask("/eal/memzone_list").out.split()[:2], ["0", "1"])
        self.assertRegex(self.ask("/help,/eal/params").out, "(?m)^/eal/params +Returns")

    def test_the_readme_shows_it(self):
        self.check_readme("telemetry", self.lab())

    def test_a_member_asks_its_own(self):
        primary = self.primary("-k")
        primary.type("telemetry /mpsh/info")
        primary.line(r"^file_prefix +" + self.prefix)
        secondary = self.secondary("-k")
        secondary.type("telemetry /eal/params")
        secondary.line("--file-prefix")

    def test_a_container(self):
        inside = self.lab("bare", before=(*SANDBOX, "sh", "-c", 'mount -t tmpfs x "$RUNTIME_DIRECTORY" && "$@"; exit',
                                          "-"))
        inner = child_of(inside.inner)
        out = self.ask("/eal/params", what=str(inner)).out
        self.assertEqual(out.splitlines()[:3], [LAB, "--file-prefix", self.prefix])

    def test_processes_without_files_share_a_directory(self):
        labs = [self.lab("bare", options=("--in-memory",)) for _ in range(2)]
        self.assertEqual([self.ask("/eal/params", what=str(lab.pid)).out.splitlines().count("--in-memory")
                          for lab in labs], [1, 1])
        pids = [self.documents(self.ask("/info", "--json", what=str(lab.pid)).out)[0]["telemetry"]["answer"]["pid"]
                for lab in labs]
        self.assertEqual(pids, [lab.pid for lab in labs])

    def test_errors(self):
        self.lab()
        self.check_fails(self.ask("/eal/param"), "no telemetry /eal/param: did you mean /eal/params\\?")
        self.check_fails(self.ask("/no/such"), "no telemetry /no/such: telemetry / lists it")
        self.check_fails(self.ask("/mempool/info"), "/mempool/info answers nothing: its parameters may "
                                                             "be wrong; telemetry /help,/mempool/info")
        self.check_fails(self.ask("eal"), "a telemetry path begins with /")
        self.check_fails(self.ask("/" + "x" * 1023), "a telemetry path with its parameters has at most 1023 bytes")

    def test_none(self):
        self.lab("bare", options=("--no-telemetry",))
        self.check_fails(self.ask("/"), f"no telemetry socket under prefix {self.prefix}")
        # Nor has a dump, though its prefix may have one again.
        path = os.path.join(self.home, "a.dump")
        self.assertEqual(self.run_mpsh("-o", self.prefix, "dump", path, prefix=False).code, 0)
        self.check_fails(self.ask("/", what=path), "a dump has no telemetry: a process that runs answers it")
        lab = self.lab("bare", options=("--in-memory", "--no-telemetry"))
        self.check_fails(self.ask("/", what=str(lab.pid)), f"no telemetry socket of pid {lab.pid}")

    def impostor(self, greeting, answer):
        """The one of this answer, beside a primary without telemetry."""
        self.lab("bare", options=("--no-telemetry",))
        config = os.path.join(self.runtime_dir(), "config")
        with open(config, "rb") as file:
            data = file.read()
        at = next(at for at in range(25288, 25304, 8) if data[at:at + 8].endswith(b"\0\0") and any(data[at:at + 8]))
        process = self.spawn("-c", IMPOSTOR, self.runtime_dir(), greeting, answer, mpsh=sys.executable, prefix=False,
                             env=dict(self.env, AT=str(at)))
        process.line("^ready$")

    def test_an_answer_is_escaped(self):
        self.impostor(GREETING, '{"/x": {"a\\u001b": "b\\u001b[2J", "n": 18446744073709551615, "l": [{"m": true}]}}')
        self.assertEqual(self.ask("/x").out, "NAME  VALUE\na\\x1b b\\x1b[2J\nn     18446744073709551616\nl.0.m yes\n")
        answer = self.result_of(self.documents(self.ask("/x", "--json").out), "telemetry")["answer"]
        self.assertEqual(answer["a\\x1b"], "b\\x1b[2J")

    def test_no_json(self):
        self.impostor(GREETING, "nothing")
        self.check_fails(self.ask("/x"), f"the telemetry of prefix {self.prefix} answers what is no JSON")

    def test_too_long(self):
        self.impostor(GREETING, "long")
        self.check_fails(self.ask("/x"), rf"the telemetry of prefix {self.prefix} answers too much: \d+ bytes")

    def test_never(self):
        self.impostor(GREETING, "")
        self.check_fails(self.ask("/x", "-t", "200"), f"the telemetry of prefix {self.prefix} does not answer")

    def test_no_greeting(self):
        self.impostor("", "")
        self.check_fails(self.ask("/x", "-t", "200"), f"the telemetry of prefix {self.prefix} does not answer")

    def test_hangs_up(self):
        self.impostor("close", "")
        self.check_fails(self.ask("/x"), f"the telemetry of prefix {self.prefix}: Connection reset by peer")

    def test_a_stranger_is_not_asked(self):
        self.impostor(GREETING, '{"/x": 1}')
        self.assertEqual(self.ask("/x").out, "1\n")
        stranger = ("import socket,sys\n"
                    "import os; os.unlink(sys.argv[1])\n"
                    "s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET); s.bind(sys.argv[1]); s.listen()\n"
                    "print('ready', flush=True); sys.stdin.read()\n")
        process = self.spawn("-c", stranger, os.path.join(self.runtime_dir(), "dpdk_telemetry.v2"),
                             mpsh=sys.executable, prefix=False)
        process.line("^ready$")
        self.check_fails(self.ask("/x"), f"no telemetry socket under prefix {self.prefix}")

    def test_completion(self):
        self.lab("bare")
        prompt = self.terminal("-o", self.prefix, prefix=False)
        prompt.see("mpsh:outside> ")
        os.write(prompt.master, b"telemetry /eal/par\t\r")
        prompt.see("telemetry /eal/params")
        prompt.see(self.prefix)
        prompt.see("mpsh:outside> ")
        os.write(prompt.master, b"telemetry /help,/eal/par\t\r")
        prompt.see("Returns")

    def test_watch_has_rates(self):
        self.impostor(GREETING, '{"/x": {"packets": 5}}')
        out = self.run_mpsh("-o", self.prefix, "watch", "0.1", "count", "2", "telemetry", "/x", prefix=False).out
        self.assertEqual(out.count("packets 5"), 2)


if __name__ == "__main__":
    main()
