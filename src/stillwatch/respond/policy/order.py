"""What the order of rules must keep: every rule can be reached, and more belief is never milder."""

from __future__ import annotations

from collections.abc import Sequence

from stillwatch.respond.actions import severity
from stillwatch.respond.policy.conditions import CONDITIONS
from stillwatch.respond.policy.rule import Rule

__all__ = ["order_faults"]


def order_faults(rules: Sequence[Rule]) -> list[tuple[int, str]]:
    """Line and sentence for each pair of rules that cannot stand in this order.

    A later rule is *unreachable* if an earlier one applies wherever it does. A pair is *not
    monotone* if the later rule is more severe, some customer can meet both, and more belief can
    make the earlier one apply too: then the more suspect account would get the milder action.
    """
    faults = []
    for place, later in enumerate(rules):
        for earlier in rules[:place]:
            if (told := _fault(earlier, later)) is not None:
                faults.append((later.line, told))
                break
    return faults


def _fault(earlier: Rule, later: Rule) -> str | None:
    who = f"rule {earlier.name!r} (line {earlier.line})"
    belief = _implies(later, earlier, belief=True)
    takes_all = belief and _implies(later, earlier, belief=False)
    if takes_all and (earlier.enforce or not later.enforce):
        return f"rule {later.name!r} is never reached: {who} applies wherever it does"
    if not belief and severity(earlier.then) < severity(later.then) and _meet(earlier, later):
        return (
            f"rule {later.name!r} does more ({later.then}) than {who} does ({earlier.then}), which"
            " could take over where more is believed; put the more severe rule first"
        )
    return None


def _implies(strong: Rule, weak: Rule, *, belief: bool) -> bool:
    """Whether an account that meets the conditions of `strong` meets those of `weak`.

    Looks at conditions on belief, or at the others.
    """
    if not belief and ("victim" in strong.when) is not ("victim" in weak.when):
        return False
    names = [name for name in weak.when if CONDITIONS[name].belief is belief and name != "victim"]
    return all(_covers(strong, weak, name) for name in names)


def _covers(strong: Rule, weak: Rule, name: str) -> bool:
    wanted, given = weak.when[name], strong.when.get(name)
    kind = CONDITIONS[name].kind
    if isinstance(wanted, frozenset):
        if not isinstance(given, frozenset):
            return False
        return wanted <= given if kind == "all_of" else given <= wanted
    if name == "families_at_least":
        listed = strong.when.get("families", frozenset())
        counted = len(listed) if isinstance(listed, frozenset) else 0
        given = max(counted, 0 if given is None or isinstance(given, frozenset) else given)
    if given is None or isinstance(given, frozenset):
        return False
    return given >= wanted if kind in {"at_least", "is"} else given <= wanted


def _meet(one: Rule, other: Rule) -> bool:
    """Whether some customer can have what both rules say of the customer."""
    if ("victim" in one.when) is not ("victim" in other.when):
        return False
    for name in ("tier", "program"):
        a, b = one.when.get(name), other.when.get(name)
        if isinstance(a, frozenset) and isinstance(b, frozenset) and a.isdisjoint(b):
            return False
    both = (one, other)
    return _range(both, "verification_at_least", "verification_at_most", open_end=False) and _range(
        both, "age_days_at_least", "age_days_below", open_end=True
    )


def _range(rules: Sequence[Rule], low: str, high: str, *, open_end: bool) -> bool:
    lows = [float(v) for r in rules if isinstance(v := r.when.get(low), int | float)]
    highs = [float(v) for r in rules if isinstance(v := r.when.get(high), int | float)]
    if not lows or not highs:
        return True
    return max(lows) < min(highs) if open_end else max(lows) <= min(highs)
