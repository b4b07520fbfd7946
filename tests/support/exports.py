# SPDX-License-Identifier: GPL-2.0-or-later
"""The HTTP messages of a capture, as tshark sees them, and the files in which people would bring the same ones: made with
Python's own html, json, zipfile, gzip, base64."""
import base64
import datetime
import html
import io
import json
import subprocess
import urllib.parse
import uuid
import zipfile
from xml.etree import ElementTree


class Message:
    """One HTTP message with a body, or a response without one."""

    def __init__(self, packet):
        fields = {}
        for field in packet.iter('field'):
            fields.setdefault(field.get('name'), field)

        def shown(name):
            return fields[name].get('show') if name in fields else None
        self.frame = int(shown('frame.number'))
        self.time = float(shown('frame.time_epoch'))
        self.src, self.dst = shown('ip.src'), shown('ip.dst')
        self.sport, self.dport = int(shown('tcp.srcport')), int(shown('tcp.dstport'))
        self.stream = shown('tcp.stream')
        self.is_response = 'http.response.code' in fields
        self.status = int(shown('http.response.code') or 0)
        self.method, self.path = shown('http.request.method'), shown('http.request.uri') or '/'
        self.host = shown('http.host')
        self.content_type = shown('http.content_type')
        self.body = bytes.fromhex(fields['http.file_data'].get('value')) if 'http.file_data' in fields else b''
        self.is_tls = any(proto.get('name') == 'tls' for proto in packet.iter('proto'))

    @property
    def when(self):
        return datetime.datetime.fromtimestamp(self.time, datetime.timezone.utc)

    @property
    def iso(self):
        return self.when.strftime('%Y-%m-%dT%H:%M:%S.%f') + '0Z'

    def head(self):
        """As octets."""
        lines = ['HTTP/1.1 %d %s' % (self.status, 'OK' if self.status == 200 else 'Status') if self.is_response
                 else '%s %s HTTP/1.1' % (self.method, self.path)]
        if not self.is_response:
            lines.append('Host: %s' % self.host)
        if self.content_type:
            lines.append('Content-Type: %s' % self.content_type)
        lines.append('Content-Length: %d' % len(self.body))
        return '\r\n'.join(lines).encode() + b'\r\n\r\n'

    @property
    def envelope(self):
        """A text message without what stands before its root."""
        text = self.body.decode('utf-8-sig')
        if text.startswith('<?xml'):
            text = text[text.index('?>') + 2:].lstrip()
        return text


def messages(path, *options):
    """Of an HTTP capture, in its order."""
    done = subprocess.run(['tshark', '-r', path, *options, '-Y', 'http && (http.request || http.response)', '-T', 'pdml'],
                          capture_output=True, check=True, timeout=300)
    return [Message(packet) for packet in ElementTree.fromstring(done.stdout).iter('packet')]


def exchanges(found):
    """(request, response or None), in the order of the requests."""
    pairs, open_ones = [], {}
    for message in found:
        if not message.is_response:
            pair = [message, None]
            pairs.append(pair)
            open_ones.setdefault(message.stream, []).append(pair)
        elif open_ones.get(message.stream) and message.status >= 200:
            open_ones[message.stream].pop(0)[1] = message
    return pairs


def url(request):
    return '%s://%s%s' % ('https' if request.is_tls else 'http', request.host, request.path)


# ---- archives ---------------------------------------------------------------------------------------------------------

def har(pairs, force_base64=False):
    entries = []
    for request, response in pairs:
        def content(message):
            out = {'mimeType': message.content_type or ''}
            try:
                if force_base64:
                    raise UnicodeDecodeError('utf-8', b'', 0, 1, '')
                out['text'] = message.body.decode()
            except UnicodeDecodeError:
                out.update(text=base64.b64encode(message.body).decode(), encoding='base64')
            return out
        entry = {'startedDateTime': request.iso, 'time': 0, 'connection': request.stream, 'serverIPAddress': request.dst,
                 'request': {'method': request.method, 'url': url(request), 'httpVersion': 'HTTP/1.1', 'cookies': [],
                             'headers': [{'name': 'Content-Type', 'value': request.content_type or ''}],
                             'postData': content(request)},
                 'response': {'status': 0, 'headers': [], 'content': {}}, 'cache': {}, 'timings': {}}
        if response is not None:
            entry['time'] = (response.time - request.time) * 1000
            entry['response'] = {'status': response.status, 'statusText': '', 'content': content(response),
                                 'headers': [{'name': 'content-type', 'value': response.content_type or ''}]}
        entries.append(entry)
    return json.dumps({'log': {'version': '1.2', 'creator': {'name': 'test', 'version': '1'}, 'entries': entries}}).encode()


