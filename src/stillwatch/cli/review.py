"""`stillwatch review`: what waits for people, and what they do about it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from stillwatch.cli import show
from stillwatch.cli.database import Because, By, Database, person
from stillwatch.cli.options import Accounts, AsOf, Logs, Out, Releases, SettingsFile
from stillwatch.cli.progress import progress
from stillwatch.cli.values import duration
from stillwatch.settings import load

__all__ = ["review"]

review = typer.Typer(
    no_args_is_help=True, help="See what waits for people; approve, reject, appeal, undo, clear."
)
_Proposal = Annotated[str, typer.Argument(help="A proposal's id.", metavar="PROPOSAL")]
_Decision = Annotated[str, typer.Argument(help="A decision's id.", metavar="DECISION")]


@review.command("list")
def list_(*, database: Database = None) -> None:
    """List what waits for people, the decisions that stand, and the accounts left alone."""
    from stillwatch.cli.opened import ledger  # noqa: PLC0415 - needs the extra `respond`
    from stillwatch.pipeline.respond import spared  # noqa: PLC0415 - `--help` does not wait for it
    from stillwatch.respond.register import Register  # noqa: PLC0415
    from stillwatch.respond.review import Review  # noqa: PLC0415

    kept, now = ledger(database), datetime.now(UTC)
    waiting = [
        (
            p.proposal_id,
            p.kind,
            p.action,
            p.campaign_id or "",
            f"{len(p.accounts):,}",
            f"{p.people}",
            f"{p.expires_at:%Y-%m-%d %H:%M}",
        )
        for p in Review(kept).waiting(at=now)
    ]
    headers = ("proposal", "kind", "action", "campaign", "accounts", "people", "until")
    show.table(headers, waiting)
    standing = [
        (d.decision_id, account, d.effective, d.rule, f"{d.expires_at:%Y-%m-%d %H:%M}")
        for account, d in sorted(Register(kept).standing(at=now).items())
        if not d.shadow
    ]
    show.text("")
    show.table(("decision", "account", "action", "rule", "until"), standing)
    show.text("")
    show.table(("account left alone", "because"), sorted(spared(kept, at=now).items()))


@review.command()
def approve(
    proposal: _Proposal, *, because: Because, by: By = None, database: Database = None
) -> None:
    """Agree to a proposal, or uphold an appeal; ends of service need a second person."""
    _vote(proposal, because, by, database, approve=True)


@review.command()
def reject(
    proposal: _Proposal, *, because: Because, by: By = None, database: Database = None
) -> None:
    """Turn a proposal or an appeal down."""
    _vote(proposal, because, by, database, approve=False)


@review.command()
def appeal(
    decision: _Decision, *, because: Because, by: By = None, database: Database = None
) -> None:
    """Take up a customer's appeal; somebody other than its approvers decides it."""
    from stillwatch.cli.opened import ledger  # noqa: PLC0415 - needs the extra `respond`
    from stillwatch.respond.review import Review  # noqa: PLC0415

    made = Review(ledger(database)).appeal(
        decision, person=person(by), said=because, at=datetime.now(UTC)
    )
    show.text(f"appeal {made.proposal_id} waits until {made.expires_at:%Y-%m-%d %H:%M} UTC")


@review.command()
def undo(
    decision: _Decision, *, because: Because, by: By = None, database: Database = None
) -> None:
    """Take a decision back; automation leaves the account alone until it would have ended."""
    from stillwatch.cli.opened import ledger  # noqa: PLC0415 - needs the extra `respond`
    from stillwatch.respond.review import Review  # noqa: PLC0415

    taken = Review(ledger(database)).undo(
        decision, person=person(by), why=because, at=datetime.now(UTC)
    )
    show.text(f"{taken.action} of account {taken.account_id} is undone")


@review.command()
def clear(
    account: Annotated[str, typer.Argument(help="The account's id.", metavar="ACCOUNT")],
    *,
    because: Because,
    lasts: Annotated[
        timedelta,
        typer.Option("--for", help="How long it counts.", metavar="DURATION", parser=duration),
    ] = timedelta(days=90),
    by: By = None,
    database: Database = None,
) -> None:
    """Say that an account is honest; what was approved about its campaigns is withdrawn."""
    from stillwatch.cli.opened import ledger  # noqa: PLC0415 - needs the extra `respond`
    from stillwatch.respond.review import Review  # noqa: PLC0415

    withdrawn = Review(ledger(database)).clear(
        account, person=person(by), why=because, at=datetime.now(UTC), lasts=lasts
    )
    linked = {name for each in withdrawn for name in each.accounts} - {account}
    show.text(
        f"{account} is cleared for {lasts.days} days; {len(withdrawn)} proposals or approvals about"
        f" {len(linked):,} accounts linked to it are withdrawn"
    )
    show.text("next: stillwatch review rescore LOGS --accounts FILE --out DIR")


@review.command()
def rescore(
    logs: Logs,
    *,
    accounts: Accounts = None,
    releases: Releases = None,
    as_of: AsOf = None,
    out: Out = Path("out"),
    settings: SettingsFile = None,
    database: Database = None,
) -> None:
    """Judge everybody again without the cleared accounts, and say who is judged differently."""
    from stillwatch.cli.opened import ledger  # noqa: PLC0415 - needs the extra `respond`
    from stillwatch.pipeline.rescore import rescore as run  # noqa: PLC0415
    from stillwatch.pipeline.respond import spared  # noqa: PLC0415
    from stillwatch.respond.ledger import Entry  # noqa: PLC0415

    kept, now = ledger(database), datetime.now(UTC)
    cleared = [name for name, why in spared(kept, at=now).items() if why == "cleared"]
    with progress() as shown:
        changes = run(
            logs, cleared, out=out, accounts=accounts, releases=releases, as_of=as_of,
            settings=load(settings), progress=shown,
        )  # fmt: skip
    kept.append(
        [
            Entry(
                kind="rescored",
                at=now,
                account_id=each.account_id,
                body={"before": each.before, "after": each.after, "cleared": len(cleared)},
            )
            for each in changes
        ]
    )
    show.text(f"{len(cleared)} accounts left out; {len(changes)} accounts are judged differently")
    show.table(
        ("account", "before", "after"),
        [
            (c.account_id, "" if c.before is None else f"{c.before:.0%}", f"{c.after:.0%}")
            for c in changes
        ],
    )
    show.text(f"next: stillwatch policy decide {out}")


def _vote(
    proposal: str, because: str, by: str | None, database: str | None, *, approve: bool
) -> None:
    from stillwatch.cli.opened import ledger  # noqa: PLC0415 - needs the extra `respond`
    from stillwatch.respond.review import Review  # noqa: PLC0415

    now = datetime.now(UTC)
    found = Review(ledger(database)).vote(
        proposal, person=person(by), approve=approve, why=because, at=now
    )
    if found.state == "open":
        show.text(f"{found.proposal_id} waits for a second person")
        return
    show.text(f"{found.proposal_id} is {found.state}")
    if found.state == "approved" and found.kind == "action":
        show.text("it is carried out with the next decisions: stillwatch policy decide DIR")
