"""What a campaign aims at: the capabilities that its work would train, from rates of that work."""

from __future__ import annotations

import numpy as np

from stillwatch.read import ASKS
from stillwatch.rollup.tables import Tables
from stillwatch.schema import CAPABILITIES
from stillwatch.schema.results import Group

__all__ = ["capabilities"]

_COUNTED = {
    "with_tools": "tool_use",
    "code_tools": "coding",
    "screen_tools": "computer_use",
    "data_tools": "data_analysis",
    "with_images": "vision",
    "with_reasoning": "reasoning",
}
_WEAK = frozenset({"step_by_step", "tool_json", "translate", "with_reasoning"})
_RATE, _WEAK_RATE = 0.12, 0.35
_LIFT = 2.0  # times the rate of everybody else
_MOST = 4
_AGENT = 0.3  # of the exchanges offer tools, and of them continue a conversation


def capabilities(group: Group, tables: Tables) -> list[str]:
    """Up to four of schema.CAPABILITIES, strongest first; `general` where nothing stands out."""
    totals = tables.totals
    inside = np.zeros(tables.accounts.num_rows, bool)
    inside[group.accounts] = True
    text = np.maximum(totals["with_text"], totals["exchanges"] * 0.0)
    base = {f"asks_{a.name}": (a.capability, text) for a in ASKS if a.capability}
    base |= {name: (aim, totals["exchanges"]) for name, aim in _COUNTED.items()}
    score: dict[str, float] = {}
    for name, (aim, of) in base.items():
        mine = totals[name][inside].sum() / max(of[inside].sum(), 1)
        others = totals[name][~inside].sum() / max(of[~inside].sum(), 1)
        weak = name.removeprefix("asks_") in _WEAK
        if mine >= (_WEAK_RATE if weak else _RATE) and mine >= _LIFT * others:
            score[aim] = max(score.get(aim, 0.0), float(mine))
    if _agentic(group, tables):
        score["agentic"] = max(score.get("agentic", 0.0), 0.5)
    ranked = sorted(score, key=lambda aim: (-score[aim], CAPABILITIES.index(aim)))
    return ranked[:_MOST] or ["general"]


def _agentic(group: Group, tables: Tables) -> bool:
    """Tools are offered and conversations go on: steps of an agent, not single calls."""
    totals = tables.totals
    exchanges = max(totals["exchanges"][group.accounts].sum(), 1)
    tools = totals["with_tools"][group.accounts].sum() / exchanges
    continuing = 1 - totals["first_turns"][group.accounts].sum() / exchanges
    return bool(tools > _AGENT and continuing > _AGENT)
