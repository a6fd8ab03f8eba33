"""Tests with a browser are left out only where that may be."""

import pytest

from tests.sandbox import browsing


@pytest.mark.parametrize(("required", "outcome"), [("", pytest.skip.Exception), ("1", pytest.fail.Exception)])
async def test_without_a_browser_its_tests_are_skipped_but_fail_where_it_is_required(
    monkeypatch: pytest.MonkeyPatch, required: str, outcome: type[BaseException]
) -> None:
    monkeypatch.setattr(browsing, "CHROMIUM", None)
    monkeypatch.setenv(browsing.REQUIRED, required)
    with pytest.raises(outcome, match="no chromium was found"):
        async with browsing.running_browser():
            pass