def saz(pairs):
    out = io.BytesIO()
    with zipfile.ZipFile(out, 'w', zipfile.ZIP_DEFLATED) as archive:
        archive.writestr('_index.htm', '<html></html>')
        for number, (request, response) in enumerate(pairs, 1):
            archive.writestr('raw/%02d_c.txt' % number, request.head() + request.body)
            archive.writestr('raw/%02d_m.xml' % number, (
                '\ufeff<?xml version="1.0" encoding="utf-8"?>\r\n<Session SID="%d" BitFlags="%d">\r\n  <SessionTimers '
                'ClientConnected="%s" ClientBeginRequest="%s" ClientDoneRequest="%s" ServerDoneResponse="%s" />\r\n'
                '  <PipeInfo />\r\n  <SessionFlags>\r\n    <SessionFlag N="x-clientip" V="::ffff:%s" />\r\n'
                '    <SessionFlag N="x-clientport" V="%d" />\r\n    <SessionFlag N="x-hostip" V="%s" />\r\n'
                '  </SessionFlags>\r\n</Session>') % (
                    number, 1 if request.is_tls else 0, request.iso, request.iso, request.iso,
                    response.iso if response else '0001-01-01T00:00:00', request.src, request.sport, request.dst))
            if response is not None:
                archive.writestr('raw/%02d_s.txt' % number, response.head() + response.body)
    return out.getvalue()


def burp(pairs, as_base64=True):
    items = []
    for request, response in pairs:
        def coded(message):
            octets = message.head() + message.body if message else b''
            text = base64.b64encode(octets).decode() if as_base64 else octets.decode()
            return 'base64="%s"><![CDATA[%s]]>' % ('true' if as_base64 else 'false', text)
        items.append('  <item>\n    <time>%s</time>\n    <url><![CDATA[%s]]></url>\n    <host ip="%s">%s</host>\n'
                     '    <port>%d</port>\n    <protocol>%s</protocol>\n    <request %s</request>\n'
                     '    <status>%d</status>\n    <response %s</response>\n    <comment></comment>\n  </item>\n' % (
                         request.when.strftime('%a %b %d %H:%M:%S UTC %Y'), url(request), request.dst, 'server',
                         request.dport, 'https' if request.is_tls else 'http', coded(request),
                         response.status if response else 0, coded(response)))
    return ('<?xml version="1.0"?>\n<!DOCTYPE items [\n<!ELEMENT items (item*)>\n<!ATTLIST items burpVersion CDATA "">\n'
            '<!ELEMENT request (#PCDATA)>\n<!ATTLIST request base64 (true|false) "false">\n]>\n'
            '<items burpVersion="2023.1" exportTime="x">\n%s</items>\n' % ''.join(items)).encode()


def tnetstring(value):
    """As mitmproxy's io writes values."""
    if value is None:
        return b'0:~'
    if isinstance(value, bool):
        return b'4:true!' if value else b'5:false!'
    if isinstance(value, int):
        inner, kind = str(value).encode(), b'#'
    elif isinstance(value, float):
        inner, kind = repr(value).encode(), b'^'
    elif isinstance(value, bytes):
        inner, kind = value, b','
    elif isinstance(value, str):
        inner, kind = value.encode(), b';'
    elif isinstance(value, dict):
        inner, kind = b''.join(tnetstring(k) + tnetstring(v) for k, v in value.items()), b'}'
    else:
        inner, kind = b''.join(tnetstring(v) for v in value), b']'
    return b'%d:%s%s' % (len(inner), inner, kind)


