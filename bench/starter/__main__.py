"""`python -m bench.starter --data DIR`: `bench/README.md` says what the figures mean."""

from pathlib import Path
from typing import Annotated

import typer

from bench.starter.fifty import write_fifty
from bench.starter.more import more
from bench.starter.words import words
from model_engine.datasets.dataset import Dataset
from model_engine.evaluation.outputs import outputs_of
from model_engine.runtimes import open_runtime
from model_engine.settings import EngineSettings
from model_engine.version_store import VersionStore
from models.versions import STARTER_VERSION


def main(
    data: Annotated[Path, typer.Option(help="A labelled data set with splits.")],
    version: Annotated[str, typer.Argument(help="A saved version.")] = STARTER_VERSION,
    cache: Annotated[Path, typer.Option(help="Where outputs and features are kept.")] = Path("data/outputs"),
    fifty: Annotated[Path | None, typer.Option(help="New folder for fifty posters to look at.")] = None,
) -> None:
    """Its tables, as Markdown; genres and scores of all posters must be known."""
    dataset = Dataset.open(data)
    if fifty is not None:
        write_fifty(dataset, fifty)
    measured = VersionStore.from_settings(EngineSettings()).load(version)
    outputs = outputs_of(measured, dataset, lambda: open_runtime("onnx", measured), cache, lambda _, __: None)
    print(words(measured, dataset, outputs), end="\n\n")
    print(more(measured, dataset, outputs, cache))


if __name__ == "__main__":
    typer.run(main)
