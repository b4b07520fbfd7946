#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Processes that share the work: one that dies, or is stopped, costs its own connections only, by name; nothing hangs, nothing
stays behind, and what they find goes through pipes alone.

usage: jobs_test.py WSSC SOURCE_DIR
"""
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest

WSSC, ROOT = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
PATIENCE = 120  # seconds; with sanitizers on a busy machine
MEGABYTES = '6'
MANY = ('--limit', 'remembered-frames=32')  # generations, and as many workers, one after the other
WHY = 'were lost with a process that ended early'
STUCK = WHY + ': it did nothing for longer than worker-seconds'
IMPATIENT = ('--limit', 'worker-seconds=3')  # a process that works gets some processor time in so long
SESSION = os.path.join(ROOT, 'captures', 'corewcf-session.pcap')


def children(pid):
    """Of a process, by what the kernel says of its only thread that forks."""
    try:
        with open('/proc/%d/task/%d/children' % (pid, pid), encoding='ascii') as file:
            return [int(word) for word in file.read().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def workers(process):
    return [worker for nursery in children(process.pid) for worker in children(nursery)]


def is_there(pid):
    try:
        with open('/proc/%d/stat' % pid, encoding='ascii') as file:
            return file.read().rsplit(')', 1)[1].split()[0] != 'Z'
    except (FileNotFoundError, ProcessLookupError):
        return False


def wait_for(condition):
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            raise AssertionError('nothing came of it')
        time.sleep(0.01)


class Jobs(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()  # pylint: disable=consider-using-with
        cls.capture = os.path.join(cls.folder.name, 'large.pcap')
        subprocess.run([sys.executable, os.path.join(ROOT, 'tests', 'bench', 'make_capture.py'), cls.capture, MEGABYTES, SESSION],
                       check=True, capture_output=True)
        done = subprocess.run([WSSC, 'events', '--no-progress', '--jobs', '1', cls.capture], capture_output=True, check=True,
                              timeout=PATIENCE)
        cls.whole = cls.messages(done.stdout)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    @staticmethod
    def messages(out):
        """Of each, what does not depend on others."""
        events = [json.loads(line) for line in out.splitlines()]
        return {(e['frame'], e['ordinal']): (e['message_id'], e['action'], frozenset((e['src'], e['dst'])))
                for e in events if e['type'] == 'message'}

    def begin(self, *options, stdout=subprocess.PIPE, **more):
        """Nobody reads its output yet: when the pipes are full, all of them wait."""
        process = subprocess.Popen([WSSC, 'events', '--no-progress', '--jobs', '2', *options, self.capture], stdout=stdout,
                                   stderr=subprocess.PIPE, **more)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.kill)
        if stdout == subprocess.PIPE:
            self.addCleanup(process.stdout.close)
        wait_for(lambda: len(workers(process)) >= 2)
        return process

    def check_rest(self, out, err, why=WHY):
        rest = self.messages(out)
        self.assertLess(len(rest), len(self.whole))
        named = [e for e in map(json.loads, out.splitlines()) if e['type'] == 'finding' and why in e['text']]
        self.assertTrue(named)
        self.assertIn(why, err.decode())
        text = '\n'.join(finding['text'] for finding in named)
        for place, message in self.whole.items():
            if place in rest:
                self.assertEqual(rest[place], message)
            else:
                self.assertTrue(all(end in text for end in message[2]), (place, message))
        self.assertLessEqual(set(rest), set(self.whole))

    def test_killed_worker(self):
        process = self.begin()
        all_of_them = workers(process)
        os.kill(all_of_them[0], signal.SIGKILL)
        out, err = process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, 3, err)
        self.check_rest(out, err)
        self.assertTrue(self.messages(out))
        wait_for(lambda: not any(map(is_there, all_of_them)))

    def test_killed_nursery(self):
        process = self.begin()
        all_of_them = children(process.pid) + workers(process)
        os.kill(all_of_them[0], signal.SIGKILL)
        out, err = process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, 3, err)
        self.check_rest(out, err)
        wait_for(lambda: not any(map(is_there, all_of_them)))

    def test_stopped_worker(self):
        process = self.begin(*IMPATIENT)
        all_of_them = workers(process)
        os.kill(all_of_them[0], signal.SIGSTOP)
        out, err = process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, 3, err)
        self.check_rest(out, err, STUCK)
        self.assertTrue(self.messages(out))
        wait_for(lambda: not any(map(is_there, all_of_them)))

    def test_stopped_nursery(self):
        """No further worker begins, and those that are there end with it when it is given up."""
        process = self.begin(*IMPATIENT, *MANY)
        all_of_them = children(process.pid) + workers(process)
        os.kill(all_of_them[0], signal.SIGSTOP)
        out, err = process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, 3, err)
        self.check_rest(out, err)
        wait_for(lambda: not any(map(is_there, all_of_them)))

    def test_stopped_itself(self):
        """All of them at once, as a terminal does it: nobody is late when they go on."""
        process = self.begin(*IMPATIENT, start_new_session=True)
        os.killpg(process.pid, signal.SIGSTOP)
        time.sleep(6)
        os.killpg(process.pid, signal.SIGCONT)
        out, err = process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, 0, err)
        self.assertEqual(self.messages(out), self.whole)

    def test_killed_itself(self):
        process = self.begin()
        all_of_them = children(process.pid) + workers(process)
        process.kill()
        process.wait(timeout=PATIENCE)
        wait_for(lambda: not any(map(is_there, all_of_them)))

    def test_closed_pipe(self):
        process = self.begin()
        all_of_them = children(process.pid) + workers(process)
        self.assertIn(b'"v":2', process.stdout.readline())
        process.stdout.close()
        process.wait(timeout=PATIENCE)
        self.assertEqual(process.returncode, 3)
        self.assertIn(b'Broken pipe: not all of the result could be written', process.stderr.read())
        wait_for(lambda: not any(map(is_there, all_of_them)))

    def test_full_disk(self):
        with open('/dev/full', 'wb') as full:
            process = self.begin(stdout=full)
            all_of_them = children(process.pid) + workers(process)
            _, err = process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, 3, err)
        self.assertIn('No space left', err.decode())
        wait_for(lambda: not any(map(is_there, all_of_them)))

    @staticmethod
    def open_files(pid):
        """What each stands for and how it is open; what is closed while we look is none."""
        for fd in os.listdir('/proc/%d/fd' % pid):
            try:
                target = os.readlink('/proc/%d/fd/%s' % (pid, fd))
                with open('/proc/%d/fdinfo/%s' % (pid, fd), encoding='ascii') as file:
                    yield target, int(file.read().split('flags:')[1].split()[0], 8) & os.O_ACCMODE
            except FileNotFoundError:
                pass

    def test_pipes_alone(self):
        """No worker has a file open but the capture, to read; where libwireshark begins anew, c-ares reads the system's files."""
        process = self.begin()
        pipes = 0
        for worker in workers(process):
            for target, access in self.open_files(worker):
                pipes += target.startswith('pipe:')
                is_configuration = target.startswith('/etc/') and access == os.O_RDONLY
                if not is_configuration and not target.startswith(('pipe:', 'socket:', '/dev/', 'anon_inode:', '/proc/')):
                    self.assertEqual((target, access), (self.capture, os.O_RDONLY))
        self.assertGreater(pipes, 0)
        process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, 0)

    def test_number(self):
        for number in ('0', '-1', 'many'):
            done = subprocess.run([WSSC, 'contexts', '--jobs', number, SESSION], capture_output=True, timeout=PATIENCE, check=False)
            self.assertEqual(done.returncode, 2, number)
            self.assertIn(b'--jobs', done.stderr)
        for number in ('1', '64', '100000'):
            done = subprocess.run([WSSC, 'contexts', '--jobs', number, SESSION], capture_output=True, timeout=PATIENCE, check=False)
            self.assertEqual(done.returncode, 0, number)


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1])
