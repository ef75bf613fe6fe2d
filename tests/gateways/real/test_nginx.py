"""Real nginx with `auth_request`: the configuration that the documentation shows."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import around as real
import httpx
import pytest

NGINX = shutil.which("nginx") or "/usr/sbin/nginx"
pytestmark = [
    pytest.mark.gateway,
    pytest.mark.skipif(not Path(NGINX).exists(), reason="nginx is not installed"),
]
SHOWN = Path(__file__).parents[3] / "deploy" / "nginx.conf"


@contextmanager
def _before(around: real.Around, token: str) -> Iterator[str]:
    """The shown configuration in a real nginx; gives its address."""
    at, folder = real.port(), around.folder
    text = SHOWN.read_text()
    for name, value in {
        "127.0.0.1:8600": around.service.removeprefix("http://"),
        "127.0.0.1:9000": around.upstream.removeprefix("http://"),
        "listen 443": f"listen 127.0.0.1:{at}",
        "sw_TOKEN": token,
        "_timeout 100ms": "_timeout 10s",  # a busy machine is no part of the test
        "_timeout 250ms": "_timeout 10s",
    }.items():
        assert name in text
        text = text.replace(name, value)
    whole = (
        f"pid {folder}/nginx.pid; error_log {folder}/nginx.log; daemon off;"
        f" events {{}} http {{ access_log off; client_body_temp_path {folder}/b;"
        f" proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;"
        f" uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s; {text} }}"
    )
    (folder / "nginx.conf").write_text(whole)
    process = subprocess.Popen(  # noqa: S603 - the gateway under test
        [NGINX, "-c", str(folder / "nginx.conf"), "-e", str(folder / "nginx.log")],
        env={**os.environ},
    )
    address = f"http://127.0.0.1:{at}"
    real.wait(f"{address}/asked", process, folder / "nginx.log")
    try:
        yield address
    finally:
        real.end(process)


@pytest.fixture(scope="module")
def nginx(around: real.Around) -> Iterator[str]:
    with _before(around, around.token) as address:
        yield address


def _ask(nginx: str, account: str) -> httpx.Response:
    headers = {"X-Api-Account": account}
    return httpx.post(f"{nginx}/v1/chat/completions", json={"model": "m"}, headers=headers)


def test_others_pass_and_the_upstream_learns_the_decision(around: real.Around, nginx: str) -> None:
    assert _ask(nginx, "somebody").status_code == 200
    assert _ask(nginx, "shaped").status_code == 200
    headers = around.asked()[-1]["headers"]
    assert isinstance(headers, dict)
    told = {k.lower(): v for k, v in headers.items()}
    assert told["x-stillwatch-action"] == "protect_output"
    assert told["x-stillwatch-reasoning"] == "summary"


def test_a_quota_refuses_with_429_and_a_sentence(around: real.Around, nginx: str) -> None:
    _ask(nginx, "throttled")
    before = len(around.asked())
    refused = _ask(nginx, "throttled")
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) > 0
    assert len(around.asked()) == before


def test_a_client_cannot_write_its_own_decision(around: real.Around, nginx: str) -> None:
    headers = {"X-Api-Account": "shaped", "X-Stillwatch-Action": "observe"}
    httpx.post(f"{nginx}/v1/chat/completions", json={"model": "m"}, headers=headers)
    seen = around.asked()[-1]["headers"]
    assert isinstance(seen, dict)
    assert {v for k, v in seen.items() if k.lower() == "x-stillwatch-action"} == {"protect_output"}


def test_a_token_that_is_over_lets_requests_pass(around: real.Around) -> None:
    with _before(around, "sw_over") as address:
        assert _ask(address, "throttled").status_code == 200
