"""Words that open, change, join or end what is said of the genres."""

from typing import Final

from bot.feedback.understanding.roles import Role

STATEMENT_WORDS: Final[tuple[tuple[Role, str], ...]] = (
    (
        Role.TOO,
        """
        should be added, should be there, should be included, should be in there, needs to be added, must be added,
        belongs there, should be on there, should be listed, included, needs adding
        """,
    ),
    (
        Role.ADD,
        """
        should add, you should add, need to add, you need to add, i would add, id add, id also add, lets add, youre
        missing, you are missing, ur missing, forgot about, you forgot about, dont forget, dont forget about, need, we
        need, its got, it got, it also has
        """,
    ),
    (
        Role.REMOVE,
        """
        should remove, you should remove, i would remove, id remove, id drop, i would drop, lets remove, need to remove
        """,
    ),
    (Role.VOID, "too scary, too violent, too dark, too gory, unlike"),
    (
        Role.ASSERT | Role.SEEMS,
        """
        looks like, look like, looks, look, feels like, feels, seems, seems like, seems to be, appears to be, sounds
        like, comes across as, reads as, reads like
        """,
    ),
    (Role.STOP, "one of them, one of those is, some of them, some of those"),
    (
        Role.VOID,
        """
        youd think, you would think, one would think, marketed as, marketed, advertised as, sold as, disguised as
        """,
    ),
    (
        Role.ASSERT,
        """
        id go with, i would go with, ill go with, going with, gonna go with, im going with, go with, my guess is, my
        guess, my pick is, i would classify it as, i would classify this as, id classify this as, put it under, put this
        under, belongs in, belongs to, it belongs in, belongs in the, belongs to the, comes under, goes under, its in
        the, its of the, id label it, id label it as, id tag it as, i would label it, i would tag it as
        """,
    ),
    (
        Role.ASSERT,
        """
        change the genre to, change genre to, change the genres to, change genres to, change genres, change genre, set
        genre to, set genres to, set the genre to, set the genres to, set genres, set genre, update genres, update
        genres to, bump it to, raise it to, lower it to, up it to, bring it to, bump to, move it to, its, it is, it was,
        it s, this is, that is, thats, thatd be, this one is, that one is, these are, those are, theyre, they are, its
        a, tis, iz, this movie is, this film is, this poster is, the movie is, the film is, the poster is, that movie
        is, that film is, it is a, its really, its actually, should be, shouldve been, should have been, shoulda been,
        ought to be, must be, has to be, gotta be, has got to be, needs to be, got to be, can only be, supposed to be,
        meant to be, looks like, look like, looks, feels like, feels, seems, seems like, seems to be, appears to be,
        smells like, screams, reads as, reads like, sounds like, comes across as, gives, giving, it gives, gives off,
        more like, more of, more like its, more of a, closer to, rather like, nothing but, none other than, id call it,
        i would call it, id call this, call it, call this, i call it, id class it as, id classify it as, count it as,
        counts as, count as, qualifies as, make it, make that, make this, set it to, set to, change it to, change to,
        correct it to, fix it to, change that to, update it to, switch it to, put it down as, put down as, put it as,
        put, mark it as, mark as, mark it, tag it as, tag as, tag it, tagged as, tag this as, label it as, label as,
        label it, labelled as, labeled as, list it as, listed as, filed under, file under, file it under, classified as,
        classify it as, classify as, classed as, categorized as, categorised as, categorize as, considered, regarded as,
        known as, described as, falls under, turns out its, turns out to be, try, say, its more like, its more of, its
        more, its just, its just a, its both, i meant, meant, i mean its, be
        """,
    ),
    (
        Role.ADD,
        """
        right about, correct about, right on, right with, spot on with, nailed the, add, adding, added, plus, forgot,
        forgetting, you forgot, u forgot, missed, you missed, missed out, misses out, left out, you left out, needs,
        needed, include, includes, including, contains, has, have, it has, has got, got some, there is, theres, there
        are, more, much more, way more, a lot more, a bit more, should include, additionally, along with, you missed
        the, also add, should have, shouldve had, could use, add in, throw in, should also be, should also have, should
        also include, not only, not just, not merely, not simply, not solely, isnt just, isnt only, its not just, its
        not only, yes to, yes for, yeah to
        """,
    ),
    (
        Role.REMOVE,
        """
        take, take the, remove, removing, drop, delete, minus, less, much less, way less, a lot less, take out, take
        off, take away, get rid of, ditch, strike, cut, untag, deselect, uncheck, except, except for, excluding,
        exclude, excl, everything but, all but, bar, apart from, aside from, other than, besides, scrap, erase, no more
        """,
    ),
    (Role.IS, "is, are, was, were, equals"),
    (
        Role.TOO,
        """
        missing, is missing, are missing, is missing too, also, too, as well, aswell, additionally also, on top
        """,
    ),
    (Role.REPLACE, "replace, swap, switch, change, exchange, substitute, replace the, swap out"),
    (Role.INSTEAD, "instead of, rather than, in place of, as opposed to, in lieu of"),
    (Role.BECOMES, "->, becomes, should instead be"),
    (Role.WITH, "with"),
    (Role.INTO, "to, for, into, by"),
    (
        Role.FILLER | Role.AND,
        """
        and, n, und, et, y also, as well as, meets, cum, crossed with, mixed with, combined with, nd
        """,
    ),
    (Role.OR, "or, either, and or, or maybe, or perhaps"),
    (Role.BUT, "but, however, yet, although, whereas, while, but its"),
    (
        Role.STOP,
        """
        plot, acting, ending, soundtrack, cast, script, cinematography, trailer, director, actor, actors, font, colors,
        colours, because, cause, cuz, coz, bc, since, where, that has, that is about, who, whose, which, in which, from,
        by, after, before, during, set, set in, starring, directed, i, im, ive, we, he, she, my, your, youre, our,
        their, his, her, you, u, us, they, them, me, mine, than that, until, through, over, despite, not that
        """,
    ),
    (
        Role.VOID,
        """
        if, unless, too much, you said, you say, you says, you think, you thought, you think its, u said, bot said, bot
        says, bot thinks, it said, it says, you guessed, you predicted, predicted, guessed, i thought, i thought it was,
        i thought its, thought, thought it was, i wish, wish, i hope, hope, imagine, i like, i love, i hate, i want, i
        prefer, i enjoy, i watch, i watched, i saw, when, whenever, as if, used to be, would have been, i expected,
        expected, pretend, pretends to be, despite the, seen, said, claims, claimed, reminds me of, let me guess, wants
        to be, tries to be, trying to be, how is, how is this, how is that, hows, hows this, hows that, why, why is, who
        said, who says
        """,
    ),
    (
        Role.QUALITY,
        """
        bad, good, great, nice, cool, amazing, awesome, terrible, awful, horrible, best, worst, decent, solid, boring,
        typical, normal, traditional, usual, ordinary, conventional, regular, standard, average, better, worse, big,
        favorite, favourite, fan, fans
        """,
    ),
    (
        Role.QUESTION,
        """
        is it, is this, is that, isnt it, isnt this, isnt that, are you, arent you, does it, does this, doesnt it,
        doesnt this, do you, dont you, did you, was it, was this, what, whats, how, who, where, which, what about, how
        about, how come, shouldnt it be, shouldnt this be, wouldnt it be, couldnt it be, wasnt this, wasnt it, could it
        be, can it be, is there, are there, should i, should it be, aint this
        """,
    ),
    (Role.FILLER | Role.REQUEST, "can you, could you, would you, will you, can u, could u, can we, please can you"),
    (
        Role.GENRES,
        """
        genre, genres, tag, tags, label, labels, category, categories, classification, genre wise, genrewise, part, bit
        is, side, prediction, predictions, judgement, judgment, guess, verdict genres, genre is, genres are
        """,
    ),
)
