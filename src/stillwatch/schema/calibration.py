"""What is fitted on an operator's own traffic and stored, for later runs to be compared with."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

__all__ = ["CALIBRATION_FORMAT", "Calibration", "Feature", "FittedOn"]

CALIBRATION_FORMAT = 1
"""Version of the stored file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """How one number is distributed over customers.

    Attributes:
        name: Its name.
        unit: Its unit.
        edges: Ascending inner edges of its bins; bin i ends below edge i, the last one is open.
        shares: Share of the customers in each bin, 0..1; one more than edges.
    """

    name: str
    unit: str
    edges: tuple[float, ...]
    shares: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FittedOn:
    """The traffic behind a calibration.

    Attributes:
        inputs: What was read.
        since: First exchange.
        until: End of the window, exclusive.
        exchanges: How many were read.
        accounts: How many accounts they have.
        customers: How many different customers those say they are.
    """

    inputs: tuple[str, ...]
    since: datetime
    until: datetime
    exchanges: int
    accounts: int
    customers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Nulls, thresholds and weights of one operator.

    Attributes:
        format: CALIBRATION_FORMAT when it was written.
        program: Version of the program that fitted it; another version may weigh differently.
        made_at: When.
        fitted_on: On what.
        nulls: By name, the probabilities of a null that is fitted to the traffic.
        report_at: Probability from which a campaign is reported.
        named_at: Probability from which an account is named.
        false_share: Share of the reported campaigns that may be expected to be false, 0..1.
        weights: By family of evidence, what its bits are multiplied with; 1 where nothing is known.
        labels: How many groups analysts judged, by verdict, behind the weights.
        features: How customers looked, for measuring drift.
    """

    format: int
    program: str
    made_at: datetime
    fitted_on: FittedOn
    nulls: dict[str, tuple[float, ...]]
    report_at: float
    named_at: float
    false_share: float
    weights: dict[str, float] = field(default_factory=dict)
    labels: dict[str, int] = field(default_factory=dict)
    features: tuple[Feature, ...] = ()
