"""A whole benchmark over one small world."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import orjson
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from stillwatch.bench import (
    Benchmark,
    Place,
    Plan,
    Task,
    bench,
    places,
    read_results,
    run,
    write_results,
)
from stillwatch.bench.charts import draw
from stillwatch.bench.kept import Scores
from stillwatch.bench.reliability import Judged
from stillwatch.bench.tables import in_words
from stillwatch.bench.truth import read_truth
from stillwatch.cli.main import app
from stillwatch.detect.registry import detectors
from stillwatch.errors import ConfigError, InputError, NotFoundError
from stillwatch.pipeline.batch import detect
from stillwatch.pipeline.judge import Judgement, judge
from stillwatch.rollup import Tables
from stillwatch.schema.results import FAMILY_QUESTION
from stillwatch.settings import Assess, Settings
from stillwatch.sim import Campaign, World, simulate

pytestmark = pytest.mark.slow
NEVER = timedelta(days=36_500)
SMALL = World(
    accounts=500,
    exchanges=9_000,
    days=14,
    seed=4,
    campaigns=(
        Campaign(technique="reward grading", accounts=32, exchanges=2_400, days=9, start_day=2),
    ),
)


@pytest.fixture(scope="module", autouse=True)
def _own_secret(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        path = tmp_path_factory.mktemp("secret") / "key"
        path.write_text("5a" * 32 + "\n")
        path.chmod(0o600)
        patch.setitem(os.environ, "STILLWATCH_SECRET_FILE", str(path))
        yield


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("world") / "small"
    simulate(SMALL, folder, workers=1)
    return folder


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("scores")


@pytest.fixture(scope="module")
def result(world: Path, kept: Path) -> Benchmark:
    task = Task(settings=Settings(), look_back=True, ablate=True, baselines=True)
    return bench([Place(world)], task, lambda _: None, keep=kept)


def test_the_score_of_a_world_is_kept_when_it_is_known(result: Benchmark, kept: Path) -> None:
    read = orjson.loads((kept / "small.json").read_bytes())
    assert read["score"]["world"] == result.worlds[0].world


def test_a_score_that_is_known_is_not_measured_again_unless_something_changed(
    result: Benchmark, world: Path, kept: Path
) -> None:
    same = Task(settings=Settings(), look_back=True, ablate=True, baselines=True)
    said: list[str] = []
    again = bench([Place(world)], same, said.append, keep=kept)
    assert said == ["small: its score is known"]
    assert again.worlds == result.worlds
    assert again.summary == result.summary
    other = Scores(kept, replace(same, settings=Settings(assess=Assess(report_at=0.9))))
    assert other.read(Place(world)) is None
    os.utime(world / "accounts.parquet")
    assert Scores(kept, same).read(Place(world)) is None


def test_worlds_that_were_made_are_removed_and_given_ones_are_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, result: Benchmark, world: Path
) -> None:
    nobody = Judged(said=np.empty(0), true=np.empty(0, bool), operator=np.empty(0, np.int64))
    monkeypatch.setattr(run, "score_world", lambda *_: (result.worlds[0], nobody))
    plan = Plan(accounts=300, exchanges=2_000, days=7, levels=("honest",))
    (made,) = places(plan, tmp_path)
    bench([made, Place(world)], Task(settings=Settings()), lambda _: None, tidy=True)
    assert not made.folder.exists()
    assert world.exists()


def test_the_planted_campaign_is_found_by_the_members_it_has(result: Benchmark) -> None:
    (score,) = result.worlds
    (campaign,) = score.campaigns
    assert score.level == "published"
    assert campaign.accounts == 32
    assert campaign.found
    assert campaign.recall > 0.5
    assert campaign.leaked is not None
    assert 0 < campaign.leaked <= 1


def test_every_honest_kind_has_a_line_and_every_honest_account_is_in_one(
    result: Benchmark, world: Path
) -> None:
    truth = read_truth(world)
    counted = {k.kind: k.accounts for k in result.summary.accusations.kinds}
    assert sum(counted.values()) == len(truth.honest)
    assert set(counted) == set(truth.kind[truth.campaign == ""].tolist())


def test_leaving_everything_in_gives_the_run_itself(result: Benchmark) -> None:
    (score,) = result.worlds
    full = score.ablations[0]
    assert (full.kind, full.found) == ("full", sum(c.found for c in score.campaigns))
    assert full.named == score.accusations.total.named
    assert full.honest_reported == score.accusations.total.reported


def test_without_the_detectors_of_a_question_nothing_is_reported(world: Path) -> None:
    highest: dict[str, float] = {}

    def look(tables: Tables, judged: Judgement) -> None:
        highest["all"] = max(a.probability for a in judged.assessments)
        for question in ("one_operator", "harvest"):
            without = {d.name for d in detectors() if FAMILY_QUESTION[d.family] == question}
            again = judge(tables, without=without)
            highest[question] = max(a.probability for a in again.assessments)

    detect(world / "exchanges", accounts=world / "accounts.parquet", every=NEVER, inspect=look)
    assert highest["all"] > 0.7
    assert max(highest["one_operator"], highest["harvest"]) <= 0.3


def test_every_family_and_detector_that_spoke_was_left_out_once(result: Benchmark) -> None:
    rows = [(a.kind, a.without) for a in result.worlds[0].ablations]
    assert len(rows) == len(set(rows))
    family = {d.name: d.family for d in detectors()}
    left_out = {name for kind, name in rows if kind == "detector"}
    assert len(left_out) > 5
    assert {name for kind, name in rows if kind == "family"} == {family[n] for n in left_out}


def test_the_run_itself_stands_beside_every_baseline(result: Benchmark) -> None:
    methods = [c.method for c in result.worlds[0].comparisons]
    assert methods[0] == "stillwatch"
    assert len(methods) == 6
    for comparison in result.worlds[0].comparisons:
        assert all(p.honest <= p.budget for p in comparison.points)


def test_time_and_memory_are_those_of_the_run_by_stage(result: Benchmark) -> None:
    cost = result.worlds[0].cost
    assert [s.name for s in cost.stages][:3] == ["open", "read", "roll up"]
    assert cost.seconds > 0
    assert cost.peak_mib == max(s.peak_mib for s in cost.stages) > 50


def test_results_are_json_and_tables(result: Benchmark, tmp_path: Path) -> None:
    read = orjson.loads(write_results(result, tmp_path / "out").read_bytes())
    assert read["worlds"][0]["campaigns"][0]["technique"] == "reward grading"
    assert read_results(tmp_path / "out" / "bench.json") == result
    assert "| reward grading | published | 1 of 1 |" in in_words(result)


def test_curves_are_drawn_as_png_and_svg_and_the_same_twice(
    result: Benchmark, tmp_path: Path
) -> None:
    first, second = draw(result, tmp_path / "a"), draw(result, tmp_path / "b")
    assert {f.name for f in first} == {
        f"{name}.{kind}"
        for name in ("reliability", "techniques", "kinds", "baselines")
        for kind in ("png", "svg")
    }
    assert [f.read_bytes() for f in first] == [f.read_bytes() for f in second]
    assert "reward grading" in (tmp_path / "a" / "techniques.svg").read_text(encoding="utf-8")


def test_the_truth_counts_what_was_harvested_before_a_moment(world: Path) -> None:
    truth = read_truth(world)
    row = pq.read_table(world / "truth" / "campaigns.parquet").to_pylist()[0]
    assert truth.leaked(row["campaign"], row["first_at"]) == 0
    after = truth.leaked(row["campaign"], row["last_at"].replace(year=2030))
    assert after == 1
    middle = row["first_at"] + (row["last_at"] - row["first_at"]) / 2
    share = truth.leaked(row["campaign"], middle)
    assert share is not None
    assert 0.2 < share < 0.8


def test_a_world_is_made_once_and_again_when_its_recipe_changes(tmp_path: Path) -> None:
    said: list[str] = []
    plan = Plan(accounts=300, exchanges=2_000, days=7, levels=("honest",))
    (place,) = places(plan, tmp_path)
    first = place.ready(said.append)
    made = (first / "accounts.parquet").stat().st_mtime_ns
    assert place.ready(said.append) == first
    assert (first / "accounts.parquet").stat().st_mtime_ns == made
    other = Plan(accounts=300, exchanges=2_500, days=7, levels=("honest",))
    assert places(other, tmp_path)[0].ready(said.append) == first
    assert len(said) == 2


def test_a_folder_without_truth_says_what_it_lacks(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match=r"lacks truth/accounts\.parquet"):
        read_truth(tmp_path)


def test_no_world_is_a_mistake_that_is_explained() -> None:
    with pytest.raises(InputError, match="no world"):
        bench([], Task(settings=Settings()), lambda _: None)


def test_sizes_that_cannot_be_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="honest accounts must remain"):
        places(Plan(accounts=20, exchanges=2_000), tmp_path)


@pytest.mark.parametrize(
    ("words", "said"),
    [(["--seeds", "one"], "--seeds is 'one'"), (["--levels", "easy"], "--levels names 'easy'")],
)
def test_a_mistyped_option_is_explained(words: list[str], said: str) -> None:
    done = CliRunner().invoke(app, ["bench", *words])
    assert isinstance(done.exception, ConfigError)
    assert said in str(done.exception)
