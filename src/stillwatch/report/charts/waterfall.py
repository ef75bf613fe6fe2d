"""Evidence in bits as a waterfall: each row's bar starts where the row above has ended."""

from __future__ import annotations

import math
from dataclasses import dataclass

from markupsafe import Markup

from stillwatch.report.charts.svg import element
from stillwatch.report.numbers import bits, percent
from stillwatch.schema.report import Question

__all__ = ["Row", "axis", "rows"]

_MIDDLE, _THICK = 21, 14
_ROUNDING = 0.05
_MOST_TICKS = 7
_TELLING = 10  # bits; beyond, every probability reads as certain


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of a waterfall.

    Attributes:
        kind: prior, step, adjustment or total.
        start: Running total before this row, bits.
        end: Running total after it, bits.
        raw: What the evidence would weigh alone, bits; equals end - start when not discounted.
        bar: The drawing that fills the row's cell.
    """

    kind: str
    start: float
    end: float
    raw: float
    bar: Markup

    @property
    def counted(self) -> float:
        """What this row adds, bits."""
        return self.end - self.start


def _spans(question: Question) -> list[tuple[str, float, float, float]]:
    at = question["prior_bits"]
    spans = [("prior", 0.0, at, at)]
    for step in question["steps"]:
        spans.append(("step", at, at + step["counted_bits"], step["bits"]))
        at += step["counted_bits"]
    rest = question["total_bits"] - at
    if abs(rest) >= _ROUNDING:
        spans.append(("adjustment", at, question["total_bits"], rest))
    return [*spans, ("total", 0.0, question["total_bits"], question["total_bits"])]


_CROWDED = 4  # ticks this close to zero, as a part of the scale, overlap it where it is narrow


def _range(question: Question) -> tuple[int, int, int]:
    """The lowest and highest tick and their distance; room for what was discounted, too."""
    values = [0.0]
    for _, start, end, raw in _spans(question):
        values += [start, end, start + raw]
    wide = max(values) - min(values)
    every = next((n for n in (1, 2, 5, 10, 20, 50, 100) if wide / n <= _MOST_TICKS - 2), 500)
    low, high = math.floor(min(values) / every), math.ceil(max(values) / every)
    return low * every, max(high, low + 1) * every, every


def _rect(low: float, high: float, name: str) -> Markup:
    return element(
        "rect",
        attributes={
            "x": f"{low:.2f}%",
            "y": _MIDDLE - _THICK // 2,
            "width": f"{max(high - low, 0.3):.2f}%",
            "height": _THICK,
            "class": name,
        },
    )


def _upright(x: float, y1: str, y2: str, name: str) -> Markup:
    at = f"{x:.2f}%"
    return element("line", attributes={"x1": at, "x2": at, "y1": y1, "y2": y2, "class": name})


def _bar(span: tuple[str, float, float, float], question: Question) -> Markup:
    kind, start, end, raw = span
    low, high, _ = _range(question)

    def place(value: float) -> float:
        return 100 * (value - low) / (high - low)

    name = kind if kind in {"prior", "total"} else "for" if end >= start else "against"
    parts = [_upright(place(0), "0", "100%", "even")]
    if kind == "step" and abs(raw) - abs(end - start) >= _ROUNDING:
        edges = sorted((place(start), place(start + raw)))
        parts.append(_rect(edges[0], edges[1], "ghost"))
    if abs(end - start) >= _ROUNDING:
        edges = sorted((place(start), place(end)))
        parts.append(_rect(edges[0], edges[1], name))
    if kind not in {"prior", "total"}:
        parts.append(_upright(place(start), "0", str(_MIDDLE), "carry"))
    if kind != "total":
        parts.append(_upright(place(end), str(_MIDDLE), "100%", "carry"))
    else:
        parts.append(_upright(place(end), "0", str(_MIDDLE), "carry"))
    return element("svg", *parts, attributes={"class": "bar", "aria-hidden": "true"})


def rows(question: Question) -> list[Row]:
    """Prior, every step in order, a correction where the sum and the total differ, the total."""
    return [
        Row(kind=span[0], start=span[1], end=span[2], raw=span[3], bar=_bar(span, question))
        for span in _spans(question)
    ]


def axis(question: Question) -> Markup:
    """The scale over the bars: bits, and the probability that each running total means."""
    low, high, every = _range(question)
    parts = []
    for value in range(low, high + 1, every):
        x = 100 * (value - low) / (high - low)
        anchor = "start" if value == low else "end" if value == high else "middle"
        # On a narrow screen inner ones go, and ends that would stand in the way of zero.
        near = value != 0 and abs(value) * _CROWDED <= high - low
        kind = "edge" if value in {low, 0, high} and not near else "inner"
        base: dict[str, float | str] = {"x": f"{x:.2f}%", "text-anchor": anchor}
        if abs(value) <= _TELLING:
            chance = percent(1 / (1 + 2.0**-value))
            says: dict[str, float | str] = {"y": 12, "class": f"chance {kind}"}
            parts.append(element("text", chance, attributes=base | says))
        named: dict[str, float | str] = {"y": 28, "class": kind}
        parts.append(element("text", bits(value).removesuffix(".0"), attributes=base | named))
    label = f"Scale from {bits(low)} to {bits(high)} bits; 0 bits is an even chance"
    return element(
        "svg", *parts, attributes={"class": "bar-axis", "role": "img", "aria-label": label}
    )
