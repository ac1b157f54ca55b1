#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors

"""The man page names every command, option, key and notice that the program has."""

import json
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../lib'))
from mpshtest import SOURCE_ROOT, StartTest, main  # noqa: E402

SCHEMA = json.loads((SOURCE_ROOT / 'doc/schema.json').read_text())


def plain(text):
    """Without what is bold, and with every blank the same."""
    return ' '.join(text.replace('*', '').replace('\\', '').split())


class Man(StartTest):
    page = (SOURCE_ROOT / 'doc/mpsh.8.scd').read_text()
    text = plain(page)

    def section(self, name):
        return plain(re.search(rf'(?ms)^# {name}$(.*?)^# ', self.page).group(1))

    def source(self, path):
        return (SOURCE_ROOT / 'app' / path).read_text()

    def check_all(self, needed, text, least):
        self.assertGreaterEqual(len(needed), least)
        for word in needed:
            self.assertRegex(text, rf'(?<![\w-]){re.escape(word)}(?![\w-])')

    def test_commands(self):
        result = self.run_mpsh('-q', '-j', '--proc-type=primary', '-e', 'help')
        commands = json.loads(result.out.splitlines()[0])['help']
        commands_text = self.section('COMMANDS')
        self.check_all({command['name'] for command in commands}, commands_text, 29)
        # Each fixed word of a form, too.
        words = {word for command in commands
                 for word in re.findall(r'(?<![<\w])[a-z]+(?![\w>])', command['usage'])}
        self.check_all(words, commands_text.replace('|', ' '), 40)

    def test_options(self):
        said = self.run_mpsh('--help', prefix=False).out
        listed = re.findall(r'(?m)^  (?:(-\w)(?:, | [A-Z])|   )? *(--[a-z][a-z-]+)?', said.split('\nEAL options')[0])
        options = {option for pair in listed for option in pair if option}
        self.check_all(options, self.section('OPTIONS'), 25)

    def test_keys(self):
        letters = set(re.findall(r"\[CTRL\('(\w)'\)\]", self.source('shell/keys.c'))) - {'J', 'M', 'Y', 'G'}
        self.check_all({'Ctrl-' + letter for letter in letters} | {'Ctrl-Y', 'Ctrl-G'}, self.section('KEYS'), 14)

    def test_notices(self):
        said = re.findall(r'\[HUB_\w+\] = \{ "\w+",\s*((?:"[^"]*"\s*)+)', self.source('exchange/incoming.c'))
        texts = {plain(''.join(re.findall(r'"([^"]*)"', text))) for text in said}
        self.assertGreaterEqual(len(texts), 10)
        notices = self.section('NOTICES')
        for text in texts | {'[broadcast] primary: hello', '[request] primary: hello', '[mp ACTION]', 'late reply from',
                             'ready as', 'notices were dropped', 'messages passed unseen', 'EAL: '.strip()}:
            self.assertIn(text, notices)

    def test_documents(self):
        text = self.section('JSON')
        types = {kind for name, definition in SCHEMA['$defs'].items() if name.startswith('event_')
                 for kind in definition['properties']['type']['enum']}
        kinds = {kind for name in ('from_console', 'to_action')
                 for kind in SCHEMA['$defs'][name]['properties']['kind']['enum']}
        self.check_all(types | kinds | {'received', 'event', 'relay', 'monitor', 'log', 'error', 'command', 'ok'}, text, 25)
        self.assertIn('share/mpsh/schema.json', text)


if __name__ == '__main__':
    main()
