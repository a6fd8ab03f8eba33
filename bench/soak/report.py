"""The soak in tables, as Markdown."""

from collections import Counter, defaultdict
from collections.abc import Sequence

from bench.soak.audit import Audit
from bench.soak.chaos import Made
from bench.soak.members import Sent


def recoveries(made: Sequence[Made], sent: Sequence[Sent]) -> dict[str, list[float]]:
    """Seconds from the end of each fault to the first judgement of a poster sent after it, by kind."""
    answered = [(one.fate.sent, one.fate.answered) for one in sent if one.fate.answered is not None]
    found = defaultdict(list)
    for fault in made:
        firsts = [when for began, when in answered if began >= fault.ended]
        found[fault.name].append(min(firsts) - fault.ended if firsts else float("nan"))
    return dict(found)


def report(made: Sequence[Made], sent: Sequence[Sent], audit: Audit) -> str:
    """All that is to be said."""
    lines = [
        f"{len(sent)} commands, {len(made)} faults, settled {audit.settled_after:.0f} s after the last command.",
        "",
    ]
    lines += ["| how commands ended | number |", "|---|---|"]
    lines += [f"| {end} | {number} |" for end, number in audit.ends.most_common()]
    waits = sorted(one.fate.answered - one.fate.sent for one in sent if one.fate.answered is not None)
    if waits:
        lines += [
            "",
            f"Judged after {_at(waits, 0.5):.1f} s (median), {_at(waits, 0.99):.1f} s (p99), {waits[-1]:.1f} s (all).",
        ]
    lines += ["", f"Answered twice: {audit.doubled}. Promises broken: {len(audit.wrong)}."]
    lines += [f"- {sentence}" for sentence in audit.wrong]
    if audit.left_thinking:
        told = ", ".join(f"{cause}: {number}" for cause, number in audit.left_thinking.items())
        lines.append(f'Left "thinking…" because Discord takes no more: {told}.')
    if audit.no_trace:
        during = Counter(_fault_at(made, sent_at) for sent_at in audit.no_trace)
        lines.append(f"Without a trace, by the fault: {', '.join(f'{name}: {n}' for name, n in during.items())}.")
    lines += ["", "| fault | times | recovery, median (s) | longest (s) |", "|---|---|---|---|"]
    for name, seconds in sorted(recoveries(made, sent).items()):
        ordered = sorted(seconds)
        lines.append(f"| {name} | {len(ordered)} | {_at(ordered, 0.5):.1f} | {ordered[-1]:.1f} |")
    return "\n".join(lines)


def _at(ordered: Sequence[float], share: float) -> float:
    """The value below which that share of the others lies."""
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def _fault_at(made: Sequence[Made], sent_at: float) -> str:
    """The fault that began last before the command was through."""
    return next((fault.name for fault in reversed(made) if fault.began < sent_at + 1.0), "none")