def mitmproxy(pairs):
    out = b''
    for request, response in pairs:
        def side(message, **more):
            headers = [[b'Content-Type', message.content_type.encode()]] if message.content_type else []
            return dict(http_version=b'HTTP/1.1', headers=headers, content=message.body, trailers=None,
                        timestamp_start=message.time, timestamp_end=message.time, **more)
        out += tnetstring({
            'id': str(uuid.uuid4()), 'error': None, 'version': 20, 'type': 'http', 'metadata': {}, 'marked': '',
            'client_conn': {'id': request.stream, 'peername': [request.src, request.sport], 'sockname': ['127.0.0.1', 8080],
                            'tls': request.is_tls, 'timestamp_start': request.time, 'tls_established': request.is_tls},
            'server_conn': {'id': 's' + request.stream, 'peername': [request.dst, request.dport],
                            'address': ['server', request.dport], 'tls': request.is_tls},
            'request': side(request, method=b'POST', scheme=b'https' if request.is_tls else b'http', host='server',
                            port=request.dport, path=request.path.encode(), authority=b''),
            'response': side(response, status_code=response.status, reason=b'OK') if response else None,
            'websocket': None, 'intercepted': False, 'is_replay': None})
    return out


# ---- logs -------------------------------------------------------------------------------------------------------------

def svclog(pairs, levels=('Transport',), pid=4711):
    """The client's message log: events one behind the other, without a root."""
    events = []
    for request, response in pairs:
        activity = '{%s}' % uuid.uuid4()
        for message in (request, response):
            if message is None or not message.body:
                continue
            for level in levels:
                source = {'Transport': 'TransportReceive' if message.is_response else 'TransportSend',
                          'ServiceLevel': 'ServiceLevelReceiveReply' if message.is_response else
                                          'ServiceLevelSendRequest'}[level]
                http = ('<HttpResponse><StatusCode>OK</StatusCode><StatusDescription>OK</StatusDescription><WebHeaders>'
                        '<Content-Type>%s</Content-Type></WebHeaders></HttpResponse>' % html.escape(message.content_type)
                        if message.is_response else
                        '<HttpRequest><Method>POST</Method><QueryString></QueryString><WebHeaders><VsDebuggerCausalityData>'
                        'uID</VsDebuggerCausalityData></WebHeaders></HttpRequest>')
                to = '' if message.is_response else '<Addressing><To>%s</To></Addressing>' % html.escape(url(request))
                events.append(
                    '<E2ETraceEvent xmlns="http://schemas.microsoft.com/2004/06/E2ETraceEvent"><System xmlns="http://'
                    'schemas.microsoft.com/2004/06/windows/eventlog/system"><EventID>0</EventID><Type>3</Type><SubType '
                    'Name="Information">0</SubType><Level>8</Level><TimeCreated SystemTime="%s" /><Source '
                    'Name="System.ServiceModel.MessageLogging" /><Correlation ActivityID="%s" /><Execution '
                    'ProcessName="client" ProcessID="%d" ThreadID="1" /><Channel /><Computer>PC</Computer></System>'
                    '<ApplicationData><TraceData><DataItem><MessageLogTraceRecord Time="%s" Source="%s" Type="System.'
                    'ServiceModel.Channels.BufferedMessage" xmlns="http://schemas.microsoft.com/2004/06/ServiceModel/'
                    'Management/MessageTrace">%s%s%s</MessageLogTraceRecord></DataItem></TraceData></ApplicationData>'
                    '</E2ETraceEvent>' % (message.iso, activity, pid,
                                          message.when.astimezone(datetime.timezone(datetime.timedelta(hours=1))).isoformat(),
                                          source, http, to, message.envelope))
    return ''.join(events).encode()


