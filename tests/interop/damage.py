# SPDX-License-Identifier: GPL-2.0-or-later
"""Signed messages, changed on the way. Whether a change breaks the signature is for the oracles to say:
some do not, and a verifier that cries over those is wrong too."""
import copy
import re

BODY_START = re.compile(r"<s:Body [^>]*>")
VALUE = re.compile(r"(<(?:ds:)?SignatureValue>\s*)([^<]+)")
DIGEST_VALUE = re.compile(r"(<ds:DigestValue>\s*)([^<\s]+)")


def content(text):
    """A blank at the start of the Body."""
    return BODY_START.sub(lambda m: m.group() + " ", text, 1)


def timestamp(text):
    return re.sub(r"(<wsu:Expires>2026-10-15T1)0", r"\g<1>1", text, 1)


def other(character):
    return "A" if character != "A" else "B"


def value(text):
    return VALUE.sub(lambda m: m.group(1) + other(m.group(2)[0]) + m.group(2)[1:], text, 1)


def value_short(text):
    """Four characters of base64, three octets, are missing."""
    return VALUE.sub(lambda m: m.group(1) + m.group(2)[4:], text, 1)


def value_empty(text):
    return VALUE.sub(r"\1", text, 1)


def digest_value(text):
    return DIGEST_VALUE.sub(lambda m: m.group(1) + other(m.group(2)[0]) + m.group(2)[1:], text, 1)


def digests_swapped(text):
    found = list(DIGEST_VALUE.finditer(text))
    if len(found) < 2 or found[0].group(2) == found[1].group(2):
        return text
    a, b = found[0], found[1]
    return (text[:a.start(2)] + b.group(2) + text[a.end(2):b.start(2)] + a.group(2) + text[b.end(2):])


def wrapped(text):
    """The signed Body is put aside, another takes its place."""
    found = re.search(r"<s:Body [^>]*>.*</s:Body>", text, re.S)
    if not found:
        return text
    new = re.sub(r"<s:Body [^>]*>.*</s:Body>", lambda m: "<s:Body><evil/></s:Body>", text, 1, re.S)
    return new.replace("</s:Header>", '<wrap xmlns="urn:aside">' + found.group() + "</wrap></s:Header>", 1)


def wrapped_in_namespace(text):
    text = wrapped(text)
    return text.replace('<wrap xmlns="urn:aside">', '<w:wrap xmlns:w="urn:aside" xmlns:extra="urn:x">').replace(
        "</wrap>", "</w:wrap>")


def comment(text):
    return BODY_START.sub(lambda m: m.group() + "<!-- added -->", text, 1)


def declaration(text):
    return text.replace("<s:Envelope ", '<s:Envelope xmlns:added="urn:added" ', 1)


def language(text):
    return text.replace("<s:Envelope ", '<s:Envelope xml:added="x" ', 1)


def attribute(text):
    return BODY_START.sub(lambda m: m.group()[:-1] + ' added="1">', text, 1)


def unsigned_header(text):
    return text.replace("<s:Header>", '<s:Header><h:Added xmlns:h="urn:h"/>', 1)


def tags_respaced(text):
    """Nothing that a canonical form keeps."""
    return BODY_START.sub(lambda m: m.group()[:-1].replace(" ", "\n\t") + "\n>", text, 1)


def id_gone(text):
    return re.sub(r'(<s:Body [^>]*?)wsu:Id="([^"]*)"', r'\1wsu:Id="gone"', text, 1)


def method(text):
    return re.sub(r'(SignatureMethod Algorithm="[^"]*hmac-)sha1"', r'\1sha1x"', text, 1).replace(
        "http://www.w3.org/2000/09/xmldsig#hmac-sha1x", "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256")


def info_c14n(text):
    return re.sub(r'(CanonicalizationMethod Algorithm=")[^"]*"',
                  r'\1http://www.w3.org/TR/2001/REC-xml-c14n-20010315"', text, 1)


def reference_uri(text):
    return text.replace('URI="#Body"', 'URI="#Action"', 1)


def line_ends(text):
    return text.replace("\n", "\r\n")


DAMAGES = [content, value, digest_value, wrapped, comment, declaration, timestamp, value_short, digests_swapped,
           attribute, method, wrapped_in_namespace, language, tags_respaced, id_gone, info_c14n, unsigned_header,
           reference_uri, value_empty, line_ends]


def wrong_key(message):
    """The same message, and a key file whose secret differs by one bit."""
    if len(message.signers) > 1 or not message.checkers[0].startswith("hmac:"):
        return None
    secret = message.checkers[0][5:]
    if not any(secret in line for line in message.keys):
        return None
    bad = secret[:-1] + "%x" % (int(secret[-1], 16) ^ 1)
    made = copy.deepcopy(message)
    made.keys = [line.replace(secret, bad) for line in message.keys]
    made.checkers = ["hmac:" + bad]
    return made


def other_certificate(message, ours, theirs):
    if ours.base64 not in message.text or message.checkers != ["cert:" + ours.name]:
        return None
    made = copy.deepcopy(message)
    made.text = message.text.replace(ours.base64, theirs.base64)
    made.checkers = ["cert:" + theirs.name]
    made.keys = [line.replace(ours.name + ".crt", theirs.name + ".crt") for line in message.keys]
    return made


def variants(messages, ours, theirs, share=3):
    """Every share-th message with the next kind of damage that changes it, and wrong keys."""
    turn = 0
    for position, message in enumerate(messages):
        if message.expect or message.charset != "UTF-8":
            continue
        made = None
        if position % (4 * share) == 0:
            made = wrong_key(message) or other_certificate(message, ours, theirs)
            label = "wrong-key"
        if made is None:
            if position % share:
                continue
            for _ in DAMAGES:
                kind = DAMAGES[turn % len(DAMAGES)]
                turn += 1
                text = kind(message.text)
                if text != message.text:
                    break
            else:
                continue
            made = copy.deepcopy(message)
            made.text = text
            label = kind.__name__.replace("_", "-")
        made.damage, made.origin = label, message.name
        made.name = f"{message.name}--{label}"
        yield made
