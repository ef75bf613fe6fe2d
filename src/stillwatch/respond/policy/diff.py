"""What changed between two policies, in the words of a policy."""

from __future__ import annotations

from stillwatch.respond.policy.policy import Policy
from stillwatch.respond.policy.rule import Rule

__all__ = ["diff"]


def diff(old: Policy, new: Policy) -> list[str]:
    """A line a change; empty where both say the same."""
    before = {rule.name: rule for rule in old.rules}
    after = {rule.name: rule for rule in new.rules}
    lines = [] if old.declared == new.declared else [f"version: {old.declared} → {new.declared}"]
    lines += [f"− {_said(rule)}" for name, rule in before.items() if name not in after]
    for name, rule in after.items():
        if name not in before:
            lines.append(f"+ {_said(rule)}")
            continue
        changes = _changes(before[name], rule)
        lines += [f"~ {name}: {change}" for change in changes]
    kept = [name for name in after if name in before]
    if kept != [name for name in before if name in after]:
        lines.append(f"order: {', '.join(kept)}")
    return lines


def _said(rule: Rule) -> str:
    mode = "enforced" if rule.enforce else "in shadow"
    return f"{rule.name}: {_conditions(rule)} → {rule.then}, {mode}"


def _conditions(rule: Rule) -> str:
    return ", ".join(f"{name} {_shown(value)}" for name, value in rule.when.items()) or "always"


def _changes(old: Rule, new: Rule) -> list[str]:
    before, after = _fields(old), _fields(new)
    names = [*before, *(name for name in after if name not in before)]
    return [
        f"{name} {before.get(name, '(unset)')} → {after.get(name, '(unset)')}"
        for name in names
        if before.get(name) != after.get(name)
    ]


def _fields(rule: Rule) -> dict[str, str]:
    return {
        **{f"when.{name}": _shown(value) for name, value in sorted(rule.when.items())},
        "then": rule.then,
        **{f"with.{name}": _shown(value) for name, value in sorted(rule.parameters.items())},
        "for": str(rule.lasts),
        "enforce": str(rule.enforce).lower(),
        "reason": rule.reason,
        "message": repr(rule.message),
    }


def _shown(value: object) -> str:
    if isinstance(value, frozenset):
        return f"[{', '.join(sorted(value))}]"
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)