def wwsapi(found, size=1000, binary=False):
    """tracerpt's XML of Microsoft-Windows-WebServices: messages in pieces, those of different directions mixed."""
    def event(number, message, data):
        inner = ''.join('<Data Name="%s">%s</Data>' % (name, html.escape(value, quote=False)) for name, value in data)
        return ('<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event"><System><Provider Name="Microsoft-'
                'Windows-WebServices" Guid="{e04fe2e0-c6cf-4273-b59d-5c97c9c374a4}" /><EventID>%d</EventID><Version>0'
                '</Version><TimeCreated SystemTime="%s" /><Correlation ActivityID="{0}" /><Execution ProcessID="%d" '
                'ThreadID="2" /><Channel>x</Channel><Computer /></System><EventData>%s</EventData><RenderingInfo '
                'Culture="en-US"><Opcode>x</Opcode></RenderingInfo></Event>\n' % (number, message.iso, 99, inner))
    out = ['<Events>\n']
    for number, message in enumerate(found, 1):
        if not message.body:
            continue
        received = 1 if message.is_response else 0
        identity = ('correlationId', '0x%X' % number)
        out.append(event(20 if received else 19, message, [('length', '10'), ('traceString', message.head().decode())]))
        out.append(event(17 if received else 15, message, [identity]))
        text = message.body.hex() if binary else message.envelope
        for at in range(0, len(text), size):
            piece = text[at:at + size]
            out.append(event((12 if received else 11) if binary else (14 if received else 13), message,
                             [identity, ('length', str(len(piece))), ('message', piece)]))
        out.append(event(18 if received else 16, message, [identity]))
    return ''.join(out + ['</Events>']).encode('utf-16')


def http_stream(found):
    """What "Follow stream, save as raw" leaves: both directions in one file."""
    return b''.join(m.head() + m.body for m in found)


def chunked(message, size=100):
    body = b''.join(b'%x\r\n%s\r\n' % (len(message.body[i:i + size]), message.body[i:i + size])
                    for i in range(0, len(message.body), size)) + b'0\r\n\r\n'
    return message.head().replace(b'Content-Length: %d' % len(message.body), b'Transfer-Encoding: chunked') + body


