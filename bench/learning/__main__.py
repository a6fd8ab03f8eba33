"""`python -m bench.learning --data DIR`: `bench/README.md` says what the figures mean."""

from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Final

import msgspec
import typer

from bench.learning.asking import asking
from bench.learning.curves import curves
from bench.learning.deeper import deeper
from bench.learning.ground import Ground, open_ground
from bench.learning.passing import passing
from bench.learning.plots import draw
from bench.learning.poisoning import attacked, poisoned
from bench.learning.report import written

NEWER: Final = 2000
"""Year from which on a champion of older films knows none."""


class Part(StrEnum):
    """What is measured. `newer`: of films after those that the champion knows; `alone`: with none that it remembers."""

    CURVES = "curves"
    CURVES_NEWER = "curves-newer"
    ATTACKED = "attacked"
    ATTACKED_ALONE = "attacked-alone"
    POISONED = "poisoned"
    PASSING = "passing"
    PASSING_NEWER = "passing-newer"
    ASKING = "asking"
    ASKING_NEWER = "asking-newer"
    DEEPER = "deeper"
    DEEPER_NEWER = "deeper-newer"


MEASURES: Final[dict[str, Callable[[Ground, int], list[dict[str, Any]]]]] = {
    "curves": lambda ground, seeds: curves(ground, max(1, seeds // 4)),
    "attacked": attacked,
    "attacked-alone": lambda ground, seeds: attacked(replace(ground, rehearsal=ground.rehearsal[:0]), seeds),
    "poisoned": poisoned,
    "passing": lambda ground, seeds: passing(ground, 5 * seeds),
    "asking": lambda ground, seeds: asking(ground, max(1, seeds // 10)),
    "deeper": lambda ground, seeds: deeper(ground, max(1, seeds // 7)),
}


def main(
    data: Annotated[Path, typer.Option(help="A labelled data set with splits.")],
    out: Annotated[Path, typer.Option(help="Where figures, plots and the report are written.")] = Path("learning"),
    cache: Annotated[Path | None, typer.Option(help="Where features are kept; default: OUT/cache.")] = None,
    seeds: Annotated[int, typer.Option(min=1, help="Seeds of each attack; of the others a part of that.")] = 20,
    only: Annotated[list[Part] | None, typer.Option(help="Measure only this; may be repeated.")] = None,
    measure_on: Annotated[str, typer.Option(help="Split: `test`, or `validation` while choosing values.")] = "test",
) -> None:
    """Let simulated members correct real posters, learn from them, and write down what came of it."""
    out.mkdir(parents=True, exist_ok=True)
    grounds: dict[bool, Ground] = {}
    for part in only or Part:
        newer = part.endswith("-newer")
        if newer not in grounds:
            # One at a time: a ground holds features of all posters.
            grounds = {newer: open_ground(data, cache or out / "cache", measure_on=measure_on,
                                          known_before=NEWER if newer else None)}  # fmt: skip
        rows = MEASURES[part.removesuffix("-newer")](grounds[newer], seeds)
        (out / f"{part}.json").write_bytes(msgspec.json.format(msgspec.json.encode(rows)))
    found = {part.value: msgspec.json.decode((out / f"{part}.json").read_bytes())
             for part in Part if (out / f"{part}.json").is_file()}  # fmt: skip
    draw(found, out)
    (out / "report.md").write_text(written(found))
    print(f"The report is {out / 'report.md'}.")


if __name__ == "__main__":
    typer.run(main)
