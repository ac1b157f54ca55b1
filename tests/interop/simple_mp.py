# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors

"""DPDK's simple_mp, built from what Debian's dpdk-doc has of DPDK's examples."""

import os
import subprocess

SOURCE = "/usr/share/dpdk/examples/multi_process/simple_mp"


def run(words):
    result = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, text=True, timeout=240)
    if result.returncode != 0:
        raise AssertionError(f"{' '.join(words)} ended with {result.returncode}:\n{result.stdout}")
    return result.stdout


def build(directory):
    """Path of the program; made when it is not there yet."""
    program = os.path.join(directory, "simple_mp")
    if os.path.exists(program):
        return program
    os.makedirs(directory, exist_ok=True)
    commands = os.path.join(SOURCE, "commands.list")
    # Since DPDK 23.11 the parser of its commands is generated.
    if os.path.exists(commands):
        run(["dpdk-cmdline-gen.py", "-o", os.path.join(directory, "commands.h"),
             "--context-name=simple_mp_ctx", commands])
    flags = run(["pkg-config", "--cflags", "libdpdk"]).split()
    libraries = run(["pkg-config", "--libs", "libdpdk"]).split()
    sources = [os.path.join(SOURCE, name) for name in ("main.c", "mp_commands.c")]
    run(["cc", "-O2", "-g", "-DALLOW_EXPERIMENTAL_API", "-I", directory, *flags, *sources,
         "-o", program + ".new", *libraries])
    os.rename(program + ".new", program)
    return program
