"""How many honest accounts a policy would hit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import numpy as np
import pytest

from stillwatch.respond.facts import Facts
from stillwatch.respond.honest import honest_among
from stillwatch.respond.impact import impact
from stillwatch.respond.issue import Ceiling
from stillwatch.respond.policy import default_policy

MakeFacts = Callable[..., Facts]


def _crew(suspect: MakeFacts, campaign: str, shares: list[float], real: float) -> list[Facts]:
    return [
        suspect(
            account_id=f"{campaign}-{i}",
            campaign_id=campaign,
            campaign_probability=real,
            probability=real * share,
        )
        for i, share in enumerate(shares)
    ]


def test_members_are_wrong_together(suspect: MakeFacts) -> None:
    """A campaign that is none in one of ten cases takes all its members with it."""
    found = honest_among(_crew(suspect, "c", [1.0] * 30, 0.9))
    assert found.expected == pytest.approx(3.0)
    assert found.at_most == 30


def test_a_sure_campaign_leaves_only_its_own_doubts(suspect: MakeFacts) -> None:
    found = honest_among(_crew(suspect, "c", [1.0] * 30, 0.99))
    assert (found.expected, found.at_most) == (pytest.approx(0.3), 0)


def test_the_bound_agrees_with_drawing_lots(suspect: MakeFacts) -> None:
    crews = [
        ([0.9] * 12, 0.97),
        ([0.8] * 20, 0.99),
        ([0.95, 0.6, 0.5], 0.8),
    ]
    accounts = [f for i, (s, c) in enumerate(crews) for f in _crew(suspect, f"c{i}", s, c)]
    accounts += [suspect(account_id=f"x{i}", campaign_id=None, probability=0.7) for i in range(4)]
    draw = np.random.default_rng(5)
    times = 40_000
    honest = (draw.random((times, 4)) < 0.3).sum(axis=1)
    for shares, real in crews:
        true = draw.random(times) < real
        doubt = draw.random((times, len(shares))) >= np.array(shares)
        honest += np.where(true, doubt.sum(axis=1), len(shares))
    found = honest_among(accounts)
    assert found.expected == pytest.approx(honest.mean(), abs=0.1)
    assert (honest <= found.at_most).mean() >= 0.945
    assert (honest <= found.at_most - 1).mean() <= 0.955


def test_nobody_is_hit_and_nobody_is_honest() -> None:
    assert (honest_among([]).expected, honest_among([]).at_most) == (0.0, 0)


def test_a_simulation_says_whom_each_rule_would_hit_though_all_are_in_shadow(
    suspect: MakeFacts, now: datetime
) -> None:
    crew = [suspect(account_id=f"a-{i}", verification=1) for i in range(5)]
    bystander = suspect(account_id="b", probability=0.2)
    found = impact(
        default_policy(), [*crew, bystander], at=now, ceiling=Ceiling(accounts=100, honest=10)
    )
    by_rule = {each.rule: each for each in found.rules}
    assert by_rule["unknown-customers"].accounts == 5
    assert by_rule["unknown-customers"].campaigns == 1
    assert (found.accounts, found.affected, found.enforced) == (6, 5, 0)
