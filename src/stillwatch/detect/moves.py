"""Who changed network and program late in life, whose new networks are one, and since when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.detect.taken_over import later_lives
from stillwatch.rollup.rows import Rows, pairs
from stillwatch.rollup.tables import HOUR, Tables
from stillwatch.schema.results import Group

__all__ = ["Moves", "at_once", "moves", "to_one_place"]

Floats = npt.NDArray[np.float64]
Index = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_SAMPLE = 20_000  # accounts that say how often customers move
_ENOUGH = 8  # exchanges, and …
_SPAN = 48 * HOUR  # … time between the first and the last, before an account can show a move
_AT_ONCE = 72 * HOUR  # between the first and the last that was taken over
_PAIR = 2
_OURS = 0.5  # of all parties on a network, before it is no carrier's, cloud's or VPN's
_MOSTLY = 0.5  # of what is new in an account comes from such networks


@dataclass(frozen=True, slots=True, kw_only=True)
class Moves:
    """Who moved, and to where.

    Attributes:
        life: By account, the position of its life if it moved, else -1.
        could: By account, whether there is enough of it to show a move.
        able: By party, whether it could have moved, in the sample.
        moved: By party, whether it did, in the sample.
        new: Rows, by life, of the networks that were new to it …
        network: … which, by row, numbered …
        work: … with how many exchanges.
        parties: By number of network, the parties that use it.
        began: By life, when the new began, in microseconds.
    """

    life: Index
    could: Flags
    able: Flags
    moved: Flags
    new: Rows
    network: Index
    work: Floats
    parties: Index
    began: Floats


def moves(groups: Sequence[Group], tables: Tables) -> Moves:
    """Look at the groups' accounts, and at a sample of all to say how usual it is.

    Args:
        groups: The groups.
        tables: The run's rollups.
    """
    digests = tables.accounts["account"].to_numpy()
    sample = np.sort(np.argsort(digests, kind="stable")[:_SAMPLE])
    lives = later_lives([*groups, Group(accounts=sample)], tables)
    moving = lives.had_a_life & lives.jumped & lives.networks.away & lives.clients.away
    life = np.full(len(digests), -1, np.int64)
    life[lives.a[moving]] = np.flatnonzero(moving)
    seen = tables.number("last_us") - tables.number("first_us")
    could = ((tables.number("exchanges") >= _ENOUGH) & (seen >= _SPAN)) | (life >= 0)
    able, moved = np.zeros(tables.parties, bool), np.zeros(tables.parties, bool)
    able[tables.party[sample[could[sample]]]] = True
    moved[tables.party[sample[life[sample] >= 0]]] = True
    at = lives.networks
    new = (at.work > 0) & (at.own == 0)
    values, network = np.unique(at.value[new], return_inverse=True)
    return Moves(
        life=life,
        could=could,
        able=able,
        moved=moved,
        new=Rows.by(at.life[new], len(lives.a)),
        network=network,
        work=at.work[new],
        parties=_parties(values, tables),
        began=lives.work_first,
    )


def _parties(networks: npt.NDArray[np.generic], tables: Tables) -> Index:
    """By network, the parties that use it; one that is not shared has one."""
    value, count = tables.once(_users)
    at = np.searchsorted(value, networks)
    known = at < len(value)
    known[known] = value[at[known]] == networks[known]
    result = np.ones(len(networks), np.int64)
    result[known] = count[at[known]]
    return result


def _users(tables: Tables) -> tuple[npt.NDArray[np.generic], Index]:
    """Networks that are shared, ascending, and how many parties use each."""
    kinds = pa.array(["client_net", "client_ip"])
    shown = tables.values.filter(pc.is_in(tables.values["kind"], value_set=kinds))
    value, number = np.unique(shown["value"].to_numpy(), return_inverse=True)
    of, _ = pairs(number, tables.party[shown["a"].to_numpy()])
    return value, np.bincount(of, minlength=len(value))


def to_one_place(taken: Index, made: Moves, tables: Tables) -> Index:
    """Of these accounts those whose new networks others of them have too, and few besides."""
    rows = made.new.of(made.life[taken])
    each = made.new.each(made.life[taken])
    values, network = np.unique(made.network[rows], return_inverse=True)
    of, _ = pairs(network, tables.party[taken][each])
    here = np.bincount(of, minlength=len(values))
    ours = (here >= _PAIR) & (here >= _OURS * made.parties[values])
    work = made.work[rows]
    inside = np.bincount(each, work * ours[network], len(taken))
    return taken[inside >= _MOSTLY * np.bincount(each, work, len(taken))]


def at_once(taken: Index, made: Moves) -> Index:
    """The most of these accounts in which the new began within a few days."""
    taken = taken[np.argsort(made.began[made.life[taken]], kind="stable")]
    began = made.began[made.life[taken]]
    until = np.searchsorted(began, began + _AT_ONCE, side="right")
    if not len(taken):
        return taken
    first = int(np.argmax(until - np.arange(len(taken))))
    return np.sort(taken[first : until[first]])
