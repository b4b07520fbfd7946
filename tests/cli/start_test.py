#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""How the program lies in memory when it has started: libwireshark's data, in which the dynamic linker writes addresses at each
start, was laid on pages of the process's own beforehand, and what the linker protects afterwards is protected.

usage: start_test.py WSSC SOURCE_DIR
"""
import mmap
import os
import re
import subprocess
import sys
import tempfile
import threading
import unittest

WSSC, ROOT = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
LARGE = 4 << 20
POPULATE_WRITE = 23
PATIENCE = 60  # seconds
CAPTURE = os.path.join(ROOT, 'captures', 'corewcf-session.pcap')


def mappings(pid):
    """[(begin, end, permissions, path or '')]"""
    with open('/proc/%d/maps' % pid, encoding='ascii') as file:
        found = [re.match(r'([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ \S+ *(.*)', line).groups() for line in file]
    return [(int(begin, 16), int(end, 16), permissions, path) for begin, end, permissions, path in found]


def can_populate():
    """Linux 5.14 and later fill memory when asked."""
    try:
        with mmap.mmap(-1, mmap.PAGESIZE) as memory:
            memory.madvise(POPULATE_WRITE)
        return True
    except OSError:
        return False


class Start(unittest.TestCase):
    @unittest.skipUnless(can_populate(), 'a kernel that does not fill memory when asked')
    def test_data_is_its_own(self):
        with tempfile.TemporaryDirectory() as folder:
            pipe = os.path.join(folder, 'pipe')
            os.mkfifo(pipe)
            with subprocess.Popen([WSSC, 'contexts', '--no-progress', pipe], stdout=subprocess.PIPE) as process:
                timer = threading.Timer(PATIENCE, process.kill)
                timer.start()
                try:
                    with open(pipe, 'wb') as end:  # waits until the program wants to read
                        there = mappings(process.pid)
                        with open(CAPTURE, 'rb') as file:
                            end.write(file.read())
                    output = process.stdout.read()
                finally:
                    timer.cancel()
            self.assertEqual(process.returncode, 0)
        self.assertEqual(output, subprocess.run([WSSC, 'contexts', '--no-progress', CAPTURE], check=True, capture_output=True,
                                                timeout=PATIENCE).stdout)
        of_file = [one for one in there if re.search(r'/libwireshark\.so', one[3])]
        self.assertTrue(of_file)
        self.assertEqual([one for one in of_file if 'w' in one[2] and one[1] - one[0] >= LARGE], [])
        behind = [one for one in there if one[3] == '' and one[0] >= of_file[0][1]]
        protected = next(one for one in behind if one[2] == 'r--p')
        self.assertGreaterEqual(protected[1] - protected[0], LARGE)
        data = next(one for one in behind if one[0] == protected[1])
        self.assertEqual(data[2], 'rw-p')
        self.assertGreaterEqual(data[1] - data[0], LARGE)


unittest.main(argv=sys.argv[:1])
