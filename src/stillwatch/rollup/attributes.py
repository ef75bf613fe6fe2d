"""Which account shows which value: the means that accounts may share, one row a value × account."""

from __future__ import annotations

from stillwatch.engine import Engine

__all__ = ["FROM_ACCOUNTS", "FROM_EXCHANGES", "attributes", "shared_values", "shown_values"]

FROM_EXCHANGES = {
    "client_ip": "client_ip",
    "client_net": "client_net",
    "credential": "credential",
    "session": "session",
    "client": "CASE WHEN user_agent IS NULL AND tls IS NULL THEN NULL"
    " ELSE xor(coalesce(user_agent, 0), coalesce(tls, 0)) END",
    "tool_set": "CASE WHEN tools > 0 THEN tool_set END",
    "history": "history",
}
FROM_ACCOUNTS = {
    "payment": "payment_hmac",
    "device": "device_hmac",
    "phone": "phone_hmac",
    "email": "email_hmac",
    "signup_ip": "signup_ip",
    "signup_net": "signup_net",
    "email_domain": "email_domain",
    "payment_bin": "payment_bin",
}
_LISTS = {"reasoning_in": "reasoning_in", "reasoning_out": "reasoning_out", "image": "images"}


def attributes(engine: Engine, *, keep: bool = False) -> None:
    """Make `attribute` (kind, value, account, party, exchanges, first_us) for shared values only.

    A value that a single account shows says nothing about links and is left out. `shown_value`,
    which has them all, stays only with `keep`.
    """
    engine.create("shown_value", shown_values("reading"))
    shared_values(engine)
    if not keep:
        engine.drop("shown_value")


def shown_values(source: str) -> str:
    """Query: kind, value, account, exchanges, first_us of the readings in `source`."""
    seen = [
        f"SELECT '{kind}' AS kind, {value} AS value, account, started_at FROM {source}"
        for kind, value in FROM_EXCHANGES.items()
    ]
    listed = [
        f"SELECT '{kind}' AS kind, unnest({value}) AS value, account, started_at FROM {source}"
        f" WHERE len({value}) > 0"
        for kind, value in _LISTS.items()
    ]
    return f"""SELECT kind, value, account, count(*) AS exchanges,
                      min(epoch_us(started_at)) AS first_us
               FROM ({" UNION ALL ".join([*seen, *listed])}) WHERE value IS NOT NULL
               GROUP BY kind, value, account"""


def shared_values(engine: Engine) -> None:
    """Make `attribute` of table `shown_value` and of what is known about accounts."""
    known = [
        f"SELECT '{kind}' AS kind, f.{value} AS value, f.account, CAST(0 AS BIGINT) AS exchanges,"
        " epoch_us(f.created_at) AS first_us FROM fact f"
        f" SEMI JOIN account a ON f.account = a.account WHERE f.{value} IS NOT NULL"
        for kind, value in FROM_ACCOUNTS.items()
    ]
    engine.view(
        "attribute_all",
        f"""SELECT kind, value, account, exchanges, first_us FROM shown_value
            UNION ALL {" UNION ALL ".join(known)}""",
    )
    engine.create(
        "attribute",
        """SELECT t.kind, t.value, t.account, a.party, t.exchanges, t.first_us
           FROM attribute_all t
           SEMI JOIN (SELECT kind, value FROM attribute_all GROUP BY kind, value
                      HAVING min(account) <> max(account)) s
             ON t.kind = s.kind AND t.value = s.value
           JOIN account a USING (account)""",
    )
    engine.drop("attribute_all")
