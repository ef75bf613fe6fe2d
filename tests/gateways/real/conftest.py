"""The service and a fake upstream, with a place for a real gateway between them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from stillwatch.service.tokens import Tokens

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1]))

import deciding
from around import VERBS, Around, end, port, wait

UPSTREAM = Path(__file__).parents[1] / "upstream.py"


@pytest.fixture(scope="module")
def around(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Around]:
    folder = tmp_path_factory.mktemp("around")
    state = folder / "state"
    state.mkdir()
    (folder / "policy.yaml").write_text(deciding.POLICY)
    (folder / "secret").write_text("7a" * 32)
    (folder / "secret").chmod(0o600)
    (folder / "binding").write_text("b1" * 32)
    database = f"sqlite:///{folder / 'decisions.sqlite3'}"
    deciding.keep(database, b"7a" * 32)
    token = Tokens(state).create("gateway", role="admin")[1]
    at, up = port(), port()
    words = [*VERBS, "serve", "--state", str(state), "--policy", str(folder / "policy.yaml")]
    with (folder / "serve.log").open("wb") as log:
        service = subprocess.Popen(  # noqa: S603 - our own command
            [*words, "--no-assess", "--port", str(at)], stderr=log,
            env=os.environ
            | {
                "STILLWATCH_SECRET_FILE": str(folder / "secret"),
                "STILLWATCH_DATABASE": database,
                "STILLWATCH_BINDING_SECRET_FILE": str(folder / "binding"),
                "STILLWATCH_BINDING": "reject",
                "STILLWATCH_HONEYTOKENS": "true",
            },
        )  # fmt: skip
        upstream = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, str(UPSTREAM), str(up)]
        )
    wait(f"http://127.0.0.1:{at}/healthz", service, folder / "serve.log")
    wait(f"http://127.0.0.1:{up}/asked", upstream, folder / "serve.log")
    yield Around(f"http://127.0.0.1:{at}", token, f"http://127.0.0.1:{up}", folder, database)
    end(upstream)
    end(service)
