"""What has to be true of a judgement in the end, whatever was killed."""

from collections.abc import Awaitable, Callable

from models.tables import PredictionState
from sandbox import Interaction
from tests.end_to_end.house import House

Outcome = Callable[[House, Interaction], Awaitable[None]]


async def answered(house: House, interaction: Interaction) -> None:
    """Judged, kept and told once, where it was asked for."""
    await _is_judged(house, interaction)
    (message,) = interaction.messages
    assert "IMDb" in message.text
    assert list(house.sandbox.channel.messages.values()) == [message]


async def answered_late(house: House, interaction: Interaction) -> None:
    """Judged and kept, and told once as an ordinary message."""
    await _is_judged(house, interaction)
    (message,) = house.sandbox.channel.messages.values()
    assert interaction.messages == []
    assert "IMDb" in message.text


async def refused(house: House, interaction: Interaction) -> None:
    """Told once, to the member alone."""
    await _ends(house, interaction, PredictionState.REFUSED, "not_an_image")
    _is_told_privately(house, interaction, times=1)


async def perhaps_told_why(house: House, interaction: Interaction) -> None:
    """Told once, and the row does not claim to know."""
    await _ends(house, interaction, PredictionState.UNDELIVERED, "refusal_perhaps_told")
    _is_told_privately(house, interaction, times=1)


async def never_told_why(house: House, interaction: Interaction) -> None:
    """Not told why, and the row does not claim to know."""
    await _ends(house, interaction, PredictionState.UNDELIVERED, "refusal_perhaps_told")
    _is_told_privately(house, interaction, times=0)


async def _is_judged(house: House, interaction: Interaction) -> None:
    row = await _ends(house, interaction, PredictionState.ANSWERED, "")
    assert row is not None
    assert await house.has_poster(row)


async def _ends(house: House, interaction: Interaction, state: PredictionState, cause: str) -> str | None:
    row = await house.final_row(interaction)
    assert (row.state, row.cause) == (state, cause)
    await house.until_queues_are_empty()
    return row.poster_id


def _is_told_privately(house: House, interaction: Interaction, *, times: int) -> None:
    alice, bob = house.sandbox.member("alice"), house.sandbox.member("bob")
    told = interaction.messages_visible_to(alice)
    assert [message.thinking for message in told] == [False] * times
    assert house.sandbox.messages_visible_to(bob) == []
