"""Are the parties' shares of one stream interchangeable, as if dealt from one deck?

Strangers who share a text bring their own subjects to it: the variance between them is larger than
chance. A work queue deals one job to many accounts, so the shares differ by chance only. With
party means compared by a pooled one-way analysis of variance, F / (1 + n0·ρ/(1-ρ)) follows an F
distribution when the intraclass correlation is ρ (Donner 1986, random-effects model); averaging its
density over what ρ is for work queues and for strangers gives a likelihood ratio.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import stats

__all__ = ["QUEUE", "STRANGERS", "likelihoods", "queue_bits", "strangers"]

Floats = npt.NDArray[np.float64]

_GRID = np.array(
    [0.0, 0.003, 0.01, 0.02, 0.04, 0.07, 0.11, 0.16, 0.23, 0.32, 0.43, 0.56, 0.7, 0.85]
)
QUEUE = {
    "subjects": np.array([0.40, 0.25, 0.17, 0.10, 0.05, 0.03, 0, 0, 0, 0, 0, 0, 0, 0]),
    "clock": np.array([0.25, 0.15, 0.15, 0.15, 0.15, 0.10, 0.05, 0, 0, 0, 0, 0, 0, 0]),
    "days": np.array([0.30, 0.15, 0.15, 0.15, 0.12, 0.08, 0.05, 0, 0, 0, 0, 0, 0, 0]),
}
"""How often a work queue shows each ρ of the grid, by aspect: near zero, with some drift; work of
one hour comes in bursts."""
STRANGERS = {
    "subjects": np.array(
        [0.04, 0.03, 0.03, 0.04, 0.06, 0.09, 0.11, 0.13, 0.14, 0.13, 0.10, 0.06, 0.03, 0.01]
    ),
    "clock": np.array(
        [0.06, 0.03, 0.03, 0.03, 0.04, 0.05, 0.07, 0.09, 0.12, 0.14, 0.14, 0.11, 0.06, 0.03]
    ),
    "days": np.array(
        [0.05, 0.03, 0.04, 0.05, 0.08, 0.10, 0.12, 0.13, 0.13, 0.10, 0.07, 0.05, 0.03, 0.02]
    ),
}
"""The same for strangers who share a text, by aspect, before the operator's own traffic counts."""
_SHARDED = 0.3  # of the operators deal by subject, not at random
_PRIOR_GROUPS = 8.0  # the shipped null counts as much as this many groups of one's own


def likelihoods(
    f: Floats, n0: Floats, between: Floats, within: Floats, *, dimensions: float
) -> Floats:
    """Log density of each stream's F for every ρ of the grid; streams × grid.

    Args:
        f: Ratio of mean squares between and within parties.
        n0: Effective exchanges a party.
        between: Degrees of freedom between parties.
        within: Degrees of freedom within them.
        dimensions: How many independent numbers an exchange brings.
    """
    between, within = dimensions * np.maximum(between, 1), dimensions * np.maximum(within, 1)
    spread = 1 + n0[:, None] * (_GRID / (1 - _GRID))[None, :]
    density: Floats = stats.f.logpdf(f[:, None] / spread, between[:, None], within[:, None])
    bounded: Floats = np.maximum(density - np.log(spread), -1e4)
    return bounded


def strangers(log_density: Floats, weight: Floats, *, prior: Floats, rounds: int = 30) -> Floats:
    """What ρ is among the operator's own streams: a mixture over the grid, fitted by EM.

    The shipped prior stands in as a Dirichlet prior worth a few groups, so that a quiet log
    keeps it and a busy one replaces it (empirical Bayes, Kiefer and Wolfowitz 1956; Laird
    1978).

    Args:
        log_density: streams × grid, from `likelihoods`.
        weight: How much each stream counts; one community of accounts is about one stream.
        prior: One of STRANGERS.
        rounds: Steps of expectation and maximisation.
    """
    mixture: Floats = prior / prior.sum()
    shipped = _PRIOR_GROUPS * mixture
    shifted = np.exp(log_density - log_density.max(axis=1, keepdims=True, initial=-1e4))
    for _ in range(rounds):
        joint = shifted * mixture
        share = joint / np.maximum(joint.sum(axis=1, keepdims=True), 1e-300)
        counted = shipped + (share * weight[:, None]).sum(axis=0)
        mixture = counted / counted.sum()
    return mixture


def queue_bits(log_density: Floats, null: Floats, *, queue: Floats) -> Floats:
    """log2 likelihood ratio, work queue over strangers, for each stream.

    Args:
        log_density: streams × grid, from `likelihoods`.
        null: Probabilities over the grid of ρ for strangers.
        queue: One of QUEUE.
    """
    honest = _average(log_density, null / null.sum())
    dealt = np.clip((_average(log_density, queue) - honest) / np.log(2), -60, 60)
    # an operator may also give each account a subject of its own; then it looks like strangers
    bits: Floats = np.log2((1 - _SHARDED) * np.exp2(dealt) + _SHARDED)
    return bits


def _average(log_density: Floats, weight: Floats) -> Floats:
    used = weight > 0
    terms = log_density[:, used] + np.log(weight[used])
    top = terms.max(axis=1, keepdims=True, initial=-1e9)
    value: Floats = np.log(np.exp(terms - top).sum(axis=1)) + top[:, 0]
    return value
