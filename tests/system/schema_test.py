#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors

"""Every document that mpsh prints is as the schema says, and the schema says no more."""

import collections
import json
import os
import pathlib
import re
import signal
import subprocess
import sys

import jsonschema

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../lib'))
from mpshtest import SANITIZED, SOURCE_ROOT, StartTest, main  # noqa: E402

HANDLER = os.environ.get('HANDLER', '')
SCHEMA = json.loads((SOURCE_ROOT / 'doc/schema.json').read_text())

# Lines for each command of the program's table, with what is named after another command.
LINES = {
    'send': ['send hello', b'send a\xffb', 'send'],
    'sendto': ['sendto fw hello', 'sendto nobody x'],
    'broadcast': ['broadcast hi all', b'broadcast \xff'],
    'request': ['request status'],
    'mp request': ['mp request mpsh x', 'mp request mpsh hex:00ff'],
    'mp notify': ['mp notify mpsh x'],
    'mp listen': ['mp listen', 'mp listen one echo', 'mp listen two text hi', 'mp listen three text hex:00ff',
                  'mp listen four delay 10', 'mp listen five off', b'mp listen six exec echo \xff', 'mp listen',
                  'mp listen one none'],
    'mp actions': ['mp actions', 'mp actions primary', 'mp actions nosuch'],
    'mp bench': ['mp bench mpsh seconds 1 rate 10'],
    'mp fuzz': ['mp fuzz mpsh count 2 x', 'mp fuzz mp_malloc_request force'],
    'ping': ['ping count 3 interval 1', 'ping via mp count 1'],
    'bench': ['bench seconds 1', 'bench via mp seconds 1'],
    'watch': [],
    'top': ['top 0.1 count 2'],
    'jitter': ['jitter 1', 'jitter 0'],
    'peers': ['peers'],
    'stats': ['stats', 'stats reset', 'stats'],
    'info': ['info'],
    'doctor': ['doctor'],
    'groups': ['groups'],
    'show rings': ['show rings'],
    'show ring': ['show ring PRI_2_SEC', 'show ring nosuch'],
    'show pools': ['show pools'],
    'show pool': ['show pool MSG_POOL', 'show pool nosuch'],
    'show memzones': ['show memzones'],
    'show heaps': ['show heaps'],
    'peek': ['peek PRI_2_SEC', 'peek MP_MSG_POOL 2', 'peek MP_MSG_POOL taken', 'peek nosuch'],
    'where': ['where MSG_POOL', 'where nosuch'],
    'telemetry': ['telemetry /mpsh/info', 'telemetry /', 'telemetry /nosuch'],
    'dump': ['dump {home}/a.dump', 'dump {home}/a.dump'],
    'why': ['why', 'why primary', 'why nosuch'],
    'set': ['set'],
    'set answer': ['set answer text hi', 'set', b'set answer text \xff', 'set', 'set answer delay 1', 'set',
                   'set answer off', 'set', 'set answer echo'],
    'set relay': ['set relay five', 'set', 'set relay off'],
    'set timeout': ['set timeout 400', 'set timeout 0'],
    'set json': ['set json on'],
    'set monitor': ['set monitor off'],
    'wait': ['wait 0', 'wait peers 1', 'wait gone nobody', 'wait message greeting'],
    'source': ['source /nowhere'],
    'clear': ['clear'],
    'help': ['help', 'help send', 'help nosuch'],
    'reconnect': [],
    'quit': ['quit'],
    'exit': ['exit'],
}

# These print nothing but errors.
SILENT = {'set answer', 'set relay', 'set timeout', 'set json', 'set monitor', 'source', 'clear',
          'reconnect', 'quit', 'exit'}

# What takes more than a test can do: its rte_mp thread would have to hang as the primary ends.
NOT_SEEN = {'memory_held'}


