"""Signals to bits to a probability: two questions, both of which need a yes.

*Is it one operator who poses as strangers?* is answered by coordination, identity, integrity and
intelligence; *is it harvesting?* by volume, structure and training value. A company is one operator
that does not harvest, a benchmark harvests openly as one customer; only a campaign is both. Since
each question draws on its own families, no family can accuse anybody alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from stillwatch.assess.weights import weighed
from stillwatch.schema.results import FAMILY_QUESTION, Question, Signal

__all__ = ["Answer", "Step", "answers", "both", "prior_of", "probability"]

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_BOTH, _OPERATOR_ONLY, _HARVEST_ONLY = -6.8, -7.3, -5.0  # bits
_SMALLER = 0.5  # bits less for each halving of the number of parties …
_MANY = 10  # … below so many: small groups that share means are households and teams


def prior_of(parties: int) -> dict[tuple[bool, bool], float]:
    """How often a linked group is (one covert operator, harvesting), before any evidence.

    The questions are not independent: strangers who harvest the same way together are rarer than
    one operator who does. Fitted with the weights of the evidence (`assess.weights`).
    """
    both = float(np.exp2(_BOTH + _SMALLER * np.log2(min(max(parties, 1), _MANY) / _MANY)))
    operator, harvest = float(np.exp2(_OPERATOR_ONLY)), float(np.exp2(_HARVEST_ONLY))
    return {
        (False, False): 1 - both - operator - harvest,
        (True, False): operator,
        (False, True): harvest,
        (True, True): both,
    }


_DISCOUNT = 0.5  # of the next strongest evidence of one family: it may have the same cause


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One piece of evidence in a waterfall.

    Attributes:
        detector: Which detector saw it.
        family: Its family.
        bits: What it would say alone.
        counted_bits: What is counted after weighing it and discounting its family.
        signal: The signal itself.
    """

    detector: str
    family: str
    bits: float
    counted_bits: float
    signal: Signal


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A question with its evidence.

    Attributes:
        question: Which one.
        prior_bits: log2 odds before its own evidence, where that of the other question leaves it.
        steps: Evidence, strongest first.
    """

    question: Question
    prior_bits: float
    steps: tuple[Step, ...]

    @property
    def evidence_bits(self) -> float:
        """What its own evidence adds up to."""
        return float(sum(s.counted_bits for s in self.steps))

    @property
    def total_bits(self) -> float:
        """log2 odds of a yes, after the evidence of both questions."""
        return self.prior_bits + self.evidence_bits

    @property
    def probability(self) -> float:
        """Of a yes, 0…1."""
        return probability(self.total_bits)


def answers(signals: Sequence[tuple[str, str, Signal]], parties: int) -> tuple[Answer, Answer]:
    """Is it one operator, and is it harvesting?

    Args:
        signals: (detector, family, signal), in any order.
        parties: How many parties the group has.
    """
    operator, harvest = _steps("one_operator", signals), _steps("harvest", signals)
    o = float(sum(s.counted_bits for s in operator))
    h = float(sum(s.counted_bits for s in harvest))
    with_harvest, with_operator = _joint(0.0, h, parties), _joint(o, 0.0, parties)
    yes = np.array(list(with_harvest)).T.astype(bool)
    from_harvest = np.array(list(with_harvest.values()))
    from_operator = np.array(list(with_operator.values()))
    return (
        Answer(question="one_operator", prior_bits=_odds(from_harvest, yes[0]), steps=operator),
        Answer(question="harvest", prior_bits=_odds(from_operator, yes[1]), steps=harvest),
    )


def both(operator: Answer, harvest: Answer, parties: int) -> float:
    """Probability, 0…1, that both answers are yes, from the joint prior and the counted bits."""
    odds = _joint(operator.evidence_bits, harvest.evidence_bits, parties)
    top = max(odds.values())
    weight = {k: np.exp2(v - top) for k, v in odds.items()}
    return float(weight[True, True] / sum(weight.values()))


def probability(bits: float) -> float:
    """Probability of log2 odds.

    >>> probability(0.0)
    0.5
    """
    return float(1.0 / (1.0 + np.exp2(-np.clip(bits, -60, 60))))


def _joint(operator: float, harvest: float, parties: int) -> dict[tuple[bool, bool], float]:
    """log2 weight of each pair of answers, given the bits of evidence for each yes."""
    return {
        k: float(np.log2(p)) + operator * k[0] + harvest * k[1]
        for k, p in prior_of(parties).items()
    }


def _odds(weights: Floats, yes: Flags) -> float:
    return float(np.logaddexp2.reduce(weights[yes]) - np.logaddexp2.reduce(weights[~yes]))


def _steps(question: Question, signals: Sequence[tuple[str, str, Signal]]) -> tuple[Step, ...]:
    """The evidence of one question, weighed and discounted; signals of others are ignored."""
    steps: list[Step] = []
    for family in sorted({f for _, f, _ in signals if FAMILY_QUESTION[f] == question}):
        for sign in (1.0, -1.0):
            own = [(d, s) for d, f, s in signals if f == family and s.bits * sign > 0]
            mine = [(weighed(d, s.bits), d, s) for d, s in own]
            mine.sort(key=lambda each: (-abs(each[0]), each[1]))
            steps += [
                Step(
                    detector=d,
                    family=family,
                    bits=s.bits,
                    counted_bits=bits * _DISCOUNT**i,
                    signal=s,
                )
                for i, (bits, d, s) in enumerate(mine)
            ]
    return tuple(sorted(steps, key=lambda s: (-s.counted_bits, s.detector)))
