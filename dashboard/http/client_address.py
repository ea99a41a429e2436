"""Which readers count as one: the network of an address, however a server in front spells it.

One reader of IPv6 has a whole /64 and can have a whole /48, so addresses are no measure there: the /64 is what an
address is in IPv4, and the /48 around it has a larger allowance of its own.
"""

import re
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

from flask import request

Address = IPv4Address | IPv6Address

# Whatever is no address shares one count: whoever can leave the address out has no more than everybody else.
UNKNOWN = "unknown"
READER, SITE = 64, 48
# How many readers' allowances a whole /48 has; it holds 65,536 networks of one reader each.
READERS_OF_A_SITE = 16
# IPv4 written as IPv6, in the last four bytes: as a socket of both sees it (RFC 4291), and by translators (RFC 6052).
TRANSLATED = (IPv6Network("::ffff:0:0/96"), IPv6Network("64:ff9b::/96"), IPv6Network("::ffff:0:0:0/96"))
BRACKETED = re.compile(r"\[([^\[\]]*)\](?::[\w.-]*)?")
WITH_PORT = re.compile(r"([0-9.]+):[\w.-]*")


def _read(text: str) -> Address | None:
    try:
        # A zone belongs to the machine that saw it, and says nothing of who asks.
        return ip_address(text.partition("%")[0])
    except ValueError:
        return None


def parse(text: str) -> Address | None:
    """Return the address in a text, None where there is none.

    Ports, brackets, quotes and zones are left out, as in `203.0.113.7:51234`, `[2001:db8::1]:443` and `fe80::1%eth0`;
    IPv4 written as IPv6 is IPv4.
    """
    bare = text.strip().strip('"').strip()
    if found := BRACKETED.fullmatch(bare) or WITH_PORT.fullmatch(bare):
        bare = found[1]
    address = _read(bare)
    if address is None and bare.count(":") > 2:
        # A port after an IPv6 address without brackets.
        address = _read(bare.rpartition(":")[0])
    if isinstance(address, IPv6Address) and any(address in network for network in TRANSLATED):
        return IPv4Address(address.packed[-4:])
    return address


def _network(text: str, prefix: int) -> str:
    address = parse(text)
    if address is None:
        return UNKNOWN
    return str(address) if address.version == 4 else str(ip_network((address.packed, prefix), strict=False))


def reader(text: str) -> str:
    """Return what counts as one reader: an address of IPv4, a /64 of IPv6, or everything that is no address."""
    return _network(text, READER)


def site(text: str) -> str:
    """Return what counts as one site: a /48 of IPv6; elsewhere the reader, since nobody gets IPv4 by the network."""
    return _network(text, SITE)


def has_site(text: str) -> bool:
    """Whether a site is more than a reader here."""
    return isinstance(parse(text), IPv6Address)


def asking_reader() -> str:
    """Return the reader of this request."""
    return reader(request.remote_addr or "")


def asking_site() -> str:
    """Return the site of this request."""
    return site(request.remote_addr or "")
