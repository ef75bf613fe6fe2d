"""What two accounts can agree on, and how much each agreement is worth in bits at the most.

Weights follow Fellegi and Sunter (1969): log2(m / u), where m is how often two accounts of one
operator agree on this and u how often two strangers do. u comes from the run's own data (how
common this very value is), so a popular value is worth nothing by itself; the ceiling says how far
the *kind* of agreement can be trusted, because families, campuses and offices share such things
honestly.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["COMPARISONS", "Comparison"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One kind of agreement between accounts.

    Attributes:
        kind: As in the `attribute` rollup.
        agree: m, how often two accounts of one operator agree on it.
        ceiling: The most bits that one agreement is worth.
        hub: The most parties a value may have before it says nothing.
        meaning: What is shared, as it stands in `linked_by`.
        look_alikes: Honest strangers who agree on it.
    """

    kind: str
    agree: float
    ceiling: float
    hub: int
    meaning: str
    look_alikes: str


COMPARISONS = {
    c.kind: c
    for c in (
        Comparison(
            kind="payment",
            agree=0.5,
            ceiling=8,
            hub=2000,
            meaning="same payment instrument",
            look_alikes="company card, family card, agency",
        ),
        Comparison(
            kind="device",
            agree=0.4,
            ceiling=7,
            hub=500,
            meaning="same device",
            look_alikes="family computer, laboratory or library machine",
        ),
        Comparison(
            kind="phone",
            agree=0.4,
            ceiling=8,
            hub=500,
            meaning="same phone number",
            look_alikes="family, office switchboard",
        ),
        Comparison(
            kind="email",
            agree=0.2,
            ceiling=8,
            hub=200,
            meaning="same e-mail address",
            look_alikes="one person with two accounts",
        ),
        Comparison(
            kind="credential",
            agree=0.2,
            ceiling=8,
            hub=200,
            meaning="same credential",
            look_alikes="key moved between a customer's projects",
        ),
        Comparison(
            kind="session",
            agree=0.1,
            ceiling=8,
            hub=50,
            meaning="same conversation",
            look_alikes="shared seat, hand-off inside a team",
        ),
        Comparison(
            kind="history",
            agree=0.1,
            ceiling=7,
            hub=200,
            meaning="same conversation history",
            look_alikes="a public transcript that many people paste",
        ),
        Comparison(
            kind="reasoning",
            agree=0.1,
            ceiling=10,
            hub=500,
            meaning="same reasoning block",
            look_alikes="hand-off between accounts of one customer",
        ),
        Comparison(
            kind="image",
            agree=0.2,
            ceiling=3,
            hub=100,
            meaning="same images",
            look_alikes="memes, public screenshots, course material",
        ),
        Comparison(
            kind="client_ip",
            agree=0.4,
            ceiling=2.5,
            hub=200,
            meaning="same address",
            look_alikes="household, office, VPN exit, mobile carrier",
        ),
        Comparison(
            kind="client_net",
            agree=0.5,
            ceiling=1.5,
            hub=150,
            meaning="same network",
            look_alikes="campus, company, data centre, mobile carrier",
        ),
        Comparison(
            kind="signup_ip",
            agree=0.4,
            ceiling=2.5,
            hub=200,
            meaning="same sign-up address",
            look_alikes="household, classroom, office",
        ),
        Comparison(
            kind="signup_net",
            agree=0.4,
            ceiling=1.2,
            hub=150,
            meaning="same sign-up network",
            look_alikes="campus, company",
        ),
        Comparison(
            kind="cohort",
            agree=0.4,
            ceiling=4,
            hub=3000,
            meaning="same sign-up batch",
            look_alikes="class, hackathon, company roll-out, advertising campaign",
        ),
        Comparison(
            kind="stream",
            agree=0.7,
            ceiling=7,
            hub=100_000,
            meaning="same work queue",
            look_alikes="users of one product, tutorial or prompt collection",
        ),
        Comparison(
            kind="newcomers",
            agree=0.5,
            ceiling=4,
            hub=20_000,
            meaning="newcomers to the same text",
            look_alikes="a class, a hackathon, users of a product that was just launched",
        ),
        Comparison(
            kind="recipe",
            agree=0.7,
            ceiling=7,
            hub=100_000,
            meaning="same recipe for training data",
            look_alikes="judge and evaluation teams, red-teamers, researchers",
        ),
    )
}
