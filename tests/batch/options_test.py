#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors

"""mpsh's own options, and the EAL options it adds."""

import ctypes
import os
import pathlib
import re
import resource
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../lib'))
from mpshtest import LIMIT, NOBODY, StartTest, main, wait_for  # noqa: E402

# As nobody, in a mount namespace without hugetlbfs and with no free descriptor to spare.
NEITHER_ROOT_NOR_PAGES = ["unshare", "--mount", "--", "bash", "-c",
                          'umount -a -t hugetlbfs && exec "$@"', "bash", *NOBODY]


class Options(StartTest):
    def unknown(self, *names):
        return "".join(f"error: unknown command {name}: help lists them\n" for name in names)

    def test_execute_and_file_run_in_the_order_given(self):
        path = os.path.join(self.home, "commands")
        with open(path, "w") as file:
            file.write("nosuch2\n")
        result = self.run_primary("-k", "-e", "nosuch1", "-f", path, "--execute", "nosuch3", "-f", "-",
                                  "--file=" + path, "-e", "nosuch5", "--execute=nosuch6",
                                  input="nosuch4\n")
        self.assertEqual(result.code, 2)
        self.assertEqual(re.findall(r"nosuch\d", result.err),
                         [f"nosuch{n}" for n in (1, 2, 3, 4, 2, 5, 6)], result.err)

    def test_execute_takes_several_lines(self):
        result = self.run_primary("-e", "set timeout 321\nset")
        self.assertRegex(result.out, r"timeout +321")

    def test_execute_reads_no_standard_input(self):
        self.assertEqual(self.run_primary("-e", "set", input="nosuch\n").code, 0)

    def test_interactive_reads_on_after_the_commands(self):
        for word in ("-i", "--interactive"):
            result = self.run_primary("-e", "set timeout 55", word, input="set\nnosuch\n")
            self.assertEqual((result.code, result.err), (2, self.unknown("nosuch")))
            self.assertRegex(result.out, r"timeout +55\b")

    def test_interactive_prompts_at_a_terminal_and_ends_with_0(self):
        process = self.terminal("-k", "-e", "nosuch", "-i")
        process.see("unknown command nosuch")
        process.see("mpsh:primary> ")
        process.type("quit")
        self.assertEqual(process.popen.wait(LIMIT), 0)

    def test_interactive_stays_at_the_prompt_whatever_becomes_of_the_commands(self):
        process = self.terminal("-i", "-e", "sned x", "-e", "set timeout 77", "-f", "/nonexistent")
        process.see("unknown command sned")
        process.see("mpsh:primary> ")
        process.type("set")
        process.see(r"timeout +5000\b")
        process.type("quit")
        self.assertEqual(process.popen.wait(LIMIT), 0)
        process = self.terminal("-i", "-f", "/nonexistent", "-e", "set timeout 77")
        process.see("mpsh:primary> ")
        process.type("quit")
        self.assertEqual(process.popen.wait(LIMIT), 0)
        # What ends the batch on purpose leaves.
        process = self.terminal("-i", "-e", "quit")
        self.assertEqual(process.popen.wait(LIMIT), 0)
        self.assertNotIn("mpsh:primary> ", process.out())

    def test_interactive_stays_at_the_prompt_after_ctrl_c(self):
        for more in ((), ("-k",)):
            process = self.terminal("-i", *more, "-e", "wait 600", "-e", "set timeout 77")
            process.see("ready as primary")
            process.kill(signal.SIGINT)
            process.see("mpsh:primary> ")
            process.type("set")
            process.see(r"timeout +5000\b")
            self.assertNotIn("^C", process.out())
            process.type("quit")
            self.assertEqual(process.popen.wait(LIMIT), 0)

    def test_interactive_stays_at_the_prompt_without_its_primary(self):
        primary = self.primary("-e", "wait forever")
        process = self.terminal("-i", "-e", "wait 600")
        process.see("ready as secondary-1")
        primary.kill()
        process.see("the primary died")
        process.kill(signal.SIGINT)
        process.see("mpsh:secondary-1> ")

    def test_execute_at_a_terminal_leaves_without_a_prompt(self):
        process = self.terminal("--proc-type=primary", "-e", "set timeout 8", "-e", "set")
        process.see(r"timeout +8\b")
        self.assertEqual(process.popen.wait(LIMIT), 0)
        self.assertNotIn("mpsh:primary>", process.out())

    def test_json_makes_results_and_errors_documents(self):
        for word in ("-j", "--json"):
            result = self.run_primary(word, "-k", "-e", "set", "-e", "nosuch")
            self.assertEqual(result.code, 2)
            ready, settings = self.documents(result.out)
            self.assertEqual(ready["event"]["type"], "ready")
            self.assertIn("set", settings)
            self.assertEqual(self.documents(result.err),
                             [{"error": "unknown command nosuch: help lists them"}])

    def test_json_is_for_starts_that_fail_too(self):
        result = self.run_mpsh("-j", "--proc-type=secondary")
        self.assertEqual(result.code, 3)
        self.assertEqual(list(self.documents(result.err)[0]), ["error"])

    def test_timeout_is_how_long_a_command_waits(self):
        for words in (["-t", "50"], ["--timeout", "50"], ["--timeout=50"]):
            result = self.run_primary(*words, "-e", "wait message x")
            self.assertEqual(result.code, 1)
            self.assertEqual(result.err, "error: no such message came within 50 ms\n")
        # A clock: at least that long, and not in another unit.
        process = self.spawn("--proc-type=primary", "-t", "1000")
        process.line("ready as primary")
        began = time.monotonic()
        process.type("wait message x")
        process.line("no such message came within 1000 ms", "err")
        self.assertGreaterEqual(time.monotonic() - began, 1)
        self.assertLess(time.monotonic() - began, 20)
        process.end()
        self.assertRegex(self.run_primary("-e", "set").out, r"timeout +5000\b")
        for value in ("1", "3600000"):
            self.assertRegex(self.run_primary("-t", value, "-e", "set").out, rf"timeout +{value}\b")

    def test_timeout_out_of_range_is_wrong_usage(self):
        for value in ("0", "3600001", "-1", "x", "", "5s", "1.5", "99999999999999999999"):
            self.check_refused(self.run_mpsh("-t", value), 2, "^error: timeout must be 1 to 3600000")

    def test_name_is_what_the_others_see(self):
        primary = self.primary()
        process = self.spawn("--name", "fw", "-e", "send hello", "-e", "peers")
        primary.line(rf"^\* fw attached \(pid {process.pid}\)$")
        primary.line(r"^fw: hello$")
        result = process.end()
        self.assertTrue(result.out.startswith(f"* ready as fw (pid {process.pid})\n"), result.out)
        terminal = self.terminal("--name=a.B_-9")
        terminal.see("mpsh:a.B_-9> ")

    def test_name_of_a_primary(self):
        primary = self.primary("--name", "left")
        result = self.run_mpsh("-e", "send hello", "-e", "sendto left x", "-e", "sendto primary y")
        self.assertEqual(result.code, 0, result)
        self.assertRegex(result.out, r"reply from (left|primary): hello")

    def test_name_in_use(self):
        self.primary()
        self.secondary("--name", "fw")
        self.check_refused(self.run_mpsh("--name", "fw"), 3, "^error: name fw is in use")

    def test_names_that_are_allowed(self):
        for name in ("a", "x" * 24, "a1._-", "Primary", "secondary", "secondary.1", "allx"):
            result = self.run_primary("--name", name)
            self.assertEqual((result.code, result.err), (0, ""))

    def test_names_that_are_not_allowed(self):
        for name in ("", "x" * 25, "1a", "_a", "-a", ".a", "a b", "a/b", "é", "a\n", "primary",
                     "guest", "outside", "simple_mp", "error", "reply", "all", "secondary-1", "secondary-x"):
            self.check_refused(self.run_mpsh(f"--name={name}"), 2, "^error: name ")

    def test_names_that_are_words_of_the_grammar_are_not_allowed(self):
        for name in ("send", "sendto", "broadcast", "request", "mp", "listen", "notify", "echo",
                     "text", "delay", "off", "on", "none", "peers", "gone", "message", "via", "ring",
                     "count", "interval", "seconds", "size", "burst", "reset", "show", "rings",
                     "quit", "help", "ping", "bench", "watch", "doctor", "reconnect", "info"):
            self.check_refused(self.run_mpsh("--name", name), 2, f"^error: name {name} ")

    def test_max_peers_bounds_the_secondaries(self):
        primary = self.primary("--max-peers", "2")
        self.secondary()
        self.secondary()
        self.check_refused(self.run_mpsh(), 3,
                           r"^error: no free place: 2 of 2 secondaries")
        primary.type("info")
        primary.line(r"peers at most +2$")

    def test_max_peers_range(self):
        for value in ("0", "64", "-1", "x", ""):
            self.check_refused(self.run_mpsh("--max-peers", value), 2,
                                  "^error: max-peers must be 1 to 63")
        for value in ("1", "63"):
            result = self.run_primary("--max-peers", value, "-j", "-e", "info")
            self.assertEqual(self.result_of(self.documents(result.out), "info")["max_peers"],
                             int(value))

    def test_wait_waits_for_a_primary_that_comes_later(self):
        for words in (["-w", "60"], ["--wait=60"]):
            secondary = self.spawn(*words, "-e", "send hello")
            wchan = pathlib.Path(f"/proc/{secondary.pid}/wchan")
            comm = pathlib.Path(f"/proc/{secondary.pid}/comm")
            wait_for(lambda: comm.read_text() == "mpsh\n" and "nanosleep" in wchan.read_text(),
                     "mpsh -w sleeps until a primary comes")
            primary = self.primary()
            secondary.line(r"^\* ready as secondary-1 ")
            secondary.line(r"^reply from primary: hello")
            self.assertEqual(secondary.end().code, 0)
            primary.type("quit")
            primary.end()

    def test_a_start_that_waits_says_so_on_a_terminal(self):
        for words in (["-w", "60"], ["-w", "60", "-e", "wait forever"], ["-j", "-w", "60"]):
            terminal = self.terminal(*words)
            terminal.see(rf"waiting up to 60 s for a primary under the prefix {self.prefix}")
            primary = self.primary()
            primary.line("secondary-1 attached")
            self.assertEqual(terminal.out().count("waiting"), 1, terminal.out())
            primary.type("quit")
            primary.end()
            terminal.kill()
            terminal.end()
        primary = self.primary()
        primary.stop()
        terminal = self.terminal()
        terminal.see(rf"\* waiting up to 10 s for the primary, pid {primary.pid} \(mpsh, stopped\)\r\n")
        primary.kill(signal.SIGCONT)
        terminal.see("mpsh:secondary-1> ")
        # Who is asked for results and errors only says nothing, nor does who has no terminal.
        primary.type("quit")
        primary.end()
        terminal = self.terminal("-q", "-w", "2", "-e", "info")
        self.assertEqual(terminal.popen.wait(LIMIT), 3)
        self.assertNotIn("waiting", terminal.out())
        self.check_refused(self.run_mpsh("-w", "2"), 3, "^error: no primary")

    def freeze(self, tid):
        """Stop one thread of a process, as a debugger can. Returns what lets it go."""
        ptrace = ctypes.CDLL(None, use_errno=True).ptrace
        ptrace.argtypes = [ctypes.c_long] * 4
        seize, interrupt, detach = 0x4206, 0x4207, 17
        self.assertEqual(ptrace(seize, tid, 0, 0), 0, os.strerror(ctypes.get_errno()))
        self.assertEqual(ptrace(interrupt, tid, 0, 0), 0)
        os.waitpid(tid, 0x40000000)  # __WALL
        return lambda: ptrace(detach, tid, 0, 0)

    def deaf_primary(self):
        """A primary whose rte_mp thread is stopped, and what lets it go."""
        primary = self.primary()
        tid, = (int(path.parent.name) for path in pathlib.Path(f"/proc/{primary.pid}/task").glob("*/comm")
                if path.read_text().startswith("rte_mp"))
        let_go = self.freeze(tid)
        self.addCleanup(let_go)
        return primary, let_go

    def test_wait_is_how_long_the_attach_may_take(self):
        primary, let_go = self.deaf_primary()
        # Also over the ten seconds that are enough without -w.
        for seconds in ("1", "12"):
            self.check_refused(self.run_mpsh("-w", seconds), 3,
                               rf"^error: no answer in {seconds} s from the primary, pid {primary.pid} .*\n.*: "
                               rf"mpsh why {primary.pid}; wait longer with -w")
        let_go()
        self.assertIn("ready as secondary-1", self.run_mpsh("-w", "1").out)

    def test_an_attach_ends_with_the_primary(self):
        primary, let_go = self.deaf_primary()
        secondary = self.terminal("-w", "3600")
        secondary.see(r"\* waiting up to 3600 s for the primary to answer the attach\r\n")
        let_go()
        primary.kill()
        primary.popen.wait()
        secondary.see(r"\* waiting up to 3600 s for a primary under the prefix")
        self.primary()
        secondary.see("mpsh:secondary-1> ")

    def test_wait_is_a_secondary_of_a_primary_that_is_there(self):
        self.primary()
        result = self.run_mpsh("-w", "0", "-e", "send hello")
        self.assertEqual((result.code, result.err), (0, ""))
        self.assertIn("ready as secondary-1", result.out)

    def test_wait_without_a_primary_fails_after_so_long(self):
        start = time.monotonic()
        self.check_refused(self.run_mpsh("-w", "1"), 3, "^error: no primary",
                           "mpsh --proc-type=primary")
        took = time.monotonic() - start
        self.assertGreaterEqual(took, 1)
        self.assertLess(took, LIMIT)
        self.check_refused(self.run_mpsh("-w", "0"), 3, "^error: no primary")

    def test_wait_out_of_range_is_wrong_usage(self):
        for value in ("-1", "x", "", "1.5"):
            self.check_refused(self.run_mpsh("-w", value), 2, "^error: wait must be ")

    def test_wait_and_primary_contradict_each_other(self):
        self.check_refused(self.run_mpsh("-w", "1", "--proc-type=primary"), 2)

    def test_poll_spins_and_without_it_the_receiver_sleeps(self):
        def cpu_seconds(*words):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            self.assertEqual(self.run_primary(*words, "-e", "wait 2").code, 0)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

        # Beside other work a share of a CPU is all that there is to spin on.
        self.assertGreater(cpu_seconds("--poll"), cpu_seconds() + 0.25)

    def red(self, *words, **env):
        process = self.terminal(*words, env=dict(self.env, **env))
        process.see("mpsh:primary> ")
        process.type("nosuch")
        process.see("unknown command nosuch")
        process.type("quit")
        self.assertEqual(process.popen.wait(LIMIT), 0)
        return re.search("\x1b\\[[0-9;]*[1-9][0-9;]*m", process.out()) is not None

    def test_no_color_and_what_does_the_same(self):
        self.assertTrue(self.red())
        self.assertTrue(self.red(NO_COLOR=""))
        self.assertFalse(self.red("--no-color"))
        for value in ("1", "0", "yes", "no"):
            self.assertFalse(self.red(NO_COLOR=value), value)
        self.assertFalse(self.red(TERM="dumb"))

    def test_version_needs_neither_root_nor_hugepages(self):
        for word in ("-V", "--version"):
            result = self.run_mpsh(word, before=NEITHER_ROOT_NOR_PAGES)
            self.assertEqual((result.code, result.err), (0, ""))
            self.assertRegex(result.out, r"^mpsh [0-9.]+.*DPDK [0-9.]+\n$")

    def test_help_needs_neither_root_nor_hugepages(self):
        for word in ("-h", "--help"):
            result = self.run_mpsh(word, before=NEITHER_ROOT_NOR_PAGES)
            self.assertEqual((result.code, result.err), (0, ""))
            for option in ("-e, --execute", "-f, --file", "-i, --interactive", "-k, --keep-going",
                           "-j, --json", "-t, --timeout", "--name", "--max-peers", "-w, --wait",
                           "--poll", "--no-color", "--doctor", "-h, --help", "-V, --version"):
                self.assertIn(option, result.out)
            self.assertLessEqual(max(map(len, result.out.splitlines())), 80)

    def test_the_log_levels_need_neither_root_nor_hugepages(self):
        for words in (["--log-level=help"], ["--log-level", "help"]):
            result = self.run_mpsh(*words, before=NEITHER_ROOT_NOR_PAGES)
            self.assertEqual((result.code, result.err), (0, ""))
            self.assertRegex(result.out, r"(?m)^  8, debug$")
            self.assertRegex(result.out, r"(?m)^  lib\.eal$")

    def test_the_version_that_eal_would_log(self):
        for words in (["-v"], ["-vn4"]):
            result = self.run_primary(*words, "-e", "quit")
            self.assertEqual((result.code, result.err), (0, ""))
            self.assertRegex(result.out, r"(?m)^\* DPDK \d+\.\d+\.\d+\S*$")

    def test_version_and_help_leave_no_trace(self):
        self.run_mpsh("-V")
        self.run_mpsh("-h")
        self.assertFalse(os.path.exists(self.runtime_dir()))

    def eals_options(self):
        """Each option of EAL that DPDK's own program names."""
        usage = subprocess.run(["dpdk-testpmd", "--help"], capture_output=True, text=True, timeout=60,
                               stdin=subprocess.DEVNULL).stdout
        # Before 25.11 the program's own options follow.
        usage = re.split(r"(?m)^(?:testpmd|  --(?:interactive|cmdline-file))", usage)[0]
        found = set()
        for line in usage.splitlines():
            match = re.match(r" {1,2}((?:-\w)?)(?:, )?((?:--[a-z-]+)?)", line)
            found.update(filter(None, match.groups() if match else ()))
        self.assertGreater(len(found), 40, usage)
        return found

    def test_every_option_of_the_installed_eal_is_known(self):
        for name in self.eals_options():
            if name in ("-h", "--help", "--version"):
                continue  # our own
            self.assertNotIn("unknown option", self.run_mpsh(name, "-V").err, name)

    def test_options_on_either_side_of_the_dashes(self):
        result = self.run_primary("-t", "44", "--", "-e", "set")
        self.assertRegex(result.out, r"timeout +44\b")
        result = self.run_primary("-e", "set", "--", "--timeout=45")
        self.assertRegex(result.out, r"timeout +45\b")

    def test_unknown_options_and_words_are_wrong_usage(self):
        for words in (["--nosuch"], ["-Z"], ["word"], ["-", "peers"], ["--", "--no-pci"], ["--", "-l", "0-1"], ["-e"],
                      ["-f"], ["--json=1"], ["--file-prefix"], ["-t"],
                      ["-t0"], ["-kl0-1"]):
            self.check_refused(self.run_mpsh(*words, prefix=False), 2)

    def test_wrong_usage_needs_no_root(self):
        self.check_refused(self.run_mpsh("--nosuch", before=NEITHER_ROOT_NOR_PAGES), 2, "--nosuch")


