"""The report in plain text: an overview after a run, and why a campaign or an account is named."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import cast

from stillwatch.errors import NotFoundError
from stillwatch.report import numbers, words
from stillwatch.report.charts.waterfall import rows
from stillwatch.report.plain import clip, visible, visible_tree
from stillwatch.schema.report import CampaignReport, Edge, MemberReport, Question, Report

__all__ = ["explain", "overview", "unreported"]

_WIDTH = 96
_BAR = 32
_MEMBERS, _TEMPLATES, _LINKS = 15, 3, 10
_PERSON = "This is a recommendation. A person decides; every step can be appealed and undone."


def _wrap(text: str, indent: int = 0) -> str:
    room = " " * indent
    return textwrap.fill(text, _WIDTH, initial_indent=room, subsequent_indent=room)


def _columns(table: list[list[str]], right: Iterable[int]) -> list[str]:
    """Rows as aligned columns; the first row is the head."""
    widths = [max(len(row[i]) for row in table) for i in range(len(table[0]))]
    aligned = set(right)
    return [
        "  "
        + "  ".join(
            cell.rjust(width) if i in aligned else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in table
    ]


def _headline(report: Report) -> str:
    found = len(report["campaigns"])
    examined = (
        f"{numbers.plural(report['traffic']['exchanges'], 'exchange')} of "
        f"{numbers.plural(report['traffic']['accounts'], 'account')}, "
        f"{numbers.span(report['window']['since'], report['window']['until'])}"
    )
    if not found:
        return f"No campaign found in {examined}."
    honest = numbers.about(report["expected_honest_named"])
    return (
        f"{numbers.plural(found, 'campaign')} found in {examined}. "
        f"{numbers.plural(report['named_accounts'], 'account')} named; "
        f"{honest} of them expected to be honest."
    )


def overview(report: Report) -> str:
    """What the terminal shows after `detect`: headline, campaigns, what was spared and not seen."""
    shown = cast("Report", visible_tree(report))
    lines = [_wrap(_headline(shown))]
    campaigns = sorted(shown["campaigns"], key=lambda c: (-c["probability"], c["campaign_id"]))
    if campaigns:
        head = ["campaign", "likely", "accounts", "exchanges", "seen by", "aims at", "recommended"]
        body = [
            [
                c["campaign_id"],
                numbers.percent(c["probability"]),
                numbers.count(c["accounts"]),
                numbers.count(c["exchanges"]),
                numbers.moment(c["detected_at"]).removesuffix(" UTC") if c["detected_at"] else "–",
                clip(words.aims(c["capabilities"]), 30),
                words.action(c["recommended_action"])[0].lower(),
            ]
            for c in campaigns
        ]
        lines += ["", *_columns([head, *body], right=(1, 2, 3))]
    lines += ["", *_remarks(shown)]
    return "\n".join(lines).rstrip() + "\n"


def _remarks(report: Report) -> list[str]:
    spared = len(report["left_alone"])
    missing = [d for d in report["detectors"] if d["status"] != "ran"]
    rejected = sum(report["traffic"]["rejected"].values())
    lines = []
    if spared:
        verb = "was" if spared == 1 else "were"
        lines.append(f"{numbers.plural(spared, 'look-alike')} {verb} left alone.")
    lines += [
        _wrap(f"{words.spaced(d['name'])} {words.STATUSES[d['status']]}: {d['detail']}")
        for d in missing
    ]
    if rejected:
        lines.append(f"{numbers.plural(rejected, 'exchange')} rejected; reasons in report.html.")
    return lines


def explain(report: Report, subject_id: str) -> str:
    """Why a campaign or an account is named: evidence as bars, members, what would change it.

    Raises:
        NotFoundError: Nothing in the report has this id.
    """
    campaigns = {c["campaign_id"]: c for c in report["campaigns"]}
    if subject_id in campaigns:
        return _campaign(cast("CampaignReport", visible_tree(campaigns[subject_id])))
    named = [
        (campaign, member)
        for campaign in report["campaigns"]
        for member in campaign["members"]
        if member["account_id"] == subject_id
    ]
    if not named:
        raise _unknown(report, subject_id)
    named.sort(key=lambda pair: (-pair[1]["probability"], pair[0]["campaign_id"]))
    return "\n".join(_account(campaign, member) for campaign, member in named)


def unreported(row: Mapping[str, object], report: Report) -> str:
    """What is known of an account that stands in no reported campaign.

    Args:
        row: Of the table of accounts.
        report: Of the same run.
    """
    share = numbers.percent(cast("float", row["probability"]))
    lines = [
        f"{visible(str(row['account_id']))}: {share} likely to serve a campaign",
        _wrap(
            "It is linked to other accounts, and no group that it is in reaches "
            f"{report['reported_from']:.2f}, from which campaigns are reported. The evidence of "
            "such groups is not kept; nothing is recommended against it."
        ),
    ]
    return "\n".join(lines)


def _unknown(report: Report, subject_id: str) -> NotFoundError:
    known = {c["campaign_id"] for c in report["campaigns"]}
    accounts = {m["account_id"] for c in report["campaigns"] for m in c["members"]}
    near = get_close_matches(subject_id, sorted(known), n=1, cutoff=0.6) or get_close_matches(
        subject_id, sorted(accounts), n=1, cutoff=0.9
    )
    hint = f"did you mean {visible(near[0])!r}? " if near else ""
    listed = visible(", ".join(sorted(known)[:8])) or "none"
    hint += f"campaigns: {listed}; an account without evidence is not in the report"
    return NotFoundError(f"no campaign or account {subject_id!r} in this report", hint=hint)


def _bar(start: float, end: float, low: float, high: float) -> str:
    """A row of the waterfall: filled from start to end, a rule at zero bits."""

    def cell(value: float) -> int:
        return round((_BAR - 1) * (value - low) / (high - low))

    cells = [" "] * _BAR
    cells[cell(0)] = "│"
    first, last = sorted((cell(start), cell(end)))
    for i in range(first, max(last, first + 1)):
        cells[i] = "█" if end >= start else "▒"
    return "".join(cells)


def _waterfall(question: Question) -> list[str]:
    drawn = rows(question)
    values = [0.0, *(row.start for row in drawn), *(row.end for row in drawn)]
    low, high = min(values), max(*values, min(values) + 1)
    steps = iter(question["steps"])
    lines = [f"{question['title']}  {numbers.percent(question['probability'])}"]
    names = {"prior": "before its own evidence", "adjustment": "calibration", "total": "together"}
    for row in drawn:
        step = next(steps) if row.kind == "step" else None
        name = clip(step["label"] if step else names[row.kind], 44)
        value = numbers.bits(row.end if row.kind == "total" else row.counted)
        lines.append(f"  {name:<44} {value:>7} {_bar(row.start, row.end, low, high)}".rstrip())
        if step:
            cut = abs(row.raw - row.counted) >= 0.05  # noqa: PLR2004 (half of the last digit)
            unweighed = f" ({numbers.bits(row.raw)} bits unweighed)" if cut else ""
            lines.append(_wrap(f"{step['reason']}{unweighed}", 4))
    return [*lines, ""]


def _recommendation(name: str) -> str:
    title, meaning = words.action(name)
    return _wrap(f"Recommended: {title.lower()}{': ' + meaning if meaning else ''}. {_PERSON}")


def _campaign(c: CampaignReport) -> str:
    lines = [
        f"{c['campaign_id']}: {numbers.percent(c['probability'])} likely a campaign",
        _wrap(
            f"{numbers.plural(c['accounts'], 'account')}, "
            f"{numbers.plural(c['exchanges'], 'exchange')}, "
            f"{numbers.span(c['first_seen'], c['last_seen'])}, "
            f"aims at {words.aims(c['capabilities'])}"
        ),
        "",
        _wrap(c["summary"]),
        "",
        _recommendation(c["recommended_action"]),
        "",
    ]
    for question in c["questions"]:
        lines += _waterfall(question)
    for use in c["templates"][:_TEMPLATES]:
        shape = clip(" ".join(use["masked"].split()), _WIDTH - 10)
        lines.append(f"  {numbers.percent(use['share']):>6}  {shape}")
    lines += ["", *_members(c)]
    if c["would_change"]:
        lines += ["", "What would change this verdict"]
        lines += [_wrap(f"- {item}", 2) for item in c["would_change"]]
    return "\n".join(lines).rstrip() + "\n"


def _members(c: CampaignReport) -> list[str]:
    ranked = sorted(
        c["members"], key=lambda m: (-m["probability"], -m["exchanges"], m["account_id"])
    )
    if not ranked:
        return []
    body = [
        [
            clip(m["account_id"], 40),
            numbers.percent(m["probability"]),
            numbers.count(m["exchanges"]),
            clip(", ".join(map(words.spaced, m["linked_by"])), 36),
        ]
        for m in ranked[:_MEMBERS]
    ]
    lines = _columns([["account", "likely", "exchanges", "linked by"], *body], right=(1, 2))
    more = max(c["accounts"], len(ranked)) - len(body)
    return [*lines, f"  and {numbers.count(more)} more, in members.parquet"] if more else lines


def _neighbours(c: CampaignReport, account_id: str) -> list[tuple[str, Edge]]:
    linked = [
        (e["target"] if e["source"] == account_id else e["source"], e)
        for e in c["graph"]["edges"]
        if account_id in (e["source"], e["target"])
    ]
    return sorted(linked, key=lambda pair: (-pair[1]["bits"], pair[0]))


def _account(campaign: CampaignReport, found: MemberReport) -> str:
    c = cast("CampaignReport", visible_tree(campaign))
    m = cast("MemberReport", visible_tree(found))
    victim = any(n["id"] == m["account_id"] and n["role"] == "victim" for n in c["graph"]["nodes"])
    name = c["campaign_id"]
    lines = [
        f"{m['account_id']}: {numbers.percent(m['probability'])} likely to serve {name}",
        _wrap(
            f"{numbers.plural(m['exchanges'], 'exchange')}; linked by "
            f"{words.listed([words.spaced(k) for k in m['linked_by']]) or 'nothing named'}. "
            f"The campaign itself: {numbers.percent(c['probability'])}, "
            f"{numbers.plural(c['accounts'], 'account')}. An account's own probability is not "
            "its campaign's: honest customers of a shared service are linked, too."
        ),
        "",
        _recommendation(m["recommended_action"]),
    ]
    if victim:
        lines.append("The key looks stolen: the owner is a victim, to be told, not punished.")
    linked = _neighbours(c, m["account_id"])
    if linked:
        body = [
            [clip(other, 40), f"{e['bits']:.1f}", ", ".join(map(words.spaced, e["kinds"]))]
            for other, e in linked[:_LINKS]
        ]
        lines += ["", *_columns([["linked to", "bits", "because both have"], *body], right=(1,))]
    lines += ["", f"Why its campaign is named: stillwatch explain DIR {name}"]
    return "\n".join(lines) + "\n"
