# SPDX-License-Identifier: GPL-2.0-or-later
"""What the implementations themselves said of a capture (NAME.truth.json), as expectations.

Expected values come from the truth files only, never from wssc's output.
"""
import glob
import hashlib
import json
import os

DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'data', 'captures-real')
VERSIONS = {'2005/02': '2005/02', '1.3 (200512)': '200512', '200512': '200512', None: None}
ENTROPY = {'combined': 'combined', 'both': 'combined', 'client': 'client', 'server': 'server'}


class Capture:
    """One capture with its truth."""

    def __init__(self, truth_path):
        self.base = truth_path[:-len('.truth.json')]
        self.folder = os.path.basename(os.path.dirname(truth_path))
        self.name = self.folder + '/' + os.path.basename(self.base)
        with open(truth_path, encoding='utf-8') as file:
            self.truth = json.load(file)

    @property
    def path(self):
        return self.base + '.pcapng'

    @property
    def keylog(self):
        path = self.base + '.keylog'
        return path if os.path.exists(path) else None

    @property
    def encoder(self):
        if self.truth.get('framing') == 'net.tcp':
            return 'net.tcp'
        encoder = self.truth.get('encoder', 'text')
        return 'text' if encoder.startswith('text') else encoder

    @property
    def hides_rstr(self):
        """Its RSTRs are encrypted for a private key of the bootstrap."""
        return self.folder in ('cxf', 'metro') and self.truth.get('framing') == 'http'

    def key_file_lines(self):
        """The keys of the bootstrap, in wssc's key file form."""
        lines = ['PRIVATE_KEY ' + path for path in sorted(glob.glob(self.base + '.*.key.pem'))]
        lines += ['CERTIFICATE ' + path for path in sorted(glob.glob(self.base + '.*.cert.pem'))]
        user, password = self.truth.get('user'), self.truth.get('password')
        if user and password and ' ' not in user:
            lines.append('PASSWORD %s %s' % (user, password))
        return lines

    # ---- contexts -----------------------------------------------------------------------------------

    def contexts(self):
        """identifier -> {instance or None: (fingerprint, expires)}"""
        found = {}
        for entry in self.truth.get('contexts', []):
            key = entry.get('key_hex') or entry.get('secret_hex')
            fingerprint = hashlib.sha256(bytes.fromhex(key)).hexdigest()[:16]
            expires = entry.get('expires') or entry.get('valid_to')
            found.setdefault(entry['identifier'], {})[entry['instance'] or None] = (fingerprint, expires)
        return found

    @property
    def version(self):
        return VERSIONS[self.truth.get('ws_sc')]

    @property
    def entropy_mode(self):
        mode = self.truth.get('entropy_mode')
        if self.folder == 'metro':
            mode = self.truth['configuration']['entropy']
        return ENTROPY.get(mode)

    def end_state(self, identifier):
        """The state in which the programs left the context; None when they did not say."""
        return getattr(self, '_end_' + {'corewcf': 'dotnet'}.get(self.folder, self.folder))(identifier)

    def _end_dotnet(self, _identifier):
        for message in self.truth['messages']:
            action = message.get('action') or ''
            if message['direction'] == 'response' and action.endswith('/RSTR/SCT/Cancel'):
                return 'cancelled'
            if (message['direction'] == 'answered' and action.endswith('/RST/SCT/Cancel') and
                    message.get('http_status', 200) == 200):
                return 'cancelled'
        if 'security context token' in (self.truth.get('client_error') or ''):
            return 'refused'
        if self.folder == 'corewcf' and self.truth['framing'] == 'net.tcp':
            return None  # its messages are not listed there: the truth does not say
        return 'abandoned'

    def _is_over(self, identifier):
        expires = max(e for _, e in self.contexts()[identifier].values())
        last = max(call['time'] for call in self.truth['calls'])
        return expires[:23] < last[:23]

    def _end_cxf(self, identifier):
        removed = [r for r in self.truth['removed']
                   if r['seen_by'] == 'server' and r['identifier'] == identifier]
        # Each renewal removes the token it replaces; one removal more is the cancel.
        if len(removed) >= len(self.contexts()[identifier]):
            return 'cancelled'
        return 'expired' if self._is_over(identifier) else 'abandoned'

    def _end_metro(self, identifier):
        if any(entry['what'] == 'session terminated ' + identifier
               for entry in self.truth['session_manager']):
            return 'cancelled'
        return 'expired' if self._is_over(identifier) else 'abandoned'

    @property
    def is_refused_at_start(self):
        """The client asked for a context and got none."""
        return (self.folder in ('corewcf', 'dotnet') and self.truth.get('ws_sc') is not None and
                not self.truth['contexts'] and self.truth.get('client_error') is not None)


def captures(*folders):
    for folder in folders:
        for path in sorted(glob.glob(os.path.join(DATA, folder, '*.truth.json'))):
            yield Capture(path)
