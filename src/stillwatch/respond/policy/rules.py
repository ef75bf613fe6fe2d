"""One rule of a policy file: read, checked against the vocabulary, filled up with defaults."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import timedelta

from stillwatch.errors import closest
from stillwatch.respond.actions import ACTIONS, Action, Parameter
from stillwatch.respond.decision import REASONS, Value
from stillwatch.respond.guardrails import LONGEST
from stillwatch.respond.policy.conditions import CONDITIONS, Condition, Wanted
from stillwatch.respond.policy.rule import Rule
from stillwatch.respond.policy.written import Faults, Written

__all__ = ["RULE_KEYS", "read_rule"]

RULE_KEYS: Mapping[str, str] = {
    "name": "unique; small letters, digits and -",
    "when": "conditions, all of which must hold",
    "then": "what is done: an action",
    "with": "parameters of the action",
    "for": "how long a decision counts: a whole number and m, h or d; at most 90d (default 24h)",
    "enforce": "true: it is carried out; false: it is in shadow (default)",
    "reason": "reason code (default: that of the action)",
    "message": "one sentence for the customer, up to 200 letters (default: that of the action)",
}
"""The keys of a rule with their meaning."""
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?")
_DURATION = re.compile(r"(\d{1,6})([mhd])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
_DEFAULT = timedelta(hours=24)
_SENTENCE = 200


def read_rule(written: Written, faults: Faults) -> Rule | None:
    """A rule, or None after faults that leave nothing to compare it by."""
    before = len(faults.found)
    keys = faults.mapping(written, "a rule", ("name", "when", "then"))
    if keys is None:
        return None
    for key, value in keys.items():
        if key not in RULE_KEYS:
            faults.add(
                value.key or value, f"a rule has no key {key!r}; {closest(key, list(RULE_KEYS))}"
            )
    name = _name(keys.get("name"), faults)
    when = _when(keys.get("when"), faults)
    action = _action(keys.get("then"), faults)
    lasts = _lasts(keys.get("for"), faults)
    enforce = faults.flag(keys["enforce"], "enforce") if "enforce" in keys else False
    parameters = _parameters(keys.get("with"), action, faults)
    reason, message = _reason(keys.get("reason"), faults), _message(keys.get("message"), faults)
    if action is not None and len(faults.found) == before:
        _fits(written, when, action, faults)
    if action is None or len(faults.found) > before:
        return None
    return Rule(
        name=name, when=when, then=action.name, parameters=parameters, lasts=lasts,
        enforce=bool(enforce), reason=reason or action.reason,
        message=message or action.sentence, line=written.place[0],
    )  # fmt: skip


def _name(written: Written | None, faults: Faults) -> str:
    name = faults.word(written, "name") if written is not None else None
    if written is not None and name is not None and not _NAME.fullmatch(name):
        faults.add(written, f"{name!r} is no rule name; write small letters, digits and -")
    return name or ""


def _action(written: Written | None, faults: Faults) -> Action | None:
    name = faults.word(written, "then") if written is not None else None
    if written is None or name is None:
        return None
    if name not in ACTIONS:
        faults.add(written, f"there is no action {name!r}; {closest(name, ACTIONS)}")
    return ACTIONS.get(name)


def _fits(at: Written, when: Mapping[str, Wanted], action: Action, faults: Faults) -> None:
    victim = "victim" in when
    if victim and action.affects:
        faults.add(at, f"a victim is notified, not punished: {action.name} cannot follow `victim`")
    if action.name == "notify_owner" and not victim:
        faults.add(at, "notify_owner is for victims: add `victim: true` to its conditions")


def _when(written: Written | None, faults: Faults) -> dict[str, Wanted]:
    if written is None:
        return {}
    found: dict[str, Wanted] = {}
    for name, value in (faults.mapping(written, "when") or {}).items():
        condition = CONDITIONS.get(name)
        if condition is None:
            told = f"there is no condition {name!r}; {closest(name, CONDITIONS)}"
            faults.add(value.key or value, told)
            continue
        wanted = _wanted(condition, value, faults)
        if wanted is not None:
            found[name] = wanted
    return found


def _wanted(condition: Condition, written: Written, faults: Faults) -> Wanted | None:
    if condition.kind == "is":
        flag = faults.flag(written, condition.name)
        if flag is not None and condition.only is not None and flag is not condition.only:
            shown = str(condition.only).lower()
            faults.add(written, f"{condition.name} can only be {shown}; leave it out otherwise")
        return flag
    if condition.kind in {"one_of", "any_of", "all_of"}:
        return _words(condition, written, faults)
    number = faults.number(written, condition.name, whole=condition.whole)
    _within(number, condition, condition.name, written, faults)
    return number


def _words(condition: Condition, written: Written, faults: Faults) -> frozenset[str] | None:
    listed = faults.listing(written, condition.name)
    words = [(each, faults.word(each, f"an item of {condition.name}")) for each in listed]
    for each, word in words:
        if word is not None and condition.words and word not in condition.words:
            faults.add(
                each, f"{word!r} is none of {condition.name}; {closest(word, condition.words)}"
            )
    if not listed:
        faults.add(written, f"{condition.name} must name at least one")
    return frozenset(word for _, word in words if word is not None)


def _within(
    number: float | None,
    bounds: Condition | Parameter,
    what: str,
    written: Written,
    faults: Faults,
) -> None:
    least, most = bounds.least, bounds.most
    if number is None:
        return
    low = least is not None and number < least
    high = most is not None and number > most
    if low or high or not math.isfinite(number):
        bottom = least or 0
        allowed = f"at least {bottom:g}" if most is None else f"{bottom:g} to {most:g}"
        faults.add(written, f"{what} is {number:g}; allowed: {allowed}")


def _parameters(written: Written | None, action: Action | None, faults: Faults) -> dict[str, Value]:
    given = (faults.mapping(written, "with") if written is not None else None) or {}
    if action is None:
        return {}
    found = {name: p.default for name, p in action.parameters.items() if p.default is not None}
    for name, value in given.items():
        parameter = action.parameters.get(name)
        if parameter is None:
            told = f"{action.name} has no parameter {name!r}"
            near = closest(name, action.parameters) if action.parameters else "it has none"
            faults.add(value.key or value, f"{told}; {near}")
        elif (taken := _parameter(name, parameter, value, faults)) is not None:
            found[name] = taken
    return found


def _parameter(name: str, spec: Parameter, written: Written, faults: Faults) -> Value | None:
    if spec.kind == "word":
        word = faults.word(written, name)
        if word is not None and spec.words and word not in spec.words:
            faults.add(written, f"{name} is {word!r}; {closest(word, spec.words)}")
        return word
    number = faults.number(written, name, whole=spec.kind == "integer")
    _within(number, spec, name, written, faults)
    return number


def _lasts(written: Written | None, faults: Faults) -> timedelta:
    text = faults.word(written, "for") if written is not None else None
    if written is None or text is None:
        return _DEFAULT
    found = _DURATION.fullmatch(text)
    length = timedelta(**{_UNITS[found[2]]: int(found[1])}) if found else timedelta(0)
    if not timedelta(0) < length <= LONGEST:
        faults.add(
            written, f"for is {text!r}; write a whole number and m, h or d, at most {LONGEST.days}d"
        )
    return length


def _reason(written: Written | None, faults: Faults) -> str | None:
    code = faults.word(written, "reason") if written is not None else None
    if written is not None and code is not None and code not in REASONS:
        faults.add(written, f"there is no reason {code!r}; {closest(code, REASONS)}")
    return code


def _message(written: Written | None, faults: Faults) -> str | None:
    text = faults.word(written, "message") if written is not None else None
    if written is not None and text is not None and (len(text) > _SENTENCE or "\n" in text):
        faults.add(written, f"message must be one line of at most {_SENTENCE} letters")
    return text
