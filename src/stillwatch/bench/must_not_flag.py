"""Honest workloads that must never be accused, and which simulated kinds stand for each.

Two sources. *Documented*: requests that a public refusal system is known to have flagged wrongly,
with the number of the public report. *Advisory*: for each indicator of the joint advisory AA26-251A
(8 September 2026) the honest customers who show it too, as eleven workloads. The advisory's text
does not list them; this reading of its indicators is ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from stillwatch.bench.accused import Accusations, KindScore, combined
from stillwatch.bench.observed import Observed
from stillwatch.bench.truth import Truth
from stillwatch.sim import Campaign, World

__all__ = ["WORKLOADS", "Spared", "Workload", "by_workload", "spared", "suite_world"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """One honest workload.

    Attributes:
        name: What its customers do.
        source: `documented` or `advisory`, and where.
        kinds: Honest kinds of the simulator that do it.
    """

    name: str
    source: str
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spared:
    """How one workload fared.

    Attributes:
        workload: Its name.
        accounts: Its accounts in the world.
        named: Of them at or above `named_at`.
        reported: Of them in a reported campaign.
        covered: Reported campaigns of which it makes up at least a tenth.
        highest: Highest probability of one of them, 0..1.
    """

    workload: str
    accounts: int
    named: int
    reported: int
    covered: int
    highest: float


def _documented(name: str, report: str, *kinds: str) -> Workload:
    return Workload(name=name, source=f"documented {report}", kinds=kinds)


def _advisory(name: str, number: int, *kinds: str) -> Workload:
    return Workload(name=name, source=f"advisory {number}", kinds=kinds)


WORKLOADS = (
    _documented("a plain bug report", "94775", "bug reporter"),
    _documented("asking to read a rules file", "95070", "rules reader"),
    _documented("a reply format with an analysis section", "95960, 95782", "analysis writer"),
    _documented("a question about a panel that shows thinking", "96118", "thinking panel asker"),
    _documented("searching one's own sessions", "88336", "session searcher"),
    _documented("discussing the displayed summary of thinking", "87273", "summary discusser"),
    _documented("subagents that exchange reasoning", "94210", "subagent hand-off"),
    _documented("a message of one word", "87640", "one-word writer"),
    _documented("ordinary machine learning work", "category frontier_llm", "ml engineer"),
    _documented("a prefix that compaction changed", "preserved thinking", "compaction"),
    _advisory("automation round the clock", 1, "nightly pipeline", "ci fleet", "support bot"),
    _advisory(
        "new customers at full speed", 2, "migration", "hackathon", "app launch", "research sweep"
    ),
    _advisory("one seat in many places", 3, "shared seat", "traveller"),
    _advisory(
        "a small firm with the traffic of a large one", 4,
        "small saas", "white label", "moderation", "process automation",
    ),
    _advisory(
        "bulk sign-up, one card, one network", 5,
        "enterprise", "company one card", "agency", "class", "bootcamp",
    ),
    _advisory(
        "one prompt over many customers", 6,
        "agent product a", "agent product b", "agent product c", "viral prompt",
    ),
    _advisory(
        "gateways, several clouds, private clients", 7,
        "aggregator", "multi cloud", "privacy proxy",
    ),
    _advisory(
        "asking for reasoning in the open", 8,
        "reasoning researcher", "red team", "show-your-work asker", "role play",
    ),
    _advisory(
        "evaluation and monitoring", 9,
        "benchmark run", "judge team", "rag evaluation", "essay grader", "canary",
    ),
    _advisory(
        "sudden change of key, client, model", 10,
        "failover router", "key rotation", "new model", "leaver",
    ),
    _advisory("bulk over a cached prefix", 11, "cached batch", "translator", "content maker"),
)  # fmt: skip
"""Every workload of the suite; a kind may stand for one only."""


def suite_world(seed: int = 1) -> World:
    """Ordinary traffic with every kind at its size among 6,000 accounts, and one campaign.

    The campaign shows that silence about the workloads is not silence about everything.
    """
    campaign = Campaign(technique="inline reasoning", accounts=70, exchanges=5_000, days=8.0)
    return World(accounts=6000, exchanges=110_000, days=21, seed=seed, campaigns=(campaign,))


def by_workload(accusations: Accusations) -> tuple[KindScore, ...]:
    """False accusations by workload instead of by kind, over one or several worlds."""
    kinds = {k.kind: k for k in accusations.kinds}
    return tuple(combined(w.name, [kinds[k] for k in w.kinds if k in kinds]) for w in WORKLOADS)


def spared(
    truth: Truth, observed: Observed, *, named_at: float, report_at: float
) -> tuple[Spared, ...]:
    """One row a workload."""
    kind = dict(zip(truth.ids.tolist(), truth.kind.tolist(), strict=True))
    groups = [g.members for g in observed.groups if g.probability >= report_at]
    return tuple(_spared(w, kind, observed, groups, named_at) for w in WORKLOADS)


def _spared(
    workload: Workload,
    kind: dict[str, str],
    observed: Observed,
    groups: Sequence[frozenset[str]],
    named_at: float,
) -> Spared:
    mine = {a for a, k in kind.items() if k in workload.kinds}
    said = [observed.probability.get(a, 0.0) for a in mine]
    return Spared(
        workload=workload.name,
        accounts=len(mine),
        named=sum(p >= named_at for p in said),
        reported=len(mine & frozenset[str]().union(*groups)),
        covered=sum(10 * len(g & mine) >= len(g) for g in groups),
        highest=max(said, default=0.0),
    )
