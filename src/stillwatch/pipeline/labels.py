"""What analysts decided about accounts and campaigns, and what it says about the weights."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

import numpy as np
import numpy.typing as npt
from scipy import optimize

from stillwatch.assess import Assessment
from stillwatch.assess.combine import prior_of
from stillwatch.errors import InputError
from stillwatch.pipeline.findings import Campaign
from stillwatch.pipeline.judge import Judgement
from stillwatch.rollup import Tables
from stillwatch.schema.results import FAMILY_QUESTION

__all__ = ["Label", "Verdict", "label_groups", "read_labels", "refit"]

Floats = npt.NDArray[np.float64]
Verdict = Literal["attack", "honest"]

_COLUMNS = ("subject", "id", "verdict")
_SUBJECTS, _VERDICTS = ("account", "campaign"), ("attack", "honest")
_SPREAD = 0.25  # standard deviation of a weight around 1 before any label
_BOUNDS = (0.0, 2.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """One verdict.

    Attributes:
        subject: `account` or `campaign`.
        id: Its id, as in a report.
        verdict: What an analyst, an upheld ban or a won appeal decided.
    """

    subject: str
    id: str
    verdict: Verdict


def read_labels(path: Path) -> tuple[Label, ...]:
    """Verdicts from a CSV file with the columns subject, id and verdict.

    Raises:
        InputError: The file cannot be read as that; names the line.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            lacking = [c for c in _COLUMNS if c not in (reader.fieldnames or ())]
            if lacking:
                message = f"{path} lacks the columns {', '.join(lacking)}"
                raise InputError(message, hint="its first line must read: subject,id,verdict")
            return tuple(_label(path, reader.line_num, row) for row in reader)
    except (OSError, UnicodeDecodeError) as error:
        message = f"cannot read the labels {str(path)!r}: {error}"
        raise InputError(message, hint="give a CSV file: subject,id,verdict") from error


def _label(path: Path, line: int, row: Mapping[str, str | None]) -> Label:
    subject, name, verdict = ((row[c] or "").strip() for c in _COLUMNS)
    if subject not in _SUBJECTS or verdict not in _VERDICTS or not name:
        message = f"{path}:{line}: {subject!r}, {name!r}, {verdict!r} is no verdict"
        hint = "subject is account or campaign, verdict is attack or honest, id is not empty"
        raise InputError(message, hint=hint)
    return Label(subject=subject, id=name, verdict=cast("Verdict", verdict))


def label_groups(
    labels: Sequence[Label], judged: Judgement, campaigns: Sequence[Campaign], tables: Tables
) -> dict[int, Verdict]:
    """Verdicts by the number of the group that they speak about.

    A group is what its campaign was judged to be, else what most of its judged accounts are; where
    they are split evenly it has no verdict.

    Args:
        labels: Verdicts.
        judged: The groups.
        campaigns: Campaigns that were formed of them.
        tables: For account ids.
    """
    by_account = {v.id: v.verdict for v in labels if v.subject == "account"}
    by_campaign = {v.id: v.verdict for v in labels if v.subject == "campaign"}
    named = {
        c.assessment.group.accounts.tobytes(): by_campaign[c.campaign_id]
        for c in campaigns
        if c.campaign_id in by_campaign
    }
    found: dict[int, Verdict] = {}
    for number, a in enumerate(judged.assessments):
        own = named.get(a.group.accounts.tobytes())
        said = [by_account.get(tables.ids[i]) for i in a.group.accounts]
        attacks, honest = said.count("attack"), said.count("honest")
        if own is not None:
            found[number] = own
        elif attacks != honest:
            found[number] = "attack" if attacks > honest else "honest"
    return found


def refit(judged: Judgement, verdicts: Mapping[int, Verdict]) -> dict[str, float]:
    """Weights of the families, by maximum a posteriori, from the groups with a verdict.

    The model is the one that assesses (two questions, both must be yes), so a weight means the same
    in the fit and in a run. Before any label each weight is 1, normally distributed with standard
    deviation 0.25: a handful of verdicts moves little.
    """
    families = sorted(FAMILY_QUESTION)
    if not verdicts:
        return dict.fromkeys(families, 1.0)
    bits = np.array([_bits(judged.assessments[i], families) for i in verdicts])
    prior = np.array([list(prior_of(judged.assessments[i].parties).values()) for i in verdicts])
    true = np.array([v == "attack" for v in verdicts.values()])
    asks_operator = np.array([FAMILY_QUESTION[f] == "one_operator" for f in families])

    def loss(weight: Floats) -> float:
        operator = bits[:, asks_operator] @ weight[asks_operator]
        harvest = bits[:, ~asks_operator] @ weight[~asks_operator]
        p = np.clip(_both(operator, harvest, prior), 1e-9, 1 - 1e-9)
        surprise = -np.where(true, np.log(p), np.log(1 - p)).sum()
        return float(surprise + (((weight - 1) / _SPREAD) ** 2).sum() / 2)

    best = optimize.minimize(
        loss, np.ones(len(families)), method="L-BFGS-B", bounds=[_BOUNDS] * len(families)
    )
    return {f: round(float(w), 4) for f, w in zip(families, best.x, strict=True)}


def _bits(assessment: Assessment, families: Sequence[str]) -> list[float]:
    steps = [*assessment.operator.steps, *assessment.harvest.steps]
    return [sum(s.counted_bits for s in steps if s.family == f) for f in families]


def _both(operator: Floats, harvest: Floats, prior: Floats) -> Floats:
    """Probability that both answers are yes; prior columns: neither, operator, harvest, both."""
    zero = np.zeros_like(operator)
    odds = np.log2(prior) + np.stack([zero, operator, harvest, operator + harvest], axis=1)
    weight = np.exp2(odds - odds.max(axis=1, keepdims=True))
    found: Floats = weight[:, 3] / weight.sum(axis=1)
    return found
