#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The plugin in Wireshark's window, under Xvfb: its profile, its statistics, Follow, a flow graph, Export Objects and the
conversation filter of a context, each opened as a user does and taken a picture of.

Not in test.sh: Wireshark with its window, Xvfb, xdotool, openbox and ImageMagick are more than all that the suite needs.
A window that does not come within a minute, or has not its title, fails.

usage: window.py PLUGIN SOURCE_DIR PICTURES_DIR [NAME...]
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

PLUGIN, SOURCE, PICTURES = (os.path.abspath(a) for a in sys.argv[1:4])
ONLY = sys.argv[4:]
RENEW = os.path.join(SOURCE, 'captures', 'corewcf-renew')
DISPLAY = ':%d' % (90 + os.getpid() % 400)
PATIENCE = 180
WIDTH, HEIGHT = 1280, 800
COLOURS = 32


class Screen:
    """Xvfb with a window manager, and xdotool on it."""

    def __init__(self, folder):
        self.env = {'HOME': folder, 'PATH': os.environ['PATH'], 'DISPLAY': DISPLAY, 'TZ': 'UTC', 'LC_ALL': 'C.UTF-8',
                    'QT_QPA_PLATFORM': 'xcb', 'XDG_RUNTIME_DIR': folder}
        self.prefix = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] if os.getuid() == 0 else []
        quiet = {'stdout': subprocess.DEVNULL, 'stderr': subprocess.DEVNULL}
        self.server = subprocess.Popen(['Xvfb', DISPLAY, '-screen', '0', '%dx%dx24' % (WIDTH, HEIGHT), '-nolisten', 'tcp'], **quiet)
        self.until(lambda: os.path.exists('/tmp/.X11-unix/X' + DISPLAY[1:]), 'a display')
        self.manager = subprocess.Popen(['openbox', '--sm-disable'], env=self.env, **quiet)
        self.program = None

    @staticmethod
    def until(holds, what):
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            found = holds()
            if found:
                return found
            time.sleep(0.3)
        raise SystemExit('no %s within %d s' % (what, PATIENCE))

    def tool(self, *args):
        return subprocess.run(['xdotool', *args], env=self.env, capture_output=True, text=True, check=False, timeout=60).stdout

    def window(self, title):
        """The window whose title holds a word, in front and drawn."""
        number = self.until(lambda: self.tool('search', '--onlyvisible', '--name', title).split(), 'window "%s"' % title)[-1]
        self.tool('windowactivate', '--sync', number)
        return number

    def start(self, *args):
        with open(os.path.join(self.env['HOME'], 'log'), 'w', encoding='utf-8') as log:
            self.program = subprocess.Popen(self.prefix + ['wireshark', *args], env=self.env, stdout=log, stderr=log)
        return self.window('corewcf-renew')

    def stop(self):
        if self.program:
            self.program.kill()
            self.program.wait()
        self.program = None

    def keys(self, *names):
        for name in names:
            self.tool('key', '--clearmodifiers', name)
            time.sleep(0.4)

    def settled(self, number=None):
        """A picture that is the same twice."""
        last = None
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            octets = subprocess.run(['import', '-window', number or 'root', 'ppm:-'], env=self.env, capture_output=True,
                                    check=True, timeout=60).stdout
            if octets == last:
                return octets
            last = octets
            time.sleep(1.5)
        raise SystemExit('the picture does not come to rest')

    def picture(self, name, number=None):
        path = os.path.join(PICTURES, 'wireshark-%s.png' % name)
        subprocess.run(['convert', 'ppm:-', '+dither', '-colors', str(COLOURS), '-define', 'png:compression-level=9', 'png8:' + path],
                       input=self.settled(number), check=True, timeout=120)
        print('%s: %d octets' % (path, os.stat(path).st_size), flush=True)

    def close(self):
        self.stop()
        for process in (self.manager, self.server):
            process.terminate()
            process.wait()


