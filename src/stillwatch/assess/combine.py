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

from stillwatch.assess.weights import weighed
from stillwatch.schema.results import FAMILY_QUESTION, Question, Signal

__all__ = ["Answer", "Step", "answer", "both", "prior_of", "probability"]

_BOTH, _OPERATOR_ONLY, _HARVEST_ONLY = -5.9, -8.0, -8.4  # bits
_SMALLER = 0.34  # bits less for each halving of the number of parties …
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


def _prior_bits(question: Question, prior: dict[tuple[bool, bool], float]) -> float:
    place = 0 if question == "one_operator" else 1
    yes = sum(p for answers, p in prior.items() if answers[place])
    return float(np.log2(yes / (1 - yes)))


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
        prior_bits: log2 odds before evidence.
        steps: Evidence, strongest first.
        total_bits: Prior plus counted bits.
    """

    question: Question
    prior_bits: float
    steps: tuple[Step, ...]
    total_bits: float

    @property
    def probability(self) -> float:
        """Of a yes, 0…1."""
        return probability(self.total_bits)


def both(operator: Answer, harvest: Answer, parties: int) -> float:
    """Probability, 0…1, that both answers are yes, from the joint prior and the counted bits."""
    o = operator.total_bits - operator.prior_bits
    h = harvest.total_bits - harvest.prior_bits
    odds = {k: np.log2(p) + o * k[0] + h * k[1] for k, p in prior_of(parties).items()}
    top = max(odds.values())
    weight = {k: np.exp2(v - top) for k, v in odds.items()}
    return float(weight[True, True] / sum(weight.values()))


def probability(bits: float) -> float:
    """Probability of log2 odds.

    >>> probability(0.0)
    0.5
    """
    return float(1.0 / (1.0 + np.exp2(-np.clip(bits, -60, 60))))


def answer(question: Question, signals: Sequence[tuple[str, str, Signal]], parties: int) -> Answer:
    """Add up the evidence of one question.

    Args:
        question: The question; signals of other families are ignored.
        signals: (detector, family, signal), in any order.
        parties: How many parties the group has.
    """
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
    steps.sort(key=lambda s: (-s.counted_bits, s.detector))
    prior = _prior_bits(question, prior_of(parties))
    total = prior + sum(s.counted_bits for s in steps)
    return Answer(question=question, prior_bits=prior, steps=tuple(steps), total_bits=total)
