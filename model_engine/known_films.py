"""What a data set knows of posters that are judged from files."""

from pathlib import Path

from model_engine.datasets.dataset import Dataset, Film
from models.judgements import Judgement


class KnownFilms:
    """The films of a data set, found by a poster's file; counts how often a judgement was right."""

    def __init__(self, dataset: Dataset) -> None:
        """Reads no picture."""
        self._by_id = {film.id: film for film in dataset.films()}
        images = dataset.table["image"].fillna("")
        self._by_path = {
            (dataset.folder / image).resolve(): film
            for image, film in zip(images, self._by_id.values(), strict=True)
            if image
        }
        self._first = self._three = self._judged = 0

    @classmethod
    def open(cls, folder: Path) -> "KnownFilms":
        """Those of the data set in this folder.

        Raises:
            DatasetError: there is none.
        """
        return cls(Dataset.open(folder))

    def of(self, file: str) -> Film | None:
        """The film whose poster this is: one of the data set's pictures, or any file that is named by a film's id."""
        path = Path(file)
        return self._by_path.get(path.resolve()) or self._by_id.get(path.stem)

    def count(self, judgement: Judgement, film: Film) -> None:
        """Takes a judgement of a film into the summary."""
        if not film.genres:
            return
        top = [genre in film.genres for genre, _ in judgement.top_genres(3)]
        self._judged += 1
        self._first += top[0]
        self._three += any(top)

    def summary(self) -> str:
        """How often genres were right, in one line."""
        if not self._judged:
            return "The data set knows the genres of none of these posters."
        return (
            f"Of {self._judged:,} posters with known genres the likeliest was right for {self._first:,} "
            f"({self._first / self._judged:.0%}), one of the three likeliest for {self._three:,} "
            f"({self._three / self._judged:.0%})."
        )
