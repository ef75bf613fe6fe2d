"""Results as tables in Markdown: for the terminal, and for the documentation."""

from __future__ import annotations

from collections.abc import Sequence

from stillwatch.bench.accused import Accusations, KindScore
from stillwatch.bench.coordination import Setting
from stillwatch.bench.must_not_flag import by_workload
from stillwatch.bench.run import Benchmark
from stillwatch.bench.summary import LevelSummary, Spread
from stillwatch.bench.world import WorldScore

__all__ = [
    "ablation_table",
    "baseline_table",
    "coordination_table",
    "in_words",
    "kind_table",
    "level_table",
    "technique_table",
    "workload_table",
    "world_table",
]


def in_words(result: Benchmark) -> str:
    """All tables that the results have numbers for."""
    if not result.worlds:
        return coordination_table(result.coordination)
    parts = [
        "## By level of evasion\n\n" + level_table(result.summary.levels),
        "## By technique\n\n" + technique_table(result),
        "## Workloads that must not be accused\n\n" + workload_table(result.summary.accusations),
        "## Honest kinds\n\n" + kind_table(result.summary.accusations),
        "## Worlds\n\n" + world_table(result.worlds),
    ]
    if any(w.comparisons for w in result.worlds):
        parts.append("## Baselines\n\n" + baseline_table(result.worlds))
    if any(w.ablations for w in result.worlds):
        parts.append("## Without a part of the evidence\n\n" + ablation_table(result.worlds))
    if result.coordination:
        parts.append("## Real co-action data\n\n" + coordination_table(result.coordination))
    return "\n\n".join(parts)


def level_table(levels: Sequence[LevelSummary]) -> str:
    """One row a number, one column a level; mean and worst world."""
    rows = [
        ("worlds", [f"{v.worlds}" for v in levels]),
        ("campaigns planted", [f"{v.campaigns}" for v in levels]),
        ("campaigns found", [_percent(v.found) for v in levels]),
        ("member recall of those found", [_share(v.recall) for v in levels]),
        ("purity of those found", [_share(v.purity) for v in levels]),
        ("leaked before seen, median", [_percent(v.leaked) for v in levels]),
        ("capability labels, precision", [_one(v.labels.precision) for v in levels]),
        ("capability labels, recall", [_one(v.labels.recall) for v in levels]),
        ("reported, mostly honest or mixed", [_number(v.strays) for v in levels]),
        ("… as the runs expected", [_number(v.expected_false) for v in levels]),
        ("honest accounts", [f"{v.accusations.total.accounts:,}" for v in levels]),
        ("of them named", [f"{v.accusations.total.named}" for v in levels]),
        ("named per 100k", [_number(v.named_per_100k) for v in levels]),
        ("… at most (95 %)", [f"{v.accusations.total.upper_per_100k:.1f}" for v in levels]),
        ("victims taken for attackers", [_victims(v.accusations) for v in levels]),
        ("Brier score", [f"{v.reliability.brier:.4f}" for v in levels]),
        ("calibration error, all customers", [f"{v.reliability.ece:.4f}" for v in levels]),
        ("… of those with evidence", [_interval(v) for v in levels]),
        ("seconds", [_number(v.seconds) for v in levels]),
        ("peak MiB", [_number(v.peak_mib, 0) for v in levels]),
    ]
    return _table(["", *(v.level for v in levels)], [[name, *cells] for name, cells in rows])


def technique_table(result: Benchmark) -> str:
    """One row a technique and level."""
    return _table(
        ["technique", "level", "found", "recall", "$ per 1000", "throughput"],
        [
            [
                t.technique,
                t.level,
                f"{t.found} of {t.planted}",
                f"{t.recall:.2f}",
                f"{t.usd_per_1000:.2f}",
                f"{t.throughput:.2f}",
            ]
            for t in result.summary.techniques
        ],
    )


def kind_table(accusations: Accusations) -> str:
    """One row an honest kind, those that come nearest first."""
    kinds = sorted(accusations.kinds, key=lambda k: (-k.named, -k.reported, -k.highest, k.kind))
    return _accused("honest kind", [accusations.total, *kinds])


def workload_table(accusations: Accusations) -> str:
    """One row a workload that must not be accused."""
    return _accused("workload", by_workload(accusations))


