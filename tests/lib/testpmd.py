# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors

"""What DPDK's testpmd prints of its own rings, pools, memzones and heaps."""

import re

from mpshtest import wait_for

__all__ = ["heaps", "pools", "rings", "segments", "tell", "zones"]


def tell(process, command):
    """What testpmd prints for a command; a wrong one, which names itself, marks its end."""
    before = len(process.out())
    process.type(command, "no_such_command")
    wait_for(lambda: "Command not found" in process.out()[before:], command)
    text = process.out()[before:]
    return text[:text.index("Command not found")]


def blocks(text, first):
    """The fields "key=value" that follow each line "<first> <NAME>@ADDRESS"."""
    found = {}
    name = None
    for line in text.splitlines():
        match = re.match(rf"(?:testpmd> )?{first} <([^>]*)>@", line)
        if match:
            name = match[1]
            found[name] = {}
            continue
        match = re.match(r"\s+([\w\[\]]+)=(\S+)$", line)
        if match and name is not None:
            found[name][match[1]] = match[2]
    return found


def rings(process):
    """The fields of each ring by its name."""
    return blocks(tell(process, "dump_ring"), "ring")


def pools(process):
    """The fields of each pool by its name, and caches: the objects of each lcore's that has some."""
    found = blocks(tell(process, "dump_mempool"), "mempool")
    for pool in found.values():
        counts = {int(key[12:-1]): int(value) for key, value in pool.items() if key.startswith("cache_count[")}
        pool["caches"] = {lcore: count for lcore, count in counts.items() if count}
    return found


def zones(process):
    """(name, bytes, address, socket) of each memzone, sorted."""
    return sorted(
        (name, int(length, 16), int(address, 16), int(socket)) for name, length, address, socket in
        re.findall(r"(?m)^Zone \d+: name:<([^>]*)>, len:0x([0-9a-f]+), virt:(0x[0-9a-f]+), socket_id:(-?\d+)",
                   tell(process, "dump_memzone")))


def heaps(process):
    """(MiB in all, free MiB) of each socket's heap."""
    return [(float(total), float(free)) for total, free in
            re.findall(r"(?m)^Socket \d+: size\(M\) total: (\S+) alloc: \S+ free: (\S+)",
                       tell(process, "dump_socket_mem"))]


def segments(process):
    """(address, bytes) of each piece of memory, sorted."""
    return sorted((int(address, 16), int(length)) for length, address in
                  re.findall(r"(?m)^Segment \d+-\d+: IOVA:\S+, len:(\d+), virt:(0x[0-9a-f]+)",
                             tell(process, "dump_physmem")))
