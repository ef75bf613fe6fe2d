"""What a policy may know about an account when it decides."""

from __future__ import annotations

from dataclasses import dataclass

from stillwatch.schema.results import FAMILY_QUESTION

__all__ = ["Facts"]

_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """One account as it stands; unknown is None, and a condition on it does not hold.

    Attributes:
        account_id: As in the data contract.
        probability: That it serves a campaign, 0…1.
        campaign_id: The campaign that it most likely serves.
        campaign_probability: That the campaign is one, 0…1.
        campaign_accounts: Members of the campaign.
        families: Families of evidence that speak for the campaign.
        capabilities: What the campaign aims at (schema.CAPABILITIES).
        replayed_blocks: Reasoning blocks of others that the account presented (protect.binding).
        honeytokens: Marks of others' protected answers that it presented (protect.honeytokens).
        elicitation: Share of its, or its campaign's, late requests that ask for hidden reasoning,
            0…1; 0 where there are too few to say.
        indicator: It matches an indicator that is in force.
        proof: A deterministic proof (family `integrity`) names this very account.
        victim: It looks like the owner of a stolen key.
        tier: As in the data contract; so are the next two.
        program: Education, research, startup.
        verification: 0 none, 1 e-mail, 2 phone or payment, 3 documents or contract.
        age_days: Since sign-up.
        grant: Why automation leaves the account alone (trust.GRANTS), or None.
        approved: Actions against it that enough people have approved and that are in force.
        evidence: What speaks for it: `campaign_id/detector`.
    """

    account_id: str
    probability: float = 0.0
    campaign_id: str | None = None
    campaign_probability: float = 0.0
    campaign_accounts: int = 0
    families: frozenset[str] = _NONE
    capabilities: frozenset[str] = _NONE
    replayed_blocks: int = 0
    honeytokens: int = 0
    elicitation: float = 0.0
    indicator: bool = False
    proof: bool = False
    victim: bool = False
    tier: str | None = None
    program: str | None = None
    verification: int | None = None
    age_days: float | None = None
    grant: str | None = None
    approved: frozenset[str] = _NONE
    evidence: tuple[str, ...] = ()

    @property
    def family_count(self) -> int:
        """How many families of evidence speak for the campaign."""
        return len(self.families)

    @property
    def questions(self) -> frozenset[str]:
        """The questions (one operator? harvesting?) that some family of evidence answers yes."""
        return frozenset(FAMILY_QUESTION[f] for f in self.families)
