"""What is believed of each group and each account, with the evidence that it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from stillwatch.assess.combine import Answer, answer, both, probability
from stillwatch.schema.results import Group, Signal

__all__ = ["Assessment", "assess"]

Floats = npt.NDArray[np.float64]

_PROOF_BITS = 12.0  # one deterministic proof stands for what the statistics lack
_PROVEN = 0.99
_TEMPER = 0.8  # ties of one account go together: they count for less than their sum
_SPEAKS = 2.0  # bits that the families of a question must add before they support a yes
_NO_HARVEST = 0.85  # nobody is named where the work itself says nothing of a harvest
_NO_OPERATOR = 0.65  # and without an operator there is nothing to report
_MARGIN = -1.0
_WANTED = 2.0  # bits of what a training set wants: a firm's pipeline has long answers, too
_VALUED = 1.0  # the same, to report without naming, where the operator is plain
_HIDDEN = 4.0  # bits for one operator without it: a content farm or annotators have fewer
_ACTING = 1.0  # bits of acting as one: a team that never said so shares its card, too
_IN_FAVOUR = 0.5  # counted bits from which a family is named among the evidence
_UNSUPPORTED = 0.3  # without a family on each side nobody is accused, whatever the sum


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """A group with the answers to both questions.

    Attributes:
        group: The accounts.
        operator: Is it one operator who poses as strangers?
        harvest: Is it harvesting?
        parties: How many different customers the accounts say they are.
        probability: That both are true, 0…1.
        member_probability: By account of the group: that the group is a campaign and it takes part.
        families: Families with counted evidence in favour.
    """

    group: Group
    operator: Answer
    harvest: Answer
    parties: int
    probability: float
    member_probability: Floats
    families: tuple[str, ...]


def assess(
    group: Group,
    signals: Sequence[tuple[str, str, Signal]],
    tie_bits: Floats,
    parties: int,
) -> Assessment:
    """Answer both questions for one group.

    Args:
        group: The accounts.
        signals: (detector, family, signal) of every detector that had something to say.
        parties: How many different customers the accounts say they are.
        tie_bits: By account, log2 odds that it takes part if the group is a campaign.
    """
    operator = answer("one_operator", signals, parties)
    harvest = answer("harvest", signals, parties)
    certainty = both(operator, harvest, parties)
    if not (_speaks(operator) and _speaks(harvest)):
        certainty = min(certainty, _UNSUPPORTED)
    worth = _said(harvest, "training_value")
    acts = _said(operator, "coordination", "integrity", "intelligence")
    if harvest.total_bits < _MARGIN or worth < _WANTED:
        certainty = min(certainty, _NO_HARVEST)
    plain = operator.total_bits >= (0 if worth >= _VALUED else _HIDDEN)
    if not plain or (acts < _ACTING and worth < _WANTED):
        certainty = min(certainty, _NO_OPERATOR)
    if any(f == "integrity" and s.bits >= _PROOF_BITS for _, f, s in signals):
        certainty = max(certainty, _PROVEN * operator.probability)
    member = np.array([probability(_TEMPER * float(b)) for b in tie_bits]) * certainty
    families = sorted(
        {s.family for a in (operator, harvest) for s in a.steps if s.counted_bits > _IN_FAVOUR}
    )
    return Assessment(
        group=group,
        operator=operator,
        harvest=harvest,
        parties=parties,
        probability=certainty,
        member_probability=member,
        families=tuple(families),
    )


def _said(given: Answer, *families: str) -> float:
    """Counted bits in favour, of these families."""
    return sum(s.counted_bits for s in given.steps if s.family in families and s.counted_bits > 0)


def _speaks(given: Answer) -> bool:
    by_family: dict[str, float] = {}
    for step in given.steps:
        by_family[step.family] = by_family.get(step.family, 0.0) + step.counted_bits
    return sum(bits for bits in by_family.values() if bits > 0) >= _SPEAKS
