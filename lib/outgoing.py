"""The one door for HTTP calls that leave the house, to addresses that a person typed.

A name is resolved once, every address it has is checked, and the connection goes to a checked address itself, so
neither a name with an inner address nor one that changes its answer leads inside. Redirects are answers like others.
"""

import http.client
import io
import re
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

TIME_LIMIT = 10.0  # seconds, for everything together
SIZE_LIMIT = 65_536  # bytes of an answer's body; its headers and the marks between chunks may take as many again
LONGEST_URL = 2000
PORTS = {80, 443, 8443}

# `is_private` lets 15 of 44 inner addresses through, `is_global` 13: hence lists of our own, after IANA's registries.
_INNER = [
    ip_network(text)
    for text in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4",
        "168.63.129.16/32",  # Azure's platform, inside every machine of theirs
        "2001::/23",  # protocols, Teredo and benchmarks among them
        "2001:db8::/32", "2002::/16", "3ffe::/16", "3fff::/20",
    )
]  # fmt: skip
_OUTER_6 = ip_network("2000::/3")  # all global unicast; mapped, NAT64, unique-local and link-local lie elsewhere
_ISATAP = {bytes.fromhex("00005efe"), bytes.fromhex("02005efe")}  # an inner IPv4 address inside an outer IPv6 one

_NAME = re.compile(r"(?=.{1,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?)(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?)*")
_INNER_ENDS = {"localhost", "local", "internal"}
_NUMBER = re.compile(r"\d+|0x[0-9a-f]*")
_SAFE = "/%:=&~+!$,;'@()*"

Address = IPv4Address | IPv6Address


class NoAnswer(Exception):
    """There is no answer to read; the reason is in words. `was_sent`: the request may have arrived all the same."""

    was_sent = False


class Forbidden(NoAnswer):
    """We do not call this address, and did not."""


class Unreachable(NoAnswer):
    """No such name, no connection, no valid certificate, or no HTTP."""


class TooSlow(NoAnswer):
    """The time was over before the answer was whole."""


class TooLong(NoAnswer):
    """The answer is longer than wanted; `response` holds its beginning."""

    def __init__(self, response: "Response") -> None:
        super().__init__(_("The answer is too long."))
        self.response = response


