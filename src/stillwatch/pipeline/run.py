"""What a run hands back: four tables and the report, in memory."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from stillwatch.schema.report import Report

__all__ = ["Run"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """The results of one run; every table is Arrow, so pandas and Polars read it as it is.

    Attributes:
        campaigns: One row a campaign (schema CAMPAIGN).
        members: One row a campaign and account (schema MEMBER).
        accounts: One row an account with any evidence (schema ACCOUNT_ASSESSMENT).
        evidence: One row a piece of evidence (schema EVIDENCE).
        report: The same for people, as report.json holds it.
    """

    campaigns: pa.Table
    members: pa.Table
    accounts: pa.Table
    evidence: pa.Table
    report: Report
