"""Addresses in SIP headers: display name, URI and parameters (RFC 3261 sections 19.1 and 20.10).

Only as much as an observer needs: who and where. Whatever cannot be read is left empty.
"""

import re
from functools import lru_cache
from urllib.parse import unquote

import msgspec

_NAMED = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"|([^<]*))\s*<([^>]*)>?(.*)', re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_PHONE = re.compile(r"\+?[0-9A-Da-d*#.()\-]+")
_PARAMETER = re.compile(r';\s*([^\s=;,]+)(?:\s*=\s*("(?:[^"\\]|\\.)*"|[^\s;,]*))?')


class Uri(msgspec.Struct, frozen=True, gc=False):
    """A SIP, SIPS or TEL URI. `user` is unescaped, without its parameters; `host` has no port."""

    scheme: str
    user: str
    host: str
    parameters: str


class Address(msgspec.Struct, frozen=True, gc=False):
    """A name-addr or addr-spec: display name, URI, and the parameters of the header itself."""

    name: str
    uri: Uri
    parameters: str

    def parameter(self, name: str) -> str | None:
        """The value of a header parameter such as `tag` or `expires`; `None` if it is not there."""
        return parameter(self.parameters, name)


def parameter(text: str, name: str) -> str | None:
    """The value of `;name=value` in `text`, without quotes; `None` if it is not there."""
    for found in _PARAMETER.finditer(text):
        if found[1].lower() == name:
            return _unquoted(found[2] or "")
    return None


@lru_cache(maxsize=4096)
def read_uri(text: str) -> Uri:
    """A URI, read as far as it goes; the whole of an unknown scheme is taken for its host."""
    scheme, colon, rest = text.strip().partition(":")
    scheme = scheme.strip().lower()
    if not colon or scheme not in ("sip", "sips", "tel"):
        return Uri("", "", text.strip(), "")
    rest = rest.strip()
    if scheme == "tel":
        number, _, parameters = rest.partition(";")
        return Uri(scheme, unquote(number.strip()), "", f";{parameters}" if parameters else "")
    # The last @ before the headers of the URI ends the user part; broken ones carry several.
    address = rest.partition("?")[0] if "@" in rest.partition("?")[0] else rest
    user, _, place = address.rpartition("@")
    host, _, parameters = place.partition(";")
    user, extra = _user(user)
    return Uri(scheme, user, _host(host), extra + (f";{parameters}" if parameters else ""))


def read_address(text: str) -> Address:
    """The value of From, To, Contact and their like."""
    if "<" in text:
        found = _NAMED.match(text)
        if found is None:  # a quotation mark without its partner
            name, _, rest = text.partition("<")
            uri, _, parameters = rest.partition(">")
            return Address(name.strip(' "'), read_uri(uri), parameters)
        name = _ESCAPE.sub(r"\1", found[1]) if found[1] is not None else found[2].strip(' "\t')
        return Address(name.strip(), read_uri(found[3]), found[4])
    # Without brackets, parameters belong to the header (RFC 3261 section 20.10).
    uri, semicolon, parameters = text.partition(";")
    return Address("", read_uri(uri), semicolon + parameters)


def _user(text: str) -> tuple[str, str]:
    """User part and telephone parameters: a password is dropped, escapes are undone."""
    text = text.partition(":")[0]
    extra = ""
    number, semicolon, parameters = text.partition(";")
    if semicolon and _PHONE.fullmatch(number):
        text, extra = number, f";{parameters}"
    if "%" in text:
        plain = unquote(text, errors="replace")
        if plain.isprintable():  # an escaped NUL stays escaped: it is no part of any name
            text = plain
    return text, extra


def _host(text: str) -> str:
    text = text.strip()
    if text.startswith("["):
        return text[1:].partition("]")[0].lower()
    return text.partition(":")[0].lower()


def _unquoted(text: str) -> str:
    if len(text) > 1 and text[0] == text[-1] == '"':
        return _ESCAPE.sub(r"\1", text[1:-1])
    return text
