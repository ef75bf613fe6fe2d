from __future__ import annotations

import random
import re
from itertools import pairwise
from xml.etree import ElementTree as ET

import igraph
from hypothesis import given
from hypothesis import strategies as st
from report_builders import at, campaign, one_operator, report

from stillwatch.report.charts.graph import graph, kind_classes, select
from stillwatch.report.charts.svg import element
from stillwatch.report.charts.timeline import coarsen, shown_marks, sparkline, ticks, timeline
from stillwatch.report.charts.waterfall import axis, rows
from stillwatch.report.render import render
from stillwatch.schema.report import Series, Timeline


def parsed(drawing: str) -> ET.Element:
    return ET.fromstring(drawing)  # noqa: S314 (our own drawing)


COUNTS = st.lists(st.integers(0, 10**7), max_size=900)


@given(counts=COUNTS, most=st.integers(1, 200), hours=st.sampled_from([1, 3, 24]))
def test_coarser_steps_keep_the_sum_and_the_bound(counts: list[int], most: int, hours: int) -> None:
    series: Series = {"start": at(0), "step_hours": hours, "counts": counts}
    coarse = coarsen(series, most)
    assert sum(coarse["counts"]) == sum(counts)
    assert len(coarse["counts"]) <= most
    assert coarse["step_hours"] % hours == 0


@given(top=st.integers(0, 10**12))
def test_the_axis_reaches_the_highest_bar_with_few_ticks(top: int) -> None:
    values = ticks(top)
    assert values[0] == 0
    assert values[-1] >= top
    assert 2 <= len(values) <= 6


@given(counts=COUNTS)
def test_a_timeline_is_well_formed_and_no_bar_leaves_the_plot(counts: list[int]) -> None:
    chart: Timeline = {"start": at(0), "step_hours": 1, "counts": counts, "marks": []}
    drawn = parsed(timeline(chart))
    height = float(drawn.attrib["viewBox"].split()[3])
    for bar in drawn.iter("rect"):
        assert float(bar.attrib["y"]) >= 0
        assert float(bar.attrib["y"]) + float(bar.attrib["height"]) <= height
    parsed(sparkline(chart))


def test_marks_are_numbered_in_order_of_time_and_do_not_cover_each_other() -> None:
    chart = campaign()["timeline"]
    chart["marks"] = list(reversed(chart["marks"]))
    assert [m["at"] for m in shown_marks(chart)] == sorted(m["at"] for m in chart["marks"])
    drawn = parsed(timeline(chart))
    discs = [(float(c.attrib["cx"]), float(c.attrib["cy"])) for c in drawn.iter("circle")]
    assert len(discs) == 5
    for i, (x, y) in enumerate(discs):
        assert all(abs(x - u) > 17 or abs(y - v) > 17 for u, v in discs[:i])


def test_a_mark_outside_the_drawing_is_only_in_the_list() -> None:
    chart = campaign()["timeline"]
    chart["marks"] = [{"at": at(-500), "kind": "ban", "label": "long before"}]
    assert "<circle" not in timeline(chart)
    assert "long before" in render(report([campaign() | {"timeline": chart}]))  # type: ignore[typeddict-item]


def test_the_waterfall_starts_each_bar_where_the_last_ended_and_ends_at_the_total() -> None:
    question = one_operator()
    drawn = rows(question)
    assert [row.kind for row in drawn] == ["prior", *["step"] * 5, "adjustment", "total"]
    for before, after in pairwise(drawn[:-1]):
        assert after.start == before.end
    assert drawn[-2].end == drawn[-1].end == question["total_bits"]


def test_a_waterfall_that_adds_up_has_no_calibration_row() -> None:
    question = one_operator()
    question["total_bits"] = question["prior_bits"] + sum(
        s["counted_bits"] for s in question["steps"]
    )
    assert "adjustment" not in [row.kind for row in rows(question)]


def test_discounted_evidence_keeps_its_outline_and_uncounted_has_no_bar() -> None:
    drawn = rows(one_operator())
    handoff, device = drawn[2], drawn[4]
    assert "ghost" in handoff.bar
    assert 'class="for"' in handoff.bar
    assert "ghost" in device.bar
    assert 'class="for"' not in device.bar


@given(
    prior=st.floats(-60, 10),
    bits=st.lists(st.floats(-3000, 3000), max_size=12),
    total=st.floats(-60, 90),
)
def test_no_bar_leaves_its_cell(prior: float, bits: list[float], total: float) -> None:
    question = one_operator()
    template = question["steps"][0]
    question["prior_bits"], question["total_bits"] = prior, total
    question["steps"] = [template | {"bits": b, "counted_bits": b / 2} for b in bits]  # type: ignore[misc]
    parsed(axis(question))
    for row in rows(question):
        for value in re.findall(r'x="(-?[\d.]+)%"', row.bar):
            assert 0 <= float(value) <= 100


def test_the_graph_is_the_same_each_time_and_leaves_the_generator_of_others_alone() -> None:
    whole = campaign()["graph"]
    nodes, edges, hidden = select(whole, 300)
    classes = kind_classes([whole])
    random.seed(5)
    expected = random.random()
    random.seed(5)
    first = graph(nodes, edges, classes, hidden)
    assert random.random() == expected
    igraph.Graph.Erdos_Renyi(n=20, m=30)
    assert graph(nodes, edges, classes, hidden) == first
    parsed(first)


def test_victims_are_always_drawn_and_the_rest_is_counted() -> None:
    whole = campaign()["graph"]
    nodes, edges, hidden = select(whole, 10)
    assert [n["role"] for n in nodes].count("victim") == 2
    assert hidden == 102
    ids = {n["id"] for n in nodes}
    assert all(e["source"] in ids and e["target"] in ids for e in edges)
    assert "+102 more accounts" in graph(nodes, edges, kind_classes([whole]), hidden)


def test_loose_accounts_and_a_single_one_can_be_drawn() -> None:
    nodes = campaign()["graph"]["nodes"]
    for few in (nodes[:1], nodes[:2], nodes[:7]):
        drawn = parsed(graph(few, [], {}, 0))
        assert len(list(drawn.iter("circle"))) + len(list(drawn.iter("rect"))) == len(few)


def test_an_element_escapes_text_and_attributes() -> None:
    made = element("text", "<b>&", attributes={"class": '"><x', "x": 1.25})
    assert made == '<text class="&#34;&gt;&lt;x" x="1.2">&lt;b&gt;&amp;</text>'
