"""Which server is Discord. discord.py has it in two class attributes; both have to be set."""

from typing import Final

import aiohttp
import discord.gateway
import discord.http
import yarl

DISCORD: Final = "https://discord.com/api/v10"
TIMEOUT: Final = aiohttp.ClientTimeout(total=10)


class DiscordUnreachable(Exception):
    """Nothing that speaks Discord's API answers at the address."""


async def aim_at(api_url: str) -> None:
    """Makes discord.py talk to the server at `api_url`, and to the gateway that it names.

    Raises:
        DiscordUnreachable: it does not answer as Discord would.
    """
    discord.http.Route.BASE = api_url
    if api_url == DISCORD:
        return
    try:
        async with aiohttp.ClientSession(timeout=TIMEOUT) as session, session.get(f"{api_url}/gateway") as answer:
            answer.raise_for_status()
            url = yarl.URL((await answer.json())["url"])
    except (aiohttp.ClientError, TimeoutError, KeyError, TypeError, ValueError) as error:
        raise DiscordUnreachable(
            f"POSTER_JUDGE_DISCORD_API_URL: nothing at {api_url} answers as Discord would ({type(error).__name__})."
        ) from None
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = url
