"""What is fitted once and stored: same results where nothing moved, drift where something did."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import orjson
import pyarrow.parquet as pq
import pytest

import flow
from stillwatch.errors import ConfigError, InputError
from stillwatch.pipeline.batch import detect
from stillwatch.pipeline.calibrate import calibrate, calibrated, read_calibration, write_calibration
from stillwatch.schema.calibration import Calibration
from stillwatch.settings import Settings, load
from stillwatch.sim import World, simulate


@pytest.fixture(scope="module")
def stored(world: Path) -> Calibration:
    return calibrate(
        world / "exchanges",
        accounts=world / "accounts.parquet",
        releases=world / "releases.parquet",
    )


def test_what_is_written_is_read_back(stored: Calibration, tmp_path: Path) -> None:
    write_calibration(stored, tmp_path / "deep" / "calibration.json")
    assert read_calibration(tmp_path / "deep" / "calibration.json") == stored


def test_it_says_on_what_it_was_fitted(stored: Calibration, world: Path) -> None:
    exchanges = flow.exchanges(world)
    assert stored.fitted_on.exchanges == exchanges.num_rows
    assert stored.fitted_on.since == exchanges["started_at"][0].as_py()
    assert stored.fitted_on.until > exchanges["started_at"][-1].as_py()
    assert stored.nulls
    assert all(sum(p) == pytest.approx(1) for p in stored.nulls.values())
    assert all(sum(f.shares) == pytest.approx(1) for f in stored.features)


def test_without_labels_every_weight_is_one(stored: Calibration) -> None:
    assert set(stored.weights.values()) == {1.0}
    assert stored.labels == {"attack": 0, "honest": 0}


def test_a_run_on_the_same_logs_is_the_same_and_nothing_has_drifted(
    stored: Calibration, world: Path
) -> None:
    def run(calibration: Calibration | None) -> dict[str, object]:
        found = detect(
            world / "exchanges",
            accounts=world / "accounts.parquet",
            releases=world / "releases.parquet",
            every=flow.NEVER,
            calibration=calibration,
        )
        assert found.accounts.num_rows
        return {"members": found.members, "report": found.report}

    with_file, without = run(stored), run(None)
    assert with_file["members"] == without["members"]
    drift = with_file["report"]["calibration"]["drift"]
    assert {d["state"] for d in drift} == {"stable"}
    assert max(d["psi"] for d in drift) < 1e-9
    assert without["report"]["calibration"] is None


def test_other_traffic_has_drifted_and_the_report_says_so(
    stored: Calibration, tmp_path: Path
) -> None:
    other = World(accounts=300, exchanges=5_000, days=7, seed=9, kinds=("support bot", "canary"))
    simulate(other, tmp_path / "world", workers=1)
    found = detect(
        tmp_path / "world" / "exchanges",
        accounts=tmp_path / "world" / "accounts.parquet",
        out=tmp_path / "out",
        every=flow.NEVER,
        calibration=stored,
    )
    used = found.report["calibration"]
    assert used is not None
    assert used["drift"][0]["state"] == "drifted"
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "How far customers have moved since" in page


def _labels(folder: Path, world: Path, verdict: str) -> Path:
    path = folder / "labels.csv"
    lines = [f"account,{account},{verdict}" for account in flow.planted(world)]
    path.write_text("subject,id,verdict\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(("verdict", "sign"), [("attack", 1), ("honest", -1)])
def test_verdicts_move_the_weights_a_little_and_the_probability_with_them(
    world: Path, tmp_path: Path, verdict: str, sign: int
) -> None:
    given = calibrate(
        world / "exchanges",
        accounts=world / "accounts.parquet",
        labels=_labels(tmp_path, world, verdict),
    )
    moved = [w for w in given.weights.values() if w != 1]
    assert given.labels[verdict] >= 1
    assert moved
    assert all(0 < w < 2 for w in given.weights.values())
    assert sum(w - 1 for w in moved) * sign > 0

    def highest(calibration: Calibration | None) -> float:
        found = detect(
            world / "exchanges",
            accounts=world / "accounts.parquet",
            every=flow.NEVER,
            calibration=calibration,
        )
        return max(found.accounts["probability"].to_pylist())

    assert (highest(given) - highest(None)) * sign >= 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("account,verdict\na,attack\n", "lacks the columns subject, id"),
        ("subject,id,verdict\naccount,a,guilty\n", "2: 'account', 'a', 'guilty' is no verdict"),
        ("subject,id,verdict\nperson,a,attack\n", "'person'"),
        ("subject,id,verdict\naccount,,attack\n", "''"),
    ],
)
def test_a_file_of_verdicts_that_is_none_is_explained(
    world: Path, tmp_path: Path, text: str, said: str
) -> None:
    path = tmp_path / "labels.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=said):
        calibrate(world / "exchanges", labels=path)


def test_stored_thresholds_hold_unless_the_operator_set_others(
    stored: Calibration, tmp_path: Path
) -> None:
    strict = replace(stored, report_at=0.85)
    assert calibrated(Settings(), strict).assess.report_at == 0.85
    path = tmp_path / "stillwatch.toml"
    path.write_text("[assess]\nreport_at = 0.6\n", encoding="utf-8")
    own = calibrated(load(path, environment={}), strict)
    assert (own.assess.report_at, own.assess.named_at) == (0.6, strict.named_at)


@pytest.mark.parametrize(
    ("change", "said"),
    [({"format": 2}, "has format 2"), ({"nulls": 3}, "nulls"), ({"report_at": None}, "report_at")],
)
def test_a_file_that_is_no_calibration_is_explained(
    stored: Calibration, tmp_path: Path, change: dict[str, object], said: str
) -> None:
    path = tmp_path / "calibration.json"
    path.write_bytes(orjson.dumps(orjson.loads(orjson.dumps(stored)) | change))
    with pytest.raises(ConfigError, match=said):
        read_calibration(path)
    with pytest.raises(ConfigError, match="cannot read"):
        read_calibration(tmp_path / "absent.json")


def test_the_command_line_calibrates_and_detects_with_it(world: Path, tmp_path: Path) -> None:
    made = flow.command(
        "calibrate", world / "exchanges", "--accounts", world / "accounts.parquet",
        "--out", tmp_path / "calibration.json",
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    assert "campaigns are reported from 0.70" in made.stdout
    done = flow.command(
        "detect", world / "exchanges", "--accounts", world / "accounts.parquet",
        "--calibration", tmp_path / "calibration.json", "--out", tmp_path / "out",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert flow.report(tmp_path / "out")["calibration"] is not None
    assert pq.read_table(tmp_path / "out" / "members.parquet").num_rows
