"""Honest accounts that were accused, in total and by kind, and victims taken for attackers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scipy import stats

from stillwatch.bench.observed import Observed
from stillwatch.bench.truth import Truth

__all__ = [
    "Accusations",
    "KindScore",
    "combined",
    "per_100k",
    "pool",
    "score_accusations",
    "upper_per_100k",
]

_CONFIDENCE = 0.95
_SPARED = frozenset({"observe", "tag", "notify_owner"})
"""Actions that take nothing from an account."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KindScore:
    """Honest accounts of one kind.

    Attributes:
        kind: Its name.
        accounts: How many there are.
        named: How many have a probability at or above `named_at`.
        reported: How many stand in a reported campaign, at whatever probability of their own.
        highest: The highest probability among them, 0..1.
        per_100k: Named, of 100,000.
        upper_per_100k: Upper end of the one-sided 95 % interval of Clopper and Pearson (with none
            named about 3 in `accounts`, the rule of three), as if accounts erred independently.
    """

    kind: str
    accounts: int
    named: int
    reported: int
    highest: float
    per_100k: float
    upper_per_100k: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Accusations:
    """False accusations in one or several worlds.

    Attributes:
        total: All honest accounts as one kind.
        kinds: By kind, by name.
        victims: Owners of stolen keys.
        victims_accused: Of them, those at or above `named_at` for whom more than telling them is
            recommended.
    """

    total: KindScore
    kinds: tuple[KindScore, ...]
    victims: int
    victims_accused: int


def score_accusations(
    truth: Truth, observed: Observed, *, named_at: float, report_at: float
) -> Accusations:
    """False accusations of one run."""
    kind = dict(zip(truth.ids.tolist(), truth.kind.tolist(), strict=True))
    size = Counter(kind[a] for a in truth.honest)
    named = Counter(
        kind[a] for a, p in observed.probability.items() if p >= named_at and a in truth.honest
    )
    groups = [g.members for g in observed.groups if g.probability >= report_at]
    members = frozenset[str]().union(*groups) & truth.honest
    reported = Counter(kind[a] for a in members)
    highest: dict[str, float] = {}
    for a, p in observed.probability.items():
        if a in truth.honest:
            highest[kind[a]] = max(highest.get(kind[a], 0.0), p)
    kinds = tuple(
        _kind(k, size[k], named[k], reported[k], highest.get(k, 0.0)) for k in sorted(size)
    )
    accused = [
        v
        for v in truth.victims
        if observed.probability.get(v, 0.0) >= named_at
        and observed.action.get(v, "observe") not in _SPARED
    ]
    return Accusations(
        total=_total(kinds), kinds=kinds, victims=len(truth.victims), victims_accused=len(accused)
    )


def pool(worlds: Sequence[Accusations]) -> Accusations:
    """The accusations of several worlds, counts added up."""
    by_kind: dict[str, list[KindScore]] = {}
    for world in worlds:
        for k in world.kinds:
            by_kind.setdefault(k.kind, []).append(k)
    kinds = tuple(combined(name, by_kind[name]) for name in sorted(by_kind))
    return Accusations(
        total=_total(kinds),
        kinds=kinds,
        victims=sum(w.victims for w in worlds),
        victims_accused=sum(w.victims_accused for w in worlds),
    )


def _total(kinds: Sequence[KindScore]) -> KindScore:
    return combined("all honest accounts", kinds)


def combined(name: str, rows: Iterable[KindScore]) -> KindScore:
    """Several kinds, or one kind of several worlds, as one."""
    rows = list(rows)
    return _kind(
        name,
        sum(r.accounts for r in rows),
        sum(r.named for r in rows),
        sum(r.reported for r in rows),
        max((r.highest for r in rows), default=0.0),
    )


def _kind(name: str, accounts: int, named: int, reported: int, highest: float) -> KindScore:
    return KindScore(
        kind=name,
        accounts=accounts,
        named=named,
        reported=reported,
        highest=highest,
        per_100k=per_100k(named, accounts),
        upper_per_100k=upper_per_100k(named, accounts),
    )


def per_100k(count: int, of: int) -> float:
    """A count as a rate.

    >>> per_100k(1, 50_000)
    2.0
    """
    return 100_000 * count / max(of, 1)


def upper_per_100k(count: int, of: int) -> float:
    """Upper end of the one-sided 95 % Clopper-Pearson interval.

    >>> round(upper_per_100k(0, 100_000), 1)
    3.0
    """
    if count >= of:
        return 100_000.0
    return 100_000 * float(stats.beta.ppf(_CONFIDENCE, count + 1, of - count))
