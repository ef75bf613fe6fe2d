"""People become rows of the account table and of the truth about them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.schema import ACCOUNT, TIME
from stillwatch.sim.draw import Bits, mix, within
from stillwatch.sim.encode import addresses, keys, networks, nullable, words
from stillwatch.sim.plan import Table
from stillwatch.sim.what.banks import company_names
from stillwatch.sim.who.marks import BINS, DECLARED, DOMAINS, PROGRAMS, SHAPES, TIERS
from stillwatch.sim.who.networks import ASN, COUNTRIES, SYSTEM_OF

__all__ = ["account_ids", "account_table", "true_accounts"]

_ROLES = ("honest", "member", "victim")


def account_ids(people: Table) -> pa.Array:
    """The public ids of accounts."""
    return keys("acct_", mix(people["key"], 1))


def _marks(prefix: str, values: npt.NDArray[np.uint64]) -> pa.Array:
    return nullable(keys(prefix, mix(values, 3)), values > 0)


def account_table(people: Table) -> pa.Table:
    """The account table, ordered by account id."""
    named = _names(people)
    shown = people["signup"]
    asn = pa.array(ASN[SYSTEM_OF[shown >> 16]], mask=shown == 0)
    paid = people["payment"] > 0
    country = words(COUNTRIES, people["country"])
    columns = {
        "account_id": account_ids(people),
        "organization_id": nullable(keys("org_", mix(people["org"], 2)), people["org"] > 0),
        "organization_name": named,
        "created_at": pa.array(people["created"].astype("datetime64[us]")).cast(TIME),
        "status": words(("active", "suspended"), people["status"]),
        "tier": words(TIERS, people["tier"]),
        "program": words(PROGRAMS, people["program"]),
        "verification": pa.array(people["verification"].astype(np.int64)),
        "sso": pa.array(people["sso"]),
        "email_domain": words(DOMAINS, people["domain"]),
        "email_shape": words(SHAPES, people["shape"]),
        "email_hmac": _marks("", people["email"]),
        "phone_hmac": _marks("", people["phone"]),
        "payment_hmac": _marks("", people["payment"]),
        "device_hmac": _marks("", people["device"]),
        "payment_bin": nullable(words(BINS, people["bin"]), paid),
        "billing_country": nullable(country, paid),
        "signup_ip": addresses(shown),
        "signup_net": networks(shown),
        "signup_asn": asn,
        "declared_use": words(DECLARED, people["declared"]),
    }
    table = pa.Table.from_arrays([columns[name] for name in ACCOUNT.names], schema=ACCOUNT)
    return table.sort_by("account_id")


def _names(people: Table) -> pa.Array:
    """Names of organizations: two words by the organization's key."""
    first, second = company_names()
    name = pc.binary_join_element_wise(
        words(first, within(mix(people["org"], 4), len(first))),
        words(second, within(mix(people["org"], 5), len(second))),
        " ",
    )
    return nullable(name, people["org"] > 0)


def true_accounts(
    people: Table,
    kinds: list[str],
    campaigns: list[str],
    sent: npt.NDArray[np.int64],
    harvested: npt.NDArray[np.int64],
) -> pa.Table:
    """What each account really is.

    Args:
        people: PERSON of all.
        kinds: Names by number; a member's kind is its technique.
        campaigns: Campaign ids by number.
        sent: Exchanges of each account.
        harvested: Exchanges of each account that were extraction.
    """
    guilty: Bits = people["campaign"] >= 0
    share = 1 - harvested / np.maximum(sent, 1)
    table = pa.table(
        {
            "account_id": account_ids(people),
            "kind": words(kinds, people["kind"]),
            "campaign": nullable(
                words([*campaigns, "-"], people["campaign"] % (len(campaigns) + 1)), guilty
            ),
            "role": words(_ROLES, people["role"]),
            "exchanges": pa.array(sent),
            "decoy_share": pa.array(share, mask=~guilty),
        }
    )
    return table.sort_by("account_id")
