"""Words around numbers: whose score one is, and what else it may count."""

from typing import Final

from bot.feedback.understanding.roles import Role

SCORE_WORDS: Final[tuple[tuple[Role, str], ...]] = (
    (Role.UNIT, "points, point, pts"),
    (Role.COUNTER, "off by, wrong by"),
    (Role.UNIT, "s"),
    (
        Role.ASSERT | Role.IMDB,
        """
        imdb gave it, imdb gives it, imdb give it, imdb gives, imdb rates it, imdb says, imdb has it as, imdb lists it
        as, imdb lists, imdb says its, according to imdb, imdb has it at, imdb has, imdb calls it, per imdb, imdb
        classifies it as
        """,
    ),
    (
        Role.WRONG | Role.SCORE,
        """
        too high, too low, too generous, too harsh, way too high, way too low, far too high, far too low, a bit high, a
        bit low
        """,
    ),
    (Role.STOP | Role.ROUGHLY, "about, around, circa, roughly, approximately, approx, at, in, of, on"),
    (
        Role.STOP | Role.BOUND,
        """
        between, over, above, under, below, less than, more than, at least, at most, higher than, lower than, greater
        than, no more than, no less than, up to, minimum, maximum, min of, max, better than, worse than, not more than,
        not less than, close to, nearly, almost, higher, lower, beneath
        """,
    ),
    (
        Role.SCORE,
        """
        score, scores, scored, rating, rated, ratings, rate, rates, grade, mark is, verdict, number,
        scoring
        """,
    ),
    (Role.IMDB, "imdb, imdbs, imbd, imbds, idmb, imdb score, imdb rating, on imdb, imdb com, imdp"),
    (
        Role.OWN,
        """
        gonna give, gonna give it, gonna give this, giving it, strong, easy, id give, id give it, id give this, i give,
        i give it, i gave, i gave it, i would give it, i would give, id rate, id rate it, i rate, i rate it, i rated, i
        rated it, i would rate it, i scored it, from me, would watch, would recommend, deserves, deserved, worth, solid,
        ill give, ill give it, ill give this, we gave it, gets a, personal, i personally, my vote, would watch again, my
        rating, my score
        """,
    ),
    (Role.STOP | Role.OWN, "my, mine, me"),
    (
        Role.FILLER | Role.OWN,
        """
        imo, imho, personally, for me, to me, in my opinion, in my book, if you ask me, easily, id say, i would say,
        hands down
        """,
    ),
    (
        Role.OTHER_SITE,
        """
        rotten tomatoes, rottentomatoes, rt, tomatometer, metacritic, letterboxd, tmdb, douban, filmweb, kinopoisk,
        trakt, moviepilot, filmaffinity, allocine, critic, critics, audience, roger ebert, ebert, metascore,
        popcornmeter, mal
        """,
    ),
    (
        Role.UNIT,
        """
        min, mins, minute, minutes, hour, hours, hr, hrs, h, second, seconds, secs, year, years, yr, yrs, vote, votes,
        voters, reviews, people, users, members, times, time, movies, films, posters, k, m, mil, million, billion,
        thousand, dollars, bucks, oscars, awards, actors, days, weeks, months, genre, genres, th, nd, st, rd, p, am, pm,
        of them, tags, things, kids, sequels, more times, seasons, episodes, parts, reasons, others
        """,
    ),
    (Role.STARS, "star, stars, thumbs, thumbs up, popcorns"),
    (
        Role.COUNTER,
        """
        top, part, chapter, season, episode, number, vol, volume, page, rank, ranked, aged, age, day, room, area,
        district, ocean, oceans, apollo, mark, type, over the past, route, studio, pg, rated r, rated pg, ww, ep
        """,
    ),
)
