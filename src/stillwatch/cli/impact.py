"""What `stillwatch policy simulate` prints."""

from __future__ import annotations

from stillwatch.cli import show
from stillwatch.respond.honest import CERTAINTY
from stillwatch.respond.impact import Impact
from stillwatch.respond.policy import Policy

__all__ = ["show_impact"]


def show_impact(policy: Policy, found: Impact) -> None:
    """Print whom a policy would hit, by rule."""
    share = f"{CERTAINTY:.0%}"
    show.text(
        f"policy {policy.version} on {found.accounts:,} accounts with any evidence:"
        f" {found.affected:,} would notice something if all rules were enforced,"
        f" {found.honest.expected:.1f} of them honest (at most {found.honest.at_most:,} with"
        f" {share} certainty, if the probabilities are right)."
        f" As the rules stand, {found.enforced:,} are affected."
    )
    show.table(
        (
            "rule",
            "action",
            "mode",
            "accounts",
            "campaigns",
            "honest expected",
            f"at most ({share})",
        ),
        [
            (
                r.rule,
                r.action,
                "enforce" if r.enforce else "shadow",
                f"{r.accounts:,}",
                f"{r.campaigns:,}",
                f"{r.honest.expected:.2f}",
                f"{r.honest.at_most:,}",
            )
            for r in found.rules
        ],
    )
    if found.held_back:
        show.text("held back by guardrails:")
        show.table(
            ("guardrail", "action", "accounts"),
            [(g, a, f"{n:,}") for g, a, n in found.held_back],
        )
