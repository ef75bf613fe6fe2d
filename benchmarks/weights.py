"""Fit what a bit of each detector is worth: the table of `stillwatch.assess.weights`.

python benchmarks/weights.py own=WORLD,WORLD other=WORLD,WORLD [--ridge 0.03]

Each name is a simulator with worlds that it made: exchanges/, accounts.parquet, perhaps
releases.parquet, and truth/accounts.parquet with `account_id` and `campaign` (or `campaign_id`).
Every world is judged, and each group that is left is a row: the bits of every detector, how many
customers, and whether most of its accounts are attackers'. A simulator is left out in turn: what
the weights of the others find in its worlds, with so many honest groups above, is what they are
worth elsewhere.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow.parquet as pq
from scipy.optimize import minimize

from stillwatch.assess import Assessment
from stillwatch.pipeline.fold import fold
from stillwatch.pipeline.judge import judge
from stillwatch.pipeline.opened import Given, opened
from stillwatch.schema.results import FAMILY_QUESTION
from stillwatch.settings import Settings

__all__ = ["main"]

Floats = npt.NDArray[np.float64]
Index = npt.NDArray[np.int64]
Words = npt.NDArray[np.str_]

_DISCOUNT = 0.5  # as in assess.combine
_START = 1.0  # the ridge pulls to it
_OPERATOR_ONLY, _HARVEST_ONLY = -7.3, -5.0  # bits, as in assess.combine
_SMALLER, _MANY = 0.5, 10  # bits a halving of the parties, below so many
_AT_MOST = 2.5
_FALSE = (0, 1, 2, 4, 8)
_FOUND = 0.2  # of a campaign's accounts, in a group that is mostly its own


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A judged group with its truth.

    Attributes:
        simulator: Whose world it is in.
        bits: (detector, family, bits) of every detector that spoke.
        parties: How many customers.
        attackers: Whether most of its accounts serve a campaign.
        campaign: World and campaign that it counts as finding, or None.
    """

    simulator: str
    bits: tuple[tuple[str, str, float], ...]
    parties: int
    attackers: bool
    campaign: tuple[str, str] | None


def rows_of(simulator: str, world: Path, settings: Settings) -> list[Row]:
    """Judge one world."""
    sides = {n: world / f"{n}.parquet" for n in ("accounts", "releases")}
    given = Given(
        logs=world / "exchanges", table=None, out=None, format=None, mapping=None, as_of=None,
        on_progress=None, **{n: path if path.exists() else None for n, path in sides.items()},
    )  # fmt: skip
    with opened("duckdb", given, settings) as (engine, inputs):
        inputs.spool(engine)
        tables, _ = fold(engine, accounts=inputs.accounts, releases=inputs.releases)
        judged = judge(tables)
        of = _campaigns(world / "truth" / "accounts.parquet")
        campaign = np.array([of[name] for name in tables.ids])
        return [_row(simulator, world, a, campaign) for a in judged.assessments]


def _campaigns(path: Path) -> dict[str, str]:
    """By account id, the campaign that it serves, or an empty word."""
    truth = pq.read_table(path)
    name = "campaign" if "campaign" in truth.column_names else "campaign_id"
    ids, serves = truth["account_id"].to_pylist(), truth[name].to_pylist()
    return {account: campaign or "" for account, campaign in zip(ids, serves, strict=True)}


def _row(simulator: str, world: Path, found: Assessment, campaign: Words) -> Row:
    inside = campaign[found.group.accounts]
    served, counts = np.unique(inside[inside != ""], return_counts=True)
    most = served[counts.argmax()] if len(served) else ""
    shared = int((inside == most).sum()) if most else 0
    finds = 2 * shared >= len(inside) and shared >= _FOUND * (campaign == most).sum()
    steps = [*found.operator.steps, *found.harvest.steps]
    return Row(
        simulator=simulator,
        bits=tuple((s.detector, s.family, s.bits) for s in steps),
        parties=found.parties,
        attackers=2 * int((inside != "").sum()) >= len(inside),
        campaign=(str(world), str(most)) if most and finds else None,
    )


