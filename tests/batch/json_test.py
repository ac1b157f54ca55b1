#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors

"""JSON: one document a line, and the members that scripts count on."""

import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../lib'))
from mpshtest import LIMIT, StartTest, main  # noqa: E402


class Json(StartTest):
    def check_members(self, document, members):
        """Those members at least, of those types."""
        for name, kind in members.items():
            self.assertIn(name, document)
            self.assertIsInstance(document[name], kind, f"{name} of {document}")
            self.assertNotIsInstance(document[name], bool, f"{name} of {document}")
        for name in document:
            if name.endswith("_ns"):
                self.assertIsInstance(document[name], (int, list, type(None)), name)

    def results(self, *commands, code=0, words=()):
        """What a secondary's batch of these commands prints."""
        arguments = [word for command in commands for word in ("-e", command)]
        result = self.run_mpsh("-j", *words, *arguments)
        self.assertEqual(result.code, code, result)
        self.errors = self.documents(result.err)
        return self.documents(result.out)

    def check_jq(self, text):
        parsed = subprocess.run(["jq", "-c", "."], input=text, text=True, capture_output=True)
        self.assertEqual((parsed.returncode, parsed.stderr), (0, ""))
        self.assertEqual(len(parsed.stdout.splitlines()), len(text.splitlines()))

    def test_jq_reads_everything_that_is_printed(self):
        primary = self.primary("-j", "-k")
        primary.type("set answer text üñ\x01\x1b\\\"")
        result = self.run_mpsh(
            "-j", "-k", input=b'send a"b\\c\xff\x01 \xe2\x80\xae\nbroadcast hi\nrequest status\n'
            b"peers\nstats\ninfo\nset\nhelp\nhelp send\nshow rings\nshow pools\nshow memzones\n"
            b"show ring PRI_2_SEC\nmp listen\nmp request nosuch\nmp request mpsh x\nnosuch\n"
            b"set timeout 0\nsendto nobody x\nstats reset\nwait 0\nping count 1\nquit\n")
        primary.line('"detached"')
        primary.type("quit")
        end = primary.end()
        for text in (result.out, result.err, end.out, end.err):
            self.check_jq(text)
            self.documents(text)
        self.assertGreater(len(result.out.splitlines()), 15)
        self.assertGreaterEqual(len(result.err.splitlines()), 4)

    def test_set_json_switches(self):
        result = self.run_primary(input="set json on\nset\nset json off\nset timeout 0\n")
        lines = result.out.splitlines()
        self.assertTrue(lines[0].startswith("* ready as primary"))
        self.assertIn("set", self.documents(lines[-1])[0])
        self.assertEqual(result.err, "error: timeout must be 1 to 3600000\n")

    def test_ready(self):
        process = self.spawn("--proc-type=primary", "-j")
        self.assertEqual(self.documents(process.end().out),
                         [{"event": {"type": "ready", "peer": "primary", "pid": process.pid}}])

    def test_error(self):
        result = self.run_primary("-j", "-e", "send hello")
        self.assertEqual(self.documents(result.err), [{"error": "no secondary is attached"}])

    def test_error_of_a_file_names_its_line(self):
        path = os.path.join(self.home, "commands")
        with open(path, "w") as file:
            file.write("\nsend hello\n")
        result = self.run_primary("-j", "-f", path)
        self.assertEqual(self.documents(result.err), [{"error": f"{path}:2: no secondary is attached"}])

    def test_send(self):
        self.primary()
        send = self.result_of(self.results("send hello"), "send")
        self.assertEqual(set(send), {"peer", "text", "transport", "rtt_ns"})
        self.assertEqual((send["peer"], send["text"], send["transport"]), ("primary", "hello", "ring"))
        self.assertIsInstance(send["rtt_ns"], int)
        self.assertTrue(0 < send["rtt_ns"] < LIMIT * 1000000000)

    def test_sendto_bears_its_name(self):
        self.primary()
        sendto = self.result_of(self.results("sendto primary hello"), "sendto")
        self.assertEqual((sendto["peer"], sendto["text"]), ("primary", "hello"))

    def test_a_number_that_does_not_exist_is_null(self):
        self.primary()
        row, = [row for row in self.result_of(self.results("stats"), "stats") if row["transport"] == "mp"]
        self.assertEqual([row[name] for name in ("p50_ns", "p99_ns", "max_ns")], [None] * 3)

    def test_what_was_not_measured_is_null(self):
        primary = self.primary()
        secondary = self.spawn("-j", "-k", "-t", "100", "--proc-type=secondary")
        primary.line("attached")
        primary.stop()
        secondary.type("ping count 1")
        ping = self.documents(secondary.line('"ping"').string)[0]["ping"]
        self.assertEqual([ping[name] for name in ("min_ns", "p50_ns", "p99_ns", "max_ns")], [None] * 4)

    def test_an_error_of_the_command_line(self):
        for words, error in (("--bogus -j", "unknown option --bogus: mpsh --help lists them"),
                             ("-j --bogus", "unknown option --bogus: mpsh --help lists them"),
                             ("--bogus what -kj", "unknown option --bogus: mpsh --help lists them"),
                             ("-t 0 --json", "timeout must be 1 to 3600000"),
                             ("--json sned x", "unknown command sned: did you mean send?"),
                             ("--name 1 -j", None), ("--no-huge -j", None)):
            result = self.run_mpsh(*words.split())
            self.assertEqual((result.code, result.out), (2, ""), result)
            document, = self.documents(result.err)
            self.assertEqual(list(document), ["error"])
            if error is not None:
                self.assertEqual(document["error"], error)

    def test_json_that_is_the_value_of_an_option_asks_for_none(self):
        for words in (("-t", "-j"), ("--bogus", "--name", "-j"), ("-w", "x", "-e", "-j"), ("-t", "0", "-d", "-j")):
            self.check_refused(self.run_mpsh(*words), 2)

    def test_version_and_help(self):
        version = self.result_of(self.documents(self.run_mpsh("-jV").out), "version")
        self.assertEqual(self.run_mpsh("-V").out,
                         "mpsh {mpsh}, protocol {protocol}, DPDK {dpdk}\n".format(**version))
        usage = self.result_of(self.documents(self.run_mpsh("--help", "-j").out), "usage")
        self.assertEqual(usage, self.run_mpsh("--help").out)

    def test_bytes_that_are_not_utf8_are_in_hex(self):
        primary = self.primary("-j")
        result = self.run_mpsh("-j", input=b"send a\xffb\nsend \xc3\xa4\n")
        first, second = [document["send"] for document in self.documents(result.out)
                         if "send" in document]
        self.assertEqual((first["text"], first["hex"]), ("a\ufffdb", "61ff62"))
        self.assertEqual((second["text"], "hex" in second), ("ä", False))
        primary.line('"hex":"61ff62"')

    def test_broadcast(self):
        primary = self.primary("-j", "-t", "2000")
        self.secondary()
        silent = self.secondary()
        primary.line("secondary-2")
        silent.type("set answer off", "set json on", "set")
        silent.line('"set"')
        primary.type("broadcast hi all")
        primary.close()
        out = self.documents(primary.end().out)
        broadcast = self.result_of(out, "broadcast")
        self.assertEqual((broadcast["sent"], broadcast["replied"]), (2, 1))
        self.assertEqual(broadcast["silent"], ["secondary-2"])
        reply, = broadcast["replies"]
        self.assertEqual((reply["peer"], reply["text"]), ("secondary-1", "hi all"))
        self.assertIsInstance(reply["rtt_ns"], int)
        self.assertEqual(primary.popen.returncode, 1)

    def test_request(self):
        self.primary()
        for command in ("request status", "mp request mpsh status"):
            name = "request" if command.startswith("request") else "mp_request"
            request = self.result_of(self.results(command), name)
            self.check_members(request, {"action": str, "sent": int, "replied": int, "rtt_ns": int,
                                         "replies": list})
            self.assertEqual((request["action"], request["sent"], request["replied"]),
                             ("mpsh", 1, 1))
            reply, = request["replies"]
            self.assertEqual((reply["text"], reply["fds"]), ("status", 0))

    def test_peers(self):
        primary = self.primary()
        process = self.spawn("-j", "--name", "fw", "-e", "peers")
        peers = self.result_of(self.documents(process.end().out), "peers")
        for peer in peers:
            self.check_members(peer, {"name": str, "pid": int, "state": str})
            self.assertEqual(set(peer), {"id", "name", "pid", "state", "age_ns", "queued_to",
                                         "queued_from"})
        self.assertIn(("primary", primary.pid, 0),
                      [(peer["name"], peer["pid"], peer["id"]) for peer in peers])
        for peer in peers:
            self.assertEqual(peer["state"], "up")

    def test_peers_of_the_primary(self):
        primary = self.primary("-j")
        one = self.secondary("--name", "fw")
        two = self.secondary()
        primary.type("peers")
        primary.close()
        peers = self.result_of(self.documents(primary.end().out), "peers")
        self.assertLessEqual({(1, "fw", one.pid), (2, "secondary-2", two.pid)},
                             {(peer["id"], peer["name"], peer["pid"]) for peer in peers})
        for peer in peers:
            if peer["id"]:
                self.assertTrue(0 <= peer["age_ns"] < LIMIT * 10**9)
                # One that has just come may not have taken yet what it was told.
                self.assertTrue(0 <= peer["queued_to"] <= 255 and 0 <= peer["queued_from"] <= 255)

    def test_ping(self):
        self.primary()
        for transport in ("ring", "mp"):
            began = time.monotonic_ns()
            ping = self.result_of(self.results(f"ping via {transport} count 20 interval 0"), "ping")
            took = time.monotonic_ns() - began
            self.assertEqual((ping["peer"], ping["transport"], ping["sent"], ping["received"], ping["lost"]),
                             ("primary", transport, 20, 20, 0))
            times = sorted(ping["rtts_ns"])
            self.assertEqual(len(times), 20)
            self.assertTrue(0 < sum(times) < took)
            self.assertEqual((ping["min_ns"], ping["max_ns"]), (times[0], times[-1]))
            # The histogram's buckets are a few percent wide.
            self.assertTrue(times[9] * 0.99 <= ping["p50_ns"] <= times[10] * 1.1, ping)
            self.assertTrue(times[18] * 0.99 <= ping["p99_ns"] <= times[-1], ping)

    def test_bench(self):
        self.primary()
        for words, size in (("via ring", 64), ("via ring size 1000 burst 1", 1000), ("via mp size 200", 200)):
            bench = self.result_of(self.results(f"bench {words} seconds 1"), "bench")
            self.assertEqual((bench["peer"], bench["transport"]), ("primary", words.split()[1]))
            self.assertEqual((bench["lost"], bench["disorder"]), (0, 0))
            self.assertEqual(bench["bytes"], bench["messages"] * size)
            self.assertTrue(0.99 < bench["seconds"] < 20, bench)
            self.assertAlmostEqual(bench["messages_per_s"], bench["messages"] / bench["seconds"], delta=1)
            self.assertAlmostEqual(bench["ns_per_message"] * bench["messages_per_s"], 1e9, delta=1e6)
            self.assertTrue(0 < bench["p50_ns"] <= bench["p99_ns"] <= bench["p9999_ns"] <= bench["max_ns"], bench)
            # A stream that its receiver finds by itself takes a second to be found.
            self.assertLess(bench["p50_ns"], 5 * 10**8)
            self.assertGreater(bench["messages"], 1000)

    def test_stats(self):
        self.primary()
        stats = self.result_of(self.results("send hello", "send more", "broadcast hi", "stats"), "stats")
        members = {"peer", "transport", "sent", "received", "replies", "timeouts", "late", "refused",
                   "invalid", "bytes", "p50_ns", "p99_ns", "max_ns"}
        for row in stats:
            self.assertEqual(set(row), members)
            self.assertEqual(row["sent"], row["replies"] + row["timeouts"])
        ring, = [row for row in stats if (row["peer"], row["transport"]) == ("primary", "ring")]
        self.assertEqual((ring["sent"], ring["replies"], ring["timeouts"]), (2, 2, 0))
        self.assertTrue(0 < ring["p50_ns"] <= ring["p99_ns"])
        self.assertTrue(0 < ring["p50_ns"] <= ring["max_ns"] * 1.1)

    def test_show_rings(self):
        self.primary()
        rings = self.result_of(self.results("show rings"), "show_rings")
        for ring in rings:
            self.check_members(ring, {"name": str, "size": int, "used": int, "free": int})
            self.assertLessEqual({"element_bytes", "producers", "consumers"}, set(ring))
            self.assertEqual(ring["used"] + ring["free"], ring["size"] - (ring["flags"] != "exact"), ring)
        self.assertLessEqual({"PRI_2_SEC", "SEC_2_PRI"}, {ring["name"] for ring in rings})
        for name in ("mpsh_to_1", "mpsh_from_2", "PRI_2_SEC"):
            ring = self.result_of(self.results(f"show ring {name}"), "show_ring")
            self.assertEqual(ring["name"], name)
            self.assertEqual(ring["size"], [row["size"] for row in rings if row["name"] == name][0])

    def test_help_tells_all_that_there_is(self):
        self.primary()
        commands = self.result_of(self.results("help"), "help")
        self.assertGreater(len(commands), 25)
        words = [word for command in commands for word in ("-e", f"help {command['name']}")]
        text = self.run_mpsh(*words).out
        for command in commands:
            for member in ("usage", "brief", "detail", "example"):
                self.assertNotEqual(command[member].strip(), "", command)
            if any(other["name"].startswith(command["name"] + " ") for other in commands):
                continue  # its help is a list
            told = " ".join(text.split())
            for member in ("usage", "brief", "detail", "example"):
                self.assertIn(" ".join(command[member].split()), told, command["name"])

    def test_notices_of_what_was_received(self):
        primary = self.primary("-j")
        secondary = self.run_mpsh("-e", "send hello", "-e", "broadcast hi all", "-e", "request status")
        self.assertEqual(secondary.code, 0, secondary)
        primary.line('"detached"')
        primary.type("quit")
        documents = self.documents(primary.end().out)
        received = [document["received"] for document in documents if "received" in document]
        self.assertEqual(
            [(one["peer"], one["text"], one["transport"], one["kind"]) for one in received],
            [("secondary-1", "hello", "ring", "message"), ("secondary-1", "hi all", "mp", "broadcast"),
             ("secondary-1", "status", "mp", "request")])

    def test_notice_of_what_came_to_an_action(self):
        primary = self.primary("-j")
        primary.type("mp listen foo echo", "mp listen")
        primary.line('"mp_listen"')
        process = self.spawn("-e", "mp request foo hello")
        self.assertEqual(process.end().code, 0)
        received = self.documents(primary.line('.*"received".*').string)[0]["received"]
        self.assertIn("peer", received)
        self.check_members(received, {"text": str, "transport": str, "kind": str,
                                      "action": str, "pid": int, "command": str})
        self.assertIn("fds", received)
        self.assertEqual((received["kind"], received["action"], received["text"], received["pid"]),
                         ("mp", "foo", "hello", process.pid))

    def test_notices_of_who_comes_and_goes(self):
        primary = self.primary("-j")
        process = self.spawn("--name", "fw")
        process.end()
        primary.line('"detached"')
        killed = self.secondary("-j")
        killed.kill()
        primary.line('"died"')
        other = self.secondary("-j")
        primary.line('"attached"')
        primary.close()
        events = [document["event"] for document in self.documents(primary.end().out)]
        self.assertEqual([(event["type"], event["peer"], event["pid"]) for event in events],
                         [("ready", "primary", primary.pid), ("attached", "fw", process.pid),
                          ("detached", "fw", process.pid), ("attached", "secondary-1", killed.pid),
                          ("died", "secondary-1", killed.pid),
                          ("attached", "secondary-1", other.pid)])
        quit_event = self.documents(other.line(".*primary.*").string)[0]["event"]
        self.assertEqual((quit_event["peer"], quit_event["pid"]), ("primary", primary.pid))


if __name__ == "__main__":
    main()
