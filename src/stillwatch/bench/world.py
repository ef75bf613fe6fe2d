"""One world, one run, every number: the unit from which the benchmark is made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from stillwatch.bench.ablation import Ablation, ablate
from stillwatch.bench.accused import Accusations, score_accusations
from stillwatch.bench.baselines.compare import Comparison, compare
from stillwatch.bench.cost import Cost, Stopwatch
from stillwatch.bench.found import CampaignScore, score_campaigns, strays
from stillwatch.bench.observed import observe
from stillwatch.bench.reliability import Judged, Reliability, customers, reliability
from stillwatch.bench.truth import Truth, read_truth
from stillwatch.pipeline.batch import detect
from stillwatch.pipeline.judge import Judgement
from stillwatch.pipeline.run import Run
from stillwatch.rollup import Tables
from stillwatch.settings import Settings

__all__ = ["Stray", "Task", "WorldScore", "level_of", "score_world"]

_NEVER = timedelta(days=36_500)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What to measure beside the run itself.

    Attributes:
        look_back: Whether to look for the moment at which each campaign was first seen.
        every: Step of that look. None looks as roughly as `detect` does: a few looks, shared by all
            campaigns, so that most are dated too late and the leaked share is an upper bound.
        ablate: Whether to judge again without each family and each detector.
        baselines: Whether to run the baselines.
        settings: Settings of the run.
    """

    look_back: bool = True
    every: timedelta | None = None
    ablate: bool = False
    baselines: bool = False
    settings: Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Stray:
    """A reported group that is mostly no planted campaign's.

    Attributes:
        probability: What it was given.
        accounts: Its members.
        kinds: Its members by honest kind or technique, the most frequent first.
    """

    probability: float
    accounts: int
    kinds: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldScore:
    """Everything that one run over one world showed.

    Attributes:
        world: Name of its folder.
        level: Evasion of its campaigns; `honest` where there are none, `mixed` where they differ.
        accounts: Accounts of the world.
        exchanges: Exchanges that were read.
        report_at: Probability from which a campaign was reported.
        named_at: Probability from which an account was named.
        campaigns: One score a planted campaign.
        reported: How many campaigns were reported.
        expected_false: How many of them the run itself expected to be none.
        strays: Reported groups that are mostly no planted campaign's.
        accusations: Honest accounts that were accused.
        reliability: Whether probabilities mean what they say.
        cost: Time and memory of the run alone.
        ablations: Judged again without each family and detector; empty where not asked for.
        comparisons: Baselines and the run at equal false accusations; empty where not asked for, or
            where no campaign was planted.
    """

    world: str
    level: str
    accounts: int
    exchanges: int
    report_at: float
    named_at: float
    campaigns: tuple[CampaignScore, ...]
    reported: int
    expected_false: float
    strays: tuple[Stray, ...]
    accusations: Accusations
    reliability: Reliability
    cost: Cost
    ablations: tuple[Ablation, ...]
    comparisons: tuple[Comparison, ...]


def level_of(truth: Truth) -> str:
    """Evasion level of a world."""
    levels = {c.evasion for c in truth.campaigns}
    return levels.pop() if len(levels) == 1 else "mixed" if levels else "honest"


def score_world(folder: Path, task: Task, say: Callable[[str], None]) -> tuple[WorldScore, Judged]:
    """Run over one world and hold the result against its truth.

    Args:
        folder: A world as `stillwatch simulate` writes it.
        task: What to measure.
        say: Is told how far it is.

    Returns:
        The score, and the customers behind its reliability for pooling over worlds.
    """
    truth = read_truth(folder)
    watch = Stopwatch()
    after = _After(truth, task, watch, say)
    say(f"{folder.name}: {len(truth.ids):,} accounts, {len(truth.campaigns)} campaigns")
    run = detect(
        folder / "exchanges",
        accounts=folder / "accounts.parquet",
        releases=folder / "releases.parquet",
        settings=task.settings,
        progress=watch,
        every=task.every if task.look_back else _NEVER,
        inspect=after,
    )
    return _score(truth, run, after, task)


class _After:
    """What is measured on the rolled-up tables once the run is over and its cost is known."""

    def __init__(
        self, truth: Truth, task: Task, watch: Stopwatch, say: Callable[[str], None]
    ) -> None:
        self._truth, self._task, self._watch, self._say = truth, task, watch, say
        self.cost: Cost | None = None
        self.ablations: tuple[Ablation, ...] = ()
        self.comparisons: tuple[Comparison, ...] = ()

    def __call__(self, tables: Tables, judged: Judgement) -> None:
        self.cost = self._watch.stop()
        if self._task.baselines and self._truth.campaigns:
            self._say("  baselines")
            self.comparisons = compare(tables, judged, self._truth)
        if self._task.ablate:
            self._say("  judged again without each family and detector")
            self.ablations = ablate(tables, judged, self._truth, self._task.settings)


def _score(truth: Truth, run: Run, after: _After, task: Task) -> tuple[WorldScore, Judged]:
    observed = observe(run, moments=task.look_back)
    at = task.settings.assess
    judged = customers(truth, observed)
    stray = strays(truth, observed, report_at=at.report_at)
    kinds = dict(zip(truth.ids.tolist(), truth.kind.tolist(), strict=True))
    if after.cost is None:
        message = "the run ended without showing its tables"
        raise RuntimeError(message)
    score = WorldScore(
        world=truth.folder.name,
        level=level_of(truth),
        accounts=len(truth.ids),
        exchanges=run.report["traffic"]["exchanges"],
        report_at=at.report_at,
        named_at=at.named_at,
        campaigns=score_campaigns(truth, observed, report_at=at.report_at),
        reported=len(observed.groups),
        expected_false=sum(1 - g.probability for g in observed.groups),
        strays=tuple(
            Stray(
                probability=g.probability,
                accounts=len(g.members),
                kinds=_counted(kinds[a] for a in g.members if a in kinds),
            )
            for g in stray
        ),
        accusations=score_accusations(
            truth, observed, named_at=at.named_at, report_at=at.report_at
        ),
        reliability=reliability([judged]),
        cost=after.cost,
        ablations=after.ablations,
        comparisons=after.comparisons,
    )
    return score, judged


def _counted(kinds: Iterable[str]) -> dict[str, int]:
    return dict(Counter(kinds).most_common())
