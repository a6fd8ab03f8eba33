"""The words of a correction that are no genres, by what they do. Spelt as after cleaning: small, without hyphens and apostrophes."""

from typing import Final

from bot.feedback.understanding.roles import Role

WORDS: Final[tuple[tuple[Role, str], ...]] = (
    (
        Role.ASSERT,
        "change the genre to, change genre to, change the genres to, change genres to, change genres, change genre, "
        "set genre to, set genres to, set the genre to, set the genres to, set genres, set genre, update genres, "
        "update genres to",
    ),
    (
        Role.FILLER,
        "in this, in this one, in this movie, in this film, in that one, in here, in the movie, in the film, about this, "
        "about it, about this movie, of this, in this poster",
    ),
    (Role.NOT, "not even close to, not close to"),
    (Role.ADD | Role.YES, "agree with, i agree with, agree on, i agree on"),
    (Role.ADD, "right about, correct about, right on, right with, spot on with, nailed the"),
    (Role.REMOVE | Role.WRONG, "wrong about, wrong on, wrong with, off about, wrong to say"),
    (Role.REMOVE, "take, take the"),
    (Role.YES, "nailed, nailed the genres, you nailed the genres, nailed the genre, id agree, i would agree, all good"),
    (Role.IMDB | Role.ASSERT, "imdb gave it, imdb gives it, imdb give it, imdb gives, imdb rates it"),
    (
        Role.FILLER,
        """
        a, an, the, some, any, it, this, that, these, those, one, ones, one of those, kind of, sort of, kind, sort,
        type, type of, kinda, sorta, bit of, a bit of, a bit, bit, a little, little, little bit of, lots of, a lot of,
        lot of, full of, a touch of, touch of, a hint of, hint of, a dash of, elements, element, elements of, mix, mix
        of, mixture of, blend, blend of, combo, combo of, combination of, hybrid, crossover, mashup, mashup of, piece
        of, masterpiece, classic, classics, story, tale, saga, romp, vibe, vibes, themed, style, based, fest, stuff,
        thing, pure, straight, straight up, straightup, proper, real, actual, actually, really, very, quite, rather,
        pretty, so, such, just, only, simply, mostly, mainly, primarily, largely, purely, definitely, defo, def,
        certainly, clearly, obviously, obvs, totally, completely, absolutely, literally, honestly, basically,
        essentially, fully, genuinely, technically, surely, undoubtedly, probably, prob, prolly, likely, most likely, i
        think, i guess, i believe, i reckon, i feel, i swear, i bet, i mean, pretty sure, im pretty sure, im sure, im
        certain, fairly sure, for sure, of course, ofc, no doubt, without a doubt, no question, by the way, btw, tbh,
        ngl, fwiw, fyi, afaik, iirc, rn, in fact, at heart, at its core, deep down, at all, whatsoever, in any way,
        anymore, here, there, then, now, though, tho, anyway, anyways, well, ok, okay, alright, all right, hey, hi,
        hello, hm, hmm, hmmm, um, uh, uhm, er, ah, oh, ooh, eh, lol, lmao, lmfao, rofl, haha, hahaha, heh, xd, omg, wtf,
        bruh, bro, dude, mate, guys, folks, buddy, pal, friend, sir, boss, bot, botto, judge, poster judge, my friend,
        dear, sorry, thanks, thank you, thx, ty, cheers, please, pls, plz, come on, cmon, duh, damn, wow, yikes, gosh,
        jeez, geez, ffs, smh, again, still, both, same, even, simple, first, second, main, mainly a, whole, entire, as,
        like, ish, y, esque, to be fair, to be honest, if anything, if you ask me, in my opinion, not bad, not too bad,
        not half bad, not too shabby, not terrible, no offense, no offence, no worries, no problem, i see, you know, you
        see, let me see, hands down, through and through, all the way, all day, period, end of story, full stop, too
        short, news to me, in short, long story short, good bot, bad bot, total, absolute, honest, note, answer,
        correction, edit, update, somewhere, hit, number one, easily, imo, imho, personally, for me, obviously a, tone,
        subgenre, sub genre, as such, per se, overall, exactly, precisely, though really, in general, i would say, i d
        say, id argue, id say, to me, in my book, in my eyes, believe me, trust me, you guys, to it, to the list, to the
        genres, to that, from it, from the list, from the genres, from that, in it, in there, of the genres, to the mix,
        on top of that, on the poster, from the poster, this time, overrated, underrated, yeah right, mystery to me,
        short answer, spoiler, spoilers, warning, family s, no cap, fr, frfr, deffo, the genre, gotta say, must say, i
        must say, have to say, i have to say, gonna say, im gonna say, going to say, the right answer, right answer,
        correct answer, the answer, the truth, truth, correct genre, right genre, correct genres, right genres, actual
        genre, real genre, true genre, correct score, right score, real score, actual score, true score, the one, right
        one, correct one, right film, right movie, correct film, correct movie, year
        """,
    ),
    (
        Role.FILLER | Role.FILM,
        """
        movie, film, flick, picture, pic, poster, feature, title, cinema, half, equal parts, equal, nature, wildlife,
        travel, dark, gritty, gory, bloody, violent, campy, cheesy, trashy, slow burn, psychological, supernatural,
        paranormal, teen, teenage, american, british, english, french, german, italian, spanish, japanese, korean,
        chinese, indian, bollywood, hong kong, mexican, swedish, danish, australian, canadian, irish, russian,
        hollywood, disney, old, old school, oldschool, vintage, modern, contemporary, retro, new, low budget, big
        budget, animated style, fun, light, lighthearted, light hearted, quirky, raunchy, weird, surreal, gothic, silly,
        feel good, feelgood, hard boiled, hardboiled, spaghetti, foreign, full on, full blown, straightforward, genuine,
        textbook, good old, good ol, plain, plain old, plain and simple, legal, political, alien, space, robot, scary,
        spooky, creepy, prison, police, cop, dramatic, thrilling, mysterious, christmas, xmas, holiday, epic, indie,
        cult, silent, military, monster, survival, ghost, gore
        """,
    ),
    (
        Role.ASSERT,
        """
        bump it to, raise it to, lower it to, up it to, bring it to, bump to, move it to, its, it is, it was, it s, this
        is, that is, thats, thatd be, this one is, that one is, these are, those are, theyre, they are, its a, tis, iz,
        this movie is, this film is, this poster is, the movie is, the film is, the poster is, that movie is, that film
        is, it is a, its really, its actually, should be, shouldve been, should have been, shoulda been, ought to be,
        must be, has to be, gotta be, has got to be, needs to be, got to be, can only be, supposed to be, meant to be,
        looks like, look like, looks, feels like, feels, seems, seems like, seems to be, appears to be, smells like,
        screams, reads as, reads like, sounds like, comes across as, gives, giving, it gives, gives off, more like, more
        of, more like its, more of a, closer to, rather like, nothing but, none other than, id call it, i would call it,
        id call this, call it, call this, i call it, id class it as, id classify it as, count it as, counts as, count
        as, qualifies as, make it, make that, make this, set it to, set to, change it to, change to, correct it to, fix
        it to, change that to, update it to, switch it to, put it down as, put down as, put it as, put, mark it as, mark
        as, mark it, tag it as, tag as, tag it, tagged as, tag this as, label it as, label as, label it, labelled as,
        labeled as, list it as, listed as, filed under, file under, file it under, classified as, classify it as,
        classify as, classed as, categorized as, categorised as, categorize as, considered, regarded as, known as,
        described as, falls under, turns out its, turns out to be, try, say, its more like, its more of, its more, its
        just, its just a, its both, i meant, meant, i mean its, be
        """,
    ),
    (Role.IS, "is, are, was, were, equals"),
    (
        Role.NOT,
        """
        not, nt, and not, than, never, nor, neither, isnt it neither, hardly, barely, scarcely, aint, wasnt, arent,
        werent, isnt, not even, not really, not exactly, not quite, not actually, not particularly, not much of, not so
        much, not that much, not necessarily, not at all, far from, anything but, nothing like, nowhere near, cant be,
        cannot be, couldnt be, could not be, shouldnt be, should not be, shouldnt have been, wouldnt be, wont be, doesnt
        look like, does not look like, didnt look like, doesnt feel like, does not feel like, doesnt seem like, doesnt
        seem, does not seem, doesnt read as, doesnt count as, doesnt scream, dont see, dont see any, i dont see, i dont
        see any, didnt see any, doesnt have, doesnt have any, does not have, has no, have no, there is no, theres no,
        there isnt any, there isnt, theres not, there aint, contains no, zero, lacks, lacking, without, without any,
        anything other than, nix, def not, definitely not, certainly not, absolutely not, clearly not, obviously not
        """,
    ),
    (
        Role.DENY,
        """
        dont think, i dont think, do not think, i do not think, i doubt, doubt, dont believe, i dont believe, wouldnt
        say, i wouldnt say, would not say, i would not say, wouldnt call, wouldnt call it, i wouldnt call it, i wouldnt
        call this, wouldnt call that, would not call it, i would not call it, id never call it, id hardly call it, dont
        call it, no way, in no way, by no means, no chance, dont consider it, i wouldnt consider it, wouldnt class it
        as, wouldnt describe it as, never would i call it, not convinced, cant call it, cant see how, dont see how, id
        not call it
        """,
    ),
    (Role.NO, "no"),
    (
        Role.WRONG,
        """
        wrong, incorrect, nope, nah, nay, nuh uh, naw, nein, non, false, inaccurate, mistaken, mistake, nonsense,
        rubbish, bs, bullshit, i disagree, disagree, disagreed, dont agree, i dont agree, do not agree, not correct, not
        right, not true, not accurate, not it, not that, not quite right, isnt right, isnt correct, isnt it chief, aint
        it, aint right, arent right, arent correct, wasnt right, not a fit, way off, off, so off, miles off, off base,
        totally off, missed, missed it, you missed, you missed it, bad call, bad guess, bad take, doesnt fit, doesnt
        belong, does not belong, does not fit, doesnt apply, doesnt make sense, makes no sense, shouldnt be there,
        should not be there, shouldnt be here, needs to go, has to go, must go, should go, can go, got it wrong, all
        wrong, dead wrong, try again, almost, nearly, almost right, almost correct, nearly right, half right, half
        correct, partly right, partially right, partially correct, partly correct, partially, partly, mostly right,
        mostly correct, close, so close, close enough not, close but no cigar, no cigar, not quite, wrong genre, wrong
        genres, misses, i dont think so, dont think so, not really no
        """,
    ),
    (
        Role.WRONG | Role.SCORE,
        """
        too high, too low, too generous, too harsh, way too high, way too low, far too high, far too low, a bit high, a
        bit low
        """,
    ),
    (
        Role.YES,
        """
        yes, yep, yeah, yea, ya, yup, yupp, yess, yesss, yas, aye, si, oui, ja, true, agreed, agree, i agree, agree
        with, i agree with, totally agree, affirmative, indeed, bingo, bullseye, amen, facts, this is it, thats it, spot
        on, bang on, on point, on the money, on the nose, dead on, nailed it, you nailed it, you got it, got it, got it
        right, you got it right, got that right, got them right, got this right, got all of them right, you got them
        all, checks out, sounds right, looks right, seems right, sounds about right, about right, looks good to me,
        lgtm, cant argue with that, couldnt agree more, no notes, no complaints, ure right, youre right, you are right,
        ur right, youre correct, you are correct, thats right, that is right, thats correct, that is correct, thats
        true, it is right, its right, its correct, so true, very true, right on, you called it, called it, nice one
        thats right, confirm, confirmed, i confirm, can confirm, exactly right, agrees, verified, right as rain
        """,
    ),
    (Role.FILLER | Role.YES, "exactly, precisely, absolutely, definitely, totally, obviously"),
    (
        Role.RIGHT,
        """
        right, correct, accurate, perfect, fits, fit, is spot on, good as is, fine as is, perfectly, flawless, legit,
        belongs, works, stays, can stay, should stay
        """,
    ),
    (
        Role.ALL,
        """
        all, everything, everythings, all of it, all of them, all of that, everything else, rest, the rest, alls
        """,
    ),
    (
        Role.ADD,
        """
        add, adding, added, plus, forgot, forgetting, you forgot, u forgot, missed, you missed, missed out, misses out,
        left out, you left out, needs, needed, include, includes, including, contains, has, have, it has, has got, got
        some, there is, theres, there are, more, much more, way more, a lot more, a bit more, should include,
        additionally, along with, you missed the, also add, should have, shouldve had, could use, add in, throw in,
        should also be, should also have, should also include, not only, not just, not merely, not simply, not solely,
        isnt just, isnt only, its not just, its not only
        """,
    ),
    (Role.NOT, "no to, no for, nope to"),
    (Role.ADD, "yes to, yes for, yeah to"),
    (
        Role.TOO,
        """
        missing, is missing, are missing, is missing too, also, too, as well, aswell, additionally also, on top
        """,
    ),
    (
        Role.REMOVE,
        """
        remove, removing, drop, delete, minus, less, much less, way less, a lot less, take out, take off, take away, get
        rid of, ditch, strike, cut, untag, deselect, uncheck, except, except for, excluding, exclude, excl, everything
        but, all but, bar, apart from, aside from, other than, besides, scrap, erase, no more
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
    (Role.BUT, "but, however, yet, although, whereas, while, but its, but also"),
    (Role.FILLER, "instead"),
    (Role.STOP | Role.ROUGHLY, "about, around, circa, roughly, approximately, approx, at, in, of, on"),
    (Role.BOUND | Role.STOP, "between"),
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
        Role.DOUBT,
        """
        maybe, perhaps, possibly, might be, may be, could be, might, could, can be, would be, could also be, might also
        be, may also be, im not sure, not sure, not sure if, im not sure if, unsure, no idea, no idea if, no clue, idk,
        dunno, dont know, i dont know, not certain, hard to say, hard to tell, who knows, wondering, i wonder, wonder,
        could have been, borderline, arguably
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
    (
        Role.SCORE,
        """
        score, scores, scored, rating, rated, ratings, rate, rates, points, point, pts, grade, mark is, verdict, number,
        scoring
        """,
    ),
    (Role.IMDB, "imdb, imdbs, imbd, imbds, idmb, imdb score, imdb rating, on imdb, imdb com, imdp"),
    (
        Role.IMDB | Role.ASSERT,
        """
        imdb says, imdb has it as, imdb lists it as, imdb lists, imdb says its, according to imdb, imdb has it at, imdb
        has, imdb calls it, per imdb, imdb classifies it as
        """,
    ),
    (
        Role.OWN,
        """
        gonna give, gonna give it, gonna give this, giving it, strong, easy, id give, id give it, id give this, i give,
        i give it, i gave, i gave it, i would give it, i would give, id rate, id rate it, i rate, i rate it, i rated, i
        rated it, i would rate it, i scored it, from me, would watch, would recommend, deserves, deserved, worth, solid,
        ill give, ill give it, ill give this, we gave it, gets a, personal, i personally, my vote,
        would watch again, my rating, my score
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
        Role.BOUND | Role.STOP,
        """
        over, above, under, below, less than, more than, at least, at most, higher than, lower than, greater than, no
        more than, no less than, up to, minimum, maximum, min of, max, better than, worse than, not more than, not less
        than, close to, nearly, almost, higher, lower, beneath
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
    (Role.UNDO | Role.REMOVE, "remove that, remove my"),
    (
        Role.RESTART,
        """
        no wait, wait no, wait actually, wait, scratch that, strike that, nvm, nvmd, never mind, nevermind, or rather,
        hold on, correction
        """,
    ),
    (
        Role.UNDO,
        """
        i want to undo, want to undo, id like to undo, undo, undo that, undo it, undo this, never mind, nevermind, nvm,
        nvmd, scratch that, scratch it, take that back, take it back, i take that back, i take it back, i take back,
        take back, forget it, forget that, forget what i said, forget i said anything, cancel that, cancel, revert,
        revert that, revert it, disregard, disregard that, disregard my, ignore that, ignore me, ignore my, ignore what
        i said, strike that, undo my, delete that, no wait i, i was wrong, i was mistaken, my mistake, undo please,
        retract, retract that, roll back, rollback, un do, undo last, unsay that
        """,
    ),
)
"""Where a word stands in several rows, it does all of that. The longest phrase wins."""
