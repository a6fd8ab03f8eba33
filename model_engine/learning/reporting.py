"""What a run found out, in words and files."""

from pathlib import Path
from typing import Final

import msgspec
import numpy as np

from model_engine.learning import gate
from model_engine.learning.card import learnt_card
from model_engine.learning.snapshot import public_part
from model_engine.learning.task import Task
from model_engine.versions import CARD_FILE, METRICS_FILE
from models.run_reports import RunReport

REPORT_FILE: Final = "report.json"
SNAPSHOT_FILE: Final = "snapshot.json"
PLOT_FILE: Final = "history.png"

PROVES_LITTLE: Final = (
    "This proves little: the held-out posters with labels to trust are {held_out:,} in number, and to tell such "
    "differences from chance takes {least} or more; promote by hand if you like what you see."
)
MEASURED: Final = "Measured on held-out posters, {held_out:,} of them; an interval that holds zero shows no difference."
DEEPER: Final = (
    " The last stage learnt from the pictures of {count:,} corrected posters; the new version remembers none."
)
NO_MEMORY: Final = " The champion remembers no posters, so nothing shows what was forgotten."


def word_on(task: Task, held_out: int) -> str:
    """A plain sentence on what a report of so many held-out posters proves, or how little."""
    word = PROVES_LITTLE if held_out < gate.LEAST_POSTERS else MEASURED
    words = [word.format(held_out=held_out, least=gate.LEAST_POSTERS)]
    if task.deeper is not None:
        words.append(DEEPER.format(count=len(np.intersect1d(task.teaching(), task.deeper.rows))))
    elif task.champion.rehearsal() is None:
        words.append(NO_MEMORY)
    return "".join(words)


def write_words(task: Task, report: RunReport, plot: bytes, folder: Path) -> None:
    """Writes the card, the figures, the report, the plot, and what the version keeps of the corrections."""
    figures = {one.name: {"before": one.before, "after": one.after} for one in (*report.figures, *report.genres)}
    metrics = {
        "learnt_from": {"champion": report.champion, "snapshot": report.snapshot},
        "posters": {"teaching": report.learned_from, "held_out": report.held_out},
        "held_out_corrections": figures,
    }
    (folder / PLOT_FILE).write_bytes(plot)
    (folder / SNAPSHOT_FILE).write_bytes(public_part(task.snapshot))
    (folder / CARD_FILE).write_text(learnt_card(report, task), encoding="utf-8")
    (folder / REPORT_FILE).write_bytes(msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n")
    (folder / METRICS_FILE).write_bytes(msgspec.json.format(msgspec.json.encode(metrics), indent=2) + b"\n")
