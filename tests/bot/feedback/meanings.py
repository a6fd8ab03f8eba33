"""What a message means, written in one line, so that tables of messages can be read.

"Comedy, Horror" are all genres, "+Crime -Drama" a change; "6.4" is a score and "tt0114369" a film; "agrees" and "undo"
say so; "?whose_score" is a problem, with what it suggests in brackets; nothing is the empty line. Between parts: "; ".
"""

from bot.feedback.understanding import Understood


def meaning(understood: Understood) -> str:
    parts: list[str] = []
    if understood.genres is not None and understood.genres.stated:
        parts.append(", ".join(understood.genres.stated))
    elif understood.genres is not None:
        parts.append(
            " ".join(
                [f"+{name}" for name in understood.genres.added] + [f"-{name}" for name in understood.genres.removed]
            )
        )
    if understood.score is not None:
        parts.append(f"{understood.score:.1f}")
    if understood.imdb_id is not None:
        parts.append(understood.imdb_id)
    parts += ["agrees"] * understood.agrees + ["undo"] * understood.undo
    for problem in understood.problems:
        parts.append(f"?{problem.kind}" + (f" ({', '.join(problem.suggestions)})" if problem.suggestions else ""))
    return "; ".join(parts)