class EalDefaults(StartTest):
    def info(self, *words, role="primary", **options):
        result = self.run_mpsh(f"--proc-type={role}", *words, "-j", "-e", "info", **options)
        self.assertEqual(result.code, 0, result)
        self.assertEqual(result.err, "")
        return self.result_of(self.documents(result.out), "info")

    def lcores(self, *words, **options):
        return sorted(self.info(*words, **options)["lcores"].split())

    def test_two_lcores_float_over_all_cpus_it_may_run_on(self):
        cpus = ",".join(map(str, sorted(os.sched_getaffinity(0))))
        self.assertEqual(self.lcores(), [f"0@{cpus}", f"1@{cpus}"])

    def test_two_lcores_float_over_the_cpus_of_a_smaller_set(self):
        cpu = max(os.sched_getaffinity(0))
        self.assertEqual(self.lcores(before=["taskset", "-c", str(cpu)]), [f"0@{cpu}", f"1@{cpu}"])

    def test_the_users_lcores_stay(self):
        cpus = sorted(os.sched_getaffinity(0))
        if len(cpus) < 2:
            self.skipTest("one CPU")
        one, two = cpus[:2]
        for words in (["-l", f"{one},{two}"], ["-c", hex(1 << one | 1 << two)],
                      ["--lcores", f"{one}@{one},{two}@{two}"]):
            self.assertEqual(self.lcores(*words), [f"{one}@{one}", f"{two}@{two}"])
        self.assertEqual(self.lcores("--lcores=5@0,7@0"), ["5@0", "7@0"])

    def test_fewer_than_two_lcores_are_wrong_usage(self):
        cpu = min(os.sched_getaffinity(0))
        for words in (["-l", str(cpu)], ["-c", hex(1 << cpu)], ["--lcores", f"3@{cpu}"],
                      [f"--lcores=(0)@{cpu}"]):
            self.check_refused(self.run_mpsh(*words), 2, "lcore")

    def test_the_first_is_the_primary_and_the_next_are_secondaries(self):
        first = self.terminal()
        first.see("mpsh:primary> ")
        second = self.terminal()
        second.see("mpsh:secondary-1> ")
        third = self.spawn()
        third.line("ready as secondary-2")
        info = self.info(role="auto")
        self.assertEqual((info["role"], info["name"], info["primary_pid"]),
                         ("secondary", "secondary-3", first.pid))

    def test_the_users_process_type_stays(self):
        self.assertEqual(self.info()["role"], "primary")
        terminal = self.terminal("--proc-type", "auto")
        terminal.see("mpsh:primary> ")
        self.assertEqual(self.info(role="secondary")["role"], "secondary")
        terminal.type("quit")
        terminal.popen.wait(LIMIT)
        self.check_refused(self.run_mpsh("--proc-type=secondary"), 3, "^error: no primary")

    def test_the_lowest_free_number_is_given(self):
        self.primary()
        one, two = self.secondary(), self.secondary()
        one.close()
        self.assertEqual(one.end().code, 0)
        self.assertIn("ready as secondary-1", self.run_mpsh().out)
        two.close()

    def test_no_pci_device_is_touched_unless_the_user_asks(self):
        # The pci bus opens this directory when it looks for devices.
        def looks_at_pci(*words):
            trace = os.path.join(self.home, "trace")
            self.run_primary(*words, before=["strace", "-f", "-qq", "-e", "trace=openat", "-o", trace])
            with open(trace) as file:
                return '"/sys/bus/pci/devices' in file.read()

        self.assertFalse(looks_at_pci())
        self.assertTrue(looks_at_pci("--allow=0000:ff:1f.7"))

    def test_eal_says_nothing_below_a_warning(self):
        result = self.run_primary("-e", "quit")
        self.assertEqual((len(result.out.splitlines()), result.err), (1, ""))

    def test_the_runtime_directory_is_eals_own_choice(self):
        env = dict(self.env)
        del env["RUNTIME_DIRECTORY"]
        self.addCleanup(subprocess.run, ["rm", "-rf", f"/var/run/dpdk/{self.prefix}"], check=True)
        process = self.spawn("--proc-type=primary", "-e", "info", "-e", "wait 600", env=env,
                             stdin=subprocess.DEVNULL)
        process.line(rf"prefix +{self.prefix}$")
        self.assertTrue(os.path.exists(f"/var/run/dpdk/{self.prefix}/mp_socket"))
        self.assertEqual(self.run_mpsh("-e", "send x", env=env).code, 0)

    def test_prefixes_are_kept_apart(self):
        self.primary()
        other = self.prefix
        self.prefix += "-other"
        self.addCleanup(self._remove)
        self.assertIn("ready as primary", self.run_primary().out)
        self.prefix = other
        self.assertIn("ready as secondary-1", self.run_mpsh().out)


if __name__ == "__main__":
    main()
