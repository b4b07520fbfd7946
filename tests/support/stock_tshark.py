# SPDX-License-Identifier: GPL-2.0-or-later
"""A stock tshark with the plugin under test in a private HOME.

As root, Wireshark 4.0 loads no personal plugins: tshark runs as nobody then.
"""
import os
import re
import shutil
import subprocess
import tempfile


class Tshark:
    def __init__(self, plugin=None):
        self.home = tempfile.mkdtemp(prefix='wssc-tshark-')
        os.chmod(self.home, 0o755)
        self.env = {'HOME': self.home, 'PATH': os.environ['PATH'], 'TZ': 'UTC', 'LC_ALL': 'C.UTF-8'}
        self.prefix = []
        if os.getuid() == 0:
            self.prefix = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups']
        if plugin:
            folders = self.run('-G', 'folders')
            path = re.search(r'Personal Plugins:\s*(\S+)', folders).group(1)
            target = path if path.endswith('epan') else os.path.join(path, 'epan')
            os.makedirs(target)
            shutil.copy(plugin, target)
            for folder, _, _ in os.walk(self.home):
                os.chmod(folder, 0o755)
            os.chmod(os.path.join(target, os.path.basename(plugin)), 0o755)
            if 'wssc' not in self.run('-G', 'plugins'):
                raise RuntimeError('tshark does not load %s' % plugin)

    def place(self, path):
        """A copy that tshark may read, wherever the tree is."""
        handle, copy = tempfile.mkstemp(suffix=os.path.basename(path), dir=self.home)
        os.close(handle)
        shutil.copy(path, copy)
        os.chmod(copy, 0o644)
        return copy

    def run(self, *args, check=True):
        done = subprocess.run(self.prefix + ['tshark', *args], capture_output=True, text=True,
                              env=self.env, timeout=300)
        if check and done.returncode != 0:
            raise RuntimeError('tshark %s: %s' % (' '.join(args), done.stderr[-500:]))
        return done.stdout

    def fields(self, path, names, *args):
        """One list of values (strings) per frame and field, for frames that the filter lets through."""
        options = [o for name in names for o in ('-e', name)]
        out = self.run('-r', path, *args, '-T', 'fields', '-E', 'separator=/t', '-E', 'aggregator=\x1f', *options)
        rows = []
        for line in out.splitlines():
            cells = line.split('\t')
            rows.append({n: (c.split('\x1f') if c else []) for n, c in zip(names, cells)})
        return rows

    def close(self):
        shutil.rmtree(self.home, ignore_errors=True)
