"""The run's report as one JSON-able dict: what report.json holds and report.html shows.

Moments are ISO 8601 in UTC, probabilities 0..1, bits are log2 likelihood ratios (positive speaks
for the question, negative against it). Every key is required; what is not known is null or empty.
"""

from __future__ import annotations

from typing import Literal, TypedDict

__all__ = [
    "CalibrationReport",
    "CampaignReport",
    "DetectorRun",
    "DriftRow",
    "Edge",
    "Graph",
    "LookAlike",
    "MarkKind",
    "MemberReport",
    "Node",
    "Question",
    "Report",
    "Series",
    "Step",
    "TemplateUse",
    "Timeline",
    "TimelineMark",
    "Traffic",
    "Window",
]

MarkKind = Literal["release", "ban", "pivot", "detected"]


class Window(TypedDict):
    """The time that the run looked at; `until` is exclusive."""

    since: str
    until: str


class Series(TypedDict):
    """Exchanges counted in equal steps, oldest first."""

    start: str
    step_hours: int
    counts: list[int]


class Traffic(TypedDict):
    """What was read: exchanges accepted, rejected by reason, and seen twice."""

    exchanges: int
    accounts: int
    organizations: int
    input_tokens: int
    output_tokens: int
    rejected: dict[str, int]
    duplicates: int
    hourly: Series


class Untaken(TypedDict):
    """What was found and not taken as it stood.

    `skipped` says of each file that was not read why; `not_an_exchange` counts records that are
    something else, by kind; `values_dropped` counts values set to null, by column;
    `unknown_columns` names columns that the data contract does not have.
    """

    skipped: dict[str, str]
    not_an_exchange: dict[str, int]
    values_dropped: dict[str, int]
    unknown_columns: list[str]


class Step(TypedDict):
    """One piece of evidence in a waterfall.

    `bits` is what it would weigh alone; `counted_bits` what was counted after evidence of the same
    family was discounted. `exchange_ids` holds up to 5 exchanges that show it.
    """

    label: str
    detector: str
    family: str
    bits: float
    counted_bits: float
    reason: str
    exchange_ids: list[str]


class Question(TypedDict):
    """One of the two questions that must both be answered yes, with what speaks for and against."""

    name: Literal["one_operator", "harvest"]
    title: str
    probability: float
    prior_bits: float
    total_bits: float
    steps: list[Step]


class TimelineMark(TypedDict):
    """Something that happened to, or was done about, a campaign."""

    at: str
    kind: MarkKind
    label: str


class Timeline(Series):
    """A campaign's exchanges over time, with what happened meanwhile."""

    marks: list[TimelineMark]


class Node(TypedDict):
    """An account in the graph; a victim is the owner of a stolen key."""

    id: str
    probability: float
    exchanges: int
    role: Literal["member", "victim"]


class Edge(TypedDict):
    """A link of two accounts; `kinds` name what they share, the weightiest first."""

    source: str
    target: str
    bits: float
    kinds: list[str]


class Graph(TypedDict):
    """The accounts and links that fit into the report; `hidden_nodes` counts the others."""

    nodes: list[Node]
    edges: list[Edge]
    hidden_nodes: int


class TemplateUse(TypedDict):
    """A prompt skeleton, its varying spans as ▁; `share` is of the campaign's exchanges, 0..1."""

    masked: str
    accounts: int
    exchanges: int
    share: float


class MemberReport(TypedDict):
    """An account of a campaign with its own probability of serving it."""

    account_id: str
    probability: float
    exchanges: int
    linked_by: list[str]
    recommended_action: str


class CampaignReport(TypedDict):
    """Everything a person needs to decide about one campaign.

    `leaked_before_detection` is the share (0..1) of the campaign's exchanges that had been answered
    when it could first be detected, or null. `unseen_at` is the latest moment before `detected_at`
    that was looked at and at which it could not be detected yet, or null.
    """

    campaign_id: str
    probability: float
    first_seen: str
    last_seen: str
    detected_at: str | None
    unseen_at: str | None
    accounts: int
    exchanges: int
    input_tokens: int
    output_tokens: int
    leaked_before_detection: float | None
    capabilities: list[str]
    evidence_families: list[str]
    summary: str
    recommended_action: str
    questions: list[Question]
    timeline: Timeline
    graph: Graph
    templates: list[TemplateUse]
    members: list[MemberReport]
    would_change: list[str]


class LookAlike(TypedDict):
    """Who looks like a campaign and was left alone, with the reason.

    The two probabilities are null for a single customer: the questions are asked of groups.
    """

    label: str
    accounts: int
    exchanges: int
    why: str
    one_operator: float | None
    harvest: float | None


class DriftRow(TypedDict):
    """How far one number of the customers moved since the calibration.

    `psi` is the population stability index, `divergence_bits` the Jensen-Shannon divergence, 0..1.
    """

    feature: str
    psi: float
    divergence_bits: float
    state: Literal["stable", "moving", "drifted"]


class CalibrationReport(TypedDict):
    """The stored calibration that a run used, and how far the traffic has moved since."""

    made_at: str
    program: str
    since: str
    until: str
    exchanges: int
    labels: int
    drift: list[DriftRow]


class DetectorRun(TypedDict):
    """Whether a detector ran; `detail` says which column it lacked or how it failed."""

    name: str
    family: str
    status: Literal["ran", "absent", "failed"]
    detail: str
    signals: int


class Report(TypedDict):
    """One run of the program over one window of logs.

    `expected_false_campaigns` is the expected number of the reported campaigns that are none;
    `reported_from` the probability from which they were reported, 0..1; `calibration` is null where
    the run fitted its nulls to these logs.
    """

    version: str
    as_of: str
    window: Window
    inputs: list[str]
    traffic: Traffic
    untaken: Untaken
    expected_honest_named: float
    named_accounts: int
    expected_false_campaigns: float
    reported_from: float
    calibration: CalibrationReport | None
    campaigns: list[CampaignReport]
    left_alone: list[LookAlike]
    detectors: list[DetectorRun]
    blind_spots: list[str]
