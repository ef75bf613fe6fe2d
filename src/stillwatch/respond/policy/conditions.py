"""The closed vocabulary of conditions: what a rule may ask about an account.

Conditions on *belief* hold for every account of which more is believed, never for less only. The
other ones describe the customer, and belief does not change them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from stillwatch.respond.facts import Facts
from stillwatch.schema import CAPABILITIES, FAMILIES

__all__ = ["CONDITIONS", "Condition", "Wanted", "holds"]

Kind = Literal["at_least", "at_most", "below", "is", "one_of", "any_of", "all_of"]
Wanted = float | bool | frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A word of the vocabulary.

    Attributes:
        name: As a policy says it.
        fact: The field of Facts that it looks at.
        kind: How fact and wanted value are compared; `at_least` … take a number, `is` takes a
            flag, the last three take a list of words.
        belief: More belief never makes it fail.
        whole: The number is an integer.
        least: Smallest number allowed.
        most: Largest number allowed.
        words: Words allowed; any, where empty.
        only: The one flag allowed, or None for both.
    """

    name: str
    fact: str
    kind: Kind
    meaning: str
    belief: bool = False
    unit: str = ""
    whole: bool = False
    least: float | None = None
    most: float | None = None
    words: tuple[str, ...] = ()
    only: bool | None = None


_ALL = (
    Condition(
        name="probability_at_least",
        fact="probability",
        kind="at_least",
        belief=True,
        least=0,
        most=1,
        meaning="that the account serves a campaign",
        unit="0..1",
    ),
    Condition(
        name="campaign_probability_at_least",
        fact="campaign_probability",
        kind="at_least",
        belief=True,
        least=0,
        most=1,
        meaning="that its campaign is one",
        unit="0..1",
    ),
    Condition(
        name="campaign_accounts_at_least",
        fact="campaign_accounts",
        kind="at_least",
        belief=True,
        whole=True,
        least=1,
        meaning="members of its campaign",
        unit="accounts",
    ),
    Condition(
        name="families_at_least",
        fact="family_count",
        kind="at_least",
        belief=True,
        whole=True,
        least=1,
        most=len(FAMILIES),
        meaning="families of evidence that speak for the campaign",
        unit="families",
    ),
    Condition(
        name="families",
        fact="families",
        kind="all_of",
        belief=True,
        words=FAMILIES,
        meaning="all of these families of evidence speak for the campaign",
    ),
    Condition(
        name="replayed_blocks_at_least",
        fact="replayed_blocks",
        kind="at_least",
        belief=True,
        whole=True,
        least=1,
        meaning="reasoning blocks of others that the account presented",
        unit="blocks",
    ),
    Condition(
        name="honeytokens_at_least",
        fact="honeytokens",
        kind="at_least",
        belief=True,
        whole=True,
        least=1,
        meaning="marks of others' protected answers that the account presented",
        unit="marks",
    ),
    Condition(
        name="elicitation_at_least",
        fact="elicitation",
        kind="at_least",
        belief=True,
        least=0,
        most=1,
        meaning="share of its, or its campaign's, late requests that ask for hidden reasoning",
        unit="0..1",
    ),
    Condition(
        name="indicator",
        fact="indicator",
        kind="is",
        belief=True,
        only=True,
        meaning="the account matches an indicator that is in force",
    ),
    Condition(
        name="proof",
        fact="proof",
        kind="is",
        belief=True,
        only=True,
        meaning="a deterministic proof names this very account",
    ),
    Condition(
        name="victim",
        fact="victim",
        kind="is",
        only=True,
        meaning="the account looks like a stolen key's owner; other rules never apply to it",
    ),
    Condition(
        name="capabilities",
        fact="capabilities",
        kind="any_of",
        words=CAPABILITIES,
        meaning="the campaign aims at one of these",
    ),
    Condition(
        name="tier",
        fact="tier",
        kind="one_of",
        meaning="the account's tier is one of these, in the provider's own words",
    ),
    Condition(
        name="program",
        fact="program",
        kind="one_of",
        meaning="the account's programme is one of these: education, research, startup, …",
    ),
    Condition(
        name="verification_at_least",
        fact="verification",
        kind="at_least",
        whole=True,
        least=0,
        most=3,
        meaning="0 none, 1 e-mail, 2 phone or payment, 3 documents or contract",
    ),
    Condition(
        name="verification_at_most",
        fact="verification",
        kind="at_most",
        whole=True,
        least=0,
        most=3,
        meaning="as above",
    ),
    Condition(
        name="age_days_at_least",
        fact="age_days",
        kind="at_least",
        least=0,
        meaning="since sign-up",
        unit="days",
    ),
    Condition(
        name="age_days_below",
        fact="age_days",
        kind="below",
        least=0,
        meaning="since sign-up",
        unit="days",
    ),
)
CONDITIONS: Mapping[str, Condition] = {each.name: each for each in _ALL}
"""By name."""


def holds(condition: Condition, wanted: Wanted, facts: Facts) -> bool:  # noqa: PLR0911 - one a kind
    """Whether a condition holds; on an unknown fact it does not."""
    fact = getattr(facts, condition.fact)
    if fact is None:
        return False
    match condition.kind:
        case "at_least":
            return bool(fact >= wanted)
        case "at_most":
            return bool(fact <= wanted)
        case "below":
            return bool(fact < wanted)
        case "is":
            return bool(fact is wanted)
        case "one_of":
            return isinstance(wanted, frozenset) and fact in wanted
        case "any_of":
            return isinstance(wanted, frozenset) and not wanted.isdisjoint(fact)
        case "all_of":
            return isinstance(wanted, frozenset) and wanted <= fact