def _accused(head: str, kinds: Sequence[KindScore]) -> str:
    return _table(
        [head, "accounts", "named", "in a report", "highest", "per 100k", "at most"],
        [
            [
                k.kind,
                f"{k.accounts:,}",
                f"{k.named}",
                f"{k.reported}",
                f"{k.highest:.2f}",
                f"{k.per_100k:.0f}",
                f"{k.upper_per_100k:.0f}",
            ]
            for k in kinds
        ],
    )


def world_table(worlds: Sequence[WorldScore]) -> str:
    """One row a world."""
    return _table(
        ["world", "accounts", "exchanges", "found", "reported", "strays", "named", "s", "MiB"],
        [
            [
                w.world,
                f"{w.accounts:,}",
                f"{w.exchanges:,}",
                f"{sum(c.found for c in w.campaigns)} of {len(w.campaigns)}",
                f"{w.reported}",
                f"{len(w.strays)}",
                f"{w.accusations.total.named}",
                f"{w.cost.seconds:.0f}",
                f"{w.cost.peak_mib:.0f}",
            ]
            for w in worlds
        ],
    )


def baseline_table(worlds: Sequence[WorldScore]) -> str:
    """One row a method; campaigns caught and member recall at each budget, over all worlds."""
    methods = [c.method for c in next(w for w in worlds if w.comparisons).comparisons]
    rows = []
    for method in methods:
        mine = [c for w in worlds for c in w.comparisons if c.method == method and c.campaigns]
        total = sum(c.campaigns for c in mine)
        cells = [method, f"{sum((c.auc or 0.0) * c.campaigns for c in mine) / max(total, 1):.2f}"]
        for i in range(len(mine[0].points) if mine else 0):
            caught = sum(c.points[i].caught for c in mine)
            recall = sum(c.points[i].recall * c.campaigns for c in mine) / max(total, 1)
            honest = sum(c.points[i].honest for c in mine)
            cells.append(f"{caught} of {total}, {recall:.2f} ({honest} honest)")
        rows.append(cells)
    budgets = ["0.02 % of honest", "0.1 %", "1 %"]
    return _table(["method", "AUC", *budgets], rows)


def ablation_table(worlds: Sequence[WorldScore]) -> str:
    """One row a family or detector that was left out, sums over all worlds."""
    keys = list(dict.fromkeys((a.kind, a.without) for w in worlds for a in w.ablations))
    rows = []
    for kind, without in keys:
        mine = [a for w in worlds for a in w.ablations if (a.kind, a.without) == (kind, without)]
        rows.append(
            [
                kind,
                without or "nothing",
                f"{sum(a.found for a in mine)}",
                f"{sum(a.found_at_budget for a in mine)}",
                f"{sum(a.recall for a in mine) / len(mine):.2f}",
                f"{sum(a.named for a in mine)}",
                f"{sum(a.honest_reported for a in mine)}",
                f"{sum(a.strays for a in mine)}",
            ]
        )
    head = ["", "without", "found", "found at the full run's budget", "recall", "honest named",
            "honest in a report", "strays"]  # fmt: skip
    return _table(head, rows)


def coordination_table(settings: Sequence[Setting]) -> str:
    """One row a setting; rings by name."""
    rings = list(settings[0].rings) if settings else []
    rows = [
        [
            s.name,
            f"{s.flagged:,}",
            f"{s.found} of {s.planted}",
            f"{s.precision:.3f}",
            *(f"{s.rings[r]:.2f}" for r in rings),
        ]
        for s in settings
    ]
    return _table(["setting", "flagged", "found", "precision", *rings], rows)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _percent(s: Spread) -> str:
    return "–" if s.mean is None or s.worst is None else f"{s.mean:.0%} / {s.worst:.0%}"


def _share(s: Spread) -> str:
    return "–" if s.mean is None else f"{s.mean:.2f} / {s.worst:.2f}"


def _number(s: Spread, digits: int = 1) -> str:
    return "–" if s.mean is None else f"{s.mean:.{digits}f} / {s.worst:.{digits}f}"


def _one(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _victims(a: Accusations) -> str:
    return f"{a.victims_accused} of {a.victims}"


def _interval(v: LevelSummary) -> str:
    r = v.reliability
    return f"{r.ece_among:.3f} ({r.ece_among_low:.3f}–{r.ece_among_high:.3f})"
