#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors
"""Rings with names of any bytes: each can be named, and Tab offers it so that it can be."""

import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../lib'))
from mpshtest import StartTest, main  # noqa: E402

# What a ring is called, and what Tab makes of it. 28 bytes are the longest.
RINGS = {
    'plain': 'plain',
    'two words': r'two\x20words',
    ' around ': r'\x20around\x20',
    'bad\udcff': r'bad\xff',
    'tab\there': r'tab\x09here',
    'esc\x1b[2J': r'esc\x1b[2J',
    'what?': r'what\x3f',
    'grün': 'grün',
    '#one # two': r'#one\x20#\x20two',
    'lit\\x41': r'lit\x5cx41',
    'litA': 'litA',
    'back\\slash\\': 'back\\slash\\',
    '\udcfe' * 28: r'\xfe' * 28,
}


class Names(StartTest):
    def setUp(self):
        super().setUp()
        self.mpsh = self.primary('-k', '-j')
        self.sizes = {}
        for n, name in enumerate(RINGS, 2):
            self.intrude('ring', name, str(1 << n), check=True)
            self.sizes[name] = 1 << n

    def size(self, typed):
        """Of the ring that show ring finds by what is typed."""
        self.mpsh.type(f'show ring {typed}')
        found = self.documents(self.mpsh.line('^{"show_ring":').string)[0]['show_ring']
        self.assertNotIn('typed', found)
        return found['size']

    def test_each_is_found(self):
        for name, typed in RINGS.items():
            self.assertEqual(self.size(typed), self.sizes[name], typed)
        # As it is, where that says the same, and with any byte by its number.
        for typed in ('two words', 'tab\there', 'bad\udcff', 'what?', '#one # two', 'grün', '  plain  ',
                      r'\x70\x6C\x61in', r'gr\xc3\xbcn', r'gr\xC3\xBCn', 'esc\x1b[2J'):
            name = typed.strip().replace(r'\x70\x6C\x61in', 'plain').replace(r'r\xc3\xbcn', 'rün').replace(r'r\xC3\xBCn', 'rün')
            self.assertEqual(self.size(typed), self.sizes[name], typed)
        self.assertEqual(self.size(r'lit\x41'), self.sizes['litA'])
        self.mpsh.type(r'show ring two', r'show ring lit\x4', r'show ring around')
        for name in ('two', r'lit\\x4', 'around'):
            self.mpsh.line(r'"no ring named %s: show rings lists them"' % re.escape(name), 'err')
        self.mpsh.type('show rings')
        rows = self.documents(self.mpsh.line('^{"show_rings":').string)[0]['show_rings']
        self.assertFalse([row for row in rows if 'typed' in row])
        shown = {row['name'] for row in rows}
        self.assertLessEqual({'two words', r'bad\xff', r'tab\there', r'lit\x41', 'grün'}, shown)

    def test_tab_offers_them(self):
        prompt = self.terminal('--proc-type=secondary')
        prompt.see('secondary-1> ')
        for name, typed in RINGS.items():
            # The first letters are its own; "lit" needs one more.
            begin = typed[:4] if typed[0] == '\\' else typed[:5]
            prompt.skip()
            os.write(prompt.master, f'show ring {begin}\t\r'.encode())
            row = prompt.see(r'(?m)^ *(\S.*?) +(\d+) +\d+ +\d+ ').group(2)
            self.assertEqual(int(row), self.sizes[name], typed)
        # What several have in common, and a list of them.
        prompt.skip()
        os.write(prompt.master, b'show ring lit\t')
        prompt.see(r'litA\s')
        prompt.see(r'lit\\x5cx41\s')

    def test_wide_characters(self):
        for name in ('k表', 'k衣衣衣'):
            self.intrude('ring', name, '64', check=True)
        prompt = self.terminal('--proc-type=secondary')
        prompt.see('secondary-1> ')
        # The first two bytes of two of them are the same: of a character there are all or none.
        os.write(prompt.master, b'show ring k\t')
        listed = prompt.see(r'(?s)\n(  k\S+ .*?)\r\n[^\r\n]*> (?:\x1b\[0m)?show ring k').group(1)
        lines = sorted(listed.split('\r\n'), key=lambda line: line.count('衣'))
        self.assertEqual(lines, ['  k表      ring', '  k衣衣衣  ring'])
        os.write(prompt.master, '表\t\r'.encode())
        prompt.see('^表 ')
        prompt.see('(?m)^k表 +64 ')


if __name__ == '__main__':
    main()
