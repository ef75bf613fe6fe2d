"""Exchanges over time as bars, with releases, bans, pivots and the detection marked."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from markupsafe import Markup

from stillwatch.report.charts.svg import WIDTH, drawing, element
from stillwatch.report.numbers import count, day, parse, short
from stillwatch.schema.report import Series, Timeline, TimelineMark

__all__ = ["coarsen", "shown_marks", "sparkline", "ticks", "timeline"]

_BARS = 400
_LEFT, _RIGHT, _BOTTOM, _PLOT = 56.0, 8.0, 26.0, 130.0
_BADGE = 8.5
_MOST_MARKS = 24
_NICE_HOURS = (1, 2, 3, 4, 6, 8, 12, 24, 48, 72, 168, 336, 720, 2160)
_NICE = (1.0, 2.0, 2.5, 5.0, 10.0)


def coarsen(series: Series, most: int) -> Series:
    """The same counts in at most `most` steps of a natural length; the sum does not change."""
    counts, hours = series["counts"], max(series["step_hours"], 1)
    fits = [n // hours for n in _NICE_HOURS if n % hours == 0]
    least = max(math.ceil(len(counts) / most), 1)
    factor = next((n for n in fits if n >= least), least)
    summed = [sum(counts[i : i + factor]) for i in range(0, len(counts), factor)]
    return {"start": series["start"], "step_hours": hours * factor, "counts": summed}


def ticks(top: float) -> list[float]:
    """Two to five round values from 0 that reach or pass `top`."""
    if top <= 0:
        return [0.0, 1.0]
    raw = top / 3
    power = 10.0 ** math.floor(math.log10(raw))
    step = max(next(n * power for n in _NICE if n * power >= raw), 1.0)
    return [step * i for i in range(math.ceil(top / step) + 1)]


def shown_marks(chart: Timeline) -> list[TimelineMark]:
    """The marks in order of time, as many as one drawing can bear."""
    return sorted(chart["marks"], key=lambda m: (parse(m["at"]), m["kind"], m["label"]))[
        :_MOST_MARKS
    ]


def _step_name(hours: int) -> str:
    if hours == 1:
        return "an hour"
    if hours == 24:  # noqa: PLR2004
        return "a day"
    return f"{hours} hours" if hours % 24 else f"{hours // 24} days"


class _Scale:
    """From moments and counts to coordinates."""

    def __init__(self, series: Series, top: float) -> None:
        self.start = parse(series["start"])
        self.step = timedelta(hours=series["step_hours"])
        self.steps = max(len(series["counts"]), 1)
        self.end = self.start + self.step * self.steps
        self.top, self.most = top, ticks(max(series["counts"], default=0))[-1]

    def x(self, at: datetime) -> float:
        return _LEFT + (WIDTH - _LEFT - _RIGHT) * ((at - self.start) / (self.end - self.start))

    def y(self, value: float) -> float:
        return self.top + _PLOT * (1 - value / self.most)


def _bars(series: Series, scale: _Scale) -> list[Markup]:
    wide = (WIDTH - _LEFT - _RIGHT) / scale.steps
    gap = min(wide * 0.2, 2.0)
    drawn = []
    for i, number in enumerate(series["counts"]):
        if not number:
            continue
        at = scale.start + scale.step * i
        title = element("title", f"{day(at)}, {at:%H:%M} UTC: {count(number)} exchanges")
        top = min(scale.y(number), scale.y(0) - 1)
        box: dict[str, float | str] = {
            "x": _LEFT + wide * i + gap / 2,
            "y": top,
            "width": max(wide - gap, 0.5),
            "height": scale.y(0) - top,
        }
        drawn.append(element("rect", title, attributes=box))
    return [element("g", *drawn, attributes={"class": "bars"})] if drawn else []


def _grid(scale: _Scale) -> list[Markup]:
    drawn = []
    for value in ticks(scale.most):
        y = scale.y(value)
        line: dict[str, float | str] = {"x1": _LEFT, "x2": float(WIDTH) - _RIGHT, "y1": y, "y2": y}
        text: dict[str, float | str] = {"x": _LEFT - 8, "y": y + 4, "text-anchor": "end"}
        drawn += [
            element("line", attributes=line | {"class": "grid" if value else "axis"}),
            element("text", short(value), attributes=text),
        ]
    return drawn


def _dates(scale: _Scale) -> list[Markup]:
    days = max((scale.end - scale.start) / timedelta(days=1), 1)
    every = next((n for n in (1, 2, 3, 7, 14, 28, 56, 112) if days / n <= 10), 365)  # noqa: PLR2004
    at = scale.start.replace(hour=0, minute=0, second=0, microsecond=0)
    at = at if at >= scale.start else at + timedelta(days=1)
    drawn, y = [], scale.y(0)
    while at < scale.end:
        x = scale.x(at)
        line: dict[str, float | str] = {"x1": x, "x2": x, "y1": y, "y2": y + 5, "class": "axis"}
        drawn.append(element("line", attributes=line))
        if x < WIDTH - 24:
            text: dict[str, float | str] = {"x": x, "y": y + 19, "text-anchor": "middle"}
            drawn.append(element("text", f"{at.day} {at:%b}", attributes=text))
        at += timedelta(days=every)
    return drawn


def _rows(places: list[float]) -> list[int]:
    """The row of each badge, so that none of two neighbours covers the other."""
    ends: list[float] = []
    rows = []
    for x in places:
        row = next((i for i, end in enumerate(ends) if x - end > _BADGE * 2 + 1), len(ends))
        ends[row : row + 1] = [x]
        rows.append(row)
    return rows


def _mark(number: int, mark: TimelineMark, x: float, y: float, foot: float) -> Markup:
    line: dict[str, float | str] = {"x1": x, "x2": x, "y1": y, "y2": foot}
    disc: dict[str, float | str] = {"cx": x, "cy": y, "r": _BADGE}
    text: dict[str, float | str] = {"x": x, "y": y + 4, "text-anchor": "middle"}
    return element(
        "g",
        element("title", mark["label"]),
        element("line", attributes=line),
        element("circle", attributes=disc),
        element("text", str(number), attributes=text),
        attributes={"class": f"mark mark-{mark['kind']}"},
    )


def timeline(chart: Timeline) -> Markup:
    """Bars of exchanges with numbered marks; the numbers are explained by the list below it."""
    series = coarsen(chart, _BARS)
    numbered = list(enumerate(shown_marks(chart), start=1))
    scale = _Scale(series, 0.0)
    placed = [(n, m, scale.x(parse(m["at"]))) for n, m in numbered]
    placed = [p for p in placed if _LEFT <= p[2] <= WIDTH - _RIGHT]
    rows = _rows([x for _, _, x in placed])
    scale.top = 28.0 + 20 * (max(rows) + 1 if rows else 0)
    foot = scale.y(0)
    marks = [
        _mark(n, m, x, 12.0 + 20 * row, foot) for (n, m, x), row in zip(placed, rows, strict=True)
    ]
    unit: dict[str, float | str] = {"x": 0.0, "y": scale.top - 14}
    unit_text = element("text", f"exchanges in {_step_name(series['step_hours'])}", attributes=unit)
    label = f"{count(sum(series['counts']))} exchanges over time, {len(placed)} events marked"
    parts = [*_grid(scale), *_dates(scale), *_bars(series, scale), unit_text, *marks]
    return drawing(parts, height=foot + _BOTTOM, label=label, name="timeline")


def sparkline(series: Series) -> Markup:
    """All traffic as one small filled line, without axes."""
    counts = coarsen(series, 360)["counts"] or [0]
    most, height = max(*counts, 1), 56.0
    step = WIDTH / max(len(counts) - 1, 1)
    points = [(step * i, height - 2 - (height - 6) * n / most) for i, n in enumerate(counts)]
    points = points if len(points) > 1 else [(0.0, points[0][1]), (float(WIDTH), points[0][1])]
    line = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    parts = [
        element("path", attributes={"class": "area", "d": f"{line}V{height:.0f}H0Z"}),
        element("path", attributes={"class": "line", "d": line}),
    ]
    label = f"All traffic over time: {count(sum(counts))} exchanges"
    return drawing(parts, height=height, label=label, name="sparkline")
