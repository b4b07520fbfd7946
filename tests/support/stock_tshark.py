# SPDX-License-Identifier: GPL-2.0-or-later
"""A stock tshark with the plugin under test in a private HOME.

As root, Wireshark 4.0 loads no personal plugins: tshark runs as nobody then. WSSC_INSTALLED_PLUGIN: the plugin that a
package installed is under test, where it lies, and a tshark without one looks for plugins elsewhere (tests/packages.sh).
"""
import json
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
        installed = os.environ.get('WSSC_INSTALLED_PLUGIN')
        if installed:
            self.take_installed(installed, plugin is not None)
        elif plugin:
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

    def take_installed(self, path, is_wanted):
        if not is_wanted:
            self.env['WIRESHARK_PLUGIN_DIR'] = os.path.join(self.home, 'no-plugins')
        loaded = [line.split('\t')[-1] for line in self.run('-G', 'plugins').splitlines() if line.startswith('wssc')]
        if loaded != ([path] if is_wanted else []):
            raise RuntimeError('tshark loads %s' % loaded)

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
        return self.rows(self.run('-r', path, *self.as_fields(names), *args), names)

    @staticmethod
    def as_fields(names):
        return ['-T', 'fields', '-E', 'separator=/t', '-E', 'aggregator=\x1f', *(o for n in names for o in ('-e', n))]

    @staticmethod
    def rows(out, names):
        rows = []
        for line in out.splitlines():
            cells = line.split('\t')
            rows.append({n: (c.split('\x1f') if c else []) for n, c in zip(names, cells)})
        return rows

    def sharkd(self):
        return Sharkd(self)

    def close(self):
        shutil.rmtree(self.home, ignore_errors=True)


class Sharkd:
    """Wireshark's own server: one process that opens files and shows frames in any order, as the window does."""

    def __init__(self, tshark):
        self.errors = tempfile.TemporaryFile()
        self.process = subprocess.Popen(tshark.prefix + ['sharkd', '-'], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=self.errors, text=True, env=tshark.env)

    def call(self, method, **params):
        self.process.stdin.write(json.dumps({'jsonrpc': '2.0', 'id': 1, 'method': method, 'params': params}) + '\n')
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError('sharkd ended')
        answer = json.loads(line)
        if 'error' in answer:
            raise RuntimeError('sharkd: %s' % answer['error'])
        return answer['result']

    def load(self, path, keylog=''):
        """The number of frames."""
        self.call('setconf', name='tls.keylog_file', value=keylog)
        self.call('load', file=path)
        return self.call('status')['frames']

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(60)
        self.errors.close()
