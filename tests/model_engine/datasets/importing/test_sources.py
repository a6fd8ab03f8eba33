import gzip
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from model_engine.datasets.cli import app
from model_engine.datasets.dataset import Dataset, Film
from model_engine.datasets.importing import class_folders, imdb, kaggle, poster_zips, table
from model_engine.datasets.manifest import DatasetError
from model_engine.datasets.working_processes import no_progress
from models.exit_codes import UNAVAILABLE
from models.scores import ScoreClass
from tests.model_engine.datasets.drawn import drawn_poster

MOVIE_GENRE = """imdbId,Imdb Link,Title,IMDB Score,Genre,Poster
114709,http://www.imdb.com/title/tt114709,Toy Story (1995),8.3,Animation|Adventure|Comedy,https://images.example/a.jpg
211915,http://www.imdb.com/title/tt211915,Le fabuleux destin d'Amélie Poulain (2001),8.3,Comedy|Romance,
114709,http://www.imdb.com/title/tt114709,Toy Story (1995),8.3,Animation|Adventure|Comedy,https://images.example/a.jpg
5,http://www.imdb.com/title/tt5,"Broken, with a score (1893)",high,Short,nowhere
7,too few cells
,http://www.imdb.com/title/tt,No id (1990),5.0,Drama,
"""
BASICS = "\t".join(
    [
        "tconst",
        "titleType",
        "primaryTitle",
        "originalTitle",
        "isAdult",
        "startYear",
        "endYear",
        "runtimeMinutes",
        "genres",
    ]
)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["import", *map(str, arguments)], catch_exceptions=False)


def save(path: Path, seed: int = 1) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    drawn_poster(seed).save(path)


def shows(dataset: Dataset, row: int, seed: int) -> bool:
    return np.array_equal(np.asarray(dataset.read(row)), np.asarray(drawn_poster(seed)))


def test_kaggles_file_comes_in_and_what_is_wrong_with_it_is_a_table(tmp_path: Path) -> None:
    (tmp_path / "MovieGenre.csv").write_bytes(MOVIE_GENRE.encode("latin-1"))

    result = run("kaggle", tmp_path / "MovieGenre.csv", "--out", tmp_path / "ds")

    assert result.exit_code == 0
    dataset = Dataset.open(tmp_path / "ds")
    assert list(dataset.films()) == [
        Film("tt0114709", "Toy Story", 1995, ("Adventure", "Animation", "Comedy"), 8.3, None),
        Film("tt0211915", "Le fabuleux destin d'Amélie Poulain", 2001, ("Comedy", "Romance"), 8.3, None),
        Film("tt0000005", "Broken, with a score", 1893, ("Short",), None, None),
    ]
    assert dataset.table["url"].dropna().to_list() == ["https://images.example/a.jpg"]
    lines = [" ".join(line.split()).rpartition(" ")[0] for line in result.output.splitlines()]
    assert "row with too few or too many cells 1" in lines
    assert "id that was there before 1" in lines
    assert "no id 1" in lines
    assert "image 3" in lines
    assert lines.count("score 1") == 2