@dataclass(frozen=True)
class Response:
    """An answer of any status; the names of its headers are in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Target:
    """Where a URL points. `is_named` says that OUTGOING_ALLOW names it, so that its address is not checked."""

    host: str
    port: int
    is_tls: bool
    path: str
    is_named: bool

    @property
    def authority(self) -> str:
        """The `Host` header."""
        host = _bracketed(self.host)
        return host if self.port == (443 if self.is_tls else 80) else f"{host}:{self.port}"


def request(
    method: str,
    url: str,
    *,
    headers: dict[str, str] | None = None,
    body: bytes = b"",
    timeout: float = TIME_LIMIT,
    most: int = SIZE_LIMIT,
) -> Response:
    """Call `url` and read the whole answer: at most `most` bytes, within `timeout` seconds altogether.

    Raises Forbidden, Unreachable, TooSlow or TooLong. No redirect is followed and no proxy used.
    """
    target = target_of(url)
    deadline = time.monotonic() + timeout
    is_connected = False
    try:
        with _in_words(timeout), closing(_connected(target, deadline)) as sock:
            is_connected = True
            return _exchange(sock, deadline, target, method, headers or {}, body, most)
    except NoAnswer as error:
        error.was_sent = is_connected
        raise


@contextmanager
def _in_words(timeout: float) -> Iterator[None]:
    """Whatever keeps an answer from being read, as the reason that is told."""
    try:
        yield
    except TimeoutError as error:
        raise TooSlow(_("No whole answer within %(seconds)g seconds.") % {"seconds": timeout}) from error
    except ssl.SSLCertVerificationError as error:
        reason = _("The certificate is not valid: %(reason)s.") % {"reason": error.verify_message}
        raise Unreachable(reason) from error
    except (OSError, http.client.HTTPException) as error:
        reason = str(getattr(error, "strerror", "") or error or type(error).__name__)
        raise Unreachable(_("No connection: %(reason)s.") % {"reason": reason}) from error


def target_of(url: str) -> Target:
    """Where `url` points, if it is one that may be called as far as its text tells; otherwise raises Forbidden."""
    if len(url) > LONGEST_URL or not url.isprintable() or {" ", "\\"} & set(url):
        raise Forbidden(_("This is not an address of the web."))
    try:
        parts = urlsplit(url)
        host, port = _ascii(parts.hostname or ""), parts.port
    except ValueError as error:
        raise Forbidden(_("This is not an address of the web.")) from error
    is_tls = parts.scheme == "https"
    if port is None:
        port = 443 if is_tls else 80
    path = quote(parts.path or "/", safe=_SAFE)
    if parts.query:
        path += "?" + quote(parts.query, safe=_SAFE + "?")
    target = Target(host, port, is_tls, path, f"{_bracketed(host)}:{port}" in settings.OUTGOING_ALLOW)
    _check(target, parts.scheme, has_user="@" in parts.netloc)
    return target


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _ascii(host: str) -> str:
    """As DNS knows it; full-width digits and dots become plain ones here, before anything is checked."""
    return host if ":" in host else host.encode("idna").decode().lower()


def _check(target: Target, scheme: str, *, has_user: bool) -> None:
    if has_user:
        raise Forbidden(_("An address with a user name in it is not called."))
    if scheme not in ({"http", "https"} if target.is_named else {"https"}):
        raise Forbidden(_("The address must begin with https://."))
    if target.port not in PORTS and not target.is_named:
        raise Forbidden(_("Only the ports 443, 8443 and 80 are called."))
    address = _literal(target.host)
    is_inner = _is_inner_name(target.host) if address is None else not is_outer(address)
    if is_inner and not target.is_named:
        raise Forbidden(_("This address lies inside a network, not on the internet."))


def _literal(host: str) -> Address | None:
    """The address that `host` is, None if it is a name; decimal, octal, hex and short forms are neither."""
    try:
        if ":" in host or _NUMBER.fullmatch(host.rpartition(".")[2]):
            if "%" in host:
                raise ValueError(host)
            return ip_address(host)
    except ValueError as error:
        raise Forbidden(_("A numeric address must be written as 192.0.2.1 or [2001:db8::1].")) from error
    if not _NAME.fullmatch(host):
        raise Forbidden(_("This is not the name of a host."))
    return None


def _is_inner_name(host: str) -> bool:
    """Whether no name server of the internet can know `host` (RFC 6761, RFC 6762, ICANN's `internal`)."""
    return "." not in host or host.rpartition(".")[2] in _INNER_ENDS


def is_outer(address: Address) -> bool:
    """Whether `address` is a public one on the internet."""
    if isinstance(address, IPv6Address) and (address not in _OUTER_6 or address.packed[8:12] in _ISATAP):
        return False
    return not any(address in network for network in _INNER if network.version == address.version)


def _connected(target: Target, deadline: float) -> socket.socket:
    addresses = _resolved(target, deadline)
    if not target.is_named and not all(is_outer(address) for address in addresses):
        raise Forbidden(_("The name leads inside a network, not to the internet."))
    sock = _dialled(addresses, target.port, deadline)
    try:
        peer = ip_address(sock.getpeername()[0].partition("%")[0])
        if peer not in addresses:
            raise Forbidden(_("The connection leads somewhere else than the name."))
        return _tls().wrap_socket(sock, server_hostname=target.host) if target.is_tls else sock
    except BaseException:
        sock.close()
        raise


def _resolved(target: Target, deadline: float) -> list[Address]:
    """Every address of the host, in the system's order, asked for once. The system's resolver knows no time limit."""
    found: list[Any] = []

    def look_up() -> None:
        try:
            found.append(socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            found.append(error)

    looking = threading.Thread(target=look_up, daemon=True)
    looking.start()
    looking.join(_left(deadline))
    if not found:
        raise TimeoutError
    if isinstance(found[0], Exception):
        raise Unreachable(_("There is no host of this name.")) from found[0]
    return list(dict.fromkeys(ip_address(entry[4][0].partition("%")[0]) for entry in found[0]))


def _dialled(addresses: list[Address], port: int, deadline: float) -> socket.socket:
    """A connection to the first address that takes one; each gets its share of the time."""
    problem: OSError = OSError("no address")
    for nth, address in enumerate(addresses):
        try:
            sock = _dial(address, port, _left(deadline) / (len(addresses) - nth))
        except OSError as error:
            problem = error
        else:
            sock.settimeout(_left(deadline))
            return sock
    raise problem


def _dial(address: Address, port: int, timeout: float) -> socket.socket:
    sock = socket.socket(socket.AF_INET if address.version == 4 else socket.AF_INET6, socket.SOCK_STREAM)
    try:
        sock.settimeout(timeout)
        sock.connect((str(address), port))
    except BaseException:
        sock.close()
        raise
    return sock


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


class _Reader(io.RawIOBase):
    """Reads until the deadline, rather than until so long after the last byte, and `most` bytes in all."""

    def __init__(self, sock: socket.socket, deadline: float, most: int) -> None:
        self.sock, self.deadline, self.left = sock, deadline, most

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if self.left <= 0:
            raise http.client.HTTPException("endless headers")
        self.sock.settimeout(_left(self.deadline))
        count = self.sock.recv_into(buffer)
        self.left -= count
        return count


class _Wire:
    """What http.client takes for its socket."""

    def __init__(self, sock: socket.socket, deadline: float, most: int) -> None:
        self.sendall = sock.sendall
        self._reader = _Reader(sock, deadline, most)

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(self._reader)

    def close(self) -> None:
        """Whoever opened the socket closes it."""


def _exchange(
    sock: socket.socket,
    deadline: float,
    target: Target,
    method: str,
    headers: dict[str, str],
    body: bytes,
    most: int,
) -> Response:
    talk = http.client.HTTPConnection(target.host, target.port)
    talk.sock = _Wire(sock, deadline, most + SIZE_LIMIT)
    own = {"Host": target.authority, "User-Agent": "Ninefold", "Connection": "close"}
    sock.settimeout(_left(deadline))
    talk.request(method, target.path, body=body or None, headers=own | headers)
    answer = talk.getresponse()
    read = answer.read(most + 1)
    if answer.length and len(read) <= most:
        raise http.client.IncompleteRead(read, answer.length)
    response = Response(answer.status, {name.lower(): value for name, value in answer.getheaders()}, read[:most])
    if len(read) > most:
        raise TooLong(response)
    return response
