"""What the page shows of each part of a report: charts drawn, tables cut to size, words chosen."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from markupsafe import Markup

from stillwatch.report import numbers, words
from stillwatch.report.charts.graph import KINDS, graph, kind_classes, kinds_in, select
from stillwatch.report.charts.timeline import shown_marks, timeline
from stillwatch.report.charts.waterfall import Row, axis, rows
from stillwatch.schema.report import (
    CampaignReport,
    MemberReport,
    Question,
    Report,
    Step,
    TemplateUse,
    TimelineMark,
)

__all__ = ["CampaignView", "GraphView", "QuestionView", "TemplateView", "campaign_views", "slug"]

SHOWN_MEMBERS = 50
"""Members that are visible before 'show all' is pressed."""
_MEMBERS_A_CAMPAIGN, _MEMBERS_A_PAGE = 2_000, 60_000
_NODES_A_CAMPAIGN, _NODES_A_PAGE, _NODES_AT_LEAST = 300, 12_000, 40
_TEMPLATES, _TEMPLATE_LENGTH = 12, 700
_SLOT = re.compile("(▁+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionView:
    """A question with its waterfall; `steps` pairs each row with its evidence, if it has one."""

    question: Question
    axis: Markup
    steps: list[tuple[Row, Step | None]]
    discounted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphView:
    """The drawing and its legend: (kinds in words, colour class, links that they lead)."""

    drawing: Markup
    kinds: list[tuple[str, int, int]]
    victims: int
    hidden: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateView:
    """A prompt skeleton as (is a slot, text) spans."""

    spans: list[tuple[bool, str]]
    use: TemplateUse


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignView:
    """A campaign as the page shows it.

    Attributes:
        anchor: Its fragment in the page's address.
        campaign: The campaign as reported.
        lead: How long after the first exchange it was detectable, in words, or ''.
        marks: What the timeline's numbers mean, in order.
        members: Rows of the table, most likely first.
        omitted: Members that are only in members.parquet.
    """

    anchor: str
    campaign: CampaignReport
    lead: str
    timeline: Markup
    marks: list[TimelineMark]
    unlisted_marks: int
    graph: GraphView
    questions: list[QuestionView]
    templates: list[TemplateView]
    members: list[MemberReport]
    omitted: int


def slug(text: str, taken: set[str]) -> str:
    """A fragment made of letters, digits and dashes that is not taken yet; takes it."""
    base = "campaign-" + re.sub("[^a-z0-9]+", "-", text.lower()).strip("-")[:40]
    name, number = base, 2
    while name in taken:
        name, number = f"{base}-{number}", number + 1
    taken.add(name)
    return name


def _lead(campaign: CampaignReport) -> str:
    if not campaign["detected_at"]:
        return ""
    late = numbers.parse(campaign["detected_at"]) - numbers.parse(campaign["first_seen"])
    return numbers.lasted(max(late, timedelta(0)))


def _question(question: Question) -> QuestionView:
    drawn = rows(question)
    evidence = iter(question["steps"])
    steps = [(row, next(evidence) if row.kind == "step" else None) for row in drawn]
    cut = any(abs(row.raw - row.counted) >= 0.05 for row in drawn if row.kind == "step")  # noqa: PLR2004
    return QuestionView(question=question, axis=axis(question), steps=steps, discounted=cut)


def _graph(campaign: CampaignReport, classes: dict[str, int], most: int) -> GraphView:
    nodes, edges, hidden = select(campaign["graph"], most)
    by_colour: dict[int, tuple[str, int]] = {}
    for kind, links in kinds_in(edges):
        colour, name = classes.get(kind, KINDS), words.spaced(kind) or "not named"
        before, sum_of_links = by_colour.get(colour, ("", 0))
        together = f"{before}, {name}" if before else name
        by_colour[colour] = (together, sum_of_links + links)
    return GraphView(
        drawing=graph(nodes, edges, classes, hidden),
        kinds=[(name, colour, n) for colour, (name, n) in sorted(by_colour.items())],
        victims=sum(node["role"] == "victim" for node in nodes),
        hidden=hidden,
    )


def _template(use: TemplateUse) -> TemplateView:
    text = use["masked"]
    cut = text if len(text) <= _TEMPLATE_LENGTH else text[:_TEMPLATE_LENGTH] + " …"
    spans = [(part[0] == "▁", part) for part in _SLOT.split(cut) if part]
    return TemplateView(spans=spans, use=use)


def _ranked(members: list[MemberReport]) -> list[MemberReport]:
    return sorted(members, key=lambda m: (-m["probability"], -m["exchanges"], m["account_id"]))


def campaign_views(report: Report, members_shown: int = SHOWN_MEMBERS) -> list[CampaignView]:
    """Every campaign, the likeliest first; sizes bounded for the page as a whole."""
    campaigns = sorted(
        report["campaigns"],
        key=lambda c: (-c["probability"], c["campaign_id"]),
    )
    classes = kind_classes(c["graph"] for c in campaigns)
    many = max(len(campaigns), 1)
    most_nodes = min(_NODES_A_CAMPAIGN, max(_NODES_AT_LEAST, _NODES_A_PAGE // many))
    most_members = min(_MEMBERS_A_CAMPAIGN, max(members_shown, _MEMBERS_A_PAGE // many))
    taken: set[str] = set()
    views = []
    for campaign in campaigns:
        members, marks = _ranked(campaign["members"]), shown_marks(campaign["timeline"])
        views.append(
            CampaignView(
                anchor=slug(campaign["campaign_id"], taken),
                campaign=campaign,
                lead=_lead(campaign),
                timeline=timeline(campaign["timeline"]),
                marks=marks,
                unlisted_marks=len(campaign["timeline"]["marks"]) - len(marks),
                graph=_graph(campaign, classes, most_nodes),
                questions=[_question(q) for q in campaign["questions"]],
                templates=[_template(t) for t in campaign["templates"][:_TEMPLATES]],
                members=members[:most_members],
                omitted=max(campaign["accounts"], len(members)) - len(members[:most_members]),
            )
        )
    return views