def test_another_csv_is_not_taken_for_kaggles(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,Title\n1,A\n")

    result = run("kaggle", tmp_path / "a.csv", "--out", tmp_path / "ds")

    assert result.exit_code == UNAVAILABLE
    assert "is not Kaggle's MovieGenre.csv: it has no column imdbId." in result.output
    assert not (tmp_path / "ds").exists()


@settings(deadline=None, max_examples=150)
@given(edits=st.lists(st.tuples(st.integers(60, 800), st.binary(max_size=3)), max_size=8))
def test_no_damage_to_kaggles_file_stops_the_import(
    tmp_path_factory: pytest.TempPathFactory, edits: list[tuple[int, bytes]]
) -> None:
    content = bytearray(MOVIE_GENRE.encode("latin-1"))
    for position, piece in edits:
        content[position : position + 1] = piece
    path = tmp_path_factory.mktemp("kaggle") / "MovieGenre.csv"
    path.write_bytes(content)

    gathering = kaggle.gather(path)

    if gathering.read > sum(gathering.left_out.values()):
        assert len(gathering.table()) + sum(gathering.left_out.values()) == gathering.read


@pytest.mark.parametrize("packed", [True, False])
def test_imdbs_files_label_the_pictures_that_are_named_by_their_ids(tmp_path: Path, packed: bool) -> None:
    def write(name: str, lines: list[str]) -> Path:
        content = "".join(f"{line}\n" for line in lines).encode()
        path = tmp_path / (f"{name}.gz" if packed else name)
        path.write_bytes(gzip.compress(content) if packed else content)
        return path

    basics = write(
        "title.basics.tsv",
        [
            BASICS,
            "tt0000001\tmovie\tOne\tOne\t0\t1994\t\\N\t90\tDrama,War",
            "tt0000002\tmovie\tTwo\tTwo\t0\t\\N\t\\N\t90\t\\N",
            "tt0000003\ttvEpisode\tThree\tThree\t0\t1994\t\\N\t90\tDrama",
            "tt0000004\tmovie\tFour",
            "tt0000009\tmovie\tWithout a picture\tNine\t0\t1994\t\\N\t90\tDrama",
        ],
    )
    ratings = write("title.ratings.tsv", ["tconst\taverageRating\tnumVotes", "tt0000001\t7.5\t1200", "tt0000002\tx\ty"])
    for number in (1, 2, 3):
        save(tmp_path / "pictures" / f"tt000000{number}.png", number)
    (tmp_path / "pictures" / "tt0000005.jpg").write_text("no picture, nor a film")
    (tmp_path / "pictures" / "notes.txt").write_text("")

    result = run(
        "imdb", basics, "--ratings", ratings, "--images", tmp_path / "pictures", "--out", tmp_path / "ds"
    )  # fmt: skip

    assert result.exit_code == 0
    dataset = Dataset.open(tmp_path / "ds")
    assert list(dataset.films()) == [
        Film("tt0000001", "One", 1994, ("Drama", "War"), 7.5, 1200),
        Film("tt0000002", "Two", None, (), None, None),
    ]
    assert shows(dataset, 0, 1)
    lines = " ".join(result.output.split())
    for words in (
        "broken of title.basics 1",
        "broken of title.ratings 1",
        "not named by an IMDb id 1",
        "not as a film 2",
    ):
        assert words in lines


def test_imdbs_files_that_are_none_or_cut_short_are_said_to_be_so(tmp_path: Path) -> None:
    save(tmp_path / "pictures" / "tt0000001.png")
    (tmp_path / "basics.tsv").write_text("id\ttitle\n")
    whole = gzip.compress(f"{BASICS}\n".encode() + b"x" * 100_000)
    (tmp_path / "cut.tsv.gz").write_bytes(whole[: len(whole) // 2])

    for name, words in (
        ("basics.tsv", "is not IMDb's title.basics"),
        ("cut.tsv.gz", "cut short"),
        ("gone", "cannot be read"),
    ):
        with pytest.raises(DatasetError, match=words):
            imdb.gather(tmp_path / name, None, tmp_path / "pictures", tmp_path / "ds", no_progress)


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [("Good", 7.0, 8.0), ("rotten", 4.0, 5.5), ("terrible", 0.0, 4.0), ("decent", 5.5, 7.0), ("GREAT", 8.0, 10.0)],
)
def test_a_folder_that_names_a_class_gives_its_posters_a_score_within_it_and_says_so(
    tmp_path: Path, name: str, low: float, high: float
) -> None:
    save(tmp_path / "in" / name / "a.png", 3)

    assert run("folders", tmp_path / "in", "--out", tmp_path / "ds").exit_code == 0

    dataset = Dataset.open(tmp_path / "ds")
    assert low < dataset.scores[0] < high
    assert f"folder {name}; the score stands for the class" in dataset.table["source"][0]
    assert dataset.table["votes"].isna().all()
    assert shows(dataset, 0, 3)


def test_the_verdict_of_stand_ins_is_the_folders(tmp_path: Path) -> None:
    assert [score >= 7.0 for score in class_folders.STAND_INS.values()] == [False, False, False, True, True]
    assert list(class_folders.STAND_INS) == list(ScoreClass)


def test_folders_may_lie_in_splits_name_genres_or_be_explained_and_others_are_counted(tmp_path: Path) -> None:
    source = tmp_path / "in"
    for number, name in enumerate(["train/Good/a.png", "val/Horror/a.png", "liked/deep/b.png", "other/c.png", "d.png"]):
        save(source / name, number)
    (source / "liked" / "notes.txt").write_text("no picture")

    result = run("folders", source, "--out", tmp_path / "ds", "--class", "Liked=great")

    assert result.exit_code == 0
    dataset = Dataset.open(tmp_path / "ds")
    assert dict(zip(dataset.ids, dataset.split, strict=True)) == {
        "liked/deep/b.png": "", "train/Good/a.png": "train", "val/Horror/a.png": "validation",
    }  # fmt: skip
    assert [film.genres for film in dataset.films()] == [(), (), ("Horror",)]
    np.testing.assert_array_equal(dataset.scores, [9.0, 7.5, np.nan])
    assert "folder that stands for no class        2" in result.output
    assert "file that is no picture                1" in result.output


def test_a_folder_imported_into_itself_is_not_copied(tmp_path: Path) -> None:
    save(tmp_path / "fresh" / "a.png", 1)
    save(tmp_path / "rotten" / "b.png", 2)

    assert run("folders", tmp_path, "--out", tmp_path).exit_code == 0

    dataset = Dataset.open(tmp_path)
    assert dataset.table["image"].to_list() == ["fresh/a.png", "rotten/b.png"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["fresh", "manifest.csv", "rotten"]
    assert shows(dataset, 1, 2)


def test_folders_without_a_class_and_classes_that_are_none_are_refused(tmp_path: Path) -> None:
    save(tmp_path / "in" / "cats" / "a.png")

    assert "say by --class NAME=good" in run("folders", tmp_path / "in", "--out", tmp_path / "ds").output
    assert (
        "There is no class nice"
        in run("folders", tmp_path / "in", "--out", tmp_path / "ds", "--class", "a=nice").output
    )
    assert run("folders", tmp_path / "in", "--out", tmp_path / "ds", "--class", "cats").exit_code == 2
    with pytest.raises(DatasetError, match="There is no folder"):
        class_folders.gather(tmp_path / "gone", tmp_path / "ds")


def test_any_csv_comes_in_by_the_names_of_its_columns(tmp_path: Path) -> None:
    save(tmp_path / "in" / "posters" / "7.png", 7)
    (tmp_path / "in" / "films.csv").write_text(
        "nr;name;title;stars;kinds\n7;ignored;A film;7,5;Drama, War\n8;ignored;Another;8.0;\n9;ignored\n"
    )

    result = run(
        "table", tmp_path / "in" / "films.csv", "--out", tmp_path / "ds", "--delimiter", ";", "--id", "film-{nr}",
        "--image", "posters/{nr}.png", "--score", "stars", "--genres", "kinds", "--source", "{nr} of {title}",
    )  # fmt: skip

    assert result.exit_code == 0
    dataset = Dataset.open(tmp_path / "ds")
    assert list(dataset.films()) == [
        Film("film-7", "A film", None, ("Drama", "War"), None, None),
        Film("film-8", "Another", None, (), 8.0, None),
    ]
    assert dataset.table["source"].to_list() == ["7 of A film", "8 of Another"]
    assert dataset.table["image"].isna().to_list() == [False, True]
    assert shows(dataset, 0, 7)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--encoding", "latin-1"], "has no column id"),
        (["--id", "number", "--encoding", "latin-1"], "There is no column number; there are: nr, name"),
        (["--id", "nr", "--encoding", "utf-8"], "is not in the encoding utf-8"),
        (["--id", "nr", "--encoding", "klingon"], "is not in the encoding klingon"),
    ],
)
def test_a_csv_that_cannot_be_read_as_asked_is_refused_in_a_sentence(
    tmp_path: Path, options: list[str], words: str
) -> None:
    (tmp_path / "films.csv").write_bytes("nr,name\n1,Amélie\n".encode("latin-1"))

    result = run("table", tmp_path / "films.csv", "--out", tmp_path / "ds", *options)

    assert result.exit_code == UNAVAILABLE
    assert words in " ".join(result.output.split())


@pytest.mark.parametrize(
    "image", ["../secret.png", "/etc/passwd", "gone.png", "x.zip#a.png", "notes.txt", ".", "a\\..\\b"]
)
def test_a_picture_outside_of_the_folder_or_that_is_none_is_counted_and_missing(tmp_path: Path, image: str) -> None:
    save(tmp_path / "secret.png")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "notes.txt").write_text("no picture")
    (tmp_path / "in" / "x.zip").write_text("no zip")
    (tmp_path / "in" / "films.csv").write_text(f"id,image\na,{image}\n")

    gathering = table.gather(tmp_path / "in" / "films.csv", tmp_path / "ds", {})

    assert gathering.broken == {"image": 1}
    assert gathering.table()["image"].isna().all()
    assert not (tmp_path / "ds").exists()


