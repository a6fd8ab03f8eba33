"""What members may write to correct a judgement, and what it must mean: written without sight of the parser.

Its author never saw the parser, its words or its other tests. The messages stay as they were first committed, so that
what they measure is how the parser reads what it was not built on.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, kw_only=True)
class Message:
    """A message in reply to a judgement, and its meaning. All at their defaults: it says nothing usable."""

    text: str
    exactly: tuple[str, ...] | None = None
    """The film has exactly these of `models.genres.GENRES`."""
    added: tuple[str, ...] = ()
    """Relative to what was predicted: also these …"""
    removed: tuple[str, ...] = ()
    """… and not these."""
    score: float | None = None
    """IMDb's score."""
    imdb_id: str | None = None
    agrees: bool = False
    undo: bool = False
    unclear: bool = False
    """Something was said that a careful reader would ask back about, so nothing of that part may be stored."""


BLIND_MESSAGES: Final = (
    # Genres, said plainly.
    Message(text="It's a comedy and a romance.", exactly=("Comedy", "Romance")),
    Message(text="Horror, Thriller", exactly=("Horror", "Thriller")),
    Message(text="drama", exactly=("Drama",)),
    Message(text="action adventure sci-fi", exactly=("Action", "Adventure", "Sci-Fi")),
    Message(text="this is a documentary", exactly=("Documentary",)),
    Message(text="The correct genres are Biography, Drama and History.", exactly=("Biography", "Drama", "History")),
    Message(text="genres: crime / mystery / film noir", exactly=("Crime", "Film-Noir", "Mystery")),
    Message(text="its actually a western", exactly=("Western",)),
    Message(text="crime & drama", exactly=("Crime", "Drama")),
    Message(text="animated family movie", exactly=("Animation", "Family")),
    Message(text="It is a musical, a comedy and a romance :)", exactly=("Comedy", "Musical", "Romance")),
    Message(text="Fantasy + Adventure + Family", exactly=("Adventure", "Family", "Fantasy")),
    Message(text="should be War and History", exactly=("History", "War")),
    Message(text="@Poster Judge it's a sports drama", exactly=("Drama", "Sport")),
    # Slang, abbreviations, typos.
    Message(text="romcom", exactly=("Comedy", "Romance")),
    Message(text="bruh its a rom-com 😭", exactly=("Comedy", "Romance")),
    Message(text="scifi horror imo", exactly=("Horror", "Sci-Fi")),
    Message(text="lol its a cartoon", exactly=("Animation",)),
    Message(text="biopic", exactly=("Biography",)),
    Message(text="thats a docu bro", exactly=("Documentary",)),
    Message(text="science fiction and thriler", exactly=("Sci-Fi", "Thriller")),
    Message(text="commedy", exactly=("Comedy",)),
    Message(text="horor and mistery", exactly=("Horror", "Mystery")),
    Message(text="it's a documentry about whales", exactly=("Documentary",)),
    Message(text="dramedy", exactly=("Comedy", "Drama")),
    Message(text="ITS A WESTERN!!!!!", exactly=("Western",)),
    Message(text="adventrue n fantasy", exactly=("Adventure", "Fantasy")),
    Message(text="actoin comdy", exactly=("Action", "Comedy")),
    Message(text="romantic comedy, obviously", exactly=("Comedy", "Romance")),
    Message(text="whodunit", exactly=("Mystery",)),
    Message(text="sci fi/action ofc", exactly=("Action", "Sci-Fi")),
    Message(text="psychological thriller tbh", exactly=("Thriller",)),
    # Negation.
    Message(text="not horror", removed=("Horror",)),
    Message(text="no romance in it", removed=("Romance",)),
    Message(text="it's not a drama at all", removed=("Drama",)),
    Message(text="this isn't a thriller", removed=("Thriller",)),
    Message(text="definitely not action or adventure", removed=("Action", "Adventure")),
    Message(text="No drama, no romance", removed=("Drama", "Romance")),
    Message(text="There's no comedy in this film whatsoever.", removed=("Comedy",)),
    Message(text="remove thriller", removed=("Thriller",)),
    Message(text="aint no horror", removed=("Horror",)),
    Message(text="not a comedy but a drama", exactly=("Drama",)),
    Message(text="nope, western!", exactly=("Western",)),
    Message(text="Not horror but thriller and mystery", exactly=("Mystery", "Thriller")),
    Message(text="no, it's a war film", exactly=("War",)),
    Message(text="wrong, this is animation and family", exactly=("Animation", "Family")),
    Message(text="Comedy, not drama", exactly=("Comedy",)),
    Message(text="nah thats a crime thriller", exactly=("Crime", "Thriller")),
    Message(text="It isn't action, it's sci-fi.", exactly=("Sci-Fi",)),
    Message(text="neither horror nor thriller", removed=("Horror", "Thriller")),
    # Additions.
    Message(text="also comedy", added=("Comedy",)),
    Message(text="plus romance", added=("Romance",)),
    Message(text="you're missing mystery", added=("Mystery",)),
    Message(text="missing Crime and Thriller", added=("Crime", "Thriller")),
    Message(text="it's also a musical", added=("Musical",)),
    Message(text="also fantasy, and not horror", added=("Fantasy",), removed=("Horror",)),
    Message(text="no thriller, but also romance", added=("Romance",), removed=("Thriller",)),
    Message(text="add sci-fi pls", added=("Sci-Fi",)),
    Message(text="u forgot family", added=("Family",)),
    Message(text="+ history", added=("History",)),
    # Scores.
    Message(text="7.4", score=7.4),
    Message(text="8", score=8.0),
    Message(text="imdb 6.1", score=6.1),
    Message(text="IMDb says 7,8", score=7.8),
    Message(text="It has an 8.3 on IMDb.", score=8.3),
    Message(text="5.6/10", score=5.6),
    Message(text="imdb score: 4.2", score=4.2),
    Message(text="the rating on imdb is 9", score=9.0),
    Message(text="imdb gives it a 3.5 lmao", score=3.5),
    Message(text="7.9 ⭐ on imdb", score=7.9),
    Message(text="i'd give it an 8", unclear=True),
    Message(text="my rating would be 9/10 honestly", unclear=True),
    Message(text="imdb 84", unclear=True),
    Message(text="11/10 best movie ever", unclear=True),
    Message(text="imdb 6.5, no wait 7.1 or something", unclear=True),
    # Several things at once.
    Message(text="drama, 7.2", exactly=("Drama",), score=7.2),
    Message(text="It's Crime, Drama and Thriller with 8.3 on IMDb", exactly=("Crime", "Drama", "Thriller"), score=8.3),
    Message(text="not horror, imdb 5.9", removed=("Horror",), score=5.9),
    Message(text="horror comedy. i personally would give it a 9", exactly=("Comedy", "Horror"), unclear=True),
    Message(
        text="Heat (1995). action, crime, drama. 8.3 https://www.imdb.com/title/tt0113277/",
        exactly=("Action", "Crime", "Drama"),
        score=8.3,
        imdb_id="tt0113277",
    ),
    Message(
        text="ok so i saw this with my brother like 3 times back in 2004, trust me it's a comedy, "
        "the poster is just weird",
        exactly=("Comedy",),
    ),
    Message(
        text="Sorry to be that guy, but this is a drama and a romance. Thanks for the bot though, it's great fun!",
        exactly=("Drama", "Romance"),
    ),
    # IMDb's addresses and ids.
    Message(text="https://www.imdb.com/title/tt0111161/?ref_=chttp_t_1", imdb_id="tt0111161"),
    Message(text="it's this one: m.imdb.com/title/tt1375666", imdb_id="tt1375666"),
    Message(text="tt0068646", imdb_id="tt0068646"),
    Message(text="<https://imdb.com/title/tt10872600/> also adventure", added=("Adventure",), imdb_id="tt10872600"),
    # Agreement.
    Message(text="yes", agrees=True),
    Message(text="you're right!", agrees=True),
    Message(text="spot on 👌", agrees=True),
    Message(text="yep thats correct, and its 6.8 on imdb", agrees=True, score=6.8),
    Message(text="👍", agrees=True),
    Message(text="yeah nailed it lol", agrees=True),
    # Taking back.
    Message(text="undo", undo=True),
    Message(text="oops, forget what i just said", undo=True),
    Message(text="scratch that please", undo=True),
    # Nothing usable.
    Message(text="is it a comedy?"),
    Message(text="lol"),
    Message(text="I love this movie so much, my grandma took me to see it ❤️"),
    Message(text="how do you even know that it's horror??"),
    Message(text="haha the guy on the left looks like my dentist"),
)