class Schema(StartTest):
    def setUp(self):
        super().setUp()
        self.spawned = []

    def spawn(self, *arguments, **options):
        process = super().spawn(*arguments, **options)
        if 'mpsh' not in options or options['mpsh'] is None:
            self.spawned.append(process)
        return process

    # ---- what is seen ----

    def begin(self):
        self.used = collections.Counter()
        self.types = set()

        def follow(validator, reference, instance, schema):
            errors = list(jsonschema.Draft202012Validator.VALIDATORS['$ref'](validator, reference, instance, schema))
            if not errors:
                self.used[reference.rpartition('/')[2]] += 1
            return errors

        jsonschema.Draft202012Validator.check_schema(SCHEMA)
        self.validator = jsonschema.validators.extend(jsonschema.Draft202012Validator, {'$ref': follow})(SCHEMA)

    def check_document(self, line, is_error):
        document = json.loads(line)
        name = next(iter(document))
        errors = [str(error) for error in self.validator.iter_errors(document)]
        if errors and name in SCHEMA['$defs']:
            one = jsonschema.Draft202012Validator({**SCHEMA, 'oneOf': [{'$ref': '#/$defs/' + name}]})
            errors = [str(error) for error in one.iter_errors(document)]
        self.assertEqual(errors, [], line)
        kind = document['event']['type'] if name == 'event' else None
        self.assertEqual(name in ('error', 'command') or kind == 'looks', is_error, line)
        if name == 'event':
            self.types.add(document['event']['type'])
        return name, document[name]

    def check_all(self):
        """All whole lines of all that was started; how many."""
        for process in self.spawned:
            for text, is_error in ((process.out(), False), (process.err(), True)):
                for line in text.split('\n')[:-1]:
                    self.check_document(line, is_error)

    # ---- what is run ----

    def json_primary(self, *arguments, **options):
        return self.primary('--no-telemetry', '-j', '-k', '-t', '20000', *arguments, **options)

    def json_secondary(self, *arguments, **options):
        return self.secondary('-j', '-k', '-t', '20000', *arguments, **options)

    def commands(self):
        """Each command of the table is in LINES; its results bear its name, and come before its end."""
        primary = self.json_primary()
        fw = self.json_secondary('--name', 'fw')
        primary.line('"attached"')
        asker = self.spawn('-q', '-j', '-k', '-t', '20000', '--proc-type=secondary')
        primary.line('"attached"')
        fw.type('sendto 2 greeting')
        fw.line('"sendto"')
        asker.type('help')
        table = [command['name'] for command in json.loads(asker.line('"help"').string)['help']]
        asker.line('"ok"')
        self.assertEqual(set(table), set(LINES), 'the commands and the lines that this test has for them')
        described = {name for name in table if name.replace(' ', '_') in SCHEMA['$defs']}
        self.assertEqual(set(table) - described, SILENT | {'watch'}, 'the commands without a document')
        for name in table:
            if name not in ('quit', 'exit'):
                for line in LINES[name]:
                    self.run_line(asker, name, line)
        for name in ('quit', 'exit'):
            result = self.run_mpsh('-q', '-j', '--proc-type=secondary', '-e', name)
            self.assertEqual(result, (0, '{"ok":true}\n', ''))
        asker.close()
        self.assertEqual(asker.end().code, 3)  # of why nosuch

    def run_line(self, asker, name, line):
        if name == 'dump':
            line = line.format(home=self.home)
        asker.type(line)
        names = []
        while 'ok' not in names:
            names.append(self.check_document(asker.line('').string, False)[0])
        word = (line if isinstance(line, str) else 'bytes').split()
        own = 'set' if word == ['set'] else name.replace(' ', '_')
        self.assertLessEqual(set(names[:-1]), {own, 'help'} if own == 'help' else {own}, line)
        if name in SILENT and word != ['set']:
            self.assertEqual(names, ['ok'], line)

    def watched(self):
        primary = self.json_primary()
        primary.type('watch peers')
        primary.line('"peers"')
        primary.kill(signal.SIGINT)
        primary.end()

    def notices(self):
        primary = self.json_primary('-x', '-e', 'set monitor on', '-i')
        one = self.json_secondary('-t', '100')
        primary.line('"attached"')
        two = self.json_secondary('--name', 'fw')
        for line in ('send x', b'send \xff', 'broadcast x', 'request x', 'ping count 1', 'ping via mp count 1'):
            two.type(line)
        two.line('"ping"')
        two.line('"ping"')
        primary.type('set answer delay 300', 'set')
        primary.line('"mode":"delay"')
        one.type('send late')
        one.line('"late"')
        primary.type('mp listen here echo', b'mp listen here text \xff', 'mp listen')
        primary.line('"mp_listen"')
        two.type('mp request here x', 'mp request here hex:00ff', 'mp request here fd:/dev/null x', 'mp notify nosuch x')
        primary.line('"log"')
        primary.type(b'mp listen here exec echo \xff >&2; false')
        primary.line('listen here exec', 'err')
        two.type('mp notify here x')
        primary.line('"no_answer"')
        primary.type('mp listen here echo', 'mp listen')
        primary.line('"mp_listen"')
        two.type('set relay here', 'set')
        two.line('"set"')
        primary.type('set answer echo', 'sendto fw relayed')
        two.line('"relay"')
        one.stop()
        primary.line('"stopped"')
        primary.type('why')
        primary.line('"findings": ?\\[{"kind": ?"stopped"')
        one.kill(signal.SIGCONT)
        primary.line('"answers"')
        one.kill()
        primary.line('"died"')
        primary.type('quit')
        two.line('"quit"')

    def primary_dies(self):
        primary = self.json_primary()
        secondary = self.json_secondary()
        primary.kill()
        secondary.line('"died"')

    def prompts(self):
        primary = self.json_primary()
        prompt = self.terminal('-j', '-w', '20')
        line = prompt.see(r'{"event":{"type":"joined".*').group(0).strip()
        self.assertEqual(self.check_document(line, False)[1],
                         {'type': 'joined', 'peer': 'primary', 'pid': primary.pid})
        prompt.see('mpsh:secondary-1> ')
        other = self.terminal()
        other.see('mpsh:secondary-2> ')
        self.assertNotIn('joined', other.out(), 'what was not waited for')
        other.type('reconnect')
        other.see(r'\* joined the primary \(pid %d\) as secondary-2' % primary.pid)
        other.see('mpsh:secondary-2> ')
        result = self.run_mpsh('-j', '-w', '20', '-e', 'set')
        self.assertNotIn('joined', result.out, 'a batch')

    def mp_thread_ends(self):
        primary = self.json_primary()
        subprocess.run([self.intruder()[0], 'datagram', os.path.join(self.runtime_dir(), 'mp_socket')], check=True)
        primary.line('"mp_thread_ended"')
        primary.type('info')
        primary.line('"has ended: restart this process"')

    def place_lost(self):
        primary = self.json_primary()
        liar = self.json_secondary()
        primary.line('"attached"')
        liar.stop()
        primary.line('"stopped"')
        self.intrude('forge', 'mpsh_from_1', '1 2 0 1', check=True)
        primary.line('"garbage"')
        liar.kill(signal.SIGCONT)
        liar.line('"lost_place"')
        self.assertEqual(liar.end().code, 3)

    def output_that_nobody_reads(self):
        reader, writer = os.pipe()
        primary = self.spawn('--proc-type=primary', '--no-telemetry', '-j', '-k', '-e', 'set monitor on', '-e',
                             'wait 3600', stdout=writer)
        os.close(writer)
        got = os.read(reader, 65536)
        self.assertIn(b'"ready"', got)
        sender = self.json_secondary('-t', '10')
        sender.type(*['send ' + 'x' * 900] * 3000)
        sender.line('ring to primary is full', 'err')
        sender.type(*['mp notify mpsh hex:' + 'ff' * 256] * 3000, 'set')
        sender.line('"set"', limit=240)
        while b'"unseen"' not in got or b'"dropped"' not in got:
            got += os.read(reader, 65536)
        os.close(reader)
        primary.kill()
        for line in got.decode().split('\n')[:-1]:
            self.check_document(line, False)

    def guest(self):
        # The sanitizers' memory lies where EAL puts a foreign primary's.
        elsewhere = ['--base-virtaddr=0x200000000000'] if SANITIZED else []
        application = self.spawn('--no-pci', '--log-level=error', '--proc-type=primary', *elsewhere, mpsh=HANDLER)
        application.line('^ready$')
        guest = self.json_secondary('--name', 'watcher')
        guest.type('info', 'show rings', 'show pools', 'show memzones', 'peers', 'send x', 'doctor', 'set', 'mp listen',
                   'mp request it_bytes', 'mp request it_files', 'mp listen mine off', 'set timeout 100',
                   'mp request it_silent', 'mp request nosuch', 'help')
        info = json.loads(guest.line('"info"').string)['info']
        self.assertEqual((info['role'], info['max_peers'], info['ring_depth']), ('guest', None, None))
        guest.line('"help"')
        self.assertEqual(guest.end().code, 1)

    def outside(self):
        primary = self.json_primary()
        looking = self.spawn('-o', str(primary.pid), '-j', '-e', 'show heaps', '-e', 'wait forever', prefix=False)
        looking.line('"show_heaps"')
        primary.kill(signal.SIGSTOP)
        self.assertEqual(self.spawn('-o', str(primary.pid), '-j', 'why', prefix=False).end().code, 1)
        primary.kill()
        looking.line('"ended"')
        groups = self.spawn('-j', 'groups', prefix=False)
        groups.line(r'"left":\[\{')
        self.assertEqual(groups.end().code, 0)
        looking.kill(signal.SIGINT)
        self.assertEqual(looking.end().code, 130)
        primary = self.json_primary()
        waiting = self.spawn('-o', str(primary.pid), '-j', '--dump-on-death', os.path.join(self.home, 'a.dump'),
                             prefix=False)
        waiting.line('"waiting"')
        primary.kill()
        waiting.line('"dump"')

    def groups(self):
        """One prefix twice, of which one is dead then; and a host where no group rte lives."""
        room = self.spawn('--pid', '--fork', '--kill-child', '--mount-proc', 'sh', '-c', 'echo ready; exec cat',
                          mpsh='unshare', prefix=False)
        room.line('^ready$')
        pid = pathlib.Path('/proc/%d/task/%d/children' % (room.pid, room.pid)).read_text().strip()
        inside = ('nsenter', '--target', pid, '--pid', '--mount', '--')
        first = self.primary('-j', '-k', before=inside)
        for command in ('show heaps', 'telemetry /mpsh/info'):
            self.assertEqual(self.run_mpsh('-j', command, prefix=False, before=inside).code, 0)
        other = ('unshare', '--mount', 'sh', '-c', 'mount -t hugetlbfs x /dev/hugepages; exec "$@"', '-')
        self.json_primary(env=dict(self.env, RUNTIME_DIRECTORY=self.home), before=(*inside, *other))
        result = self.run_mpsh('-j', 'groups', prefix=False, before=inside)
        self.assertEqual(len(json.loads(result.out)['groups']['conflicts']), 1, result)
        inner = pathlib.Path('/proc/%d/task/%d/children' % (first.pid, first.pid)).read_text().strip()
        os.kill(int(inner), signal.SIGKILL)
        first.end()
        self.run_mpsh('-j', 'groups', prefix=False, before=inside)

    def guest_of_simple_mp(self):
        application = self.spawn('--proc-type=primary', '--no-pci', '--log-level=critical', '--', 'found-simple-mp',
                                 '0', '0', mpsh=self.intruder()[0])
        application.line('^ready$')
        guest = self.json_secondary()
        guest.type('send hello', b'send \xff', 'set')
        guest.line('"set"')
        self.assertIn('"rtt_ns":null', guest.out())

    def another_process(self):
        primary = self.json_primary()
        application = self.spawn('--no-pci', '--log-level=error', '--proc-type=secondary', mpsh=HANDLER)
        application.line('^ready$')
        primary.type('peers')
        primary.line('"foreign"')
        primary.type('stats', 'send x', 'broadcast x', 'ping', 'quit')
        primary.end()

    def starts_and_errors(self):
        path = os.path.join(self.home, b'comm\xffands'.decode('utf-8', 'surrogateescape'))
        pathlib.Path(path).write_text('send x\nnosuch\n')
        for code, words in ((0, ['--version']), (0, ['--help']), (3, ['--doctor', '--huge-dir=/nowhere']),
                            (2, ['--bogus']), (2, ['nosuch']), (2, ['-t', '0']), (2, ['--no-huge']),
                            (2, [b'--bo\xffgus'.decode('utf-8', 'surrogateescape')]),
                            (3, ['--proc-type=secondary', 'send', 'x']), (2, ['-k', '-f', path]),
                            (2, ['-k', '-x', '-q', '-f', path]), (2, ['-k', '-x', '-e', 'set', '-e', 'sned x']),
                            (1, ['-q', '--proc-type=primary', 'broadcast x'])):
            role = ['--proc-type=primary'] if '-k' in words else []
            result = self.run_mpsh('-j', *role, *words)
            self.assertEqual(result.code, code, (words, result))
            self.assertNotEqual(result.out + result.err, '', words)

    SCENARIOS = (commands, watched, notices, primary_dies, prompts, mp_thread_ends, place_lost, output_that_nobody_reads, guest, outside,
                 groups,
                 guest_of_simple_mp, another_process, starts_and_errors)

    def test_all_that_is_printed(self):
        self.begin()
        for scenario in self.SCENARIOS:
            with self.subTest(scenario.__name__):
                scenario(self)
                self.check_all()
            self.doCleanups()
            self.setUp()
        defined = set(SCHEMA['$defs'])
        reached = set(self.used)
        if NOT_SEEN - self.types:
            reached.add('event_self')
        self.assertEqual(defined - reached, set(), 'described, but not seen')
        self.assertEqual(self.types_of_the_schema() - self.types, NOT_SEEN, 'types of events that were not seen')

    def types_of_the_schema(self):
        return {kind for name, definition in SCHEMA['$defs'].items() if name.startswith('event_')
                for kind in definition['properties']['type']['enum']}

    def test_the_types_of_the_source(self):
        """Each type of event that stands in the source is described."""
        found = set()
        for path in (SOURCE_ROOT / 'app').rglob('*.c'):
            text = path.read_text()
            found |= set(re.findall(r'"event",\s*"type",\s*"(\w+)"', text))
            found |= set(re.findall(r'"type",\s*"(\w+)",', text))
            found |= set(re.findall(r'\[HUB_\w+\] = \{ "(\w+)"', text))
        self.assertEqual(found, self.types_of_the_schema())


if __name__ == '__main__':
    main()
