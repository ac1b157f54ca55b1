#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors

"""Handlers of another application, good and faulty: listed, measured and tried."""

import os
import re
import signal

from interoptest import SOURCE_ROOT, InteropTest, main, wait_for

FAULTY = os.environ.get("FAULTY", "")
COMM = "mp_faulty"
OWN = ["it_well", "it_picky", "it_leaks", "it_keeps", "it_grows", "it_takes", "it_crashes", "it_hangs", "it_chokes"]


class FuzzTest(InteropTest):
    def faulty(self, role="primary"):
        process = self.foreign(FAULTY, f"--proc-type={role}", "-l", "0", ready="^ready$")
        self.who = rf"pid {process.pid} \({COMM}\)"
        return process

    def fuzz(self, line, code=1, role="secondary"):
        """The result of one mp fuzz, as JSON, and its errors."""
        result = self.run_mpsh(f"--proc-type={role}", "-j", "-e", f"mp fuzz {line}")
        self.assertEqual(result.code, code, result)
        return self.value(result, "mp_fuzz"), result.err

    def value(self, result, name):
        """What the one document of this name has, or None."""
        values = [document[name] for document in self.documents(result.out) if name in document]
        self.assertLessEqual(len(values), 1, result)
        return values[0] if values else None


class Actions(FuzzTest):
    def test_a_process_is_asked_nothing(self):
        process = self.faulty()
        process.stop()
        self.addCleanup(process.kill, signal.SIGCONT)
        result = self.run_mpsh("-j", "mp", "actions", str(process.pid), prefix=False)
        self.assertEqual((result.code, result.err), (0, ""), result)
        actions = self.documents(result.out)[0]["mp_actions"]
        self.assertEqual([action["action"] for action in actions if not action["eal"]], OWN)
        eals = [action["action"] for action in actions if action["eal"]]
        self.assertIn("eal_dev_mp_request", eals)
        self.assertEqual([action["action"] for action in actions], OWN + eals)
        for action in actions:
            self.assertEqual((action["pid"], action["command"]), (process.pid, COMM))
            self.assertRegex(action["function"], r"^(mp_faulty|librte_.+\.so.+)\+0x[0-9a-f]+$")
        functions = {action["function"] for action in actions if not action["eal"]}
        self.assertEqual(len(functions), len(OWN))

    def test_a_group_and_its_processes(self):
        process = self.faulty()
        member = self.spawn("--proc-type=secondary", "-k")
        member.line(r"^\* ready")
        member.type("mp listen theirs echo", "mp actions", "mp actions primary", "mp actions nobody")
        member.line(rf"^ *{process.pid} {COMM} +it_well +mp_faulty\+0x")
        member.line(rf"^ *{member.pid} \S+ +theirs +\S+\+0x")
        member.line(rf"^ *{process.pid} {COMM} +it_well +mp_faulty\+0x")
        member.line("^error: no peer named nobody$", "err")
        # In text the lines fit, in a watch it is shown again.
        member.type("watch count 2 mp actions " + str(process.pid))
        for _ in range(2):
            member.line("^ +PID PROCESS +ACTION +FUNCTION$")
            for action in OWN:
                self.assertLessEqual(len(member.line(f" {action} ").string), 80)
        self.assertEqual(member.end().code, 1)

    def test_what_has_none(self):
        process = self.faulty()
        for words, error in (("1", "pid 1 is no DPDK process"), ("4194304", "no process 4194304"),
                             ("99999999999", "no process 99999999999")):
            result = self.run_mpsh("mp", "actions", words)
            self.assertEqual((result.code, result.out, result.err), (1, "", f"error: {error}\n"))
        process.kill(signal.SIGKILL)
        process.popen.wait()
        result = self.run_mpsh("-o", self.runtime_dir(), "-e", "mp actions", prefix=False)
        self.assertEqual(result.code, 1, result)
        self.assertEqual(result.err, "error: no process of this group lives: actions are in the memory of each\n")


