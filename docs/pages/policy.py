"""reference/policy.md: every word that a policy may use, and what no policy can do."""

from __future__ import annotations

from collections.abc import Mapping

from pages.markdown import table
from stillwatch.respond.actions import ACTIONS, Parameter
from stillwatch.respond.decision import REASONS
from stillwatch.respond.guardrails import GUARDRAILS, LONGEST
from stillwatch.respond.policy.conditions import CONDITIONS, Condition
from stillwatch.respond.policy.rules import RULE_KEYS

INTRODUCTION = """# Policy

A policy is one YAML file with a `version` (any text up to 40 letters) and a list of `rules`.
[Write a policy](../how-to/write-a-policy.md) shows how. `stillwatch policy check FILE` says every
fault at once, each with file, line and column.

The first rule that applies decides. A rule in shadow never changes what is done: the first rule
that enforces decides, and the decision names the rule in shadow that came before it. Where a
guardrail holds a rule back, the next one that applies decides.

A policy must be *monotone*: more belief never leads to a milder action. So where two rules can meet
the same account, the more severe stands first; `check` refuses others, and rules that can never be
reached.
"""
KINDS = {
    "at_least": "a number",
    "at_most": "a number",
    "below": "a number",
    "is": "true or false",
    "one_of": "a list; the account's value is one of it",
    "any_of": "a list; at least one is there",
    "all_of": "a list; all are there",
}


def page() -> str:
    """The page."""
    return INTRODUCTION + _rules() + _conditions() + _actions() + _reasons() + _guardrails()


def _rules() -> str:
    rows = [(f"`{key}`", meaning) for key, meaning in RULE_KEYS.items()]
    return "\n## Keys of a rule\n\n" + table(("key", "meaning"), rows)


def _conditions() -> str:
    text = "\n## Conditions\n\nAll conditions of a rule must hold. On an unknown fact none holds."
    text += " Conditions on *belief* never fail because more is believed.\n\n"
    headers = ("condition", "takes", "belief", "meaning")
    rows = [
        (f"`{c.name}`", _takes(c), "yes" if c.belief else "", _meaning(c))
        for c in CONDITIONS.values()
    ]
    return text + table(headers, rows)


def _takes(condition: Condition) -> str:
    if condition.only is not None:
        return f"`{str(condition.only).lower()}`"
    if condition.words:
        return f"{KINDS[condition.kind]}: {', '.join(f'`{w}`' for w in condition.words)}"
    kind = "a whole number" if condition.whole else KINDS[condition.kind]
    return kind + _bounds(condition.least, condition.most)


def _bounds(least: float | None, most: float | None) -> str:
    if least is None:
        return ""
    return f", {least:g} or more" if most is None else f" from {least:g} to {most:g}"


def _meaning(condition: Condition) -> str:
    return condition.meaning + (f" ({condition.unit})" if condition.unit else "")


def _actions() -> str:
    text = "\n## Actions\n\nFrom the mildest to the most severe.\n"
    for action in ACTIONS.values():
        text += f"\n### {action.name}\n\n{action.meaning}"
        if action.ends_service:
            text += " It ends service: two people must agree."
        text += f"\n\nUndone: {action.undone}\n\nThe customer is told: “{action.sentence}”\n"
        if action.parameters:
            text += "\n" + _parameters(action.parameters)
    return text


def _parameters(parameters: Mapping[str, Parameter]) -> str:
    kinds = {"integer": "a whole number", "number": "a number", "word": "a word"}
    rows = [
        (
            f"`{name}`",
            f"`{p.default}`",
            p.unit,
            ", ".join(f"`{w}`" for w in p.words) or kinds[p.kind] + _bounds(p.least, p.most),
            p.meaning,
        )
        for name, p in parameters.items()
    ]
    return table(("parameter", "default", "unit", "allowed", "meaning"), rows)


def _reasons() -> str:
    rows = [(f"`{code}`", meaning) for code, meaning in REASONS.items()]
    return "\n## Reason codes\n\n" + table(("code", "meaning"), rows)


def _guardrails() -> str:
    text = "\n## Guardrails\n\nThey stand in the code, and no policy can change them. Only what"
    text += " enough people approved goes beyond. No decision lasts longer than"
    text += f" {LONGEST.days} days.\n\n"
    rows = [(f"`{name}`", sentence) for name, (sentence, _) in GUARDRAILS.items()]
    return text + table(("guardrail", "rule"), rows)
