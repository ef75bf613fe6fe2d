"""Curves of a benchmark as PNG and SVG, drawn from its results (needs the extra `bench`)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from stillwatch.bench.accused import KindScore
from stillwatch.bench.baselines.compare import Comparison
from stillwatch.bench.reliability import Bin
from stillwatch.bench.run import Benchmark
from stillwatch.bench.world import WorldScore

__all__ = ["draw"]

_INK, _GRID, _FOUND, _MISSED = "#263238", "#cfd8dc", "#00796b", "#d84315"
_COLOURS = ("#00796b", "#d84315", "#3949ab", "#8e24aa", "#f9a825", "#546e7a")
_SHOWN_KINDS = 24


def draw(result: Benchmark, folder: Path) -> list[Path]:
    """Draw every curve that the results have numbers for; returns the files."""
    folder.mkdir(parents=True, exist_ok=True)
    with mpl.rc_context(
        {
            "svg.hashsalt": "stillwatch",
            "font.size": 9,
            "axes.edgecolor": _INK,
            "axes.grid": True,
            "grid.color": _GRID,
            "axes.axisbelow": True,
        }
    ):
        drawn = {
            "reliability": _reliability(result.summary.reliability.bins),
            "techniques": _techniques(result.worlds),
            "kinds": _kinds(result.summary.accusations.kinds),
        }
        compared = [w for w in result.worlds if w.comparisons and w.campaigns]
        if compared:
            drawn["baselines"] = _baselines(compared)
        return [file for name, figure in drawn.items() for file in _save(figure, folder / name)]


def _save(figure: Figure, path: Path) -> list[Path]:
    figure.tight_layout()
    png, svg = path.with_suffix(".png"), path.with_suffix(".svg")
    figure.savefig(png, dpi=120)
    figure.savefig(svg, metadata={"Date": None})
    return [png, svg]


def _reliability(bins: Sequence[Bin]) -> Figure:
    figure = Figure(figsize=(4.6, 4.2))
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], color=_GRID, linewidth=2, zorder=1)
    size = [20 + 40 * np.log10(b.customers + 1) for b in bins]
    axes.plot([b.said for b in bins], [b.true for b in bins], color=_FOUND, zorder=2)
    axes.scatter([b.said for b in bins], [b.true for b in bins], s=size, color=_FOUND, zorder=3)
    for b in bins:
        axes.annotate(f"{b.customers:,}", (b.said, b.true), xytext=(6, -10),
                      textcoords="offset points", fontsize=7, color=_INK)  # fmt: skip
    axes.set(xlim=(0, 1), ylim=(0, 1), xlabel="probability that was given",
             ylabel="share that serve a campaign",
             title="Reliability, by customer with evidence")  # fmt: skip
    return figure


def _techniques(worlds: Sequence[WorldScore]) -> Figure:
    rows = [c for w in worlds for c in w.campaigns]
    rows.sort(key=lambda c: (c.evasion != "published", c.evasion != "evasive", c.recall))
    figure = Figure(figsize=(6.6, 1.2 + 0.24 * max(len(rows), 1)))
    axes = figure.subplots()
    names = [f"{c.technique}, {c.evasion}" for c in rows]
    colours = [_FOUND if c.found else _MISSED for c in rows]
    axes.barh(range(len(rows)), [c.recall for c in rows], color=colours)
    axes.scatter([c.probability for c in rows], range(len(rows)), color=_INK, s=12, zorder=3)
    axes.set_yticks(range(len(rows)), names)
    axes.set(xlim=(0, 1), xlabel="member recall (bar; red: not found), probability (dot)",
             title="Planted campaigns")  # fmt: skip
    axes.invert_yaxis()
    return figure


def _kinds(kinds: Sequence[KindScore]) -> Figure:
    shown = sorted(kinds, key=lambda k: -k.highest)[:_SHOWN_KINDS]
    figure = Figure(figsize=(6.6, 1.2 + 0.2 * max(len(shown), 1)))
    axes = figure.subplots()
    colours = [_MISSED if k.named else _FOUND for k in shown]
    axes.barh(range(len(shown)), [k.highest for k in shown], color=colours)
    axes.axvline(0.9, color=_MISSED, linestyle="--", linewidth=1)
    axes.set_yticks(range(len(shown)), [f"{k.kind} ({k.accounts:,})" for k in shown])
    axes.set(xlim=(0, 1), xlabel="highest probability of an account of the kind (0.9: named)",
             title="Honest kinds that come nearest")  # fmt: skip
    axes.invert_yaxis()
    return figure


def _baselines(worlds: Sequence[WorldScore]) -> Figure:
    figure = Figure(figsize=(6.2, 3.6))
    axes = figure.subplots()
    methods = [c.method for c in worlds[0].comparisons]
    for method, colour in zip(methods, _COLOURS, strict=False):
        mine = [c for w in worlds for c in w.comparisons if c.method == method]
        axes.plot(*_curve(mine), marker="o", color=colour, label=method,
                  linewidth=2.4 if method == methods[0] else 1.2)  # fmt: skip
    axes.set_xscale("symlog", linthresh=10)
    axes.set(ylim=(-0.02, 1.02), xlabel="honest accounts flagged, per 100,000",
             ylabel="member recall, mean over campaigns",
             title="At equal false accusations")  # fmt: skip
    axes.legend(frameon=False, fontsize=8)
    return figure


def _curve(mine: Sequence[Comparison]) -> tuple[list[float], list[float]]:
    total = sum(c.campaigns for c in mine)
    points = range(len(mine[0].points))
    honest = [float(np.mean([c.points[i].per_100k for c in mine])) for i in points]
    recall = [sum(c.points[i].recall * c.campaigns for c in mine) / total for i in points]
    return honest, recall
