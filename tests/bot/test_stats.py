"""How often the crowd finds the model right, as members read it."""

import io
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace as replace_struct
from PIL import Image

from bot.statistics.figures import LEAST, Share, figures
from bot.statistics.opinions import Opinion
from bot.statistics.plotting import plot
from models.genres import GENRES
from models.judgements import ScoreJudgement
from tests.bot.corrections import button, judged, told
from tests.bot.scene import Scene, judgement

crowds = st.frozensets(st.sampled_from(GENRES), max_size=3)
opinions = st.lists(
    st.builds(
        lambda poster, horror, p_good, genres, score: Opinion(
            poster=poster, judgement=judgement(horror, p_good), genres=genres, score=score
        ),
        st.sampled_from("abcdefghijklmnopqrstuvwxyz"),
        st.floats(0.01, 0.99),
        st.floats(0, 1),
        crowds,
        st.none() | st.floats(0, 10),
    ),
    max_size=60,
)


async def test_stats_say_what_to_do_before_anybody_corrected_and_count_afterwards(scene: Scene) -> None:
    alice, bob = scene.sandbox.member("alice"), scene.sandbox.member("bob")
    empty = await (await alice.slash("stats")).reply()
    assert "Nobody has corrected anything in this server yet" in empty.text
    message = await judged(scene, alice)
    await told(await bob.click(message, button(message, "Right")))
    shown = await (await bob.slash("stats", scope="everywhere")).reply()
    assert "**1** poster judged · **1** correction by **1** member" in shown.text
    assert "too few to say: 1 corrected poster, 12 are needed" in shown.text


@given(opinions)
def test_figures_are_what_counting_by_hand_gives(said: list[Opinion]) -> None:
    counted = figures(said)
    named = [one for one in said if one.genres]
    hits = sum(one.judgement.top_genres(1)[0][0] in one.genres for one in named)
    posters = len({one.poster for one in named})
    assert (counted.hit_1.hits, counted.hit_1.of, counted.hit_1.posters) == (hits, len(named), posters)
    assert counted.hit_1_constant.hits == max((sum(g in one.genres for one in named) for g in GENRES), default=0)
    scored = [(one.judgement.score.p_good, one.score >= 7) for one in said if one.score is not None]
    assert counted.score.verdict.hits == sum((chance >= 0.5) == so for chance, so in scored)
    assert counted.score.brier == pytest.approx(np.mean([(c - so) ** 2 for c, so in scored]) if scored else 0)
    assert counted.score.verdict_constant.value >= 0.5 or not scored
    assert sum(judgements for _, _, judgements in counted.score.bands) in (0, len(scored))
    assert all(0 <= one.agreement <= 1 and one.posters >= LEAST for one in counted.genres)


@given(st.integers(0, 500), st.integers(1, 500), st.integers(1, 5))
def test_several_versions_that_judge_the_same_posters_do_not_make_the_truth_any_surer(
    hits: int, of: int, versions: int
) -> None:
    once, often = Share(min(hits, of), of, of), Share(versions * min(hits, of), versions * of, of)
    assert often.interval == pytest.approx(once.interval)


def test_where_a_share_is_told_the_truth_is_known_to_half_of_what_it_could_be() -> None:
    def widest(posters: int) -> float:
        return max(high - low for hits in range(posters + 1) for low, high in [Share(hits, posters, posters).interval])

    assert widest(LEAST) < 0.5 <= widest(LEAST - 1)


@given(st.integers(0, 500), st.integers(1, 500))
def test_the_interval_holds_the_share_and_narrows_with_more_posters(hits: int, of: int) -> None:
    share = Share(min(hits, of), of, of)
    low, high = share.interval
    assert 0 <= low <= share.value <= high <= 1
    more_low, more_high = Share(10 * min(hits, of), 10 * of, 10 * of).interval
    assert more_high - more_low < high - low


def test_a_version_with_a_verdict_on_another_score_is_held_against_seven_or_better_too() -> None:
    about_seven = judgement(p_good=0.9).score
    about_six = ScoreJudgement.from_distribution(about_seven.distribution, threshold=6.0)
    silent = replace_struct(about_six, distribution=())
    for score, counted in ((about_seven, 1), (about_six, 1), (silent, 0)):
        said = Opinion(poster="one", judgement=replace_struct(judgement(), score=score), genres=frozenset(), score=7.5)
        verdict = figures([said]).score.verdict
        assert (verdict.hits, verdict.of) == (counted, counted)


async def test_there_is_a_picture_as_soon_as_there_is_enough_to_draw() -> None:
    few = [Opinion(poster="one", judgement=judgement(), genres=frozenset({"Horror"}), score=7.5)] * LEAST
    assert await plot(figures(few)) is None
    many = [replace(opinion, poster=f"{number}") for number, opinion in enumerate(few)]
    drawn = await plot(figures(many))
    assert drawn is not None
    with Image.open(io.BytesIO(drawn)) as picture:
        assert picture.size[0] >= 1100
        assert len(picture.convert("RGB").getcolors(1 << 24)) > 100
