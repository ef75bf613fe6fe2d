"""What is believed of each group and each account, with the evidence that it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from stillwatch.assess.combine import Answer, answers, both, probability
from stillwatch.schema.results import Group, Signal

__all__ = ["Assessment", "assess"]

Floats = npt.NDArray[np.float64]

_PROOF_BITS = 12.0  # one deterministic proof stands for what the statistics lack
_PROVEN = 0.99
_TEMPER = 0.8  # ties of one account go together: they count for less than their sum
_SPEAKS = 2.0  # bits that the families of a question must show before they support a yes
_UNWORTHY = 0.85  # nobody is named where little says that a training set wants the answers …
_WANTED = 1.8  # … in bits: a firm's pipeline has long answers, too
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
    operator, harvest = answers(signals, parties)
    certainty = both(operator, harvest, parties)
    if not (_speaks(operator) and _speaks(harvest)):
        certainty = min(certainty, _UNSUPPORTED)
    if _said(harvest, "training_value") < _WANTED:
        certainty = min(certainty, _UNWORTHY)
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


def _said(given: Answer, family: str) -> float:
    """Counted bits in favour, of this family."""
    return sum(s.counted_bits for s in given.steps if s.family == family and s.counted_bits > 0)


def _speaks(given: Answer) -> bool:
    """Whether the families of a question show enough, each by its strongest detector alone."""
    strongest: dict[str, float] = {}
    for step in given.steps:
        strongest[step.family] = max(strongest.get(step.family, 0.0), step.bits)
    return sum(strongest.values()) >= _SPEAKS
