"""`stillwatch policy`: check a policy, see whom it would have hit, compare two."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from stillwatch.cli import show
from stillwatch.cli.database import Database
from stillwatch.cli.options import Accounts, AsOf, SettingsFile
from stillwatch.respond.policy import default_policy, load_policy
from stillwatch.respond.policy.diff import diff as changes
from stillwatch.settings import load

__all__ = ["policy"]

policy = typer.Typer(no_args_is_help=True, help="Check, try and compare policies.")
PolicyFile = Annotated[
    Path | None,
    typer.Option(
        "--policy", help="Policy file; by default the one that comes along.", metavar="FILE"
    ),
]


@policy.command()
def check(
    file: Annotated[Path, typer.Argument(help="Policy file.", metavar="FILE")],
) -> None:
    """Say every fault of a policy file, or its version and what it does."""
    found = load_policy(file)
    show.text(f"policy {found.version}: {len(found.rules)} rules")
    show.table(
        ("rule", "action", "lasts", "mode"),
        [(r.name, r.then, str(r.lasts), _mode(enforce=r.enforce)) for r in found.rules],
    )


@policy.command()
def simulate(
    results: Annotated[
        Path,
        typer.Argument(
            help="Folder that `stillwatch detect` wrote, or logs to detect in first.",
            metavar="RESULTS",
        ),
    ],
    *,
    policy: PolicyFile = None,
    accounts: Accounts = None,
    as_of: AsOf = None,
    settings: SettingsFile = None,
) -> None:
    """Say whom a policy would have hit, and how many honest accounts would be among them."""
    chosen = default_policy() if policy is None else load_policy(policy)
    from stillwatch.cli.impact import show_impact  # noqa: PLC0415 - `--help` does not wait for it
    from stillwatch.pipeline.whatif import whatif  # noqa: PLC0415

    found = whatif(results, chosen, accounts=accounts, as_of=as_of, settings=load(settings))
    show_impact(chosen, found)


@policy.command()
def decide(
    results: Annotated[
        Path,
        typer.Argument(help="Folder that `stillwatch detect` wrote.", metavar="DIR"),
    ],
    *,
    policy: PolicyFile = None,
    accounts: Accounts = None,
    settings: SettingsFile = None,
    database: Database = None,
) -> None:
    """Decide about every account of a run and keep the decisions; shadow rules change nothing."""
    from stillwatch.cli.opened import ledger  # noqa: PLC0415 - needs the extra `respond`

    chosen = default_policy() if policy is None else load_policy(policy)
    from stillwatch.ingest import read_accounts  # noqa: PLC0415 - `--help` does not wait for it
    from stillwatch.pipeline.respond import respond  # noqa: PLC0415
    from stillwatch.pipeline.standing import read_found  # noqa: PLC0415

    done = respond(
        read_found(results),
        chosen,
        ledger(database),
        at=datetime.now(UTC),
        settings=load(settings),
        accounts=None if accounts is None else read_accounts(accounts),
    )
    carried = sum(not each.shadow for each in done.new)
    show.text(
        f"policy {chosen.version} on {done.accounts:,} accounts: {len(done.new):,} new decisions,"
        f" {carried:,} of them carried out, the others in shadow; {len(done.waiting):,} proposals"
        " wait for people"
    )


@policy.command()
def deliver(
    *,
    to: Annotated[str, typer.Option(help="Address of your system.", metavar="URL")],
    secret_file: Annotated[
        Path,
        typer.Option(
            help="File with the secret that both sides know, 32 bytes or more.", metavar="FILE"
        ),
    ],
    database: Database = None,
) -> None:
    """Send the messages that are due to your own system: verify, hold, suspend, notify, undos."""
    from stillwatch.cli.opened import ledger, shared_secret  # noqa: PLC0415 - needs `respond`
    from stillwatch.respond.webhooks import Webhook, deliver  # noqa: PLC0415

    hook = Webhook(url=to, secret=shared_secret(secret_file))
    done = deliver(ledger(database), hook, at=datetime.now(UTC))
    show.text(f"{done.delivered} delivered, {done.waiting} wait, {done.given_up} given up")


@policy.command()
def diff(
    old: Annotated[Path, typer.Argument(help="Policy file.", metavar="OLD")],
    new: Annotated[Path, typer.Argument(help="Policy file.", metavar="NEW")],
) -> None:
    """Say what changed between two policy files, rule by rule."""
    lines = changes(load_policy(old), load_policy(new))
    show.text("\n".join(lines) if lines else "both say the same")


def _mode(*, enforce: bool) -> str:
    return "enforce" if enforce else "shadow"