class Bench(FuzzTest):
    def bench(self, line, code=0):
        result = self.run_mpsh("--proc-type=secondary", "-j", "-t", "300", "-e", f"mp bench {line}")
        self.assertEqual(result.code, code, result)
        return self.value(result, "mp_bench"), result.err

    def test_round_trips(self):
        self.faulty()
        result, _ = self.bench("it_well seconds 1")
        self.assertEqual((result["action"], result["lost"]), ("it_well", 0))
        self.assertGreater(result["sent"], 100)
        self.assertEqual(result["replied"], result["sent"])
        self.assertLessEqual(result["min_ns"], result["p50_ns"])
        self.assertLessEqual(result["p99_ns"], result["max_ns"])
        slow, _ = self.bench("it_well rate 20 seconds 2 hello")
        self.assertTrue(5 <= slow["sent"] <= 41, slow)
        # What begins with an option is none, and other words are the payload.
        result, _ = self.bench("it_picky seconds 1 rate 10 ok")
        self.assertEqual(result["lost"], 0)
        result = self.run_mpsh("--proc-type=secondary", "-e", "mp bench it_well rate ok")
        self.assertEqual((result.code, result.err), (2, "error: rate must be 1 to 1000000\n"))

    def test_text(self):
        self.faulty()
        result = self.run_mpsh("--proc-type=secondary", "-q", "-e", "mp bench it_well seconds 1 rate 100")
        self.assertEqual(result.code, 0, result)
        self.assertRegex(result.out, r"^\d+ sent, 0 lost\nround trips in \d+\.\d{3} s: \d+/s\n"
                         r"min \S+ \w+, p50 \S+ \w+, p99 \S+ \w+, max \S+ \w+\n( *\S+ \w+ [█▏▎▍▌▋▊▉]* \d+\n)+$")

    def test_without_an_answer(self):
        self.faulty()
        result, error = self.bench("it_picky seconds 1 no", code=1)
        self.assertEqual((result["replied"], result["p50_ns"]), (0, None))
        self.assertEqual(result["lost"], result["sent"])
        self.assertRegex(error, f"request failed: no reply from {self.who} within 300 ms: "
                         "its handler has not answered")
        _, error = self.bench("nowhere seconds 1", code=1)
        self.assertRegex(error, "it has no action nowhere; it has it_well, it_picky,")

    def test_ctrl_c_ends_it_with_its_summary(self):
        self.faulty()
        member = self.spawn("--proc-type=secondary", "-q", "-e", "mp bench it_well seconds 600 rate 100")
        wait_for(lambda: len(os.listdir(f"/proc/{member.pid}/task")) > 4, "its threads")
        wait_for(lambda: self.runs(member), "its requests")
        member.kill(signal.SIGINT)
        member.line("^[1-9][0-9]* sent, 0 lost$")
        self.assertEqual(member.end().code, 130)

    def runs(self, member):
        """Does the one who answers run now and then?"""
        self.ran = getattr(self, "ran", [])
        self.ran.append(self.switches())
        return self.ran[-1] > self.ran[0] + 50

    def switches(self):
        pid = int(re.search(r"\d+", self.who).group())
        total = 0
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/status") as file:
                total += int(re.search(r"^voluntary_ctxt_switches:\s+(\d+)", file.read(), re.M).group(1))
        return total


