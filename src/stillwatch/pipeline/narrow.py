"""Where a driver cannot take all that is rolled up: which customers are judged.

Judging needs the rows of every judged account at once. Below the bounds these are all accounts, and
nothing changes. Beyond them, first the shared values go that could link nobody; then a quarter of
the room goes to a sample of all customers (by digest, so the same logs give the same sample), with
whom groups are compared, and the rest to those with the strongest leads. Everything that judging
reads is cut down to the same customers, so shares and ratios are of one population.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from stillwatch.engine import Bounds, Engine
from stillwatch.pipeline.leads import BUCKETS, LEADS, SLICES, VALUES, leads, useful_values

__all__ = ["narrow"]

Index = npt.NDArray[np.int64]

_LOG = logging.getLogger(__name__)
_SAMPLE = 4  # one in so many of what is judged is a sample of everybody
_ALONE = 8  # a customer that takes more than one in so many of the room is not judged
_SETTINGS = ("spark.judged_accounts", "spark.judged_stream_rows", "spark.judged_values")
_ROWS = "stream_account t SEMI JOIN stream s ON t.stream = s.stream"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Choice:
    """Which customers are judged.

    Attributes:
        sample: Those whose slice is below this, whatever their leads …
        bucket: … those whose leads are stronger than this …
        until: … and of those who are in it, the ones whose slice is below this.
    """

    sample: int
    bucket: int
    until: int

    @property
    def test(self) -> str:
        """As a condition of SQL."""
        return (
            f"slice < {self.sample} OR bucket > {self.bucket}"
            f" OR (bucket = {self.bucket} AND slice < {self.until})"
        )


def narrow(engine: Engine, *, minimum_exchanges: int, minimum_parties: int) -> tuple[str, ...]:
    """Cut the rolled-up tables down to what the engine's bounds allow, if they are beyond.

    Returns:
        What was left out, a sentence each; nothing where everything is judged.
    """
    bounds = engine.bounds
    if bounds is None:
        return ()
    room = np.array([bounds.accounts, bounds.stream_rows, bounds.values], np.int64)
    before = _sizes(engine)
    if (before <= room).all():
        return ()
    said = [_without_useless_values(engine, before)]
    now = _sizes(engine)
    if (now > room).any():
        said.append(_fewer(engine, bounds, now, minimum_exchanges, minimum_parties))
    engine.drop(VALUES)
    for sentence in said:
        _LOG.warning(sentence)
    return tuple(said)


def _sizes(engine: Engine) -> Index:
    """Rows of accounts, of streams × accounts, of values × accounts."""
    counts = ["account", _ROWS, "attribute"]
    found = [engine.fetch(f"SELECT count(*) AS n FROM {c}")["n"][0].as_py() for c in counts]
    return np.array(found, np.int64)


def _without_useless_values(engine: Engine, before: Index) -> str:
    useful_values(engine)
    _replace(
        engine,
        "attribute",
        "useful",
        f"""SELECT t.* FROM attribute t
            SEMI JOIN {VALUES} w ON t.kind = w.kind AND t.value = w.value""",
    )
    left = int(engine.fetch("SELECT count(*) AS n FROM attribute")["n"][0].as_py())
    return (
        f"{int(before[2]) - left:,} of {int(before[2]):,} rows of shared values could link nobody"
        " and stayed on the cluster"
    )


def _fewer(
    engine: Engine, bounds: Bounds, now: Index, minimum_exchanges: int, minimum_parties: int
) -> str:
    """Judge some of the customers only; says which bound asked for it and how many are left."""
    leads(engine)
    room = np.array([bounds.accounts, bounds.stream_rows, bounds.values], np.int64)
    chosen = _choose(_cells(engine, room), room)
    engine.create(
        "judged_party", f"SELECT party FROM {LEADS} WHERE {_fits(room)} AND ({chosen.test})"
    )
    parties = engine.fetch(
        f"""SELECT count(*) AS n, count(*) FILTER (WHERE NOT ({_fits(room)})) AS alone
            FROM {LEADS}"""
    ).to_pylist()[0]
    judged = int(engine.fetch("SELECT count(*) AS n FROM judged_party")["n"][0].as_py())
    _cut(engine, minimum_exchanges, minimum_parties)
    over = [
        f"{n:,} {what} ({setting} allows {int(most):,})"
        for n, most, what, setting in zip(
            now.tolist(),
            room,
            ("accounts", "rows text × account", "rows value × account"),
            _SETTINGS,
            strict=True,
        )
        if n > most
    ]
    engine.drop(LEADS)
    return (
        f"{' and '.join(over)}: of {parties['n']:,} customers {judged:,} were judged, those who"
        f" share the rarest things and a sample of {chosen.sample / SLICES:.1%} of all;"
        f" {parties['alone']:,} were left out as too large alone"
    )


def _fits(room: Index) -> str:
    """A customer that would take the room of all others is one customer, and no group."""
    columns = ("accounts", "stream_rows", "shown")
    return " AND ".join(f"{c} <= {int(n) // _ALONE}" for c, n in zip(columns, room, strict=True))


def _cells(engine: Engine, room: Index) -> Index:
    """By bucket of leads and slice of digests: accounts, stream rows, values."""
    rows = engine.fetch(
        f"""SELECT bucket, slice, CAST(sum(accounts) AS BIGINT) AS accounts,
                   CAST(sum(stream_rows) AS BIGINT) AS stream_rows,
                   CAST(sum(shown) AS BIGINT) AS shown
            FROM {LEADS} WHERE {_fits(room)} GROUP BY bucket, slice"""
    )
    cells = np.zeros((BUCKETS, SLICES, 3), np.int64)
    at = rows["bucket"].to_numpy(), rows["slice"].to_numpy()
    for i, name in enumerate(("accounts", "stream_rows", "shown")):
        cells[(*at, i)] = rows[name].to_numpy()
    return cells


def _choose(cells: Index, room: Index) -> _Choice:
    """A sample of everybody first, then the strongest leads, until a bound is reached."""
    by_slice = np.cumsum(cells.sum(axis=0), axis=0)
    sample = int((by_slice <= room // _SAMPLE).all(axis=1).sum())
    taken = by_slice[sample - 1] if sample else np.zeros(3, np.int64)
    rest = cells[::-1].copy()
    rest[:, :sample] = 0
    fits = (np.cumsum(rest.reshape(-1, 3), axis=0) <= room - taken).all(axis=1)
    end = int(fits.sum())
    return _Choice(sample=sample, bucket=BUCKETS - 1 - end // SLICES, until=end % SLICES)


def _cut(engine: Engine, minimum_exchanges: int, minimum_parties: int) -> None:
    """Every table that judging reads, for the judged customers only."""
    of_judged = "SELECT a.* FROM account a SEMI JOIN judged_party j ON a.party = j.party"
    _replace(engine, "account", "judged", of_judged)
    for name in ("reading", "activity", "exchange_stream", "stream_account", "attribute"):
        theirs = f"SELECT t.* FROM {name} t SEMI JOIN account a ON t.account = a.account"
        _replace(engine, name, "judged", theirs)
    _replace(
        engine,
        "attribute",
        "shared",
        """SELECT t.* FROM attribute t SEMI JOIN (
               SELECT kind, value FROM attribute GROUP BY kind, value
               HAVING min(account) <> max(account)) s
             ON t.kind = s.kind AND t.value = s.value""",
    )
    _replace(
        engine,
        "stream",
        "judged",
        f"""SELECT s.stream, s.kinds, s.keys, p.exchanges, p.parties, p.accounts, s.items,
                   s.crossed, s.item_exchanges
            FROM stream s JOIN (
                SELECT stream, CAST(sum(exchanges) AS BIGINT) AS exchanges,
                       count(DISTINCT party) AS parties, count(*) AS accounts
                FROM stream_account GROUP BY stream) p ON s.stream = p.stream
            WHERE p.exchanges >= {minimum_exchanges} AND p.parties >= {minimum_parties}""",
    )
    engine.drop("judged_party")


def _replace(engine: Engine, name: str, step: str, query: str) -> None:
    """Another table under the same name, made out of the first."""
    engine.create(f"{name}_{step}", query)
    engine.drop(name)
    engine.view(name, f"SELECT * FROM {name}_{step}")
