import asyncio
from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_engine.datasets.downloading.addresses import is_public
from model_engine.datasets.downloading.fetching import FetchError, Manner, open_fetcher


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "255.255.255.255", "198.18.0.1", "::1", "::", "fe80::1%eth0", "fc00::1", "fec0::1", "ff02::1", "2001:db8::1",
        "::ffff:127.0.0.1", "::ffff:a00:1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:7f00:1::", "::7f00:1",
    ],
)  # fmt: skip
def test_addresses_of_this_machine_its_network_and_of_nobody_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "151.101.1.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert is_public(address)


@given(st.ip_addresses(v=4))
def test_no_spelling_makes_an_address_public_that_is_not(address: IPv4Address) -> None:
    public = is_public(str(address))

    assert public <= (not address.is_private and not address.is_loopback and not address.is_link_local)
    assert is_public(f"::ffff:{address}") == public
    assert is_public(str(IPv6Address((0x64FF9B << 96) | int(address)))) == public


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "2130706433", "127.1", "0x7f.1", "[::1]", "0", "0.0.0.0", "[::ffff:7f00:1]"]
)
async def test_no_name_or_spelling_of_this_machine_is_connected_to(host: str) -> None:
    connected = 0

    async def count(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connected
        connected += 1
        writer.close()

    server = await asyncio.start_server(count, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, open_fetcher(Manner(attempts=1), {}) as fetcher:
        with pytest.raises(FetchError, match=r"private or loopback address|no http address"):
            await fetcher.fetch(f"http://{host}:{port}/")

    assert connected == 0
