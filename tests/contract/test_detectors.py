"""One check for every detector: it fires where it must, and spares its look-alike."""

from __future__ import annotations

import numpy as np
import pytest

from stillwatch.campaign import own_streams
from stillwatch.detect.base import Detector, Example
from stillwatch.detect.registry import detectors
from stillwatch.detect.streams import stream_bits
from stillwatch.engine import DuckDB
from stillwatch.link import hubs
from stillwatch.pipeline.fold import fold, spool
from stillwatch.schema import ACCOUNT, EXCHANGE
from stillwatch.schema.results import FAMILY_QUESTION, Group, Signal

ALL = [pytest.param(d, id=d.name) for d in detectors()]


def weigh(detector: Detector, example: Example) -> Signal | None:
    with DuckDB(threads=2) as engine:
        spool(engine, example.exchanges.to_batches())
        tables, _ = fold(engine, accounts=example.accounts, releases=example.releases)
        tables.hubs = hubs(tables, stream_bits(tables))
        place = {name: i for i, name in enumerate(tables.ids)}
        accounts = np.sort(np.array([place[name] for name in example.suspects], dtype=np.int64))
        group = Group(accounts=accounts, streams=own_streams(tables, accounts))
        assert set(detector.columns) <= tables.columns_present()
        (signal,) = detector.weigh([group], tables)
        return signal


@pytest.mark.parametrize("detector", ALL)
def test_it_fires_on_its_example(detector: Detector) -> None:
    signal = weigh(detector, detector.fires())
    assert signal is not None
    assert signal.bits > 1
    assert signal.reason[0].isascii()
    assert signal.reason.endswith(".")


@pytest.mark.parametrize("detector", ALL)
def test_it_spares_its_look_alike(detector: Detector) -> None:
    signal = weigh(detector, detector.silent())
    assert signal is None or signal.bits <= 0.5, signal


@pytest.mark.parametrize("detector", ALL)
def test_it_says_what_it_is(detector: Detector) -> None:
    known = set(EXCHANGE.names) | {f"account.{n}" for n in ACCOUNT.names}
    known |= {"model_release.released_at"}
    assert detector.family in FAMILY_QUESTION
    assert set(detector.columns) <= known
    assert detector.look_alikes
    assert detector.meaning.endswith(".")
    assert detector.null.endswith(".")


@pytest.mark.parametrize("detector", ALL)
def test_it_has_nothing_to_say_about_no_group(detector: Detector) -> None:
    example = detector.silent()
    with DuckDB(threads=2) as engine:
        spool(engine, example.exchanges.to_batches())
        tables, _ = fold(engine, accounts=example.accounts, releases=example.releases)
        tables.hubs = hubs(tables, stream_bits(tables))
        assert detector.weigh([], tables) == []
