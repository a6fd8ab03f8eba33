"""Keeps requests away from this machine and its network: whoever wrote a manifest must not reach what we can reach.

The check stands where a socket is made, after the host's name was looked up, so that no name can change what it means
between a check and its use, and no spelling of an address (`http://2130706433/`) is overlooked.
"""

import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final

import aiohttp

_GLOBAL_UNICAST: Final = IPv6Network("2000::/3")
_NAT64: Final = IPv6Network("64:ff9b::/96")


class PrivateAddress(OSError):
    """A host stands for an address of this machine, of its network, or of nobody."""


def is_public(address: str) -> bool:
    """Whether an IP address is one of the internet at large.

    Raises:
        ValueError: it is no IP address.
    """
    ip = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv4Address):
        return ip.is_global and not ip.is_multicast
    inside = _ipv4_within(ip)
    if inside is not None:
        return is_public(str(inside))
    return ip in _GLOBAL_UNICAST and ip.is_global


def connector(concurrency: int, *, allow_private: bool) -> aiohttp.TCPConnector:
    """What opens at most so many connections at once, to public addresses alone unless others are allowed."""
    return aiohttp.TCPConnector(limit=concurrency, socket_factory=None if allow_private else _public_socket)


def _public_socket(info: aiohttp.AddrInfoType) -> socket.socket:
    family, kind, protocol, _, address = info
    if not is_public(str(address[0])):
        raise PrivateAddress("private or loopback address")
    return socket.socket(family, kind, protocol)


def _ipv4_within(ip: IPv6Address) -> IPv4Address | None:
    """The older address that a newer one is another spelling of."""
    if ip in _NAT64:
        return IPv4Address(int(ip) & 0xFFFF_FFFF)
    return ip.ipv4_mapped or ip.sixtofour
