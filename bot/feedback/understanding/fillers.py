"""Words that say nothing of their own, but that may stand in a correction."""

from typing import Final

from bot.feedback.understanding.roles import Role

FILLERS: Final[tuple[tuple[Role, str], ...]] = (
    (
        Role.FILLER,
        """
        in this, in this one, in this movie, in this film, in that one, in here, in the movie, in the film, about this,
        about it, about this movie, of this, in this poster, a, an, the, some, any, it, this, that, these, those, one,
        ones, one of those, kind of, sort of, kind, sort, type, type of, kinda, sorta, bit of, a bit of, a bit, bit, a
        little, little, little bit of, lots of, a lot of, lot of, full of, a touch of, touch of, a hint of, hint of, a
        dash of, elements, element, elements of, mix, mix of, mixture of, blend, blend of, combo, combo of, combination
        of, hybrid, crossover, mashup, mashup of, piece of, masterpiece, classic, classics, story, tale, saga, romp,
        vibe, vibes, themed, style, based, fest, stuff, thing, pure, straight, straight up, straightup, proper, real,
        actual, actually, really, very, quite, rather, pretty, so, such, just, only, simply, mostly, mainly, primarily,
        largely, purely, definitely, defo, def, certainly, clearly, obviously, obvs, totally, completely, absolutely,
        literally, honestly, basically, essentially, fully, genuinely, technically, surely, undoubtedly, probably, prob,
        prolly, likely, most likely, i think, i guess, i believe, i reckon, i feel, i swear, i bet, i mean, pretty sure,
        im pretty sure, im sure, im certain, fairly sure, for sure, of course, ofc, no doubt, without a doubt, no
        question, by the way, btw, tbh, ngl, fwiw, fyi, afaik, iirc, rn, in fact, at heart, at its core, deep down, at
        all, whatsoever, in any way, anymore, here, there, then, now, though, tho, anyway, anyways, well, ok, okay,
        alright, all right, hey, hi, hello, hm, hmm, hmmm, um, uh, uhm, er, ah, oh, ooh, eh, lol, lmao, lmfao, rofl,
        haha, hahaha, heh, xd, omg, wtf, bruh, bro, dude, mate, guys, folks, buddy, pal, friend, sir, boss, bot, botto,
        judge, poster judge, my friend, dear, sorry, thanks, thank you, thx, ty, cheers, please, pls, plz, come on,
        cmon, duh, damn, wow, yikes, gosh, jeez, geez, ffs, smh, again, still, both, same, even, simple, main, mainly a,
        whole, entire, as, like, ish, y, esque, to be fair, to be honest, if anything, if you ask me, in my opinion, not
        bad, not too bad, not half bad, not too shabby, not terrible, no offense, no offence, no worries, no problem, i
        see, you know, you see, let me see, hands down, through and through, all the way, all day, period, end of story,
        full stop, too short, news to me, in short, long story short, good bot, bad bot, total, absolute, honest, note,
        answer, correction, edit, update, somewhere, hit, number one, easily, imo, imho, personally, for me, obviously
        a, tone, subgenre, sub genre, as such, per se, overall, exactly, precisely, though really, in general, i would
        say, i d say, id argue, id say, to me, in my book, in my eyes, believe me, trust me, you guys, to it, to the
        list, to the genres, to that, from it, from the list, from the genres, from that, in it, in there, of the
        genres, to the mix, on top of that, on the poster, from the poster, this time, overrated, underrated, yeah
        right, mystery to me, short answer, spoiler, spoilers, warning, family s, no cap, fr, frfr, deffo, the genre,
        gotta say, must say, i must say, have to say, i have to say, gonna say, im gonna say, going to say, the right
        answer, right answer, correct answer, the answer, the truth, truth, correct genre, right genre, correct genres,
        right genres, actual genre, real genre, true genre, correct score, right score, real score, actual score, true
        score, the one, right one, correct one, right film, right movie, correct film, correct movie, year, instead
        """,
    ),
    (
        Role.FILLER | Role.FILM,
        """
        movie, film, flick, picture, pic, poster, feature, title, cinema, half, equal parts, equal, nature, wildlife,
        travel, black and white, dark, gritty, gory, bloody, violent, campy, cheesy, trashy, slow burn, psychological,
        supernatural, paranormal, teen, teenage, american, british, english, french, german, italian, spanish, japanese,
        korean, chinese, indian, bollywood, hong kong, mexican, swedish, danish, australian, canadian, irish, russian,
        hollywood, disney, old, old school, oldschool, vintage, modern, contemporary, retro, new, low budget, big
        budget, animated style, fun, light, lighthearted, light hearted, quirky, raunchy, weird, surreal, gothic, silly,
        feel good, feelgood, hard boiled, hardboiled, spaghetti, foreign, full on, full blown, straightforward, genuine,
        textbook, good old, good ol, plain, plain old, plain and simple, legal, political, alien, space, robot, scary,
        spooky, creepy, prison, police, cop, dramatic, thrilling, mysterious, christmas, xmas, holiday, epic, indie,
        cult, silent, military, monster, survival, ghost, gore
        """,
    ),
    (Role.FILLER | Role.YES, "exactly, precisely, absolutely, definitely, totally, obviously"),
)
