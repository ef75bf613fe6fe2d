"""What the campaigns' streams say, masked: only words that several accounts have in common.

Text is looked at once more for a handful of example exchanges, inside `read`; nothing but the
skeleton leaves it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.pipeline.examples import Examples
from stillwatch.pipeline.findings import Campaign
from stillwatch.read import skeleton
from stillwatch.read.skeleton import GAP
from stillwatch.rollup import Tables
from stillwatch.schema.report import TemplateUse

__all__ = ["main_streams", "templates"]

_SHOWN = 4
_COMMON = 0.03  # of the campaign's exchanges; what is rarer is no template of its
_LOOKED_AT = 12  # streams of a campaign
_ALIKE = 0.6  # of the words of the shorter skeleton are in the other


def main_streams(campaign: Campaign, tables: Tables) -> list[int]:
    """The campaign's largest streams that are not the same exchanges once more."""
    own = campaign.assessment.group.streams
    size = tables.streams["exchanges"].to_numpy()[own]
    parties = tables.streams["parties"].to_numpy()[own]
    kept: dict[tuple[int, int], int] = {}
    for stream, n, p in sorted(
        zip(own, size, parties, strict=True), key=lambda row: (-row[1], row[0])
    ):
        kept.setdefault((int(n), int(p)), int(stream))
    return list(kept.values())[:_LOOKED_AT]


def templates(
    campaigns: Sequence[Campaign],
    tables: Tables,
    examples: Examples,
    again: Callable[[set[str]], Iterable[pa.RecordBatch]] | None,
) -> dict[str, list[TemplateUse]]:
    """Masked templates by campaign id.

    Args:
        campaigns: The campaigns.
        tables: The run's rollups.
        examples: Knows the example exchanges of every stream in `main_streams`.
        again: Reads at least the exchanges of these ids once more, or None where the logs cannot
            be read twice (standard input).
    """
    if again is None or not campaigns:
        return {}
    streams = {c.campaign_id: main_streams(c, tables) for c in campaigns}
    wanted = {e for each in streams.values() for s in each for e, _ in examples.exemplars(s)}
    texts = _texts(again(wanted), wanted)
    found: dict[str, list[TemplateUse]] = {}
    for c in campaigns:
        uses: list[TemplateUse] = []
        for s in streams[c.campaign_id]:
            masked = _masked(examples.exemplars(s), texts)
            if masked and not any(_alike(masked, u["masked"]) for u in uses):
                uses.append(_use(masked, s, c, tables))
        common = [u for u in uses if u["share"] >= _COMMON]
        found[c.campaign_id] = (common or uses[:1])[:_SHOWN]
    return found


def _use(masked: str, stream: int, campaign: Campaign, tables: Tables) -> TemplateUse:
    """How much of the campaign's own work a template is."""
    rows = tables.by_stream.of(np.array([stream]))
    members = [m.place for m in campaign.members]
    own = rows[np.isin(tables.stream_rows["a"].to_numpy()[rows], members)]
    exchanges = int(tables.stream_rows["exchanges"].to_numpy()[own].sum())
    return {
        "masked": masked,
        "accounts": len(own),
        "exchanges": exchanges,
        "share": min(exchanges / max(campaign.exchanges, 1), 1.0),
    }


def _alike(one: str, other: str) -> bool:
    """Whether two skeletons say nearly the same, so that one of them is enough."""
    a, b = ({w for w in text.split() if w != GAP} for text in (one, other))
    return len(a & b) >= _ALIKE * min(len(a), len(b))


def _masked(exemplars: Sequence[tuple[str, str]], texts: Mapping[str, tuple[str, str]]) -> str:
    """The skeleton of the prompts, or where those have nothing in common, of the system texts."""
    for part in (1, 0):
        known = [
            (texts[e][part], account) for e, account in exemplars if e in texts and texts[e][part]
        ]
        masked = skeleton([t for t, _ in known], [a for _, a in known])
        if masked:
            return masked
    return ""


def _texts(batches: Iterable[pa.RecordBatch], wanted: set[str]) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    ids = pa.array(sorted(wanted), pa.string())
    for batch in batches:
        at = np.flatnonzero(np.asarray(pc.is_in(batch.column("exchange_id"), ids)))
        for row in _rows(batch, at):
            found[row[0]] = (row[1], row[2])
        if len(found) >= len(wanted):
            break
    return found


def _rows(batch: pa.RecordBatch, at: npt.NDArray[np.int64]) -> Iterator[tuple[str, str, str]]:
    if len(at):
        part = batch.take(pa.array(at))
        columns = [
            part.column(n).to_pylist() for n in ("exchange_id", "system_text", "prompt_text")
        ]
        for exchange, system, prompt in zip(*columns, strict=True):
            yield exchange, system or "", prompt or ""
