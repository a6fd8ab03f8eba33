"""The operators' messages stay within what Discord takes and a phone shows, whatever a run found out."""

from datetime import UTC, datetime

import discord

from bot.layouts.model_layouts import champion_layout, comparison, list_layout, own_comparison, status_layout
from bot.layouts.report_layout import DoubtLayout, ReportLayout, block
from bot.layouts.run_layout import RunLayout, duration
from bot.versions.deciding import Doubtful, report_of
from bot.versions.overview import Known, Overview
from models.genres import GENRES
from models.run_reports import Check
from models.tables import Decision, Promotion, RunState, TrainingRun
from tests.bot.versions.runs import figure, report

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
LONG = "run-" + "9" * 59
NOTICE = "The champion cannot be loaded: " + "x" * 500
WIDTH = 31
"""Characters of a code block that a screen of 375 pixels shows."""


def run(state: RunState, **values: object) -> TrainingRun:
    """A run whose every word is as long as it may be."""
    body = report(
        LONG,
        champion="c" * 63,
        word="w" * 300,
        refused=("enough", "better", "memory", "genres"),
        checks=tuple(Check(name=str(number), passed=number % 2 == 0, words="why " * 75) for number in range(9)),
        figures=tuple(figure(f"measure {number} " + "m" * 60, 0.5, 0.6) for number in range(20)),
        genres=tuple(figure(genre, 0.5, 0.6 + number / 100, 1_234) for number, genre in enumerate(GENRES)),
    )
    known = {
        "id": 10**14,
        "state": state,
        "recipe": "r" * 63,
        "epochs": 1000,
        "note": "*" * 500,
        "operator": "_" * 100,
        "created_at": NOW,
        "finished_at": None,
        "deliveries": 3,
        "step": "s" * 64,
        "done": 10**7,
        "total": 10**7 + 1,
        "version": LONG,
        "report": {name: getattr(body, name) for name in body.__struct_fields__},
        "explanation": "e" * 500,
        "decision": None,
        "decided_by": "*" * 100,
    }
    return TrainingRun(**known | values)


def texts(layout: discord.ui.LayoutView) -> str:
    """All of it, after Discord's limits were held against it."""
    assert layout.content_length() <= 4000
    assert layout.total_children_count <= 40
    layout.to_components()
    return "\n".join(part.content for part in layout.walk_children() if isinstance(part, discord.ui.TextDisplay))


def in_blocks(text: str) -> list[str]:
    """The lines of its code blocks."""
    return [line for part in text.split("```")[1::2] for line in part.strip("\n").splitlines()]


def test_the_longest_messages_fit_discord_and_their_tables_a_phone() -> None:
    for state in (RunState.WAITING, RunState.REQUESTED, RunState.RUNNING):
        texts(RunLayout(run(state), left=1e5))
    texts(RunLayout(run(RunState.FAILED, finished_at=NOW)))
    done = run(RunState.DONE, finished_at=NOW)
    for decision in (None, *Decision):
        shown = ReportLayout(
            run(RunState.DONE, decision=decision), report_of(done), with_plot=True, serving=[NOTICE] * 9
        )
        assert max(map(len, in_blocks(texts(shown)))) <= WIDTH
    texts(DoubtLayout(Doubtful(done, ["why " * 75] * 9)))
    both = texts(own_comparison(report_of(done))) + texts(comparison(report_of(done), report("run-2")))
    assert max(map(len, in_blocks(both))) <= WIDTH
    texts(list_layout([Known(LONG, done, champion=True)] * 100))
    promotion = Promotion(version=LONG, rollback=False, operator="*" * 100, reason="r" * 500, created_at=NOW)
    texts(status_layout(Overview(LONG, [promotion] * 6, run(RunState.RUNNING), [done] * 5, 10**6), [NOTICE] * 20))
    texts(champion_layout(promotion, [NOTICE] * 20))


def test_a_reports_verdict_comes_first_and_names_each_refusal() -> None:
    text = texts(ReportLayout(run(RunState.DONE), report("run-2", refused=("memory",)), with_plot=False))
    verdict, refusal, passed = (
        text.index(part) for part in ("did not pass the gate", "**✗** On rememb", "-# ✓ No genre")
    )
    assert verdict < refusal < passed < text.index("genres, macro ROC-AUC")


def test_a_fall_of_a_loss_is_better_and_a_fall_of_an_area_worse() -> None:
    found = report(
        "run-2", figures=(figure("loss", 0.3, 0.2, more=False), figure("area", 0.3, 0.2), figure("x", 0.3, 0.3))
    )
    text = texts(ReportLayout(run(RunState.DONE), found, with_plot=False))
    assert [line[0] for line in in_blocks(text)[:6:2]] == ["▲", "▼", "·"]


def test_the_time_left_is_told_coarsely() -> None:
    assert [duration(seconds) for seconds in (3, 41, 89, 100, 7000)] == [
        "a few seconds",
        "50 seconds",
        "90 seconds",
        "2 minutes",
        "1.9 hours",
    ]


def test_nothing_that_is_told_can_end_a_block() -> None:
    assert block(["a``` **b**"]).count("```") == 2


def test_the_status_says_in_words_what_the_run_under_way_is_at() -> None:
    view = Overview("starter-3", [], run(RunState.RUNNING, id=7, step="deepen", done=3, total=10), [], 0)
    assert "Run 7 is running: Learning deeper, 3 of 10." in texts(status_layout(view, []))
    view = Overview("starter-3", [], run(RunState.RUNNING, id=7, step="deepen", total=0), [], 0)
    assert "Run 7 is running: Learning deeper." in texts(status_layout(view, []))
    view = Overview("starter-3", [], run(RunState.REQUESTED, id=7, step=""), [], 0)
    assert "Run 7 is requested." in texts(status_layout(view, []))