def home_with_plugin():
    home = tempfile.mkdtemp(prefix='wssc-window-')
    config = os.path.join(home, '.config', 'wireshark')
    os.makedirs(os.path.join(config, 'profiles'))
    shutil.copytree(os.path.join(SOURCE, 'profile', 'WSSC'), os.path.join(config, 'profiles', 'WSSC'))
    for path in (RENEW + '.pcapng', RENEW + '.keylog'):
        shutil.copy(path, home)
    folders = subprocess.run(['tshark', '-G', 'folders'], env={**os.environ, 'HOME': home}, capture_output=True, text=True,
                             check=True, timeout=120).stdout
    plugins = re.search(r'Personal Plugins:\s*(\S+)', folders).group(1)
    target = plugins if plugins.endswith('epan') else os.path.join(plugins, 'epan')
    os.makedirs(target)
    shutil.copy(PLUGIN, target)
    # Nothing of updates, and a window of one size.
    with open(os.path.join(config, 'recent_common'), 'w', encoding='ascii') as file:
        file.write('gui.update.enabled: FALSE\ngui.geometry.main.maximized: FALSE\ngui.geometry_main_x: 0\ngui.geometry_main_y: 0\n'
                   'gui.geometry_main_width: %d\ngui.geometry_main_height: %d\n' % (WIDTH - 4, HEIGHT - 30))
    for folder, _, files in os.walk(home):
        for path in [folder] + [os.path.join(folder, f) for f in files]:
            os.chmod(path, 0o755)
            if os.getuid() == 0:
                os.chown(path, 65534, 65534)
    return home


def go_to(screen, frame):
    screen.keys('ctrl+g')
    screen.tool('type', str(frame))
    screen.keys('Return')


# Of Wireshark 4.4's menus, by keys: where the selection goes from the first entry, up meaning round to the last one.
FLOW_GRAPH, CONTEXTS, CONVERSATION_FILTER = 19, 11, 5
FLOW_TYPE = 658, 563  # the box in the window of flows


def profile(screen, main):
    go_to(screen, 14)
    screen.picture('profile', main)


def statistics(screen, main):
    screen.keys('alt+s', 'Up', 'Return')
    screen.picture('statistics', screen.window('WSSC counts'))
    screen.keys('Escape')
    screen.window('^' + TITLE)
    screen.keys('alt+s', *['Down'] * CONTEXTS, 'Return')
    screen.picture('contexts', screen.window('WSSC contexts'))


def follow(screen, main):
    go_to(screen, 14)
    screen.keys('alt+a', 'Up', 'Up', 'Right', 'Up', 'Return')
    screen.picture('follow', screen.window('Follow WSSC'))


def flow(screen, main):
    screen.keys('alt+s', *['Down'] * FLOW_GRAPH, 'Return')
    window = screen.window('Flow')
    screen.settled(window)
    screen.tool('mousemove', '--window', window, *map(str, FLOW_TYPE), 'click', '1')
    time.sleep(1)
    screen.keys('End', 'Return')
    screen.picture('flow', window)


def export(screen, main):
    screen.keys('alt+f', 'Up', 'Up', 'Up', 'Right', 'Up', 'Return')
    screen.picture('export', screen.window('Export'))


def conversation(screen, main):
    go_to(screen, 14)
    screen.keys('alt+a', *['Down'] * CONVERSATION_FILTER, 'Right')
    screen.settled()
    screen.keys('Up', 'Return')
    screen.picture('conversation', main)


TITLE = 'corewcf-renew'
PARTS = (profile, statistics, follow, flow, export, conversation)


def main():
    os.makedirs(PICTURES, exist_ok=True)
    home = home_with_plugin()
    screen = Screen(home)
    try:
        for part in PARTS:
            if ONLY and part.__name__ not in ONLY:
                continue
            number = screen.start('-C', 'WSSC', '-o', 'tls.keylog_file:%s/corewcf-renew.keylog' % home,
                                  home + '/corewcf-renew.pcapng')
            screen.settled()
            part(screen, number)
            screen.stop()
    finally:
        screen.close()
        shutil.rmtree(home, ignore_errors=True)


if __name__ == '__main__':
    main()
