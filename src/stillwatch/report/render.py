"""Turns a report into one self-contained page that asks for nothing from outside."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files
from typing import cast

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from stillwatch.report import numbers, words
from stillwatch.report.charts.timeline import coarsen, sparkline
from stillwatch.report.plain import clip, visible_tree
from stillwatch.report.view import SHOWN_MEMBERS, campaign_views
from stillwatch.schema.report import Report

__all__ = ["render"]

_TEMPLATES = files("stillwatch.report") / "templates"


@cache
def _environment() -> Environment:
    env = Environment(
        loader=PackageLoader("stillwatch.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    by_name = ("about", "bits", "count", "moment", "percent", "plural", "short", "span")
    env.filters |= {name: getattr(numbers, name) for name in by_name}
    env.filters |= {name: getattr(words, name) for name in ("action", "aims", "family", "listed")}
    env.filters |= {"clip": clip, "spaced": words.spaced}
    env.globals |= {"MARKS": words.MARKS, "STATUSES": words.STATUSES}
    return env


@cache
def _asset(name: str) -> Markup:
    """A file of ours that goes into the page as it is."""
    return Markup(_TEMPLATES.joinpath(name).read_text(encoding="utf-8"))  # noqa: S704 (ours)


def _source(asset: str) -> str:
    """The content-security-policy source that allows exactly this text (CSP level 3, hashes)."""
    digest = hashlib.sha256(asset.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


def _policy(style: str, script: str) -> str:
    return (
        f"default-src 'none'; style-src {_source(style)}; script-src {_source(script)}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def render(report: Report, *, members_shown: int = SHOWN_MEMBERS) -> str:
    """The whole page; the same report gives the same bytes."""
    shown = cast("Report", visible_tree(report))
    style, script = _asset("style.css"), _asset("script.js")
    hourly = shown["traffic"]["hourly"]
    statuses: dict[str, list[dict[str, object]]] = {"ran": [], "absent": [], "failed": []}
    for detector in sorted(shown["detectors"], key=lambda d: (d["family"], d["name"])):
        statuses.setdefault(detector["status"], []).append(dict(detector))
    return (
        _environment()
        .get_template("page.html")
        .render(
            report=shown,
            campaigns=campaign_views(shown, members_shown),
            SHOWN=members_shown,
            sparkline=sparkline(hourly) if hourly["counts"] else Markup(""),
            peak=max(coarsen(hourly, len(hourly["counts"]) or 1)["counts"], default=0),
            detectors=statuses,
            policy=_policy(style, script),
            style=style,
            script=script,
        )
    )