def cxf_log(pairs, zone_hours=2):
    """CXF's LoggingFeature; times without a zone."""
    out = []
    zone = datetime.timezone(datetime.timedelta(hours=zone_hours))
    for request, response in pairs:
        exchange = str(uuid.uuid4())
        for message, kind in ((request, 'REQ_OUT'), (response, 'RESP_IN')):
            if message is None or not message.body:
                continue
            stamp = message.when.astimezone(zone).strftime('%Y-%m-%d %H:%M:%S,') + '%03d' % (message.when.microsecond // 1000)
            address = '    Address: %s\n    HttpMethod: POST\n' % url(request) if kind == 'REQ_OUT' else ''
            out.append('%s INFO  [main] o.a.c.s.PingService.Ping.%s: %s\n%s    Content-Type: %s\n    ExchangeId: %s\n'
                       '    Headers: {Accept=[*/*]}\n    Payload: %s\n\n' % (stamp, kind, kind, address,
                                                                           message.content_type, exchange,
                                                                           message.envelope))
            out.append('%s DEBUG [main] o.s.Something: nothing of interest <here>\n' % stamp)
    return ''.join(out).encode()


def json_lines(found):
    return ''.join(json.dumps({'@timestamp': m.iso, 'level': 'INFO', 'event': 'response' if m.is_response else 'request',
                               'message': 'payload: ' + m.envelope}) + '\n' for m in found if m.body).encode()


def system_text_json_lines(found):
    """.NET's encoder escapes what could matter to HTML."""
    def escape(text):
        for c in '<>&\'+"':
            text = text.replace(json.dumps(c)[1:-1] if c == '"' else c, '\\u%04X' % ord(c))
        return text
    out = ''
    for m in found:
        if m.body:
            inner = json.dumps(m.envelope)[1:-1]
            out += '{"Timestamp":"%s","Message":"%s"}\n' % (m.iso, escape(inner))
    return out.encode()


def csv_rows(found):
    return ('time,direction,payload\r\n' + ''.join('%s,%s,"%s"\r\n' % (
        m.iso, 'response' if m.is_response else 'request', m.envelope.replace('"', '""')) for m in found
        if m.body)).encode()


def html_page(found):
    return ('<html><body>\n' + ''.join('<h2>%s</h2><pre>%s</pre>\n' % (m.iso, html.escape(m.envelope)) for m in found
                                       if m.body) + '</body></html>\n').encode()


def form_posts(found):
    return '\n'.join('%s %s body=%s&x=1' % (m.iso, 'response' if m.is_response else 'request', urllib.parse.quote_plus(
        m.envelope)) for m in found if m.body).encode()


def prefixed(lines, prefix):
    """prefix: a function of the line's number from 0."""
    return ''.join(prefix(number) + line + '\n' for number, line in enumerate(lines)).encode()


def container_log(found, size=700):
    """As Kubernetes' engines write what a program prints: a time each, long lines divided (P goes on, F does not)."""
    out = ''
    for m in found:
        text = '%s: %s' % ('response' if m.is_response else 'request', m.envelope) if m.body else ''
        for line in text.splitlines():
            for at in range(0, len(line), size):
                out += '2024-05-06T10:11:12.%d00Z stdout %s %s\n' % (at, 'FP'[at + size < len(line)], line[at:at + size])
    return out.encode()


def docker_log(lines, size=16384):
    """Docker's driver json-file: a record a line, its end inside, divided where it is long; its own words around them."""
    parts = [line[at:at + size] for line in lines for at in range(0, len(line), size)]
    return ''.join(json.dumps({'log': part, 'stream': 'stdout', 'time': '2024-05-06T10:11:12.%09dZ' % n}) + '\n'
                   for n, part in enumerate(parts)).encode()


def record_logs(lines):
    """(name, octets): the same lines, without their ends, as others keep them, where another program speaks in between."""
    texts = [line.rstrip('\n') for line in lines]

    def rows(records):
        return ''.join(json.dumps(record) + '\n' for record in records).encode()

    journal = [{'__REALTIME_TIMESTAMP': str(1714990272000000 + n), '_PID': '12', 'MESSAGE': text} for n, text in enumerate(texts)]
    yield 'journald', rows(r for one in journal for r in (one, {'_PID': '13', 'MESSAGE': 'another one'}))
    yield 'journald, octets', rows(dict(one, MESSAGE=list(one['MESSAGE'].encode() + b'\r')) for one in journal)
    pods = [[{'date': 1714990272.5, 'kubernetes': {'pod_name': name}, 'log': text, 'stream': 'stdout'} for text in these]
            for name, these in (('a', texts), ('b', ['words'] * len(texts)))]
    yield 'fluent-bit', rows(r for pair in zip(*pods) for r in pair)
    yield 'cloudwatch', json.dumps({'events': [{'timestamp': 1714990272000, 'message': text} for text in texts]}, indent=1).encode()
    yield 'elasticsearch', json.dumps({'hits': {'hits': [{'_source': {'@timestamp': '2024-05-06T10:11:12Z', 'message': text}}
                                                         for text in texts]}}).encode()
    yield 'google', json.dumps([{'textPayload': text, 'timestamp': '2024-05-06T10:11:12Z'} for text in texts]).encode()


def wire_log(found, size=800):
    """Apache HttpClient's wire log: lines in quotes, octets that do not show in brackets, bodies in buffers."""
    out = ''
    for m in found:
        if not m.body:
            continue
        arrow = '<<' if m.is_response else '>>'
        line = '2024/05/06 10:11:12:345 CEST [DEBUG] wire - http-outgoing-0 %s "%%s"\n' % arrow
        for head in m.head().decode().split('\r\n')[:-1]:
            out += line % (head + '[\\r][\\n]')
        octets = m.envelope.encode()
        for at in range(0, len(octets), size):
            piece = ''
            for octet in octets[at:at + size]:
                c = chr(octet)
                piece += '[\\r]' if c == '\r' else '[\\n]' if c == '\n' else c if 32 <= octet < 127 else '[0x%x]' % octet
            out += line % piece
    return out.encode()
