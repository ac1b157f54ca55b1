# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors

"""DPDK's simple_mp, built from the source package of the DPDK that is installed.

Nothing of it is kept in this repository. apt fetches the package with lists and sources of
its own in a directory of the build, from where the machine takes its own packages.
"""

import glob
import os
import re
import shutil
import subprocess
import tarfile

EXAMPLE = "examples/multi_process/simple_mp/"


class Unavailable(Exception):
    """It cannot be had; says why."""


def run(words, **options):
    try:
        result = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, text=True, timeout=240, **options)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Unavailable(f"{words[0]}: {error}") from None
    if result.returncode != 0:
        last = (result.stdout.strip().splitlines() or ["no reason given"])[-1]
        raise Unavailable(f"{' '.join(words[:2])} failed: {last}")
    return result.stdout


def one_line_sources(path):
    """Of a *.list: options, URI, suite and components of each line of binary packages."""
    with open(path, encoding="utf-8") as file:
        for line in file:
            match = re.match(r"deb\s+(\[[^\]]*\]\s+)?(\S+)\s+(\S+)\s+([^#]*)", line)
            if match:
                yield match[1] or "", match[2], match[3], match[4].strip()


def paragraphs(path):
    with open(path, encoding="utf-8") as file:
        lines = [line for line in file.read().splitlines() if not line.startswith("#")]
    for paragraph in "\n".join(lines).split("\n\n"):
        unfolded = re.sub(r"\n\s+", " ", paragraph)
        yield dict(re.findall(r"(?m)^([\w-]+):\s*(.*)$", unfolded))


def deb822_sources(path):
    """The same of a *.sources."""
    for fields in paragraphs(path):
        if "deb" not in fields.get("Types", "").split():
            continue
        if fields.get("Enabled", "yes").lower() in ("no", "false"):
            continue
        key = fields.get("Signed-By", "")
        options = f"[signed-by={key}] " if key.startswith("/") else ""
        for uri in fields.get("URIs", "").split():
            for suite in fields.get("Suites", "").split():
                yield options, uri, suite, fields.get("Components", "")


def sources():
    """A line deb-src for each source of the machine's own distribution."""
    with open("/etc/os-release", encoding="utf-8") as file:
        release = dict(re.findall(r'(?m)^(\w+)="?([^"\n]*)"?$', file.read()))
    codename = release.get("VERSION_CODENAME", "")
    found = []
    for path in ["/etc/apt/sources.list", *sorted(glob.glob("/etc/apt/sources.list.d/*"))]:
        read = (one_line_sources if path.endswith(".list") else
                deb822_sources if path.endswith(".sources") else None)
        if read is None or not os.path.isfile(path):
            continue
        found += [f"deb-src {options}{uri} {suite} {components}\n"
                  for options, uri, suite, components in read(path)
                  if codename and suite.split("-")[0] == codename and components]
    if not found:
        raise Unavailable("apt has no source of this distribution's packages")
    return found


def fetch(directory):
    """The original source of the installed version, as a path."""
    lists = os.path.join(directory, "lists")
    own = os.path.join(directory, "sources.list")
    os.makedirs(os.path.join(lists, "partial"))
    os.makedirs(os.path.join(directory, "cache"))
    with open(own, "w", encoding="utf-8") as file:
        file.writelines(sources())
    apt = ["apt-get", "-qq", "-o", f"Dir::Etc::sourcelist={own}",
           "-o", "Dir::Etc::sourceparts=/dev/null", "-o", f"Dir::State::lists={lists}",
           "-o", f"Dir::Cache={directory}/cache", "-o", "APT::Sandbox::User=root"]
    version = run(["dpkg-query", "-W", "-f", "${source:Version}", "libdpdk-dev"])
    # A source that cannot be reached is no error of update's, but then it is the reason.
    warnings = run([*apt, "update"]).strip().splitlines()
    try:
        run([*apt, "source", "--download-only", f"dpdk={version}"], cwd=directory)
    except Unavailable:
        if not warnings:
            raise
        raise Unavailable(f"apt-get update: {warnings[0]}") from None
    shutil.rmtree(lists)
    archives = glob.glob(os.path.join(directory, "dpdk_*.orig.tar.*"))
    archives = [path for path in archives if not path.endswith(".asc")]
    if len(archives) != 1:
        raise Unavailable(f"apt-get source left {archives or 'no original source'}")
    return archives[0]


def extract(archive, directory):
    """The example's files alone, flat."""
    paths = []
    with tarfile.open(archive) as tar:
        for member in tar:
            path = member.name.partition("/")[2]
            if not member.isfile() or not path.startswith(EXAMPLE):
                continue
            paths.append(os.path.join(directory, os.path.basename(path)))
            with open(paths[-1], "wb") as file:
                file.write(tar.extractfile(member).read())
    return [path for path in paths if path.endswith(".c")]


def build(directory):
    """Path of the program; made when it is not there yet. Raises Unavailable."""
    program = os.path.join(directory, "simple_mp")
    if os.path.exists(program):
        return program
    shutil.rmtree(directory, ignore_errors=True)
    os.makedirs(directory)
    files = extract(fetch(directory), directory)
    if not files:
        raise Unavailable(f"the source package has no {EXAMPLE}")
    flags = run(["pkg-config", "--cflags", "libdpdk"]).split()
    libraries = run(["pkg-config", "--libs", "libdpdk"]).split()
    run(["cc", "-O2", "-g", "-DALLOW_EXPERIMENTAL_API", *flags, *files, "-o", program + ".new",
         *libraries])
    os.rename(program + ".new", program)
    return program
