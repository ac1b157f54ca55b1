#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors
"""The numbers in app/outside/layouts are what its script measures, and a new release is one command."""

import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../lib'))
from mpshtest import SOURCE_ROOT  # noqa: E402

LAYOUTS = SOURCE_ROOT / 'app' / 'outside' / 'layouts'
RELEASE = re.compile(r'RELEASE\((\d+), (\d+), layout_(\d+)_(\d+)\)')


def pkg_config(option):
    return shlex.split(subprocess.run(['pkg-config', option, 'libdpdk'], check=True, capture_output=True,
                                      encoding='utf-8').stdout)


def releases(folder):
    """The name of each release's file, by year and month."""
    return {(int(year), int(month)): f'{since_year}.{since_month}.h' for year, month, since_year, since_month
            in RELEASE.findall((folder / 'releases.h').read_text())}


def numbers(text):
    """What a file of a layout holds, without the name of the release that it was measured in."""
    return text[text.index('[] = {'):]


class Layouts(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory(prefix='mpsh-layouts-')
        self.addCleanup(directory.cleanup)
        home = pathlib.Path(directory.name)
        self.layouts = home / 'app' / 'outside' / 'layouts'
        shutil.copytree(LAYOUTS.parent, self.layouts.parent)
        shutil.copy(SOURCE_ROOT / '.clang-format', home)
        self.headers = home / 'headers'
        self.headers.mkdir()
        version = subprocess.run(['pkg-config', '--modversion', 'libdpdk'], check=True, capture_output=True,
                                 encoding='utf-8').stdout
        self.installed = tuple(int(word) for word in version.split('.')[:2])

    def generate(self, *words):
        return subprocess.run([self.layouts / 'generate', *words], capture_output=True, encoding='utf-8', check=False)

    def generate_for(self, year, month, **more):
        """Measure the installed headers as those of another release."""
        directories = [word[2:] for word in pkg_config('--cflags-only-I')]
        config, = {path.resolve() for path in (pathlib.Path(directory) / 'rte_config.h' for directory in directories)
                   if path.exists()}
        options = {'RTE_VER_YEAR': year, 'RTE_VER_MONTH': month, **more}
        (self.headers / 'rte_config.h').write_text(f'#pragma once\n#include "{config}"\n' + ''.join(
            f'#undef {name}\n#define {name} {value}\n' for name, value in options.items()))
        directories.insert(0, str(self.headers))
        result = self.generate(*(word for directory in directories for word in ('--headers', directory)))
        self.assertEqual((result.returncode, result.stderr), (0, ''), result)
        return result.stdout

    def test_the_committed_numbers_are_what_the_installed_headers_say(self):
        result = self.generate('--print')
        self.assertEqual(result.returncode, 0, result.stderr)
        committed = LAYOUTS / releases(LAYOUTS)[self.installed]
        self.assertEqual(numbers(result.stdout), numbers(committed.read_text()), committed)

    def test_measuring_a_known_release_again_changes_nothing(self):
        self.generate()
        for path in LAYOUTS.glob('*.h'):
            self.assertEqual((self.layouts / path.name).read_text(), path.read_text(), path)
        self.assertEqual(len(list(self.layouts.iterdir())), len(list(LAYOUTS.iterdir())))

    def test_a_release_that_is_like_another_has_no_file_of_its_own(self):
        year, _ = self.installed
        self.generate_for(year, 12)
        self.assertEqual(releases(self.layouts)[year, 12], releases(LAYOUTS)[self.installed])
        self.assertEqual({path.name for path in self.layouts.glob('*.h')}, {path.name for path in LAYOUTS.glob('*.h')})

    def test_a_release_of_another_layout_has_its_file_and_compiles(self):
        said = self.generate_for(99, 2, RTE_MAX_HEAPS=65)
        self.assertEqual(said, 'DPDK 99.02: layout_99_02\n')
        self.assertEqual(releases(self.layouts), {**releases(LAYOUTS), (99, 2): '99.02.h'})
        text = (self.layouts / '99.02.h').read_text()
        self.assertIn('headers of DPDK 99.02.', text)
        self.assertEqual(text.count('.max_heaps = 65,'), 2)
        for path in self.layouts.glob('*.h'):
            formatted = subprocess.run(['clang-format', '--style=file', path], check=True, capture_output=True,
                                       encoding='utf-8').stdout
            self.assertEqual(path.read_text(), formatted, path)
        subprocess.run(['cc', '-Wall', '-Werror', '-fsyntax-only', '-I', self.layouts.parents[1],
                        *pkg_config('--cflags'), self.layouts.parent / 'layout.c'], check=True)

    def test_headers_that_are_not_there_are_said_and_nothing_is_written(self):
        result = self.generate('--headers', str(self.headers))
        self.assertEqual(result.returncode, 1)
        self.assertRegex(result.stderr, r'(?m)^generate: ')
        self.assertNotIn('Traceback', result.stderr)
        self.assertEqual((self.layouts / 'releases.h').read_text(), (LAYOUTS / 'releases.h').read_text())


if __name__ == '__main__':
    unittest.main()
