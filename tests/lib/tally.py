#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors

"""Count what meson's log of tests has: tally.py LOG [FAILURES]

LOG is a testlog.json, a JSON document a test; FAILURES is how many others there were. What
was skipped and what failed is named, and the last line is `N passed, N failed, N skipped`.
Skips inside a test that passed are counted too: cmocka names them in its output, a test in
Python or a script says `skipped: name: why`.
"""

import json
import re
import sys


def skips_inside(test):
    """What a test's own output says it has skipped, each once."""
    output = test.get("stdout", "") + "\n" + test.get("stderr", "")
    # At its end cmocka says "[  SKIPPED ] 2 test(s), listed below:" and lists them again.
    names = re.findall(r"^\[ +SKIPPED +\] (?!\d+ test\(s\))(.+)$", output, re.M)
    names += re.findall(r"^skipped: (.+)$", output, re.M)
    return list(dict.fromkeys(names))


def main():
    log, others = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 0
    passed, failed, skipped = [], [], []
    try:
        with open(log, encoding="utf-8", errors="replace") as lines:
            for line in lines:
                test = json.loads(line)
                result = test["result"]
                # "project:suite / name", or "suite - project:name" from meson 1.8 on.
                name = re.sub(r"^(.* [-/] )?(\w+:)?", "", test["name"])
                if result == "SKIP":
                    skipped.append(name)
                    continue
                skipped += [f"{name}: {inside}" for inside in skips_inside(test)]
                if result in ("OK", "EXPECTEDFAIL"):
                    passed.append(name)
                else:
                    failed.append(f"{name} ({result})")
    except (OSError, ValueError, KeyError) as error:
        failed.append(f"the log of the tests ({error})")
    for name in skipped:
        print("skipped:", name)
    for name in failed:
        print("failed:", name)
    count = len(failed) + others
    print(f"{len(passed)} passed, {count} failed, {len(skipped)} skipped")
    return 0 if count == 0 and passed else 1


if __name__ == "__main__":
    sys.exit(main())
