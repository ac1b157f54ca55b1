#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors

"""Runs a program for which perf_event_open() is forbidden, as docker's seccomp has it."""

import ctypes
import os
import platform
import struct
import sys

PERF_EVENT_OPEN = 241 if platform.machine() == "aarch64" else 298
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
EPERM = 1

# seccomp(2): load the number of the call, compare it, fail with EPERM, or allow.
FILTER = b"".join(struct.pack("=HBBI", *step) for step in (
    (0x20, 0, 0, 0), (0x15, 0, 1, PERF_EVENT_OPEN), (0x06, 0, 0, 0x00050000 | EPERM), (0x06, 0, 0, 0x7FFF0000)))


def main():
    libc = ctypes.CDLL(None, use_errno=True)
    steps = ctypes.create_string_buffer(FILTER)
    program = ctypes.create_string_buffer(struct.pack("@HP", len(FILTER) // 8, ctypes.addressof(steps)))
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, program, 0, 0):
        sys.exit(f"noperf: prctl: {os.strerror(ctypes.get_errno())}")
    os.execvp(sys.argv[1], sys.argv[1:])


if __name__ == "__main__":
    main()
