#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors
"""A tarball of `meson dist` builds, passes its tests, and installs what belongs to mpsh."""

import os
import pathlib
import re
import subprocess
import sys
import tarfile
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../lib'))
import mpshtest  # noqa: E402

# A source tree of someone else's is git's business, not this test's.
ENV = dict(os.environ, GIT_CONFIG_COUNT='1', GIT_CONFIG_KEY_0='safe.directory',
           GIT_CONFIG_VALUE_0='*')


def run(*words, **options):
    result = subprocess.run(words, env=ENV, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                            encoding='utf-8', errors='replace', check=False, **options)
    if result.returncode != 0:
        raise AssertionError('%s ended with %d:\n%s' % (
            ' '.join(map(str, words)), result.returncode, result.stdout[-4000:]))
    return result.stdout


class Install(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory(prefix='mpsh-dist-')
        cls.addClassCleanup(cls.directory.cleanup)
        home = pathlib.Path(cls.directory.name)
        run('meson', 'setup', home / 'first', mpshtest.SOURCE_ROOT)
        run('meson', 'dist', '-C', home / 'first', '--no-tests', '--allow-dirty', '--formats', 'gztar')
        tarball, = (home / 'first' / 'meson-dist').glob('mpsh-*.tar.gz')
        with tarfile.open(tarball) as archive:
            archive.extractall(home)
        cls.source = home / tarball.name.removesuffix('.tar.gz')
        cls.build = home / 'build'
        run('meson', 'setup', '--prefix=/usr', cls.build, cls.source)
        run('ninja', '-C', cls.build)
        cls.root = home / 'root'
        run('meson', 'install', '-C', cls.build, '--no-rebuild', '--destdir', cls.root)

    def test_passes_its_tests(self):
        # Those of the whole are what runs this: units, and two prompts that talk.
        said = run('meson', 'test', '-C', self.build, '--no-rebuild', '--suite', 'unit')
        self.assertRegex(said, r'Ok: +[1-9]')
        said = run('meson', 'test', '-C', self.build, '--no-rebuild', 'hello', 'broadcast',
                   'readme-session')
        self.assertRegex(said, r'Ok: +3')

    def test_installs_what_belongs_to_it_and_nothing_else(self):
        there = {str(path.relative_to(self.root)) for path in self.root.rglob('*') if path.is_file()}
        self.assertEqual(there, {
            'usr/bin/mpsh', 'usr/share/man/man8/mpsh.8',
            'usr/share/bash-completion/completions/mpsh', 'usr/share/mpsh/schema.json'})
        self.assertIn('mpsh ', run(self.root / 'usr/bin/mpsh', '--version'))

    def test_man_page(self):
        page = (self.root / 'usr/share/man/man8/mpsh.8').read_text()
        for section in ('NAME', 'SYNOPSIS', 'DESCRIPTION', 'OPTIONS', 'COMMANDS', 'EXIT STATUS',
                        'ENVIRONMENT', 'FILES', 'EXAMPLES', 'SEE ALSO'):
            self.assertRegex(page, r'(?m)^\.SH "?%s"?$' % section)
        page = page.replace('\\-', '-').replace('\\fB', '').replace('\\fR', '')
        for option in self.options():
            self.assertIn(option, page)

    def options(self):
        """mpsh's own, each of which --help has a line for."""
        said = run(self.root / 'usr/bin/mpsh', '--help')
        found = re.findall(r'(?m)^  (?:-\w,|   ) (--[a-z][a-z-]+)', said.split('\nEAL options')[0])
        self.assertEqual(len(found), 18)
        return set(found)

    def test_bash_completion(self):
        # What it offers is system-completion's; here, that it is the one which is installed.
        script = self.root / 'usr/share/bash-completion/completions/mpsh'
        self.assertEqual(run('bash', '-c', 'source "$0"; complete -p mpsh', script), 'complete -F _mpsh mpsh\n')
        offered = set(run(self.root / 'usr/bin/mpsh', '--complete', '--').split())
        self.assertEqual(self.options() - offered, set())


if __name__ == '__main__':
    if subprocess.run(['git', '-C', mpshtest.SOURCE_ROOT, 'rev-parse', 'HEAD'], env=ENV, check=False,
                      stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode != 0:
        print('skipped: meson dist needs the git repository')
        sys.exit(77)
    mpshtest.main()
