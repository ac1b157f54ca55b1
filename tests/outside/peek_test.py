#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors

"""peek: what waits in a ring of another process, without taking it."""

import fcntl
import os
import pathlib
import re
import signal
import struct
import subprocess
import termios

from outsidetest import SANITIZED, OutsideTest, main, wait_for

# Where struct rte_ring and struct rte_mbuf have these, in every release.
RING_SIZE, RING_PROD_TAIL = 48, 132
MBUF_BUF_ADDR, MBUF_DATA_LEN, MBUF_NEXT = 0, 40, 64


def address(element):
    return int(element["address"], 16)


def hex_rows(data):
    for at in range(0, len(data), 16):
        row = data[at:at + 16]
        text = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in row)
        yield f"      {at:04x}  {row.hex(' '):48} {text}"


class PeekTest(OutsideTest):
    def text(self, target, *commands):
        words = [word for command in commands for word in ("-e", command)]
        result = self.run_mpsh("-o", str(target), *words, prefix=False)
        self.assertEqual((result.code, result.err), (0, ""), result)
        return result.out.splitlines()

    def peek(self, target, words):
        return self.result_of(self.look(target, f"peek {words}"), "peek")

    def fails(self, target, command, error):
        result = self.run_mpsh("-o", str(target), "-e", command, prefix=False)
        self.assertEqual((result.code, result.out, result.err), (1, "", f"error: {error}\n"))

    def write(self, lab, where, data):
        """Change the memory of lab, as a process of its group might."""
        with open(f"/proc/{lab.inner}/mem", "r+b", buffering=0) as memory:
            memory.seek(where)
            memory.write(data)

    # ---- what waits ----

    def test_objects_are_shown_with_their_text(self):
        lab = self.lab("poison", options=self.hugepages())
        expected = [
            "jobs: 4 of 63 waiting, elements of 8 bytes, taken as pointers",
            '    0  object of job_pool, 128 bytes: "job 0: resize image 0.png"',
            '    1  object of job_pool, 128 bytes: "job 1: resize image 7.png"',
            '    2  object of job_pool, 128 bytes: "job 2: resize image 14.png"',
            "    3  0x1234  points to no pool and no memzone",
        ]
        self.assertEqual(self.text(lab.pid, "peek jobs"), expected)
        # Nothing was taken, and the dead show the same.
        self.assertEqual(self.text(lab.pid, "peek jobs"), expected)
        lab.kill()
        lab.end()
        self.assertEqual(self.text(self.runtime_dir(), "peek jobs"), expected)

    def test_the_readme_shows_it(self):
        self.check_readme("peek", self.lab("poison"))

    def test_the_document_of_an_object(self):
        peek = self.peek(self.lab().pid, "jobs 1")
        where = peek["elements"][0].pop("address")
        self.assertRegex(where, "^0x[0-9a-f]+$")
        self.assertRegex(peek.pop("address"), "^0x[0-9a-f]+$")
        self.assertEqual(peek, {
            "ring": "jobs", "waiting": 3, "capacity": 63, "element_bytes": 8, "assumed": False,
            "pointers": True, "taken": False, "changed": 0, "file": None, "packets": None,
            "elements": [{"position": 0, "kind": "object", "pool": "job_pool", "object_bytes": 128,
                          "memzone": None, "text": "job 0: resize image 0.png", "cut": False,
                          "hex": None, "mbuf": None}]})

    def test_elements_by_value_are_shown_as_bytes(self):
        lab = self.lab()
        expected = ["events: 3 of 15 waiting, elements of 32 bytes"]
        for i in range(3):
            expected += [f"    {i}  32 bytes", *hex_rows(f"link {i} down".encode().ljust(32, b"\0"))]
        self.assertEqual(self.text(lab.pid, "peek events"), expected)
        self.assertEqual(self.text(lab.pid, "peek events 1 bytes 20"),
                         [*expected[:2], *hex_rows(b"link 0 down".ljust(20, b"\0"))])
        event = self.peek(lab.pid, "events16")["elements"][0]
        self.assertEqual((event["kind"], bytes.fromhex(event["hex"])),
                         ("bytes", b"link 0 down".ljust(16, b"\0")))

    def test_numbers_are_no_pointers(self):
        lab = self.lab()
        peek = self.peek(lab.pid, "events8")
        self.assertFalse(peek["pointers"])
        self.assertEqual([element["hex"] for element in peek["elements"]],
                         ["6400000000000000", "6500000000000000"])
        # Of pointers most lead somewhere, and the one that does not is still one.
        lab.tell("take jobs 3", "poison")
        peek = self.peek(lab.pid, "jobs")
        self.assertEqual([(element["kind"], element["address"]) for element in peek["elements"]],
                         [("pointer", "0x1234")])

    def test_a_pointer_is_believed_only_where_an_object_begins(self):
        lab = self.lab()
        jobs = self.peek(lab.pid, "jobs")
        slots = int(jobs["address"], 16) + 384
        first = address(jobs["elements"][0])
        self.write(lab, slots, struct.pack("<Q", first + 8))
        self.assertIn(f"    0  {first + 8:#x}  in pool job_pool, where no object begins",
                      self.text(lab.pid, "peek jobs"))
        # Into a memzone: the ring itself.
        self.write(lab, slots, struct.pack("<Q", int(jobs["address"], 16)))
        self.assertIn(f"    0  {jobs['address']}  in memzone RG_jobs", self.text(lab.pid, "peek jobs"))
        # The object's header says another pool.
        self.write(lab, first - 16, struct.pack("<Q", 0x4242))
        self.write(lab, slots, struct.pack("<Q", first))
        self.assertEqual(self.peek(lab.pid, "jobs 1")["elements"][0]["kind"], "pointer")

    def test_a_text_that_is_too_long_is_cut(self):
        lab = self.lab()
        self.assertIn('    0  object of job_pool, 128 bytes: "job 0"...', self.text(lab.pid, "peek jobs bytes 5"))
        element = self.peek(lab.pid, "jobs bytes 5")["elements"][0]
        self.assertEqual((element["text"], element["cut"]), ("job 0", True))

    def test_no_more_than_was_asked_for(self):
        lab = self.lab("put jobs 20")
        self.assertEqual([element["position"] for element in self.peek(lab.pid, "jobs")["elements"]],
                         list(range(10)))
        self.assertEqual(len(self.peek(lab.pid, "jobs 12")["elements"]), 12)
        self.assertEqual(len(self.peek(lab.pid, "jobs 10000")["elements"]), 23)
        self.fails(lab.pid, "peek jobs 10000 bytes 65536",
                   "10000 elements of 65536 bytes are too much to show: at most 16 MiB")

    def test_a_ring_that_wraps_is_read_around(self):
        lab = self.lab("put jobs 57", "take jobs 50", "put jobs 40")
        texts = [element["text"] for element in self.peek(lab.pid, "jobs 50")["elements"]]
        numbers = [int(re.match(r"job (\d+):", text)[1]) for text in texts]
        self.assertEqual(len(numbers), 50)
        # Jobs 3 to 5 are in other rings, and those that were given back are made anew.
        self.assertEqual(numbers, sorted(numbers))

    def test_a_ring_of_two_slots_has_pointers(self):
        lab = self.lab("ring tiny 2", "ring small 4", "put tiny 1", "put small 1")
        for name in ("tiny", "small"):
            peek = self.peek(lab.pid, name)
            self.assertEqual((peek["element_bytes"], peek["elements"][0]["kind"]), (8, "object"), name)

    def test_it_takes_no_time(self):
        lab = self.lab()
        used = []
        for _ in range(10):
            out, usage = self.usage("-o", str(lab.pid), "peek", "jobs")
            self.assertIn("jobs: 3 of 63 waiting", out)
            used.append(usage.ru_utime + usage.ru_stime)
        self.assertLess(min(used), 0.2 if SANITIZED else 0.02)

    # ---- what was taken ----

    def test_what_was_taken_is_there_until_it_is_written_over(self):
        lab = self.lab()
        self.assertEqual(self.text(lab.pid, "peek jobs taken")[1:], ["none was taken, or all are written over"])
        lab.tell("take jobs 2")
        expected = [
            "jobs: 1 of 63 waiting, elements of 8 bytes, taken as pointers",
            "taken before, the last one last:",
            '   -2  object of job_pool, 128 bytes: "job 0: resize image 0.png"',
            '   -1  object of job_pool, 128 bytes: "job 1: resize image 7.png"',
        ]
        self.assertEqual(self.text(lab.pid, "peek jobs taken"), expected)
        self.assertEqual(self.text(lab.pid, "peek jobs 1 taken"), [*expected[:2], expected[3]])
        self.assertEqual(self.text(lab.pid, "peek jobs taken 1"), [*expected[:2], expected[3]])
        # 63 wait then, and of 64 slots one is left.
        lab.tell("put jobs 62")
        peek = self.peek(lab.pid, "jobs taken")
        self.assertEqual([element["position"] for element in peek["elements"]], [-1])

    def test_what_a_crash_choked_on(self):
        lab = self.lab("poison", options=self.hugepages())
        lab.type("crash")
        lab.end()
        peek = self.peek(self.runtime_dir(), "jobs taken 2")
        self.assertEqual([(element["position"], element["kind"]) for element in peek["elements"]],
                         [(-2, "object"), (-1, "pointer")])
        self.assertEqual(peek["elements"][1]["address"], "0x1234")

    def test_what_changes_meanwhile_is_said(self):
        lab = self.lab("load 2 exact")
        for words, notice in (("", r"^\((\d+) were taken while this was read: the first \1 may be stale\)$"),
                              (" taken", r"^\((\d+) were written over while this was read: the first \1 may be wrong\)$")):
            def seen(words=words, notice=notice):
                result = self.run_mpsh("-o", str(lab.pid), "-f", "-", input=f"peek exact{words}\n" * 50,
                                       prefix=False)
                self.assertEqual((result.code, result.err), (0, ""))
                return re.search(notice, result.out, re.M)
            wait_for(seen, "a change")

    # ---- packets ----

    def test_packets_are_shown_with_all_their_segments(self):
        lab = self.lab()
        lines = self.text(lab.pid, "peek rx_pkts bytes 128")
        self.assertEqual(lines[1], "    0  mbuf of pkts: 60 bytes, 1 segment, port 0, refcnt 1")
        self.assertEqual(lines[2:6], list(hex_rows(bytes(60))))
        self.assertEqual(lines[11], "    2  mbuf of pkts: 100 bytes, 2 segments, port 2, refcnt 1")
        self.assertEqual(lines[12:], list(hex_rows(b"\2" * 60 + b"\xee" * 40)))
        packet = self.peek(lab.pid, "rx_pkts")["elements"][2]
        self.assertEqual(packet["mbuf"], {"bytes": 100, "segments": 2, "port": 2, "refcnt": 1})
        self.assertEqual((packet["kind"], packet["pool"], bytes.fromhex(packet["hex"])),
                         ("mbuf", "pkts", b"\2" * 60 + b"\xee" * 4))

    def packets_of(self, path):
        """The packets of a capture file."""
        data = pathlib.Path(path).read_bytes()
        magic, major, minor, _, _, most, link = struct.unpack_from("=IHHIIII", data)
        self.assertEqual((magic, major, minor, link), (0xa1b23c4d, 2, 4, 1))
        at, packets = 24, []
        while at < len(data):
            seconds, nanoseconds, captured, length = struct.unpack_from("=IIII", data, at)
            self.assertLess(nanoseconds, 10**9)
            self.assertGreater(seconds, 1.5e9)
            self.assertLessEqual(captured, min(length, most))
            packets.append((data[at + 16:at + 16 + captured], length))
            at += 16 + captured
        self.assertEqual(at, len(data))
        return packets

    def test_packets_are_captured_whole(self):
        lab = self.lab("put rx_pkts 12")
        path = os.path.join(self.home, "some.pcap")
        lines = self.text(lab.pid, f"peek rx_pkts pcap {path}")
        self.assertEqual(lines[-1], f"{path}: 15 packets")
        # All 15 are captured, and 10 shown.
        self.assertEqual(len([line for line in lines if "mbuf of" in line]), 10)
        expected = [(bytes([n]) * 60 + (b"\xee" * 40 if n % 3 == 2 else b""), 100 if n % 3 == 2 else 60)
                    for n in range(15)]
        self.assertEqual(self.packets_of(path), expected)
        self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)
        other = os.path.join(self.home, "other.pcap")
        self.assertEqual(self.peek(lab.pid, f"rx_pkts 2 pcap {other}")["packets"], 2)
        self.assertEqual(self.packets_of(other), expected[:2])
        # No packets among jobs.
        none = os.path.join(self.home, "none.pcap")
        self.assertEqual(self.text(lab.pid, f"peek jobs pcap {none}")[-1], f"{none}: 0 packets")
        self.assertEqual(self.packets_of(none), [])

    def test_a_file_that_is_there_stays(self):
        lab = self.lab()
        path = os.path.join(self.home, "some.pcap")
        pathlib.Path(path).write_text("mine")
        self.fails(lab.pid, f"peek rx_pkts pcap {path}", f"{path} is there already")
        self.assertEqual(pathlib.Path(path).read_text(), "mine")
        # Nor is one made for a ring that is none.
        none = os.path.join(self.home, "none.pcap")
        self.fails(lab.pid, f"peek jos pcap {none}", "no ring named jos: did you mean jobs?")
        self.assertFalse(os.path.exists(none))

    def test_a_file_that_cannot_be_finished_is_removed(self):
        lab = self.lab()
        full = os.path.join(self.home, "full")
        os.mkdir(full)
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4k", "lab", full], check=True)
        self.addCleanup(subprocess.run, ["umount", full], check=True)
        pathlib.Path(full, "rest").write_bytes(bytes(4096))
        path = os.path.join(full, "some.pcap")
        self.fails(lab.pid, f"peek rx_pkts pcap {path}", f"{path} cannot be written: No space left on device")
        self.assertEqual(os.listdir(full), ["rest"])

    def test_a_chain_in_a_circle_ends(self):
        lab = self.lab("put rx_pkts 1")
        packet = address(self.peek(lab.pid, "rx_pkts")["elements"][0])
        self.write(lab, packet + 36, struct.pack("<I", 1 << 30))  # pkt_len
        self.write(lab, packet + 20, struct.pack("<H", 65535))  # nb_segs
        self.write(lab, packet + MBUF_NEXT, struct.pack("<Q", packet))
        path = os.path.join(self.home, "circle.pcap")
        lines = self.text(lab.pid, f"peek rx_pkts pcap {path}")
        self.assertEqual(lines[1], "    0  mbuf of pkts: 1073741824 bytes, 65535 segments, port 0, refcnt 1")
        packets = self.packets_of(path)
        self.assertEqual((len(packets[0][0]), packets[0][1]), (262144, 1 << 30))
        self.assertEqual(packets[1], (b"\1" * 60, 60))

    def test_an_mbuf_leads_nowhere_it_should_not(self):
        lab = self.lab()
        packet = address(self.peek(lab.pid, "rx_pkts")["elements"][0])
        # More than its buffer has: what follows in memory is another's.
        self.write(lab, packet + MBUF_DATA_LEN, struct.pack("<H", 65535))
        self.write(lab, packet + 36, struct.pack("<I", 65535))
        element = self.peek(lab.pid, "rx_pkts 1 bytes 65536")["elements"][0]
        self.assertEqual(len(element["hex"]) // 2, 2048)
        # A buffer that is not there.
        self.write(lab, packet + MBUF_BUF_ADDR, struct.pack("<Q", 0x666000))
        element = self.peek(lab.pid, "rx_pkts 1")["elements"][0]
        self.assertEqual((element["kind"], element["hex"]), ("mbuf", ""))

    # ---- rings that are in no list, or broken ----

    def test_a_ring_in_no_list_has_an_address(self):
        for options in ((), ("--in-memory",)):
            with self.subTest(options):
                lab = self.lab("private", options=options)
                where = re.search(r"^private (0x[0-9a-f]+)$", lab.out(), re.M)[1]
                lines = self.text(lab.pid, f"peek {where}")
                self.assertRegex(lines[0], r"^private: \d+ of 15 waiting, elements of 8 bytes \(assumed\), taken as pointers$")
                self.assertRegex(lines[1], r'^    0  object of job_pool, 128 bytes: "job \d+: ')
                rings = self.peek(lab.pid, "jobs")
                self.assertEqual(self.peek(lab.pid, rings["address"]), rings)
                lab.close()
                lab.end()

    def test_an_address_of_no_ring_is_an_error(self):
        lab = self.lab()
        self.fails(lab.pid, "peek 0x10", "0x10 is not in the memory of the process")
        zone = self.peek(lab.pid, "jobs")["address"]
        self.fails(lab.pid, f"peek {int(zone, 16) + 64:#x}", f"there is no ring at {int(zone, 16) + 64:#x}")
        self.fails(lab.pid, "peek 0xfoobar", "no ring named 0xfoobar: show rings lists them")

    def test_garbage_in_a_ring_is_said(self):
        lab = self.lab()
        where = int(self.peek(lab.pid, "jobs")["address"], 16)
        self.write(lab, where + RING_PROD_TAIL, struct.pack("<I", 2**32 - 6))
        error = "positions of jobs are garbage (used 4294967290 of 63)"
        self.fails(lab.pid, "peek jobs", error)
        self.fails(lab.pid, "show ring jobs", error)
        self.write(lab, where + RING_PROD_TAIL, struct.pack("<I", 3))
        self.write(lab, where + RING_SIZE, struct.pack("<I", 7))
        error = "the header of jobs is garbage (size 7, mask 63, capacity 63)"
        self.fails(lab.pid, "peek jobs", error)
        self.fails(lab.pid, "show ring jobs", error)

    def test_names_that_are_none(self):
        lab = self.lab()
        self.fails(lab.pid, "peek jbos", "no ring named jbos: did you mean jobs?")
        self.fails(lab.pid, "peek foo", "no ring named foo: show rings lists them")
        self.fails(lab.pid, "show ring eventz", "no ring named eventz: did you mean events?")
        self.fails(lab.pid, "show pool jobpool", "no pool named jobpool: did you mean job_pool?")
        self.fails(lab.pid, "show pool foo", "no pool named foo: show pools lists them")
        # One kind for the other.
        self.fails(lab.pid, "peek pkts", "no ring named pkts, but a pool: where pkts")
        self.fails(lab.pid, "where jobs_sp", "no pool named jobs_sp, but a ring: peek jobs_sp")

    def test_a_name_may_have_any_bytes(self):
        lab = self.lab()
        where = int(self.peek(lab.pid, "jobs")["address"], 16)
        self.write(lab, where, b"a b\x01\0")
        peek = self.peek(lab.pid, r"a\x20b\x01 1")
        self.assertEqual((peek["ring"], peek["waiting"]), (r"a b\x01", 3))

    # ---- one pool ----

    def test_a_pool_is_shown_with_its_caches(self):
        lab = self.lab()
        pools = self.result_of(self.look(lab.pid, "show pools"), "show_pools")
        pool = self.result_of(self.look(lab.pid, "show pool job_pool"), "show_pool")
        caches = pool.pop("caches")
        self.assertEqual([pool], [entry for entry in pools if entry["name"] == "job_pool"])
        self.assertEqual(caches, [{"lcore": 0, "objects": pool["in_caches"]}])
        lines = self.text(lab.pid, "show pool job_pool")
        self.assertEqual(lines[0].split()[0], "NAME")
        self.assertEqual(lines[2], "LCORE IN ITS CACHE")
        self.assertEqual(lines[3].split(), ["0", str(pool["in_caches"])])

    # ---- at a prompt ----

    def test_live_names_are_completed(self):
        lab = self.lab()
        terminal = self.terminal("-o", str(lab.pid), prefix=False)
        terminal.see("outside> ")
        terminal.type("peek jobs_h\t")
        terminal.see("peek jobs_hts")
        terminal.type("\r")
        terminal.see("jobs_hts: 1 of 63 waiting")
        terminal.type("show pool pk\t\r")
        terminal.see("show pool pkts")
        terminal.see("IN ITS CACHE")
        terminal.type("where job\t\r")
        terminal.see("pool job_pool: 255 objects")

    def test_rows_fit_a_narrow_terminal(self):
        lab = self.lab()
        terminal = self.terminal("-o", str(lab.pid), prefix=False)
        fcntl.ioctl(terminal.master, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 60, 0, 0))
        terminal.see("outside> ")
        terminal.type("peek rx_pkts 1")
        terminal.see(re.escape("      0000  " + "00 " * 8 + " " + "." * 8) + r"\r?\n")
        terminal.see(re.escape("      0038  " + "00 " * 4 + " " * 13 + "." * 4) + r"\r?\n")

    def test_it_is_watched_without_a_file(self):
        lab = self.lab()
        lines = self.text(lab.pid, "watch 0.1 count 2 peek jobs 1")
        self.assertEqual(lines, lines[:2] * 2)
        result = self.run_mpsh("-o", str(lab.pid), "-e", "watch 0.1 count 2 peek jobs pcap foo", prefix=False)
        self.assertEqual(result.code, 2)
        self.assertIn("unexpected pcap: expected nothing more", result.err)

    def test_a_member_looks_into_its_own_group(self):
        primary = self.primary("-k")
        primary.type("peek MP_MSG_POOL 1")
        primary.line(r"^MP_MSG_POOL: \d+ of \d+ waiting, elements of 8 bytes, taken as pointers$")
        primary.line(r"^    0  object of MSG_POOL, 128 bytes")

    def test_a_stopped_process_is_looked_into(self):
        lab = self.lab()
        before = self.text(lab.pid, "peek jobs")
        os.kill(lab.pid, signal.SIGSTOP)
        self.assertEqual(self.text(lab.pid, "peek jobs"), before)


if __name__ == "__main__":
    main()
