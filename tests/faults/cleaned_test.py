#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors
"""Of two secondaries that start at once, one cleans the other's files away: both start."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../lib'))
from mpshtest import StartTest, main, preloaded  # noqa: E402


class Cleaned(StartTest):
    def setUp(self):
        super().setUp()
        self.group = self.primary('--no-telemetry')
        self.marker = os.path.join(self.home, 'cleaned')
        with open(self.marker, 'w', encoding='ascii'):
            pass
        self.lost = preloaded(dict(self.env, CLEANED=self.marker), os.environ['CLEANED_LIST'])

    def test_a_list_that_is_cleaned_away_is_made_anew(self):
        secondary = self.secondary(env=self.lost)
        self.assertFalse(os.path.exists(self.marker))
        secondary.type('send hello')
        secondary.line('^reply from primary: hello')
        self.assertEqual(secondary.end().err, '')
        self.group.line('secondary-1 detached')
        self.assertEqual([name for name in os.listdir(self.runtime_dir()) if f'_{secondary.pid}' in name], [])


if __name__ == '__main__':
    main()