def test_a_quote_that_nobody_closed_costs_its_rows_and_no_more(tmp_path: Path) -> None:
    lines = ["id,title", '1,"never closed', *(f"{number},{'x' * 100}" for number in range(2, 3_000))]
    (tmp_path / "films.csv").write_text("\n".join(lines) + "\n")

    gathering = table.gather(tmp_path / "films.csv", tmp_path / "ds", {})

    assert 1_000 < len(gathering.table()) < 2_998
    assert sum(gathering.left_out.values()) >= 1


def test_zips_come_in_whole_and_what_is_not_in_them_is_missing(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    with zipfile.ZipFile(tmp_path / "in" / "posters-0.zip", "w") as archive, archive.open("tt1.webp", "w") as member:
        drawn_poster(5).save(member, "WEBP", lossless=True)
    (tmp_path / "in" / "labels.csv").write_text(
        "id,title,year,genres,imdb_score,num_votes,split,width,height,archive\n"
        "tt1,A film,1999,Drama,7.1,12,train,40,60,posters-0.zip\n"
        "tt2,Lost,1999,Drama,7.1,12,train,40,60,posters-0.zip\n"
        "tt3,No zip,1999,Drama,7.1,12,train,40,60,posters-9.zip\n"
        "tt4,Odd,soon,Drama,7.1,many,train,40,60,posters-0.zip\n"
    )

    assert run("zips", tmp_path / "in", "--out", tmp_path / "ds").exit_code == 0

    dataset = Dataset.open(tmp_path / "ds")
    assert dataset.table["image"].isna().to_list() == [False, True, True, True]
    assert list(dataset.films())[3] == Film("tt4", "Odd", None, ("Drama",), 7.1, None)
    assert shows(dataset, 0, 5)
    with pytest.raises(DatasetError, match=r"has no labels\.csv"):
        poster_zips.gather(tmp_path, tmp_path / "ds2")


def test_a_folder_that_is_a_data_set_already_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "MovieGenre.csv").write_bytes(MOVIE_GENRE.encode("latin-1"))
    run("kaggle", tmp_path / "MovieGenre.csv", "--out", tmp_path / "ds")
    before = (tmp_path / "ds" / "manifest.csv").read_bytes()

    result = run("kaggle", tmp_path / "MovieGenre.csv", "--out", tmp_path / "ds")

    assert result.exit_code == UNAVAILABLE
    assert "is a data set already" in result.output
    assert (tmp_path / "ds" / "manifest.csv").read_bytes() == before


@settings(deadline=None, max_examples=200)
@given(content=st.binary(max_size=200) | st.text(st.sampled_from('a1,"\n\r;|#{}.'), max_size=80).map(str.encode))
def test_whatever_stands_in_a_csv_becomes_rows_is_counted_or_refused_in_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    folder = tmp_path_factory.mktemp("table")
    (folder / "films.csv").write_bytes(b"id,title,image\n" + content)
    said = ""
    try:
        gathering = table.gather(folder / "films.csv", folder / "ds", {})
        rows = gathering.table()
    except DatasetError as error:
        said = str(error)
    else:
        assert len(rows) + sum(gathering.left_out.values()) == gathering.read
        assert rows["image"].isna().all()

    assert "\n" not in said
