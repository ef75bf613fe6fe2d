"""Groups that look like campaigns and were left alone, each with the reason."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from stillwatch.assess import Answer, Assessment, Step
from stillwatch.campaign import Ties
from stillwatch.campaign.brief import capital
from stillwatch.link import COMPARISONS
from stillwatch.pipeline.busy import busy_alone
from stillwatch.pipeline.judge import Judgement
from stillwatch.rollup import Tables
from stillwatch.schema.report import LookAlike

__all__ = ["left_alone"]

_NEAR = 12  # rows: groups that come nearest to a campaign …
_BIG = 10  # … the largest of the others …
_DECLARED = 5  # … and the largest customers with many accounts of their own
_LOOKS_LIKE = 0.25  # probability of either answer before a group is near
_LARGE = 10  # accounts
_AGAINST = -0.5  # counted bits from which a piece of evidence is a reason to spare
_TIE = 1.0  # bits
_PHRASES = {
    "payment": "that pay with the same instruments",
    "device": "on the same devices",
    "phone": "with the same phone numbers",
    "email": "with the same e-mail addresses",
    "credential": "with the same credentials",
    "session": "in the same conversations",
    "history": "with the same conversation histories",
    "image": "that send the same images",
    "client_ip": "at the same addresses",
    "client_net": "in the same networks",
    "signup_ip": "that signed up at the same addresses",
    "signup_net": "that signed up in the same networks",
    "cohort": "that signed up in one batch",
    "stream": "that send the same texts",
    "recipe": "that ask for the same kind of training data",
    "newcomers": "new to the texts that they share",
}


def left_alone(judged: Judgement, tables: Tables, *, report_at: float) -> list[LookAlike]:
    """Groups below `report_at`: the nearest to a campaign, the largest, declared and busy ones."""
    near: list[tuple[float, LookAlike]] = []
    large: list[LookAlike] = []
    for assessment, tied in zip(judged.assessments, judged.ties, strict=True):
        if assessment.probability >= report_at:
            continue
        row = _row(assessment, tied, tables)
        strongest = max(assessment.operator.probability, assessment.harvest.probability)
        if strongest >= _LOOKS_LIKE:
            near.append((strongest, row))
        elif row["accounts"] >= _LARGE:
            large.append(row)
    near.sort(key=lambda r: (-r[0], -r[1]["accounts"], r[1]["label"], r[1]["why"]))
    large += [row for _, row in near[_NEAR:] if row["accounts"] >= _LARGE]
    large.sort(key=lambda r: (-r["accounts"], -r["exchanges"], r["label"], r["why"]))
    groups = [*(row for _, row in near[:_NEAR]), *large[:_BIG]]
    return [*groups, *_declared(tables), *busy_alone(judged, tables, report_at=report_at)]


def _row(assessment: Assessment, tied: Ties, tables: Tables) -> LookAlike:
    accounts = assessment.group.accounts
    return {
        "label": _label(tied, len(accounts)),
        "accounts": len(accounts),
        "exchanges": int(tables.totals["exchanges"][accounts].sum()),
        "why": _why(assessment),
        "one_operator": assessment.operator.probability,
        "harvest": assessment.harvest.probability,
    }


def _declared(tables: Tables) -> list[LookAlike]:
    """Customers with many accounts: one operator, but openly, so they are no group of strangers."""
    size = np.bincount(tables.party, minlength=tables.parties)
    largest = np.lexsort((np.arange(len(size)), -size))[:_DECLARED]
    rows: list[LookAlike] = []
    for party in largest[size[largest] >= _LARGE]:
        accounts = np.flatnonzero(tables.party == party)
        rows.append(
            {
                "label": f"{len(accounts):,} accounts of one organisation",
                "accounts": len(accounts),
                "exchanges": int(tables.totals["exchanges"][accounts].sum()),
                "why": "They are openly one customer, so what they share is no sign of strangers"
                " who act as one. They would be judged together with others they work with.",
                "one_operator": None,
                "harvest": None,
            }
        )
    return rows


def _label(tied: Ties, accounts: int) -> str:
    shared = {kind: int((best > _TIE).sum()) for kind, best in tied.best.items()}
    ranked = sorted((-n, kind) for kind, n in shared.items() if n * 3 >= accounts)
    if any(kind in {"recipe", "newcomers"} for _, kind in ranked):
        ranked = [(n, kind) for n, kind in ranked if kind != "stream"]  # says the same, and less
    phrases = [_PHRASES.get(k, f"with the {COMPARISONS[k].meaning}") for _, k in ranked[:2]]
    return f"{accounts:,} accounts {' and '.join(phrases) or 'with many weak ties'}"


def _why(assessment: Assessment) -> str:
    """The strongest evidence for the accounts, or the question that too little speaks for."""
    steps = [*assessment.operator.steps, *assessment.harvest.steps]
    against = [s for s in steps if s.counted_bits < _AGAINST]
    if against:
        best = min(against, key=lambda s: (s.counted_bits, s.detector))
        return f"In their favour: {best.signal.reason}"
    weaker, other = sorted(
        (assessment.operator, assessment.harvest), key=lambda a: (a.probability, a.question)
    )
    return f"{_support(other.steps)} But too little shows that they {_lacking(weaker)}"


def _support(steps: Sequence[Step]) -> str:
    return capital(steps[0].signal.reason) if steps else "They share something."


def _lacking(answer: Answer) -> str:
    what = {"one_operator": "are one operator who poses as strangers", "harvest": "harvest"}
    shown = float(np.sum([s.counted_bits for s in answer.steps])) if answer.steps else 0.0
    return (
        f"{what[answer.question]}: {shown:.1f} bits of evidence,"
        f" where {-answer.prior_bits:.1f} make it as likely as not."
    ).replace("-", "−")