class Model:
    """The probability of `assess.combine` as a function of the weights."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.detectors = sorted({d for r in rows for d, _, _ in r.bits})
        family = {d: f for r in rows for d, f, _ in r.bits}
        self.families = np.array([family[d] for d in self.detectors])
        asks = [FAMILY_QUESTION[family[d]] == "one_operator" for d in self.detectors]
        self.operator = np.array(asks)
        at = {d: i for i, d in enumerate(self.detectors)}
        bits = np.zeros((len(rows), len(at)))
        for i, row in enumerate(rows):
            for detector, _, value in row.bits:
                bits[i, at[detector]] = value
        self.favour, self.against = np.maximum(bits, 0), np.minimum(bits, 0)
        self.size = np.log2(np.clip([r.parties for r in rows], 1, _MANY) / _MANY)
        self.true = np.array([r.attackers for r in rows], float)

    def discounted(self, weights: Floats) -> Floats:
        """Bits in favour after each family's discount, ranked as these weights rank them."""
        counted = np.zeros_like(self.favour)
        for name in np.unique(self.families):
            own = self.families == name
            order = np.argsort(-self.favour[:, own] * weights[own], axis=1)
            rank = np.argsort(order, axis=1)
            counted[:, own] = self.favour[:, own] * _DISCOUNT**rank
        return counted

    def log_odds(self, at: Floats, counted: Floats, rows: Index) -> Floats:
        """Natural log odds of a campaign; `at` is weights, one weight against, bits before."""
        n = len(self.detectors)
        weight, against, both = at[:n], at[n], at[n + 1]
        bits = counted[rows] * weight + self.against[rows] * against
        o, h = bits[:, self.operator].sum(axis=1), bits[:, ~self.operator].sum(axis=1)
        yes = both + _SMALLER * self.size[rows] + o + h
        no = np.logaddexp2(np.logaddexp2(_OPERATOR_ONLY + o, _HARVEST_ONLY + h), 0)
        odds: Floats = np.log(2) * (yes - no)
        return odds

    def fit(self, rows: Index, ridge: float) -> Floats:
        """Maximum a posteriori on these rows; the discount's ranks are those of the fit before."""
        n = len(self.detectors)
        at = np.concatenate([np.full(n, _START), [_START, -5.0]])
        bounds = [(0, _AT_MOST)] * (n + 1) + [(-15, 0)]
        for _ in range(3):
            counted = self.discounted(at[:n])

            def loss(x: Floats, counted: Floats = counted) -> float:
                z = self.log_odds(x, counted, rows)
                surprise = (np.logaddexp(0, z) - self.true[rows] * z).sum()
                pull = ((x[:n] - _START) ** 2).sum()
                return float(surprise + ridge * len(rows) / 10 * pull)

            at = minimize(loss, at, method="L-BFGS-B", bounds=bounds).x
        return at


def found_at(odds: Floats, rows: Sequence[Row], within: Index) -> list[int]:
    """Campaigns found above the first, second … honest group."""
    honest, seen, counts = 0, set[tuple[str, str]](), dict[int, int]()
    for i in within[np.argsort(-odds[within], kind="stable")]:
        row = rows[i]
        if row.campaign is not None:
            seen.add(row.campaign)
        if not row.attackers:
            counts[honest] = len(seen)
            honest += 1
    return [counts.get(k, len(seen)) for k in _FALSE]


def main() -> None:
    """Judge, fit with each simulator left out, fit on all, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("worlds", nargs="+", help="NAME=FOLDER[,FOLDER…]")
    parser.add_argument("--ridge", type=float, default=0.03)
    given = parser.parse_args()
    rows: list[Row] = []
    for name, _, folders in (each.partition("=") for each in given.worlds):
        for folder in folders.split(","):
            rows += rows_of(name, Path(folder), Settings())
            print(f"{folder}: {len(rows)} groups so far", flush=True)
    model = Model(rows)
    whose = np.array([r.simulator for r in rows])
    n = len(model.detectors)
    print(f"campaigns found above {_FALSE} honest groups")
    for name in dict.fromkeys(whose):
        others, own = np.flatnonzero(whose != name), np.flatnonzero(whose == name)
        if len(others):
            at = model.fit(others, given.ridge)
            odds = model.log_odds(at, model.discounted(at[:n]), np.arange(len(rows)))
            print(f"  {name}, left out: {found_at(odds, rows, own)}")
    at = model.fit(np.arange(len(rows)), given.ridge)
    for detector, weight in zip(model.detectors, at, strict=False):
        print(f"  {detector:18s} {weight:.2f}")
    print(f"  against {at[n]:.2f}, both {at[n + 1]:.2f}")


if __name__ == "__main__":
    main()
