"""Groups that look like campaigns and were left alone, each with the reason."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from stillwatch.assess import Assessment, Step
from stillwatch.campaign import Ties
from stillwatch.link import COMPARISONS
from stillwatch.pipeline.judge import Judgement
from stillwatch.rollup import Tables
from stillwatch.schema.report import LookAlike

__all__ = ["left_alone"]

_SHOWN = 15
_LOOKS_LIKE = 0.25  # probability of either answer before a group is worth a line
_LARGE = 20  # accounts
_AGAINST = -0.5  # counted bits from which a piece of evidence is a reason to spare


def left_alone(judged: Judgement, tables: Tables, *, report_at: float) -> list[LookAlike]:
    """Groups below `report_at` that one question or their size makes conspicuous."""
    rows: list[tuple[float, LookAlike]] = []
    for assessment, tied in zip(judged.assessments, judged.ties, strict=True):
        strongest = max(assessment.operator.probability, assessment.harvest.probability)
        accounts = assessment.group.accounts
        if assessment.probability >= report_at:
            continue
        if strongest < _LOOKS_LIKE and len(accounts) < _LARGE:
            continue
        row: LookAlike = {
            "label": _label(tied, len(accounts)),
            "accounts": len(accounts),
            "exchanges": int(tables.totals["exchanges"][accounts].sum()),
            "why": _why(assessment),
            "one_operator": assessment.operator.probability,
            "harvest": assessment.harvest.probability,
        }
        rows.append((strongest, row))
    rows.sort(key=lambda r: (-r[0], -r[1]["accounts"], r[1]["label"]))
    return [row for _, row in rows[:_SHOWN]]


def _label(tied: Ties, accounts: int) -> str:
    shared = {kind: int((best > 1).sum()) for kind, best in tied.best.items()}
    ranked = sorted((-n, kind) for kind, n in shared.items() if n * 3 >= accounts)
    words = [COMPARISONS[kind].meaning.removeprefix("same ") for _, kind in ranked[:3]]
    return (
        f"{accounts:,} accounts with the same {' and '.join(words)}"
        if words
        else f"{accounts:,} accounts"
    )


def _why(assessment: Assessment) -> str:
    """The strongest evidence for the accounts, or the question that nothing speaks for."""
    steps = [*assessment.operator.steps, *assessment.harvest.steps]
    against = [s for s in steps if s.counted_bits < _AGAINST]
    if against:
        best = min(against, key=lambda s: (s.counted_bits, s.detector))
        return f"Against it ({best.counted_bits:+.1f} bits): {best.signal.reason}"
    weaker, other = sorted(
        (assessment.operator, assessment.harvest), key=lambda a: (a.probability, a.question)
    )
    lacking = (
        "little shows one operator who poses as strangers"
        if weaker.question == "one_operator"
        else "little shows that they harvest"
    )
    return f"{_support(other.steps)} But {lacking}: {_weak(weaker.steps)}"


def _support(steps: Sequence[Step]) -> str:
    return steps[0].signal.reason if steps else "They share something."


def _weak(steps: Sequence[Step]) -> str:
    total = float(np.sum([s.counted_bits for s in steps])) if steps else 0.0
    return f"{total:+.1f} bits in all, too few to accuse anybody."
