"""Words that agree, deny, doubt or take back."""

from typing import Final

from bot.feedback.understanding.roles import Role

ATTITUDE_WORDS: Final[tuple[tuple[Role, str], ...]] = (
    (
        Role.REMOVE | Role.WRONG,
        """
        disagree with, i disagree with, disagree on, i disagree on, dont agree with, i dont agree with,
        do not agree with
        """,
    ),
    (Role.DOUBT, "not sure about, im not sure about, unsure about, not so sure about, im not so sure about"),
    (
        Role.WRONG,
        """
        should be removed, should be dropped, should be gone, needs to be removed, has to be removed, can be removed,
        must be removed, could be removed, needs removing
        """,
    ),
    (Role.WRONG, "none, none of those, none of these, none of them, none of that, none of the above, not any of those"),
    (
        Role.NOT,
        """
        not even close to, not close to, not, nt, and not, than, never, nor, neither, isnt it neither, hardly, barely,
        scarcely, aint, wasnt, arent, werent, isnt, not even, not really, not exactly, not quite, not actually, not
        particularly, not much of, not so much, not that much, not necessarily, not at all, far from, anything but,
        nothing like, nowhere near, cant be, cannot be, couldnt be, could not be, shouldnt be, should not be, shouldnt
        have been, wouldnt be, wont be, doesnt look like, does not look like, didnt look like, doesnt feel like, does
        not feel like, doesnt seem like, doesnt seem, does not seem, doesnt read as, doesnt count as, doesnt scream,
        dont see, dont see any, i dont see, i dont see any, didnt see any, doesnt have, doesnt have any, does not have,
        has no, have no, there is no, theres no, there isnt any, there isnt, theres not, there aint, contains no, zero,
        lacks, lacking, without, without any, anything other than, nix, def not, definitely not, certainly not,
        absolutely not, clearly not, obviously not, no to, no for, nope to
        """,
    ),
    (Role.YES | Role.ADD, "agree with, i agree with, agree on, i agree on"),
    (Role.WRONG | Role.REMOVE, "wrong about, wrong on, wrong with, off about, wrong to say"),
    (
        Role.YES,
        """
        nailed, nailed the genres, you nailed the genres, nailed the genre, id agree, i would agree, all good, yes, yep,
        yeah, yea, ya, yup, yupp, yess, yesss, yas, aye, si, oui, ja, true, agreed, agree, i agree, agree with, i agree
        with, totally agree, affirmative, indeed, bingo, bullseye, amen, facts, this is it, thats it, spot on, bang on,
        on point, on the money, on the nose, dead on, nailed it, you nailed it, you got it, got it, got it right, you
        got it right, got that right, got them right, got this right, got all of them right, you got them all, checks
        out, sounds right, looks right, seems right, sounds about right, about right, looks good to me, lgtm, cant argue
        with that, couldnt agree more, no notes, no complaints, ure right, youre right, you are right, ur right, youre
        correct, you are correct, thats right, that is right, thats correct, that is correct, thats true, it is right,
        its right, its correct, so true, very true, right on, you called it, called it, nice one thats right, confirm,
        confirmed, i confirm, can confirm, exactly right, agrees, verified, right as rain
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
        Role.DOUBT,
        """
        maybe, perhaps, possibly, might be, may be, could be, might, could, can be, would be, could also be, might also
        be, may also be, im not sure, not sure, not sure if, im not sure if, unsure, no idea, no idea if, no clue, idk,
        dunno, dont know, i dont know, not certain, hard to say, hard to tell, who knows, wondering, i wonder, wonder,
        could have been, borderline, arguably
        """,
    ),
    (Role.REMOVE | Role.UNDO, "remove that, remove my"),
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
