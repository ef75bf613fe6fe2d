"""Who is who: one row an account, and the party it openly belongs to."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.engine import Engine
from stillwatch.read import digest_strings
from stillwatch.schema import ACCOUNT

__all__ = ["FACTS", "accounts"]

_DIGESTED = (
    "email_domain",
    "email_shape",
    "email_hmac",
    "phone_hmac",
    "payment_hmac",
    "device_hmac",
    "payment_bin",
    "signup_ip",
    "signup_net",
)
FACTS = (
    "organization",
    "created_at",
    "status",
    "tier",
    "program",
    "verification",
    "sso",
    "signup_asn",
    *_DIGESTED,
    "declared_use",
)
"""Columns of `fact` beside `account` and `account_id`; null where the account table lacks them."""


_SEEN = """SELECT account, min(account_id) AS account_id, min(organization) AS organization,
                  count(*) AS exchanges, min(epoch_us(started_at)) AS first_us,
                  max(epoch_us(started_at)) AS last_us, count(DISTINCT hour) AS active_hours,
                  min(tier) AS tier
           FROM reading GROUP BY account"""


def accounts(engine: Engine, table: pa.Table | None, *, seen: str = _SEEN) -> None:
    """Make `fact` (what the provider knows) and `account` (one row an account that was seen).

    `account.party` is the account's organization where one is known, else the account itself:
    accounts of one declared organization are one customer, not strangers who act alike.
    """
    engine.attach("fact", _facts(table if table is not None else ACCOUNT.empty_table()))
    engine.create(
        "account",
        f"""SELECT r.account, r.account_id,
                  coalesce(f.organization, r.organization) AS organization,
                  coalesce(f.organization, r.organization, r.account) AS party,
                  r.exchanges, r.first_us, r.last_us, r.active_hours,
                  epoch_us(f.created_at) AS created_us, f.status, f.program, f.verification, f.sso,
                  coalesce(f.tier, r.tier) AS tier, f.declared_use
           FROM ({seen}) r
           LEFT JOIN fact f ON r.account = f.account""",
    )


def _facts(table: pa.Table) -> pa.Table:
    keyed = {"account": digest_strings(table["account_id"])}
    keyed["organization"] = digest_strings(table["organization_id"])
    for name in ("created_at", "status", "tier", "program", "verification", "sso"):
        keyed[name] = table[name]
    keyed["signup_asn"] = table["signup_asn"]
    for name in _DIGESTED:
        keyed[name] = digest_strings(table[name])
    keyed["declared_use"] = table["declared_use"]
    facts = pa.table(keyed)
    order = pc.sort_indices(facts, sort_keys=[("account", "ascending")])
    facts = facts.take(order)
    values = facts["account"].to_numpy()
    first = np.ones(len(values), bool)
    first[1:] = values[1:] != values[:-1]
    return facts.filter(pa.array(first))