class Fuzz(FuzzTest):
    def test_a_good_handler(self):
        process = self.faulty()
        result, error = self.fuzz("it_well count 300 seed 7", code=0)
        self.assertEqual(error, "")
        self.assertEqual((result["action"], result["pid"], result["seed"]), ("it_well", process.pid, 7))
        self.assertEqual((result["sent"], result["replied"], result["silent"]), (300, 300, 0))
        self.assertEqual((result["alive"], result["mp_thread"], result["findings"], result["broke"]),
                         (True, True, [], None))
        self.assertEqual(result["fds_before"], result["fds_after"])
        self.check_lives(process)
        # Descriptors are no leak where they are closed.
        result, error = self.fuzz("it_well count 300 fds", code=0)
        self.assertEqual((error, result["fds_after"]), ("", result["fds_before"]))

    def test_text(self):
        self.faulty()
        result = self.run_mpsh("--proc-type=secondary", "-q", "-e", "mp fuzz it_well count 200 seed 7")
        self.assertEqual(result.code, 0, result)
        self.assertRegex(result.out, r"^100 sent, 100 answered: .+\n200 sent, 200 answered: .+\n"
                         r"200 sent, 200 answered, 0 not \(seed 7\)\np50 \S+ \w+, max \S+ \w+\n")

    def test_leaks_of_descriptors(self):
        self.faulty()
        result, error = self.fuzz("it_leaks")
        self.assertEqual(result["sent"], 100)
        self.assertEqual(result["fds_after"] - result["fds_before"], 100)
        self.assertRegex(error, f"{self.who} leaks descriptors: \\d+ -> \\d+ in 100 payloads")
        # Those that are passed are passed with fds alone.
        result, error = self.fuzz("it_keeps count 200", code=0)
        self.assertEqual(result["fds_after"], result["fds_before"])
        result, error = self.fuzz("it_keeps fds")
        self.assertLess(result["sent"], 200)
        self.assertRegex(error, f"{self.who} leaks descriptors")

    def test_as_the_readme_shows(self):
        process = self.faulty()
        text = (SOURCE_ROOT / "README.md").read_text()
        block = re.search(r"<!-- outside: fuzz -->\n```\n(.*?)```", text, re.S)[1]
        commands = re.split(r"^\$ mpsh (.*)\n", block, flags=re.M)[1:]
        for line, shown in zip(commands[::2], commands[1::2]):
            words = line.replace("4242", str(process.pid)).split()
            result = self.run_mpsh(*words)
            now = {self.normal(row) for row in (result.out + result.err).splitlines()}
            for row in shown.splitlines():
                self.assertIn(self.normal(row), now)

    def normal(self, row):
        """Without what differs from one process, host and DPDK to another."""
        row = re.sub(r"\d+(\.\d+)? (ns|us|ms|s)\b", "T", row)
        row = re.sub(r"\d+ -> \d+", "N -> N", row)
        return re.sub(r"(\.so)?(\.\d+)*\+0x\w+|\b\d{4,}\b| +", " ", row).strip()

    def test_leaks_of_memory(self):
        self.faulty()
        result, error = self.fuzz("it_grows count 200")
        self.assertGreater(result["rss_after"] - result["rss_before"], 100 * 65536)
        self.assertRegex(error, f"{self.who} grows: \\d+\\.\\d -> \\d+\\.\\d MiB of memory in 200 payloads")
        result, error = self.fuzz("it_takes count 200")
        self.assertGreaterEqual(result["heap_after"] - result["heap_before"], 200 * 4096)
        self.assertRegex(error, f"{self.who} takes of the group's heap")

    def test_a_crash(self):
        process = self.faulty()
        result, error = self.fuzz("it_crashes", code=3)
        # The first call was the good payload.
        self.assertEqual((result["sent"], result["replied"], result["silent"]), (76, 75, 1))
        self.assertFalse(result["alive"])
        self.assertRegex(result["broke"], "^mp request it_crashes hex:([0-9a-f]{2})*$")
        self.assertIn(f"pid {process.pid} has died at the last payload", error)
        process.popen.wait()

    def test_a_crash_of_a_secondary(self):
        primary = self.spawn("--proc-type=primary", "-q", "-k")
        self.assertIsNotNone(primary)
        wait_for(lambda: os.path.exists(os.path.join(self.runtime_dir(), "mp_socket")), "the primary")
        process = self.faulty("secondary")
        primary.type("mp fuzz it_crashes seed 3")
        primary.line(r"^76 sent, 75 answered, 1 not \(seed 3\)$")
        primary.line("^the last was: mp request it_crashes hex:")
        primary.line(rf"^error: pid {process.pid} has died at the last payload$", "err")
        process.popen.wait()
        # With two that have the action, or one that has not, there is none to try.
        self.faulty("secondary")
        other = self.faulty("secondary")
        primary.type("mp fuzz it_well count 1")
        primary.line(rf"^error: 2 processes have the action it_well, and DPDK asks them all: .*{self.who}", "err")
        other.end()
        primary.type("mp listen nothing echo", "mp fuzz nothing")
        primary.line(r"^error: no other process has the action nothing: there is pid \d+ \(mp_faulty\)$", "err")
        guest = self.spawn("--proc-type=secondary", "-q", "-k")
        guest.type("info")
        guest.line("^name +secondary")
        primary.type("mp fuzz it_well count 1")
        primary.line(r"^error: DPDK asks every process, and without the action it_well is pid \d+ \(mpsh.*\)$", "err")
        guest.end()
        primary.end()

    def test_handlers_that_do_not_return(self):
        for line, error in (("it_hangs seed 1", "its handler does not return"),
                            ("it_chokes seed 1", "its handler does not return")):
            process = self.faulty()
            result, errors = self.fuzz(line)
            self.assertRegex(errors, f"{self.who} answers no more since the last payload: {error}")
            self.assertTrue(result["alive"])
            self.assertRegex(result["broke"], f"^mp request {line.split()[0]} hex:")
            if line.startswith("it_chokes"):
                self.assertGreater(len(result["broke"].partition("hex:")[2]), 400)
                first = result["broke"]
            process.kill(signal.SIGKILL)
            process.popen.wait()
        # The seed repeats it, and the command does it alone.
        process = self.faulty()
        self.assertEqual(self.fuzz("it_chokes seed 1")[0]["broke"], first)
        process.kill(signal.SIGKILL)
        process.popen.wait()
        process = self.faulty()
        result = self.run_mpsh("--proc-type=secondary", "-q", "-t", "200", "-e", first)
        self.assertRegex(result.err, "its handler does not return")
        process.kill(signal.SIGKILL)

    def test_the_good_payload(self):
        self.faulty()
        # One that is silent but well goes on; each silence costs 100 ms.
        result, error = self.fuzz("it_picky count 10 ok", code=0)
        self.assertEqual((error, result["sent"], result["silent"] + result["replied"]), ("", 10, 10))
        self.assertGreater(result["silent"], 0)
        _, error = self.fuzz("it_picky count 10")
        self.assertRegex(error, f"{self.who} answers none of 17 payloads: give one that it answers: "
                         "its handler has not answered")
        _, error = self.fuzz("it_picky count 10 no")
        self.assertRegex(error, f"{self.who} answers not even the good payload: its handler has not answered")
        _, error = self.fuzz("nowhere")
        self.assertRegex(error, f"{self.who}: it has no action nowhere; it has it_well")

    def test_wrong_lines(self):
        for line, error in (("eal_dev_mp_request", "eal_dev_mp_request is EAL's own and unplugs devices: add force"),
                            ("mp_pdump count 1", "mp_pdump is EAL's own: add force"),
                            ("bus_vdev_mp", "bus_vdev_mp is EAL's own: add force"),
                            ("it_well count 0", "count must be 1 to 1000000"),
                            ("it_well fd:/dev/null x", "the good payload has no descriptors: leave fd: out"),
                            ("it_well fds hex:0", "hex: takes an even number of digits, these are 1; nothing was sent")):
            result = self.run_mpsh("-e", f"mp fuzz {line}")
            self.assertEqual((result.code, result.out, result.err), (2, "", f"error: {error}\n"))


if __name__ == "__main__":
    main()
