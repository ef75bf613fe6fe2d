"""The numeric plan between deciding and rendering: people, rows of exchanges, and a batch of both.

A plan row is all that decides the text and the metadata of one exchange. Rendering is a pure
function of it, so rows may be sorted, spilled and cut into blocks freely.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["PERSON", "ROW", "Batch", "Table", "blank_rows", "join"]

Table = npt.NDArray[np.void]

ROW = np.dtype(
    [
        ("at", "i8"),  # microseconds UTC
        ("uid", "u8"),  # exchange key
        ("item", "u8"),  # decides the prompt
        ("theme", "u8"),  # what a campaign or an app keeps fixed
        ("session", "u8"),
        ("thread", "u8"),  # decides the history digests
        ("system_seed", "u8"),
        ("quote_item", "u8"),  # the quoted exchange, 0: none
        ("quote_uid", "u8"),
        ("block_in", "u8"),  # uid of the exchange whose reasoning block is presented, 0: none
        ("end_user", "u8"),  # 0: none
        ("image", "u8"),  # 0: none
        ("account", "i4"),
        ("ip", "u4"),
        ("turn", "i2"),
        ("history", "i2"),  # messages before this turn
        ("template", "i2"),
        ("system", "i2"),  # -1: none
        ("quote_template", "i2"),
        ("client", "i2"),
        ("tools", "i2"),  # -1: none
        ("campaign", "i2"),  # -1: none
        ("topic", "i1"),
        ("language", "i1"),
        ("model", "i1"),
        ("credential", "i1"),
        ("n", "i1"),
        ("status", "i1"),  # index into render.STATUS
        ("refusal", "i1"),  # index into render.REFUSALS
        ("calls", "i1"),
        ("shots", "i1"),  # images in the request
        ("extraction", "?"),
    ]
)

PERSON = np.dtype(
    [
        ("created", "i8"),
        ("key", "u8"),
        ("org", "u8"),  # 0: none
        ("email", "u8"),
        ("phone", "u8"),
        ("payment", "u8"),
        ("device", "u8"),
        ("domain", "i4"),
        ("shape", "i4"),
        ("home", "u4"),
        ("work", "u4"),
        ("mobile", "u4"),
        ("signup", "u4"),
        ("client", "i2"),
        ("client2", "i2"),
        ("bin", "i2"),
        ("country", "i2"),
        ("topic", "i1", (3,)),
        ("language", "i1"),
        ("tier", "i1"),
        ("program", "i1"),
        ("verification", "i1"),
        ("declared", "i1"),
        ("state", "i1"),  # index into render.STATES
        ("status", "i1"),
        ("model", "i1"),
        ("sso", "?"),
        ("role", "i1"),  # 0 honest, 1 member, 2 victim
        ("campaign", "i2"),
        ("kind", "i2"),
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Accounts and their planned exchanges.

    Attributes:
        people: PERSON, one an account.
        rows: ROW, one an exchange; `account` counts within `people`.
    """

    people: Table
    rows: Table


def blank_rows(count: int) -> Table:
    """Rows with nothing decided: first turn, no system prompt, no tools, no campaign."""
    rows = np.zeros(count, ROW)
    for name in ("system", "tools", "campaign", "quote_template"):
        rows[name] = -1
    rows["turn"] = rows["n"] = 1
    return rows


def join(*batches: Batch) -> Batch:
    """Batches as one, account numbers shifted."""
    rows, shift = [], 0
    for batch in batches:
        moved = batch.rows.copy()
        moved["account"] += shift
        shift += len(batch.people)
        rows.append(moved)
    return Batch(people=np.concatenate([b.people for b in batches]), rows=np.concatenate(rows))
