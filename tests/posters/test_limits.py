"""What an upload's payload alone refuses, before anything is downloaded."""

import pytest

from posters.limits import Limits, precheck
from posters.refusals import Refusal, RefusalCode, human_bytes

LIMITS = Limits()


@pytest.mark.parametrize(
    "content_type", [None, "", "application/octet-stream", "image/png", "image/webp; x=y", "IMAGE/JPEG"]
)
def test_the_payload_alone_does_not_refuse_what_may_be_a_picture(content_type: str | None) -> None:
    precheck(1, content_type, LIMITS)
    precheck(None, content_type, LIMITS)


@pytest.mark.parametrize(
    ("size", "content_type", "code"),
    [
        (0, "image/png", RefusalCode.EMPTY),
        (10_000_001, "image/png", RefusalCode.TOO_MANY_BYTES),
        (1, "video/mp4", RefusalCode.UNSUPPORTED_FORMAT),
        (1, "text/plain; charset=utf-8", RefusalCode.UNSUPPORTED_FORMAT),
        (1, "application/pdf", RefusalCode.UNSUPPORTED_FORMAT),
        (1, "image/svg+xml", RefusalCode.UNSUPPORTED_FORMAT),
    ],
)
def test_the_payload_alone_refuses_what_cannot_be_a_picture(size: int, content_type: str, code: RefusalCode) -> None:
    with pytest.raises(Refusal) as caught:
        precheck(size, content_type, LIMITS)
    assert caught.value.code == code


def test_the_byte_limit_is_told_in_words() -> None:
    with pytest.raises(Refusal, match="at most 10 MB"):
        precheck(10_000_001, "image/png", LIMITS)


@pytest.mark.parametrize(
    ("count", "words"),
    [(0, "0 B"), (999, "999 B"), (8_000, "8 kB"), (2_500_000, "2.5 MB"), (10_000_000, "10 MB"), (10**9, "1 GB")],
)
def test_sizes_are_written_as_people_say_them(count: int, words: str) -> None:
    assert human_bytes(count) == words
