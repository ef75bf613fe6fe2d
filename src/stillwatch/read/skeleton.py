"""The masked template that a few accounts share, for people: fixed words stay, the rest is a gap.

Plain Python over a handful of exemplars that the operator may look at; never on the hot path.
"""

from __future__ import annotations

from collections import Counter
from difflib import SequenceMatcher

from stillwatch.read.plain import words

__all__ = ["GAP", "skeleton"]

GAP = "▁"
_EXEMPLARS = 12
_WORDS = 120


def skeleton(texts: list[str], accounts: list[str], minimum_accounts: int = 3) -> str:
    """The words, in order, that exemplars of enough accounts share.

    Args:
        texts: Exemplar prompts of one template.
        accounts: Whose exemplar each is, in the same order.
        minimum_accounts: How many different accounts must show a word at its place.

    Returns:
        Shared words with `▁` for every other run of words; empty where too few accounts are
        given or nothing is shared. What fewer accounts wrote is never shown.
    """
    runs, owners = _exemplars(texts, accounts)
    if len(set(owners)) < minimum_accounts:
        return ""
    best: list[str] = []
    for run in runs:
        shared = _shared(run, runs, owners, minimum_accounts)
        if _weight(shared) > _weight(best):
            best = shared
    return " ".join(best) if _weight(best) else ""


def _exemplars(texts: list[str], accounts: list[str]) -> tuple[list[list[str]], list[str]]:
    """Up to twelve, of as many accounts as there are: each account's first before any second."""
    seen: Counter[str] = Counter()
    ranked: list[tuple[int, int]] = []
    for at, account in enumerate(accounts):
        ranked.append((seen[account], at))
        seen[account] += 1
    chosen = [at for _, at in sorted(ranked)[:_EXEMPLARS]]
    runs = [[word.text for word in words(texts[at])[:_WORDS]] for at in chosen]
    return runs, [accounts[at] for at in chosen]


def _shared(run: list[str], runs: list[list[str]], owners: list[str], minimum: int) -> list[str]:
    """The words of `run` that align with exemplars of enough accounts; gaps between."""
    holders: list[set[str]] = [set() for _ in run]
    for other, owner in zip(runs, owners, strict=True):
        for block in SequenceMatcher(None, run, other, autojunk=False).get_matching_blocks():
            for at in range(block.a, block.a + block.size):
                holders[at].add(owner)
    kept: list[str] = []
    for word, holding in zip(run, holders, strict=True):
        if len(holding) >= minimum:
            kept.append(word)
        elif not kept or kept[-1] != GAP:
            kept.append(GAP)
    return kept


def _weight(kept: list[str]) -> int:
    return sum(word != GAP for word in kept)
