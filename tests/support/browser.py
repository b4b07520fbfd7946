# SPDX-License-Identifier: GPL-2.0-or-later
"""Debian's chromium without a window, driven over its own pipe (DevTools protocol)."""
import base64
import json
import os
import select
import subprocess
import time

PATIENCE = 120


class Browser:
    """One page; what it says and asks for is kept."""

    def __init__(self, home):
        to_read, self.write = os.pipe()
        self.read, to_write = os.pipe()
        for number in (to_read, to_write):
            os.set_inheritable(number, True)
        options = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run',
                   '--user-data-dir=' + home, '--remote-debugging-pipe', '--window-size=1200,900', 'about:blank']
        command = ['bash', '-c', 'exec 3<&%d 4>&%d; exec chromium "$@"' % (to_read, to_write), 'chromium', *options]
        self.process = subprocess.Popen(command, pass_fds=(to_read, to_write), stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL, env={**os.environ, 'HOME': home})
        os.close(to_read)
        os.close(to_write)
        self.number, self.rest, self.events, self.session = 0, b'', [], None
        target = self.call('Target.createTarget', url='about:blank')['targetId']
        self.session = self.call('Target.attachToTarget', targetId=target, flatten=True)['sessionId']
        for domain in ('Page', 'Runtime', 'Log', 'Network'):
            self.call(domain + '.enable')

    def next(self, until):
        while b'\0' not in self.rest:
            if not select.select([self.read], [], [], max(0, until - time.monotonic()))[0]:
                raise RuntimeError('the browser does not answer')
            octets = os.read(self.read, 1 << 20)
            if not octets:
                raise RuntimeError('the browser ended')
            self.rest += octets
        one, self.rest = self.rest.split(b'\0', 1)
        return json.loads(one)

    def call(self, method, **params):
        self.number += 1
        message = {'id': self.number, 'method': method, 'params': params}
        if self.session:
            message['sessionId'] = self.session
        os.write(self.write, json.dumps(message).encode() + b'\0')
        until = time.monotonic() + PATIENCE
        while True:
            answer = self.next(until)
            if answer.get('id') == self.number:
                if 'error' in answer:
                    raise RuntimeError('%s: %s' % (method, answer['error']))
                return answer['result']
            self.events.append(answer)

    def show(self, url):
        self.events.clear()
        self.call('Page.navigate', url=url)
        until = time.monotonic() + PATIENCE
        while not any(e.get('method') == 'Page.loadEventFired' for e in self.events):
            self.events.append(self.next(until))

    def ask(self, expression, **params):
        answer = self.call('Runtime.evaluate', expression=expression, returnByValue=True, **params)
        if 'exceptionDetails' in answer:
            raise RuntimeError(json.dumps(answer['exceptionDetails']))
        return answer['result'].get('value')

    def said(self):
        """Whatever shows on the console, opens a window or leaves the page."""
        loud = ('Runtime.consoleAPICalled', 'Runtime.exceptionThrown', 'Log.entryAdded', 'Page.javascriptDialogOpening',
                'Page.windowOpen')
        asked = [e['params']['request']['url'] for e in self.events if e.get('method') == 'Network.requestWillBeSent']
        return [e for e in self.events if e.get('method') in loud], [u for u in asked if not u.startswith(('file:', 'data:'))]

    def picture(self, path):
        with open(path, 'wb') as file:
            file.write(base64.b64decode(self.call('Page.captureScreenshot')['data']))

    def processes(self):
        """Of this browser, itself included: their numbers."""
        parents = {}
        for name in os.listdir('/proc'):
            if name.isdigit():
                try:
                    with open('/proc/%s/stat' % name, encoding='ascii', errors='replace') as file:
                        parents[int(name)] = int(file.read().rsplit(')', 1)[1].split()[1])
                except (FileNotFoundError, ProcessLookupError):
                    pass
        found = {self.process.pid}
        while True:
            more = {n for n, parent in parents.items() if parent in found} - found
            if not more:
                return found
            found |= more

    def used(self):
        """Processor seconds of all of it so far, and the resident megabytes that are its own now (proportional)."""
        seconds = kilobytes = 0
        for number in self.processes():
            try:
                with open('/proc/%d/stat' % number, encoding='ascii', errors='replace') as file:
                    fields = file.read().rsplit(')', 1)[1].split()
                seconds += (int(fields[11]) + int(fields[12])) / os.sysconf('SC_CLK_TCK')
                with open('/proc/%d/smaps_rollup' % number, encoding='ascii') as file:
                    kilobytes += next(int(line.split()[1]) for line in file if line.startswith('Pss:'))
            except (FileNotFoundError, ProcessLookupError, StopIteration):
                pass
        return seconds, kilobytes / 1024

    def close(self):
        os.close(self.write)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.close(self.read)
