"""The rolled-up tables as arrays, indexed by account, stream and shared value."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TypeVar, cast

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from stillwatch.engine import Engine
from stillwatch.read import ask_bit
from stillwatch.rollup.activity import SUMS
from stillwatch.rollup.rows import Rows, numbered, pairs
from stillwatch.schema import DIMENSIONS
from stillwatch.schema.results import NO_HUBS, Hubs

__all__ = ["HOUR", "RECIPE", "Column", "Tables"]

RECIPE = sum(
    ask_bit(name)
    for name in (
        "own_reasoning", "clean_trace", "self_label", "trajectory", "rewrite_instruction",
        "synthetic_data", "write_tests", "judge", "candidates", "safe_rewrite",
    )
)  # fmt: skip
"""Asks that make a text a recipe for training data: a lead for linking, not evidence by itself."""
_DOCUMENTS = 3
_GRANTED = re.compile(r"distil|red.?team|safety research|model evaluation", re.IGNORECASE)
_SMALL = ("square", *(f"s{i:02d}" for i in range(DIMENSIONS)), "clock_sin", "clock_cos")
_LARGE = ("hours", "hours_square")
HOUR = 3_600_000_000
"""Microseconds in an hour."""

T = TypeVar("T")
Column = npt.NDArray[np.float64]
Index = npt.NDArray[np.int64]


class Tables:
    """One run's rollups; each table is fetched when first asked for and kept in a fixed order.

    Attributes:
        engine: Where the rollups live.
        releases: Table of schema MODEL_RELEASE, or None.
        hubs: What accounts share; empty until linking has run.
        made: Names of tables that a detector has made for the run and may use again.
        stored: Nulls of a stored calibration, by name; empty where each run fits its own.
        fitted: Nulls that this run used, by name.
        bounded: What was left out for the engine's bounds, a sentence each.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        releases: pa.Table | None = None,
        hubs: Hubs = NO_HUBS,
        bounded: Sequence[str] = (),
    ) -> None:
        self.engine = engine
        self.releases = releases
        self.hubs = hubs
        self.made: set[str] = set()
        self.stored: Mapping[str, Sequence[float]] = {}
        self.fitted: dict[str, tuple[float, ...]] = {}
        self.bounded = list(bounded)
        self._once: dict[tuple[str, ...], object] = {}

    def once(self, make: Callable[..., T], *of: str) -> T:
        """What `make(tables, *of)` gives, computed when first asked for.

        Args:
            make: A function of a module; it must depend on nothing but the tables and `of`.
            of: Names that it takes besides.
        """
        name = (make.__module__, make.__qualname__, *of)
        if name not in self._once:
            self._once[name] = make(self, *of)
        return cast("T", self._once[name])

    def use(self, nulls: Mapping[str, Sequence[float]]) -> None:
        """Take stored nulls instead of fitting them; what rested on others is forgotten."""
        self.stored = nulls
        self._once.clear()

    # -- accounts -----------------------------------------------------------------------------
    @cached_property
    def accounts(self) -> pa.Table:
        """One row an account, ordered by account id."""
        return self.engine.fetch("SELECT * FROM account ORDER BY account_id").combine_chunks()

    @cached_property
    def ids(self) -> list[str]:
        """Account ids by position."""
        ids: list[str] = self.accounts["account_id"].to_pylist()
        return ids

    @cached_property
    def party(self) -> Index:
        """Position of each account's party (0…parties-1)."""
        _, position = np.unique(self.accounts["party"].to_numpy(), return_inverse=True)
        return position.astype(np.int64)

    def parties_in(self, accounts: Index, each: Index, value: Index, values: int) -> Index:
        """By value, how many parties of a group show it.

        Args:
            accounts: Positions of the group's accounts.
            each: By row, the place in `accounts` of the account that shows the value.
            value: By row, from 0 to `values`, that one excluded; no account shows one twice.
            values: How many there are.
        """
        names, party = numbered(self.party[accounts], self.parties)
        if len(names) < len(accounts):
            value, _ = pairs(value, party[each])
        count: Index = np.bincount(value, minlength=values)
        return count

    @cached_property
    def parties(self) -> int:
        """How many parties there are."""
        return int(self.party.max()) + 1 if len(self.party) else 0

    def number(self, name: str) -> Column:
        """A numeric column of `accounts`, NaN where unknown."""
        return _floats(self.accounts[name])

    @cached_property
    def mail_domain(self) -> tuple[Index, Index]:
        """Number of each account's mail domain (-1 unknown), and parties by domain number."""
        table = self.engine.fetch(
            """SELECT a.account_id, f.email_domain FROM account a LEFT JOIN fact f USING (account)
               ORDER BY a.account_id"""
        )
        column = table["email_domain"].combine_chunks()
        known = np.asarray(column.is_valid())
        number = np.full(len(known), -1, np.int64)
        values = np.asarray(column.drop_null().to_numpy(zero_copy_only=False)).astype(np.int64)
        _, number[known] = np.unique(values, return_inverse=True)
        domain, _ = pairs(number[known], self.party[known])
        return number, np.bincount(domain, minlength=1).astype(np.int64)

    @cached_property
    def granted(self) -> npt.NDArray[np.bool_]:
        """Accounts that show documents for a purpose that allows such use, or were cleared."""
        verified = np.nan_to_num(self.number("verification")) >= _DOCUMENTS
        program = self.accounts["program"].to_pylist()
        use = self.accounts["declared_use"].to_pylist()
        allowed = [
            p == "research" or bool(u and _GRANTED.search(u))
            for p, u in zip(program, use, strict=True)
        ]
        cleared = [status == "cleared" for status in self.accounts["status"].to_pylist()]
        granted: npt.NDArray[np.bool_] = (verified & np.array(allowed, bool)) | np.array(
            cleared, bool
        )
        return granted

    @cached_property
    def totals(self) -> dict[str, Column]:
        """Sums of `activity` over all hours, by account position."""
        columns = ", ".join(f"CAST(sum(t.{s}) AS BIGINT) AS {s}" for s in SUMS)
        table = self.engine.fetch(
            f"""SELECT a.account_id, {columns} FROM activity t JOIN account a USING (account)
                GROUP BY a.account_id ORDER BY a.account_id"""
        )
        return {s: _floats(table[s]) for s in SUMS}

    def place(self, account: pa.ChunkedArray) -> Index:
        """Positions of account digests."""
        keys = self.accounts["account"].to_numpy()
        order = np.argsort(keys)
        found: Index = order[np.searchsorted(keys, account.to_numpy(), sorter=order)]
        return found

    # -- streams ------------------------------------------------------------------------------
    @cached_property
    def streams(self) -> pa.Table:
        """One row a stream, ordered by stream."""
        return self.engine.fetch("SELECT * FROM stream ORDER BY stream").combine_chunks()

    @cached_property
    def stream_rows(self) -> pa.Table:
        """Rows stream × account, ordered; with positions `s` and `a` as extra columns."""
        sums = [f"CAST(coalesce(t.{n}, 0) AS FLOAT) AS {n}" for n in _SMALL]
        sums += [f"CAST(coalesce(t.{n}, 0) AS DOUBLE) AS {n}" for n in _LARGE]
        table = self.engine.fetch(
            f"""SELECT t.stream, t.account, t.exchanges, t.first_us, t.last_us, t.output_tokens,
                      t.timed, t.placed, {", ".join(sums)}
               FROM stream_account t SEMI JOIN stream s ON t.stream = s.stream
               ORDER BY t.stream, t.account"""
        ).combine_chunks()
        streams = self.streams["stream"].to_numpy()
        at = np.searchsorted(streams, table["stream"].to_numpy()).astype(np.int64)
        table = table.append_column("s", pa.array(at))
        return table.append_column("a", pa.array(self.place(table["account"])))

    @cached_property
    def by_stream(self) -> Rows:
        """Rows of `stream_rows` by stream position."""
        return Rows.by(self.stream_rows["s"].to_numpy(), self.streams.num_rows)

    @cached_property
    def by_account(self) -> Rows:
        """Rows of `stream_rows` by account position."""
        return Rows.by(self.stream_rows["a"].to_numpy(), self.accounts.num_rows)

    @cached_property
    def recipe_share(self) -> Column:
        """By stream position: share of its exchanges that ask for what makes a training set."""
        asked = self.engine.fetch(
            f"""SELECT s.stream,
                       avg(CASE WHEN r.asks & {RECIPE} <> 0 THEN 1.0 ELSE 0.0 END) AS share
                FROM exchange_stream x JOIN stream s USING (stream) JOIN reading r USING (exchange)
                GROUP BY s.stream ORDER BY s.stream"""
        )
        return _floats(asked["share"])

    # -- shared values ------------------------------------------------------------------------
    @cached_property
    def values(self) -> pa.Table:
        """Shared values: kind, value, account position `a`, number `v` of the (kind, value)."""
        table = self.engine.fetch(
            """SELECT kind, value, account, exchanges, first_us FROM attribute
               ORDER BY kind, value, account"""
        ).combine_chunks()
        kind = table["kind"].combine_chunks().dictionary_encode()
        code = kind.indices.to_numpy().astype(np.int64)
        value = table["value"].to_numpy()
        new = np.ones(len(value), bool)
        new[1:] = (code[1:] != code[:-1]) | (value[1:] != value[:-1])
        numbered = np.cumsum(new) - 1
        table = table.append_column("v", pa.array(numbered.astype(np.int64)))
        return table.append_column("a", pa.array(self.place(table["account"])))

    def columns_present(self) -> frozenset[str]:
        """Names of `exchange` and `account.…` columns that hold at least one value."""
        table = self.engine.fetch("SELECT * FROM present")
        return frozenset(table["name"].to_pylist())


def _floats(column: pa.ChunkedArray) -> Column:
    values = column.cast(pa.float64()).combine_chunks()
    return np.asarray(values.to_numpy(zero_copy_only=False), dtype=np.float64)
